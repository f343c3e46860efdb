"""Which devices there are, as all nodes know it."""

from dataclasses import dataclass

from nazdik.platform.eventlog.postgres.table import SharedTable


@dataclass(frozen=True, slots=True)
class SharedDevice:
    """One tracker, gateway or handheld."""

    id: str
    token_digest: bytes
    province: str
    unit: str | None
    label: str
    enrolled_at: int
    revoked_at: int | None
    key: str | None
    changed: int = 0


class DeviceTable(SharedTable):
    """The table of devices in PostgreSQL."""

    def after(self, changed: int) -> list[SharedDevice]:
        """Return what changed after a number that was given with a change. Raises `LogUnavailable`."""
        return [SharedDevice(*row) for row in self._run("SELECT * FROM nazdik.devices_after(%s)", (changed,))]

    def put(self, one: SharedDevice) -> bool:
        """Let all nodes know a device; False when its id is taken. Raises `LogUnavailable`."""
        told = (
            one.id,
            one.token_digest,
            one.province,
            one.unit,
            one.label,
            one.enrolled_at,
            one.revoked_at,
            one.key,
        )
        rows = self._run("SELECT nazdik.put_device(%s, %s, %s, %s, %s, %s, %s, %s)", told)
        return bool(rows[0][0])

    def revoke(self, device_id: str, at: int) -> None:
        """Let all nodes take a credential back. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.revoke_device(%s, %s)", (device_id, at))
