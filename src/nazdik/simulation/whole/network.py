"""
The network between clients and the server, with a seed: requests that never arrive, arrive twice or late, answers that are lost,
lines that are cut without a word.

A stream is one ordered line, as TCP gives it; `harsh` also drops, doubles and swaps single frames, which the protocol has to
stand as well.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from nazdik.platform.live import Gone
from nazdik.simulation.whole.loop import Life, VirtualLoop
from nazdik.simulation.whole.trace import Trace

# Bytes on their way to one reader before the sender has to wait.
WINDOW = 256 * 1024
# After so long without a word from the other side a server's system gives a connection up.
KEEPALIVE_S = 30.0


class Silence(Exception):
    """No answer came: whether the request arrived is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes


@dataclass(slots=True)
class Weather:
    """How bad a line is. Shares in [0, 1], seconds."""

    delay_s: float = 0.02
    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    late_s: float = 5.0
    harsh: float = 0.0
    bytes_per_s: float = 0.0


class Far(Protocol):
    """The server as the network sees it."""

    life: Life | None

    async def serve(self, who: Any, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer: ...
    async def converse(self, who: Any, socket: "Wire") -> None: ...


@dataclass(slots=True)
class Link:
    """One client's way to the server. `sent_last_s` is when the server last said anything on it."""

    name: str
    who: Any
    # Its own: in which order the server serves several of them at one instant must not matter to any.
    chance: Random
    weather: Weather = field(default_factory=Weather)
    up: bool = True
    wires: list["Wire"] = field(default_factory=list)
    sent_last_s: float = -1.0


class Network:
    """Every link, one server."""

    def __init__(self, loop: VirtualLoop, trace: Trace, far: Far) -> None:
        self.loop = loop
        self.trace = trace
        self.far = far
        # What is under way belongs to no process: it arrives although its sender has died.
        self.context = copy_context()
        self.links: list[Link] = []
        self.dialled = 0
        self._open: dict[asyncio.Future[Answer], Life] = {}
        self.counts: dict[str, int] = {"requests": 0, "lost": 0, "doubled": 0, "late": 0, "cut": 0, "frames": 0}

    def later(self, seconds: float, run: Callable[..., Any], *args: Any) -> None:
        """Let something happen on the way."""
        self.loop.call_later(seconds, run, *args, context=self.context)

    def delay_s(self, link: Link) -> float:
        """Return how long one message takes."""
        weather, chance = link.weather, link.chance
        seconds = weather.delay_s * (0.5 + chance.random())
        if weather.late and chance.random() < weather.late:
            self.counts["late"] += 1
            seconds += weather.late_s * chance.random()
        return seconds

    def _is_lost(self, link: Link) -> bool:
        if link.up and not (link.weather.lost and link.chance.random() < link.weather.lost):
            return False
        self.counts["lost"] += 1
        return True

    async def request(
        self,
        link: Link,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        timeout_s: float = 10.0,
    ) -> Answer:
        """Send a request and return the answer. Raises `Silence`."""
        self.counts["requests"] += 1
        answered: asyncio.Future[Answer] = self.loop.create_future()
        said = dict(headers or {})

        def arrive() -> None:
            life = self.far.life
            self.trace.note("request", f"{link.name} {method} {path} {said.get('Idempotency-Key', '')}")
            if life is None or life.over:
                self.later(self.delay_s(link), refuse)
                return
            coroutine = self.far.serve(link.who, method, path, said, body)
            task = life.run(self.loop.create_task, coroutine)
            task.add_done_callback(reply, context=self.context)
            if not answered.done():
                self._open[answered] = life

        def refuse() -> None:
            if not answered.done():
                answered.set_exception(Silence())

        def reply(task: "asyncio.Task[Answer]") -> None:
            if task.cancelled() or task.exception() is not None or self._is_lost(link):
                return
            self.later(self.delay_s(link), deliver, task.result())

        def deliver(answer: Answer) -> None:
            if not answered.done():
                self.trace.note("answer", f"{link.name} {path} {answer.status} {answer.body[:120]!r}")
                answered.set_result(answer)

        times = 1
        if link.weather.doubled and link.chance.random() < link.weather.doubled:
            self.counts["doubled"] += 1
            times = 2
        for _ in range(times):
            if not self._is_lost(link):
                self.later(self.delay_s(link), arrive)
        handle = self.loop.call_later(timeout_s, refuse, context=self.context)
        try:
            return await answered
        finally:
            handle.cancel()
            self._open.pop(answered, None)

    def cut(self, link: Link) -> None:
        """Nothing comes through any more, either way, and nobody is told."""
        if link.up:
            self.counts["cut"] += 1
            self.trace.note("cut", link.name)
            link.up = False

    def mend(self, link: Link) -> None:
        """It comes through again; what waited on a line that both still hold arrives now."""
        if not link.up:
            self.trace.note("mend", link.name)
            link.up = True
            for wire in list(link.wires):
                wire.resume()

    def dial(self, link: Link, client: "Listener") -> None:
        """Open a stream; `client` is told when it stands or fails."""
        delay = self.delay_s(link) * 2

        def stand() -> None:
            life = self.far.life
            if life is None or life.over or self._is_lost(link):
                client.failed()
                return
            wire = Wire(self, link, client, life)
            link.wires.append(wire)
            client.opened(wire)
            self.trace.note("stream", link.name)
            life.run(self.loop.create_task, self.far.converse(link.who, wire))

        if self._is_lost(link):
            self.later(10.0, client.failed)
        else:
            self.later(delay, stand)

    def broke(self, life: Life, *, silently: bool) -> None:
        """A process has ended: its system closes what it had open, unless the whole machine went."""
        for wire in [w for link in self.links for w in link.wires if w.life is life]:
            wire.server_gone(silently=silently)
        if silently:
            return

        def closed(answered: "asyncio.Future[Answer]") -> None:
            if not answered.done():
                answered.set_exception(Silence())

        for answered in [one for one, of in self._open.items() if of is life]:
            self.later(0.05, closed, answered)


class Listener(Protocol):
    """A client's end of a stream."""

    def opened(self, wire: "Wire") -> None: ...
    def heard(self, wire: "Wire", data: str | bytes) -> None: ...
    def closed(self, wire: "Wire", code: int) -> None: ...
    def failed(self) -> None: ...


class Wire:
    """One stream between a client and a process; the server's end is a `Socket` for `converse`."""

    def __init__(self, network: Network, link: Link, client: Listener, life: Life) -> None:
        self._network = network
        self._link = link
        self._client = client
        self.life = life
        network.dialled += 1
        self.number = network.dialled
        self._to_server: deque[str] = deque()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._in_flight = 0
        self._held: deque[str | bytes] = deque()
        self._free_at = 0.0
        self._sent_free_at = 0.0
        self.client_open = True
        self.server_open = True

    # The server's end

    async def receive(self) -> str | bytes:
        """Return the next message; `Gone` when there will be none."""
        while not self._to_server:
            if not self.server_open:
                raise Gone
            self._wake.clear()
            await self._wake.wait()
        return self._to_server.popleft()

    async def send_text(self, text: str) -> None:
        """Send a text frame."""
        await self._send(text)

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        await self._send(data)

    async def close(self, code: int, reason: str) -> None:
        """Close it."""
        if self.server_open:
            self.server_open = False
            self._network.later(self._network.delay_s(self._link), self._client_hears_close, int(code))

    async def _send(self, data: str | bytes) -> None:
        while self.server_open and self._in_flight > WINDOW:
            self._room.clear()
            await self._room.wait()
        if not self.server_open:
            raise Gone
        self._in_flight += len(data)
        self._link.sent_last_s = self._network.loop.time()
        if not self._link.up:
            self._held.append(data)
            return
        self._fly(data)

    def _fly(self, data: str | bytes) -> None:
        network, weather = self._network, self._link.weather
        times, extra = 1, 0.0
        if weather.harsh and isinstance(data, str) and self._link.chance.random() < weather.harsh:
            fate = self._link.chance.randrange(3)
            times, extra = (0, 2, 1)[fate], (0.0, 0.0, 1.5)[fate]
        if weather.bytes_per_s:
            extra += len(data) / weather.bytes_per_s
        now = network.loop.time()
        at = max(self._free_at, now + network.delay_s(self._link)) + extra
        if not (weather.harsh and extra):
            self._free_at = at
        if not times:
            self._landed(len(data))
        for _ in range(times):
            network.later(at - now, self._arrive, data)

    def _arrive(self, data: str | bytes) -> None:
        if not self._link.up:
            self._held.append(data)
            return
        self._landed(len(data))
        if self.client_open:
            self._network.counts["frames"] += 1
            self._client.heard(self, data)

    def _landed(self, size: int) -> None:
        self._in_flight -= size
        self._room.set()

    def resume(self) -> None:
        """The link is up again."""
        held, self._held = self._held, deque()
        for data in held:
            self._fly(data)

    # The client's end

    def send(self, text: str) -> None:
        """Send to the server; what is lost on the way nobody notices."""
        network = self._network
        if self._link.up and self.client_open:
            now = network.loop.time()
            self._sent_free_at = max(self._sent_free_at, now + network.delay_s(self._link))
            network.later(self._sent_free_at - now, self._server_hears, text)

    def hang_up(self) -> None:
        """The client leaves; the server hears of it now or when its system gives up."""
        if self.client_open:
            self.client_open = False
            self._forget()
            network = self._network
            network.later(network.delay_s(self._link) if self._link.up else KEEPALIVE_S, self._server_loses)

    def _server_hears(self, text: str) -> None:
        if self._link.up and self.server_open and not self.life.over:
            self._network.trace.note("hears", f"{self._link.name} {text[:80]}")
            self._to_server.append(text)
            self._wake.set()

    def _server_loses(self) -> None:
        self.server_open = False
        self._wake.set()
        self._room.set()

    def _client_hears_close(self, code: int) -> None:
        if self.client_open and self._link.up:
            self.client_open = False
            self._network.trace.note("closed", f"{self._link.name} {code}")
            self._forget()
            self._client.closed(self, code)

    def reset(self) -> None:
        """Both ends are told that the line is no more."""
        self._client_hears_close(1006)
        self._server_loses()

    def server_gone(self, *, silently: bool) -> None:
        """The process at the other end is no more."""
        self.server_open = False
        if not silently:
            self._network.later(self._network.delay_s(self._link), self._client_hears_close, 1006)

    def _forget(self) -> None:
        if self in self._link.wires:
            self._link.wires.remove(self)
