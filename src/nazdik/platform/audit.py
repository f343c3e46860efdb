"""
The audit log: who looked at what, about whom, and why, written before the data leaves.

It is an event log of its own, so that the same chain and the same `verify` hold for it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from nazdik.kernel import CommandId, Instant, Unavailable
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog import EventLog, Head, NewEntry, Verdict
from nazdik.platform.eventlog.cut import is_hollow
from nazdik.platform.group import Group

KIND = "audit.access.v1"


class AuditUnavailable(Unavailable):
    """The access could not be recorded, so the data does not leave."""

    code = "audit.unavailable"


@dataclass(frozen=True, slots=True)
class Access:
    """One access: `actor` did `what` with the data of `subject`, for `purpose`."""

    at: Instant
    actor: str
    what: str
    subject: str
    purpose: str
    details: Mapping[str, Any]


class Audit:
    """Appends accesses; belongs to one event loop."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self.log = log
        self._clock = clock
        self._group: Group[NewEntry, int] = Group(self._write, "audit")

    @property
    def waiting(self) -> int:
        """How many accesses wait for the disk, and the data with them."""
        return self._group.waiting

    async def record(
        self, *, actor: str, what: str, subject: str, purpose: str, details: Mapping[str, Any] | None = None
    ) -> int:
        """
        Write an access down and return its position; only then may the data leave.

        Raises:
            AuditUnavailable: It is not written, and the data must stay.
        """
        body = msgspec.json.encode({"what": what, "purpose": purpose, "details": details or {}})
        access_id = CommandId(secrets.token_hex(16))
        entry = NewEntry(self._clock.now(), access_id, 0, b"", actor, KIND, subject, body)
        try:
            return await self._group.add(entry)
        except Unavailable as error:
            raise AuditUnavailable(retry_after_s=error.retry_after_s) from error

    def _write(self, entries: Sequence[NewEntry]) -> list[int]:
        before = self.log.head().position
        self.log.append(entries, expected_position=before)
        return list(range(before + 1, before + 1 + len(entries)))

    def read(self, after: int = 0, limit: int = 1_000) -> list[Access]:
        """Return accesses that follow position `after`, in order; none of those that a rule has cut."""
        return [_access(e.at, e.actor, e.subject, e.body) for e in self.log.read(after, limit) if not is_hollow(e)]

    def read_subject(self, subject: str) -> list[Access]:
        """Return every access to one subject's data: what a person may ask to be shown."""
        return [_access(e.at, e.actor, e.subject, e.body) for e in self.log.read_subject(subject)]

    def head(self) -> Head:
        """Return where it ends; keep this elsewhere, out of the reach of whoever keeps the file."""
        return self.log.head()

    def verify(self, known: Head | None = None) -> Verdict:
        """Check that no access was changed, removed or put in another order."""
        return self.log.verify(known)

    async def close(self) -> None:
        """Wait until what was recorded is on disk, then let go of the file."""
        await self._group.close()
        self.log.close()


def _access(at: Instant, actor: str, subject: str, body: bytes) -> Access:
    said = msgspec.json.decode(body)
    return Access(at, actor, said["what"], subject, said["purpose"], said["details"])
