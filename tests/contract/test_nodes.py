"""Two nodes over one PostgreSQL: one writes, the other follows, and takes over when it has to."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

import httpx
import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from nazdik.fleet.model import FrameFlag
from nazdik.platform.live.positions import HEADER, ROW
from tests.nats import nats_server
from tests.netns import DATABASE, rooms, why_not
from tests.nodes import Nodes, endure, other
from tests.postgres import postgres
from tests.server import HERE, PROVINCE, Seat, problem

NO_LINES = why_not()


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Nodes]:
    # A PostgreSQL of their own: it is restarted, and others share theirs.
    with ExitStack() as stack:
        cells = stack.enter_context(rooms(2)) if NO_LINES is None else []
        server = stack.enter_context(postgres(*([DATABASE] if cells else [])))
        nats = stack.enter_context(nats_server(DATABASE if cells else "127.0.0.1"))
        made = Nodes(tmp_path_factory.mktemp("nodes"), built_region(PROVINCE), server, cells, nats)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def test_a_standby_shows_what_the_writer_decides_and_takes_over(nodes: Nodes) -> None:
    writer, standby = nodes.servers
    assert (nodes.role(writer), nodes.role(standby)) == ("writer", "standby")
    desk, looker = (server.seat(f"dispatcher:{PROVINCE}") for server in (writer, standby))
    incident = desk.incident()
    until = time.monotonic() + 30
    while incident not in str(looker.get("/v1/incidents").json()):
        assert time.monotonic() < until, "it follows"
        time.sleep(0.05)
    key = desk.new_key()
    first = desk.done("/v1/incidents", {"kind": "noise", "point": HERE}, key=key)
    writer.kill()
    # How soon is measured by `python -m tests.nodes`, on a machine that does nothing else.
    assert other(nodes, writer) is standby
    again = looker.done("/v1/incidents", {"kind": "noise", "point": HERE}, key=key)
    assert again == {**first, "duplicate": True}, "what the dead node answered, the living one repeats"
    looker.incident()
    writer.start(nodes.region)
    assert nodes.role(writer) == "standby", "who comes back does not take it away again"


def test_faults_under_load_lose_nothing_and_double_nothing(nodes: Nodes) -> None:
    """NATS and PostgreSQL restart; the writer is cut off from it, or where the machine allows no cut, stopped in its tracks."""
    found = endure(nodes, ["nats", "postgres", "partition" if NO_LINES is None else "pause"], seed=3)
    assert found.wrong == []
    assert found.answered > 50
    if NO_LINES is not None:
        pytest.skip(f"everything but the cut line held: {NO_LINES}")


@contextmanager
def listening(address: str, seat: Seat) -> Iterator[ClientConnection]:
    """Open a stream for somebody, and begin it."""
    url = address.replace("http", "ws", 1) + "/v1/stream"
    with connect(url, additional_headers={"authorization": f"Bearer {seat.token}"}, max_size=None) as line:
        line.send(json.dumps({"t": "hello", "resume": {}}))
        yield line


def hears_of_a_unit_that_would_ring(line: ClientConnection, within_s: float = 10.0) -> bool:
    """Whether a stream tells of a unit that was just somewhere and whose handheld is well."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        frame = line.recv(timeout=within_s)
        if isinstance(frame, bytes):
            rows = np.frombuffer(frame[HEADER.size + HEADER.unpack_from(frame)[1] :], ROW)
            if ((rows["flags"] & FrameFlag.NO_HEALTHY_HANDHELD == 0) & (rows["age"] < 30)).any():
                return True
    return False


def test_any_node_serves_any_face(nodes: Nodes) -> None:
    for server in nodes.servers:
        nodes.revive(server)
    writer = nodes.writer()
    standby = next(server for server in nodes.servers if server is not writer)
    # Signed in at one node, good at the other at once; one key is one act, wherever it is sent.
    looker, key = Seat(standby.address, f"dispatcher:{PROVINCE}"), "one-key"
    opened = looker.done("/v1/incidents", {"kind": "noise", "point": HERE}, key=key)
    at_writer = Seat(writer.address, None)
    at_writer.http.headers["authorization"] = f"Bearer {looker.token}"
    again = at_writer.done("/v1/incidents", {"kind": "noise", "point": HERE}, key=key)
    assert again == {**opened, "duplicate": True}
    # What is refused is refused in the same words.
    for body, status in (({"kind": "no such kind", "point": HERE}, 422), ({"point": 1}, 422)):
        said = [seat.post("/v1/incidents", body).json() for seat in (looker, at_writer)]
        assert said[0]["code"] == said[1]["code"] and said[0]["status"] == status
    # A page, a position and a heartbeat come to where they are needed.
    page = httpx.post(f"{standby.address}/v1/sos", json={"words": "کمک"}, headers={"nazdik-page": token_urlsafe(16)})
    assert page.status_code == 202, page.text
    unit = f"{PROVINCE}.u.A03"
    officer = Seat(standby.address, f"officer:{unit}")
    with listening(standby.address, officer) as line:
        line.send(json.dumps({"t": "health", "sound": "ok", "battery": 0.5, "gps_age_s": 1, "app_version": "test"}))
        fix = {"lon": HERE[0], "lat": HERE[1], "at": datetime.now(UTC).isoformat()}
        told = officer.http.post("/v1/positions", json=[fix])
        assert told.status_code == 200 and told.json()["now"] == 1, told.text
        officer.done(f"/v1/units/{unit}/duty", {"on": True})
        for server in (writer, standby):
            desk = Seat(server.address, f"dispatcher:{PROVINCE}")
            with listening(server.address, desk) as board:
                assert hears_of_a_unit_that_would_ring(board), f"{server.address} knows of it"
    # A tracker that is let in at one node reports at the other at once, and is out at both within five seconds.
    name = f"tracker-{time.monotonic_ns()}"
    clerk = Seat(standby.address, f"administrator:{PROVINCE}")
    tracker = {"authorization": f"Bearer {clerk.done('/v1/devices', {'id': name, 'unit': unit})['token']}"}
    assert httpx.post(f"{writer.address}/v1/positions", json=[fix], headers=tracker).status_code == 200
    clerk.done(f"/v1/devices/{name}/revoke")
    until = time.monotonic() + 30
    while httpx.post(f"{writer.address}/v1/positions", json=[fix], headers=tracker).status_code != 403:
        assert time.monotonic() < until, "within five seconds"
        time.sleep(0.1)
    # A code that was made at one node is good at the other at once, and then at neither.
    code = clerk.done("/v1/device-codes", {"unit": unit})["code"]
    enrolled = [httpx.post(f"{a}/v1/device-enrolments", json={"code": code}) for a in (writer.address, standby.address)]
    assert [answer.status_code for answer in enrolled] == [201, 401], [answer.text for answer in enrolled]
    # Signed out at one node is signed out at both.
    assert at_writer.http.delete("/v1/session").status_code == 204
    until = time.monotonic() + 30
    while looker.get("/v1/session").status_code != 401:
        assert time.monotonic() < until, "within five seconds"
        time.sleep(0.1)
    problem(looker.post("/v1/incidents", {"kind": "noise", "point": HERE}), 401, "auth.not_signed_in")
    # Nobody is a node who has not the key.
    stranger = {"nazdik-node": f"node-a {int(time.time())} 0 127.0.0.1 http - {'0' * 64}"}
    problem(at_writer.post("/v1/incidents", {}, headers=stranger), 403, "node.unknown")
    problem(httpx.post(f"{writer.address}/v1/nodes/places", json={}), 404, "http.not_found")


def test_a_node_that_starts_before_postgresql_keeps_calls_and_begins_anew_once_it_is_there(nodes: Nodes) -> None:
    """As after a loss of power, when everything comes back at once and in any order."""
    nodes.stop()
    nodes.pg.stop(signal.SIGINT)
    node = nodes.servers[0]
    node.start(nodes.region, ready="/v1/health")
    assert httpx.get(f"{node.address}/v1/health").json()["mode"] == "journal_only"
    said = httpx.post(f"{node.address}/v1/sos", json={"words": "کمک"}, headers={"nazdik-page": token_urlsafe(16)})
    assert said.status_code == 202
    nodes.pg.start()
    assert node.process is not None
    node.process.wait(30)
    node.start(nodes.region)
    assert nodes.writer() is node
    desk, until = node.seat(f"call_taker:{PROVINCE}"), time.monotonic() + 20
    while "کمک" not in desk.get("/v1/calls").text:
        assert time.monotonic() < until, "the call is in the log"
        time.sleep(0.1)
