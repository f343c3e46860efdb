"""How a recorded fact finds the function that applies it, and the small changes those functions are made of."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from nazdik.dispatch import events as e
from nazdik.dispatch.field_model import FreeSoon
from nazdik.dispatch.model import Awaited, World
from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId

E = TypeVar("E", bound=e.Event)
STEPS: dict[type[e.Event], Callable[[World, Any], World]] = {}

ASSIGNMENT_TIMERS = ("hold", "answer", "move", "late", "safety", "missed")

# Deadline keys say what is due and for whom: `answer:<assignment>`, `climb:<alarm>`, `wait:<incident>` and so on.


def step(event_type: type[E]) -> Callable[[Callable[[World, E], World]], Callable[[World, E], World]]:
    """Mark the function that applies one kind of fact."""

    def keep(function: Callable[[World, E], World]) -> Callable[[World, E], World]:
        STEPS[event_type] = function
        return function

    return keep


def set_due(world: World, key: str, at: Instant | None) -> World:
    """Set or drop a deadline."""
    if at is not None:
        return replace(world, deadlines=world.deadlines.set(key, at))
    if key in world.deadlines:
        return replace(world, deadlines=world.deadlines.delete(key))
    return world


def drop_due(world: World, keys: Iterable[str]) -> World:
    """Drop several deadlines at once."""
    deadlines = world.deadlines
    for key in keys:
        if key in deadlines:
            deadlines = deadlines.delete(key)
    return world if deadlines is world.deadlines else replace(world, deadlines=deadlines)


def set_incident(world: World, incident_id: IncidentId, **changes: Any) -> World:
    incident = replace(world.incidents[incident_id], **changes)
    return replace(world, incidents=world.incidents.set(incident_id, incident))


def set_unit(world: World, unit_id: UnitId, **changes: Any) -> World:
    unit = replace(world.units[unit_id], **changes)
    return replace(world, units=world.units.set(unit_id, unit))


def set_assignment(world: World, assignment_id: AssignmentId, **changes: Any) -> World:
    assignment = replace(world.assignments[assignment_id], **changes)
    return replace(world, assignments=world.assignments.set(assignment_id, assignment))


def set_free_soon(world: World, unit_id: UnitId, said: FreeSoon | None) -> World:
    """Keep what a unit said of when it is free; None when it does something else, and what it said is void."""
    if world.units[unit_id].free_soon is None and said is None:
        return world
    world = set_unit(world, unit_id, free_soon=said)
    return set_due(world, f"free:{unit_id}", None if said is None else said.free_at)


def set_awaits(world: World, incident_id: IncidentId, awaits: tuple[Awaited, ...]) -> World:
    """Keep which busy units an incident waits for."""
    if awaits:
        return replace(world, awaits=world.awaits.set(incident_id, awaits))
    return replace(world, awaits=world.awaits.delete(incident_id)) if incident_id in world.awaits else world


def set_waiting(world: World, incident_id: IncidentId, since: Instant | None) -> World:
    if since is not None:
        return replace(world, waiting=world.waiting.set(incident_id, since))
    if incident_id in world.waiting:
        return replace(world, waiting=world.waiting.delete(incident_id))
    return world


def no_longer_waits(world: World, incident_id: IncidentId) -> World:
    """Somebody goes. The retry stops here; the alarm for waiting too long stops only when an offer is accepted."""
    if world.missing_needs(world.incidents[incident_id]):
        return world
    world = set_incident(world, incident_id, waiting_reason=None, waiting_since=None)
    world = set_awaits(world, incident_id, ())
    world = set_due(world, f"retry:{incident_id}", None)
    return set_waiting(world, incident_id, None)
