"""What handhelds and crews tell the centre, asked of a real server."""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image

from nazdik.bootstrap.voices import BYTES_MAX
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.sqlite import connect as open_file
from tests.canaries import voice
from tests.contract.test_stream_api import hello, next_frame, opened
from tests.server import HERE, PROVINCE, Seat, Server, problem

UNIT = f"{PROVINCE}.u."
NATION = "iran"


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


def told(server: Server, seat: Seat, kind: str) -> list[dict[str, Any]]:
    """Return what a seat's stream begins with, of one kind."""
    with opened(server, seat) as line:
        hello(line)
        return [item["v"] for item in next_frame(line, "snap")["items"] if item["k"] == kind]


def picture() -> str:
    """Return a picture that tells who took it, as it travels."""
    told = Image.Exif()
    told[0x010F] = "Secret Telephone"
    out = BytesIO()
    Image.new("RGB", (1800, 900), (10, 90, 40)).save(out, "JPEG", exif=told)
    return b64encode(out.getvalue()).decode()


def on_scene(crew: Seat, unit: str) -> tuple[str, str]:
    """Put a crew on scene of its own event; return the incident and the assignment."""
    crew.done(f"/v1/units/{unit}/duty", {"on": True})
    begun = crew.done(f"/v1/units/{unit}/own-event", {"kind": "suspicious", "point": HERE})
    return begun["incident_id"], begun["assignment_ids"][0]


def test_a_picture_is_kept_bare_and_every_look_at_it_is_written_down(
    server: Server, desk: Seat, crew: Callable[[str], Seat]
) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    body, key = {"image": picture(), "taken_at": "2026-11-22T10:00:00Z"}, crew("A11").new_key()
    first = crew("A11").done(f"/v1/incidents/{incident}/photos", body, key=key)
    again = crew("A11").done(f"/v1/incidents/{incident}/photos", body, key=key)
    assert (first["events"], again["duplicate"]) == (["dispatch.photo_added.v1"], True)
    (photo,) = desk.get(f"/v1/incidents/{incident}/detail").json()["photos"]
    assert (photo["call_sign"], photo["width"], photo["height"]) == ("A11", 1600, 800)
    answer = desk.get(f"/v1/incidents/{incident}/photos/{photo['id']}")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/jpeg", "no-store")
    assert sha256(answer.content).hexdigest() == photo["id"] and b"Secret" not in answer.content
    db = open_file(server.data / "audit.sqlite", query_only=True)
    entries = [entry_of(row) for row in db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()]
    db.close(True)
    assert sum(f"photo:{photo['id']}".encode() in entry.body for entry in entries) == 1
    # Sent when there was a network again, after the crew was done.
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "report_taken"})
    problem(crew("A11").get(f"/v1/incidents/{incident}/photos/{photo['id']}"), 404, "dispatch.incident_not_found")
    crew("A11").done(f"/v1/incidents/{incident}/photos", {"image": picture()})


def test_a_picture_is_taken_back_by_who_took_it_and_shown_to_nobody_from_then_on(
    server: Server, desk: Seat, crew: Callable[[str], Seat]
) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    crew("A11").done(f"/v1/incidents/{incident}/photos", {"image": picture()})
    (photo,) = desk.get(f"/v1/incidents/{incident}/detail").json()["photos"]
    back = f"/v1/incidents/{incident}/photos/{photo['id']}/withdraw"
    problem(crew("A11").post(back, {"reason": "because"}), 422, "dispatch.photo_reason_unknown")
    problem(crew("A12").post(back, {"reason": "mistake"}), 403, "organisation.not_your_unit")
    crew("A11").done(back, {"reason": "person"})
    problem(crew("A11").post(back, {"reason": "person"}), 404, "dispatch.photo_gone")
    assert desk.get(f"/v1/incidents/{incident}/detail").json()["photos"] == []
    problem(desk.get(f"/v1/incidents/{incident}/photos/{photo['id']}"), 404, "photos.not_found")
    db = open_file(server.data / "audit.sqlite", query_only=True)
    entries = [entry_of(row) for row in db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()]
    db.close(True)
    assert sum(f"photo_withdrawn:{photo['id']}".encode() in entry.body for entry in entries) >= 1
    said = [entry["name"] for entry in desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]]
    assert "dispatch.photo_withdrawn.v1" in said
    again = back.replace("withdraw", "restore")
    problem(desk.post(again), 409, "dispatch.photo_stays_back")
    crew("A11").done(again)
    assert [each["id"] for each in desk.get(f"/v1/incidents/{incident}/detail").json()["photos"]] == [photo["id"]]
    desk.done(back, {"reason": "mistake"})
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})


def test_pictures_that_are_none_and_people_who_may_not_are_refused(
    server: Server, desk: Seat, crew: Callable[[str], Seat]
) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    path = f"/v1/incidents/{incident}/photos"
    problem(crew("A11").post(path, {"image": b64encode(b"no picture").decode()}), 422, "photos.unreadable")
    problem(crew("A11").post(path, {"image": "§"}), 422, "http.invalid_field")
    problem(crew("A11").post(path, {"image": "A" * 6_000_000}), 413, "http.too_large")
    problem(crew("A12").post(path, {"image": picture()}), 403, "organisation.not_your_unit")
    problem(desk.get(f"{path}/{'0' * 64}"), 404, "photos.not_found")
    problem(desk.get(f"{path}/..%2f..%2fetc%2fpasswd"), 404, "http.not_found")
    problem(server.seat(f"national_desk:{NATION}").get(f"{path}/{'0' * 64}"), 403, "organisation.role_may_not")
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})


def test_a_voice_note_is_kept_bare_heard_by_who_may_and_taken_back(
    server: Server, desk: Seat, crew: Callable[[str], Seat]
) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    path = f"/v1/incidents/{incident}/voices"
    body, key = {"sound": voice(), "seconds": 7, "spoken_at": "2026-11-22T10:00:00Z"}, crew("A11").new_key()
    first = crew("A11").done(path, body, key=key)
    again = crew("A11").done(path, body, key=key)
    assert (first["events"], again["duplicate"]) == (["dispatch.voice_added.v1"], True)
    (note,) = desk.get(f"/v1/incidents/{incident}/detail").json()["voices"]
    assert (note["call_sign"], note["seconds"], note["media_type"]) == ("A11", 7, "audio/webm")
    answer = desk.get(f"{path}/{note['id']}")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("audio/webm", "no-store")
    assert sha256(answer.content).hexdigest() == note["id"] and b"SECRET" not in answer.content
    problem(crew("A12").get(f"{path}/{note['id']}"), 404, "dispatch.incident_not_found")
    problem(crew("A12").post(f"{path}/{note['id']}/withdraw", {"reason": "mistake"}), 403, "organisation.not_your_unit")
    problem(crew("A11").post(f"{path}/{note['id']}/withdraw", {"reason": "because"}), 422, "http.invalid_field")
    crew("A11").done(f"{path}/{note['id']}/withdraw", {"reason": "person"})
    problem(desk.get(f"{path}/{note['id']}"), 404, "voices.not_found")
    crew("A11").done(f"{path}/{note['id']}/restore")
    assert [each["id"] for each in desk.get(f"/v1/incidents/{incident}/detail").json()["voices"]] == [note["id"]]
    db = open_file(server.data / "audit.sqlite", query_only=True)
    entries = [entry_of(row) for row in db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()]
    db.close(True)
    for what, times in (
        (f'"voice:{note["id"]}', 1),
        (f"voice_withdrawn:{note['id']}", 1),
        (f"voice_restored:{note['id']}", 1),
    ):
        assert sum(what.encode() in entry.body for entry in entries) == times, what
    # Sent when there was a network again, after the crew was done.
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "report_taken"})
    crew("A11").done(path, {"sound": voice(), "seconds": 7})


def test_voice_notes_that_are_none_and_people_who_may_not_are_refused(
    server: Server, desk: Seat, crew: Callable[[str], Seat]
) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    path = f"/v1/incidents/{incident}/voices"
    refused = (
        ({"sound": picture(), "seconds": 3}, 422, "voices.unreadable"),
        ({"sound": b64encode(bytes(BYTES_MAX + 1)).decode(), "seconds": 3}, 422, "voices.too_large"),
        ({"sound": "A" * 1_000_000, "seconds": 3}, 413, "http.too_large"),
        ({"sound": voice(), "seconds": 61}, 422, "dispatch.voice_too_long"),
        ({"sound": voice()}, 422, "http.invalid_field"),
    )
    for body, status, code in refused:
        problem(crew("A11").post(path, body), status, code)
    problem(crew("A12").post(path, {"sound": voice(), "seconds": 3}), 403, "organisation.not_your_unit")
    problem(server.seat(f"national_desk:{NATION}").get(f"{path}/{'0' * 64}"), 403, "organisation.role_may_not")
    assert desk.get(f"/v1/incidents/{incident}/detail").json()["voices"] == []
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})


def test_a_short_report_comes_with_clearing_and_may_be_changed(desk: Seat, crew: Callable[[str], Seat]) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    report = {"text": "دو نفر صلح کردند", "people": 2, "vehicles": 1}
    odd = {"disposition": "settled_on_scene", "report": {**report, "people": -1}}
    problem(crew("A11").post(f"/v1/assignments/{assignment}/clear", odd), 422, "dispatch.report_invalid")
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "settled_on_scene", "report": report})
    changed = {"report": {**report, "people": 3}, "disposition": "report_taken"}
    crew("A11").done(f"/v1/assignments/{assignment}/report", changed)
    detail = desk.get(f"/v1/incidents/{incident}/detail").json()
    (told,) = detail["reports"]
    assert (told["call_sign"], told["people"], told["disposition"]) == ("A11", 3, "report_taken")
    entries = desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]
    assert [e["data"]["people"] for e in entries if e["name"] == "dispatch.report_filed.v1"] == [2, 3]
    problem(crew("A12").post(f"/v1/assignments/{assignment}/report", changed), 403, "organisation.not_your_unit")


def test_a_step_that_waited_has_its_true_time_whatever_the_telephones_clock_says(
    desk: Seat, crew: Callable[[str], Seat]
) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    path, key = f"/v1/assignments/{assignment}/clear", crew("A11").new_key()
    body = {"disposition": "no_report", "device_at": "2031-01-01T00:00:00Z"}
    for odd in ("-1", "1.5", "soon", "", "9" * 30):
        problem(crew("A11").post(path, body, headers={"nazdik-waited": odd}), 422, "http.waited_invalid")
    crew("A11").done(path, body, key=key, headers={"nazdik-waited": "900000"})
    # Sent again because its answer was lost: it has waited longer by now, and is the same step.
    assert crew("A11").done(path, body, key=key, headers={"nazdik-waited": "905000"})["duplicate"]
    entries = desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]
    (cleared,) = (e for e in entries if e["name"] == "dispatch.unit_cleared.v1")
    at, done_at = (datetime.fromisoformat(cleared[name]) for name in ("at", "device_at"))
    assert (at - done_at).total_seconds() == 900


def test_a_step_said_by_mistake_is_taken_back_and_stays_in_the_record(desk: Seat, crew: Callable[[str], Seat]) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    path = f"/v1/assignments/{assignment}/take-back"
    problem(crew("A12").post(path, {"step": "on_scene"}), 403, "organisation.not_your_unit")
    problem(crew("A11").post(path, {"step": "accepted"}), 422, "http.invalid_field")
    # Its own event: it was there from the beginning.
    problem(crew("A11").post(path, {"step": "on_scene"}), 409, "dispatch.step_stands")
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})
    crew("A11").done(path, {"step": "cleared"})
    again = desk.get(f"/v1/incidents/{incident}").json()
    assert (again["status"], again["closed_at"]) == ("ResourcesOnscene", None)
    assert crew("A11").get(f"/v1/incidents/{incident}/detail").status_code == 200, "the crew may read it again"
    said = [entry["name"] for entry in desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]]
    assert {"dispatch.unit_cleared.v1", "dispatch.step_taken_back.v1"} <= set(said)
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})


def test_a_desk_takes_back_what_it_did_for_a_crew_and_a_crew_does_not(desk: Seat, crew: Callable[[str], Seat]) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    path = f"/v1/assignments/{assignment}/take-back"
    due = desk.get(f"/v1/incidents/{incident}").json()["assignments"][0]["safety_due"]
    desk.done(f"/v1/assignments/{assignment}/safety-check")
    desk.done(path, {"step": "safety_check", "safety_due": due})
    assert desk.get(f"/v1/incidents/{incident}").json()["assignments"][0]["safety_due"] == due
    desk.done(f"/v1/assignments/{assignment}/withdraw", {"reason": "by_hand"})
    problem(crew("A11").post(path, {"step": "withdrawn"}), 403, "organisation.role_may_not")
    desk.done(path, {"step": "withdrawn"})
    (again,) = desk.get(f"/v1/incidents/{incident}").json()["assignments"]
    assert (again["id"], again["state"], again["reason"]) == (assignment, "on_scene", None)
    entries = desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]
    (back,) = [each for each in entries if each["data"].get("step") == "withdrawn"]
    assert (back["name"], back["data"]["by"]) == ("dispatch.step_taken_back.v1", back["actor"])
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})


def test_backup_is_asked_once_however_often_it_is_sent(desk: Seat, crew: Callable[[str], Seat]) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    key = crew("A11").new_key()
    first = crew("A11").done(f"/v1/assignments/{assignment}/backup", {"urgent": True}, key=key)
    again = crew("A11").done(f"/v1/assignments/{assignment}/backup", {"urgent": True}, key=key)
    assert "dispatch.backup_requested.v1" in first["events"] and again["duplicate"]
    seen = desk.get(f"/v1/incidents/{incident}").json()
    assert (seen["priority"], seen["backup"]["call_sign"], seen["backup"]["urgent"]) == (1, "A11", True)
    assert seen["units_missing"] + len(seen["assignments"]) == 2
    assert any(a["cause"] == "backup" and a["incident"] == incident for a in desk.get("/v1/alarms").json()["alarms"])
    problem(
        crew("A12").post(f"/v1/assignments/{assignment}/backup", {"urgent": True}), 403, "organisation.not_your_unit"
    )
    problem(crew("A11").post(f"/v1/assignments/{assignment}/backup", {}), 422, "http.invalid_field")
    desk.done(f"/v1/incidents/{incident}/cancel")


def test_messages_go_both_ways_with_receipts(server: Server, desk: Seat, crew: Callable[[str], Seat]) -> None:
    unit = f"{UNIT}A11"
    sent = desk.done(f"/v1/units/{unit}/messages", {"text": "کجایید؟"})
    assert sent["events"] == ["dispatch.message_sent.v1"]
    stream = told(server, crew("A11"), "message")
    ours = next(m for m in stream if m["text"] == "کجایید؟")
    assert ours["to"][0]["delivered_at"] is None
    receipts = f"/v1/units/{unit}/messages/{ours['id']}/receipts"
    crew("A11").done(receipts, {"stage": "delivered"})
    crew("A11").done(receipts, {"stage": "read"})
    problem(desk.post(receipts, {"stage": "read"}), 404, "dispatch.message_not_found")
    problem(crew("A12").post(receipts, {"stage": "read"}), 403, "organisation.not_your_unit")
    key = crew("A11").new_key()
    for _ in range(2):
        crew("A11").done(f"/v1/units/{unit}/messages", {"text": "میدان ولیعصر"}, key=key)
    seen = told(server, desk, "message")
    (answer,) = [m for m in seen if m["text"] == "میدان ولیعصر"]
    assert (answer["from_call_sign"], answer["read_at"]) == ("A11", None)
    desk.done(f"/v1/units/{unit}/messages/{answer['id']}/receipts", {"stage": "read"})
    assert next(m for m in told(server, desk, "message") if m["id"] == ours["id"])["to"][0]["read_at"]
    assert not any(m["id"] == ours["id"] for m in told(server, crew("A12"), "message"))


def test_messages_that_cannot_be_are_refused(desk: Seat, taker: Seat, crew: Callable[[str], Seat]) -> None:
    incident, assignment = on_scene(crew("A11"), f"{UNIT}A11")
    assert desk.done(f"/v1/incidents/{incident}/messages", {"text": "برگردید"})["events"]
    crew("A11").done(f"/v1/assignments/{assignment}/clear", {"disposition": "no_report"})
    problem(desk.post(f"/v1/incidents/{incident}/messages", {"text": "؟"}), 409, "dispatch.nobody_to_tell")
    problem(desk.post(f"/v1/units/{UNIT}A11/messages", {"text": " "}), 422, "dispatch.message_empty")
    problem(desk.post(f"/v1/units/{UNIT}A11/messages", {"text": "x" * 301}), 422, "dispatch.text_too_long")
    problem(desk.post(f"/v1/units/{UNIT}NONE/messages", {"text": "x"}), 404, "dispatch.unit_not_found")
    problem(taker.post(f"/v1/units/{UNIT}A11/messages", {"text": "x"}), 403, "organisation.role_may_not")
    problem(crew("A12").post(f"/v1/units/{UNIT}A11/messages", {"text": "x"}), 403, "organisation.not_your_unit")
    problem(crew("A11").post(f"/v1/incidents/{incident}/messages", {"text": "x"}), 403, "organisation.not_your_unit")
