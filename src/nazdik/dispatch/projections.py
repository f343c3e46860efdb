"""
What faces see: pure folds of the world into views, with the offices whose boards carry each.

Times go out as RFC 3339, points as [longitude, latitude]. `incident`, `unit` and `alarm` hold no personal data; what callers said
and wrote is in `detail`, which only those see who need it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nazdik.dispatch import events as e
from nazdik.dispatch.model import (
    ACTIVE,
    BEFORE_SCENE,
    TIMES_DIVERTED_MAX,
    Alarm,
    Assignment,
    AssignmentState,
    BlockedRoute,
    Incident,
    Post,
    Recommendation,
    Unit,
    World,
)
from nazdik.kernel import Instant, LonLat, UnitId, rfc3339
from nazdik.published.roads import RoadBasis


def stamp(at: Instant | None) -> str | None:
    """Return an instant as it goes out, or None."""
    return None if at is None else rfc3339(at)


class TaskingView(msgspec.Struct, frozen=True):
    """An office that has the incident."""

    office: str
    role: str
    mode: str
    since: str
    by: str | None


class PostView(msgspec.Struct, frozen=True):
    """A post of a cordon: where one patrol stands, and when the fugitive could be there at the soonest."""

    number: int
    point: LonLat
    place: str
    due_at: str | None
    at_border: bool


class AssignmentView(msgspec.Struct, frozen=True):
    """A unit on an incident, with every stamp of its own."""

    id: str
    unit: str
    call_sign: str
    state: str
    pre_alert: bool
    cause: str
    skill: str
    travel_time_s: float | None
    distance_m: float | None
    reserved_at: str | None
    sent_at: str | None
    answer_by: str | None
    delivered_at: str | None
    sounded_at: str | None
    accepted_at: str | None
    en_route_at: str | None
    arrived_area_at: str | None
    on_scene_at: str | None
    transport_at: str | None
    cleared_at: str | None
    ended_at: str | None
    reason: str | None
    realerted_at: str | None
    realert_reason: str | None
    safety_due: str | None
    safety_asked_at: str | None
    blocked: "BlockedView | None"
    post: PostView | None


class BlockedView(msgspec.Struct, frozen=True):
    """A closure lies across the unit's way; `after_s` null: no way is left."""

    condition: str
    at: str
    before_s: float
    after_s: float | None
    sooner_unit: str | None
    sooner_call_sign: str | None
    sooner_s: float | None


class IncidentView(msgspec.Struct, frozen=True):
    """An incident as every office sees it: no personal data."""

    id: str
    number: int
    province: str
    kind: str | None
    kind_common: str | None
    priority: int | None
    draft: bool
    status: str
    waiting_reason: str | None
    waiting_since: str | None
    place: str
    point: LonLat | None
    station: str | None
    offices: tuple[TaskingView, ...]
    assignments: tuple[AssignmentView, ...]
    units_needed: int
    units_missing: int
    calls: int
    created_at: str
    classified_at: str | None
    point_at: str | None
    first_sent_at: str | None
    first_accepted_at: str | None
    first_en_route_at: str | None
    first_on_scene_at: str | None
    last_cleared_at: str | None
    closed_at: str | None
    disposition: str | None
    emergency: bool
    escalated_to: str | None
    seen: dict[str, str]
    late_entry: bool
    reopened_at: str | None
    posts: tuple[PostView, ...]


class NoteView(msgspec.Struct, frozen=True):
    """Words added to an incident."""

    at: str
    by: str
    text: str


class CallerView(msgspec.Struct, frozen=True):
    """Somebody who called about it."""

    call: str
    number: str | None
    name: str | None
    callback: str | None = None


class NeedView(msgspec.Struct, frozen=True):
    """So many units with one skill."""

    skill: str
    units: int


class GapView(msgspec.Struct, frozen=True):
    """
    What the county of a unit would lose if it were sent: shares of its people and past calls that only this unit reaches
    within `limit_s`, and how much of what it reaches another would still reach; null where nothing is known.
    """

    county: str | None
    limit_s: float
    people_lost: float | None
    calls_lost: float | None
    people_backfilled: float | None
    calls_backfilled: float | None
    backfill: str | None
    backfill_call_sign: str | None
    backfill_later_s: float | None
    counted_at: str


class CandidateView(msgspec.Struct, frozen=True):
    """A unit that could go."""

    rank: int
    unit: str
    call_sign: str
    travel_time_s: float | None
    distance_m: float | None
    fix_age_s: float | None
    position: LonLat
    divert_from: str | None
    divert_from_number: int | None
    chosen: bool
    reason: str
    gap: GapView | None = None


class PassedOverView(msgspec.Struct, frozen=True):
    """A unit that was not taken, and every reason."""

    unit: str
    call_sign: str
    travel_time_s: float | None
    reasons: tuple[str, ...]


class FleetView(msgspec.Struct, frozen=True):
    """The whole fleet by its weightiest reason."""

    total: int
    by_reason: dict[str, int]


class RecommendationView(msgspec.Struct, frozen=True):
    """Who could be sent, who was passed over and why."""

    at: str
    point: LonLat
    snapped: LonLat
    off_road_m: float
    asked: NeedView
    priority: int
    candidates: tuple[CandidateView, ...]
    passed_over: tuple[PassedOverView, ...]
    fleet: FleetView
    settled_nodes: int
    metric: str
    roads: RoadBasis


class DetailView(msgspec.Struct, frozen=True):
    """The personal part of an incident."""

    id: str
    narrative: str
    hazards: str
    callers: tuple[CallerView, ...]
    notes: tuple[NoteView, ...]
    recommendation: RecommendationView | None


class EmergencyView(msgspec.Struct, frozen=True):
    """An officer's emergency."""

    incident: str
    started_at: str
    acknowledged_at: str | None


class UnitView(msgspec.Struct, frozen=True):
    """A unit as every office sees it."""

    id: str
    slot: int
    call_sign: str
    office: str
    kind: str
    skills: tuple[str, ...]
    crew: int
    on_duty: bool
    primary: str
    secondary: str
    status_since: str
    assignment: str | None
    assignment_state: str | None
    incident: str | None
    incident_number: int | None
    divertible: bool
    emergency: EmergencyView | None
    safety_due: str | None


class AlarmView(msgspec.Struct, frozen=True):
    """Something a person must look at."""

    id: str
    cause: str
    incident: str | None
    incident_number: int | None
    unit: str | None
    call_sign: str | None
    priority: int
    tier: str
    office: str
    raised_at: str
    climbs_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None


def _assignment_view(world: World, a: Assignment) -> AssignmentView:
    return AssignmentView(
        id=a.id,
        unit=a.unit_id,
        call_sign=world.units[a.unit_id].call_sign,
        state=a.state,
        pre_alert=a.pre_alert and a.state is AssignmentState.RESERVED,
        cause=a.cause,
        skill=a.skill,
        travel_time_s=_known(a.travel_time_s),
        distance_m=_known(a.distance_m),
        reserved_at=stamp(a.reserved_at),
        sent_at=stamp(a.sent_at),
        answer_by=stamp(a.answer_by),
        delivered_at=stamp(a.delivered_at),
        sounded_at=stamp(a.sounded_at),
        accepted_at=stamp(a.accepted_at),
        en_route_at=stamp(a.en_route_at),
        arrived_area_at=stamp(a.arrived_area_at),
        on_scene_at=stamp(a.on_scene_at),
        transport_at=stamp(a.transport_at),
        cleared_at=stamp(a.cleared_at),
        ended_at=stamp(a.ended_at),
        reason=a.reason,
        realerted_at=stamp(a.realerted_at),
        realert_reason=a.realert_reason,
        safety_due=stamp(a.safety_due),
        safety_asked_at=stamp(a.safety_asked_at),
        blocked=_blocked_view(world, a.blocked),
        post=None if a.post is None else _post_view(a.post),
    )


def _blocked_view(world: World, blocked: BlockedRoute | None) -> BlockedView | None:
    if blocked is None:
        return None
    sooner = world.units.get(blocked.sooner_unit) if blocked.sooner_unit is not None else None
    return BlockedView(
        condition=blocked.condition_id,
        at=rfc3339(blocked.at),
        before_s=blocked.before_s,
        after_s=blocked.after_s,
        sooner_unit=blocked.sooner_unit,
        sooner_call_sign=sooner.call_sign if sooner is not None else None,
        sooner_s=blocked.sooner_s,
    )


def _post_view(post: Post) -> PostView:
    return PostView(post.number, post.point, post.place, stamp(post.due_at), post.at_border)


def _known(value: float | None) -> float | None:
    """A road time of -1 means that there was no position to reckon from."""
    return None if value is None or value < 0 else value


def _first(stamps: Iterable[Instant | None]) -> str | None:
    return stamp(min((s for s in stamps if s is not None), default=None))


def incident_view(world: World, incident: Incident) -> IncidentView:
    """Return an incident for every board."""
    every = [world.assignments[a] for a in incident.assignments]
    cleared = [a.cleared_at for a in every if a.cleared_at is not None]
    # How soon somebody came is said of the scene, not of a cordon around it.
    scene = [a for a in every if a.post is None] or every
    return IncidentView(
        id=incident.id,
        number=incident.number,
        province=world.province,
        kind=incident.kind,
        kind_common=incident.kind_common,
        priority=incident.priority,
        draft=incident.draft,
        status=world.status_of(incident),
        waiting_reason=incident.waiting_reason,
        waiting_since=stamp(incident.waiting_since),
        place=incident.place,
        point=incident.point,
        station=incident.station,
        offices=tuple(
            TaskingView(office=t.office, role=t.role, mode=t.mode, since=rfc3339(t.since), by=t.by)
            for t in incident.taskings
        ),
        assignments=tuple(_assignment_view(world, a) for a in every),
        units_needed=sum(need.units for need in incident.needs) + len(incident.posts),
        units_missing=sum(need.units for need in world.missing_needs(incident)),
        calls=len(incident.calls),
        created_at=rfc3339(incident.created_at),
        classified_at=stamp(incident.classified_at),
        point_at=stamp(incident.point_at),
        first_sent_at=_first(a.sent_at for a in scene),
        first_accepted_at=_first(a.accepted_at for a in scene),
        first_en_route_at=_first(a.en_route_at for a in scene),
        first_on_scene_at=_first(a.on_scene_at for a in scene),
        last_cleared_at=stamp(max(cleared, default=None)),
        closed_at=stamp(incident.closed_at or incident.cancelled_at),
        disposition=incident.disposition,
        emergency=incident.emergency_of is not None,
        escalated_to=incident.escalated_to,
        seen={tier: rfc3339(at) for tier, at in incident.seen},
        late_entry=incident.late_entry,
        reopened_at=stamp(incident.reopened_at),
        posts=tuple(_post_view(post) for post in incident.posts),
    )


def recommendation_view(
    world: World, advice: Recommendation, gaps: Mapping[UnitId, GapView] | None = None
) -> RecommendationView:
    """Return a recommendation with call signs and ranks, and what each unit would leave behind."""

    def number_of(incident_id: Any) -> int | None:
        incident = world.incidents.get(incident_id)
        return None if incident is None else incident.number

    return RecommendationView(
        at=rfc3339(advice.at),
        point=advice.point,
        snapped=advice.snapped,
        off_road_m=advice.off_road_m,
        asked=NeedView(skill=advice.skill, units=advice.units),
        priority=advice.priority,
        candidates=tuple(
            CandidateView(
                rank=rank,
                unit=c.unit_id,
                call_sign=world.units[c.unit_id].call_sign,
                travel_time_s=_known(c.travel_time_s),
                distance_m=_known(c.distance_m),
                fix_age_s=_known(c.fix_age_s),
                position=c.position,
                divert_from=c.divert_from,
                divert_from_number=number_of(c.divert_from),
                chosen=c.chosen,
                reason=c.reason,
                gap=(gaps or {}).get(c.unit_id),
            )
            for rank, c in enumerate(advice.candidates, start=1)
        ),
        passed_over=tuple(
            PassedOverView(
                unit=p.unit_id,
                call_sign=world.units[p.unit_id].call_sign,
                travel_time_s=p.travel_time_s,
                reasons=p.reasons,
            )
            for p in advice.passed_over
        ),
        fleet=FleetView(total=advice.fleet_size, by_reason=dict(advice.fleet_by_reason)),
        settled_nodes=advice.settled_nodes,
        roads=advice.roads if isinstance(advice.roads, RoadBasis) else RoadBasis(),
        metric=advice.metric,
    )


def detail_view(world: World, incident: Incident, callers: tuple[CallerView, ...]) -> DetailView:
    """Return the personal part of an incident; `callers` come from intake."""
    advice = incident.recommendation
    return DetailView(
        id=incident.id,
        narrative=incident.narrative,
        hazards=incident.hazards,
        callers=callers,
        notes=tuple(NoteView(at=rfc3339(n.at), by=n.by, text=n.text) for n in incident.notes),
        recommendation=None if advice is None else recommendation_view(world, advice),
    )


_SECONDARY = {
    AssignmentState.RESERVED: "Assigned",
    AssignmentState.SENT: "Dispatched",
    AssignmentState.DELIVERED: "Dispatched",
    AssignmentState.SOUNDED: "Dispatched",
    AssignmentState.ACCEPTED: "AcknowledgedTransmission",
    AssignmentState.EN_ROUTE: "EnRoute",
    AssignmentState.ON_SCENE: "OnScene",
    AssignmentState.TRANSPORTING: "Transporting",
}


def unit_view(world: World, unit: Unit, slot: int) -> UnitView:
    """Return a unit with its EIDO status, primary and secondary, derived from what it does."""
    assignment = world.assignments[unit.assignment_id] if unit.assignment_id is not None else None
    incident = world.incidents[assignment.incident_id] if assignment is not None else None
    divertible = (
        assignment is not None
        and incident is not None
        and assignment.state in BEFORE_SCENE
        and (incident.priority or 5) > 1
        and incident.emergency_of is None
        and incident.times_diverted < TIMES_DIVERTED_MAX
    )
    if assignment is not None:
        primary = "ConditionallyAvailable" if divertible else "NotAvailable"
        secondary = _SECONDARY[assignment.state]
    else:
        primary = "Available" if unit.on_duty and unit.available else "NotAvailable"
        secondary = unit.secondary
    emergency = unit.emergency
    return UnitView(
        id=unit.id,
        slot=slot,
        call_sign=unit.call_sign,
        office=unit.office,
        kind=unit.kind,
        skills=unit.skills,
        crew=unit.crew,
        on_duty=unit.on_duty,
        primary=primary,
        secondary=secondary,
        status_since=rfc3339(unit.status_since),
        assignment=assignment.id if assignment is not None else None,
        assignment_state=assignment.state if assignment is not None else None,
        incident=incident.id if incident is not None else None,
        incident_number=incident.number if incident is not None else None,
        divertible=divertible,
        emergency=None
        if emergency is None
        else EmergencyView(
            incident=emergency.incident_id,
            started_at=rfc3339(emergency.started_at),
            acknowledged_at=stamp(emergency.acknowledged_at),
        ),
        safety_due=stamp(assignment.safety_due) if assignment is not None else None,
    )


def alarm_view(world: World, alarm: Alarm) -> AlarmView:
    """Return an alarm with the numbers people know it by."""
    incident = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
    unit = world.units.get(alarm.unit_id) if alarm.unit_id is not None else None
    return AlarmView(
        id=alarm.id,
        cause=alarm.cause,
        incident=alarm.incident_id,
        incident_number=None if incident is None else incident.number,
        unit=alarm.unit_id,
        call_sign=None if unit is None else unit.call_sign,
        priority=alarm.priority,
        tier=alarm.tier,
        office=alarm.office,
        raised_at=rfc3339(alarm.raised_at),
        climbs_at=stamp(alarm.climbs_at),
        acknowledged_at=stamp(alarm.acknowledged_at),
        acknowledged_by=alarm.acknowledged_by,
    )


def offices_of(world: World, incident: Incident) -> tuple[str, ...]:
    """Return the offices that have an incident directly; their superiors see it through them."""
    return tuple(t.office for t in incident.taskings)


def units_on(world: World, incident: Incident) -> tuple[str, ...]:
    """Return the units whose crews see the incident: those working on it, and those told it was withdrawn."""
    latest = {world.assignments[a].unit_id: world.assignments[a] for a in incident.assignments}
    told = (
        AssignmentState.UNANSWERED,
        AssignmentState.WITHDRAWN,
        AssignmentState.CANCELLED,
        AssignmentState.DIVERTED,
    )
    return tuple(u for u, a in latest.items() if a.state in ACTIVE or a.state in told)


def crew_sees_detail(world: World, incident: Incident) -> tuple[str, ...]:
    """Return the units whose crews may read the personal part: only while they work on it."""
    return tuple(a.unit_id for a in world.active_assignments(incident))


_DETAIL_CHANGED_BY = (
    e.IncidentDrafted,
    e.IncidentOpened,
    e.IncidentClassified,
    e.LateIncidentEntered,
    e.NoteAdded,
    e.CallJoined,
    e.CallParted,
    e.UnitsRecommended,
    e.IncidentArchived,
    e.OfficeTasked,
    e.OfficeReleased,
    # Who is on it decides which crews may read it.
    e.UnitReserved,
    e.OfferRefused,
    e.OfferUnanswered,
    e.AssignmentWithdrawn,
    e.AssignmentDiverted,
    e.AssignmentCancelled,
    e.UnitCleared,
)


def keys_touched(event: e.Event) -> tuple[tuple[str, str], ...]:
    """Return the (kind, id) of every view that an event may have changed."""
    keys: list[tuple[str, str]] = []
    incident_id = getattr(event, "incident_id", None)
    if incident_id is not None:
        keys.append(("incident", incident_id))
        if isinstance(event, _DETAIL_CHANGED_BY):
            keys.append(("detail", incident_id))
    unit_id = getattr(event, "unit_id", None)
    if unit_id is not None:
        keys.append(("unit", unit_id))
    alarm_id = getattr(event, "alarm_id", None)
    if alarm_id is not None:
        keys.append(("alarm", alarm_id))
    return tuple(keys)
