"""
What driving every street takes now, and which are closed: shared by all that is searched on one road.

The times of the map stay as they were built; this is a copy that follows the hour, the traffic and the closures, and the next
question knows. Setting a time stores one number for each way into the street.

A closed street is not driven *through*. It may still be driven *to* from either end, and a unit that stands on it may leave
it: of any way, only its first streets and its last streets may be closed. That holds for rows of closed streets as well, such
as a long bridge or the inside of a cordon. The rule costs the search nothing: a step over a closed street is led away from
its state to a state of its own, beside the ordinary ones:

    leaving   one has driven over closed streets only, since one stood on one
    entering  from here to the goal all streets are closed
"""

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nazdik.geo.graph import TIME_MS_MAX, Bools, Int32s, Ints, RoadGraph
from nazdik.geo.turns import PATROL, StateGraph, TurnPrices, states_of

Records = npt.NDArray[np.void]

# The time that closes an arc: longer than any search goes on.
CLOSED_MS = TIME_MS_MAX
_NONE = -1

# What a backward search asks about a step lies together. `ms` is driving and turning.
IN_STEP = np.dtype([("state", "i4"), ("ms", "i4"), ("arc", "i4")], align=True)


@dataclass(slots=True)
class Backwards:
    """
    The steps into every state as they are now, for a search from the goal. S states and, after them, X for closed streets.

    Attributes:
        first_in, in_steps: Steps into state s are `in_steps[first_in[s]:first_in[s + 1]]`; shape (S + X + 1,).
        step_end: The state each of `in_steps` ends in.
        stands_for: The ordinary state each additional one stands beside: first those one leaves by, then those one enters by;
            shape (X,).
        entering: The state one enters closed streets by, beside each ordinary one, or -1; shape (S,), (0,) when none is closed.
    """

    first_in: Int32s
    in_steps: Records
    step_end: Int32s
    stands_for: Int32s
    entering: Int32s


class RoadTimes:
    """
    The times and closures of one road as they are now. Not to be changed while a search runs.

    Attributes:
        arc_ms: Time of each arc, closed ones as they were before or as they were set since; shape (A,), not to be written.
        closed: Whether each arc is closed; shape (A,), not to be written.
        version: Grows with every change.
        over_closed: Where the steps over closed arcs stand among `backwards.in_steps`; shape (n,).
    """

    def __init__(self, graph: RoadGraph, *, prices: TurnPrices = PATROL) -> None:
        self.graph = graph
        self.states: StateGraph = states_of(graph, prices)
        self.arc_ms: Int32s = np.array(graph.arc_ms, dtype=np.int32)
        self.closed: Bools = np.zeros(graph.arcs, dtype=np.bool_)
        self.version = 0
        states = self.states
        step = states.in_step
        self._from, self._end = states.step_from[step], states.step_end[step]
        in_steps = np.empty(states.steps, dtype=IN_STEP)
        in_steps["state"], in_steps["arc"] = self._from, states.step_arc[step]
        in_steps["ms"] = states.step_ms[step] + graph.arc_ms[states.step_arc[step]]
        # Where the steps over an arc stand among `in_steps`: that is all there is to change when its time does.
        self.over_closed: Ints = np.empty(0, dtype=np.int64)
        self._place = np.empty(states.steps, dtype=np.int32)
        self._place[step] = np.arange(states.steps, dtype=np.int32)
        self._place = self._place[states.onto_step]
        # The steps over each arc, `ms` being the turn alone: what a search to a place on the arc begins with.
        self.onto_steps: Records = np.empty(states.steps, dtype=IN_STEP)
        self.onto_steps["state"] = states.step_from[states.onto_step]
        self.onto_steps["ms"] = states.step_ms[states.onto_step]
        self.onto_steps["arc"] = states.step_arc[states.onto_step]
        self.backwards = Backwards(
            first_in=np.array(states.first_in),
            in_steps=in_steps,
            step_end=self._end,
            stands_for=np.empty(0, dtype=np.int32),
            entering=np.empty(0, dtype=np.int32),
        )

    @property
    def through_ms(self) -> Int32s:
        """What driving each arc from end to end takes now, `TIME_MS_MAX` where it is closed; shape (A,), a copy."""
        return np.where(self.closed, np.int32(TIME_MS_MAX), self.arc_ms)

    def snapshot(self) -> "RoadTimes":
        """What is in force now, which stays as it is whatever is set here later: for searches beside the work."""
        kept = copy(self)
        kept.arc_ms, kept.closed = self.arc_ms.copy(), self.closed.copy()
        # All else is replaced and never written into.
        kept.backwards = replace(self.backwards, in_steps=self.backwards.in_steps.copy())
        return kept

    def set_times(self, arcs: Ints | Int32s, ms: Ints | Int32s) -> None:
        """
        Set the times of arcs, seen by the next question; `CLOSED_MS` closes one, a time opens it again.

        Args:
            arcs, ms: Shape (n,). A time is at least one millisecond.
        """
        arcs, ms = np.asarray(arcs, dtype=np.int64), np.asarray(ms, dtype=np.int64)
        closing = ms == CLOSED_MS
        timed, new_ms = arcs[~closing], ms[~closing]
        if not len(arcs):
            return
        if int(arcs.min()) < 0 or int(arcs.max()) >= self.graph.arcs:
            raise IndexError("no such arc")
        if len(new_ms) and (int(new_ms.min()) < 1 or int(new_ms.max()) > CLOSED_MS):
            raise ValueError("a time is at least a millisecond, and less than 24 days")
        self.arc_ms[timed] = new_ms
        changes = not np.array_equal(self.closed[arcs], closing)
        self._store(timed)
        self.closed[arcs] = closing
        if changes:
            self._detour_closed()
        self.version += 1

    def close(self, arcs: Ints | Int32s) -> None:
        """Close arcs; their times stay for whoever drives to a place on them."""
        self.set_times(arcs, np.full(len(arcs), CLOSED_MS))

    def reopen(self, arcs: Ints | Int32s) -> None:
        """Open arcs again, with the times they had."""
        self.set_times(arcs, self.arc_ms[arcs])

    def _steps_over(self, arcs: Ints) -> tuple[Ints, Ints]:
        """The steps over some arcs, as places in `onto_step`, and the arc of each."""
        first = self.states.first_onto.astype(np.int64)
        if len(self.states.onto_step) == self.graph.arcs and self.states.states == self.graph.nodes:
            return arcs, arcs  # one step an arc
        count = first[arcs + 1] - first[arcs]
        start = np.repeat(first[arcs] - np.concatenate(([0], np.cumsum(count)[:-1])), count)
        return start + np.arange(int(count.sum())), np.repeat(arcs, count)

    def _store(self, arcs: Ints) -> None:
        """Write the times of arcs into every step over them."""
        at, arc = self._steps_over(arcs)
        turn_ms = self.states.step_ms[self.states.onto_step[at]]
        ms = np.minimum(self.arc_ms[arc].astype(np.int64) + turn_ms, TIME_MS_MAX)
        self.backwards.in_steps["ms"][self._place[at]] = ms

    def _detour_closed(self) -> None:
        """Lead the steps over closed arcs to states of their own; see the top of the file."""
        states = self.states
        at, _ = self._steps_over(np.flatnonzero(self.closed))
        place, ordinary = self._place[at].astype(np.int64), states.states
        in_steps = self.backwards.in_steps[: states.steps]
        in_steps["state"][self.over_closed] = self._from[self.over_closed]
        tail, head = self._from[place], self._end[place]
        beside = np.unique(tail)
        leaving, entering = np.full(ordinary, _NONE, np.int32), np.full(ordinary, _NONE, np.int32)
        leaving[beside] = ordinary + np.arange(len(beside))
        entering[beside] = leaving[beside] + len(beside)
        more = []
        onwards = leaving[head] >= 0  # the streets that end where another closed one begins
        for state, into in ((leaving[tail], leaving), (tail, entering), (entering[tail], entering)):
            steps = in_steps[place[onwards]].copy()
            steps["state"] = state[onwards]
            more.append((into[head[onwards]], steps))
        in_steps["state"][place], self.over_closed = leaving[tail], place
        into, added = np.concatenate([ends for ends, _ in more]), np.concatenate([steps for _, steps in more])
        order = np.argsort(into, kind="stable")
        count = np.bincount(into - ordinary, minlength=2 * len(beside)) if len(into) else np.zeros(2 * len(beside), int)
        self.backwards = Backwards(
            first_in=np.concatenate((states.first_in, states.steps + np.cumsum(count))).astype(np.int32),
            in_steps=np.concatenate((in_steps, added[order])),
            step_end=np.concatenate((self._end, into[order])).astype(np.int32),
            stands_for=np.concatenate((beside, beside)).astype(np.int32),
            entering=entering if len(beside) else np.empty(0, dtype=np.int32),
        )
