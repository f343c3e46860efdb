"""Partner systems at a real server: told of what is theirs, followed live, and handing over what becomes a call."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from immutables import Map
from typer.testing import CliRunner
from websockets.sync.client import ClientConnection, connect

from nazdik.cli import app
from nazdik.interchange.conveyance import SUBPROTOCOL
from nazdik.interchange.eido_check import faults_of
from nazdik.kernel import OfficeId
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.journal import read_journal
from nazdik.platform.sqlite import connect as open_file
from tests.contract.test_stream_api import closed_with
from tests.interfaces import samples
from tests.server import HERE, NEARBY, PROVINCE, Seat, Server, inside, problem

SUBSCRIBE, SAMPLE = (json.loads(text) for text in samples("eido", "json"))
names = (f"partner-{n}" for n in range(1, 1_000))


def nazdik(server: Server, *words: str) -> Any:
    return CliRunner().invoke(app, ["partner", *words, "--data", str(server.data)])


class Partner:
    """Another system with a token of its own."""

    def __init__(self, server: Server, *grants: str, office: str = PROVINCE) -> None:
        self.name = next(names)
        words = [word for grant in grants for word in ("--grant", grant)]
        said = nazdik(server, "add", self.name, "--office", office, *words)
        assert said.exit_code == 0, said.output
        self.token = said.stdout.strip().splitlines()[-1]
        self.port = server.port
        self.http = httpx.Client(base_url=server.address, headers={"authorization": f"Bearer {self.token}"}, timeout=20)

    @contextmanager
    def following(self, **body: Any) -> Iterator[tuple[ClientConnection, dict[str, Any]]]:
        """Subscribe; yields the line and the answer."""
        url, headers = f"ws://127.0.0.1:{self.port}/EIDO/Subscribe", {"authorization": f"Bearer {self.token}"}
        with connect(
            url, additional_headers=headers, subprotocols=[SUBPROTOCOL], max_size=None, max_queue=None
        ) as line:  # type: ignore[list-item]
            assert line.subprotocol == SUBPROTOCOL
            line.send(json.dumps({"subscribe": {**SUBSCRIBE["subscribe"], **body}}))
            yield line, json.loads(line.recv(timeout=30))["subscribeResponse"]


def events(line: ClientConnection, wanted: str, within_s: float = 5.0) -> dict[str, Any]:
    """Return the newest EIDO of an incident on a line, once there is one."""
    deadline = time.monotonic() + within_s
    while True:
        message = json.loads(line.recv(timeout=max(0.01, deadline - time.monotonic())))
        for document in message.get("event", {}).get("notification", []):
            assert faults_of(document) == ()
            if document["incidentComponent"]["internalIncidentId"] == wanted:
                return dict(document)


def audited(server: Server, partner: Partner) -> list[str]:
    """Return whose data a partner's reads were written down for."""
    db = open_file(server.data / "audit.sqlite", query_only=True)
    rows = db.execute(f"SELECT {COLUMNS} FROM entries").fetchall()
    db.close(True)
    return [entry.subject for entry in map(entry_of, rows) if entry.actor == f"partner:{partner.name}"]


def calls_of(server: Server, call_id: str) -> dict[str, Any]:
    calls = server.seat(f"call_taker:{PROVINCE}").get("/v1/calls", params={"limit": 500}).json()["calls"]
    (call,) = (call for call in calls if call["id"] == call_id)
    return dict(call)


def other(**more: Any) -> dict[str, Any]:
    """Return the sample as another incident of the neighbour's."""
    return {**SAMPLE, "$id": f"urn:emergency:uid:incidentid:{time.monotonic_ns():020d}:cad.neighbour.example", **more}


def called(taker: Seat) -> str:
    """Make an incident of a call with a caller and return its id."""
    call = taker.done("/v1/calls", {"number": "+15555550199", "point": HERE, "accuracy_m": 30.0})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    body = {"kind": "fight", "point": HERE, "place": "Valiasr", "narrative": "two men shout"}
    incident: str = taker.done(f"/v1/calls/{call}/classification", body)["incident_id"]
    return incident


def test_an_incident_is_told_as_a_sound_eido_and_written_down(server: Server, taker: Seat) -> None:
    incident, fire = called(taker), Partner(server, "eido.read")
    answer = fire.http.get(f"/EIDO/{incident}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/emergency.eido+json")
    document = answer.json()
    assert faults_of(document) == ()
    assert document["incidentComponent"]["incidentTypeCommonRegistryText"] == "FIGHT"
    assert fire.http.get(f"/EIDO/{document['$id']}").json() == document
    assert "+15555550199" not in answer.text and "two men shout" not in answer.text
    assert audited(server, fire) == [incident, incident]


def test_callers_are_told_only_to_whom_that_was_granted(server: Server, taker: Seat) -> None:
    incident, trusted = called(taker), Partner(server, "eido.read", "personal")
    document = trusted.http.get(f"/EIDO/{incident}").json()
    assert faults_of(document) == ()
    assert document["callbackComponent"][0]["callBackInformationUri"] == ["tel:+15555550199"]
    assert document["notesComponent"][0]["notesActionComments"] == "two men shout"
    assert document["callComponent"][0]["locationReference"]


def test_a_stranger_another_offices_partner_and_a_missing_grant_are_refused(
    server: Server, desk: Seat, nobody: Seat
) -> None:
    incident = desk.incident()
    problem(nobody.get(f"/EIDO/{incident}"), 401, "interchange.partner_unknown")
    problem(desk.get(f"/EIDO/{incident}"), 401, "interchange.partner_unknown")
    sender = Partner(server, "eido.send")
    problem(sender.http.get(f"/EIDO/{incident}"), 403, "interchange.grant_missing")
    problem(Partner(server, "eido.read").http.post("/EIDO", json=SAMPLE), 403, "interchange.grant_missing")
    station = desk.get(f"/v1/incidents/{incident}").json()["station"]
    offices = desk.get("/v1/offices").json()["offices"]
    other_station = next(one["id"] for one in offices if one["tier"] == "station" and one["id"] != station)
    elsewhere = Partner(server, "eido.read", office=other_station)
    problem(elsewhere.http.get(f"/EIDO/{incident}"), 404, "interchange.incident_not_found")
    reader = Partner(server, "eido.read")
    problem(reader.http.get("/EIDO/made-up"), 404, "interchange.incident_not_found")
    assert audited(server, elsewhere) == []
    assert nazdik(server, "revoke", reader.name).exit_code == 0
    problem(reader.http.get(f"/EIDO/{incident}"), 401, "interchange.partner_unknown")
    assert f"{reader.name}: eido.read for {PROVINCE} (revoked)" in nazdik(server, "list").output
    assert (
        "interchange.partner_exists"
        in nazdik(server, "add", reader.name, "--office", PROVINCE, "--grant", "personal").output
    )
    assert "interchange.grant_unknown" in nazdik(server, "add", "x", "--office", PROVINCE, "--grant", "all").output
    assert (
        "organisation.office_not_found"
        in nazdik(server, "add", "x", "--office", "tehran", "--grant", "personal").output
    )


def test_a_subscriber_is_sent_what_is_active_then_each_change_and_the_end(server: Server, desk: Seat) -> None:
    incident, fire = desk.incident(), Partner(server, "eido.read")
    resting = (one for one in desk.get("/v1/units").json()["units"] if not one["on_duty"])
    unit = next(resting)
    desk.done(f"/v1/units/{unit['id']}/duty", {"on": True})
    with fire.following() as (line, answer):
        assert answer["statusCode"] == 200
        assert events(line, incident)["incidentComponent"]["incidentStatusCommonRegistryText"][0] == "Active"
        begun = time.monotonic()
        desk.done(f"/v1/incidents/{incident}/assignments", {"units": [unit["id"]]})
        while "emergencyResourceComponent" not in (document := events(line, incident)):
            pass
        assert time.monotonic() - begun < 15
        assert document["emergencyResourceComponent"][0]["emergencyResourceName"] == unit["call_sign"]
        newer = desk.incident("fight", point=NEARBY)
        assert events(line, newer)["lastUpdateTimeStamp"] >= document["lastUpdateTimeStamp"]
        desk.done(f"/v1/incidents/{newer}/cancel", {"reason": "duplicate"})
        while (last := events(line, newer)["incidentComponent"]["incidentStatusCommonRegistryText"]) != ["Cancelled"]:
            assert last[0] == "Active"
    assert incident in audited(server, fire)


def test_a_withdrawn_token_ends_what_is_followed(server: Server) -> None:
    fire = Partner(server, "eido.read")
    with fire.following(minRate=5) as (line, _):
        nazdik(server, "revoke", fire.name)
        begun = time.monotonic()
        line.send(json.dumps({"unsubscribe": {"requestId": "r-2", "subscriptionId": "made-up"}}))
        assert closed_with(line) == 4403
        assert time.monotonic() - begun < 15


def test_a_line_without_the_sub_protocol_or_a_token_is_closed(server: Server) -> None:
    fire = Partner(server, "eido.read")
    url = f"ws://127.0.0.1:{server.port}/EIDO/Subscribe"
    with connect(url, additional_headers={"authorization": f"Bearer {fire.token}"}) as line:
        assert closed_with(line) == 1002
    with connect(url, subprotocols=[SUBPROTOCOL]) as line:  # type: ignore[list-item]
        assert closed_with(line) == 4401


def test_a_neighbours_incident_becomes_a_call_and_the_same_again_changes_nothing(server: Server) -> None:
    neighbour = Partner(server, "eido.send")
    body = json.dumps(SAMPLE).encode()
    first = neighbour.http.post("/EIDO", content=body)
    assert first.status_code == 201, first.text
    assert (first.json()["known"], first.json()["faults"]) == (False, [])
    call = calls_of(server, first.json()["call_id"])
    assert (call["channel"], call["state"], call["number"]) == ("neighbour", "ringing", "+15555550110")
    assert "P1" in call["narrative"] and "red helmet" in call["narrative"]
    assert call["point"] == pytest.approx([51.4089, 35.7156])
    assert ["eido-incident", SAMPLE["$id"]] in call["data"]
    again = neighbour.http.post("/EIDO", content=body)
    assert again.json() == {"call_id": call["id"], "known": True, "faults": []}
    assert calls_of(server, call["id"]) == call
    kept = [record.data for record in read_journal(server.data / "journal")]
    assert sum(record.endswith(body) for record in kept) == 2
    raw = server.seat(f"call_taker:{PROVINCE}").get("/v1/raw-calls").json()["records"]
    assert {one["fate"] for one in raw if one["call"] == call["id"]} == {"call"}


def test_a_newer_state_is_added_to_the_call_and_overwrites_nothing(server: Server, taker: Seat) -> None:
    neighbour, told = Partner(server, "eido.send"), other()
    call_id = neighbour.http.post("/EIDO", json=told).json()["call_id"]
    before = calls_of(server, call_id)
    newer = {**told, "lastUpdateTimeStamp": "2026-11-21T01:20:00Z"}
    newer["notesComponent"] = [{**SAMPLE["notesComponent"][0], "notesActionComments": "they left northwards"}]
    answer = neighbour.http.post("/EIDO", json=newer).json()
    assert (answer["call_id"], answer["known"]) == (call_id, False)
    after = calls_of(server, call_id)
    assert [text["text"] for text in after["texts"] if "northwards" in text["text"]]
    assert after["narrative"] == before["narrative"]
    assert neighbour.http.post("/EIDO", json=newer).json()["known"] is True
    assert len(calls_of(server, call_id)["texts"]) == len(after["texts"])
    # Made an incident meanwhile, what comes next is a note of the incident too.
    taker.done(f"/v1/calls/{call_id}/answer")
    body = {"kind": "armed_robbery", "point": HERE}
    incident = taker.done(f"/v1/calls/{call_id}/classification", body)["incident_id"]
    third = {**newer, "lastUpdateTimeStamp": "2026-11-21T01:25:00Z"}
    assert neighbour.http.post("/EIDO", json=third).json()["call_id"] == call_id
    notes = taker.get(f"/v1/incidents/{incident}/detail").json()["notes"]
    assert [note for note in notes if "northwards" in note["text"]]


def test_news_of_a_call_that_was_closed_rings_again(server: Server, taker: Seat) -> None:
    neighbour, told = Partner(server, "eido.send"), other()
    call_id = neighbour.http.post("/EIDO", json=told).json()["call_id"]
    taker.done(f"/v1/calls/{call_id}/answer")
    taker.done(f"/v1/calls/{call_id}/close", {"outcome": "advice"})
    newer = {**told, "lastUpdateTimeStamp": "2026-11-21T01:20:00Z"}
    answer = neighbour.http.post("/EIDO", json=newer).json()
    assert answer["call_id"] != call_id and calls_of(server, answer["call_id"])["state"] == "ringing"
    assert neighbour.http.post("/EIDO", json=newer).json() == {**answer, "known": True}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff\xfe", b"[" * 50_000, b'"help at the bridge"', json.dumps({"$id": 7}).encode()],
    ids=["nothing", "half", "list", "no text", "deep", "words", "hardly"],
)
def test_what_is_no_eido_still_rings(server: Server, body: bytes) -> None:
    neighbour = Partner(server, "eido.send")
    answer = neighbour.http.post("/EIDO", content=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["faults"]
    assert calls_of(server, answer.json()["call_id"])["state"] == "ringing"
    assert neighbour.http.post("/EIDO", content=body).json()["known"] is True


def test_a_body_beyond_the_limit_is_refused(server: Server) -> None:
    neighbour = Partner(server, "eido.send")
    answer = neighbour.http.post("/EIDO", content=b"x" * 1_100_000)
    problem(answer, 413, "http.too_large")


async def test_an_incident_that_leaves_while_it_is_written_down_is_left_out(
    built_region: Callable[[str], Path], tmp_path: Path
) -> None:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, desk):
        interchange = running.interchange
        interchange.partners.add("fire", OfficeId(PROVINCE), ["eido.read"])
        fire = interchange.partners.get("fire")
        body = {"kind": "noise", "point": HERE}
        answer = await desk.post("/v1/incidents", json=body, headers={"idempotency-key": "one"})
        incident = answer.json()["incident_id"]
        assert [
            one["incidentComponent"]["internalIncidentId"] for one in await interchange.eidos(fire, [incident])
        ] == [incident]
        room = interchange.house.room(incident)
        task = asyncio.ensure_future(interchange.eidos(fire, [incident]))
        await asyncio.sleep(0)
        world = msgspec.structs.replace(room.state.world, incidents=Map(), assignments=Map())
        room.writer.state = msgspec.structs.replace(room.state, world=world)
        assert await task == []
