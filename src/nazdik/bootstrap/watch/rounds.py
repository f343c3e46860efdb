"""One round of test calls every minute, and what is known of each way in since."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nazdik.bootstrap.watch.probes import Missed, Probe
from nazdik.kernel import Instant
from nazdik.platform.clock import Clock

ANSWERS_WITHIN_S = 10.0
# One miss may be a hiccup. After two somebody has to look.
MISSES = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DoorWatch:
    """What is known of one way in: misses in a row, when a test call last came through, how long it took, and why not."""

    door: str
    misses: int = 0
    last_at: Instant | None = None
    took_s: float | None = None
    why: str | None = None

    @property
    def ok(self) -> bool:
        """Whether calls are believed to come through."""
        return self.misses < MISSES


class Rounds:
    """Tries every way in, one after the other, for as long as the server lives."""

    def __init__(self, probes: Sequence[Probe], clock: Clock, every_s: float) -> None:
        self._probes = tuple(probes)
        self._clock = clock
        self._every_s = every_s
        self.doors = {probe.door: DoorWatch(probe.door) for probe in self._probes}

    async def run(self) -> None:
        """Begin a round every so often; the first when the server has settled."""
        while self._probes:
            await asyncio.sleep(self._every_s)
            for probe in self._probes:
                await self.try_door(probe)

    async def try_door(self, probe: Probe) -> None:
        """Make one test call."""
        began, why = self._clock.monotonic_s(), None
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await probe.ring()
        except Missed as missed:
            why = str(missed)
        except TimeoutError:
            why = "watch.no_answer"
        except Exception as error:
            _log.warning("the test call by %s failed: %s", probe.door, error)
            why = "watch.unreachable"
        before = self.doors[probe.door]
        if why is None:
            took = self._clock.monotonic_s() - began
            now = DoorWatch(probe.door, 0, self._clock.now(), took)
        else:
            now = replace(before, misses=before.misses + 1, why=why)
        self.doors[probe.door] = now
        if before.ok and not now.ok:
            _log.critical("NO CALLS COME THROUGH BY %s: two test calls were missed (%s)", probe.door, why)
        elif now.ok and not before.ok:
            _log.warning("calls come through by %s again", probe.door)
