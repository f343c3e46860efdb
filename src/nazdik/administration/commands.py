"""What people ask of settings."""

import msgspec

from nazdik.administration.model import Value


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request about one setting: its kind, and whose it is."""

    kind: str
    subject: str


class SaveDraft(Command, frozen=True, kw_only=True):
    """
    Keep this as the draft, in place of the one before.

    `revision` is the draft that its writer had before their eyes (0: none), `over` the newest change; where they are given,
    anything newer is refused, so that nobody's work goes unseen.
    """

    value: Value | None
    why: str
    revision: int | None = None
    over: int | None = None


class DropDraft(Command, frozen=True, kw_only=True):
    """Throw the draft away."""


class PublishDraft(Command, frozen=True, kw_only=True):
    """
    Put the draft in force.

    `revision` is the draft that was read, `over` the number of the change it was read beside; anything newer is refused.
    """

    revision: int
    over: int


class Adopt(Command, frozen=True, kw_only=True):
    """
    Put a value in force to which people agreed elsewhere: it came with a list, or is the nation's. `drafted_by` brought it.
    """

    value: Value | None
    drafted_by: str
    why: str


class RollBack(Command, frozen=True, kw_only=True):
    """Bring an earlier value back, as a change of its own; 0 is what stood before the first."""

    to: int
    why: str
