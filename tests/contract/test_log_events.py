"""The log at a real server: signed, by grant, each read written down, and nothing personal in it."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nazdik.interchange.jws import verified
from nazdik.interchange.log_check import faults_of
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.sqlite import connect as open_file
from tests.contract.test_eido import Partner, called
from tests.server import PROVINCE, Seat, Server, problem

URN = f"{PROVINCE}.nazdik.invalid"


def key_of(nobody: Seat) -> Ed25519PublicKey:
    (key,) = nobody.get("/.well-known/jwks.json").json()["keys"]
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))


def events_of(partner: Partner, key: Ed25519PublicKey, **asked: Any) -> list[dict[str, Any]]:
    """Return all events that are asked for, read page by page, each checked."""
    found: list[dict[str, Any]] = []
    while True:
        answer = partner.http.get("/LogEvents", params=asked)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        for signed in said["logEvents"]:
            event = verified(signed, key)
            assert faults_of(event, signer=URN) == ()
            found.append({"logEventId": signed["logEventId"], **event})
        if "next" not in said:
            return found
        asked["after"] = said["next"]


def test_a_call_is_told_from_start_to_end_signed_and_without_a_person(
    server: Server, nobody: Seat, taker: Seat
) -> None:
    incident, log = called(taker), Partner(server, "log.read")
    key, call = key_of(nobody), incident.replace(".i", ".c")
    urn = f"urn:emergency:uid:callid:{call.rpartition('.c')[2]}:{URN}"
    found = events_of(log, key, callId=urn, limit=2)
    types = [one["logEventType"] for one in found]
    assert types == ["CallStartLogEvent", "CallStateChangeLogEvent", "CallEndLogEvent"]
    assert found[-1]["incidentId"] == f"urn:emergency:uid:incidentid:{incident.rpartition('.i')[2]}:{URN}"
    text = json.dumps(found)
    assert "5555550199" not in text and "two men" not in text and "seat:" not in text
    alone = log.http.get(f"/LogEvents/{found[0]['logEventId']}").json()
    assert verified(alone, key) == {k: v for k, v in found[0].items() if k != "logEventId"}
    assert urn in log.http.get("/CallIds", params={"limit": 500}).json()["callIds"]
    ids = log.http.get("/LogEventIds", params={"callId": urn}).json()
    assert ids["logEventIds"] == [one["logEventId"] for one in found]
    assert found[-1]["incidentId"] in log.http.get("/IncidentIds", params={"callId": urn}).json()["incidentIds"]
    db = open_file(server.data / "audit.sqlite", query_only=True)
    noted = [entry_of(row) for row in db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()]
    db.close(True)
    about = [one.subject.partition("?")[0] for one in noted if one.actor == f"partner:{log.name}"]
    assert about.count("LogEvents") >= 2 and found[0]["logEventId"] in about and "CallIds" in about


def test_events_are_chosen_by_type_and_time(server: Server, nobody: Seat, taker: Seat, desk: Seat) -> None:
    log, key, incident = Partner(server, "log.read"), key_of(nobody), called(taker)
    desk.done(f"/v1/incidents/{incident}/cancel", {"reason": "over"})
    cleared = events_of(log, key, logEventType="IncidentClearLogEvent")
    assert {one["logEventType"] for one in cleared} == {"IncidentClearLogEvent"}
    last = cleared[-1]
    since = events_of(log, key, startTime=last["timestamp"])
    assert last["logEventId"] in [one["logEventId"] for one in since]
    before = events_of(log, key, endTime="2020-01-01T00:00:00Z")
    assert before == []
    every = events_of(log, key, limit=7)
    assert len({one["logEventId"] for one in every}) == len(every)
    assert [one["logEventId"] for one in every if one["logEventType"] == "IncidentClearLogEvent"] == [
        one["logEventId"] for one in cleared
    ]


def test_what_was_written_needs_the_grant_for_persons(server: Server, taker: Seat) -> None:
    call = taker.done("/v1/calls", {"number": "+15555550177"})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    assert taker.post(f"/v1/calls/{call}/texts", {"text": "where are you"}).status_code == 200
    urn = f"urn:emergency:uid:callid:{call.rpartition('.c')[2]}:{URN}"
    problem(Partner(server, "log.read").http.get(f"/Conversations/{urn}"), 403, "interchange.grant_missing")
    trusted = Partner(server, "log.read", "personal")
    (said,) = trusted.http.get(f"/Conversations/{urn}").json()["messages"]
    assert (said["text"], said["direction"]) == ("where are you", "outgoing")
    unknown = urn.replace(call.rpartition(".c")[2], "0" * 20)
    problem(trusted.http.get(f"/Conversations/{unknown}"), 404, "interchange.log_event_not_found")


def test_who_may_not_and_what_cannot_be_asked(server: Server, nobody: Seat, desk: Seat) -> None:
    problem(nobody.get("/LogEvents"), 401, "interchange.partner_unknown")
    problem(Partner(server, "eido.read").http.get("/LogEventIds"), 403, "interchange.grant_missing")
    station = next(one["id"] for one in desk.get("/v1/offices").json()["offices"] if one["tier"] == "station")
    problem(Partner(server, "log.read", office=station).http.get("/LogEvents"), 403, "interchange.grant_missing")
    log = Partner(server, "log.read", office="iran")
    assert log.http.get("/LogEvents", params={"limit": 1}).json()["count"] <= 1
    for asked in ("x=1", "limit=0", "limit=1&limit=2", "logEventType=Nothing", "startTime=soon", "after=x", "callId=x"):
        problem(log.http.get(f"/LogEvents?{asked}"), 400, "interchange.query_invalid")
    name = f"urn:emergency:uid:logid:p{10**14:015d}:{URN}"
    problem(log.http.get(f"/LogEvents/{name}"), 404, "interchange.log_event_not_found")
    problem(log.http.get("/LogEvents/made-up"), 404, "interchange.log_event_not_found")
    assert nobody.get("/Versions").json()["versions"][0]["major"] == 1
