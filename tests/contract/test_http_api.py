"""What the HTTP API promises, asked of a real server process: refusals with codes and words, whatever is sent."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.organisation.model import Act, Role
from nazdik.organisation.policy import acts_of
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.sqlite import connect
from tests.server import HERE, NEARBY, PROVINCE, ROOT, Seat, Server, bodies_that_are_no_json, free_port, nested, problem

UNIT = f"{PROVINCE}.u."
# Marks that turn text round, and what would be run if somebody forgot to escape it.
STRANGE_TEXT = (
    "\u202eگروه\u200f <script>alert('x')</script> \u2067&amp;\u2069 \" \\ '; DROP TABLE entries; -- 👮🏽\u200d♀️\u0000"
)


def on_duty(crew: Seat, sign: str) -> str:
    crew.done(f"/v1/units/{UNIT}{sign}/duty", {"on": True})
    return f"{UNIT}{sign}"


def offered(desk: Seat, unit: str) -> tuple[str, str]:
    """Open an incident and send a unit to it; return both ids."""
    incident = desk.incident()
    (assignment,) = desk.done(f"/v1/incidents/{incident}/assignments", {"units": [unit]})["assignment_ids"]
    return incident, assignment


def at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def bodies_with_text_for_a_number() -> Iterator[tuple[str, dict[str, object]]]:
    """Yield, for every number or yes-or-no in every body of the API, a body with a text in its place and nothing else wrong."""
    api = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    shapes = api["components"]["schemas"]
    samples = {"string": "x", "array": [], "boolean": True, "integer": 1, "number": 1.0}

    def kinds_of(field: dict[str, Any]) -> set[str]:
        return {str(one.get("type")) for one in field.get("oneOf", [field])}

    for path, ways in api["paths"].items():
        given = (
            ways.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        fields = shapes.get(given.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
        needed = shapes.get(given.get("$ref", "").rpartition("/")[2], {}).get("required", [])
        for name, field in fields.items():
            if kinds_of(field) & {"integer", "number", "boolean"} and "string" not in kinds_of(field):
                rest = {
                    other: next((samples[k] for k in sorted(kinds_of(fields[other])) if k in samples), None)
                    for other in needed
                }
                if None not in rest.values() and not any(
                    "enum" in str(fields[other]) or "$ref" in str(fields[other]) for other in needed
                ):
                    yield re.sub(r"{[^}]+}", "x", path), {**rest, name: "1"}


# Who asks


def test_every_seat_of_the_demo_can_be_sat_at(nobody: Seat) -> None:
    seats = nobody.get("/v1/seats").json()["seats"]
    assert {s["role"] for s in seats} == {
        "call_taker", "dispatcher", "officer", "station_desk", "county_desk", "province_desk", "national_desk",
        "administrator", "auditor",
    }  # fmt: skip
    first = {seat["role"]: seat for seat in seats}
    for role, seat in first.items():
        session = Seat(nobody.address, seat["id"]).get("/v1/session").json()
        assert (session["role"], session["office"], session["unit"]) == (role, seat["office"], seat["unit"])
        assert session["token"] is None, "a token is given once"
        assert session["acts"] == sorted(acts_of(Role(role)))


def test_the_console_asks_for_acts_that_the_policy_knows() -> None:
    source = (ROOT / "web/src/features/console/roles.ts").read_text(encoding="utf-8")
    asked = re.findall(r'^  \w+: "(\w+)",$', source.split("as const")[0], re.MULTILINE)
    assert len(asked) > 5 and set(asked) <= set(Act)


def test_an_emergency_is_ended_by_those_who_know_that_the_officer_is_safe(
    server: Server, desk: Seat, crew: Callable[[str], Seat]
) -> None:
    unit = on_duty(crew("A07"), "A07")
    office = next(u["office"] for u in desk.get("/v1/units").json()["units"] if u["id"] == unit)
    crew("A07").done(f"/v1/units/{unit}/emergency", {"point": HERE})
    in_danger = {i["in_danger"] for i in desk.get("/v1/incidents").json()["incidents"] if i["emergency"]}
    assert "A07" in in_danger, "whoever is sent knows whom to look for"
    county = office.rpartition(".")[0]
    for seat in (f"station_desk:{office}", f"county_desk:{county}", f"province_desk:{PROVINCE}"):
        if any(s["id"] == seat for s in desk.get("/v1/seats").json()["seats"]):
            problem(server.seat(seat).post(f"/v1/units/{unit}/emergency/end"), 403, "organisation.role_may_not")
    crew("A07").done(f"/v1/units/{unit}/emergency/end")
    desk.done(f"/v1/units/{unit}/duty", {"on": False})


def test_without_a_session_nothing_is_told(nobody: Seat) -> None:
    for path in (
        "/v1/incidents",
        "/v1/units",
        "/v1/calls",
        "/v1/alarms",
        "/v1/session",
        f"/v1/incidents/{PROVINCE}.i1/detail",
    ):
        problem(nobody.get(path), 401, "auth.not_signed_in")
    problem(nobody.post("/v1/incidents", {"kind": "noise", "point": HERE}), 401, "auth.not_signed_in")


def test_a_session_that_ended_is_none_at_once(server: Server) -> None:
    guest = Seat(server.address, f"call_taker:{PROVINCE}")
    assert guest.http.delete("/v1/session").status_code == 204
    problem(guest.get("/v1/session"), 401, "auth.not_signed_in")


def test_a_seat_that_there_is_not_and_a_wrong_password_are_told_apart(server: Server) -> None:
    # An address of its own: other tests fail at this server's door, too, and a place has five tries.
    apart = httpx.HTTPTransport(local_address="127.0.0.9")
    with httpx.Client(base_url=server.address, transport=apart, timeout=20) as door:
        problem(door.post("/v1/sessions", json={"seat": "king"}), 404, "demo.seat_not_found")
        wrong = {"name": "ali", "password": "x" * 20}
        problem(door.post("/v1/sessions", json=wrong), 401, "auth.wrong_name_or_password")
        problem(door.post("/v1/sessions", json={}), 401, "auth.wrong_name_or_password")


def test_a_role_may_not_do_what_is_not_its_own(taker: Seat, crew: Callable[[str], Seat], server: Server) -> None:
    incident = taker.incident()
    problem(taker.post(f"/v1/incidents/{incident}/assignments", {"units": []}), 403, "organisation.role_may_not")
    problem(crew("A01").post("/v1/incidents", {"kind": "noise", "point": HERE}), 403, "organisation.role_may_not")
    problem(crew("A01").post(f"/v1/units/{UNIT}A02/duty", {"on": True}), 403, "organisation.not_your_unit")
    board = server.seat(f"province_desk:{PROVINCE}")
    problem(board.get(f"/v1/incidents/{incident}/detail"), 403, "organisation.role_may_not")
    problem(board.get("/v1/calls"), 403, "organisation.role_may_not")


def test_a_page_from_elsewhere_cannot_use_a_session(server: Server, desk: Seat) -> None:
    cookies = {"nazdik_session": desk.token or ""}
    headers = {"origin": "https://elsewhere.example"}
    problem(httpx.get(f"{server.address}/v1/session", cookies=cookies, headers=headers), 403, "auth.foreign_origin")
    headers = {"origin": server.address}
    assert httpx.get(f"{server.address}/v1/session", cookies=cookies, headers=headers).status_code == 200


# The form of refusals


def test_a_refusal_speaks_persian_unless_english_is_asked_for(desk: Seat) -> None:
    path = f"/v1/incidents/{PROVINCE}.i0"
    persian, english = desk.get(path), desk.get(path, headers={"accept-language": "en-GB,fa;q=0.5"})
    assert persian.json()["title"] == "چنین رخدادی نیست." and persian.headers["content-language"] == "fa"
    assert english.json()["title"] == "There is no such incident." and english.headers["content-language"] == "en"
    for strange in ("", "*", "xx", "de;q=0", "en;q=nan", ";;;,,,", "fa" * 5_000):
        assert desk.get(path, headers={"accept-language": strange}).json()["code"] == "dispatch.incident_not_found"


def test_an_address_that_is_none_and_a_wrong_method_are_said(desk: Seat) -> None:
    problem(desk.get("/v1/nothing"), 404, "http.not_found")
    answer = desk.http.delete("/v1/incidents")
    problem(answer, 405, "http.method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_a_body_that_is_too_large_is_refused(desk: Seat, taker: Seat) -> None:
    huge = b'{"text": "' + b"x" * 1_200_000 + b'"}'
    incident = desk.incident()
    problem(desk.post(f"/v1/incidents/{incident}/notes", huge), 413, "http.too_large")
    problem(taker.post("/v1/calls", huge), 413, "http.too_large")


@pytest.mark.parametrize(
    ("name", "body"), list(bodies_that_are_no_json()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_body_that_is_no_json_is_refused(desk: Seat, taker: Seat, name: str, body: bytes) -> None:
    for answer in (desk.post("/v1/incidents", body), taker.post("/v1/calls", body)):
        assert answer.status_code in (400, 422), (name, answer.status_code, answer.text)
        problem(answer, answer.status_code, "http.malformed" if answer.status_code == 400 else "http.invalid_field")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "51.4.1", "0x33", "1" * 400])
def test_a_number_that_is_none_or_beyond_all_bounds_is_refused(desk: Seat, number: str) -> None:
    answer = desk.post("/v1/incidents", f'{{"kind": "noise", "point": [{number}, 35.7]}}'.encode())
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in {"http.malformed", "http.invalid_field", "dispatch.place_outside_region"}


@pytest.mark.parametrize(
    "body",
    [
        {"kind": 7, "point": HERE},
        {"kind": "noise"},
        {"kind": "noise", "point": "51.4,35.7"},
        {"kind": "noise", "point": [51.4]},
        {"kind": "noise", "point": [51.4, 35.7, 1200.0]},
        {"kind": "noise", "point": {"lon": 51.4, "lat": 35.7}},
        {"kind": "noise", "point": HERE, "priority": "high"},
        {"kind": "noise", "point": HERE, "priority": "1"},
        {"kind": "noise", "point": HERE, "priority": True},
        {"kind": "noise", "point": [str(HERE[0]), str(HERE[1])]},
        {"kind": "noise", "point": HERE, "priority": 1.5},
        {"kind": "noise", "point": HERE, "colour": "blue"},
        {"kind": None, "point": None},
        [],
        "noise",
        7,
        None,
    ],
    ids=str,
)
def test_a_body_of_other_fields_or_types_is_refused_and_the_field_is_named(desk: Seat, body: object) -> None:
    details = problem(desk.post("/v1/incidents", json.dumps(body).encode()), 422, "http.invalid_field")
    assert details["fields"] and all(field["message"] for field in details["fields"])


def test_a_text_that_looks_like_a_number_is_refused_by_its_place_in_the_body(desk: Seat) -> None:
    body = {"kind": "noise", "point": ["51.4", 35.7], "priority": 1}
    (field,) = problem(desk.post("/v1/incidents", body), 422, "http.invalid_field")["fields"]
    assert field == {"field": "point[0]", "in": "body", "message": "Expected `float`, got `str`"}


def test_a_question_without_a_word_or_with_a_wrong_one_is_told_which(desk: Seat) -> None:
    (missing,) = problem(desk.get("/v1/places"), 422, "http.invalid_field")["fields"]
    assert missing == {"field": "q", "in": "query", "message": "It is missing"}
    path = "/v1/places/reverse?lon=51.4&lat=north"
    (wrong,) = problem(desk.get(path), 422, "http.invalid_field")["fields"]
    assert (wrong["field"], wrong["in"]) == ("lat", "query")


@pytest.mark.parametrize(("path", "body"), sorted(bodies_with_text_for_a_number(), key=str), ids=str)
def test_no_route_takes_a_text_for_a_number_or_for_yes(desk: Seat, path: str, body: dict[str, object]) -> None:
    (wrong,) = [name for name, value in body.items() if value == "1"]
    fields = problem(desk.post(path, body), 422, "http.invalid_field")["fields"]
    assert [field["field"] for field in fields] == [wrong]


def test_numbers_as_large_as_one_likes_are_refused(desk: Seat) -> None:
    for number in (0, 6, -1, 2**31, 2**63, 2**64, 10**30, 10**300):
        answer = desk.post(
            "/v1/incidents", f'{{"kind": "noise", "point": [51.4, 35.7], "priority": {number}}}'.encode()
        )
        assert answer.status_code in (400, 422), (number, answer.text)
        assert answer.json()["code"] in {"dispatch.priority_unknown", "http.malformed", "http.invalid_field"}


def test_another_content_type_is_refused(desk: Seat) -> None:
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "nonsense",
    ):
        answer = desk.post("/v1/incidents", b"<kind>noise</kind>", headers={"content-type": kind})
        assert answer.status_code in (400, 415, 422), kind
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_every_answer_keeps_a_browser_careful(desk: Seat) -> None:
    for path in ("/v1/server", "/v1/nothing", "/", "/v1/incidents"):
        headers = desk.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


# Keys


def test_a_command_needs_a_key_of_its_own(desk: Seat) -> None:
    body = {"kind": "noise", "point": HERE}
    problem(desk.http.post("/v1/incidents", json=body), 422, "http.idempotency_key_missing")
    for key in ("x" * 129, '""', "x\ty"):
        problem(desk.post("/v1/incidents", body, key=key), 422, "http.idempotency_key_invalid")
    assert desk.post("/v1/incidents", body, key=f"{time.monotonic_ns()}".ljust(128, "x")).status_code == 201


def test_a_command_that_is_sent_twice_is_done_once(desk: Seat) -> None:
    key, body = desk.new_key(), {"kind": "noise", "point": HERE, "place": "twice"}
    first, second = desk.done("/v1/incidents", body, key=key), desk.done("/v1/incidents", body, key=key)
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    assert {**first, "duplicate": True} == second
    assert [i["id"] for i in desk.get("/v1/incidents").json()["incidents"]].count(first["incident_id"]) == 1


def test_a_key_does_not_serve_another_command(desk: Seat, taker: Seat) -> None:
    key = desk.new_key()
    desk.done("/v1/incidents", {"kind": "noise", "point": HERE}, key=key)
    problem(desk.post("/v1/incidents", {"kind": "fight", "point": HERE}, key=key), 409, "http.idempotency_key_reused")
    assert taker.post("/v1/incidents", {"kind": "fight", "point": HERE}, key=key).status_code == 201, (
        "keys are one's own"
    )


def test_a_refused_command_is_refused_again_and_may_be_corrected_under_another_key(desk: Seat) -> None:
    key, body = desk.new_key(), {"kind": "no_such_kind", "point": HERE}
    for _ in range(2):
        problem(desk.post("/v1/incidents", body, key=key), 422, "dispatch.kind_unknown")
    desk.done("/v1/incidents", {**body, "kind": "noise"})


# Places, kinds, units


def test_ids_of_nothing_are_not_found(desk: Seat, taker: Seat) -> None:
    problem(desk.get(f"/v1/incidents/{PROVINCE}.i0"), 404, "dispatch.incident_not_found")
    problem(desk.post(f"/v1/incidents/{PROVINCE}.i0/notes", {"text": "?"}), 404, "dispatch.incident_not_found")
    problem(desk.post(f"/v1/assignments/{PROVINCE}.i0.1/withdraw"), 404, "dispatch.assignment_not_found")
    problem(desk.post(f"/v1/units/{UNIT}Z99/duty", {"on": True}), 404, "dispatch.unit_not_found")
    problem(desk.post(f"/v1/alarms/{PROVINCE}.i0!waiting/acknowledge"), 404, "dispatch.alarm_not_found")
    problem(taker.post(f"/v1/calls/{PROVINCE}.c0/answer"), 404, "intake.call_not_found")
    problem(desk.get("/v1/incidents/atlantis.i1"), 404, "organisation.province_not_found")
    for strange in ("%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "x" * 3_000, "%ED%A0%80", "𝕏", "!", "%20"):
        answer = desk.get(f"/v1/incidents/{strange}")
        assert answer.status_code in (400, 404, 414), (strange, answer.status_code)


def test_a_closed_incident_takes_notes_and_nothing_else(desk: Seat) -> None:
    incident = desk.incident()
    desk.done(f"/v1/incidents/{incident}/close", {"disposition": "no_report"})
    problem(
        desk.post(f"/v1/incidents/{incident}/close", {"disposition": "no_report"}), 409, "dispatch.incident_is_closed"
    )
    problem(desk.post(f"/v1/incidents/{incident}/priority", {"priority": 1}), 409, "dispatch.incident_is_closed")
    problem(desk.post(f"/v1/incidents/{incident}/assignments", {"units": []}), 409, "dispatch.incident_is_closed")
    desk.done(f"/v1/incidents/{incident}/notes", {"text": "written later"})
    problem(
        desk.post(f"/v1/incidents/{incident}/disposition", {"disposition": "?"}), 422, "dispatch.disposition_unknown"
    )


def test_a_place_outside_every_region_is_refused(desk: Seat, taker: Seat) -> None:
    for point in ([2.3522, 48.8566], [0.0, 0.0], [180.0, 90.0], [-180.0, -90.0], [51.4, 91.0], [1e300, 1e300]):
        problem(desk.post("/v1/incidents", {"kind": "noise", "point": point}), 422, "dispatch.place_outside_region")
    call = taker.done("/v1/calls", {"channel": "telephone"})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    classified = taker.post(f"/v1/calls/{call}/classification", {"kind": "noise", "point": [0.0, 0.0]})
    problem(classified, 422, "dispatch.place_outside_region")
    taker.done(f"/v1/calls/{call}/classification", {"kind": "noise", "point": HERE})


def test_exchanged_coordinates_are_recognised(desk: Seat) -> None:
    details = problem(desk.post("/v1/incidents", {"kind": "noise", "point": HERE[::-1]}), 422, "dispatch.place_swapped")
    assert details["swapped"] == HERE


def test_a_kind_that_there_is_not_is_refused(desk: Seat) -> None:
    for kind in ("", "murder!", "NOISE", "noise ", "x" * 5_000, "نزاع"):
        problem(desk.post("/v1/incidents", {"kind": kind, "point": HERE}), 422, "dispatch.kind_unknown")


def test_a_unit_off_duty_and_one_that_is_taken_are_not_sent(desk: Seat, crew: Callable[[str], Seat]) -> None:
    incident = desk.incident()
    details = problem(
        desk.post(f"/v1/incidents/{incident}/assignments", {"units": [f"{UNIT}A09"]}), 409, "dispatch.unit_off_duty"
    )
    assert details["call_sign"] == "A09"
    unit = on_duty(crew("A10"), "A10")
    first, _ = offered(desk, unit)
    taken = desk.post(f"/v1/incidents/{incident}/assignments", {"units": [unit]})
    details = problem(taken, 409, "dispatch.unit_taken")
    assert (details["incident_id"], details["may_divert"]) == (first, True)
    problem(desk.post(f"/v1/incidents/{incident}/assignments", {"units": ["x"]}), 404, "dispatch.unit_not_found")


def at_once(first: Callable[[], httpx.Response], second: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Send two requests in the same moment and return both answers."""
    gate = threading.Barrier(2)
    answers: dict[int, httpx.Response] = {}

    def go(n: int, send: Callable[[], httpx.Response]) -> None:
        gate.wait()
        answers[n] = send()

    both = [threading.Thread(target=go, args=(n, send)) for n, send in enumerate((first, second))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    return [answers[0], answers[1]]


def test_of_two_dispatchers_who_take_one_unit_one_hears_who_won(server: Server, crew: Callable[[str], Seat]) -> None:
    one, other = (Seat(server.address, f"dispatcher:{PROVINCE}") for _ in range(2))
    for sign in ("A11", "A12", "A13", "A14", "A15"):
        unit = on_duty(crew(sign), sign)
        incidents, body = [one.incident(), other.incident()], {"units": [unit]}
        paths = [f"/v1/incidents/{incident}/assignments" for incident in incidents]
        answers = at_once(partial(one.post, paths[0], body), partial(other.post, paths[1], body))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        winner = 0 if answers[0].status_code == 200 else 1
        details = problem(answers[1 - winner], 409, "dispatch.unit_taken")
        assert (details["incident_id"], details["call_sign"]) == (incidents[winner], sign)
        assert one.get(f"/v1/incidents/{incidents[1 - winner]}").json()["assignments"] == []


def test_a_command_sent_twice_at_once_is_done_once(server: Server, desk: Seat) -> None:
    again = Seat(server.address, f"dispatcher:{PROVINCE}")
    for _ in range(5):
        key, body = desk.new_key(), {"kind": "noise", "point": HERE}
        answers = at_once(
            partial(desk.post, "/v1/incidents", body, key=key), partial(again.post, "/v1/incidents", body, key=key)
        )
        first, second = (answer.json() for answer in answers)
        assert first["incident_id"] == second["incident_id"] and first["position"] == second["position"]
        assert sorted((first["duplicate"], second["duplicate"])) == [False, True]


def test_accepting_after_the_withdrawal_is_too_late_and_says_so(desk: Seat, crew: Callable[[str], Seat]) -> None:
    officer = crew("A16")
    _, assignment = offered(desk, on_duty(officer, "A16"))
    desk.done(f"/v1/assignments/{assignment}/withdraw", {"reason": "nearer unit"})
    details = problem(officer.post(f"/v1/assignments/{assignment}/accept", {}), 409, "dispatch.offer_withdrawn")
    assert details["state"] == "withdrawn"
    problem(officer.post(f"/v1/assignments/{assignment}/on-scene", {}), 409, "dispatch.assignment_ended")


def test_steps_are_taken_in_order(desk: Seat, crew: Callable[[str], Seat]) -> None:
    officer = crew("A17")
    incident, assignment = offered(desk, on_duty(officer, "A17"))
    problem(officer.post(f"/v1/assignments/{assignment}/on-scene", {}), 409, "dispatch.step_out_of_order")
    problem(officer.post(f"/v1/assignments/{assignment}/refuse", {"reason": "tired"}), 422, "dispatch.reason_unknown")
    problem(
        desk.post(f"/v1/incidents/{incident}/close", {"disposition": "no_report"}), 409, "dispatch.units_still_assigned"
    )
    problem(officer.post(f"/v1/units/{UNIT}A17/duty", {"on": False}), 409, "dispatch.unit_has_assignment")
    for step in ("accept", "en-route", "on-scene", "transport", "clear"):
        officer.done(f"/v1/assignments/{assignment}/{step}", {})
    assert desk.get(f"/v1/incidents/{incident}").json()["status"] == "ReportPending"
    problem(officer.post(f"/v1/assignments/{assignment}/withdraw"), 403, "organisation.role_may_not")


def test_times_of_devices_that_are_no_times_are_refused(desk: Seat, crew: Callable[[str], Seat]) -> None:
    officer = crew("A18")
    _, assignment = offered(desk, on_duty(officer, "A18"))
    wrong = ("", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "9999-99-99T00:00:00Z", "x" * 1_000, "١٢:٠٠")
    # In UTC these are of the year 0 and of the year 10000.
    for text in (*wrong, "0001-01-01T00:00:00+03:30", "9999-12-31T23:59:59-03:30"):
        answer = officer.post(f"/v1/assignments/{assignment}/accept", {"device_at": text})
        problem(answer, 422, "http.bad_instant")
    officer.done(f"/v1/assignments/{assignment}/accept", {"device_at": "0001-01-01T00:00:00Z"})
    late = {"kind": "noise", "priority": 3, "point": HERE, "received_at": at(-100), "cleared_at": at(3600)}
    problem(desk.post("/v1/incidents/late", late), 422, "dispatch.stamps_out_of_order")
    problem(desk.post("/v1/incidents/late", {**late, "cleared_at": at(-200)}), 422, "dispatch.stamps_out_of_order")
    assert desk.done("/v1/incidents/late", {**late, "cleared_at": at(-50)})["incident_id"]


def test_a_position_from_the_future_or_from_two_hours_ago_is_never_now(desk: Seat, crew: Callable[[str], Seat]) -> None:
    officer = crew("A19")
    unit = on_duty(officer, "A19")
    _, assignment = offered(desk, unit)
    problem(officer.get(f"/v1/assignments/{assignment}/route"), 422, "geo.unit_without_place")
    fixes = [{"lon": NEARBY[0], "lat": NEARBY[1], "at": at(600)}, {"lon": NEARBY[0], "lat": NEARBY[1], "at": at(-7200)}]
    taken = officer.http.post("/v1/positions", json=fixes).json()
    assert taken == {
        "now": 0,
        "verdicts": [
            {"use": "quarantined", "code": "position.from_future"},
            {"use": "history", "code": "position.too_old"},
        ],
    }
    problem(officer.get(f"/v1/assignments/{assignment}/route"), 422, "geo.unit_without_place")
    wanted = {"since": at(-9_000), "until": at(60), "purpose": "complaint 12"}
    trail = desk.get(f"/v1/units/{unit}/trail", params=wanted).json()["points"]
    assert "position.too_old" in {point["code"] for point in trail}
    assert officer.http.post("/v1/positions", json=[{**fixes[0], "at": at(0)}]).json()["now"] == 1
    assert officer.get(f"/v1/assignments/{assignment}/route").json()["travel_time_s"] > 0


@pytest.mark.parametrize(
    ("fix", "code"),
    [
        ({"lon": 0.0, "lat": 0.0}, "position.zero_island"),
        ({"lon": HERE[1], "lat": HERE[0]}, "position.swapped"),
        ({"lon": 2.35, "lat": 48.85}, "position.outside_region"),
        ({"lon": 500.0, "lat": 35.7}, "position.out_of_range"),
        ({"lon": HERE[0], "lat": HERE[1], "mock": True}, "position.mock"),
        ({"lon": HERE[0], "lat": HERE[1], "accuracy_m": 5_000.0}, "position.inaccurate"),
        ({"lon": "here", "lat": HERE[1]}, "position.bad_body"),
        ({"lat": HERE[1]}, "position.bad_body"),
        ({"lon": HERE[0], "lat": HERE[1], "at": "noon"}, "position.bad_time"),
        ({"lon": HERE[0], "lat": HERE[1], "unit": f"{UNIT}A01"}, "position.unit_not_allowed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_position_that_cannot_be_true_is_named_and_holds_no_other_back(
    crew: Callable[[str], Seat], fix: dict[str, object], code: str
) -> None:
    officer = crew("A20")
    good = {"lon": HERE[0], "lat": HERE[1], "at": at(0)}
    verdicts = officer.http.post("/v1/positions", json=[{"at": at(0), **fix}, good]).json()["verdicts"]
    assert verdicts[0]["code"] == code and verdicts[0]["use"] != "now"
    assert verdicts[1]["code"] in (None, "position.out_of_order")


def test_positions_need_a_credential_and_a_list(nobody: Seat, crew: Callable[[str], Seat]) -> None:
    problem(nobody.http.post("/v1/positions", json=[]), 403, "fleet.device_unknown")
    for body in (b"", b"{}", b"[", nested(50_000), b'[{"lon": NaN}', b"\xff"):
        problem(crew("A20").http.post("/v1/positions", content=body), 422, "position.bad_body")
    problem(
        nobody.get("/v1/tracker/osmand", params={"id": "guessed", "lat": 35, "lon": 51}), 403, "fleet.device_unknown"
    )
    problem(nobody.get("/v1/tracker/osmand"), 422, "position.field_missing")


# Words


def test_a_text_of_twenty_thousand_characters_is_refused_and_named(desk: Seat, taker: Seat) -> None:
    incident, long = desk.incident(), "آ" * 20_000
    details = problem(desk.post(f"/v1/incidents/{incident}/notes", {"text": long}), 422, "dispatch.text_too_long")
    assert details == {"field": "text", "length": 20_000, "limit": 4_000}
    body = {"kind": "noise", "point": HERE}
    problem(desk.post("/v1/incidents", {**body, "narrative": long}), 422, "dispatch.text_too_long")
    problem(desk.post("/v1/incidents", {**body, "place": "x" * 301}), 422, "dispatch.text_too_long")
    problem(taker.post("/v1/calls", {"narrative": long}), 422, "intake.text_too_long")
    problem(taker.post("/v1/calls", {"number": "1" * 41}), 422, "intake.text_too_long")
    assert taker.done("/v1/kinds/guess", {"text": long})["guesses"] == []


def test_strange_text_comes_back_as_it_was_written(desk: Seat, taker: Seat, server: Server) -> None:
    call = taker.done("/v1/calls", {"name": STRANGE_TEXT, "narrative": STRANGE_TEXT})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    incident = taker.done(
        f"/v1/calls/{call}/classification", {"kind": "noise", "point": HERE, "narrative": STRANGE_TEXT}
    )
    desk.done(f"/v1/incidents/{incident['incident_id']}/notes", {"text": STRANGE_TEXT})
    answer = desk.get(f"/v1/incidents/{incident['incident_id']}/detail")
    detail = answer.json()
    assert detail["narrative"] == detail["callers"][0]["name"] == detail["notes"][0]["text"] == STRANGE_TEXT
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    timeline = desk.get(f"/v1/incidents/{incident['incident_id']}/timeline").json()["entries"]
    assert STRANGE_TEXT in {entry["data"].get("text") for entry in timeline}
    view = desk.get(f"/v1/incidents/{incident['incident_id']}").text
    assert "script" not in view, "what boards see holds no words of callers"


# Files


def test_paths_that_climb_out_lead_nowhere(server: Server) -> None:
    host = server.address.removeprefix("http://")
    for path in (
        "/maps/../server.txt",
        "/maps/%2e%2e/%2e%2e/pyproject.toml",
        "/maps/..%2f..%2fmanifest.json",
        "/maps/tehran-central.pmtiles%00.json",
        "/maps/tehran-central/manifest.json",
        "/maps/.pmtiles",
        "/assets/../cli.py",
        "/assets/%2e%2e/%2e%2e/cli.py",
        "/assets/..%5c..%5ccli.py",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/%00",
        "/assets/" + "a/" * 1_000,
        "/fonts/../index.html",
        "/assets/",
        "/assets",
    ):
        # A client would tidy the path up; this sends it as it stands.
        with httpx.Client() as client:
            request = client.build_request("GET", f"http://{host}/")
            request.url = httpx.URL(f"http://{host}").copy_with(raw_path=path.encode())
            answer = client.send(request)
        assert answer.status_code in (400, 404), (path, answer.status_code)
        assert answer.headers["content-type"].startswith("application/problem+json"), path


def test_a_part_of_the_map_can_be_asked_for(nobody: Seat, built_region: Callable[[str], Path]) -> None:
    path, whole = f"/maps/{PROVINCE}.pmtiles", (built_region(PROVINCE) / "basemap.pmtiles").read_bytes()
    head = nobody.get(path, headers={"range": "bytes=0-126"})
    assert (head.status_code, head.content) == (206, whole[:127])
    assert head.headers["content-range"] == f"bytes 0-126/{len(whole)}"
    tail = nobody.get(path, headers={"range": "bytes=-10"})
    assert (tail.status_code, tail.content) == (206, whole[-10:])
    rest = nobody.get(path, headers={"range": f"bytes={len(whole) - 5}-"})
    assert (rest.status_code, rest.content) == (206, whole[-5:])
    for beyond in (f"bytes={len(whole)}-", "bytes=999999999999-", "bytes=-0"):
        answer = nobody.get(path, headers={"range": beyond})
        problem(answer, 416, "http.range_not_satisfiable")
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
    for ignored in ("bytes=9-2", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=" + "9" * 200, "x"):
        answer = nobody.get(path, headers={"range": ignored})
        assert (answer.status_code, len(answer.content)) == (200, len(whole)), ignored
    unchanged = nobody.get(path, headers={"if-none-match": head.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_what_is_asked_of_places_and_routes_may_be_anything(desk: Seat) -> None:
    for point in ("", "here", "51.4", "51.4,35.7,2", "nan,nan", "inf,1", "500,500", "0,0", ",", "1e999,1"):
        answer = desk.get("/v1/route", params={"start": point, "end": f"{HERE[0]},{HERE[1]}"})
        assert answer.status_code == 422 and answer.json()["code"] in {"geo.point_invalid", "geo.outside_region"}, point
    assert desk.get("/v1/places", params={"q": STRANGE_TEXT}).status_code == 200
    assert desk.get("/v1/places", params={"q": "ولی" * 500, "limit": 10**9}).status_code == 200
    assert desk.get("/v1/places", params={"q": ""}).json() == {"places": []}
    assert desk.get("/v1/places", params={"q": "🚓" * 2_000}).status_code == 200
    problem(desk.get("/v1/places", params={"q": "x", "county": "atlantis"}), 404, "geo.county_not_found")
    problem(desk.get("/v1/places", params={"q": "x", "limit": "many"}), 422, "http.invalid_field")
    problem(desk.get("/v1/places", params={"q": "x", "province": "atlantis"}), 404, "organisation.province_not_found")
    for point in ({"lon": "nan", "lat": 1}, {"lon": 1e9, "lat": 1}):
        problem(desk.get("/v1/places/reverse", params=point), 422, "geo.point_invalid")


# The record


def accesses(server: Server) -> list[tuple[str, str, str]]:
    connection = connect(server.data / "audit.sqlite", query_only=True)
    try:
        rows = connection.execute(f"SELECT {COLUMNS} FROM entries ORDER BY position").fetchall()
    finally:
        connection.close(True)
    return [(e.actor, json.loads(e.body)["what"], e.subject) for e in map(entry_of, rows)]


def test_whoever_reads_is_written_down(server: Server, desk: Seat) -> None:
    incident = desk.incident()
    asker = f"seat:dispatcher:{PROVINCE}"
    for what, path in (
        ("incident", ""),
        ("detail", "/detail"),
        ("timeline", "/timeline"),
        ("recommendation", "/recommendation"),
    ):
        assert desk.get(f"/v1/incidents/{incident}{path}").status_code == 200
        assert (asker, what, incident) in accesses(server)
    for what in ("list_units", "list_incidents"):
        before = accesses(server).count((asker, what, PROVINCE))
        desk.get(f"/v1/{what.removeprefix('list_')}")
        assert accesses(server).count((asker, what, PROVINCE)) == before + 1


def test_a_second_server_on_the_same_data_or_port_is_refused_in_words(
    server: Server, built_region: Callable[[str], Path]
) -> None:
    rival = Server(server.data, free_port())
    with pytest.raises(AssertionError, match="nazdik:"):
        rival.start(built_region(PROVINCE))
    assert rival.process is not None and rival.process.wait(20) == 2


# Personal data


def test_a_caller_learnt_during_a_call_is_told_to_who_needs_it_and_is_in_the_audit_log(
    server: Server, taker: Seat, desk: Seat
) -> None:
    call = taker.done("/v1/calls", {"channel": "operator", "number": "0611"})["call_id"]
    taker.done(f"/v1/calls/{call}/draft", {"kind": "noise", "point": HERE, "place": "a square", "narrative": "wrong"})
    taker.done(f"/v1/calls/{call}/draft", {"place": "", "narrative": ""})
    incident = taker.done(f"/v1/calls/{call}/classification", {"kind": "noise", "point": HERE})["incident_id"]
    taker.done(f"/v1/calls/{call}/caller", {"name": "caller A", "callback": "0622"})
    detail = desk.get(f"/v1/incidents/{incident}/detail").json()
    assert detail["callers"] == [{"call": call, "number": "0611", "name": "caller A", "callback": "0622"}]
    assert detail["narrative"] == ""
    connection = connect(server.data / "audit.sqlite", query_only=True)
    try:
        written = connection.execute("SELECT actor, body FROM entries WHERE subject = ?", (call,)).fetchall()
    finally:
        connection.close(True)
    assert [actor for actor, _ in written] == [f"seat:call_taker:{PROVINCE}"]
    assert json.loads(written[0][1])["what"] == "caller" and b"caller A" not in written[0][1]

    board = server.seat(next(s["id"] for s in desk.get("/v1/seats").json()["seats"] if s["role"] == "county_desk"))
    problem(board.post(f"/v1/calls/{call}/caller", {"name": None, "callback": None}), 403, "organisation.role_may_not")
    problem(taker.post(f"/v1/calls/{call}/caller", {"name": "x"}), 422, "http.invalid_field")
    problem(
        taker.post(f"/v1/calls/{PROVINCE}.c0/caller", {"name": None, "callback": None}), 404, "intake.call_not_found"
    )
    assert "caller A" not in board.get(f"/v1/incidents/{incident}/timeline").text
