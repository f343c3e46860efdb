"""What is too much: bombs in XML, bodies without end, fields and parts by the thousand, lines that say nothing. A real server."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.trackers import read_trackers
from nazdik.kernel import UnitId
from tests.contract.test_telephone import Line, new_call, of_number
from tests.server import PROVINCE, Server, free_port, served
from tests.unit.intake.test_sip import CIRCLE, PIDF, sip

CAR = UnitId(f"{PROVINCE}.u.A01")
TEN_MB = 10_000_000
Made = tuple[Server, dict[str, int], str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Made]:
    """A server with its telephone ports, and a tracker's token."""
    ports = {"udp": free_port(), "tcp": free_port()}
    settings = {f"NAZDIK_SIP_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    with served(tmp_path_factory.mktemp("limits"), built_region(PROVINCE), settings=settings) as server:
        yield server, ports, read_trackers(server.data)[CAR]
    assert "Traceback" not in server.said(), server.said()[-6000:]


def bombs() -> Iterator[tuple[str, str]]:
    """Yield presence documents that unfold into gigabytes, read files, or are nothing but depth, by name."""
    whole = PIDF.format(shape=CIRCLE)
    head, _, rest = whole.partition("\n")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    used = rest.replace("25</gs:radius>", "&l11;</gs:radius>")
    yield "a billion laughs", f'{head}<!DOCTYPE presence [<!ENTITY l0 "ha">{laughs}]>{used}'
    long = f'<!DOCTYPE presence [<!ENTITY a "{"a" * 20_000}">]>'
    yield "one long entity a thousand times", head + long + rest.replace("25</gs", "&a;" * 1_000 + "</gs")
    file = '<!DOCTYPE presence [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    yield "a file of ours", head + file + rest.replace("Wireless", "&f;")
    yield "a DTD from elsewhere", f'{head}<!DOCTYPE presence SYSTEM "http://192.0.2.1/x.dtd">{rest}'
    yield "depth", "<presence>" * 2_500 + "</presence>" * 2_500
    yield "breadth", "<presence>" + "<tuple/>" * 7_000 + "</presence>"
    yield "attributes", "<presence " + " ".join(f'a{n}="1"' for n in range(6_000)) + "/>"


@pytest.mark.parametrize(("number", "name", "body"), [(n, *bomb) for n, bomb in enumerate(bombs())])
def test_a_bomb_in_a_place_is_not_opened_and_the_call_rings(made: Made, number: int, name: str, body: str) -> None:
    server, ports, _ = made
    more = "Content-Type: application/pidf+xml\r\nGeolocation: <cid:x>\r\n"
    digits = f"+98916{2_000 + number:07d}"
    trunk = Line("tcp", ports["tcp"])
    trunk.send(sip(call=new_call(), more=more, body=body).replace(b"+989161112233", digits.encode()))
    assert (trunk.status(), trunk.status()) == (100, 180)
    call = of_number(server, digits)
    assert (call["state"], call["locations"]) == ("ringing", []), name


def multiparts() -> Iterator[tuple[str, str, str]]:
    """Yield content types and bodies with parts by the thousand or in one another, by name."""
    yield "thousands of parts", "multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n" * 5_000
    nest, inner = "", ""
    for depth in range(200):
        nest += f"--b{depth}\r\nContent-Type: multipart/mixed; boundary=b{depth + 1}\r\n\r\n"
        inner = f"\r\n--b{depth}--{inner}"
    yield "parts in parts in parts", "multipart/mixed; boundary=b0", nest + inner
    yield "nothing but marks", "multipart/mixed; boundary=-", "-" * 60_000
    yield (
        "one boundary for all",
        "multipart/mixed; boundary=b",
        "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 900,
    )


@pytest.mark.parametrize(("number", "name", "kind", "body"), [(n, *bomb) for n, bomb in enumerate(multiparts())])
def test_a_multipart_bomb_is_let_be_and_the_call_rings(
    made: Made, number: int, name: str, kind: str, body: str
) -> None:
    server, ports, _ = made
    digits = f"+98916{3_000 + number:07d}"
    trunk = Line("tcp", ports["tcp"])
    message = sip(call=new_call(), more=f"Content-Type: {kind}\r\n", body=body)
    assert len(message) < 65_000, name
    trunk.send(message.replace(b"+989161112233", digits.encode()))
    assert (trunk.status(), trunk.status()) == (100, 180)
    assert of_number(server, digits)["state"] == "ringing"


def test_a_message_without_end_closes_its_line_and_still_rings(made: Made) -> None:
    server, ports, _ = made
    head = sip(call=new_call(), more="X: " + "x" * 1_000 + "\r\n").replace(b"+989161112233", b"+989160004001")
    endless = head.partition(b"\r\n\r\n")[0] + b"\r\nY: "
    with socket.create_connection(("127.0.0.1", ports["tcp"])) as line:
        line.settimeout(10)
        with pytest.raises(OSError):
            line.sendall(endless)
            for _ in range(TEN_MB // 65_536):
                line.sendall(b"y" * 65_536)
            while line.recv(1_000):
                pass
            raise ConnectionError("closed")
    assert of_number(server, "+989160004001")["state"] == "ringing"


def test_a_length_that_no_message_has_is_not_waited_for(made: Made) -> None:
    server, ports, _ = made
    raw = sip(call=new_call()).replace(b"Content-Length: 0", b"Content-Length: 999999999")
    Line("tcp", ports["tcp"]).send(raw.replace(b"+989161112233", b"+989160004002"))
    assert of_number(server, "+989160004002")["state"] == "ringing"


DOORS = (
    "/v1/positions",
    "/v1/tracker/osmand",
    "/v1/tracker/owntracks",
    "/v1/calls",
    "/EIDO",
    "/v1/sos",
    "/v1/sessions",
)
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml")


@pytest.mark.parametrize("path", DOORS)
def test_no_door_takes_ten_megabytes_or_a_bomb(made: Made, path: str) -> None:
    server, _, token = made
    bodies = (
        b"[" * TEN_MB,
        b"a=1&" * 15_000,
        b'{"a":' * 12_000,
        b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" * 1_300,
    )
    known = {"authorization": f"Bearer {token}", "idempotency-key": "limits"}
    for kind in KINDS:
        for body in bodies:
            # A line of its own each: who is refused before the body was read is hung up on.
            answer = httpx.post(
                server.address + path, content=body, headers={**known, "content-type": kind}, timeout=30
            )
            assert 400 <= answer.status_code < 500, (kind, body[:20], answer.text[:300])
            assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_trackers_report_has_few_fields(made: Made) -> None:
    server, _, token = made
    good = f"id={token}&lat=35.7156&lon=51.4089&timestamp=1795223702"
    with httpx.Client(base_url=server.address, timeout=30) as http:
        assert http.get(f"/v1/tracker/osmand?{good}").status_code == 200
        refused = http.get(f"/v1/tracker/osmand?{good}&{'a=1&' * 300}")
        assert (refused.status_code, refused.json()["code"]) == (422, "position.bad_body")


def test_lines_that_are_begun_and_left_hinder_nobody(made: Made) -> None:
    """Heads and bodies that never end; the server closes heads after 30 s and refuses bodies after 20 s of silence."""
    server, _, token = made
    begun: list[Any] = []
    head = "GET / HTTP/1.1\r\nHost: x\r\n"
    body = f"POST /v1/positions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 900\r\n\r\n["
    for _ in range(100):
        for start in (head, body):
            line = socket.create_connection(("127.0.0.1", server.port))
            line.sendall(start.encode())
            begun.append(line)
    taker = server.seat(f"call_taker:{PROVINCE}")
    presented = taker.done("/v1/calls", {"channel": "telephone", "number": "+989160004003"})
    assert json.dumps(presented)
    assert of_number(server, "+989160004003")["state"] == "ringing"
    for line in begun:
        line.close()
