"""A dispatcher sends units by hand; what the road would have advised is recorded beside it."""

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
from nazdik.dispatch.recommend import chosen_of, recommend
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import UnitId
from nazdik.published.kinds import Need


def assign_units(u: Unfolding, command: c.AssignUnits) -> None:
    """A dispatcher sends units by hand; what the road would have advised is recorded beside it."""
    incident = u.real_incident(command.incident_id)
    if incident.point is None:
        raise PlaceMissing(incident_id=incident.id)
    units = [sendable(u, unit_id, incident, divert_allowed=command.divert) for unit_id in command.unit_ids]
    wanted = [unit for unit in units if unit is not None]
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
            marked.append(candidate_by_hand(u, incident, unit))
    return replace(advice, candidates=tuple(marked))


def candidate_by_hand(u: Unfolding, incident: Incident, unit: Unit) -> Candidate:
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
