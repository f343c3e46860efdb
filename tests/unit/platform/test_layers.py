"""What stands between a request and its route: nothing where there is nothing to do, and what it says when there is."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import BaseRouteHandler
from litestar.response import Stream
from litestar.testing import TestClient

from nazdik.platform.http import (
    EXCEPTION_HANDLERS,
    Careful,
    Compressed,
    InTime,
    LitestarSocket,
    PlainAnswer,
    SocketsInTurn,
    StrictRequest,
    header_of,
    own_send_of,
)
from nazdik.platform.http.compressed import BYTES_MIN

JSON = "application/json"
LONG = "واژه " * BYTES_MIN
BODY_MAX = 1_000


class Said(msgspec.Struct):
    """What a route returns."""

    text: str


@get("/short")
async def short() -> Said:
    return Said("خوب")


@get("/long")
async def long() -> Said:
    return Said(LONG)


@get("/tiles/long")
async def tile() -> Said:
    return Said(LONG)


@get("/picture", media_type="image/jpeg")
async def picture() -> bytes:
    return LONG.encode()


@get("/stream", media_type="text/plain")
async def stream() -> Stream:
    return Stream(iter([LONG, LONG]), media_type="text/plain")


@get("/own")
async def own() -> Response[Said]:
    return PlainAnswer(Said("خوب"), headers={"cache-control": "max-age=5"}, media_type=JSON, status_code=200)


@post("/none", status_code=204)
async def none() -> None:
    return None


@post("/body", status_code=200)
async def size(request: Request[Any, Any, Any]) -> list[int]:
    return [len(await request.body()), len(await request.body())]


ROUTES: list[BaseRouteHandler] = [short, long, tile, picture, stream, own, none, size]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Any]]:
    app = Litestar(
        ROUTES,
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        response_class=PlainAnswer,
        request_max_body_size=BODY_MAX,
        openapi_config=None,
    )
    with TestClient(InTime(Careful(Compressed(app, left_out=["/tiles/"])))) as made:
        yield made


@pytest.mark.parametrize("path", ["/long", "/stream"])
def test_a_long_answer_is_packed_for_whoever_can_unpack_it(client: TestClient[Any], path: str) -> None:
    packed = client.get(path, headers={"accept-encoding": "br, gzip"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content and LONG.encode() in plain.content


def test_a_packed_answer_is_as_long_as_it_says() -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(LONG.encode()))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": LONG.encode(), "more_body": False})

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(Compressed(app)(scope, None, send))  # type: ignore[arg-type]
    assert b"content-length" not in dict(sent[0]["headers"])
    assert len(sent[1]["body"]) < BYTES_MIN and gzip.decompress(sent[1]["body"]) == LONG.encode()


@pytest.mark.parametrize("path", ["/short", "/tiles/long", "/picture"])
def test_what_would_not_come_sooner_is_sent_as_it_is(client: TestClient[Any], path: str) -> None:
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200 and "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_every_answer_keeps_a_browser_careful(client: TestClient[Any]) -> None:
    for answer in (client.get("/short"), client.get("/nowhere"), client.post("/none"), client.get("/own")):
        assert answer.headers["x-request-id"] and answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/short").headers["cache-control"] == "no-store"
    assert client.get("/own").headers["cache-control"] == "max-age=5"


def test_a_plain_answer_is_the_frameworks(client: TestClient[Any]) -> None:
    answer = client.get("/short")
    assert (answer.headers["content-type"], answer.content) == ("application/json", '{"text":"خوب"}'.encode())
    assert (client.post("/none").status_code, client.post("/none").content) == (204, b"")


def test_an_answer_with_something_to_add_says_it() -> None:
    answer = PlainAnswer(Said(""), headers={"etag": "1"}, media_type=JSON, status_code=200)
    assert (b"etag", b"1") in answer.to_asgi_response(None, None).headers.headers


def test_a_body_is_read_once_and_no_longer_than_it_may_be(client: TestClient[Any]) -> None:
    assert client.post("/body", content=b"x" * BODY_MAX).json() == [BODY_MAX, BODY_MAX]
    assert client.post("/body", content=b"x" * (BODY_MAX + 1)).status_code == 413
    assert client.post("/body", content=iter([b"x" * BODY_MAX, b"x"])).status_code == 413


async def test_a_body_that_announces_itself_too_long_is_not_waited_for() -> None:
    async def receive() -> Any:
        raise AssertionError("it was read")

    route = SimpleNamespace(resolve_request_max_body_size=lambda: BODY_MAX)
    scope: Any = {"type": "http", "headers": [(b"content-length", b"%d" % (BODY_MAX + 1))], "route_handler": route}
    with pytest.raises(RequestEntityTooLarge):
        await StrictRequest(scope, receive).body()


def test_of_two_headers_the_first_counts() -> None:
    scope = {"headers": [(b"origin", b"a"), (b"origin", b"b")]}
    assert (header_of(scope, b"origin"), header_of(scope, b"host")) == ("a", None)


async def test_whoever_is_told_to_stop_while_a_body_comes_stops() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    async def never() -> Any:
        await asyncio.Event().wait()

    scope: Any = {"type": "http", "method": "POST", "headers": []}
    serving = asyncio.ensure_future(InTime(app)(scope, never, None))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


async def test_a_socket_that_was_let_in_sends_past_every_layer() -> None:
    heard: list[str] = []

    class Framework:
        async def send(self, message: Any) -> None:
            heard.append("framework")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        socket: Any = Framework()
        await LitestarSocket(socket, own_send_of(scope)).send_text("{}")
        await LitestarSocket(socket).send_text("{}")

    async def send(message: Any) -> None:
        heard.append(message["type"])

    scope: Any = {"type": "websocket"}
    await SocketsInTurn(app)(scope, None, send)  # type: ignore[arg-type]
    assert heard == ["websocket.accept", "websocket.send", "framework"]


def test_what_is_said_in_json_can_be_read(client: TestClient[Any]) -> None:
    assert json.loads(client.get("/long", headers={"accept-encoding": "gzip"}).text) == {"text": LONG}
