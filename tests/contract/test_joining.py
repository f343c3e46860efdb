"""Two incidents that are one, through the doors."""

from tests.server import PROVINCE, Seat, problem


def test_two_incidents_become_one_and_two_again(desk: Seat, taker: Seat) -> None:
    first, second = desk.incident("noise"), desk.incident("noise")
    desk.done(f"/v1/incidents/{second}/notes", {"text": "two men"})
    join = f"/v1/incidents/{second}/join"
    problem(taker.post(join, {"into": first}), 403, "organisation.role_may_not")
    problem(desk.post(join, {"into": second}), 409, "dispatch.incident_cannot_join")
    problem(desk.post(join, {"into": f"{PROVINCE}.i0"}), 404, "dispatch.incident_not_found")
    said = desk.done(join, {"into": first})["events"]
    assert said[:2] == ["dispatch.incident_joined.v1", "dispatch.incident_absorbed.v1"]
    gone = desk.get(f"/v1/incidents/{second}").json()
    assert (gone["status"], gone["joined_into"]["id"]) == ("Closed", first)
    assert [note["text"] for note in desk.get(f"/v1/incidents/{first}/detail").json()["notes"]] == ["two men"]
    history = desk.get(f"/v1/incidents/{first}/timeline").json()["entries"]
    assert {entry["subject"] for entry in history} == {first, second}, "its history shows both"
    problem(desk.post(f"/v1/incidents/{second}/reopen"), 409, "dispatch.incident_is_joined")
    desk.done(f"/v1/incidents/{second}/unjoin")
    problem(desk.post(f"/v1/incidents/{second}/unjoin"), 409, "dispatch.incident_not_joined")
    assert desk.get(f"/v1/incidents/{second}").json()["joined_into"] is None
    for incident in (first, second):
        desk.done(f"/v1/incidents/{incident}/cancel")
