"""NATS makes followers quicker and is needed for nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nazdik.platform import wakes as module
from nazdik.platform.wakes import Wakes
from tests.nats import nats_server

WITHIN_S = 20.0


class Side:
    """One node's end."""

    def __init__(self, url: str) -> None:
        self.heard = asyncio.Event()
        self.wakes = Wakes(url, {"khuzestan": self.heard})
        self.tasks = [asyncio.ensure_future(self.wakes.run()), asyncio.ensure_future(self.wakes.connect())]

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def hears(told: Side, listens: Side) -> None:
    """Tell until it is heard: what is said before both are connected is lost, as it may be."""
    listens.heard.clear()
    async with asyncio.timeout(WITHIN_S):
        while not listens.heard.is_set():
            told.wakes.tell("khuzestan")
            await asyncio.sleep(0.02)


@contextmanager
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(module, "AGAIN_S", 1)
        yield


async def test_a_follower_is_woken_also_after_nats_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with quick(monkeypatch), nats_server() as server:
        server.kill()
        writer, follower = Side(server.url), Side(server.url)
        writer.wakes.tell("khuzestan")
        await asyncio.sleep(0.1)
        assert not follower.heard.is_set() and not writer.tasks[0].done(), "nobody is there, and nobody waits"
        server.start()
        await hears(writer, follower)
        writer.wakes.tell("another")
        server.kill()
        writer.wakes.tell("khuzestan")
        server.start()
        await hears(writer, follower)
        assert not writer.heard.is_set(), "it does not wake itself"
        await writer.close()
        await follower.close()
