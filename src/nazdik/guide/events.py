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


class VersionAdopted(Event, frozen=True, kw_only=True, tag="guide.version_adopted.v1"):
    """
    What the nation published is in force here too, by its number there; `by` put it in force. 0 and no content: as it ships.
    """

    number: int
    content: Content | None
    published_by: str
    published_at: Instant | None
    note: str


AnyEvent = DraftSaved | DraftDropped | VersionPublished | VersionRestored | VersionAdopted

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Event) -> str:
    """Return what the event is about: the book."""
    return f"guide:{event.book}"
