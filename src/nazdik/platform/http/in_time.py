"""Bodies that come in time: whoever sends one drop by drop holds nothing open for ever."""

import asyncio
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if "method" not in scope:  # a socket
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        until, whole = loop.time() + self._whole_within_s, False

        async def in_time() -> Any:
            nonlocal whole
            if whole:  # What comes after the body is the end of the connection, whenever that is.
                return await receive()
            try:
                async with asyncio.timeout_at(min(until, loop.time() + self._piece_within_s)):
                    message: Any = await receive()
            except TimeoutError:
                raise BodyTooSlow from None
            if message["type"] == "http.disconnect":
                raise BodyNotWhole
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, in_time, send)
