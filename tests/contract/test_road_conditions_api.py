"""Closing a road over the real server: each refusal with its code and words, who is cut off, and who hears of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.server import HERE, PROVINCE, Seat, Server, problem

ROAD = "/v1/road-conditions"


def at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def near(east_deg: float = 0.0, north_deg: float = 0.0) -> list[float]:
    return [HERE[0] + east_deg, HERE[1] + north_deg]


def box(size_deg: float) -> list[list[float]]:
    return [near(-size_deg, -size_deg), near(size_deg, -size_deg), near(size_deg, size_deg), near(-size_deg, size_deg)]


# A ring of closed streets around open ones: an area with a slit too narrow for any street.
OUTER, INNER, SLIT = 0.006, 0.004, 1e-7
MOAT = [
    near(-OUTER, -OUTER), near(OUTER, -OUTER), near(OUTER, OUTER), near(SLIT, OUTER), near(SLIT, INNER), near(INNER, INNER),
    near(INNER, -INNER), near(-INNER, -INNER), near(-INNER, INNER), near(-SLIT, INNER), near(-SLIT, OUTER), near(-OUTER, OUTER),
]  # fmt: skip


def close(desk: Seat, **body: Any) -> str:
    """Close streets, confirmed, and return the condition."""
    done = desk.done(ROAD, {"reason": "works", "confirmed": True, **({"point": HERE} | body)})
    return str(done["condition_id"])


def listed(desk: Seat) -> dict[str, dict[str, Any]]:
    return {c["id"]: c for c in desk.get(ROAD).json()["conditions"]}


def test_a_road_is_closed_listed_given_another_end_lifted_and_brought_back(desk: Seat) -> None:
    condition = close(desk, ends_at=at(3600), note="پل")
    seen = listed(desk)[condition]
    assert (seen["state"], seen["kind"], seen["reason"], seen["note"]) == ("active", "closure", "works", "پل")
    assert seen["streets"] and seen["lines"] and seen["length_m"] > 0 and seen["started_at"]
    later = at(7200)
    desk.done(f"{ROAD}/{condition}/end", {"ends_at": later})
    assert listed(desk)[condition]["ends_at"][:19] == later[:19]
    desk.done(f"{ROAD}/{condition}/lift")
    problem(desk.post(f"{ROAD}/{condition}/lift"), 409, "geo.condition_over")
    problem(desk.post(f"{ROAD}/{condition}/end", {"ends_at": at(9000)}), 409, "geo.condition_over")
    assert listed(desk)[condition]["state"] == "lifted"
    desk.done(f"{ROAD}/{condition}/restore")
    assert listed(desk)[condition]["state"] == "active"
    desk.done(f"{ROAD}/{condition}/lift")


def test_a_line_and_an_area_and_the_streets_of_another_condition(desk: Seat) -> None:
    line = desk.post(f"{ROAD}/preview", {"line": [near(-0.002), near(0.002)]}).json()
    area = desk.post(f"{ROAD}/preview", {"polygon": box(0.001)}).json()
    assert line["pieces"] and area["pieces"] and area["office"].startswith(PROVINCE)
    condition = close(desk, point=HERE)
    desk.done(f"{ROAD}/{condition}/lift")
    again = desk.done(ROAD, {"like": condition, "reason": "other", "confirmed": True})["condition_id"]
    assert listed(desk)[again]["lines"] == listed(desk)[condition]["lines"]
    desk.done(f"{ROAD}/{again}/lift")


def test_what_starts_later_waits_and_a_factor_slows(desk: Seat) -> None:
    planned = close(desk, starts_at=at(3600), ends_at=at(7200))
    assert listed(desk)[planned]["state"] == "planned"
    slow = desk.done(ROAD, {"point": HERE, "reason": "congestion", "time_factor": 3})["condition_id"]
    assert (listed(desk)[slow]["kind"], listed(desk)[slow]["time_factor"]) == ("traffic", 3)
    for condition in (planned, slow):
        desk.done(f"{ROAD}/{condition}/lift")


BOW_TIE = [near(-0.001, -0.001), near(0.001, 0.001), near(0.001, -0.001), near(-0.001, 0.001)]
REFUSALS: list[tuple[str, dict[str, Any], int, str]] = [
    ("an outline that crosses itself", {"polygon": BOW_TIE}, 422, "geo.polygon_crosses_itself"),
    ("an area of nothing", {"polygon": [HERE, HERE, HERE]}, 422, "geo.area_empty"),
    ("a flat area", {"polygon": [near(-0.001), near(), near(0.001)]}, 422, "geo.area_empty"),
    ("a line of one place", {"line": [HERE, HERE]}, 422, "geo.area_empty"),
    ("a line with one end", {"line": [HERE]}, 422, "geo.shape_invalid"),
    ("two corners", {"polygon": [HERE, near(0.001)]}, 422, "geo.shape_invalid"),
    ("a thousand corners", {"polygon": [near(0.0001 * (i % 7)) for i in range(1000)]}, 422, "geo.shape_invalid"),
    ("no shape", {}, 422, "geo.shape_invalid"),
    ("two shapes", {"point": HERE, "line": [HERE, near(0.001)]}, 422, "geo.shape_invalid"),
    ("no place on earth", {"point": [400, 35.7]}, 422, "geo.shape_invalid"),
    ("far from every road", {"point": [51.4, 34.0]}, 422, "geo.no_road_there"),
    ("an area as large as the town", {"polygon": box(0.2)}, 422, "geo.too_many_streets"),
    ("streets of a condition that is not", {"like": f"{PROVINCE}.rnone"}, 404, "geo.condition_not_found"),
    ("an end before the start", {"point": HERE, "starts_at": at(900), "ends_at": at(800)}, 422, "geo.end_before_start"),
    ("an end that has passed", {"point": HERE, "ends_at": at(-60)}, 422, "geo.end_before_start"),
    ("the year after next", {"point": HERE, "ends_at": at(500 * 86_400)}, 422, "geo.condition_too_far"),
    ("a start in half a year", {"point": HERE, "starts_at": at(180 * 86_400)}, 422, "geo.condition_too_far"),
    ("no time at all", {"point": HERE, "ends_at": "tomorrow"}, 422, "http.bad_instant"),
    ("a reason of one's own", {"point": HERE, "reason": "because"}, 422, "geo.reason_unknown"),
    ("a long note", {"point": HERE, "note": "x" * 301}, 422, "geo.note_too_long"),
    ("ten times too slow", {"point": HERE, "time_factor": 200}, 422, "geo.time_factor_invalid"),
    ("faster than light", {"point": HERE, "time_factor": 0}, 422, "geo.time_factor_invalid"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "code"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_what_cannot_be_done_is_refused_in_words(desk: Seat, body: dict[str, Any], status: int, code: str) -> None:
    before = len(listed(desk))
    answer = desk.post(ROAD, {"reason": "works", "confirmed": True, **body})
    problem(answer, status, code)
    assert any("\u0600" <= letter <= "\u06ff" for letter in answer.json()["title"])
    assert len(listed(desk)) == before


@pytest.mark.parametrize("act", ["lift", "restore", "end"])
def test_a_condition_that_is_not_cannot_be_touched(desk: Seat, act: str) -> None:
    body = {"ends_at": at(600)} if act == "end" else {}
    problem(desk.post(f"{ROAD}/{PROVINCE}.rnone/{act}", body), 404, "geo.condition_not_found")


def test_what_cuts_somebody_off_is_said_first_and_accepted_when_confirmed(desk: Seat) -> None:
    whole = {"polygon": MOAT, "reason": "cordon"}
    cut = problem(desk.post(ROAD, whole), 409, "geo.closure_cuts_off")
    preview = desk.post(f"{ROAD}/preview", {"polygon": MOAT}).json()["cut_off"]
    assert cut["junctions"] == preview["junctions"] > 0
    assert preview["places"] and preview["junctions"] >= len(preview["places"])
    condition = desk.done(ROAD, whole | {"confirmed": True})["condition_id"]
    assert listed(desk)[condition]["cut_off"]["junctions"] == cut["junctions"]
    # Into what is cut off: an ordinary answer, in words.
    far = [51.4012, 35.7219]
    answer = desk.get("/v1/route", params={"start": f"{far[0]},{far[1]}", "end": f"{HERE[0]},{HERE[1]}"})
    problem(answer, 409, "geo.no_way")
    desk.done(f"{ROAD}/{condition}/lift")
    assert (
        desk.get("/v1/route", params={"start": f"{far[0]},{far[1]}", "end": f"{HERE[0]},{HERE[1]}"}).status_code == 200
    )


def test_a_repeated_request_closes_once_whoever_stands_there_by_now(desk: Seat) -> None:
    key, body = desk.new_key(), {"point": HERE, "reason": "works", "confirmed": True}
    first, again = desk.post(ROAD, body, key=key).json(), desk.post(ROAD, body, key=key).json()
    assert (again["duplicate"], again["condition_id"]) == (True, first["condition_id"])
    problem(desk.post(ROAD, body | {"note": "other"}, key=key), 409, "http.idempotency_key_reused")
    desk.done(f"{ROAD}/{first['condition_id']}/lift")


def test_who_may(server: Server, desk: Seat, taker: Seat, nobody: Seat, crew: Callable[[str], Seat]) -> None:
    body = {"point": HERE, "reason": "works", "confirmed": True}
    assert nobody.post(ROAD, body).status_code == 401 and nobody.get(ROAD).status_code == 401
    problem(taker.post(ROAD, body), 403, "organisation.role_may_not")
    units = desk.get("/v1/units").json()["units"]
    officer = crew(units[0]["call_sign"])
    problem(officer.post(ROAD, body), 403, "organisation.role_may_not")
    condition = close(desk)
    for seat in (desk, taker, officer):
        assert condition in {c["id"] for c in seat.get(ROAD).json()["conditions"]}
    problem(taker.post(f"{ROAD}/{condition}/lift"), 403, "organisation.role_may_not")
    stations = [s for s in nobody.get("/v1/seats").json()["seats"] if s["role"] == "station_desk"]
    office = listed(desk)[condition]["office"]
    for seat in stations:
        answer = server.seat(seat["id"]).post(f"{ROAD}/{condition}/end", {"ends_at": at(5000)})
        if seat["office"] == office:
            assert answer.status_code == 200
        else:
            problem(answer, 403, "organisation.not_your_office")
    desk.done(f"{ROAD}/{condition}/lift")


# What was learnt from trips

ETA = f"/v1/provinces/{PROVINCE}/eta"
FACTORS = {"table": "hours-1", "factors": [{"group": "primary", "band": "day", "factor": 1.2, "trips": 120}]}


def test_learnt_factors_are_put_in_force_by_who_answers_for_the_province_and_taken_back(
    server: Server, desk: Seat
) -> None:
    province = server.seat(f"province_desk:{PROVINCE}")
    assert province.get(ETA).json()["learned"] is None
    problem(desk.post(ETA, FACTORS), 403, "organisation.role_may_not")
    province.done(ETA, FACTORS)
    said = desk.get(ETA).json()
    assert (said["table"], said["learned"]["factors"]) == ("hours-1", FACTORS["factors"])
    problem(desk.post(f"{ETA}/revert"), 403, "organisation.role_may_not")
    province.done(f"{ETA}/revert")
    problem(province.post(f"{ETA}/revert"), 409, "geo.nothing_to_revert")
    assert desk.get(ETA).json()["learned"] is None


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"table": "hours-0"}, 409, "geo.factors_of_another_table"),
        ({"factors": []}, 422, "geo.eta_factors_invalid"),
        ({"factors": FACTORS["factors"] * 2}, 422, "geo.eta_factors_invalid"),
        ({"factors": [{"group": "primary", "band": "day", "factor": 9, "trips": 1}]}, 422, "geo.eta_factors_invalid"),
        ({"factors": [{"group": "river", "band": "day", "factor": 1, "trips": 1}]}, 422, "geo.eta_factors_invalid"),
        ({"factors": [{"group": "primary", "band": "noon", "factor": 1, "trips": 1}]}, 422, "geo.eta_factors_invalid"),
        ({"note": "x" * 400}, 422, "geo.note_too_long"),
    ],
)
def test_factors_that_cannot_be_are_refused(server: Server, change: dict[str, Any], status: int, code: str) -> None:
    problem(server.seat(f"province_desk:{PROVINCE}").post(ETA, FACTORS | change), status, code)


def test_another_province_has_no_factors_here(server: Server) -> None:
    seat = server.seat(f"province_desk:{PROVINCE}")
    problem(seat.post("/v1/provinces/nowhere/eta", FACTORS), 404, "organisation.province_not_found")
    problem(seat.get("/v1/provinces/nowhere/eta"), 404, "organisation.province_not_found")
