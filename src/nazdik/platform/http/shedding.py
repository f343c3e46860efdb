"""
What is refused first when there is too much: the figures of boards, never a call, a desk or a crew.

A route says of itself that it may be shed, with `opt=BOARD`. It is refused while the loop is late or while too many of its
kind are under way, with 503 and Retry-After; faces keep showing what they had, and ask again.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from nazdik.kernel import Unavailable

BOARD = {"may_be_shed": True}
# A board that asks every few seconds keeps one under way; more than this is a queue that would only grow.
AT_ONCE = 24
LATE_S = 0.3
LOOK_EVERY_S = 0.1
# A mean over about the last ten looks, each of at most a second: one pause is no strain, a second of pauses is.
LOOK_WEIGHS = 0.1
LOOK_MAX_S = 1.0
RETRY_AFTER_S = 5


class Shed(Unavailable):
    """There is too much to do; figures for boards wait until calls are served."""

    code = "http.shed"


class Strain:
    """How late the event loop is, on average over the last looks."""

    def __init__(self) -> None:
        self.late_s = 0.0

    @property
    def is_high(self) -> bool:
        """Whether what may be shed is."""
        return self.late_s > LATE_S

    async def run(self) -> None:
        """Look again and again."""
        while True:
            due = time.monotonic() + LOOK_EVERY_S
            await asyncio.sleep(LOOK_EVERY_S)
            self.note(time.monotonic() - due)

    def note(self, late_s: float) -> None:
        """Take one look into account."""
        self.late_s += LOOK_WEIGHS * (min(late_s, LOOK_MAX_S) - self.late_s)


class Shedding:
    """Refuses what may be shed while there is too much to do."""

    def __init__(self, app: ASGIApp, strain: Callable[[], Strain]) -> None:
        """Stand before an app; `strain` is asked at each request that may be shed."""
        self._app = app
        self._strain = strain
        self._under_way = 0

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one request. Raises `Shed`."""
        handler = scope.get("route_handler")
        if handler is None or not handler.opt.get("may_be_shed"):
            return self._app(scope, receive, send)  # type: ignore[return-value]
        return self._unless_strained(scope, receive, send)

    async def _unless_strained(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._strain().is_high or self._under_way >= AT_ONCE:
            raise Shed(retry_after_s=RETRY_AFTER_S)
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1
