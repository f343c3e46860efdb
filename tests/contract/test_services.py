"""What desks share about an incident: other services that were asked, and who else has it open; through the doors."""

from tests.server import PROVINCE, Seat, problem


def test_another_service_is_asked_shown_and_let_go(desk: Seat, taker: Seat) -> None:
    known = [each["id"] for each in desk.get("/v1/services").json()["services"]]
    assert known[:2] == ["ambulance-115", "fire-125"]
    incident = desk.incident("crash_injury")
    about = f"/v1/incidents/{incident}"
    problem(desk.post(f"{about}/services", {"service": "pizza"}), 422, "dispatch.service_unknown")
    assert desk.done(f"{about}/services", {"service": "ambulance-115"})["events"] == ["dispatch.service_asked.v1"]
    assert desk.done(f"{about}/services", {"service": "ambulance-115"})["events"] == [], "asked is asked"
    desk.done(f"{about}/services", {"service": "fire-125"})
    (ambulance, fire) = desk.get(about).json()["services"]
    assert (ambulance["service"], fire["service"]) == ("ambulance-115", "fire-125") and ambulance["at"] <= fire["at"]
    desk.done(f"{about}/services/release", {"service": "ambulance-115"})
    assert desk.done(f"{about}/services/release", {"service": "ambulance-115"})["events"] == []
    assert [each["service"] for each in desk.get(about).json()["services"]] == ["fire-125"]
    told = [each["name"] for each in desk.get(f"{about}/timeline").json()["entries"]]
    assert told.count("dispatch.service_asked.v1") == 2 and "dispatch.service_released.v1" in told
    desk.done(f"{about}/cancel")
    problem(desk.post(f"{about}/services", {"service": "fire-125"}), 409, "dispatch.incident_is_closed")


def test_two_who_have_one_incident_open_learn_of_each_other(desk: Seat, taker: Seat) -> None:
    incident, other = desk.incident("noise"), desk.incident("noise")
    own = f"/v1/incidents/{incident}/open"
    assert desk.post(own).json() == {"others": []}
    (beside,) = taker.post(own).json()["others"]
    assert beside["person"] == f"seat:dispatcher:{PROVINCE}" and beside["for_s"] >= 0
    assert [each["person"] for each in desk.post(own).json()["others"]] == [f"seat:call_taker:{PROVINCE}"]
    assert taker.post(f"/v1/incidents/{other}/open").json() == {"others": []}
    assert desk.post(own).json() == {"others": []}, "whoever opened another has left this one"
    problem(desk.post(f"/v1/incidents/{PROVINCE}.i0/open"), 404, "dispatch.incident_not_found")
    for each in (incident, other):
        desk.done(f"/v1/incidents/{each}/cancel")
