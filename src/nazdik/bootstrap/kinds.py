"""Kinds from typed words, with the dictionary that is in force in the asker's province."""

from functools import cache

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, SkipValidation

from nazdik.bootstrap.administration.kind_names import SHIPPED_NAMES, kind_names
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.guessers import words_of
from nazdik.guide.guessing import Guess
from nazdik.guide.in_force import questions_in_force
from nazdik.guide.model import BookName, Guide
from nazdik.guide.shipped import shipped
from nazdik.guide.tokens import alternatives_of
from nazdik.kernel import Actor, ProvinceId, rfc3339
from nazdik.organisation.model import Act
from nazdik.published.questions import QuestionsInForce

TEXT_MAX, LIMIT_MAX = 4_000, 8


class GuessBody(msgspec.Struct, forbid_unknown_fields=True):
    """Typed words, in Persian or English; at most eight kinds are proposed."""

    text: str
    limit: int = 5


class ReasonView(msgspec.Struct, frozen=True):
    """
    Why: what was typed, the entry it was read as, and what that adds.

    `way`: exact, ending (an ending was left off), sound (another letter of the same sound), letter (one letter amiss).
    """

    typed: str
    entry: str
    gloss: str
    kind: str
    weight: int
    priority: int | None
    way: str


class GuessView(msgspec.Struct, frozen=True):
    """A proposed kind, the priority that kind and words propose, and the typed words that spoke for it with their reasons."""

    code: str
    priority: int
    score: float
    words: tuple[str, ...]
    reasons: tuple[ReasonView, ...]


class GuessesView(msgspec.Struct, frozen=True):
    """Proposed kinds, best first; words that were said and denied; and the version of the dictionary."""

    guesses: tuple[GuessView, ...]
    denied: tuple[str, ...]
    version: str


class NeedOut(msgspec.Struct, frozen=True):
    """So many units with one skill."""

    skill: str
    units: int


class FormerNames(msgspec.Struct, frozen=True):
    """What a kind was called until an instant: incidents that began before keep that name."""

    until: str
    name_fa: str
    name_en: str


class KindView(msgspec.Struct, frozen=True):
    """
    A kind of incident. `common` is its word in an EIDO, `cap` its category in CAP; `also` are words of others that we understand.
    `words` are its own and those of the dictionary that ships, for faces that cannot ask. A `retired` kind is given to no
    incident any more.
    """

    code: str
    common: str
    also: tuple[str, ...]
    cap: str
    name_fa: str
    name_en: str
    priority: int
    needs: tuple[NeedOut, ...]
    words: tuple[str, ...]
    retired: bool
    former: tuple[FormerNames, ...]


class KindsView(msgspec.Struct, frozen=True):
    """The catalogue."""

    kinds: tuple[KindView, ...]


@post("/v1/kinds/guess", status_code=200)
async def guess(data: JSONBody[GuessBody], desk: NamedDependency[Desk]) -> GuessesView:
    """Propose kinds and a priority for typed words, each with its reasons. Nothing is kept."""
    desk.allow(Act.SEE_GUIDE)
    guesser, version = desk.house.guessers.of(room_of_desk(desk))
    found = guesser.guess(data.text[:TEXT_MAX], max(1, min(data.limit, LIMIT_MAX)))
    return GuessesView(tuple(map(_view, found.guesses)), found.denied, version)


def _view(guess: Guess) -> GuessView:
    return GuessView(
        code=guess.code,
        priority=guess.priority,
        score=guess.score,
        words=tuple(dict.fromkeys(spoken.typed for spoken in guess.spoken)),
        reasons=tuple(
            ReasonView(
                typed=spoken.typed,
                entry=spoken.entry.text,
                gloss=spoken.entry.gloss,
                kind=spoken.entry.kind,
                weight=spoken.entry.weight,
                priority=spoken.entry.priority,
                way=spoken.way,
            )
            for spoken in guess.spoken
        ),
    )


def room_of_desk(desk: Desk) -> ControlRoom | None:
    """Return the province a session works in; None for one that stands above all."""
    office = desk.house.offices.find_office(desk.posting.office)
    return desk.house.rooms.get(office.province_id) if office is not None and office.province_id is not None else None


@get("/v1/questions")
async def list_questions(desk: NamedDependency[Desk]) -> QuestionsInForce:
    """Return the key questions in force in the session's province, by kind, and the version of their book."""
    desk.allow(Act.SEE_GUIDE)
    room = room_of_desk(desk)
    return questions_in_force(room.state.guide if room is not None else Guide(province=ProvinceId("")))


@cache
def _words_by_kind() -> dict[str, tuple[str, ...]]:
    """Return what alone speaks for each kind, as it is written."""
    found: dict[str, list[str]] = {}
    for entry in words_of(shipped(BookName.WORDS)).entries:
        if len(alternatives_of(entry.text)) == 1:
            found.setdefault(entry.kind, []).extend(way.strip() for way in entry.text.split("/"))
    return {kind: tuple(words) for kind, words in found.items()}


@get("/v1/kinds", sync_to_thread=False)
def list_kinds(
    session_actor: NamedDependency[SkipValidation[Actor | None]], building: NamedDependency[SkipValidation[Building]]
) -> KindsView:
    """Return the catalogue of kinds, as the province of whoever is signed in has it."""
    words = _words_by_kind()
    office = (
        building.offices.find_office(session_actor.office_id) if session_actor and session_actor.office_id else None
    )
    room = building.rooms.get(office.province_id) if office is not None and office.province_id is not None else None
    names = SHIPPED_NAMES if room is None else kind_names(room.state.settings)
    return KindsView(
        tuple(
            KindView(
                code=kind.code,
                common=kind.common,
                also=kind.also,
                cap=kind.cap,
                name_fa=kind.name_fa,
                name_en=kind.name_en,
                priority=kind.priority,
                needs=tuple(NeedOut(need.skill, need.units) for need in kind.needs),
                words=(*kind.words, *words.get(kind.code, ())),
                retired=kind.retired,
                former=tuple(
                    FormerNames(rfc3339(until), name_fa, name_en)
                    for until, (name_fa, name_en) in names.former.get(kind.code, ())
                ),
            )
            for kind in names.kinds.values()
        )
    )


ROUTES: tuple[BaseRouteHandler, ...] = (list_kinds, list_questions, guess)
