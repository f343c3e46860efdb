"""`evolve`: apply one recorded fact to the world. It never refuses: history is not up for debate."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.model import (
    Alarm,
    Assignment,
    AssignmentState,
    BlockedRoute,
    Cause,
    Emergency,
    Incident,
    Note,
    OfficeRole,
    Post,
    Tasking,
    TaskingMode,
    Unit,
    World,
)
from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId
from nazdik.published.offices import TIERS_UPWARD

E = TypeVar("E", bound=e.Event)
_STEPS: dict[type[e.Event], Callable[[World, Any], World]] = {}


def evolve(world: World, event: e.Event) -> World:
    """Return the world after `event`."""
    return _STEPS[type(event)](world, event)


def _step(event_type: type[E]) -> Callable[[Callable[[World, E], World]], Callable[[World, E], World]]:
    def keep(function: Callable[[World, E], World]) -> Callable[[World, E], World]:
        _STEPS[event_type] = function
        return function

    return keep


ASSIGNMENT_TIMERS = ("hold", "answer", "move", "late", "safety", "missed")

# Deadline keys say what is due and for whom: `answer:<assignment>`, `climb:<alarm>`, `wait:<incident>` and so on.


def _due(world: World, key: str, at: Instant | None) -> World:
    """Set or drop a deadline."""
    if at is not None:
        return replace(world, deadlines=world.deadlines.set(key, at))
    if key in world.deadlines:
        return replace(world, deadlines=world.deadlines.delete(key))
    return world


def _incident(world: World, incident_id: IncidentId, **changes: Any) -> World:
    incident = replace(world.incidents[incident_id], **changes)
    return replace(world, incidents=world.incidents.set(incident_id, incident))


def _unit(world: World, unit_id: UnitId, **changes: Any) -> World:
    unit = replace(world.units[unit_id], **changes)
    return replace(world, units=world.units.set(unit_id, unit))


def _assignment(world: World, assignment_id: AssignmentId, **changes: Any) -> World:
    assignment = replace(world.assignments[assignment_id], **changes)
    return replace(world, assignments=world.assignments.set(assignment_id, assignment))


def _waits(world: World, incident_id: IncidentId, since: Instant | None) -> World:
    if since is not None:
        return replace(world, waiting=world.waiting.set(incident_id, since))
    if incident_id in world.waiting:
        return replace(world, waiting=world.waiting.delete(incident_id))
    return world


@_step(e.UnitEnrolled)
def _(world: World, event: e.UnitEnrolled) -> World:
    unit = Unit(
        id=event.unit_id,
        call_sign=event.call_sign,
        office=event.office,
        kind=event.kind,
        skills=event.skills,
        crew=0,
        on_duty=False,
        available=False,
        secondary="OffDuty",
        status_since=event.at,
    )
    return replace(world, units=world.units.set(unit.id, unit))


@_step(e.DutyStarted)
def _(world: World, event: e.DutyStarted) -> World:
    return _unit(
        world,
        event.unit_id,
        on_duty=True,
        available=True,
        secondary="InService",
        crew=event.crew,
        skills=event.skills,
        status_since=event.at,
    )


@_step(e.DutyEnded)
def _(world: World, event: e.DutyEnded) -> World:
    return _unit(
        world, event.unit_id, on_duty=False, available=False, secondary="OffDuty", crew=0, status_since=event.at
    )


@_step(e.UnitStatusSet)
def _(world: World, event: e.UnitStatusSet) -> World:
    return _unit(world, event.unit_id, available=event.available, secondary=event.secondary, status_since=event.at)


def _new_incident(
    world: World, event: e.IncidentDrafted | e.IncidentOpened, *, draft: bool, role: OfficeRole, **more: Any
) -> World:
    incident = Incident(
        id=event.incident_id,
        number=event.number,
        draft=draft,
        kind=None,
        kind_common=None,
        priority=None,
        point=None,
        place="",
        station=None,
        needs=(),
        created_at=event.at,
        taskings=(Tasking(office=event.office, role=role, mode=TaskingMode.MANAGE, since=event.at),),
        **more,
    )
    return replace(world, incidents=world.incidents.set(incident.id, incident), last_number=event.number)


@_step(e.IncidentDrafted)
def _(world: World, event: e.IncidentDrafted) -> World:
    return _new_incident(world, event, draft=True, role=OfficeRole.CALL_RECEIVING, calls=(event.call_id,))


@_step(e.IncidentOpened)
def _(world: World, event: e.IncidentOpened) -> World:
    return _new_incident(world, event, draft=False, role=OfficeRole.DISPATCHING, emergency_of=event.emergency_of)


@_step(e.DraftUpdated)
def _(world: World, event: e.DraftUpdated) -> World:
    incident = world.incidents[event.incident_id]
    return _incident(
        world,
        event.incident_id,
        kind=event.kind,
        kind_common=event.kind_common,
        priority=event.priority,
        point=event.point,
        place=event.place,
        station=event.station,
        needs=event.needs,
        point_at=incident.point_at if incident.point == event.point else event.at,
    )


@_step(e.IncidentClassified)
def _(world: World, event: e.IncidentClassified) -> World:
    incident = world.incidents[event.incident_id]
    return _incident(
        world,
        event.incident_id,
        draft=False,
        kind=event.kind,
        kind_common=event.kind_common,
        priority=event.priority,
        point=event.point,
        place=event.place,
        station=event.station,
        needs=event.needs,
        radius_m=event.radius_m,
        narrative=event.narrative,
        hazards=event.hazards,
        classified_at=event.at,
        point_at=incident.point_at or event.at,
    )


@_step(e.CallJoined)
def _(world: World, event: e.CallJoined) -> World:
    return _incident(world, event.incident_id, calls=(*world.incidents[event.incident_id].calls, event.call_id))


@_step(e.CallParted)
def _(world: World, event: e.CallParted) -> World:
    calls = tuple(c for c in world.incidents[event.incident_id].calls if c != event.call_id)
    return _incident(world, event.incident_id, calls=calls)


@_step(e.UnitsRecommended)
def _(world: World, event: e.UnitsRecommended) -> World:
    return _incident(world, event.incident_id, recommendation=event.recommendation)


@_step(e.IncidentWaits)
def _(world: World, event: e.IncidentWaits) -> World:
    since = world.incidents[event.incident_id].waiting_since or event.at
    world = _incident(world, event.incident_id, waiting_reason=event.reason, waiting_since=since)
    world = _due(world, f"retry:{event.incident_id}", event.retry_at)
    return _waits(world, event.incident_id, since)


@_step(e.WaitingLimitSet)
def _(world: World, event: e.WaitingLimitSet) -> World:
    return _due(world, f"wait:{event.incident_id}", event.alarm_at)


@_step(e.UnitReserved)
def _(world: World, event: e.UnitReserved) -> World:
    assignment = Assignment(
        id=event.assignment_id,
        incident_id=event.incident_id,
        unit_id=event.unit_id,
        state=AssignmentState.RESERVED,
        cause=event.cause,
        skill=event.skill,
        pre_alert=event.pre_alert,
        travel_time_s=event.travel_time_s,
        distance_m=event.distance_m,
        reserved_at=event.at,
        hold_until=event.hold_until,
    )
    world = _due(world, f"hold:{assignment.id}", event.hold_until)
    incident = world.incidents[event.incident_id]
    world = replace(world, assignments=world.assignments.set(assignment.id, assignment))
    world = _incident(world, incident.id, assignments=(*incident.assignments, assignment.id))
    return _unit(world, event.unit_id, assignment_id=assignment.id, status_since=event.at)


@_step(e.PostGiven)
def _(world: World, event: e.PostGiven) -> World:
    return _assignment(world, event.assignment_id, post=event.post)


@_step(e.GapsNoted)
def _(world: World, event: e.GapsNoted) -> World:
    """Only for the record: a recommendation says anew what it would leave each time it is asked for."""
    return world


@_step(e.CordonSent)
def _(world: World, event: e.CordonSent) -> World:
    posts = tuple(
        Post(number, post.point, post.place, post.due_at, post.at_border)
        for number, post in enumerate(event.posts, start=1)
    )
    return _incident(world, event.incident_id, posts=posts)


@_step(e.CordonWithdrawn)
def _(world: World, event: e.CordonWithdrawn) -> World:
    world = _incident(world, event.incident_id, posts=())
    if not world.missing_needs(world.incidents[event.incident_id]):
        world = _due(world, f"wait:{event.incident_id}", None)
    return _no_longer_waits(world, event.incident_id)


def _advance(world: World, event: e.AssignmentEvent, state: AssignmentState, **stamps: Any) -> World:
    world = _assignment(world, event.assignment_id, state=state, **stamps)
    return _unit(world, event.unit_id, status_since=event.at)


def _no_longer_waits(world: World, incident_id: IncidentId) -> World:
    """Somebody goes. The retry stops here; the alarm for waiting too long stops only when an offer is accepted."""
    if world.missing_needs(world.incidents[incident_id]):
        return world
    world = _incident(world, incident_id, waiting_reason=None, waiting_since=None)
    world = _due(world, f"retry:{incident_id}", None)
    return _waits(world, incident_id, None)


@_step(e.OfferSent)
def _(world: World, event: e.OfferSent) -> World:
    world = _advance(world, event, AssignmentState.SENT, sent_at=event.at, answer_by=event.answer_by)
    world = _due(world, f"hold:{event.assignment_id}", None)
    world = _due(world, f"answer:{event.assignment_id}", event.answer_by)
    return _no_longer_waits(world, event.incident_id)


@_step(e.OfferDelivered)
def _(world: World, event: e.OfferDelivered) -> World:
    return _advance(world, event, AssignmentState.DELIVERED, delivered_at=event.at)


@_step(e.OfferSounded)
def _(world: World, event: e.OfferSounded) -> World:
    delivered_at = world.assignments[event.assignment_id].delivered_at or event.at
    return _advance(world, event, AssignmentState.SOUNDED, delivered_at=delivered_at, sounded_at=event.at)


@_step(e.OfferAccepted)
def _(world: World, event: e.OfferAccepted) -> World:
    world = _advance(world, event, AssignmentState.ACCEPTED, accepted_at=event.at)
    world = _due(world, f"answer:{event.assignment_id}", None)
    world = _due(world, f"wait:{event.incident_id}", None)
    world = _no_longer_waits(world, event.incident_id)
    return _due(world, f"move:{event.assignment_id}", event.move_by)


def _end(world: World, event: e.AssignmentEvent, state: AssignmentState, reason: str | None, **stamps: Any) -> World:
    """End an assignment: its unit is free again and none of its timers runs on."""
    world = _assignment(
        world, event.assignment_id, state=state, ended_at=event.at, reason=reason, safety_due=None, **stamps
    )
    for timer in ASSIGNMENT_TIMERS:
        world = _due(world, f"{timer}:{event.assignment_id}", None)
    if world.units[event.unit_id].assignment_id != event.assignment_id:
        return world
    return _unit(world, event.unit_id, assignment_id=None, status_since=event.at)


@_step(e.OfferRefused)
def _(world: World, event: e.OfferRefused) -> World:
    return _end(world, event, AssignmentState.REFUSED, event.reason)


@_step(e.OfferUnanswered)
def _(world: World, event: e.OfferUnanswered) -> World:
    return _end(world, event, AssignmentState.UNANSWERED, "unanswered")


@_step(e.AssignmentWithdrawn)
def _(world: World, event: e.AssignmentWithdrawn) -> World:
    world = _end(world, event, AssignmentState.WITHDRAWN, event.reason)
    if not event.by_hand:
        return world
    incident = world.incidents[event.incident_id]
    return _incident(world, incident.id, withdrawn_by_hand=(*incident.withdrawn_by_hand, event.unit_id))


@_step(e.AssignmentDiverted)
def _(world: World, event: e.AssignmentDiverted) -> World:
    world = _end(world, event, AssignmentState.DIVERTED, f"to {event.to_incident}")
    return _incident(world, event.incident_id, times_diverted=world.incidents[event.incident_id].times_diverted + 1)


@_step(e.AssignmentCancelled)
def _(world: World, event: e.AssignmentCancelled) -> World:
    return _end(world, event, AssignmentState.CANCELLED, "incident cancelled")


@_step(e.UnitRealerted)
def _(world: World, event: e.UnitRealerted) -> World:
    return _assignment(world, event.assignment_id, realerted_at=event.at, realert_reason=event.reason)


@_step(e.UnitEnRoute)
def _(world: World, event: e.UnitEnRoute) -> World:
    world = _advance(world, event, AssignmentState.EN_ROUTE, en_route_at=event.at)
    world = _due(world, f"move:{event.assignment_id}", None)
    return _due(world, f"late:{event.assignment_id}", event.late_at)


@_step(e.EtaPromised)
def _(world: World, event: e.EtaPromised) -> World:
    # Kept for learning; what a face shows of it was said by the event beside it.
    return world


@_step(e.RouteBlocked)
def _(world: World, event: e.RouteBlocked) -> World:
    blocked = BlockedRoute(
        condition_id=event.condition_id,
        at=event.at,
        before_s=event.before_s,
        after_s=event.after_s,
        sooner_unit=event.sooner_unit,
        sooner_s=event.sooner_s,
    )
    return _assignment(world, event.assignment_id, blocked=blocked)


@_step(e.UnitInArea)
def _(world: World, event: e.UnitInArea) -> World:
    return _assignment(world, event.assignment_id, arrived_area_at=event.at)


@_step(e.UnitOnScene)
def _(world: World, event: e.UnitOnScene) -> World:
    world = _advance(
        world, event, AssignmentState.ON_SCENE, on_scene_at=event.at, pre_alert=False, safety_due=event.safety_due
    )
    for timer in ("move", "late", "answer"):
        world = _due(world, f"{timer}:{event.assignment_id}", None)
    return _due(world, f"safety:{event.assignment_id}", event.safety_due)


@_step(e.UnitTransporting)
def _(world: World, event: e.UnitTransporting) -> World:
    return _advance(world, event, AssignmentState.TRANSPORTING, transport_at=event.at)


@_step(e.UnitCleared)
def _(world: World, event: e.UnitCleared) -> World:
    return _end(world, event, AssignmentState.CLEARED, event.disposition, cleared_at=event.at)


@_step(e.SafetyCheckDue)
def _(world: World, event: e.SafetyCheckDue) -> World:
    world = _assignment(world, event.assignment_id, safety_asked_at=event.at)
    world = _due(world, f"safety:{event.assignment_id}", None)
    return _due(world, f"missed:{event.assignment_id}", event.missed_at)


@_step(e.SafetyCheckAnswered)
def _(world: World, event: e.SafetyCheckAnswered) -> World:
    world = _assignment(world, event.assignment_id, safety_asked_at=None, safety_due=event.safety_due)
    world = _due(world, f"missed:{event.assignment_id}", None)
    return _due(world, f"safety:{event.assignment_id}", event.safety_due)


@_step(e.SafetyCheckMissed)
def _(world: World, event: e.SafetyCheckMissed) -> World:
    return _due(world, f"missed:{event.assignment_id}", None)


@_step(e.PriorityChanged)
def _(world: World, event: e.PriorityChanged) -> World:
    return _incident(world, event.incident_id, priority=event.priority)


@_step(e.PlaceChanged)
def _(world: World, event: e.PlaceChanged) -> World:
    return _incident(
        world, event.incident_id, point=event.point, place=event.place, station=event.station, point_at=event.at
    )


@_step(e.KindChanged)
def _(world: World, event: e.KindChanged) -> World:
    return _incident(
        world,
        event.incident_id,
        kind=event.kind,
        kind_common=event.kind_common,
        needs=event.needs,
        radius_m=event.radius_m,
    )


@_step(e.NoteAdded)
def _(world: World, event: e.NoteAdded) -> World:
    note = Note(at=event.at, by=event.by, text=event.text)
    return _incident(world, event.incident_id, notes=(*world.incidents[event.incident_id].notes, note))


@_step(e.DispositionRecorded)
def _(world: World, event: e.DispositionRecorded) -> World:
    return _incident(world, event.incident_id, disposition=event.disposition)


def _ended(world: World, incident_id: IncidentId, archive_at: Instant, **changes: Any) -> World:
    # A cordon ends with its incident: whoever opens it again decides anew.
    world = _incident(world, incident_id, waiting_reason=None, waiting_since=None, posts=(), **changes)
    world = _waits(world, incident_id, None)
    for timer in ("wait", "retry"):
        world = _due(world, f"{timer}:{incident_id}", None)
    return _due(world, f"archive:{incident_id}", archive_at)


@_step(e.IncidentClosed)
def _(world: World, event: e.IncidentClosed) -> World:
    return _ended(world, event.incident_id, event.archive_at, closed_at=event.at)


@_step(e.IncidentCancelled)
def _(world: World, event: e.IncidentCancelled) -> World:
    return _ended(
        world,
        event.incident_id,
        event.archive_at,
        cancelled_at=event.at,
        cancel_reason=event.reason,
        draft=False,
    )


@_step(e.IncidentReopened)
def _(world: World, event: e.IncidentReopened) -> World:
    world = _due(world, f"archive:{event.incident_id}", None)
    return _incident(
        world,
        event.incident_id,
        closed_at=None,
        cancelled_at=None,
        cancel_reason=None,
        disposition=None,
        reopened_at=event.at,
        served_before=event.at,
        withdrawn_by_hand=(),
    )


@_step(e.IncidentArchived)
def _(world: World, event: e.IncidentArchived) -> World:
    assignments = world.assignments
    for assignment_id in world.incidents[event.incident_id].assignments:
        assignments = assignments.delete(assignment_id)
    world = replace(world, incidents=world.incidents.delete(event.incident_id), assignments=assignments)
    return _due(world, f"archive:{event.incident_id}", None)


@_step(e.LateIncidentEntered)
def _(world: World, event: e.LateIncidentEntered) -> World:
    assignments: tuple[AssignmentId, ...] = ()
    if event.unit_id is not None:
        assignment = Assignment(
            id=AssignmentId(f"{event.incident_id}.1"),
            incident_id=event.incident_id,
            unit_id=event.unit_id,
            state=AssignmentState.CLEARED,
            cause=Cause.MANUAL,
            skill="patrol",
            pre_alert=False,
            travel_time_s=None,
            distance_m=None,
            reserved_at=event.sent_at or event.received_at,
            sent_at=event.sent_at,
            accepted_at=event.accepted_at,
            en_route_at=event.en_route_at,
            on_scene_at=event.on_scene_at,
            cleared_at=event.cleared_at or event.at,
            ended_at=event.cleared_at or event.at,
            reason=event.disposition,
        )
        assignments = (assignment.id,)
        world = replace(world, assignments=world.assignments.set(assignment.id, assignment))
    incident = Incident(
        id=event.incident_id,
        number=event.number,
        draft=False,
        kind=event.kind,
        kind_common=event.kind_common,
        priority=event.priority,
        point=event.point,
        place=event.place,
        station=event.station,
        needs=(),
        created_at=event.received_at,
        classified_at=event.received_at,
        point_at=event.received_at,
        narrative=event.narrative,
        taskings=(
            Tasking(office=event.office, role=OfficeRole.DISPATCHING, mode=TaskingMode.MANAGE, since=event.received_at),
            Tasking(office=event.station, role=OfficeRole.DISPATCHED, mode=TaskingMode.MANAGE, since=event.received_at),
        ),
        assignments=assignments,
        disposition=event.disposition,
        late_entry=True,
    )
    world = replace(world, incidents=world.incidents.set(incident.id, incident), last_number=event.number)
    return _ended(world, event.incident_id, event.archive_at, closed_at=event.cleared_at or event.at)


@_step(e.OfficeTasked)
def _(world: World, event: e.OfficeTasked) -> World:
    incident = world.incidents[event.incident_id]
    others = tuple(t for t in incident.taskings if t.office != event.office)
    tasking = Tasking(office=event.office, role=event.role, mode=event.mode, since=event.at, by=event.by)
    return _incident(world, incident.id, taskings=(*others, tasking))


@_step(e.OfficeReleased)
def _(world: World, event: e.OfficeReleased) -> World:
    incident = world.incidents[event.incident_id]
    return _incident(world, incident.id, taskings=tuple(t for t in incident.taskings if t.office != event.office))


@_step(e.AlarmRaised)
def _(world: World, event: e.AlarmRaised) -> World:
    alarm = Alarm(
        id=event.alarm_id,
        cause=event.cause,
        incident_id=event.incident_id,
        unit_id=event.unit_id,
        priority=event.priority,
        tier=event.tier,
        office=event.office,
        raised_at=event.at,
        climbs_at=event.climbs_at,
    )
    world = replace(world, alarms=world.alarms.set(alarm.id, alarm))
    if event.timer is not None:
        world = _due(world, event.timer, None)
    return _due(_escalated(world, event), f"climb:{alarm.id}", event.climbs_at)


@_step(e.AlarmClimbed)
def _(world: World, event: e.AlarmClimbed) -> World:
    alarm = replace(world.alarms[event.alarm_id], tier=event.tier, office=event.office, climbs_at=event.climbs_at)
    world = replace(world, alarms=world.alarms.set(alarm.id, alarm))
    return _due(_escalated(world, event), f"climb:{alarm.id}", event.climbs_at)


def _escalated(world: World, event: e.AlarmRaised | e.AlarmClimbed) -> World:
    """Note the highest tier an incident's alarms have reached."""
    if event.incident_id is None or event.incident_id not in world.incidents:
        return world
    reached = world.incidents[event.incident_id].escalated_to
    if reached is not None and TIERS_UPWARD.index(reached) >= TIERS_UPWARD.index(event.tier):
        return world
    return _incident(world, event.incident_id, escalated_to=event.tier)


@_step(e.AlarmAcknowledged)
def _(world: World, event: e.AlarmAcknowledged) -> World:
    alarm = replace(world.alarms[event.alarm_id], acknowledged_at=event.at, acknowledged_by=event.by, climbs_at=None)
    world = replace(world, alarms=world.alarms.set(alarm.id, alarm))
    return _due(world, f"climb:{alarm.id}", None)


@_step(e.AlarmCleared)
def _(world: World, event: e.AlarmCleared) -> World:
    world = replace(world, alarms=world.alarms.delete(event.alarm_id))
    return _due(world, f"climb:{event.alarm_id}", None)


@_step(e.EmergencyDeclared)
def _(world: World, event: e.EmergencyDeclared) -> World:
    emergency = Emergency(incident_id=event.incident_id, started_at=event.at)
    return _unit(world, event.unit_id, emergency=emergency)


@_step(e.EmergencyAcknowledged)
def _(world: World, event: e.EmergencyAcknowledged) -> World:
    emergency = world.units[event.unit_id].emergency
    assert emergency is not None, "only a declared emergency is acknowledged"
    return _unit(world, event.unit_id, emergency=replace(emergency, acknowledged_at=event.at))


@_step(e.EmergencyEnded)
def _(world: World, event: e.EmergencyEnded) -> World:
    return _unit(world, event.unit_id, emergency=None)


@_step(e.RulesSet)
def _(world: World, event: e.RulesSet) -> World:
    if event.rules is not None:
        return replace(world, rules=world.rules.set(event.office, event.rules))
    if event.office in world.rules:
        return replace(world, rules=world.rules.delete(event.office))
    return world


@_step(e.SeenAtTier)
def _(world: World, event: e.SeenAtTier) -> World:
    incident = world.incidents[event.incident_id]
    return _incident(world, incident.id, seen=(*incident.seen, (event.tier, event.at)))
