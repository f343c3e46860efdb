"""
The packets of MQTT 3.1.1 that a subscriber needs, without input or output.

Limits come before reading: what is larger than allowed is passed over as it comes in and never held. Why this is our own code
and no library: docs/decisions/0060-mqtt-in.md.

Source: OASIS, MQTT Version 3.1.1, https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14
PING = bytes([PINGREQ << 4, 0])
GOODBYE = bytes([DISCONNECT << 4, 0])
TEXT_BYTES_MAX = 65_535
LENGTH_BYTES_MAX = 4
# Every packet but a message is short; so much is more than any of them.
CONTROL_BYTES_MAX = 1_024
REFUSED_FILTER = 0x80
_SENT_BY_BROKERS = frozenset({CONNACK, PUBLISH, SUBACK, PINGRESP})
_U16 = struct.Struct("!H")


class MqttError(Exception):
    """The broker sent what no broker sends; only a new line helps."""


class Accepted(NamedTuple):
    """The answer to our connection: 0, or why not. `present`: the broker had kept our session."""

    code: int
    present: bool


class Subscribed(NamedTuple):
    """The answer to our subscription: what is granted for each filter, `REFUSED_FILTER` for not."""

    granted: tuple[int, ...]


class Pong(NamedTuple):
    """The broker is there."""


class Message(NamedTuple):
    """
    A message of some topic. `packet_id` wants an acknowledgement; None when it does not.

    `retained`: the broker kept it from earlier, it was not sent now. `payload` None means that it was too large to be read.
    """

    topic: str
    payload: bytes | None
    retained: bool
    packet_id: int | None


Packet = Accepted | Subscribed | Pong | Message


def connect(client_id: str, *, user: str, password: str, keep_alive_s: int) -> bytes:
    """Say who we are; the broker is to keep what comes for us while we are away."""
    has_user, has_password = 0x80, 0x40
    head = _text("MQTT") + bytes([4, has_user | has_password]) + _U16.pack(keep_alive_s)
    return _packet(CONNECT, 0, head + _text(client_id) + _text(user) + _text(password))


def subscribe(packet_id: int, filters: Sequence[str]) -> bytes:
    """Ask for topics, each message at least once."""
    return _packet(SUBSCRIBE, 2, _U16.pack(packet_id) + b"".join(_text(name) + b"\x01" for name in filters))


def acknowledge(packet_ids: Iterable[int]) -> bytes:
    """Say that messages were taken."""
    return b"".join(bytes([PUBACK << 4, 2]) + _U16.pack(packet_id) for packet_id in packet_ids)


class Reader:
    """
    Cuts what a broker sends into packets.

    Args:
        bytes_max: Larger payloads are not read; the message then has none.
    """

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._come = bytearray()
        self._to_skip = 0

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packets that are complete by now. Raises `MqttError`."""
        self._come += data
        if self._to_skip:
            self._skip()
        found: list[Packet] = []
        at = 0
        while (cut := self._cut(at)) is not None:
            at, packet = cut
            found.append(packet)
            if self._to_skip:
                break
        del self._come[:at]
        if self._to_skip:
            self._skip()
            # What follows a message that was passed over may be whole already.
            return found + (self.feed(b"") if self._come else [])
        return found

    def _skip(self) -> None:
        gone = min(self._to_skip, len(self._come))
        del self._come[:gone]
        self._to_skip -= gone

    def _cut(self, at: int) -> tuple[int, Packet] | None:
        """Return where the next packet ends and what it is, None when more has to come."""
        come = self._come
        if at < len(come) and come[at] >> 4 not in _SENT_BY_BROKERS:
            raise MqttError(f"a packet of kind {come[at] >> 4}")
        length, body_at = 0, at + 1
        for turn in range(LENGTH_BYTES_MAX + 1):
            if body_at >= len(come):
                return None
            if turn == LENGTH_BYTES_MAX:
                raise MqttError("a length of more than four bytes")
            byte = come[body_at]
            length |= (byte & 0x7F) << (7 * turn)
            body_at += 1
            if not byte & 0x80:
                break
        kind, flags, end = come[at] >> 4, come[at] & 0x0F, body_at + length
        if kind == PUBLISH:
            return self._message(flags, body_at, end)
        if length > CONTROL_BYTES_MAX:
            raise MqttError(f"a packet of kind {kind} with {length} bytes")
        if len(come) < end:
            return None
        return end, _control(kind, bytes(come[body_at:end]))

    def _message(self, flags: int, at: int, end: int) -> tuple[int, Message] | None:
        come = self._come
        quality = flags >> 1 & 3
        if quality > 1:
            raise MqttError("a message of a quality that was not asked for")
        if len(come) < at + 2:
            return None
        topic_end = at + 2 + _U16.unpack_from(come, at)[0]
        payload_at = topic_end + (2 if quality else 0)
        if payload_at > end:
            raise MqttError("a message shorter than its own topic")
        if len(come) < payload_at:
            return None
        too_large = end - payload_at > self._bytes_max
        if not too_large and len(come) < end:
            return None
        topic = come[at + 2 : topic_end].decode("utf-8", "replace")
        packet_id = _U16.unpack_from(come, topic_end)[0] if quality else None
        if too_large:
            self._to_skip = end - payload_at
            return payload_at, Message(topic, None, bool(flags & 1), packet_id)
        return end, Message(topic, bytes(come[payload_at:end]), bool(flags & 1), packet_id)


def _control(kind: int, body: bytes) -> Packet:
    if kind == CONNACK and len(body) == 2:
        return Accepted(code=body[1], present=bool(body[0] & 1))
    if kind == SUBACK and len(body) > 2:
        return Subscribed(tuple(body[2:]))
    if kind == PINGRESP and not body:
        return Pong()
    raise MqttError(f"a packet of kind {kind} that nobody asked for")


def _packet(kind: int, flags: int, body: bytes) -> bytes:
    return bytes([kind << 4 | flags]) + _length(len(body)) + body


def _length(number: int) -> bytes:
    coded = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        coded.append(low | (0x80 if number else 0))
        if not number:
            return bytes(coded)


def _text(text: str) -> bytes:
    coded = text.encode()
    if len(coded) > TEXT_BYTES_MAX:
        raise ValueError("a text of MQTT has at most 65,535 bytes")
    return _U16.pack(len(coded)) + coded
