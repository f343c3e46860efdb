"""Bodies sent drop by drop."""

import asyncio
import json
from typing import Any

import pytest
from litestar import Litestar, Request, get, post

from nazdik.platform.http import EXCEPTION_HANDLERS, InTime


@post("/", status_code=200)
async def echo(request: Request[Any, Any, Any]) -> int:
    """Return how long the body was."""
    return len(await request.body())


@get("/")
async def hello() -> int:
    """Need no body."""
    return 0


async def ask(method: str, pieces: list[tuple[float, bytes | None]], *, ends: bool = True) -> tuple[int, Any]:
    """Send a body in pieces, each after its pause in seconds (None hangs up), and return the answer."""
    app = InTime(
        Litestar([echo, hello], exception_handlers=EXCEPTION_HANDLERS, openapi_config=None),
        piece_within_s=0.2,
        whole_within_s=0.5,
    )
    left, said = list(pieces), list[Any]()

    async def receive() -> Any:
        if not left:
            await asyncio.sleep(0.0 if ends else 60.0)
            return {"type": "http.request", "body": b"", "more_body": False}
        wait_s, piece = left.pop(0)
        await asyncio.sleep(wait_s)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": method, "path": "/", "raw_path": b"/", "query_string": b"", "root_path": ""}
    scope |= {"headers": [(b"accept-language", b"en")], "http_version": "1.1", "scheme": "http", "state": {}}
    scope |= {"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "extensions": {}, "asgi": {"version": "3.0"}}
    async with asyncio.timeout(10):
        await app(scope, receive, send)  # type: ignore[arg-type]
    return said[0]["status"], json.loads(b"".join(part.get("body", b"") for part in said[1:]) or b"null")


async def test_a_body_in_time_is_taken() -> None:
    assert await ask("POST", [(0.05, b"a" * 10)] * 3) == (200, 30)
    assert (await ask("GET", []))[0] == 200


@pytest.mark.parametrize(
    ("pieces", "ends"),
    [([], False), ([(0.0, b"{")], False), ([(0.1, b"x")] * 20, True)],
    ids=["nothing", "a beginning", "drop by drop"],
)
async def test_a_body_that_does_not_come_is_refused(pieces: list[tuple[float, bytes | None]], ends: bool) -> None:
    status, problem = await ask("POST", pieces, ends=ends)
    assert (status, problem["code"]) == (408, "http.too_slow")


async def test_who_hangs_up_in_the_middle_is_no_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    assert (await ask("POST", [(0.0, b"{"), (0.0, None)]))[0] == 400
    assert caplog.records == []
