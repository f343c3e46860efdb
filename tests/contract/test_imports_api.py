"""Lists from a spreadsheet on a real server: looked at, drafted by one, published by another, taken back."""

import base64
from typing import Any

import pytest

from tests.server import PROVINCE, Seat, Server, problem

HEAD = "نشان رادیویی;یگان;گونه\n"


@pytest.fixture
def one(server: Server) -> Seat:
    return server.seat(f"administrator:{PROVINCE}")


@pytest.fixture
def two(server: Server) -> Seat:
    return server.seat(f"administrator:{PROVINCE}:2")


def body(text: str | bytes, **more: Any) -> dict[str, Any]:
    raw = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return {"office": PROVINCE, "file": base64.b64encode(raw).decode(), "name": "list.csv", **more}


def publish(one: Seat, two: Seat, what: str, text: str) -> str:
    """Draft a list as the first, publish it as the second; return its setting."""
    drafted = one.done(f"/v1/imports/{what}/draft", body(text, why="آزمون"))
    path = f"/v1/settings/{drafted['kind']}/{drafted['subject']}"
    held = two.get(path).json()
    read = {"revision": held["draft"]["revision"], "over": held["over"]}
    problem(one.post(f"{path}/publish", read), 409, "administration.second_person_needed")
    two.done(f"{path}/publish", read)
    return path


def test_a_file_is_looked_at_row_by_row_and_nothing_is_kept(one: Seat) -> None:
    said = one.post(
        "/v1/imports/units/try", body(HEAD + f"Z91;{PROVINCE};خودرو\nZ 92;{PROVINCE};\nZ93;هیچ‌جا;\n")
    ).json()
    assert (said["rows"], said["good"], said["same"]) == (3, 1, 0)
    assert [(bad["row"], bad["column"]["en"]) for bad in said["bad"]] == [(3, "call sign"), (4, "office")]
    assert all(bad["why"]["fa"] and bad["why"]["en"] for bad in said["bad"])
    assert [line["what"]["en"] for line in said["lines"]] == ["Z91"]
    units = one.get("/v1/devices", params={"office": PROVINCE}).json()["units"]
    assert not [unit for unit in units if unit["call_sign"] == "Z91"]


def test_people_and_hazards_come_by_a_list_and_go_by_going_back(one: Seat, two: Seat, desk: Seat) -> None:
    path = publish(one, two, "people", f"name,role,office\nnew-desk,dispatcher,{PROVINCE}\n")
    people = one.get("/v1/people", params={"office": PROVINCE}).json()["people"]
    assert [one["role"] for one in people if one["id"] == "new-desk" and one["active"]] == ["dispatcher"]
    one.done(f"{path}/roll-back", {"to": 0, "why": "پایان آزمون"})
    seat = one.get(f"/v1/settings/person/{PROVINCE}.p.new-desk").json()
    assert seat["value"] == {"active": False, "seats": [], "number": "", "skills": []}

    lon, lat = 51.409, 35.7156
    path = publish(one, two, "hazards", f"عرض,طول,خطر,شرح\n{lat},{lon},سگ,سگ بزرگ در حیاط\n")

    def notes() -> list[str]:
        return [n["text"] for n in desk.get("/v1/premises", params={"lon": lon, "lat": lat}).json()["notes"]]

    assert notes() == ["سگ بزرگ در حیاط"]
    one.done(f"{path}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert notes() == []


def test_what_is_no_list_is_refused_by_name(one: Seat, desk: Seat, nobody: Seat) -> None:
    units = "/v1/imports/units"
    problem(one.post(f"{units}/try", body(b"\xd0\xcf\x11\xe0old")), 422, "imports.file_unreadable")
    problem(one.post(f"{units}/try", body("a\n" * 600)), 422, "imports.file_too_large")
    said = problem(one.post(f"{units}/try", body("نشان\nA1\n")), 422, "imports.columns_missing")
    assert said["missing"] == ["office"] and said["fa"] == "یگان"
    problem(one.post(f"{units}/draft", body(HEAD + "x y;z\n", why="x")), 422, "imports.nothing_to_import")
    problem(one.post(f"{units}/draft", body(HEAD + f"Z94;{PROVINCE}\n", why=" ")), 422, "administration.why_missing")
    problem(one.post("/v1/imports/weather/try", body("x")), 404, "administration.setting_unknown")
    problem(desk.post(f"{units}/try", body(HEAD)), 403, "organisation.role_may_not")
    problem(desk.get("/v1/imports/people/template"), 403, "organisation.role_may_not")
    assert nobody.get("/v1/imports").status_code == 401
    assert desk.get("/v1/imports").json()["lists"][0]["name"] == "hazards"
    straight = f"/v1/settings/import_units/{PROVINCE}.ix"
    problem(
        one.post(f"{straight}/draft", {"value": {"file": "", "rows": []}, "why": "x"}),
        422,
        "administration.value_invalid",
    )
    assert one.get("/v1/imports/units/template", params={"format": "xlsx"}).content.startswith(b"PK")
