"""
A file beside the audit log, for the few reads that must not wait until the log is well again.

One JSON line an access, on disk before the data leaves. When the audit log takes records again, the lines go into it and the
file is taken away; a crash in between writes a line twice, never not at all.
"""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from nazdik.kernel import Unavailable, rfc3339
from nazdik.platform.audit import Audit, AuditUnavailable
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import sync_folder

WAIT_S = 2.0


class AsideAudit:
    """Records an access in the audit log, or in a file beside it when the log does not answer soon."""

    def __init__(self, path: Path, audit: Audit | None, clock: Clock) -> None:
        self._path = path
        self._audit = audit
        self._clock = clock
        self._writing = asyncio.Lock()

    async def record(self, *, actor: str, what: str, subject: str, purpose: str, details: dict[str, Any]) -> bool:
        """
        Write an access down; True when it is in the audit log itself.

        Raises:
            AuditUnavailable: Neither took it, and the data must stay.
        """
        said = {"actor": actor, "what": what, "subject": subject, "purpose": purpose, "details": details}
        async with self._writing:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._bring_in()
                    await self._write(said)
                return True
            except (Unavailable, TimeoutError):
                try:
                    await asyncio.to_thread(keep_aside, self._path, {"at": rfc3339(self._clock.now()), **said})
                except OSError as error:
                    raise AuditUnavailable from error
                return False

    async def keep(self, *, actor: str, what: str, subject: str, purpose: str, details: dict[str, Any]) -> None:
        """
        Write an access into the file, without asking the audit log first.

        Raises:
            AuditUnavailable: The file did not take it either, and the data must stay.
        """
        said = {"actor": actor, "what": what, "subject": subject, "purpose": purpose, "details": details}
        async with self._writing:
            try:
                await asyncio.to_thread(keep_aside, self._path, {"at": rfc3339(self._clock.now()), **said})
            except OSError as error:
                raise AuditUnavailable from error

    async def bring_in(self) -> None:
        """Put what was kept aside into the audit log, if it takes it now."""
        async with self._writing:
            with suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(WAIT_S):
                    await self._bring_in()

    async def _write(self, said: dict[str, Any]) -> None:
        if self._audit is None:
            raise AuditUnavailable
        await self._audit.record(**said)

    async def _bring_in(self) -> None:
        """Put what was kept aside into the log."""
        try:
            lines = await asyncio.to_thread(self._path.read_bytes)
        except OSError:
            return
        for line in lines.splitlines():
            try:
                said = msgspec.json.decode(line, type=dict[str, Any])
                details = {**said["details"], "kept_aside_at": said["at"]}
                about = {name: str(said[name]) for name in ("actor", "what", "subject", "purpose")}
            except (msgspec.MsgspecError, KeyError, TypeError):
                # A line that a crash cut short: what it still says goes in.
                about = {"actor": "system", "what": "raw_calls", "subject": "unreadable", "purpose": "kept_aside"}
                details = {"line": line[:500].decode("utf-8", "replace")}
            await self._write({**about, "details": details})
        await asyncio.to_thread(self._path.unlink, missing_ok=True)


def keep_aside(path: Path, said: dict[str, Any]) -> None:
    """Append one line to the file and return when it is on disk; `OSError` when it is not."""
    new = not path.exists()
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, msgspec.json.encode(said) + b"\n")
        os.fsync(fd)
    finally:
        os.close(fd)
    if new:
        sync_folder(path.parent)
