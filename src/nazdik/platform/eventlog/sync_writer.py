"""The writer without a loop, for simulation and tools: decide, append, tell, answer."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from nazdik.kernel import Context, Rejected
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.answers import REMEMBERED_MAX, Answers
from nazdik.platform.eventlog.decision import batch_of, decide
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.errors import (
    Contradiction,
    LogDiskFull,
    LogFull,
    LogUnavailable,
    LogUnavailableProblem,
)
from nazdik.platform.eventlog.machine import Answer, Batch, Machine

S = TypeVar("S")


class SyncWriter(Generic[S]):
    """As `Writer`, one command at a time. Commands given from within `on_commit` are not allowed."""

    def __init__(
        self,
        log: EventLog,
        machine: Machine[S],
        state: S,
        clock: Clock,
        on_commit: Callable[[Batch[S]], None] | None = None,
        *,
        remembered_max: int = REMEMBERED_MAX,
    ) -> None:
        """`remembered_max` is how many of the newest answers are at hand; those of facts are found in the log for ever."""
        self._log = log
        self._machine = machine
        self._clock = clock
        self._on_commit = on_commit
        self._answers = Answers(log, remembered_max)
        self._busy = False
        self.state = state
        self.position = log.head().position

    def submit(self, command: Any, ctx: Context) -> Answer:
        """Decide a command, append its facts and return; see `Writer.submit` for what it raises."""
        assert not self._busy, "a command from within a commit would overtake it"
        digest = self._machine.digest(command)
        known = self._answers.find(ctx.command_id, digest)
        if known is not None:
            return known
        decision = decide(self._machine, self.state, self.position, command, ctx, digest=digest)
        if decision.entries:
            self._append(decision.entries)
            before, prev = self.state, self.position
            self.state, self.position = decision.state, prev + len(decision.entries)
            if self._on_commit is not None:
                self._busy = True
                try:
                    self._on_commit(batch_of((decision,), prev, before, self.state, at=self._clock.now()))
                finally:
                    self._busy = False
        self._answers.remember(ctx.command_id, digest, decision.outcome)
        if isinstance(decision.outcome, Rejected):
            raise decision.outcome
        return decision.outcome

    def _append(self, entries: Any) -> None:
        try:
            self._log.append(entries, expected_position=self.position)
        except Contradiction as error:
            self._machine.rolled_back(self.state)
            raise AssertionError(f"the store refused what was decided: {error}") from error
        except LogUnavailable as error:
            self._machine.rolled_back(self.state)
            problem = LogDiskFull if isinstance(error, LogFull) else LogUnavailableProblem
            raise problem() from error
