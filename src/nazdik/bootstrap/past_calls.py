"""
Calls beyond memory: an index that follows each province's log, and what it finds read back from the log itself.

One thread does it, so that nobody waits: a call rings whether or not this works.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.province_state import decode
from nazdik.dispatch import events as d
from nazdik.intake import events as e
from nazdik.intake import evolution as intake_evolution
from nazdik.intake.model import Call, Calls
from nazdik.intake.nuisance import Nuisance, nuisance
from nazdik.intake.past import Disposed, PastCall, PastCalls
from nazdik.kernel import CallId, IncidentId, ProvinceId, Unavailable
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.entry import Entry
from nazdik.platform.eventlog.words import opened_by, stored_in
from nazdik.platform.faults import LogUnavailable

LOOK_EVERY_S = 10.0
# After a change: the facts of some moments are taken together. Whoever asks is answered from all of the log before.
SETTLE_S = 2.0
ENTRIES_AT_ONCE = 1_000
DAY_S = 86_400.0
_INTAKE = "intake."
_DISPATCH = frozenset({"dispatch.disposition_recorded.v1", "dispatch.incident_reopened.v1"})
_log = logging.getLogger(__name__)
T = TypeVar("T")


class CallBook:
    """The index of every province of this server; belongs to one event loop."""

    def __init__(self, store: PastCalls, rooms: Mapping[ProvinceId, ControlRoom], clock: Clock, *, days: int) -> None:
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._days = days
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="past-calls")
        self._wake = asyncio.Event()
        for room in rooms.values():
            room.listeners.append(lambda _: self._wake.set())

    async def run(self) -> None:
        """Follow the logs, again and again. What cannot be read now is read next time."""
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except (LogUnavailable, Unavailable) as fault:
                _log.warning("past calls are read later: %s", fault)
            except Exception:
                _log.exception("past calls could not be read")
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
                await asyncio.sleep(SETTLE_S)
            except TimeoutError:
                pass

    async def catch_up(self) -> None:
        """Take in what the logs have that is not in the index yet."""
        for room in self._rooms.values():
            while await self._in_thread(lambda room=room: self._read_on(room)):  # type: ignore[misc]
                pass

    async def forget(self) -> None:
        """Forget calls that are older than the settings allow."""
        before = plus_s(self._clock.now(), -DAY_S * self._days)
        await self._in_thread(lambda: self._store.forget(before))

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        await asyncio.to_thread(self._thread.shutdown)
        self._store.close()

    async def nuisance_of(self, province: ProvinceId, numbers: Iterable[str]) -> Nuisance:
        """Return how often these numbers called for nothing."""
        wanted = tuple(numbers)
        if not wanted:
            return nuisance((), self._clock.now())
        await self.catch_up()
        found = await self._in_thread(lambda: list(self._store.findings(province, wanted)))
        since = plus_s(self._clock.now(), -DAY_S * self._days)
        return nuisance((each for each in found if each[0] >= since), self._clock.now())

    async def calls_of(self, province: ProvinceId, numbers: Iterable[str], limit: int) -> tuple[int, list[PastCall]]:
        """Return how many calls of these numbers are known, and the newest."""
        wanted = tuple(numbers)
        if not wanted:
            return 0, []
        await self.catch_up()
        return await self._in_thread(lambda: self._store.of_numbers(province, wanted, limit))

    async def digests_of(self, calls: Iterable[str]) -> dict[str, str]:
        """Return a digest of the number of each call, as far as they are known."""
        await self.catch_up()
        wanted = list(calls)
        return await self._in_thread(lambda: self._store.digests_of(wanted))

    async def callers_of(self, incident: IncidentId, limit: int) -> list[PastCall]:
        """Return the calls about an incident, oldest first."""
        await self.catch_up()
        return await self._in_thread(lambda: self._store.of_incident(incident, limit))

    async def read_back(self, call_id: CallId) -> Call | None:
        """Return a call as the log has it; None when it has none."""
        room = self._rooms[ProvinceId(call_id.partition(".")[0])]
        entries = await self._in_thread(lambda: room.log.read_subject(call_id))
        calls = Calls()
        for fact in (decode(entry.kind, entry.body) for entry in entries if entry.kind.startswith(_INTAKE)):
            calls = intake_evolution.evolve(calls, fact)
        return calls.get(call_id)

    async def numbers_of(self, incidents: Iterable[IncidentId]) -> dict[IncidentId, int]:
        """Return the number by which people know each of these incidents, read from the log."""
        wanted = sorted(set(incidents))
        return await self._in_thread(lambda: {i: n for i in wanted if (n := self._number_of(i)) is not None})

    def _number_of(self, incident: IncidentId) -> int | None:
        room = self._rooms[ProvinceId(incident.partition(".")[0])]
        facts = (decode(entry.kind, entry.body) for entry in room.log.read_subject(incident)[:1])
        return next((getattr(fact, "number", None) for fact in facts), None)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _read_on(self, room: ControlRoom) -> bool:
        """Take in the next part of a log; whether there was any."""
        head = room.log.head()
        after = self._store.read_to(room.province, head.epoch)
        if after == head.position:
            return False
        if after > head.position:
            # The log was put back from a backup: what came after it never happened.
            after = 0
        entries = stored_in(room.log).read(after, ENTRIES_AT_ONCE)
        if not entries:
            return False
        # Most entries are none of ours: their words stay sealed.
        told = opened_by(room.log, (entry for entry in entries if _is_told(entry.kind)))
        facts = [fact for entry in told if (fact := _fact(entry)) is not None]
        self._store.take(room.province, head.epoch, entries[-1].position, facts)
        return True


def _is_told(kind: str) -> bool:
    return kind.startswith(_INTAKE) or kind in _DISPATCH


def _fact(entry: Entry) -> e.Event | Disposed | None:
    if entry.kind.startswith(_INTAKE):
        fact: e.Event = decode(entry.kind, entry.body)
        return fact
    if entry.kind not in _DISPATCH:
        return None
    match decode(entry.kind, entry.body):
        case d.DispositionRecorded(incident_id=incident, at=at, disposition=disposition):
            return Disposed(incident, at, disposition)
        case d.IncidentReopened(incident_id=incident, at=at):
            return Disposed(incident, at, None)
        case _:
            return None
