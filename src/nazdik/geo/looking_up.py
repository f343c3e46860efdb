"""
Ranking units by the times that a hierarchy gives, instead of meeting them in a search.

The answer is that of `search`, to the millisecond and to the metre, ties and passed-over units included; only how many states
were looked at is another number. A goal on a closed street is left to the search.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from nazdik.geo.graph import NO_ARC, Bools, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.hierarchy import FAR
from nazdik.geo.questions import FOR_EVER, Question
from nazdik.geo.records import ALONG_ARC, BACK_ON_ARC, BY_HEAD, BY_TAIL
from nazdik.geo.times import Records, RoadTimes
from nazdik.geo.to_goal import TimesToGoal

# Beside which nothing is later.
_NEVER: Final = 2**59
_LAST_RANK: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Ranking:
    """
    Units by slot in the order in which they could be there: `found` are fit; `passed` are not, and nearer than the last found.

    `passed_total` counts more than are listed. `times_ms` and `delays_ms` are of `found` and, after them, `passed`.
    """

    found: Ints
    passed: Ints
    passed_total: int
    times_ms: Ints
    delays_ms: Ints

    @property
    def slots(self) -> Ints:
        """All that are listed."""
        return np.concatenate((self.found, self.passed))


def can_answer(times: RoadTimes, question: Question) -> bool:
    """Whether the goal is on an open street."""
    twin = int(times.graph.arc_twin[question.arc])
    return not times.closed[question.arc] and (twin == NO_ARC or not times.closed[twin])


def fit_of(units: Records, question: Question) -> Bools:
    """Which units have what is asked for and were placed lately enough; shape (units,)."""
    mask = units["mask"]
    fit: Bools = ((mask & question.all_of) == question.all_of) & (units["fixed_at"] > question.fixed_after_us)
    return fit & ((mask & question.any_of) != 0) if question.any_of else fit


def rank_all(
    units: Records,
    slots: Ints,
    nodes: Records,
    asked: int,
    to_goal: TimesToGoal,
    question: Question,
    *,
    listed_max: int,
) -> Ranking:
    """
    Rank some units, which are on the road, and leave behind how those that are found come, as the search would.

    Args:
        units: Of all slots; what is written there and in `nodes` is of question number `asked`.
        slots: Those to be considered.
        listed_max: So many passed-over units are listed.
    """
    chosen, graph, arc_ms = units[slots], to_goal.times.graph, to_goal.times.arc_ms
    goal, fraction = question.arc, question.fraction
    twin = int(graph.arc_twin[goal])
    twin_ms = 0 if twin == NO_ARC else int(_part_ms(arc_ms[[twin]], np.array([1 - fraction]))[0])
    to_goal.begin(goal, twin, int(_part_ms(arc_ms[[goal]], np.array([fraction]))[0]), twin_ms)

    delays = _delays_ms(chosen, question.now_us)
    without = _on_the_goals_arc(chosen, graph, arc_ms, goal, fraction)
    ways = (without, *_by_their_arcs(chosen, graph, to_goal))
    total = np.stack([way.ms + delays for way in ways])
    best = np.argmin(total * 4 + np.stack([way.via for way in ways]), axis=0)  # of equals the lower way, then the first
    each = np.arange(len(slots))
    ms = total[best, each]

    rank = chosen["rank"]
    order = np.lexsort((rank, ms))
    order = order[ms[order] <= question.limit_ms]
    fit = fit_of(chosen, question)[order]
    found = order[fit][: question.k]
    everybody = min(question.k, int(np.count_nonzero(fit_of(units[slots], question))))
    complete = 0 < len(found) == everybody
    last = (ms[found[-1]], rank[found[-1]]) if complete else (question.limit_ms, _LAST_RANK)
    unfit = order[~fit]
    unfit = unfit[(ms[unfit] < last[0]) | ((ms[unfit] == last[0]) & (rank[unfit] < last[1]))]
    passed = unfit[:listed_max]

    listed = np.concatenate((found, passed))
    via = np.stack([way.via for way in ways])[best, each]
    state = np.stack([way.state for way in ways])[best, each]
    for name, values in (("met", np.full(len(slots), asked)), ("ms", ms), ("via", via), ("state", state)):
        units[name][slots[listed]] = values[listed]
    to_goal.mark(nodes, asked, state[found[via[found] >= BY_HEAD]])
    return Ranking(slots[found], slots[passed], len(unfit), ms[listed], delays[listed])


@dataclass(frozen=True, slots=True)
class _Way:
    """How each of some units could come: when without its delay, how (see `search`), and over which state."""

    ms: Ints
    via: Ints
    state: Ints


def _part_ms(ms: Int32s, fraction: Floats) -> Ints:
    """As `search._part_ms`."""
    return np.floor(ms * fraction + 0.5).astype(np.int64)


def _delays_ms(units: Records, now_us: int | None) -> Ints:
    """As `search._delay_ms`."""
    now = FOR_EVER if now_us is None else now_us
    waits_us = np.maximum(units["ready_at"], now) - now
    delays: Ints = units["delay_ms"] + (waits_us // 1000 + (waits_us % 1000 > 0))
    return delays


def _on_the_goals_arc(units: Records, graph: RoadGraph, arc_ms: Int32s, goal: int, fraction: float) -> _Way:
    """Without leaving the goal's street."""
    twin = int(graph.arc_twin[goal])
    same = units["arc"] == goal
    other = (units["arc"] == twin) & (twin != NO_ARC)
    ahead = fraction - np.where(same, units["fraction"], 1.0 - units["fraction"])
    forwards = ahead >= 0
    back_ms = np.full(len(units), _NEVER) if twin == NO_ARC else _part_ms(arc_ms[[twin]], -ahead)
    ms = np.where(forwards, _part_ms(arc_ms[[goal]], ahead), back_ms)
    via = np.where(forwards == same, ALONG_ARC, BACK_ON_ARC)
    return _Way(np.where(same | other, ms, _NEVER), via, np.full(len(units), -1))


def _by_their_arcs(units: Records, graph: RoadGraph, to_goal: TimesToGoal) -> tuple[_Way, ...]:
    """By the head of the arc each stands on, and turning round by its tail; over open streets and out of closed ones."""
    times = to_goal.times
    arcs, twins = units["arc"], graph.arc_twin[units["arc"]]
    ways = []
    for arc, share, via in ((arcs, 1.0 - units["fraction"], BY_HEAD), (twins, units["fraction"], BY_TAIL)):
        part = np.where(arc >= 0, _part_ms(times.arc_ms[arc], share), _NEVER)
        state, how = times.states.arc_end[arc].astype(np.int64), np.full(len(units), via)
        ways.append(_Way(_added(part, to_goal.of(state)), how, state))
        closed = times.closed[arc] & (arc >= 0)
        if closed.any():
            beside, ms = to_goal.leaving(state)
            ways.append(_Way(np.where(closed, _added(part, ms), _NEVER), how, beside))
    return tuple(ways)


def _added(part: Ints, ms: Int32s) -> Ints:
    return np.where(ms == FAR, _NEVER, part + ms)
