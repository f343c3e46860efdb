"""Devices behave alike in a file and in a PostgreSQL that nodes share; what one node lets in or out holds at all."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from nazdik.bootstrap.nodes.devices import SharedDevices
from nazdik.fleet.devices import Devices
from nazdik.fleet.errors import DeviceExists
from nazdik.fleet.store import DeviceStore
from nazdik.kernel import DeviceId, ProvinceId, UnitId
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog.postgres import grant, prepare
from nazdik.platform.eventlog.postgres.devices import DeviceTable
from nazdik.platform.eventlog.postgres.schema import FIRST, LATER
from nazdik.platform.faults import LogUnavailable
from tests.postgres import Postgres, new_name

KHUZESTAN, TEHRAN = ProvinceId("khuzestan"), ProvinceId("tehran")
CLOCK = VirtualClock(1_800_000_000_000_000)
Open = Callable[[str], Devices]


def enrolled(devices: Devices, name: str, province: ProvinceId = KHUZESTAN) -> str:
    return devices.enrol(DeviceId(name), province_id=province, unit_id=UnitId(f"{province}.u.A1"), key=f"key of {name}")


def holder(devices: Devices, token: str) -> str | None:
    device = devices.find_by_token(token, with_key=True)
    return None if device is None or device.revoked_at is not None else device.id


@pytest.fixture
def server(postgres_server: Postgres) -> Postgres:
    return postgres_server.fresh()


@pytest.fixture
def at_node(server: Postgres, tmp_path: Path) -> Iterator[Open]:
    """Open the devices of a node; its file stays when it is opened again."""
    stores: list[SharedDevices] = []
    urls: dict[str, str] = {}

    def opened(node: str) -> Devices:
        if node not in urls:
            urls[node] = server.writer(new_name(node), KHUZESTAN)
        stores.append(SharedDevices(tmp_path / f"{node}.sqlite", DeviceTable(urls[node])))
        return Devices(stores[-1], clock=CLOCK)

    yield opened
    for store in stores:
        store.close()


@pytest.mark.parametrize("shared", [False, True], ids=["file", "postgresql"])
def test_a_device_is_let_in_once_and_out_for_good(shared: bool, at_node: Open, tmp_path: Path) -> None:
    def again() -> Devices:
        return at_node("a") if shared else Devices(DeviceStore(tmp_path / "file.sqlite"), clock=CLOCK)

    devices = again()
    token = enrolled(devices, "d1")
    with pytest.raises(DeviceExists):
        enrolled(devices, "d1")
    assert holder(devices, token) == holder(again(), token) == "d1" and again().has_key("key of d1")
    devices.revoke(DeviceId("d1"))
    later = again()
    assert holder(devices, token) is holder(later, token) is None
    with pytest.raises(DeviceExists):
        enrolled(later, "d1")


def test_what_one_node_lets_in_or_out_holds_at_the_other(at_node: Open) -> None:
    a, b = at_node("a"), at_node("b")
    token = enrolled(a, "d1")
    with pytest.raises(DeviceExists):
        enrolled(b, "d1")
    b.learn()
    assert holder(b, token) == "d1" and b.has_key("key of d1")
    b.revoke(DeviceId("d1"))
    assert b.refresh() == () and a.refresh() == (DeviceId("d1"),) and a.refresh() == ()
    assert holder(a, token) is None


def test_devices_from_before_are_told_and_none_takes_another_s_place(at_node: Open, tmp_path: Path) -> None:
    alone = {node: Devices(DeviceStore(tmp_path / f"{node}.sqlite"), clock=CLOCK) for node in ("a", "b")}
    tokens = {node: enrolled(devices, "tracker") for node, devices in alone.items()}
    only = enrolled(alone["a"], "only")
    a, b = at_node("a"), at_node("b")
    assert holder(b, only) == "only"
    # Two were enrolled by one name at two nodes: each goes on where it is known, as before.
    assert [holder(node, tokens[name]) for name, node in (("a", a), ("b", b))] == ["tracker", "tracker"]


def test_while_the_store_is_away_nobody_is_let_in_and_whoever_is_revoked_is_out(
    at_node: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = at_node("a"), at_node("b")
    token = enrolled(a, "d1")
    b.learn()

    def away(*_: object) -> None:
        raise LogUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(DeviceTable, "_run", away)
        with pytest.raises(LogUnavailable):
            enrolled(a, "d2")
        a.revoke(DeviceId("d1"))
        a.learn()
        assert holder(a, token) is None and holder(b, token) == "d1"
    a.learn()
    b.learn()
    assert holder(b, token) is None, "told once the store is back"
    assert holder(a, enrolled(a, "d2")) == "d2", "the name was not used up"


def test_a_node_sees_and_changes_devices_of_its_provinces_only(server: Postgres, at_node: Open) -> None:
    a = at_node("a")
    with pytest.raises(LogUnavailable):
        enrolled(a, "of tehran", TEHRAN)
    elsewhere = DeviceTable(server.writer(new_name("far"), TEHRAN))
    enrolled(a, "d1")
    assert elsewhere.after(0) == []
    with pytest.raises(LogUnavailable):
        elsewhere.revoke("d1", 1)
    elsewhere.close()


def test_a_database_of_an_earlier_version_lets_known_devices_go_on_until_it_is_prepared(
    server: Postgres, at_node: Open, tmp_path: Path
) -> None:
    with server.owner() as owner:
        owner.execute("DROP SCHEMA nazdik CASCADE")
        for name in (FIRST, LATER[0][0]):
            owner.execute(
                files("nazdik.platform.eventlog.postgres").joinpath(name).read_text(encoding="utf-8").encode()
            )
        login = new_name("a")
        url = server.login(login)
        alone = Devices(DeviceStore(tmp_path / "before.sqlite"), clock=CLOCK)
        token = enrolled(alone, "d1")
        store = SharedDevices(tmp_path / "before.sqlite", DeviceTable(url))
        devices = Devices(store, clock=CLOCK)
        assert holder(devices, token) == "d1"
        with pytest.raises(LogUnavailable, match="nazdik postgres prepare"):
            enrolled(devices, "d2")
        assert prepare(owner) and not prepare(owner)
        grant(owner, login, KHUZESTAN, writes=True)
    devices.learn()
    enrolled(devices, "d2")
    assert [device.id for device in at_node("b").list_devices()] == ["d1", "d2"]
    store.close()
