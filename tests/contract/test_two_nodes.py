"""Two real nodes over one PostgreSQL: what began at one goes on at the other, and what one took in outlives it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.identity.parts import Identity
from nazdik.cli import app
from nazdik.kernel import OfficeId, PersonId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.store import People
from nazdik.platform.clock import SystemClock
from tests.authenticator import Authenticator
from tests.contract.test_field_api import on_scene, picture
from tests.contract.test_stream_api import closed_with, hello, opened
from tests.nodes import Nodes, other
from tests.postgres import Postgres
from tests.receiver import DOMAIN, Receiver
from tests.server import PROVINCE, Seat, Server, free_port, problem

# As a browser says it that reaches both nodes by one name.
PAGE = {"host": "localhost:8110", "origin": "http://localhost:8110"}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    made = Receiver(free_port())
    yield made
    made.close()


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory,
    built_region: Callable[[str], Path],
    postgres_server: Postgres,
    receiver: Receiver,
) -> Iterator[Nodes]:
    hosts = f"127.0.0.1:{receiver.port}"
    made = Nodes(tmp_path_factory.mktemp("two"), built_region(PROVINCE), postgres_server.fresh())
    made.settings = {"NAZDIK_WEBHOOK_HOSTS": hosts, "NAZDIK_DOMAIN": DOMAIN}
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def writer(nodes: Nodes) -> Server:
    return nodes.writer()


@pytest.fixture
def follower(nodes: Nodes, writer: Server) -> Server:
    return next(server for server in nodes.servers if server is not writer)


def at_last(found: Callable[[], Any], within_s: float = 30.0) -> Any:
    """Return what is found, as soon as something is."""
    until = time.monotonic() + within_s
    while not (it := found()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return it


def test_a_ticket_of_one_node_opens_one_stream_at_the_other(writer: Server, follower: Server) -> None:
    for here, there in ((writer, follower), (follower, writer)):
        desk = Seat(here.address, f"dispatcher:{PROVINCE}")
        query = f"?ticket={desk.http.post('/v1/stream-tickets').json()['ticket']}"
        with opened(there, None, query=query) as line:
            assert hello(line)["role"] == "dispatcher"
        for again in (here, there):
            with opened(again, None, query=query) as line:
                assert closed_with(line) == 4401


class NoPasswords:
    """Of somebody who has a key and no password."""

    def set_password(self, person: str, password: str) -> None:
        pass

    def check_password(self, person: str, password: str) -> bool:
        return False


def test_a_key_that_was_asked_at_one_node_answers_at_the_other_once(writer: Server, follower: Server) -> None:
    clock, person = SystemClock(), PersonId("desk-with-a-key")
    posting = Posting(person, Role.DISPATCHER, OfficeId(PROVINCE))
    # Given to both nodes as `nazdik person add` does; what they sign in with is told by one.
    for server in (writer, follower):
        people = People(server.data / "people.sqlite", passwords=NoPasswords(), clock=clock)
        people.add(person, person, "", posting)
        people.close()
    identity, key = Identity.open(writer.data, clock), Authenticator("localhost", PAGE["origin"])
    given = key.create(identity.passkeys.ask_to_add(person, person, "localhost"))
    identity.passkeys.add(person, given, host="localhost", origin=PAGE["origin"], label="token")
    identity.close()

    def asked(server: Server) -> dict[str, Any]:
        said = httpx.post(f"{server.address}/v1/passkeys/options", headers=PAGE)
        assert said.status_code == 200, said.text
        return {"passkey": key.get(said.json()["options"])}

    for here, there in ((writer, follower), (follower, writer)):
        answer = asked(here)
        came = httpx.post(f"{there.address}/v1/sessions", json=answer, headers=PAGE)
        assert came.status_code == 201 and came.json()["person"] == person, came.text
        for again in (here, there):
            problem(httpx.post(f"{again.address}/v1/sessions", json=answer, headers=PAGE), 401, "auth.key_refused")


def nazdik(server: Server, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--data", str(server.data)], env=server.settings)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_pictures_and_webhooks_survive_the_node_that_had_them(
    nodes: Nodes, writer: Server, follower: Server, receiver: Receiver
) -> None:
    # A partner is added at one node and its webhook at the other, which knows the partner a moment later.
    said = nazdik(writer, "partner", "add", "p-two", "--office", PROVINCE, "--grant", "webhook", "--grant", "features")
    token = said.strip().splitlines()[-1]
    bearer = {"authorization": f"Bearer {token}"}
    layers = "/ogc/collections/stations/items"
    at_last(lambda: httpx.get(follower.address + layers, headers=bearer).status_code == 200)
    url = f"http://127.0.0.1:{receiver.port}/two"
    nazdik(follower, "webhook", "add", "two", "--partner", "p-two", "--url", url)
    desk = Seat(follower.address, f"dispatcher:{PROVINCE}")
    # An endpoint is told of what happens from when it is known.
    first = at_last(lambda: [one for one in (desk.incident(),) if _comes(receiver, one)])[0]
    # Taken in by the node that follows; seen at both at once.
    crew = Seat(follower.address, f"officer:{PROVINCE}.u.A11")
    incident, _ = on_scene(crew, f"{PROVINCE}.u.A11")
    crew.done(f"/v1/incidents/{incident}/photos", {"image": picture()})
    at_writer = Seat(writer.address, f"dispatcher:{PROVINCE}")
    (photo,) = at_writer.get(f"/v1/incidents/{incident}/detail").json()["photos"]
    path = f"/v1/incidents/{incident}/photos/{photo['id']}"
    body = at_writer.get(path).content
    at_last(lambda: desk.get(f"/v1/incidents/{incident}/detail").json()["photos"])
    assert desk.get(path).content == body and len(body) > 1000
    # The node that wrote is lost with its disk.
    writer.kill()
    shutil.rmtree(writer.data / "photos")
    for file in (follower.data / "photos").glob("??/*"):
        file.unlink()
    assert other(nodes, writer) is follower
    assert desk.get(path).content == body, "also when it has no copy yet"
    second = desk.incident()
    for one in (first, second):
        receiver.of("two", one, 1)
    ids = [headers["webhook-id"] for path, headers, _ in receiver.came if path == "two"]
    assert len(ids) == len(set(ids)), "nothing was under way when it was lost, so nothing comes twice"
    nazdik(follower, "partner", "revoke", "p-two")
    assert httpx.get(follower.address + layers, headers=bearer).status_code in (401, 403)
    nodes.revive(writer)
    at_last(lambda: httpx.get(writer.address + layers, headers=bearer).status_code in (401, 403))


def _comes(receiver: Receiver, incident: str) -> bool:
    until = time.monotonic() + 1
    while time.monotonic() < until:
        if any(incident.encode() in body for _, _, body in receiver.came):
            return True
        time.sleep(0.05)
    return False
