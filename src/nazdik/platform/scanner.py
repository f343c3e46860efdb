"""
Files that come in are shown to a virus scanner first, where the force has one: ClamAV's `clamd`, over a socket or a port.

It promises that with a scanner nothing is kept that it has not passed: what it does not answer for is refused, to be sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nazdik.kernel import Invalid, Unavailable

ANSWERS_WITHIN_S = 30.0
CHUNK_BYTES = 65_536
ANSWER_BYTES_MAX = 4_096
AT_ONCE = 4
Tell = Callable[[str], Awaitable[None]]
_log = logging.getLogger(__name__)


class FileInfected(Invalid):
    """The virus scanner knows this file; nothing of it is kept."""

    code = "files.infected"


class ScannerAway(Unavailable):
    """The virus scanner does not answer; nothing is kept that it has not passed. Send it again later."""

    code = "files.scanner_away"


class Scanner:
    """Asks one `clamd`; without an address it asks nobody. Belongs to one event loop."""

    def __init__(self, address: str, *, is_missed: bool = True) -> None:
        """`is_missed`: whether the log says so when there is no address."""
        self._address = address
        self._slots = asyncio.Semaphore(AT_ONCE)
        if not address and is_missed:
            _log.warning("no virus scanner is configured (setting clamd): files that come in are not scanned")

    async def check(self, body: bytes, tell: Tell) -> None:
        """
        Return when a file may be kept.

        Args:
            tell: Writes down what was found, before it is refused.

        Raises:
            FileInfected: The scanner knows it.
            ScannerAway: The scanner does not answer, or not for this file.
        """
        if not self._address:
            return
        try:
            async with self._slots, asyncio.timeout(ANSWERS_WITHIN_S):
                said = await self._ask(body)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            _log.error("the virus scanner does not answer: %s", type(error).__name__)
            raise ScannerAway(retry_after_s=30) from error
        name, _, state = said.removeprefix("stream:").strip().rpartition(" ")
        if state == "FOUND":
            _log.warning("the virus scanner refused a file: %r", name[:120])
            await tell(name[:120])
            raise FileInfected(found=name[:120])
        if said != "stream: OK":
            _log.error("the virus scanner says %r", said[:200])
            raise ScannerAway(retry_after_s=30)

    async def _ask(self, body: bytes) -> str:
        """Send a file in pieces, each after its length, and return the scanner's one line (clamd(8), INSTREAM)."""
        host, _, port = self._address.rpartition(":")
        if self._address.startswith("/"):
            reader, writer = await asyncio.open_unix_connection(self._address, limit=ANSWER_BYTES_MAX)
        else:
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), limit=ANSWER_BYTES_MAX)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(body), CHUNK_BYTES):
                piece = body[start : start + CHUNK_BYTES]
                writer.write(len(piece).to_bytes(4) + piece)
                await writer.drain()
            writer.write((0).to_bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace").strip()
        finally:
            writer.close()
