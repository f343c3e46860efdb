"""What a fact touches outside the world: timers that may have moved, units whose fitness may have changed."""

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution import ASSIGNMENT_TIMERS
from nazdik.dispatch.model import World
from nazdik.kernel import UnitId

_OF_CALL_BACKS = (e.CallBackAwaited, e.CallBackSettled)
_OF_AN_INCIDENT = (e.PriorityChanged, e.DraftUpdated, e.IncidentClassified, e.AssignmentDiverted)
# Said of a unit often, and nothing about what it is fit for.
_MOVES_UNITS = (e.IncidentAbsorbed, e.IncidentUnjoined)
_LEAVES_FITNESS = frozenset(
    {
        e.EtaPromised,
        e.OfferSent,
        e.OfferDelivered,
        e.OfferSounded,
        e.SafetyCheckDue,
        e.SafetyCheckAnswered,
        e.SafetyCheckMissed,
    }
)

_MOVES_NOTHING = (e.IncidentKept, e.HandheldTested, e.MessageSent, e.MessageDelivered, e.MessageRead)


def deadline_keys(event: e.Event) -> list[str]:
    """Return the keys whose deadlines `event` may have set, moved or dropped; the shell's heap looks only at these."""
    if isinstance(event, _MOVES_NOTHING):
        return []
    keys: list[str] = []
    if isinstance(event, e.AssignmentEvent):
        subject = event.assignment_id
        keys = [f"{timer}:{subject}" for timer in ASSIGNMENT_TIMERS]
    incident_id = getattr(event, "incident_id", None)
    if incident_id is not None:
        keys += (f"retry:{incident_id}", f"wait:{incident_id}", f"archive:{incident_id}", f"held:{incident_id}")
    unit_id = getattr(event, "unit_id", None)
    if unit_id is not None:
        keys.append(f"free:{unit_id}")
    if isinstance(event, e.DutyStarted | e.DutyEnded | e.CrewChecked):
        keys.append(f"crew:{event.unit_id}")
    alarm_id = getattr(event, "alarm_id", None)
    if alarm_id is not None:
        keys.append(f"climb:{alarm_id}")
    if isinstance(event, _OF_CALL_BACKS):
        keys.append(f"callback:{event.call_id}")
    if isinstance(event, e.DeskHandedOver | e.DeskTakenOver | e.DeskHandOverWithdrawn):
        keys.append(f"desk:{event.hand_over_id}")
    if isinstance(event, e.AlarmRaised) and event.timer is not None:
        keys.append(event.timer)
    return keys


def units_touched(world: World, event: e.Event) -> tuple[UnitId, ...]:
    """Return the units whose fitness `event` may have changed, in a stable order."""
    if isinstance(event, _MOVES_NOTHING):
        return ()
    if type(event) in _LEAVES_FITNESS:
        return ()
    if isinstance(event, e.RulesSet):
        # Rules say how soon a unit can set out, here and in every office below that has none of its own.
        return tuple(sorted(world.units))
    if isinstance(event, _MOVES_UNITS):
        return tuple(world.assignments[a].unit_id for a in event.assignments)
    unit_id = getattr(event, "unit_id", None)
    if isinstance(event, _OF_AN_INCIDENT):
        incident = world.incidents[event.incident_id]
        serving = tuple(a.unit_id for a in world.active_assignments(incident))
        return serving if unit_id is None else (*serving, unit_id)
    return (unit_id,) if unit_id is not None and unit_id in world.units else ()
