"""Paper for when the screens are dark: one file with everything in it, for those who take calls, written down."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from nazdik.bootstrap.house import Running
from tests.server import HERE, PROVINCE, inside, problem

OPENED = {"kind": "fight", "point": HERE, "place": "میدان <آزمون>", "narrative": "دو نفر & چند تن"}
Desk = tuple[Running, httpx.AsyncClient]


@pytest.fixture
async def desk(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Desk]:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, http):
        call = await http.post("/v1/calls", json={"number": "+989160005511"}, headers={"idempotency-key": "paper:1"})
        answer = await http.post(
            f"/v1/calls/{call.json()['call_id']}/classification", json=OPENED, headers={"idempotency-key": "paper:2"}
        )
        assert answer.status_code == 200, answer.text
        unit = f"{PROVINCE}.u.A03"
        await http.post(f"/v1/units/{unit}/duty", json={"on": True}, headers={"idempotency-key": "paper:3"})
        yield running, http


def looks(running: Running, what: str) -> list[str]:
    audit = running.entrance.building.audit
    assert audit is not None
    return [look.subject for look in audit.read() if look.what == what]


async def test_the_pack_holds_what_is_open_who_is_on_duty_and_blank_forms(desk: Desk) -> None:
    running, http = desk
    answer = await http.get("/v1/paper?forms=4")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    text = answer.text
    assert 'dir="rtl"' in text and "میدان &lt;آزمون&gt;" in text and "<آزمون>" not in text
    assert "+989160005511" in text and "A03" in text and "نزاع" in text
    assert len(re.findall(r'<section class="form', text)) == 4 and "برگهٔ تماس ۴" in text
    assert not re.search(r"(src|href)=|url\(|<script|@import", text), "it opens without anything else"
    assert looks(running, "paper") == [PROVINCE]
    english = (await http.get("/v1/paper?lang=en&forms=0")).text
    assert 'dir="ltr"' in english and "Open incidents (1)" in english and 'class="form' not in english
    assert len(re.findall(r'<section class="form', (await http.get("/v1/paper?forms=999")).text)) == 40
    assert (await http.get("/v1/paper?lang=xx")).status_code == 422


async def test_a_sheet_has_all_of_an_incident_and_is_its_readers_alone(desk: Desk) -> None:
    running, http = desk
    incident = (await http.get("/v1/incidents")).json()["incidents"][0]["id"]
    text = (await http.get(f"/v1/incidents/{incident}/sheet")).text
    assert "برگهٔ رخداد ۱" in text and "دو نفر &amp; چند تن" in text and "+989160005511" in text
    assert looks(running, "sheet") == [incident]
    problem(await http.get(f"/v1/incidents/{PROVINCE}.inone/sheet"), 404, "dispatch.incident_not_found")
    for seat in (f"province_desk:{PROVINCE}", "national_desk"):
        signed = await http.post("/v1/sessions", json={"seat": seat})
        if signed.status_code != 201:
            continue
        headers = {"authorization": f"Bearer {signed.json()['token']}"}
        for path in (f"/v1/incidents/{incident}/sheet", "/v1/paper"):
            problem(await http.get(path, headers=headers), 403, "organisation.role_may_not")
    assert looks(running, "sheet") == [incident]


async def test_positions_that_see_the_same_share_what_is_written_and_each_is_written_down(desk: Desk) -> None:
    running, http = desk
    before = (await http.get("/v1/paper")).text
    await http.post("/v1/incidents", json=OPENED, headers={"idempotency-key": "paper:9"})
    token = (await http.post("/v1/sessions", json={"seat": f"call_taker:{PROVINCE}"})).json()["token"]
    taker = {"authorization": f"Bearer {token}"}
    assert "رخدادهای باز (۱)" in (await http.get("/v1/paper")).text, "a moment old at most"
    other = (await http.get("/v1/paper", headers=taker)).text
    assert "رخدادهای باز (۲)" in other, "another role has rows of its own"
    assert len(looks(running, "paper")) == 3
    assert "به دست \u2068تلفن‌گیر، " in other and "به دست \u2068اعزام‌کننده، " in before, "and its own name on it"
    english = (await http.get("/v1/paper?lang=en&forms=0")).text
    assert re.search("by \u2068dispatcher, [A-Z]", english)
    assert "seat:" not in before + other + english, "no id of a seat is read by anybody"
