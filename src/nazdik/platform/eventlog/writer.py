"""
The one writer of a log: decides in memory at once, answers only when it is on disk.

Commands are decided in the order they arrive against the newest state, durable or not. What was decided while the disk
was busy goes out as one batch with one sync (group commit). When an append fails, every decision that is not on disk is
dropped by going back to the last durable state, and its sender is told so.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from nazdik.kernel import CommandId, Context
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.answers import Answers, check_digest
from nazdik.platform.eventlog.decision import Decision, batch_of, decide
from nazdik.platform.eventlog.entry import EventLog, NewEntry
from nazdik.platform.eventlog.errors import (
    Contradiction,
    Fenced,
    LogUnavailable,
    LogUnavailableProblem,
    PositionTaken,
    as_problem,
)
from nazdik.platform.eventlog.machine import Answer, Batch, Machine
from nazdik.platform.handoff import hand_off

S = TypeVar("S")
OnCommit = Callable[[Batch[S]], None]
_log = logging.getLogger(__name__)

# Beyond this, commands are refused rather than kept waiting: 20,000 are a second's work for a fast disk already.
WAITING_MAX = 20_000


class Writer(Generic[S]):
    """Owns the state of one log. Belongs to the event loop that calls it; `state` and `position` are always durable."""

    def __init__(
        self,
        log: EventLog,
        machine: Machine[S],
        state: S,
        clock: Clock,
        on_commit: OnCommit[S] | None = None,
        *,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        """
        Take charge of `log`, whose entries fold to `state`.

        Args:
            on_commit: Called on the loop after each durable batch, in order, before its senders are answered.
        """
        self._log = log
        self._machine = machine
        self._clock = clock
        self._on_commit = on_commit
        self._waiting_max = waiting_max
        self._answers = Answers(log)
        self.state = state
        self.position = log.head().position
        self._newest_state = state
        self._newest_position = self.position
        self._waiting: list[_Pending[S]] = []
        self._flying: list[_Pending[S]] = []
        self._undurable: dict[CommandId, _Pending[S]] = {}
        # Set while nothing is on its way to the disk.
        self._idle = asyncio.Event()
        self._idle.set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log")
        self._stopped: str | None = None

    @property
    def waiting(self) -> int:
        """How many commands wait for their turn on the disk."""
        return len(self._waiting)

    @property
    def waiting_max(self) -> int:
        """Beyond so many, commands are refused."""
        return self._waiting_max

    @property
    def newest_state(self) -> S:
        """The state that the next command is decided against: durable or about to be."""
        return self._newest_state

    @property
    def stopped(self) -> str | None:
        """Why no more is taken, None while it is; only a new start helps."""
        return self._stopped

    async def submit(self, command: Any, ctx: Context) -> Answer:
        """
        Decide a command and return when its facts are on disk.

        Raises:
            Rejected: It was refused; nothing was recorded.
            LogUnavailableProblem: The log could not take it; nothing was recorded.
            AssertionError: We are wrong; nothing was recorded.
        """
        command_id = ctx.command_id
        if self._stopped is not None:
            raise LogUnavailableProblem(reason=self._stopped)
        digest = self._machine.digest(command)
        undurable = self._undurable.get(command_id)
        if undurable is not None:
            check_digest(command_id, undurable.decision.digest, digest)
            return replace(await undurable.answer(), duplicate=True)
        try:
            known = self._answers.find(command_id, digest)
        except LogUnavailable as error:
            raise as_problem(error) from error
        if known is not None:
            return known
        if len(self._waiting) >= self._waiting_max:
            raise LogUnavailableProblem(reason="too many commands are waiting", waiting=len(self._waiting))
        decision = decide(self._machine, self._newest_state, self._newest_position, command, ctx, digest=digest)
        if not decision.entries and self._idle.is_set():
            # Nothing to write, and it rests on nothing that is not on disk.
            return self._settled(decision)
        self._newest_state = decision.state
        self._newest_position += len(decision.entries)
        pending = _Pending(decision)
        self._waiting.append(pending)
        self._undurable[command_id] = pending
        if self._idle.is_set():
            self._idle.clear()
            # Not at once: what else is decided in this pass of the loop goes to the disk with it.
            asyncio.get_running_loop().call_soon(self._write_waiting)
        return await pending.answer()

    async def close(self) -> None:
        """Wait until what was decided is on disk (or refused), then take no more."""
        await self._idle.wait()
        self._stopped = self._stopped or "the server is stopping"
        self._thread.shutdown()

    def _settled(self, decision: Decision[S]) -> Answer:
        self._answers.remember(decision.ctx.command_id, decision.digest, decision.outcome)
        if isinstance(decision.outcome, Answer):
            return decision.outcome
        raise decision.outcome

    def _write_waiting(self) -> None:
        """Send what waits to the disk; whoever calls this has seen the last batch to its end."""
        while self._waiting:
            self._flying, self._waiting = self._waiting, []
            entries = [entry for pending in self._flying for entry in pending.decision.entries]
            if entries:
                hand_off(self._thread, partial(self._append, entries, self.position), self._written)
                return
            self._durable(0)
        self._idle.set()

    def _append(self, entries: list[NewEntry], expected_position: int) -> int:
        self._log.append(entries, expected_position=expected_position)
        return len(entries)

    def _written(self, count: int | None, error: Exception | None) -> None:
        try:
            if count is None:
                self._drop(error)
            else:
                self._durable(count)
        finally:
            self._write_waiting()

    def _durable(self, count: int) -> None:
        flying, self._flying = self._flying, []
        before, prev = self.state, self.position
        self.state = flying[-1].decision.state
        self.position = prev + count
        if count and self._on_commit is not None:
            batch = batch_of([one.decision for one in flying], prev, before, self.state, at=self._clock.now())
            try:
                self._on_commit(batch)
            except Exception:
                # What is on disk is done; a listener that fails cannot undo it and must not stop the next.
                _log.exception("a listener failed on positions %d to %d", prev + 1, self.position)
        for one in flying:
            decision = one.decision
            del self._undurable[decision.ctx.command_id]
            self._answers.remember(decision.ctx.command_id, decision.digest, decision.outcome)
            one.tell(decision.outcome)

    def _drop(self, error: Exception | None) -> None:
        """Go back to what is on disk and tell everyone whose decision is not."""
        dropped = [*self._flying, *self._waiting]
        self._flying, self._waiting = [], []
        self._undurable.clear()
        self._newest_state, self._newest_position = self.state, self.position
        _log.error("an append failed after position %d, %d commands dropped: %s", self.position, len(dropped), error)
        if isinstance(error, PositionTaken | Fenced):
            self._stopped = f"the log moved on without this writer: {error}"
        try:
            self._machine.rolled_back(self.state)
        finally:
            guilty = error.command_id if isinstance(error, Contradiction) else None
            for one in dropped:
                if one.decision.ctx.command_id == guilty:
                    one.tell(AssertionError(f"the store refused what was decided: {error}"))
                else:
                    one.tell(as_problem(error))


class _Pending(Generic[S]):
    """A decision that is not on disk, and everybody who waits for its answer."""

    __slots__ = ("_asked", "decision")

    def __init__(self, decision: Decision[S]) -> None:
        self.decision = decision
        self._asked: list[asyncio.Future[Answer]] = []

    async def answer(self) -> Answer:
        """Wait for the answer. A sender who goes away does not take it from another who asked the same."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked.append(future)
        return await future

    def tell(self, outcome: Answer | BaseException) -> None:
        """Answer everybody who still waits."""
        for future in self._asked:
            if future.done():
                continue
            if isinstance(outcome, Answer):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)
                future.exception()  # Whoever asked may go away in this moment; that is no news.
