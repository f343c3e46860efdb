"""
The server checks its own logs all the time: what is added within seconds, and all of it from the first entry on once a day.

A little at a time, on a thread and from the store itself, so that nobody waits for it. What it finds is told on the health page
and in the audit log. It shows what was damaged or changed while the server runs; for what somebody with the machine and its key
did there is `nazdik log verify` with heads that are kept elsewhere.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from nazdik.bootstrap.stores import AUDIT, LogSource, url_in
from nazdik.kernel import Instant, Unavailable
from nazdik.platform.audit import Audit
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog import Verdict
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.walk import Kept, KeptInFile, Walk
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings

EVERY_S = 10.0
# After the name of a log that is read where several nodes share it; without it, this machine's own file is.
IN_STORE = "@postgresql"
# Some 4 ms of one core, so that a thread never has the interpreter for long; at most forty of them in ten seconds.
ENTRIES_AT_ONCE = 200
PAGES_A_TURN = 40
PAUSE_S = 0.02
AGAIN_AFTER_S = 86_400.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class LogCheck:
    """
    What is known of one log: how many entries were found whole, when it was last looked at, and when all of it was whole.

    `wrong` once an entry is not as it was written; it stays until the server is started anew, and so does the last look.
    """

    log: str
    checked: int = 0
    looked_at: Instant | None = None
    whole_at: Instant | None = None
    wrong: Verdict | None = None


def kept_of(settings: Settings, sources: Mapping[str, LogSource], provinces: Iterable[str]) -> dict[str, Kept]:
    """Return what a server of these provinces checks: each log in its file, and where a store has it there too."""
    data = settings.data_dir
    files = {AUDIT: data / f"{AUDIT}.sqlite"} | {f"{name}.log": data / f"{name}.log.sqlite" for name in provinces}
    found: dict[str, Kept] = {name: KeptInFile(path) for name, path in files.items()}
    if sources and settings.postgres_url_file is not None:
        # Whoever keeps everything in files does not load what speaks to PostgreSQL.
        from nazdik.platform.eventlog.postgres.kept import KeptInStore  # noqa: PLC0415

        url = url_in(settings.postgres_url_file)
        for name, source in sources.items():
            log = AUDIT if name == AUDIT else f"{name}.log"
            found[f"{log}{IN_STORE}"] = KeptInStore(url, source.name)
    return found


@dataclass(slots=True)
class _Walks:
    """`tip` keeps up with what is added; `whole` goes from the first entry on and takes its place at the end."""

    kept: Kept
    tip: Walk | None = None
    whole: Walk | None = None
    ended_s: float = field(default=0.0)


class SelfCheck:
    """Checks the logs of one server. Belongs to one event loop; reads on threads."""

    def __init__(
        self, logs: Mapping[str, Kept], newest: Callable[[str], SignedHead | None], audit: Audit | None, clock: Clock
    ) -> None:
        """`newest`: the newest head that this server has signed of a log."""
        self._walks = {name: _Walks(kept) for name, kept in logs.items()}
        self._newest = newest
        self._audit = audit
        self._clock = clock
        self.logs = {name: LogCheck(name) for name in logs}

    async def run(self) -> None:
        """Go on for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            for name in self._walks:
                await self.look(name)

    async def look(self, name: str) -> None:
        """Check some more of one log."""
        said = self.logs[name]
        if said.wrong is not None:
            return
        try:
            wrong = await self._go_on(name, self._walks[name])
        except (LogUnavailable, OSError) as later:
            _log.info("%s is checked later: %s", name, later)
            return
        except Exception:
            # A fault in the check must not end the check of other logs.
            _log.exception("%s could not be checked", name)
            return
        said.looked_at = self._clock.now()
        if wrong is not None:
            said.wrong = wrong
            _log.critical("%s IS DAMAGED: %s; see `nazdik log verify`", name, wrong.said)
            await self._note(name, wrong)

    async def _go_on(self, name: str, walks: _Walks) -> Verdict | None:
        said = self.logs[name]
        if walks.tip is not None:
            verdict = await self._pages(walks.tip)
            said.checked = walks.tip.checked
            if verdict is not None and not verdict.whole:
                return verdict
            if walks.whole is None and self._clock.monotonic_s() - walks.ended_s < AGAIN_AFTER_S:
                return None
        if walks.whole is None:
            head = self._newest(name.removesuffix(IN_STORE))
            walks.whole = Walk(walks.kept, [head] if head is not None else [])
        verdict = await self._pages(walks.whole)
        said.checked = max(said.checked, walks.whole.checked)
        if verdict is None:
            return None
        if verdict.whole:
            walks.tip, walks.whole, walks.ended_s = walks.whole, None, self._clock.monotonic_s()
            said.whole_at, said.checked = self._clock.now(), verdict.checked
            return None
        return verdict

    def close(self) -> None:
        """Let go of what was read."""
        for walks in self._walks.values():
            walks.kept.close()

    @staticmethod
    async def _pages(walk: Walk) -> Verdict | None:
        for _ in range(PAGES_A_TURN):
            before = walk.checked
            verdict = await asyncio.to_thread(walk.step, ENTRIES_AT_ONCE)
            if verdict is not None or walk.checked == before:
                return verdict
            await asyncio.sleep(PAUSE_S)
        return None

    async def _note(self, name: str, wrong: Verdict) -> None:
        if self._audit is None:
            return
        details = {"position": wrong.position, "reason": wrong.reason}
        try:
            await self._audit.record(
                actor="system", what="log_damaged", subject=name, purpose="self_check", details=details
            )
        except Unavailable as fault:
            _log.error("this cannot be written into the audit log: %s", fault)
