"""The live stream as a client keeps it: what this seat may see, brought up to date, through lost lines and restarts."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from nazdik.simulation.demo.doors import Seat
from nazdik.simulation.demo.tally import Tally

View = dict[str, Any]
News = list[tuple[str, str, View | None]]
# The server beats every two seconds; a line that is silent for this long is dead.
SILENT_S = 15.0
HEALTH_EVERY_S = 5.0
WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 10.0)
MESSAGE_BYTES_MAX = 64 << 20
# The session has ended, or never was: somebody else took the seat, or the server forgot it.
SIGN_IN_AGAIN = frozenset({4401, 4403, 4440})
# What a crew need not act upon: where others are well, that the line stands, that there is another map.
_LANES = ("health", "beat", "welcome", "map", "glass")


class SeatLost(Exception):
    """The session behind the stream has ended."""


class Stream:
    """
    One stream.

    `on_news` hears what changed after it is in `items`; after a snapshot that is everything, and `fresh` is True.
    """

    def __init__(
        self,
        address: str,
        seat: Seat,
        tally: Tally,
        on_news: Callable[[News, bool], None],
        *,
        health: Callable[[], View] | None = None,
    ) -> None:
        """`health` gives a handheld's heartbeat; without it none is sent."""
        self._uri = f"ws://{address}/v1/stream"
        self._seat = seat
        self._tally = tally
        self._on_news = on_news
        self._health = health
        self.items: dict[str, dict[str, View]] = {}
        self._stands: dict[str, tuple[str, int]] = {}

    def find(self, kind: str, item_id: str | None) -> View | None:
        """Return an item as it is now, or None."""
        return self.items.get(kind, {}).get(item_id or "")

    async def follow(self) -> None:
        """
        Follow until cancelled, connecting again whenever the line is lost.

        Raises:
            SeatLost: The session is no more.
        """
        tries = 0
        while True:
            began_s = time.monotonic()
            try:
                await self._one_line()
            except SeatLost:
                raise
            except (OSError, TimeoutError, WebSocketException) as error:
                if isinstance(error, InvalidStatus) and error.response.status_code in (401, 403):
                    raise SeatLost from error
                self._tally.problem("stream_lost", f"{self._seat.name} {type(error).__name__}")
            tries = 0 if time.monotonic() - began_s > 30.0 else tries + 1
            await asyncio.sleep(WAITS_S[min(tries, len(WAITS_S) - 1)])

    async def _one_line(self) -> None:
        async with connect(
            self._uri,
            additional_headers=self._seat.headers,
            compression=None,
            ping_interval=None,
            max_size=MESSAGE_BYTES_MAX,
            open_timeout=20,
            close_timeout=1,
            proxy=None,
        ) as line:
            await self._hello(line)
            beats = asyncio.create_task(self._send_health(line)) if self._health is not None else None
            try:
                await self._listen(line)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else 1006
                if code in SIGN_IN_AGAIN:
                    raise SeatLost from closed
                raise
            finally:
                if beats is not None:
                    beats.cancel()

    async def _hello(self, line: ClientConnection) -> None:
        resume = {stream: {"epoch": epoch, "pos": pos} for stream, (epoch, pos) in self._stands.items()}
        await line.send(msgspec.json.encode({"t": "hello", "resume": resume}).decode())

    async def _listen(self, line: ClientConnection) -> None:
        while True:
            async with asyncio.timeout(SILENT_S):
                frame = await line.recv()
            if isinstance(frame, bytes):
                continue
            if not self._take(msgspec.json.decode(frame)):
                self._tally.problem("stream_gap", self._seat.name)
                await self._hello(line)

    def _take(self, message: Mapping[str, Any]) -> bool:
        """Apply one message; False when something between was missed."""
        what = message["t"]
        if what == "snap":
            self._begin(message)
        elif what == "change":
            epoch, pos = self._stands.get(message["stream"], ("", -1))
            if epoch != message["epoch"] or pos != message["prev"]:
                return False
            self._stands[message["stream"]] = (epoch, message["pos"])
            self._tell(message["items"], fresh=False)
        elif what not in _LANES:
            self._tally.problem(f"stream_{what}", str(message)[:200])
        return True

    def _begin(self, message: Mapping[str, Any]) -> None:
        stream = message["stream"]
        for kind in self.items.values():
            for item_id in [i for i in kind if i.startswith(f"{stream}.")]:
                del kind[item_id]
        self._stands[stream] = (message["epoch"], message["pos"])
        self._tell(message["items"], fresh=True)

    def _tell(self, items: list[View], *, fresh: bool) -> None:
        news: News = []
        for item in items:
            kind, item_id, view = item["k"], item["id"], item["v"]
            if view is None:
                self.items.get(kind, {}).pop(item_id, None)
            else:
                self.items.setdefault(kind, {})[item_id] = view
            news.append((kind, item_id, view))
        self._on_news(news, fresh)

    async def _send_health(self, line: ClientConnection) -> None:
        assert self._health is not None
        while True:
            await line.send(msgspec.json.encode({"t": "health", **self._health()}).decode())
            await asyncio.sleep(HEALTH_EVERY_S)
