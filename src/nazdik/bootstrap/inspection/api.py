"""The inspector's questions: who looked at this incident, call, unit or number; what stands out; and a crew's own record."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.inspection.detect import Finding, Look
from nazdik.bootstrap.inspection.errors import AboutUnknown, FindingUnknown, ReviewNeedsNote
from nazdik.bootstrap.inspection.watch import REVIEWED, Looks, Reviewed
from nazdik.bootstrap.past_calls import CallBook
from nazdik.intake.numbers import tidy_number
from nazdik.kernel import IncidentId, OfficeId, ProvinceId, UnitId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act
from nazdik.organisation.policy import PURPOSE_LENGTH
from nazdik.platform.auth import Session
from nazdik.platform.http import BOARD

DAY_S = 86_400.0
DAYS_MAX = 400
ROWS_MAX = 500
# A crew sees who played its way back only after a week: it may be part of an inquiry.
OWN_AFTER_DAYS = 7
OWN_DAYS = 90
# What on an office's own stream or list shows where its units are.
_SHOWS_UNITS = frozenset({"stream", "list_units", "fleet_reach", "paper", "search"})
_PLACE = re.compile(r"-?\d{1,3}\.\d{1,6},-?\d{1,2}\.\d{1,6}")
_OF_A_UNIT = frozenset({"trail", "route"})


class AboutBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked about: an incident's number or id, a call's id, a unit's call sign or id, or a telephone number."""

    about: str
    days: int = 30


class AccessView(msgspec.Struct, frozen=True):
    """One look. `what` is the audit log's word; `working`: it was under way then."""

    at: str
    actor: str
    role: str
    what: str
    subject: str
    purpose: str
    working: bool


class AccessesView(msgspec.Struct, frozen=True):
    """Who looked, the newest first; `kind` is what was understood: incident, call, unit, number or place."""

    kind: str
    about: str
    looks: tuple[AccessView, ...]
    more: bool


class ReviewView(msgspec.Struct, frozen=True):
    """What an inspector made of a finding, and when."""

    at: str
    by: str
    note: str


class FindingView(msgspec.Struct, frozen=True):
    """A question for an inspector. `kind`: repeated (the same again and again) or off_duty (no desk was open)."""

    id: str
    kind: str
    actor: str
    role: str
    subject: str
    looks: int
    days: int
    first_at: str
    last_at: str
    purposes: tuple[str, ...]
    reviewed: ReviewView | None


class FindingsView(msgspec.Struct, frozen=True):
    """What stands out in the last 30 days, the newest first."""

    findings: tuple[FindingView, ...]


class ReviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """What was found, in words."""

    note: str


@post("/v1/looks", status_code=200)
async def list_looks(
    data: JSONBody[AboutBody],
    desk: NamedDependency[Desk],
    looks: NamedDependency[SkipValidation[Looks]],
    call_book: NamedDependency[SkipValidation[CallBook]],
    proved: NamedDependency[Session],
) -> AccessesView:
    """
    Return who looked at an incident, a call, a unit or the calls of a number. A question; it is written down itself.

    It is asked in a body, because a number does not belong into an address. Refusals: audit.about_unknown (404),
    organisation.role_may_not, organisation.not_your_office, auth.proof_needed (403).
    """
    desk.allow(Act.READ_AUDIT)
    kind, subjects, offices = await _understood(desk, data.about.strip()[:120], call_book)
    desk.allow(Act.READ_AUDIT, offices=offices)
    await desk.note("looks", next(iter(subjects)), "inspection")
    since = plus_s(desk.house.clock.now(), -DAY_S * max(1, min(data.days, DAYS_MAX)))
    found = await looks.about(subjects, since, ROWS_MAX + 1)
    return AccessesView(kind, data.about.strip()[:120], tuple(map(_look, found[:ROWS_MAX])), len(found) > ROWS_MAX)


async def _understood(desk: Desk, about: str, book: CallBook) -> tuple[str, list[str], frozenset[OfficeId]]:
    """Return what was asked about, under which names it is in the log, and whose it is; `AboutUnknown`."""
    for province, room in desk.house.rooms.items():
        if not desk.house.offices.is_within(OfficeId(str(province)), desk.posting.office):
            continue
        world = room.state.world
        unit = next(
            (
                u
                for u in world.units.values()
                if about.casefold() in {name.casefold() for name in (u.id, u.call_sign, *u.former_signs)}
            ),
            None,
        )
        if unit is not None:
            return "unit", [unit.id, *_ways(world.assignments, unit.id)], desk.house.concerned(world, unit.id)[0]
        digits = about.removeprefix("#")
        incident = world.incidents.get(IncidentId(about)) or next(
            (i for i in world.incidents.values() if digits.isdecimal() and i.number == int(digits)), None
        )
        if incident is not None:
            return "incident", [incident.id, *incident.calls], desk.house.concerned(world, incident.id)[0]
        own = frozenset({OfficeId(str(province))})
        # What memory has forgotten is still in the audit log under its id.
        for mark, kind in ((f"{province}.c", "call"), (f"{province}.i", "incident")):
            if about.startswith(mark):
                return kind, [about], own
        if _PLACE.fullmatch(about):
            return "place", [about], own
        if len(digits) >= 5 and tidy_number(about):
            _, known = await book.calls_of(ProvinceId(str(province)), [about], ROWS_MAX)
            if known:
                return "number", [c.id for c in known] + [c.incident for c in known if c.incident is not None], own
    raise AboutUnknown(about=about)


def _ways(assignments: Any, unit_id: UnitId) -> list[str]:
    """Return the assignments of a unit: whoever asks for its way to one asks where it is."""
    return [str(each.id) for each in assignments.values() if each.unit_id == unit_id]


@get("/v1/looks/findings", opt=BOARD)
async def list_findings(desk: NamedDependency[Desk], looks: NamedDependency[SkipValidation[Looks]]) -> FindingsView:
    """Return what stands out in the audit log of the last 30 days, with what was made of it."""
    desk.allow(Act.READ_AUDIT)
    await desk.note("findings", desk.posting.office, "inspection")
    reviewed = await looks.reviewed()
    return FindingsView(tuple(_finding(each, reviewed.get(each.id)) for each in await _own_findings(desk, looks)))


@post("/v1/looks/findings/{finding_id:str}/review", status_code=200)
async def review_finding(
    finding_id: FromPath[str],
    data: JSONBody[ReviewBody],
    desk: NamedDependency[Desk],
    looks: NamedDependency[SkipValidation[Looks]],
) -> FindingView:
    """
    Say what was made of a finding; it stays in the audit log. More looks after that make it a question again.

    Refusals: audit.finding_unknown (404), audit.review_needs_note (422), organisation.role_may_not (403).
    """
    desk.allow(Act.READ_AUDIT)
    note = data.note.strip()
    if len(note) not in PURPOSE_LENGTH:
        raise ReviewNeedsNote(characters_min=PURPOSE_LENGTH.start, characters_max=PURPOSE_LENGTH.stop - 1)
    finding = next((each for each in await _own_findings(desk, looks) if each.id == finding_id), None)
    if finding is None:
        raise FindingUnknown(finding=finding_id[:40])
    await desk.note(REVIEWED, finding.id, note)
    return _finding(finding, (await looks.reviewed())[finding.id])


async def _own_findings(desk: Desk, looks: Looks) -> list[Finding]:
    """Return the findings about what is of the inspector's own office or below it."""
    found = []
    for each in await looks.findings():
        province = OfficeId(each.subject.partition(".")[0])
        office = desk.house.offices.find_office(province)
        # A look at a place has no province in its name; whoever inspects sees it.
        if office is None or desk.house.offices.is_within(office.id, desk.posting.office):
            found.append(each)
    return found


@get("/v1/looks/own")
async def list_own_looks(desk: NamedDependency[Desk], looks: NamedDependency[SkipValidation[Looks]]) -> AccessesView:
    """
    Return who looked at where this crew's unit was: who played its way back, and whose screen showed it, a week and more ago.

    Refusals: organisation.role_may_not (403).
    """
    desk.allow(Act.SEE_OWN_LOOKS)
    unit = desk.posting.unit
    assert unit is not None, "the act is a crew's"
    world = desk.house.room(unit).state.world
    await desk.note("own_looks", unit)
    now = desk.house.clock.now()
    subjects = [unit, *_ways(world.assignments, unit), *map(str, desk.house.offices.chain_of(world.units[unit].office))]
    until = plus_s(now, -DAY_S * OWN_AFTER_DAYS)
    found = [
        look
        for look in await looks.about(subjects, plus_s(now, -DAY_S * OWN_DAYS), 50 * ROWS_MAX)
        if look.at <= until and look.actor != desk.posting.person and _shows_unit(look, unit)
    ]
    shown = _once_a_day(found)
    return AccessesView("unit", unit, tuple(map(_look, shown[:ROWS_MAX])), len(shown) > ROWS_MAX)


def _shows_unit(look: Look, unit: str) -> bool:
    """Whether a look showed where the unit was: its own way, or a screen on which its office's units are."""
    return look.what in _OF_A_UNIT or (look.subject != unit and look.what in _SHOWS_UNITS)


def _once_a_day(looks: Iterable[Look]) -> list[Look]:
    """Return a screen that came and went all day once; each look at the unit itself stays."""
    shown: dict[tuple[str, ...], Look] = {}
    for look in looks:
        key = (str(look.position),) if look.what in _OF_A_UNIT else (look.actor, look.what, rfc3339(look.at)[:10])
        shown.setdefault(key, look)
    return list(shown.values())


def _look(look: Look) -> AccessView:
    return AccessView(rfc3339(look.at), look.actor, look.role, look.what, look.subject, look.purpose, look.working)


def _finding(finding: Finding, reviewed: Reviewed | None) -> FindingView:
    # What came after a review is a question again.
    stands = reviewed is not None and reviewed.at >= finding.last_at
    return FindingView(
        id=finding.id,
        kind=finding.kind,
        actor=finding.actor,
        role=finding.role,
        subject=finding.subject,
        looks=finding.looks,
        days=finding.days,
        first_at=rfc3339(finding.first_at),
        last_at=rfc3339(finding.last_at),
        purposes=finding.purposes,
        reviewed=ReviewView(rfc3339(reviewed.at), reviewed.by, reviewed.note)
        if reviewed is not None and stands
        else None,
    )


ROUTES: tuple[BaseRouteHandler, ...] = (list_looks, list_findings, review_finding, list_own_looks)
