"""Sockets that are opened all at once: a few at a time, so that whoever asks for something is served in between."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from nazdik.platform.http.socket import OWN_SEND

# Each takes the loop about a fifth of a millisecond until it is let in. Two thousand in one go held an urgent command up for 0.3 s.
AT_ONCE = 8


class SocketsInTurn:
    """Lets so many sockets at a time find their way in; once let in or sent away, a socket holds nobody up."""

    def __init__(self, app: ASGIApp, *, at_once: int = AT_ONCE) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(at_once)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one connection."""
        if scope["type"] != ScopeType.WEBSOCKET:
            return self._app(scope, receive, send)  # type: ignore[return-value]
        return self._in_turn(scope, receive, send)

    async def _in_turn(self, scope: Any, receive: Receive, send: Send) -> None:
        await self._turns.acquire()
        holds = True

        def give_back() -> None:
            nonlocal holds
            if holds:
                holds = False
                self._turns.release()

        async def answer(message: Any) -> None:
            # Whoever is slow to hear the answer waits for it alone.
            give_back()
            await send(message)

        # What is sent after the answer needs nothing of ours, nor of the framework's.
        scope[OWN_SEND] = send
        try:
            # Held across one round of the loop, so that as many as there are turns go in each.
            await asyncio.sleep(0)
            await self._app(scope, receive, answer)
        finally:
            give_back()
