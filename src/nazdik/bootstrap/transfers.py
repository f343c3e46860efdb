"""Calls on their way from one province's log to another's: carried over, and finished after whatever came in between."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nazdik.bootstrap.answered import answered
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.door import House
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.intake import commands as c
from nazdik.intake import events as e
from nazdik.intake.model import Call
from nazdik.intake.transfers import handed
from nazdik.kernel import Actor, CallId, CommandId, Context, OfficeId, ProvinceId, Rejected, Unavailable
from nazdik.platform.eventlog.machine import Batch

TRY_AGAIN_S = 1.0
# So long an answer waits for the receiver's log.
WAIT_S = 3.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Transfers:
    """Carries every call that is asked for; a call is never lost between two logs, and never there twice."""

    house: House
    _tasks: dict[CallId, asyncio.Task[None]] = field(default_factory=dict)

    def open(self) -> None:
        """Go on with what was asked for before, and listen for more."""
        for room in self.house.rooms.values():
            room.listeners.append(self._listener(room))
            room.when_writing.append(partial(self._take_up, room))
            self._take_up(room)

    def _take_up(self, room: ControlRoom) -> None:
        for call in room.state.calls.values():
            self._begin(room, call)

    async def close(self) -> None:
        """Stop; the logs tell at the next start what is still to be carried."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def settled(self, call_id: CallId) -> None:
        """Wait a moment until a call is where it was asked to be."""
        task = self._tasks.get(call_id)
        if task is not None:
            await asyncio.wait([task], timeout=WAIT_S)

    def _listener(self, room: ControlRoom) -> Callable[[Batch[ProvinceState]], None]:
        def hear(batch: Batch[ProvinceState]) -> None:
            for commit in batch.commits:
                for fact in commit.events:
                    if isinstance(fact, e.TransferAsked):
                        self._begin(room, batch.after.calls[fact.call_id])

        return hear

    def _begin(self, room: ControlRoom, call: Call) -> None:
        moving = call.transfer is not None and call.transfer.done_at is None and call.transfer.to_call is not None
        if moving and room.writes and call.id not in self._tasks:
            task = self._tasks[call.id] = asyncio.get_running_loop().create_task(self._carry(room, call.id))
            task.add_done_callback(lambda _: self._tasks.pop(call.id, None))

    async def _carry(self, room: ControlRoom, call_id: CallId) -> None:
        while True:
            try:
                await self._carry_once(room, call_id)
                return
            except Unavailable as away:
                _log.error("a call cannot be handed over now: %s: %s", call_id, away)
            except Rejected as refused:
                # It stays open here, where people see it.
                _log.error("a call is not handed over: %s: %s", call_id, refused.code)
                return
            await asyncio.sleep(TRY_AGAIN_S)

    async def _carry_once(self, room: ControlRoom, call_id: CallId) -> None:
        call = room.state.calls[call_id]
        transfer = call.transfer
        if transfer is None or transfer.done_at is not None or transfer.to_call is None:
            return
        there = self.house.rooms[ProvinceId(transfer.target)]
        if transfer.to_call not in there.state.calls:
            answers = answered(room.state, call)
            command = handed(call, by=str(room.province), note=transfer.note, answers=answers)
            await there.submit(command, self._context(room, f"transfer:{call_id}"))
        await room.submit(c.FinishTransfer(call_id=call_id), self._context(room, f"transferred:{call_id}"))

    def _context(self, room: ControlRoom, key: str) -> Context:
        actor = Actor(id=f"transfer:{room.province}", role="gateway", office_id=OfficeId(str(room.province)))
        return Context(at=self.house.clock.now(), actor=actor, command_id=CommandId(key))


def target_of(house: House, call_id: str, target: str, services: tuple[str, ...]) -> tuple[bool, list[str]]:
    """Return whether a call can be handed over there, and everything that it can be handed over to."""
    own = call_id.partition(".")[0]
    known: list[Any] = [*(str(name) for name in sorted(house.rooms) if str(name) != own), *services]
    return target in known, known
