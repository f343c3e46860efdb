"""Facts about settings. A released event is not edited."""

from typing import get_args

import msgspec

from nazdik.administration.model import Value
from nazdik.kernel import Instant


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about one setting, when it came about and by whom."""

    at: Instant
    kind: str
    subject: str
    by: str


class DraftSaved(Event, frozen=True, kw_only=True, tag="administration.draft_saved.v1"):
    """There is a draft, or another one."""

    revision: int
    value: Value | None
    why: str


class DraftDropped(Event, frozen=True, kw_only=True, tag="administration.draft_dropped.v1"):
    """The draft is gone."""


class ChangePublished(Event, frozen=True, kw_only=True, tag="administration.change_published.v1"):
    """A setting has another value, and had `former`. `restores` names the change whose value came back."""

    number: int
    value: Value | None
    former: Value | None
    drafted_by: str
    why: str
    restores: int | None = None


AnyEvent = DraftSaved | DraftDropped | ChangePublished

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Event) -> str:
    """Return what the event is about: the setting."""
    return f"setting:{event.kind}:{event.subject}"
