"""One socket's conversation, over a pretend line and over a real one."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import pytest
from litestar import Litestar, WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.testing import TestClient

from nazdik.kernel import Forbidden, Instant, Unavailable
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import LogUnavailableProblem
from nazdik.platform.http import LitestarSocket
from nazdik.platform.live import Gone, Hub, Item, Subscription, converse

SUBSCRIPTION = Subscription.to(["s"], ["north"])


class Line:
    """A pretend line: what is said goes in, what is heard comes out."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.closed: tuple[int, str] | None = None
        self.is_stuck = False

    async def receive(self) -> str | bytes:
        message = await self.said.get()
        if message is None:
            raise Gone
        return message

    async def send_text(self, text: str) -> None:
        if self.is_stuck:
            await asyncio.Event().wait()
        self.heard.put_nowait(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        self.heard.put_nowait(data)

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def say(self, message: Any) -> None:
        self.said.put_nowait(message if isinstance(message, str | bytes) or message is None else json.dumps(message))


class Setup:
    def __init__(self) -> None:
        self.hub = Hub(personal=frozenset({"thing"}))
        self.hub.open(
            "s", epoch="e", pos=1, at=Instant(0), items=[Item("thing", "a", b'{"n":1}', frozenset({"north"}))]
        )
        self.line = Line()
        self.clock = VirtualClock()
        self.seen: list[Mapping[str, Any]] = []

    async def handle(self, message: Mapping[str, Any]) -> None:
        if message.get("forbidden"):
            raise Forbidden()
        self.seen.append(message)

    def begin(
        self,
        before_data: Callable[[], Awaitable[None]] | None = None,
        before_personal: Callable[[Sequence[str]], Awaitable[None]] | None = None,
    ) -> "asyncio.Task[None]":
        return asyncio.ensure_future(
            converse(
                self.line, self.hub, SUBSCRIPTION, self.clock,
                welcome={"scope": {"office": "n"}}, handlers={"seen": self.handle}, before_data=before_data,
                before_personal=before_personal, tag="desk one",
            )
        )  # fmt: skip

    async def hear(self) -> Any:
        return await asyncio.wait_for(self.line.heard.get(), 5)


async def settled(task: "asyncio.Task[None]") -> None:
    await asyncio.wait_for(task, 5)


async def test_hello_is_answered_with_a_welcome_and_a_snapshot_and_changes_follow() -> None:
    s = Setup()
    task = s.begin()
    s.line.say({"t": "hello", "resume": {}})
    welcome, snap = await s.hear(), await s.hear()
    assert (welcome["t"], welcome["beat_s"], welcome["streams"], welcome["scope"]) == (
        "welcome",
        2.0,
        ["s"],
        {"office": "n"},
    )
    assert (snap["t"], snap["items"][0]["v"]) == ("snap", {"n": 1})
    s.hub.publish("s", pos=2, at=Instant(0), cmds=["c"], items=[Item("thing", "a", b'{"n":2}', frozenset({"north"}))])
    assert (await s.hear())["prev"] == 1
    s.hub.beat(Instant(0))
    assert (await s.hear())["pos"] == {"s": 2}
    s.line.say({"t": "hello", "resume": {"s": {"epoch": snap["epoch"], "pos": 1}}})
    assert (await s.hear())["pos"] == 2, "hello again on the same line gets what was missed"
    s.line.say(None)
    await settled(task)
    assert s.hub.count() == 0


async def test_what_comes_just_after_something_was_told_is_told_in_one_where_that_was_asked() -> None:
    setup = Setup()
    task = setup.begin()
    setup.line.say({"t": "hello", "together_ms": 200})
    assert [(await setup.hear())["t"] for _ in range(2)] == ["welcome", "snap"]
    for n in (2, 3, 4):
        # Between two of them the task that sends has its turn.
        await asyncio.sleep(0.01)
        setup.hub.publish(
            "s", pos=n, at=Instant(0), cmds=[], items=[Item("thing", "a", b"%d" % n, frozenset({"north"}))]
        )
    change = await setup.hear()
    assert (change["prev"], change["pos"], [i["v"] for i in change["items"]]) == (1, 4, [4])
    setup.clock.advance_s(1)
    setup.hub.publish("s", pos=5, at=Instant(0), cmds=[], items=[Item("thing", "a", b"5", frozenset({"north"}))])
    assert (await setup.hear())["pos"] == 5
    task.cancel()


async def test_together_has_a_bound() -> None:
    setup = Setup()
    task = setup.begin()
    setup.line.say({"t": "hello", "together_ms": 60_000})
    await task
    assert setup.line.closed == (4400, "hello is not understood")


async def test_other_messages_reach_their_handler_and_a_refusal_leaves_the_line_up() -> None:
    s = Setup()
    task = s.begin()
    s.line.say({"t": "hello"})
    await s.hear(), await s.hear()
    s.line.say({"t": "seen", "forbidden": True})
    assert await s.hear() == {"t": "problem", "code": "forbidden", "of": "seen"}
    s.line.say({"t": "seen", "ids": ["a"]})
    s.line.say(None)
    await settled(task)
    assert s.seen == [{"t": "seen", "ids": ["a"]}]


@pytest.mark.parametrize(
    "bad",
    ["", "nonsense", "[]", "1", "{", b"\xff\xfe", '{"t":1}', '{"t":"dance"}', '{"t":"hello","resume":5}', "[" * 60_000,
     '{"t":"hello","resume":{"s":{"epoch":"e"}}}', '{"t":"hello","resume":{"s":{"epoch":"e","pos":"1"}}}', " " * 70_000],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
async def test_a_message_that_is_none_closes_the_line_with_a_code(bad: str | bytes, first: bool) -> None:
    s = Setup()
    task = s.begin()
    if not first:
        s.line.say({"t": "hello"})
    s.line.say(bad)
    await settled(task)
    assert s.line.closed is not None and s.line.closed[0] == 4400
    assert s.hub.count() == 0


async def test_nothing_leaves_when_the_access_cannot_be_recorded() -> None:
    async def fail() -> None:
        raise Unavailable()

    s = Setup()
    task = s.begin(before_data=fail)
    s.line.say({"t": "hello"})
    await settled(task)
    assert s.line.heard.empty()
    assert s.line.closed == (1013, "try later")


async def test_a_listener_is_cut_even_while_it_does_not_read() -> None:
    s = Setup()
    task = s.begin()
    s.line.say({"t": "hello"})
    await s.hear(), await s.hear()
    s.line.is_stuck = True
    s.hub.beat(Instant(0))
    await asyncio.sleep(0)
    assert s.hub.cut("desk one") == 1
    await settled(task)
    assert s.line.closed == (4440, "rights_changed")
    assert s.hub.count() == 0


async def test_a_listener_who_says_too_much_is_cut() -> None:
    s = Setup()
    task = s.begin()
    s.line.say({"t": "hello"})
    for _ in range(150):
        s.line.say({"t": "seen"})
    await settled(task)
    assert s.line.closed == (4429, "too many messages")
    assert len(s.seen) == 100


@pytest.fixture
def hub() -> Iterator[Hub]:
    yield Setup().hub


def test_over_a_real_line(hub: Hub) -> None:
    @websocket("/stream")
    async def stream(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        await converse(LitestarSocket(socket), hub, SUBSCRIPTION, VirtualClock(), welcome={}, handlers={})

    with TestClient(Litestar([stream], openapi_config=None)) as client:
        with client.websocket_connect("/stream") as line:
            line.send_json({"t": "hello", "resume": {}})
            assert line.receive_json()["t"] == "welcome"
            assert line.receive_json()["items"] == [{"k": "thing", "id": "a", "v": {"n": 1}}]
        with client.websocket_connect("/stream") as line:
            line.send_text("nonsense")
            with pytest.raises(WebSocketDisconnect) as closed:
                line.receive()
            assert closed.value.code == 4400


class _LostLine:
    """A line that has gone: the server cancels what still waits to be sent on it, as Granian does when it stops."""

    async def send(self, message: Any) -> None:
        raise asyncio.CancelledError("Future cancelled.")

    async def close(self, code: int, reason: str) -> None:
        raise asyncio.CancelledError("Future cancelled.")


async def test_a_line_cut_by_the_stopping_server_is_gone_and_no_fault() -> None:
    socket = LitestarSocket(cast(Any, _LostLine()))
    with pytest.raises(Gone):
        await socket.send_text("{}")
    await socket.close(1001, "going away")


async def test_a_task_told_to_stop_while_it_sends_does_stop() -> None:
    class Slow:
        async def send(self, message: Any) -> None:
            await asyncio.Event().wait()

    sending = asyncio.create_task(LitestarSocket(cast(Any, Slow())).send_text("{}"))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


def _thing(name: str, number: int) -> Item:
    return Item("thing", name, b'{"n":%d}' % number, frozenset({"north"}))


async def test_what_is_personal_is_noted_before_it_is_first_shown_and_not_again() -> None:
    s = Setup()
    noted: list[tuple[list[str], int]] = []

    async def note(personal: Sequence[str]) -> None:
        noted.append((list(personal), s.line.heard.qsize()))

    task = s.begin(before_personal=note)
    s.line.say({"t": "hello"})
    await s.hear(), await s.hear()
    for pos, item in enumerate(
        (_thing("a", 2), _thing("b", 1), Item("thing", "c", b"{}", frozenset({"south"}))), start=2
    ):
        s.hub.publish("s", pos=pos, at=Instant(0), cmds=[], items=[item])
        s.hub.beat(Instant(0))
        while (await s.hear())["t"] != "beat":
            pass
    s.line.say({"t": "hello"})
    await s.hear()
    assert noted == [(["thing:a"], 0), (["thing:b"], 0)], "the snapshot's and the new one, each before it was heard"
    s.line.say(None)
    await settled(task)


async def test_what_cannot_be_noted_is_not_shown() -> None:
    s = Setup()

    async def note(personal: Sequence[str]) -> None:
        raise LogUnavailableProblem()

    task = s.begin(before_personal=note)
    s.line.say({"t": "hello"})
    assert (await s.hear())["t"] == "welcome"
    await settled(task)
    assert s.line.heard.empty() and s.line.closed is not None and s.line.closed[0] == 1013


async def test_a_right_that_ends_while_it_is_noted_shows_nothing_more() -> None:
    s = Setup()

    async def note(personal: Sequence[str]) -> None:
        s.hub.cut("desk one")

    task = s.begin(before_personal=note)
    s.line.say({"t": "hello"})
    await s.hear()
    await settled(task)
    assert s.line.heard.empty() and s.line.closed is not None and s.line.closed[0] == 4440
