"""When a unit could set out, as far as the world knows, and whether an incident may wait for one that cannot yet."""

from nazdik.dispatch.model import BEFORE_SCENE, Incident, Unit, World
from nazdik.dispatch.rules import Rules
from nazdik.dispatch.vocabulary import AT_THE_STATION
from nazdik.kernel import Instant, UnitId
from nazdik.kernel.instant import seconds_between


def start_of(world: World, unit: Unit, rules: Rules) -> tuple[float, Instant | None]:
    """Return how long a unit takes to set out once it is ready, in seconds, and when it will be (None: it is)."""
    if unit.free_soon is not None:
        return 0.0, unit.free_soon.free_at
    if unit.assignment_id is not None:
        before_scene = world.assignments[unit.assignment_id].state in BEFORE_SCENE
        return (rules.start.divert_s if before_scene else 0.0), None
    return (rules.start.turnout_s if unit.secondary == AT_THE_STATION else 0.0), None


def expected(world: World, unit_id: UnitId, at: Instant) -> bool:
    """Whether a unit is busy and still to be free later than `at`."""
    said = world.units[unit_id].free_soon
    return said is not None and said.free_at > at


def may_wait_for(world: World, incident: Incident, unit: Unit, rules: Rules, at: Instant) -> bool:
    """
    Whether the rules let an incident wait for a unit that is busy, though somebody could go now.

    Never for the most urgent, never for an officer in danger, and never longer in all than a crew may say ahead: a time put off
    again and again is no time.
    """
    if unit.free_soon is None or not expected(world, unit.id, at):
        return False
    priority = incident.priority or 3
    if priority == 1 or priority < rules.start.wait_from_priority or incident.emergency_of is not None:
        return False
    return seconds_between(incident.waiting_since or at, unit.free_soon.free_at) <= rules.start.free_soon_max_s


def promised_elsewhere(world: World, incident: Incident) -> frozenset[UnitId]:
    """Return the units that other incidents wait for: one car is not promised twice."""
    others = (world.incidents[i] for i in sorted(world.awaits) if i != incident.id)
    return frozenset(a.unit_id for other in others for a in world.awaited_by(other))
