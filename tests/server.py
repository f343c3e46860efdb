"""
A server to test against: a real process on a free loopback port, or the same application inside the test's own loop.

Each is stopped by its own process id. Nothing here leaves the loopback.
"""

import http.client
import itertools
import os
import socket
import ssl
import subprocess
import sys
import time
import weakref
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import Any

import httpx

from nazdik.bootstrap.house import Running, build
from nazdik.bootstrap.server import build_app
from nazdik.platform.clock import Clock
from nazdik.platform.settings import Settings
from tests.forks import Forked, forks

ROOT = Path(__file__).resolve().parents[1]
PROVINCE = "tehran-central"
HERE = [51.4089, 35.7156]  # Valiasr Square, and a street beside it.
NEARBY = [51.4012, 35.7219]
STARTS_WITHIN_S = 60.0
LOOK_EVERY_S = 0.02
PORTS = (12_000, 32_000)
PROBLEM = "application/problem+json"


class Seat:
    """Somebody signed in, who makes a new key for every command unless told one."""

    def __init__(self, address: str, seat: str | None) -> None:
        self.address = address
        self.http = httpx.Client(base_url=address, timeout=20, verify=_trusted())
        weakref.finalize(self, self.http.close)
        self.token: str | None = None
        self._keys = itertools.count(1)
        self._name = f"{seat}:{time.monotonic_ns()}"
        if seat is not None:
            answer = self.http.post("/v1/sessions", json={"seat": seat})
            assert answer.status_code == 201, answer.text
            self.http.cookies.clear()
            self.token = answer.json()["token"]
            self.http.headers["authorization"] = f"Bearer {self.token}"

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Ask for something."""
        return self.http.get(path, **given)

    def new_key(self) -> str:
        """Return a key that nobody has used."""
        return f"{self._name}:{next(self._keys)}"

    def post(self, path: str, body: Any = None, *, key: str | None = None, **given: Any) -> httpx.Response:
        """Send a command; a body of bytes goes out as it is."""
        headers = {"idempotency-key": key or self.new_key(), **given.pop("headers", {})}
        if isinstance(body, bytes):
            return self.http.post(
                path, content=body, headers={"content-type": "application/json", **headers}, **given
            )  # fmt: skip
        return self.http.post(path, json={} if body is None else body, headers=headers, **given)

    def done(self, path: str, body: Any = None, **given: Any) -> dict[str, Any]:
        """Send a command that must succeed and return its answer."""
        answer = self.post(path, body, **given)
        assert answer.status_code in (200, 201), answer.text
        said: dict[str, Any] = answer.json()
        return said

    def incident(self, kind: str = "noise", **more: Any) -> str:
        """Open an incident and return its id."""
        opened: str = self.done("/v1/incidents", {"kind": kind, "point": HERE, **more})["incident_id"]
        return opened


def take_what_stands(*seats: Seat) -> None:
    """Take every desk that others left on a shared server: signing out with open work gives it, until somebody comes."""
    for given in seats[0].get("/v1/hand-overs").json()["hand_overs"]:
        assert any(seat.post(f"/v1/hand-overs/{given['id']}/take").status_code < 300 for seat in seats), given


@dataclass
class Server:
    """A server process over one folder of data."""

    data: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | Forked | None" = None
    seats: dict[str | None, Seat] = field(default_factory=dict)
    host: str = "127.0.0.1"
    # What the command is run with: a network namespace of its own, for one.
    prefix: list[str] = field(default_factory=list)
    # Started from nothing, as by a person; else forked by a process that has everything imported, see `tests.forks`.
    cold: bool = False

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{self.host}:{self.port}"

    @property
    def log_file(self) -> Path:
        """The province's log."""
        return self.data / f"{PROVINCE}.log.sqlite"

    def start(self, region: Path, ready: str = "/readyz") -> None:
        """Start it and wait until every province is open; without a log only `/v1/health` is answered."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NAZDIK_")} | {"NAZDIK_DEMO": "yes"}
        # Each start would translate six hundred files anew.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= self.settings
        words = ["--data", str(self.data), "--host", self.host, "--port", str(self.port)]
        said = self.data / "server.txt"
        if self.cold or self.prefix:
            command = [*self.prefix, sys.executable, "-m", "nazdik.cli", "serve", "--region", str(region), *words]
            with said.open("ab") as output:
                self.process = subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
                )
        else:
            self.process = forks().start(region, words, cwd=ROOT, env=environment, output=said)
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            if self.answers(ready):
                break
            assert self.process.poll() is None and time.monotonic() < deadline, self.said()
            time.sleep(LOOK_EVERY_S)
        self.seats = {}

    def answers(self, path: str) -> bool:
        """Whether it says that all is well at this path."""
        line = http.client.HTTPConnection(self.host, self.port, timeout=2)
        try:
            line.request("GET", path)
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def seat(self, seat: str | None) -> Seat:
        """Return somebody at a seat; the same one each time."""
        if seat not in self.seats:
            self.seats[seat] = Seat(self.address, seat)
        return self.seats[seat]

    def said(self) -> str:
        """Return what the process has written."""
        return (self.data / "server.txt").read_text(errors="replace")

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)

    def kill(self) -> None:
        """Kill it without a word (SIGKILL)."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)


def free_port() -> int:
    """
    Return a port nobody listens on.

    It is not one of those that the system gives to whoever calls: a server that is started again needs its port to be free.
    """
    while True:
        port = SystemRandom().randint(*PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@cache
def _trusted() -> ssl.SSLContext:
    """Return what clients trust; reading it takes longer than most tests."""
    return ssl.create_default_context()


@contextmanager
def served(data: Path, region: Path, settings: dict[str, str] | None = None) -> Iterator[Server]:
    """Run a server while the block runs."""
    server = Server(data, free_port(), settings or {})
    try:
        server.start(region)
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.stop()


@asynccontextmanager
async def inside(
    data: Path, region: Path, clock: Clock | None = None, *, more: Iterable[Path] = (), **settings: Any
) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    """Run the application in this loop, where a test can reach behind it, with a dispatcher signed in."""
    running = build(Settings(data_dir=data, demo=True, **settings), [region, *more], clock=clock, say=lambda _: None)
    await running.open()
    transport = httpx.ASGITransport(app=build_app(running), raise_app_exceptions=False)  # type: ignore[arg-type]
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"})
            client.cookies.clear()
            client.headers["authorization"] = f"Bearer {answer.json()['token']}"
            yield running, client
    finally:
        await running.close()


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is this refusal, in the form all refusals have, and return its details."""
    assert answer.status_code == status, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"].startswith(PROBLEM)
    said = answer.json()
    assert set(said) == {"type", "title", "status", "code", "retryable", "details", "request_id"}
    assert (said["code"], said["status"], said["type"]) == (code, status, f"urn:nazdik:problem:{code}")
    assert said["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    details: dict[str, Any] = said["details"]
    return details


def nested(depth: int, brackets: str = "[]") -> bytes:
    """Return JSON that is nothing but depth."""
    left, right = brackets
    return (left * depth + right * depth).encode()


def bodies_that_are_no_json() -> Iterable[tuple[str, bytes]]:
    """Yield bodies that say they are JSON and are not, by name."""
    yield "nothing", b""
    yield "half an object", b'{"kind": "noise"'
    yield "invalid UTF-8", b'{"kind": "\xff\xfe"}'
    yield "half a surrogate pair", b'{"kind": "\\ud800", "point": [51.4, 35.7]}'
    yield "a thousand brackets", nested(1_000)
    yield "a hundred thousand brackets", nested(100_000)
    yield "NUL bytes", b"\x00" * 64
