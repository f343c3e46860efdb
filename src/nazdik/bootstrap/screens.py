"""Who has a live screen now, and for how long somebody has had none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nazdik.platform.clock import Clock

# A console says that it is there every ten seconds; after so long without that its line is open to a machine that is gone.
HERE_WITHIN_S = 35.0
# What another node last said of a desk at it holds for so long; it says so each second.
ELSEWHERE_WITHIN_S = 15.0


@dataclass(slots=True, eq=False)
class Screen:
    """One live line to a face; `heard_s` is None for as long as it has never said that it is there."""

    heard_s: float | None = None


class Screens:
    """The live screens of this server, by who sits before them. Belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, set[Screen]] = {}
        # Those among them who are at a desk that changes hands, for other nodes to know.
        self._desks: set[str] = set()
        # After a restart nobody has been seen yet; they get the time to come back that everyone gets.
        self._begun_s = clock.monotonic_s()
        self._last_s: dict[str, float] = {}
        self._elsewhere_s: dict[str, float] = {}

    @contextmanager
    def opened(self, person: str, *, at_desk: bool = False) -> Iterator[Screen]:
        """Count a screen while it is live."""
        screen = Screen()
        self._open.setdefault(person, set()).add(screen)
        if at_desk:
            self._desks.add(person)
        try:
            yield screen
        finally:
            self._open[person].discard(screen)
            # One that had fallen silent was gone since then, and not since before it was heard.
            last_s = self._clock.monotonic_s()
            if screen.heard_s is not None and not self._is_alive(screen):
                last_s = screen.heard_s
            self._last_s[person] = max(last_s, self._last_s.get(person, last_s))
            if not self._open[person]:
                del self._open[person]
                self._desks.discard(person)

    def here(self, screen: Screen) -> None:
        """Note that a screen said that it is there; from now on it is expected to."""
        screen.heard_s = self._clock.monotonic_s()

    def seen(self, person: str) -> None:
        """Note that a person was here just now, as when signing in."""
        self._last_s[person] = self._clock.monotonic_s()

    def seen_elsewhere(self, person: str) -> None:
        """Note that a person has a live screen at another node."""
        self._elsewhere_s[person] = self._clock.monotonic_s()

    def desks_here(self) -> list[str]:
        """Return who has a live screen at a desk, at this node."""
        return sorted(person for person in self._desks if self._is_here(person))

    def are_open(self, person: str) -> bool:
        """Whether a person has a live screen."""
        at_s = self._elsewhere_s.get(person)
        elsewhere = at_s is not None and self._clock.monotonic_s() - at_s <= ELSEWHERE_WITHIN_S
        return elsewhere or self._is_here(person)

    def gone_for_s(self, person: str) -> float:
        """Return for how long a person has had no live screen; 0 while there is one."""
        if self.are_open(person):
            return 0.0
        heard = [screen.heard_s for screen in self._open.get(person, ()) if screen.heard_s is not None]
        told = [times[person] for times in (self._last_s, self._elsewhere_s) if person in times]
        return self._clock.monotonic_s() - max([self._begun_s, *heard, *told])

    def _is_here(self, person: str) -> bool:
        return any(self._is_alive(screen) for screen in self._open.get(person, ()))

    def _is_alive(self, screen: Screen) -> bool:
        return screen.heard_s is None or self._clock.monotonic_s() - screen.heard_s <= HERE_WITHIN_S
