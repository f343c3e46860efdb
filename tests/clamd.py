"""A small virus scanner that speaks as clamd does (INSTREAM), on a port or a socket of its own; it knows one harmless mark."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

MARK = b"NAZDIK-HARMLESS-TEST-FILE"


@dataclass
class Clamd:
    """Where it listens, what it was sent, and what it answers instead of what it found."""

    address: str = ""
    seen: list[bytes] = field(default_factory=list)
    instead: bytes | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one question."""
        try:
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            body = b""
            while size := int.from_bytes(await reader.readexactly(4)):
                body += await reader.readexactly(size)
            self.seen.append(body)
            found = b"stream: Nazdik.Test.Mark FOUND\0" if MARK in body else b"stream: OK\0"
            writer.write(found if self.instead is None else self.instead)
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def clamd(socket: Path | None = None) -> AsyncIterator[Clamd]:
    """Run one while the block runs."""
    scanner = Clamd()
    if socket is None:
        server = await asyncio.start_server(scanner.serve, "127.0.0.1", 0)
        scanner.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(scanner.serve, socket)
        scanner.address = str(socket)
    async with server:
        yield scanner
