"""
One socket's conversation: hello, then snapshots and changes one way, small messages the other.

Knows no web framework: it is handed something that sends and receives.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol

import msgspec

from nazdik.kernel import Rejected, Unavailable, rfc3339
from nazdik.platform.clock import Clock
from nazdik.platform.live.connection import CloseCode, Connection
from nazdik.platform.live.hub import Hub
from nazdik.platform.live.subscription import Subscription, quoted

BEAT_S = 2.0
HELLO_WITHIN_S = 10.0
MESSAGE_BYTES_MAX = 65_536
# A listener says little: a heartbeat every 5 s and what came on screen. Twenty a second, in bursts of a hundred, is a fault.
MESSAGES_PER_S = 20.0
MESSAGES_BURST = 100.0
TOGETHER_MS_MAX = 500

Message = Mapping[str, Any]
Handler = Callable[[Message], Awaitable[None]]
Note = Callable[[Sequence[str]], Awaitable[None]]


class Gone(Exception):
    """The other side has closed."""


class Socket(Protocol):
    """What a web framework's WebSocket is wrapped in."""

    async def receive(self) -> str | bytes:
        """Return the next message; `Gone` when there will be none."""

    async def send_text(self, text: str) -> None:
        """Send a text frame; `Gone` when nobody is there."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame; `Gone` when nobody is there."""

    async def close(self, code: int, reason: str) -> None:
        """Close; nothing happens when it is closed already."""


class _Refused(Exception):
    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class _Position(msgspec.Struct):
    epoch: str
    pos: int


class _Hello(msgspec.Struct):
    resume: dict[str, _Position] = {}
    later: tuple[str, ...] = ()
    # What comes within so long of the last frame may be told as one; the first change after a quiet moment never waits.
    together_ms: Annotated[int, msgspec.Meta(ge=0, le=TOGETHER_MS_MAX)] = 0


async def converse(
    socket: Socket,
    hub: Hub,
    subscription: Subscription,
    clock: Clock,
    *,
    welcome: Mapping[str, Any],
    handlers: Mapping[str, Handler],
    before_data: Callable[[], Awaitable[None]] | None = None,
    before_personal: Note | None = None,
    tag: str = "",
) -> None:
    """
    Serve one socket until either side is done.

    Args:
        welcome: Said in the welcome beside the time, the beat and the streams (the session's scope).
        handlers: What to do with each kind of message other than hello; a `Rejected` is told and the line stays up.
        before_data: Awaited before anything leaves: the audit's place. When it fails, nothing is sent.
        before_personal: Awaited with the personal things (`kind:id`) that are about to be shown here for the first time.
        tag: See `Connection`.
    """
    connection = hub.connect(subscription, tag)
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            first = _parse(await socket.receive())
        if first.get("t") != "hello":
            raise _Refused(CloseCode.BAD_MESSAGE, "the first message is hello")
        if before_data is not None:
            await before_data()
        hello = {
            "t": "welcome",
            "server_at": rfc3339(clock.now()),
            "beat_s": BEAT_S,
            "streams": list(subscription.streams),
            **welcome,
        }
        await socket.send_text(quoted(hello))
        await _begin(hub, connection, first)
        await _both_ways(socket, hub, connection, clock, handlers, before_personal)
    except _Refused as refused:
        await socket.close(refused.code, refused.reason)
    except TimeoutError:
        await socket.close(CloseCode.BAD_MESSAGE, "no hello came")
    except Unavailable:
        await socket.close(CloseCode.TRY_LATER, "try later")
    except Gone:
        pass
    finally:
        hub.disconnect(connection)


async def _both_ways(
    socket: Socket,
    hub: Hub,
    connection: Connection,
    clock: Clock,
    handlers: Mapping[str, Handler],
    before_personal: Note | None,
) -> None:
    """Send and receive side by side; when one ends, so does the other."""
    tasks = [
        asyncio.ensure_future(_send(socket, connection, clock, before_personal)),
        asyncio.ensure_future(_receive(socket, hub, connection, clock, handlers)),
        asyncio.ensure_future(_until_cut(connection)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: Socket, connection: Connection, clock: Clock, before_personal: Note | None) -> None:
    sent_s = float("-inf")
    while True:
        await connection.wait()
        if (rest_s := sent_s + connection.together_s - clock.monotonic_s()) > 0:
            await asyncio.sleep(rest_s)
        personal, frames = connection.take_personal(), connection.take()
        if personal and before_personal is not None:
            await before_personal(personal)
            if connection.closed is not None:
                # While it was written down, the right to see it ended.
                raise _Refused(connection.closed, connection.closed.name.lower())
        for frame in frames:
            if isinstance(frame, str):
                await socket.send_text(frame)
            else:
                await socket.send_bytes(frame)
        sent_s = clock.monotonic_s()


async def _until_cut(connection: Connection) -> None:
    # A task of its own: a listener who does not read holds the sending task for as long as it likes.
    code = await connection.ended()
    raise _Refused(code, code.name.lower())


async def _receive(
    socket: Socket, hub: Hub, connection: Connection, clock: Clock, handlers: Mapping[str, Handler]
) -> None:
    allowance, last_s = MESSAGES_BURST, clock.monotonic_s()
    while True:
        try:
            message = _parse(await socket.receive())
        except Gone:
            # When everybody falls away at once, others get their turn at the loop between any two.
            async with hub.ending:
                await asyncio.sleep(0)
            raise
        now_s = clock.monotonic_s()
        allowance, last_s = min(MESSAGES_BURST, allowance + (now_s - last_s) * MESSAGES_PER_S) - 1, now_s
        if allowance < 0:
            raise _Refused(CloseCode.TOO_MANY_MESSAGES, "too many messages")
        kind = message.get("t")
        if kind == "hello":
            await _begin(hub, connection, message)
            continue
        handler = handlers.get(kind) if isinstance(kind, str) else None
        if handler is None:
            raise _Refused(CloseCode.BAD_MESSAGE, "no such message")
        try:
            await handler(message)
        except Rejected as refusal:
            problem = {"t": "problem", "code": refusal.code, "of": kind}
            await socket.send_text(quoted(problem))
        except msgspec.ValidationError as error:
            raise _Refused(CloseCode.BAD_MESSAGE, "a field is wrong") from error


async def _begin(hub: Hub, connection: Connection, message: Message) -> None:
    try:
        hello = msgspec.convert(dict(message), _Hello)
    except msgspec.ValidationError as error:
        raise _Refused(CloseCode.BAD_MESSAGE, "hello is not understood") from error
    # When everybody comes back at once, others get their turn at the loop between any two snapshots.
    async with hub.beginning:
        connection.together_s = hello.together_ms / 1000
        hub.begin(connection, {stream: (p.epoch, p.pos) for stream, p in hello.resume.items()}, hello.later)
        await asyncio.sleep(0)


def _parse(data: str | bytes) -> dict[str, Any]:
    if len(data) > MESSAGE_BYTES_MAX:
        raise _Refused(CloseCode.BAD_MESSAGE, "the message is too long")
    try:
        message = msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _Refused(CloseCode.BAD_MESSAGE, "the message is not JSON") from error
    if not isinstance(message, dict):
        raise _Refused(CloseCode.BAD_MESSAGE, "the message is not an object")
    return message
