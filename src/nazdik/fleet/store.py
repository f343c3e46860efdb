"""The SQL that keeps devices. An enrolment or a revocation that was answered is on disk (`synchronous=FULL`)."""

from pathlib import Path

import apsw

from nazdik.fleet.model import Device
from nazdik.kernel import DeviceId, Instant, ProvinceId, UnitId
from nazdik.platform.sqlite import connect

SCHEMA = """
CREATE TABLE IF NOT EXISTS device (
    id TEXT PRIMARY KEY,
    token_digest BLOB NOT NULL UNIQUE,
    province TEXT NOT NULL,
    unit TEXT,                         -- NULL for a gateway
    label TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT
"""


class IdTaken(Exception):
    """A device of this id was enrolled before."""


class DeviceStore:
    """Devices in the registry file."""

    def __init__(self, path: Path) -> None:
        self._db = connect(path)
        self._db.execute(SCHEMA)
        # Files from before handhelds had keys have no column for them.
        if "key" not in {row[1] for row in self._db.execute("PRAGMA table_info(device)")}:
            self._db.execute("ALTER TABLE device ADD COLUMN key TEXT")

    def list_devices(self) -> list[tuple[bytes, Device]]:
        """Return all devices with the digests of their tokens, revoked ones too."""
        return self._list(
            "SELECT token_digest, id, province, unit, label, enrolled_at, revoked_at, key FROM device ORDER BY id"
        )

    def list_news(self) -> list[tuple[bytes, Device]]:
        """Return what other processes may have changed: the devices whose credential was taken back."""
        return self._list(
            "SELECT token_digest, id, province, unit, label, enrolled_at, revoked_at, key FROM device"
            " WHERE revoked_at IS NOT NULL"
        )

    def _list(self, statement: str) -> list[tuple[bytes, Device]]:
        rows = self._db.execute(statement)
        return [
            (
                digest,
                Device(
                    id=DeviceId(id_),
                    province_id=ProvinceId(province),
                    unit_id=None if unit is None else UnitId(unit),
                    label=label,
                    enrolled_at=Instant(enrolled_at),
                    revoked_at=None if revoked_at is None else Instant(revoked_at),
                    key=key,
                ),
            )
            for digest, id_, province, unit, label, enrolled_at, revoked_at, key in rows
        ]

    def list_revoked(self) -> list[tuple[DeviceId, Instant]]:
        """Return the devices whose credential is no longer good, and since when."""
        rows = self._db.execute("SELECT id, revoked_at FROM device WHERE revoked_at IS NOT NULL")
        return [(DeviceId(id_), Instant(at)) for id_, at in rows]

    def add(self, device: Device, token_digest: bytes) -> None:
        """Keep a new device. Raises `IdTaken`."""
        try:
            self._db.execute(
                "INSERT INTO device (id, token_digest, province, unit, label, enrolled_at, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    device.id,
                    token_digest,
                    device.province_id,
                    device.unit_id,
                    device.label,
                    device.enrolled_at,
                    device.key,
                ),
            )
        except apsw.ConstraintError as error:
            raise IdTaken from error

    def set_revoked(self, device_id: DeviceId, at: Instant) -> None:
        """Note that a device's credential is no longer good; the first time stands."""
        self._db.execute("UPDATE device SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (at, device_id))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
