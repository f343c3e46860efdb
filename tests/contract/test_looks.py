"""The inspector sees who looked at whom, and what should be asked about; a crew sees who looked at where it was."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from nazdik.kernel import OfficeId, PersonId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Posting, Role
from tests.canaries import MARKS, Town, town
from tests.server import PROVINCE, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAY_S = 86_400.0
INQUIRY = {"purpose": "inquiry of somebody"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("looks"), built_region(PROVINCE)) as made:
        yield made


async def _days_pass(place: Town, days: float) -> None:
    """Go on some days; everybody signs in anew."""
    place.clock.advance_s(days * DAY_S)
    for who, posting in list(place.people.items()):
        place.sign_in(who, posting)


def _lately(place: Town) -> dict[str, str]:
    now = place.clock.now()
    return {"since": rfc3339(plus_s(now, -300.0)), "until": rfc3339(now), **INQUIRY}


async def _asked(place: Town, about: str, who: str = "auditor") -> Any:
    answer = await place.ask(who, "POST", "/v1/looks", json={"about": about})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_who_looked_is_told_of_an_incident_a_call_a_unit_and_a_number(place: Town) -> None:
    ids = place.ids
    await place.ask("its station", "GET", f"/v1/incidents/{ids['incident_id']}/detail")
    await place.ask("call_taker", "GET", f"/v1/calls/{ids['call_id']}/nuisance")
    await place.ask("its county", "GET", f"/v1/units/{ids['unit_id']}/trail", params={
        "since": "2026-11-21T01:15:00Z", "until": "2026-11-21T01:20:00Z", **INQUIRY})  # fmt: skip
    incident = await _asked(place, "1")
    assert incident["kind"] == "incident"
    rows = {(row["what"], row["role"], row["working"]) for row in incident["looks"]}
    assert {("detail", "station_desk", True), ("nuisance", "call_taker", True)} <= rows
    (unit,) = [row for row in (await _asked(place, ids["unit_id"]))["looks"] if row["what"] == "trail"]
    assert (unit["role"], unit["purpose"], unit["working"]) == ("county_desk", INQUIRY["purpose"], False)
    number = await _asked(place, MARKS["number"])
    assert number["kind"] == "number" and ("nuisance" in {row["what"] for row in number["looks"]})
    assert (await _asked(place, ids["call_id"]))["kind"] == "call"
    await place.ask("dispatcher", "GET", "/v1/premises/history", params={"lon": 51.4, "lat": 35.7, **INQUIRY})
    audit = place.running.entrance.building.audit
    assert audit is not None
    there = await _asked(place, [row.subject for row in audit.read(0, 9_999) if row.what == "place_history"][-1])
    assert (there["kind"], [row["what"] for row in there["looks"]][-1]) == ("place", "place_history")
    assert (await _asked(place, f"{PROVINCE}.c0123"))["looks"][1:] == [], "only the question itself"
    problem(await place.ask("auditor", "POST", "/v1/looks", json={"about": "nobody"}), 404, "audit.about_unknown")
    problem(await place.ask("auditor", "POST", "/v1/looks", json={"about": "09120000000"}), 404, "audit.about_unknown")


async def test_a_unit_is_asked_about_by_the_call_sign_it_had(place: Town) -> None:
    unit = f"{PROVINCE}.u.N61"
    await place.act("administrator", "/v1/units", {"call_sign": "N61", "office": PROVINCE})
    await place.act("administrator", f"/v1/units/{unit}/change", {"call_sign": "N62"})
    await place.ask("administrator", "POST", "/v1/device-codes", json={"unit": unit})
    for sign in ("n61", "N62"):
        assert (await _asked(place, sign))["kind"] == "unit"


async def test_a_call_that_was_pushed_to_a_screen_is_a_look(place: Town) -> None:
    posting = place.people["call_taker"]
    shown = place.running.entrance.shown
    assert shown is not None
    await shown.note(posting, [f"call:{place.ids['call_id']}", f"detail:{place.ids['incident_id']}"])
    rows = (await _asked(place, place.ids["call_id"]))["looks"]
    assert ("shown", "call_taker") in {(row["what"], row["role"]) for row in rows}


async def test_looking_at_one_crew_again_and_again_becomes_a_question_that_is_reviewed(place: Town) -> None:
    curious = Posting(PersonId("curious"), Role.DISPATCHER, OfficeId(PROVINCE))
    place.people["curious"] = curious
    path = f"/v1/units/{place.ids['mate']}/trail"
    for _ in range(3):
        await _days_pass(place, 1.0)
        assert (await place.ask("curious", "GET", path, params=_lately(place))).status_code == 200
    new = await place.running.looks.tell()
    assert {each.kind for each in new if each.actor == "curious"} == {"repeated"}
    assert await place.running.looks.tell() == [], "an alert is written once"
    answer = await place.ask("auditor", "GET", "/v1/looks/findings")
    (finding,) = [f for f in answer.json()["findings"] if f["actor"] == "curious" and f["kind"] == "repeated"]
    assert (finding["looks"], finding["days"], finding["purposes"]) == (3, 3, [INQUIRY["purpose"]])
    review = f"/v1/looks/findings/{finding['id']}/review"
    problem(await place.ask("auditor", "POST", review, json={"note": " "}), 422, "audit.review_needs_note")
    problem(await place.ask("dispatcher", "POST", review, json={"note": "fine"}), 403, "organisation.role_may_not")
    said = await place.ask("auditor", "POST", review, json={"note": "asked; leave was refused"})
    assert said.json()["reviewed"]["note"] == "asked; leave was refused"
    unknown = await place.ask("auditor", "POST", "/v1/looks/findings/none/review", json={"note": "fine"})
    problem(unknown, 404, "audit.finding_unknown")
    await _days_pass(place, 1.0)
    await place.ask("curious", "GET", path, params=_lately(place))
    answer = await place.ask("auditor", "GET", "/v1/looks/findings")
    (finding,) = [f for f in answer.json()["findings"] if f["actor"] == "curious" and f["kind"] == "repeated"]
    assert finding["reviewed"] is None, "it went on"
    assert [each.kind for each in await place.running.looks.tell() if each.kind == "repeated"] == ["repeated"]


async def test_a_crew_sees_who_looked_at_where_it_was_a_week_later(place: Town) -> None:
    posting = place.people["its county"]
    shown = place.running.entrance.shown
    assert shown is not None
    await shown.begin(posting)
    before = (await place.ask("crew on it", "GET", "/v1/looks/own")).json()["looks"]
    await _days_pass(place, 8.0)
    after = (await place.ask("crew on it", "GET", "/v1/looks/own")).json()
    seen = {(row["what"], row["role"]) for row in after["looks"]}
    assert ("trail", "county_desk") in seen and ("stream", "county_desk") in seen
    assert ("stream", "county_desk") not in {(row["what"], row["role"]) for row in before}
    assert {row["subject"] for row in after["looks"] if row["what"] == "trail"} == {place.ids["unit_id"]}
    assert "curious" not in {row["actor"] for row in after["looks"] if row["what"] == "trail"}, "that was another car"
    problem(await place.ask("dispatcher", "GET", "/v1/looks/own"), 403, "organisation.role_may_not")


async def test_the_index_is_made_anew_from_the_log(place: Town, tmp_path: Path) -> None:
    from nazdik.bootstrap.inspection.index import LookIndex

    unit = place.ids["unit_id"]
    trail = f"/v1/units/{unit}/trail"
    assert (await place.ask("its county", "GET", trail, params=_lately(place))).status_code == 200
    audit = place.running.entrance.building.audit
    assert audit is not None
    index = LookIndex(tmp_path / "anew.sqlite", audit.log)
    index.catch_up()
    index.catch_up()
    rows = index.about([unit], place.clock.now() - 10**15, 1_000)  # type: ignore[arg-type]
    assert [row.what for row in rows].count("trail") >= 1
    index.close()
