"""Aliases and addresses in doubt, asked of a real server process."""

import time
from collections.abc import Callable
from typing import Any

from tests.server import HERE, NEARBY, PROVINCE, Seat, Server, problem

FAR = [48.0, 30.0]


def first(seat: Seat, text: str) -> dict[str, Any] | None:
    found = seat.get("/v1/places", params={"q": text, "near": f"{HERE[0]},{HERE[1]}"}).json()["places"]
    return found[0] if found else None


def flagged(seat: Seat, incident: str, within_s: float = 10.0, **more: Any) -> dict[str, Any] | None:
    """Return the address of an incident once it is listed; the server looks at it after the incident is stored."""
    deadline = time.monotonic() + within_s
    while True:
        listed = seat.get("/v1/addresses", params=more).json()["addresses"]
        mine = [one for one in listed if one["incident"] == incident]
        if mine or time.monotonic() > deadline:
            return mine[0] if mine else None
        time.sleep(0.05)


def test_an_alias_is_in_force_at_once_for_everybody_and_until_it_is_removed(desk: Seat, taker: Seat) -> None:
    assert (first(taker, "قهوه‌خانهٔ زیر پل") or {}).get("kind") != "alias"
    key = desk.new_key()
    body = {"text": "قهوه‌خانهٔ زیر پل", "point": NEARBY, "note": "نام قدیم"}
    desk.done("/v1/aliases", body, key=key)
    assert desk.done("/v1/aliases", body, key=key)["duplicate"]
    found = first(taker, "قهوه خانه زیر پل")
    assert found is not None
    assert (found["kind"], found["why"], found["point"]) == ("alias", "alias", NEARBY)
    assert found["station"] and found["county"]
    (listed,) = [one for one in taker.get("/v1/aliases").json()["aliases"] if one["id"] == found["alias"]]
    assert listed["added_by"] and listed["added_at"].endswith("Z") and listed["label_fa"]
    problem(desk.post("/v1/aliases", body), 409, "geo.alias_exists")
    desk.done(f"/v1/aliases/{found['alias']}/remove")
    problem(desk.post(f"/v1/aliases/{found['alias']}/remove"), 404, "geo.alias_not_found")
    assert (first(taker, "قهوه‌خانهٔ زیر پل") or {}).get("kind") != "alias"


def test_what_is_no_alias_is_refused(desk: Seat, nobody: Seat, crew: Callable[[str], Seat]) -> None:
    problem(desk.post("/v1/aliases", {"text": "؟", "point": HERE}), 422, "geo.alias_invalid")
    problem(desk.post("/v1/aliases", {"text": "سیلو", "point": FAR}), 422, "geo.outside_region")
    problem(desk.post("/v1/aliases", {"text": "سیلو", "point": [999, 999]}), 422, "geo.outside_region")
    problem(crew("A08").post("/v1/aliases", {"text": "سیلو", "point": HERE}), 403, "organisation.role_may_not")
    problem(crew("A08").get("/v1/aliases"), 403, "organisation.role_may_not")
    problem(nobody.get("/v1/addresses"), 401, "auth.not_signed_in")
    problem(desk.get("/v1/aliases", params={"province": "atlantis"}), 404, "organisation.province_not_found")
    problem(desk.post("/v1/addresses/atlantis.i1/repair"), 404, "organisation.province_not_found")
    problem(desk.post(f"/v1/addresses/{PROVINCE}.i1/repair"), 404, "geo.address_not_flagged")


def test_an_address_taken_unverified_is_listed_and_becomes_an_alias(server: Server, desk: Seat) -> None:
    known = desk.get("/v1/places/reverse", params={"lon": HERE[0], "lat": HERE[1]}).json()["place"]
    sure, unsure = desk.incident(place=known["label_fa"]), desk.incident(place="پشت انبار متروکه")
    flag = flagged(desk, unsure)
    assert flag is not None
    assert (flag["text"], flag["doubt"], flag["outcome"]) == ("پشت انبار متروکه", "not_found", None)
    assert flagged(desk, sure, within_s=0) is None
    county = server.seat(f"county_desk:{flag['office'].rpartition('.')[0]}")
    assert flagged(county, unsure) is not None
    desk.done(f"/v1/addresses/{unsure}/repair", {"alias": "انبار متروکه"})
    found = first(desk, "انبار متروکه")
    assert found is not None and found["kind"] == "alias" and found["point"] == HERE
    assert flagged(desk, unsure, within_s=0) is None
    over = flagged(desk, unsure, within_s=0, settled="true")
    assert over is not None and (over["outcome"], over["alias"]) == ("alias", found["alias"])
    problem(desk.post(f"/v1/addresses/{unsure}/repair"), 409, "geo.address_settled")
    desk.done(f"/v1/aliases/{found['alias']}/remove")


def test_the_place_of_an_incident_is_put_right_by_its_repair(desk: Seat) -> None:
    incident = desk.incident(place="انبار دودکش بلند")
    assert flagged(desk, incident) is not None
    desk.done(f"/v1/addresses/{incident}/repair", {"point": NEARBY, "place": "خیابان فاطمی"})
    view = desk.get(f"/v1/incidents/{incident}").json()
    assert (view["point"], view["place"]) == (NEARBY, "خیابان فاطمی")
    over = flagged(desk, incident, settled="true")
    assert over is not None and over["outcome"] == "place_fixed"


def test_an_address_may_be_right_as_it_is(desk: Seat) -> None:
    incident = desk.incident(place="حیاط خانهٔ آجری")
    assert flagged(desk, incident) is not None
    desk.done(f"/v1/addresses/{incident}/repair")
    over = flagged(desk, incident, settled="true")
    assert over is not None and over["outcome"] == "right_as_it_is" and over["settled_by"]


def test_who_answers_is_told_with_the_way_it_was_found(desk: Seat) -> None:
    asked = {"lon": HERE[0], "lat": HERE[1]}
    found = desk.get("/v1/who-answers", params=asked).json()
    assert found["answers"]["station"].startswith(found["answers"]["county"])
    assert found["answers"]["how"] == "inside" and found["answers"]["sector"]
    then = desk.get("/v1/who-answers", params=asked | {"at": "2020-01-01T00:00:00Z"}).json()
    # Between then and now the tree may have changed and changed back; who answers is the same.
    bounds = {"since": None, "until": None}
    assert then["at"].startswith("2020-01-01") and then["answers"] | bounds == found["answers"] | bounds
    assert desk.get("/v1/who-answers", params={"lon": 0, "lat": 0}).json()["answers"] is None
    problem(desk.get("/v1/who-answers", params={"lon": 999, "lat": 0}), 422, "geo.point_invalid")
    problem(desk.get("/v1/who-answers", params=asked | {"at": "yesterday"}), 422, "http.bad_instant")
    problem(desk.get("/v1/offices", params={"at": "1405"}), 422, "http.bad_instant")
    assert desk.get("/v1/offices", params={"at": "2020-01-01T00:00:00Z"}).json() == desk.get("/v1/offices").json()
