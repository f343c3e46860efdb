"""Alarms put aside, and safety timers set by hand, through the doors."""

from tests.server import PROVINCE, Seat, problem


def test_an_alarm_is_put_aside_and_comes_back(desk: Seat, taker: Seat) -> None:
    incident = desk.incident("fight")
    alarm = next(each for each in desk.get("/v1/alarms").json()["alarms"] if each["incident"] == incident)
    assert alarm["shelf"] is None
    shelf = f"/v1/alarms/{alarm['id']}"
    problem(desk.post(f"{shelf}/shelve", {"minutes": 60, "reason": "known"}), 422, "dispatch.shelf_invalid")
    problem(desk.post(f"{shelf}/shelve", {"minutes": 5, "reason": " "}), 422, "dispatch.shelf_invalid")
    problem(taker.post(f"{shelf}/shelve", {"minutes": 5, "reason": "known"}), 403, "organisation.role_may_not")
    done = desk.done(f"{shelf}/shelve", {"minutes": 5, "reason": "the only car is on its way back"})
    assert done["events"] == ["dispatch.alarm_shelved.v1"]
    seen = next(each for each in desk.get("/v1/alarms").json()["alarms"] if each["id"] == alarm["id"])
    assert seen["shelf"]["reason"] == "the only car is on its way back"
    assert seen["shelf"]["by"] == f"seat:dispatcher:{PROVINCE}" and seen["shelf"]["until"] > seen["raised_at"]
    assert desk.done(f"{shelf}/unshelve")["events"] == ["dispatch.alarm_unshelved.v1"]
    assert desk.done(f"{shelf}/unshelve")["events"] == []
    said = [entry["name"] for entry in desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]]
    assert {"dispatch.alarm_shelved.v1", "dispatch.alarm_unshelved.v1"} <= set(said)
    desk.done(f"/v1/incidents/{incident}/cancel")
    problem(desk.post(f"{shelf}/shelve", {"minutes": 5, "reason": "known"}), 404, "dispatch.alarm_not_found")


def test_folded_alarms_are_taken_in_one_act(desk: Seat, taker: Seat) -> None:
    incidents = [desk.incident("fight") for _ in range(3)]
    standing = [each["id"] for each in desk.get("/v1/alarms").json()["alarms"] if each["incident"] in incidents]
    assert len(standing) >= 3
    body = {"alarms": [f"{PROVINCE}.iover!late", *standing]}
    problem(taker.post("/v1/alarms/acknowledge", body), 403, "organisation.role_may_not")
    problem(desk.post("/v1/alarms/acknowledge", {"alarms": []}), 422, "http.invalid_field")
    done = desk.done("/v1/alarms/acknowledge", body)
    assert done["events"] == ["dispatch.alarm_acknowledged.v1"] * len(standing)
    taken = [each for each in desk.get("/v1/alarms").json()["alarms"] if each["id"] in standing]
    assert all(each["acknowledged_by"] == f"seat:dispatcher:{PROVINCE}" for each in taken)
    assert desk.done("/v1/alarms/acknowledge", body)["events"] == []
    for incident in incidents:
        desk.done(f"/v1/incidents/{incident}/cancel")


def test_a_crew_on_scene_is_asked_when_the_desk_chooses(desk: Seat, taker: Seat) -> None:
    unit = f"{PROVINCE}.u.A03"
    desk.done(f"/v1/units/{unit}/duty", {"on": True})
    incident = desk.incident("noise")
    (offer,) = desk.done(f"/v1/incidents/{incident}/assignments", {"units": [unit]})["assignment_ids"]
    timer = f"/v1/assignments/{offer}/safety-timer"
    problem(desk.post(timer, {"in_s": 600}), 409, "dispatch.step_out_of_order")
    for step in ("accept", "en-route", "on-scene"):
        desk.done(f"/v1/assignments/{offer}/{step}")
    problem(desk.post(timer, {"in_s": 5}), 422, "dispatch.safety_timer_invalid")
    problem(taker.post(timer, {"in_s": 600}), 403, "organisation.role_may_not")
    before = desk.get(f"/v1/incidents/{incident}").json()["assignments"][0]["safety_due"]
    desk.done(timer, {"in_s": 3000})
    assert desk.get(f"/v1/incidents/{incident}").json()["assignments"][0]["safety_due"] > before
    desk.done(f"/v1/assignments/{offer}/clear", {"disposition": "no_report"})
    problem(desk.post(timer, {"in_s": 600}), 409, "dispatch.assignment_ended")
    desk.done(f"/v1/units/{unit}/duty", {"on": False})
