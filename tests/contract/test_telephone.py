"""An exchange that forks its calls to a real server by SIP: what rings, who sees it, and that nothing is lost or answered."""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from websockets.sync.client import ClientConnection

from tests.contract.test_stream_api import hello, opened
from tests.server import PROVINCE, Server, free_port, served
from tests.unit.intake.test_sip import CIRCLE, PIDF, sip

_calls = itertools.count(1)


class Line:
    """One trunk of an exchange over UDP or TCP."""

    def __init__(self, transport: str, port: int) -> None:
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.settimeout(5)
        self._socket.connect(("127.0.0.1", port))
        self._come = b""

    def send(self, data: bytes) -> None:
        self._socket.sendall(data.replace(b"branch=", b"rport;branch=", 1))

    def status(self) -> int:
        """Return the status of the next answer."""
        while b"\r\n\r\n" not in self._come:
            more = self._socket.recv(65_535)
            assert more, "the line was closed without an answer"
            self._come += more
        head, _, self._come = self._come.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1])


@pytest.fixture(scope="module")
def exchange(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]
) -> Iterator[tuple[Server, dict[str, int]]]:
    """A server with its telephone ports open."""
    ports = {"udp": free_port(), "tcp": free_port()}
    settings = {f"NAZDIK_SIP_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    folder = tmp_path_factory.mktemp("telephone")
    with served(folder, built_region(PROVINCE), settings=settings) as server:
        yield server, ports
    assert "Traceback" not in server.said(), server.said()[-6000:]


def new_call() -> str:
    return f"call{next(_calls)}"


def of_number(server: Server, number: str, **wanted: Any) -> dict[str, Any]:
    """Return the newest call of a number, as a call-taker sees it, once it is as wanted."""
    deadline = time.monotonic() + 5
    newest: dict[str, Any] = {}
    while time.monotonic() < deadline:
        calls = server.seat(f"call_taker:{PROVINCE}").get("/v1/calls").json()["calls"]
        newest = max((c for c in calls if c["number"] == number), key=lambda c: c["presented_at"], default={})
        if newest and all(newest[key] == value for key, value in wanted.items()):
            return newest
        time.sleep(0.05)
    raise AssertionError(f"no call of {number} is {wanted}, but {newest}")


def ring_of(line: ClientConnection, number: str) -> float:
    """Wait until a call of a number is on the stream; return when."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        data = line.recv(timeout=5)
        if isinstance(data, str) and number in data:
            return time.monotonic()
    raise AssertionError("it never rang here")


def caller(number: int) -> tuple[str, Callable[[str], bytes]]:
    """A number of one's own and a way to write messages of its call."""
    call, digits = new_call(), f"+98916{number:07d}"
    return digits, lambda method: sip(method, call=call).replace(b"+989161112233", digits.encode())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_rings_on_every_console_and_is_never_answered(
    exchange: tuple[Server, dict[str, int]], transport: str
) -> None:
    server, ports = exchange
    number, message = caller(1 if transport == "udp" else 2)
    trunk = Line(transport, ports[transport])
    taker = server.seat(f"call_taker:{PROVINCE}")
    with opened(server, taker) as console:
        hello(console)
        trunk.send(message("INVITE"))
        assert trunk.status() == 100
        assert trunk.status() == 180
        ring_of(console, number)
    call = of_number(server, number)
    assert (call["state"], call["channel"], call["called"]) == ("ringing", "telephone", "urn:service:sos")
    taker.done(f"/v1/calls/{call['id']}/answer")
    trunk.send(message("CANCEL").replace(b"Content-Length", b"Reason: SIP;cause=200\r\nContent-Length"))
    assert (trunk.status(), trunk.status()) == (200, 487)
    call = of_number(server, number, ringing_ended="elsewhere")
    assert (call["state"], call["call_back"]) == ("answered", None)


def test_who_gives_up_is_called_back(exchange: tuple[Server, dict[str, int]]) -> None:
    server, ports = exchange
    number, message = caller(3)
    trunk = Line("udp", ports["udp"])
    trunk.send(message("INVITE"))
    assert (trunk.status(), trunk.status()) == (100, 180)
    trunk.send(message("CANCEL"))
    assert (trunk.status(), trunk.status()) == (200, 487)
    call = of_number(server, number, state="abandoned")
    assert call["call_back"] == "due"
    taker = server.seat(f"call_taker:{PROVINCE}")
    taker.done(f"/v1/calls/{call['id']}/call-back", {"result": "no_answer"})
    taker.done(f"/v1/calls/{call['id']}/call-back", {"result": "reached", "note": "سالم است"})
    call = of_number(server, number)
    assert (call["state"], call["call_back"], call["call_back_tries"]) == ("answered", "done", 2)
    assert call["call_back_by"] is None
    refused = taker.post(f"/v1/calls/{call['id']}/call-back", {"result": "reached"})
    assert (refused.status_code, refused.json()["code"]) == (409, "intake.no_call_back_due")


def test_the_place_that_came_with_the_call_is_proposed(exchange: tuple[Server, dict[str, int]]) -> None:
    server, ports = exchange
    body = PIDF.format(shape=CIRCLE)
    raw = sip(call=new_call(), more="Geolocation: <cid:x>\r\nContent-Type: application/pidf+xml\r\n", body=body)
    trunk = Line("tcp", ports["tcp"])
    trunk.send(raw.replace(b"+989161112233", b"+989160000004"))
    assert (trunk.status(), trunk.status()) == (100, 180)
    call = of_number(server, "+989160000004")
    while not call["locations"]:
        call = of_number(server, "+989160000004")
    where = call["locations"][0]
    assert (where["source"], where["point"], where["accuracy_m"], where["confidence"]) == (
        "signalling", [48.6706, 31.3183], 25.0, 0.68,
    )  # fmt: skip
    assert where["proposed"]


MALFORMED = [
    b"INVITE sip:110@x SIP/9.9\r\nFrom: <sip:+98916%07d@x>\r\n\r\n",
    b"INVITE\r\nf: <tel:+98916%07d>\r\n",
    b"INVITE \x00\xff SIP/2.0\r\nFrom: sip:+98916%07d@x;tag=1\r\n\r\n",
    b"invite sip:110@x SIP/2.0\r\nFrom: <sip:+98916%07d@x>\r\n\r\n",
    b"INVITE sip:110@x SIP/2.0\r\nVia: nonsense\r\nFrom: <sip:+98916%07d@x>\r\nCSeq: x\r\nContent-Length: 99999\r\n\r\nx",
    b"INVITE sip:110@x SIP/2.0\nFrom: <sip:+98916%07d@x>\nContent-Type: multipart/mixed; boundary=\n\n--\n--\n--",
    b"INVITE sip:110@x SIP/2.0\r\nFrom: <sip:+98916%07d@x>\r\nGeolocation: <cid:>, <cid:a@@>, x\r\n"
    b"Content-Type: application/pidf+xml\r\n\r\n<presence><dm:device>",
]


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_a_malformed_call_is_still_a_call(exchange: tuple[Server, dict[str, int]], number: int) -> None:
    server, ports = exchange
    digits = 100 + number
    Line("udp", ports["udp"]).send(MALFORMED[number] % digits)
    assert of_number(server, f"+98916{digits:07d}")["state"] == "ringing"


def test_a_test_call_is_marked_and_cannot_become_an_incident(exchange: tuple[Server, dict[str, int]]) -> None:
    server, ports = exchange
    raw = sip(call=new_call(), uri="urn:service:test.sos").replace(b"+989161112233", b"+989160000009")
    trunk = Line("udp", ports["udp"])
    trunk.send(raw)
    assert (trunk.status(), trunk.status()) == (100, 180)
    call = of_number(server, "+989160000009")
    assert call["is_test"]
    taker = server.seat(f"call_taker:{PROVINCE}")
    taker.done(f"/v1/calls/{call['id']}/answer")
    refused = taker.post(f"/v1/calls/{call['id']}/classification", {"kind": "noise", "point": [51.4089, 35.7156]})
    assert (refused.status_code, refused.json()["code"]) == (409, "intake.call_is_test")


def test_what_a_number_called_about_before_is_known_to_those_who_may_see_calls(
    exchange: tuple[Server, dict[str, int]],
) -> None:
    server, ports = exchange
    number, message = caller(12)
    trunk = Line("udp", ports["udp"])
    trunk.send(message("INVITE"))
    trunk.send(message("CANCEL"))
    first = of_number(server, number, state="abandoned")
    assert first["call_back_by"] > first["ended_at"]
    trunk.send(sip(call=new_call()).replace(b"+989161112233", number.encode()))
    second = of_number(server, number, state="ringing")
    taker = server.seat(f"call_taker:{PROVINCE}")
    history = taker.get(f"/v1/calls/{second['id']}/history").json()
    assert (history["total"], history["calls"][0]["id"]) == (1, first["id"])
    assert history["calls"][0]["outcome"] == "abandoned"
    desk = server.seat(f"province_desk:{PROVINCE}").get(f"/v1/calls/{second['id']}/history")
    assert (desk.status_code, desk.json()["code"]) == (403, "organisation.role_may_not")
    assert taker.get(f"/v1/calls/{PROVINCE}.cnone/history").json()["code"] == "intake.call_not_found"
    audit = server.data / "audit.sqlite"
    connection = apsw.Connection(str(audit), flags=apsw.SQLITE_OPEN_READONLY)
    looks = connection.execute("SELECT body FROM entries WHERE subject = ?", (second["id"],)).fetchall()
    assert any(b"call_history" in body for (body,) in looks)
