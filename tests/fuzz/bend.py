"""Bytes that a door may be sent: good messages bent a little, and noise."""

from collections.abc import Callable
from random import Random
from typing import Any, Protocol

from hypothesis import strategies as st

# What parsers have stumbled over: signs of their grammars, numbers that are none, texts that end too late.
TOKENS = (
    *(bytes([sign]) for sign in b"\x00\r\n\t =;:,&%+-\"'<>{}[]()*?.Ee0"),
    b"\r\n",
    b"\r\n\r\n",
    b"--",
    b"%00",
    b"%ff",
    b"</",
    b"<![CDATA[",
    b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b"&b;",
    b"&#0;",
    b"&#x110000;",
    b"{}",
    b"null",
    b"true",
    b"NaN",
    b"-Infinity",
    b"1e400",
    b"-1",
    b"0x10",
    b"1_0",
    b"9" * 25,
    b"9" * 400,
    b"1" * 5_000,
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "۱۲".encode(),
    "½".encode(),
    "²".encode(),
    "\u202e".encode(),
    "\u2028".encode(),
    rb"\ud800",
    rb"\u0000",
    b"a" * 300,
    b"[" * 600,
    b'{"a":' * 600,
    b"<a>" * 300,
    b"--b1\r\n" * 60,
    b"\x1b[31m",
    b"../" * 20,
    b"z9hG4bK",
)
BYTES_MAX = 20_000


class Choice(Protocol):
    """Where chance comes from: hypothesis, which makes what it finds small, or a plain generator, which is fast."""

    def below(self, count: int) -> int:
        """Return a number from 0 up to `count`, which is left out."""

    def noise(self, size_max: int) -> bytes:
        """Return up to so many bytes of anything."""


class Drawn:
    """Hypothesis' choices."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def below(self, count: int) -> int:
        """As `Choice.below`."""
        number: int = self._draw(st.integers(0, count - 1))
        return number

    def noise(self, size_max: int) -> bytes:
        """As `Choice.noise`."""
        data: bytes = self._draw(st.binary(max_size=size_max))
        return data


class Rolled:
    """A generator's choices."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, count: int) -> int:
        """As `Choice.below`."""
        return self._random.randrange(count)

    def noise(self, size_max: int) -> bytes:
        """As `Choice.noise`."""
        return self._random.randbytes(self._random.randrange(size_max + 1))


def bend(choice: Choice, samples: tuple[bytes, ...]) -> bytes:
    """Return a good message with up to six things done to it, and now and then nothing but noise."""
    if choice.below(10) == 9:
        return choice.noise(400)
    data = samples[choice.below(len(samples))]
    for _ in range(choice.below(7)):
        at = choice.below(len(data) + 1)
        to = min(len(data), at + choice.below(41))
        match choice.below(7):
            case 0:
                data = data[:at] + data[to:]
            case 1:
                data = data[:at] + TOKENS[choice.below(len(TOKENS))] + data[at:]
            case 2:
                data = data[:at] + TOKENS[choice.below(len(TOKENS))] + data[to:]
            case 3:
                data = data[:at] + choice.noise(4) + data[at + 1 :]
            case 4:
                data = data[:to] + data[at:to] * choice.below(31) + data[to:]
            case 5:
                other = samples[choice.below(len(samples))]
                begin = choice.below(len(other) + 1)
                data = data[:at] + other[begin : begin + 200] + data[to:]
            case _:
                data = data[:at]
    return data[:BYTES_MAX]


@st.composite
def messages(draw: Any, samples: tuple[bytes, ...]) -> bytes:
    """Draw what a door may be sent."""
    return bend(Drawn(draw), samples)
