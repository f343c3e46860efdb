"""Offering: reserve a unit, send it the offer, hear its receipts and its refusal; and what happens when nobody answers."""

from typing import Any

from nazdik.dispatch import alarms, holds, way
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    OfferWithdrawn,
    ReasonUnknown,
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
    OfficeRole,
    Post,
    PromiseStage,
    TaskingMode,
    Unit,
)
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.vocabulary import REFUSAL_REASONS
from nazdik.dispatch.waiting import back_to_queue
from nazdik.kernel import AssignmentId, IncidentId


def send(
    u: Unfolding,
    incident_id: IncidentId,
    candidate: Candidate,
    *,
    skill: str,
    cause: Cause,
    post: Post | None = None,
    by: str | None = None,
) -> None:
    """Reserve a unit and send it the offer, taking it from what it was driving to when it has to be diverted."""
    unit = u.world.units[candidate.unit_id]
    if unit.assignment_id is not None:
        divert(u, u.world.assignments[unit.assignment_id], incident_id)
    assignment_id = reserve(u, incident_id, candidate, skill=skill, cause=cause, post=post, by=by)
    offer(u, u.world.assignments[assignment_id])


def reserve(
    u: Unfolding,
    incident_id: IncidentId,
    candidate: Candidate,
    *,
    skill: str,
    cause: Cause,
    hold_s: float | None = None,
    post: Post | None = None,
    by: str | None = None,
) -> AssignmentId:
    """
    Make the unit this incident's, and tell the unit's own office when another's incident takes it.

    With a `post` it is for the cordon. `by` is who chose it, when that is not whoever asks now.
    """
    incident = u.world.incidents[incident_id]
    unit = u.world.units[candidate.unit_id]
    holds.end(u, incident, "sent")
    inform_office_of(u, incident, unit)
    assignment_id = AssignmentId(f"{incident_id}.{incident.numbered + 1}")
    u.add(
        e.UnitReserved(
            at=u.at,
            incident_id=incident_id,
            assignment_id=assignment_id,
            unit_id=unit.id,
            cause=cause,
            skill=skill,
            pre_alert=hold_s is not None,
            travel_time_s=candidate.travel_time_s,
            distance_m=candidate.distance_m,
            hold_until=u.later(hold_s) if hold_s is not None else None,
            by=by or on_behalf(u),
        )
    )
    if post is not None:
        u.add(e.PostGiven(at=u.at, **of(u.world.assignments[assignment_id]), post=post))
    way.promise(u, u.world.assignments[assignment_id], PromiseStage.SENT)
    return assignment_id


def offer(u: Unfolding, assignment: Assignment) -> None:
    """Send the offer; the answer window runs from now, not from when the handheld got it."""
    incident = u.world.incidents[assignment.incident_id]
    answer_s = u.rules(incident.station).answer_s[(incident.priority or 3) - 1]
    u.add(e.OfferSent(at=u.at, **of(assignment), answer_by=u.later(answer_s)))


def divert(u: Unfolding, assignment: Assignment, to_incident: IncidentId) -> None:
    """Take a driving unit off a less urgent incident, which goes back to the queue with its alarm clock running."""
    u.add(e.AssignmentDiverted(at=u.at, **of(assignment), to_incident=to_incident))
    back_to_queue(u, assignment)


def inform_office_of(u: Unfolding, incident: Incident, unit: Unit) -> None:
    """Tell the unit's own office when another's incident takes it."""
    if any(t.office == unit.office for t in incident.taskings):
        return
    u.add(
        e.OfficeTasked(
            at=u.at,
            incident_id=incident.id,
            office=unit.office,
            role=OfficeRole.ASSISTING,
            mode=TaskingMode.MONITOR,
            by=incident.station,
        )
    )


def acknowledge_receipt(u: Unfolding, command: c.Acknowledge) -> None:
    """The handheld's receipts; a receipt that comes twice or too late changes nothing."""
    assignment = u.assignment(command.assignment_id)
    if command.stage == "delivered":
        if assignment.state is AssignmentState.SENT:
            u.add(e.OfferDelivered(at=u.at, **of(assignment), device_at=u.ctx.device_at))
    elif assignment.state in (AssignmentState.SENT, AssignmentState.DELIVERED):
        u.add(e.OfferSounded(at=u.at, **of(assignment), device_at=u.ctx.device_at))


def refuse(u: Unfolding, command: c.RefuseOffer) -> None:
    """The officer cannot: the station desk is told, and the next nearest is sought."""
    if command.reason not in REFUSAL_REASONS:
        raise ReasonUnknown(reason=command.reason[:80], reasons=sorted(REFUSAL_REASONS))
    assignment = u.assignment(command.assignment_id)
    if assignment.state is AssignmentState.REFUSED:
        return
    if assignment.state not in ACTIVE:
        raise OfferWithdrawn(**whereabouts(u, assignment))
    if assignment.state not in {AssignmentState.RESERVED, *OFFERED}:
        raise StepOutOfOrder(state=assignment.state, step="refuse")
    u.add(e.OfferRefused(at=u.at, **of(assignment), reason=command.reason, device_at=u.ctx.device_at, by=on_behalf(u)))
    incident = u.world.incidents[assignment.incident_id]
    if not incident.draft:
        alarms.raise_alarm(u, AlarmCause.REFUSED, incident)


def unanswered(u: Unfolding, assignment: Assignment) -> None:
    """The window passed in silence: withdraw, alarm the station desk; the next nearest is sought after this."""
    if assignment.state not in OFFERED:
        return
    u.add(e.OfferUnanswered(at=u.at, **of(assignment)))
    alarms.raise_alarm(u, AlarmCause.NO_ANSWER, u.world.incidents[assignment.incident_id])


def hold_over(u: Unfolding, assignment: Assignment) -> None:
    """A pre-alert that nobody confirmed lets its unit go."""
    if assignment.state is AssignmentState.RESERVED:
        u.add(e.AssignmentWithdrawn(at=u.at, **of(assignment), reason="pre_alert_not_confirmed"))


def realert(u: Unfolding, incident: Incident, reason: str) -> None:
    """Tell every crew on it that something they must know has changed."""
    for assignment in u.world.active_assignments(incident):
        u.add(e.UnitRealerted(at=u.at, **of(assignment), reason=reason))


def of(assignment: Assignment) -> dict[str, Any]:
    return {
        "incident_id": assignment.incident_id,
        "assignment_id": assignment.id,
        "unit_id": assignment.unit_id,
    }


def on_behalf(u: Unfolding) -> str | None:
    """Return who acted when it was not the crew itself."""
    return u.ctx.actor.id if u.ctx.actor.role not in ("officer", "system") else None


def whereabouts(u: Unfolding, assignment: Assignment) -> dict[str, object]:
    """Say in a refusal what became of the assignment and who has the incident now."""
    incident = u.world.incidents[assignment.incident_id]
    now_with = [u.world.units[a.unit_id].call_sign for a in u.world.active_assignments(incident)]
    return {
        "assignment_id": assignment.id,
        "state": assignment.state,
        "incident_number": incident.number,
        "now_with": now_with,
    }
