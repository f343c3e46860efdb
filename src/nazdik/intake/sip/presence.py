"""
A caller's place by subscription (RFC 6442, 3856, 6665): asked for once, over a line of our own, with nothing left open behind.

`Expires: 0` asks for the present state alone. The NOTIFY that brings it comes over the line that we opened; its place is read
like any other PIDF-LO. Whether a host may be asked at all is for the caller of `fetch_presence` to say.
"""

import asyncio
import re
import secrets
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

from nazdik.intake.sip.body import parts_of
from nazdik.intake.sip.location import Told, read_pidf
from nazdik.intake.sip.message import MESSAGE_BYTES_MAX, Message, answer, parse, take_message

MESSAGES_MAX = 8
_ADDRESS = re.compile(
    r"(?P<scheme>sips?|pres):(?P<user>[^@<>\s;]{1,120})@(?P<host>[A-Za-z0-9.\-]{1,120}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>\d{1,5}))?"
    r"(?P<parameters>(?:;[^\s<>;]{1,80}){0,8})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Presence:
    """
    Whose presence to ask for, and where.

    `pres:` is asked at the host that it names, and as `sip:`: servers take no other name in a request (RFC 3856 §5).
    """

    uri: str
    host: str
    port: int
    tls: bool


def read_presence(reference: str) -> Presence | None:
    """Return what a `sip:`, `sips:` or `pres:` reference points at, None when it is none or cannot be asked over TCP or TLS."""
    found = _ADDRESS.fullmatch(reference)
    if found is None or "transport=udp" in found["parameters"].lower():
        return None
    scheme = found["scheme"].lower()
    tls = scheme == "sips" or "transport=tls" in found["parameters"].lower()
    port = int(found["port"]) if found["port"] else 5061 if tls else 5060
    uri = f"sip{reference[4:]}" if scheme == "pres" else reference
    return Presence(uri, found["host"].strip("[]").lower(), port, tls) if 0 < port < 65_536 else None


async def fetch_presence(presence: Presence, within_s: float, *, tls: ssl.SSLContext | None = None) -> list[Told]:
    """
    Ask for the place once; none when the host does not give it in time, refuses, or says what cannot be read.

    Args:
        tls: How to trust the host, for those that are asked over TLS.
    """
    try:
        async with asyncio.timeout(within_s):
            context = (tls or ssl.create_default_context()) if presence.tls else None
            reader, writer = await asyncio.open_connection(presence.host, presence.port, ssl=context)
            try:
                return await _ask(presence, reader, writer)
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return []


async def _ask(presence: Presence, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[Told]:
    host, port, *_ = writer.get_extra_info("sockname")
    ours = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    call_id = f"{secrets.token_hex(12)}@nazdik"
    writer.write(_subscribe(presence, ours, call_id))
    async for message in _messages(reader):
        if message.call_id != call_id:
            continue
        if message.status >= 300:
            return []
        if message.method == "NOTIFY":
            writer.write(answer(message, 200, "OK"))
            await writer.drain()
            places = [
                told
                for part in parts_of(message.first("content-type"), message.body)
                if part.kind.endswith("pidf+xml")
                for told in read_pidf(part.data)
            ]
            # The first may come before the server has the place ("pending"); the last one says that it is the last.
            if places or "terminated" in message.first("subscription-state").lower():
                return places
    return []


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[Message]:
    buffer = bytearray()
    for _ in range(MESSAGES_MAX):
        while (whole := take_message(buffer)) is None:
            data = await reader.read(MESSAGE_BYTES_MAX)
            if not data:
                return
            buffer += data
        message = parse(whole)
        if message is not None:
            yield message


def _subscribe(presence: Presence, ours: str, call_id: str) -> bytes:
    transport, branch, tag = "TLS" if presence.tls else "TCP", secrets.token_hex(8), secrets.token_hex(8)
    lines = (
        f"SUBSCRIBE {presence.uri} SIP/2.0",
        f"Via: SIP/2.0/{transport} {ours};branch=z9hG4bK{branch};alias",
        f"From: <sip:nazdik@{ours}>;tag={tag}",
        f"To: <{presence.uri}>",
        f"Call-ID: {call_id}",
        "CSeq: 1 SUBSCRIBE",
        f"Contact: <sip:nazdik@{ours};transport={transport.lower()}>",
        "Max-Forwards: 70",
        "Event: presence",
        "Accept: application/pidf+xml",
        "Expires: 0",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
