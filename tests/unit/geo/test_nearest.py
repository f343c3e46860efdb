"""The nearest unit is who can be there first by road."""

import numpy as np
import pytest

from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits, warm_up
from nazdik.geo.questions import PASSED_OVER_MAX
from nazdik.kernel import LonLat
from tests.property.road_oracle import graph_of

# 0 <-> 1 <-> 2 <-> 3 in a row, a second each; and a one-way street 3 -> 0 of a tenth of a second.
ROW = [(0, 1, 1000, 1000), (1, 2, 1000, 1000), (2, 3, 1000, 1000), (3, 0, 100, None)]


def arc(graph: RoadGraph, tail: int, head: int) -> int:
    return next(a for a in range(graph.arcs) if (graph.arc_tail[a], graph.arc_head[a]) == (tail, head))


def fleet(graph: RoadGraph, *places: tuple[int, int, float], mask: int = 1) -> NearestUnits:
    units = NearestUnits(graph, capacity=1)
    for _ in places:
        units.add()
    units.masks[:] = mask
    arcs = [arc(graph, tail, head) for tail, head, _ in places]
    put(units, list(range(len(places))), arcs, [at for _, _, at in places])
    return units


def put(units: NearestUnits, slots: list[int], arcs: list[int], at: list[float], fixed_at_us: int = 10) -> None:
    n = len(slots)
    units.link(np.array(slots), np.array(arcs), np.array(at), np.zeros(n), np.zeros(n), np.full(n, fixed_at_us))


def found(units: NearestUnits, goal: int, at: float, k: int = 9, **question: int) -> list[tuple[int, int]]:
    return [(met.slot, met.time_ms) for met in units.search(goal, at, k=k, **question).found]


def test_time_counts_and_not_which_way_the_unit_faces() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (1, 2, 0.25), (2, 1, 0.25))
    assert found(units, arc(graph, 0, 1), 0.5) == [(0, 750), (1, 1250)]


def test_a_one_way_street_makes_the_unit_next_door_far() -> None:
    """Just past the incident on a one-way street: all the way round."""
    graph = graph_of(4, ROW)
    units = fleet(graph, (3, 0, 0.75), (3, 0, 0.25))
    assert found(units, arc(graph, 3, 0), 0.5) == [(1, 25), (0, 25 + 3000 + 50)]


def test_on_a_two_way_street_the_unit_turns_round() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.75), (1, 0, 0.75))
    assert found(units, arc(graph, 0, 1), 0.5) == [(0, 250), (1, 250)]


def test_nobody_is_found_where_nobody_can_come_from() -> None:
    graph = graph_of(4, [(0, 1, 10, 10), (2, 3, 10, 10)])
    units = fleet(graph, (2, 3, 0.5))
    answer = units.search(arc(graph, 0, 1), 0.5, k=3)
    assert (answer.found, answer.passed_over) == ((), ())
    assert NearestUnits(graph).search(0, 0.5, k=1).found == ()


def test_equals_come_in_the_order_of_their_ids() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (1, 2, 0.5), (1, 2, 0.5), (1, 2, 0.5))
    units.rank([2, 0, 1])
    assert [slot for slot, _ in found(units, arc(graph, 0, 1), 0.5, k=2)] == [2, 0]


def test_a_moved_unit_is_found_where_it_is_and_an_unlinked_one_nowhere() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.5), (1, 2, 0.5))
    put(units, [0], [arc(graph, 2, 3)], [0.5])
    assert found(units, arc(graph, 1, 2), 0.5) == [(1, 0), (0, 1000)]
    units.unlink(np.array([1]))
    assert found(units, arc(graph, 1, 2), 0.5) == [(0, 1000)]
    assert units.standing(1) is None


def test_the_unfit_are_passed_over_only_when_nearer_than_the_last_one_found() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.5), (1, 2, 0.0), (1, 2, 0.5), (2, 3, 0.5))
    units.masks[:] = [0, 3, 1, 0]
    answer = units.search(arc(graph, 0, 1), 0.5, k=1, all_of=1, any_of=6)
    assert [met.slot for met in answer.found] == [1]
    assert [met.slot for met in answer.passed_over] == [0]
    answer = units.search(arc(graph, 0, 1), 0.5, k=2, all_of=1, any_of=6)
    assert [met.slot for met in answer.passed_over] == [0], "fewer are fit than asked for, and the last of them counts"
    answer = units.search(arc(graph, 0, 1), 0.5, k=2, all_of=4)
    assert [met.slot for met in answer.passed_over] == [0, 1, 2, 3], (
        "nobody is fit: everyone reachable is accounted for"
    )


def test_a_fit_unit_that_cannot_come_leaves_everyone_accounted_for() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5))
    units.masks[:] = [1, 0, 1]
    answer = units.search(arc(graph, 0, 1), 0.5, k=3, all_of=1, limit_ms=1000)
    assert [met.slot for met in answer.found] == [0]
    assert [met.slot for met in answer.passed_over] == [1]


def test_a_stale_place_is_passed_over_and_a_barred_unit_is_not_considered() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5))
    put(units, [0], [arc(graph, 0, 1)], [0.5], fixed_at_us=5)
    answer = units.search(arc(graph, 0, 1), 0.5, k=1, fixed_after_us=5, barred=[1])
    assert [met.slot for met in answer.found] == [2]
    assert [met.slot for met in answer.passed_over] == [0]


def test_nobody_beyond_the_limit_is_met() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (1, 2, 0.5), (2, 3, 0.5))
    assert found(units, arc(graph, 0, 1), 0.5, limit_ms=1000) == [(0, 1000)]
    assert found(units, arc(graph, 0, 1), 0.5, limit_ms=999) == []


def test_a_whole_fleet_off_duty_is_counted_but_not_all_listed() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, *[(1, 2, 0.5)] * (PASSED_OVER_MAX + 10), mask=0)
    answer = units.search(arc(graph, 0, 1), 0.5, k=3, all_of=1)
    assert len(answer.passed_over) == PASSED_OVER_MAX
    assert answer.passed_over_total == PASSED_OVER_MAX + 10
    assert [met.slot for met in answer.passed_over[:3]] == [0, 1, 2]


def test_the_way_of_a_unit_is_known_until_it_moves() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (1, 2, 0.5), (3, 0, 0.5))
    with pytest.raises(LookupError):
        units.path_of(0)
    units.search(arc(graph, 0, 1), 0.25, k=2)
    path = units.path_of(0)
    assert path.arcs.tolist() == [arc(graph, 2, 1), arc(graph, 1, 0)]
    assert (path.start_fraction, path.end_fraction) == (0.5, 0.75)
    put(units, [0], [arc(graph, 1, 2)], [0.6])
    with pytest.raises(LookupError):
        units.path_of(0)
    assert units.path_of(1).arcs.tolist() == [arc(graph, 3, 0), arc(graph, 0, 1)]


def test_straight_lines_choose_by_distance_alone() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5))
    lons = np.array([51.1, 51.3, 51.2])
    units.link(np.arange(3), np.zeros(3), np.zeros(3), lons, np.full(3, 35.0), np.full(3, 10))
    assert units.air_nearest(LonLat(51.0, 35.0), k=2).tolist() == [0, 2]
    assert units.air_nearest(LonLat(51.0, 35.0), k=5, barred=[2]).tolist() == [0, 1]


def test_asking_for_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="k must be"):
        NearestUnits(graph_of(4, ROW)).search(0, 0.5, k=0)


def test_a_slot_that_was_never_given_out_cannot_be_linked() -> None:
    with pytest.raises(IndexError):
        put(NearestUnits(graph_of(4, ROW)), [0], [0], [0.5])


def test_nobody_is_sent_over_a_junction_to_where_they_already_are() -> None:
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 1.0), (1, 2, 0.0))
    units.search(arc(graph, 0, 1), 1.0, k=2)
    assert units.path_of(0).arcs == (arc(graph, 0, 1),)
    units.search(arc(graph, 1, 2), 0.5, k=2)
    assert units.path_of(0).arcs == (arc(graph, 1, 2),), "the street behind is not part of the way"


def test_the_numbering_of_questions_may_start_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After two thousand million questions, which one cannot wait for: here after three."""
    monkeypatch.setattr("nazdik.geo.nearest._ASKED_MAX", 3)
    graph = graph_of(4, ROW)
    units = fleet(graph, (0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5))
    for question in range(10):
        barred = question % 3
        expected = [(slot, 1000 * abs(slot - 1)) for slot in (1, 0, 2) if slot != barred]
        answer = units.search(arc(graph, 1, 2), 0.5, k=3, barred=[barred])
        assert [(met.slot, met.time_ms) for met in answer.found] == expected


def test_warming_up_answers_its_own_question() -> None:
    warm_up()
