"""The demo's trackers: one device a unit, and the file from which the simulator takes their credentials."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec

from nazdik.fleet.devices import Devices, province_of
from nazdik.fleet.errors import DeviceExists
from nazdik.kernel import DeviceId, UnitId
from nazdik.organisation.units import EstablishedUnit
from nazdik.platform.faults import LogUnavailable

TRACKERS = "trackers.json"


def give_trackers(data: Path, devices: Devices, units: Iterable[EstablishedUnit]) -> None:
    """
    Enrol a tracker for every unit that has none, and keep the tokens where the simulator reads them.

    Whoever may read the data folder may report positions for the demo's units. A real tracker's token is shown once and
    kept nowhere; this file is there because nobody carries these trackers.
    """
    path = data / TRACKERS
    kept = read_trackers(data)
    taken = {device.id for device in devices.list_devices()}
    tokens = {}
    for unit in units:
        try:
            tokens[unit.id] = _good(devices, kept.get(unit.id)) or _enrol(devices, unit.id, taken)
        except LogUnavailable:
            # A node that only reads lets nobody in.
            continue
    if tokens != kept:
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_bytes(msgspec.json.encode(tokens))
        fresh.replace(path)


def read_trackers(data: Path) -> dict[UnitId, str]:
    """Return the tokens by unit; none when there is no such file yet."""
    path = data / TRACKERS
    return msgspec.json.decode(path.read_bytes(), type=dict[UnitId, str]) if path.exists() else {}


def _good(devices: Devices, token: str | None) -> str | None:
    device = devices.find_by_token(token) if token is not None else None
    return token if device is not None and device.revoked_at is None else None


def _enrol(devices: Devices, unit_id: UnitId, taken: set[DeviceId]) -> str:
    """An id is never used twice, so a unit whose token was lost, or is another node's, gets its next tracker."""
    for number in count(1):
        device_id = DeviceId(f"{unit_id}.tracker{number}")
        if device_id in taken:
            continue
        taken.add(device_id)
        with suppress(DeviceExists):
            return devices.enrol(device_id, province_id=province_of(unit_id), unit_id=unit_id, label="demo")
    raise AssertionError("numbers do not end")
