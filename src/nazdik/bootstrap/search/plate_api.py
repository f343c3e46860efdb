"""
A crew at its incident asks whether our own records name a car; see docs/decisions/0238.

What comes back is which incidents, of what kind and when: no words of anybody, no people, no places, and nothing of who owns it.
"""

import asyncio

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.reads import detail_seen
from nazdik.bootstrap.search.plates import plate_of, plates_in
from nazdik.dispatch.model import AssignmentState, Incident
from nazdik.kernel import Conflict, Invalid, rfc3339
from nazdik.organisation.model import Act

LISTED_MAX = 5
_AT_WORK = frozenset(
    {AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING}
)


class PlateUnreadable(Invalid):
    """Only a whole national plate is asked for: with a part of one, anybody's car would be found."""

    code = "search.plate_unreadable"


class PlateNeedsWork(Conflict):
    """A plate is asked by a crew that has accepted the incident, and only while it works on it."""

    code = "search.plate_needs_work"


class PlateBody(msgspec.Struct, forbid_unknown_fields=True):
    """At which incident, which plate, and for which of the policy's purposes."""

    incident: str
    plate: str
    purpose: str


class PlateHit(msgspec.Struct, frozen=True):
    """An incident in whose words the plate stands."""

    number: int
    kind: str | None
    at: str
    open: bool


class PlateView(msgspec.Struct, frozen=True):
    """The newest few of how many, and since when our records were looked through. Nothing found says nothing about a car."""

    plate: str
    incidents: tuple[PlateHit, ...]
    found: int
    since: str | None


@post("/v1/search/plate", status_code=200)
async def ask_plate(data: JSONBody[PlateBody], desk: NamedDependency[Desk]) -> PlateView:
    """
    Ask in which of our incidents a plate is named; written down, and each incident found too, before the answer leaves.

    Refusals: search.plate_unreadable, organisation.purpose_needed (422), search.plate_needs_work (409),
    dispatch.incident_not_found (404), organisation.role_may_not (403).
    """
    what_for = desk.allow(Act.ASK_PLATE, purpose=data.purpose)
    room, incident, _ = detail_seen(desk, data.incident)
    plate = plate_of(data.plate[:80])
    if plate is None:
        raise PlateUnreadable()
    if not _is_at_work(room, incident, desk):
        raise PlateNeedsWork(incident_id=incident.id)
    # Which plate it was is not written down: what was found is, and an audit log of all plates would be a register of its own.
    await desk.note("plate_asked", incident.id, what_for)
    found, since = await asyncio.to_thread(_named, room, plate, incident)
    for each in found[:LISTED_MAX]:
        await desk.note("plate_found", each.id, what_for)
    return PlateView(
        plate=plate,
        incidents=tuple(
            PlateHit(each.number, each.kind, rfc3339(each.created_at), not each.ended) for each in found[:LISTED_MAX]
        ),
        found=len(found),
        since=since,
    )


def _is_at_work(room: ControlRoom, incident: Incident, desk: Desk) -> bool:
    world = room.state.world
    return any(
        each.unit_id == desk.posting.unit and each.state in _AT_WORK
        for each in map(world.assignments.__getitem__, incident.assignments)
    )


def _named(room: ControlRoom, plate: str, asked_at: Incident) -> tuple[list[Incident], str | None]:
    """Return the other incidents in whose words a plate stands, the newest first, and how far back we looked."""
    incidents = room.state.world.incidents.values()
    found = [each for each in incidents if each.id != asked_at.id and plate in plates_in(_words(each))]
    found.sort(key=lambda each: (-each.created_at, each.id))
    since = min((each.created_at for each in incidents), default=None)
    return found, None if since is None else rfc3339(since)


def _words(incident: Incident) -> str:
    notes, reports = (note.text for note in incident.notes), (report.text for report in incident.reports)
    # Apart by a mark that no plate spans.
    return " ; ".join((incident.narrative, incident.hazards, incident.place, *notes, *reports))


ROUTES: tuple[BaseRouteHandler, ...] = (ask_plate,)
