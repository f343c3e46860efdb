"""Few units on a long road: when a hierarchy is asked, when the search is, and that nobody waits or sees the difference."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nazdik.geo.few import FewUnits
from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.questions import Nearest, Question
from nazdik.geo.standby import Standby, expected, worth
from nazdik.geo.times import RoadTimes
from tests.property.road_oracle import graph_of

WIDTH = 155
CORNER = WIDTH * WIDTH
FIT = 1


@pytest.fixture(scope="module")
def town_map() -> RoadGraph:
    """A grid of equal two-way streets with many equal ways; out of its first corner a bridge to `CORNER` and a street on."""
    streets: list[tuple[int, int, int, int | None]] = [(0, CORNER, 100, 100), (CORNER, CORNER + 1, 100, 100)]
    for row in range(WIDTH):
        for column in range(WIDTH):
            node = row * WIDTH + column
            streets += [(node, node + 1, 100, 100)] if column + 1 < WIDTH else []
            streets += [(node, node + WIDTH, 100, 100)] if row + 1 < WIDTH else []
    row, column = np.divmod(np.arange(CORNER + 2), WIDTH)
    graph = graph_of(CORNER + 2, streets)
    return replace(graph, node_lon=51 + 0.001 * column, node_lat=35 + 0.001 * row)


class Town:
    """Three units near the last corner, searched for from the other one; and the same without a standby."""

    def __init__(self, graph: RoadGraph) -> None:
        self.times = RoadTimes(graph)
        self.standby = Standby(self.times, rest=0.0)
        self.units, self.plain = FewUnits(graph, standby=self.standby), NearestUnits(graph, times=self.times)
        slots, nothing = np.arange(3), np.zeros(3)
        for fleet in (self.units, self.plain):
            for _ in range(3):
                fleet.add()
            fleet.link(slots, graph.first_out[CORNER - 1 - slots], nothing, nothing, nothing, slots + 1)
            fleet.masks[:] = FIT

    def out_of(self, node: int) -> int:
        return int(self.times.graph.first_out[node])

    def ask(self, node: int = CORNER + 1) -> Nearest:
        """The answer, after seeing that it is that of the plain search."""
        answer = self.units.search(self.out_of(node), 0.5, k=3, all_of=FIT)
        plain = self.plain.search(self.out_of(node), 0.5, k=3, all_of=FIT)
        assert replace(answer, settled_nodes=0) == replace(plain, settled_nodes=0)
        assert [self.units.path_of(m.slot) for m in answer.found] == [self.plain.path_of(m.slot) for m in plain.found]
        return answer


def looked_up(answer: Nearest) -> bool:
    """Whether far fewer states were touched than lie between."""
    return answer.settled_nodes < CORNER / 3


def test_the_first_question_is_searched_and_has_the_next_looked_up(town_map: RoadGraph) -> None:
    town = Town(town_map)
    first = town.ask()
    assert len(first.found) == 3
    assert not looked_up(first)
    town.standby.wait()
    assert looked_up(town.ask())


def test_a_closure_counts_at_once_and_is_then_worked_in(town_map: RoadGraph) -> None:
    town = Town(town_map)
    town.ask()
    town.standby.wait()
    before = town.ask()
    bridge = np.array([town.out_of(0) + 2])
    assert town_map.arc_head[bridge] == CORNER
    town.times.close(bridge)
    at_once = town.ask()
    assert before.found
    assert not at_once.found, "the only road to the incident is closed"
    town.standby.wait()
    assert town.standby.version == town.times.version
    assert not town.ask().found
    town.times.reopen(bridge)
    assert town.ask().found == before.found


def test_units_inside_a_closed_area_are_looked_up_on_their_way_out(town_map: RoadGraph) -> None:
    town = Town(town_map)
    inside = [CORNER - 1 - row * WIDTH - column for row in range(4) for column in range(6)]
    town.times.close(np.flatnonzero(np.isin(town_map.arc_tail, inside) | np.isin(town_map.arc_head, inside)))
    town.ask()
    town.standby.wait()
    answer = town.ask()
    assert len(answer.found) == 3
    assert looked_up(answer)


def test_nothing_is_prepared_where_the_search_is_short() -> None:
    small = RoadTimes(graph_of(3, [(0, 1, 100, 100), (1, 2, 100, 100)]))
    standby = Standby(small)
    FewUnits(small.graph, standby=standby).search(0, 0.5, k=1)
    assert standby.version is None


@pytest.mark.parametrize("asked", [{"barred": [1, 2]}, {"only": 0}])
def test_a_single_unit_is_searched_for_until_that_costs_as_much_as_looking_up(
    town_map: RoadGraph, asked: dict[str, Any]
) -> None:
    town = Town(town_map)
    far, near = town.out_of(CORNER + 1), town.out_of(CORNER - 100)
    town.units.search(far, 0.5, k=1, **asked)
    town.standby.wait()
    answer = town.units.search(far, 0.5, k=1, **asked)
    assert looked_up(answer)
    assert answer.found == town.plain.search(far, 0.5, k=1, **asked).found
    assert town.units.path_of(0) == town.plain.path_of(0)
    answer = town.units.search(near, 0.5, k=1, **asked)
    assert answer.settled_nodes == town.plain.search(near, 0.5, k=1, **asked).settled_nodes


def test_a_batch_is_answered_as_one_after_the_other(town_map: RoadGraph) -> None:
    town = Town(town_map)
    questions = [Question(town.out_of(node), 0.5, 2, all_of=FIT) for node in (CORNER + 1, CORNER - 300, 60)]
    town.ask()
    town.standby.wait()
    answers = town.units.search_many(questions)
    assert [answer.found for answer in answers] == [answer.found for answer in town.plain.search_many(questions)]
    assert looked_up(answers[0])


@pytest.mark.parametrize(
    ("k", "states", "units", "fit", "looks_up"),
    [
        (5, 1_000_000, 200, 5, True),
        (5, 1_000_000, 2_000, 5, True),
        (5, 1_000_000, 200, 200, False),
        (5, 250_000, 200, 5, True),
        (5, 63_000, 2_000, 5, True),
        (5, 8_000, 5, 5, False),
        (5, 63_000, 50, 50, False),
        (5, 250_000, 50, 50, True),
        (5, 1_000_000, 20_000, 5, True),
        (5, 250_000, 50, 0, True),
    ],
)
def test_looking_up_is_for_few_fit_units_in_a_large_graph(
    k: int, states: int, units: int, fit: int, *, looks_up: bool
) -> None:
    assert (expected(k, states, fit) > worth(units, states)) is looks_up
