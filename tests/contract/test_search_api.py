"""One box: everything is found as people type it, what is personal only for a purpose, and every look is written down."""

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.house import Running
from nazdik.intake.commands import ArchiveCalls
from nazdik.kernel import CallId, CommandId, Context, ProvinceId
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from tests.server import HERE, NEARBY, PROVINCE, inside, problem

_keys = itertools.count(1)


class Box:
    """A dispatcher with the one box, in a server of this test's own."""

    def __init__(self, running: Running, http: httpx.AsyncClient) -> None:
        self.running, self.http = running, http

    async def done(self, path: str, body: Any) -> dict[str, Any]:
        answer = await self.http.post(path, json=body, headers={"idempotency-key": f"search:{next(_keys)}"})
        assert answer.status_code in (200, 201), answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def find(self, text: str, **more: Any) -> dict[str, Any]:
        return await self.done("/v1/search", {"text": text, **more})

    async def incident(self, place: str, kind: str = "noise", point: list[float] = HERE) -> str:
        opened: str = (await self.done("/v1/incidents", {"kind": kind, "point": point, "place": place}))["incident_id"]
        return opened

    def looks(self, what: str) -> list[tuple[str, str]]:
        audit = self.running.entrance.building.audit
        assert audit is not None
        return [(look.subject, look.purpose) for look in audit.read() if look.what == what]


@pytest.fixture
async def box(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Box]:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, http):
        yield Box(running, http)


async def test_an_incident_is_found_by_all_that_people_know_of_it(box: Box) -> None:
    far = await box.incident("کیان‌پارس، خیابان ۱۰", point=NEARBY)
    near = await box.incident("کیان‌پارس، خیابان ۱۲")
    for typed, why in (
        ("كيان پارس", "place"),  # Arabic letters, a space for the joiner
        ("کیانپارس", "place"),
        ("کیاپارس", "place"),  # a letter too few
        (";dhk", "place"),  # the same keys, on the Latin layout
    ):
        found = await box.find(typed, near=HERE)
        assert [each["id"] for each in found["incidents"]] == [near, far], typed
        assert found["incidents"][0]["why"] == why
    by_number = await box.find("۲")
    assert (by_number["incidents"][0]["id"], by_number["incidents"][0]["why"]) == (near, "number")
    by_kind = await box.find("noise")
    assert {each["id"] for each in by_kind["incidents"]} == {near, far}
    assert await box.find("   ") == await box.find("،؛") and not (await box.find(""))["incidents"]
    nothing = await box.find("هیچ‌جای‌ناکجا")
    assert nothing["incidents"] == nothing["units"] == nothing["offices"] == []


async def test_units_offices_and_places_are_in_the_same_box(box: Box) -> None:
    unit = next(iter(box.running.entrance.building.rooms[ProvinceId(PROVINCE)].state.world.units.values()))
    assert (await box.find(unit.call_sign.lower()))["units"][0]["id"] == unit.id
    begun = await box.find(unit.call_sign[:2])
    assert all(each["call_sign"].startswith(unit.call_sign[:2]) for each in begun["units"]), "one word, not two"
    office = next(o for o in box.running.entrance.building.offices.list_offices() if o.tier == "station")
    found = await box.find(office.name_fa)
    assert office.id in [each["id"] for each in found["offices"]]
    assert any(each["office"] == office.id and each["why"] == "office" for each in found["units"])
    assert (await box.find("ولیعصر"))["places"]
    await box.done(f"/v1/units/{unit.id}/duty", {"on": True})
    incident = await box.incident("")
    await box.done(f"/v1/incidents/{incident}/assignments", {"units": [unit.id]})
    assert (await box.find(unit.call_sign))["incidents"][0]["why"] == "unit"


async def test_callers_and_words_are_searched_for_a_purpose_that_is_kept(box: Box) -> None:
    call = (await box.done("/v1/calls", {"number": "+989160004321", "name": "نام ساختگی"}))["call_id"]
    opened = {"kind": "noise", "point": HERE, "narrative": "صدای بلندگوی کارگاه، پلاک ۲۴ ب ۳۵۷ ایران ۱۴"}
    incident = (await box.done(f"/v1/calls/{call}/classification", opened))["incident_id"]
    silent = await box.find("09160004321")
    assert (silent["calls"], silent["personal"]) == ([], False)
    assert not (await box.find("بلندگوی"))["incidents"]
    assert box.looks("search_calls") == box.looks("search_words") == []
    why = "the caller asks after the patrol"
    for typed, by in (
        ("0916 000 4321", "number"),
        ("۰۰۴۳۲۱", "number"),
        ("0916", "number"),
        ("نام ساختگي", "name"),
        ("بلندگو", "words"),
        ("24ب357-14", "words"),
        ("۲۴ ب ۳۵۷ ایران ۱۴", "words"),
    ):
        found = await box.find(typed, purpose=why)
        assert [(each["id"], each["why"], each["incident"]) for each in found["calls"]] == [(call, by, incident)], typed
    words = (await box.find("بلندگو", purpose=why))["incidents"]
    assert [(each["id"], each["why"]) for each in words] == [(incident, "words")]
    assert set(box.looks("search_calls")) == {(call, why)} and set(box.looks("search_words")) == {(incident, why)}
    refused = await box.http.post("/v1/search", json={"text": "0916", "purpose": "x"})
    problem(refused, 422, "organisation.purpose_needed")
    assert [purpose for _, purpose in box.looks("search")].count("duty") == 2


async def test_a_call_that_left_the_memory_is_found_by_its_whole_number(box: Box) -> None:
    call = (await box.done("/v1/calls", {"number": "+989160004322"}))["call_id"]
    await box.done(f"/v1/calls/{call}/answer", {})
    await box.done(f"/v1/calls/{call}/close", {"outcome": "advice"})
    room = box.running.entrance.building.rooms[ProvinceId(PROVINCE)]
    now = box.running.entrance.building.clock.now()
    sweep = ArchiveCalls(call_id=CallId(f"{PROVINCE}.sweep"), ended_before=plus_s(now, 1))
    await room.submit(sweep, Context(at=now, actor=SYSTEM, command_id=CommandId("sweep:search")))
    assert not (await box.find("4322", purpose="a complaint"))["calls"], "the index knows whole numbers"
    found = await box.find("0916 000 4322", purpose="a complaint")
    assert [(each["id"], each["past"], each["number"]) for each in found["calls"]] == [(call, True, None)]


async def test_who_takes_no_calls_finds_none(box: Box) -> None:
    await box.done("/v1/calls", {"number": "+989160004323"})
    signed = await box.http.post("/v1/sessions", json={"seat": f"province_desk:{PROVINCE}"})
    desk = {"authorization": f"Bearer {signed.json()['token']}"}
    asked = {"text": "09160004323", "purpose": "curiosity"}
    problem(await box.http.post("/v1/search", json=asked, headers=desk), 403, "organisation.role_may_not")
    answer = await box.http.post("/v1/search", json={"text": "09160004323"}, headers=desk)
    assert (answer.json()["calls"], answer.json()["personal"]) == ([], False)
    outside = await box.http.post("/v1/search", json={"text": "a", "near": [500, 0]}, headers=desk)
    problem(outside, 422, "geo.point_invalid")
