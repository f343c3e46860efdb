"""
From an exchange's signalling to calls: bytes to the journal first, then a call, then whatever else it tells.

A ring whose words make no sense still becomes a call, without a number; a ring that the log cannot take now stays in the journal
and is tried again until it is in. The exchange's own name of the call and the word beside its record (`RingingNames`) are the
command's key, so nothing is presented twice and no caller is taken for another. What an exchange says of a call later (another
place, how the ringing ended) lies in the journal too, under the call's own id.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from hashlib import blake2b
from typing import Any

from msgspec.structs import replace

from nazdik.intake import commands as c
from nazdik.intake.ami import read_block
from nazdik.intake.callers.envelope import NOBODY, SIGNALLED, Came, unwrap, wrap
from nazdik.intake.model import Channel, LocationSource, RingingEnd
from nazdik.intake.records import KeptRecord
from nazdik.intake.ringing_names import RingingNames
from nazdik.intake.sip.agent import RING_MAX_S, Ended, Rang, Updated
from nazdik.intake.sip.call import Ring, read_any
from nazdik.intake.sip.location import Told
from nazdik.kernel import CallId, Instant, Invalid, ProvinceId, Rejected, Unavailable, rfc3339
from nazdik.kernel.instant import seconds_between

TRY_AGAIN_S = 1.0
# A handle is needed until its call stops ringing; many more than can ring at once.
HANDLES_KEPT = 50_000
PLACES_MAX = 8
# What we write of a call ourselves is far shorter.
SAID_BYTES_MAX = 4_096
# In a call's data: when it came, when the log heard of it only later.
RECEIVED = "received"
# Work that waits for a log that does not answer; what is more than this waits in the journal.
TASKS_MAX = 50_000
_log = logging.getLogger(__name__)

Submit = Callable[[Any, str], Awaitable[object]]
Keep = Callable[[bytes], Awaitable[int]]
Fetch = Callable[[str], Awaitable[list[Told]]]


class Exchange:
    """What one province's exchange tells, as commands. One event loop."""

    def __init__(
        self, province: ProvinceId, *, name: str, submit: Submit | None, keep: Keep, fetch: Fetch | None = None
    ) -> None:
        """
        Args:
            name: Of the exchange; part of every command's key and of the record.
            submit: Sends a command with its key into the province's log; None when there is no log and the journal is all.
            keep: Puts bytes into the journal and returns their offset once they are on disk.
            fetch: Gets a place by reference; None when references are only shown.
        """
        self.province = province
        self._name = name
        self._submit = submit
        self._keep = keep
        self._fetch = fetch
        self._calls: OrderedDict[str, CallId] = OrderedDict()
        self._names = RingingNames()
        self._tasks: set[asyncio.Task[None]] = set()
        # The newest piece of work of each call that has any.
        self._last: dict[CallId, asyncio.Task[None]] = {}

    async def hear(self, thing: Rang | Updated | Ended) -> bool:
        """Take one thing in; True when it is on disk. What the log is told of a call, it is told in order, while others ring."""
        if isinstance(thing, Rang):
            return await self._rang(thing)
        call_id = self._calls.get(thing.handle)
        if call_id is None and isinstance(thing, Ended) and thing.dialogue:
            # It rang before this server was started again, and the journal told us.
            call_id = self._names.find(thing.dialogue)
        if call_id is None:
            return False
        if isinstance(thing, Updated):
            await self._kept("update", call_id, thing.raw)
            self._begin(call_id, self._places(call_id, thing.ring))
            return True
        how = RingingEnd.ELSEWHERE if thing.elsewhere else RingingEnd.ABANDONED
        self._calls.pop(thing.handle, None)
        self._names.over(call_id)
        await self._kept("ended", call_id, json.dumps({"how": how, "reason": thing.reason[:200]}).encode())
        self._begin(call_id, self._end(call_id, how, thing.reason))
        return True

    def again(self, records: Iterable[KeptRecord], now: Instant, *, unheard_since: Instant | None = None) -> None:
        """
        Present what rang before a crash and is in the journal; what is in the log already changes nothing there.

        Whether it still rings, the exchange alone knew: a call of which nothing more is heard is one to call back.

        Args:
            unheard_since: From then on there was no log: when such a call came is kept with it.
        """
        for record in records:
            came = unwrap(record.data)
            if came is None or came.province != self.province:
                continue
            if came.door in SIGNALLED:
                late = unheard_since is not None and record.at >= unheard_since
                self._rang_before(came, record, now, late=late)
            elif came.door == "update":
                self._begin(CallId(came.gateway), self._places(CallId(came.gateway), read_any(came.body)))
            elif came.door == "ended" and (end := read_end(came.body)) is not None:
                self._names.over(CallId(came.gateway))
                self._begin(CallId(came.gateway), self._end(CallId(came.gateway), *end))

    def _rang_before(self, came: Came, record: KeptRecord, now: Instant, *, late: bool) -> None:
        ring = ring_of(came)
        call_id = call_of(self.province, self._name, ring, record.offset, came.note)
        self._names.learn(ring, came.note, call_id)
        left_s = max(0.0, RING_MAX_S - seconds_between(record.at, now))
        self._begin(call_id, self._present(call_id, ring, came_at=record.at if late else None))
        task = asyncio.get_running_loop().create_task(self._no_word(call_id, left_s))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until the log has all that it is told of calls now."""
        while self._last:
            await asyncio.wait(list(self._last.values()))

    async def close(self) -> None:
        """Give up what is still on its way; the journal has it."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _rang(self, rang: Rang) -> bool:
        offset, kept = 0, True
        # Decided before anything is waited for: two rings of one call may come in one breath.
        word = self._names.word_for(rang.ring, rang.handle) if rang.door == "sip" else NOBODY
        if rang.ring.exchange_id:
            self._names.learn(rang.ring, word, call_of(self.province, self._name, rang.ring, 0, word))
        try:
            offset = await self._keep(wrap(Came(rang.door, self._name, self.province, word, rang.raw)))
        except Unavailable as away:
            # A journal that is full must not keep a call from the desks: the log may still take it.
            _log.error("the journal cannot keep a call now: %s", away)
            kept = False
        place = offset if kept else blake2b(rang.raw).hexdigest()
        call_id = call_of(self.province, self._name, rang.ring, place, word)
        if rang.handle:
            self._calls[rang.handle] = call_id
            while len(self._calls) > HANDLES_KEPT:
                self._calls.popitem(last=False)
        told = self._present(call_id, rang.ring)
        if kept or self._submit is None:
            self._begin(call_id, told)
        else:
            await told
        return kept or self._submit is not None

    async def _kept(self, door: str, call_id: CallId, body: bytes) -> None:
        try:
            await self._keep(wrap(Came(door, call_id, self.province, "-", body)))
        except Unavailable as away:
            _log.error("the journal cannot keep what is said of a call now: %s", away)

    async def _present(self, call_id: CallId, ring: Ring, *, came_at: Instant | None = None) -> None:
        await self._surely(came_then(presented(call_id, ring), came_at), f"{call_id}:rang")
        await self._places(call_id, ring)

    async def _end(self, call_id: CallId, how: RingingEnd, reason: str) -> None:
        await self._surely(c.EndRinging(call_id=call_id, how=how, reason=reason[:200]), f"{call_id}:end")

    async def _no_word(self, call_id: CallId, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._names.over(call_id)
        command = c.EndRinging(call_id=call_id, how=RingingEnd.NO_WORD, reason="read again from the journal")
        # A key of its own: what the exchange said meanwhile stands, and this then changes nothing.
        self._begin(call_id, self._surely(command, f"{call_id}:no-word"))

    def _begin(self, call_id: CallId, work: Coroutine[Any, Any, None]) -> None:
        """Do one piece of work of a call after those before it, and wait for none of it here; without a log there is none."""
        if self._submit is None:
            work.close()
            return
        if len(self._tasks) >= TASKS_MAX:
            _log.error("the log is too far behind: %s waits in the journal until the next start", call_id)
            work.close()
            return
        before = self._last.get(call_id)
        task = asyncio.get_running_loop().create_task(_after(before, work))
        self._tasks.add(task)
        self._last[call_id] = task
        task.add_done_callback(lambda done: self._done(call_id, done))

    def _done(self, call_id: CallId, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._last.get(call_id) is task:
            del self._last[call_id]
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("a call's news could not be taken in", exc_info=fault)

    async def _places(self, call_id: CallId, ring: Ring) -> None:
        for told in ring.places[:PLACES_MAX]:
            await self._locate(call_id, told, LocationSource.SIGNALLING)
        for reference in ring.references if self._fetch is not None else ():
            task = asyncio.get_running_loop().create_task(self._dereference(call_id, reference))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _dereference(self, call_id: CallId, reference: str) -> None:
        assert self._fetch is not None
        for told in (await self._fetch(reference))[:PLACES_MAX]:
            await self._locate(call_id, told, LocationSource.SIGNALLING)

    async def _locate(self, call_id: CallId, told: Told, source: LocationSource) -> None:
        command = located(call_id, told, source)
        digest = blake2b(repr(told).encode(), digest_size=8).hexdigest()
        await self._surely(command, f"{call_id}:at:{digest}")

    async def _surely(self, command: Any, key: str) -> None:
        """Try until the log has it. A refusal is final: it is the same each time."""
        assert self._submit is not None, "without a log nothing is asked of it"
        while True:
            try:
                await self._submit(command, f"{self._name}:{key}")
                return
            except Unavailable as away:
                _log.error("the log cannot take a call now: %s", away)
                await asyncio.sleep(TRY_AGAIN_S)
            except Rejected as refusal:
                level = logging.WARNING if isinstance(refusal, Invalid) else logging.INFO
                _log.log(level, "%s was refused: %s", type(command).__name__, refusal.code)
                return


async def _after(before: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
    try:
        if before is not None:
            await asyncio.wait([before])
    except asyncio.CancelledError:
        work.close()
        raise
    await work


def call_of(province: ProvinceId, name: str, ring: Ring, place: int | str, word: str = NOBODY) -> CallId:
    """
    Return the id of the call that a ring is. Without a name of its own a ring is known by its place in the journal.

    Args:
        word: What its record has beside it (`RingingNames`); none in records of earlier releases and of other doors.
    """
    own = ring.exchange_id or f"journal:{place}"
    own = own if word == NOBODY else f"{own}\0{word}"
    word = blake2b(f"{name}\0{own}".encode(), digest_size=10).hexdigest()
    return CallId(f"{province}.c{word}")


def ring_of(came: Came) -> Ring:
    """Return what a ring of the journal tells; of one that is damaged, what its ruins tell."""
    return read_block(came.body) if came.door == "ami" else read_any(came.body)


def read_end(body: bytes) -> tuple[RingingEnd, str] | None:
    """Return how a call's ringing ended, from the record that tells of it; None when it cannot be read."""
    try:
        said = json.loads(body[:SAID_BYTES_MAX])
        return RingingEnd(said["how"]), str(said["reason"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def came_then(command: c.PresentCall, at: Instant | None) -> c.PresentCall:
    """Return a call with when it came, where that is long before the log hears of it."""
    return command if at is None else replace(command, data=(*command.data, (RECEIVED, rfc3339(at))))


def presented(call_id: CallId, ring: Ring) -> c.PresentCall:
    """Return the command that a ring becomes; references and notes are kept with the additional data."""
    data = (*ring.data, *(("location-reference", uri[:500]) for uri in ring.references))
    data = (*data, *(("note", note) for note in ring.notes))
    return c.PresentCall(
        call_id=call_id,
        channel=Channel.TELEPHONE,
        number=ring.number[:40] or None,
        name=ring.name[:300] or None,
        exchange_id=ring.exchange_id or None,
        called=ring.called,
        asserted=ring.asserted,
        is_test=ring.is_test,
        data=data,
    )


def located(call_id: CallId, told: Told, source: LocationSource) -> c.LocateCall:
    """Return the command that a place becomes."""
    return c.LocateCall(
        call_id=call_id,
        source=source,
        point=told.point,
        accuracy_m=told.accuracy_m,
        confidence=told.confidence,
        measured_at=told.measured_at,
        shape=told.shape,
        method=told.method[:40],
        civic=told.civic,
    )
