"""Takes back the devices of units that retire, at once and again at each start, and ends what their people have open."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from nazdik.bootstrap.administration.devices_api import close_sessions
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.entrance import HANDHELD, Entrance
from nazdik.dispatch.events import UnitRetired
from nazdik.kernel import UnitId
from nazdik.platform.eventlog import Batch
from nazdik.platform.faults import LogUnavailable

_log = logging.getLogger(__name__)


class RetiredUnits:
    """The log says which units are out of use; devices and sessions follow it."""

    def __init__(self, room: ControlRoom, entrance: Entrance) -> None:
        self._entrance = entrance
        self._tasks: set[asyncio.Task[None]] = set()
        retired = {unit.id for unit in room.state.world.units.values() if unit.retired_at is not None}
        for device in entrance.fleet.devices.list_devices() if retired else ():
            if device.unit_id in retired and device.revoked_at is None:
                # A node that only reads takes nothing back; the one that writes does.
                with suppress(LogUnavailable):
                    entrance.fleet.devices.revoke(device.id)
        room.listeners.append(self._heard)

    def _heard(self, batch: Batch[Any]) -> None:
        for commit in batch.commits:
            for fact in commit.events:
                if type(fact) is UnitRetired:
                    task = asyncio.get_running_loop().create_task(self._take_back(fact.unit_id))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)

    async def _take_back(self, unit: UnitId) -> None:
        entrance = self._entrance
        try:
            for device in entrance.fleet.devices.list_devices():
                if device.unit_id == unit:
                    await asyncio.to_thread(entrance.fleet.devices.revoke, device.id)
                    await close_sessions(entrance, f"{HANDHELD}{device.id}")
            for session in entrance.registry.list_sessions():
                if session.grants.get("unit") == unit:
                    await asyncio.to_thread(entrance.registry.close_session, session.id)
                    entrance.hub.cut(session.id)
        except Exception:
            # Nobody signs in as it any more; the next start takes back what is left.
            _log.exception("not every device of %s was taken back", unit)
