"""Facts about a unit on an incident: reserved, offered, on the way, on the scene, free again."""

from typing import Any

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution.changes import (
    ASSIGNMENT_TIMERS,
    drop_due,
    no_longer_waits,
    set_assignment,
    set_due,
    set_free_soon,
    set_incident,
    set_unit,
    step,
)
from nazdik.dispatch.model import Assignment, AssignmentState, BlockedRoute, RenewedArrival, World


@step(e.UnitReserved)
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
    world = set_due(world, f"hold:{assignment.id}", event.hold_until)
    incident = world.incidents[event.incident_id]
    world = replace(world, assignments=world.assignments.set(assignment.id, assignment))
    numbered = max(incident.numbered, int(assignment.id.rpartition(".")[2]))
    world = set_incident(world, incident.id, assignments=(*incident.assignments, assignment.id), numbered=numbered)
    world = set_free_soon(world, event.unit_id, None)
    return set_unit(world, event.unit_id, assignment_id=assignment.id, status_since=event.at)


@step(e.PostGiven)
def _(world: World, event: e.PostGiven) -> World:
    return set_assignment(world, event.assignment_id, post=event.post)


def _advance(world: World, event: e.AssignmentEvent, state: AssignmentState, **stamps: Any) -> World:
    world = set_assignment(world, event.assignment_id, state=state, **stamps)
    return set_unit(world, event.unit_id, status_since=event.at)


@step(e.OfferSent)
def _(world: World, event: e.OfferSent) -> World:
    world = _advance(world, event, AssignmentState.SENT, sent_at=event.at, answer_by=event.answer_by)
    world = set_due(world, f"hold:{event.assignment_id}", None)
    world = set_due(world, f"answer:{event.assignment_id}", event.answer_by)
    return no_longer_waits(world, event.incident_id)


@step(e.OfferDelivered)
def _(world: World, event: e.OfferDelivered) -> World:
    return _advance(world, event, AssignmentState.DELIVERED, delivered_at=event.at)


@step(e.OfferSounded)
def _(world: World, event: e.OfferSounded) -> World:
    delivered_at = world.assignments[event.assignment_id].delivered_at or event.at
    return _advance(world, event, AssignmentState.SOUNDED, delivered_at=delivered_at, sounded_at=event.at)


@step(e.OfferAccepted)
def _(world: World, event: e.OfferAccepted) -> World:
    world = _advance(world, event, AssignmentState.ACCEPTED, accepted_at=event.at)
    world = set_due(world, f"answer:{event.assignment_id}", None)
    world = set_due(world, f"wait:{event.incident_id}", None)
    world = no_longer_waits(world, event.incident_id)
    return set_due(world, f"move:{event.assignment_id}", event.move_by)


def _end(world: World, event: e.AssignmentEvent, state: AssignmentState, reason: str | None, **stamps: Any) -> World:
    """End an assignment: its unit is free again and none of its timers runs on."""
    world = set_assignment(
        world, event.assignment_id, state=state, ended_at=event.at, reason=reason, safety_due=None, **stamps
    )
    world = drop_due(world, [f"{timer}:{event.assignment_id}" for timer in ASSIGNMENT_TIMERS])
    if world.units[event.unit_id].assignment_id != event.assignment_id:
        return world
    world = set_free_soon(world, event.unit_id, None)
    return set_unit(world, event.unit_id, assignment_id=None, status_since=event.at)


@step(e.OfferRefused)
def _(world: World, event: e.OfferRefused) -> World:
    return _end(world, event, AssignmentState.REFUSED, event.reason)


@step(e.OfferUnanswered)
def _(world: World, event: e.OfferUnanswered) -> World:
    return _end(world, event, AssignmentState.UNANSWERED, "unanswered")


@step(e.AssignmentWithdrawn)
def _(world: World, event: e.AssignmentWithdrawn) -> World:
    world = _end(world, event, AssignmentState.WITHDRAWN, event.reason)
    if not event.by_hand:
        return world
    incident = world.incidents[event.incident_id]
    return set_incident(world, incident.id, withdrawn_by_hand=(*incident.withdrawn_by_hand, event.unit_id))


@step(e.AssignmentDiverted)
def _(world: World, event: e.AssignmentDiverted) -> World:
    world = _end(world, event, AssignmentState.DIVERTED, f"to {event.to_incident}")
    return set_incident(world, event.incident_id, times_diverted=world.incidents[event.incident_id].times_diverted + 1)


@step(e.AssignmentCancelled)
def _(world: World, event: e.AssignmentCancelled) -> World:
    return _end(world, event, AssignmentState.CANCELLED, "incident cancelled")


@step(e.UnitRealerted)
def _(world: World, event: e.UnitRealerted) -> World:
    return set_assignment(world, event.assignment_id, realerted_at=event.at, realert_reason=event.reason)


@step(e.UnitEnRoute)
def _(world: World, event: e.UnitEnRoute) -> World:
    world = _advance(world, event, AssignmentState.EN_ROUTE, en_route_at=event.at)
    world = set_due(world, f"move:{event.assignment_id}", None)
    return set_due(world, f"late:{event.assignment_id}", event.late_at)


@step(e.EtaPromised)
def _(world: World, event: e.EtaPromised) -> World:
    # Kept for learning; what a face shows of it was said by the event beside it.
    return world


@step(e.RouteBlocked)
def _(world: World, event: e.RouteBlocked) -> World:
    blocked = BlockedRoute(
        condition_id=event.condition_id,
        at=event.at,
        before_s=event.before_s,
        after_s=event.after_s,
        sooner_unit=event.sooner_unit,
        sooner_s=event.sooner_s,
    )
    return set_assignment(world, event.assignment_id, blocked=blocked)


@step(e.ArrivalRenewed)
def _(world: World, event: e.ArrivalRenewed) -> World:
    renewed = RenewedArrival(
        condition_id=event.condition_id,
        at=event.at,
        before_s=event.before_s,
        after_s=event.after_s,
        slower=event.slower,
        sooner_unit=event.sooner_unit,
        sooner_s=event.sooner_s,
    )
    blocked = world.assignments[event.assignment_id].blocked
    # What blocked it is what changed: it is in the way no more.
    over = blocked is not None and blocked.condition_id == event.condition_id
    world = set_assignment(world, event.assignment_id, renewed=renewed, blocked=None if over else blocked)
    return world if event.late_at is None else set_due(world, f"late:{event.assignment_id}", event.late_at)


@step(e.UnitInArea)
def _(world: World, event: e.UnitInArea) -> World:
    return set_assignment(world, event.assignment_id, arrived_area_at=event.at)


@step(e.UnitOnScene)
def _(world: World, event: e.UnitOnScene) -> World:
    world = _advance(
        world, event, AssignmentState.ON_SCENE, on_scene_at=event.at, pre_alert=False, safety_due=event.safety_due
    )
    for timer in ("move", "late", "answer"):
        world = set_due(world, f"{timer}:{event.assignment_id}", None)
    return set_due(world, f"safety:{event.assignment_id}", event.safety_due)


@step(e.UnitTransporting)
def _(world: World, event: e.UnitTransporting) -> World:
    return _advance(world, event, AssignmentState.TRANSPORTING, transport_at=event.at)


@step(e.UnitCleared)
def _(world: World, event: e.UnitCleared) -> World:
    return _end(world, event, AssignmentState.CLEARED, event.disposition, cleared_at=event.at)


# What a step stamped, which is no longer so when it was said by mistake.
_STAMPS: dict[str, dict[str, None]] = {
    "en_route": {"en_route_at": None},
    "on_scene": {"on_scene_at": None},
    "transporting": {"transport_at": None},
    "cleared": {"cleared_at": None, "ended_at": None, "reason": None},
    "withdrawn": {"ended_at": None, "reason": None},
}


@step(e.StepTakenBack)
def _(world: World, event: e.StepTakenBack) -> World:
    if event.step == "safety_check":
        world = set_assignment(world, event.assignment_id, safety_due=event.safety_due)
        return set_due(world, f"safety:{event.assignment_id}", event.safety_due)
    world = _advance(world, event, event.state, **_STAMPS[event.step])
    if event.step == "transporting":
        return world
    world = set_unit(world, event.unit_id, assignment_id=event.assignment_id)
    if event.state is not AssignmentState.ON_SCENE:
        # Free soon is whoever is there.
        world = set_free_soon(world, event.unit_id, None)
    world = set_incident(world, event.incident_id, served_before=event.served_before)
    world = set_assignment(world, event.assignment_id, safety_due=event.safety_due, safety_asked_at=None)
    due = {"move": event.move_by, "late": event.late_at, "safety": event.safety_due, "missed": None}
    for timer, at in due.items():
        world = set_due(world, f"{timer}:{event.assignment_id}", at)
    return _goes_again(world, event) if event.step == "withdrawn" else world


def _goes_again(world: World, event: e.StepTakenBack) -> World:
    """The crew was not taken off after all: its incident waits for nobody in its place."""
    incident = world.incidents[event.incident_id]
    others = tuple(unit for unit in incident.withdrawn_by_hand if unit != event.unit_id)
    world = set_incident(world, incident.id, withdrawn_by_hand=others)
    world = set_due(world, f"wait:{incident.id}", None)
    return no_longer_waits(world, incident.id)


@step(e.SafetyCheckDue)
def _(world: World, event: e.SafetyCheckDue) -> World:
    world = set_assignment(world, event.assignment_id, safety_asked_at=event.at)
    world = set_due(world, f"safety:{event.assignment_id}", None)
    return set_due(world, f"missed:{event.assignment_id}", event.missed_at)


@step(e.SafetyCheckAnswered)
def _(world: World, event: e.SafetyCheckAnswered) -> World:
    world = set_assignment(world, event.assignment_id, safety_asked_at=None, safety_due=event.safety_due)
    world = set_due(world, f"missed:{event.assignment_id}", None)
    return set_due(world, f"safety:{event.assignment_id}", event.safety_due)


@step(e.SafetyTimerSet)
def _(world: World, event: e.SafetyTimerSet) -> World:
    world = set_assignment(world, event.assignment_id, safety_due=event.safety_due)
    return set_due(world, f"safety:{event.assignment_id}", event.safety_due)


@step(e.SafetyCheckMissed)
def _(world: World, event: e.SafetyCheckMissed) -> World:
    return set_due(world, f"missed:{event.assignment_id}", None)
