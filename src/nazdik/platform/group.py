"""Group commit for things that do not depend on one another: one write for all that came while the last was under way."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from nazdik.platform.eventlog.errors import LogDiskFull, LogUnavailableProblem
from nazdik.platform.faults import LogFull, LogUnavailable

T = TypeVar("T")
R = TypeVar("R")
WAITING_MAX = 20_000


class Group(Generic[T, R]):
    """Hands items to `write` in batches, in order, on a thread of its own. Belongs to one event loop."""

    def __init__(self, write: Callable[[list[T]], Sequence[R]], name: str, *, waiting_max: int = WAITING_MAX) -> None:
        """
        Make a group; nothing is written until something is added.

        Args:
            write: Makes all items durable and returns one result for each, or raises and has kept none.
            name: The thread's.
        """
        self._write = write
        self._waiting_max = waiting_max
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._drain: asyncio.Task[None] | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def add(self, item: T) -> R:
        """
        Return the result of writing `item`, once it is durable.

        Raises:
            LogUnavailableProblem: It could not be written and is not kept.
        """
        if self._closed or len(self._waiting) >= self._waiting_max:
            raise LogUnavailableProblem(reason="closed" if self._closed else "too much is waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, future))
        if self._drain is None:
            self._drain = loop.create_task(self._write_waiting())
        return await asyncio.shield(future)

    async def _write_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    results = await loop.run_in_executor(self._thread, self._write, [item for item, _ in batch])
                except Exception as error:
                    _fail(batch, error)
                else:
                    for (_, future), result in zip(batch, results, strict=True):
                        future.set_result(result)
        finally:
            self._drain = None

    async def close(self) -> None:
        """Wait until what came is durable, then take no more."""
        self._closed = True
        if self._drain is not None:
            await self._drain
        self._thread.shutdown()


def _fail(batch: list[tuple[T, "asyncio.Future[R]"]], error: Exception) -> None:
    for _, future in batch:
        if isinstance(error, LogUnavailable):
            future.set_exception(
                LogDiskFull(retry_after_s=5) if isinstance(error, LogFull) else LogUnavailableProblem()
            )
        else:
            future.set_exception(AssertionError(f"a write failed in a way that was not foreseen: {error!r}"))
        future.exception()  # Whoever waited may have gone away; that is no news.
