"""A Litestar WebSocket as the live streams want it."""

import asyncio
from contextlib import suppress
from typing import Any

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect, WebSocketException
from litestar.types import Send

from nazdik.platform.live import Gone

# Where a socket's scope keeps how the server itself sends on it: thousands of frames a second need no layers.
OWN_SEND = "nazdik_own_send"


def own_send_of(scope: Any) -> Send | None:
    """Return how the server itself sends on a socket, where that is kept."""
    send: Send | None = scope.get(OWN_SEND)
    return send


class LitestarSocket:
    """Wraps an accepted WebSocket."""

    def __init__(self, socket: WebSocket[Any, Any, Any], own_send: Send | None = None) -> None:
        """Wrap a socket; `own_send` is how the server itself sends on it, see `own_send_of`."""
        self._socket = socket
        self._send_frame = own_send or socket.send

    async def receive(self) -> str | bytes:
        """Return the next message, text or binary."""
        message: Any = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        text = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def send_text(self, text: str) -> None:
        """Send a text frame."""
        await self._send({"type": "websocket.send", "text": text, "bytes": None})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        await self._send({"type": "websocket.send", "bytes": data, "text": None})

    async def close(self, code: int, reason: str) -> None:
        """Close, unless it is closed."""
        # Closing is the last thing a conversation does: one that is told to stop meanwhile has stopped.
        with suppress(WebSocketException, WebSocketDisconnect, RuntimeError, OSError, asyncio.CancelledError):
            await self._socket.close(code=code, reason=reason)

    async def _send(self, message: Any) -> None:
        try:
            await self._send_frame(message)
        except (WebSocketException, WebSocketDisconnect, RuntimeError, OSError) as error:
            raise Gone from error
        except asyncio.CancelledError as error:
            # Granian cancels the future of a frame whose line has gone; only this task's own cancellation goes on.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Gone from error
