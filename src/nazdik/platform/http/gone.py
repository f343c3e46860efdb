"""Requests in flight while the server stops."""

import asyncio

from litestar.types import ASGIApp, Receive, Scope, Send


class UntilGone:
    """
    Knows the requests in flight, can cut them, and lets those that are cut end quietly.

    Granian waits without limit for whoever is slow to send or to read, so that one hung line would hold the server up until
    it is killed; and it logs a stack trace for each request that the end of the loop cancels, among which other words are
    lost. Whatever a request was about to record is recorded or not, as at any moment; nobody is left to be answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_flight: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self._app(scope, receive, send)
            return
        task = asyncio.current_task()
        assert task is not None, "a request is served by a task"
        self._in_flight.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            return
        finally:
            self._in_flight.discard(task)

    def cut(self) -> int:
        """End every request that is still in flight, and return how many there were."""
        for task in tuple(self._in_flight):
            task.cancel()
        return len(self._in_flight)
