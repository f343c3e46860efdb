"""The rules at work in a running server: every hour what is past its time is erased, and each erasure is in the audit log."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

from nazdik.bootstrap.retention.erasing import Erased, erase
from nazdik.bootstrap.retention.planning import FORMER_TRAIL, TRAIL, plan
from nazdik.bootstrap.retention.proving import AUDIT_FILE, ERASED, lines_in_audit
from nazdik.bootstrap.retention.records import Erasure, ErasuresUnreadable, digest, read_erasures
from nazdik.bootstrap.retention.rules import read_rules
from nazdik.fleet.trail import Trail
from nazdik.kernel import Unavailable
from nazdik.platform.audit import Audit
from nazdik.platform.clock import Clock
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings

_log = logging.getLogger(__name__)


class Retention:
    """Erases by rule. Its work is done on a thread; what fails is tried again the next time."""

    def __init__(self, settings: Settings, trail: Trail | None, audit: Audit | None, clock: Clock) -> None:
        """Make one; without `trail` nobody writes it now."""
        self._settings = settings
        self._trail = trail
        self._audit = audit
        self._clock = clock

    async def run_once(self) -> Erased:
        """Erase what is past its time now, and see that every erasure so far is in the audit log."""
        erased = Erased()
        try:
            erased = await asyncio.to_thread(self.erase)
            for line in erased.lines:
                _log.info("%d files of %s were erased by rule (%d days)", len(line.files), line.of, line.days)
            if erased.unreached:
                _log.error("the keys of %d erased files are still in the copy", len(erased.unreached))
            await self.note_all(erased.lines)
        except ErasuresUnreadable as fault:
            _log.critical("NOTHING IS ERASED: %s", fault)
        except (OSError, LogUnavailable, Unavailable) as fault:
            _log.error("erasing is tried again later: %s", fault)
        return erased

    async def note_all(self, new: Sequence[Erasure] = ()) -> None:
        """Write every erasure that the audit log does not have into it; those in `new` when it cannot be asked."""
        for line in await asyncio.to_thread(self._not_in_audit, new):
            await self._note(line)

    def erase(self) -> Erased:
        """Erase on this thread what is past its time."""
        data = self._settings.data_dir
        rules = read_rules(data, trail_days=self._settings.trail_days)
        if not rules:
            return Erased()
        planned = plan(data, rules, self._clock.now())
        for province, number in planned.unknown:
            _log.warning("incident %d of %s is under legal hold, and there is none", number, province)
        return erase(data, planned, by="system", copy=self._settings.backup_dir, let_go=self._let_go)

    def _let_go(self, name: str) -> None:
        if self._trail is not None and name.startswith(f"{TRAIL}/") and name != FORMER_TRAIL:
            self._trail.let_go(date.fromisoformat(PurePosixPath(name).name[:10]))

    def _not_in_audit(self, new: Sequence[Erasure]) -> list[Erasure]:
        known = lines_in_audit(self._settings.data_dir / AUDIT_FILE)
        every = read_erasures(self._settings.data_dir) if known is not None else list(new)
        return [line for line in every if digest(line) not in (known or frozenset())]

    async def _note(self, line: Erasure) -> None:
        if self._audit is None:
            return
        details = {"line": digest(line), "files": len(line.files), "bytes": line.size, "days": line.days,
                   "before": line.before, "kept": line.kept}  # fmt: skip
        await self._audit.record(
            actor=line.by, what=ERASED, subject=f"retention:{line.of}", purpose="retention", details=details
        )
