"""Answers of routes that say nothing beside what they return, which most are."""

from typing import Any

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.serialization import get_serializer
from litestar.types import Receive, Scope, Send

_JSON = "application/json"
_HAVE_BODIES = (200, 201, 202)


class _WholeJson(ASGIResponse):
    """A JSON answer and nothing more: no cookies, no headers of its own, nothing to be done after it."""

    __slots__ = ()

    def __init__(self, body: bytes, status_code: int) -> None:  # As the framework's, without all that it looks for.
        self.body, self.status_code = body, status_code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.body))]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class PlainAnswer(Response[Any]):
    """What a route returned, as an answer; in JSON and with nothing added it is made in one step."""

    def to_asgi_response(self, app: Any, request: Any, **said: Any) -> ASGIResponse:
        """Return the answer as it goes out."""
        status, is_json = self.status_code, self.media_type == _JSON
        has_more = self.headers or self.cookies or self.background or any(said.values())
        if status is None or status not in _HAVE_BODIES or not is_json or has_more:
            return super().to_asgi_response(app, request, **said)
        return _WholeJson(self.render(self.content, _JSON, get_serializer(self.response_type_encoders)), status)
