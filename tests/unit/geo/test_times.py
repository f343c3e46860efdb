"""What driving takes now: times that change while the search runs on, and closed streets."""

import numpy as np
import pytest

from nazdik.geo.nearest import NearestUnits
from nazdik.geo.times import CLOSED_MS, RoadTimes
from tests.property.road_oracle import graph_of
from tests.unit.geo.test_nearest import arc, put

# 0 <-> 1 <-> 2 <-> 3 <-> 4 in a row, a second each, and a long way round from one end to the other.
BRIDGE = [*((n, n + 1, 1000, 1000) for n in range(4)), (4, 0, 60_000, 60_000)]
GRAPH = graph_of(5, BRIDGE)


def here(tail: int, head: int) -> int:
    return arc(GRAPH, tail, head)


def fleet(*places: tuple[int, int, float]) -> tuple[NearestUnits, RoadTimes]:
    times = RoadTimes(GRAPH)
    units = NearestUnits(GRAPH, capacity=1, times=times)
    slots = [units.add() for _ in places]
    put(units, slots, [here(tail, head) for tail, head, _ in places], [at for _, _, at in places])
    return units, times


def both_ways(*ends: tuple[int, int]) -> np.ndarray:
    return np.array([here(*pair) for tail, head in ends for pair in ((tail, head), (head, tail))])


def found(units: NearestUnits, tail: int, head: int, at: float) -> dict[int, int]:
    return {met.slot: met.time_ms for met in units.search(here(tail, head), at, k=9).found}


def test_the_next_question_knows_a_new_time() -> None:
    units, times = fleet((0, 1, 0.5))
    assert found(units, 2, 3, 0.5) == {0: 2000}
    times.set_times(np.array([here(1, 2)]), np.array([5000]))
    assert found(units, 2, 3, 0.5) == {0: 6000}
    times.set_times(np.array([here(0, 1), here(2, 3)]), np.array([3000, 100]))
    assert found(units, 2, 3, 0.5) == {0: 1500 + 5000 + 50}, "the parts at both ends too"


def test_two_searches_on_one_road_see_the_same_times() -> None:
    units, times = fleet((0, 1, 0.5))
    other = NearestUnits(GRAPH, times=times)
    put(other, [other.add()], [here(0, 1)], [0.5])
    times.close(both_ways((1, 2)))
    assert found(units, 2, 3, 0.5) == found(other, 2, 3, 0.5) == {0: 500 + 60_000 + 1000 + 500}


def test_a_closed_street_is_gone_round() -> None:
    units, times = fleet((0, 1, 0.5))
    times.close(both_ways((1, 2)))
    assert found(units, 2, 3, 0.5) == {0: 500 + 60_000 + 1000 + 500}
    times.reopen(both_ways((1, 2)))
    assert found(units, 2, 3, 0.5) == {0: 2000}


def test_a_place_on_a_closed_street_is_reached_from_either_end() -> None:
    units, times = fleet((0, 1, 0.5), (3, 4, 0.5))
    times.close(both_ways((1, 2)))
    assert found(units, 1, 2, 0.25) == {0: 500 + 250, 1: 500 + 1000 + 750}


def test_a_unit_on_a_closed_street_leaves_it_either_way() -> None:
    units, times = fleet((1, 2, 0.25))
    times.close(both_ways((1, 2)))
    assert found(units, 2, 3, 0.5) == {0: 750 + 500}
    assert found(units, 0, 1, 0.5) == {0: 250 + 500}


def test_the_middle_of_a_long_closed_bridge_is_reached_and_left_though_nobody_drives_through() -> None:
    """Streets 1 to 4 closed: a car inside them gets out, one outside gets in, and none passes over."""
    units, times = fleet((2, 3, 0.5), (0, 1, 0.5))
    times.close(both_ways((1, 2), (2, 3), (3, 4)))
    assert found(units, 0, 1, 0.5) == {0: 500 + 1000 + 500, 1: 0}
    assert found(units, 2, 3, 0.5) == {0: 0, 1: 500 + 1000 + 500}
    assert found(units, 4, 0, 0.5) == {0: 500 + 1000 + 30_000, 1: 500 + 30_000}
    assert found(units, 3, 4, 0.5) == {0: 500 + 500, 1: 500 + 1000 + 1000 + 500}
    answer = units.search(here(3, 4), 0.5, k=2)
    path = units.path_of(answer.found[1].slot)
    assert path.arcs.tolist() == [here(0, 1), here(1, 2), here(2, 3), here(3, 4)]
    assert answer.found[1].distance_m == pytest.approx(5 + 11 + 12 + 6.5)


def test_a_way_out_over_closed_streets_leads_back_over_open_ones() -> None:
    units, times = fleet((2, 3, 0.5))
    times.close(both_ways((1, 2), (2, 3)))
    units.search(here(4, 0), 0.5, k=1)
    assert units.path_of(0).arcs.tolist() == [here(2, 3), here(3, 4), here(4, 0)]
    times.close(both_ways((3, 4)))
    units.search(here(4, 0), 0.75, k=1)
    assert units.path_of(0).arcs.tolist() == [here(3, 2), here(2, 1), here(1, 0), here(0, 4)]


def test_closed_on_every_side_nobody_passes_and_the_search_ends() -> None:
    units, times = fleet((0, 1, 0.5))
    times.close(both_ways((1, 2), (4, 0)))
    answer = units.search(here(2, 3), 0.5, k=1)
    assert (answer.found, answer.passed_over) == ((), ())
    assert units.times_to([0], [here(2, 3)], [0.5]).tolist() == [[-1]]


def test_a_street_closed_in_one_direction_is_open_in_the_other() -> None:
    units, times = fleet((0, 1, 0.5), (3, 4, 0.5))
    times.close(np.array([here(1, 2)]))
    assert found(units, 2, 3, 0.0) == {1: 500 + 1000, 0: 500 + 60_000 + 2000}
    assert found(units, 0, 1, 1.0) == {0: 500, 1: 500 + 2000}


def test_times_for_searches_of_others_say_what_is_closed() -> None:
    _, times = fleet()
    before = times.version
    times.close(np.array([here(1, 2)]))
    assert times.through_ms[here(1, 2)] == CLOSED_MS
    assert times.arc_ms[here(1, 2)] == 1000, "whoever drives to a place on it still needs that long"
    times.set_times(np.array([here(1, 2)]), np.array([700]))
    assert times.through_ms[here(1, 2)] == 700
    assert times.version == before + 2


@pytest.mark.parametrize(
    ("arcs", "ms", "error"), [([99], [5], IndexError), ([-1], [5], IndexError), ([0], [0], ValueError)]
)
def test_what_cannot_be_is_refused_and_changes_nothing(arcs: list[int], ms: list[int], error: type[Exception]) -> None:
    _, times = fleet()
    before = times.arc_ms.copy()
    with pytest.raises(error):
        times.set_times(np.array(arcs), np.array(ms))
    assert np.array_equal(times.arc_ms, before)
    assert times.version == 0
    times.set_times(np.array([], dtype=np.int64), np.array([], dtype=np.int64))


def test_more_closures_than_there_was_room_for() -> None:
    """Closing adds states; a search made before them makes room."""
    nodes = 1500
    graph = graph_of(nodes, [(n, (n + 1) % nodes, 10, 10) for n in range(nodes)])
    times = RoadTimes(graph)
    units = NearestUnits(graph, times=times)
    put(units, [units.add()], [arc(graph, 0, 1)], [0.5])
    times.close(np.arange(graph.arcs))
    assert units.search(arc(graph, 700, 701), 0.5, k=1).found[0].time_ms == 7000
    times.reopen(np.arange(graph.arcs))
    assert units.search(arc(graph, 700, 701), 0.5, k=1).found[0].time_ms == 7000
