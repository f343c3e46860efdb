"""People and handhelds over HTTP: let in by two people or by a code, and out again on their open lines."""

import time
from typing import Any

import pytest

from nazdik.platform.live import CloseCode
from tests.contract.test_people_commands import nazdik, signed_in
from tests.contract.test_stream_api import closed_with, hello, opened
from tests.server import HERE, PROVINCE, Seat, Server, problem, take_what_stands

PASSWORD = "a long enough password"
UNIT = f"{PROVINCE}.u.A08"
names = (f"crew-{n}" for n in range(1, 100))


@pytest.fixture
def one(server: Server) -> Seat:
    """The administrator who drafts."""
    return server.seat(f"administrator:{PROVINCE}")


@pytest.fixture
def two(server: Server) -> Seat:
    """The administrator who publishes."""
    return server.seat(f"administrator:{PROVINCE}:2")


def posted(role: str = "dispatcher", office: str = PROVINCE, **more: Any) -> dict[str, Any]:
    return {"role": role, "office": office, **more}


def put(one: Seat, two: Seat, name: str, **value: Any) -> str:
    """Let two people say who somebody is, and return the address of the setting."""
    path = f"/v1/settings/person/{PROVINCE}.p.{name}"
    one.done(f"{path}/draft", {"value": value, "why": "آزمون"})
    held = two.get(path).json()
    two.done(f"{path}/publish", {"revision": held["draft"]["revision"], "over": held["over"]})
    return path


def find(seat: Seat, name: str) -> dict[str, Any] | None:
    people = seat.get("/v1/people", params={"office": PROVINCE}).json()["people"]
    return next((person for person in people if person["id"] == name), None)


def let_in(one: Seat, two: Seat, server: Server, **seat: Any) -> tuple[str, str, Seat]:
    """Let somebody new in, all the way to a session."""
    name = next(names)
    path = put(one, two, name, active=True, seats=[posted(**seat)])
    until = time.monotonic() + 30
    while find(one, name) is None and time.monotonic() < until:
        time.sleep(0.02)
    code = one.done(f"/v1/people/{PROVINCE}.p.{name}/code")["code"]
    nobody = Seat(server.address, None)
    assert nobody.done("/v1/passwords", {"code": code.lower(), "password": PASSWORD}) == {"name": name}
    problem(nobody.post("/v1/passwords", {"code": code, "password": PASSWORD}), 401, "auth.code_invalid")
    return name, path, signed_in(server, name, PASSWORD)


def test_two_people_let_somebody_in_who_sets_their_own_password(one: Seat, two: Seat, server: Server) -> None:
    name, path, seat = let_in(one, two, server)
    said = seat.get("/v1/session").json()
    assert (said["person"], said["role"], said["office"]) == (name, "dispatcher", PROVINCE)
    row = find(one, name)
    assert row is not None and (row["active"], row["signed_in"]) == (True, 1)
    assert one.get(path).json()["changes"][0]["lines"][1]["after"]["fa"] == "اعزام‌کننده، تهران (مرکز)"


@pytest.mark.parametrize("what", ["no longer active", "another office", "until a moment ago"])
def test_who_may_not_any_more_loses_the_open_line_within_seconds(
    what: str, one: Seat, two: Seat, server: Server
) -> None:
    name, path, seat = let_in(one, two, server)
    county = next(o["id"] for o in one.get("/v1/offices").json()["offices"] if o["tier"] == "county")
    value: dict[str, Any] = {"active": True, "seats": [posted()]}
    if what == "no longer active":
        value["active"] = False
    elif what == "another office":
        value["seats"] = [posted("county_desk", county)]
    else:
        value["seats"] = [posted(until="2020-01-01T00:00:00Z")]
    with opened(server, seat) as line:
        hello(line)
        put(one, two, name, **value)
        begun = time.monotonic()
        assert closed_with(line) == CloseCode.RIGHTS_CHANGED
        assert time.monotonic() - begun < 20
    assert seat.get("/v1/session").status_code == 401
    one.done(f"{path}/roll-back", {"to": 1, "why": "اشتباه بود"})
    until = time.monotonic() + 30
    while not (find(one, name) or {}).get("active") and time.monotonic() < until:
        time.sleep(0.02)
    assert signed_in(server, name, PASSWORD).get("/v1/session").json()["role"] == "dispatcher"


def test_a_session_without_a_line_ends_within_seconds_too(one: Seat, two: Seat, server: Server) -> None:
    name, _, seat = let_in(one, two, server)
    assert seat.get("/v1/calls").status_code == 200
    put(one, two, name, active=False, seats=[posted()])
    begun = time.monotonic()
    while seat.get("/v1/calls").status_code == 200:
        assert time.monotonic() - begun < 20, "somebody who left still reads calls"
        time.sleep(0.05)
    problem(seat.get("/v1/calls"), 401, "auth.not_signed_in")
    problem(seat.post("/v1/calls", {"number": "0912"}), 401, "auth.not_signed_in")
    assert Seat(server.address, None).post("/v1/sessions", {"name": name, "password": PASSWORD}).status_code == 401


def test_a_seat_that_is_still_to_come_is_nobodys_yet(one: Seat, two: Seat, server: Server) -> None:
    name = next(names)
    put(one, two, name, active=True, seats=[posted(since="2099-01-01T00:00:00Z")])
    until = time.monotonic() + 30
    while find(one, name) is None and time.monotonic() < until:
        time.sleep(0.02)
    row = find(one, name)
    assert row is not None and not row["active"]


def test_seats_that_cannot_be_are_refused_when_they_are_drafted(one: Seat) -> None:
    path = f"/v1/settings/person/{PROVINCE}.p.somebody/draft"
    for seats, status, code in (
        ([posted("king")], 422, "administration.value_invalid"),
        ([posted("officer")], 422, "administration.value_invalid"),
        ([posted("tracker", unit=UNIT)], 422, "administration.value_invalid"),
        ([posted(), posted("auditor")], 422, "administration.value_invalid"),
        ([posted(since="2026-01-02T00:00:00Z", until="2026-01-01T00:00:00Z")], 422, "administration.value_invalid"),
        ([posted(since="tomorrow")], 422, "administration.value_invalid"),
        ([posted(office=f"{PROVINCE}.nowhere")], 404, "organisation.office_not_found"),
        ([posted("officer", unit=f"{PROVINCE}.u.Z99")], 404, "organisation.unit_not_found"),
        ([posted("national_desk", "iran")], 403, "organisation.not_your_office"),
    ):
        problem(one.post(path, {"value": {"active": True, "seats": seats}, "why": "x"}), status, code)
    problem(one.get(f"/v1/settings/person/{PROVINCE}.p.no way"), 404, "administration.setting_unknown")


def test_who_belongs_to_an_office_elsewhere_is_not_taken_over(one: Seat, server: Server) -> None:
    name = next(names)
    said = nazdik(server, "add", name, "--role", "auditor", "--office", "iran", typed=f"{PASSWORD}\n" * 2)
    assert said.exit_code == 0, said.output
    path = f"/v1/settings/person/{PROVINCE}.p.{name}/draft"
    problem(
        one.post(path, {"value": {"active": True, "seats": [posted()]}, "why": "x"}), 409, "organisation.person_exists"
    )


def test_whoever_signs_out_leaves_the_desk_to_whoever_comes(
    one: Seat, two: Seat, server: Server, desk: Seat, taker: Seat
) -> None:
    take_what_stands(taker, desk)
    incident = desk.incident("noise")
    name, _, leaver = let_in(one, two, server)
    desk.done("/v1/hand-overs", {"incidents": [incident]})
    (given,) = desk.get("/v1/hand-overs").json()["hand_overs"]
    leaver.done(f"/v1/hand-overs/{given['id']}/take")
    assert leaver.http.delete("/v1/session").status_code == 204
    (left,) = desk.get("/v1/hand-overs").json()["hand_overs"]
    assert (left["by"], left["incidents"]) == (name, [incident])
    assert desk.get(f"/v1/incidents/{incident}").json()["keeper"] == name, "until somebody takes it"
    desk.done(f"/v1/hand-overs/{left['id']}/take")
    desk.done(f"/v1/incidents/{incident}/cancel")


def test_only_administrators_see_people_and_devices(desk: Seat, taker: Seat, nobody: Seat) -> None:
    for path in ("/v1/people", "/v1/devices"):
        for seat in (desk, taker):
            problem(seat.get(path, params={"office": PROVINCE}), 403, "organisation.role_may_not")
        assert nobody.get(path, params={"office": PROVINCE}).status_code == 401
    for path, body in ((f"/v1/people/{PROVINCE}.p.x/code", {}), ("/v1/device-codes", {"unit": UNIT})):
        problem(desk.post(path, body), 403, "organisation.role_may_not")
    problem(desk.get(f"/v1/settings/person/{PROVINCE}.p.x"), 403, "organisation.role_may_not")


def enrolled(one: Seat, nobody: Seat) -> dict[str, Any]:
    code = one.done("/v1/device-codes", {"unit": UNIT, "label": "گوشی ۱"})
    assert code["path"] == f"/field#enrol={code['code']}"
    assert len(code["modules"]) == len(code["modules"][0]) >= 21 and set("".join(code["modules"])) == {"0", "1"}
    return nobody.done("/v1/device-enrolments", {"code": code["code"]})


def test_a_handheld_becomes_a_units_by_a_code_and_signs_in_by_itself(one: Seat, nobody: Seat, server: Server) -> None:
    device = enrolled(one, nobody)
    handheld = Seat(server.address, None)
    session = handheld.done("/v1/sessions", {"device": device["token"]})
    assert (session["unit"], session["role"], session["face"]) == (UNIT, "officer", "field")
    handheld.token = session["token"]
    handheld.http.headers["authorization"] = f"Bearer {session['token']}"
    rows = {row["id"]: row for row in one.get("/v1/devices", params={"office": PROVINCE}).json()["devices"]}
    row = rows[device["id"]]
    assert (row["unit"], row["label"], row["revoked_at"], row["signed_in"]) == (UNIT, "گوشی ۱", None, 1)
    with opened(server, handheld) as line:
        hello(line)
        begun = time.monotonic()
        one.done(f"/v1/devices/{device['id']}/revoke")
        closed_with(line)
        assert time.monotonic() - begun < 15, "at once, not when somebody looks"
    assert handheld.get("/v1/session").status_code == 401
    problem(nobody.post("/v1/sessions", {"device": device["token"]}), 403, "fleet.device_revoked")


def test_a_code_is_good_once_and_the_newest_only(one: Seat, nobody: Seat) -> None:
    first, second = (one.done("/v1/device-codes", {"unit": UNIT})["code"] for _ in range(2))
    problem(nobody.post("/v1/device-enrolments", {"code": first}), 401, "auth.code_invalid")
    device = nobody.done("/v1/device-enrolments", {"code": second})
    problem(nobody.post("/v1/device-enrolments", {"code": second}), 401, "auth.code_invalid")
    one.done(f"/v1/devices/{device['id']}/revoke")
    problem(one.post("/v1/devices/nobody/revoke"), 404, "fleet.device_not_found")
    problem(one.post("/v1/device-codes", {"unit": f"{PROVINCE}.u.Z99"}), 404, "dispatch.unit_not_found")


def test_a_trackers_credential_signs_in_nowhere(one: Seat, nobody: Seat) -> None:
    tracker = one.done("/v1/devices", {"id": "tracker-of-the-test", "unit": UNIT})
    problem(nobody.post("/v1/sessions", {"device": tracker["token"]}), 403, "fleet.not_the_devices_unit")


def unit_of(seat: Seat, unit: str) -> dict[str, Any] | None:
    """Return a unit as a desk has it, if it has it."""
    return next((row for row in seat.get("/v1/units").json()["units"] if row["id"] == unit), None)


def test_a_unit_is_called_and_belongs_otherwise_and_every_desk_follows(
    one: Seat, two: Seat, desk: Seat, server: Server
) -> None:
    stations = [o["id"] for o in one.get("/v1/offices").json()["offices"] if o["tier"] == "station"][:2]
    first, second = (let_in(one, two, server, role="station_desk", office=station)[2] for station in stations)
    unit = f"{PROVINCE}.u.N1"
    one.done("/v1/units", {"call_sign": "N1", "office": stations[0]})
    assert unit_of(first, unit) is not None and unit_of(second, unit) is None
    path = f"/v1/units/{unit}/change"
    one.done(path, {"call_sign": "n\u06f2", "office": stations[1], "kind": "van", "skills": ["patrol", "crowd"]})
    assert unit_of(first, unit) is None
    there = unit_of(second, unit)
    assert there is not None
    assert (there["call_sign"], there["kind"], there["skills"]) == ("n2", "van", ["patrol", "crowd"])
    crews = second.get(f"/v1/offices/{stations[1]}/crews").json()["crews"]
    assert "n2" in [crew["call_sign"] for crew in crews]
    rows = one.get("/v1/devices", params={"office": stations[1]}).json()["units"]
    assert [row["former_signs"] for row in rows if row["id"] == unit] == [["N1"]]
    found = desk.done("/v1/search", {"text": "N1"})
    assert "n2" in str(found), "whoever looks for the former name finds it"
    problem(one.post("/v1/units", {"call_sign": "n1", "office": stations[0]}), 409, "dispatch.call_sign_was_anothers")
    problem(one.post(path, {"office": "iran"}), 403, "organisation.not_your_office")
    problem(desk.post(path, {"kind": "car"}), 403, "organisation.role_may_not")


def test_nobody_gives_a_unit_to_an_office_that_is_not_theirs_to_equip(one: Seat, two: Seat, server: Server) -> None:
    mine = next(o["id"] for o in one.get("/v1/offices").json()["offices"] if o["tier"] == "county")
    _, _, clerk = let_in(one, two, server, role="administrator", office=mine)
    unit = f"{PROVINCE}.u.N3"
    one.done("/v1/units", {"call_sign": "N3", "office": mine})
    problem(clerk.post(f"/v1/units/{unit}/change", {"office": PROVINCE}), 403, "organisation.not_your_office")
    one.done(f"/v1/units/{unit}/change", {"office": PROVINCE})
    problem(clerk.post(f"/v1/units/{unit}/retire"), 403, "organisation.not_your_office")


def test_a_retired_unit_is_nowhere_and_its_handheld_is_told_until_it_is_brought_back(
    one: Seat, two: Seat, desk: Seat, nobody: Seat, server: Server
) -> None:
    unit = f"{PROVINCE}.u.N4"
    one.done("/v1/units", {"call_sign": "N4", "office": PROVINCE})
    name, path, officer = let_in(one, two, server, role="officer", unit=unit)
    tracker = one.done("/v1/devices", {"id": "tracker-of-n4", "unit": unit})
    early = one.done("/v1/device-codes", {"unit": unit})["code"]
    device = nobody.done("/v1/device-enrolments", {"code": early})
    handheld = Seat(server.address, None)
    session = handheld.done("/v1/sessions", {"device": device["token"]})
    handheld.token = session["token"]
    handheld.http.headers["authorization"] = f"Bearer {session['token']}"
    handheld.done(f"/v1/units/{unit}/duty", {"on": True})
    waits = one.done("/v1/device-codes", {"unit": unit})["code"]
    own = handheld.done(f"/v1/units/{unit}/own-event", {"kind": "noise", "point": HERE})
    refused = problem(one.post(f"/v1/units/{unit}/retire"), 409, "dispatch.unit_at_work")
    assert refused["number"] == own["incident_number"]
    handheld.done(f"/v1/assignments/{own['assignment_ids'][0]}/clear", {"disposition": "report_taken"})
    with opened(server, handheld) as line:
        hello(line)
        one.done(f"/v1/units/{unit}/retire")
        closed_with(line)
    assert unit_of(desk, unit) is None
    problem(nobody.post("/v1/sessions", {"name": name, "password": PASSWORD}), 409, "dispatch.unit_is_retired")
    seats = [posted("officer", unit=unit)]
    problem(
        one.post(f"{path}/draft", {"value": {"active": True, "seats": seats}, "why": "x"}),
        409,
        "dispatch.unit_is_retired",
    )
    problem(nobody.post("/v1/sessions", {"device": device["token"]}), 409, "dispatch.unit_is_retired")
    problem(nobody.post("/v1/device-enrolments", {"code": waits}), 409, "dispatch.unit_is_retired")
    problem(one.post("/v1/device-codes", {"unit": unit}), 409, "dispatch.unit_is_retired")
    problem(one.post("/v1/devices", {"id": "tracker-2", "unit": unit}), 409, "dispatch.unit_is_retired")
    problem(desk.post(f"/v1/units/{unit}/duty", {"on": True}), 409, "dispatch.unit_is_retired")
    until = time.monotonic() + 30
    while any(row["revoked_at"] is None for row in devices_of(one, unit)) and time.monotonic() < until:
        time.sleep(0.05)
    while officer.get("/v1/session").status_code == 200 and time.monotonic() < until:
        time.sleep(0.05)
    assert officer.get("/v1/session").status_code == 401
    rows = devices_of(one, unit)
    assert {row["id"] for row in rows} == {device["id"], tracker["id"]}
    assert all(row["revoked_at"] is not None for row in rows)
    assert desk.get(f"/v1/incidents/{own['incident_id']}").json()["number"] == own["incident_number"]
    one.done(f"/v1/units/{unit}/bring-back")
    assert unit_of(desk, unit) is not None
    problem(nobody.post("/v1/sessions", {"device": device["token"]}), 403, "fleet.device_revoked")


def devices_of(seat: Seat, unit: str) -> list[dict[str, Any]]:
    rows = seat.get("/v1/devices", params={"office": PROVINCE}).json()["devices"]
    return [row for row in rows if row["unit"] == unit]
