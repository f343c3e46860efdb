"""Reports at a real server: on disk before the answer, a call that waits, followed to its end without a word of the reporter's."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from defusedxml import ElementTree

from nazdik.platform.journal import read_journal
from tests.contract.test_eido import Partner, calls_of
from tests.interfaces import samples
from tests.server import PROVINCE, Seat, Server, problem, served

FORM = samples("open311", "http")[0].strip()
ANSWER = json.loads(samples("open311", "json")[0])
BASE = "/open311/v2"


def filed(app: Partner, **more: str) -> list[dict[str, Any]]:
    """Hand in the sample, changed, with words of its own so that it is another report."""
    fields = dict(parse_qsl(FORM)) | {"account_id": str(time.monotonic_ns())} | more
    answer = app.http.post(f"{BASE}/requests.json", content=urlencode(fields), headers=FORM_TYPE)
    assert answer.status_code == 201, answer.text
    said: list[dict[str, Any]] = answer.json()
    return said


FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}


def eventually(ask: Callable[[], Any], wanted: Any) -> None:
    deadline = time.monotonic() + 30
    while (said := ask()) != wanted:
        assert time.monotonic() < deadline, said
        time.sleep(0.02)


def refused(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.text
    (one,) = answer.json()
    assert one["code"] == status and one["description"]


def status_of(nobody: Seat, own: str) -> str:
    answer = nobody.get(f"{BASE}/requests/{own}.json")
    return str(answer.json()[0]["status"]) if answer.status_code == 200 else str(answer.status_code)


def test_the_sample_becomes_a_call_that_waits_and_a_report_that_tells_nothing(
    server: Server, nobody: Seat, taker: Seat
) -> None:
    app = Partner(server, "open311")
    body = f"{FORM}&api_key={app.token}"
    answer = nobody.http.post(f"{BASE}/requests.json", content=body, headers=FORM_TYPE)
    assert answer.status_code == 201
    (said,) = answer.json()
    assert set(said) == set(ANSWER[0]) and said["service_notice"] == ANSWER[0]["service_notice"]
    own = said["service_request_id"]
    kept = [one.data for one in read_journal(server.data / "journal") if own.rpartition(".c")[2].encode() in one.data]
    assert len(kept) == 1 and FORM.encode() in kept[0] and app.token.encode() not in kept[0]
    call = calls_of(server, own)
    assert (call["channel"], call["state"], call["priority"], call["kind"]) == ("report", "ringing", 5, None)
    assert call["number"] == "+15555550143" and call["point"] is not None
    again = nobody.http.post(f"{BASE}/requests.json", content=body, headers=FORM_TYPE).json()
    assert again[0]["service_request_id"] == own
    eventually(lambda: status_of(nobody, own), "open")
    public = nobody.get(f"{BASE}/requests/{own}.json").text
    for secret in ("Reporter", "5555550143", "Valiasr", "reporter@", "12-345", "دوبل", "35.715", "51.408"):
        assert secret not in public
    (shown,) = json.loads(public)
    assert (shown["lat"], shown["long"]) == (35.72, 51.41)
    # What is not listed is found by its id alone.
    assert own not in nobody.get(f"{BASE}/requests.json").text
    assert taker.done(f"/v1/calls/{own}/answer") and taker.done(f"/v1/calls/{own}/close", {"outcome": "advice"})
    eventually(lambda: status_of(nobody, own), "closed")


def test_what_reporters_are_told_is_the_provinces(server: Server, nobody: Seat) -> None:
    texts, admin = f"/v1/settings/texts/{PROVINCE}", server.seat(f"administrator:{PROVINCE}")
    wanted = {
        "report_notice": "این‌جا ۱۱۰ نیست / Not 110",
        "report_urgent": "زنگ بزنید / Call",
        "report_waiting": "در نوبت / Queued",
        "report_read": "خوانده شد / Read",
        "report_over": "تمام / Done",
    }
    admin.done(f"{texts}/draft", {"value": wanted, "why": "آزمون"})
    read = admin.get(texts).json()
    assert len(read["draft"]["lines"]) == len(wanted)
    admin.done(f"{texts}/publish", {"revision": read["draft"]["revision"], "over": read["over"]})
    try:
        (urgent,) = filed(Partner(server, "open311"), service_code="other", description="یک نفر را با چاقو زدند")
        assert urgent["service_notice"] == wanted["report_urgent"]
        (said,) = filed(Partner(server, "open311"), service_code="animal", description="سگی آن‌جا می‌گردد")
        assert said["service_notice"] == wanted["report_notice"]
        own, taker = said["service_request_id"], server.seat(f"call_taker:{PROVINCE}")

        def told() -> list[str]:
            answer = nobody.get(f"{BASE}/requests/{own}.json")
            return [answer.json()[0][part] for part in ("status_notes", "service_notice")] if answer.is_success else []

        for step, body, state in (
            (None, None, "report_waiting"),
            ("answer", None, "report_read"),
            ("close", {"outcome": "advice"}, "report_over"),
        ):
            if step is not None:
                taker.done(f"/v1/calls/{own}/{step}", body)
            eventually(told, [wanted[state], wanted["report_notice"]])
    finally:
        admin.done(f"{texts}/roll-back", {"to": 0, "why": "پایان آزمون"})


def test_what_may_be_reported_is_the_provinces(server: Server, nobody: Seat) -> None:
    path, admin = f"/v1/settings/services/{PROVINCE}", server.seat(f"administrator:{PROVINCE}")
    rows = admin.get(path).json()["value"]["rows"]
    asked = {"code": "colour", "fa": "رنگ", "en": "Colour", "datatype": "string", "required": True}
    crowd = {"code": "lost_property", "name_fa": "گمشده", "name_en": "Lost", "about_fa": "چیزی گم کرده‌اید"}
    crowd |= {"about_en": "You lost something", "listed": True, "asked": [asked]}
    kept = [row for row in rows if row["code"] != "nuisance"]
    for bad in ("fight", "nowhere"):
        refused = admin.post(f"{path}/draft", {"value": {"rows": [*kept, {**crowd, "code": bad}]}, "why": "x"})
        assert problem(refused, 422, "administration.value_invalid")["field"] == "rows"
    admin.done(f"{path}/draft", {"value": {"rows": [*kept, {**crowd, "code": "crash_damage"}]}, "why": "آزمون"})
    read = admin.get(path).json()
    assert len(read["draft"]["lines"]) == 2
    admin.done(f"{path}/publish", {"revision": read["draft"]["revision"], "over": read["over"]})
    try:
        listed = {one["service_code"]: one for one in nobody.get(f"{BASE}/services.json").json()}
        assert listed["crash_damage"]["service_name"] == "گمشده / Lost" and "nuisance" not in listed
        (attribute,) = nobody.get(f"{BASE}/services/crash_damage.json").json()["attributes"]
        assert (attribute["code"], attribute["required"]) == ("colour", True)
        assert nobody.get(f"{BASE}/services/nuisance.json").status_code == 404
        (said,) = filed(Partner(server, "open311"), service_code="crash_damage", description="کیفی گم شد")
        own = said["service_request_id"]
        eventually(lambda: nobody.get(f"{BASE}/requests/{own}.json").json()[0].get("service_name"), "گمشده / Lost")
    finally:
        admin.done(f"{path}/roll-back", {"to": 0, "why": "پایان آزمون"})


def test_a_listed_report_is_followed_through_its_incident(
    server: Server, nobody: Seat, taker: Seat, desk: Seat
) -> None:
    (said,) = filed(Partner(server, "open311"), service_code="noise", description="همسایه‌ها موسیقی بلند دارند")
    own = said["service_request_id"]
    eventually(lambda: own in nobody.get(f"{BASE}/requests.json?service_code=noise&status=open").text, True)
    assert own not in nobody.get(f"{BASE}/requests.json?service_code=animal").text
    assert own not in nobody.get(f"{BASE}/requests.json?end_date=2020-01-01T00:00:00Z").text
    root = ElementTree.fromstring(nobody.get(f"{BASE}/requests.xml?service_request_id={own},unknown").content)
    assert [one.findtext("service_request_id") for one in root] == [own]
    taker.done(f"/v1/calls/{own}/answer")
    body = {"kind": "noise", "point": [51.4089, 35.7156], "place": "Valiasr"}
    incident = taker.done(f"/v1/calls/{own}/classification", body)["incident_id"]
    desk.done(f"/v1/incidents/{incident}/cancel", {"reason": "quiet"})
    eventually(lambda: status_of(nobody, own), "closed")
    desk.done(f"/v1/incidents/{incident}/reopen", {"reason": "loud again"})
    eventually(lambda: status_of(nobody, own), "open")
    desk.done(f"/v1/incidents/{incident}/cancel", {"reason": "quiet"})


def test_urgent_words_are_pointed_at_110_and_raise_the_priority_and_send_nobody(server: Server, taker: Seat) -> None:
    app = Partner(server, "open311")
    (said,) = filed(app, service_code="other", description="دعوا با چاقو است، یک نفر را با چاقو زدند")
    assert "110" in said["service_notice"] and said["service_notice"] != ANSWER[0]["service_notice"]
    call = calls_of(server, said["service_request_id"])
    assert call["priority"] in (1, 2) and call["incident"] is None
    # However little of a form it is, somebody may need help.
    body = urlencode({"description": "تیراندازی شده، کمک"})
    answer = app.http.post(f"{BASE}/requests.json", content=body, headers=FORM_TYPE)
    assert answer.status_code == 201
    assert calls_of(server, answer.json()[0]["service_request_id"])["priority"] == 1


def test_what_is_wrong_is_said_in_georeports_own_form(server: Server, nobody: Seat) -> None:
    app = Partner(server, "open311")
    refused(nobody.http.post(f"{BASE}/requests.json", content=FORM, headers=FORM_TYPE), 403)
    refused(Partner(server, "eido.read").http.post(f"{BASE}/requests.json", content=FORM, headers=FORM_TYPE), 403)
    for body, status in (
        ("lat=35.7&long=51.4&description=x", 400),
        ("service_code=noise&description=x", 400),
        ("service_code=made_up&lat=35.7&long=51.4", 404),
        (f"{FORM}&jurisdiction_id=elsewhere.example", 400),
    ):
        refused(app.http.post(f"{BASE}/requests.json", content=body, headers=FORM_TYPE), status)
    refused(nobody.get(f"{BASE}/services/made_up.json"), 404)
    refused(nobody.get(f"{BASE}/requests/{PROVINCE}.c00000000000000000000.json"), 404)
    refused(nobody.get(f"{BASE}/requests.json?start_date=soon"), 400)
    root = ElementTree.fromstring(nobody.get(f"{BASE}/tokens/x.xml").content)
    assert root.tag == "errors" and root.findtext("error/code") == "404"
    services = nobody.get(f"{BASE}/services.json").json()
    assert "noise" in [one["service_code"] for one in services]
    assert [one.findtext("service_code") for one in ElementTree.fromstring(nobody.get(f"{BASE}/services.xml").content)]


def test_an_acknowledged_report_survives_a_kill(tmp_path: Path, built_region: Callable[[str], Path]) -> None:
    region = built_region(PROVINCE)
    with served(tmp_path, region) as server:
        app = Partner(server, "open311")
        told = [filed(app, service_code="animal")[0] for _ in range(5)]
        server.kill()
        server.start(region)
        nobody = server.seat(None)
        for said in told:
            own = (
                said.get("service_request_id")
                or nobody.get(f"{BASE}/tokens/{said['token']}.json").json()[0]["service_request_id"]
            )
            eventually(lambda own=own: status_of(nobody, own), "open")
            assert calls_of(server, own)["priority"] == 5
        own = told[0]["service_request_id"]
        token = f"{PROVINCE}-{own.rpartition('.c')[2]}"
        assert nobody.get(f"{BASE}/tokens/{token}.json").json() == [{"token": token, "service_request_id": own}]
