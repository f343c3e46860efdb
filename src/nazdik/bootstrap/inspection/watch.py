"""Follows the audit log, answers who looked at whom, and writes down what an inspector should ask about."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from nazdik.bootstrap.inspection.detect import AFTER_ONE, WITHIN_DAYS, Finding, Look, desks_of, find
from nazdik.bootstrap.inspection.index import LookIndex
from nazdik.bootstrap.past_calls import CallBook
from nazdik.kernel import Instant, Unavailable
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.clock import Clock
from nazdik.platform.faults import LogUnavailable

LOOK_EVERY_S = 60.0
DAY_S = 86_400.0
ALERT, REVIEWED = "look_alert", "look_alert_reviewed"
OPENED, CLOSED = "stream", "stream_end"
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an inspector made of a finding."""

    at: Instant
    by: str
    note: str


class Looks:
    """The index over the audit log; belongs to one event loop."""

    def __init__(self, index: LookIndex, audit: Audit, book: CallBook, clock: Clock) -> None:
        self._index = index
        self._audit = audit
        self._book = book
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="looks")

    async def run(self) -> None:
        """Look for what stands out, again and again. What cannot be read now is read next time."""
        while True:
            try:
                await self.tell()
            except (LogUnavailable, Unavailable) as fault:
                _log.warning("looks are read later: %s", fault)
            except Exception:
                _log.exception("looks could not be read")
            await asyncio.sleep(LOOK_EVERY_S)

    async def tell(self) -> list[Finding]:
        """Write down each finding that is new, or grew since it was reviewed, and return these."""
        found = await self.findings()
        told = await self._newest_of(ALERT)
        reviewed = await self.reviewed()
        new = [
            each
            for each in found
            if each.id not in told or (each.id in reviewed and told[each.id].at <= reviewed[each.id].at < each.last_at)
        ]
        for each in new:
            details = {"kind": each.kind, "who": each.actor, "looks": each.looks, "days": each.days}
            await self._audit.record(actor="system", what=ALERT, subject=each.id, purpose="inspection", details=details)
            _log.warning("finding %s (%s): %d looks of one person at one subject", each.id, each.kind, each.looks)
        return new

    async def findings(self) -> list[Finding]:
        """Return what stands out now, the newest first."""
        now = self._clock.now()
        since = plus_s(now, -DAY_S * WITHIN_DAYS)
        looks = await self._read(lambda: self._index.of_kinds(AFTER_ONE, since))
        lines = await self._read(lambda: self._index.of_kinds((OPENED, CLOSED), plus_s(since, -DAY_S)))
        known = await self._book.digests_of({look.subject for look in looks if ".c" in look.subject})
        named = [replace(look, whom=known.get(look.subject, _coarse(look.subject))) for look in looks]
        return find(named, desks_of((line.at, line.actor, line.what == OPENED) for line in lines), now)

    async def about(self, subjects: Iterable[str], since: Instant, limit: int) -> list[Look]:
        """Return who looked at any of these, the newest first."""
        wanted = list(subjects)
        return await self._read(lambda: self._index.about(wanted, since, limit))

    async def reviewed(self) -> dict[str, Reviewed]:
        """Return the newest review of each finding."""
        rows = await self._newest_of(REVIEWED)
        return {id_: Reviewed(row.at, row.actor, row.purpose) for id_, row in rows.items()}

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._index.close)
        self._thread.shutdown()

    async def _newest_of(self, what: str) -> dict[str, Look]:
        rows = await self._read(lambda: self._index.of_kinds((what,), Instant(0)))
        return {row.subject: row for row in rows}

    async def forget(self, before: Instant) -> None:
        """Forget looks from before what a rule cut off the audit log."""
        await self._read(lambda: self._index.forget(before))

    async def _read(self, work: Callable[[], T]) -> T:
        def up_to_date() -> T:
            self._index.catch_up()
            return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, up_to_date)


def _coarse(subject: str) -> str:
    """Return who a subject is: a place of `lon,lat` to some ten metres, everything else as it is."""
    lon, comma, lat = subject.partition(",")
    try:
        return f"{float(lon):.4f},{float(lat):.4f}" if comma else subject
    except ValueError:
        return subject
