"""Asking a real server which known incident a call may be about."""

from tests.server import Seat

# Where no other test of this server has anything happen.
HERE = [51.4205, 35.7290]
AWAY = [HERE[0] + 0.0004, HERE[1] + 0.0003]


def test_a_second_caller_of_a_crash_is_shown_the_first_ones_incident(taker: Seat) -> None:
    first = taker.done("/v1/calls", {"number": "09121110001", "narrative": "تصادف پراید سفید"})["call_id"]
    taker.done(f"/v1/calls/{first}/answer")
    crash = taker.done(
        f"/v1/calls/{first}/classification",
        {"kind": "crash_injury", "point": HERE, "narrative": "تصادف پراید سفید با موتور"},
    )["incident_id"]
    asked = {"point": AWAY, "kind": "crash_damage", "text": "پراید سفید زده به موتور", "number": "09121110002"}
    found = taker.done("/v1/calls/similar", asked)["incidents"]
    told = next(each for each in found if each["incident"] == crash)
    assert told["proposed"] and told["kind"] == "family" and told["callers"] == 1
    assert {"پراید", "سفید", "موتور"} <= set(told["words"])
    assert 40 < told["apart_m"] < 60

    robbery = {"point": AWAY, "kind": "armed_robbery", "text": "سرقت مسلحانه", "number": "09121110003"}
    told = next(e for e in taker.done("/v1/calls/similar", robbery)["incidents"] if e["incident"] == crash)
    assert not told["proposed"], "something else in the same street"

    again = taker.done("/v1/calls/similar", {"number": "0912 111 0001"})["incidents"]
    assert [each["same_number"] for each in again if each["incident"] == crash] == [True]


def test_its_own_draft_is_not_proposed_to_a_call(taker: Seat) -> None:
    call = taker.done("/v1/calls", {"number": "09121110009"})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    taker.done(f"/v1/calls/{call}/draft", {"kind": "drugs", "point": HERE})
    asked = {"point": HERE, "kind": "drugs", "number": "09121110009", "call": call}
    own = taker.get("/v1/calls").json()["calls"]
    draft = next(each["incident"] for each in own if each["id"] == call)
    assert draft not in [each["incident"] for each in taker.done("/v1/calls/similar", asked)["incidents"]]


def test_who_may_not_see_calls_may_not_ask(nobody: Seat) -> None:
    assert nobody.post("/v1/calls/similar", {"point": HERE}).status_code == 401


def test_a_point_that_is_none_and_text_without_end_are_taken(taker: Seat) -> None:
    assert taker.done("/v1/calls/similar", {})["incidents"] == []
    taker.done("/v1/calls/similar", {"point": HERE, "text": "پ" * 50_000})
    refused = taker.post("/v1/calls/similar", {"point": "here"})
    assert refused.status_code in (400, 422)
    assert refused.json()["code"]
