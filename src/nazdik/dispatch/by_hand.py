"""A dispatcher sends units by hand; what the road would have advised is recorded beside it."""

from msgspec import UNSET
from msgspec.structs import replace

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    PlaceMissing,
    UnitNotAvailable,
    UnitOffDuty,
    UnitTaken,
)
from nazdik.dispatch.model import (
    BEFORE_SCENE,
    Candidate,
    Cause,
    Incident,
    Recommendation,
    Unit,
)
from nazdik.dispatch.offers import send
from nazdik.dispatch.readiness import wait_for
from nazdik.dispatch.recommend import chosen_of, recommend
from nazdik.dispatch.starts import expected
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import UnitId, rfc3339
from nazdik.kernel.instant import seconds_between
from nazdik.published.kinds import Need


def assign_units(u: Unfolding, command: c.AssignUnits) -> None:
    """A dispatcher sends units by hand; what the road would have advised is recorded beside it."""
    incident = u.real_incident(command.incident_id)
    if incident.point is None:
        raise PlaceMissing(incident_id=incident.id)
    busy = [unit_id for unit_id in command.unit_ids if _could_wait_for(u, unit_id, incident)]
    lacking = sum(need.units for need in u.world.missing_at_scene(incident))
    # More than are lacking are not waited for: they are refused as taken, like any other busy unit.
    soon = busy[: max(0, lacking - (len(command.unit_ids) - len(busy)))]
    at_once = [unit_id for unit_id in command.unit_ids if unit_id not in soon]
    units = [sendable(u, unit_id, incident, divert_allowed=command.divert) for unit_id in at_once]
    _send_at_once(u, incident, [unit for unit in units if unit is not None])
    if soon:
        _wait_by_hand(u, u.world.incidents[incident.id], soon)


def _send_at_once(u: Unfolding, incident: Incident, wanted: list[Unit]) -> None:
    if not wanted:
        return
    missing = u.world.missing_at_scene(incident)
    advice = _advice_by_hand(u, incident, missing[0] if missing else Need("patrol"), wanted)
    u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    picked = {candidate.unit_id: candidate for candidate in chosen_of(advice)}
    for unit in wanted:
        still = u.world.missing_at_scene(u.world.incidents[incident.id])
        fitting = [need.skill for need in still if need.skill in unit.skills]
        skill = fitting[0] if fitting else (still[0].skill if still else "patrol")
        send(u, incident.id, picked[unit.id], skill=skill, cause=Cause.MANUAL)


def _could_wait_for(u: Unfolding, unit_id: UnitId, incident: Incident) -> bool:
    """Whether a unit is busy with something else, and its crew said until when."""
    unit = u.unit(unit_id)
    held = u.world.assignments[unit.assignment_id].incident_id if unit.assignment_id is not None else None
    return held != incident.id and unit.emergency is None and not unit.is_unmanned and expected(u.world, unit_id, u.at)


def _wait_by_hand(u: Unfolding, incident: Incident, unit_ids: list[UnitId]) -> None:
    """The dispatcher chose units that are still busy: the offer waits until they are free, and no longer than they said."""
    missing = u.world.missing_at_scene(incident)
    wanted = [u.world.units[unit_id] for unit_id in unit_ids]
    advice = _advice_by_hand(u, incident, missing[0], wanted, awaited=True)
    u.add(e.UnitsRecommended(at=u.at, incident_id=incident.id, recommendation=advice))
    wait_for(u, u.world.incidents[incident.id], unit_ids, by=u.ctx.actor.id)


def send_awaited(u: Unfolding, incident: Incident, unit: Unit, *, by: str) -> bool:
    """A unit that a dispatcher chose to wait for is free: send it as they wished, if it is still lacking. Return whether."""
    missing = [need.skill for need in u.world.missing_at_scene(incident)]
    if not missing or incident.point is None or unit.emergency is not None:
        return False
    fitting = [skill for skill in missing if skill in unit.skills] or missing
    send(u, incident.id, candidate_by_hand(u, incident, unit), skill=fitting[0], cause=Cause.MANUAL, by=by)
    return True


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
    if unit.is_unmanned:
        raise UnitNotAvailable(unit_id=unit.id, call_sign=unit.call_sign, doing="CrewLapsed")
    if divert_allowed and assignment.state in BEFORE_SCENE:
        return unit
    other = u.world.incidents[assignment.incident_id]
    raise UnitTaken(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        incident_id=other.id,
        incident_number=other.number,
        state=assignment.state,
        since=rfc3339(assignment.reserved_at),
        may_divert=assignment.state in BEFORE_SCENE,
    )


def _advice_by_hand(
    u: Unfolding, incident: Incident, need: Need, wanted: list[Unit], *, awaited: bool = False
) -> Recommendation:
    """Return what the road advises with the dispatcher's units marked instead of its own."""
    rules = u.rules(incident.station)
    advice = recommend(u.world, incident, need, at=u.at, around=u.around, rules=rules, may_divert=True)
    by_id = {candidate.unit_id: candidate for candidate in advice.candidates}
    by_hand = {unit.id for unit in wanted}
    marked = [_marked(c, by_hand=c.unit_id in by_hand, awaited=awaited) for c in advice.candidates]
    for unit in wanted:
        if unit.id not in by_id:
            marked.append(_marked(candidate_by_hand(u, incident, unit), by_hand=True, awaited=awaited))
    return replace(advice, candidates=tuple(marked))


def candidate_by_hand(u: Unfolding, incident: Incident, unit: Unit) -> Candidate:
    assert incident.point is not None, "checked before"
    seen = u.around.sight.reach(unit.id, incident.point)
    said = unit.free_soon
    held = u.world.assignments[unit.assignment_id].incident_id if unit.assignment_id is not None else None
    delay_s = seen.delay_s if said is None and seen is not None else 0.0
    if said is not None:
        delay_s = max(0.0, seconds_between(u.at, said.free_at))
    return Candidate(
        unit_id=unit.id,
        # Without a position there is no road time; the record says so with -1 rather than inventing one.
        travel_time_s=round(seen.travel_time_s, 1) if seen is not None else -1.0,
        distance_m=round(seen.distance_m, 0) if seen is not None else -1.0,
        fix_age_s=round((u.at - seen.fixed_at) / 1e6, 1) if seen is not None else -1.0,
        position=seen.position if seen is not None else incident.point,
        divert_from=held if said is None else None,
        chosen=True,
        reason="by_hand",
        delay_s=round(delay_s, 1) if delay_s else UNSET,
        free_at=UNSET if said is None else said.free_at,
    )


def _marked(candidate: Candidate, *, by_hand: bool, awaited: bool) -> Candidate:
    reason = ("awaited_by_hand" if awaited else "by_hand") if by_hand else candidate.reason
    return replace(candidate, chosen=by_hand and not awaited, reason=reason)
