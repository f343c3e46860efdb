"""The crew on its way: accept, drive, arrive, answer safety checks, clear; or be taken off."""

from nazdik.dispatch import alarms, scene, way
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    AssignmentEnded,
    DispositionUnknown,
    OfferWithdrawn,
    SafetyCheckAsked,
    SafetyTimerInvalid,
    StepOutOfOrder,
)
from nazdik.dispatch.model import (
    ACTIVE,
    OFFERED,
    AlarmCause,
    Assignment,
    AssignmentState,
    Candidate,
    Cause,
    Incident,
    PromiseStage,
    Unit,
    WaitingReason,
)
from nazdik.dispatch.offers import of, offer, on_behalf, reserve, whereabouts
from nazdik.dispatch.unfolding import Unfolding, check_text
from nazdik.dispatch.vocabulary import DISPOSITIONS
from nazdik.dispatch.waiting import back_to_queue, wait
from nazdik.kernel import IncidentId, LonLat

_STEP_FROM: dict[str, frozenset[AssignmentState]] = {
    "en_route": frozenset({AssignmentState.ACCEPTED}),
    "in_area": frozenset({AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE}),
    "on_scene": frozenset({AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE}),
    "transporting": frozenset({AssignmentState.ON_SCENE}),
}
# A desk may ask sooner or later than the rules, within reason.
SAFETY_MIN_S, SAFETY_MAX_S = 60.0, 3600.0
_ORDER = (
    AssignmentState.ACCEPTED,
    AssignmentState.EN_ROUTE,
    AssignmentState.ON_SCENE,
    AssignmentState.TRANSPORTING,
)


def accept(u: Unfolding, command: c.AcceptOffer) -> None:
    """
    The officer takes the offer. After the window he still gets it when nobody else has come and he is free; otherwise too
    late is too late, because somebody else is driving.
    """
    assignment = u.assignment(command.assignment_id)
    if assignment.state is AssignmentState.UNANSWERED and _still_wanted(u, assignment):
        assignment = _offer_again(u, assignment)
    if assignment.state not in ACTIVE:
        raise OfferWithdrawn(**whereabouts(u, assignment))
    if assignment.state is AssignmentState.RESERVED:
        raise StepOutOfOrder(state=assignment.state, step="accept")
    incident = u.world.incidents[assignment.incident_id]
    if assignment.state in OFFERED:
        move_by = u.later(u.rules(incident.station).not_moving_s)
        u.add(e.OfferAccepted(at=u.at, **of(assignment), device_at=u.ctx.device_at, by=on_behalf(u), move_by=move_by))
        alarms.settle(u, incident, alarms.OF_INCIDENT)
    if command.en_route:
        _en_route(u, u.world.assignments[assignment.id])


def _still_wanted(u: Unfolding, assignment: Assignment) -> bool:
    """Whether an offer that lapsed is still open: its need is unfilled, and its unit free to go."""
    incident = u.world.incidents[assignment.incident_id]
    unit = u.world.units[assignment.unit_id]
    free = unit.on_duty and unit.available and unit.assignment_id is None and unit.emergency is None
    if assignment.post is not None:
        unfilled = assignment.post in u.world.missing_posts(incident)
    else:
        unfilled = any(need.skill == assignment.skill for need in u.world.missing_at_scene(incident))
    return free and unfilled and not incident.ended and unit.id not in incident.withdrawn_by_hand


def _offer_again(u: Unfolding, lapsed: Assignment) -> Assignment:
    """Give a crew that answers late the assignment anew: the old one stays unanswered in the record."""
    place = u.world.destination_of(lapsed)
    assert place is not None, "it was offered before"
    again = Candidate(
        unit_id=lapsed.unit_id,
        travel_time_s=-1.0 if lapsed.travel_time_s is None else lapsed.travel_time_s,
        distance_m=-1.0 if lapsed.distance_m is None else lapsed.distance_m,
        fix_age_s=-1.0,
        position=place,
        chosen=True,
        reason="late_answer",
    )
    assignment_id = reserve(u, lapsed.incident_id, again, skill=lapsed.skill, cause=Cause.LATE_ANSWER, post=lapsed.post)
    offer(u, u.world.assignments[assignment_id])
    return u.world.assignments[assignment_id]


def step_on(u: Unfolding, command: c.StepOn) -> None:
    """The unit's next step. A step already taken changes nothing; one that skips acceptance is refused."""
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    if command.step == "in_area":
        if assignment.state in _STEP_FROM["in_area"] and assignment.arrived_area_at is None:
            u.add(e.UnitInArea(at=u.at, **of(assignment), device_at=u.ctx.device_at))
        return
    target = AssignmentState(command.step)
    if assignment.state in _ORDER and _ORDER.index(assignment.state) >= _ORDER.index(target):
        return
    if assignment.state not in _STEP_FROM[command.step]:
        raise StepOutOfOrder(state=assignment.state, step=command.step)
    if target is AssignmentState.EN_ROUTE:
        _en_route(u, assignment)
    elif target is AssignmentState.ON_SCENE:
        _on_scene(u, assignment)
    else:
        u.add(e.UnitTransporting(at=u.at, **of(assignment), device_at=u.ctx.device_at, by=on_behalf(u)))


def _en_route(u: Unfolding, assignment: Assignment) -> None:
    if assignment.state is not AssignmentState.ACCEPTED:
        return
    incident = u.world.incidents[assignment.incident_id]
    promised_s = max(assignment.travel_time_s or 0.0, 0.0)
    u.add(
        e.UnitEnRoute(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            late_at=way.late_at(u, incident, promised_s),
        )
    )
    way.promise(u, u.world.assignments[assignment.id], PromiseStage.EN_ROUTE)
    alarms.settle(u, incident, (AlarmCause.NOT_MOVING,), assignment.unit_id)


def _on_scene(u: Unfolding, assignment: Assignment) -> None:
    incident = u.world.incidents[assignment.incident_id]
    safety_s = u.rules(incident.station).safety_s[(incident.priority or 3) - 1]
    u.add(
        e.UnitOnScene(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            safety_due=u.later(safety_s),
        )
    )
    over = (AlarmCause.NOT_MOVING, AlarmCause.LATE, AlarmCause.ROUTE_BLOCKED)
    alarms.settle(u, incident, over, assignment.unit_id)
    if incident.backup is not None and incident.backup.unit_id != assignment.unit_id:
        alarms.settle(u, incident, (AlarmCause.BACKUP,), incident.backup.unit_id)


def start_on_scene(u: Unfolding, incident_id: IncidentId, unit: Unit, point: LonLat) -> None:
    """Put a unit on scene of its own event: reserved, accepted and there in one step."""
    itself = Candidate(
        unit_id=unit.id,
        travel_time_s=0.0,
        distance_m=0.0,
        fix_age_s=0.0,
        position=point,
        chosen=True,
        reason="own_event",
    )
    assignment_id = reserve(u, incident_id, itself, skill="patrol", cause=Cause.OWN_EVENT)
    u.add(e.OfferAccepted(at=u.at, **of(u.world.assignments[assignment_id]), device_at=u.ctx.device_at))
    _on_scene(u, u.world.assignments[assignment_id])


def answer_safety_check(u: Unfolding, command: c.AnswerSafetyCheck) -> None:
    """All is well on scene: the timer starts anew."""
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    if assignment.state not in (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING):
        raise StepOutOfOrder(state=assignment.state, step="safety_check")
    incident = u.world.incidents[assignment.incident_id]
    safety_s = u.rules(incident.station).safety_s[(incident.priority or 3) - 1]
    u.add(
        e.SafetyCheckAnswered(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            safety_due=u.later(safety_s),
        )
    )
    alarms.settle(u, incident, (AlarmCause.SAFETY_CHECK,), assignment.unit_id)


def set_safety_timer(u: Unfolding, command: c.SetSafetyTimer) -> None:
    """A desk chooses when the crew is asked next. A crew that was asked has to be heard first."""
    if not SAFETY_MIN_S <= command.in_s <= SAFETY_MAX_S:
        raise SafetyTimerInvalid(seconds_min=SAFETY_MIN_S, seconds_max=SAFETY_MAX_S)
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    if assignment.state not in (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING):
        raise StepOutOfOrder(state=assignment.state, step="safety_timer")
    if assignment.safety_asked_at is not None:
        raise SafetyCheckAsked(**whereabouts(u, assignment))
    due = u.later(command.in_s)
    u.add(e.SafetyTimerSet(at=u.at, **of(assignment), safety_due=due, by=u.ctx.actor.id))


def clear(u: Unfolding, command: c.ClearAssignment) -> None:
    """The unit is done. With a disposition, and nobody else working, the incident closes too."""
    disposition = command.disposition
    if disposition is not None and disposition not in DISPOSITIONS:
        raise DispositionUnknown(disposition=disposition[:80])
    if command.report is not None:
        scene.check_report(command.report)
    assignment = u.assignment(command.assignment_id)
    if assignment.state is AssignmentState.CLEARED:
        return
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    if assignment.state in {AssignmentState.RESERVED, *OFFERED}:
        raise StepOutOfOrder(state=assignment.state, step="clear")
    u.add(
        e.UnitCleared(
            at=u.at,
            **of(assignment),
            device_at=u.ctx.device_at,
            by=on_behalf(u),
            disposition=disposition,
        )
    )
    if command.report is not None:
        scene.add_report(u, assignment, command.report, disposition)
    incident = u.world.incidents[assignment.incident_id]
    alarms.settle(u, incident, alarms.OF_UNIT, assignment.unit_id)
    if disposition is not None and not u.world.active_assignments(incident):
        close(u, incident, disposition)


def close(u: Unfolding, incident: Incident, disposition: str) -> None:
    """Close an incident that nobody works on any more."""
    if incident.disposition != disposition:
        u.add(e.DispositionRecorded(at=u.at, incident_id=incident.id, disposition=disposition))
    archive_at = u.later(u.rules(incident.station).archive_after_s)
    u.add(e.IncidentClosed(at=u.at, incident_id=incident.id, archive_at=archive_at))
    alarms.settle_all(u, incident)


def withdraw(u: Unfolding, command: c.WithdrawAssignment) -> None:
    """A dispatcher takes a unit off. With nobody left the incident waits for the dispatcher's next word."""
    check_text("reason", command.reason, 300)
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**whereabouts(u, assignment))
    u.add(
        e.AssignmentWithdrawn(
            at=u.at, **of(assignment), reason=command.reason or "by_hand", by_hand=True, by=u.ctx.actor.id
        )
    )
    alarms.settle(u, u.world.incidents[assignment.incident_id], alarms.OF_UNIT, assignment.unit_id)
    back_to_queue(u, assignment)
    incident = u.world.incidents[assignment.incident_id]
    if not incident.draft and not u.world.active_assignments(incident) and u.world.missing_needs(incident):
        wait(u, incident, WaitingReason.WITHDRAWN)
