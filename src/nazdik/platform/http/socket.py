"""A Litestar WebSocket as the live streams want it."""

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
        with suppress(WebSocketException, WebSocketDisconnect, RuntimeError, OSError):
            await self._socket.close(code=code, reason=reason)

    async def _send(self, message: Any) -> None:
        try:
            await self._socket.send(message)
        except (WebSocketException, WebSocketDisconnect, RuntimeError, OSError) as error:
            raise Gone from error
