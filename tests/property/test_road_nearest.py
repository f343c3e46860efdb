"""The nearest units are the nearest units: the compiled search against plain Python, on every awkward kind of road."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.graph import TIME_MS_MAX, RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.questions import Question, RoadPath
from nazdik.geo.times import RoadTimes
from nazdik.geo.turns import PATROL
from tests.property.road_oracle import (
    Road,
    Standing,
    Turns,
    graph_of,
    nearest,
    part_ms,
    time_forwards,
    time_to_junction,
    times_backwards,
    with_turns,
)

# Few distinct values, so that ties, both ends of an arc and equal places are common rather than rare.
FRACTIONS = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, allow_subnormal=False)
TIMES_MS = st.sampled_from([1, 2, 100, 1000]) | st.integers(1, 5000)
NOW_US = 1_000_000


@st.composite
def graphs(draw: st.DrawFn) -> RoadGraph:
    """Any streets between a few junctions: parallel, looping, one-way dead ends, islands."""
    nodes = draw(st.integers(1, 9))
    node = st.integers(0, nodes - 1)
    street = st.tuples(node, node, TIMES_MS, st.none() | TIMES_MS)
    return graph_of(nodes, draw(st.lists(street, min_size=1, max_size=16)))


@st.composite
def turns_on(draw: st.DrawFn, graph: RoadGraph) -> Turns:
    """Restrictions and prices on rows of two or three arcs, or a price on every turn there is."""
    turns: Turns = {}
    cost = st.sampled_from([None, None, 500, 6000])
    for arcs in draw(st.lists(st.tuples(st.integers(0, graph.arcs - 1), *[st.integers(0, 9)] * 2), max_size=6)):
        row, longer = [arcs[0]], draw(st.booleans())
        for choice in arcs[1 : 3 if longer else 2]:
            out = range(*graph.first_out[[graph.arc_head[row[-1]], graph.arc_head[row[-1]] + 1]].tolist())
            row += [out[choice % len(out)]] if out else []
        if len(row) > 1:
            turns[tuple(row)] = draw(cost)
    if draw(st.integers(0, 9)) == 0:
        pairs = [(a, b) for a in range(graph.arcs) for b in range(graph.arcs) if graph.arc_head[a] == graph.arc_tail[b]]
        turns |= {pair: draw(st.sampled_from([0, 300, 2000])) for pair in pairs if pair not in turns}
    return turns


@st.composite
def roads(draw: st.DrawFn) -> tuple[RoadTimes, Road]:
    """A road with its turns, some of its arcs slower than they were built and some closed: the engine's and the oracle's."""
    graph = draw(graphs())
    turns = draw(st.just({}) | turns_on(graph))
    times = RoadTimes(with_turns(graph, turns))
    ms = [base * draw(st.sampled_from([1, 1, 1, 3])) for base in graph.arc_ms.tolist()]
    times.set_times(np.arange(graph.arcs), np.array(ms))
    road = Road(times.graph, ms, turns=turns, u_turn_ms=PATROL.u_turn_ms)
    return times, draw(closed_on(times, road))


@st.composite
def closed_on(draw: st.DrawFn, times: RoadTimes, road: Road) -> Road:
    """The road with other arcs closed than before, often several in a row."""
    chosen = set(draw(st.lists(st.integers(0, road.graph.arcs - 1), max_size=3)))
    if draw(st.booleans()):
        chosen |= {int(road.graph.arc_twin[arc]) for arc in chosen} - {-1}
    if draw(st.integers(0, 4)) == 0:
        chosen |= set(range(road.graph.arcs // 2))
    times.reopen(np.array(sorted(road.closed - chosen), dtype=np.int64))
    times.close(np.array(sorted(chosen), dtype=np.int64))
    return replace(road, closed=frozenset(chosen))


@st.composite
def fleets(draw: st.DrawFn, graph: RoadGraph) -> list[Standing]:
    arc = st.none() | st.integers(0, graph.arcs - 1)
    masks, times = st.integers(0, 7), st.integers(0, 3)
    waits = st.sampled_from([0, 0, 1, 900]), st.none() | st.sampled_from([NOW_US - 1, NOW_US + 1, NOW_US + 90_000_000])
    rows = draw(st.lists(st.tuples(arc, FRACTIONS, masks, times, *waits), max_size=14))
    return [Standing(slot, *row) for slot, row in enumerate(rows)]


def linked(graph: RoadGraph, units: list[Standing], order: list[int], times: RoadTimes | None = None) -> NearestUnits:
    fleet = NearestUnits(graph, capacity=1, times=times)
    for _ in units:
        fleet.add()
    fleet.rank(order)
    move(fleet, units)
    return fleet


def move(fleet: NearestUnits, units: list[Standing]) -> None:
    fleet.masks[:] = [unit.mask for unit in units]
    for unit in units:
        fleet.set_delay(unit.slot, unit.delay_ms, unit.ready_at_us)
    fleet.link(
        np.array([unit.slot for unit in units], dtype=np.int64),
        np.array([-1 if unit.arc is None else unit.arc for unit in units], dtype=np.int32),
        np.array([unit.fraction for unit in units], dtype=np.float64),
        np.zeros(len(units)),
        np.zeros(len(units)),
        np.array([unit.fixed_at_us for unit in units], dtype=np.int64),
    )


def path_ms(road: Road, path: RoadPath, unit: Standing) -> int:
    """The time of a path, added up arc by arc, after checking that this unit may drive it."""
    arcs, graph = tuple(path.arcs.tolist()), road.graph
    for at in range(1, len(arcs)):
        assert graph.arc_head[arcs[at - 1]] == graph.arc_tail[arcs[at]]
        turn_ms = road.turn_ms(arcs[:at], arcs[at])
        assert turn_ms is not None, "a forbidden turn"
        # Who stands within a millisecond of a junction may as well turn round there as on the street.
        turns_round_at_once = at == 1 and arcs[1] == int(graph.arc_twin[arcs[0]])
        assert path.turn_ms[at] >= turn_ms or turns_round_at_once, "a turn that is not paid for"
    shut = "".join("x" if arc in road.closed else "-" for arc in arcs)
    assert re.fullmatch("x*-*x*", shut), "from open streets over closed ones to open ones"
    if shut[0] == "x" and "-" in shut:
        assert {unit.arc, int(graph.arc_twin[unit.arc])} & road.closed, "it did not stand on a closed street"
    if len(arcs) == 1 and not path.turn_ms[0]:
        assert path.start_fraction <= path.end_fraction
        return part_ms(road.ms[arcs[0]], path.end_fraction - path.start_fraction)
    first, last = road.ms[arcs[0]], road.ms[arcs[-1]]
    between = sum(road.ms[arc] for arc in arcs[1:-1])
    ends = part_ms(first, 1.0 - path.start_fraction) + part_ms(last, path.end_fraction)
    return int(path.turn_ms.sum()) + (ends + between if len(arcs) > 1 else part_ms(last, path.end_fraction))


def path_m(graph: RoadGraph, path: RoadPath) -> float:
    """The length of a path, added up arc by arc."""
    metres = [float(graph.arc_m[arc]) for arc in path.arcs]
    return sum(metres) - path.start_fraction * metres[0] - (1 - path.end_fraction) * metres[-1]


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_the_search_agrees_with_plain_python(data: st.DataObject) -> None:
    """Whatever the streets, turns, closures, fleet and question: the same units, in the same order, at the same milliseconds."""
    times, road = data.draw(roads())
    graph = times.graph
    units = data.draw(fleets(graph))
    order = data.draw(st.permutations(range(len(units))))
    fleet = linked(graph, units, order, times)
    for _ in range(2):  # the second time over the marks that the first question left
        goal, fraction = data.draw(st.integers(0, graph.arcs - 1)), data.draw(FRACTIONS)
        question = {
            "k": data.draw(st.integers(1, 6)),
            "all_of": data.draw(st.sampled_from([0, 1, 3])),
            "any_of": data.draw(st.sampled_from([0, 4, 6])),
            "fixed_after_us": data.draw(st.integers(-1, 3)),
            "limit_ms": data.draw(st.sampled_from([2**31 - 2, 3000, 0])),
            "now_us": data.draw(st.sampled_from([None, NOW_US])),
        }
        barred = data.draw(st.frozensets(st.integers(0, len(units) - 1), max_size=3)) if units else frozenset()
        answer = fleet.search(goal, fraction, barred=sorted(barred), **question)
        found, passed = nearest(road, units, order, goal, fraction, barred=barred, **question)
        assert [(met.slot, met.time_ms, met.delay_ms) for met in answer.found] == found
        assert [(met.slot, met.time_ms, met.delay_ms) for met in answer.passed_over] == passed
        assert answer.passed_over_total == len(passed)
        for met in answer.found + answer.passed_over:
            path = fleet.path_of(met.slot)
            # The share of a street that is left, reckoned from its other end, may round a half the other way.
            assert abs(path_ms(road, path, units[met.slot]) - met.travel_ms) <= 1
            if met in answer.found:
                assert path_m(graph, path) == pytest.approx(met.distance_m, abs=1e-6)
            assert path.arcs[-1] in {goal, int(graph.arc_twin[goal])}
        moved = data.draw(fleets(graph))[: len(units)]
        units = [*moved, *units[len(moved) :]]
        move(fleet, units)
        road = data.draw(closed_on(times, road))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_car_on_its_own_goes_the_way_that_a_search_would_find(data: st.DataObject) -> None:
    times, _ = data.draw(roads())
    place = st.tuples(st.integers(0, times.graph.arcs - 1), FRACTIONS)
    searched, alone = (linked(times.graph, [Standing(0, None, 0.0, 0, 0, 0, None)], [0], times) for _ in range(2))
    for start, goal in data.draw(st.lists(st.tuples(place, place), min_size=1, max_size=3)):
        searched.stand(0, *start)
        met = searched.search(*goal, k=1).found
        way = alone.way_from(start, goal)
        assert way == (searched.path_of(0) if met else None)
        if way is not None:
            assert alone.path_of(0) == way


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_batch_answers_as_one_question_after_the_other(data: st.DataObject) -> None:
    times, _ = data.draw(roads())
    units = data.draw(fleets(times.graph))
    fleet = linked(times.graph, units, list(range(len(units))), times)
    slots = st.lists(st.integers(0, len(units) - 1), max_size=2, unique=True) if units else st.just([])
    question = st.builds(
        Question,
        arc=st.integers(0, times.graph.arcs - 1),
        fraction=FRACTIONS,
        k=st.integers(1, 12),
        all_of=st.sampled_from([0, 1]),
        barred=slots,
        limit_ms=st.sampled_from([TIME_MS_MAX, 2000]),
        now_us=st.sampled_from([None, NOW_US]),
    )
    questions = data.draw(st.lists(question, max_size=4))
    alone = tuple(
        fleet.search(q.arc, q.fraction, k=q.k, all_of=q.all_of, barred=q.barred, limit_ms=q.limit_ms, now_us=q.now_us)
        for q in questions
    )
    assert fleet.search_many(questions) == alone


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_table_of_times_holds_every_units_time_to_every_point(data: st.DataObject) -> None:
    times, road = data.draw(roads())
    units = data.draw(fleets(times.graph))
    fleet = linked(times.graph, units, list(range(len(units))), times)
    slots = data.draw(st.lists(st.integers(0, len(units) - 1), max_size=6)) if units else []
    points = data.draw(st.lists(st.tuples(st.integers(0, times.graph.arcs - 1), FRACTIONS), max_size=3))
    limit_ms = data.draw(st.sampled_from([TIME_MS_MAX - 1, 3000]))
    table = fleet.times_to(slots, [p[0] for p in points], [p[1] for p in points], limit_ms=limit_ms, now_us=NOW_US)
    for row, slot in enumerate(slots):
        for column, (goal, fraction) in enumerate(points):
            ms = time_forwards(road, units[slot], goal, fraction) + units[slot].waits_ms(NOW_US)
            assert table[row, column] == (ms if ms <= limit_ms else -1)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_the_table_to_junctions_holds_every_units_time_to_each(data: st.DataObject) -> None:
    """On the road itself and on a snapshot of it, which stays as it was when streets are closed afterwards."""
    times, road = data.draw(roads())
    units = data.draw(fleets(times.graph))
    slots = data.draw(st.lists(st.integers(0, len(units) - 1), max_size=6)) if units else []
    junctions = data.draw(st.lists(st.integers(0, times.graph.nodes - 1), max_size=3))
    limit_ms = data.draw(st.sampled_from([TIME_MS_MAX - 1, 3000]))
    kept = times.snapshot()
    before = [[time_to_junction(road, units[slot], junction) for junction in junctions] for slot in slots]
    road = data.draw(closed_on(times, road))
    after = [[time_to_junction(road, units[slot], junction) for junction in junctions] for slot in slots]
    for on, expected in ((kept, before), (times, after)):
        fleet = linked(times.graph, units, list(range(len(units))), on)
        table = fleet.times_to_junctions(slots, junctions, limit_ms=limit_ms, now_us=NOW_US)
        assert table.shape == (len(slots), len(junctions))
        for row, slot in enumerate(slots):
            for column in range(len(junctions)):
                ms = expected[row][column] + units[slot].waits_ms(NOW_US)
                assert table[row, column] == (ms if ms <= limit_ms else -1)


def at_random(graph: RoadGraph, chance: np.random.Generator) -> tuple[RoadTimes, Road]:
    """A city with a thousand turn restrictions, slower streets and three hundred closed ones, all drawn by lot."""
    turns: Turns = {}
    for arc in chance.integers(0, graph.arcs, 1000).tolist():
        first, beyond = graph.first_out[[graph.arc_head[arc], graph.arc_head[arc] + 1]].tolist()
        turns[arc, int(chance.integers(first, beyond))] = None if chance.random() < 0.7 else 10_000
    times = RoadTimes(with_turns(graph, turns))
    ms = graph.arc_ms * chance.choice([1, 1, 2], graph.arcs)
    times.set_times(np.arange(graph.arcs), ms)
    shut = np.unique(chance.integers(0, graph.arcs, 300))
    times.close(shut)
    return times, Road(times.graph, ms.tolist(), frozenset(shut.tolist()), turns, PATROL.u_turn_ms)


@pytest.mark.parametrize("altered", [False, True])
@pytest.mark.parametrize("name", ["tehran-central", "manhattan", "khuzestan"])
def test_the_search_agrees_with_plain_python_on_real_streets(
    name: str, altered: bool, built_region: Callable[[str], Path]
) -> None:
    """Questions over 300 units on every sample region, a third of the units unfit, some of them not ready yet."""
    graph, chance = RoadGraph.load(built_region(name) / "graph"), np.random.default_rng(110)
    times, road = at_random(graph, chance) if altered else (RoadTimes(graph), Road.of(graph))
    near = chance.integers(0, graph.arcs) if name == "khuzestan" else None
    pool = np.arange(graph.arcs) if near is None else around(graph, int(near))
    units = [
        Standing(slot, int(arc), float(at), int(mask), int(age), int(delay), NOW_US + 1000 * int(late))
        for slot, (arc, at, mask, age, delay, late) in enumerate(
            zip(
                chance.choice(pool, 300),
                chance.random(300),
                chance.integers(0, 8, 300),
                chance.integers(0, 10, 300),
                chance.choice([0, 0, 20_000], 300),
                chance.choice([-5, 90_000], 300),
                strict=True,
            )
        )
    ]
    order = chance.permutation(300).tolist()
    fleet = linked(times.graph, units, order, times)
    for _ in range(4 if altered else 12):
        goal, fraction = int(chance.choice(pool)), float(chance.random())
        question = {"k": 5, "all_of": 1, "any_of": 6, "fixed_after_us": 1, "limit_ms": 400_000, "now_us": NOW_US}
        answer = fleet.search(goal, fraction, **question)
        time_of = times_backwards(road, goal, fraction, question["limit_ms"])
        found, passed = nearest(road, units, order, goal, fraction, time_of=time_of, **question)
        assert [(met.slot, met.time_ms, met.delay_ms) for met in answer.found] == found
        assert [(met.slot, met.time_ms, met.delay_ms) for met in answer.passed_over] == passed
        assert answer.found
        for met in answer.found:
            assert path_ms(road, fleet.path_of(met.slot), units[met.slot]) == met.travel_ms


def around(graph: RoadGraph, arc: int) -> np.ndarray:
    """The arcs within some kilometres: a province is too wide for units spread over all of it to meet anybody."""
    node = graph.arc_tail[arc]
    apart = np.hypot(graph.node_lon - graph.node_lon[node], graph.node_lat - graph.node_lat[node])
    return np.flatnonzero(apart[graph.arc_tail] < 0.05)
