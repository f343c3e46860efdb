"""Another road graph takes the place of the one in force: nobody is lost, and who is on no road any more is said."""

from math import nan

import numpy as np
import pytest

from nazdik.geo.graph import RoadGraph
from nazdik.geo.sight import NoPlace
from nazdik.kernel import Instant, UnitId
from nazdik.published.sight import HEALTH_BITS
from tests.unit.geo.test_route import CROSSING, NOSRAT, town
from tests.unit.geo.test_sight import NOW, READY, A, B, C, ask, ids, put, sight
from tests.unit.geo.test_snap import at

FAR_EAST = 5_000.0


def with_a_street_far_east() -> RoadGraph:
    return town([*CROSSING, ([(400, 300), (FAR_EAST, 300)], NOSRAT)])


def test_after_a_switch_everyone_is_found_as_on_a_graph_that_was_there_from_the_start() -> None:
    road = sight(a=(0, 100), b=(5, 250), c=(250, 305))
    assert road.switch(road.make_ready(with_a_street_far_east())) == ()
    assert len(ask(road, 300, 310).found) == 3
    assert ask(road, 300, 310) == ask(sight(a=(0, 100), b=(5, 250), c=(250, 305)), 300, 310)
    assert road.graph.arcs > town(CROSSING).arcs


def test_nothing_in_force_changes_before_the_switch() -> None:
    road = sight(a=(0, 100))
    graph, answer = road.graph, ask(road, 300, 310)
    road.make_ready(with_a_street_far_east())
    assert road.graph is graph
    assert ask(road, 300, 310) == answer


def test_a_unit_on_a_street_that_is_gone_is_said_to_be_without_place_and_found_again_once_it_reports_from_a_road() -> (
    None
):
    road = sight(a=(0, 100))
    road.switch(road.make_ready(with_a_street_far_east()))
    put(road, B, at(4_000, 300))
    road.set_duty(B, READY)
    road.set_health(np.array([road.enrol(B)]), np.array([HEALTH_BITS]))
    assert ids(ask(road, 4_000, 310).found) == [B, A]
    assert road.switch(road.make_ready(town(CROSSING))) == (B,)
    assert ask(road, 0, 0).without_place == (B,)
    assert road.position_of(B) == at(4_000, 300)
    with pytest.raises(NoPlace):
        road.route_of(B, at(0, 0))
    put(road, B, at(0, 50))
    assert ids(ask(road, 0, 0).found) == [B, A]
    assert ask(road, 0, 0).without_place == ()


def test_a_unit_between_streets_gets_a_place_when_the_new_map_has_a_road_there() -> None:
    road = sight(a=(0, 100), b=(4_000, 300))
    assert ask(road, 0, 0).without_place == (B,)
    assert road.switch(road.make_ready(with_a_street_far_east())) == ()
    assert ids(ask(road, 4_000, 310).found) == [B, A]


def test_what_is_reported_and_who_is_enrolled_while_a_graph_is_made_ready_counts_at_the_switch() -> None:
    road = sight(a=(0, 100), b=(5, 250))
    ready = road.make_ready(town(CROSSING))
    put(road, A, at(250, 300), fixed_at=NOW + 7)
    road.set_duty(B, 0)
    road.set_duty(C, READY)
    put(road, C, at(0, 20), fixed_at=NOW + 8)
    road.catch_up(ready)
    put(road, C, at(0, 200), fixed_at=NOW + 9)
    road.set_health(np.array([road.enrol(C)]), np.array([HEALTH_BITS]))
    late = UnitId("khuzestan.u.late")
    road.enrol(late)
    assert road.switch(ready) == ()
    search = ask(road, 300, 310)
    assert [(s.unit_id, s.fixed_at, s.position) for s in search.found] == [
        (A, Instant(NOW + 7), at(250, 300)),
        (C, Instant(NOW + 9), at(0, 200)),
    ]
    assert search.fleet_size == 4
    assert road.position_of(late) is None


def test_a_unit_whose_place_was_withdrawn_stays_without_one() -> None:
    road = sight(a=(0, 100), b=(5, 250))
    road.unplace(np.array([road.enrol(A)]))
    assert road.switch(road.make_ready(town(CROSSING))) == ()
    assert ids(ask(road, 0, 0).found) == [B]
    assert ask(road, 0, 0).without_place == (A,)


def test_a_heading_still_decides_between_two_directions_after_a_switch() -> None:
    road, other = sight(), sight()
    for one, moved in ((road, True), (other, False)):
        slot = np.array([one.enrol(A)])
        if moved:
            one.place(slot, np.array([at(0, 100).lon]), np.array([at(0, 100).lat]), np.array([nan]), np.array([NOW]))
        one.place(slot, np.array([at(0, 100).lon]), np.array([at(0, 100).lat]), np.array([180.0]), np.array([NOW]))
    before = road.route_of(A, at(0, 150)).distance_m
    road.switch(road.make_ready(town(CROSSING)))
    assert road.route_of(A, at(0, 150)).distance_m == before == other.route_of(A, at(0, 150)).distance_m


def test_slots_and_ranks_hold_after_two_switches() -> None:
    road = sight(a=(0, 100), b=(0, 100), c=(0, 100))
    slots = [road.enrol(unit) for unit in (A, B, C)]
    for graph in (with_a_street_far_east(), town(CROSSING)):
        road.switch(road.make_ready(graph))
    assert [road.enrol(unit) for unit in (A, B, C)] == slots
    assert ids(ask(road, 0, 50).found) == [A, B, C]
