"""Requests whose bodies mean what they say: a text is no number, and 1 is not yes."""

import math
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.connection.base import empty_receive, empty_send
from litestar.exceptions import ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import Receive, Scope, Send

from nazdik.platform.http.headers import header_of
from nazdik.platform.http.in_time import BodyNotWhole

_WHERE = re.compile(r" - at `\$\.?(.*)`$")


class StrictRequest(Request[Any, Any, Any]):
    """
    Reads a JSON body as the type that its route asks for, strictly.

    Litestar reads path and query leniently, because they come as text, and a JSON body with them: `"1"` would be taken for 1.
    """

    __slots__ = ("_read_body",)

    def __init__(self, scope: Scope, receive: Receive = empty_receive, send: Send = empty_send) -> None:
        super().__init__(scope, receive, send)
        self._read_body: bytes | None = None

    async def body(self) -> bytes:
        """Return the whole body. Raises `RequestEntityTooLarge`, `BodyNotWhole`."""
        # As the framework does it, without a generator and a look through all headers for each request.
        if self._read_body is None:
            self._read_body = await self._read()
        return self._read_body

    async def _read(self) -> bytes:
        most = self.route_handler.resolve_request_max_body_size() or math.inf
        announced = header_of(self.scope, b"content-length")
        if announced is not None and announced.isdecimal() and int(announced) > most:
            raise RequestEntityTooLarge
        pieces, size, more = list[bytes](), 0, True
        while more:
            message: Any = await self.receive()
            if message["type"] == "http.disconnect":
                raise BodyNotWhole
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > most:
                raise RequestEntityTooLarge
            more = message.get("more_body", False)
        return b"".join(pieces)

    async def json(self) -> Any:
        """Return the body; for a route that asks for a type, a value of it. Raises `ValidationException`."""
        read = await super().json()
        wanted = getattr(self.route_handler, "parsed_data_field", None)
        if wanted is None or wanted.annotation is Any:
            return read
        try:
            return msgspec.convert(read, wanted.annotation, strict=True)
        except msgspec.ValidationError as error:
            said = str(error)
            where = _WHERE.search(said)
            field = {"key": where[1] if where else "", "source": "body", "message": said.partition(" - at `")[0]}
            raise ValidationException("the body is not what this route takes", extra=[field]) from error
