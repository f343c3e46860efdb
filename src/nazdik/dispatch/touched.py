"""What a fact touches outside the world: timers that may have moved, units whose fitness may have changed."""

from functools import cache

from nazdik.dispatch import events as e
from nazdik.dispatch.evolution import ASSIGNMENT_TIMERS
from nazdik.dispatch.model import World
from nazdik.kernel import UnitId

# The timers that hang on what a fact is about, by the name of the field that says it.
_TIMERS_OF_FIELD: dict[str, tuple[str, ...]] = {
    "assignment_id": ASSIGNMENT_TIMERS,
    "incident_id": ("retry", "wait", "archive", "held"),
    "unit_id": ("free", "crew"),
    "alarm_id": ("climb",),
    "call_id": ("callback",),
    "hand_over_id": ("desk",),
}
_CLIMB: dict[str, tuple[str, ...]] = {"alarm_id": ("climb",)}
_SAFETY: dict[str, tuple[str, ...]] = {"assignment_id": ("safety", "missed")}
# Of the facts that most of a log is made of, exactly the timers they move; any other may move all that hang on what it is about.
_MOVES_ONLY: dict[type[e.Event], dict[str, tuple[str, ...]]] = {
    e.IncidentKept: {},
    e.HandheldTested: {},
    e.MessageSent: {},
    e.MessageDelivered: {},
    e.MessageRead: {},
    e.IncidentDrafted: {},
    e.DraftUpdated: {},
    e.IncidentOpened: {},
    e.IncidentClassified: {},
    e.CallJoined: {},
    e.PlanChosen: {},
    e.OfficeTasked: {},
    e.UnitsRecommended: {},
    e.EtaPromised: {},
    e.OfferDelivered: {},
    e.OfferSounded: {},
    e.UnitInArea: {},
    e.DispositionRecorded: {},
    e.IncidentWaits: {"incident_id": ("retry",)},
    e.WaitingLimitSet: {"incident_id": ("wait",)},
    e.IncidentClosed: {"incident_id": ("retry", "wait", "archive", "held")},
    e.UnitReserved: {"assignment_id": ("hold",), "unit_id": ("free",)},
    e.OfferSent: {"assignment_id": ("hold", "answer"), "incident_id": ("retry",)},
    e.OfferAccepted: {"assignment_id": ("answer", "move"), "incident_id": ("retry", "wait")},
    e.UnitEnRoute: {"assignment_id": ("move", "late")},
    e.UnitOnScene: {"assignment_id": ("answer", "move", "late", "safety")},
    e.UnitCleared: {"assignment_id": ASSIGNMENT_TIMERS, "unit_id": ("free",)},
    e.SafetyCheckDue: _SAFETY,
    e.SafetyCheckAnswered: _SAFETY,
    e.AlarmRaised: _CLIMB,
    e.AlarmClimbed: _CLIMB,
    e.AlarmAcknowledged: _CLIMB,
    e.AlarmCleared: _CLIMB,
}
_OF_AN_INCIDENT = (e.PriorityChanged, e.DraftUpdated, e.IncidentClassified, e.AssignmentDiverted)
_MOVES_UNITS = (e.IncidentAbsorbed, e.IncidentUnjoined)
# Said of a unit often, and nothing about what it is fit for.
_LEAVES_FITNESS = frozenset(
    {
        e.IncidentKept,
        e.HandheldTested,
        e.MessageSent,
        e.MessageDelivered,
        e.MessageRead,
        e.EtaPromised,
        e.OfferSent,
        e.OfferDelivered,
        e.OfferSounded,
        e.OfferAccepted,
        e.UnitEnRoute,
        e.UnitInArea,
        e.AlarmRaised,
        e.AlarmClimbed,
        e.AlarmAcknowledged,
        e.AlarmCleared,
        e.SafetyCheckDue,
        e.SafetyCheckAnswered,
        e.SafetyCheckMissed,
    }
)


def deadline_keys(event: e.Event) -> list[str]:
    """Return the keys whose deadlines `event` may have set, moved or dropped; the shell's heap looks only at these."""
    keys: list[str] = []
    for field, timers in _timers_of(type(event)):
        subject = getattr(event, field)
        if subject is not None:
            keys += [timer + subject for timer in timers]
    if isinstance(event, e.AlarmRaised) and event.timer is not None:
        keys.append(event.timer)
    return keys


@cache
def _timers_of(kind: type[e.Event]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return which timers a kind of fact may move: fields of it, each with the beginnings of the keys; asked of every fact."""
    moves, fields = _MOVES_ONLY.get(kind, _TIMERS_OF_FIELD), kind.__struct_fields__
    return tuple((name, tuple(f"{timer}:" for timer in timers)) for name, timers in moves.items() if name in fields)


def units_touched(world: World, event: e.Event) -> tuple[UnitId, ...]:
    """Return the units whose fitness `event` may have changed, in a stable order."""
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
