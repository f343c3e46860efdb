"""Group commit for things that do not depend on one another: one write for all that came while the last was under way."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from nazdik.platform.eventlog.errors import LogDiskFull, LogUnavailableProblem
from nazdik.platform.faults import LogFull, LogUnavailable
from nazdik.platform.handoff import hand_off

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
        # Set while nothing is under way.
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    @property
    def waiting(self) -> int:
        """How many items wait for those that are being written, `WAITING_MAX` at most."""
        return len(self._waiting)

    async def add(self, item: T) -> R:
        """
        Return the result of writing `item`, once it is durable. It is written though its sender goes away.

        Raises:
            LogUnavailableProblem: It could not be written and is not kept.
        """
        if self._closed or len(self._waiting) >= self._waiting_max:
            raise LogUnavailableProblem(reason="closed" if self._closed else "too much is waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, future))
        if self._idle.is_set():
            self._idle.clear()
            loop.call_soon(self._write_waiting)
        return await future

    def _write_waiting(self) -> None:
        if not self._waiting:
            self._idle.set()
            return
        batch, self._waiting = self._waiting, []

        def told(results: Sequence[R] | None, error: Exception | None) -> None:
            try:
                _tell(batch, results, error)
            finally:
                self._write_waiting()

        hand_off(self._thread, lambda: self._write([item for item, _ in batch]), told)

    async def close(self) -> None:
        """Wait until what came is durable, then take no more."""
        self._closed = True
        await self._idle.wait()
        self._thread.shutdown()


def _tell(batch: list[tuple[T, "asyncio.Future[R]"]], results: Sequence[R] | None, error: Exception | None) -> None:
    """Give everybody who still waits their result, or why there is none."""
    if results is None:
        for _, future in batch:
            if not future.done():
                future.set_exception(_refusal(error))
                future.exception()  # Whoever waited may go away in this moment; that is no news.
        return
    for (_, future), result in zip(batch, results, strict=True):
        if not future.done():
            future.set_result(result)


def _refusal(error: Exception | None) -> Exception:
    if isinstance(error, LogUnavailable):
        return LogDiskFull(retry_after_s=5) if isinstance(error, LogFull) else LogUnavailableProblem()
    return AssertionError(f"a write failed in a way that was not foreseen: {error!r}")
