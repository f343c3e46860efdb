"""The life of an assignment: seek, reserve, offer, answer, drive, arrive, clear; and what happens when nobody answers."""

from typing import Any

from msgspec.structs import replace

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    AssignmentEnded,
    DispositionUnknown,
    OfferWithdrawn,
    PlaceMissing,
    ReasonUnknown,
    StepOutOfOrder,
    UnitNotAvailable,
    UnitOffDuty,
    UnitTaken,
)
from nazdik.dispatch.model import (
    ACTIVE,
    BEFORE_SCENE,
    OFFERED,
    AlarmCause,
    Assignment,
    AssignmentState,
    Candidate,
    Cause,
    Incident,
    Mode,
    OfficeRole,
    Recommendation,
    TaskingMode,
    Unit,
    WaitingReason,
)
from nazdik.dispatch.recommend import anybody_fit, chosen_of, recommend
from nazdik.dispatch.unfolding import Unfolding, check_text
from nazdik.dispatch.vocabulary import DISPOSITIONS, REFUSAL_REASONS
from nazdik.kernel import AssignmentId, IncidentId, LonLat, UnitId
from nazdik.published.kinds import Need

# Below this a late warning would come before anyone could have parked.
LATE_AFTER_S_MIN = 120.0
AUTOMATIC_WAITING = (WaitingReason.NOBODY_FREE, WaitingReason.NONE_IN_REACH)


def seek(u: Unfolding, incident: Incident, cause: Cause = Cause.AUTOMATIC) -> bool:
    """Find whoever the response plan still lacks and, if the rules say so, send them. Return whether anybody was sent."""
    if incident.ended or incident.draft or incident.point is None:
        return False
    _confirm_pre_alerts(u, incident)
    incident = u.world.incidents[incident.id]
    missing = u.world.missing_needs(incident)
    if not missing:
        return False
    rules = u.rules(incident.station)
    panic = incident.emergency_of is not None
    mode = Mode.AUTOMATIC if panic else rules.mode_for(incident.kind, incident.priority or 3)
    if mode is Mode.OFF:
        _wait(u, incident, WaitingReason.AUTO_OFF)
        return False
    sent = False
    # Special skills first: a patrol need must not take the only armed unit.
    for need in sorted(missing, key=lambda n: n.skill == "patrol"):
        sent |= _fill(u, u.world.incidents[incident.id], need, mode, Cause.PANIC if panic else cause)
    return sent


def _fill(u: Unfolding, incident: Incident, need: Need, mode: Mode, cause: Cause) -> bool:
    """Fill one need, or say why not."""
    rules = u.rules(incident.station)
    automatic = mode is Mode.AUTOMATIC
    known_to_wait = automatic and incident.waiting_reason is not None
    if known_to_wait and not anybody_fit(incident, need, at=u.at, around=u.around, rules=rules):
        _nobody_goes(u, incident, WaitingReason.NOBODY_FREE)
        return False
    advice = recommend(u.world, incident, need, at=u.at, around=u.around, rules=rules, may_divert=automatic)
    chosen = chosen_of(advice)
    news = bool(chosen) or incident.waiting_reason is None
    if news:
        u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    if not automatic:
        _wait(u, incident, WaitingReason.SUGGEST_ONLY)
        return False
    for candidate in chosen:
        send(u, incident.id, candidate, skill=need.skill, cause=cause)
    if len(chosen) < need.units:
        fit_somewhere = dict(advice.fleet_by_reason).get("fit", 0) > len(chosen)
        reason = WaitingReason.NONE_IN_REACH if fit_somewhere else WaitingReason.NOBODY_FREE
        _nobody_goes(u, u.world.incidents[incident.id], reason)
    return bool(chosen)


def _nobody_goes(u: Unfolding, incident: Incident, reason: WaitingReason) -> None:
    """Let it wait; an urgent one that has nobody at all is told to the desk."""
    _wait(u, incident, reason)
    urgent = not u.world.active_assignments(incident) and (incident.priority or 3) <= 2
    # It is looked at again every few seconds: whoever took the alarm must not hear it anew each time.
    if urgent and not alarms.stands(u, AlarmCause.NOBODY_FREE, incident):
        alarms.raise_alarm(u, AlarmCause.NOBODY_FREE, u.world.incidents[incident.id])


def _wait(u: Unfolding, incident: Incident, reason: WaitingReason) -> None:
    if incident.waiting_reason is reason:
        return
    retry_at = u.later(u.rules(incident.station).retry_s) if reason in AUTOMATIC_WAITING else None
    u.add(e.IncidentWaits(at=u.at, incident_id=incident.id, reason=reason, retry_at=retry_at))
    wind_clock(u, u.world.incidents[incident.id])


def wind_clock(u: Unfolding, incident: Incident) -> None:
    """See that an incident nobody goes to becomes an alarm in its priority's time; a clock is shortened, never put off."""
    alarm_at = u.later(u.rules(incident.station).waiting_s[(incident.priority or 3) - 1])
    due = u.world.deadlines.get(f"wait:{incident.id}")
    # Without a clock, either an acceptance stopped it, or its alarm is up already.
    idle = not u.world.active_assignments(incident) and not alarms.is_up(u, AlarmCause.WAITING, incident)
    if idle if due is None else alarm_at < due:
        u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=alarm_at))


def send(u: Unfolding, incident_id: IncidentId, candidate: Candidate, *, skill: str, cause: Cause) -> None:
    """Reserve a unit and send it the offer, taking it from what it was driving to when it has to be diverted."""
    unit = u.world.units[candidate.unit_id]
    if unit.assignment_id is not None:
        divert(u, u.world.assignments[unit.assignment_id], incident_id)
    assignment_id = reserve(u, incident_id, candidate, skill=skill, cause=cause)
    offer(u, u.world.assignments[assignment_id])


def reserve(
    u: Unfolding,
    incident_id: IncidentId,
    candidate: Candidate,
    *,
    skill: str,
    cause: Cause,
    hold_s: float | None = None,
) -> AssignmentId:
    """Make the unit this incident's, and tell the unit's own office when another's incident takes it."""
    incident = u.world.incidents[incident_id]
    unit = u.world.units[candidate.unit_id]
    _inform_office_of(u, incident, unit)
    assignment_id = AssignmentId(f"{incident_id}.{len(incident.assignments) + 1}")
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
            by=_on_behalf(u),
        )
    )
    return assignment_id


def offer(u: Unfolding, assignment: Assignment) -> None:
    """Send the offer; the answer window runs from now, not from when the handheld got it."""
    incident = u.world.incidents[assignment.incident_id]
    answer_s = u.rules(incident.station).answer_s[(incident.priority or 3) - 1]
    u.add(e.OfferSent(at=u.at, **_of(assignment), answer_by=u.later(answer_s)))


def divert(u: Unfolding, assignment: Assignment, to_incident: IncidentId) -> None:
    """Take a driving unit off a less urgent incident, which goes back to the queue with its alarm clock running."""
    u.add(e.AssignmentDiverted(at=u.at, **_of(assignment), to_incident=to_incident))
    _back_to_queue(u, assignment)


def _inform_office_of(u: Unfolding, incident: Incident, unit: Unit) -> None:
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


def _confirm_pre_alerts(u: Unfolding, incident: Incident) -> None:
    """The call is classified: a pre-alerted unit that fits the plan gets the real offer, any other is let go."""
    needed = {need.skill for need in incident.needs}
    automatic = u.rules(incident.station).mode_for(incident.kind, incident.priority or 3) is Mode.AUTOMATIC
    for assignment in u.world.active_assignments(incident):
        if assignment.state is not AssignmentState.RESERVED or not assignment.pre_alert:
            continue
        if assignment.skill in needed and automatic:
            offer(u, assignment)
        else:
            u.add(e.AssignmentWithdrawn(at=u.at, **_of(assignment), reason="pre_alert_not_confirmed"))


def pre_alert(u: Unfolding, incident: Incident) -> None:
    """Warn the best free unit while the caller still speaks; a draft never diverts anybody."""
    rules = u.rules(incident.station)
    if not rules.pre_alert or rules.mode_for(incident.kind, incident.priority or 3) is not Mode.AUTOMATIC:
        return
    need = Need(incident.needs[0].skill)
    advice = recommend(u.world, incident, need, at=u.at, around=u.around, rules=rules, may_divert=False)
    if not chosen_of(advice):
        return
    u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    for candidate in chosen_of(advice):
        reserve(u, incident.id, candidate, skill=need.skill, cause=Cause.PRE_ALERT, hold_s=rules.hold_s)


def seek_units(u: Unfolding, command: c.SeekUnits) -> None:
    """Seek for an incident after something changed; nothing to do when it is over or complete."""
    incident = u.world.incidents.get(command.incident_id)
    if incident is not None:
        seek(u, incident, Cause.NEXT_NEAREST if command.next_nearest else Cause.AUTOMATIC)


def offer_to_waiting(u: Unfolding, command: c.OfferToWaiting) -> None:
    """Somebody is free: serve the most urgent, then longest waiting incident that can use one."""
    unit = u.unit(command.unit_id)
    if not (unit.on_duty and unit.available and unit.assignment_id is None):
        return
    queue = (u.world.incidents[i] for i in u.world.waiting)
    for incident in sorted(queue, key=lambda i: (i.priority or 3, i.waiting_since or 0, i.id)):
        if incident.waiting_reason not in AUTOMATIC_WAITING:
            continue
        if any(need.skill in unit.skills for need in u.world.missing_needs(incident)) and seek(u, incident):
            return


def assign_units(u: Unfolding, command: c.AssignUnits) -> None:
    """A dispatcher sends units by hand; what the road would have advised is recorded beside it."""
    incident = u.real_incident(command.incident_id)
    if incident.point is None:
        raise PlaceMissing(incident_id=incident.id)
    units = [sendable(u, unit_id, incident, divert_allowed=command.divert) for unit_id in command.unit_ids]
    wanted = [unit for unit in units if unit is not None]
    if not wanted:
        return
    missing = u.world.missing_needs(incident)
    advice = _advice_by_hand(u, incident, missing[0] if missing else Need("patrol"), wanted)
    u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    picked = {candidate.unit_id: candidate for candidate in chosen_of(advice)}
    for unit in wanted:
        still = u.world.missing_needs(u.world.incidents[incident.id])
        fitting = [need.skill for need in still if need.skill in unit.skills]
        skill = fitting[0] if fitting else (still[0].skill if still else "patrol")
        send(u, incident.id, picked[unit.id], skill=skill, cause=Cause.MANUAL)


def sendable(u: Unfolding, unit_id: UnitId, incident: Incident, *, divert_allowed: bool) -> Unit | None:
    """Return the unit if it may be sent, None when it is on this incident already, or refuse."""
    unit = u.unit(unit_id)
    if not unit.on_duty:
        raise UnitOffDuty(unit_id=unit.id, call_sign=unit.call_sign)
    if unit.assignment_id is None:
        if not unit.available or unit.emergency is not None:
            raise UnitNotAvailable(unit_id=unit.id, call_sign=unit.call_sign, doing=unit.secondary)
        return unit
    assignment = u.world.assignments[unit.assignment_id]
    if assignment.incident_id == incident.id:
        return None
    if divert_allowed and assignment.state in BEFORE_SCENE:
        return unit
    other = u.world.incidents[assignment.incident_id]
    raise UnitTaken(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        incident_id=other.id,
        incident_number=other.number,
        state=assignment.state,
        may_divert=assignment.state in BEFORE_SCENE,
    )


def _advice_by_hand(u: Unfolding, incident: Incident, need: Need, wanted: list[Unit]) -> Recommendation:
    """Return what the road advises with the dispatcher's units marked instead of its own."""
    rules = u.rules(incident.station)
    advice = recommend(u.world, incident, need, at=u.at, around=u.around, rules=rules, may_divert=True)
    by_id = {candidate.unit_id: candidate for candidate in advice.candidates}
    by_hand = {unit.id for unit in wanted}
    marked = [_marked(candidate, chosen=candidate.unit_id in by_hand) for candidate in advice.candidates]
    for unit in wanted:
        if unit.id not in by_id:
            marked.append(_candidate_by_hand(u, incident, unit))
    return replace(advice, candidates=tuple(marked))


def _candidate_by_hand(u: Unfolding, incident: Incident, unit: Unit) -> Candidate:
    assert incident.point is not None, "checked before"
    seen = u.around.sight.reach(unit.id, incident.point)
    held = u.world.assignments[unit.assignment_id].incident_id if unit.assignment_id is not None else None
    return Candidate(
        unit_id=unit.id,
        # Without a position there is no road time; the record says so with -1 rather than inventing one.
        travel_time_s=round(seen.travel_time_s, 1) if seen is not None else -1.0,
        distance_m=round(seen.distance_m, 0) if seen is not None else -1.0,
        fix_age_s=round((u.at - seen.fixed_at) / 1e6, 1) if seen is not None else -1.0,
        position=seen.position if seen is not None else incident.point,
        divert_from=held,
        chosen=True,
        reason="by_hand",
    )


def _marked(candidate: Candidate, *, chosen: bool) -> Candidate:
    return replace(candidate, chosen=chosen, reason="by_hand" if chosen else candidate.reason)


def acknowledge_receipt(u: Unfolding, command: c.Acknowledge) -> None:
    """The handheld's receipts; a receipt that comes twice or too late changes nothing."""
    assignment = u.assignment(command.assignment_id)
    if command.stage == "delivered":
        if assignment.state is AssignmentState.SENT:
            u.add(e.OfferDelivered(at=u.at, **_of(assignment), device_at=u.ctx.device_at))
    elif assignment.state in (AssignmentState.SENT, AssignmentState.DELIVERED):
        u.add(e.OfferSounded(at=u.at, **_of(assignment), device_at=u.ctx.device_at))


def accept(u: Unfolding, command: c.AcceptOffer) -> None:
    """
    The officer takes the offer. After the window he still gets it when nobody else has come and he is free; otherwise too
    late is too late, because somebody else is driving.
    """
    assignment = u.assignment(command.assignment_id)
    if assignment.state is AssignmentState.UNANSWERED and _still_wanted(u, assignment):
        assignment = _offer_again(u, assignment)
    if assignment.state not in ACTIVE:
        raise OfferWithdrawn(**_whereabouts(u, assignment))
    if assignment.state is AssignmentState.RESERVED:
        raise StepOutOfOrder(state=assignment.state, step="accept")
    incident = u.world.incidents[assignment.incident_id]
    if assignment.state in OFFERED:
        move_by = u.later(u.rules(incident.station).not_moving_s)
        u.add(e.OfferAccepted(at=u.at, **_of(assignment), device_at=u.ctx.device_at, by=_on_behalf(u), move_by=move_by))
        alarms.settle(u, incident, alarms.OF_INCIDENT)
    if command.en_route:
        _en_route(u, u.world.assignments[assignment.id])


def _still_wanted(u: Unfolding, assignment: Assignment) -> bool:
    """Whether an offer that lapsed is still open: its need is unfilled, and its unit free to go."""
    incident = u.world.incidents[assignment.incident_id]
    unit = u.world.units[assignment.unit_id]
    free = unit.on_duty and unit.available and unit.assignment_id is None and unit.emergency is None
    unfilled = any(need.skill == assignment.skill for need in u.world.missing_needs(incident))
    return free and unfilled and not incident.ended and unit.id not in incident.withdrawn_by_hand


def _offer_again(u: Unfolding, lapsed: Assignment) -> Assignment:
    """Give a crew that answers late the assignment anew: the old one stays unanswered in the record."""
    place = u.world.incidents[lapsed.incident_id].point
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
    assignment_id = reserve(u, lapsed.incident_id, again, skill=lapsed.skill, cause=Cause.LATE_ANSWER)
    offer(u, u.world.assignments[assignment_id])
    return u.world.assignments[assignment_id]


def refuse(u: Unfolding, command: c.RefuseOffer) -> None:
    """The officer cannot: the station desk is told, and the next nearest is sought."""
    if command.reason not in REFUSAL_REASONS:
        raise ReasonUnknown(reason=command.reason[:80], reasons=sorted(REFUSAL_REASONS))
    assignment = u.assignment(command.assignment_id)
    if assignment.state is AssignmentState.REFUSED:
        return
    if assignment.state not in ACTIVE:
        raise OfferWithdrawn(**_whereabouts(u, assignment))
    if assignment.state not in {AssignmentState.RESERVED, *OFFERED}:
        raise StepOutOfOrder(state=assignment.state, step="refuse")
    u.add(
        e.OfferRefused(at=u.at, **_of(assignment), reason=command.reason, device_at=u.ctx.device_at, by=_on_behalf(u))
    )
    incident = u.world.incidents[assignment.incident_id]
    if not incident.draft:
        alarms.raise_alarm(u, AlarmCause.REFUSED, incident)


def unanswered(u: Unfolding, assignment: Assignment) -> None:
    """The window passed in silence: withdraw, alarm the station desk; the next nearest is sought after this."""
    if assignment.state not in OFFERED:
        return
    u.add(e.OfferUnanswered(at=u.at, **_of(assignment)))
    alarms.raise_alarm(u, AlarmCause.NO_ANSWER, u.world.incidents[assignment.incident_id])


def hold_over(u: Unfolding, assignment: Assignment) -> None:
    """A pre-alert that nobody confirmed lets its unit go."""
    if assignment.state is AssignmentState.RESERVED:
        u.add(e.AssignmentWithdrawn(at=u.at, **_of(assignment), reason="pre_alert_not_confirmed"))


_STEP_FROM: dict[str, frozenset[AssignmentState]] = {
    "en_route": frozenset({AssignmentState.ACCEPTED}),
    "in_area": frozenset({AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE}),
    "on_scene": frozenset({AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE}),
    "transporting": frozenset({AssignmentState.ON_SCENE}),
}
_ORDER = (
    AssignmentState.ACCEPTED,
    AssignmentState.EN_ROUTE,
    AssignmentState.ON_SCENE,
    AssignmentState.TRANSPORTING,
)


def step_on(u: Unfolding, command: c.StepOn) -> None:
    """The unit's next step. A step already taken changes nothing; one that skips acceptance is refused."""
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**_whereabouts(u, assignment))
    if command.step == "in_area":
        if assignment.state in _STEP_FROM["in_area"] and assignment.arrived_area_at is None:
            u.add(e.UnitInArea(at=u.at, **_of(assignment), device_at=u.ctx.device_at))
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
        u.add(e.UnitTransporting(at=u.at, **_of(assignment), device_at=u.ctx.device_at, by=_on_behalf(u)))


def _en_route(u: Unfolding, assignment: Assignment) -> None:
    if assignment.state is not AssignmentState.ACCEPTED:
        return
    incident = u.world.incidents[assignment.incident_id]
    promised_s = max(assignment.travel_time_s or 0.0, 0.0) * u.rules(incident.station).late_factor
    u.add(
        e.UnitEnRoute(
            at=u.at,
            **_of(assignment),
            device_at=u.ctx.device_at,
            by=_on_behalf(u),
            late_at=u.later(max(promised_s, LATE_AFTER_S_MIN)),
        )
    )
    alarms.settle(u, incident, (AlarmCause.NOT_MOVING,), assignment.unit_id)


def _on_scene(u: Unfolding, assignment: Assignment) -> None:
    incident = u.world.incidents[assignment.incident_id]
    safety_s = u.rules(incident.station).safety_s[(incident.priority or 3) - 1]
    u.add(
        e.UnitOnScene(
            at=u.at,
            **_of(assignment),
            device_at=u.ctx.device_at,
            by=_on_behalf(u),
            safety_due=u.later(safety_s),
        )
    )
    alarms.settle(u, incident, (AlarmCause.NOT_MOVING, AlarmCause.LATE), assignment.unit_id)


def clear(u: Unfolding, command: c.ClearAssignment) -> None:
    """The unit is done. With a disposition, and nobody else working, the incident closes too."""
    disposition = command.disposition
    if disposition is not None and disposition not in DISPOSITIONS:
        raise DispositionUnknown(disposition=disposition[:80])
    assignment = u.assignment(command.assignment_id)
    if assignment.state is AssignmentState.CLEARED:
        return
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**_whereabouts(u, assignment))
    if assignment.state in {AssignmentState.RESERVED, *OFFERED}:
        raise StepOutOfOrder(state=assignment.state, step="clear")
    u.add(
        e.UnitCleared(
            at=u.at,
            **_of(assignment),
            device_at=u.ctx.device_at,
            by=_on_behalf(u),
            disposition=disposition,
        )
    )
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
        raise AssignmentEnded(**_whereabouts(u, assignment))
    u.add(
        e.AssignmentWithdrawn(
            at=u.at, **_of(assignment), reason=command.reason or "by_hand", by_hand=True, by=u.ctx.actor.id
        )
    )
    alarms.settle(u, u.world.incidents[assignment.incident_id], alarms.OF_UNIT, assignment.unit_id)
    _back_to_queue(u, assignment)
    incident = u.world.incidents[assignment.incident_id]
    if not incident.draft and not u.world.active_assignments(incident) and u.world.missing_needs(incident):
        _wait(u, incident, WaitingReason.WITHDRAWN)


def _back_to_queue(u: Unfolding, assignment: Assignment) -> None:
    """Wind the waiting clock of an incident that lost its unit."""
    incident = u.world.incidents[assignment.incident_id]
    alarms.settle(u, incident, alarms.OF_UNIT, assignment.unit_id)
    if not incident.draft and u.world.missing_needs(incident):
        limit_s = u.rules(incident.station).waiting_s[(incident.priority or 3) - 1]
        u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=u.later(limit_s)))


def answer_safety_check(u: Unfolding, command: c.AnswerSafetyCheck) -> None:
    """All is well on scene: the timer starts anew."""
    assignment = u.assignment(command.assignment_id)
    if assignment.state not in ACTIVE:
        raise AssignmentEnded(**_whereabouts(u, assignment))
    if assignment.state not in (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING):
        raise StepOutOfOrder(state=assignment.state, step="safety_check")
    incident = u.world.incidents[assignment.incident_id]
    safety_s = u.rules(incident.station).safety_s[(incident.priority or 3) - 1]
    u.add(
        e.SafetyCheckAnswered(
            at=u.at,
            **_of(assignment),
            device_at=u.ctx.device_at,
            by=_on_behalf(u),
            safety_due=u.later(safety_s),
        )
    )
    alarms.settle(u, incident, (AlarmCause.SAFETY_CHECK,), assignment.unit_id)


def realert(u: Unfolding, incident: Incident, reason: str) -> None:
    """Tell every crew on it that something they must know has changed."""
    for assignment in u.world.active_assignments(incident):
        u.add(e.UnitRealerted(at=u.at, **_of(assignment), reason=reason))


def _of(assignment: Assignment) -> dict[str, Any]:
    return {
        "incident_id": assignment.incident_id,
        "assignment_id": assignment.id,
        "unit_id": assignment.unit_id,
    }


def _on_behalf(u: Unfolding) -> str | None:
    """Return who acted when it was not the crew itself."""
    return u.ctx.actor.id if u.ctx.actor.role not in ("officer", "system") else None


def _whereabouts(u: Unfolding, assignment: Assignment) -> dict[str, object]:
    """Say in a refusal what became of the assignment and who has the incident now."""
    incident = u.world.incidents[assignment.incident_id]
    now_with = [u.world.units[a.unit_id].call_sign for a in u.world.active_assignments(incident)]
    return {
        "assignment_id": assignment.id,
        "state": assignment.state,
        "incident_number": incident.number,
        "now_with": now_with,
    }


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
    u.add(e.OfferAccepted(at=u.at, **_of(u.world.assignments[assignment_id]), device_at=u.ctx.device_at))
    _on_scene(u, u.world.assignments[assignment_id])
