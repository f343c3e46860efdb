"""Two nodes over one PostgreSQL: one writes, the other follows, and takes over when it has to."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

import httpx
import pytest

from tests.nats import nats_server
from tests.netns import DATABASE, rooms, why_not
from tests.nodes import Nodes, endure, other
from tests.postgres import postgres
from tests.server import HERE, PROVINCE, problem

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


def test_a_standby_shows_what_the_writer_decides_refuses_to_decide_and_takes_over(nodes: Nodes) -> None:
    writer, standby = nodes.servers
    assert (nodes.role(writer), nodes.role(standby)) == ("writer", "standby")
    desk, looker = (server.seat(f"dispatcher:{PROVINCE}") for server in (writer, standby))
    incident = desk.incident()
    until = time.monotonic() + 10
    while incident not in str(looker.get("/v1/incidents").json()):
        assert time.monotonic() < until, "it follows"
        time.sleep(0.05)
    details = problem(looker.post("/v1/incidents", {"kind": "noise", "point": HERE}), 503, "log.elsewhere")
    assert details["address"] == writer.address

    # What nobody would read there is not acknowledged there.
    fix = {"lon": HERE[0], "lat": HERE[1], "at": datetime.now(UTC).isoformat()}
    officer = standby.seat(f"officer:{PROVINCE}.u.A03")
    problem(officer.http.post("/v1/positions", json=[fix]), 503, "log.elsewhere")
    page = httpx.post(f"{standby.address}/v1/sos", json={"words": "کمک"}, headers={"nazdik-page": token_urlsafe(16)})
    problem(page, 503, "log.elsewhere")

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
