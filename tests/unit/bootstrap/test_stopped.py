"""A writer that can record nothing any more ends the process, so that a new one reads what is really there."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from nazdik.bootstrap import stopped


async def test_the_wait_ends_with_the_first_writer_that_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopped, "LOOK_EVERY_S", 0.001)
    rooms = [SimpleNamespace(province=name, writer=SimpleNamespace(stopped=None)) for name in ("a", "b")]
    waiting = asyncio.ensure_future(stopped.until_stopped(cast(Any, rooms)))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    rooms[1].writer.stopped = "the log moved on"
    async with asyncio.timeout(5):
        await waiting
