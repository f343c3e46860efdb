"""The rules at work in a running server: every hour what is past its time is erased, and each erasure is in the audit log."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import PurePosixPath

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.retention.audit_cut import AuditPast, audit_past, cut, say_cut, unfinished
from nazdik.bootstrap.retention.erasing import Erased, erase
from nazdik.bootstrap.retention.letters import Shelf, erase_letters
from nazdik.bootstrap.retention.planning import FORMER_TRAIL, PHOTOS, TRAIL, WORDS, plan
from nazdik.bootstrap.retention.proving import ERASED, not_in_audit
from nazdik.bootstrap.retention.records import FILE, Erasure, ErasuresUnreadable, digest, read_erasures
from nazdik.bootstrap.retention.rules import read_rules
from nazdik.bootstrap.retention.standing import Standing, erase_with_words, live_of, of_known
from nazdik.fleet.trail import Trail
from nazdik.kernel import ProvinceId, Unavailable
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.backup import CopiedLog
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.heads import append_line
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.words import SealedLog
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings

_DAY_S = 86_400.0
_log = logging.getLogger(__name__)


class Retention:
    """Erases by rule. Its work is done on a thread; what fails is tried again the next time."""

    def __init__(
        self,
        settings: Settings,
        trail: Trail | None,
        audit: Audit | None,
        clock: Clock,
        erase_picture: Callable[[str], None] | None = None,
        *,
        rooms: Mapping[ProvinceId, ControlRoom] | None = None,
        letters: Shelf | None = None,
    ) -> None:
        """
        Make one; without `trail` nobody writes it now.

        Args:
            erase_picture: Lets go of a picture where all nodes have it; None when they do not share.
            rooms: The provinces whose words are erased.
            letters: Where messages lie that no partner took.
        """
        self._letters = letters
        self._erase_picture = erase_picture
        self._rooms = rooms or {}
        self._settings = settings
        self._trail = trail
        self._audit = audit
        self._clock = clock

    async def run_once(self) -> Erased:
        """Erase what is past its time now, and see that every erasure so far is in the audit log."""
        erased = Erased()
        try:
            erased = await asyncio.to_thread(self.erase, self._standing())
            for line in erased.lines:
                _log.info("%d files of %s were erased by rule (%d days)", len(line.files), line.of, line.days)
            if erased.unreached:
                _log.error("the keys of %d erased files are still in the copy", len(erased.unreached))
            await self.note_all(erased.lines)
            await self.cut_audit()
            # A store that is away, or of an earlier release, keeps nothing else from going.
            erased.lines += await self.erase_letters()
            await asyncio.to_thread(self._put_apart)
        except ErasuresUnreadable as fault:
            _log.critical("NOTHING IS ERASED: %s", fault)
        except (OSError, LogUnavailable, Unavailable) as fault:
            _log.error("erasing is tried again later: %s", fault)
        return erased

    async def note_all(self, new: Sequence[Erasure] = ()) -> None:
        """Write every erasure that the audit log does not have into it; those in `new` when it cannot be asked."""
        for line in await asyncio.to_thread(self._not_in_audit, new):
            await self._note(line)

    async def cut_audit(self, *, by: str = "system") -> int:
        """Cut off the audit log what is past its time, said in itself first; return how many entries that were."""
        data = self._settings.data_dir
        if end := await asyncio.to_thread(unfinished, data):
            await asyncio.to_thread(cut, data, end)
        past = await asyncio.to_thread(self._audit_past)
        if self._audit is None or past is None or not past.entries:
            return 0
        line, details = await asyncio.to_thread(say_cut, data, past, self._clock.now(), by=by)
        await self._audit.record(
            actor=by, what=ERASED, subject=f"retention:{line.of}", purpose="retention", details=details
        )
        shared = self._shared_audit()
        await asyncio.to_thread(shared.cut_beginning if shared is not None else partial(cut, data), past.end)
        _log.info("%d entries were cut off the audit log by rule (%d days)", past.entries, past.days)
        return past.entries

    async def erase_letters(self, *, by: str = "system") -> list[Erasure]:
        """Erase messages that no partner took and whose time is over, say so in the audit log, and return the signed lines."""
        lines = await asyncio.to_thread(self._erase_letters, by)
        await self.note_all(lines)
        return lines

    def _erase_letters(self, by: str) -> list[Erasure]:
        """Erase messages that no partner took by the longest of the rules, as a webhook is told of several provinces."""
        rules = read_rules(self._settings.data_dir, trail_days=self._settings.trail_days)
        if self._letters is None or not rules:
            return []
        days, now = max(one.letters_days for one in rules), self._clock.now()
        lines = list(erase_letters(self._settings.data_dir, self._letters, days, now, by=by))
        for line in lines:
            _log.info("%d messages that no partner took were erased by rule (%d days)", len(line.files), line.days)
        return lines

    def _audit_past(self) -> AuditPast | None:
        rules = read_rules(self._settings.data_dir, trail_days=self._settings.trail_days)
        return audit_past(self._settings.data_dir, rules, self._clock.now(), writes=self._shared_audit() is not None)

    def _shared_audit(self) -> MirroredLog | None:
        """Return this node's audit log where it is kept in PostgreSQL; None where it is a file."""
        log = self._audit.log if self._audit is not None else None
        log = log.followed if isinstance(log, CopiedLog) else log
        return log if isinstance(log, MirroredLog) else None

    def _put_apart(self) -> None:
        """Keep the record where heads are kept too: a restored copy does not know what was erased since."""
        here, folder = self._settings.data_dir / FILE, self._settings.heads_copy_dir
        if folder is None or not here.exists():
            return
        content, apart = here.read_bytes(), folder / FILE
        there = apart.read_bytes() if apart.exists() else b""
        if not content.startswith(there):
            _log.error("%s is not the beginning of what was erased; it is left as it is", apart)
        elif content != there:
            append_line(apart, content[len(there) :].rstrip(b"\n"))

    def _standing(self) -> dict[str, Standing]:
        """Return every province as it is at this moment of the loop."""
        return {
            str(name): Standing(room.log, room.writer.position, room.state)
            for name, room in self._rooms.items()
            if isinstance(room.log, SealedLog)
        }

    def erase(self, standing: Mapping[str, Standing]) -> Erased:
        """Erase on this thread what is past its time."""
        data = self._settings.data_dir
        for name, one in standing.items():
            try:
                one.log.fetch_keys()
                if self._rooms[ProvinceId(name)].writes:
                    # A key that is there a day before it is used has come to the copy by then.
                    one.log.prepare(plus_s(self._clock.now(), _DAY_S))
            except LogUnavailable as away:
                _log.error("tomorrow's key of %s is made later: %s", name, away)
        rules = read_rules(data, trail_days=self._settings.trail_days)
        if not rules:
            return Erased()
        live = live_of(standing)
        planned = of_known(plan(data, rules, self._clock.now(), live), live)
        for province, number in planned.unknown:
            _log.warning("incident %d of %s is under legal hold, and there is none", number, province)
        return erase_with_words(
            data,
            planned,
            standing,
            lambda: erase(data, planned, by="system", copy=self._settings.backup_dir, let_go=self._let_go),
        )

    def _let_go(self, name: str) -> None:
        if self._erase_picture is not None and name.startswith(f"{PHOTOS}/"):
            self._erase_picture(PurePosixPath(name).name)
        if self._trail is not None and name.startswith(f"{TRAIL}/") and name != FORMER_TRAIL:
            self._trail.let_go(date.fromisoformat(PurePosixPath(name).name[:10]))

    def _not_in_audit(self, new: Sequence[Erasure]) -> list[Erasure]:
        data = self._settings.data_dir
        missing = not_in_audit(data, read_erasures(data))
        return missing if missing is not None else list(new)

    async def _note(self, line: Erasure) -> None:
        if self._audit is None:
            return
        details = {"line": digest(line), "files": len(line.files), "bytes": line.size, "days": line.days,
                   "before": line.before, "kept": line.kept}  # fmt: skip
        if line.of == WORDS:
            # Few and short, and what they opened is in logs for good: the audit log itself says which keys went.
            details["keys"] = {gone.name: gone.sha256 for gone in line.files}
        await self._audit.record(
            actor=line.by, what=ERASED, subject=f"retention:{line.of}", purpose="retention", details=details
        )
