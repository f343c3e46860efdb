"""A server of places (HELD) that is asked for the place that a call names: what is read, and where nobody is sent."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nazdik.bootstrap.telephone import _fetcher
from tests.unit.intake.test_sip import CIRCLE, HELD, PIDF

DOCUMENT = PIDF.format(shape=CIRCLE)
ANSWER = HELD.format(document=DOCUMENT.partition("?>")[2])
BODIES = {"/held": ANSWER, "/plain": DOCUMENT, "/get": DOCUMENT, "/huge": DOCUMENT + " " * 100_000, "/junk": "<a"}


@pytest.fixture(scope="module")
def places() -> Iterator[str]:
    """Serve places; one path redirects, one takes GET alone."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status = {"/elsewhere": 302, "/get": 405 if self.command == "POST" else 200, "/away": 503}.get(
                self.path, 200
            )
            body = BODIES.get(self.path, "").encode() if status == 200 else b""
            self.send_response(status)
            if status == 302:
                self.send_header("location", "/held")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize(
    ("path", "found"),
    [("/held", 1), ("/plain", 1), ("/get", 1), ("/huge", 0), ("/junk", 0), ("/elsewhere", 0), ("/away", 0)],
)
async def test_a_place_by_reference(places: str, path: str, found: int) -> None:
    told = await _fetcher(frozenset({"127.0.0.1"}))(places + path)
    assert [tuple(one.point or ()) for one in told] == [(48.6706, 31.3183)] * found


@pytest.mark.parametrize("reference", ["ftp://127.0.0.1/held", "http://127.0.0.1@192.0.2.1/held", "http://[::1", "x"])
async def test_nobody_else_is_asked(reference: str) -> None:
    assert await _fetcher(frozenset({"127.0.0.1"}))(reference) == []
    assert await _fetcher(frozenset())("http://127.0.0.1:1/held") == []
