"""Things done on the side: kept until they end, dropped together, and told when they fail."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from nazdik.simulation.demo.doors import ServerGone
from nazdik.simulation.demo.tally import Tally


class Errands:
    """Tasks of one owner."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start something and return its task, which need not be awaited."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def drop(self) -> None:
        """Stop everything that still runs."""
        for task in self._tasks:
            task.cancel()

    def __len__(self) -> int:
        return len(self._tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not isinstance(error, ServerGone):
            self._tally.problem(f"fault_{type(error).__name__}", repr(error))
