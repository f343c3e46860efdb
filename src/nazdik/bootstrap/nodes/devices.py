"""
Devices that are good at every node: told to the store before whoever enrolled one is answered, and learnt from it.

The file of this machine keeps a copy, so that trackers are known while the store is away.
"""

import logging
from pathlib import Path

import apsw

from nazdik.fleet.model import Device
from nazdik.fleet.store import DeviceStore, IdTaken
from nazdik.kernel import DeviceId, Instant, ProvinceId, UnitId
from nazdik.platform.eventlog.postgres.devices import DeviceTable, SharedDevice
from nazdik.platform.faults import LogUnavailable

_log = logging.getLogger(__name__)


class SharedDevices(DeviceStore):
    """The registry file and the store's table, kept alike. Blocking: call it in a thread."""

    def __init__(self, path: Path, table: DeviceTable) -> None:
        """Open both. What was enrolled here before it was shared is told to the store, as soon as it answers."""
        super().__init__(path)
        self._table = table
        self._learnt = 0
        self._told: set[DeviceId] = set()
        self._is_away = False
        self._is_even = False
        self.list_news()

    def add(self, device: Device, token_digest: bytes) -> None:
        """Keep a new device, here and for all nodes. Raises `IdTaken`, and `LogUnavailable` when others cannot be told."""
        if not self._table.put(_shared(device, token_digest)):
            raise IdTaken
        super().add(device, token_digest)

    def set_revoked(self, device_id: DeviceId, at: Instant) -> None:
        """Note that a credential is no longer good: here at once, and elsewhere as soon as others can be told."""
        super().set_revoked(device_id, at)
        try:
            self._tell_revoked()
        except LogUnavailable as away:
            self._say(away)

    def list_news(self) -> list[tuple[bytes, Device]]:
        """Return what other processes and nodes may have changed since this was last asked."""
        news = super().list_news()
        try:
            learnt = self._learn()
            if not self._is_even:
                self._tell_all_but({one.id for one in learnt})
            self._tell_revoked()
            news += [(one.token_digest, _device(one)) for one in learnt]
            self._say(None)
        except LogUnavailable as away:
            self._say(away)
        return news

    def close(self) -> None:
        """Close the file and let go of the store."""
        self._table.close()
        super().close()

    def _tell_all_but(self, known: set[str]) -> None:
        for digest, device in self.list_devices():
            if device.id not in known:
                self._table.put(_shared(device, digest))
        self._is_even = True

    def _tell_revoked(self) -> None:
        for device_id, at in self.list_revoked():
            if device_id not in self._told:
                self._table.revoke(device_id, at)
                self._told.add(device_id)

    def _learn(self) -> list[SharedDevice]:
        """Take over into the file what is new in the store, and return it."""
        news, good = self._table.after(self._learnt), []
        for one in news:
            if self._adopt(one):
                good.append(one)
            else:
                _log.warning("the device %s was enrolled here with another token; it is known here by that one", one.id)
        if news:
            self._learnt = news[-1].changed
        return good

    def _adopt(self, one: SharedDevice) -> bool:
        row = (one.id, one.token_digest, one.province, one.unit, one.label, one.enrolled_at, one.revoked_at, one.key)
        try:
            found = self._db.execute(
                "INSERT INTO device (id, token_digest, province, unit, label, enrolled_at, revoked_at, key)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                " SET revoked_at = coalesce(revoked_at, excluded.revoked_at) WHERE token_digest = excluded.token_digest"
                " RETURNING 1",
                row,
            ).fetchall()
        except apsw.ConstraintError:
            return False
        if one.revoked_at is not None:
            self._told.add(DeviceId(one.id))
        return bool(found)

    def _say(self, away: LogUnavailable | None) -> None:
        if (away is not None) is not self._is_away:
            self._is_away = away is not None
            _log.warning("devices are shared again" if away is None else f"devices are not shared now: {away}")


def _shared(device: Device, digest: bytes) -> SharedDevice:
    return SharedDevice(
        device.id,
        digest,
        device.province_id,
        device.unit_id,
        device.label,
        device.enrolled_at,
        device.revoked_at,
        device.key,
    )


def _device(one: SharedDevice) -> Device:
    return Device(
        id=DeviceId(one.id),
        province_id=ProvinceId(one.province),
        unit_id=None if one.unit is None else UnitId(one.unit),
        label=one.label,
        enrolled_at=Instant(one.enrolled_at),
        revoked_at=None if one.revoked_at is None else Instant(one.revoked_at),
        key=one.key,
    )
