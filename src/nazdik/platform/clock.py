"""Clocks: what time it is, as a thing that is handed in."""

import threading
import time
from typing import NamedTuple, Protocol

from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S

_NS_PER_US = 1_000
_NS_PER_S = 1_000_000_000
# When the wall clock is set back we lose a tenth of every second until it has caught up: slow enough that timers hold,
# quick enough that a minute's error is gone in ten.
_SLEW = 10
_AHEAD_MAX_NS = 2 * 3_600 * _NS_PER_S


class Reading(NamedTuple):
    """
    One moment by every clock there is.

    Attributes:
        now: The present instant, as `Clock.now` gives it: never earlier than before.
        wall: What the machine's clock says, which somebody may have set forward or back.
        steady_us: Microseconds since some fixed moment, which nobody sets.
    """

    now: Instant
    wall: Instant
    steady_us: int


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Instant:
        """Return the present instant; never earlier than one returned before."""

    def monotonic_s(self) -> float:
        """Return seconds since some fixed moment; unaffected by corrections of the time of day."""

    def reading(self) -> Reading:
        """Return the present moment by every clock."""

    def not_before(self, at: Instant) -> None:
        """Go on from `at` when that is a little ahead: something was recorded then, perhaps by another run."""


class SystemClock:
    """The computer's clock, kept from ever going backwards within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mono_ns = self._read_mono_ns()
        self._now_ns = self._read_wall_ns()

    def now(self) -> Instant:
        """Return the wall clock's time; when that is set back, go on more slowly until it has caught up."""
        return self.reading().now

    def reading(self) -> Reading:
        """Return the present moment by every clock."""
        with self._lock:
            mono_ns, wall_ns = self._read_mono_ns(), self._read_wall_ns()
            elapsed_ns = max(0, mono_ns - self._mono_ns)
            steady_ns = self._now_ns + elapsed_ns
            now_ns = wall_ns
            if wall_ns < steady_ns:
                now_ns = steady_ns - min(steady_ns - wall_ns, elapsed_ns // _SLEW)
            self._mono_ns, self._now_ns = mono_ns, now_ns
        now = wall = Instant(wall_ns // _NS_PER_US)
        if now_ns != wall_ns:
            now = Instant(now_ns // _NS_PER_US)
        return Reading(now, wall, mono_ns // _NS_PER_US)

    def not_before(self, at: Instant) -> None:
        """
        Go on from `at` when that is at most two hours ahead, and let the wall clock catch up as after a step back.

        What is due was reckoned by the clock as it was then. A time further ahead than that was a mistake, which must not last.
        """
        with self._lock:
            if 0 < at * _NS_PER_US - self._now_ns <= _AHEAD_MAX_NS:
                self._now_ns = at * _NS_PER_US

    def monotonic_s(self) -> float:
        """Return seconds since some fixed moment."""
        return self._read_mono_ns() / _NS_PER_S

    def _read_wall_ns(self) -> int:
        return time.time_ns()

    def _read_mono_ns(self) -> int:
        return time.monotonic_ns()


class VirtualClock:
    """A clock that stands still until told to go on."""

    def __init__(self, at: int = 0) -> None:
        self._at = Instant(at)
        self._start = self._at

    def now(self) -> Instant:
        """Return the instant this clock was last moved to."""
        return self._at

    def monotonic_s(self) -> float:
        """Return seconds since this clock was made."""
        return (self._at - self._start) / MICROSECONDS_PER_S

    def reading(self) -> Reading:
        """Return the present moment by every clock."""
        return Reading(self._at, self._at, self._at - self._start)

    def not_before(self, at: Instant) -> None:
        """It stands still until told."""

    def advance_s(self, seconds: float) -> Instant:
        """Move on by `seconds` and return the new instant."""
        return self.move_to(Instant(self._at + round(seconds * MICROSECONDS_PER_S)))

    def move_to(self, at: Instant) -> Instant:
        """Move on to `at`; `ValueError` when that lies in the past."""
        if at < self._at:
            raise ValueError(f"a clock does not go backwards: {at} < {self._at}")
        self._at = at
        return at
