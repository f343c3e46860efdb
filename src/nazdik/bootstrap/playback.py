"""What happened on the road: an incident with all its units from sent to cleared, and who has looked at a unit's past."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from nazdik.bootstrap.desk import Desk
from nazdik.dispatch.errors import IncidentNotFound
from nazdik.dispatch.model import Assignment, Incident, World
from nazdik.fleet.api import TrailForm, TrailView, trail_view
from nazdik.fleet.errors import UnitNotFound
from nazdik.fleet.service import TRAIL_SPAN_S, FleetService, Span
from nazdik.kernel import Actor, IncidentId, Instant, LonLat, UnitId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act
from nazdik.platform.auth import Session

# The stamps of an incident and of an assignment in the order of their lives; each name is the stamp's without `_at`.
INCIDENT_STAMPS = ("created_at", "classified_at", "closed_at", "cancelled_at")
ASSIGNMENT_STAMPS = (
    "sent_at",
    "delivered_at",
    "sounded_at",
    "accepted_at",
    "en_route_at",
    "arrived_area_at",
    "on_scene_at",
    "transport_at",
    "cleared_at",
)
READS_MAX = 1_000


class MarkView(msgspec.Struct, frozen=True):
    """A time stamp of the incident or of one of its units."""

    at: str
    name: str
    unit: str | None
    call_sign: str | None


class IncidentTrackView(msgspec.Struct, frozen=True):
    """One unit's part: its way from sent to cleared. A unit sent twice has two."""

    call_sign: str
    assignment: str
    trail: TrailView


class PlaybackView(msgspec.Struct, frozen=True):
    """An incident as it was on the road, from the first unit sent to the last one cleared, or until now."""

    incident: str
    number: int
    point: LonLat | None
    since: str | None
    until: str | None
    marks: tuple[MarkView, ...]
    tracks: tuple[IncidentTrackView, ...]


class TrailReadView(msgspec.Struct, frozen=True):
    """Somebody looked at where a unit has been."""

    at: str
    actor: str
    purpose: str
    since: str | None
    until: str | None
    incident: str | None


class TrailReadsView(msgspec.Struct, frozen=True):
    """Who looked at a unit's past, newest first."""

    unit: str
    reads: tuple[TrailReadView, ...]


@get("/v1/incidents/{incident_id:str}/trail")
async def incident_trail(
    *,
    incident_id: FromPath[str],
    desk: NamedDependency[Desk],
    actor: NamedDependency[Actor],
    proved: NamedDependency[Session],
    fleet_service: NamedDependency[FleetService],
    purpose: Annotated[str, QueryParameter(description="Why; kept in the audit log.", required=False)] = "",
    form: FromQuery[TrailForm] = TrailForm.MATCHED,
) -> PlaybackView:
    """
    Where the units of an incident were from sent to cleared, with its time stamps; audited for each unit before it leaves.

    Refusals: dispatch.incident_not_found (404), organisation.purpose_needed (422), organisation.not_your_office,
    organisation.role_may_not, auth.proof_needed (403).
    """
    room = desk.house.room(incident_id)
    world = room.state.world
    desk.allow(Act.SEE_TRAIL, purpose=purpose)
    incident = world.incidents.get(IncidentId(incident_id))
    if incident is None:
        raise IncidentNotFound(incident_id=incident_id[:120])
    offices, _ = desk.house.concerned(world, incident_id)
    what_for = desk.allow(Act.SEE_TRAIL, offices=offices, purpose=purpose)
    sent = _sent(world, incident)
    spans = [_span(assignment, desk.house.clock.now()) for assignment in sent]
    tracks = await fleet_service.read_trails_of_incident(
        actor, incident_id, spans, purpose=what_for, matched=form is TrailForm.MATCHED
    )
    return PlaybackView(
        incident=incident.id,
        number=incident.number,
        point=incident.point,
        since=rfc3339(min(span.since for span in spans)) if spans else None,
        until=rfc3339(max(span.until for span in spans)) if spans else None,
        marks=_marks(world, incident, sent),
        tracks=tuple(
            IncidentTrackView(world.units[assignment.unit_id].call_sign, assignment.id, trail_view(track))
            for assignment, track in zip(sent, tracks, strict=True)
        ),
    )


@get("/v1/units/{unit_id:str}/trail/reads")
async def trail_reads(unit_id: FromPath[str], desk: NamedDependency[Desk]) -> TrailReadsView:
    """
    Who has looked at where a unit was, when and why: for those who watch the watchers. The question is audited too.

    Refusals: fleet.unit_not_found (404), organisation.not_your_office, organisation.role_may_not (403).
    """
    room = desk.house.room(unit_id)
    if UnitId(unit_id) not in room.state.world.units:
        raise UnitNotFound(unit_id=unit_id[:120])
    offices, unit = desk.house.concerned(room.state.world, unit_id)
    desk.allow(Act.READ_AUDIT, offices=offices, unit=unit)
    await desk.note("trail_reads", unit_id)
    audit = desk.house.audit
    found = [access for access in audit.read_subject(unit_id) if access.what == "trail"] if audit is not None else []
    return TrailReadsView(
        unit_id,
        tuple(
            TrailReadView(
                at=rfc3339(access.at),
                actor=access.actor,
                purpose=access.purpose,
                since=_rfc3339_or_none(access.details.get("since")),
                until=_rfc3339_or_none(access.details.get("until")),
                incident=access.details.get("incident"),
            )
            for access in reversed(found[-READS_MAX:])
        ),
    )


ROUTES: tuple[BaseRouteHandler, ...] = (incident_trail, trail_reads)


def _sent(world: World, incident: Incident) -> list[Assignment]:
    """The assignments of an incident that a unit set out for or began itself, the first one first."""
    found = [each for each in (world.assignments[id_] for id_ in incident.assignments) if _since(each) is not None]
    return sorted(found, key=lambda assignment: (_since(assignment) or 0, assignment.id))


def _since(assignment: Assignment) -> Instant | None:
    """When a unit was first concerned: sent, or, of what its crew came upon itself, there."""
    return assignment.sent_at or assignment.accepted_at or assignment.on_scene_at


def _span(assignment: Assignment, now: Instant) -> Span:
    since = _since(assignment)
    assert since is not None, "only what a unit was concerned with is played back"
    ended = assignment.cleared_at or assignment.ended_at or now
    # A unit that nobody cleared must not give its whole life away.
    until = min(max(ended, plus_s(since, 1.0)), plus_s(since, TRAIL_SPAN_S))
    return Span(assignment.unit_id, since, until)


def _marks(world: World, incident: Incident, sent: list[Assignment]) -> tuple[MarkView, ...]:
    """Every stamp in the order of time; of equal ones, the incident's own first."""
    found: list[tuple[Instant, str, str | None, str | None]] = [
        (at, stamp.removesuffix("_at"), None, None)
        for stamp in INCIDENT_STAMPS
        if (at := getattr(incident, stamp)) is not None
    ]
    for assignment in sent:
        call_sign = world.units[assignment.unit_id].call_sign
        found += [
            (at, stamp.removesuffix("_at"), assignment.unit_id, call_sign)
            for stamp in ASSIGNMENT_STAMPS
            if (at := getattr(assignment, stamp)) is not None
        ]
    found.sort(key=lambda mark: mark[0])
    return tuple(MarkView(rfc3339(at), name, unit, call_sign) for at, name, unit, call_sign in found)


def _rfc3339_or_none(at: object) -> str | None:
    return rfc3339(Instant(at)) if isinstance(at, int) else None
