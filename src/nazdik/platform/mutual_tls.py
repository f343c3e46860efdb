"""
A door that asks who comes in for a certificate, in front of the server that does not.

TLS ends here. Each connection carries one request: its head is read, given the certificate's fingerprint together with a word that
only this process knows, and handed on with the rest, bytes as they come, so that a WebSocket goes through too. What a caller writes
into these headers itself is taken out.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

FINGERPRINT = "nazdik-client-certificate"
PROOF = "nazdik-front"
HEAD_BYTES_MAX = 32 * 1024
HEAD_WITHIN_S = 10.0
CONNECTIONS_MAX = 200
_OURS = frozenset((FINGERPRINT.encode(), PROOF.encode()))
_PIECE = 64 * 1024
_BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class MutualTls:
    """
    The door.

    Args:
        proof: The word by which the server knows that a head went through here.
        upstream: Where the server is: host, port, and how to speak to it.
    """

    context: ssl.SSLContext
    proof: str
    upstream: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
    _server: asyncio.Server | None = None
    _open: int = 0

    async def listen(self, host: str, port: int) -> None:
        """Begin to take connections. Raises `OSError` when the port cannot be used."""
        self._server = await asyncio.start_server(self._serve, host, port, ssl=self.context, limit=HEAD_BYTES_MAX)

    async def close(self) -> None:
        """Take no more; what is open is cut."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open <= CONNECTIONS_MAX:
                await self._one(reader, writer)
        except (OSError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            _log.info("a partner's connection ended: %s", type(error).__name__)
        finally:
            self._open -= 1
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        async with asyncio.timeout(HEAD_WITHIN_S):
            head = with_certificate(await reader.readuntil(b"\r\n\r\n"), fingerprint(certificate), self.proof)
        if head is None:
            writer.write(_BAD)
            await writer.drain()
            return
        there, out = await self.upstream()
        try:
            out.write(head)
            inward = asyncio.get_running_loop().create_task(_pipe(reader, out))
            try:
                await _pipe(there, writer)
            finally:
                inward.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await inward
        finally:
            out.close()


def fingerprint(certificate: bytes) -> str:
    """Return by what a certificate (DER) is known: its SHA-256, in small hex."""
    return sha256(certificate).hexdigest()


def with_certificate(head: bytes, own: str, proof: str) -> bytes | None:
    """Return a request's head with what we say of who sent it; None for one that could be read in two ways."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    if any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines):
        return None
    kept = [lines[0]]
    is_upgrade = False
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        # A line that is folded, or a name with a space, is read otherwise by others.
        if not colon or not name or name != name.strip():
            return None
        word = name.lower()
        is_upgrade = is_upgrade or (word == b"upgrade" and value.strip().lower() == b"websocket")
        if word not in _OURS and word not in (b"connection", b"keep-alive", b"upgrade"):
            kept.append(line)
    kept += [b"Upgrade: websocket", b"Connection: Upgrade"] if is_upgrade else [b"Connection: close"]
    kept += [f"{FINGERPRINT}: {own}".encode(), f"{PROOF}: {proof}".encode()]
    return b"\r\n".join(kept) + b"\r\n\r\n"


def server_context(certificate: str, key: str, authorities: str) -> ssl.SSLContext:
    """Return how to speak: TLS 1.2 at least, and nobody without a certificate of these authorities."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificate, key)
    return context


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while piece := await source.read(_PIECE):
        sink.write(piece)
        await sink.drain()
    with suppress(OSError, NotImplementedError):
        if sink.can_write_eof():
            sink.write_eof()
