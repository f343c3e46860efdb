"""Webhooks of a real server to a real receiver: agreed, signed, repeated until taken, and nothing lost by a crash."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nazdik.cli import app
from nazdik.interchange.eido_check import faults_of
from nazdik.interchange.webhooks import verifies
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.sqlite import connect
from tests.receiver import DOMAIN, Receiver
from tests.server import PROVINCE, Seat, Server, free_port, served


@pytest.fixture(scope="module")
def hooked(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]
) -> Iterator[tuple[Server, Receiver, dict[str, str]]]:
    """A server that may send to one receiver on this machine."""
    port = free_port()
    settings = {"NAZDIK_WEBHOOK_HOSTS": f"127.0.0.1:{port}", "NAZDIK_DOMAIN": DOMAIN}
    settings["NAZDIK_HAND_OVER_SERVICES"] = "p-ambulance,p-fire"
    receiver = Receiver(port)
    with served(tmp_path_factory.mktemp("hooks"), built_region(PROVINCE), settings=settings) as server:
        yield server, receiver, settings | {"url": f"http://127.0.0.1:{port}/"}
        assert "Traceback" not in server.said(), server.said()[-6000:]
    receiver.close()


def nazdik(server: Server, settings: dict[str, str], *words: str) -> Result:
    given = {name: value for name, value in settings.items() if name.startswith("NAZDIK_")}
    return CliRunner().invoke(app, [*words, "--data", str(server.data)], env=given)


def hook(hooked: tuple[Server, Receiver, dict[str, str]], name: str, *grants: str) -> str:
    """Make a webhook with a partner of its own, wait until the server knows it, and return its secret."""
    server, _, settings = hooked
    words = [word for grant in ("webhook", *grants) for word in ("--grant", grant)]
    assert nazdik(server, settings, "partner", "add", f"p-{name}", "--office", PROVINCE, *words).exit_code == 0
    said = nazdik(server, settings, "webhook", "add", name, "--partner", f"p-{name}", "--url", settings["url"] + name)
    assert said.exit_code == 0, said.output
    deadline = time.monotonic() + 20
    db = connect(server.data / "webhooks.sqlite", query_only=True)
    while not db.execute("SELECT 1 FROM reached WHERE endpoint = ?", (name,)).fetchall():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    db.close(True)
    return said.stdout.strip().splitlines()[-1]


def ended(hooked: tuple[Server, Receiver, dict[str, str]], name: str) -> None:
    assert nazdik(hooked[0], hooked[2], "webhook", "end", name).exit_code == 0


def at_desk(server: Server) -> Seat:
    return server.seat(f"dispatcher:{PROVINCE}")


def test_what_happens_comes_signed_and_without_anything_personal(
    hooked: tuple[Server, Receiver, dict[str, str]],
) -> None:
    server, receiver, _ = hooked
    secret = hook(hooked, "plain")
    incident = at_desk(server).incident(place="Valiasr 12", narrative="two men shout")
    at_desk(server).done(f"/v1/incidents/{incident}/cancel", {"reason": "duplicate"})
    came = receiver.of("plain", incident, 2)
    assert [json.loads(body)["type"] for _, body in came] == [
        "nazdik.incident.opened.v1",
        "nazdik.incident.cancelled.v1",
    ]
    for headers, body in came:
        assert headers["content-type"].startswith("application/cloudevents+json")
        at_s = int(headers["webhook-timestamp"])
        assert abs(at_s - time.time()) < 60
        assert verifies(headers["webhook-signature"], headers["webhook-id"], at_s, body, secret)
        assert b"Valiasr" not in body and b"shout" not in body and b"51.4" not in body
    db = connect(server.data / "audit.sqlite", query_only=True)
    rows = map(entry_of, db.execute(f"SELECT {COLUMNS} FROM entries").fetchall())
    assert [e for e in rows if (e.actor, e.subject) == ("partner:p-plain", incident)]
    db.close(True)
    ended(hooked, "plain")


def test_what_was_not_taken_comes_again_with_the_same_id_and_a_redirect_is_not_followed(
    hooked: tuple[Server, Receiver, dict[str, str]],
) -> None:
    server, receiver, _ = hooked
    hook(hooked, "again", "personal")
    receiver.answers = [302]
    incident = at_desk(server).incident(place="Valiasr 12")
    (first, body), (second, again) = receiver.of("again", incident, 2)
    event = json.loads(body)
    assert body == again
    assert receiver.led_to == []
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) >= 4
    assert event["data"]["place"] == "Valiasr 12" and event["data"]["point"]
    ended(hooked, "again")


def test_a_crash_loses_nothing_that_was_recorded(
    hooked: tuple[Server, Receiver, dict[str, str]], built_region: Callable[[str], Path]
) -> None:
    server, receiver, _ = hooked
    hook(hooked, "crash")
    receiver.answers = [503]
    incident = at_desk(server).incident()
    receiver.of("crash", incident, 1)
    late = at_desk(server).incident("fight")
    server.kill()
    receiver.answers = []
    server.start(built_region(PROVINCE))
    first, again = receiver.of("crash", incident, 2)
    assert first[0]["webhook-id"] == again[0]["webhook-id"]
    assert receiver.of("crash", late, 1)
    ended(hooked, "crash")


def test_gone_ends_it_and_what_waits_is_a_dead_letter_that_can_be_tried_again(
    hooked: tuple[Server, Receiver, dict[str, str]],
) -> None:
    server, receiver, settings = hooked
    hook(hooked, "gone")
    receiver.answers = [410]
    incident = at_desk(server).incident()
    receiver.of("gone", incident, 1)
    deadline = time.monotonic() + 20
    while "410 Gone" not in (listed := nazdik(server, settings, "webhook", "list").output):
        assert time.monotonic() < deadline, listed
        time.sleep(0.1)
    assert incident in nazdik(server, settings, "webhook", "dead").output


def test_a_receiver_that_does_not_agree_and_a_host_that_is_not_named_are_refused(
    hooked: tuple[Server, Receiver, dict[str, str]],
) -> None:
    server, receiver, settings = hooked
    nazdik(server, settings, "partner", "add", "wary", "--office", PROVINCE, "--grant", "webhook")
    receiver.allows = "somebody.else"
    words = ("webhook", "add", "w", "--partner", "wary", "--url")
    said = nazdik(server, settings, *words, settings["url"])
    receiver.allows = DOMAIN
    assert "interchange.handshake_refused" in said.output
    said = nazdik(server, settings, *words, "http://169.254.169.254/")
    assert "interchange.url_not_allowed" in said.output
    said = nazdik(server, settings, *words, settings["url"], "--type", "nazdik.unknown.v1")
    assert "interchange.event_type_unknown" in said.output
    nazdik(server, settings, "partner", "add", "reader", "--office", PROVINCE, "--grant", "eido.read")
    said = nazdik(server, settings, "webhook", "add", "r", "--partner", "reader", "--url", settings["url"])
    assert "interchange.grant_missing" in said.output


def test_during_a_change_of_secrets_both_hold(hooked: tuple[Server, Receiver, dict[str, str]]) -> None:
    server, receiver, settings = hooked
    old = hook(hooked, "turning")
    new = nazdik(server, settings, "webhook", "rotate", "turning").stdout.strip()
    assert new != old
    incident = at_desk(server).incident()
    headers, body = receiver.of("turning", incident, 1)[0]
    for secret in (old, new):
        at_s = int(headers["webhook-timestamp"])
        assert verifies(headers["webhook-signature"], headers["webhook-id"], at_s, body, secret)
    ended(hooked, "turning")


def test_a_service_that_is_given_a_call_gets_it_as_an_eido_and_nobody_else_does(
    hooked: tuple[Server, Receiver, dict[str, str]],
) -> None:
    server, receiver, _ = hooked
    for name, grants in (("ambulance", ("personal",)), ("fire", ("personal",))):
        hook(hooked, name, *grants)
    taker = server.seat(f"call_taker:{PROVINCE}")
    call = taker.done("/v1/calls", {"number": "+15555550143", "point": [51.4089, 35.7156]})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    answers = [{"question": "weapon", "option": "blade"}]
    taker.done(f"/v1/calls/{call}/draft", {"narrative": "he fell from a ladder", "kind": "fight", "answers": answers})
    taker.done(f"/v1/calls/{call}/transfer", {"target": "p-ambulance", "note": "breathing"})
    ((_, body),) = receiver.of("ambulance", f"call/{call}", 1)
    event = json.loads(body)
    assert (event["type"], event["datacontenttype"].partition(";")[0]) == (
        "nazdik.call.handed_over.v1",
        "application/emergency.eido+json",
    )
    eido = event["data"]
    assert faults_of(eido) == ()
    assert eido["callbackComponent"][0]["callBackInformationUri"] == ["tel:+15555550143"]
    said = {note["notesActionComments"] for note in eido["notesComponent"]}
    assert said == {"he fell from a ladder", "breathing", "سلاح دارند؟ / Any weapon?: سرد / Blade"}
    again = taker.done("/v1/calls", {"number": "+15555550144"})["call_id"]
    taker.done(f"/v1/calls/{again}/transfer", {"target": "p-fire"})
    receiver.of("fire", f"call/{again}", 1)
    assert [path for path, _, body in receiver.came if call.encode() in body] == ["ambulance"]
    for name in ("ambulance", "fire"):
        ended(hooked, name)
