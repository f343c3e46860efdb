"""Meetings of 197 over a real log: turns, codes, minutes, promises that come back, a desk without network for a day."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nazdik.kernel import Instant, rfc3339
from nazdik.oversight.calendar import day_of
from nazdik.oversight.facts import Receipt
from nazdik.oversight.machine import OversightMachine
from nazdik.oversight.meetings import events as e
from nazdik.oversight.meetings.model import Booking, BookingState
from nazdik.oversight.model import ClockType
from nazdik.oversight.verifier import check
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import COMPLAINT, Counter, Doors, opened, settle
from tests.unit.oversight.town import AROUND, BEGIN

HOUR = 3_600_000_000


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as made:
        await settle(made.house)
        yield made


async def announce(doors: Doors, *offers: list[str], in_hours: int = 1) -> str:
    start = doors.clock.now() + in_hours * HOUR
    slots = [
        {"starts_at": rfc3339(Instant(start + n * HOUR // 4)), "offers": list(each)} for n, each in enumerate(offers)
    ]
    body = {"office": "p.a", "place": "مسجد جامع", "official": "فرمانده شهرستان", "slots": slots}
    answer = await doors.at("desk-a").post("/v1/meetings", json=body, headers=Counter.key())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def book(doors: Doors, session: str, number: int = 0, **body: Any) -> Any:
    client = doors.client(doors.public, f"198.51.100.{number}")
    return await client.post(f"/v1/meetings/{session}/bookings", json=body, headers=Counter.key())


async def act(doors: Doors, session: str, name: str, **body: Any) -> Any:
    return await doors.at("desk-a").post(f"/v1/meetings/{session}/acts/{name}", json=body, headers=Counter.key())


async def test_fifty_at_once_want_one_turn_and_one_has_it(doors: Doors) -> None:
    session = await announce(doors, [], [])
    answers = await asyncio.gather(*(book(doors, session, number, slot=2) for number in range(50)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["code"] == "oversight.slot_taken"
    free = (await doors.citizen.get("/v1/meetings")).json()[0]["slots"]
    assert [slot["free"] for slot in free] == [True, False]


def test_a_turn_with_two_holders_could_not_even_be_stored() -> None:
    machine = OversightMachine(AROUND)
    booked = e.SlotBooked(at=BEGIN, by="citizen", session_id="s", booking=Booking("b", 2, "h"))
    claim = machine.record(booked).claims[0]
    assert (claim.resource, claim.holder, claim.taken) == ("s#2", "b", True)
    ended = e.BookingEnded(at=BEGIN, by="citizen", session_id="s", booking_id="b", slot=2, state=BookingState.CANCELLED)
    assert machine.record(ended).claims[0].taken is False


async def test_a_turn_is_given_back_by_code_and_by_not_coming(doors: Doors) -> None:
    session = await announce(doors, [])
    code = (await book(doors, session)).json()["code"]
    assert (await book(doors, session, 1)).status_code == 409
    shown = (await doors.citizen.post("/v1/bookings/show", json={"code": code})).json()
    assert (shown["queue_no"], shown["state"]) == (1, "booked")
    given = await doors.citizen.post("/v1/bookings/cancel", json={"code": code})
    assert given.json()["state"] == "cancelled"
    again = await book(doors, session, 2)
    assert again.status_code == 201
    doors.clock.advance_s(2 * 3600)
    assert (await book(doors, session, 3)).status_code == 409, "it is over"
    turn = next(
        t for t in (await doors.at("desk-a").get(f"/v1/meetings/{session}")).json()["turns"] if t["state"] == "booked"
    )
    assert (await act(doors, session, "end-booking", booking_id=turn["id"], state="no_show")).status_code == 200
    assert (await act(doors, session, "end-booking", booking_id=turn["id"], state="served")).status_code == 409
    assert (await book(doors, session, 4)).status_code == 201, "somebody who waits there has it"
    wrong = await doors.citizen.post("/v1/bookings/cancel", json={"code": "1234"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "oversight.code_unknown")


async def test_turns_for_women_by_wheelchair_and_in_arabic(doors: Doors) -> None:
    session = await announce(doors, ["women_only"], ["wheelchair", "arabic"])
    assert (await book(doors, session)).json()["queue_no"] == 2, "a turn for women is not anybody's"
    assert (await book(doors, session, 1)).status_code == 409
    assert (await book(doors, session, 2, needs=["arabic"])).status_code == 409
    assert (await book(doors, session, 3, needs=["women_only"])).json()["queue_no"] == 1
    other = await announce(doors, [], ["wheelchair", "arabic"], in_hours=5)
    assert (await book(doors, other, 4, needs=["arabic", "wheelchair"])).json()["queue_no"] == 2


async def test_what_was_promised_aloud_comes_back_until_it_is_kept(doors: Doors) -> None:
    first = await announce(doors, [])
    second = await announce(doors, [], in_hours=48)
    today = day_of(doors.clock.now())
    for text in ("چراغ میدان", "گشت شب"):
        made = await act(doors, first, "promise", text=text, owner="فرمانده شهرستان", due_day=today + 3)
        assert made.status_code == 200, made.text
    for owner, day in (("", today + 1), ("کسی", today - 1)):
        refused = await act(doors, first, "promise", text="x", owner=owner, due_day=day)
        assert refused.json()["code"] == "oversight.promise_invalid"
    assert (await act(doors, first, "minutes", text="صورت‌جلسه")).status_code == 200
    agenda = (await doors.at("desk-a").get(f"/v1/meetings/{second}")).json()["agenda"]
    assert [(one["session"], one["promise"]["text"]) for one in agenda] == [(first, "چراغ میدان"), (first, "گشت شب")]
    assert (await act(doors, first, "keep", number=1, how="روشن شد")).status_code == 200
    agenda = (await doors.at("desk-a").get(f"/v1/meetings/{second}")).json()["agenda"]
    assert [one["promise"]["text"] for one in agenda] == ["گشت شب"]
    assert (await doors.at("desk-a").get(f"/v1/meetings/{first}")).json()["agenda"] == []
    assert (await act(doors, first, "keep", number=9, how="x")).status_code == 404


async def test_a_session_is_its_own_offices_desks(doors: Doors) -> None:
    session = await announce(doors, [])
    assert (await doors.at("desk-b").get(f"/v1/meetings/{session}")).status_code == 404
    elsewhere = {"office": "p.a", "place": "x", "official": "y", "slots": []}
    assert (await doors.at("desk-b").post("/v1/meetings", json=elsewhere, headers=Counter.key())).status_code == 422
    for slots in ([], [{"starts_at": rfc3339(Instant(BEGIN - 1))}], [{"starts_at": "tomorrow"}]):
        body = {"office": "p.a", "place": "x", "official": "y", "slots": slots}
        assert (await doors.at("desk-a").post("/v1/meetings", json=body, headers=Counter.key())).status_code == 422
    assert (await act(doors, session, "dance")).status_code == 404
    assert (await act(doors, session, "minutes", txt="x")).status_code == 422


async def test_a_desk_without_network_for_a_day_hands_out_codes_and_doubles_nothing(doors: Doors) -> None:
    desk = doors.at("desk-a")
    codes = (await desk.post("/v1/offline-codes", json={"count": 40})).json()
    assert len({one["code"] for one in codes}) == 40 == len({one["key"] for one in codes})
    doors.clock.advance_s(86_400)
    doors.tokens.clear()  # The session is over; the codes belong to the person.
    desk = doors.at("desk-a")
    # In the evening the line comes, breaks in the middle, comes again, and everything is sent anew; somebody else sends too.
    said = [{**COMPLAINT, "source": "mosque_desk", "text": f"ساختگی {n}"} for n in range(25)]
    for part in (codes[:13], codes[:25]):
        for one, body in zip(part, said, strict=False):
            answer = await desk.post("/v1/cases", json=body, headers={"Idempotency-Key": one["key"]})
            assert (answer.status_code, answer.json()["code"]) == (201, one["code"])
    await doors.complain()
    cases = doors.house.oversight.state.cases
    assert len(cases) == 26 == len({case.code_hash for case in cases.values()})
    for one, body in zip(codes[:25:8], said[::8], strict=False):
        client = doors.client(doors.public, f"198.51.100.{ord(one['key'][0])}")
        assert (await client.post("/v1/follow-up", json={"code": one["code"]})).json()["text"] == body["text"]
    unused = await doors.client(doors.public, "192.0.2.1").post("/v1/follow-up", json={"code": codes[30]["code"]})
    assert unused.status_code == 404
    assert (await desk.post("/v1/offline-codes", json={"count": 100_000})).status_code == 422


async def test_clocks_begin_when_it_was_said_and_not_when_the_network_came(doors: Doors) -> None:
    def due(answer: Any) -> str:
        case = doors.house.oversight.state.cases[answer.json()["case_id"]]
        first = case.clock(ClockType.FIRST_ANSWER)
        assert first is not None and case.received_at == doors.clock.now()
        return rfc3339(first.started_at)

    async def sent(said_at: Instant, key: str, person: str = "desk-a") -> Any:
        body = {**COMPLAINT, "source": "mosque_desk", "said_at": rfc3339(said_at)}
        return await doors.at(person).post("/v1/cases", json=body, headers={"Idempotency-Key": key})

    desk = doors.at("desk-a")
    codes = (await desk.post("/v1/offline-codes", json={"count": 6})).json()
    assert {one["issued_at"] for one in codes} == {rfc3339(BEGIN)}
    said = Instant(BEGIN + 2 * HOUR)
    doors.clock.advance_s(30 * 3600)
    doors.tokens.clear()
    now, keys = doors.clock.now(), [one["key"] for one in codes]
    answer = await sent(said, keys[0])
    assert (answer.status_code, answer.json()["code"]) == (201, codes[0]["code"])
    assert due(answer) == rfc3339(said)
    assert (await sent(said, keys[0])).json() == answer.json(), "sent twice it is one contact"
    # A clock that goes wrong at the desk, or a hand that sets it, moves nothing past what the server knows itself.
    assert due(await sent(Instant(BEGIN - 9 * HOUR), keys[1])) == rfc3339(BEGIN)
    assert due(await sent(Instant(now + 9 * HOUR), keys[2])) == rfc3339(now)
    for key in (
        "a key of nobody's taking along",
        keys[3][:-1] + "?",
        keys[3].replace("off.", "off.0"),
        "off.x.y.z" * 3,
    ):
        refused = await sent(said, key)
        assert (refused.status_code, refused.json()["code"]) == (422, "oversight.said_unsigned"), key
    assert (await sent(said, keys[3], "desk-b")).json()["code"] == "oversight.said_unsigned", "another's key"
    view = (await doors.citizen.post("/v1/follow-up", json={"code": codes[0]["code"]})).json()
    assert (view["said_at"], view["received_at"]) == (rfc3339(said), rfc3339(now))
    assert {one["clock"]: one["due_at"] for one in view["clocks"]}["acknowledge"] == "2026-10-25T20:30:00.000Z"
    receipt = (await doors.citizen.post("/v1/follow-up/receipt", json={"code": codes[0]["code"]})).json()
    assert check(msgspec.convert(receipt, Receipt)).holds and "said_offline" in json.dumps(receipt)
    doors.clock.advance_s(10 * 86_400)
    doors.tokens.clear()
    late = doors.clock.now()
    assert due(await sent(said, keys[4])) == rfc3339(Instant(late - 72 * HOUR))
