"""
How far one gets by road: from one place, or from every free unit at once, forwards and with a limit.

One search answers for all sources together. It keeps the two soonest sources of every junction, so the same search also
says what nobody else would cover if one unit were sent away. Times are whole milliseconds; arcs are entered at their tail
and cut where the limit falls. The times of the arcs are handed in, so that traffic and closures count: a closure stops
driving through, but a place on the street is still reached from either end, and who stands on it may leave. The search
runs over the states of `turns`, so turns that may not be taken are not, and those with a price cost it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import NO_ARC, TIME_MS_MAX, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.heap import part_ms, pop, push
from nazdik.geo.times import RoadTimes
from nazdik.geo.turns import StateGraph, states_of

NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class ArcTimes:
    """
    The time of each arc now, in milliseconds; shapes (A,).

    `ms` is for a part of an arc, `through_ms` for driving it from end to end: `TIME_MS_MAX` where it is closed. `states`
    say which turns there are.
    """

    ms: Int32s
    through_ms: Int32s
    states: StateGraph

    @property
    def step_ms(self) -> Int32s:
        """What each step of the states costs, turning and driving; `TIME_MS_MAX` where its arc is closed."""
        states = self.states
        total = self.through_ms[states.step_arc].astype(np.int64) + states.step_ms
        steps: Int32s = np.minimum(total, TIME_MS_MAX).astype(np.int32)
        return steps


def times_now(times: RoadTimes) -> ArcTimes:
    """The times in force, of a snapshot that nobody changes any more."""
    return ArcTimes(times.arc_ms, times.through_ms, times.states)


def times_of(graph: RoadGraph) -> ArcTimes:
    """The times of the map itself, with nothing closed."""
    ms = np.ascontiguousarray(graph.arc_ms, dtype=np.int32)
    return ArcTimes(ms, ms, states_of(graph))


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where n sources stand: on an arc, so far along it, and the milliseconds before each starts; shapes (n,)."""

    arcs: Int32s
    fractions: Floats
    start_ms: Int32s

    def __len__(self) -> int:
        return len(self.arcs)


def standing(arcs: Sequence[int] | Int32s, fractions: Sequence[float] | Floats) -> Standing:
    """Return sources that start at once; those on no arc (-1) are kept, and reach nothing."""
    return Standing(
        np.array(arcs, dtype=np.int32),
        np.array(fractions, dtype=np.float64),
        np.zeros(len(arcs), dtype=np.int32),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """
    When each junction is reached, in milliseconds, or `TIME_MS_MAX` beyond the limit; and by which source.

    Attributes:
        ms, source: Of the soonest; shape (V,).
        next_ms, next_source: Of the soonest other source; shape (V,). Nobody when the search was for one alone.
        arc: The arc by which the soonest came in, `NO_ARC` when it stands beside the junction; shape (V,). Followed from
            junction to junction it leads back to the source, on the fastest way to each of them.
        state_ms, state_source: The same of each state, a row for each soonest source; shapes (1 or 2, S).
    """

    ms: Int32s
    source: Int32s
    next_ms: Int32s
    next_source: Int32s
    arc: Int32s
    state_ms: Int32s
    state_source: Int32s


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """
    Points on the road that want to be reached, in order of their segments.

    Attributes:
        arcs, fractions: Where each is; its segment's other direction counts as well; shape (n,).
        first: Points of segment s are `first[s]` up to `first[s + 1]`; shape (S + 1,).
        order: Which of the points given each of these is; shape (n,).
    """

    arcs: Int32s
    fractions: Floats
    first: Int32s
    order: Ints


@dataclass(frozen=True, slots=True, eq=False)
class PointTimes:
    """When each point is reached by the soonest source and by the next one; shapes (n,), in the order given at first."""

    ms: Int32s
    source: Int32s
    next_ms: Int32s
    next_source: Int32s


def points_on(graph: RoadGraph, arcs: Int32s, fractions: Floats) -> Points:
    """Return points sorted by segment; every arc must be one of the graph's."""
    segment = graph.arc_segment[arcs]
    order = np.argsort(segment, kind="stable")
    counts = np.bincount(segment, minlength=len(graph.segment_class))
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return Points(np.asarray(arcs, np.int32)[order], np.asarray(fractions, np.float64)[order], first, order)


def flood(graph: RoadGraph, times: ArcTimes, sources: Standing, *, limit_ms: int, both: bool = False) -> Reached:
    """
    When every junction is reached from the soonest of the sources, and with `both` from the next soonest as well.

    Args:
        limit_ms: Nothing later than this is looked at.
        both: Also find the soonest other source of each junction; costs about twice as much.
    """
    seeds = _seeds(graph, times, sources)
    states, labels = times.states, 2 if both else 1
    ms, source, step = _spread(states.first_out, states.step_end, times.step_ms, seeds, limit_ms, labels)
    return _at_junctions(graph, states, ms, source, step)


Seeds = tuple[Int32s, Ints, Int32s]


def _both_ways(graph: RoadGraph, sources: Standing) -> tuple[tuple[Int32s, Floats], tuple[Int32s, Floats]]:
    """The arc each source leaves by, going on and turning round, and how much of it is still ahead; -1 for none."""
    placed = sources.arcs >= 0
    twin = np.where(placed, graph.arc_twin[sources.arcs], NO_ARC).astype(np.int32)
    return (sources.arcs, 1.0 - sources.fractions), (twin, sources.fractions)


def _seeds(graph: RoadGraph, times: ArcTimes, sources: Standing) -> Seeds:
    """The junctions at which sources enter the network: which, when, who."""
    number = np.arange(len(sources), dtype=np.int32)
    nodes, starts, owners = [], [], []
    for way, share in _both_ways(graph, sources):
        on = np.flatnonzero(way >= 0)
        # In 64 bits: what is closed is not to wrap round to something quick.
        ms = np.floor(times.ms[way[on]] * share[on] + 0.5).astype(np.int64) + sources.start_ms[on]
        nodes.append(times.states.arc_end[way[on]])
        starts.append(np.minimum(ms, TIME_MS_MAX))
        owners.append(number[on])
    return (
        np.concatenate(nodes).astype(np.int32),
        np.concatenate(starts),
        np.concatenate(owners),
    )


def _spread(
    first: Int32s, head: Int32s, cost_ms: Int32s, seeds: Seeds, limit_ms: int, labels: int
) -> tuple[Int32s, Int32s, Int32s]:
    """When each state is reached and by whom, a row a label, and by which step the soonest came."""
    states = len(first) - 1
    found_ms = np.full((labels, states), TIME_MS_MAX, dtype=np.int32)
    found_source = np.full((labels, states), NOBODY, dtype=np.int32)
    by_step = np.full(states, NO_ARC, dtype=np.int32)
    room = labels * len(head) + len(seeds[0]) + 1
    _flood(
        # Copies where need be: one type for the compiler, whatever array came in.
        np.ascontiguousarray(first, dtype=np.int32),
        np.ascontiguousarray(head, dtype=np.int32),
        np.ascontiguousarray(cost_ms, dtype=np.int32),
        *seeds,
        min(limit_ms, TIME_MS_MAX - 1),
        found_ms,
        found_source,
        by_step,
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
    )
    return found_ms, found_source, by_step


def _at_junctions(graph: RoadGraph, states: StateGraph, ms: Int32s, source: Int32s, step: Int32s) -> Reached:
    """What is known of states as known of junctions: the soonest of those that stand there."""
    nodes = graph.nodes
    node_ms = np.full((2, nodes), TIME_MS_MAX, dtype=np.int32)
    node_source = np.full((2, nodes), NOBODY, dtype=np.int32)
    node_ms[: len(ms)], node_source[: len(ms)] = ms[:, :nodes], source[:, :nodes]
    best = np.arange(nodes, dtype=np.int32)
    if states.states > nodes:
        _merge(states.state_node, nodes, ms, source, node_ms, node_source, best)
    by_step = step[best]
    by_arc = np.where(by_step >= 0, states.step_arc[by_step], NO_ARC).astype(np.int32)
    return Reached(node_ms[0], node_source[0], node_ms[1], node_source[1], by_arc, ms, source)


def times_at(
    graph: RoadGraph, times: ArcTimes, sources: Standing, reached: Reached, points: Points, *, limit_ms: int
) -> PointTimes:
    """When points on the road are reached, from either end of their street or without leaving it."""
    n = len(points.arcs)
    found_ms = np.full((2, n), TIME_MS_MAX, dtype=np.int32)
    found_source = np.full((2, n), NOBODY, dtype=np.int32)
    _times_at(
        graph.arc_twin,
        graph.arc_segment,
        np.ascontiguousarray(times.ms, dtype=np.int32),
        sources.arcs,
        sources.fractions,
        sources.start_ms,
        times.states.first_onto,
        times.states.onto_step,
        times.states.step_from,
        times.states.step_ms,
        reached.state_ms,
        reached.state_source,
        points.arcs,
        points.fractions,
        points.first,
        min(limit_ms, TIME_MS_MAX - 1),
        found_ms,
        found_source,
    )
    back = np.empty(n, dtype=np.int64)
    back[points.order] = np.arange(n)
    return PointTimes(found_ms[0][back], found_source[0][back], found_ms[1][back], found_source[1][back])


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Parts of streets: arc `arcs[i]` from share `since[i]` to share `until[i]` of its length; shapes (n,)."""

    arcs: Int32s
    since: Floats
    until: Floats


def stretches(
    graph: RoadGraph, times: ArcTimes, sources: Standing, reached: Reached, *, limit_ms: int, after_ms: int = -1
) -> Stretches:
    """
    The streets reached within `limit_ms`, each cut where the limit falls; with `after_ms` only what is reached later than that.

    A street that is reached from both ends comes twice, once in each direction, without overlap.
    """
    until = _share_reached(graph, times, reached, limit_ms)
    since = _share_reached(graph, times, reached, after_ms) if after_ms >= 0 else np.zeros(graph.arcs)
    twin = graph.arc_twin
    has_twin = twin >= 0
    other_until = np.where(has_twin, until[twin], 0.0)
    other_since = np.where(has_twin, since[twin], 0.0)
    # What the other direction had reached before is not new; where the two meet, the arc that is first in number goes on.
    until = np.minimum(until, 1.0 - other_since)
    first = np.arange(graph.arcs, dtype=np.int64) < np.where(has_twin, twin, graph.arcs)
    until = np.where(first, until, np.minimum(until, 1.0 - np.minimum(other_until, 1.0 - since)))
    kept = np.flatnonzero(until > since + 1e-9)
    own = _own_streets(graph, times, sources, limit_ms, after_ms)
    return Stretches(
        np.concatenate((kept, own.arcs)).astype(np.int32),
        np.concatenate((since[kept], own.since)),
        np.concatenate((until[kept], own.until)),
    )


def _share_reached(graph: RoadGraph, times: ArcTimes, reached: Reached, limit_ms: int) -> Floats:
    """How much of each arc is reached from its tail, 0 to 1."""
    states = times.states
    if states.states == graph.nodes:
        onto = reached.ms[graph.arc_tail].astype(np.float64)
    else:
        onto = np.full(graph.arcs, float(TIME_MS_MAX))
        np.minimum.at(onto, states.step_arc, reached.state_ms[0][states.step_from].astype(np.float64) + states.step_ms)
    left = limit_ms - onto
    share: Floats = np.clip(left / np.maximum(times.ms, 1), 0.0, 1.0)
    return share


def _own_streets(graph: RoadGraph, times: ArcTimes, sources: Standing, limit_ms: int, after_ms: int) -> Stretches:
    """What each source reaches of its own street without leaving it."""
    arcs, since, until = [], [], []
    placed = np.flatnonzero(sources.arcs >= 0)
    for arc, at, late in zip(
        sources.arcs[placed].tolist(),
        sources.fractions[placed].tolist(),
        sources.start_ms[placed].tolist(),
        strict=True,
    ):
        for one, share in ((arc, at), (int(graph.arc_twin[arc]), 1.0 - at)):
            if one < 0:
                continue
            ms = max(int(times.ms[one]), 1)
            begin = share + max(after_ms - late, 0) / ms
            end = min(1.0, share + max(limit_ms - late, 0) / ms)
            if end > begin:
                arcs.append(one)
                since.append(begin)
                until.append(end)
    return Stretches(np.array(arcs, np.int32), np.array(since, np.float64), np.array(until, np.float64))


def warm_up(graph: RoadGraph) -> None:
    """Compile, or fetch from the cache, what the first question would otherwise wait for."""
    here = standing([0], [0.5])
    times = times_of(graph)
    points = points_on(graph, np.zeros(1, np.int32), np.full(1, 0.5))
    for both in (False, True):
        reached = flood(graph, times, here, limit_ms=10, both=both)
        times_at(graph, times, here, reached, points, limit_ms=10)


# The compiled part.


@compiled
def _flood(
    first: Int32s,
    head: Int32s,
    times: Int32s,
    seed_node: Int32s,
    seed_ms: Ints,
    seed_source: Int32s,
    limit: int,
    found_ms: Int32s,
    found_source: Int32s,
    by_arc: Int32s,
    heap: Ints,
    entry_node: Int32s,
    entry_source: Int32s,
    entry_arc: Int32s,
) -> None:
    """
    Settle each junction once for each of its soonest sources: one or two, by the rows of `found_ms`.

    An entry of the heap is a time and the number of an entry, so that of equal times the one pushed first counts.
    """
    labels = found_ms.shape[0]
    size = entries = 0
    for seed in range(len(seed_node)):
        if seed_ms[seed] <= limit:
            entry_node[entries], entry_source[entries] = seed_node[seed], seed_source[seed]
            entry_arc[entries] = -1
            size = push(heap, size, (int(seed_ms[seed]) << 32) | entries)
            entries += 1
    while size > 0:
        key = heap[0]
        size = pop(heap, size)
        ms, entry = key >> 32, key & 0xFFFFFFFF
        node, source = entry_node[entry], entry_source[entry]
        if found_source[0, node] < 0:
            found_ms[0, node], found_source[0, node], by_arc[node] = ms, source, entry_arc[entry]
        elif labels == 2 and found_source[0, node] != source and found_source[1, node] < 0:
            found_ms[1, node], found_source[1, node] = ms, source
        else:
            continue
        for arc in range(first[node], first[node + 1]):
            total = ms + times[arc]
            if total > limit:
                continue
            there = head[arc]
            known = found_source[0, there]
            if known >= 0 and (labels == 1 or known == source or found_source[1, there] >= 0):
                continue
            entry_node[entries], entry_source[entries], entry_arc[entries] = there, source, arc
            size = push(heap, size, (total << 32) | entries)
            entries += 1


@compiled
def _note(found_ms: Int32s, found_source: Int32s, point: int, ms: int, source: int) -> None:
    """Keep the two soonest different sources of a point."""
    if source < 0:
        return
    if found_source[0, point] == source:
        found_ms[0, point] = min(found_ms[0, point], ms)
    elif ms < found_ms[0, point]:
        found_ms[1, point], found_source[1, point] = found_ms[0, point], found_source[0, point]
        found_ms[0, point], found_source[0, point] = ms, source
    elif ms < found_ms[1, point]:
        found_ms[1, point], found_source[1, point] = ms, source


@compiled
def _merge(
    state_node: Int32s,
    nodes: int,
    ms: Int32s,
    source: Int32s,
    node_ms: Int32s,
    node_source: Int32s,
    best: Int32s,
) -> None:
    """Note the states beside the ordinary ones at their junctions."""
    for state in range(nodes, len(state_node)):
        node = state_node[state]
        for label in range(ms.shape[0]):
            if source[label, state] < 0:
                continue
            if label == 0 and ms[0, state] < node_ms[0, node]:
                best[node] = state
            _note(node_ms, node_source, node, int(ms[label, state]), source[label, state])


@compiled
def _times_at(
    arc_twin: Int32s,
    arc_segment: Int32s,
    times: Int32s,
    source_arc: Int32s,
    source_fraction: Floats,
    source_start: Int32s,
    first_onto: Int32s,
    onto_step: Int32s,
    step_from: Int32s,
    turn_ms: Int32s,
    state_ms: Int32s,
    state_source: Int32s,
    point_arc: Int32s,
    point_fraction: Floats,
    point_first: Int32s,
    limit: int,
    found_ms: Int32s,
    found_source: Int32s,
) -> None:
    for point in range(len(point_arc)):
        for end in range(2):
            arc = point_arc[point] if end == 0 else arc_twin[point_arc[point]]
            if arc < 0:
                continue
            share = point_fraction[point] if end == 0 else 1.0 - point_fraction[point]
            on = np.int64(part_ms(times[arc], share))
            for i in range(first_onto[arc], first_onto[arc + 1]):
                state = step_from[onto_step[i]]
                for label in range(state_ms.shape[0]):
                    total = state_ms[label, state] + turn_ms[onto_step[i]] + on
                    if state_source[label, state] >= 0 and total <= limit:
                        _note(found_ms, found_source, point, total, state_source[label, state])
    for source in range(len(source_arc)):
        arc = source_arc[source]
        if arc < 0:
            continue
        segment = arc_segment[arc]
        for point in range(point_first[segment], point_first[segment + 1]):
            at = point_fraction[point] if point_arc[point] == arc else 1.0 - point_fraction[point]
            ahead = at - source_fraction[source]
            ms = np.int64(-1)
            if ahead >= 0:
                ms = np.int64(part_ms(times[arc], ahead))
            elif arc_twin[arc] >= 0:
                ms = np.int64(part_ms(times[arc_twin[arc]], -ahead))
            if ms >= 0 and source_start[source] + ms <= limit:
                _note(found_ms, found_source, point, source_start[source] + ms, source)
