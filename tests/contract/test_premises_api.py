"""Hazards of places on a real server: told with the incident to desk and crew, acknowledged, never in the way."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.server import PROVINCE, Seat, Server, problem

# Where no other test of this server has anything happen.
HERE = [51.4188, 35.7288]
NOTE = {"point": HERE, "hazard": "dog", "text": "سگ نگهبان باز است", "address": "پلاک آزمون", "severe": True}


@pytest.fixture
def note(desk: Seat) -> Iterator[str]:
    """A severe hazard, until the test ends."""
    note_id = str(desk.done("/v1/premises", NOTE)["note_id"])
    yield note_id
    desk.post(f"/v1/premises/{note_id}/remove", {"reason": "آزمون"})


def hazards(seat: Seat, incident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = seat.get(f"/v1/incidents/{incident}/detail").json()["premises"]
    return found


def test_a_hazard_is_told_with_its_distance_and_blocks_nothing(desk: Seat, note: str) -> None:
    incident = desk.incident("noise", point=[HERE[0] + 0.0004, HERE[1]])
    (told,) = hazards(desk, incident)
    assert (told["id"], told["hazard"], told["severe"], told["text"]) == (note, "dog", True, NOTE["text"])
    assert 30 < told["distance_m"] < 45 and told["acknowledged_by"] == [] and not told["overdue"]
    away = desk.incident("noise", point=[HERE[0] + 0.004, HERE[1]])
    assert hazards(desk, away) == []


def test_one_that_comes_later_reaches_open_incidents_and_acknowledging_is_recorded(desk: Seat, taker: Seat) -> None:
    incident = desk.incident("noise", point=HERE)
    assert hazards(desk, incident) == []
    later = str(taker.done("/v1/premises", NOTE)["note_id"])
    assert [one["id"] for one in hazards(desk, incident)] == [later]
    read = desk.done(f"/v1/incidents/{incident}/hazards/{later}/acknowledge")
    assert read["events"] == ["premises.hazard_acknowledged.v1"]
    assert hazards(desk, incident)[0]["acknowledged_by"] == [f"seat:dispatcher:{PROVINCE}"]
    names = [entry["name"] for entry in desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]]
    assert "premises.hazard_acknowledged.v1" in names
    desk.done(f"/v1/premises/{later}/remove", {"reason": "آزمون"})
    assert hazards(desk, incident) == []
    gone = desk.post(f"/v1/incidents/{incident}/hazards/{later}/acknowledge")
    assert (gone.status_code, gone.json()["code"]) == (404, "premises.note_not_found")


def test_notes_are_found_by_place_and_listed_for_their_office(desk: Seat, note: str) -> None:
    at = {"lon": HERE[0], "lat": HERE[1]}
    assert [one["id"] for one in desk.get("/v1/premises", params=at).json()["notes"]] == [note]
    assert note in [one["id"] for one in desk.get("/v1/premises").json()["notes"]]
    desk.done(f"/v1/premises/{note}/review", {"days": 30, "review_days": 10})
    assert desk.post(f"/v1/premises/{note}/review", {"days": 5, "review_days": 9}).status_code == 422
    assert desk.get("/v1/premises", params={"lon": 500, "lat": 99}).json()["notes"] == []


def test_who_may(desk: Seat, nobody: Seat, note: str, crew: Callable[[str], Seat]) -> None:
    incident = desk.incident("noise", point=HERE)
    assert nobody.get("/v1/premises").status_code == 401
    officer = crew("A08")
    assert officer.get("/v1/premises").status_code == 403
    assert officer.post("/v1/premises", NOTE).status_code == 403
    assert officer.post(f"/v1/incidents/{incident}/hazards/{note}/acknowledge").status_code in (403, 404)
    assert desk.post("/v1/premises", {**NOTE, "point": [10.0, 10.0]}).status_code == 422
    assert desk.post("/v1/premises", {**NOTE, "hazard": "dragon"}).status_code in (400, 422)
    assert desk.post("/v1/premises/nowhere.h1/remove", {}).status_code == 404


def test_what_happened_at_a_place_before_is_told_without_names(desk: Seat, taker: Seat, nobody: Seat) -> None:
    where = [51.4192, 35.7262]
    first = desk.incident("noise", point=where, narrative="نام کسی در این‌جاست")
    away = desk.incident("noise", point=[where[0] + 0.01, where[1]])
    desk.done(f"/v1/incidents/{first}/kind", {"kind": "fight"})
    desk.done(f"/v1/incidents/{first}/cancel", {"reason": "آزمون"})
    asked = {"lon": where[0] + 0.0002, "lat": where[1], "radius_m": 60, "purpose": "is it the same quarrel"}
    told = taker.get("/v1/premises/history", params=asked).json()
    assert told["days"] == 90 and told["total"] == 1
    (one,) = told["incidents"]
    assert (one["incident"], one["kind"], one["cancelled"]) == (first, "fight", True)
    assert 10 < one["distance_m"] < 30 and "narrative" not in one and "نام کسی" not in str(told)
    again = taker.get("/v1/premises/history", params={**asked, "leave_out": first}).json()
    assert again["total"] == 0
    assert (again["looks"][0]["by"], again["looks"][0]["purpose"]) == (f"seat:call_taker:{PROVINCE}", asked["purpose"])
    assert away not in str(told)
    assert nobody.get("/v1/premises/history", params=asked).status_code == 401
    assert taker.get("/v1/premises/history", params={**asked, "lon": 999, "lat": 0}).json()["total"] == 0
    assert taker.get("/v1/premises/history", params={**asked, "lon": "nan", "lat": "nan"}).status_code < 500
    for unsaid in ("", "x", "   ."):
        refused = taker.get("/v1/premises/history", params={**asked, "purpose": unsaid})
        problem(refused, 422, "organisation.purpose_needed")


def test_an_administrator_finds_changes_and_removes_hazards(desk: Seat, server: Server, note: str) -> None:
    admin = server.seat(f"administrator:{PROVINCE}")

    def kept(words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = admin.get(
            "/v1/premises/kept", params={"office": PROVINCE, "words": words}
        ).json()["notes"]
        return [one for one in found if one["id"] == note]

    assert kept("نگهبان سگ") and kept("پلاك") and not kept("گربه")
    incident = desk.incident("noise", point=[HERE[0] + 0.0004, HERE[1]])
    desk.done(f"/v1/incidents/{incident}/hazards/{note}/acknowledge")
    changed = {"point": HERE, "hazard": "gas", "text": "کپسول گاز در حیاط", "address": "پلاک آزمون"}
    assert admin.done(f"/v1/premises/{note}/change", changed)["events"] == ["premises.note_changed.v1"]
    (told,) = [one for one in hazards(desk, incident) if one["id"] == note]
    assert (told["hazard"], told["severe"], told["acknowledged_by"]) == ("gas", False, [])
    problem(admin.post(f"/v1/premises/{note}/change", {**changed, "text": "x"}), 422, "premises.note_invalid")
    problem(admin.post(f"/v1/premises/{note}/change", {**changed, "point": [0, 0]}), 422, "geo.outside_region")
    problem(admin.get("/v1/premises", params={"lon": HERE[0], "lat": HERE[1]}), 403, "organisation.role_may_not")
    admin.done(f"/v1/premises/{note}/remove", {"reason": "آزمون"})
    assert not kept("")
