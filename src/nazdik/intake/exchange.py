"""
From an exchange's signalling to calls: bytes to the journal first, then a call, then whatever else it tells.

A ring whose words make no sense still becomes a call, without a number; a ring that the log cannot take now stays in the journal
and is tried again until it is in. The exchange's own name of the call is the command's key, so nothing is presented twice.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any

from nazdik.intake import commands as c
from nazdik.intake.model import Channel, LocationSource, RingingEnd
from nazdik.intake.sip.agent import Ended, Rang, Updated
from nazdik.intake.sip.call import Ring
from nazdik.intake.sip.location import Told
from nazdik.kernel import CallId, Invalid, ProvinceId, Rejected, Unavailable

TRY_AGAIN_S = 1.0
# A handle is needed until its call stops ringing; many more than can ring at once.
HANDLES_KEPT = 50_000
PLACES_MAX = 8
_log = logging.getLogger(__name__)

Submit = Callable[[Any, str], Awaitable[object]]
Keep = Callable[[bytes], Awaitable[int]]
Fetch = Callable[[str], Awaitable[list[Told]]]


class Exchange:
    """What one province's exchange tells, as commands. One event loop."""

    def __init__(
        self, province: ProvinceId, *, name: str, submit: Submit, keep: Keep, fetch: Fetch | None = None
    ) -> None:
        """
        Args:
            name: Of the exchange; part of every command's key and of the record.
            submit: Sends a command with its key into the province's log.
            keep: Puts bytes into the journal and returns their offset once they are on disk.
            fetch: Gets a place by reference; None when references are only shown.
        """
        self._province = province
        self._name = name
        self._submit = submit
        self._keep = keep
        self._fetch = fetch
        self._calls: OrderedDict[str, CallId] = OrderedDict()
        self._fetching: set[asyncio.Task[None]] = set()

    async def hear(self, thing: Rang | Updated | Ended) -> bool:
        """Take one thing in; True when it is on disk."""
        if isinstance(thing, Rang):
            return await self._rang(thing)
        call_id = self._calls.get(thing.handle)
        if call_id is None:
            return False
        if isinstance(thing, Updated):
            await self._places(call_id, thing.ring)
            return True
        how = RingingEnd.ELSEWHERE if thing.elsewhere else RingingEnd.ABANDONED
        await self._surely(c.EndRinging(call_id=call_id, how=how, reason=thing.reason[:200]), f"{call_id}:end")
        self._calls.pop(thing.handle, None)
        return True

    async def close(self) -> None:
        """Give up what is still being fetched."""
        for task in list(self._fetching):
            task.cancel()
        await asyncio.gather(*self._fetching, return_exceptions=True)

    async def _rang(self, rang: Rang) -> bool:
        offset = await self._keep(rang.raw)
        ring = rang.ring
        # Without a name of its own a ring is known by where it lies in the journal.
        own = ring.exchange_id or f"journal:{offset}"
        word = blake2b(f"{self._name}\0{own}".encode(), digest_size=10).hexdigest()
        call_id = CallId(f"{self._province}.c{word}")
        if rang.handle:
            self._calls[rang.handle] = call_id
            while len(self._calls) > HANDLES_KEPT:
                self._calls.popitem(last=False)
        await self._surely(presented(call_id, ring), f"{call_id}:rang")
        await self._places(call_id, ring)
        return True

    async def _places(self, call_id: CallId, ring: Ring) -> None:
        for told in ring.places[:PLACES_MAX]:
            await self._locate(call_id, told, LocationSource.SIGNALLING)
        for reference in ring.references if self._fetch is not None else ():
            task = asyncio.get_running_loop().create_task(self._dereference(call_id, reference))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)

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
