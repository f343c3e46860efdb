"""Incidents on hold, through the doors."""

from tests.server import PROVINCE, Seat, Server, problem


def test_an_incident_is_put_aside_shown_and_brought_back(server: Server, desk: Seat, taker: Seat) -> None:
    incident = desk.incident("noise")
    about = f"/v1/incidents/{incident}"
    problem(desk.post(f"{about}/hold", {"minutes": 500, "reason": "caller"}), 422, "dispatch.hold_invalid")
    problem(desk.post(f"{about}/hold", {"minutes": 5}), 422, "dispatch.hold_words_missing")
    problem(taker.post(f"{about}/hold", {"minutes": 5, "reason": "caller"}), 403, "organisation.role_may_not")
    done = desk.done(f"{about}/hold", {"minutes": 5, "reason": "caller", "words": "rings back at noon"})
    assert done["events"][0] == "dispatch.incident_held.v1"
    seen = desk.get(about).json()
    assert seen["hold"]["reason"] == "caller" and seen["hold"]["until"] > seen["hold"]["since"]
    assert "noon" not in str(seen), "what was said stays with the desks"
    assert desk.get(f"{about}/detail").json()["hold_words"] == "rings back at noon"
    assert "noon" in str(desk.get(f"{about}/timeline").json())
    board = server.seat(f"province_desk:{PROVINCE}").get(f"{about}/timeline").json()
    assert "dispatch.incident_held.v1" in str(board) and "noon" not in str(board)
    assert "dispatch.hold_ended.v1" in desk.done(f"{about}/release")["events"]
    assert desk.done(f"{about}/release")["events"] == []
    assert desk.get(about).json()["hold"] is None
    problem(desk.post(f"{about}/hold", {"until": "noon", "reason": "caller"}), 422, "http.bad_instant")
    desk.done(f"{about}/hold", {"until": seen["hold"]["until"], "reason": "caller", "words": "rings back at noon"})
    again = desk.get(about).json()["hold"]
    assert (again["until"], again["reason"]) == (seen["hold"]["until"], "caller")
    desk.done(f"{about}/release")
    desk.done(f"{about}/cancel")
    problem(desk.post(f"{about}/release"), 409, "dispatch.incident_is_closed")
