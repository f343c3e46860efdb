"""Test calls: what an exchange or a page would send, over the network, until the call stands in the log."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.watch.mark import WATCH
from nazdik.intake.callers.line import page_call
from nazdik.intake.callers.pages import page_of
from nazdik.intake.commands import EndRinging
from nazdik.intake.model import RingingEnd
from nazdik.intake.sip.call import TEST_SERVICE
from nazdik.kernel import CommandId, Context, LonLat
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.later import later
from nazdik.platform.clock import Clock

if TYPE_CHECKING:
    import httpx
else:
    httpx = later("httpx")

LOOK_EVERY_S = 0.05
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where we reach whoever listens everywhere


class Missed(Exception):
    """A test call did not come through; the word is a stable code."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One way in, and how it is tried. `ring` returns when the call stands in the log, or raises `Missed` or what went wrong."""

    door: str
    ring: Callable[[], Awaitable[None]]


def sip_probe(transport: str, host: str, port: int, room: ControlRoom) -> Probe:
    """Try one port of the telephone's signalling with an INVITE to the test service, then take it back."""

    async def ring() -> None:
        call_id = f"{WATCH}{secrets.token_hex(12)}"
        async with _line(transport, _LOOPBACK.get(host, host), port) as (send, hear):
            send(_message("INVITE", call_id, transport))
            try:
                status = 100
                while status < 180:
                    status = await hear()
                if status != 180:
                    raise Missed("watch.not_ringing")
                await _until(lambda: any(call.exchange_id == call_id for call in room.state.calls.values()))
            finally:
                send(_message("CANCEL", call_id, transport))
            while status < 487:
                status = await hear()
            send(_message("ACK", call_id, transport))

    return Probe(f"sip-{transport}", ring)


def page_probe(address: str, room: ControlRoom, point: LonLat, clock: Clock) -> Probe:
    """Try the way in of emergency pages with a test page, then end it."""

    async def ring() -> None:
        if not room.writes:
            return  # The node that writes the province tries its own ways in.
        page = f"{WATCH}{secrets.token_hex(12)}"
        call_id = page_call(room.province, page_of(page))
        # We speak to ourselves by our own address; what the certificate calls it says nothing more.
        async with httpx.AsyncClient(base_url=address, timeout=10, trust_env=False, verify=False) as http:
            said = {"test": True, "words": WATCH, "lon": point[0], "lat": point[1]}
            answer = await http.post("/v1/sos", json=said, headers={"Nazdik-Page": page})
        if answer.status_code != 202:
            raise Missed("watch.refused")
        await _until(lambda: call_id in room.state.calls)
        end = EndRinging(call_id=call_id, how=RingingEnd.ELSEWHERE, reason="watch")
        await room.submit(end, Context(at=clock.now(), actor=SYSTEM, command_id=CommandId(f"{page}:end")))

    return Probe("sos", ring)


async def _until(right: Callable[[], bool]) -> None:
    while not right():
        await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def _line(
    transport: str, host: str, port: int
) -> AsyncIterator[tuple[Callable[[bytes], None], Callable[[], Awaitable[int]]]]:
    """Open a line; yield what sends a message and what waits for the next answer's status."""
    loop = asyncio.get_running_loop()
    if transport == "udp":
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        line, _ = await loop.create_datagram_endpoint(lambda: _Answers(heard), remote_addr=(host, port))

        async def next_datagram() -> int:
            return _status(await heard.get())

        try:
            yield line.sendto, next_datagram
        finally:
            line.close()
        return
    context = None
    if transport == "tls":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(host, port, ssl=context)

    async def next_message() -> int:
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
        await reader.readexactly(int(fields.get(b"Content-Length", b"0")))
        return _status(head)

    try:
        yield writer.write, next_message
    finally:
        writer.close()


class _Answers(asyncio.DatagramProtocol):
    def __init__(self, heard: "asyncio.Queue[bytes]") -> None:
        self._heard = heard

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._heard.put_nowait(data)


def _status(answer: bytes) -> int:
    words = answer.split(b" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise Missed("watch.not_understood")
    return int(words[1])


def _message(method: str, call_id: str, transport: str) -> bytes:
    lines = (
        f"{method} {TEST_SERVICE} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} 127.0.0.1;branch=z9hG4bK{call_id};rport",
        "Max-Forwards: 70",
        f"From: <sip:{WATCH}@127.0.0.1>;tag={call_id[-8:]}",
        f"To: <{TEST_SERVICE}>",
        f"Call-ID: {call_id}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:watch@127.0.0.1;transport={transport}>",
        *(("Reason: SIP;cause=200",) if method == "CANCEL" else ()),
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")
