"""Facts about the books. A released event is not edited."""

from typing import get_args

import msgspec

from nazdik.guide.model import BookName, Content, Trial
from nazdik.kernel import Instant


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about one book, and when it came about."""

    at: Instant
    book: BookName
    by: str


class DraftSaved(Event, frozen=True, kw_only=True, tag="guide.draft_saved.v1"):
    """There is a draft, or another one."""

    revision: int
    content: Content


class DraftDropped(Event, frozen=True, kw_only=True, tag="guide.draft_dropped.v1"):
    """The draft is gone."""


class VersionPublished(Event, frozen=True, kw_only=True, tag="guide.version_published.v1"):
    """The draft of this revision is in force, as a version of its own."""

    number: int
    revision: int
    note: str
    trial: Trial | None


class VersionRestored(Event, frozen=True, kw_only=True, tag="guide.version_restored.v1"):
    """An earlier version is in force again."""

    number: int
    note: str


AnyEvent = DraftSaved | DraftDropped | VersionPublished | VersionRestored

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Event) -> str:
    """Return what the event is about: the book."""
    return f"guide:{event.book}"
