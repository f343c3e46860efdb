"""A crew takes back the step it has just said by mistake. What was said stays in the record, and with it that it was wrong."""

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch import way
from nazdik.dispatch.errors import AssignmentEnded, StepStands
from nazdik.dispatch.model import ACTIVE, Assignment, AssignmentState, Cause, Unit
from nazdik.dispatch.offers import of, on_behalf, whereabouts
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import Instant
from nazdik.kernel.instant import seconds_between

# The ten seconds of an undo, and what a slow line adds. Later it was no slip of a thumb, and the desk sets it right.
TAKEN_BACK_WITHIN_S = 60.0


def take_back_step(u: Unfolding, command: c.TakeBackStep) -> None:
    """Put a crew back to where it was before its last step, with the timers that ran there. Twice changes nothing."""
    assignment = u.assignment(command.assignment_id)
    said_at = _said_at(assignment, command.step)
    if said_at is None:
        return
    if assignment.state is not AssignmentState(command.step):
        if assignment.state not in ACTIVE:
            raise AssignmentEnded(**whereabouts(u, assignment))
        raise StepStands(step=command.step, within_s=TAKEN_BACK_WITHIN_S)
    incident = u.world.incidents[assignment.incident_id]
    unit = u.world.units[assignment.unit_id]
    cleared = assignment.state is AssignmentState.CLEARED
    written_at = u.at if u.ctx.device_at is None else min(u.ctx.device_at, u.at)
    too_late = seconds_between(said_at, written_at) > TAKEN_BACK_WITHIN_S
    # Whoever saw it himself was there from the beginning: nothing lies before that.
    first = assignment.cause is Cause.OWN_EVENT and assignment.state is AssignmentState.ON_SCENE
    gone = incident.cancelled_at is not None or incident.joined_into is not None
    if too_late or first or gone or (cleared and not _is_idle(unit)):
        raise StepStands(step=command.step, within_s=TAKEN_BACK_WITHIN_S)
    served_before = incident.served_before
    if incident.closed_at is not None:
        u.add(e.IncidentReopened(at=u.at, incident_id=incident.id, reason="step_taken_back"))
    state = _before(assignment)
    rules = u.rules(incident.station)
    driving, waiting = state is AssignmentState.EN_ROUTE, state is AssignmentState.ACCEPTED
    safety_s = rules.safety_s[(incident.priority or 3) - 1]
    u.add(
        e.StepTakenBack(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            step=command.step,
            state=state,
            move_by=u.later(rules.not_moving_s) if waiting else None,
            late_at=way.late_at(u, incident, _left_s(assignment, u.at)) if driving else None,
            safety_due=u.later(safety_s) if cleared and not driving and not waiting else None,
            served_before=served_before,
        )
    )


def _said_at(assignment: Assignment, step: c.StepBack) -> Instant | None:
    match step:
        case "on_scene":
            return assignment.on_scene_at
        case "transporting":
            return assignment.transport_at
        case "cleared":
            return assignment.cleared_at


def _before(assignment: Assignment) -> AssignmentState:
    """Return where a crew was before the step it is at."""
    cleared = assignment.state is AssignmentState.CLEARED
    if cleared and assignment.transport_at is not None:
        return AssignmentState.TRANSPORTING
    if assignment.on_scene_at is not None and (cleared or assignment.state is AssignmentState.TRANSPORTING):
        return AssignmentState.ON_SCENE
    return AssignmentState.ACCEPTED if assignment.en_route_at is None else AssignmentState.EN_ROUTE


def _left_s(assignment: Assignment, at: Instant) -> float:
    """Return how much of the drive that was promised is left."""
    driven_s = 0.0 if assignment.en_route_at is None else seconds_between(assignment.en_route_at, at)
    return max((assignment.travel_time_s or 0.0) - driven_s, 0.0)


def _is_idle(unit: Unit) -> bool:
    """Whether nothing else has begun for a unit since it was done."""
    return unit.on_duty and unit.available and unit.assignment_id is None and unit.emergency is None
