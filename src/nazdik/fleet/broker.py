"""
OwnTracks through a message broker: who speaks is the broker's authenticated user, and the messages of a moment are judged together.

The broker lets each user write under `owntracks/<its own name>/` and nowhere else (docs/interfaces/mqtt.md), so the second
level of a topic is a credential's owner. What the payload says of itself (`tid`, `topic`) is never read.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from nazdik.fleet.doors import parse_owntracks
from nazdik.fleet.errors import BadBody, DeviceUnknown, NotTheDevicesUnit
from nazdik.fleet.model import Device, Fix
from nazdik.fleet.service import FleetService
from nazdik.fleet.tally import DoorTally
from nazdik.kernel import DeviceId, Rejected
from nazdik.platform.clock import Clock

FILTERS = ("owntracks/+/+", "owntracks/+/+/event")
MESSAGE_BYTES_MAX = 65_536
# Judging a batch costs hardly more than judging one, and a fix may wait so long for its company.
BATCH_S = 0.05
BATCH_MAX = 1_000
_log = logging.getLogger(__name__)


class Told(Protocol):
    """A broker's message."""

    @property
    def topic(self) -> str:
        """Whose it is."""

    @property
    def payload(self) -> bytes | None:
        """What it says; None when it was too large to be read."""

    @property
    def retained(self) -> bool:
        """Whether the broker kept it from earlier."""


class BrokerDoor:
    """Messages in, positions judged. Belongs to the event loop's thread."""

    def __init__(self, service: FleetService, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._waiting: list[Told] = []
        self._timer: asyncio.TimerHandle | None = None
        self.tally = DoorTally()

    def take(self, messages: Sequence[Told]) -> None:
        """Take messages in; they are judged at once when they are many, and soon otherwise."""
        self._waiting += messages
        if len(self._waiting) >= BATCH_MAX:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BATCH_S, self.flush)

    def flush(self) -> None:
        """Judge what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self.tally.came(self._clock.now(), len(waiting))
        live: list[Fix] = []
        kept: list[Fix] = []
        for message in waiting:
            try:
                fix = self._read(message)
            except Rejected as refusal:
                self.tally.refused[refusal.code] += 1
                continue
            except Exception:
                # One message that cannot be borne must not take the others of its moment with it.
                _log.exception("a message from the broker could not be read")
                self.tally.refused["position.not_judged"] += 1
                continue
            if fix is None:
                self.tally.no_place += 1
            else:
                (kept if message.retained else live).append(fix)
        self._judge(live, past=False)
        # What the broker kept for whoever comes next was true once; it moves nobody now.
        self._judge(kept, past=True)

    def _judge(self, fixes: Sequence[Fix], *, past: bool) -> None:
        if not fixes:
            return
        try:
            self.tally.found(self._service.report(fixes, past=past))
        except Exception:
            # One batch that cannot be judged must not end the line for everyone.
            _log.exception("positions from the broker could not be judged")
            self.tally.refused["position.not_judged"] += len(fixes)

    def _read(self, message: Told) -> Fix | None:
        device = self._device_of(message.topic)
        if message.payload is None:
            raise BadBody(bytes_max=MESSAGE_BYTES_MAX)
        if device.unit_id is None:
            raise NotTheDevicesUnit(device_id=device.id)
        fix = parse_owntracks(message.payload, unit_id=device.unit_id)
        if fix is not None and device.revoked_at is not None:
            self._service.report_from(device, [fix])  # keeps it as evidence, and refuses
        return fix

    def _device_of(self, topic: str) -> Device:
        levels = topic.split("/", 2)
        device = self._service.devices.find_device(DeviceId(levels[1])) if len(levels) > 2 else None
        if device is None:
            raise DeviceUnknown(user=levels[1][:80] if len(levels) > 1 else "")
        return device
