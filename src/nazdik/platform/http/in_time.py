"""Bodies that come in time: whoever sends one drop by drop holds nothing open for ever."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send

# A telephone with one bar of reception may be this slow, and no slower.
PIECE_WITHIN_S, WHOLE_WITHIN_S = 20.0, 120.0


class BodyNotWhole(HTTPException):
    """The sender hung up in the middle (400): nobody is left to be answered."""

    status_code = 400


class BodyTooSlow(BodyNotWhole):
    """The body did not come in time (408)."""

    status_code = 408


class InTime:
    """Gives a request's body so much time, piece by piece and as a whole; beyond, reading it raises `BodyNotWhole`."""

    def __init__(
        self, app: ASGIApp, *, piece_within_s: float = PIECE_WITHIN_S, whole_within_s: float = WHOLE_WITHIN_S
    ) -> None:
        self._app = app
        self._piece_within_s, self._whole_within_s = piece_within_s, whole_within_s

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one connection."""
        if "method" in scope:
            receive = _Body(receive, self._piece_within_s, self._whole_within_s).receive
        return self._app(scope, receive, send)  # type: ignore[return-value]


class _Body:
    """One body on its way in."""

    __slots__ = ("_is_whole", "_loop", "_piece_within_s", "_receive", "_until_s")

    def __init__(self, receive: Receive, piece_within_s: float, whole_within_s: float) -> None:
        self._receive, self._piece_within_s = receive, piece_within_s
        self._loop = asyncio.get_running_loop()
        self._until_s = self._loop.time() + whole_within_s
        self._is_whole = False

    def receive(self) -> Awaitable[Any]:
        """Return the next piece, or what comes after the body: that is the end of the connection, whenever it is."""
        return self._receive() if self._is_whole else self._piece()

    async def _piece(self) -> Any:
        # By hand and not with `asyncio.timeout`, which costs each request several times as much.
        task, is_late = asyncio.current_task(self._loop), False
        assert task is not None, "a request is served by a task"
        told_to_stop = task.cancelling()

        def give_up() -> None:
            nonlocal is_late
            is_late = True
            task.cancel()

        timer = self._loop.call_at(min(self._until_s, self._loop.time() + self._piece_within_s), give_up)
        try:
            message: Any = await self._receive()
        except asyncio.CancelledError:
            if is_late and task.uncancel() <= told_to_stop:
                raise BodyTooSlow from None
            raise
        finally:
            timer.cancel()
        if message["type"] == "http.disconnect":
            raise BodyNotWhole
        self._is_whole = not message.get("more_body", False)
        return message
