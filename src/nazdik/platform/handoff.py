"""Work on a thread whose result is told on the loop in one step."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

R = TypeVar("R")


def hand_off(thread: Executor, work: Callable[[], R], told: Callable[[R | None, Exception | None], None]) -> None:
    """
    Do `work` on a thread, then call `told` on this loop with its result, or with what it raised.

    To await the same costs three passes of the loop: the future of the thread sets that of the loop, which wakes a task, which
    tells whoever waits. Each pass of a busy loop is a millisecond or two, and an offer waits for the disk twice.
    """
    loop = asyncio.get_running_loop()

    def did() -> None:
        try:
            result = work()
        except Exception as error:
            loop.call_soon_threadsafe(told, None, error)
        else:
            loop.call_soon_threadsafe(told, result, None)

    loop.run_in_executor(thread, did)
