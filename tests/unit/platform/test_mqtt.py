"""MQTT's packets in pieces and out of order, and a line that comes back."""

import asyncio
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nazdik.kernel import Instant
from nazdik.platform.clock import VirtualClock
from nazdik.platform.mqtt import BrokerLine, Message
from nazdik.platform.mqtt.packets import (
    Accepted,
    MqttError,
    Packet,
    Pong,
    Reader,
    Subscribed,
    acknowledge,
    connect,
    subscribe,
)

ACCEPTED, GRANTED, PONG = b"\x20\x02\x00\x00", b"\x90\x04\x00\x01\x01\x01", b"\xd0\x00"


def publish(topic: str, payload: bytes, *, packet_id: int | None = 1, retained: bool = False) -> bytes:
    """Return a message as a broker sends it."""
    coded = topic.encode()
    body = (
        struct.pack("!H", len(coded)) + coded + (b"" if packet_id is None else struct.pack("!H", packet_id)) + payload
    )
    length, left = b"", len(body)
    while left or not length:
        length += bytes([left & 0x7F | (0x80 if left > 0x7F else 0)])
        left >>= 7
    return bytes([0x30 | (0 if packet_id is None else 2) | retained]) + length + body


def test_what_we_send_is_as_the_standard_writes_it() -> None:
    said = bytes.fromhex("101300044d51545404c0001e000163000175000170")
    assert connect("c", user="u", password="p", keep_alive_s=30) == said
    assert subscribe(1, ["a/+"]) == bytes.fromhex("820800010003612f2b01")
    assert acknowledge([1, 258]) == bytes.fromhex("4002000140020102")


def test_every_packet_is_read() -> None:
    sent = ACCEPTED + GRANTED + PONG + publish("a/b", b"hi", retained=True) + publish("a/c", b"", packet_id=None)
    assert Reader(100).feed(sent) == [
        Accepted(0, False),
        Subscribed((1, 1)),
        Pong(),
        Message("a/b", b"hi", True, 1),
        Message("a/c", b"", False, None),
    ]


@given(
    st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=300), st.booleans()), max_size=8),
    st.lists(st.integers(1, 400), min_size=1, max_size=20),
)
def test_pieces_of_any_size_give_the_same_messages(told: list[tuple[str, bytes, bool]], pieces: list[int]) -> None:
    """However the network cuts a stream, and whatever in it is too large to be read."""
    sent = b"".join(publish(t, p, packet_id=n + 1, retained=r) for n, (t, p, r) in enumerate(told)) + PONG
    reader, found, turn = Reader(100), list[Packet](), 0
    while sent:
        size = pieces[turn % len(pieces)]
        found += reader.feed(sent[:size])
        sent, turn = sent[size:], turn + 1
    wanted = [Message(t, p if len(p) <= 100 else None, r, n + 1) for n, (t, p, r) in enumerate(told)]
    assert found == [*wanted, Pong()]


def test_a_message_of_200_mb_is_passed_over_and_never_held() -> None:
    reader = Reader(1_000)
    head = b"\x32" + b"\x80\x80\x80\x64" + b"\x00\x01a\x00\x07"  # 100 * 128**3 bytes to come
    assert reader.feed(head) == [Message("a", None, False, 7)]
    left = 100 * 128**3 - 5
    for _ in range(left // (1 << 20)):
        assert reader.feed(bytes(1 << 20)) == []
        assert len(reader._come) == 0
    assert reader.feed(bytes(left % (1 << 20)) + PONG) == [Pong()]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x20\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x20\x80\x80\x04",  # an answer of 64 KiB
        b"\x20\x00",
        b"\xf0\x00",
        b"\x34\x05\x00\x01ax\x01",  # a quality that was not asked for
        b"\x32\x03\x00\x09a",  # a topic longer than its message
        b"\x32\x03\x00\x01a",  # no room for its number
    ],
)
def test_what_no_broker_sends_ends_the_line(sent: bytes) -> None:
    with pytest.raises(MqttError):
        Reader(100).feed(sent)


@given(st.binary(max_size=200))
def test_nothing_but_its_own_error_comes_out_of_the_reader(sent: bytes) -> None:
    with suppress(MqttError):
        Reader(50).feed(sent)


# The line


class Broker:
    """A pretend broker: says what it is told to say to each that connects, and keeps what it hears."""

    def __init__(self, *scripts: bytes) -> None:
        self.scripts = list(scripts)
        self.heard = b""
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Broker":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self.scripts[min(self.connections, len(self.scripts) - 1)]
        self.connections += 1
        await reader.read(1_000)
        writer.write(script)
        if self.connections < len(self.scripts):
            await asyncio.sleep(0.05)
            writer.close()
            return
        while data := await reader.read(1_000):
            self.heard += data
        writer.close()


def line_to(broker: Broker, taken: list[Message]) -> BrokerLine:
    def take(messages: Sequence[Message]) -> None:
        taken.extend(messages)

    return BrokerLine(
        "127.0.0.1",
        broker.port,
        client_id="nazdik",
        user="nazdik",
        password="word",
        filters=("a/+",),
        take=take,
        clock=VirtualClock(Instant(1)),
        again_first_s=0.01,
    )


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


async def test_a_line_that_breaks_is_made_again_and_messages_are_acknowledged() -> None:
    greeting = ACCEPTED + GRANTED
    async with Broker(greeting + publish("a/1", b"x"), greeting + publish("a/2", b"y", packet_id=9)) as broker:
        taken: list[Message] = []
        line = line_to(broker, taken)
        assert (line.state.connected, line.state.since) == (False, None)
        line.open()
        await until(lambda: len(taken) == 2 and acknowledge([9]) in broker.heard)
        assert [message.topic for message in taken] == ["a/1", "a/2"]
        assert (line.state.connected, line.state.why, line.state.connections) == (True, None, 2)
        await line.close()
        assert (line.state.connected, line.state.why) == (False, "broker.closed")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (b"\x20\x02\x00\x04", "broker.wrong_password"),
        (b"\x20\x02\x00\x05", "broker.not_authorised"),
        (b"\x20\x02\x00\x63", "broker.refused"),
        (ACCEPTED + b"\x90\x03\x00\x01\x80", "broker.topic_refused"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "broker.not_understood"),
    ],
)
async def test_why_a_broker_does_not_let_us_in_is_known(script: bytes, why: str) -> None:
    async with Broker(script, script) as broker:
        line = line_to(broker, [])
        line.open()
        await until(lambda: line.state.why is not None)
        assert (line.state.connected, line.state.why) == (False, why)
        await line.close()


async def test_a_broker_that_is_not_there_is_asked_again() -> None:
    async with Broker(b"") as broker:
        pass
    line = line_to(broker, [])
    line.open()
    await until(lambda: line.state.why is not None)
    assert line.state.why == "broker.unreachable"
    await line.close()
