"""Everybody falls away and comes back at once: whoever asks for something is served in between."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from tests.unit.platform.test_live_socket import SUBSCRIPTION, Line

from nazdik.kernel import Instant
from nazdik.platform.clock import VirtualClock
from nazdik.platform.http import SocketsInTurn
from nazdik.platform.live import Hub, Item, converse

MANY = 60
SOCKET: Any = {"type": "websocket"}


async def receive() -> Any:
    raise AssertionError("nothing is received")


async def send(_: Any) -> None:
    return None


async def test_so_many_sockets_find_their_way_in_in_each_round_of_the_loop() -> None:
    let_in = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal let_in
        await send({"type": "websocket.accept"})
        let_in += 1
        await asyncio.sleep(3600)

    turns = SocketsInTurn(app, at_once=4)
    tasks = [asyncio.ensure_future(turns(SOCKET, receive, send)) for _ in range(MANY)]
    seen = [0]
    for _ in range(3 * MANY):
        await asyncio.sleep(0)
        seen.append(let_in)
    assert let_in == MANY
    assert max(after - before for before, after in pairwise(seen)) <= 4
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("how", ["slow to hear", "fails", "cancelled"])
async def test_one_socket_keeps_no_other_out(how: str) -> None:
    async def slow(_: Any) -> None:
        await asyncio.sleep(3600)

    async def first(scope: Any, receive: Any, send: Any) -> None:
        if how == "fails":
            raise ValueError
        if how == "slow to hear":
            await send({"type": "websocket.accept"})
        await asyncio.sleep(3600)

    entered = asyncio.Event()

    async def second(scope: Any, receive: Any, send: Any) -> None:
        entered.set()

    apps = iter([first, second])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await next(apps)(scope, receive, send)

    turns = SocketsInTurn(app, at_once=1)
    holding = asyncio.ensure_future(turns(SOCKET, receive, slow))
    for _ in range(3):
        await asyncio.sleep(0)
    if how == "cancelled":
        holding.cancel()
    async with asyncio.timeout(1):
        await turns(SOCKET, receive, send)
    assert entered.is_set()
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)


async def test_lines_that_break_together_are_cleared_away_one_after_the_other() -> None:
    hub, clock = Hub(), VirtualClock()
    hub.open("s", epoch="e", pos=1, at=Instant(0), items=[Item("thing", "a", b"{}", frozenset({"north"}))])
    lines = [Line() for _ in range(MANY)]
    tasks = [asyncio.ensure_future(converse(line, hub, SUBSCRIPTION, clock, welcome={}, handlers={})) for line in lines]
    for line in lines:
        line.say({"t": "hello", "resume": {}})
        while line.heard.qsize() < 2:
            await asyncio.sleep(0)
    for line in lines:
        line.say(None)
    seen = [hub.count()]
    while hub.count():
        await asyncio.sleep(0)
        seen.append(hub.count())
    assert max(before - after for before, after in pairwise(seen)) <= 2
    await asyncio.gather(*tasks)
