"""
The books that guide call-takers: read, draft, compare, try, publish, take back. Every step is a fact in the province's log.

Of some books the nation has one too: in its address stands national command where a province's stands.
"""

import asyncio
from enum import StrEnum

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.bootstrap.administration.book_lines import lines_of
from nazdik.bootstrap.administration.fields import Line, Text
from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.administration.nation import behind_in_book, is_nations, leader_of_book
from nazdik.bootstrap.administration.plan_trial import Past, PastPlans, compare_plans, past_incidents
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.guessers import words_of
from nazdik.guide import commands as c
from nazdik.guide.errors import BookNotNational, ContentInvalid, DraftChanged, NoDraft, NothingToTry, VersionNotFound
from nazdik.guide.in_force import plans_in_force
from nazdik.guide.layers import content_of, kept_of, label_in_force, nations_of, whole_of
from nazdik.guide.model import (
    OF_NATION,
    SECOND_PERSON,
    Book,
    BookName,
    Content,
    Draft,
    Entry,
    Plans,
    Questions,
    Sentence,
    Trial,
    Words,
)
from nazdik.guide.shipped import label_of
from nazdik.guide.trial import Differing, Tried, try_words
from nazdik.kernel import OfficeId, rfc3339
from nazdik.kernel.instant import from_rfc3339
from nazdik.organisation.model import Act
from nazdik.published.door import CommandAnswer
from nazdik.published.plans import PlanRule, PlansInForce
from nazdik.published.questions import QuestionSet

LISTED_MAX = 200
# Reading back through a log takes a second or two of a core.
_one_at_a_time = asyncio.Semaphore(1)


class Asked(StrEnum):
    """Which book, of whoever stands in the address."""

    WORDS = "words"
    QUESTIONS = "questions"
    PLANS = "plans"


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request's body."""


class DraftBody(Body):
    """
    A whole book: for `words` its `entries` (`sentences` left out keeps those that are there), for `questions` its `sets`, for
    `plans` its `rules` (`since` and `until` with any zone). `revision` is the draft that was there as it was written (0: none)
    and `over` the version in force: where they are given, another person's newer work is not written over.
    """

    entries: tuple[Entry, ...] = ()
    sentences: tuple[Sentence, ...] | None = None
    sets: tuple[QuestionSet, ...] = ()
    rules: tuple[PlanRule, ...] = ()
    revision: int | None = None
    over: int | None = None


class PublishBody(Body):
    """The draft that was read and tried; it is refused when it does worse than what is in force, unless that is said."""

    revision: int
    note: str = ""
    even_if_worse: bool = False


class RollBackBody(Body):
    """The version to go back to; 0 is what ships."""

    to: int
    note: str = ""


class VersionView(msgspec.Struct, frozen=True):
    """A published version that can be gone back to."""

    number: int
    by: str
    at: str
    note: str
    trial: Trial | None


class DraftView(msgspec.Struct, frozen=True):
    """Who drafts, since when, and which revision it is."""

    revision: int
    by: str
    at: str


class BookView(msgspec.Struct, frozen=True):
    """
    A book: `version` is the name that calls keep, `in_force` its number (0: what ships).

    `second_person`: whoever drafts it does not publish it. `nations_version` is the nation's book that holds under a
    province's; `behind` are the provinces in which the nation's is not in force yet.
    """

    book: str
    version: str
    in_force: int
    since: str | None
    versions: tuple[VersionView, ...]
    draft: DraftView | None
    second_person: bool
    nations_version: str | None
    behind: tuple[str, ...]


class BooksView(msgspec.Struct, frozen=True):
    """All books of a province."""

    books: tuple[BookView, ...]


class ContentView(msgspec.Struct, frozen=True):
    """What a version, or the draft, holds; `nations` is what the nation has in force under it (null: nothing)."""

    book: str
    version: str
    content: Content
    nations: Content | None = None


class DifferenceView(msgspec.Struct, frozen=True):
    """What a draft (`revision`; 0: an earlier version) changes: rows added and removed as they are stored, and in words."""

    revision: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    same: int
    lines: tuple[Line, ...]


class TriedView(msgspec.Struct, frozen=True):
    """How the draft does on its sentences, beside what is in force; the first 200 that changed and that are still wrong."""

    revision: int
    trial: Trial
    changed: tuple[Differing, ...]
    wrong: tuple[Differing, ...]


def _opened(desk: Desk, whose: str, asked: Asked) -> tuple[ControlRoom, BookName]:
    """Return where a book is kept, once its reader may see it: a province's in its own log, the nation's in the leader's."""
    name = BookName(asked)
    if not is_nations(desk.house.offices, whose):
        return _room(desk, whose), name
    desk.allow(Act.SEE_GUIDE, offices=frozenset({OfficeId(whose)}))
    nations = OF_NATION.get(name)
    if nations is None:
        raise BookNotNational(book=name)
    return leader_of_book(desk.house.rooms, nations), nations


def _room(desk: Desk, province: str) -> ControlRoom:
    room = desk.house.room(province)
    desk.allow(Act.SEE_GUIDE, offices=frozenset({OfficeId(str(room.province)), desk.posting.office}))
    return room


def _view(desk: Desk, whose: str, asked: Asked) -> BookView:
    room, name = _opened(desk, whose, asked)
    book, draft = room.state.guide.book(name), room.state.guide.book(name).draft
    under = OF_NATION.get(name)
    nations = room.state.guide.book(under) if under is not None else None
    return BookView(
        book=asked,
        version=label_in_force(room.state.guide, name),
        in_force=book.in_force,
        since=rfc3339(book.since) if book.since is not None else None,
        versions=tuple(VersionView(v.number, v.by, rfc3339(v.at), v.note, v.trial) for v in reversed(book.versions)),
        draft=DraftView(draft.revision, draft.by, rfc3339(draft.at)) if draft is not None else None,
        second_person=name in SECOND_PERSON,
        nations_version=label_of(nations) if nations is not None and nations.in_force else None,
        behind=behind_in_book(desk.house.rooms, name) if name in OF_NATION.values() else (),
    )


def _draft(room: ControlRoom, name: BookName) -> Draft:
    draft = room.state.guide.book(name).draft
    if draft is None:
        raise NoDraft(book=name)
    return draft


def _earlier(book: Book, number: int) -> Content | None:
    """Return what an earlier version held; None is what ships, or the nation's."""
    if number == 0:
        return None
    found = book.find_version(number)
    if found is None:
        raise VersionNotFound(book=book.name, version=number)
    return found.content


@get("/v1/provinces/{province:str}/guide")
async def list_books(province: FromPath[str], desk: NamedDependency[Desk]) -> BooksView:
    """Return the books: what is in force, what is drafted, what can be gone back to; of the nation those that it may have."""
    national = is_nations(desk.house.offices, province)
    every = [asked for asked in Asked if not national or BookName(asked) in OF_NATION]
    return BooksView(tuple(_view(desk, province, asked) for asked in every))


@get("/v1/provinces/{province:str}/guide/{book:str}")
async def get_book(
    province: FromPath[str],
    book: FromPath[Asked],
    desk: NamedDependency[Desk],
    version: FromQuery[int | None] = None,
    draft: FromQuery[bool] = False,
) -> ContentView:
    """
    Return what is in force, or an earlier `version` (0: what ships), or the `draft`.

    Refusals: guide.no_draft, guide.version_not_found, guide.book_not_national (404).
    """
    room, name = _opened(desk, province, book)
    guide = room.state.guide
    nations = nations_of(guide, name)
    if draft:
        found = _draft(room, name)
        return ContentView(book, f"draft {found.revision}", whole_of(guide, name, found.content), nations)
    if version is None:
        return ContentView(book, label_in_force(guide, name), content_of(guide, name), nations)
    if version == 0:
        return ContentView(book, label_of(Book(name=name)), whole_of(guide, name, None), nations)
    earlier = guide.book(name).find_version(version)
    if earlier is None:
        raise VersionNotFound(book=book, version=version)
    return ContentView(book, str(version), whole_of(guide, name, earlier.content), nations)


@post("/v1/provinces/{province:str}/guide/{book:str}/draft", status_code=200)
async def save_draft(
    province: FromPath[str],
    book: FromPath[Asked],
    data: JSONBody[DraftBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """Keep a whole book as the draft. Refusals: guide.content_invalid (422), which names the rows; guide.draft_changed (409)."""
    desk.allow(Act.KEEP_GUIDE)
    room, name = _opened(desk, province, book)
    content = _content(name, data, room)
    if isinstance(content, Plans):
        _check_offices(content, desk, OfficeId(province))
    # What is as the nation has it stays the nation's to change.
    command = c.SaveDraft(
        book=name, content=kept_of(room.state.guide, name, content), revision=data.revision, over=data.over
    )
    return await door.act(Act.KEEP_GUIDE, command, about=province, room=room)


def _content(name: BookName, data: DraftBody, room: ControlRoom) -> Content:
    if name in (BookName.QUESTIONS, BookName.NATION_QUESTIONS):
        return Questions(sets=data.sets)
    if name in (BookName.PLANS, BookName.NATION_PLANS):
        return Plans(rules=tuple(map(_in_utc, data.rules)))
    kept = words_of(content_of(room.state.guide, name)).sentences
    return Words(entries=data.entries, sentences=kept if data.sentences is None else data.sentences)


def _check_offices(plans: Plans, desk: Desk, whose: OfficeId) -> None:
    """A rule of an office that is not there, or is another province's, would never hold; the nation's are the whole country's."""
    tree = desk.house.offices
    national = is_nations(tree, whose)
    wrong = [
        f"rule {row}: no such office here"
        for row, rule in enumerate(plans.rules, start=1)
        if tree.find_office(rule.office) is None
        or not (rule.office == whose if national else tree.is_within(rule.office, whose))
    ]
    if wrong:
        raise ContentInvalid(rows=wrong[:20], wrong=len(wrong))


def _in_utc(rule: PlanRule) -> PlanRule:
    """Return a rule with its times as they are compared; what is no time is refused by the book's own rule."""

    def written(text: str) -> str:
        try:
            return rfc3339(from_rfc3339(text)) if text else ""
        except (ValueError, OverflowError):
            return text[:40]

    return msgspec.structs.replace(rule, since=written(rule.since), until=written(rule.until))


@post("/v1/provinces/{province:str}/guide/{book:str}/draft/drop", status_code=200)
async def drop_draft(
    province: FromPath[str],
    book: FromPath[Asked],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """Throw the draft away. Refusals: guide.no_draft (404)."""
    room, name = _opened(desk, province, book)
    return await door.act(Act.KEEP_GUIDE, c.DropDraft(book=name), about=province, room=room)


@get("/v1/provinces/{province:str}/guide/{book:str}/difference")
async def compare_draft(
    province: FromPath[str], book: FromPath[Asked], desk: NamedDependency[Desk], to: FromQuery[int | None] = None
) -> DifferenceView:
    """
    Return what the draft, or going back `to` an earlier version (0: what ships), would change of what is in force.

    Refusals: guide.no_draft, guide.version_not_found (404).
    """
    room, of = _opened(desk, province, book)
    guide = room.state.guide
    draft = _draft(room, of) if to is None else None
    kept = _earlier(guide.book(of), to) if to is not None else draft.content if draft is not None else None
    before, after = content_of(guide, of), whole_of(guide, of, kept)
    now, then = _rows(before), _rows(after)
    tree = desk.house.offices

    def name(office_id: OfficeId) -> Text:
        office = tree.find_office(office_id)
        return Text(office.name_fa, office.name_en) if office is not None else Text(office_id, office_id)

    return DifferenceView(
        revision=0 if draft is None else draft.revision,
        added=tuple(row for row in then if row not in now),
        removed=tuple(row for row in now if row not in then),
        same=sum(row in now for row in then),
        lines=lines_of(before, after, name, kind_names(room.state.settings)),
    )


@get("/v1/provinces/{province:str}/guide/{book:str}/past")
async def try_plans_on_past(province: FromPath[str], book: FromPath[Asked], desk: NamedDependency[Desk]) -> PastPlans:
    """
    Say how many of the last incidents (200 at most) would have got other units by the drafted plans. Figures only.

    Refusals: guide.no_draft, guide.nothing_to_try (404): only plans are tried on what was.
    """
    room, name = _opened(desk, province, book)
    if book is not Asked.PLANS:
        raise NothingToTry(book=book)
    draft, now = _draft(room, name), desk.house.clock.now()
    nations = name is BookName.NATION_PLANS
    past: list[tuple[Past, PlansInForce]] = []
    days = 0
    async with _one_at_a_time:
        # What the nation drafts is tried on every province, under what each has of its own.
        for each in desk.house.rooms.values() if nations else (room,):
            found, looked = await asyncio.to_thread(past_incidents, each, now)
            past += ((one, plans_in_force(each.state.guide)) for one in found)
            days = max(days, looked)
    after = draft.content
    assert isinstance(after, Plans)
    names, chain = kind_names(room.state.settings), desk.house.offices.chain_of
    return compare_plans(past, after.rules, names, chain, now, revision=draft.revision, days=days, nations=nations)


def _rows(content: Content) -> dict[str, None]:
    """Return a book as lines that people can compare, in its order."""
    lists = (value for value in msgspec.structs.asdict(content).values() if isinstance(value, tuple))
    return {msgspec.json.encode(row).decode(): None for rows in lists for row in rows}


@post("/v1/provinces/{province:str}/guide/{book:str}/try", status_code=200)
async def try_draft(province: FromPath[str], book: FromPath[Asked], desk: NamedDependency[Desk]) -> TriedView:
    """
    Guess the kinds of the draft's sentences with the draft, and with what is in force.

    Refusals: guide.no_draft, guide.nothing_to_try (404): only words have sentences.
    """
    room, name = _opened(desk, province, book)
    if book is not Asked.WORDS:
        raise NothingToTry(book=book)
    revision, tried = await _tried(room, name)
    return TriedView(revision, tried.trial, tried.changed[:LISTED_MAX], tried.wrong[:LISTED_MAX])


async def _tried(room: ControlRoom, name: BookName) -> tuple[int, Tried]:
    draft, guide = _draft(room, name), room.state.guide
    now, then = words_of(content_of(guide, name)), words_of(whole_of(guide, name, draft.content))
    return draft.revision, await asyncio.to_thread(try_words, then, now, kind_names(room.state.settings).kinds)


@post("/v1/provinces/{province:str}/guide/{book:str}/publish", status_code=200)
async def publish_draft(
    province: FromPath[str],
    book: FromPath[Asked],
    data: JSONBody[PublishBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Put the draft in force, at once. What was classified before keeps the version it was classified with.

    Refusals: guide.no_draft (404), guide.draft_changed, guide.draft_worse, guide.second_person_needed (409).
    """
    desk.allow(Act.KEEP_GUIDE, offices=frozenset({OfficeId(province)}))
    room, name = _opened(desk, province, book)
    trial: Trial | None = None
    if book is Asked.WORDS:
        revision, tried = await _tried(room, name)
        if revision != data.revision:
            raise DraftChanged(book=book, revision=revision)
        trial = tried.trial
    command = c.PublishDraft(
        book=name, revision=data.revision, note=data.note, trial=trial, even_if_worse=data.even_if_worse
    )
    return await door.act(Act.KEEP_GUIDE, command, about=province, room=room)


@post("/v1/provinces/{province:str}/guide/{book:str}/roll-back", status_code=200)
async def roll_back(
    province: FromPath[str],
    book: FromPath[Asked],
    data: JSONBody[RollBackBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """Put an earlier version in force again. Refusals: guide.version_not_found (404), guide.version_in_force (409)."""
    room, name = _opened(desk, province, book)
    command = c.RollBack(book=name, to=data.to, note=data.note)
    return await door.act(Act.KEEP_GUIDE, command, about=province, room=room)


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_books,
    get_book,
    save_draft,
    drop_draft,
    compare_draft,
    try_plans_on_past,
    try_draft,
    publish_draft,
    roll_back,
)
