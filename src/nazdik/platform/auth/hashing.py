"""Checking passwords beside everything else: two at a time, and no longer a queue than can be answered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from nazdik.platform.auth.model import SignInBusy

T = TypeVar("T")
AT_ONCE = 2
# About a tenth of a second each, two at a time: whoever is let into the queue is answered within a few seconds.
WAITING_MAX = 40
# Strangers' tries take up at most half of it, so that a flood of them leaves room for those whose desk is known.
STRANGERS_MAX = 20


class Hashing:
    """
    Runs what takes its time on purpose in threads of its own; belongs to one event loop.

    Each check takes 64 MiB and a core. In the threads that all else shares, a flood of sign-ins would hold up dispatch.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0

    async def run(self, check: Callable[[], T], *, known_place: bool) -> T:
        """Return what `check` returns. Raises `SignInBusy` when too many wait already."""
        if self._waiting >= (WAITING_MAX if known_place else STRANGERS_MAX):
            raise SignInBusy(retry_after_s=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, check)
        finally:
            self._waiting -= 1
