"""How far one gets: the compiled flood against plain Python with heapq, on every awkward kind of graph."""

import heapq
from math import inf

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.graph import TIME_MS_MAX, RoadGraph
from nazdik.geo.isochrone import area_of, geometry_of
from nazdik.geo.reach import ArcTimes, Standing, flood, points_on, stretches, times_at, times_of
from nazdik.geo.turns import EVERY_TURN, PATROL, states_of
from tests.property.road_oracle import graph_of, part_ms

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
def questions(draw: st.DrawFn) -> tuple[RoadGraph, ArcTimes, Standing, int]:
    """A graph whose arcs are slower or closed now, sources on it and nowhere, and a limit."""
    graph = draw(graphs())
    now = st.tuples(st.none() | st.integers(1, 9000), st.booleans())
    changed = draw(st.lists(now, min_size=graph.arcs, max_size=graph.arcs))
    ms = np.array([int(a) if b is None else b for a, (b, _) in zip(graph.arc_ms, changed, strict=True)], dtype=np.int32)
    through = np.where([shut for _, shut in changed], TIME_MS_MAX, ms).astype(np.int32)
    prices = draw(st.sampled_from([PATROL, EVERY_TURN]))
    times = ArcTimes(ms, through, states_of(graph, prices))
    rows = draw(
        st.lists(st.tuples(st.integers(-1, graph.arcs - 1), FRACTIONS, st.integers(0, 400)), min_size=1, max_size=6)
    )
    arcs, fractions, start = zip(*rows, strict=True)
    sources = Standing(np.array(arcs, np.int32), np.array(fractions), np.array(start, np.int32))
    return graph, times, sources, draw(st.integers(0, 20_000))


def from_one(graph: RoadGraph, times: ArcTimes, arc: int, at: float, start: int) -> list[float]:
    """Milliseconds from one source to each state, the plain way; `inf`: never."""
    states = times.states
    best = [inf] * states.states
    if arc < 0:
        return best
    out: list[list[tuple[int, int]]] = [[] for _ in best]
    for step in range(states.steps):
        driven = int(states.step_arc[step])
        if times.through_ms[driven] < TIME_MS_MAX:
            ms = int(times.through_ms[driven]) + int(states.step_ms[step])
            out[states.step_from[step]].append((int(states.step_end[step]), ms))
    queue = [(start + part_ms(int(times.ms[arc]), 1.0 - at), int(states.arc_end[arc]))]
    twin = int(graph.arc_twin[arc])
    if twin >= 0:
        queue.append((start + part_ms(int(times.ms[twin]), at), int(states.arc_end[twin])))
    heapq.heapify(queue)
    while queue:
        ms, state = heapq.heappop(queue)
        if best[state] <= ms:
            continue
        best[state] = ms
        for end, step_ms in out[state]:
            heapq.heappush(queue, (ms + step_ms, end))
    return best


def at_junctions(times: ArcTimes, of_states: list[float], nodes: int) -> list[float]:
    """The soonest of the states at each junction."""
    best = [inf] * nodes
    for state, ms in enumerate(of_states):
        node = int(times.states.state_node[state])
        best[node] = min(best[node], ms)
    return best


def onto(times: ArcTimes, of_states: list[float], arc: int) -> float:
    """When one can begin to drive an arc, turning into it included."""
    states = times.states
    steps = states.onto_step[states.first_onto[arc] : states.first_onto[arc + 1]]
    return min((of_states[states.step_from[s]] + int(states.step_ms[s]) for s in steps), default=inf)


def each_alone(graph: RoadGraph, times: ArcTimes, sources: Standing) -> list[list[float]]:
    return [
        from_one(graph, times, arc, at, start)
        for arc, at, start in zip(
            sources.arcs.tolist(), sources.fractions.tolist(), sources.start_ms.tolist(), strict=True
        )
    ]


def within(ms: float, limit: int) -> float:
    return ms if ms <= limit else inf


@settings(max_examples=600, deadline=None)
@given(questions())
def test_every_junction_is_reached_when_the_soonest_source_gets_there(
    question: tuple[RoadGraph, ArcTimes, Standing, int],
) -> None:
    graph, times, sources, limit = question
    alone = [at_junctions(times, one, graph.nodes) for one in each_alone(graph, times, sources)]
    for both in (False, True):
        reached = flood(graph, times, sources, limit_ms=limit, both=both)
        for node in range(graph.nodes):
            ways = sorted(within(one[node], limit) for one in alone)
            first = ways[0]
            assert reached.ms[node] == (TIME_MS_MAX if first == inf else first)
            if first < inf:
                assert alone[reached.source[node]][node] == first
            else:
                assert reached.source[node] == -1
            if both:
                second = ways[1] if len(ways) > 1 else inf
                assert reached.next_ms[node] == (TIME_MS_MAX if second == inf else second)
                if second < inf:
                    assert reached.next_source[node] != reached.source[node]
                    assert alone[reached.next_source[node]][node] == second


def to_point(
    graph: RoadGraph, times: ArcTimes, to_node: list[float], source: tuple[int, float, int], goal: int, at: float
) -> float:
    """The time of one source to a point: over either end of its street, or without leaving it."""
    arc, fraction, start = source
    if arc < 0:
        return inf
    twin, ways = int(graph.arc_twin[goal]), []
    ways.append(onto(times, to_node, goal) + part_ms(int(times.ms[goal]), at))
    if twin >= 0:
        ways.append(onto(times, to_node, twin) + part_ms(int(times.ms[twin]), 1.0 - at))
    for one, share in ((arc, fraction), (int(graph.arc_twin[arc]), 1.0 - fraction)):
        if one < 0 or one not in {goal, twin}:
            continue
        ahead = (at if one == goal else 1.0 - at) - share
        if ahead >= 0:
            ways.append(start + part_ms(int(times.ms[one]), ahead))
    return min(ways)


@settings(max_examples=600, deadline=None)
@given(questions(), st.data())
def test_points_on_streets_are_reached_from_either_end_or_along_the_street(
    question: tuple[RoadGraph, ArcTimes, Standing, int], data: st.DataObject
) -> None:
    graph, times, sources, limit = question
    asked = data.draw(st.lists(st.tuples(st.integers(0, graph.arcs - 1), FRACTIONS), min_size=1, max_size=6))
    arcs, ats = np.array([a for a, _ in asked], np.int32), np.array([f for _, f in asked])
    reached = flood(graph, times, sources, limit_ms=limit, both=True)
    found = times_at(graph, times, sources, reached, points_on(graph, arcs, ats), limit_ms=limit)
    alone = each_alone(graph, times, sources)
    rows = list(zip(sources.arcs.tolist(), sources.fractions.tolist(), sources.start_ms.tolist(), strict=True))
    for i, (goal, at) in enumerate(asked):
        ways = [
            within(to_point(graph, times, [within(ms, limit) for ms in to_node], row, goal, at), limit)
            for to_node, row in zip(alone, rows, strict=True)
        ]
        best = sorted(ways)
        assert found.ms[i] == (TIME_MS_MAX if best[0] == inf else best[0])
        if best[0] < inf:
            assert ways[found.source[i]] == best[0]
        second = best[1] if len(best) > 1 else inf
        assert found.next_ms[i] == (TIME_MS_MAX if second == inf else second)


@settings(max_examples=400, deadline=None)
@given(questions())
def test_streets_are_cut_where_the_limit_falls_and_bands_do_not_overlap(
    question: tuple[RoadGraph, ArcTimes, Standing, int],
) -> None:
    """Each stretch begins where the band before it ended, and no part of a street comes twice but at its sources."""
    graph, times, sources, limit = question
    nobody = Standing(np.full(1, -1, np.int32), np.zeros(1), np.zeros(1, np.int32))
    reached = flood(graph, times, sources, limit_ms=limit)
    whole = stretches(graph, times, nobody, reached, limit_ms=limit)
    inner = stretches(graph, times, nobody, reached, limit_ms=limit // 2)
    outer = stretches(graph, times, nobody, reached, limit_ms=limit, after_ms=limit // 2)
    length = np.zeros(len(graph.segment_class))
    for part in (inner, outer):
        np.add.at(length, graph.arc_segment[part.arcs], part.until - part.since)
    of_states = [float(ms) if ms < TIME_MS_MAX else inf for ms in reached.state_ms[0].tolist()]
    expected = np.zeros(len(graph.segment_class))
    for arc in range(graph.arcs):
        twin = int(graph.arc_twin[arc])
        share = [
            min(1.0, max(0.0, (limit - onto(times, of_states, one)) / int(times.ms[one]))) if one >= 0 else 0.0
            for one in (arc, twin)
        ]
        expected[graph.arc_segment[arc]] = min(1.0, sum(share))
    assert np.allclose(length, expected, atol=1e-6)
    total = np.zeros(len(graph.segment_class))
    np.add.at(total, graph.arc_segment[whole.arcs], whole.until - whole.since)
    assert np.allclose(total, expected, atol=1e-6)


@settings(max_examples=150, deadline=None)
@given(questions())
def test_an_area_is_valid_geojson_and_holds_every_street_reached(
    question: tuple[RoadGraph, ArcTimes, Standing, int],
) -> None:
    graph, times, sources, limit = question
    reached = flood(graph, times, sources, limit_ms=limit)
    parts = stretches(graph, times, sources, reached, limit_ms=limit)
    area = area_of(graph, parts)
    assert area.is_valid
    written = geometry_of(area)
    assert written["type"] == "MultiPolygon"
    for polygon in written["coordinates"]:
        for n, ring in enumerate(polygon):
            assert ring[0] == ring[-1] and len(ring) >= 4
            assert shapely.LinearRing(ring).is_ccw is (n == 0), "RFC 7946: outer rings run against the clock"
    for arc, since, until in zip(parts.arcs, parts.since, parts.until, strict=True):
        tail, head = graph.arc_tail[arc], graph.arc_head[arc]
        for at in (since, until):
            lon = graph.node_lon[tail] + at * (graph.node_lon[head] - graph.node_lon[tail])
            assert shapely.intersects_xy(area, lon, 35.0)


def test_nothing_reached_is_an_empty_area() -> None:
    graph = graph_of(2, [(0, 1, 100, 100)])
    nobody = Standing(np.full(1, -1, np.int32), np.zeros(1), np.zeros(1, np.int32))
    reached = flood(graph, times_of(graph), nobody, limit_ms=1000)
    assert geometry_of(area_of(graph, stretches(graph, times_of(graph), nobody, reached, limit_ms=1000))) == {
        "type": "MultiPolygon",
        "coordinates": [],
    }


def test_an_area_that_fills_its_drawing_ends_at_the_edge() -> None:
    graph = graph_of(30, [(i, i + 1, 1000, 1000) for i in range(29)])
    here = Standing(np.zeros(1, np.int32), np.full(1, 0.5), np.zeros(1, np.int32))
    times = times_of(graph)
    reached = flood(graph, times, here, limit_ms=10**6)
    parts = stretches(graph, times, here, reached, limit_ms=10**6)
    area = area_of(graph, parts, box=(51.010, 34.9999, 51.012, 35.0001))
    assert area.is_valid and shapely.intersects_xy(area, 51.011, 35.0)
    assert not shapely.intersects_xy(area, 51.001, 35.0)
