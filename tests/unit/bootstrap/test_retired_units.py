"""What a crash kept from happening when a unit retired happens at the next start."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from nazdik.bootstrap.administration.retired_units import RetiredUnits
from nazdik.dispatch import unit_commands as uc
from nazdik.fleet.devices import Devices
from nazdik.fleet.store import DeviceStore
from nazdik.kernel import DeviceId, ProvinceId
from tests.town import Town


def test_devices_of_units_that_retired_before_the_start_are_taken_back(tmp_path: Path) -> None:
    town = Town()
    retired, used = town.unit("A01", 1000), town.unit("A02", 2000)
    town.do(uc.RetireUnit(unit_id=retired))
    store = DeviceStore(tmp_path / "registry.sqlite")
    devices = Devices(store, clock=town.clock)
    for n, unit in enumerate((retired, used, None), start=1):
        devices.enrol(DeviceId(f"p.d.{n}"), province_id=ProvinceId("p"), unit_id=unit)
    room = SimpleNamespace(state=SimpleNamespace(world=town.world), listeners=[])
    RetiredUnits(cast("Any", room), cast("Any", SimpleNamespace(fleet=SimpleNamespace(devices=devices))))
    assert [device.revoked_at is not None for device in devices.list_devices()] == [True, False, False]
    assert len(room.listeners) == 1
    store.close()
