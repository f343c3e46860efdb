"""
A writer that takes no more is the end of the process.

After a sync that failed, the disk may hold what its senders were told is not recorded. The writer then stops rather than write
upon it, and only a new start reads what is really there: the process ends, and its supervisor starts it again.
"""

import asyncio
import logging
from collections.abc import Iterable

from nazdik.bootstrap.control_room import ControlRoom

LOOK_EVERY_S = 1.0
_log = logging.getLogger(__name__)


async def until_stopped(rooms: Iterable[ControlRoom]) -> None:
    """Return once the writer of one of these rooms has stopped."""
    every = tuple(rooms)
    while True:
        for room in every:
            if room.writer.stopped is not None:
                _log.critical("%s can record nothing any more, the server ends: %s", room.province, room.writer.stopped)
                return
        await asyncio.sleep(LOOK_EVERY_S)
