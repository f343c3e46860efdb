"""The nearest units are the nearest units: the compiled search against plain Python, on every awkward kind of graph."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits, RoadPath
from nazdik.geo.network import build_from_pbf
from tests.property.road_oracle import Standing, graph_of, nearest, part_ms

SOURCES = Path(__file__).parents[2] / "regions" / "sources"
# Few distinct values, so that ties, both ends of an arc and equal places are common rather than rare.
FRACTIONS = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, allow_subnormal=False)
TIMES_MS = st.sampled_from([1, 2, 100, 1000]) | st.integers(1, 5000)


@st.composite
def graphs(draw: st.DrawFn) -> RoadGraph:
    """Any streets between a few junctions: parallel, looping, one-way dead ends, islands."""
    nodes = draw(st.integers(1, 9))
    node = st.integers(0, nodes - 1)
    street = st.tuples(node, node, TIMES_MS, st.none() | TIMES_MS)
    return graph_of(nodes, draw(st.lists(street, min_size=1, max_size=16)))


@st.composite
def fleets(draw: st.DrawFn, graph: RoadGraph) -> list[Standing]:
    arc = st.none() | st.integers(0, graph.arcs - 1)
    masks, times = st.integers(0, 7), st.integers(0, 3)
    rows = draw(st.lists(st.tuples(arc, FRACTIONS, masks, times), max_size=14))
    return [Standing(slot, *row) for slot, row in enumerate(rows)]


def linked(graph: RoadGraph, units: list[Standing], order: list[int]) -> NearestUnits:
    fleet = NearestUnits(graph, capacity=1)
    for _ in units:
        fleet.add()
    fleet.rank(order)
    move(fleet, units)
    return fleet


def move(fleet: NearestUnits, units: list[Standing]) -> None:
    fleet.masks[:] = [unit.mask for unit in units]
    fleet.link(
        np.array([unit.slot for unit in units], dtype=np.int64),
        np.array([-1 if unit.arc is None else unit.arc for unit in units], dtype=np.int32),
        np.array([unit.fraction for unit in units], dtype=np.float64),
        np.zeros(len(units)),
        np.zeros(len(units)),
        np.array([unit.fixed_at_us for unit in units], dtype=np.int64),
    )


def path_ms(graph: RoadGraph, path: RoadPath) -> int:
    """The time of a path, added up arc by arc, after checking that its arcs meet."""
    arcs = path.arcs
    for before, after in pairwise(arcs):
        assert graph.arc_head[before] == graph.arc_tail[after]
    if len(arcs) == 1:
        assert path.start_fraction <= path.end_fraction
        return part_ms(int(graph.arc_ms[arcs[0]]), path.end_fraction - path.start_fraction)
    first, last = int(graph.arc_ms[arcs[0]]), int(graph.arc_ms[arcs[-1]])
    between = sum(int(graph.arc_ms[arc]) for arc in arcs[1:-1])
    return part_ms(first, 1.0 - path.start_fraction) + between + part_ms(last, path.end_fraction)


def path_m(graph: RoadGraph, path: RoadPath) -> float:
    """The length of a path, added up arc by arc."""
    metres = [float(graph.arc_m[arc]) for arc in path.arcs]
    return sum(metres) - path.start_fraction * metres[0] - (1 - path.end_fraction) * metres[-1]


@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_the_search_agrees_with_plain_python(data: st.DataObject) -> None:
    """Whatever the streets, the fleet and the question: the same units, in the same order, at the same milliseconds."""
    graph = data.draw(graphs())
    units = data.draw(fleets(graph))
    order = data.draw(st.permutations(range(len(units))))
    fleet = linked(graph, units, order)
    for _ in range(2):  # the second time over the marks that the first question left
        goal, fraction = data.draw(st.integers(0, graph.arcs - 1)), data.draw(FRACTIONS)
        question = {
            "k": data.draw(st.integers(1, 6)),
            "all_of": data.draw(st.sampled_from([0, 1, 3])),
            "any_of": data.draw(st.sampled_from([0, 4, 6])),
            "fixed_after_us": data.draw(st.integers(-1, 3)),
            "limit_ms": data.draw(st.sampled_from([2**31 - 2, 3000, 0])),
        }
        barred = data.draw(st.frozensets(st.integers(0, len(units) - 1), max_size=3)) if units else frozenset()
        answer = fleet.search(goal, fraction, barred=sorted(barred), **question)
        found, passed = nearest(graph, units, order, goal, fraction, barred=barred, **question)
        assert [(met.slot, met.time_ms) for met in answer.found] == found
        assert [(met.slot, met.time_ms) for met in answer.passed_over] == passed
        assert answer.passed_over_total == len(passed)
        for met in answer.found + answer.passed_over:
            path = fleet.path_of(met.slot)
            assert path_ms(graph, path) == met.time_ms
            assert path_m(graph, path) == pytest.approx(met.distance_m, abs=1e-6)
            assert path.arcs[-1] in {goal, int(graph.arc_twin[goal])}
        moved = data.draw(fleets(graph))[: len(units)]
        units = [*moved, *units[len(moved) :]]
        move(fleet, units)


@cache
def real(name: str) -> RoadGraph:
    return build_from_pbf(SOURCES / f"{name}.osm.pbf")


@pytest.mark.parametrize("name", ["tehran-central", "manhattan"])
def test_the_search_agrees_with_plain_python_on_real_streets(name: str) -> None:
    """Thirty questions over 300 units on real streets, a third of the units unfit."""
    graph, chance = real(name), np.random.default_rng(110)
    units = [
        Standing(slot, int(arc), float(at), int(mask), int(age))
        for slot, (arc, at, mask, age) in enumerate(
            zip(
                chance.integers(0, graph.arcs, 300),
                chance.random(300),
                chance.integers(0, 8, 300),
                chance.integers(0, 10, 300),
                strict=True,
            )
        )
    ]
    order = chance.permutation(300).tolist()
    fleet = linked(graph, units, order)
    for _ in range(30):
        goal, fraction = int(chance.integers(0, graph.arcs)), float(chance.random())
        question = {"k": 5, "all_of": 1, "any_of": 6, "fixed_after_us": 1}
        answer = fleet.search(goal, fraction, **question)
        found, passed = nearest(graph, units, order, goal, fraction, **question)
        assert [(met.slot, met.time_ms) for met in answer.found] == found
        assert [(met.slot, met.time_ms) for met in answer.passed_over] == passed
        for met in answer.found:
            assert path_ms(graph, fleet.path_of(met.slot)) == met.time_ms
