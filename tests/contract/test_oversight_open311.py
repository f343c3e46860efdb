"""GeoReport v2 at the citizens' port: suggestions and reports, in both formats, and never a word of what was written."""

from typing import Any
from urllib.parse import urlencode

import httpx
from defusedxml import ElementTree

from nazdik.oversight.model import Category, Kind, Source
from tests.contract.test_oversight_api import Counter, Doors, doors

__all__ = ["doors"]
BASE = "/open311/v2"
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}
SECRETS = ("چراغ میدان", "ساختگی", "09120000000", "writer@", "31.33")
REPORT = {
    "service_code": "report_delay",
    "attribute[office]": "p.a.1",
    "description": "چراغ میدان دیر درست شد",
    "first_name": "ساختگی",
    "phone": "09120000000",
    "email": "writer@example.org",
    "device_id": "device",
    "lat": "31.3345",
    "long": "48.6789",
}


async def filed(doors: Doors, form: str = "json", headers: dict[str, str] | None = None, **more: str) -> httpx.Response:
    fields = {name: value for name, value in (REPORT | more).items() if value}
    return await doors.citizen.post(
        f"{BASE}/requests.{form}", content=urlencode(fields), headers=FORM_TYPE | (headers or {})
    )


async def asked(doors: Doors, path: str) -> Any:
    answer = await doors.citizen.get(f"{BASE}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_services_are_suggestions_and_reports_and_no_complaint(doors: Doors) -> None:
    services = await asked(doors, "services.json")
    codes = [one["service_code"] for one in services]
    assert codes[0] == "suggestion" and len(codes) == 6 and all(one["metadata"] for one in services)
    assert not any("complaint" in code or code.endswith(("death", "corruption")) for code in codes)
    definition = await asked(doors, "services/suggestion.json")
    (office,) = definition["attributes"]
    assert office["required"] and office["datatype"] == "singlevaluelist"
    assert {one["key"] for one in office["values"]} >= {"p", "p.a", "p.a.1"}
    root = ElementTree.fromstring((await doors.citizen.get(f"{BASE}/services/suggestion.xml")).text)
    assert root.findtext("attributes/attribute/values/value/key") == "iran"
    assert (await doors.citizen.get(f"{BASE}/services/complaint.json")).status_code == 404


async def test_a_report_is_a_case_whose_words_only_its_code_opens(doors: Doors) -> None:
    answer = await filed(doors)
    assert answer.status_code == 201 and answer.headers["access-control-allow-origin"] == "*"
    (said,) = answer.json()
    case = doors.house.oversight.state.cases[said["service_request_id"]]
    assert (case.kind, case.source, case.allegations[0].category) == (Kind.CRITICISM, Source.OPEN311, Category.DELAY)
    assert case.office == "p.a" and [step.office for step in case.barred][:1] == ["p.a.1"], "shut to the station"
    assert case.contact is not None and case.contact.visibility == "office_only"
    assert case.text == "چراغ میدان دیر درست شد\nجا / Place: 31.33, 48.68"
    for path in (
        f"requests/{case.id}.json",
        f"requests.json?service_request_id={case.id}",
        f"tokens/197-{case.id}.json",
    ):
        text = (await doors.citizen.get(f"{BASE}/{path}")).text
        assert case.id in text and not any(secret in text for secret in SECRETS), path
        assert case.token not in text and case.salt not in text and said["follow_up_code"] not in text
    (shown,) = await asked(doors, f"requests/{case.id}.json")
    assert (shown["status"], shown["service_code"], shown["description"]) == ("open", "report_delay", None)
    assert shown["requested_datetime"].endswith("T20:30:00.000Z") and shown["expected_datetime"], "to the day"
    assert await asked(doors, "requests.json") == [], "a list of reports would tell an office how many are about it"
    view = await doors.citizen.post("/v1/follow-up", json={"code": said["follow_up_code"]})
    assert view.json()["text"].startswith("چراغ میدان")


async def test_a_suggestion_is_listed_by_its_state_and_followed_to_its_answer(doors: Doors) -> None:
    (said,) = (await filed(doors, service_code="suggestion", first_name="", phone="")).json()
    own = said["service_request_id"]
    assert doors.house.oversight.state.cases[own].anonymous and not doors.house.oversight.state.cases[own].allegations
    # What came by the form of 197 itself is not listed here, nor found.
    await doors.complain(kind="suggestion", unit=None)
    assert [one["service_request_id"] for one in await asked(doors, "requests.json?service_code=suggestion")] == [own]
    assert await asked(doors, "requests.json?status=closed") == []
    assert await asked(doors, "requests.json?end_date=2020-01-01T00:00:00Z") == []
    other = next(case for case in doors.house.oversight.state.cases.values() if case.source is Source.WEB)
    assert (await doors.citizen.get(f"{BASE}/requests/{other.id}.json")).status_code == 404
    desk = doors.at("desk-a")
    done = await desk.post(f"/v1/cases/{own}/acts/close", json={"answer": "پاسخ ساختگی"}, headers=Counter.key())
    assert done.status_code == 200, done.text
    root = ElementTree.fromstring((await doors.citizen.get(f"{BASE}/requests.xml?status=closed")).text)
    (one,) = root
    assert (root.tag, one.findtext("service_request_id"), one.findtext("status")) == ("service_requests", own, "closed")
    assert "پاسخ ساختگی" not in ElementTree.tostring(root, encoding="unicode")
    assert [one["service_request_id"] for one in await asked(doors, "requests.json?status=closed")] == [own]


async def test_sent_again_with_its_key_it_is_one_request(doors: Doors) -> None:
    key = {"Idempotency-Key": "open311 request number one"}
    first, again = [(await filed(doors, headers=key)).json() for _ in range(2)]
    assert first == again and len(doors.house.oversight.state.cases) == 1
    # Without one the same words are two contacts with two codes: the words are nobody's password.
    (third,), (fourth,) = [(await filed(doors)).json() for _ in range(2)]
    assert third["follow_up_code"] != fourth["follow_up_code"]


async def test_what_is_missing_or_unknown_is_refused_in_georeports_own_form(doors: Doors) -> None:
    for status, code, more in (
        (400, "interchange.report_incomplete", {"service_code": ""}),
        (400, "interchange.report_incomplete", {"description": ""}),
        (400, "interchange.report_incomplete", {"attribute[office]": ""}),
        (400, "oversight.office_unknown", {"attribute[office]": "nowhere"}),
        (404, "interchange.service_not_found", {"service_code": "complaint"}),
        (404, "interchange.service_not_found", {"service_code": "report_death"}),
        (400, "oversight.text_missing", {"description": "آ" * 20_001}),
    ):
        answer = await filed(doors, **more)
        (one,) = answer.json()
        assert (answer.status_code, one["code"]) == (status, status) and one["description"].startswith(code), one
        assert " / " in one["description"], "in both languages"
    root = ElementTree.fromstring((await filed(doors, "xml", description="")).text)
    assert (root.tag, root.findtext("error/code")) == ("errors", "400")
    for odd in (b"", b"\xff\xfe", b"&&&=", b"a=1&" * 200):
        answer = await doors.citizen.post(f"{BASE}/requests.json", content=odd, headers=FORM_TYPE)
        assert answer.status_code == 400
    assert (await doors.citizen.get(f"{BASE}/requests.json?status=late")).status_code == 400
    assert (await doors.citizen.get(f"{BASE}/tokens/197-x.json")).status_code == 404
    assert not doors.house.oversight.state.cases
