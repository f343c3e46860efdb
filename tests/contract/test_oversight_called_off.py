"""Who took a turn and left a number is told by text when the meeting is called off; the number is readable nowhere, and goes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from nazdik.intake.callers.gateways import Gateways
from nazdik.kernel import ProvinceId
from nazdik.oversight.meetings.errors import NumberUnreadable
from nazdik.oversight.meetings.telling import CallOffs, called_off, number_in
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import Counter, Doors, opened, settle
from tests.contract.test_oversight_meetings import act, announce, book
from tests.unit.oversight.town import BEGIN

NUMBER = "09160000404"
WITHIN_S = 30


class Gateway:
    """What a gateway is handed, and the answers that it gives: the last of them from then on."""

    def __init__(self, *answers: int) -> None:
        self.answers, self.taken = list(answers), [*()]

    async def __call__(self, address: str, message: dict[str, str]) -> int:
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.taken.append({**message, "status": str(status)})
        return status

    def carrier(self) -> str:
        return "http://gateway.test/send"


def with_gateway(doors: Doors, gateway: Gateway) -> CallOffs:
    """Let texts go to a gateway of the test's; what runs by itself does not get in its way."""
    assert doors.house.telling is not None
    doors.house.telling.cancel()
    doors.house.call_offs._hand, doors.house.call_offs._carriers = gateway, gateway
    return doors.house.call_offs


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "numbers").iterdir())


async def code_of(answer: Any) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def test_who_left_a_number_is_told_that_the_meeting_is_called_off(tmp_path: Path) -> None:
    folder, gateway = tmp_path / "197", Gateway(503, 200)
    async with opened(folder, VirtualClock(BEGIN)) as doors:
        await settle(doors.house)
        call_offs = with_gateway(doors, gateway)
        assert (await doors.citizen.get("/v1/told")).json() == {"by_text": True}
        session = await announce(doors, [], [], [], [])
        await book(doors, session, tell="۰۹۱۶-۰۰۰ ۰۴۰۴")
        await book(doors, session, 1, tell="+98 916 000 0505", lang="en")
        back = await code_of(await book(doors, session, 2, tell="09160000606"))
        await book(doors, session, 3)
        assert len(files(folder)) == 3
        await doors.citizen.post("/v1/bookings/cancel", json={"code": back})
        await call_offs.look()
        assert len(files(folder)) == 2 and gateway.taken == [], (
            "who gave a turn back is not told, and their number is gone"
        )
        assert (await act(doors, session, "cancel", why="بیماری")).status_code == 200
        await call_offs.look()
        assert len(gateway.taken) == 1 and len(files(folder)) == 2, "a gateway that is busy is asked again later"
    # What was owed before a restart is told after it.
    async with opened(folder, VirtualClock(BEGIN)) as doors:
        await asyncio.sleep(0)
        await with_gateway(doors, gateway).look()
        told = {one["to"]: one["text"] for one in gateway.taken if one["status"] == "200"}
        assert told == {
            NUMBER: "۱۹۷: دیدار ۱۴۰۵/۰۸/۰۲ ۱۱:۰۰ (نوبت ۱) لغو شد: بیماری",
            "+989160000505": "197: the meeting of 2026-10-24 11:15 (turn 2) is called off: بیماری",
        }
        assert files(folder) == []
        await doors.house.call_offs.look()
        assert len(gateway.taken) == 3, "nobody is told twice"
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"9160000404" not in kept and b"9160000505" not in kept and b"9160000606" not in kept


async def test_a_number_is_sealed_while_it_waits_and_goes_when_the_day_is_over(tmp_path: Path) -> None:
    folder, clock, gateway = tmp_path / "197", VirtualClock(BEGIN), Gateway(200)
    async with opened(folder, clock) as doors:
        await settle(doors.house)
        call_offs = with_gateway(doors, gateway)
        session = await announce(doors, [])
        body = {"tell": NUMBER}
        answer = await doors.at("desk-a").post(f"/v1/meetings/{session}/turns", json=body, headers=Counter.key())
        await code_of(answer)
        seen = (await doors.at("desk-a").get(f"/v1/meetings/{session}")).text
        kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
        assert "9160000404" not in seen and b"9160000404" not in kept and len(files(folder)) == 1
        await call_offs.look()
        assert len(files(folder)) == 1
        clock.advance_s(86_400)
        await call_offs.look()
        assert files(folder) == [] and gateway.taken == []


async def test_without_a_gateway_nobody_is_promised_a_text(tmp_path: Path) -> None:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as doors:
        await settle(doors.house)
        session = await announce(doors, [], [])
        assert (await doors.citizen.get("/v1/told")).json() == {"by_text": False}
        refused = await book(doors, session, tell=NUMBER)
        assert (refused.status_code, refused.json()["code"]) == (409, "oversight.nobody_told")
        Gateways(tmp_path / "197" / "gateways.sqlite", clock=doors.clock).enrol(
            "sms-a", province=ProvinceId("p"), send_url="http://127.0.0.1:9/send"
        )
        assert (await doors.citizen.get("/v1/told")).json() == {"by_text": True}
        unreadable = await book(doors, session, 1, tell="شماره")
        assert (unreadable.status_code, unreadable.json()["code"]) == (422, "oversight.number_unreadable")
        assert (await doors.citizen.get("/v1/meetings")).json()[0]["slots"][0]["free"] is True


async def test_it_is_told_at_once_by_what_runs_by_itself(tmp_path: Path) -> None:
    gateway = Gateway(200)
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as doors:
        await settle(doors.house)
        doors.house.call_offs._hand, doors.house.call_offs._carriers = gateway, gateway
        session = await announce(doors, [])
        await book(doors, session, tell=NUMBER)
        await act(doors, session, "cancel", why="باران")
        async with asyncio.timeout(WITHIN_S):
            while not gateway.taken:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("typed", ["1234567", "1" * 16, "09x16", "+", "00", "tel:09160000404"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberUnreadable):
        number_in(typed)


def test_a_long_reason_is_cut_and_stays_in_one_line() -> None:
    assert len(called_off(1, BEGIN, "x" * 900, "fa")) == 300 and "\n" not in called_off(1, BEGIN, "a\nb", "en")
    assert number_in("") == number_in("  ") == ""
