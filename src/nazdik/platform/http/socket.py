"""A Litestar WebSocket as the live streams want it."""

import asyncio
from contextlib import suppress
from typing import Any

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect, WebSocketException

from nazdik.platform.live import Gone


class LitestarSocket:
    """Wraps an accepted WebSocket."""

    def __init__(self, socket: WebSocket[Any, Any, Any]) -> None:
        self._socket = socket

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
            await self._socket.send(message)
        except (WebSocketException, WebSocketDisconnect, RuntimeError, OSError) as error:
            raise Gone from error
        except asyncio.CancelledError as error:
            # Granian cancels the future of a frame whose line has gone; only this task's own cancellation goes on.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Gone from error
