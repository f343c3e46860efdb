"""`decide`: what a command causes in the books. Pure: the instant and the actor come in with the context."""

from collections.abc import Collection

from nazdik.guide import commands as c
from nazdik.guide import errors
from nazdik.guide import events as e
from nazdik.guide.checking import check
from nazdik.guide.model import SECOND_PERSON, Book, Guide, Version
from nazdik.kernel import Context, rfc3339

NOTE_MAX = 300


def decide(guide: Guide, command: c.Command, ctx: Context, kinds: Collection[str]) -> tuple[e.AnyEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`. `kinds` are the codes that a book may name."""
    book = guide.book(command.book)
    match command:
        case c.SaveDraft(content=content):
            check(content, kinds)
            if book.draft is not None and book.draft.content == content:
                return ()
            _check_seen(book, command)
            return (
                e.DraftSaved(at=ctx.at, book=book.name, by=ctx.actor.id, revision=book.revisions + 1, content=content),
            )
        case c.DropDraft():
            if book.draft is None:
                raise errors.NoDraft(book=book.name)
            return (e.DraftDropped(at=ctx.at, book=book.name, by=ctx.actor.id),)
        case c.PublishDraft():
            return _publish(book, command, ctx)
        case c.RollBack(to=to, note=note):
            if to == book.in_force:
                raise errors.VersionInForce(book=book.name, version=to)
            if to != 0 and book.find_version(to) is None:
                raise errors.VersionNotFound(book=book.name, version=to)
            return (e.VersionRestored(at=ctx.at, book=book.name, by=ctx.actor.id, number=to, note=note[:NOTE_MAX]),)
        case c.Adopt(version=version):
            return _adopt(book, version, ctx)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _check_seen(book: Book, command: c.SaveDraft) -> None:
    """Return when there is no draft and nothing in force that the writer has not seen."""
    draft = book.draft
    revision = 0 if draft is None else draft.revision
    if draft is not None and command.revision is not None and draft.revision != command.revision:
        raise errors.DraftChanged(
            book=book.name, revision=revision, over=book.in_force, by=draft.by, changed_at=rfc3339(draft.at)
        )
    if command.over is not None and book.in_force != command.over:
        who = {} if book.since is None else {"by": book.by, "changed_at": rfc3339(book.since)}
        raise errors.DraftChanged(book=book.name, revision=revision, over=book.in_force, **who)


def _publish(book: Book, command: c.PublishDraft, ctx: Context) -> tuple[e.AnyEvent, ...]:
    draft, trial = book.draft, command.trial
    if draft is None:
        raise errors.NoDraft(book=book.name)
    if draft.revision != command.revision:
        raise errors.DraftChanged(book=book.name, revision=draft.revision, by=draft.by, changed_at=rfc3339(draft.at))
    if book.name in SECOND_PERSON and draft.by == ctx.actor.id:
        raise errors.SecondPersonNeeded(book=book.name, by=draft.by)
    if trial is not None and trial.first < trial.first_before and not command.even_if_worse:
        raise errors.DraftWorse(sentences=trial.sentences, right=trial.first, right_before=trial.first_before)
    return (
        e.VersionPublished(
            at=ctx.at,
            book=book.name,
            by=ctx.actor.id,
            number=book.last + 1,
            revision=draft.revision,
            note=command.note[:NOTE_MAX],
            trial=trial,
        ),
    )


def _adopt(book: Book, version: Version | None, ctx: Context) -> tuple[e.AnyEvent, ...]:
    """It was drafted, read and published elsewhere: nothing is asked again, and twice changes nothing."""
    number = version.number if version is not None else 0
    content = version.content if version is not None else None
    if (book.in_force, book.content) == (number, content):
        return ()
    return (
        e.VersionAdopted(
            at=ctx.at,
            book=book.name,
            by=ctx.actor.id,
            number=number,
            content=content,
            published_by=version.by if version is not None else "",
            published_at=version.at if version is not None else None,
            note=version.note if version is not None else "",
        ),
    )
