"""Reading: the same views the stream carries, one incident in full, its timeline, who would be sent now."""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.reach_api import gap_views
from nazdik.bootstrap.views import late_at
from nazdik.bootstrap.watch.mark import is_of_watch
from nazdik.bootstrap.words import PERSONAL
from nazdik.dispatch.errors import AssignmentNotFound, IncidentIsDraft, IncidentNotFound, PlaceMissing
from nazdik.dispatch.model import Assignment, Incident
from nazdik.dispatch.projections import alarm_view, incident_view, recommendation_view, unit_view
from nazdik.dispatch.recommend import recommend
from nazdik.dispatch.rules import Rules
from nazdik.dispatch.views import AlarmView, DetailView, IncidentView, RecommendationView, UnitView
from nazdik.geo.route import Route
from nazdik.intake.projections import CallView, call_view
from nazdik.kernel import AssignmentId, IncidentId, Instant, LonLat, OfficeId, rfc3339
from nazdik.organisation.model import Act
from nazdik.published.kinds import Need

LIMIT_MAX = 500


class IncidentsView(msgspec.Struct, frozen=True):
    """Incidents, newest first."""

    incidents: tuple[IncidentView, ...]


class UnitsView(msgspec.Struct, frozen=True):
    """Units by call sign."""

    units: tuple[UnitView, ...]


class AlarmsView(msgspec.Struct, frozen=True):
    """Alarms that are up, oldest first."""

    alarms: tuple[AlarmView, ...]


class CallsView(msgspec.Struct, frozen=True):
    """Calls, newest first."""

    calls: tuple[CallView, ...]


class TimelineEntry(msgspec.Struct, frozen=True):
    """One fact of the log. `data` is the event as stored, without personal words for those who may not read them."""

    position: int
    at: str
    name: str
    actor: str
    subject: str
    device_at: str | None
    data: dict[str, Any]


class TimelineView(msgspec.Struct, frozen=True):
    """Everything recorded of an incident, in the log's order."""

    entries: tuple[TimelineEntry, ...]


class ManoeuvreView(msgspec.Struct, frozen=True):
    """One step of a route."""

    kind: str
    street_fa: str
    street_en: str
    distance_m: float
    text_fa: str
    text_en: str
    point: LonLat


class RouteView(msgspec.Struct, frozen=True):
    """A way by road."""

    travel_time_s: float
    distance_m: float
    geometry: tuple[LonLat, ...]
    manoeuvres: tuple[ManoeuvreView, ...]


class RulesView(msgspec.Struct, frozen=True):
    """The rules an office follows, and whether they are its own."""

    office: str
    own: bool
    rules: Rules


def _seen_rooms(desk: Desk, province: str | None) -> Iterator[ControlRoom]:
    for room in desk.house.rooms.values():
        if province is None or province == room.province:
            yield room


def _limit(limit: int) -> int:
    return max(1, min(limit, LIMIT_MAX))


@get("/v1/incidents")
async def list_incidents(
    desk: NamedDependency[Desk],
    status: FromQuery[str | None] = None,
    province: FromQuery[str | None] = None,
    limit: FromQuery[int] = 100,
) -> IncidentsView:
    """Return the incidents this session may see, newest first; `status` filters."""
    desk.allow(Act.SEE_INCIDENT)
    found = [
        incident_view(room.state.world, incident)
        for room in _seen_rooms(desk, province)
        for incident in room.state.world.incidents.values()
        if desk.sees("incident", room.views.scopes_of_incident(room.state.world, incident))
        and status in (None, room.state.world.status_of(incident))
    ]
    await desk.note("list_incidents", desk.posting.office)
    found.sort(key=lambda view: view.created_at, reverse=True)
    return IncidentsView(tuple(found[: _limit(limit)]))


@get("/v1/units")
async def list_units(
    desk: NamedDependency[Desk], province: FromQuery[str | None] = None, limit: FromQuery[int] = 500
) -> UnitsView:
    """Return the units this session may see, by call sign."""
    desk.allow(Act.SEE_UNIT)
    found = [
        unit_view(room.state.world, unit, room.views.slot_of(unit.id))
        for room in _seen_rooms(desk, province)
        for unit in room.state.world.units.values()
        if not unit.is_gone and desk.sees("unit", room.views.scopes_of_unit(room.state.world, unit))
    ]
    await desk.note("list_units", desk.posting.office)
    found.sort(key=lambda view: (view.call_sign, view.id))
    return UnitsView(tuple(found[: _limit(limit)]))


@get("/v1/alarms")
async def list_alarms(desk: NamedDependency[Desk], province: FromQuery[str | None] = None) -> AlarmsView:
    """Return the alarms that have reached this session's office, oldest first."""
    desk.allow(Act.SEE_ALARM)
    found = [
        alarm_view(room.state.world, alarm)
        for room in _seen_rooms(desk, province)
        for alarm in room.state.world.alarms.values()
        if desk.sees("alarm", room.views.scopes_of_alarm(room.state.world, alarm))
    ]
    await desk.note("list_alarms", desk.posting.office)
    found.sort(key=lambda view: view.raised_at)
    return AlarmsView(tuple(found[:LIMIT_MAX]))


@get("/v1/calls")
async def list_calls(
    desk: NamedDependency[Desk], call_state: FromQuery[str | None] = None, limit: FromQuery[int] = 100
) -> CallsView:
    """Return the calls of this session's province, newest first."""
    desk.allow(Act.SEE_CALL)
    found = [
        (call, late_at(room.state.world, call))
        for room in _seen_rooms(desk, None)
        if desk.sees("call", frozenset(map(str, desk.house.offices.chain_of(OfficeId(str(room.province))))))
        for call in room.state.calls.values()
        if call_state in (None, call.state) and not is_of_watch(call)
    ]
    await desk.note("list_calls", desk.posting.office)
    found.sort(key=lambda each: each[0].presented_at, reverse=True)
    return CallsView(tuple(call_view(call, late) for call, late in found[: _limit(limit)]))


def incident_seen(desk: Desk, incident_id: str, act: Act) -> tuple[ControlRoom, Incident]:
    """Return an incident that this session may see in this way; one that it may not see does not exist for it."""
    room = desk.house.room(incident_id)
    incident = room.state.world.incidents.get(IncidentId(incident_id))
    desk.allow(act)
    if incident is None or not desk.sees("incident", room.views.scopes_of_incident(room.state.world, incident)):
        raise IncidentNotFound(incident_id=incident_id[:120])
    return room, incident


@get("/v1/incidents/{incident_id:str}")
async def get_incident(incident_id: FromPath[str], desk: NamedDependency[Desk]) -> IncidentView:
    """Return one incident. Refusals: dispatch.incident_not_found (404)."""
    room, incident = incident_seen(desk, incident_id, Act.SEE_INCIDENT)
    await desk.note("incident", incident_id)
    return incident_view(room.state.world, incident, whole=True)


@get("/v1/incidents/{incident_id:str}/detail")
async def get_detail(incident_id: FromPath[str], desk: NamedDependency[Desk]) -> DetailView:
    """Return the personal part of an incident. Refusals: dispatch.incident_not_found (404)."""
    room, incident, whole = detail_seen(desk, incident_id)
    await desk.note("detail", incident_id)
    detail = room.views.detail(room.state, incident)
    return detail if whole else msgspec.structs.replace(detail, recommendation=None)


def detail_seen(desk: Desk, incident_id: str) -> tuple[ControlRoom, Incident, bool]:
    """
    Return an incident whose personal part this session may see now, and whether it may see all of it.

    As on the stream: a crew that was called off still sees the incident, and no longer who called.
    """
    room, incident = incident_seen(desk, incident_id, Act.SEE_DETAIL)
    desks, crews = room.views.scopes_of_detail(room.state.world, incident)
    whole = desk.sees("detail", desks)
    if not whole and not desk.sees("crew_detail", crews):
        raise IncidentNotFound(incident_id=incident_id[:120])
    return room, incident, whole


_PERSONAL = frozenset({"narrative", "hazards", "text", "number", "name", "callback", "recommendation", "answers"})
# What people wrote, besides where it is: that is read by whoever sees the incident.
_WRITTEN = {kind: frozenset(fields) - {"place"} for kind, fields in PERSONAL.items()}
_NOTHING: frozenset[str] = frozenset()
MESSAGE_SENT = "dispatch.message_sent.v1"


@get("/v1/incidents/{incident_id:str}/timeline")
async def get_timeline(incident_id: FromPath[str], desk: NamedDependency[Desk]) -> TimelineView:
    """Return every fact recorded of an incident. Refusals: dispatch.incident_not_found (404)."""
    room, incident = incident_seen(desk, incident_id, Act.SEE_INCIDENT)
    await desk.note("timeline", incident_id)
    # What a crew may read of it is in its detail; the whole history with all words is for the desks.
    personal = desk.sees("detail", room.views.scopes_of_detail(room.state.world, incident)[0])
    entries = [
        entry
        for subject in (incident_id, *incident.joined, *incident.calls)
        for entry in room.log.read_subject(subject)
        if personal or subject in (incident_id, *incident.joined)
    ]
    entries.sort(key=lambda entry: entry.position)
    unread = frozenset({MESSAGE_SENT}) if not desk.may(Act.SEE_MESSAGE) else _NOTHING

    def left_out(kind: str) -> frozenset[str]:
        if not personal:
            return _PERSONAL | _WRITTEN.get(kind, _NOTHING)
        return _WRITTEN[kind] if kind in unread else _NOTHING

    return TimelineView(tuple(_timeline_entry(entry, left_out(entry.kind)) for entry in entries))


def _timeline_entry(entry: Any, left_out: frozenset[str]) -> TimelineEntry:
    data: dict[str, Any] = msgspec.json.decode(entry.body)
    device_at = data.pop("device_at", None)
    for field in ("type", "at", *left_out):
        data.pop(field, None)
    return TimelineEntry(
        position=entry.position,
        at=rfc3339(entry.at),
        name=entry.kind,
        actor=entry.actor,
        subject=entry.subject,
        device_at=rfc3339(Instant(device_at)) if isinstance(device_at, int) else None,
        data=data,
    )


@get("/v1/incidents/{incident_id:str}/recommendation")
async def get_recommendation(incident_id: FromPath[str], desk: NamedDependency[Desk]) -> RecommendationView:
    """Return who would be sent now and why. Refusals: dispatch.incident_not_found (404), dispatch.incident_is_draft (409)."""
    room, incident = incident_seen(desk, incident_id, Act.DISPATCH)
    if incident.point is None:
        raise PlaceMissing(incident_id=incident.id)
    if incident.draft:
        raise IncidentIsDraft(incident_id=incident.id)
    world = room.state.world
    missing = world.missing_needs(incident)
    around = desk.house.surroundings[room.province]
    advice = recommend(
        world,
        incident,
        missing[0] if missing else Need("patrol"),
        at=desk.house.clock.now(),
        around=around,
        rules=around.rules_for(world, incident.station),
        may_divert=True,
    )
    await desk.note("recommendation", incident_id)
    gaps = gap_views(desk.house.reach.get(room.province), tuple(c.unit_id for c in advice.candidates))
    view = recommendation_view(world, advice, gaps)
    # A car that is off duty inside the ring is nobody who comes.
    if advice.candidates or any(
        p.travel_time_s is not None and "off_duty" not in p.reasons for p in advice.passed_over
    ):
        return view
    house, province = desk.house, room.province
    barrier = await house.barriers.to(room, house.roads[province], house.paces[province], house.offices, incident.point)
    return replace(view, barrier=barrier)


@get("/v1/assignments/{assignment_id:str}/route")
async def get_route(assignment_id: FromPath[str], desk: NamedDependency[Desk]) -> RouteView:
    """Return the unit's way to the incident from where it is. Refusals: dispatch.assignment_not_found (404)."""
    room = desk.house.room(assignment_id)
    assignment: Assignment | None = room.state.world.assignments.get(AssignmentId(assignment_id))
    if assignment is None:
        raise AssignmentNotFound(assignment_id=assignment_id[:120])
    offices, unit = desk.house.concerned(room.state.world, assignment_id)
    desk.allow(Act.SEE_UNIT, offices=offices, unit=unit)
    goal = room.state.world.destination_of(assignment)
    if goal is None:
        raise PlaceMissing(incident_id=assignment.incident_id)
    await desk.note("route", assignment_id)
    return route_view(desk.house.roads[room.province].route_of(assignment.unit_id, goal))


def route_view(route: Route) -> RouteView:
    """Return a route of the road engine as it goes out."""
    return RouteView(
        travel_time_s=round(route.travel_time_s, 1),
        distance_m=round(route.distance_m),
        geometry=tuple(
            LonLat(round(lon, 6), round(lat, 6))
            for lon, lat in zip(route.lons.tolist(), route.lats.tolist(), strict=True)
        ),
        manoeuvres=tuple(
            ManoeuvreView(
                kind=m.turn,
                street_fa=m.name.fa,
                street_en=m.name.en,
                distance_m=round(m.distance_m),
                text_fa=m.text_fa,
                text_en=m.text_en,
                point=m.at,
            )
            for m in route.manoeuvres
        ),
    )


@get("/v1/offices/{office_id:str}/rules")
async def get_rules(office_id: FromPath[str], desk: NamedDependency[Desk]) -> RulesView:
    """Return the rules an office follows."""
    room = desk.house.room(office_id)
    desk.allow(Act.SEE_RULES, offices=frozenset({OfficeId(office_id)}))
    world = room.state.world
    around = desk.house.surroundings[room.province]
    return RulesView(office_id, OfficeId(office_id) in world.rules, around.rules_for(world, OfficeId(office_id)))


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_incidents,
    list_units,
    list_alarms,
    list_calls,
    get_incident,
    get_detail,
    get_timeline,
    get_recommendation,
    get_route,
    get_rules,
)
