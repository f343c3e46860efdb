"""Settings, what is drafted for them, and what they were."""

from typing import Any

import msgspec
from immutables import Map

from nazdik.kernel import Instant, ProvinceId

# The JSON of a setting; None is "none of its own", whatever that means for the kind of setting.
Value = dict[str, Any]


class Draft(msgspec.Struct, frozen=True):
    """What may become the value. Every save raises the revision; `why` is for whoever reads it."""

    revision: int
    value: Value | None
    by: str
    at: Instant
    why: str


class Change(msgspec.Struct, frozen=True):
    """What was put in force, by whom; `restores` is the change whose value it brought back. 0 is what stood before the first."""

    number: int
    value: Value | None
    at: Instant | None
    by: str = ""
    drafted_by: str = ""
    why: str = ""
    restores: int | None = None


class Setting(msgspec.Struct, frozen=True):
    """One setting: its kind, whose it is, and the newest of its changes, oldest first."""

    kind: str
    subject: str
    draft: Draft | None = None
    changes: tuple[Change, ...] = ()
    revisions: int = 0
    last: int = 0

    def find_change(self, number: int) -> Change | None:
        """Return a change that is still held."""
        return next((change for change in self.changes if change.number == number), None)


Key = tuple[str, str]


class Settings(msgspec.Struct, frozen=True):
    """All settings of a province that anybody has touched, by kind and subject."""

    province: ProvinceId
    items: Map[Key, Setting] = Map()

    def setting(self, kind: str, subject: str) -> Setting:
        """Return a setting as it stands."""
        return self.items.get((kind, subject)) or Setting(kind, subject)
