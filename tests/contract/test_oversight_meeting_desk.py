"""The desk's side of meetings over a real log: announce, change, call off, queue, put off, turns given back by text."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.oversight.house import build_oversight, desk_app
from nazdik.bootstrap.oversight.run import OversightPlace, server_of
from nazdik.intake.callers.gateways import Gateways
from nazdik.kernel import ProvinceId, rfc3339
from nazdik.oversight import commands as c
from nazdik.oversight.calendar import day_of
from nazdik.oversight.codes import shown
from nazdik.oversight.meetings.sms import answer_for, codes_in
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import KEEPER, Counter, Doors, opened, settle
from tests.contract.test_oversight_meetings import HOUR, act, announce, book
from tests.unit.oversight.town import BEGIN


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as made:
        await settle(made.house)
        yield made


async def desk_of(doors: Doors, session: str, person: str = "desk-a") -> dict[str, Any]:
    answer = await doors.at(person).get(f"/v1/meetings/{session}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def listed(doors: Doors, person: str = "desk-a", days: int = 30) -> dict[str, Any]:
    today = day_of(doors.clock.now())
    answer = await doors.at(person).get(f"/v1/meetings?since={today}&until={today + days}")
    return dict(answer.json())


def slots_of(doors: Doors, session: str) -> list[dict[str, Any]]:
    held = doors.house.oversight.state.meetings.sessions[session]
    return [{"number": s.number, "starts_at": s.starts_at, "offers": list(s.offers)} for s in held.slots]


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def test_a_meeting_every_week_leaves_out_days_on_which_the_office_is_closed(doors: Doors) -> None:
    today = day_of(doors.clock.now())
    await doors.house.oversight.submit(
        c.DecreeClosure(office="p", day=today + 7, why="گرد و خاک"),  # type: ignore[arg-type]
        KEEPER,
        "dust",
    )
    slots = [{"starts_at": rfc3339(doors.clock.now() + HOUR)}]  # type: ignore[arg-type]
    body = {"office": "p.a", "place": "مسجد", "official": "فرمانده", "slots": slots, "every": "week", "times": 4}
    key = Counter.key()
    for _ in range(2):
        answer = await doors.at("desk-a").post("/v1/meetings/series", json=body, headers=key)
        assert answer.status_code == 201, answer.text
    assert len(answer.json()["made"]) == 3 and answer.json()["left_out"] == [{"day": today + 7, "why": ""}]
    rows = (await listed(doors))["sessions"]
    assert [row["day"] - today for row in rows] == [0, 14, 21], "sent twice it is announced once"
    daily = await doors.at("desk-a").post(
        "/v1/meetings/series", json={**body, "every": "day", "times": 7}, headers=Counter.key()
    )
    assert len(daily.json()["made"]) == 7
    assert (await doors.at("desk-b").post("/v1/meetings/series", json=body, headers=key)).status_code == 422
    assert (await listed(doors, "desk-b"))["sessions"] == []
    too_long = await doors.at("desk-a").get(f"/v1/meetings?since={today}&until={today + 900}")
    assert too_long.json()["code"] == "oversight.day_invalid"


async def test_a_changed_meeting_keeps_every_turn_that_somebody_took(doors: Doors) -> None:
    session = await announce(doors, [], [], [])
    code_of(await book(doors, session, slot=2))
    first, second, third = slots_of(doors, session)

    async def change(*slots: dict[str, Any], **more: Any) -> Any:
        body = {"place": "مسجد نو", "official": "معاون", "slots": list(slots), **more}
        return await act(doors, session, "change", **body)

    for bad in ((first, third), (first, {**second, "starts_at": second["starts_at"] + 1}, third)):
        assert (await change(*bad)).json()["code"] == "oversight.turn_held"
    for_women = {**second, "offers": ["women_only"]}
    assert (await change(first, for_women, third)).json()["code"] == "oversight.turn_held"
    late = {"number": 0, "starts_at": third["starts_at"] + HOUR, "offers": ["wheelchair"]}
    for bad in ((second, second), (second, {**late, "starts_at": BEGIN - 1}), (second, {**late, "starts_at": 2**62})):
        assert (await change(*bad)).json()["code"] == "oversight.session_invalid"
    assert (await change({**second, "offers": ["arabic"]}, late)).status_code == 200
    after = (await desk_of(doors, session))["session"]
    assert (after["place"], after["official"]) == ("مسجد نو", "معاون")
    assert [(slot["number"], slot["free"]) for slot in after["slots"]] == [(2, False), (4, True)]
    assert (await book(doors, session, 1, needs=["wheelchair"])).json()["queue_no"] == 4


async def test_a_meeting_that_is_called_off_says_why_to_everyone_who_has_a_turn(doors: Doors) -> None:
    session = await announce(doors, [], [])
    code = code_of(await book(doors, session))
    assert (await act(doors, session, "cancel", why=" ")).json()["code"] == "oversight.text_missing"
    assert (await act(doors, session, "cancel", why="بیماری")).status_code == 200
    shown = (await doors.citizen.post("/v1/bookings/show", json={"code": code})).json()
    assert (shown["state"], shown["why"]) == ("cancelled", "بیماری")
    assert (await doors.citizen.get("/v1/meetings")).json() == []
    assert (await book(doors, session, 1)).json()["code"] == "oversight.session_cancelled"
    assert (await listed(doors))["sessions"][0]["cancelled"] == "بیماری"
    begun = await announce(doors, [])
    await book(doors, begun, 2)
    turn = (await desk_of(doors, begun))["turns"][0]["id"]
    doors.clock.advance_s(3601)
    assert (await act(doors, begun, "end-booking", booking_id=turn, state="served")).status_code == 200
    assert (await act(doors, begun, "cancel", why="x")).json()["code"] == "oversight.session_over"


async def test_the_queue_knows_numbers_and_who_is_next(doors: Doors) -> None:
    session = await announce(doors, [], ["wheelchair", "arabic"], [])
    for number, needs in enumerate(([], ["wheelchair", "arabic"], [])):
        await book(doors, session, number, needs=needs)
    turns = {turn["queue_no"]: turn for turn in (await desk_of(doors, session))["turns"]}
    assert turns[2]["needs"] == ["arabic", "wheelchair"]

    async def say(name: str, number: int, **more: Any) -> Any:
        return await act(doors, session, name, booking_id=turns[number]["id"], **more)

    async def board() -> dict[str, Any]:
        answer = await doors.citizen.get(f"/v1/meetings/{session}/board")
        assert set(answer.json()) == {"called", "waiting", "expected"}, "numbers and nothing else"
        return dict(answer.json())

    assert (await say("call-in", 3)).json()["code"] == "oversight.turn_not_yet"
    assert (await say("end-booking", 3, state="no_show")).json()["code"] == "oversight.turn_not_yet"
    assert (await say("end-booking", 3, state="called")).json()["code"] == "oversight.booking_over"
    for number in (3, 2, 3):
        assert (await say("check-in", number)).status_code == 200
    assert await board() == {"called": [], "waiting": [2, 3], "expected": 1}
    await say("call-in", 2)
    assert await board() == {"called": [2], "waiting": [3], "expected": 1}
    await say("end-booking", 2, state="served")
    await say("call-in", 3)
    assert await board() == {"called": [3], "waiting": [], "expected": 1}
    doors.clock.advance_s(2 * 3600)
    await say("end-booking", 1, state="no_show")
    row = (await listed(doors))["sessions"][0]
    assert (row["turns"], row["booked"], row["served"], row["missed"]) == (3, 1, 1, 1)
    walk_in = await doors.at("desk-a").post(f"/v1/meetings/{session}/turns", json={}, headers=Counter.key())
    assert walk_in.json()["queue_no"] == 1, "who stands there has the turn of somebody who did not come"
    assert (await doors.at("desk-b").post(f"/v1/meetings/{session}/turns", json={})).status_code == 404
    tomorrow = await announce(doors, [], in_hours=24)
    await book(doors, tomorrow, 9)
    early = (await desk_of(doors, tomorrow))["turns"][0]["id"]
    refused = await act(doors, tomorrow, "check-in", booking_id=early)
    assert refused.json()["code"] == "oversight.turn_not_yet"
    assert (await doors.citizen.get("/v1/meetings/none/board")).status_code == 404


async def test_a_promise_is_put_off_with_a_reason_and_stays_on_the_agenda(doors: Doors) -> None:
    session, later = await announce(doors, []), await announce(doors, [], in_hours=48)
    today = day_of(doors.clock.now())
    await act(doors, session, "promise", text="چراغ میدان", owner="شهردار", due_day=today + 3)
    for day in (today + 3, today + 5_000, 10**30):
        refused = await act(doors, session, "put-off", number=1, due_day=day, why="x")
        assert refused.json()["code"] in ("oversight.promise_invalid", "oversight.fields_invalid")
    assert (await act(doors, session, "put-off", number=1, due_day=today + 9, why="")).status_code == 422
    assert (await act(doors, session, "put-off", number=1, due_day=today + 9, why="قطعه نیست")).status_code == 200
    owed = (await desk_of(doors, later))["agenda"][0]
    assert owed["promise"]["due_day"] == today + 9 and owed["official"] == "فرمانده شهرستان"
    assert [(one["from_day"], one["why"]) for one in owed["put_off"]] == [(today + 3, "قطعه نیست")]
    assert [one["promise"]["number"] for one in (await listed(doors))["owed"]] == [1]
    await act(doors, session, "keep", number=1, how="روشن شد")
    assert (await listed(doors))["owed"] == []
    over = await act(doors, session, "put-off", number=1, due_day=today + 20, why="x")
    assert over.json()["code"] == "oversight.promise_over"
    assert (await desk_of(doors, session))["promises"][0]["put_off"][0]["why"] == "قطعه نیست"


def test_a_code_is_found_in_a_text_however_it_is_typed() -> None:
    code = "1234567890123456"
    for text in (
        shown(code),
        f"لغو {shown(code)} لطفا",
        shown(code).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    ):
        assert codes_in(text) == [code]
    assert code in codes_in(f"12 {shown(code)}\n09160000303"), "other numbers beside it do no harm"
    assert codes_in("09160000303 1234 لغو") == [] == codes_in("1" * 900)
    assert answer_for("CANCEL 1", (3, BEGIN)) == "197: turn 3, 2026-10-24 10:00, is given back."
    assert answer_for("لغو", (3, BEGIN)) == "۱۹۷: نوبت ۳، ۱۴۰۵/۰۸/۰۲ ۱۰:۰۰، پس داده شد."


class Carrier:
    """A gateway's own server: takes messages as a real one does, refusing the first with 503."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.asked = 0
        self.port = 0

    async def __aenter__(self) -> "Carrier":
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(
            next(line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length"))
        )
        body = json.loads(await reader.readexactly(length))
        self.asked += 1
        if self.asked > 1:
            self.taken.append(body)
        writer.write(f"HTTP/1.1 {503 if self.asked == 1 else 200} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def said(self, number: int) -> list[str]:
        async with asyncio.timeout(30):
            while len(self.taken) < number:
                await asyncio.sleep(0.02)
        return [one["text"] for one in self.taken]


async def test_a_text_with_the_code_gives_the_turn_back_over_real_http_and_is_answered(tmp_path: Path) -> None:
    """A gateway posts to the running desks' port; the turn is free; the answer goes out, a second time when the gateway is busy."""
    folder, clock = tmp_path / "197", VirtualClock(BEGIN)
    async with Carrier() as carrier, opened(folder, clock) as doors:
        await settle(doors.house)
        gateways = Gateways(folder / "gateways.sqlite", clock=clock)
        url = f"http://127.0.0.1:{carrier.port}/send"
        token = gateways.enrol("sms-a", province=ProvinceId("p"), send_url=url)
        session = await announce(doors, [], [])
        code = code_of(await book(doors, session))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = server_of(OversightPlace(folder), port, desk_app(doors.house))
        serving = asyncio.create_task(server.serve())
        door = f"http://127.0.0.1:{port}/v1/in/sms"
        text = {"id": "m-1", "from": "+989160000303", "text": f"لغو {code}"}
        try:
            async with httpx.AsyncClient() as gateway:
                async with asyncio.timeout(30):
                    while True:
                        try:
                            answer = await gateway.post(f"{door}/{token}", json=text)
                            break
                        except httpx.TransportError:
                            await asyncio.sleep(0.05)
                assert (answer.status_code, answer.content) == (200, b"")
                assert (await doors.citizen.get("/v1/meetings")).json()[0]["slots"][0]["free"] is True
                assert await carrier.said(1) == ["۱۹۷: نوبت ۱، ۱۴۰۵/۰۸/۰۲ ۱۱:۰۰، پس داده شد."]
                assert carrier.taken[0]["to"] == "+989160000303" and carrier.asked == 2
                # The gateway heard nothing and brings it again; its own id keeps the answer one.
                await gateway.post(f"{door}/{token}", data={"id": "m-1", "from": "+989160000303", "text": text["text"]})
                await carrier.said(2)
                assert carrier.taken[0]["id"] == carrier.taken[1]["id"]
                wrong = {"id": "m-2", "from": "+989160000304", "text": "1111 2222 3333 4444 5"}
                await gateway.post(f"{door}/{token}", json=wrong)
                assert "نیست" in (await carrier.said(3))[2]
                for bad, status in (("none", 404), (token[:-1], 404)):
                    assert (await gateway.post(f"{door}/{bad}", json=text)).status_code == status
                for body in (b"", b"{", b"\xff\xfe" * 40_000, b"[1]"):
                    assert (await gateway.post(f"{door}/{token}", content=body)).status_code == 200
                # Somebody tries codes by text: soon there are no answers.
                for n in range(30):
                    await gateway.post(f"{door}/{token}", json={"id": f"g{n}", "from": "+989160000305", "text": "1"})
                while doors.house.texts._running:
                    await asyncio.sleep(0.02)
                assert 0 < len([one for one in carrier.taken if one["to"].endswith("305")]) < 20
        finally:
            server.stop()
            await asyncio.gather(serving, return_exceptions=True)
            gateways.close()
        kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
        assert b"9160000303" not in kept, "the number that wrote is kept nowhere"


async def test_meetings_are_there_again_after_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock(BEGIN)
    async with opened(tmp_path / "197", clock) as doors:
        await settle(doors.house)
        session = await announce(doors, [], [])
        await book(doors, session)
        turn = (await desk_of(doors, session))["turns"][0]["id"]
        await act(doors, session, "check-in", booking_id=turn)
        await act(doors, session, "call-in", booking_id=turn)
        await act(doors, session, "promise", text="x", owner="y", due_day=day_of(BEGIN) + 1)
        await act(doors, session, "put-off", number=1, due_day=day_of(BEGIN) + 2, why="z")
        other = await announce(doors, [], in_hours=9)
        await act(doors, other, "cancel", why="باران")
        before = doors.house.oversight.state.meetings
    house = build_oversight(tmp_path / "197", clock=clock)
    try:
        assert house.oversight.state.meetings == before
    finally:
        await house.close()
