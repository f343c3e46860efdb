"""A desk changes hands, through the doors."""

from collections.abc import Callable

import pytest

from tests.server import PROVINCE, Seat, problem, take_what_stands


@pytest.fixture(autouse=True)
def nothing_stands(desk: Seat, taker: Seat) -> None:
    take_what_stands(taker, desk)


def test_a_desk_is_given_read_taken_and_recorded(desk: Seat, taker: Seat) -> None:
    incident = desk.incident("noise")
    given = desk.done("/v1/hand-overs", {"incidents": [incident], "note": "the bridge is up until ten"})
    assert given["events"] == ["dispatch.desk_handed_over.v1", "dispatch.incident_kept.v1"]
    problem(desk.post("/v1/hand-overs", {"incidents": []}), 409, "dispatch.hand_over_stands")
    (standing,) = taker.get("/v1/hand-overs").json()["hand_overs"]
    assert (standing["by"], standing["incidents"]) == (f"seat:dispatcher:{PROVINCE}", [incident])
    assert desk.get(f"/v1/incidents/{incident}").json()["keeper"] == f"seat:dispatcher:{PROVINCE}"
    taken = taker.done(f"/v1/hand-overs/{standing['id']}/take")
    assert taken["events"] == ["dispatch.desk_taken_over.v1", "dispatch.incident_kept.v1"]
    assert desk.get(f"/v1/incidents/{incident}").json()["keeper"] == f"seat:call_taker:{PROVINCE}"
    problem(desk.post(f"/v1/hand-overs/{standing['id']}/take"), 404, "dispatch.hand_over_not_found")
    said = [entry["name"] for entry in desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]]
    assert said.count("dispatch.incident_kept.v1") == 2
    desk.done(f"/v1/incidents/{incident}/cancel")


def test_who_has_no_desk_gives_none_and_takes_none(desk: Seat, crew: Callable[[str], Seat]) -> None:
    board = crew("A01")
    problem(board.get("/v1/hand-overs"), 403, "organisation.role_may_not")
    problem(board.post("/v1/hand-overs", {"incidents": []}), 403, "organisation.role_may_not")
    problem(desk.post("/v1/hand-overs", {"incidents": [f"{PROVINCE}.i0"]}), 404, "dispatch.incident_not_found")
    desk.done("/v1/hand-overs", {"incidents": []})
    (standing,) = desk.get("/v1/hand-overs").json()["hand_overs"]
    desk.done(f"/v1/hand-overs/{standing['id']}/withdraw")
    assert desk.get("/v1/hand-overs").json()["hand_overs"] == []
