"""One person's face: a link, a stream, commands that are sent until they are answered (`web/src/api/client.ts`)."""

import asyncio
import json
from collections.abc import Callable
from random import Random
from typing import Any

from nazdik.organisation.model import Posting
from nazdik.simulation.whole.client.stream import StreamClient
from nazdik.simulation.whole.ledger import Badge, Ledger
from nazdik.simulation.whole.network import Answer, Link, Network, Silence, Wire

RETRIES = 6
COMMAND_TIMEOUT_S = 10.0
AGAIN = frozenset({0, 429, 503})


class Face:
    """What a call-taker, a desk and a handheld have in common."""

    def __init__(
        self, name: str, posting: Posting, network: Network, ledger: Ledger, *, chance: Random, link_chance: Random
    ) -> None:
        self.name = name
        self.posting = posting
        self.network = network
        self.ledger = ledger
        self.chance = chance
        self.badge = Badge(posting)
        self.link = Link(name, self.badge, link_chance)
        network.links.append(self.link)
        self._keys = 0
        # Every frame that ever came, for the checker.
        self.on_frame: Callable[[str, int], None] = lambda _frame, _wire: None
        self.stream = self._new_stream()
        self.stopped = False

    def _new_stream(self) -> StreamClient:
        return StreamClient(_Around(self))

    def new_id(self) -> str:
        """Return a key of its own."""
        self._keys += 1
        return f"{self.name}-{self._keys:06d}"

    @property
    def now_s(self) -> float:
        """The true time; a face's own clock is `device_ms`."""
        return self.network.loop.time()

    async def attempt(self, path: str, body: Any, key: str, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Send a command once; status 0 when no answer came."""
        sent = self.ledger.sends(str(self.posting.person), key, path, body, self.now_s)
        said = {"Idempotency-Key": key, **(headers or {})}
        try:
            answer: Answer = await self.network.request(
                self.link, "POST", path, json.dumps(body).encode(), said, timeout_s=COMMAND_TIMEOUT_S
            )
        except Silence:
            return 0, {}
        told = json.loads(answer.body) if answer.body else {}
        if answer.status == 500:
            self.ledger.failed.append(f"{self.name} {path} {body}")
        sent.answers.append((self.now_s, answer.status, told))
        return answer.status, told

    async def command(self, path: str, body: Any, *, key: str | None = None) -> tuple[int, Any]:
        """Send a command with its key until it is answered, always with the same key."""
        own, attempt = key or self.new_id(), 0
        while True:
            status, told = await self.attempt(path, body, own)
            if not is_retryable(status, told) or attempt >= RETRIES:
                return status, told
            await asyncio.sleep(min(4.0, 0.25 * 2**attempt))
            attempt += 1


def is_retryable(status: int, told: Any) -> bool:
    """As `Problem.retryable`."""
    said = told.get("retryable") if isinstance(told, dict) else None
    return bool(said) if isinstance(said, bool) else status in AGAIN


class _Around:
    """A face's surroundings for its stream; also what the network tells of the socket."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def steady_ms(self) -> float:
        return self._face.now_s * 1000

    def chance(self) -> float:
        return self._face.chance.random()

    def dial(self) -> None:
        self._face.network.dial(self._face.link, self)

    def later(self, run: Callable[[], None], ms: float) -> Callable[[], None]:
        handle = self._face.network.loop.call_later(ms / 1000, run, context=self._face.network.context)
        return handle.cancel

    def opened(self, wire: Wire) -> None:
        self._face.stream.opened(wire)

    def failed(self) -> None:
        self._face.stream.failed()

    def closed(self, wire: Wire, code: int) -> None:
        self._face.stream.closed(wire, code)

    def heard(self, wire: Wire, data: str | bytes) -> None:
        if isinstance(data, str):
            self._face.on_frame(data, wire.number)
        self._face.stream.heard(wire, data)
