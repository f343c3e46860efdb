"""
The time from any state of a road to one goal, looked up in a hierarchy of shortcuts instead of being searched for.

A question climbs from the goal to the top of the hierarchy once. The time of a state then follows from those of the higher
ranks it is joined to; each is worked out when it is first asked for and remembered until the next question. Ways are
read off step by step: the next step is one that loses no time. Of several, the one is taken that the search of `search`
would have left behind, so whoever follows the way cannot tell which of the two found it.
"""

from typing import Final

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import NO_ARC, TIME_MS_MAX, Bools, Int32s, Ints, UInt32s
from nazdik.geo.hierarchy import FAR, Hierarchy, ShortcutTimes
from nazdik.geo.records import ONTO_GOAL, ONTO_TWIN
from nazdik.geo.times import Records, RoadTimes

_ASKED_MAX: Final = 2**31 - 1
_NONE: Final = -1


class TimesToGoal:
    """
    One question after the other over a hierarchy, by the times of a road that were worked into it. One thread at a time.

    Attributes:
        shortcuts: Given anew whenever times were worked in.
    """

    def __init__(self, times: RoadTimes, hierarchy: Hierarchy) -> None:
        self.times, self.hierarchy = times, hierarchy
        self.shortcuts = ShortcutTimes(np.empty(0, np.int32), np.empty(0, np.int32))
        states = times.states
        # What is remembered of a rank: the time to the goal downwards only, and by any way; each with the question it is of.
        self._below_asked, self._below_ms, self._rank_asked = np.zeros((3, states.states), dtype=np.int32)
        self._rank_ms = np.zeros(states.states, dtype=np.uint32)
        # Numbers without a sign: nothing has to be asked before one is looked up by them, so several are looked up at a time.
        self._head = hierarchy.head.view(np.uint32)
        self._climb = np.empty(states.states, dtype=np.int32)
        self._place = np.empty(states.steps, dtype=np.int32)
        self._place[states.in_step] = np.arange(states.steps, dtype=np.int32)
        self._asked = 0
        self._looked_at = np.zeros(1, dtype=np.int64)
        self._seed_states, self._seed_ms = np.empty(0, np.int64), np.empty(0, np.int64)
        self._seed_onto = np.empty(0, np.int64)
        self._leaving_ms, self._leaving_next = np.empty(0, np.int32), np.empty(0, np.int32)

    @property
    def looked_at(self) -> int:
        """How many ranks the question has needed so far."""
        return int(self._looked_at[0])

    def begin(self, arc: int, twin: int, arc_ms: int, twin_ms: int) -> None:
        """
        Ask for the times to a place on an open arc.

        Args:
            arc, arc_ms: The arc, and how long it is driven from its tail to the place.
            twin, twin_ms: The same of its twin; `NO_ARC` for none.
        """
        times, first = self.times, self.times.states.first_onto
        steps = [times.onto_steps[int(first[arc]) : int(first[arc + 1])]]
        if twin != NO_ARC:
            steps.append(times.onto_steps[int(first[twin]) : int(first[twin + 1])])
        self._seed_states = np.concatenate([onto["state"] for onto in steps]).astype(np.int64)
        ms = [onto["ms"].astype(np.int64) + part for onto, part in zip(steps, (arc_ms, twin_ms), strict=False)]
        self._seed_ms = np.minimum(np.concatenate(ms), TIME_MS_MAX)
        self._seed_onto = np.repeat([ONTO_GOAL, ONTO_TWIN][: len(steps)], [len(onto) for onto in steps])
        if self._asked == _ASKED_MAX:
            self._asked = 0
            self._below_asked[:] = self._rank_asked[:] = 0
        self._asked += 1
        self._looked_at[0] = 0
        self._leaving_ms = np.empty(0, np.int32)
        hierarchy = self.hierarchy
        _climb_from(
            hierarchy.first,
            hierarchy.head,
            self.shortcuts.down,
            hierarchy.rank,
            self._seed_states,
            self._seed_ms,
            self._asked,
            self._below_asked,
            self._below_ms,
        )

    def of(self, states: Ints | Int32s) -> Int32s:
        """Milliseconds from each of some states to the goal, `FAR` for no way; shape (states,)."""
        found = np.empty(len(states), dtype=np.int32)
        hierarchy = self.hierarchy
        _times_of(
            hierarchy.first,
            self._head,
            self.shortcuts.up.view(np.uint32),
            hierarchy.rank,
            np.asarray(states, dtype=np.int64),
            self._asked,
            self._below_asked,
            self._below_ms,
            self._rank_asked,
            self._rank_ms,
            self._climb,
            self._looked_at,
            found,
        )
        return found

    def leaving(self, states: Ints | Int32s) -> tuple[Ints, Int32s]:
        """
        The states beside some by which one leaves closed streets (see `times`), and milliseconds from them to the goal.

        Where no closed street begins there is no such state: `FAR`, and a state without meaning. Shapes (states,).
        """
        back = self.times.backwards
        if not len(back.stands_for):
            return np.asarray(states, dtype=np.int64), np.full(len(states), FAR, dtype=np.int32)
        ordinary, half = self.times.states.states, len(back.stands_for) // 2
        if not len(self._leaving_ms):
            self._leaving_ms, self._leaving_next = np.full(half, FAR, np.int32), np.full(half, _NONE, np.int32)
            over = self.times.over_closed
            _leave(
                back.first_in,
                back.in_steps,
                back.step_end,
                over,
                self.of(back.step_end[over]),
                ordinary,
                self._leaving_ms,
                self._leaving_next,
            )
        beside = back.entering[states].astype(np.int64) - half
        leads = beside >= ordinary
        found = self._leaving_ms[np.where(leads, beside - ordinary, 0)]
        return beside, np.where(leads, found, FAR).astype(np.int32)

    def mark(self, nodes: Records, asked: int, starts: Ints) -> None:
        """Leave behind in `nodes`, for question `asked`, the ways from some states, as the search would."""
        times, hierarchy, states = self.times, self.hierarchy, self.times.states
        _mark(
            hierarchy.first,
            self._head,
            self.shortcuts.up.view(np.uint32),
            hierarchy.rank,
            self._asked,
            self._below_asked,
            self._below_ms,
            self._rank_asked,
            self._rank_ms,
            self._climb,
            self._looked_at,
            states.first_out,
            states.step_end,
            states.step_arc,
            self._place,
            times.backwards.in_steps,
            times.backwards.step_end,
            times.closed,
            self._seed_states,
            self._seed_ms,
            self._seed_onto,
            self._leaving_ms,
            self._leaving_next,
            nodes,
            asked,
            starts,
        )


@compiled
def _climb_from(
    first: Ints,
    head: Int32s,
    down: Int32s,
    rank: Int32s,
    goals: Ints,
    goals_ms: Ints,
    asked: int,
    below_asked: Int32s,
    below_ms: Int32s,
) -> None:
    """Write the times downwards to the goal at all ranks above it."""
    for i in range(len(goals)):
        r = rank[goals[i]]
        if below_asked[r] != asked or goals_ms[i] < below_ms[r]:
            below_ms[r], below_asked[r] = goals_ms[i], asked
        # Up to the last cut. Where two ways in meet, what is above is gone through once more.
        while first[r] < first[r + 1]:
            for e in range(first[r], first[r + 1]):
                w = head[e]
                ms = min(np.int64(below_ms[r]) + down[e], np.int64(FAR))
                if below_asked[w] != asked or ms < below_ms[w]:
                    below_ms[w], below_asked[w] = ms, asked
            r = head[first[r]]


@compiled
def _time_of(
    first: Ints,
    head: UInt32s,
    up: UInt32s,
    start: int,
    asked: int,
    below_asked: Int32s,
    below_ms: Int32s,
    rank_asked: Int32s,
    rank_ms: UInt32s,
    climb: Int32s,
    looked_at: Ints,
) -> int:
    """The time from a rank to the goal, after those of its ancestors, unless it is known already."""
    depth, r = 0, start
    while rank_asked[r] != asked:
        climb[depth] = r
        depth += 1
        if first[r] == first[r + 1]:
            break
        r = int(head[first[r]])
    looked_at[0] += depth
    for place in range(depth - 1, -1, -1):
        r = climb[place]
        best = np.uint32(FAR)
        if below_asked[r] == asked:
            best = np.uint32(below_ms[r])
        # Nearly all of a question's time is spent here. Two times of at most `FAR` fit into 32 bits without a sign, and there is
        # nothing to decide on the way, so that several are looked at in one step.
        ups, heads = up[first[r] : first[r + 1]], head[first[r] : first[r + 1]]
        for i in range(len(ups)):
            best = min(best, np.uint32(ups[i] + rank_ms[heads[i]]))
        rank_ms[r], rank_asked[r] = best, asked
    return int(rank_ms[start])


@compiled
def _times_of(
    first: Ints,
    head: UInt32s,
    up: UInt32s,
    rank: Int32s,
    states: Ints,
    asked: int,
    below_asked: Int32s,
    below_ms: Int32s,
    rank_asked: Int32s,
    rank_ms: UInt32s,
    climb: Int32s,
    looked_at: Ints,
    found: Int32s,
) -> None:
    for i in range(len(states)):
        found[i] = _time_of(
            first, head, up, rank[states[i]], asked, below_asked, below_ms, rank_asked, rank_ms, climb, looked_at
        )


@compiled
def _leave(
    first_in: Int32s,
    in_steps: Records,
    step_end: Int32s,
    over: Ints,
    end_ms: Int32s,
    ordinary: int,
    leaving_ms: Int32s,
    leaving_next: Int32s,
) -> None:
    """
    Write the time and the next step of every state by which one leaves closed streets.

    Args:
        over: The places of the steps over closed streets that end in an ordinary state, `end_ms` from the goal.
    """
    rest_ms = np.full(len(leaving_ms), np.int64(FAR))
    for i in range(len(over)):
        step = over[i]
        x, ms = in_steps[step].state - ordinary, np.int64(end_ms[i]) + in_steps[step].ms
        if _is_better(ms, end_ms[i], step_end[step], step, leaving_ms[x], rest_ms[x], leaving_next[x], step_end):
            leaving_ms[x], rest_ms[x], leaving_next[x] = ms, end_ms[i], step
    changed = True
    while changed:  # once more for each closed street in a row
        changed = False
        for y in range(len(leaving_ms)):
            if leaving_ms[y] == FAR:
                continue
            for step in range(first_in[ordinary + y], first_in[ordinary + y + 1]):
                x, ms = in_steps[step].state - ordinary, np.int64(leaving_ms[y]) + in_steps[step].ms
                if _is_better(
                    ms, leaving_ms[y], ordinary + y, step, leaving_ms[x], rest_ms[x], leaving_next[x], step_end
                ):
                    leaving_ms[x], rest_ms[x], leaving_next[x] = ms, leaving_ms[y], step
                    changed = True


@compiled
def _is_better(
    ms: int, rest: int, state: int, step: int, best_ms: int, best_rest: int, best_step: int, step_end: Int32s
) -> bool:
    """Whether a step is sooner, or as soon and met earlier by the search: by the state it ends in, then by its place."""
    if ms >= FAR or ms != best_ms:
        return bool(ms < best_ms)
    if rest != best_rest:
        return rest < best_rest
    if state != step_end[best_step]:
        return bool(state < step_end[best_step])
    return step < best_step


@compiled
def _mark(
    first: Ints,
    head: UInt32s,
    up: UInt32s,
    rank: Int32s,
    asked: int,
    below_asked: Int32s,
    below_ms: Int32s,
    rank_asked: Int32s,
    rank_ms: UInt32s,
    climb: Int32s,
    looked_at: Ints,
    first_out: Int32s,
    out_end: Int32s,
    out_arc: Int32s,
    out_place: Int32s,
    in_steps: Records,
    step_end: Int32s,
    closed: Bools,
    seed_states: Ints,
    seed_ms: Ints,
    seed_onto: Ints,
    leaving_ms: Int32s,
    leaving_next: Int32s,
    nodes: Records,
    asked_of_nodes: int,
    starts: Ints,
) -> None:
    """Follow the ways from some states to the goal and write the next step of each state on them."""
    ordinary = len(rank)
    for start in starts:
        state = np.int64(start)
        while nodes[state].asked != asked_of_nodes:
            nodes[state].asked = asked_of_nodes
            if state >= ordinary:
                nodes[state].ms, nodes[state].next = leaving_ms[state - ordinary], leaving_next[state - ordinary]
                state = np.int64(step_end[nodes[state].next])
                continue
            ms = _time_of(
                first, head, up, rank[state], asked, below_asked, below_ms, rank_asked, rank_ms, climb, looked_at
            )
            nodes[state].ms, nodes[state].next = ms, _NONE
            for i in range(len(seed_states)):
                if seed_states[i] == state and seed_ms[i] == ms:
                    nodes[state].next = seed_onto[i]
                    break
            if nodes[state].next != _NONE:
                break
            best_rest, best_end, best_place = np.int64(FAR), np.int64(ordinary), np.int64(len(in_steps))
            for step in range(first_out[state], first_out[state + 1]):
                if closed[out_arc[step]]:
                    continue
                end, place = np.int64(out_end[step]), np.int64(out_place[step])
                rest = np.int64(
                    _time_of(
                        first, head, up, rank[end], asked, below_asked, below_ms, rank_asked, rank_ms, climb, looked_at
                    )
                )
                if rest + in_steps[place].ms == ms and (rest, end, place) < (best_rest, best_end, best_place):
                    best_rest, best_end, best_place = rest, end, place
            assert best_end < ordinary, "a state that reaches the goal has a step towards it"
            nodes[state].next = best_place
            state = best_end
