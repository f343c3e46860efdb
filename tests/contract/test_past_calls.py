"""Calls beyond memory, what a number's calls came to, and everybody who called about one incident."""

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.house import Running
from nazdik.bootstrap.retention.watch import Retention
from nazdik.intake.commands import ArchiveCalls
from nazdik.intake.model import CallState
from nazdik.kernel import CallId, CommandId, Context, ProvinceId
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog.words import ERASED
from tests.server import HERE, PROVINCE, inside, problem

_keys = itertools.count(1)
CRASH = "تصادف شده، دو نفر زخمی شده‌اند"
ROBBERY = "با چاقو دارند زورگیری می‌کنند، کیفم را دزدیدند"


class Room:
    """A dispatcher's desk in a server of this test's own."""

    def __init__(self, running: Running, http: httpx.AsyncClient) -> None:
        self.running, self.http = running, http

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"idempotency-key": f"past:{next(_keys)}"})

    async def done(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        answer = await self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def call(self, number: str | None, **more: Any) -> str:
        made: str = (await self.done("/v1/calls", {"number": number, **more}))["call_id"]
        return made

    async def hoax(self, number: str) -> None:
        call = await self.call(number)
        await self.done(f"/v1/calls/{call}/answer", {})
        await self.done(f"/v1/calls/{call}/close", {"outcome": "hoax"})

    async def forget_ended(self) -> None:
        """Let every ended call leave the memory, as the sweep of each ten minutes does a day later."""
        room = self.running.entrance.building.rooms[ProvinceId(PROVINCE)]
        now = self.running.entrance.building.clock.now()
        sweep = ArchiveCalls(call_id=CallId(f"{PROVINCE}.sweep"), ended_before=plus_s(now, 1))
        await room.submit(sweep, Context(at=now, actor=SYSTEM, command_id=CommandId(f"sweep{next(_keys)}")))

    def looks(self, what: str) -> list[tuple[str, str]]:
        audit = self.running.entrance.building.audit
        assert audit is not None
        return [(look.subject, look.purpose) for look in audit.read() if look.what == what]


@pytest.fixture
async def room(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Room]:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, http):
        yield Room(running, http)


async def test_what_a_number_came_to_is_a_hint_with_reasons_and_stops_nothing(room: Room) -> None:
    for _ in range(3):
        await room.hoax("+989160000701")
    call = await room.call("0916 000 0701")
    ringing = (await room.get("/v1/calls"))["calls"][0]
    assert (ringing["id"], ringing["state"]) == (call, "ringing"), "it rings like any other"
    found = await room.get(f"/v1/calls/{call}/nuisance")
    assert (found["level"], found["score"]) == ("often", pytest.approx(3.0, abs=0.01))
    assert [(r["finding"], r["count"]) for r in found["reasons"]] == [("hoax", 3)]
    assert room.looks("nuisance") == [(call, "duty")]
    other = await room.call("+989160000702")
    assert (await room.get(f"/v1/calls/{other}/nuisance")) == {"score": 0.0, "level": "none", "reasons": []}
    hidden = await room.call(None)
    assert (await room.get(f"/v1/calls/{hidden}/nuisance"))["level"] == "none"


async def test_only_those_who_take_calls_see_it(room: Room) -> None:
    call = await room.call("+989160000703")
    signed = await room.http.post("/v1/sessions", json={"seat": f"province_desk:{PROVINCE}"})
    desk = {"authorization": f"Bearer {signed.json()['token']}"}
    for path in (f"/v1/calls/{call}/nuisance", f"/v1/calls/{call}/history?purpose=complaint"):
        problem(await room.http.get(path, headers=desk), 403, "organisation.role_may_not")
    assert room.looks("nuisance") == room.looks("past_calls") == []


async def test_calls_that_left_the_memory_are_found_for_a_purpose(room: Room) -> None:
    opened = await room.call("+989160000704")
    await room.done(f"/v1/calls/{opened}/classification", {"kind": "noise", "point": HERE})
    await room.hoax("+989160000704")
    await room.forget_ended()
    call = await room.call("+989160000704")
    assert (await room.get(f"/v1/calls/{call}/history"))["total"] == 0
    problem(await room.http.get(f"/v1/calls/{call}/history?purpose=x"), 422, "organisation.purpose_needed")
    assert room.looks("past_calls") == []
    found = await room.get(f"/v1/calls/{call}/history", purpose="the caller says they called before")
    assert found["total"] == 2
    assert [(c["outcome"], c["incident"] is None) for c in found["calls"]] == [("hoax", True), (None, False)]
    assert found["calls"][1]["incident_number"] == 1
    assert room.looks("past_calls") == [(call, "the caller says they called before")]
    assert found["looks"] == [], "nobody looked before"
    later = await room.call("+989160000704")
    again = await room.get(f"/v1/calls/{later}/history", purpose="the same caller once more")
    (look,) = again["looks"]
    assert (look["by"], look["purpose"]) == (f"seat:dispatcher:{PROVINCE}", "the caller says they called before")
    assert (await room.get(f"/v1/calls/{call}/nuisance"))["level"] == "some"


async def test_an_incident_keeps_its_callers_and_names_the_one_who_does_not_belong(room: Room) -> None:
    first = await room.call("+989160000710", narrative=CRASH)
    incident = (
        await room.done(
            f"/v1/calls/{first}/classification", {"kind": "crash_injury", "point": HERE, "narrative": CRASH}
        )
    )["incident_id"]
    others = []
    for n, words in enumerate([CRASH, CRASH, ROBBERY, CRASH]):
        call = await room.call(f"+98916000072{n}", narrative=words, point=HERE, accuracy_m=50)
        await room.done(f"/v1/calls/{call}/answer", {})
        await room.done(f"/v1/calls/{call}/link", {"incident": incident})
        others.append(call)
    found = await room.get(f"/v1/incidents/{incident}/callers")
    assert [each["call"]["id"] for each in found["callers"]] == [first, *others]
    assert [each["began"] for each in found["callers"]] == [True, False, False, False, False]
    odd = [each for each in found["callers"] if each["odd"]]
    assert [each["call"]["id"] for each in odd] == [others[2]]
    assert odd[0]["odd"]["reasons"] == ["kind"] and odd[0]["odd"]["words"]
    assert room.looks("callers") == [(incident, "duty")]
    await room.done(f"/v1/calls/{others[2]}/link", {"incident": None})
    found = await room.get(f"/v1/incidents/{incident}/callers")
    assert others[2] not in [each["call"]["id"] for each in found["callers"]]
    problem(await room.post(f"/v1/calls/{first}/link", {"incident": None}), 409, "intake.call_state_wrong")
    await room.forget_ended()
    found = await room.get(f"/v1/incidents/{incident}/callers")
    assert (found["callers"], found["past"]) == ([], 4)
    found = await room.get(f"/v1/incidents/{incident}/callers", purpose="asked by the prosecutor")
    assert [each["call"]["id"] for each in found["callers"]] == [first, others[0], others[1], others[3]]
    assert found["callers"][0]["call"]["number"] == "+989160000710"
    assert all(each["past"] for each in found["callers"]) and found["past"] == 0
    assert room.looks("past_callers") == [(incident, "asked by the prosecutor")]


async def test_several_are_written_to_if_they_agreed_and_called_back_if_they_have_a_number(room: Room) -> None:
    calls = [await room.call(f"+98916000073{n}") for n in range(3)] + [await room.call(None)]
    problem(await room.post("/v1/calls/texts", {"calls": calls, "text": "سلام"}), 409, "intake.nobody_to_text")
    for call in calls[:2]:
        await room.done(f"/v1/calls/{call}/texts-agreed", {"agreed": True})
    await room.done(f"/v1/calls/{calls[1]}/texts-agreed", {"agreed": False})
    said = await room.done("/v1/calls/texts", {"calls": calls, "text": "کمک در راه است"})
    assert said["events"] == ["intake.text_sent.v1"]
    by_id = {call["id"]: call for call in (await room.get("/v1/calls"))["calls"]}
    assert [len(by_id[call]["texts"]) for call in calls] == [1, 0, 0, 0]
    assert [by_id[call]["takes_texts"] for call in calls] == [True, False, False, False]
    said = await room.done("/v1/calls/call-backs", {"calls": calls})
    assert len(said["events"]) == 3
    by_id = {call["id"]: call for call in (await room.get("/v1/calls"))["calls"]}
    assert [by_id[call]["call_back"] for call in calls] == ["due", "due", "due", None]
    assert [by_id[call]["call_back_by"] for call in calls] == [None] * 4, "nobody gave up: no limit, no alarm"
    unknown = {"calls": [calls[0], f"{PROVINCE}.cnone"], "text": "x"}
    problem(await room.post("/v1/calls/texts", unknown), 404, "intake.call_not_found")
    assert (await room.post("/v1/calls/texts", {"calls": [], "text": "x"})).status_code == 422


async def test_the_index_is_made_anew_when_it_is_gone(tmp_path: Path, built_region: Callable[[str], Path]) -> None:
    region = built_region(PROVINCE)
    async with inside(tmp_path, region) as (running, http):
        await Room(running, http).hoax("+989160000740")
    for file in tmp_path.glob("past-calls.sqlite*"):
        file.unlink()
    async with inside(tmp_path, region) as (running, http):
        room = Room(running, http)
        call = await room.call("+989160000740")
        assert (await room.get(f"/v1/calls/{call}/nuisance"))["level"] == "some"


async def test_a_server_erases_words_by_rule_and_goes_on(room: Room) -> None:
    building, book = room.running.entrance.building, room.running.call_book
    over = await room.call("+989160000801", narrative="سخنی که می‌رود")
    await room.done(f"/v1/calls/{over}/answer", {})
    await room.done(f"/v1/calls/{over}/close", {"outcome": "hoax", "narrative": "چیزی نبود"})
    open_ = await room.call("+989160000802", narrative="سخنی که می‌ماند")
    await room.done(f"/v1/calls/{open_}/answer", {})
    told = await room.done(f"/v1/calls/{open_}/classification", {"kind": "noise", "point": HERE, "place": "کوچهٔ نمونه"})
    await room.forget_ended()

    assert building.audit is not None
    later = VirtualClock(plus_s(building.clock.now(), 4_000 * 86_400))
    retention = Retention(room.running.entrance.settings, None, building.audit, later, rooms=building.rooms)
    (line,) = (await retention.run_once()).lines
    noted = next(row for row in building.audit.read() if row.subject == "retention:words")
    assert noted.details["keys"] == {gone.name: gone.sha256 for gone in line.files} and line.kept == 1

    gone, stays = await book.read_back(CallId(over)), await book.read_back(CallId(open_))
    assert gone is not None and (gone.number, gone.narrative, gone.state) == (ERASED, ERASED, CallState.CLOSED)
    assert stays is not None and (stays.number, stays.narrative) == ("+989160000802", "سخنی که می‌ماند")
    timeline = await room.get(f"/v1/incidents/{told['incident_id']}/timeline")
    assert "کوچهٔ نمونه" in str(timeline) and ERASED not in str(timeline)
    after = await room.call("+989160000803", narrative="پس از آن")
    back = await book.read_back(CallId(after))
    assert back is not None and back.narrative == "پس از آن", "the next words have a key of their own"
    log = building.rooms[ProvinceId(PROVINCE)].log
    assert log.verify().whole and load_state(log, ProvinceId(PROVINCE)) == building.rooms[ProvinceId(PROVINCE)].state
