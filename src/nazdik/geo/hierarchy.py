"""
A hierarchy of shortcuts over a road, for questions that would otherwise lead the search through much of it.

A customizable contraction hierarchy: states are ranked by cutting the map in halves along few streets again and again, so that
every way between two halves goes through the cut, whose states rank above both. Taking states out from the lowest rank up,
and joining those that are left by shortcuts, needs only the shape of the network: it is done once. What the shortcuts take is
worked in afterwards, and anew when times change. From any state, some quickest way to the goal goes up and then down in rank,
so a question looks at the cuts above the goal and above whoever asks, and at none of the streets between.

Source: Dibbelt, Strasser, Wagner (2016), Customizable Contraction Hierarchies, doi:10.1145/2886843; asking for many states as in
Strasser, Zeitz (2021), A Fast and Tight Heuristic for A* in Road Networks, doi:10.4230/LIPIcs.SEA.2021.6. Unlike there, the
cuts are straight lines, the best of four directions, without maximum flows.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import TIME_MS_MAX, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.turns import StateGraph

# No way: longer than any search goes on.
FAR: Final = np.int32(TIME_MS_MAX)
# Parts this small are not cut any more.
SMALL: Final = 8
# A cut leaves at least this share of a part on each side.
BALANCE: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class ShortcutTimes:
    """What shortcuts take upwards and downwards in rank, in milliseconds, by some times of the streets; read-only."""

    up: Int32s
    down: Int32s


class Hierarchy:
    """
    The ranks of all states of a road and the shortcuts between them; read-only. N states, M shortcuts.

    Attributes:
        rank: The rank of each state; shape (N,).
        first, head: Rank r is joined to the higher ranks `head[first[r]:first[r + 1]]`, ascending; shapes (N + 1,), (M,).
            The lowest of them is r's parent, and all of them are ancestors of r.
    """

    def __init__(self, graph: RoadGraph, states: StateGraph) -> None:
        """Rank and join; some seconds for a million states, without holding up other threads."""
        self._tail, self._end = np.array(states.step_from), np.array(states.step_end)
        starts, ends = _neighbours(self._tail, self._end, states.states)
        lon, lat = graph.node_lon[states.state_node], graph.node_lat[states.state_node]
        shrink = float(np.cos(np.radians(lat.mean())))
        self.rank = _order(starts, ends, lon * shrink, lat)
        self.first, self.head = _shortcuts(starts, ends, self.rank)

    @property
    def bytes_held(self) -> int:
        """The memory of ranks and shortcuts, with one set of times."""
        held = (self._tail, self._end, self.rank, self.first, self.head, self.head, self.head)
        return sum(array.nbytes for array in held)

    def work_in(self, ms: Int32s) -> ShortcutTimes:
        """
        What the shortcuts take when each step takes so long.

        Args:
            ms: Of each step of the state graph, turn and street together, `FAR` for one that is closed; shape (T,).
        """
        below_first, below_arc, below_node = _turned_round(self.first, self.head)
        up, down = np.empty(len(self.head), np.int32), np.empty(len(self.head), np.int32)
        _work_in(
            self.rank,
            self._tail,
            self._end,
            np.array(ms, dtype=np.int32),
            self.first,
            self.head,
            below_first,
            below_arc,
            below_node,
            up,
            down,
        )
        return ShortcutTimes(up, down)


@compiled
def _neighbours(tail: Int32s, end: Int32s, nodes: int) -> tuple[Ints, Int32s]:
    """Who is next to whom, in both directions, each once and in order: starts and ends of a forward star."""
    first = np.zeros(nodes + 1, np.int64)
    for i in range(len(tail)):
        if tail[i] != end[i]:
            first[tail[i] + 1] += 1
            first[end[i] + 1] += 1
    first = np.cumsum(first)
    at, other = first[:-1].copy(), np.empty(first[-1], np.int32)
    for i in range(len(tail)):
        a, b = tail[i], end[i]
        if a != b:
            other[at[a]], other[at[b]] = b, a
            at[a] += 1
            at[b] += 1
    starts, kept = np.zeros(nodes + 1, np.int64), 0
    for v in range(nodes):
        before = -1
        for w in np.sort(other[first[v] : first[v + 1]]):
            if w != before:
                other[kept], before = w, w
                kept += 1
        starts[v + 1] = kept
    return starts, other[:kept].copy()


@compiled
def _order(starts: Ints, ends: Int32s, x: Floats, y: Floats) -> Int32s:
    """The rank of each junction: those of the first cut highest."""
    n = len(x)
    rank, part, place = np.empty(n, np.int32), np.zeros(n, np.int32), np.empty(n, np.int32)
    member = np.arange(n).astype(np.int32)
    stack = [(0, n)]
    parts = 0
    while stack:
        a, b = stack.pop()
        size = b - a
        own = part[member[a]] if size else 0
        if size <= SMALL:
            for i in range(a, b):
                rank[member[i]] = i
            continue
        best, best_cut = np.inf, -1
        best_order = member[a:b].copy()
        mine = member[a:b].copy()
        for direction in range(4):
            key = np.empty(size)
            for i in range(size):
                v = mine[i]
                key[i] = (x[v], y[v], x[v] + y[v], x[v] - y[v])[direction]
            order = np.argsort(key)
            for i in range(size):
                place[mine[order[i]]] = i
            crossing = np.zeros(size + 1, np.int32)
            for i in range(size):
                v = mine[i]
                for e in range(starts[v], starts[v + 1]):
                    w = ends[e]
                    if part[w] == own and place[v] < place[w]:
                        crossing[place[v] + 1] += 1
                        crossing[place[w] + 1] -= 1
            open_now = 0
            for cut in range(1, size):
                open_now += crossing[cut]
                smaller = min(cut, size - cut)
                if smaller >= size * BALANCE and open_now / smaller < best:
                    best, best_cut = open_now / smaller, cut
                    best_order = mine[order]
        # The ends of the streets that are cut, on the side that has fewer of them.
        for i in range(size):
            place[best_order[i]] = i
        left, right = 0, 0
        for i in range(size):
            v = best_order[i]
            touches = False
            for e in range(starts[v], starts[v + 1]):
                w = ends[e]
                if part[w] == own and (place[w] >= best_cut) != (i >= best_cut):
                    touches = True
            if touches:
                if i < best_cut:
                    left += 1
                else:
                    right += 1
        take_left = left <= right
        gone = np.zeros(size, np.bool_)
        for i in range(size):
            if (i < best_cut) == take_left:
                v = best_order[i]
                for e in range(starts[v], starts[v + 1]):
                    w = ends[e]
                    if part[w] == own and (place[w] >= best_cut) != (i >= best_cut):
                        gone[i] = True
        parts += 2
        at_left, at_right, at_top = a, 0, b
        for i in range(best_cut):
            if not gone[i]:
                at_left += 1
        at_right, middle, at_left = at_left, at_left, a
        for i in range(size):
            v = best_order[i]
            if gone[i]:
                at_top -= 1
                member[at_top] = v
                rank[v] = at_top
            elif i < best_cut:
                member[at_left] = v
                at_left += 1
                part[v] = parts - 1
            else:
                member[at_right] = v
                at_right += 1
                part[v] = parts
        for i in range(at_top, b):
            part[member[i]] = -1
        if middle > a:
            stack.append((a, middle))
        if at_top > middle:
            stack.append((middle, at_top))
    return rank


@compiled
def _shortcuts(starts: Ints, ends: Int32s, rank: Int32s) -> tuple[Ints, Int32s]:
    """For each rank, the higher ranks it is joined to once all lower ones are taken out, ascending."""
    n = len(rank)
    node_of = np.empty(n, np.int32)
    for v in range(n):
        node_of[rank[v]] = v
    first = np.zeros(n + 1, np.int64)
    head = np.empty(8 * n, np.int32)
    child, sibling, mark = np.full(n, -1, np.int32), np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    found = np.empty(n, np.int32)
    size = 0
    for r in range(n):
        count = 0
        v = node_of[r]
        for e in range(starts[v], starts[v + 1]):
            other = rank[ends[e]]
            if other > r and mark[other] != r:
                mark[other] = r
                found[count] = other
                count += 1
        c = child[r]
        while c >= 0:
            for e in range(first[c], first[c + 1]):
                other = head[e]
                if other > r and mark[other] != r:
                    mark[other] = r
                    found[count] = other
                    count += 1
            c = sibling[c]
        if size + count > len(head):
            more = np.empty(2 * len(head) + count, np.int32)
            more[:size] = head[:size]
            head = more
        head[size : size + count] = np.sort(found[:count])
        if count:
            parent = head[size]
            sibling[r], child[parent] = child[parent], r
        size += count
        first[r + 1] = size
    return first, head[:size].copy()


@compiled
def _turned_round(first: Ints, head: Int32s) -> tuple[Ints, Ints, Int32s]:
    """For each rank, the shortcuts from lower ones and those ranks."""
    n = len(first) - 1
    below_first = np.zeros(n + 1, np.int64)
    for e in range(len(head)):
        below_first[head[e] + 1] += 1
    for r in range(n):
        below_first[r + 1] += below_first[r]
    at = below_first[:n].copy()
    below_arc, below_node = np.empty(len(head), np.int64), np.empty(len(head), np.int32)
    for r in range(n):
        for e in range(first[r], first[r + 1]):
            w = head[e]
            below_arc[at[w]], below_node[at[w]] = e, r
            at[w] += 1
    return below_first, below_arc, below_node


@compiled
def _work_in(
    rank: Int32s,
    tail: Int32s,
    heads: Int32s,
    ms: Int32s,
    first: Ints,
    head: Int32s,
    below_first: Ints,
    below_arc: Ints,
    below_node: Int32s,
    up: Int32s,
    down: Int32s,
) -> None:
    """Write what each shortcut takes upwards and downwards."""
    up[:] = FAR
    down[:] = FAR
    for arc in range(len(tail)):
        a, b = rank[tail[arc]], rank[heads[arc]]
        if a == b:
            continue
        low, high = min(a, b), max(a, b)
        e = first[low] + np.searchsorted(head[first[low] : first[low + 1]], high)
        if a < b:
            up[e] = min(up[e], ms[arc])
        else:
            down[e] = min(down[e], ms[arc])
    at = np.full(len(first) - 1, -1, np.int64)
    for r in range(len(first) - 1):
        for e in range(first[r], first[r + 1]):
            at[head[e]] = e
        # Every triangle whose middle is r: below is v, above is w.
        for i in range(below_first[r], below_first[r + 1]):
            v, to_v = below_node[i], below_arc[i]
            from_r, into_r = down[to_v], up[to_v]
            for e in range(to_v + 1, first[v + 1]):
                direct = at[head[e]]
                up[direct] = min(up[direct], from_r + up[e])
                down[direct] = min(down[direct], down[e] + into_r)
