"""What handhelds and crews tell the centre, asked of a real server."""

from collections.abc import Callable

from tests.server import PROVINCE, Seat, problem

UNIT = f"{PROVINCE}.u."


def test_a_self_test_reaches_the_desk(desk: Seat, crew: Callable[[str], Seat]) -> None:
    unit = f"{UNIT}A11"
    checks = [{"name": "sound", "state": "failed"}, {"name": "location", "state": "ok", "value": 2.5}]
    body = {"checks": checks, "app_version": "0.1.0"}
    key = crew("A11").new_key()
    first = crew("A11").done(f"/v1/units/{unit}/self-test", body, key=key)
    again = crew("A11").done(f"/v1/units/{unit}/self-test", body, key=key)
    assert (first["events"], again["duplicate"]) == (["dispatch.handheld_tested.v1"], True)
    (seen,) = (u for u in desk.get("/v1/units").json()["units"] if u["id"] == unit)
    assert (seen["tested"]["failed"], seen["tested"]["app_version"]) == (["sound"], "0.1.0")


def test_a_self_test_is_the_word_of_the_units_own_handheld(desk: Seat, crew: Callable[[str], Seat]) -> None:
    body = {"checks": [{"name": "sound", "state": "ok"}]}
    problem(desk.post(f"/v1/units/{UNIT}A11/self-test", body), 403, "organisation.role_may_not")
    problem(crew("A12").post(f"/v1/units/{UNIT}A11/self-test", body), 403, "organisation.not_your_unit")
    problem(crew("A11").post(f"/v1/units/{UNIT}A11/self-test", {"checks": []}), 422, "dispatch.self_test_invalid")
    odd = {"checks": [{"name": "horn", "state": "ok"}]}
    problem(crew("A11").post(f"/v1/units/{UNIT}A11/self-test", odd), 422, "http.invalid_field")
