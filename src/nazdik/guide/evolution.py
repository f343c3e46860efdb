"""`evolve`: apply one recorded fact about the books. It never refuses: history is not up for debate."""

from msgspec.structs import replace

from nazdik.guide import events as e
from nazdik.guide.model import Book, Draft, Guide, Version

# So many versions of a book can be gone back to; the log holds all of them.
VERSIONS_KEPT = 10


def evolve(guide: Guide, event: e.Event) -> Guide:
    """Return the books after `event`."""
    return replace(guide, books=guide.books.set(event.book, _changed(guide.book(event.book), event)))


def _changed(book: Book, event: e.Event) -> Book:
    match event:
        case e.DraftSaved():
            draft = Draft(revision=event.revision, content=event.content, by=event.by, at=event.at)
            return replace(book, draft=draft, revisions=event.revision)
        case e.DraftDropped():
            return replace(book, draft=None)
        case e.VersionPublished():
            assert book.draft is not None, "what was published was a draft"
            version = Version(
                number=event.number,
                content=book.draft.content,
                by=event.by,
                at=event.at,
                note=event.note,
                trial=event.trial,
            )
            kept = (*book.versions, version)[-VERSIONS_KEPT:]
            return replace(
                book,
                in_force=version.number,
                last=version.number,
                versions=kept,
                draft=None,
                since=event.at,
                by=event.by,
            )
        case e.VersionRestored():
            return replace(book, in_force=event.number, since=event.at, by=event.by)
        case e.VersionAdopted():
            return replace(
                book,
                in_force=event.number,
                last=max(book.last, event.number),
                versions=_with(book.versions, event),
                since=event.at,
                by=event.by,
            )
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _with(versions: tuple[Version, ...], event: e.VersionAdopted) -> tuple[Version, ...]:
    """Return the versions with one that came from another log, in the order of their numbers."""
    if event.content is None:
        return versions
    assert event.published_at is not None, "what has content was published"
    adopted = Version(
        number=event.number,
        content=event.content,
        by=event.published_by,
        at=event.published_at,
        note=event.note,
    )
    others = (version for version in versions if version.number != adopted.number)
    return tuple(sorted((*others, adopted), key=lambda version: version.number))[-VERSIONS_KEPT:]
