"""A step said by mistake, by a crew or at the desk for it, is taken back. What was said stays, and with it that it was wrong."""

from nazdik.dispatch import alarms, way
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
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
    match command.step:
        case "safety_check":
            _take_back_safety_check(u, u.assignment(command.assignment_id), command.safety_due)
        case "withdrawn":
            _take_back_withdrawal(u, u.assignment(command.assignment_id))
        case _:
            _take_back_step(u, u.assignment(command.assignment_id), command.step)


def _take_back_step(u: Unfolding, assignment: Assignment, step: c.StepBack) -> None:
    said_at = _said_at(assignment, step)
    if said_at is None:
        return
    if assignment.state is not AssignmentState(step):
        if assignment.state not in ACTIVE:
            raise AssignmentEnded(**whereabouts(u, assignment))
        raise StepStands(step=step, within_s=TAKEN_BACK_WITHIN_S)
    incident = u.world.incidents[assignment.incident_id]
    unit = u.world.units[assignment.unit_id]
    cleared = assignment.state is AssignmentState.CLEARED
    # Whoever saw it himself was there from the beginning: nothing lies before that.
    first = assignment.cause is Cause.OWN_EVENT and assignment.state is AssignmentState.ON_SCENE
    gone = incident.cancelled_at is not None or incident.joined_into is not None
    if _is_too_late(u, said_at) or first or gone or (cleared and not _is_idle(unit)):
        raise StepStands(step=step, within_s=TAKEN_BACK_WITHIN_S)
    served_before = incident.served_before
    if incident.closed_at is not None:
        u.add(e.IncidentReopened(at=u.at, incident_id=incident.id, reason="step_taken_back"))
    _go_back(u, assignment, step, served_before)


def _go_back(u: Unfolding, assignment: Assignment, step: c.StepBack, served_before: Instant | None) -> None:
    """Record that the crew is where it was before its last step, and when what is due there is due."""
    incident = u.world.incidents[assignment.incident_id]
    state = _before(assignment)
    rules = u.rules(incident.station)
    driving, waiting = state is AssignmentState.EN_ROUTE, state is AssignmentState.ACCEPTED
    ended = assignment.state not in ACTIVE
    safety_s = rules.safety_s[(incident.priority or 3) - 1]
    if incident.hold is not None:
        # It was put aside when nobody was on it any more; now somebody is, and no clock runs until they are off it again.
        u.add(e.HoldEnded(at=u.at, incident_id=incident.id, cause="sent", by=u.ctx.actor.id))
    u.add(
        e.StepTakenBack(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            step=step,
            state=state,
            move_by=u.later(rules.not_moving_s) if waiting else None,
            late_at=way.late_at(u, incident, _left_s(assignment, u.at)) if driving else None,
            safety_due=u.later(safety_s) if ended and not driving and not waiting else None,
            served_before=served_before,
        )
    )


def _take_back_withdrawal(u: Unfolding, assignment: Assignment) -> None:
    """A desk took the wrong crew off: it has what it had, and is told so. An offer is no more; it is sent anew instead."""
    if assignment.state in ACTIVE:
        return
    if assignment.state is not AssignmentState.WITHDRAWN:
        raise AssignmentEnded(**whereabouts(u, assignment))
    incident = u.world.incidents[assignment.incident_id]
    by_hand = assignment.unit_id in incident.withdrawn_by_hand
    too_late = assignment.ended_at is None or _is_too_late(u, assignment.ended_at)
    filled = assignment.post is not None and assignment.post not in u.world.missing_posts(incident)
    joined = incident.joined_into is not None
    idle = _is_idle(u.world.units[assignment.unit_id])
    if assignment.accepted_at is None or not by_hand or too_late or filled or not idle or incident.ended or joined:
        raise StepStands(step="withdrawn", within_s=TAKEN_BACK_WITHIN_S)
    _go_back(u, assignment, "withdrawn", incident.served_before)
    u.add(e.UnitRealerted(at=u.at, **of(assignment), reason="withdrawal_taken_back"))
    alarms.settle(u, u.world.incidents[incident.id], alarms.OF_INCIDENT)


def _take_back_safety_check(u: Unfolding, assignment: Assignment, due: Instant | None) -> None:
    """Nobody has heard that crew: it is asked when it was to be asked, at once if that is past. Never later than it is now."""
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    if assignment.safety_due is None or assignment.safety_asked_at is not None:
        return
    safety_due = max(due or u.at, u.at)
    if safety_due >= assignment.safety_due:
        return
    u.add(
        e.StepTakenBack(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            step="safety_check",
            state=assignment.state,
            safety_due=safety_due,
        )
    )


def _is_too_late(u: Unfolding, said_at: Instant) -> bool:
    written_at = u.at if u.ctx.device_at is None else min(u.ctx.device_at, u.at)
    return seconds_between(said_at, written_at) > TAKEN_BACK_WITHIN_S


def _said_at(assignment: Assignment, step: c.StepBack) -> Instant | None:
    match step:
        case "en_route":
            return assignment.en_route_at
        case "on_scene":
            return assignment.on_scene_at
        case "transporting":
            return assignment.transport_at
        case "cleared":
            return assignment.cleared_at
        case _:
            raise AssertionError(f"{step} is no step of a crew")


def _before(assignment: Assignment) -> AssignmentState:
    """Return where a crew was before the step it is at."""
    ended = assignment.state not in ACTIVE
    if ended and assignment.transport_at is not None:
        return AssignmentState.TRANSPORTING
    if assignment.on_scene_at is not None and (ended or assignment.state is AssignmentState.TRANSPORTING):
        return AssignmentState.ON_SCENE
    drove = assignment.en_route_at is not None and assignment.state is not AssignmentState.EN_ROUTE
    return AssignmentState.EN_ROUTE if drove else AssignmentState.ACCEPTED


def _left_s(assignment: Assignment, at: Instant) -> float:
    """Return how much of the drive that was promised is left."""
    driven_s = 0.0 if assignment.en_route_at is None else seconds_between(assignment.en_route_at, at)
    return max((assignment.travel_time_s or 0.0) - driven_s, 0.0)


def _is_idle(unit: Unit) -> bool:
    """Whether nothing else has begun for a unit since it was done."""
    return unit.on_duty and unit.available and unit.assignment_id is None and unit.emergency is None
