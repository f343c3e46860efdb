"""Who has a live screen now, and for how long somebody has had none."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from nazdik.platform.clock import Clock


class Screens:
    """The live screens of this server, by who sits before them. Belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: Counter[str] = Counter()
        # After a restart nobody has been seen yet; they get the time to come back that everyone gets.
        self._begun_s = clock.monotonic_s()
        self._last_s: dict[str, float] = {}

    @contextmanager
    def opened(self, person: str) -> Iterator[None]:
        """Count a screen while it is live."""
        self._open[person] += 1
        try:
            yield
        finally:
            self._open[person] -= 1
            self.seen(person)

    def seen(self, person: str) -> None:
        """Note that a person was here just now, as when signing in."""
        self._last_s[person] = self._clock.monotonic_s()

    def are_open(self, person: str) -> bool:
        """Whether a person has a live screen."""
        return self._open[person] > 0

    def gone_for_s(self, person: str) -> float:
        """Return for how long a person has had no live screen; 0 while there is one."""
        if self.are_open(person):
            return 0.0
        return self._clock.monotonic_s() - self._last_s.get(person, self._begun_s)
