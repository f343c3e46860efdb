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
    LogDiskFull,
    LogFull,
    LogUnavailable,
    LogUnavailableProblem,
    PositionTaken,
)
from nazdik.platform.eventlog.machine import Answer, Batch, Machine

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
        gather_s: float = 0.0,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        """
        Take charge of `log`, whose entries fold to `state`.

        Args:
            on_commit: Called on the loop after each durable batch, in order, before its senders are answered.
            gather_s: Wait so long for company before each append; the sync itself gathers enough on most disks.
        """
        self._log = log
        self._machine = machine
        self._clock = clock
        self._on_commit = on_commit
        self._gather_s = gather_s
        self._waiting_max = waiting_max
        self._answers = Answers(log)
        self.state = state
        self.position = log.head().position
        self._newest_state = state
        self._newest_position = self.position
        self._waiting: list[tuple[Decision[S], asyncio.Future[Answer]]] = []
        self._flying: list[tuple[Decision[S], asyncio.Future[Answer]]] = []
        self._undurable: dict[CommandId, tuple[bytes, asyncio.Future[Answer]]] = {}
        self._drain: asyncio.Task[None] | None = None
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
            check_digest(command_id, undurable[0], digest)
            return replace(await asyncio.shield(undurable[1]), duplicate=True)
        try:
            known = self._answers.find(command_id, digest)
        except LogUnavailable as error:
            raise _problem(error) from error
        if known is not None:
            return known
        if len(self._waiting) >= self._waiting_max:
            raise LogUnavailableProblem(reason="too many commands are waiting", waiting=len(self._waiting))
        decision = decide(self._machine, self._newest_state, self._newest_position, command, ctx, digest=digest)
        if not decision.entries and self._drain is None:
            # Nothing to write, and it rests on nothing that is not on disk.
            return self._settled(decision)
        self._newest_state = decision.state
        self._newest_position += len(decision.entries)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((decision, future))
        self._undurable[command_id] = (digest, future)
        if self._drain is None:
            self._drain = asyncio.get_running_loop().create_task(self._write_waiting())
        # A sender who goes away must not take the answer from another who asked the same.
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Wait until what was decided is on disk (or refused), then take no more."""
        if self._drain is not None:
            await self._drain
        self._stopped = self._stopped or "the server is stopping"
        self._thread.shutdown()

    def _settled(self, decision: Decision[S]) -> Answer:
        self._answers.remember(decision.ctx.command_id, decision.digest, decision.outcome)
        if isinstance(decision.outcome, Answer):
            return decision.outcome
        raise decision.outcome

    async def _write_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                if self._gather_s:
                    await asyncio.sleep(self._gather_s)
                self._flying, self._waiting = self._waiting, []
                entries = [entry for decision, _ in self._flying for entry in decision.entries]
                try:
                    if entries:
                        await loop.run_in_executor(self._thread, self._append, entries, self.position)
                except Exception as error:
                    self._drop(error)
                else:
                    self._durable(len(entries))
        finally:
            self._drain = None

    def _append(self, entries: list[NewEntry], expected_position: int) -> None:
        self._log.append(entries, expected_position=expected_position)

    def _durable(self, count: int) -> None:
        flying, self._flying = self._flying, []
        before, prev = self.state, self.position
        self.state = flying[-1][0].state
        self.position = prev + count
        if count and self._on_commit is not None:
            batch = batch_of([d for d, _ in flying], prev, before, self.state, at=self._clock.now())
            try:
                self._on_commit(batch)
            except Exception:
                # What is on disk is done; a listener that fails cannot undo it and must not stop the next.
                _log.exception("a listener failed on positions %d to %d", prev + 1, self.position)
        for decision, future in flying:
            outcome = decision.outcome
            del self._undurable[decision.ctx.command_id]
            self._answers.remember(decision.ctx.command_id, decision.digest, outcome)
            if isinstance(outcome, Answer):
                future.set_result(outcome)
            else:
                _fail(future, outcome)

    def _drop(self, error: Exception) -> None:
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
            for decision, future in dropped:
                if decision.ctx.command_id == guilty:
                    _fail(future, AssertionError(f"the store refused what was decided: {error}"))
                else:
                    _fail(future, _problem(error))


def _problem(error: Exception) -> LogUnavailableProblem:
    return LogDiskFull(retry_after_s=5) if isinstance(error, LogFull) else LogUnavailableProblem()


def _fail(future: "asyncio.Future[Answer]", error: BaseException) -> None:
    future.set_exception(error)
    future.exception()  # Its sender may have gone away; that is no news.
