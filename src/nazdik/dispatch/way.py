"""A unit's way to its incident: what was promised of it, so that promises can be compared with arrivals, and what blocks it."""

from msgspec.structs import replace

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.model import BEFORE_SCENE, AlarmCause, Assignment, Cause, PromiseStage
from nazdik.dispatch.recommend import recommend
from nazdik.dispatch.unfolding import Unfolding
from nazdik.published.kinds import Need

# A closure that costs less is not worth a word: the position itself is older than that.
WORTH_SAYING_S = 5.0


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
    rules = u.rules(incident.station)
    advice = recommend(
        u.world,
        replace(incident, point=goal),
        Need(assignment.skill),
        at=u.at,
        around=u.around,
        rules=rules,
        may_divert=False,
    )
    # Only who is free: nobody turns a car round for one that is still busy.
    best = next((c for c in advice.candidates if not c.is_free_soon), None)
    sooner = best if best is not None and (now is None or best.arrival_s < now.travel_time_s) else None
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
