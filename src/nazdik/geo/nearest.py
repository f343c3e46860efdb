"""
The nearest moving units by road time, exactly, over the whole fleet.

A Dijkstra search runs backwards from the incident and stops when its frontier passes the k-th best unit. Units hang on
the two ends of the arc they stand on, so moving one is relinking two list entries and nothing has to be rebuilt. A question
costs what it looked at: about k * states / fit units (see `turns` for what a state is, `search` for the search itself).

A unit that cannot set out at once, because it must be called away or is busy for another minute, comes that much later, and
the search knows: it looks for who is *there* first. Times are whole milliseconds throughout, so that equal is equal and
ties are settled in the open: by time, then by the order of the unit ids.
"""

from collections.abc import Sequence

import numpy as np

from nazdik.geo.graph import NAMELESS, NO_ARC, TIME_MS_MAX, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.network import connect
from nazdik.geo.questions import (
    FOR_EVER,
    LONG_AGO,
    PASSED_OVER_IN_BATCH_MAX,
    PASSED_OVER_MAX,
    Nearest,
    Question,
    RoadPath,
    answer_of,
)
from nazdik.geo.records import (
    ANSWER,
    COUNTS,
    NODE,
    QUESTION,
    WHERE,
)
from nazdik.geo.search import search_all, times_of, times_to_states
from nazdik.geo.streets import Streets
from nazdik.geo.times import Records, RoadTimes
from nazdik.geo.turns import StateGraph
from nazdik.geo.units_on_road import UnitsOnRoad
from nazdik.geo.ways import way_of_met

_NONE = -1
# Questions are numbered in 31 bits; after the last number all marks are wiped and counting starts again.
_ASKED_MAX = 2**31 - 1


class NearestUnits(UnitsOnRoad):
    """A fleet linked to a road, and the search over it. One workspace: one thread at a time."""

    def __init__(self, graph: RoadGraph, capacity: int = 64, *, times: RoadTimes | None = None) -> None:
        """
        Make an empty fleet on a road.

        Args:
            times: What driving takes now, shared with whoever else searches this road; the map's own times without.
        """
        super().__init__(graph, times)
        self._heap = np.empty(0, dtype=np.int64)
        self._path = np.empty((2, 0), dtype=np.int32)
        self._best = np.empty((8, 2), dtype=np.int64)
        self._question = np.zeros(1, dtype=QUESTION)
        self._counts = np.zeros((1, COUNTS), dtype=np.int64)
        self._answer = np.empty((1, 8 + PASSED_OVER_MAX, ANSWER), dtype=np.int64)
        self._where = np.empty((1, 8 + PASSED_OVER_MAX, WHERE), dtype=np.float64)
        self._met = np.empty(0, dtype=np.int32)
        self._nobody = np.empty(0, dtype=np.int64)
        self._asked = 0
        self._goal = (NO_ARC, 0.0)
        self._fit_road()
        self._grow(capacity)

    def search(
        self,
        arc: int,
        fraction: float,
        *,
        k: int,
        all_of: int = 0,
        any_of: int = 0,
        fixed_after_us: int = LONG_AGO,
        barred: Sequence[int] | Ints = (),
        only: int | None = None,
        limit_ms: int = TIME_MS_MAX,
        now_us: int | None = None,
    ) -> Nearest:
        """
        The k units that could be soonest at a point on an arc, whose mask has all of `all_of` and one of `any_of` (0: any).

        Args:
            arc, fraction: The point; it can also be reached over the arc's twin.
            fixed_after_us: Units not placed after this are passed over.
            barred: Slots that are not considered at all.
            only: The one slot that is considered, whatever its fitness for others; without it all are.
            limit_ms: Units that would come later than this are not met.
            now_us: The time now, for units that are not ready yet; without it all are taken to be ready.

        Raises:
            ValueError: `k` is less than 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        question = Question(arc, fraction, k, all_of, any_of, fixed_after_us, barred, limit_ms, now_us, only)
        return self.ask(question)

    def ask(self, question: Question) -> Nearest:
        """Answer as `search` does."""
        answer = self._search_one(question, FOR_EVER)
        assert answer is not None, "only a bounded search gives up"
        return answer

    def search_many(self, questions: Sequence[Question]) -> tuple[Nearest, ...]:
        """
        Answer several questions in one go, without holding up other threads; each as `search` would, no unit is used up.

        At most `PASSED_OVER_IN_BATCH_MAX` units are listed as passed over for each. `path_of` knows the last question only.

        Raises:
            ValueError: A `k` is less than 1.
        """
        if not questions:
            return ()
        if min(question.k for question in questions) < 1:
            raise ValueError("k must be at least 1")
        stopped = np.concatenate([np.asarray(question.barred, dtype=np.int64) for question in questions])
        until = np.cumsum([len(question.barred) for question in questions]).tolist()
        asked = np.zeros(len(questions), dtype=QUESTION)
        for row, question in enumerate(questions):
            asked[row] = _record(question, until[row - 1] if row else 0, until[row], FOR_EVER)
        k_max = max(question.k for question in questions)
        if k_max >= len(self._best):
            self._make_room(k_max)
        room = len(self._best) + PASSED_OVER_IN_BATCH_MAX
        counts = np.zeros((len(asked), COUNTS), dtype=np.int64)
        answers, wheres = np.empty((len(asked), room, ANSWER), dtype=np.int64), np.empty((len(asked), room, WHERE))
        self._goal = (questions[-1].arc, questions[-1].fraction)
        self._ask(asked, stopped, counts, answers, wheres)
        return tuple(answer_of(counts[row], answers[row], wheres[row]) for row in range(len(asked)))

    def times_to(
        self,
        slots: Sequence[int] | Ints,
        arcs: Sequence[int] | Int32s,
        fractions: Sequence[float] | Floats,
        *,
        limit_ms: int = TIME_MS_MAX,
        now_us: int | None = None,
    ) -> Int32s:
        """
        When each of these units could be at each of these points, in milliseconds; -1 beyond the limit or without a way.

        One search a point, as far as the last of the units; whatever their fitness. Shape (slots, points).
        """
        goals, shares = np.array(arcs, dtype=np.int64), np.array(fractions, dtype=np.float64)
        wanted, column = self._wanted(slots)
        table = np.full((len(goals), len(wanted)), _NONE, dtype=np.int32)
        self._next_questions(len(goals))
        times, back = self.times, self.times.backwards
        times_of(
            back.first_in,
            back.in_steps,
            back.stands_for,
            back.entering,
            times.closed,
            times.states.first_onto,
            times.onto_steps,
            self._graph.arc_twin,
            times.arc_ms,
            self._nodes,
            self._units,
            self._entries,
            self._heap,
            wanted,
            goals,
            shares,
            FOR_EVER if now_us is None else now_us,
            min(max(limit_ms, -1), TIME_MS_MAX - 1),
            self._asked - len(goals),
            table,
        )
        return table.T[column]

    def times_to_junctions(
        self,
        slots: Sequence[int] | Ints,
        junctions: Sequence[int] | Ints,
        *,
        limit_ms: int | Ints = TIME_MS_MAX,
        now_us: int | None = None,
    ) -> Int32s:
        """As `times_to`, to junctions, by whichever street one comes; the limit is one for all or one for each of them."""
        wanted, column = self._wanted(slots)
        first, goals = _states_at(self.times.states, self._graph.nodes, np.asarray(junctions, dtype=np.int64))
        table = np.full((len(junctions), len(wanted)), _NONE, dtype=np.int32)
        self._next_questions(len(junctions))
        times, back = self.times, self.times.backwards
        times_to_states(
            back.first_in,
            back.in_steps,
            back.stands_for,
            times.closed,
            self._graph.arc_twin,
            times.arc_ms,
            self._nodes,
            self._units,
            self._entries,
            self._heap,
            wanted,
            first,
            goals,
            FOR_EVER if now_us is None else now_us,
            np.clip(np.broadcast_to(limit_ms, len(junctions)), -1, TIME_MS_MAX - 1).astype(np.int64),
            self._asked - len(junctions),
            table,
        )
        return table.T[column]

    def _wanted(self, slots: Sequence[int] | Ints) -> tuple[Ints, Ints]:
        """Each of these slots once, and where each of those given is among them."""
        wanted, place = np.unique(np.asarray(slots, dtype=np.int64), return_inverse=True)
        if len(wanted) and not 0 <= int(wanted[0]) <= int(wanted[-1]) < self._size:
            raise IndexError("a slot was never given out")
        return wanted, place

    def path_of(self, slot: int) -> RoadPath:
        """
        The way that a unit met by the last search takes to the point asked for.

        Raises:
            LookupError: The last search did not meet it, or it has been moved since.
        """
        if not self._asked or int(self._units["met"][slot]) != self._asked:
            raise LookupError(f"slot {slot} was not met by the last search")
        times, back, states = self.times, self.times.backwards, self.times.states
        first, end, start_fraction, end_fraction = way_of_met(
            back.in_steps,
            back.step_end,
            back.stands_for,
            states.states,
            states.first_onto,
            times.onto_steps,
            self._graph.arc_twin,
            times.arc_ms,
            self._nodes,
            self._units,
            slot,
            *self._goal,
            *self._path,
        )
        return self._written(first, end, start_fraction, end_fraction)

    def way_from(self, start: tuple[int, float], goal: tuple[int, float]) -> RoadPath | None:
        """
        The way of a single car from a place on the road, an arc and how far along it, to another; None when none leads there.

        For a fleet of one, which is put there. A simulated day asks it tens of thousands of times: who was met is not read out.
        """
        self.stand(0, *start)
        self._goal = goal
        self._question[0] = _record(Question(*goal, 1), 0, 0, FOR_EVER)
        self._ask(self._question, self._nobody, self._counts, self._answer, self._where)
        return self.path_of(0) if int(self._counts[0, 0]) else None

    def _written(self, first: int, end: int, start_fraction: float, end_fraction: float) -> RoadPath:
        arcs, turn_ms = self._path
        return RoadPath(arcs[first:end].copy(), start_fraction, end_fraction, turn_ms[first:end].copy())

    def _search_one(self, question: Question, settled_max: int) -> Nearest | None:
        """The answer, or None when more states would have to be settled than that."""
        if question.k >= len(self._best):
            self._make_room(question.k)
        self._goal = (question.arc, question.fraction)
        stopped = np.asarray(question.barred, dtype=np.int64) if len(question.barred) else self._nobody
        self._question[0] = _record(question, 0, len(stopped), settled_max)
        self._ask(self._question, stopped, self._counts, self._answer, self._where)
        gave_up = int(self._counts[0, 3]) > settled_max
        return None if gave_up else answer_of(self._counts[0], self._answer[0], self._where[0])

    def _ask(self, questions: Records, barred: Ints, counts: Ints, answers: Ints, wheres: Floats) -> None:
        self._next_questions(len(questions))
        times, back = self.times, self.times.backwards
        search_all(
            back.first_in,
            back.in_steps,
            back.step_end,
            back.stands_for,
            back.entering,
            times.closed,
            times.states.first_onto,
            times.onto_steps,
            times.states.arc_end,
            self._graph.arc_twin,
            times.arc_ms,
            self._graph.arc_m,
            self._nodes,
            self._units,
            self._entries,
            self._heap,
            self._met,
            self._best,
            self._slot_of_rank,
            barred,
            questions,
            self._asked - len(questions),
            counts,
            answers,
            wheres,
        )

    def _next_questions(self, count: int) -> None:
        """Give out numbers to some questions, the last of which is `_asked`, and see that there is room to answer them."""
        if self._asked > _ASKED_MAX - count:
            self._asked = 0
            self._nodes["asked"] = self._units["met"] = self._units["barred"] = 0
        self._asked += count
        if len(self._nodes) < len(self.times.backwards.first_in) - 1:
            self._fit_road()

    def _fit_road(self) -> None:
        """Make room for the states and steps there are now; closing streets adds some."""
        back = self.times.backwards
        old, states = len(self._nodes), len(back.first_in) - 1
        # Some more than are needed, so that not every closure comes back here.
        nodes = np.zeros(states + 1024, dtype=NODE)
        nodes["entry"] = _NONE
        nodes[:old] = self._nodes
        self._nodes = nodes
        self._path = np.empty((2, len(nodes) + 2), dtype=np.int32)
        self._make_heap()

    def _make_heap(self) -> None:
        # Each step is looked at once and pushes at most one state; a question begins with the steps onto an arc and its twin,
        # twice where they are closed, or with the states of a junction; and the heap sorts the passed-over units as well.
        states = self.times.states
        seeds = max(
            4 * int(np.diff(states.first_onto).max(initial=1)), int(np.bincount(states.state_node).max(initial=1))
        )
        size = len(self.times.backwards.in_steps) + seeds + len(self._units)
        if size > len(self._heap):
            self._heap = np.empty(size, dtype=np.int64)

    def _grow(self, capacity: int) -> None:
        super()._grow(capacity)
        self._met = np.empty(capacity, dtype=np.int32)
        self._make_heap()

    def _make_room(self, k: int) -> None:
        self._best = np.empty((k + 1, 2), dtype=np.int64)
        self._answer = np.empty((1, k + 1 + PASSED_OVER_MAX, ANSWER), dtype=np.int64)
        self._where = np.empty((1, k + 1 + PASSED_OVER_MAX, WHERE), dtype=np.float64)


def _record(question: Question, barred_from: int, barred_to: int, settled_max: int) -> tuple[int | float, ...]:
    """A question as `search.QUESTION` has it."""
    return (
        question.arc,
        question.fraction,
        question.k,
        question.all_of,
        question.any_of,
        question.fixed_after_us,
        FOR_EVER if question.now_us is None else question.now_us,
        min(max(question.limit_ms, -1), TIME_MS_MAX - 1),
        settled_max,
        barred_from,
        barred_to,
        _NONE if question.only is None else question.only,
    )


def _states_at(states: StateGraph, nodes: int, junctions: Ints) -> tuple[Ints, Ints]:
    """The states at each of some junctions: those of number i are `found[first[i]:first[i + 1]]`."""
    found = [junctions[:0]]
    for junction in junctions.tolist():
        found += [np.array([junction]), nodes + np.flatnonzero(states.state_node[nodes:] == junction)]
    first = np.cumsum([len(some) for some in found])[::2]
    return first.astype(np.int64), np.concatenate(found).astype(np.int64)


def warm_up() -> None:
    """Compile, or fetch from the cache, everything the first call would otherwise wait for."""
    graph = smallest_graph()
    units = NearestUnits(graph)
    slot = np.array([units.add()])
    here, zero = np.zeros(1), np.zeros(1, dtype=np.int64)
    units.link(slot, np.zeros(1, dtype=np.int32), here, here, here, zero)
    # Into the other street: a way within one street is not looked for.
    units.search(next(arc for arc in range(graph.arcs) if arc not in (0, graph.arc_twin[0])), 0.5, k=1)
    units.tally(np.zeros((1, 2), dtype=np.int64), 0)
    units.path_of(0)
    units.way_from((0, 0.5), (1, 0.5))
    units.times_to([0], [1], [0.5])
    units.times_to_junctions([0], [0])
    units.unlink(slot)


def smallest_graph() -> RoadGraph:
    """Three junctions in a row and the two-way streets between them: what `warm_up` searches."""
    first = np.arange(2, dtype=np.int64)
    return connect(
        Streets(
            way=first,
            tail=first,
            head=first + 1,
            along_s_per_m=np.full(2, 0.1),
            against_s_per_m=np.full(2, 0.1),
            first=np.array([0, 2, 4]),
            lon=np.array([51.4, 51.401, 51.401, 51.402]),
            lat=np.full(4, 35.7),
            road_class=np.zeros(2, dtype=np.uint8),
            name=np.zeros(2, dtype=np.int32),
            flags=np.zeros(2, dtype=np.uint8),
            names=(NAMELESS,),
        )
    )
