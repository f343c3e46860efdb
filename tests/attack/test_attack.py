"""A short attack in every run of the tests: harmful files, bent streams, then the whole API as every role."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.attack.attackers import Attacker, attackers, things
from tests.attack.bombs import MADE_BARE, PICTURES, SHEETS
from tests.attack.campaign import Campaign
from tests.fuzz.bend import Rolled, bend
from tests.fuzz.uploads import LINES
from tests.server import PROVINCE, Seat, Server, served

# The same choices in each run; `python -m tests.attack` makes others and takes its time.
SEED = 6
SINGLY_S, ALTOGETHER_S = 7.0, 10.0
CASES, SEQUENCES, STEPS = 2, 3, 8
# A desk must not wait for what somebody else sent; a loaded machine takes its time.
IN_TIME_S = 10.0
LINES_BENT = 40


class Ground(NamedTuple):
    """What is attacked, by whom, and what is there."""

    server: Server
    who: list[Attacker]
    things: dict[str, list[str]]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Ground]:
    with served(tmp_path_factory.mktemp("attacked"), built_region(PROVINCE)) as server:
        yield Ground(server, attackers(server), things(server))


def _seat(ground: Ground, role: str) -> Seat:
    """Return a role's seat, signed in on its own, whatever the attack has done to the others."""
    seats = {"administrator": f"administrator:{PROVINCE}", "dispatcher": f"dispatcher:{PROVINCE}"}
    return ground.server.seat(seats[role])


@pytest.mark.parametrize("name", SHEETS)
def test_a_harmful_spreadsheet_is_refused_in_time(ground: Ground, name: str) -> None:
    body = {"office": PROVINCE, "name": name, "file": base64.b64encode(SHEETS[name]).decode()}
    begun = time.monotonic()
    answer = _seat(ground, "administrator").post("/v1/imports/units/try", body)
    assert time.monotonic() - begun < IN_TIME_S
    refused = {"imports.file_unreadable", "imports.file_too_large", "imports.columns_missing", "http.too_large"}
    assert answer.status_code in (413, 422) and answer.json()["code"] in refused, answer.text[:300]
    assert "root:" not in answer.text
    assert _seat(ground, "dispatcher").get("/v1/units").status_code == 200


@pytest.mark.parametrize("name", [*PICTURES, *MADE_BARE])
def test_a_harmful_picture_is_refused_or_made_bare_in_time(ground: Ground, name: str) -> None:
    desk, sent = _seat(ground, "dispatcher"), {**PICTURES, **MADE_BARE}[name]
    incident = desk.incident("noise")
    begun = time.monotonic()
    answer = desk.post(f"/v1/incidents/{incident}/photos", {"image": base64.b64encode(sent).decode()})
    assert time.monotonic() - begun < IN_TIME_S
    if name in PICTURES:
        assert answer.status_code in (413, 422), answer.text[:300]
        assert answer.json()["code"] in {"photos.unreadable", "photos.too_large", "http.too_large"}
        return
    assert answer.status_code == 201, answer.text
    (kept,) = desk.get(f"/v1/incidents/{incident}/detail").json()["photos"]
    shown = desk.get(f"/v1/incidents/{incident}/photos/{kept['id']}")
    assert shown.headers["content-type"] == "image/jpeg" and shown.headers["x-content-type-options"] == "nosniff"
    assert not [left for left in (b"<script>", b"PK\x03\x04", b"ANMF") if left in shown.content]


def test_bent_messages_on_a_stream_hurt_nobody(ground: Ground) -> None:
    desk = _seat(ground, "dispatcher")
    chance, where = Rolled(SEED), ground.server.address.replace("http", "ws")

    def line() -> ClientConnection:
        ticket = desk.post("/v1/stream-tickets").json()["ticket"]
        return connect(f"{where}/v1/stream?ticket={ticket}", max_size=None)

    with line() as listener:
        listener.send('{"t":"hello"}')
        assert '"welcome"' in str(listener.recv(timeout=IN_TIME_S))
        for turn in range(LINES_BENT):
            with line() as bent:
                if turn % 2:
                    bent.send('{"t":"hello"}')
                data = bend(chance, LINES)
                with suppress(ConnectionClosed):
                    bent.send(data if turn % 3 else data.decode("utf-8", "replace"))
                    bent.send("x" * 70_000)
                    while True:
                        bent.recv(timeout=IN_TIME_S)
                assert bent.close_code in range(4000, 5000) or bent.close_code == 1007, (data, bent.close_code)
        opened = desk.incident("noise")
        deadline = time.monotonic() + IN_TIME_S
        while opened not in str(listener.recv(timeout=IN_TIME_S)):
            assert time.monotonic() < deadline
    assert "Traceback" not in ground.server.said()


def test_an_attack_can_find_something(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a role may read counts as a leak to one that may not: the check is no ornament."""
    taker = next(one for one in ground.who if one.name == "call_taker")
    monkeypatch.setattr(Attacker, "may_read_the_mark", False)
    campaign = Campaign(ground.server.address, ground.things, SEED, time.monotonic() + ALTOGETHER_S)
    campaign.operations = [one for one in campaign.operations if one.label == "GET /v1/calls"]
    campaign.singly([taker], 12)
    assert any("is shown what a caller said" in said for said in campaign.findings.values())


def test_an_attack_finds_nothing(ground: Ground) -> None:
    begun = time.monotonic()
    campaign = Campaign(ground.server.address, ground.things, SEED, begun + SINGLY_S)
    campaign.singly(ground.who, CASES)
    campaign.ends = begun + ALTOGETHER_S
    for attacker in ground.who:
        campaign.in_sequences(attacker, SEQUENCES, STEPS)
    said = ground.server.said()
    assert campaign.findings == {}
    assert "Traceback" not in said, said[-6000:]
    assert len(campaign.proved) > 3 and campaign.statuses[200] > 10 and len(campaign.reached) > 30
