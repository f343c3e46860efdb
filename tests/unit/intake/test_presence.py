"""A place that is asked for by SUBSCRIBE: what servers of presence answer, and what they leave out."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nazdik.intake.sip.message import Message, parse, take_message
from nazdik.intake.sip.presence import Presence, fetch_presence, read_presence
from tests.certificates import make_certificate
from tests.unit.intake.test_sip import CIRCLE, PIDF

PLACE = PIDF.format(shape=CIRCLE)
Script = Callable[[Message], list[bytes]]


def response(request: Message, status: int) -> bytes:
    head = (
        f"SIP/2.0 {status} x\r\nVia: {request.first('via')}\r\nFrom: {request.first('from')}\r\nTo: {request.first('to')};tag=9"
        f"\r\nCall-ID: {request.call_id}\r\nCSeq: {request.first('cseq')}\r\nExpires: 0\r\nContent-Length: 0\r\n\r\n"
    )
    return head.encode()


def notify(
    request: Message, body: str = PLACE, *, state: str = "terminated;reason=timeout", call_id: str = ""
) -> bytes:
    head = (
        f"NOTIFY {request.uri} SIP/2.0\r\nVia: SIP/2.0/TCP lis;branch=z9hG4bKn\r\nFrom: {request.first('to')};tag=9\r\n"
        f"To: {request.first('from')}\r\nCall-ID: {call_id or request.call_id}\r\nCSeq: 1 NOTIFY\r\nEvent: presence\r\n"
        f"Subscription-State: {state}\r\nContent-Type: application/pidf+xml\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
    )
    return head.encode()


class Server:
    """A server of presence: answers the SUBSCRIBE as it is told to, and keeps what it heard."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[Message] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        buffer = bytearray()
        while data := await reader.read(10_000):
            buffer += data
            while (whole := take_message(buffer)) is not None:
                message = parse(whole)
                assert message is not None
                self.heard.append(message)
                if message.method == "SUBSCRIBE":
                    for piece in self.script(message):
                        writer.write(piece)
        writer.close()


@asynccontextmanager
async def serving(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(script)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    yield server
    listener.close()


def at(server: Server, *, tls: bool = False) -> Presence:
    return Presence(f"sip:+98916@127.0.0.1:{server.port};transport=tcp", "127.0.0.1", server.port, tls)


async def test_the_place_comes_with_the_first_notify() -> None:
    async with serving(lambda asked: [response(asked, 200), notify(asked)]) as server:
        (told,) = await fetch_presence(at(server), 5.0)
        async with asyncio.timeout(5):
            while len(server.heard) < 2:
                await asyncio.sleep(0.01)
    assert (told.accuracy_m, tuple(told.point or ())) == (25.0, (48.6706, 31.3183))
    asked, answered = server.heard
    assert (asked.first("event"), asked.first("expires"), asked.first("accept")) == (
        "presence", "0", "application/pidf+xml",
    )  # fmt: skip
    assert (answered.status, answered.first("cseq")) == (200, "1 NOTIFY")


async def test_it_is_waited_for_while_it_is_pending() -> None:
    def script(asked: Message) -> list[bytes]:
        return [
            response(asked, 100),
            response(asked, 202),
            notify(asked, "", state="pending"),
            notify(asked, call_id="another's"),
            notify(asked),
        ]

    async with serving(script) as server:
        assert len(await fetch_presence(at(server), 5.0)) == 1


@pytest.mark.parametrize(
    "script",
    [
        lambda asked: [],
        lambda asked: [response(asked, 200)],
        lambda asked: [response(asked, 404)],
        lambda asked: [response(asked, 200), notify(asked, "")],
        lambda asked: [response(asked, 200), notify(asked, "<presence")],
        lambda asked: [notify(asked, "", state="pending")] * 20,
        lambda asked: [b"HTTP/1.1 400 Bad Request\r\n\r\n"] * 20,
        lambda asked: [b"x" * 200_000],
        lambda asked: [notify(asked).replace(b"Content-Length: ", b"Content-Length: 9999")],
    ],
    ids=["nothing", "no NOTIFY", "refused", "empty", "half", "pending for ever", "no SIP", "no end", "too long"],
)
async def test_what_does_not_come_is_no_place(script: Script) -> None:
    async with serving(script) as server:
        assert await fetch_presence(at(server), 0.5) == []


async def test_nobody_there_is_no_place() -> None:
    async with serving(lambda asked: []) as server:
        pass
    assert await fetch_presence(at(server), 0.5) == []


async def test_over_tls_the_host_has_to_be_who_it_says(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "lis")
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate, key)
    async with serving(lambda asked: [response(asked, 200), notify(asked)], theirs) as server:
        trust = ssl.create_default_context(cafile=certificate)
        assert len(await fetch_presence(at(server, tls=True), 5.0, tls=trust)) == 1
        assert await fetch_presence(at(server, tls=True), 5.0) == [], "a stranger's word is not taken"
    assert len(server.heard) <= 2


@pytest.mark.parametrize(
    ("reference", "host", "port", "tls"),
    [
        ("sip:+98916@lis.example", "lis.example", 5060, False),
        ("SIP:a@lis.example:5070;transport=tcp", "lis.example", 5070, False),
        ("sips:a@lis.example", "lis.example", 5061, True),
        ("sip:a@[2001:db8::1]:5080;transport=TLS", "2001:db8::1", 5080, True),
        ("sip:a@LIS.Example", "lis.example", 5060, False),
    ],
)
def test_a_reference_says_whom_to_ask(reference: str, host: str, port: int, tls: bool) -> None:
    assert read_presence(reference) == Presence(reference, host, port, tls)


def test_a_presence_address_is_asked_by_its_sip_name() -> None:
    """Kamailio cannot read `SUBSCRIBE pres:…` and answers with 500."""
    asked = Presence("sip:a@lis.example:5070;transport=tcp", "lis.example", 5070, False)
    assert read_presence("pres:a@lis.example:5070;transport=tcp") == asked == read_presence(asked.uri)


@pytest.mark.parametrize(
    "reference",
    ["", "https://lis.example/x", "sip:lis.example", "sip:a@lis.example;transport=udp", "sip:a@lis.example:0",
     "sip:a@lis.example:70000", "sip:a b@lis.example", "sip:a@lis.example\r\nEvil: 1", "sip:a@lis.example\n",
     "sip:a@127.0.0.1@lis.example", "sip:a@lis/../x"],
)  # fmt: skip
def test_what_is_no_reference_is_not_asked(reference: str) -> None:
    assert read_presence(reference) is None
