"""A partner's server that takes webhooks."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DOMAIN = "cad.example.org"


class Receiver:
    """Somebody else's server; `answers` are the statuses it gives next, then 204."""

    def __init__(self, port: int) -> None:
        self.allows = DOMAIN
        self.answers: list[int] = []
        self.led_to: list[str] = []
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.port = port
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_OPTIONS(self) -> None:
                self.send_response(200)
                assert self.headers["webhook-request-origin"] == DOMAIN
                self.send_header("WebHook-Allowed-Origin", outer.allows)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.came.append((self.path[1:], {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.send_header("location", f"http://127.0.0.1:{port}/elsewhere")
                self.end_headers()

            def do_GET(self) -> None:
                outer.led_to.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, name: str, incident: str, wanted: int, within_s: float = 20.0) -> list[tuple[dict[str, str], bytes]]:
        """Return what came to a webhook about an incident once there are so many."""
        deadline = time.monotonic() + within_s
        while True:
            found = [(h, b) for path, h, b in self.came if path == name and incident.encode() in b]
            if len(found) >= wanted or time.monotonic() > deadline:
                assert len(found) >= wanted, [body for _, body in found]
                return found
            time.sleep(0.05)

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
