"""
What the road engine is compared with: the same questions answered by plain Python, slowly and in the simplest way.

It shares no code with the engine except the graph's arrays. Times are rounded as the engine promises: a part of an arc
to whole milliseconds, half up.
"""

import heapq
from dataclasses import dataclass
from math import floor, inf

import numpy as np

from nazdik.geo.graph import NAMELESS, RoadGraph, fixed


@dataclass(frozen=True)
class Standing:
    """A unit as the oracle knows it; `arc` None when it has no place."""

    slot: int
    arc: int | None
    fraction: float
    mask: int
    fixed_at_us: int


def part_ms(ms: int, share: float) -> int:
    return floor(ms * share + 0.5)


def graph_of(nodes: int, streets: list[tuple[int, int, int, int | None]]) -> RoadGraph:
    """
    A graph from (tail, head, ms, ms back or None) streets, connected or not; nodes lie on a line 0.001 degrees apart.
    """
    arcs: list[tuple[int, int, int, int, bool]] = []
    for segment, (tail, head, ms, back) in enumerate(streets):
        arcs.append((tail, head, ms, segment, False))
        if back is not None:
            arcs.append((head, tail, back, segment, True))
    arcs.sort(key=lambda arc: (arc[0], arc[1], arc[3], arc[4]))
    by_street = {(arc[3], arc[4]): number for number, arc in enumerate(arcs)}
    lon, lat = 51.0 + 0.001 * np.arange(nodes), np.full(nodes, 35.0)
    ends = np.array([[s[0], s[1]] for s in streets], dtype=np.int64).reshape(-1)

    tails, heads = [a[0] for a in arcs], [a[1] for a in arcs]
    metres = [10.0 + a[3] for a in arcs]
    return RoadGraph(
        node_lon=fixed(lon, np.float64),
        node_lat=fixed(lat, np.float64),
        first_out=fixed(np.concatenate(([0], np.cumsum(np.bincount(tails, minlength=nodes)))), np.int32),
        first_in=fixed(np.concatenate(([0], np.cumsum(np.bincount(heads, minlength=nodes)))), np.int32),
        in_arc=fixed(np.argsort(heads, kind="stable"), np.int32),
        arc_tail=fixed(tails, np.int32),
        arc_head=fixed(heads, np.int32),
        arc_twin=fixed([by_street.get((a[3], not a[4]), -1) for a in arcs], np.int32),
        arc_ms=fixed([a[2] for a in arcs], np.int32),
        arc_m=fixed(metres, np.float64),
        arc_segment=fixed([a[3] for a in arcs], np.int32),
        arc_flags=fixed([int(a[4]) for a in arcs], np.uint8),
        segment_first=fixed(2 * np.arange(len(streets) + 1), np.int32),
        segment_class=fixed(np.full(len(streets), 11), np.uint8),
        segment_name=fixed(np.zeros(len(streets)), np.int32),
        segment_way=fixed(np.arange(len(streets)), np.int64),
        shape_lon=fixed(lon[ends], np.float64),
        shape_lat=fixed(lat[ends], np.float64),
        shape_m=fixed([value for s in range(len(streets)) for value in (0.0, 10.0 + s)], np.float64),
        names=(NAMELESS,),
    )


def ms_to_goal(graph: RoadGraph, goal: int, fraction: float) -> list[float]:
    """Milliseconds from each node to a point on an arc, by a whole Dijkstra against the arcs; `inf`: no way."""
    into: list[list[tuple[int, int]]] = [[] for _ in range(graph.nodes)]
    for tail, head, ms in zip(graph.arc_tail.tolist(), graph.arc_head.tolist(), graph.arc_ms.tolist(), strict=True):
        into[head].append((tail, ms))
    best = [inf] * graph.nodes
    queue = [(part_ms(int(graph.arc_ms[goal]), fraction), int(graph.arc_tail[goal]))]
    twin = int(graph.arc_twin[goal])
    if twin >= 0:
        queue.append((part_ms(int(graph.arc_ms[twin]), 1.0 - fraction), int(graph.arc_head[goal])))
    heapq.heapify(queue)
    while queue:
        ms, node = heapq.heappop(queue)
        if best[node] <= ms:
            continue
        best[node] = ms
        for tail, step in into[node]:
            heapq.heappush(queue, (ms + step, tail))
    return best


def time_of(graph: RoadGraph, to_goal: list[float], unit: Standing, goal: int, fraction: float) -> float:
    """The road time of one unit: over either end of its street, or without leaving it."""
    if unit.arc is None:
        return inf
    arc, twin, goal_twin = unit.arc, int(graph.arc_twin[unit.arc]), int(graph.arc_twin[goal])
    ways = [to_goal[graph.arc_head[arc]] + part_ms(int(graph.arc_ms[arc]), 1.0 - unit.fraction)]
    if twin >= 0:
        ways.append(to_goal[graph.arc_tail[arc]] + part_ms(int(graph.arc_ms[twin]), unit.fraction))
    if arc in {goal, goal_twin}:
        ahead = fraction - (unit.fraction if arc == goal else 1.0 - unit.fraction)
        if ahead >= 0:
            ways.append(part_ms(int(graph.arc_ms[goal]), ahead))
        elif goal_twin >= 0:
            ways.append(part_ms(int(graph.arc_ms[goal_twin]), -ahead))
    return min(ways)


def nearest(
    graph: RoadGraph,
    units: list[Standing],
    order: list[int],
    goal: int,
    fraction: float,
    *,
    k: int,
    all_of: int = 0,
    any_of: int = 0,
    fixed_after_us: int = -(2**63),
    barred: frozenset[int] = frozenset(),
    limit_ms: float = inf,
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Found and passed over as (slot, ms); `order` is the slots in the order of their unit ids."""
    to_goal, rank = ms_to_goal(graph, goal, fraction), {slot: place for place, slot in enumerate(order)}
    timed = [
        (time_of(graph, to_goal, unit, goal, fraction), rank[unit.slot], unit)
        for unit in units
        if unit.slot not in barred
    ]
    reached = sorted((ms, place, unit.slot) for ms, place, unit in timed if ms <= limit_ms and ms < inf)
    fit = {
        unit.slot
        for unit in units
        if unit.mask & all_of == all_of and (not any_of or unit.mask & any_of) and unit.fixed_at_us > fixed_after_us
    }
    found = [entry for entry in reached if entry[2] in fit][:k]
    last = found[-1] if len(found) == k else (inf, 0, 0)
    passed = [entry for entry in reached if entry[2] not in fit and entry < last]
    return [(slot, int(ms)) for ms, _, slot in found], [(slot, int(ms)) for ms, _, slot in passed]
