"""The commander's overview at its door: whom it is for, and that nobody's own numbers hold what is shut to them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nazdik.kernel import OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.calendar import day_of
from nazdik.oversight.closure import closure_of
from nazdik.oversight.model import Duty
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import COMPLAINT, KEEPER, Counter, Doors, opened, settle
from tests.contract.test_oversight_meetings import act, announce
from tests.unit.oversight.town import BEGIN


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as made:
        await settle(made.house)
        yield made


async def complain(doors: Doors, number: int, **more: Any) -> None:
    body = {**COMPLAINT, "source": "letter", **more}
    for _ in range(number):
        answer = await doors.at("desk-top").post("/v1/cases", json=body, headers=Counter.key())
        assert answer.status_code == 201, answer.text


async def look(doors: Doors, person: str, office: str = "") -> dict[str, Any]:
    answer = await doors.at(person).get(f"/v1/overview?office={office}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_commander_sees_numbers_and_no_other_door_of_a_desk(doors: Doors) -> None:
    await complain(doors, 8)
    await complain(doors, 6, office="p.b.1", unit="p.b.1")
    doors.clock.advance_s(86_400)
    seen = await look(doors, "chief-p")
    assert seen["overview"]["open"] == 14 and seen["office"]["id"] == "p"
    assert {tuple(row["values"]): row["open"] for row in seen["overview"]["by_office"]} == {("p.a",): 8, ("p.b",): 6}
    case_id = next(iter(doors.house.oversight.state.cases))
    assert case_id not in str(seen) and COMPLAINT["text"] not in str(seen)
    chief = doors.at("chief-p")
    for path in ("cases", "search?q=x", "notices", "topics", "limits", "export.csv?purpose=x", f"cases/{case_id}", "closures",
                 "meetings?since=1&until=2", "session"):  # fmt: skip
        assert (await chief.get(f"/v1/{path}")).status_code == 401, path
    assert (await chief.get("/v1/overview?office=iran")).json()["code"] == "oversight.office_unknown"
    assert (await doors.at("officer-a1").get("/v1/overview")).status_code == 401
    assert (await doors.client(doors.desk).get("/v1/overview")).status_code == 401


async def test_who_is_shut_out_has_it_in_no_number(doors: Doors) -> None:
    """A complaint about the county's own commander, or about their unit, is in nobody's overview who is shut out of it."""
    await complain(doors, 7)
    await complain(doors, 9, person="chief-a", unit="p.a")
    await complain(doors, 6, person="officer-a1")
    await doors.house.oversight.submit(
        c.TiePersons(person=PersonId("chief-p"), other=PersonId("officer-a1")), KEEPER, "tie"
    )
    doors.clock.advance_s(86_400)
    doors.tokens.clear()
    state, register = doors.house.oversight.state, doors.house.oversight.state.register
    for person in register.postings:
        if not {p.duty for p in register.postings_of(person)} & {Duty.COMMANDER, Duty.HANDLER, Duty.SUPERVISOR}:
            continue
        ids = set(doors.house.oversight.rows.counted(person, doors.clock.now()))
        shut = {case.id for case in state.cases.values() if closure_of(case, register).find(person, register)}
        assert not ids & shut, person
        if person.startswith("chief") and not ids:
            continue
        seen = (await look(doors, person))["overview"]
        assert (seen["open"] or 0) <= len(ids)
    assert (await look(doors, "chief-a"))["overview"]["open"] == 13, (
        "those about themselves and their chain are not there"
    )
    assert (await look(doors, "chief-p"))["overview"]["open"] == 16, "those about kin are not there"
    assert (await look(doors, "chief-a1"))["overview"]["open"] is None
    assert (await look(doors, "desk-iran"))["overview"]["open"] == 22
    before = (await look(doors, "chief-a"))["overview"]
    moved = c.PostPerson(person=PersonId("chief-a"), office=OfficeId("p"), duty=Duty.COMMANDER, since=doors.clock.now())
    await doors.house.oversight.submit(moved, KEEPER, "moved")
    assert (await look(doors, "chief-a", "p"))["overview"]["open"] == before["open"], "no transfer opens them"


async def test_small_numbers_are_not_told_and_promises_are_by_their_day(doors: Doors) -> None:
    await complain(doors, 4)
    session = await announce(doors, [])
    today = day_of(doors.clock.now())
    for text, days in (("چراغ میدان", 9), ("گشت شب", 2)):
        await act(doors, session, "promise", text=text, owner="فرمانده شهرستان", due_day=today + days)
    doors.clock.advance_s(5 * 86_400)
    seen = await look(doors, "chief-a")
    assert seen["overview"]["open"] is None and seen["overview"]["by_kind"] == [] == seen["overview"]["received"]
    assert [one["promise"]["text"] for one in seen["promises"]] == ["گشت شب", "چراغ میدان"]
    assert seen["promises_late"] == 1
    assert (await look(doors, "chief-b"))["promises"] == []


async def test_a_commander_signs_in_and_their_look_is_written_down(doors: Doors) -> None:
    doors.house.registry.set_password("chief-a", "a long pass phrase 197")
    body = {"person": "chief-a", "password": "a long pass phrase 197"}
    answer = (await doors.client(doors.desk).post("/v1/session", json=body)).json()
    assert (answer["desks"], [one["id"] for one in answer["commands"]]) == ([], ["p.a"])
    client = doors.client(doors.desk)
    client.headers["Authorization"] = f"Bearer {answer['token']}"
    assert (await client.get("/v1/overview")).status_code == 200
    assert (await client.delete("/v1/session")).status_code == 204
    assert (await client.get("/v1/overview")).status_code == 401
