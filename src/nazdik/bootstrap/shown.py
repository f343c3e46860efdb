"""
What the live stream shows of people is written down before it is shown: a row for each thing that a session sees first.

A screen in a control room must not go dark because the audit log does not answer: then the row goes into the file beside it,
see `platform/audit_aside.py`, and for a while no screen waits for the log again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from nazdik.kernel import Unavailable
from nazdik.organisation.model import Posting
from nazdik.platform.audit import Audit
from nazdik.platform.audit_aside import AsideAudit
from nazdik.platform.clock import Clock

# Kinds of items that say something of a person: who called and what they said, what crews wrote to one another.
PERSONAL = frozenset({"detail", "crew_detail", "call", "message"})
WAIT_S = 2.0
ASIDE_FOR_S = 30.0
# A snapshot shows hundreds of things at once; a row names at most so many of them.
NAMED_MAX = 200


class Shown:
    """Writes down what streams show."""

    def __init__(self, audit: Audit, aside: AsideAudit, clock: Clock) -> None:
        self._audit = audit
        self._aside = aside
        self._clock = clock
        self._aside_until_s = 0.0
        self._kept_aside = False

    async def begin(self, posting: Posting) -> None:
        """
        Note that a stream begins: from now on this session sees units and where they are, incidents and alarms of its scope.

        Raises:
            AuditUnavailable: It is not written, and nothing may be shown.
        """
        await self._audit.record(
            actor=posting.person, what="stream", subject=_scope(posting), purpose="duty", details={"role": posting.role}
        )

    async def end(self, posting: Posting) -> None:
        """Note that a stream ended. It shows nothing, so nothing waits for it to be written."""
        with suppress(Unavailable):
            await self._audit.record(
                actor=posting.person,
                what="stream_end",
                subject=_scope(posting),
                purpose="duty",
                details={"role": posting.role},
            )

    async def note(self, posting: Posting, personal: Sequence[str]) -> None:
        """
        Note personal things that are about to be shown to this session for the first time.

        Raises:
            AuditUnavailable: Neither the log nor the file beside it took it, and they must not be shown.
        """
        for first in range(0, len(personal), NAMED_MAX):
            some = personal[first : first + NAMED_MAX]
            subject = some[0].partition(":")[2] if len(some) == 1 else _scope(posting)
            await self._write(posting, subject, list(some))

    async def _write(self, posting: Posting, subject: str, shown: list[str]) -> None:
        details = {"role": posting.role.value, "shown": shown}
        if self._clock.monotonic_s() >= self._aside_until_s:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._audit.record(
                        actor=posting.person, what="shown", subject=subject, purpose="duty", details=details
                    )
            except (Unavailable, TimeoutError):
                self._aside_until_s = self._clock.monotonic_s() + ASIDE_FOR_S
            else:
                if self._kept_aside:
                    self._kept_aside = False
                    await self._aside.bring_in()
                return
        await self._aside.keep(actor=posting.person, what="shown", subject=subject, purpose="duty", details=details)
        self._kept_aside = True


def _scope(posting: Posting) -> str:
    return posting.unit or posting.office
