"""A crew asks our own records for a plate: at its incident, for a purpose, written down first; it learns which and when."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.house import Running
from nazdik.platform.audit import AuditUnavailable
from tests.server import HERE, PROVINCE, inside, problem

UNIT = f"{PROVINCE}.u.A07"
PLATE = "24ب357-14"
SECRET = "نزدیک خانهٔ پلاک‌دار"


@dataclass
class Street:
    """A crew at an incident of its own, and a desk, in a server of this test's own."""

    running: Running
    http: httpx.AsyncClient
    crew: dict[str, str]
    incident: str = ""
    keys: int = 0

    async def post(self, path: str, body: Any, *, crew: bool = False) -> httpx.Response:
        self.keys += 1
        headers = {"idempotency-key": f"plate:{self.keys}", **(self.crew if crew else {})}
        return await self.http.post(path, json=body, headers=headers)

    async def done(self, path: str, body: Any, *, crew: bool = False) -> dict[str, Any]:
        answer = await self.post(path, body, crew=crew)
        assert answer.status_code in (200, 201), answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def ask(self, plate: str = PLATE, *, crew: bool = True, **more: str) -> httpx.Response:
        asked = {"incident": self.incident, "plate": plate, "purpose": "stopped", **more}
        return await self.post("/v1/search/plate", asked, crew=crew)

    def looks(self) -> list[tuple[str, str, str]]:
        audit = self.running.entrance.building.audit
        assert audit is not None
        return [(look.what, look.subject, look.purpose) for look in audit.read() if look.what.startswith("plate")]


@pytest.fixture
async def street(tmp_path: Path, built_region: Callable[[str], Path]) -> AsyncIterator[Street]:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, http):
        signed = await http.post("/v1/sessions", json={"seat": f"officer:{UNIT}"})
        there = Street(running, http, {"authorization": f"Bearer {signed.json()['token']}"})
        await there.done(f"/v1/units/{UNIT}/duty", {"on": True}, crew=True)
        own = {"kind": "suspicious", "point": HERE}
        there.incident = (await there.done(f"/v1/units/{UNIT}/own-event", own, crew=True))["incident_id"]
        yield there


async def _named(street: Street) -> list[str]:
    """Open three incidents: two that name the plate, in the narrative and in a note, and one that names another."""
    ids = []
    for text in (f"{SECRET}، ۲۴ ب ۳۵۷ ایران ۱۴", "بی‌شرح", "۲۴ ب ۳۵۷ ایران ۱۵"):
        body = {"kind": "noise", "point": HERE, "narrative": text}
        ids.append((await street.done("/v1/incidents", body))["incident_id"])
    await street.done(f"/v1/incidents/{ids[1]}/notes", {"text": "خودرو 24ب35714 گریخت"})
    return ids


async def test_a_crew_learns_which_incidents_name_a_car_and_when_and_nothing_else(street: Street) -> None:
    first, second, _ = await _named(street)
    answer = await street.ask("۲۴ ب ۳۵۷ ایران ۱۴")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["plate"] == PLATE and said["found"] == 2 and said["since"]
    assert [set(hit) for hit in said["incidents"]] == [{"number", "kind", "at", "open"}] * 2
    assert [hit["number"] for hit in said["incidents"]] == [3, 2], "the newest first"
    assert SECRET not in answer.text
    assert street.looks() == [
        ("plate_asked", street.incident, "stopped"),
        ("plate_found", second, "stopped"),
        ("plate_found", first, "stopped"),
    ]
    nothing = (await street.ask("99ب999-99")).json()
    assert (nothing["incidents"], nothing["found"]) == ([], 0)
    assert street.looks()[-1] == ("plate_asked", street.incident, "stopped"), (
        "a question without an answer is a question too"
    )


async def test_its_own_incident_is_no_answer(street: Street) -> None:
    await street.done(f"/v1/incidents/{street.incident}/notes", {"text": PLATE}, crew=True)
    assert (await street.ask()).json()["found"] == 0


async def test_only_a_crew_at_work_asks_for_a_whole_plate_and_a_purpose(street: Street) -> None:
    await _named(street)
    problem(await street.ask("24ب357"), 422, "search.plate_unreadable")
    problem(await street.ask(purpose="curious"), 422, "organisation.purpose_needed")
    problem(await street.ask(crew=False), 403, "organisation.role_may_not")
    problem(await street.ask(incident=f"{PROVINCE}.i0"), 404, "dispatch.incident_not_found")
    elsewhere = (await _open_of_others(street))[0]
    problem(await street.ask(incident=elsewhere), 404, "dispatch.incident_not_found")
    assert street.looks() == [], "nothing was told"
    seen = (await street.http.get(f"/v1/incidents/{street.incident}", headers=street.crew)).json()
    (own,) = seen["assignments"]
    await street.done(f"/v1/assignments/{own['id']}/clear", {}, crew=True)
    assert (await street.ask()).status_code in (404, 409), "the mission is over"


async def _open_of_others(street: Street) -> list[str]:
    incidents = (await street.http.get("/v1/incidents")).json()["incidents"]
    return [each["id"] for each in incidents if each["id"] != street.incident]


async def test_an_offer_is_not_work_yet(street: Street) -> None:
    seen = (await street.http.get(f"/v1/incidents/{street.incident}", headers=street.crew)).json()
    await street.done(f"/v1/assignments/{seen['assignments'][0]['id']}/clear", {}, crew=True)
    opened = await street.done("/v1/incidents", {"kind": "noise", "point": HERE})
    street.incident = opened["incident_id"]
    sent = await street.post(f"/v1/incidents/{street.incident}/assignments", {"units": [UNIT]})
    assert sent.status_code in (200, 409), sent.text
    problem(await street.ask(), 409, "search.plate_needs_work")


async def test_nothing_leaves_when_it_cannot_be_written_down(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    await _named(street)

    async def away(**_: Any) -> int:
        raise AuditUnavailable(retry_after_s=1)

    monkeypatch.setattr(street.running.entrance.building.audit, "record", away)
    answer = await street.ask()
    assert answer.status_code == 503 and "incidents" not in answer.json()
