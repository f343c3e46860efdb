"""
A hierarchy of shortcuts kept ready beside the search, and when it is worth asking.

Nothing is prepared for a road on which the search is quick. The first question that would gain from a hierarchy has one made
aside, and is answered by the search, as are all until it is ready. When times or closures change, they are worked in aside, and
the search answers meanwhile: whatever is asked is answered by the times in force.
"""

import logging
from math import sqrt
from threading import Thread
from time import monotonic
from typing import Final

import numpy as np

from nazdik.geo.hierarchy import FAR, Hierarchy, ShortcutTimes
from nazdik.geo.times import RoadTimes
from nazdik.geo.to_goal import TimesToGoal

_log = logging.getLogger(__name__)

# A search this short is not worth preparing anything for: one or two milliseconds.
SETTLED_MIN: Final = 10_000


def expected(k: int, states: int, fit: int) -> float:
    """How many states a search for the k nearest fit units should settle, when they stand anywhere."""
    return states if fit < k else k * states / fit


def worth(units: int, states: int) -> int:
    """
    How many states could be settled in the time in which so many units are looked up.

    Looking up one more unit costs less the more have been, since ways meet. Fitted to measurements of 1 to 2,000 units on
    63,000 to 1,000,000 junctions (decision 0022).
    """
    return max(SETTLED_MIN, round(2 * sqrt(units * states) + states / 60))


class Standby:
    """The hierarchy of one road. Asked by one thread at a time; works in a thread of its own."""

    def __init__(self, times: RoadTimes, *, aside: bool = True, rest: float = 1.0) -> None:
        """
        Prepare nothing yet.

        Args:
            aside: Without, whoever asks waits until it is ready, so that the same questions find the same things every time.
            rest: It rests so many times as long as it has worked: where times change faster than they can be worked in,
                half a core at most is spent on it.
        """
        self.times, self._aside, self._rest = times, aside, rest
        self._to_goal: TimesToGoal | None = None
        self._version: int | None = None
        self._made: tuple[int, Hierarchy, ShortcutTimes] | None = None
        self._thread: Thread | None = None
        self._rest_until = 0.0

    @property
    def version(self) -> int | None:
        """The version of the times that were worked in last, None before any were."""
        return None if self._made is None else self._made[0]

    def is_ready(self) -> bool:
        """Whether the times in force are worked in; nothing is begun."""
        made = self._made
        if made is not None and made[0] != self._version:
            self._version, hierarchy, shortcuts = made
            if self._to_goal is None:
                self._to_goal = TimesToGoal(self.times, hierarchy)
            self._to_goal.shortcuts = shortcuts
        return self._version == self.times.version

    def ready(self) -> TimesToGoal | None:
        """What answers by the times in force, or None: then it is being prepared."""
        if not self.is_ready():
            self._begin()
        return self._to_goal if self.is_ready() else None

    def wait(self) -> None:
        """Wait until what is being prepared is ready."""
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        if self._aside and monotonic() < self._rest_until:
            return
        times = self.times
        steps = times.states.steps
        ms = times.backwards.in_steps["ms"][:steps].copy()
        closed, version = times.closed.copy(), times.version

        def work() -> None:
            began = monotonic()
            try:
                hierarchy = Hierarchy(times.graph, times.states) if self._made is None else self._made[1]
                by_step = np.empty(steps, dtype=np.int32)
                by_step[times.states.in_step] = ms
                by_step[closed[times.states.step_arc]] = FAR
                self._made = version, hierarchy, hierarchy.work_in(by_step)
            finally:
                took_s = monotonic() - began
                self._rest_until = monotonic() + self._rest * took_s
            _log.info("hierarchy of %d states by times %d in %.1f s", times.states.states, version, took_s)

        if self._aside:
            self._thread = Thread(target=work, name="hierarchy", daemon=True)
            self._thread.start()
        else:
            work()
