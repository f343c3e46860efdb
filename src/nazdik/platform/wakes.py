"""
Telling other nodes through NATS that a log has grown, so that they look at once and not only now and then.

Nothing is said but the name of the log: what is in it everyone reads from the store. A message that is lost, doubled or made up
costs a moment or a look; with NATS away everything goes on.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

SUBJECT = "nazdik.grown."
AGAIN_S = 2.0
_log = logging.getLogger(__name__)


class Wakes:
    """Belongs to one event loop."""

    def __init__(self, url: str, followed: Mapping[str, asyncio.Event]) -> None:
        """
        Make it; `run` begins.

        Args:
            followed: What to set when the log of this name has grown.
        """
        self._url = url
        self._followed = followed
        self._grown: set[str] = set()
        self._more = asyncio.Event()
        self._client: Client | None = None

    def tell(self, log: str) -> None:
        """Say that a log of ours has grown; nobody waits for it."""
        self._grown.add(log)
        self._more.set()

    async def run(self) -> None:
        """Keep a connection, as far as there is one to be had, and say what is to be said."""
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                grown, self._grown = self._grown, set()
                client = self._client
                if client is None or not client.is_connected:
                    # Whoever follows looks by itself.
                    continue
                with suppress(Error, OSError):
                    for log in sorted(grown):
                        await client.publish(SUBJECT + log, b"")
        finally:
            await self._leave()

    async def connect(self) -> None:
        """Connect, however long it takes; lost connections are made anew by the client itself."""
        while True:
            client = Client()
            try:
                await client.connect(
                    self._url,
                    name="nazdik",
                    error_cb=self._failed,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=int(AGAIN_S),
                    ping_interval=5,
                    pending_size=0,
                    no_echo=True,
                )
                await client.subscribe(SUBJECT + "*", cb=self._hear)
            except (Error, OSError) as error:
                _log.warning("NATS is not there, logs are looked at now and then: %s", error)
                await asyncio.sleep(AGAIN_S)
                continue
            self._client = client
            return

    async def _hear(self, message: Msg) -> None:
        event = self._followed.get(message.subject.removeprefix(SUBJECT))
        if event is not None:
            event.set()

    async def _failed(self, error: Exception) -> None:
        _log.warning("NATS: %s", error)

    async def _leave(self) -> None:
        if self._client is not None:
            with suppress(Error, OSError):
                await self._client.close()
