"""Traffic thickens or clears under units on their way: what was promised of them is renewed, and who became slow is flagged."""

from typing import Any

import pytest

from nazdik.bootstrap.trips import trips_of
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.model import Assignment
from nazdik.dispatch.projections import incident_view
from nazdik.dispatch.rules import Rules
from nazdik.geo.conditions import commands as roads
from nazdik.geo.conditions.model import ConditionId
from nazdik.geo.conditions.pieces import pieces_of
from nazdik.kernel import OfficeId
from nazdik.kernel.instant import seconds_between
from tests.town import dispatcher, officer
from tests.unit.bootstrap.test_blocked_ways import CLOSED, INCIDENT, RiverTown, alarms
from tests.unit.geo.test_snap import at

SLOW = ConditionId("p.rjam")


@pytest.fixture
def town() -> RiverTown:
    return RiverTown()


def slow(town: RiverTown, street: str, factor: float, **more: Any) -> None:
    graph = town.sight.graph
    arcs = [a for a in range(graph.arcs) if graph.name_of(a).en == street]
    command = roads.SetCondition(
        condition_id=SLOW,
        pieces=pieces_of(graph, arcs),
        office=OfficeId("p.a.1"),
        reason="congestion",
        time_factor=factor,
        **more,
    )
    town.do(command, by=dispatcher())


def driving(town: RiverTown) -> Assignment:
    """A unit on its way over the bridge: 40 s, half of them on the bridge."""
    town.put("A01", at(500, -0))
    return town.go(at(500, 400))


def now(town: RiverTown, assignment: Assignment) -> Assignment:
    return town.world.assignments[assignment.id]


def renewals(town: RiverTown) -> list[e.ArrivalRenewed]:
    return [fact for fact in town.facts if isinstance(fact, e.ArrivalRenewed)]


def test_a_way_that_gets_a_good_deal_slower_is_renewed_and_flagged_with_who_is_sooner(town: RiverTown) -> None:
    assignment = driving(town)
    sooner = town.put("A02", at(500, 330))
    town.wait(1, fresh=False)
    before = town.world.deadlines[f"late:{assignment.id}"]
    slow(town, "Bridge", 10)
    renewed = now(town, assignment).renewed
    assert renewed is not None and renewed.condition_id == SLOW and renewed.slower
    assert renewed.before_s == pytest.approx(40, abs=0.5)
    assert renewed.after_s == pytest.approx(50 + 20 + 50 + 20, abs=0.5), "over the other bridge"
    assert renewed.sooner_unit == sooner
    promises = [f for f in town.facts if isinstance(f, e.EtaPromised) and f.assignment_id == assignment.id]
    assert [f.stage for f in promises] == ["sent", "en_route", "renewed"]
    assert promises[-1].travel_time_s == renewed.after_s
    assert town.world.deadlines[f"late:{assignment.id}"] > before, "late by the promise that stands"
    assert alarms(town) == [], "a line at the unit, not an alarm for each of fifty"
    (view,) = incident_view(town.world, town.get(INCIDENT)).assignments
    assert view.renewed is not None and view.renewed.sooner_call_sign == "A02"


def test_when_it_clears_again_the_arrival_is_renewed_and_the_flag_falls(town: RiverTown) -> None:
    assignment = driving(town)
    slow(town, "Bridge", 10)
    town.do(roads.LiftCondition(condition_id=SLOW), by=dispatcher())
    renewed = now(town, assignment).renewed
    assert renewed is not None and not renewed.slower
    assert (renewed.before_s, renewed.after_s) == (pytest.approx(140, abs=0.5), pytest.approx(40, abs=0.5))
    assert len(renewals(town)) == 2


def test_a_factor_with_an_end_is_renewed_at_its_end(town: RiverTown) -> None:
    assignment = driving(town)
    slow(town, "Bridge", 10, ends_at=town.now + 60_000_000)
    town.wait(61, fresh=False)
    renewed = now(town, assignment).renewed
    assert renewed is not None and not renewed.slower and renewed.after_s < 60


def test_a_little_slower_is_renewed_and_not_flagged(town: RiverTown) -> None:
    assignment = driving(town)
    slow(town, "Bridge", 1.5)
    renewed = now(town, assignment).renewed
    assert renewed is not None and not renewed.slower and renewed.after_s > 40
    assert renewed.sooner_unit is None


def test_the_share_is_the_offices(town: RiverTown) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(slower_share=5.0)))
    assignment = driving(town)
    slow(town, "Bridge", 10)
    renewed = now(town, assignment).renewed
    assert renewed is not None and not renewed.slower


def test_traffic_elsewhere_says_nothing(town: RiverTown) -> None:
    assignment = driving(town)
    slow(town, "East Bridge", 10)
    assert now(town, assignment).renewed is None and renewals(town) == []


def test_who_is_on_scene_is_left_alone(town: RiverTown) -> None:
    assignment = driving(town)
    town.do(c.StepOn(assignment_id=assignment.id, step="on_scene"), by=officer(assignment.unit_id))
    slow(town, "Bridge", 10)
    assert renewals(town) == []


def test_a_closure_lifted_under_a_unit_takes_its_mark_and_alarm_away(town: RiverTown) -> None:
    assignment = driving(town)
    town.close("Bridge", "East Bridge", "West Bridge")
    assert now(town, assignment).blocked is not None and alarms(town) == ["route_blocked"]
    town.do(roads.LiftCondition(condition_id=CLOSED), by=dispatcher())
    renewed = now(town, assignment).renewed
    assert now(town, assignment).blocked is None and alarms(town) == []
    assert renewed is not None and renewed.before_s is None and renewed.after_s == pytest.approx(40, abs=0.5)


def test_a_trip_under_which_the_roads_changed_is_compared_from_then_on(town: RiverTown) -> None:
    assignment = driving(town)
    town.wait(10)
    slow(town, "Bridge", 1.5)
    at_change = town.now
    town.wait(50)
    town.do(c.StepOn(assignment_id=assignment.id, step="on_scene"), by=officer(assignment.unit_id))
    (trip,) = trips_of(town.log.entries)
    assert trip.began_at == at_change
    assert trip.took_s == seconds_between(at_change, town.now)
    assert trip.traffic_s > 0, "and left out of what is learnt, because traffic bent it"
