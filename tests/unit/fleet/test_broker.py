"""OwnTracks' messages from a broker: whose they are, and that they are judged together."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nazdik.fleet.broker import BATCH_MAX, BrokerDoor
from nazdik.fleet.model import Fix, Verdict
from nazdik.kernel import DeviceId, UnitId
from nazdik.kernel.instant import plus_s
from tests.unit.fleet.doubles import NOON
from tests.unit.fleet.test_service import A12, A13, KHUZESTAN, House

HERE = b'{"_type":"location","lat":31.32,"lon":48.68,"tst":%d}' % (NOON // 1_000_000)


@dataclass
class Told:
    """A broker's message."""

    topic: str
    payload: bytes | None = HERE
    retained: bool = False


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    for name, unit in (("box-12", A12), ("box-13", A13), ("gateway", None)):
        house.devices.enrol(DeviceId(name), province_id=KHUZESTAN, unit_id=unit)
    yield house
    house.close()


def test_the_brokers_user_is_who_speaks(house: House) -> None:
    door = BrokerDoor(house.fleet, house.clock)
    door._waiting = [
        Told("owntracks/box-12/phone"),
        Told("owntracks/box-13/box-12/event"),
        Told("owntracks/gateway/box-12"),
        Told("owntracks/nobody/box-12"),
        Told("owntracks"),
        Told("box-12"),
        Told("owntracks/box-12"),
        Told(""),
    ]
    door.flush()
    assert dict(door.tally.judged) == {"now": 2}
    assert dict(door.tally.refused) == {"fleet.device_unknown": 5, "fleet.not_the_devices_unit": 1}
    assert [house.fleet.position_of(unit) is not None for unit in (A12, A13)] == [True, True]


def test_what_a_withdrawn_device_sends_is_evidence(house: House) -> None:
    house.devices.revoke(DeviceId("box-12"))
    door = BrokerDoor(house.fleet, house.clock)
    door._waiting = [Told("owntracks/box-12/phone"), Told("owntracks/box-12/phone", retained=True)]
    door.flush()
    assert dict(door.tally.refused) == {"fleet.device_revoked": 2}
    assert house.fleet.position_of(A12) is None
    house.trail.flush()
    rows = house.trail.read(A12, plus_s(NOON, -60), plus_s(NOON, 1)).rows
    assert [row.reason for row in rows] == ["position.revoked_device"] * 2


def test_what_is_too_large_or_no_place_is_counted(house: House) -> None:
    door = BrokerDoor(house.fleet, house.clock)
    door._waiting = [Told("owntracks/box-12/phone", payload) for payload in (None, b"", b"{", b'{"_type":"lwt"}')]
    door.flush()
    assert (door.tally.messages, door.tally.no_place) == (4, 2)
    assert dict(door.tally.refused) == {"position.bad_body": 2}


async def test_messages_of_a_moment_are_judged_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    report = house.fleet.report

    def counted(fixes: list[Fix], *, past: bool = False) -> list[Verdict]:
        asked.append(len(fixes))
        return report(fixes, past=past)

    monkeypatch.setattr(house.fleet, "report", counted)
    door = BrokerDoor(house.fleet, house.clock)
    for _ in range(3):
        door.take([Told("owntracks/box-12/phone")])
    assert asked == []
    door.flush()
    door.take([Told("owntracks/box-13/phone")] * BATCH_MAX)
    assert asked == [3, BATCH_MAX]


def test_a_batch_that_cannot_be_judged_ends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(fixes: list[Fix], *, past: bool = False) -> list[Verdict]:
        raise ZeroDivisionError

    def unbearable(payload: bytes, *, unit_id: UnitId) -> Fix | None:
        raise ZeroDivisionError

    door = BrokerDoor(house.fleet, house.clock)
    with monkeypatch.context() as patch:
        patch.setattr("nazdik.fleet.broker.parse_owntracks", unbearable)
        door._waiting = [Told("owntracks/box-12/phone")]
        door.flush()
    assert door.tally.refused.pop("position.not_judged") == 1
    with monkeypatch.context() as patch:
        patch.setattr(house.fleet, "report", broken)
        door._waiting = [Told("owntracks/box-12/phone")]
        door.flush()
    assert door.tally.refused["position.not_judged"] == 1
    door._waiting = [Told("owntracks/box-12/phone")]
    door.flush()
    assert house.fleet.position_of(UnitId("khuzestan.u.A12")) is not None
