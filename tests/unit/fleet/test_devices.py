"""Whose word counts as whose position."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nazdik.fleet.devices import Devices
from nazdik.fleet.errors import DeviceExists, DeviceNotFound, NotTheDevicesUnit
from nazdik.fleet.store import DeviceStore
from nazdik.kernel import DeviceId, ProvinceId, UnitId
from nazdik.platform.clock import VirtualClock
from tests.unit.fleet.doubles import NOON

KHUZESTAN, CAR, PHONE = ProvinceId("khuzestan"), UnitId("khuzestan.u.A12"), DeviceId("phone-1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DeviceStore]:
    store = DeviceStore(tmp_path / "registry.sqlite")
    yield store
    store.close()


def test_a_token_names_its_device(store: DeviceStore) -> None:
    devices = Devices(store, clock=VirtualClock(NOON))
    token = devices.enrol(PHONE, province_id=KHUZESTAN, unit_id=CAR, label="handheld")
    device = devices.find_by_token(token)
    assert device is not None and (device.id, device.unit_id, device.enrolled_at) == (PHONE, CAR, NOON)


@pytest.mark.parametrize("token", ["", "guess", "phone-1", "x" * 20_000, "\ud800"])
def test_a_guess_names_nobody(store: DeviceStore, token: str) -> None:
    devices = Devices(store, clock=VirtualClock(NOON))
    devices.enrol(PHONE, province_id=KHUZESTAN, unit_id=CAR)
    assert devices.find_by_token(token) is None


def test_the_token_itself_is_not_on_the_disk(store: DeviceStore, tmp_path: Path) -> None:
    token = Devices(store, clock=VirtualClock(NOON)).enrol(PHONE, province_id=KHUZESTAN, unit_id=CAR)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"phone-1" in on_disk and token.encode() not in on_disk


def test_devices_outlive_a_restart(store: DeviceStore) -> None:
    clock = VirtualClock(NOON)
    devices = Devices(store, clock=clock)
    token = devices.enrol(PHONE, province_id=KHUZESTAN, unit_id=CAR)
    gateway = devices.enrol(DeviceId("gateway"), province_id=KHUZESTAN, unit_id=None)
    clock.advance_s(5)
    devices.revoke(PHONE)
    again = Devices(store, clock=clock)
    revoked = again.find_by_token(token)
    assert revoked is not None and revoked.revoked_at == NOON + 5_000_000
    assert again.find_by_token(gateway) == devices.find_by_token(gateway)
    assert again.list_devices() == devices.list_devices()


def test_a_second_revocation_keeps_the_first_time(store: DeviceStore) -> None:
    clock = VirtualClock(NOON)
    devices = Devices(store, clock=clock)
    devices.enrol(PHONE, province_id=KHUZESTAN, unit_id=CAR)
    first = devices.revoke(PHONE)
    clock.advance_s(60)
    assert devices.revoke(PHONE) == first


def test_an_id_is_given_once(store: DeviceStore) -> None:
    devices = Devices(store, clock=VirtualClock(NOON))
    token = devices.enrol(PHONE, province_id=KHUZESTAN, unit_id=CAR)
    with pytest.raises(DeviceExists):
        devices.enrol(PHONE, province_id=KHUZESTAN, unit_id=None)
    device = devices.find_by_token(token)
    assert device is not None and device.unit_id == CAR


def test_a_device_is_of_its_units_province(store: DeviceStore) -> None:
    with pytest.raises(NotTheDevicesUnit):
        Devices(store, clock=VirtualClock(NOON)).enrol(PHONE, province_id=ProvinceId("tehran-central"), unit_id=CAR)


def test_what_is_not_there_cannot_be_revoked(store: DeviceStore) -> None:
    with pytest.raises(DeviceNotFound):
        Devices(store, clock=VirtualClock(NOON)).revoke(PHONE)
