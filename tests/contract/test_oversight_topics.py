"""What many sent in the same words, and limits on contact, at the doors of a desk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nazdik.oversight.calendar import day_of
from nazdik.oversight.errors import CaseNotFound
from nazdik.platform.clock import VirtualClock
from tests.contract.test_oversight_api import COMPLAINT, Counter, Doors, opened, settle
from tests.unit.oversight.town import BEGIN


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "197", VirtualClock(BEGIN)) as made:
        await settle(made.house)
        yield made


async def test_what_many_sent_is_one_topic_answered_once_and_does_not_bury_the_list(doors: Doors) -> None:
    desk = doors.at("desk-a")
    for number in range(30):
        body = {"kind": "suggestion", "text": f"چراغ میدان {'را ' * (number % 2)}درست کنید", "office": "p.a"}
        client = doors.client(doors.public, f"198.51.100.{number}")
        code = (await client.post("/v1/contacts", json=body, headers=Counter.key())).json()["code"]
    alone = (await doors.complain())["code"]
    assert alone != code
    topics = (await desk.get("/v1/topics")).json()
    assert [(one["number"], one["unread"]) for one in topics] == [(15, 15), (15, 15)]
    listed = (await desk.get("/v1/cases?apart=true")).json()
    assert len(listed["cases"]) == 1 and listed["counts"]["suggestion"]["open"] == 30
    assert len((await desk.get("/v1/cases")).json()["cases"]) == 31
    topic = next(one["topic"] for one in topics if " را " in one["opening"])
    rows = (await desk.get(f"/v1/topics/{topic}")).json()
    assert len(rows) == 15 and {row["topic"] for row in rows} == {topic}
    answer = {"text": "از شنبه درست می‌شود"}
    done = (await desk.post(f"/v1/topics/{topic}/answer", json=answer, headers=Counter.key())).json()
    assert done["events"].count("oversight.written_to.v1") == 15
    topics = {one["topic"]: one["unread"] for one in (await desk.get("/v1/topics")).json()}
    assert topics.pop(topic) == 0 and list(topics.values()) == [15]
    view = (await doors.citizen.post("/v1/follow-up", json={"code": code})).json()
    assert view["messages"][-1]["text"] == answer["text"] and view["state"] != "closed"
    assert (await doors.at("desk-b").get(f"/v1/topics/{topic}")).json() == []
    short = await desk.post(f"/v1/topics/{topic}/answer", json={"text": " "}, headers=Counter.key())
    assert short.json().get("events", []) == [], "blanks reach nobody"
    missing = await desk.post("/v1/topics/none/answer", json=answer, headers=Counter.key())
    assert missing.json()["code"] == CaseNotFound.code


async def test_a_limit_is_listed_until_it_is_lifted_and_its_citizen_reads_it(doors: Doors) -> None:
    code = (await doors.complain())["code"]
    case_id = await doors.case_at("desk-p")
    supervisor, today = doors.at("desk-p"), day_of(doors.clock.now())

    async def act(name: str, **body: object) -> int:
        answer = await supervisor.post(f"/v1/cases/{case_id}/acts/{name}", json=body, headers=Counter.key())
        return answer.status_code

    assert await act("limit-contact", why="تنها نوشتاری", review_day=today + 30) == 200
    held = (await doors.at("desk-a").get("/v1/limits")).json()
    assert [(one["case"]["id"], one["why"], one["by"], one["review_day"]) for one in held] == [
        (case_id, "تنها نوشتاری", "desk-p", today + 30)
    ]
    assert (await doors.at("desk-b").get("/v1/limits")).json() == []
    shown = (await doors.citizen.post("/v1/follow-up", json={"code": code})).json()
    assert shown["limited"] == "تنها نوشتاری"
    again = await doors.citizen.post("/v1/contacts", json=COMPLAINT, headers=Counter.key())
    assert again.status_code == 201, "complaining stays free"
    assert await act("lift-limit", why="آرام شد") == 200
    assert (await supervisor.get("/v1/limits")).json() == []
    assert (await doors.citizen.post("/v1/follow-up", json={"code": code})).json()["limited"] == ""
