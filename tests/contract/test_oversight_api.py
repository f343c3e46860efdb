"""The doors of oversight, over a real log: what citizens and desks are given, refused, and never given."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image

from nazdik.bootstrap.oversight.house import OversightHouse, build_oversight, desk_app, public_app
from nazdik.kernel import Actor, OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.codes import check_digit, read_code, shown
from nazdik.oversight.facts import Receipt
from nazdik.oversight.limits import BURST
from nazdik.oversight.model import INSPECTORATE, Duty
from nazdik.oversight.verifier import check
from nazdik.platform.clock import VirtualClock
from nazdik.platform.http import networks_of
from tests.unit.oversight.town import BEGIN, FORCE, LONG_AGO, TREE

PASSWORD = "a long pass phrase 197"
COMPLAINT = {
    "kind": "complaint",
    "text": "مأمور گشت با من تند حرف زد",
    "office": "p.a.1",
    "unit": "p.a.1",
    "category": "conduct",
}
KEEPER = Actor(id="register", role="staff")


class Counter:
    number = 0

    @classmethod
    def key(cls) -> dict[str, str]:
        cls.number += 1
        return {"Idempotency-Key": f"key-for-this-test-{cls.number:06d}"}


class Doors:
    """A house with both applications, and clients for a citizen and each desk."""

    def __init__(self, house: OversightHouse, clock: VirtualClock) -> None:
        self.house, self.clock = house, clock
        self.public = public_app(house)
        self.citizen = self.client(self.public)
        self.desk = desk_app(house)
        self.tokens: dict[str, str] = {}

    def client(self, app: Any, address: str = "203.0.113.7") -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, client=(address, 4711)), base_url="http://197.test"
        )

    def at(self, person: str) -> httpx.AsyncClient:
        if person not in self.tokens:
            self.tokens[person], _ = self.house.registry.open_session(person, "oversight", {})
        client = self.client(self.desk)
        client.headers["Authorization"] = f"Bearer {self.tokens[person]}"
        return client

    async def complain(self, **more: Any) -> dict[str, Any]:
        answer = await self.citizen.post("/v1/contacts", json={**COMPLAINT, **more}, headers=Counter.key())
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def case_at(self, person: str) -> str:
        return str((await self.at(person).get("/v1/cases")).json()["cases"][-1]["id"])


@asynccontextmanager
async def opened(folder: Path, clock: VirtualClock) -> AsyncIterator[Doors]:
    house = build_oversight(folder, clock=clock)
    await house.open()
    try:
        yield Doors(house, clock)
    finally:
        await house.close()


async def settle(house: OversightHouse) -> None:
    await house.oversight.submit(c.PutOffices(offices=TREE), KEEPER, "offices")
    posts = [
        c.PostPerson(person=PersonId(person), office=OfficeId(office), duty=duty, since=LONG_AGO)
        for person, (office, duty) in FORCE.items()
    ]
    await asyncio.gather(*(house.oversight.submit(post, KEEPER, f"post {post.person}") for post in posts))


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as made:
        await settle(made.house)
        yield made


# Citizens


async def test_a_complaint_gets_a_code_a_receipt_that_holds_and_a_date(doors: Doors) -> None:
    answer = await doors.complain()
    assert [len(group) for group in answer["code"].split()] == [4, 4, 4, 4, 1]
    assert answer["acknowledge_by"] and answer["tells"] == []
    receipt = msgspec.convert(answer["receipt"], Receipt)
    checked = check(receipt, text=COMPLAINT["text"])
    assert checked.holds and checked.recorded_at
    assert COMPLAINT["text"] not in json.dumps(answer, ensure_ascii=False)
    view = (await doors.citizen.post("/v1/follow-up", json={"code": answer["code"]})).json()
    assert view["state"] == "received" and view["office"]["id"] == "p.a" and view["next_due_at"]
    assert [one["id"] for one in view["passed"]] == ["p.a.1"]
    typed = answer["code"].translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")).replace(" ", "-")
    assert (await doors.citizen.post("/v1/follow-up", json={"code": typed})).status_code == 200


async def test_sent_twice_it_is_one_contact_with_one_code(doors: Doors) -> None:
    key = Counter.key()
    first, again = [await doors.citizen.post("/v1/contacts", json=COMPLAINT, headers=key) for _ in range(2)]
    assert first.json()["code"] == again.json()["code"] and len(doors.house.oversight.state.cases) == 1
    other = await doors.citizen.post("/v1/contacts", json={**COMPLAINT, "text": "چیز دیگر"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "http.idempotency_key_reused")
    short = await doors.citizen.post("/v1/contacts", json=COMPLAINT, headers={"Idempotency-Key": "1"})
    assert (short.status_code, short.json()["code"]) == (422, "oversight.key_too_short")


async def test_no_answer_sets_a_cookie_and_nothing_of_the_address_is_kept(doors: Doors, tmp_path: Path) -> None:
    answer = await doors.complain()
    seen = [
        await doors.citizen.get("/v1/offices", headers={"Cookie": "nazdik_session=x"}),
        await doors.citizen.post("/v1/follow-up", json={"code": answer["code"]}),
        await doors.citizen.post("/v1/follow-up", json={"code": "1"}),
        await doors.citizen.get("/nowhere"),
    ]
    for each in seen:
        assert "set-cookie" not in each.headers
        assert "geolocation=()" in each.headers["permissions-policy"]
        assert each.headers["referrer-policy"] == "no-referrer"
    everything = b"".join(path.read_bytes() for path in (tmp_path / "197").rglob("*") if path.is_file())
    assert b"203.0.113.7" not in everything and answer["code"].replace(" ", "")[:16].encode() not in everything
    assert "203.0.113.7" not in repr(vars(doors.house.oversight.limits))


async def test_unknown_foreign_and_mistyped_codes_look_the_same_and_slow_the_next_down(doors: Doors) -> None:
    code = read_code((await doors.complain())["code"])
    assert code is not None
    foreign = str((int(code) + 1) % 10**16).rjust(16, "0")
    mistyped = code[:15] + str((int(code[15]) + 1) % 10) + check_digit(code)
    given = []
    for typed in (shown(foreign), mistyped, "سلام", "", "9" * 100):
        answer = await doors.citizen.post("/v1/follow-up", json={"code": typed})
        body = {k: v for k, v in answer.json().items() if k != "request_id"}
        given.append((answer.status_code, body))
    assert given[0][0] == 404 and all(one == given[0] for one in given)
    slow = await doors.citizen.post("/v1/follow-up", json={"code": shown(code)})
    assert slow.status_code == 429 and int(slow.headers["retry-after"]) >= 1
    elsewhere = doors.client(doors.public, "198.51.100.9")
    assert (await elsewhere.post("/v1/follow-up", json={"code": shown(code)})).status_code == 200


async def test_many_contacts_from_one_place_have_to_wait_and_others_do_not(doors: Doors) -> None:
    for _ in range(int(BURST)):
        await doors.complain()
    late = await doors.citizen.post("/v1/contacts", json=COMPLAINT, headers=Counter.key())
    assert (late.status_code, late.json()["code"], late.json()["retryable"]) == (
        403,
        "oversight.too_many_contacts",
        True,
    )
    elsewhere = doors.client(doors.public, "198.51.100.9")
    assert (await elsewhere.post("/v1/contacts", json=COMPLAINT, headers=Counter.key())).status_code == 201
    doors.clock.advance_s(11)
    await doors.complain()


async def test_a_citizen_and_the_desk_write_to_each_other_and_notes_stay_inside(doors: Doors) -> None:
    code = (await doors.complain())["code"]
    case_id = await doors.case_at("desk-a")
    desk = doors.at("desk-a")
    for body in ({"text": "دیده شد", "answers": True}, {"text": "یادداشت درونی", "internal": True}):
        done = await desk.post(f"/v1/cases/{case_id}/acts/write", json=body, headers=Counter.key())
        assert done.status_code == 200, done.text
    body = {"code": code, "text": "ممنون، یک چیز دیگر"}
    view = (await doors.citizen.post("/v1/follow-up/messages", json=body, headers=Counter.key())).json()
    assert [m["from_citizen"] for m in view["messages"]] == [False, True]
    assert "یادداشت درونی" not in json.dumps(view, ensure_ascii=False)
    states = {one["clock"]: one["state"] for one in view["clocks"]}
    assert states["first_answer"] == "kept" and states["final"] == "running"
    assert len((await desk.get(f"/v1/cases/{case_id}")).json()["messages"]) == 3


def picture(**exif: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (40, 30), "teal")
    data = Image.Exif()
    data[0x010F] = "SECRET-MAKER"
    image.save(out, "JPEG", exif=data, **exif)
    return out.getvalue()


async def test_the_desk_above_reads_why_a_second_look_was_asked_for_and_what_came_of_it(doors: Doors) -> None:
    code = (await doors.complain(kind="guidance"))["code"]
    (case_id,) = doors.house.oversight.state.cases
    path, below, above = f"/v1/cases/{case_id}", doors.at("desk-a"), doors.at("desk-p")
    closed = await below.post(f"{path}/acts/close", json={"answer": "پاسخ"}, headers=Counter.key())
    assert closed.status_code == 200
    asked = {"code": code, "grounds": "پاسخ روشن نبود"}
    assert (await doors.citizen.post("/v1/follow-up/review", json=asked, headers=Counter.key())).status_code == 200
    seen = (await above.get(path)).json()
    assert (seen["review"], seen["review_office"]["id"], seen["review_grounds"]) == ("asked", "p", "پاسخ روشن نبود")
    decided = {"reopen": False, "outcome": "پاسخ درست بود"}
    done = await above.post(f"{path}/acts/decide-review", json=decided, headers=Counter.key())
    assert done.status_code == 200
    seen = (await above.get(path)).json()
    assert (seen["review"], seen["review_outcome"]) == ("upheld", "پاسخ درست بود")


async def test_pictures_are_kept_without_what_telephones_write_into_them(doors: Doors, tmp_path: Path) -> None:
    sent = picture()
    assert b"SECRET-MAKER" in sent
    await doors.complain(photos=[base64.b64encode(sent).decode()])
    case_id = await doors.case_at("desk-a")
    desk = doors.at("desk-a")
    name = (await desk.get(f"/v1/cases/{case_id}")).json()["files"][0]
    got = await desk.get(f"/v1/cases/{case_id}/files/{name}")
    assert got.headers["content-type"] == "image/jpeg" and b"SECRET-MAKER" not in got.content
    assert not any(b"SECRET-MAKER" in p.read_bytes() for p in (tmp_path / "197").rglob("*") if p.is_file())
    assert (await doors.at("desk-b").get(f"/v1/cases/{case_id}/files/{name}")).status_code == 404


ODD: list[tuple[dict[str, Any], int]] = [
    ({"text": ""}, 422),
    ({"text": "\u200c\n"}, 422),
    ({"text": "آ" * 20_000}, 201),
    ({"text": "آ" * 20_001}, 422),
    ({"text": "😡😡👎"}, 201),
    ({"text": "<script>alert(1)</script>"}, 201),
    ({"text": "'; DROP TABLE case_row; --\u0000"}, 201),
    ({"text": "ترافيك كنار ميدان"}, 201),
    ({"text": 7}, 422),
    ({"kind": "rant"}, 422),
    ({"office": "nowhere"}, 422),
    ({"unit": "nowhere"}, 422),
    ({"incident_at": "yesterday"}, 422),
    ({"incident_at": "2099-01-01T00:00:00Z"}, 422),
    ({"photos": ["AAAA"] * 4}, 422),
    ({"photos": ["AAAA"]}, 422),
    ({"photos": ["*"]}, 422),
    ({"surprise": 1}, 422),
]


async def test_odd_input_is_taken_or_refused_with_a_code(doors: Doors) -> None:
    for number, (more, status) in enumerate(ODD):
        client = doors.client(doors.public, f"198.51.100.{number}")
        answer = await client.post("/v1/contacts", json={**COMPLAINT, **more}, headers=Counter.key())
        assert answer.status_code == status, (more, answer.text)
        if status != 201:
            assert "." in answer.json()["code"] and answer.json()["title"]
    found = (await doors.at("desk-a").get("/v1/search", params={"q": "ترافیک کنار"})).json()
    assert len(found) == 1, "Arabic letters are found by Persian ones"
    views = [row["opening"] for row in (await doors.at("desk-a").get("/v1/cases")).json()["cases"]]
    assert "<script>alert(1)</script>" in views, "words are kept as they are; a page shows them as words"


async def test_a_film_of_four_gigabytes_is_refused_before_it_is_read(doors: Doors) -> None:
    read = 0

    async def film() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(4096):
            read += 1
            yield b"x" * (1 << 20)

    said = {"content-length": str(4 << 30), "content-type": "application/json", **Counter.key()}
    answer = await doors.citizen.post("/v1/contacts", content=film(), headers=said)
    assert answer.status_code == 413 and read < 30


async def test_words_that_tell_who_wrote_them_are_warned_of(doors: Doors) -> None:
    for text, tells in (
        ("شماره‌ام ۰۹۱۲-۳۴۵-۶۷۸۹ است", ["phone"]),
        ("کد ملی 0012345679", ["national_id"]),
        ("پلاک ۱۲ ب ۳۴۵ ایران ۶۷", ["plate"]),
        ("ساعت ۱۲ در میدان", []),
    ):
        assert (await doors.citizen.post("/v1/tells-who", json={"text": text})).json() == {"tells": tells}, text


async def test_who_will_see_it_is_said_before_it_is_sent(doors: Doors) -> None:
    ask = {"kind": "complaint", "office": "p.a.1", "unit": "p.a.1", "category": "custody"}
    said = (await doors.citizen.post("/v1/who-sees", json=ask)).json()
    assert said["office"]["id"] == "p.a" and said["referred"]
    assert [one["id"] for one in said["shut_out"]] == ["p.a.1"]
    assert not doors.house.oversight.state.cases


# Desks


async def test_every_door_of_a_desk_is_shut_to_who_is_shut_out(doors: Doors) -> None:
    """The county's handler is kin of the accused: every way to the case says that there is none."""
    await doors.house.oversight.submit(
        c.TiePersons(person=PersonId("desk-a"), other=PersonId("officer-a1")), KEEPER, "tie"
    )
    body = {**COMPLAINT, "person": "officer-a1", "source": "phone", "text": "شکایت از مأمور الف"}
    made = await doors.at("desk-p").post("/v1/cases", json=body, headers=Counter.key())
    assert made.status_code == 201
    case_id = made.json()["case_id"]
    topic = doors.house.oversight.state.cases[case_id].topic
    shut, free = doors.at("desk-a"), doors.at("desk-p")
    assert (await free.get(f"/v1/cases/{case_id}")).status_code == 200
    for path in (
        "/v1/cases",
        "/v1/cases?closed=true",
        "/v1/search?q=مأمور الف",
        "/v1/notices",
        "/v1/topics",
        f"/v1/topics/{topic}",
        "/v1/cases?apart=true",
        "/v1/limits",
        "/v1/export.csv?purpose=x",
    ):
        assert case_id not in (await shut.get(path)).text
    handed = await shut.post("/v1/exports", json={"purpose": "آزمون"})
    assert handed.status_code == 200 and case_id not in handed.text
    assert case_id in (await free.post("/v1/exports", json={"purpose": "آزمون"})).text
    assert (await shut.get("/v1/cases")).json()["counts"] == {}
    unknown = await shut.get("/v1/cases/ffffffffffffffffffff")
    refused = await shut.get(f"/v1/cases/{case_id}")
    assert (refused.status_code, refused.json()["code"], refused.json()["title"]) == (
        404,
        "oversight.case_not_found",
        unknown.json()["title"],
    )
    from nazdik.oversight.desk_api import ACTS

    fields: dict[str, dict[str, Any]] = {
        "allegation": {"category": "delay"}, "identify": {"number": 1, "person": "x"}, "assign": {"handler": "desk-a"},
        "write": {"text": "x"}, "pause": {"clock": "final", "reason": "x"}, "resume": {"clock": "final"},
        "find": {"number": 1, "finding": "unfounded"}, "take-withdrawal": {"pressure": False}, "close": {"answer": "x"},
        "conciliate": {"terms": "x", "citizen_agreed": True, "office_agreed": True}, "referral-outcome": {"outcome": "x"},
        "decide-review": {"reopen": True, "outcome": "x"}, "limit-contact": {"why": "x", "review_day": 20_800},
        "lift-limit": {"why": "x"}, "type-out": {"name": "x", "text": "x"}, "pass-commendation": {"person": "x"},
        "join": {"to": "x", "why": "x"}, "part": {"why": "x"},
    }  # fmt: skip
    before = doors.house.oversight.state
    for act in ACTS:
        answer = await shut.post(f"/v1/cases/{case_id}/acts/{act}", json=fields.get(act, {}), headers=Counter.key())
        assert (answer.status_code, answer.json()["code"]) == (404, "oversight.case_not_found"), act
    many = await shut.post(f"/v1/topics/{topic}/answer", json={"text": "x"}, headers=Counter.key())
    assert many.status_code == 404
    assert doors.house.oversight.state is before, "nothing came of it"


async def test_nobody_without_a_desk_gets_in_and_a_posting_that_ended_ends_the_session(doors: Doors) -> None:
    client = doors.client(doors.desk)
    for path in ("/v1/cases", "/v1/session", "/v1/notices", "/v1/topics", "/v1/export.csv?purpose=x", "/v1/cases/x"):
        assert (await client.get(path)).status_code == 401
        assert (await doors.at("officer-a1").get(path)).status_code == 401, "served, and sits at no desk"
    assert (await doors.at("desk-a").get("/v1/session")).json()["desks"][0]["id"] == "p.a"
    move = c.PostPerson(
        person=PersonId("desk-a"), office=OfficeId("p.b.1"), duty=Duty.STAFF, since=BEGIN, ends_others=True
    )
    await doors.house.oversight.submit(move, KEEPER, "move")
    assert (await doors.at("desk-a").get("/v1/session")).status_code == 401


async def test_signing_in_needs_the_right_password_and_a_desk(doors: Doors) -> None:
    for person in ("desk-a", "officer-a1"):
        doors.house.registry.set_password(person, PASSWORD)
    client = doors.client(doors.desk)
    for person, password, status in (
        ("desk-a", "wrong", 401),
        ("officer-a1", PASSWORD, 401),
        ("desk-a", PASSWORD, 201),
    ):
        answer = await client.post("/v1/session", json={"person": person, "password": password})
        assert answer.status_code == status and "set-cookie" not in answer.headers
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert (await client.delete("/v1/session")).status_code == 204
    assert (await client.get("/v1/session")).status_code == 401


async def test_guessing_at_a_desk_of_197_gets_slower_and_never_keeps_the_desk_itself_out(doors: Doors) -> None:
    doors.house.registry.set_password("desk-a", PASSWORD)
    thief, own = doors.client(doors.desk, "198.51.100.9"), doors.client(doors.desk, "10.1.1.1")
    guess, right = ({"person": "desk-a", "password": word} for word in ("is it this one then", PASSWORD))
    answers = await asyncio.gather(*(thief.post("/v1/session", json=guess) for _ in range(12)))
    assert sorted({answer.status_code for answer in answers}) == [401, 429]
    assert (await thief.post("/v1/session", json=right)).status_code == 429
    assert (await own.post("/v1/session", json=right)).status_code == 201


async def test_every_answer_of_both_ports_keeps_a_browser_careful(doors: Doors) -> None:
    pages = {
        doors.citizen: ("/", "/follow", "/verify", "/meet", "/figures"),
        doors.at("desk-a"): ("/", "/service-desk"),
    }
    for client, own in pages.items():
        for path in (*own, "/v1/offices", "/v1/session", "/v1/cases", "/v1/figures", "/nowhere"):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, path
            assert "unsafe" not in policy and "access-control-allow-origin" not in headers, path
            assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer"), path
            if path.startswith("/v1/") and path != "/v1/figures":
                assert headers["cache-control"] == "no-store", path


async def test_opening_a_case_is_a_fact_that_its_citizen_can_prove(doors: Doors) -> None:
    code = (await doors.complain())["code"]
    before = msgspec.convert((await doors.citizen.post("/v1/follow-up/receipt", json={"code": code})).json(), Receipt)
    assert check(before).opened == []
    await doors.at("desk-a").get(f"/v1/cases/{await doors.case_at('desk-a')}")
    after = msgspec.convert((await doors.citizen.post("/v1/follow-up/receipt", json={"code": code})).json(), Receipt)
    checked = check(after, earlier=before)
    assert checked.holds and [office for _, office in checked.opened] == ["p.a"]
    ask = f"/v1/facts/consistency?earlier={before.head.position}&later={after.head.position}"
    proof = (await doors.citizen.get(ask)).json()["proof"]
    assert check(after, kept=[before.head], proof=proof).holds
    assert (await doors.citizen.get("/v1/facts/consistency?earlier=5&later=10000")).status_code == 422


async def test_a_contact_is_shown_only_as_far_as_the_citizen_said(doors: Doors) -> None:
    for visibility, handler_sees in (("handler", True), ("none", False), ("office_only", False)):
        body = {**COMPLAINT, "name": "نام ساختگی", "phone": "06100000000", "visibility": visibility}
        made = await doors.at("desk-p").post("/v1/cases", json=body, headers=Counter.key())
        case_id = made.json()["case_id"]
        await doors.at("desk-a").post(
            f"/v1/cases/{case_id}/acts/assign", json={"handler": "desk-a"}, headers=Counter.key()
        )
        handler = (await doors.at("desk-a").get(f"/v1/cases/{case_id}")).json()["contact"]
        taker = (await doors.at("desk-p").get(f"/v1/cases/{case_id}")).json()["contact"]
        assert (bool(handler), bool(taker)) == (handler_sees, visibility == "office_only")


async def test_an_act_with_wrong_fields_is_refused(doors: Doors) -> None:
    await doors.complain()
    case_id = await doors.case_at("desk-a")
    desk = doors.at("desk-a")
    for act, body, status in (
        ("dance", {}, 404), ("write", {}, 422), ("write", {"text": "x", "case_id": "y"}, 422), ("write", {"text": 1}, 422),
        ("write", [], 422), ("find", {"number": 9, "finding": "unfounded"}, 404),
    ):  # fmt: skip
        answer = await desk.post(f"/v1/cases/{case_id}/acts/{act}", json=body, headers=Counter.key())
        assert answer.status_code == status, (act, body, answer.text)
    assert (await desk.post(f"/v1/cases/{case_id}/acts/acknowledge")).json()["code"] == "http.idempotency_key_missing"


async def test_the_register_and_closed_days_are_for_those_who_answer_for_them(doors: Doors) -> None:
    handler = c.PostPerson(person=PersonId("clerk-top"), office=INSPECTORATE, duty=Duty.HANDLER, since=LONG_AGO)
    await doors.house.oversight.submit(handler, KEEPER, "clerk")
    tie = {"person": "a", "other": "b"}
    for person, status in (("desk-p", 403), ("clerk-top", 403), ("desk-top", 200)):
        answer = await doors.at(person).post("/v1/register/tie", json=tie, headers=Counter.key())
        assert answer.status_code == status
    day = {"office": "p.a", "day": 20_750, "why": "گرد و خاک"}
    for person, status in (("desk-a", 403), ("desk-p", 200)):
        assert (await doors.at(person).post("/v1/closures", json=day, headers=Counter.key())).status_code == status
    held = {person: (await doors.at(person).get("/v1/closures")).json() for person in ("desk-a", "desk-p", "desk-b")}
    assert [len(held[person]) for person in ("desk-a", "desk-p", "desk-b")] == [1, 1, 0]
    assert (held["desk-a"][0]["day"], held["desk-a"][0]["why"]) == (20_750, "گرد و خاک")


async def test_a_late_clock_reaches_the_citizens_page_and_the_desk_above_by_itself(doors: Doors) -> None:
    code = (await doors.complain())["code"]
    doors.clock.advance_s(40 * 86_400)
    await doors.complain()  # Whatever happens next wakes the clocks.
    for _ in range(200):
        if doors.house.oversight.rows.notices(*doors.house.oversight.now_for("desk-p")):
            break
        await asyncio.sleep(0.01)
    view = (await doors.citizen.post("/v1/follow-up", json={"code": code})).json()
    assert {one["clock"]: one["state"] for one in view["clocks"]}["first_answer"] == "overdue"
    assert {notice["stage"] for notice in (await doors.at("desk-p").get("/v1/notices")).json()} >= {"breached"}


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock(BEGIN)
    async with opened(tmp_path / "197", clock) as doors:
        await settle(doors.house)
        code = (await doors.complain())["code"]
        before = doors.house.oversight.facts.receipt(next(iter(doors.house.oversight.state.cases)), clock.now())
    # A clock may have been told on the way out.
    cases = doors.house.oversight.state.cases
    async with opened(tmp_path / "197", clock) as doors:
        assert doors.house.oversight.state.cases == cases
        answer = await doors.citizen.post("/v1/follow-up/receipt", json={"code": code})
        assert check(msgspec.convert(answer.json(), Receipt), earlier=before).holds


def test_a_check_digit_finds_every_slip_and_swap() -> None:
    digits = "4821097735160249"
    whole = digits + check_digit(digits)
    assert read_code(shown(digits)) == digits
    for at in range(17):
        for other in "0123456789":
            wrong = whole[:at] + other + whole[at + 1 :]
            assert (read_code(wrong) is None) == (other != whole[at])
        swapped = whole[:at] + whole[at : at + 2][::-1] + whole[at + 2 :]
        assert swapped == whole or read_code(swapped) is None


async def test_figures_are_published_by_themselves_once_a_month_is_over(doors: Doors) -> None:
    assert (await doors.citizen.get("/v1/figures")).json()["releases"] == []
    for number in range(20):
        client = doors.client(doors.public, f"198.51.100.{number}")
        await client.post("/v1/contacts", json={**COMPLAINT, "kind": "guidance"}, headers=Counter.key())
    for case in list(doors.house.oversight.state.cases.values()):
        close = c.CloseCase(case_id=case.id, answer="پاسخ")
        await doors.house.oversight.submit(close, Actor(id="desk-a", role="staff"), f"close {case.id}")
    doors.clock.advance_s(40 * 86_400)
    await doors.house.oversight.publish()
    answer = (await doors.citizen.get("/v1/figures")).json()
    assert [release["cases"] for release in answer["releases"]] == [20]
    assert [one["id"] for one in answer["counties"]] == ["p.a"]
    lines = (await doors.citizen.get("/v1/figures.csv")).text.splitlines()
    assert any(",kind,guidance,20," in line for line in lines)


async def test_each_client_behind_a_proxy_has_a_bucket_of_its_own_and_nobody_makes_one_up(doors: Doors) -> None:
    behind = public_app(doors.house, networks_of(["203.0.113.7"]))
    proxy, stranger = doors.client(behind), doors.client(behind, "198.51.100.1")

    async def until_refused(client: httpx.AsyncClient, forwarded: Any) -> int:
        for n in range(int(BURST) + 2):
            headers = {**Counter.key(), "X-Forwarded-For": forwarded(n)}
            if (await client.post("/v1/contacts", json=COMPLAINT, headers=headers)).status_code == 403:
                return n
        return -1

    assert await until_refused(proxy, lambda n: f"192.0.2.{n}, 198.51.100.2") == int(BURST), "left of it is made up"
    assert await until_refused(stranger, lambda n: f"192.0.2.{n}") == int(BURST), "a stranger's header is nothing"
    fresh = {**Counter.key(), "X-Forwarded-For": "198.51.100.3"}
    assert (await proxy.post("/v1/contacts", json=COMPLAINT, headers=fresh)).status_code == 201
    assert await until_refused(proxy, lambda n: f"2001:db8:1:2::{n + 1}") == int(BURST), (
        "a line is one, with all its addresses"
    )
