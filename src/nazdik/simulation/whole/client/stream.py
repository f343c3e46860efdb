"""The live stream's client: `web/src/live/client.ts`. A message that does not follow the one before it is never applied."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import msgspec

LATE_AFTER_MS = 5_000
LOST_AFTER_MS = 15_000
BACKOFF_FIRST_MS = 400
BACKOFF_MOST_MS = 10_000
WELCOME_WITHIN_MS = 10_000
ASK_AGAIN_MS = 5_000
# At work every 500 ms; most of what happens in a run would else be this.
WATCH_MS = 2_500
NOT_SIGNED_IN = 4401
# What may come after the rest of the first snapshot.
LATER = ["detail", "unit"]

Key = tuple[str, str]
# One frame is said to many, and the judge reads it too; nobody changes what was read.
read_frame = lru_cache(maxsize=256)(msgspec.json.Decoder().decode)


def _said(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()


class Line(Protocol):
    """An open socket."""

    def send(self, text: str) -> None: ...
    def hang_up(self) -> None: ...


@dataclass(slots=True)
class Held:
    """How far one stream has come."""

    epoch: str | None = None
    pos: int = 0
    # So many frames of its snapshot are still to come.
    left: int = 0
    asked_ms: float | None = None
    fresh_at: str | None = None


@dataclass
class World:
    """What the face shows: items by stream and key. `listeners` hear each key that changed."""

    streams: dict[str, dict[Key, Any]] = field(default_factory=dict)
    changed: list[Key] = field(default_factory=list)
    # What was asked for since something last changed: people look far more often than anything happens.
    _asked: dict[str, list[Any]] = field(default_factory=dict)

    def snap(self, stream: str, items: list[Any]) -> None:
        """Hold these and nothing else of a stream."""
        self._asked.clear()
        before = self.streams.get(stream, {})
        self.streams[stream] = {(item["k"], item["id"]): item["v"] for item in items}
        self.changed += [*before, *self.streams[stream]]

    def change(self, stream: str, items: list[Any]) -> None:
        """Take what changed."""
        self._asked.clear()
        held = self.streams.setdefault(stream, {})
        for item in items:
            key = (item["k"], item["id"])
            if item["v"] is None:
                held.pop(key, None)
            else:
                held[key] = item["v"]
            self.changed.append(key)

    def drop(self, stream: str) -> None:
        """Forget a stream."""
        self._asked.clear()
        self.changed += self.streams.pop(stream, {})

    def all(self, kind: str) -> list[Any]:
        """Return what is held of a kind, in the order of ids."""
        found = self._asked.get(kind)
        if found is None:
            keys = ((s, k) for s in sorted(self.streams) for k in sorted(k for k in self.streams[s] if k[0] == kind))
            found = self._asked[kind] = [self.streams[s][k] for s, k in keys]
        return found

    def get(self, kind: str, thing: str) -> Any:
        """Return one thing or None."""
        return next((held[kind, thing] for held in self.streams.values() if (kind, thing) in held), None)


class Around(Protocol):
    """The outside as the client needs it."""

    def steady_ms(self) -> float: ...
    def dial(self) -> None: ...
    def later(self, run: Callable[[], None], ms: float) -> Callable[[], None]: ...
    def chance(self) -> float: ...


class StreamClient:
    """`LiveClient`. Whoever dials tells it `opened`, `failed`, `heard` and `closed`."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self.world = World()
        self.held: dict[str, Held] = {}
        self.welcome: dict[str, Any] | None = None
        self.line: Line | None = None
        self.commands_heard: list[str] = []
        self.server_ms = 0.0
        self._running = False
        self._attempts = 0
        self._heard_ms = around.steady_ms()
        self._opened_ms = 0.0
        self._stop_retry: Callable[[], None] | None = None
        self._stop_watch: Callable[[], None] | None = None
        self._on_news: Callable[[], None] = lambda: None

    def on_news(self, listener: Callable[[], None]) -> None:
        """Call this after something was heard."""
        self._on_news = listener

    def start(self) -> None:
        """Begin."""
        if self._running:
            return
        self._running = True
        self._heard_ms = self._around.steady_ms()
        self._connect()
        self._watch()

    def stop(self) -> None:
        """End."""
        self._running = False
        if self._stop_retry is not None:
            self._stop_retry()
        if self._stop_watch is not None:
            self._stop_watch()
        self._drop()

    @property
    def is_live(self) -> bool:
        """Whether the link stands and something was heard of late."""
        return self.welcome is not None and self._around.steady_ms() - self._heard_ms < LATE_AFTER_MS

    def send(self, message: dict[str, Any]) -> bool:
        """Send when connected; never kept."""
        if self.line is None or self.welcome is None:
            return False
        self.line.send(_said(message))
        return True

    # What is told by whoever dials

    def opened(self, line: Line) -> None:
        """A socket stands."""
        if not self._running or self.line is not None:
            line.hang_up()
            return
        self.line = line
        self.welcome = None
        self._opened_ms = self._around.steady_ms()
        self._hello()

    def failed(self) -> None:
        """None could be had."""
        if self._running:
            self._retry()

    def closed(self, line: Line, code: int) -> None:
        """The other side has closed."""
        if self.line is not line:
            return
        self.line = None
        self.welcome = None
        if code == NOT_SIGNED_IN:
            self.stop()
        else:
            self._retry()

    def heard(self, line: Line, data: str | bytes) -> None:
        """A frame came."""
        if self.line is not line:
            return
        now = self._around.steady_ms()
        self._heard_ms = now
        if isinstance(data, str):
            self._hear(read_frame(data), now)
            self._on_news()

    # Inside

    def _connect(self) -> None:
        self._stop_retry = None
        self._attempts += 1
        self._around.dial()

    def _hello(self, without: str | None = None) -> None:
        resume = {
            stream: {"epoch": held.epoch, "pos": held.pos}
            for stream, held in self.held.items()
            if stream != without and held.epoch is not None and held.left == 0
        }
        hello: dict[str, Any] = {"t": "hello", "resume": resume}
        # What replaces something that is shown comes whole.
        if all(held.epoch is None for held in self.held.values()):
            hello["later"] = LATER
        if self.line is not None:
            self.line.send(_said(hello))

    def _hear(self, message: dict[str, Any], now: float) -> None:
        match message["t"]:
            case "welcome":
                self.welcome = message
                self._attempts = 0
                for stream in [s for s in self.held if s not in message["streams"]]:
                    del self.held[stream]
                    self.world.drop(stream)
                for stream in message["streams"]:
                    self._held_of(stream)
            case "snap":
                held = self._held_of(message["stream"])
                self._advance(held, message)
                held.left = message.get("left", 0)
                self.world.snap(message["stream"], message["items"])
            case "more":
                held = self._held_of(message["stream"])
                if (held.epoch, held.pos, held.left) != (message["epoch"], message["pos"], message["left"] + 1):
                    self._ask(message["stream"], held, now, new_epoch=True)
                else:
                    held.left = message["left"]
                    self.world.change(message["stream"], message["items"])
            case "change":
                held = self._held_of(message["stream"])
                if held.epoch != message["epoch"]:
                    self._ask(message["stream"], held, now, new_epoch=True)
                elif message["pos"] <= held.pos:
                    pass  # Already held: sent twice around a resume.
                elif message["prev"] != held.pos:
                    self._ask(message["stream"], held, now, new_epoch=False)
                else:
                    self._advance(held, message)
                    self.world.change(message["stream"], message["items"])
                    self.commands_heard += [str(key).rpartition(":")[2] for key in message["cmds"]]
            case "beat":
                for stream, pos in message["pos"].items():
                    known = self.held.get(stream)
                    if known is None:
                        continue
                    # A stream that was never begun although the server believes so has lost its snapshot on the way.
                    if known.epoch is None or pos > known.pos or known.left > 0:
                        self._ask(stream, known, now, new_epoch=False)
                    else:
                        known.fresh_at = message["at"]
                        known.asked_ms = None
            case _:
                pass

    def _held_of(self, stream: str) -> Held:
        return self.held.setdefault(stream, Held())

    def _advance(self, held: Held, message: dict[str, Any]) -> None:
        held.epoch, held.pos, held.fresh_at, held.asked_ms = message["epoch"], message["pos"], message["at"], None

    def _ask(self, stream: str, held: Held, now: float, *, new_epoch: bool) -> None:
        if held.asked_ms is not None and now - held.asked_ms < ASK_AGAIN_MS:
            return
        held.asked_ms = now
        self._hello(stream if new_epoch else None)

    def _retry(self) -> None:
        if not self._running or self._stop_retry is not None or self.line is not None:
            return
        most = min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** min(10, self._attempts))
        self._stop_retry = self._around.later(self._connect, most / 2 + (most / 2) * self._around.chance())

    def _drop(self) -> None:
        line, self.line = self.line, None
        self.welcome = None
        if line is not None:
            line.hang_up()

    def _watch(self) -> None:
        def look() -> None:
            if not self._running:
                return
            now = self._around.steady_ms()
            dead = self.line is not None and now - max(self._heard_ms, self._opened_ms) > LOST_AFTER_MS
            deaf = self.line is not None and self.welcome is None and now - self._opened_ms > WELCOME_WITHIN_MS
            if dead or deaf:
                self._drop()
                self._retry()
            self._watch()

        self._stop_watch = self._around.later(look, WATCH_MS)
