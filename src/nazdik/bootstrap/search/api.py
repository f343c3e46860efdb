"""The route of the one box. What is personal is searched for a stated purpose only, and every call shown is written down."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.proofs import check_fresh
from nazdik.bootstrap.kinds import room_of_desk
from nazdik.bootstrap.past_calls import CallBook
from nazdik.bootstrap.place_book import PlaceBook
from nazdik.bootstrap.places import PlaceView, PointInvalid, view_of
from nazdik.bootstrap.search import finding
from nazdik.bootstrap.search.finding import Hit, best
from nazdik.bootstrap.search.matching import Asked, telephone_score
from nazdik.dispatch.model import Incident, Unit
from nazdik.geo.places import Place
from nazdik.intake.model import Call
from nazdik.kernel import LonLat, OfficeId, rfc3339
from nazdik.organisation.model import Act
from nazdik.published.offices import Office

EACH_MAX = 5


class SearchBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    What to look for, from where the reader looks, and why.

    Without a purpose nothing personal is searched: incidents, units, offices and places only.
    """

    text: str
    near: LonLat | None = None
    purpose: str = ""


class IncidentHit(msgspec.Struct, frozen=True):
    """An incident and by what it was found: number, place, kind, unit, or words (of callers, crews and desks)."""

    id: str
    number: int
    kind: str | None
    priority: int | None
    place: str
    status: str
    at: str
    point: LonLat | None
    why: str
    distance_m: float | None


class PastHit(msgspec.Struct, frozen=True):
    """An incident that has left the memory, by its number; ended in the last ninety days."""

    id: str
    number: int
    kind: str
    at: str
    disposition: str | None
    cancelled: bool


class UnitHit(msgspec.Struct, frozen=True):
    """A unit, found by its call sign or its office."""

    id: str
    call_sign: str
    office: str
    on_duty: bool
    point: LonLat | None
    why: str
    distance_m: float | None


class OfficeHit(msgspec.Struct, frozen=True):
    """An office, found by its name."""

    id: str
    tier: str
    name_fa: str
    name_en: str
    point: LonLat
    distance_m: float | None


class CallHit(msgspec.Struct, frozen=True):
    """A call, found by number, name, place or words. `past`: only the log still has it; of those only numbers are searched."""

    id: str
    at: str
    state: str
    number: str | None
    name: str | None
    place: str
    incident: str | None
    incident_number: int | None
    point: LonLat | None
    why: str
    distance_m: float | None
    past: bool


class SearchView(msgspec.Struct, frozen=True):
    """The best of each kind, the better answer first, of equals the nearer. `personal`: calls and words were searched too."""

    incidents: tuple[IncidentHit, ...]
    past_incidents: tuple[PastHit, ...]
    units: tuple[UnitHit, ...]
    offices: tuple[OfficeHit, ...]
    calls: tuple[CallHit, ...]
    places: tuple[PlaceView, ...]
    personal: bool


NOTHING = SearchView((), (), (), (), (), (), False)


@post("/v1/search", status_code=200)
async def search(
    request: Request[Any, Any, Any],
    data: JSONBody[SearchBody],
    desk: NamedDependency[Desk],
    place_book: NamedDependency[PlaceBook],
    call_book: NamedDependency[CallBook],
    entrance: NamedDependency[Entrance],
) -> SearchView:
    """
    Search everything this session may see, as people type it; a question that changes nothing.

    It is asked in a body, because a caller's number does not belong into an address. With a purpose also callers' numbers and
    names and what was said; the purpose and each call shown are written down. Refusals: organisation.purpose_needed,
    geo.point_invalid (422); organisation.role_may_not, auth.proof_needed (403) with a purpose.
    """
    desk.allow(Act.SEE_INCIDENT)
    asked = Asked.of(data.text[:200])
    if asked.says_nothing:
        return NOTHING
    purpose = desk.allow(Act.SEARCH_PERSONAL, purpose=data.purpose) if data.purpose else ""
    if data.near is not None and not (-180 <= data.near.lon <= 180 and -90 <= data.near.lat <= 90):
        raise PointInvalid(near=f"{data.near.lon},{data.near.lat}"[:60])
    if purpose:
        check_fresh(entrance, entrance.session_of(request))
    await desk.note("search", desk.posting.office, purpose or "duty")
    rooms = list(desk.house.rooms.values())
    open_to_all = await asyncio.to_thread(_in_memory, desk, rooms, asked, data)
    past = await _past_incidents(desk, asked, place_book)
    found = msgspec.structs.replace(open_to_all, past_incidents=past)
    return await _with_personal(desk, found, asked, data.near, purpose, call_book) if purpose else found


def _in_memory(desk: Desk, rooms: Sequence[ControlRoom], asked: Asked, data: SearchBody) -> SearchView:
    """Return what needs no purpose. In a thread of its own: states are never changed, only replaced."""
    near = data.near
    places: list[Place] = []
    for name, finder in desk.house.places.items():
        if desk.house.offices.is_within(OfficeId(str(name)), desk.posting.office) or name == _province(desk):
            places += finder.search(data.text[:200], near=near, limit=EACH_MAX)
    places.sort(key=lambda place: -place.score)
    units = best(finding.units(desk, rooms, asked, near), EACH_MAX) if desk.may(Act.SEE_UNIT) else []
    return SearchView(
        incidents=tuple(map(_incident, best(finding.incidents(desk, rooms, asked, near), EACH_MAX))),
        past_incidents=(),
        units=tuple(map(_unit, units)),
        offices=tuple(map(_office, best(finding.offices(desk, asked, near), EACH_MAX))),
        calls=(),
        places=tuple(view_of(place, desk.house) for place in places[:EACH_MAX]),
        personal=False,
    )


async def _past_incidents(desk: Desk, asked: Asked, place_book: PlaceBook) -> tuple[PastHit, ...]:
    """Return an incident of this number that the memory has forgotten, when it was the session's own."""
    room = room_of_desk(desk)
    if room is None or not desk.may(Act.SEE_PREMISES) or not 0 < len(asked.digits) <= 9:
        return ()
    past = await place_book.numbered(room.province, int(asked.digits))
    if past is None or past.id in room.state.world.incidents:
        return ()
    if not desk.house.offices.is_within(past.station, desk.posting.office):
        return ()
    return (PastHit(past.id, past.number, past.kind, rfc3339(past.at), past.disposition, past.cancelled),)


async def _with_personal(
    desk: Desk, found: SearchView, asked: Asked, near: LonLat | None, purpose: str, call_book: CallBook
) -> SearchView:
    """Add what was said and who called, as far as this role may see it; each call shown is written down."""
    room = room_of_desk(desk)
    rooms = [room] if room is not None else []
    incidents, calls = list(found.incidents), list(found.calls)
    if desk.may(Act.SEE_DETAIL):
        told = await asyncio.to_thread(lambda: best(finding.told(desk, rooms, asked, near), EACH_MAX))
        known = {each.id for each in incidents}
        added = [_incident(hit) for hit in told if hit.item.id not in known]
        for each in added:
            await desk.note("search_words", each.id, purpose)
        incidents += added
    if desk.may(Act.SEE_CALL) and room is not None:
        hits = await asyncio.to_thread(lambda: best(finding.calls(rooms, asked, near), EACH_MAX))
        calls = [_call(hit) for hit in hits]
        if desk.may(Act.SEE_PAST_CALLS):
            calls += await _past_calls(room, asked, {call.id for call in calls}, call_book)
        for call in calls:
            await desk.note("search_calls", call.id, purpose)
    return msgspec.structs.replace(found, incidents=tuple(incidents), calls=tuple(calls), personal=True)


async def _past_calls(room: ControlRoom, asked: Asked, known: set[str], call_book: CallBook) -> list[CallHit]:
    """Return calls that only the log still has; their index knows whole numbers alone."""
    if telephone_score(asked, (f"+98{asked.digits}",)) == 0.0:
        return []
    _, past = await call_book.calls_of(room.province, (f"+98{asked.digits}", asked.digits), EACH_MAX)
    missing = [each for each in past if each.id not in known and each.id not in room.state.calls]
    numbers = await call_book.numbers_of([each.incident for each in missing if each.incident is not None])
    return [
        CallHit(
            id=each.id,
            at=rfc3339(each.at),
            state=each.state,
            number=None,
            name=None,
            place="",
            incident=each.incident,
            incident_number=numbers.get(each.incident) if each.incident is not None else None,
            point=None,
            why="number",
            distance_m=None,
            past=True,
        )
        for each in missing
    ]


def _province(desk: Desk) -> str | None:
    room = room_of_desk(desk)
    return room.province if room is not None else None


def _incident(hit: Hit[Incident]) -> IncidentHit:
    incident, room = hit.item, hit.room
    assert room is not None, "an incident is a province's"
    return IncidentHit(
        id=incident.id,
        number=incident.number,
        kind=incident.kind,
        priority=incident.priority,
        place=incident.place,
        status=room.state.world.status_of(incident),
        at=rfc3339(incident.created_at),
        point=incident.point,
        why=hit.why,
        distance_m=hit.distance_m,
    )


def _unit(hit: Hit[Unit]) -> UnitHit:
    unit = hit.item
    return UnitHit(unit.id, unit.call_sign, unit.office, unit.on_duty, hit.point, hit.why, hit.distance_m)


def _office(hit: Hit[Office]) -> OfficeHit:
    office = hit.item
    return OfficeHit(office.id, office.tier, office.name_fa, office.name_en, office.seat, hit.distance_m)


def _call(hit: Hit[Call]) -> CallHit:
    call, room = hit.item, hit.room
    assert room is not None, "a call is a province's"
    incident = room.state.world.incidents.get(call.incident_id) if call.incident_id is not None else None
    return CallHit(
        id=call.id,
        at=rfc3339(call.presented_at),
        state=call.state,
        number=call.number,
        name=call.name,
        place=call.place,
        incident=call.incident_id,
        incident_number=incident.number if incident is not None else None,
        point=call.point,
        why=hit.why,
        distance_m=hit.distance_m,
        past=False,
    )


ROUTES: tuple[BaseRouteHandler, ...] = (search,)
