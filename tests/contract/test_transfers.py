"""Calls handed over between two provinces of one server: rung there, ended here, carried on after a crash, given back."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.transfers import Transfers
from nazdik.intake import commands as c
from nazdik.intake.model import RingingEnd
from nazdik.kernel import CallId, CommandId, Context, ProvinceId
from nazdik.kernel.context import SYSTEM
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.sqlite import connect as open_file
from tests.contract.test_eido import calls_of
from tests.interfaces import samples
from tests.server import HERE, PROVINCE, Seat, Server, inside, problem

OTHER = "khuzestan"
BODY = json.loads(samples("hand-over", "json")[0])
Region = Callable[[str], Path]


class Taker:
    """Somebody at a seat of a server inside the test."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.headers = {"authorization": f"Bearer {token}"}
        self.key = 0

    @classmethod
    async def at(cls, client: httpx.AsyncClient, seat: str) -> "Taker":
        answer = await client.post("/v1/sessions", json={"seat": seat})
        client.cookies.clear()
        return cls(client, answer.json()["token"])

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        self.key += 1
        headers = self.headers | {"idempotency-key": f"{id(self)}:{self.key}"}
        return await self.client.post(path, json=body or {}, headers=headers)

    async def calls(self) -> dict[str, dict[str, Any]]:
        answer = await self.client.get("/v1/calls", params={"limit": 500}, headers=self.headers)
        return {call["id"]: call for call in answer.json()["calls"]}

    async def speaking(self) -> str:
        body = {"number": "+15555550143", "point": HERE, "accuracy_m": 30.0, "name": "a caller"}
        call: str = (await self.post("/v1/calls", body)).json()["call_id"]
        await self.post(f"/v1/calls/{call}/answer")
        draft = {"kind": "fight", "point": HERE, "place": "Valiasr", "narrative": "two men shout"}
        assert (await self.post(f"/v1/calls/{call}/draft", draft)).status_code == 200
        return call


async def test_a_call_rings_at_the_other_province_with_everything_and_comes_back(
    tmp_path: Path, built_region: Region
) -> None:
    async with inside(tmp_path, built_region(PROVINCE), more=[built_region(OTHER)]) as (_, client):
        here, there = [await Taker.at(client, f"call_taker:{name}") for name in (PROVINCE, OTHER)]
        targets = (await client.get("/v1/transfer-targets", headers=here.headers)).json()["targets"]
        assert [one["id"] for one in targets] == [OTHER, "ambulance-115", "fire-125"]
        call = await here.speaking()
        draft = (await here.calls())[call]["incident"] or call.replace(".c", ".i")
        answer = await here.post(f"/v1/calls/{call}/transfer", BODY)
        assert answer.status_code == 200, answer.text
        gone = (await here.calls())[call]
        assert (gone["state"], gone["outcome"]) == ("closed", "transferred")
        come = (await there.calls())[gone["transfer"]["to_call"]]
        assert come["state"] == "ringing" and come["received"]["call"] == call
        assert come["received"]["note"] == BODY["note"] and come["received"]["province"] == PROVINCE
        for same in ("number", "name", "kind", "place", "narrative", "channel", "data"):
            assert come[same] == gone[same], same
        assert [one["point"] for one in come["locations"]] == [one["point"] for one in gone["locations"]]
        incident = (await client.get(f"/v1/incidents/{draft}", headers=here.headers)).json()
        assert incident["status"] == "Cancelled"
        problem(await here.post(f"/v1/calls/{call}/transfer", BODY), 409, "intake.call_is_over")
        await there.post(f"/v1/calls/{come['id']}/answer")
        answers = [{"question": "weapon", "option": "blade"}]
        told = {"kind": "fight", "narrative": come["narrative"], "answers": answers}
        assert (await there.post(f"/v1/calls/{come['id']}/draft", told)).status_code == 200
        back = await there.post(f"/v1/calls/{come['id']}/transfer", {"target": PROVINCE, "note": "not ours"})
        assert back.status_code == 200
        again = (await here.calls())[(await there.calls())[come["id"]]["transfer"]["to_call"]]
        assert again["state"] == "ringing" and again["received"]["call"] == come["id"]
        kind, words = again["data"][-1]
        assert kind == "key-answers" and "سرد / Blade" in words, "in words: the receiver may ask other questions"
        assert (await here.post(f"/v1/calls/{again['id']}/transfer", {"target": "fire-125"})).status_code == 200
        sheet = await client.get(f"/v1/calls/{again['id']}/hand-over", headers=here.headers)
        assert "سرد / Blade" in sheet.text, "also when another province asked"


async def test_who_waits_to_be_called_back_waits_at_the_other_province_and_no_more_here(
    tmp_path: Path, built_region: Region
) -> None:
    async with inside(tmp_path, built_region(PROVINCE), more=[built_region(OTHER)]) as (running, client):
        here, there = [await Taker.at(client, f"call_taker:{name}") for name in (PROVINCE, OTHER)]
        call = (await here.post("/v1/calls", {"number": "+15555550143"})).json()["call_id"]
        assert (await here.post(f"/v1/calls/{call}/texts-agreed", {"agreed": True})).status_code == 200
        rooms = running.entrance.building.rooms
        ended = c.EndRinging(call_id=CallId(call), how=RingingEnd.ABANDONED)
        ctx = Context(at=running.entrance.building.clock.now(), actor=SYSTEM, command_id=CommandId("ended"))
        await rooms[ProvinceId(PROVINCE)].submit(ended, ctx)
        await here.post(f"/v1/calls/{call}/call-back", {"result": "busy"})
        assert call in rooms[ProvinceId(PROVINCE)].state.world.call_backs
        answer = await here.post(f"/v1/calls/{call}/transfer", BODY)
        assert answer.status_code == 200, answer.text
        gone = (await here.calls())[call]
        come = (await there.calls())[gone["transfer"]["to_call"]]
        assert (gone["call_back"], gone["call_back_by"]) == ("done", None)
        assert (come["state"], come["call_back"], come["call_back_tries"]) == ("abandoned", "due", 1)
        assert come["call_back_by"] is not None and come["takes_texts"]
        assert call not in rooms[ProvinceId(PROVINCE)].state.world.call_backs
        assert come["id"] in rooms[ProvinceId(OTHER)].state.world.call_backs, "its clock runs there"
        assert (await there.post(f"/v1/calls/{come['id']}/call-back", {"result": "reached"})).status_code == 200
        other = (await here.post("/v1/calls", {"number": "+15555550144"})).json()["call_id"]
        ended = c.EndRinging(call_id=CallId(other), how=RingingEnd.ABANDONED)
        ctx = Context(at=running.entrance.building.clock.now(), actor=SYSTEM, command_id=CommandId("ended-2"))
        await rooms[ProvinceId(PROVINCE)].submit(ended, ctx)
        assert (await here.post(f"/v1/calls/{other}/transfer", {"target": "fire-125"})).status_code == 200
        sheet = await client.get(f"/v1/calls/{other}/hand-over", headers=here.headers)
        assert "Call back" in sheet.text and "due, tried 0 times" in sheet.text


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_crash_between_the_two_logs_loses_and_doubles_nothing(
    cut: str, tmp_path: Path, built_region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry = Transfers._carry_once

    async def cut_off(self: Transfers, room: Any, call_id: Any) -> None:
        if cut == "after":
            submit = room.submit

            async def away(command: Any, ctx: Any) -> Any:
                if isinstance(command, c.FinishTransfer):
                    raise LogUnavailable("cut off")
                return await submit(command, ctx)

            monkeypatch.setattr(room, "submit", away)
            await carry(self, room, call_id)
        raise asyncio.CancelledError

    regions = built_region(PROVINCE), built_region(OTHER)
    monkeypatch.setattr(Transfers, "_carry_once", cut_off)
    async with inside(tmp_path, regions[0], more=[regions[1]]) as (_, client):
        here, there = [await Taker.at(client, f"call_taker:{name}") for name in (PROVINCE, OTHER)]
        call = await here.speaking()
        assert (await here.post(f"/v1/calls/{call}/transfer", BODY)).status_code == 200
        moving = (await here.calls())[call]
        assert moving["state"] == "answered" and moving["transfer"]["done_at"] is None
        assert (moving["transfer"]["to_call"] in await there.calls()) is (cut == "after")
        problem(await here.post(f"/v1/calls/{call}/close", {"outcome": "advice"}), 409, "intake.call_is_moving")
    monkeypatch.undo()
    async with inside(tmp_path, regions[0], more=[regions[1]]) as (running, client):
        here, there = [await Taker.at(client, f"call_taker:{name}") for name in (PROVINCE, OTHER)]
        await running.transfers.settled(call)  # type: ignore[arg-type]
        gone, come = (await here.calls())[call], await there.calls()
        assert (gone["state"], gone["outcome"]) == ("closed", "transferred")
        assert [one["received"]["call"] for one in come.values()] == [call]


def test_a_service_gets_a_sheet_that_only_call_takers_open(
    server: Server, taker: Seat, desk: Seat, nobody: Seat
) -> None:
    call = taker.done("/v1/calls", {"number": "+15555550143", "point": HERE})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    taker.done(f"/v1/calls/{call}/draft", {"narrative": "<b>he fell</b> {{call}} {{nonce}}"})
    details = problem(
        taker.post(f"/v1/calls/{call}/transfer", {"target": "moon"}), 422, "intake.transfer_target_unknown"
    )
    assert details["known"] == ["ambulance-115", "fire-125"]
    taker.done(f"/v1/calls/{call}/transfer", {"target": "ambulance-115", "note": "breathing"})
    gone = calls_of(server, call)
    assert gone["outcome"] == "transferred" and gone["transfer"]["target"] == "ambulance-115"
    sheet = taker.get(f"/v1/calls/{call}/hand-over")
    assert sheet.status_code == 200 and sheet.headers["content-type"].startswith("text/html")
    for told in (
        "+15555550143",
        "&lt;b&gt;he fell&lt;/b&gt; &#123;&#123;call}}",
        "breathing",
        "اورژانس",
        "51.408900, 35.715600",
    ):
        assert told in sheet.text, told
    assert sheet.text.count(sheet.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]) == 1
    problem(nobody.get(f"/v1/calls/{call}/hand-over"), 401, "auth.not_signed_in")
    seats = [one["id"] for one in nobody.get("/v1/seats").json()["seats"]]
    station = server.seat(next(one for one in seats if one.startswith("station_desk:")))
    problem(station.get(f"/v1/calls/{call}/hand-over"), 403, "organisation.role_may_not")
    problem(station.post(f"/v1/calls/{call}/transfer", {"target": "fire-125"}), 403, "organisation.role_may_not")
    db = open_file(server.data / "audit.sqlite", query_only=True)
    noted = [entry_of(row) for row in db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()]
    db.close(True)
    assert [one.kind for one in noted if one.subject == call and "hand_over" in f"{one.kind}{one.body!r}"]
