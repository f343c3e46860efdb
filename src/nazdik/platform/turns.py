"""
Turns at what there is only one of: work that can wait goes a few at a time, the most important first, and not without end.

Urgent work takes no turn at all. It shares the loop with at most `at_once` others instead of with everything that came at
the same moment, so how long it takes does not depend on how much waits.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from nazdik.kernel import Unavailable

# Each that goes costs the loop a millisecond or two to decide and to tell, and urgent work waits for at most so many of them. With
# four, the calls of a busy evening stood in line for the disk: twice as long from call to offer as with sixteen.
AT_ONCE = 16
WAITING_MAX = 2_000
WITHIN_S = 10.0
RETRY_AFTER_S = 2


class Busy(Unavailable):
    """
    More is asked than can be done now, and urgent work goes first.

    Nothing was recorded; the command may be sent again with the same key.
    """

    code = "log.busy"


class Turns:
    """Belongs to one event loop."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX, within_s: float = WITHIN_S) -> None:
        """
        Make turns.

        Args:
            at_once: So many may go side by side.
            waiting_max: Beyond so many that wait, whoever may be refused is refused at once.
            within_s: Nobody waits longer: who may be refused is refused, anybody else goes.
        """
        self._at_once = at_once
        self.waiting_max = waiting_max
        self._within_s = within_s
        self._going = 0
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    @asynccontextmanager
    async def turn(self, rank: int, *, may_refuse: bool = True) -> AsyncIterator[None]:
        """
        Wait for a turn and hold it.

        Args:
            rank: The smaller goes first; of equals, who came first.
            may_refuse: Whether this may be sent away when too much waits.

        Raises:
            Busy: It was sent away.
        """
        held = await self._take(rank, may_refuse)
        try:
            yield
        finally:
            if held:
                self._give_back()

    async def _take(self, rank: int, may_refuse: bool) -> bool:
        """Return whether it holds a turn; False when it goes without one."""
        if self._going < self._at_once and not self._queue:
            self._going += 1
            return True
        if len(self._queue) >= self.waiting_max:
            if may_refuse:
                raise Busy(retry_after_s=RETRY_AFTER_S, waiting=len(self._queue))
            return False
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (rank, next(self._numbers), future)
        heapq.heappush(self._queue, place)
        try:
            async with asyncio.timeout(self._within_s):
                await future
        except TimeoutError:
            self._leave(place)
            if may_refuse:
                raise Busy(retry_after_s=RETRY_AFTER_S, waiting=len(self._queue)) from None
            return False
        except asyncio.CancelledError:
            self._leave(place)
            raise
        return True

    def _leave(self, place: tuple[int, int, asyncio.Future[None]]) -> None:
        """Somebody goes away who waited; a turn that they had been given in that very moment goes to the next."""
        if place in self._queue:
            self._queue.remove(place)
            heapq.heapify(self._queue)
        elif not place[2].cancelled():
            self._give_back()

    def _give_back(self) -> None:
        while self._queue:
            following = heapq.heappop(self._queue)[2]
            # Whoever is cancelled is still here until their task has heard of it.
            if not following.done():
                following.set_result(None)
                return
        self._going -= 1
