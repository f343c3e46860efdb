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
from tests.unit.intake.test_sip import CIRCLE, PIDF, SHAPES, sip

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

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

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
    deadline = time.monotonic() + 30
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
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        data = line.recv(timeout=30)
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


def test_no_caller_is_taken_for_another_when_the_exchange_uses_a_name_again(
    exchange: tuple[Server, dict[str, int]], built_region: Callable[[str], Path]
) -> None:
    server, ports = exchange
    name = new_call()

    def of(number: int, method: str = "INVITE", **more: Any) -> bytes:
        return sip(method, call=name, **more).replace(b"+989161112233", b"+98916%07d" % number)

    trunk = Line("udp", ports["udp"])
    # Two at once under one name, then a third after the first has given up, who gives up as well and tries again.
    for number, more in ((31, {}), (32, {"tag": "72", "branch": "z9hG4bKb"})):
        trunk.send(of(number, **more))
        assert (trunk.status(), trunk.status()) == (100, 180)
    trunk.send(of(31, "CANCEL"))
    assert (trunk.status(), trunk.status()) == (200, 487)
    trunk.send(of(31, "ACK"))
    trunk.send(of(33, cseq=2, branch="z9hG4bKc"))
    assert (trunk.status(), trunk.status()) == (100, 180)
    trunk.send(of(33, "CANCEL", cseq=2, branch="z9hG4bKc"))
    assert (trunk.status(), trunk.status()) == (200, 487)
    trunk.send(of(33, "ACK", cseq=2, branch="z9hG4bKc"))
    gave_up = of_number(server, "+989160000033", state="abandoned")
    trunk.send(of(33, cseq=3, branch="z9hG4bKd"))
    assert (trunk.status(), trunk.status()) == (100, 180)
    again = of_number(server, "+989160000033", state="ringing")
    assert again["id"] != gave_up["id"], "who rings again rings, and is not the call that was given up"
    assert of_number(server, "+989160000031")["state"] == "abandoned"
    assert of_number(server, "+989160000032")["state"] == "ringing"
    # The journal knows them apart as well: what is read again after a crash changes nothing, nor does a repeated INVITE.
    server.kill()
    server.start(built_region(PROVINCE))
    trunk = Line("udp", ports["udp"])
    trunk.send(of(33, cseq=3, branch="z9hG4bKd"))
    assert (trunk.status(), trunk.status()) == (100, 180)
    # Of a call that rang before, the end is heard although its dialogue is not known any more.
    answered = of(32, "CANCEL", tag="72", branch="z9hG4bKb", more="Reason: SIP;cause=200\r\n")
    trunk.send(answered)
    assert trunk.status() == 481
    assert of_number(server, "+989160000032", ringing_ended="elsewhere")["call_back"] is None
    calls = server.seat(f"call_taker:{PROVINCE}").get("/v1/calls", params={"limit": 500}).json()["calls"]
    ours = sorted(call["number"][-2:] for call in calls if call["number"] in {f"+98916{n:07d}" for n in (31, 32, 33)})
    assert ours == ["31", "32", "33", "33"]


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


START = b"INVITE sip:110@x SIP/2.0\r\n"
FROM = b"From: <sip:+98916%07d@x>;tag=1\r\n"
WHOLE = (
    START
    + b"Via: SIP/2.0/UDP h;rport;branch=z9hG4bK%07d\r\n"
    + FROM
    + b"To: <sip:110@x>\r\nCall-ID: m%07d\r\nCSeq: 1 INVITE\r\n"
)
NESTED = (
    b"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\nContent-Type: application/pidf+xml\r\n\r\n"
    b"<presence><device>\r\n--i--\r\n--o\r\n\r\n\xff\x00\r\n--o--"
)
# What exchanges, their scenarios and the road between have made of a call; `%07d` is the caller's number.
MALFORMED = {
    "another version": b"INVITE sip:110@x SIP/9.9\r\nFrom: <sip:+98916%07d@x>\r\n\r\n",
    "no version": b"INVITE\r\nf: <tel:+98916%07d>\r\n",
    "bytes for an address": b"INVITE \x00\xff SIP/2.0\r\nFrom: sip:+98916%07d@x;tag=1\r\n\r\n",
    "small letters": b"invite sip:110@x SIP/2.0\r\nFrom: <sip:+98916%07d@x>\r\n\r\n",
    "a method that hardly differs": b"INVITEE sip:110@x SIP/2.0\r\nFrom: <sip:+98916%07d@x>\r\n\r\n",
    "an address without end": b"INVITE sip:" + b"1" * 3_000 + b"@x SIP/2.0\r\n" + FROM + b"\r\n",
    "nonsense in every place": START
    + b"Via: nonsense\r\nFrom: <sip:+98916%07d@x>\r\nCSeq: x\r\nContent-Length: 99999\r\n\r\nx",
    "bare line feeds and an empty boundary": b"INVITE sip:110@x SIP/2.0\nFrom: <sip:+98916%07d@x>\n"
    b"Content-Type: multipart/mixed; boundary=\n\n--\n--\n--",
    "half a place": START + b"From: <sip:+98916%07d@x>\r\nGeolocation: <cid:>, <cid:a@@>, x\r\n"
    b"Content-Type: application/pidf+xml\r\n\r\n<presence><dm:device>",
    "no Via": START + FROM + b"Call-ID: a%07d\r\nCSeq: 1 INVITE\r\n\r\n",
    "no branch": WHOLE.replace(b";branch=z9hG4bK%07d", b"") + b"\r\n",
    "a Via with a port that is none": WHOLE.replace(b" h;rport", b" h:99999999") + b"\r\n",
    "a Via of IPv6": WHOLE.replace(b" h;rport", b" [2001:db8::1]:5060;rport") + b"\r\n",
    "no Call-ID": WHOLE.replace(b"Call-ID: m%07d\r\n", b"") + b"\r\n",
    "no CSeq": WHOLE.replace(b"CSeq: 1 INVITE\r\n", b"") + b"\r\n",
    "Cseq": WHOLE.replace(b"CSeq", b"Cseq") + b"\r\n",
    "a CSeq of thousands of digits": WHOLE.replace(b"CSeq: 1", b"CSeq: " + b"1" * 5_000) + b"\r\n",
    "no To": WHOLE.replace(b"To: <sip:110@x>\r\n", b"") + b"\r\n",
    "From twice": WHOLE + b"From: <sip:+15550100@x>\r\n\r\n",
    "no From, but the network vouches": WHOLE.replace(FROM, b"P-Asserted-Identity: <tel:+98916%07d>\r\n") + b"\r\n",
    "a name with an open quote": WHOLE.replace(b"From: <", 'From: "علی <'.encode()) + b"\r\n",
    "bytes in a header": WHOLE + b"X-Y: \x00\x01\xff\r\n\r\n",
    "a line without a colon": WHOLE + b"nothing to see\r\n: nor here\r\n\r\n",
    "hundreds of headers": WHOLE + b"X: y\r\n" * 900 + b"\r\n",
    "a header of 30 kB": WHOLE + b"X: " + b"y" * 30_000 + b"\r\n\r\n",
    "a head without end": WHOLE[:-2],
    "empty lines first": b"\r\n\r\n" + WHOLE + b"\r\n",
    "a negative length": WHOLE + b"Content-Length: -5\r\n\r\nxxxxx",
    "a length in words": WHOLE + b"Content-Length: five\r\n\r\nxxxxx",
    "a length of thousands of digits": WHOLE + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "a length shorter than the body": WHOLE + b"Content-Length: 3\r\n\r\nxxxxxxxx",
    "no hops left": WHOLE + b"Max-Forwards: 0\r\n\r\n",
    "an option that nobody has": WHOLE + b"Require: teleport\r\n\r\n",
    "a body in gzip": WHOLE + b"Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08",
    "a place that is not there": WHOLE + b"Geolocation: <cid:gone@x>, <ftp://x>, <>, <cid:\r\n\r\n",
    "multipart in multipart, broken": WHOLE + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n" + NESTED,
    "XML that is no XML": WHOLE + b"Content-Type: application/pidf+xml\r\n\r\n<\x00><a:b xmlns=''/>&#0;",
}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_call_is_still_a_call(exchange: tuple[Server, dict[str, int]], name: str, transport: str) -> None:
    server, ports = exchange
    digits = 100 + 2 * list(MALFORMED).index(name) + (transport == "tcp")
    line = Line(transport, ports[transport])
    line.send(MALFORMED[name].replace(b"%07d", b"%07d" % digits))
    # Over a stream the line ends here, as it does when the exchange notices.
    line.close()
    assert of_number(server, f"+98916{digits:07d}")["state"] == "ringing"


def test_a_call_without_any_word_is_still_a_call(exchange: tuple[Server, dict[str, int]]) -> None:
    server, ports = exchange

    def unnamed() -> int:
        calls = server.seat(f"call_taker:{PROVINCE}").get("/v1/calls", params={"limit": 500}).json()["calls"]
        return sum(call["number"] is None for call in calls)

    before, sent = unnamed(), (b"INVITE", b"INVITE sip:110@x SIP/2.0\r\n\r\n", b"INVITE \r\n\r\n\x00" * 3)
    for message in sent:
        Line("udp", ports["udp"]).send(message)
    deadline = time.monotonic() + 30
    while unnamed() < before + len(sent) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert unnamed() == before + len(sent)


def placed(server: Server, number: str, count: int) -> list[dict[str, Any]]:
    """Return the estimates of a number's call, once there are so many."""
    deadline = time.monotonic() + 30
    while len(found := of_number(server, number)["locations"]) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return list(found)


def test_every_shape_and_a_civic_address_come_to_the_console_as_they_were_drawn(
    exchange: tuple[Server, dict[str, int]],
) -> None:
    server, ports = exchange
    drawn = [shape for shape, *_, kind in SHAPES if kind is not None]
    civic = "<ca:civicAddress><ca:A3>اهواز</ca:A3><ca:RD>نادری</ca:RD><ca:HNO>۱۲</ca:HNO></ca:civicAddress>"
    trunk = Line("tcp", ports["tcp"])
    number, call = "+989160000020", new_call()
    trunk.send(sip(call=call).replace(b"+989161112233", number.encode()))
    assert (trunk.status(), trunk.status()) == (100, 180)
    for cseq, shape in enumerate([*drawn, civic], 2):
        # An UPDATE within the ringing call, as a border element sends when it learns more.
        more = f"Content-Type: application/pidf+xml\r\nX-Cseq: {cseq}\r\n"
        sent = sip("UPDATE", call=call, to_tag="t", cseq=cseq, more=more, body=PIDF.format(shape=shape))
        trunk.send(sent.replace(b"+989161112233", number.encode()))
        assert trunk.status() == 200
    found = placed(server, number, len(drawn) + 1)
    kinds = [where["shape"]["type"] if where["shape"] else None for where in found]
    assert kinds == ["ellipse", "area", "area", "sector", None]
    (words,) = [where for where in found if where["point"] is None]
    assert words["civic"] == "۱۲، نادری، اهواز"
    ellipse = found[0]["shape"]
    assert (ellipse["semi_major_m"], ellipse["semi_minor_m"], ellipse["turned_deg"]) == (90.0, 40.0, 20.0)
    # What an exchange says later is in the journal before it is answered.
    records = server.seat(f"call_taker:{PROVINCE}").get("/v1/raw-calls").json()["records"]
    assert [r["door"] for r in records if r["number"] == number].count("update") == len(drawn) + 1


def test_a_reliable_ringing_is_acknowledged_and_a_second_invite_waits(exchange: tuple[Server, dict[str, int]]) -> None:
    server, ports = exchange
    number, call = "+989160000021", new_call()

    def send(method: str, **more: Any) -> None:
        trunk.send(sip(method, call=call, **more).replace(b"+989161112233", number.encode()))

    trunk = Line("udp", ports["udp"])
    send("INVITE", more="Require: 100rel\r\n")
    assert (trunk.status(), trunk.status(), trunk.status()) == (100, 180, 180), (
        "it rings again until it is acknowledged"
    )
    send("PRACK", to_tag="t", cseq=2, more="RAck: 1 1 INVITE\r\n")
    assert trunk.status() == 200
    more = "Content-Type: application/pidf+xml\r\n"
    send("INVITE", to_tag="t", cseq=3, branch="z9hG4bK9", more=more, body=PIDF.format(shape=CIRCLE))
    assert trunk.status() == 500, "not before the first INVITE is over (RFC 3261, 14.2); its place is news all the same"
    assert placed(server, number, 1)[0]["accuracy_m"] == 25.0
    trunk.send(sip("OPTIONS", call="ping"))
    assert trunk.status() == 200
    send("CANCEL")
    assert (trunk.status(), trunk.status()) == (200, 487)


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
