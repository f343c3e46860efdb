"""Settings of a real server: two people change how its dispatch behaves, at once, and one takes it back."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server import HERE, PROVINCE, Seat, Server, problem

RULES = f"/v1/settings/rules/{PROVINCE}"


@pytest.fixture
def one(server: Server) -> Seat:
    """The administrator who drafts."""
    return server.seat(f"administrator:{PROVINCE}")


@pytest.fixture
def two(server: Server) -> Iterator[Seat]:
    """The administrator who publishes; afterwards everything is as it was."""
    seat = server.seat(f"administrator:{PROVINCE}:2")
    yield seat
    if seat.get(RULES).json()["own"]:
        seat.done(f"{RULES}/roll-back", {"to": 0, "why": "پایان آزمون"})
    seat.post(f"{RULES}/draft/drop")


def held(seat: Seat) -> dict[str, Any]:
    said: dict[str, Any] = seat.get(RULES).json()
    return said


def suggesting(seat: Seat) -> dict[str, Any]:
    return {**held(seat)["value"], "modes": ["suggest"] * 5}


def test_the_form_of_rules_says_everything_in_both_languages(one: Seat) -> None:
    (rules,) = [kind for kind in one.get("/v1/settings/kinds").json()["kinds"] if kind["kind"] == "rules"]
    assert rules["second_person"] and rules["may_change"]
    fields = [field for group in rules["groups"] for field in group["fields"]]
    assert len(fields) > 20
    for field in fields:
        assert field["label"]["fa"] and field["label"]["en"] and field["help"]["fa"] and field["help"]["en"]
        assert field["type"] in ("flag", "choice", "kinds") or field["least"] < field["most"]


def test_two_people_change_what_the_running_core_does_and_one_takes_it_back(one: Seat, two: Seat, desk: Seat) -> None:
    before = held(one)
    assert (before["own"], before["inherited_from"], before["draft"]) == (False, None, None)
    drafted = one.done(f"{RULES}/draft", {"value": suggesting(one), "why": "شب پرکار"})
    assert drafted["events"] == ["administration.draft_saved.v1"]
    mine, theirs = held(one)["draft"], held(two)["draft"]
    assert (mine["mine"], theirs["mine"]) == (True, False)
    assert [(line["before"]["en"], line["after"]["en"]) for line in theirs["lines"]] == [
        ("automatic", "suggest only")
    ] * 5
    assert theirs["lines"][0]["what"]["fa"] == "شیوهٔ اعزام، اولویت ۱"
    read = {"revision": theirs["revision"], "over": held(two)["over"]}
    problem(one.post(f"{RULES}/publish", read), 409, "administration.second_person_needed")

    published = two.done(f"{RULES}/publish", read)
    assert published["events"] == ["administration.change_published.v1", "dispatch.rules_set.v1"]
    incident = desk.incident("fight")
    assert desk.get(f"/v1/incidents/{incident}").json()["waiting_reason"] in ("suggest_only", "nobody_free")
    newest = held(one)["changes"][0]
    assert (newest["by"], newest["drafted_by"], newest["why"]) == (two_id(two), two_id(one), "شب پرکار")

    going = held(one)["to_first"]
    assert [(line["before"]["en"], line["after"]["en"]) for line in going] == [("suggest only", "automatic")] * 5
    assert newest["back"] == [], "it holds"
    one.done(f"{RULES}/roll-back", {"to": 0, "why": "اشتباه بود"})
    after = held(one)
    assert after["to_first"] == [] and after["changes"][1]["back"] == theirs["lines"]
    assert after["value"] == before["value"] and not after["own"]
    assert [(change["number"], change["restores"]) for change in after["changes"][:2]] == [
        (newest["number"] + 1, 0),
        (newest["number"], None),
    ]


def two_id(seat: Seat) -> str:
    person: str = seat.get("/v1/session").json()["person"]
    return person


def test_drafts_of_all_offices_below_are_found_in_one_place(one: Seat, two: Seat) -> None:
    one.done(f"{RULES}/draft", {"value": suggesting(one), "why": "آزمون"})
    (waits,) = [s for s in two.get("/v1/settings", params={"office": PROVINCE}).json()["settings"] if s["drafted_by"]]
    assert (waits["kind"], waits["subject"], waits["mine"]) == ("rules", PROVINCE, False)


def test_who_keeps_no_rules_changes_none(desk: Seat, taker: Seat, nobody: Seat, one: Seat, server: Server) -> None:
    body = {"value": None, "why": "آزمون"}
    for seat in (desk, taker):
        assert held(seat)["value"]["answer_s"], "whoever works by them may read them"
        problem(seat.post(f"{RULES}/draft", body), 403, "organisation.role_may_not")
        problem(seat.post(f"{RULES}/publish", {"revision": 1, "over": 0}), 403, "organisation.role_may_not")
        problem(seat.post(f"{RULES}/roll-back", {"to": 0, "why": "x"}), 403, "organisation.role_may_not")
        problem(seat.post(f"{RULES}/draft/drop"), 403, "organisation.role_may_not")
    assert nobody.get(RULES).status_code == nobody.get("/v1/settings/kinds").status_code == 401
    crew = server.seat(f"officer:{PROVINCE}.u.A08")
    problem(crew.get(RULES), 403, "organisation.role_may_not")
    assert crew.get("/v1/settings/kinds").json()["kinds"] == []


def test_what_makes_no_sense_is_refused_by_name(one: Seat) -> None:
    value = held(one)["value"]
    said = problem(
        one.post(f"{RULES}/draft", {"value": {**value, "answer_s": [1] * 5}, "why": "x"}), 422, "dispatch.rules_invalid"
    )
    assert (said["rule"], said["least"]) == ("answer_s", 5)
    for bad in ({**value, "modes": "x"}, {**value, "answer_s": [None] * 5}, {"delays": []}):
        problem(one.post(f"{RULES}/draft", {"value": bad, "why": "x"}), 422, "administration.value_invalid")
    problem(one.post(f"{RULES}/draft", {"value": None, "why": "x"}), 409, "administration.nothing_changed")
    problem(one.post(f"{RULES}/draft", {"value": suggesting(one), "why": ""}), 422, "administration.why_missing")
    problem(one.get(f"/v1/settings/weather/{PROVINCE}"), 404, "administration.setting_unknown")
    problem(one.get(f"/v1/settings/rules/{PROVINCE}.nowhere"), 404, "administration.setting_unknown")
    problem(one.get("/v1/settings/rules/nowhere"), 404, "organisation.province_not_found")
    problem(one.post(f"{RULES}/publish", {"revision": 9, "over": 9}), 404, "administration.no_draft")
    assert one.http.put(f"/v1/offices/{PROVINCE}/rules", json={"rules": None}).status_code == 405


def test_two_people_change_how_urgent_a_kind_is_and_every_face_hears_of_it(one: Seat, two: Seat, desk: Seat) -> None:
    kinds = f"/v1/settings/kinds/{PROVINCE}"

    def priority() -> int:
        return next(int(k["priority"]) for k in desk.get("/v1/kinds").json()["kinds"] if k["code"] == "noise")

    usual = priority()
    assert usual != 1
    one.done(f"{kinds}/draft", {"value": {"priority": [["noise", "1"]]}, "why": "آزمون"})
    draft = two.get(kinds).json()["draft"]
    assert [line["after"]["en"] for line in draft["lines"]] == ["priority 1"]
    two.done(f"{kinds}/publish", {"revision": draft["revision"], "over": two.get(kinds).json()["over"]})
    try:
        assert priority() == 1
        incident = desk.incident("noise")
        assert desk.get(f"/v1/incidents/{incident}").json()["priority"] == 1
    finally:
        one.done(f"{kinds}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert priority() == usual
    station = next(o["id"] for o in one.get("/v1/offices").json()["offices"] if o["tier"] == "station")
    problem(one.get(f"/v1/settings/kinds/{station}"), 404, "administration.setting_unknown")
    problem(desk.post(f"{kinds}/draft", {"value": None, "why": "x"}), 403, "organisation.role_may_not")


def test_a_kind_is_added_called_by_both_its_names_renamed_and_retired(one: Seat, two: Seat, desk: Seat) -> None:
    kinds = f"/v1/settings/kinds/{PROVINCE}"
    first = one.get(kinds).json()["inherited"]["rows"]
    drone = {
        "code": "drone",
        "name_fa": "پهپاد مزاحم",
        "name_en": "Drone",
        "priority": 2,
        "common": "DRONE",
        "words": ["کوادکوپتر"],
    }

    def put(*rows: dict[str, Any]) -> list[str]:
        one.done(f"{kinds}/draft", {"value": {"rows": [*first, *rows]}, "why": "آزمون"})
        held = two.get(kinds).json()
        two.done(f"{kinds}/publish", {"revision": held["draft"]["revision"], "over": held["over"]})
        return [line["what"]["en"] for line in held["draft"]["lines"]]

    def known() -> dict[str, Any]:
        return next(k for k in desk.get("/v1/kinds").json()["kinds"] if k["code"] == "drone")

    try:
        assert put(drone) == ["new kind “Drone”"]
        assert known()["words"][0] == "کوادکوپتر" and not known()["retired"]
        assert desk.done("/v1/kinds/guess", {"text": "کوادکوپتر"})["guesses"][0]["code"] == "drone"
        incident = desk.incident("drone")
        assert desk.get(f"/v1/incidents/{incident}").json()["kind_common"] == "DRONE"
        left_out = {"value": {"rows": first}, "why": "آزمون"}
        said = problem(one.post(f"{kinds}/draft", left_out), 422, "administration.value_invalid")
        assert "retire" in said["en"] and "کنار" in said["fa"]
        assert put({**drone, "name_fa": "ریزپرنده"}) == ["“Drone”, Persian name"]
        assert [names["name_fa"] for names in known()["former"]] == ["پهپاد مزاحم"]
        sheet = desk.get(f"/v1/incidents/{incident}/sheet").text
        assert "پهپاد مزاحم" in sheet and "ریزپرنده" not in sheet, "an old incident keeps its kind's name"
        assert put({**drone, "name_fa": "ریزپرنده", "retired": True}) == ["“Drone”, state"]
        assert known()["retired"]
        other = desk.incident("noise")
        problem(desk.post(f"/v1/incidents/{other}/kind", {"kind": "drone"}), 409, "dispatch.kind_retired")
    finally:
        one.done(f"{kinds}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert known()["retired"] and known()["name_en"] == "Drone"


TREE = f"/v1/settings/offices/{PROVINCE}"


def publish_tree(one: Seat, two: Seat, value: dict[str, Any]) -> None:
    one.done(f"{TREE}/draft", {"value": value, "why": "آزمون"})
    said = two.get(TREE).json()
    two.done(f"{TREE}/publish", {"revision": said["draft"]["revision"], "over": said["over"]})


def test_two_people_add_a_station_at_work_and_close_it_and_somebody_answers_all_the_time(
    one: Seat, two: Seat, desk: Seat
) -> None:
    def answers() -> str:
        point = {"lon": middle[0], "lat": middle[1]}
        return str(desk.get("/v1/who-answers", params=point).json()["answers"]["station"])

    tree = one.get(f"/v1/office-trees/{PROVINCE}").json()
    assert [office["tier"] for office in tree["offices"][:3]] == ["national", "province", "county"]
    middle, (lon, lat) = list(HERE), HERE
    by_id = {office["id"]: office for office in tree["offices"]}
    station = by_id[answers()]
    county = by_id[station["parent"]]
    assert station["area"] and station["sectors"] and station["hanging"]["units"] and not tree["closed"]
    ring = [[lon + x * 0.004, lat + y * 0.004] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    new = f"{county['id']}.99"
    row = {"id": new, "tier": "station", "parent": county["id"], "code": "NEW99", "seat": middle, "added": True}
    row |= {"name_fa": "کلانتری آزمون", "name_en": "Trial station"}
    value = {"offices": [row], "grounds": [{"office": new, "area": [[ring]]}]}

    tried = one.post(f"/v1/office-trees/{PROVINCE}/try", {"value": value}).json()
    assert new in {office["id"] for office in tried["tree"]["offices"]} and tried["lines"][0]["after"]["fa"]
    assert answers() == station["id"], "nothing is kept"
    problem(
        one.post(f"/v1/office-trees/{PROVINCE}/try", {"value": {"grounds": 1}}), 422, "administration.value_invalid"
    )
    bad = {"value": {"offices": [row]}, "why": "x"}
    assert "no ground" in problem(one.post(f"{TREE}/draft", bad), 422, "administration.value_invalid")["en"]
    problem(desk.post(f"/v1/office-trees/{PROVINCE}/try", {"value": {}}), 403, "organisation.role_may_not")
    problem(one.get(f"/v1/office-trees/{station['id']}"), 404, "administration.setting_unknown")

    publish_tree(one, two, value)
    try:
        assert answers() == new
        versions = {desk.get("/v1/server").json()["provinces"][0]["map_version"]}
        unit = one.done("/v1/units", {"call_sign": "Z99", "office": new, "kind": "car", "skills": ["patrol"]})
        assert unit["events"] == ["dispatch.unit_enrolled.v1"]
        incident = desk.incident("noise", point=middle)
        assert desk.get(f"/v1/incidents/{incident}").json()["station"] == new
        said = problem(one.post(f"{TREE}/roll-back", {"to": 0, "why": "x"}), 409, "offices.still_used")
        assert (said["office"], said["units"], said["incidents"]) == (new, 1, 1)
    finally:
        publish_tree(one, two, value | {"offices": [row | {"closed": True, "ground_to": station["id"]}]})
    assert answers() == station["id"]
    assert desk.get(f"/v1/incidents/{incident}").json()["station"] == station["id"]
    (car,) = [u for u in one.get("/v1/devices", params={"office": PROVINCE}).json()["units"] if u["call_sign"] == "Z99"]
    assert car["office"] == station["id"]
    assert new not in {office["id"] for office in desk.get("/v1/offices").json()["offices"]}
    (closed,) = one.get(f"/v1/office-trees/{PROVINCE}").json()["closed"]
    assert (closed["id"], closed["ground_to"]) == (new, station["id"])
    versions.add(desk.get("/v1/server").json()["provinces"][0]["map_version"])
    assert len(versions) == 2, "faces read the tree again"
    desk.done(f"/v1/incidents/{incident}/cancel", {"reason": "پایان آزمون"})
    one.done(f"{TREE}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert answers() == station["id"]


def test_two_people_say_how_long_what_is_kept(one: Seat, two: Seat, desk: Seat) -> None:
    path = f"/v1/settings/retention/{PROVINCE}"
    problem(desk.get(path), 403, "organisation.role_may_not")
    first = one.get(path).json()
    days = {"trail_days": 30, "photos_days": 365, "journal_days": 90, "words_days": 3_650, "audit_days": 1_826}
    assert first["value"] == {**days, "letters_days": 30, "holds": ""}
    problem(one.post(f"{path}/draft", {"value": {"holds": "یک"}, "why": "x"}), 422, "administration.value_invalid")
    one.done(f"{path}/draft", {"value": {**first["value"], "photos_days": 400, "holds": "۱۲, 7"}, "why": "پرونده"})
    read = two.get(path).json()
    said = [(line["what"]["en"], line["before"]["en"], line["after"]["en"]) for line in read["draft"]["lines"]]
    assert said == [
        ("Pictures and voice notes from the scene, days", "365", "400"),
        ("Incidents that nothing is erased of", "—", "7, 12"),
    ]
    assert read["draft"]["lines"][1]["after"]["fa"] == "۷، ۱۲"
    publish = {"revision": read["draft"]["revision"], "over": read["over"]}
    problem(one.post(f"{path}/publish", publish), 409, "administration.second_person_needed")
    two.done(f"{path}/publish", publish)
    assert one.get(path).json()["value"]["holds"] == "7, 12"
    two.done(f"{path}/roll-back", {"to": 0, "why": "پایان آزمون"})


def test_the_nation_lists_kinds_and_names_its_own_command(server: Server, one: Seat) -> None:
    first, second = server.seat("administrator:iran"), server.seat("administrator:iran:2")
    kinds = first.get("/v1/settings/kinds/iran").json()
    rows = [{**row, "name_en": "Row"} if row["code"] == "noise" else row for row in kinds["value"]["rows"]]
    problem(one.post("/v1/settings/kinds/iran/draft", {"value": None, "why": "x"}), 403, "organisation.not_your_office")
    first.done("/v1/settings/kinds/iran/draft", {"value": {"rows": rows}, "why": "x"})
    first.done("/v1/settings/kinds/iran/draft/drop")
    nation = "/v1/settings/nation/iran"
    problem(one.get(nation), 403, "organisation.not_your_office")
    problem(one.get(f"/v1/settings/nation/{PROVINCE}"), 404, "administration.setting_unknown")
    first.done(f"{nation}/draft", {"value": {"name_fa": "فراجا", "name_en": "Faraja"}, "why": "نام تازه"})
    said = second.get(nation).json()
    assert {line["after"]["en"] for line in said["draft"]["lines"]} == {"فراجا", "Faraja"}
    second.done(f"{nation}/publish", {"revision": said["draft"]["revision"], "over": said["over"]})

    def called() -> str:
        offices = one.get("/v1/offices").json()["offices"]
        return str(next(each["name_en"] for each in offices if each["id"] == "iran"))

    try:
        assert called() == "Faraja"
    finally:
        first.done(f"{nation}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert called() == "National command"


def test_two_people_of_the_nation_set_what_provinces_inherit(server: Server, one: Seat, desk: Seat) -> None:
    first, second = server.seat("administrator:iran"), server.seat("administrator:iran:2")
    nation = "/v1/settings/rules/iran"
    problem(one.get(nation), 403, "organisation.not_your_office")
    problem(one.post(f"{nation}/draft", {"value": None, "why": "x"}), 403, "organisation.not_your_office")
    problem(first.get("/v1/settings/retention/iran"), 404, "organisation.province_not_found")
    value = {**first.get(nation).json()["value"], "modes": ["suggest"] * 5}
    first.done(f"{nation}/draft", {"value": value, "why": "همهٔ کشور"})
    waits, *_ = second.get("/v1/settings", params={"office": "iran"}).json()["settings"]
    assert (waits["kind"], waits["subject"], waits["mine"]) == ("rules", "iran", False)
    said = second.get(nation).json()
    read = {"revision": said["draft"]["revision"], "over": said["over"]}
    problem(first.post(f"{nation}/publish", read), 409, "administration.second_person_needed")
    second.done(f"{nation}/publish", read)
    try:
        held_now = held(one)
        assert (held_now["own"], held_now["inherited_from"], held_now["value"]["modes"]) == (
            False,
            "iran",
            ["suggest"] * 5,
        )
        incident = desk.incident("fight")
        assert desk.get(f"/v1/incidents/{incident}").json()["waiting_reason"] in ("suggest_only", "nobody_free")
        assert first.get(nation).json()["behind"] == []
    finally:
        first.done(f"{nation}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert held(one)["inherited_from"] is None
