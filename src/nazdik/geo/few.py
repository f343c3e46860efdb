"""
The nearest units where there are few of them in a large graph.

Their search would go through much of the graph before it has met enough of them. When a hierarchy is ready (see `standby`),
all of them are looked up in it instead, with the same answer. What a question would cost is estimated from how many
units are fit; where they stand is not known beforehand, so a search that has cost as much as looking up gives up and looks up.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nazdik.geo.graph import TIME_MS_MAX, RoadGraph
from nazdik.geo.linking import count_fit
from nazdik.geo.looking_up import can_answer, rank_all
from nazdik.geo.nearest import NearestUnits, smallest_graph
from nazdik.geo.questions import FOR_EVER, PASSED_OVER_IN_BATCH_MAX, PASSED_OVER_MAX, Met, Nearest, Question, RoadPath
from nazdik.geo.records import BY_HEAD
from nazdik.geo.search import metres_of_all
from nazdik.geo.standby import Standby, expected, worth
from nazdik.geo.times import RoadTimes
from nazdik.geo.to_goal import TimesToGoal


class FewUnits(NearestUnits):
    """A fleet as `NearestUnits`, quicker where few units are fit. Standby and times may be shared within one thread."""

    def __init__(self, graph: RoadGraph, capacity: int = 64, *, standby: Standby) -> None:
        """Make an empty fleet on the road of a standby."""
        self._standby = standby
        self._looked_up: tuple[int, TimesToGoal] | None = None
        super().__init__(graph, capacity, times=standby.times)

    def ask(self, question: Question) -> Nearest:
        """Answer as `search` does."""
        return self._ask_either(question, PASSED_OVER_MAX)

    def search_many(self, questions: Sequence[Question]) -> tuple[Nearest, ...]:
        """Answer several questions (see `NearestUnits.search_many`); one after the other where looking up may be worth it."""
        if worth(len(self), self.times.states.states) >= self.times.states.states:
            return super().search_many(questions)
        return tuple(self._ask_either(question, PASSED_OVER_IN_BATCH_MAX) for question in questions)

    def _ask_either(self, question: Question, listed_max: int) -> Nearest:
        self._looked_up = None
        states = self.times.states.states
        considered = len(self) if question.only is None else 1
        if worth(considered, states) >= states or not can_answer(self.times, question):
            return _cut(super().ask(question), listed_max)
        most = worth(considered, states)
        enough = question.k * states // max(most, 1) + 1
        placed, fit = self._count(question, enough)
        if fit < enough:
            most = worth(placed, states)
        # Of a single unit nothing is known; it is asked for when it is on its way, and then it is near.
        if placed > 1 and fit < enough and expected(question.k, states, fit) > most:
            to_goal = self._standby.ready()
            if to_goal is not None:
                return self._look_up(question, to_goal, listed_max)
        answer = self._search_one(question, most if self._standby.is_ready() else FOR_EVER)
        if answer is None:
            to_goal = self._standby.ready()
            assert to_goal is not None, "it was ready when the search began"
            return self._look_up(question, to_goal, listed_max)
        if answer.settled_nodes > most:
            self._standby.ready()  # the next question like this one finds it prepared
        return _cut(answer, listed_max)

    def _count(self, question: Question, enough: int) -> tuple[int, int]:
        """How many units would be looked up, and how many of them are fit, or `enough`; microseconds, for every question pays."""
        if question.only is not None:
            return 1, 1
        barred = np.asarray(question.barred, dtype=np.int64) if len(question.barred) else self._nobody
        units = self._units[: self._size]
        return count_fit(units, question.all_of, question.any_of, question.fixed_after_us, barred, enough)

    def path_of(self, slot: int) -> RoadPath:
        """As `NearestUnits.path_of`; the way of a unit that was passed over is only now read off."""
        unit = self._units[slot]
        if self._looked_up is not None and self._looked_up[0] == int(unit["met"]) and int(unit["via"]) >= BY_HEAD:
            self._looked_up[1].mark(self._nodes, self._asked, np.array([unit["state"]], dtype=np.int64))
        return super().path_of(slot)

    def _look_up(self, question: Question, to_goal: TimesToGoal, listed_max: int) -> Nearest:
        """Answer by the hierarchy; what is left behind for `path_of` is what the search would leave."""
        placed = self._units["arc"][: self._size] >= 0
        placed[np.asarray(question.barred, dtype=np.int64)] = False
        if question.only is not None:
            placed &= np.arange(self._size) == question.only
        slots, limit_ms = np.flatnonzero(placed), min(max(question.limit_ms, -1), TIME_MS_MAX - 1)
        self._goal = (question.arc, question.fraction)
        self._next_questions(1)
        self._looked_up = self._asked, to_goal
        question = replace(question, limit_ms=limit_ms)
        ranking = rank_all(self._units, slots, self._nodes, self._asked, to_goal, question, listed_max=listed_max)
        back, metres = self.times.backwards, np.full(len(ranking.slots), -1.0)
        metres_of_all(
            self._nodes,
            self._units,
            back.in_steps,
            back.step_end,
            self._graph.arc_twin,
            self._graph.arc_m,
            ranking.found,
            question.arc,
            question.fraction,
            metres,
        )
        units = self._units[ranking.slots]
        columns = [ranking.slots, ranking.times_ms, ranking.delays_ms, units["mask"], units["fixed_at"]]
        columns += [metres, units["lon"], units["lat"]]
        met = tuple(Met(*row) for row in zip(*(column.tolist() for column in columns), strict=True))
        found = len(ranking.found)
        return Nearest(met[:found], met[found:], ranking.passed_total, to_goal.looked_at)


def fleet_on(graph: RoadGraph, times: RoadTimes, standby: Standby | None) -> NearestUnits:
    """An empty fleet, with or without a standby."""
    return NearestUnits(graph, times=times) if standby is None else FewUnits(graph, standby=standby)


def _cut(answer: Nearest, listed_max: int) -> Nearest:
    if len(answer.passed_over) <= listed_max:
        return answer
    return replace(answer, passed_over=answer.passed_over[:listed_max])


def warm_up_standby() -> None:
    """Compile, or fetch from the cache, what looking up and preparing it need."""
    times = RoadTimes(smallest_graph())
    standby = Standby(times, aside=False)
    units, zero = FewUnits(times.graph, standby=standby), np.zeros(1)
    units.link(np.array([units.add()]), np.zeros(1, dtype=np.int32), zero, zero, zero, np.zeros(1, dtype=np.int64))
    to_goal = standby.ready()
    assert to_goal is not None, "nothing is prepared aside"
    units._count(Question(1, 0.5, 1), 1)
    units._look_up(Question(1, 0.5, 1), to_goal, 1)
    times.close(np.zeros(1, dtype=np.int64))
    to_goal.leaving(np.zeros(1, dtype=np.int64))
