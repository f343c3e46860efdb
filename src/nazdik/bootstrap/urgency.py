"""
Which commands pass at once and which wait for their turn: an urgent call never waits for one that can wait (I16).

What a caller says, what an officer on the way or in danger says, and everything about an incident of the first priority passes.
The rest takes turns in the order of its priority. A call is never refused, only put behind more urgent ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import commands as dispatch
from nazdik.geo.conditions import commands as roads
from nazdik.intake import commands as intake
from nazdik.intake.model import Call
from nazdik.kernel import Actor, IncidentId
from nazdik.kernel.context import SYSTEM
from nazdik.published.kinds import Kind

URGENT = 1
# Behind every incident: notes to a desk, settings, who has seen what.
LAST = 6

# Of an officer on the way or in danger, and nearly nothing to decide.
_ALWAYS = (
    dispatch.Acknowledge,
    dispatch.AcceptOffer,
    dispatch.RefuseOffer,
    dispatch.StepOn,
    dispatch.TakeBackStep,
    dispatch.RequestBackup,
    dispatch.OpenOwnEvent,
    dispatch.DeclareEmergency,
    dispatch.AcknowledgeEmergency,
    dispatch.EndEmergency,
    dispatch.AnswerSafetyCheck,
)
_TELLS_KIND = (intake.DescribeCall, intake.ClassifyCall, dispatch.DraftIncident, dispatch.ClassifyIncident)


@dataclass(frozen=True, slots=True)
class Turn:
    """That a command takes turns: its place among those that wait, and whether it may be sent away."""

    rank: int
    may_refuse: bool


def turn_of(state: ProvinceState, command: Any, actor: Actor, kinds: Mapping[str, Kind]) -> Turn | None:
    """Return the turn that a command has to take, None when it passes at once."""
    if isinstance(command, _ALWAYS):
        return None
    if isinstance(command, _TELLS_KIND):
        return _turn(_told(state, command, kinds), may_refuse=False)
    if isinstance(command, intake.Command):
        return None
    if isinstance(command, dispatch.DeadlinePassed):
        return _turn(_of_timer(state, command.key), may_refuse=False)
    if isinstance(command, roads.ConditionDue):
        return Turn(LAST, may_refuse=False)
    if actor == SYSTEM:
        return None
    if isinstance(command, dispatch.RecordSeen):
        return Turn(LAST, may_refuse=False)
    priority = _of_thing(state, command)
    return Turn(LAST, may_refuse=True) if priority is None else _turn(priority, may_refuse=True)


def _turn(priority: int | None, *, may_refuse: bool) -> Turn | None:
    """Where nobody knows how urgent it is, it is."""
    return None if priority is None or priority <= URGENT else Turn(priority, may_refuse)


def _told(state: ProvinceState, command: Any, kinds: Mapping[str, Kind]) -> int | None:
    """Return the priority that a command gives an incident, or that it has: the more urgent of both."""
    kind = kinds.get(command.kind) if command.kind is not None else None
    told = command.priority if command.priority is not None else (kind.priority if kind is not None else None)
    if isinstance(command, intake.Command):
        known = _of_call(state, state.calls.get(command.call_id))
    else:
        known = _of_incident(state, command.incident_id)
    return min((p for p in (told, known) if p is not None), default=None)


def _of_call(state: ProvinceState, call: Call | None) -> int | None:
    if call is None:
        return None
    of_incident = _of_incident(state, call.incident_id) if call.incident_id is not None else None
    return call.priority if of_incident is None else of_incident


def _of_incident(state: ProvinceState, incident_id: IncidentId) -> int | None:
    incident = state.world.incidents.get(incident_id)
    return incident.priority if incident is not None else None


def _of_thing(state: ProvinceState, command: Any) -> int | None:
    """Return the priority of what a command is about, None when it is about nothing that has one."""
    world = state.world
    if isinstance(command, dispatch.AcknowledgeAlarms):
        return min((world.alarms[each].priority for each in command.alarm_ids if each in world.alarms), default=None)
    alarm_id = getattr(command, "alarm_id", None)
    if alarm_id is not None:
        alarm = world.alarms.get(alarm_id)
        return alarm.priority if alarm is not None else None
    incident_id = getattr(command, "incident_id", None)
    assignment_id = getattr(command, "assignment_id", None)
    if assignment_id is not None:
        assignment = world.assignments.get(assignment_id)
        incident_id = assignment.incident_id if assignment is not None else None
    if incident_id is None:
        unit = world.units.get(getattr(command, "unit_id", ""))  # type: ignore[arg-type]
        held = (
            world.assignments.get(unit.assignment_id) if unit is not None and unit.assignment_id is not None else None
        )
        incident_id = held.incident_id if held is not None else None
    known = _of_incident(state, incident_id) if incident_id is not None else None
    # Whoever says that it is urgent now is believed before it is decided.
    told = getattr(command, "priority", None)
    return min((p for p in (told, known) if p is not None), default=None)


def _of_timer(state: ProvinceState, key: str) -> int | None:
    """Return the priority of what a timer is about: of its incident, assignment or alarm. None: nobody knows."""
    subject, world = key.partition(":")[2], state.world
    assignment = world.assignments.get(subject)  # type: ignore[call-overload]
    if assignment is not None:
        return _of_incident(state, assignment.incident_id)
    alarm = world.alarms.get(subject)  # type: ignore[call-overload]
    return alarm.priority if alarm is not None else _of_incident(state, IncidentId(subject))
