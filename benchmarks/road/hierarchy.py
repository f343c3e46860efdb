"""
A trial of a hierarchy of our own, for the few cells in which the search is not the fastest: few free in a large graph.

A customizable contraction hierarchy: junctions are ordered by cutting the map in halves along few streets again and again, so
that every way between two halves goes through the cut. The order is made once, from the shape of the network; times are worked
in afterwards (`Hierarchy.customise`), and anew when they change. A question then looks at the goal's cuts
and each unit's cuts instead of all the streets between.

It answers what the search answers on a graph without turn costs, to the millisecond. It is not part of the product.

Source: Dibbelt, Strasser, Wagner (2016), Customizable Contraction Hierarchies, doi:10.1145/2886843; asking for many units as in
Strasser, Zeitz (2021), A Fast and Tight Heuristic for A* in Road Networks, doi:10.4230/LIPIcs.SEA.2021.6. Unlike there, the
cuts are straight lines, the best of four directions, without maximum flows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit

FAR = np.int32(2**30)
# Parts this small are not cut any more.
SMALL = 8
# A cut leaves at least this share of a part on each side.
BALANCE = 0.3


class Hierarchy:
    """
    Cuts of a network, the shortcuts over them, and their times.

    Nodes and steps may be the junctions and arcs of a road graph, or the states and steps of `turns.StateGraph`.
    """

    def __init__(self, tail: Any, head: Any, ms: Any, lon: Any, lat: Any) -> None:
        self._tail, self._ends = np.array(tail, dtype=np.int32), np.array(head, dtype=np.int32)
        nodes = len(lon)
        starts, ends = _neighbours(self._tail, self._ends, nodes)
        shrink = float(np.cos(np.radians(lat.mean())))
        self.rank = _order(starts, ends, lon * shrink, np.array(lat))
        self._first, self._head = _shortcuts(starts, ends, self.rank)
        self._below_first, self._below_arc, self._below_node = _turned_round(self._first, self._head)
        self._up, self._down = np.empty(len(self._head), np.int32), np.empty(len(self._head), np.int32)
        self._to_goal, self._asked_goal = np.empty(nodes, np.int32), np.zeros(nodes, np.int64)
        self._time, self._asked, self._path = (
            np.empty(nodes, np.int32),
            np.zeros(nodes, np.int64),
            np.empty(nodes, np.int32),
        )
        self._question = 0
        self.customise(ms)

    @property
    def arcs(self) -> int:
        """How many shortcuts there are, original streets included."""
        return len(self._head)

    def customise(self, ms: Any) -> None:
        """Work in the times of all steps, in whole milliseconds."""
        _customise(
            self.rank,
            self._tail,
            self._ends,
            np.array(ms, dtype=np.int32),
            self._first,
            self._head,
            self._below_first,
            self._below_arc,
            self._below_node,
            self._up,
            self._down,
        )

    def times_to(self, goals: Sequence[int], goals_ms: Sequence[int], nodes: Any) -> Any:
        """
        Milliseconds from each of some nodes to a goal with several ways in; shape (nodes,), `FAR` for no way.

        Args:
            goals, goals_ms: Nodes from which the goal is reached, and what that still takes.
        """
        self._question += 1
        out = np.empty(len(nodes), np.int32)
        _times_to(
            self._first,
            self._head,
            self._up,
            self._down,
            self.rank,
            np.array(goals, dtype=np.int64),
            np.array(goals_ms, dtype=np.int64),
            np.asarray(nodes, dtype=np.int32),
            self._question,
            self._to_goal,
            self._asked_goal,
            self._time,
            self._asked,
            self._path,
            out,
        )
        return out


def _neighbours(tail: Any, head: Any, nodes: int) -> tuple[Any, Any]:
    """Who is next to whom, in both directions and each once: starts and ends of a forward star."""
    pair = np.concatenate((tail * np.int64(nodes) + head, head * np.int64(nodes) + tail))
    first, second = np.divmod(np.unique(pair), nodes)
    apart = first != second
    starts = np.concatenate(([0], np.cumsum(np.bincount(first[apart], minlength=nodes))))
    return starts.astype(np.int64), second[apart].astype(np.int32)


@njit(cache=True)
def _order(starts, ends, x, y):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def _shortcuts(starts, ends, rank):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def _turned_round(first, head):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def _customise(rank, tail, heads, ms, first, head, below_first, below_arc, below_node, up, down):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def _times_to(  # type: ignore[no-untyped-def]
    first, head, up, down, rank, goals, goals_ms, nodes, question, to_goal, asked_goal, time, asked, path, out
):
    for i in range(len(goals)):
        r = rank[goals[i]]
        if asked_goal[r] != question or goals_ms[i] < to_goal[r]:
            to_goal[r], asked_goal[r] = goals_ms[i], question
        # Up to the last cut. Where two ways in meet, what is above is gone through once more.
        while first[r] < first[r + 1]:
            for e in range(first[r], first[r + 1]):
                w, ms = head[e], min(to_goal[r] + down[e], FAR)
                if asked_goal[w] != question or ms < to_goal[w]:
                    to_goal[w], asked_goal[w] = ms, question
            r = head[first[r]]
    for i in range(len(nodes)):
        depth, r = 0, rank[nodes[i]]
        while asked[r] != question:
            path[depth] = r
            depth += 1
            if first[r] == first[r + 1]:
                break
            r = head[first[r]]
        for step in range(depth - 1, -1, -1):
            r = path[step]
            best = to_goal[r] if asked_goal[r] == question else FAR
            for e in range(first[r], first[r + 1]):
                ms = up[e] + time[head[e]]
                best = min(best, ms)
            time[r], asked[r] = best, question
        out[i] = time[rank[nodes[i]]]
