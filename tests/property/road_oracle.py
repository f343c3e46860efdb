"""
What the road engine is compared with: the same questions answered by plain Python, slowly and in the simplest way.

It shares no code with the engine except the graph's arrays. Times are rounded as the engine promises: a part of an arc
to whole milliseconds, half up. Two searches, each the plainest there is: forwards from every unit, remembering every arc it
drove, for small streets; and backwards over the arcs of a city.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, floor, inf
from typing import Any

import numpy as np

from nazdik.geo.graph import NAMELESS, RoadGraph, fixed

Turns = dict[tuple[int, ...], int | None]


@dataclass(frozen=True)
class Standing:
    """A unit as the oracle knows it; `arc` None when it has no place; `ready_at_us` None when it is ready."""

    slot: int
    arc: int | None
    fraction: float
    mask: int
    fixed_at_us: int
    delay_ms: int = 0
    ready_at_us: int | None = None

    def waits_ms(self, now_us: int | None) -> int:
        late_us = 0 if now_us is None or self.ready_at_us is None else max(0, self.ready_at_us - now_us)
        return self.delay_ms + ceil(late_us / 1000)


@dataclass(frozen=True)
class Road:
    """A graph as it is now: times, closed arcs, and what driving some arcs one after the other costs (None: not allowed)."""

    graph: RoadGraph
    ms: list[int]
    closed: frozenset[int] = frozenset()
    turns: Turns = field(default_factory=dict)
    u_turn_ms: int = 0

    @classmethod
    def of(cls, graph: RoadGraph, **other: Any) -> "Road":
        return cls(graph, graph.arc_ms.tolist(), **other)

    def turn_ms(self, driven: tuple[int, ...], arc: int) -> int | None:
        """What turning into an arc costs after these arcs, None when one may not."""
        row, costs = (*driven, arc), [0]
        if driven and arc == int(self.graph.arc_twin[driven[-1]]):
            costs.append(self.u_turn_ms)
        for since in range(len(driven)):
            cost = self.turns.get(row[since:], 0)
            if cost is None:
                return None
            costs.append(cost)
        return max(costs)


def part_ms(ms: int, share: float) -> int:
    return floor(ms * share + 0.5)


def with_turns(graph: RoadGraph, turns: Turns) -> RoadGraph:
    """The graph with these turn restrictions."""
    rows = list(turns)
    return replace(
        graph,
        turn_first=fixed(np.concatenate(([0], np.cumsum([len(row) for row in rows]))), np.int32),
        turn_arcs=fixed([arc for row in rows for arc in row], np.int32),
        turn_ms=fixed([-1 if turns[row] is None else turns[row] for row in rows], np.int32),
        turn_relation=fixed(np.arange(len(rows)), np.int64),
    )


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


# On closed streets since one set out; on open ones; on closed ones until the goal.
LEAVING, OPEN, ENTERING = range(3)


def phase_after(phase: int, closed: bool) -> int | None:
    """Which part of its way a car is on after one more street, None when it may not drive it."""
    if closed:
        return LEAVING if phase == LEAVING else ENTERING
    return None if phase == ENTERING else OPEN


def without_leaving(road: Road, unit: Standing, goal: int, fraction: float) -> float:
    """The time of a unit on the goal's own street, when it need not leave it."""
    goal_twin = int(road.graph.arc_twin[goal])
    if unit.arc not in {goal, goal_twin} or unit.arc is None or unit.arc < 0:
        return inf
    ahead = fraction - (unit.fraction if unit.arc == goal else 1.0 - unit.fraction)
    if ahead >= 0:
        return part_ms(road.ms[goal], ahead)
    return part_ms(road.ms[goal_twin], -ahead) if goal_twin >= 0 else inf


def ways_out(road: Road, unit: Standing) -> list[tuple[int, int]]:
    """The arc a unit leaves its street by and the time to its end: going on, and turning round."""
    assert unit.arc is not None
    twin = int(road.graph.arc_twin[unit.arc])
    ways = [(unit.arc, part_ms(road.ms[unit.arc], 1.0 - unit.fraction))]
    return [*ways, (twin, part_ms(road.ms[twin], unit.fraction))] if twin >= 0 else ways


def ways_in(road: Road, goal: int, fraction: float) -> list[tuple[int, int]]:
    """The arc one comes to the goal by and the time from its tail."""
    twin = int(road.graph.arc_twin[goal])
    ways = [(goal, part_ms(road.ms[goal], fraction))]
    return [*ways, (twin, part_ms(road.ms[twin], 1.0 - fraction))] if twin >= 0 else ways


def time_forwards(road: Road, unit: Standing, goal: int, fraction: float) -> float:
    """The road time of one unit, by a search that tells states apart by everything that was driven so far."""
    if unit.arc is None:
        return inf
    best, graph = without_leaving(road, unit, goal, fraction), road.graph
    memory = max([1, *(len(row) - 1 for row in road.turns)])
    queue = [(ms, (arc,), LEAVING if arc in road.closed else OPEN) for arc, ms in ways_out(road, unit)]
    heapq.heapify(queue)
    seen: set[tuple[tuple[int, ...], int]] = set()
    while queue:
        ms, driven, phase = heapq.heappop(queue)
        if ms >= best:
            break
        if (driven, phase) in seen:
            continue
        seen.add((driven, phase))
        node = int(graph.arc_head[driven[-1]])
        for arc, last_ms in ways_in(road, goal, fraction):
            turn_ms = road.turn_ms(driven, arc)
            if int(graph.arc_tail[arc]) == node and turn_ms is not None and (phase != ENTERING or arc in road.closed):
                best = min(best, ms + turn_ms + last_ms)
        for arc in range(int(graph.first_out[node]), int(graph.first_out[node + 1])):
            turn_ms, after = road.turn_ms(driven, arc), phase_after(phase, arc in road.closed)
            if turn_ms is not None and after is not None:
                heapq.heappush(queue, (ms + turn_ms + road.ms[arc], (*driven, arc)[-memory:], after))
    return best


def time_to_junction(road: Road, unit: Standing, junction: int) -> float:
    """The road time of one unit to a junction, by whichever street; what is closed is left, and never driven to a junction."""
    if unit.arc is None:
        return inf
    graph, memory = road.graph, max([1, *(len(row) - 1 for row in road.turns)])
    queue = [(ms, (arc,), LEAVING if arc in road.closed else OPEN) for arc, ms in ways_out(road, unit)]
    heapq.heapify(queue)
    seen: set[tuple[tuple[int, ...], int]] = set()
    while queue:
        ms, driven, phase = heapq.heappop(queue)
        if (driven, phase) in seen:
            continue
        seen.add((driven, phase))
        node = int(graph.arc_head[driven[-1]])
        if node == junction:
            return ms
        for arc in range(int(graph.first_out[node]), int(graph.first_out[node + 1])):
            turn_ms, after = road.turn_ms(driven, arc), phase_after(phase, arc in road.closed)
            if turn_ms is not None and after is not None and after != ENTERING:
                heapq.heappush(queue, (ms + turn_ms + road.ms[arc], (*driven, arc)[-memory:], after))
    return inf


def times_backwards(road: Road, goal: int, fraction: float, limit_ms: float) -> Callable[[Standing], float]:
    """Road times to one point by a search over arcs, for restrictions on two arcs only; beyond the limit they are `inf`."""
    graph = road.graph
    assert all(len(row) == 2 for row in road.turns), "longer ones are for the other search"
    into: list[list[int]] = [[] for _ in range(graph.nodes)]
    for arc, head in enumerate(graph.arc_head.tolist()):
        into[head].append(arc)
    tail = graph.arc_tail.tolist()
    best: dict[tuple[int, int], float] = {}
    queue: list[tuple[float, int, int]] = []

    def come(ms: float, onto: int, allowed: Callable[[int], bool], phases: tuple[int, ...]) -> None:
        for arc in into[tail[onto]]:
            turn_ms = road.turn_ms((arc,), onto)
            if turn_ms is not None and ms + turn_ms <= limit_ms:
                for phase in phases:
                    if allowed(phase) and ms + turn_ms < best.get((arc, phase), inf):
                        best[arc, phase] = ms + turn_ms
                        heapq.heappush(queue, (ms + turn_ms, arc, phase))

    for arc, last_ms in ways_in(road, goal, fraction):
        phases = (LEAVING, OPEN, ENTERING) if arc in road.closed else (LEAVING, OPEN)
        come(last_ms, arc, lambda _: True, phases)
    while queue:
        ms, arc, phase = heapq.heappop(queue)
        if best[arc, phase] == ms:
            closed = arc in road.closed
            come(ms + road.ms[arc], arc, lambda b, p=phase, c=closed: phase_after(b, c) == p, (LEAVING, OPEN, ENTERING))

    def time_of(unit: Standing) -> float:
        if unit.arc is None:
            return inf
        ways = [without_leaving(road, unit, goal, fraction)]
        for arc, ms in ways_out(road, unit):
            ways.append(ms + best.get((arc, LEAVING if arc in road.closed else OPEN), inf))
        return min(ways)

    return time_of


def nearest(
    road: Road,
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
    now_us: int | None = None,
    time_of: Callable[[Standing], float] | None = None,
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Found and passed over as (slot, ms, of which waiting); `order` is the slots in the order of their unit ids."""
    driving, rank = (
        time_of or (lambda unit: time_forwards(road, unit, goal, fraction)),
        {slot: place for place, slot in enumerate(order)},
    )
    timed = [
        (driving(unit) + unit.waits_ms(now_us), rank[unit.slot], unit) for unit in units if unit.slot not in barred
    ]
    reached = sorted(
        (ms, place, unit.slot, unit.waits_ms(now_us)) for ms, place, unit in timed if ms <= limit_ms and ms < inf
    )
    fit = {
        unit.slot
        for unit in units
        if unit.mask & all_of == all_of and (not any_of or unit.mask & any_of) and unit.fixed_at_us > fixed_after_us
    }
    found = [entry for entry in reached if entry[2] in fit][:k]
    on_road = sum(unit.slot in fit and unit.arc is not None for _, _, unit in timed)
    last = found[-1] if len(found) == min(k, max(1, on_road)) else (inf, 0, 0, 0)
    passed = [entry for entry in reached if entry[2] not in fit and entry[:2] < last[:2]]
    return [(slot, int(ms), wait) for ms, _, slot, wait in found], [
        (slot, int(ms), wait) for ms, _, slot, wait in passed
    ]
