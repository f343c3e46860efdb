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
                book, in_force=version.number, last=version.number, versions=kept, draft=None, since=event.at
            )
        case e.VersionRestored():
            return replace(book, in_force=event.number, since=event.at)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")
