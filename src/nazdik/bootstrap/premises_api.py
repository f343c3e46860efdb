"""Hazards of places: warn, find, read again, remove, and say that one was read. A hazard never keeps anybody from being sent."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import ProvinceNotFound, RequestDoor, province_of
from nazdik.bootstrap.kinds import room_of_desk
from nazdik.geo.route import OutsideRegion
from nazdik.kernel import Instant, LonLat, OfficeId, rfc3339
from nazdik.kernel.text import fold
from nazdik.organisation.model import Act
from nazdik.premises import commands as c
from nazdik.premises.errors import NoteNotFound
from nazdik.premises.model import Hazard, NoteId, PremiseNote
from nazdik.premises.nearby import Near, Squares
from nazdik.premises.projections import premise_view
from nazdik.published.door import CommandAnswer
from nazdik.published.premises import PremiseView

LISTED_MAX = 500


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request's body."""


class NoteBody(Body):
    """
    A hazard at a point. It holds for `days` and is to be read again after `review_days`; a `severe` one is acknowledged by a key.

    Write what is dangerous, not who lives there.
    """

    point: LonLat
    hazard: Hazard
    text: str
    radius_m: float = 60.0
    address: str = ""
    severe: bool = False
    days: int = 180
    review_days: int = 90


class ChangeBody(Body):
    """The whole of what a note says; how long it holds stays as it is."""

    point: LonLat
    hazard: Hazard
    text: str
    radius_m: float = 60.0
    address: str = ""
    severe: bool = False


class ReviewBody(Body):
    """It is still so: for so many days more, to be read again after so many."""

    days: int = 180
    review_days: int = 90


class ReasonBody(Body):
    """Why."""

    reason: str = ""


class PremisesView(msgspec.Struct, frozen=True):
    """Notes about a place: severe ones first, then the nearest; or those of an office, the first to be read again first."""

    notes: tuple[PremiseView, ...]


class KeptNote(msgspec.Struct, frozen=True):
    """A note as those who keep it see it; `over` when it holds no more, `overdue` when it should have been read again."""

    id: str
    hazard: str
    severe: bool
    text: str
    address: str
    point: LonLat
    radius_m: float
    office: str
    by: str
    added_at: str
    until: str
    review_at: str
    overdue: bool
    over: bool


class KeptNotes(msgspec.Struct, frozen=True):
    """How many there are, and the first 500: those due to be read again first."""

    total: int
    notes: tuple[KeptNote, ...]


@get("/v1/premises/kept")
async def list_kept_premises(
    desk: NamedDependency[Desk], office: FromQuery[str], words: FromQuery[str] = ""
) -> KeptNotes:
    """
    Return the notes of an office and those below it, with `words` those whose text or address has all of these.

    Written down in the audit log. Refusals: organisation.* (403), organisation.province_not_found (404).
    """
    root = OfficeId(office)
    room = desk.house.room(office)
    desk.allow(Act.KEEP_PREMISES, offices=frozenset({root}))
    await desk.note("premises", root)
    at, tree, asked = desk.house.clock.now(), desk.house.offices, fold(words[:200]).split()
    found = [
        note
        for note in room.state.premises.notes.values()
        if tree.is_within(note.office, root) and all(word in fold(f"{note.text} {note.address}") for word in asked)
    ]
    found.sort(key=lambda note: (note.review_at, note.id))
    return KeptNotes(len(found), tuple(_kept(note, at) for note in found[:LISTED_MAX]))


def _kept(note: PremiseNote, at: Instant) -> KeptNote:
    return KeptNote(
        id=note.id,
        hazard=note.hazard,
        severe=note.severe,
        text=note.text,
        address=note.address,
        point=note.point,
        radius_m=note.radius_m,
        office=note.office,
        by=note.by,
        added_at=rfc3339(note.at),
        until=rfc3339(note.until),
        review_at=rfc3339(note.review_at),
        overdue=note.review_at <= at,
        over=not note.holds(at),
    )


@get("/v1/premises")
async def list_premises(
    desk: NamedDependency[Desk], lon: FromQuery[float | None] = None, lat: FromQuery[float | None] = None
) -> PremisesView:
    """
    Return what is known of a place; without a place the notes of the session's office, those due to be read again first.

    Written down in the audit log.
    """
    desk.allow(Act.SEE_PREMISES)
    room = room_of_desk(desk)
    if room is None:
        return PremisesView(())
    at, notes = desk.house.clock.now(), room.state.premises.notes
    await desk.note("premises", f"{lon:.5f},{lat:.5f}" if lon is not None and lat is not None else desk.posting.office)
    if lon is not None and lat is not None:
        near = Squares(notes).near(LonLat(lon, lat), at) if -180 <= lon <= 180 and -90 <= lat <= 90 else []
    else:
        tree = desk.house.offices
        own = [n for n in notes.values() if n.holds(at) and tree.is_within(n.office, desk.posting.office)]
        own.sort(key=lambda note: (note.review_at, note.id))
        near = [Near(note, 0.0) for note in own]
    return PremisesView(tuple(premise_view(one, at) for one in near[:LISTED_MAX]))


@post("/v1/premises", status_code=200)
async def add_note(
    data: JSONBody[NoteBody], door: NamedDependency[RequestDoor], desk: NamedDependency[Desk]
) -> CommandAnswer:
    """
    Warn of a place, at once; crews on the way there are told. Refusals: premises.note_invalid, geo.outside_region (422),
    premises.too_many_notes (409).
    """
    desk.allow(Act.KEEP_PREMISES)
    station = desk.house.offices.station_at(data.point)
    if station is None:
        raise OutsideRegion(lon=data.point.lon, lat=data.point.lat)
    command = c.AddNote(
        note_id=NoteId(door.new_id("h", province_of(station))),
        point=data.point,
        radius_m=data.radius_m,
        address=data.address,
        hazard=data.hazard,
        severe=data.severe,
        text=data.text,
        office=station,
        days=data.days,
        review_days=data.review_days,
    )
    return await door.act(Act.KEEP_PREMISES, command, about=station, personal="premise_note")


def _note(desk: Desk, note_id: str, act: Act) -> tuple[ControlRoom, PremiseNote]:
    """Return a note below the session's office; another one does not exist for it."""
    desk.allow(act)
    try:
        room = desk.house.room(note_id)
    except ProvinceNotFound:
        raise NoteNotFound(note_id=note_id[:120]) from None
    note = room.state.premises.notes.get(NoteId(note_id))
    if note is None or not desk.house.offices.is_within(note.office, desk.posting.office):
        raise NoteNotFound(note_id=note_id[:120])
    return room, note


@post("/v1/premises/{note_id:str}/change", status_code=200)
async def change_note(
    note_id: FromPath[str],
    data: JSONBody[ChangeBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Say something else of it, or move it; crews on the way there are told, and whoever read it reads it again.

    Refusals: premises.note_not_found (404), premises.note_invalid, geo.outside_region (422).
    """
    room, note = _note(desk, note_id, Act.KEEP_PREMISES)
    station = desk.house.offices.station_at(data.point)
    if station is None or not station.startswith(f"{room.province}."):
        raise OutsideRegion(lon=data.point.lon, lat=data.point.lat)
    command = c.ChangeNote(
        note_id=note.id,
        point=data.point,
        radius_m=data.radius_m,
        address=data.address,
        hazard=data.hazard,
        severe=data.severe,
        text=data.text,
        office=station,
    )
    return await door.act(Act.KEEP_PREMISES, command, about=note.office, personal="premise_note")


@post("/v1/premises/{note_id:str}/review", status_code=200)
async def review_note(
    note_id: FromPath[str],
    data: JSONBody[ReviewBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """Say that it is still so. Refusals: premises.note_not_found (404), premises.note_invalid (422)."""
    _, note = _note(desk, note_id, Act.KEEP_PREMISES)
    command = c.ReviewNote(note_id=note.id, days=data.days, review_days=data.review_days)
    return await door.act(Act.KEEP_PREMISES, command, about=note.office)


@post("/v1/premises/{note_id:str}/remove", status_code=200)
async def remove_note(
    note_id: FromPath[str],
    data: JSONBody[ReasonBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """Take it away; the log keeps it. Refusals: premises.note_not_found (404)."""
    _, note = _note(desk, note_id, Act.KEEP_PREMISES)
    return await door.act(Act.KEEP_PREMISES, c.RemoveNote(note_id=note.id, reason=data.reason), about=note.office)


@post("/v1/incidents/{incident_id:str}/hazards/{note_id:str}/acknowledge", status_code=200)
async def acknowledge_hazard(
    incident_id: FromPath[str],
    note_id: FromPath[str],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Say that a hazard was read for an incident, by a desk or by the crew on it.

    Refusals: premises.note_not_found, dispatch.incident_not_found (404).
    """
    room = desk.house.room(incident_id)
    incident = room.state.world.incidents.get(incident_id)  # type: ignore[call-overload]
    note = room.state.premises.notes.get(NoteId(note_id))
    if incident is None or note is None:
        desk.allow(Act.READ_HAZARD)
        raise NoteNotFound(note_id=note_id[:120])
    command = c.Acknowledge(note_id=note.id, incident_id=incident.id)
    return await door.act(Act.READ_HAZARD, command, about=str(incident.id))


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_premises,
    list_kept_premises,
    add_note,
    change_note,
    review_note,
    remove_note,
    acknowledge_hazard,
)
