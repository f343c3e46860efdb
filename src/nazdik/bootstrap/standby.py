"""
Standing by where another node writes a province: following it, and taking over when its lease ends.

The store decides who writes; see `platform/eventlog/postgres/lease.py`. What is done here is polite only.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.stores import GRACE_S, LogSource, Losses, url_in
from nazdik.kernel import ProvinceId
from nazdik.platform.eventlog.errors import LogForeign
from nazdik.platform.eventlog.follower import Follower
from nazdik.platform.faults import LogInUse, LogUnavailable
from nazdik.platform.settings import Settings

if TYPE_CHECKING:
    from nazdik.platform.wakes import Wakes

Running = Callable[[], Coroutine[Any, Any, None]]
FOLLOW_EVERY_S = 0.2
# Who writes is asked seldom while the writer is heard of, and often once it may be gone: nobody is answered meanwhile.
ASK_EVERY_S = 1.0
ASK_AGAIN_S = FOLLOW_EVERY_S
_log = logging.getLogger(__name__)


class Standby:
    """Follows one province. Belongs to the event loop."""

    def __init__(self, room: ControlRoom, source: LogSource, losses: Losses, woken: asyncio.Event) -> None:
        """
        Stand by for `room`.

        Args:
            losses: Told when we cannot go on, so that the process begins anew.
            woken: Set when somebody heard that there is more to read; when nobody says so, we look by ourselves.
        """
        self._room = room
        self._source = source
        self._losses = losses
        self._woken = woken
        self._ask_at_s = 0.0

    async def run(self) -> None:
        """Follow until the province is ours."""
        while not self._room.writes:
            try:
                await self._follow()
                if time.monotonic() >= self._ask_at_s:
                    self._ask_at_s = time.monotonic() + ASK_EVERY_S
                    await self._try()
            except LogForeign as foreign:
                self._losses.note(str(foreign))
                return
            except LogUnavailable as away:
                _log.warning("%s cannot be followed now: %s", self._room.province, away)
            except Exception:
                # An entry that this version does not understand, for one: a state without it would be wrong.
                _log.exception("%s cannot be followed", self._room.province)
                self._losses.note(f"{self._room.province} cannot be followed")
                return
            try:
                async with asyncio.timeout(FOLLOW_EVERY_S):
                    await self._woken.wait()
            except TimeoutError:
                continue
            finally:
                self._woken.clear()

    async def _follow(self) -> None:
        follower = self._room.writer
        assert isinstance(follower, Follower)
        while await follower.follow():
            pass

    async def _try(self) -> None:
        """Take the log if nobody has it, read the last of what its former writer stored, and begin to write."""
        log = self._room.copy
        assert log is not None
        self._room.written_at = await asyncio.to_thread(self._source.written_at)
        silent_s = await asyncio.to_thread(self._source.silent_for_s)
        self._ask_at_s = time.monotonic() + min(ASK_EVERY_S, max(ASK_AGAIN_S, GRACE_S - silent_s))
        if silent_s <= GRACE_S:
            return
        try:
            written = await asyncio.to_thread(self._source.take)
        except LogInUse:
            return
        try:
            # Nobody else can append any more.
            while log.head() != written.head():
                await self._follow()
            log.write_to(written)
        except BaseException:
            await asyncio.to_thread(written.close)
            raise
        self._room.begin_to_write()


def wakes_of(
    settings: Settings, rooms: Mapping[ProvinceId, ControlRoom], woken: Mapping[str, asyncio.Event]
) -> list[Running]:
    """Return what keeps nodes awake through NATS, to be run; nothing when the settings name none."""
    if settings.nats_url_file is None:
        return []
    from nazdik.platform.wakes import Wakes  # noqa: PLC0415 - a server of one node does not load it

    wakes = Wakes(url_in(settings.nats_url_file), woken)
    for name, room in rooms.items():
        room.listeners.append(partial(_tell, wakes, room, str(name)))
    return [wakes.run, wakes.connect]


def _tell(wakes: "Wakes", room: ControlRoom, name: str, _batch: object) -> None:
    if room.writes:
        wakes.tell(name)
