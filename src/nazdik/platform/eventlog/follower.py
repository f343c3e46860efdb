"""In place of a writer where another node writes the log: the same state, a moment later, and commands sent there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Any, Generic, TypeVar

from nazdik.kernel import Actor, Context
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.entry import Entry
from nazdik.platform.eventlog.machine import Answer, Batch, Commit
from nazdik.platform.eventlog.mirror import MirroredLog

S = TypeVar("S")
_log = logging.getLogger(__name__)
Replay = Callable[[S, Entry], tuple[S, Any]]
Forward = Callable[[Any, Context], Awaitable[Answer]]


class Follower(Generic[S]):
    """Belongs to the event loop that calls it, as `Writer` does."""

    def __init__(
        self,
        log: MirroredLog,
        replay: Replay[S],
        state: S,
        clock: Clock,
        on_commit: Callable[[Batch[S]], None],
        forward: Forward,
    ) -> None:
        """
        Follow `log`, whose copy folds to `state`.

        Args:
            replay: Applies an entry to a state, and returns the state after it and the fact it holds.
            on_commit: Told of what was read as a writer tells of what it wrote.
            forward: Sends a command to where it is decided.
        """
        self._log = log
        self._replay = replay
        self._clock = clock
        self._on_commit = on_commit
        self._forward = forward
        self.state = state
        self.position = log.head().position

    @property
    def newest_state(self) -> S:
        """The state as far as it is known here."""
        return self.state

    @property
    def stopped(self) -> str | None:
        """A follower goes on; what ends it is said otherwise."""
        return None

    async def submit(self, command: Any, ctx: Context) -> Answer:
        """Have a command decided elsewhere; see `Writer.submit` for what it raises."""
        return await self._forward(command, ctx)

    async def follow(self) -> int:
        """
        Read on, a page at most, and return how many entries came.

        Raises:
            LogUnavailable: The store does not answer, or has another history.
        """
        entries = await asyncio.to_thread(self._log.catch_up)
        self.apply(entries)
        return len(entries)

    def apply(self, entries: list[Entry]) -> None:
        """Take in what is in the copy already."""
        if not entries:
            return
        before, prev, after = self.state, self.position, self.state
        commits: list[Commit] = []
        for command_id, group in groupby(entries, key=lambda e: e.command_id):
            facts, made = [], list(group)
            for entry in made:
                after, fact = self._replay(after, entry)
                facts.append(fact)
            first, last = made[0], made[-1]
            # The log says who, not in which role.
            actor = Actor(id=first.actor, role="")
            commits.append(Commit(command_id, actor, first.at, first.position, last.position, tuple(facts)))
        self.state, self.position = after, entries[-1].position
        batch = Batch(prev, self.position, self._clock.now(), tuple(commits), before, after)
        try:
            self._on_commit(batch)
        except Exception:
            # As with a writer: what was decided is decided, and a listener that fails must not stop whoever stands by.
            _log.exception("a listener failed on positions %d to %d", prev + 1, self.position)

    async def close(self) -> None:
        """There is nothing under way."""
