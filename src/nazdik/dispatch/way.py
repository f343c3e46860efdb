"""A unit's way to its incident: what was promised of it, so that promises can be compared with arrivals, and what blocks it."""

from msgspec.structs import replace

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.model import BEFORE_SCENE, AlarmCause, Assignment, Candidate, Cause, Incident, PromiseStage
from nazdik.dispatch.recommend import recommend
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import Instant, LonLat
from nazdik.published.kinds import Need

# A closure that costs less is not worth a word: the position itself is older than that.
WORTH_SAYING_S = 5.0
# A way that is longer by less than this is nothing to look up for, however short it was.
WORTH_LOOKING_S = 30.0
# Below this a late warning would come before anyone could have parked.
LATE_AFTER_S_MIN = 120.0


def promise(u: Unfolding, assignment: Assignment, stage: PromiseStage) -> None:
    """Record the time of arrival as it can be promised now, with all it rests on; nothing without a place to reckon from."""
    point = u.world.destination_of(assignment)
    # Somebody who is there already drives nowhere.
    if point is None or assignment.cause is Cause.OWN_EVENT:
        return
    way = u.around.sight.way(assignment.unit_id, point)
    if way is None:
        return
    u.add(
        e.EtaPromised(
            at=u.at,
            incident_id=assignment.incident_id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
            stage=stage,
            travel_time_s=round(way.travel_time_s, 1),
            distance_m=round(way.distance_m),
            legs=way.legs,
            traffic_s=round(way.traffic_s, 1),
            unit_kind=u.world.units[assignment.unit_id].kind,
            skill=assignment.skill,
            roads=way.basis,
        )
    )


def review(u: Unfolding, command: c.ReviewRoute) -> None:
    """Tell the desk when a closure makes a unit on its way late: by how much, and who would now be there sooner."""
    assignment = u.world.assignments.get(command.assignment_id)
    if assignment is None or assignment.state not in BEFORE_SCENE:
        return
    incident = u.world.incidents[assignment.incident_id]
    goal = u.world.destination_of(assignment)
    assert goal is not None, "it was on its way somewhere"
    now = u.around.sight.reach(assignment.unit_id, goal)
    if now is not None and now.travel_time_s < command.before_s + WORTH_SAYING_S:
        return
    sooner = _sooner(u, incident, assignment, goal, now.travel_time_s if now is not None else None)
    u.add(
        e.RouteBlocked(
            at=u.at,
            incident_id=incident.id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
            condition_id=command.condition_id,
            before_s=round(command.before_s, 1),
            after_s=round(now.travel_time_s, 1) if now is not None else None,
            sooner_unit=sooner.unit_id if sooner is not None else None,
            sooner_s=round(sooner.arrival_s, 1) if sooner is not None else None,
        )
    )
    alarms.raise_alarm(u, AlarmCause.ROUTE_BLOCKED, u.world.incidents[incident.id], unit_id=assignment.unit_id)


def review_arrival(u: Unfolding, command: c.ReviewArrival) -> None:
    """Renew what was promised of a unit on its way when the roads changed, and flag it when that is a good deal later."""
    assignment = u.world.assignments.get(command.assignment_id)
    if assignment is None or assignment.state not in BEFORE_SCENE:
        return
    incident = u.world.incidents[assignment.incident_id]
    goal = u.world.destination_of(assignment)
    assert goal is not None, "it was on its way somewhere"
    now = u.around.sight.reach(assignment.unit_id, goal)
    if now is None:
        return
    before_s, after_s = command.before_s, now.travel_time_s
    unblocked = assignment.blocked is not None and assignment.blocked.condition_id == command.condition_id
    if not unblocked and before_s is not None and abs(after_s - before_s) < WORTH_SAYING_S:
        return
    slower = (
        before_s is not None
        and after_s >= before_s + WORTH_LOOKING_S
        and after_s > before_s * (1 + u.rules(incident.station).slower)
    )
    sooner = _sooner(u, incident, assignment, goal, after_s) if slower else None
    u.add(
        e.ArrivalRenewed(
            at=u.at,
            incident_id=incident.id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
            condition_id=command.condition_id,
            before_s=round(before_s, 1) if before_s is not None else None,
            after_s=round(after_s, 1),
            slower=slower,
            late_at=_late_at(u, incident, assignment, after_s),
            sooner_unit=sooner.unit_id if sooner is not None else None,
            sooner_s=round(sooner.arrival_s, 1) if sooner is not None else None,
        )
    )
    promise(u, u.world.assignments[assignment.id], PromiseStage.RENEWED)
    if unblocked:
        alarms.settle(u, incident, (AlarmCause.ROUTE_BLOCKED,), assignment.unit_id)


def _late_at(u: Unfolding, incident: Incident, assignment: Assignment, after_s: float) -> Instant | None:
    """When it is late by the new promise; None when no clock of its lateness runs."""
    if f"late:{assignment.id}" not in u.world.deadlines:
        return None
    return late_at(u, incident, after_s)


def late_at(u: Unfolding, incident: Incident, travel_time_s: float) -> Instant:
    """Return when a unit that has so long to go is late."""
    return u.later(max(travel_time_s * u.rules(incident.station).late_factor, LATE_AFTER_S_MIN))


def _sooner(
    u: Unfolding, incident: Incident, assignment: Assignment, goal: LonLat, than_s: float | None
) -> Candidate | None:
    """Return the free unit that would now be there sooner than one on its way (None: it has no way)."""
    advice = recommend(
        u.world,
        replace(incident, point=goal),
        Need(assignment.skill),
        at=u.at,
        around=u.around,
        rules=u.rules(incident.station),
        may_divert=False,
    )
    # Only who is free: nobody turns a car round for one that is still busy.
    best = next((c for c in advice.candidates if not c.is_free_soon), None)
    return best if best is not None and (than_s is None or best.arrival_s < than_s) else None
