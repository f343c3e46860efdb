"""Facts about a desk's own order."""

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.desk_model import AskedService, HandOver, HandOverId, Hold
from nazdik.dispatch.evolution.changes import (
    no_longer_waits,
    set_assignment,
    set_awaits,
    set_due,
    set_incident,
    set_waiting,
    step,
)
from nazdik.dispatch.model import World
from nazdik.kernel import AssignmentId, IncidentId


@step(e.IncidentHeld)
def _(world: World, event: e.IncidentHeld) -> World:
    held = Hold(since=event.at, until=event.until, reason=event.reason, words=event.words, by=event.by)
    known = world.incidents[event.incident_id].hold
    if known is not None:
        held = replace(held, since=known.since)
    world = set_incident(world, event.incident_id, hold=held, waiting_reason=None, waiting_since=None)
    world = set_awaits(world, event.incident_id, ())
    world = set_waiting(world, event.incident_id, None)
    for timer in ("wait", "retry"):
        world = set_due(world, f"{timer}:{event.incident_id}", None)
    return set_due(world, f"held:{event.incident_id}", event.until)


@step(e.HoldEnded)
def _(world: World, event: e.HoldEnded) -> World:
    world = set_incident(world, event.incident_id, hold=None)
    return set_due(world, f"held:{event.incident_id}", None)


@step(e.ServiceAsked)
def _(world: World, event: e.ServiceAsked) -> World:
    asked = AskedService(service=event.service, at=event.at, by=event.by)
    return set_incident(world, event.incident_id, services=(*world.incidents[event.incident_id].services, asked))


@step(e.ServiceReleased)
def _(world: World, event: e.ServiceReleased) -> World:
    asked = tuple(each for each in world.incidents[event.incident_id].services if each.service != event.service)
    return set_incident(world, event.incident_id, services=asked)


@step(e.IncidentJoined)
def _(world: World, event: e.IncidentJoined) -> World:
    left = tuple(a for a in world.incidents[event.incident_id].assignments if a not in event.assignments)
    return set_incident(
        world,
        event.incident_id,
        assignments=left,
        joined_into=event.into,
        joined_assignments=event.assignments,
    )


@step(e.IncidentAbsorbed)
def _(world: World, event: e.IncidentAbsorbed) -> World:
    into = world.incidents[event.incident_id]
    new_calls = tuple(call for call in event.calls if call not in into.calls)
    world = set_incident(world, into.id, calls=(*into.calls, *new_calls), joined=(*into.joined, event.other))
    return _moved(world, event.incident_id, event.assignments)


@step(e.IncidentParted)
def _(world: World, event: e.IncidentParted) -> World:
    into = world.incidents[event.incident_id]
    return set_incident(
        world,
        into.id,
        calls=tuple(call for call in into.calls if call not in event.calls),
        joined=tuple(other for other in into.joined if other != event.other),
        assignments=tuple(a for a in into.assignments if a not in event.assignments),
    )


@step(e.IncidentUnjoined)
def _(world: World, event: e.IncidentUnjoined) -> World:
    world = set_incident(world, event.incident_id, joined_into=None, joined_assignments=(), calls=event.calls)
    return _moved(world, event.incident_id, event.assignments)


def _moved(world: World, incident_id: IncidentId, assignments: tuple[AssignmentId, ...]) -> World:
    """Assignments that run on, and are this incident's now; who is on the way is no longer waited for."""
    for assignment_id in assignments:
        world = set_assignment(world, assignment_id, incident_id=incident_id)
    incident = world.incidents[incident_id]
    world = set_incident(world, incident_id, assignments=(*incident.assignments, *assignments))
    if any(world.assignments[a].accepted_at is not None for a in assignments):
        world = set_due(world, f"wait:{incident_id}", None)
    return no_longer_waits(world, incident_id)


@step(e.DeskHandedOver)
def _(world: World, event: e.DeskHandedOver) -> World:
    given = HandOver(
        id=event.hand_over_id,
        office=event.office,
        by=event.by,
        at=event.at,
        note=event.note,
        incidents=event.incidents,
        calls=event.calls,
        silent_since=event.silent_since,
    )
    world = replace(world, hand_overs=world.hand_overs.set(given.id, given))
    return set_due(world, f"desk:{given.id}", event.take_by)


@step(e.DeskHandOverWithdrawn)
def _(world: World, event: e.DeskHandOverWithdrawn) -> World:
    return _no_longer_given(world, event.hand_over_id)


@step(e.DeskTakenOver)
def _(world: World, event: e.DeskTakenOver) -> World:
    return _no_longer_given(world, event.hand_over_id)


def _no_longer_given(world: World, hand_over_id: HandOverId) -> World:
    world = replace(world, hand_overs=world.hand_overs.delete(hand_over_id))
    return set_due(world, f"desk:{hand_over_id}", None)


@step(e.IncidentKept)
def _(world: World, event: e.IncidentKept) -> World:
    return set_incident(world, event.incident_id, keeper=event.keeper)
