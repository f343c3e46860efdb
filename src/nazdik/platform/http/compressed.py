"""Answers that are packed on their way out, where that makes them shorter and whoever asks can unpack them."""

import zlib
from collections.abc import Coroutine, Sequence
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from nazdik.platform.http.headers import header_of

# Below this a packed answer comes no sooner.
BYTES_MIN = 2_048
# A tenth longer than at the highest level, in a third of the time: the loop serves nobody else meanwhile.
LEVEL = 5
# For zlib: with the header of a gzip file.
_GZIP = 31
# What is packed already when it comes gains nothing.
_WORTH_IT = (b"text/", b"json", b"xml", b"javascript", b"wasm")


class Compressed:
    """Packs longer answers in gzip. `left_out` are parts of paths whose answers are sent as they are."""

    def __init__(self, app: ASGIApp, *, left_out: Sequence[str] = ()) -> None:
        self._app = app
        self._left_out = tuple(left_out)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one connection."""
        if "method" in scope and _takes_gzip(scope) and not any(part in scope["path"] for part in self._left_out):
            send = _Packing(send).send
        return self._app(scope, receive, send)  # type: ignore[return-value]


class _Packing:
    """One answer on its way out."""

    __slots__ = ("_packer", "_send", "_start")

    def __init__(self, send: Send) -> None:
        self._send = send
        # Held until it is known how long the answer is.
        self._start: Any = None
        self._packer: Any = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start" and _is_worth_it(message["headers"]):
            self._start = message
            return
        if message["type"] == "http.response.body":
            is_last = not message.get("more_body", False)
            if self._start is not None:
                await self._begin(message, is_last)
            if self._packer is not None:
                body = self._packer.compress(message.get("body", b""))
                body += self._packer.flush(zlib.Z_FINISH if is_last else zlib.Z_NO_FLUSH)
                message = {**message, "body": body}
        await self._send(message)

    async def _begin(self, first: Any, is_last: bool) -> None:
        start, self._start = self._start, None
        if not is_last or len(first.get("body", b"")) >= BYTES_MIN:
            self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            start = {**start, "headers": [*kept, (b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]}
        await self._send(start)


def _takes_gzip(scope: Any) -> bool:
    return "gzip" in (header_of(scope, b"accept-encoding") or "")


def _is_worth_it(headers: Any) -> bool:
    kind = b""
    for name, value in headers:
        known = name.lower()
        if known in (b"content-encoding", b"content-range"):
            return False
        if known == b"content-type":
            kind = value.lower()
    return any(part in kind for part in _WORTH_IT)
