"""Reads a Mapbox vector tile (version 2): https://github.com/mapbox/vector-tile-spec/tree/master/2.1."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["Unknown", "Point", "LineString", "Polygon"]
_KINDS: tuple[Kind, ...] = ("Unknown", "Point", "LineString", "Polygon")
Part = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing: what is said of it, and its parts in the tile's own grid."""

    kind: Kind
    said: dict[str, Any]
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer and the width of its grid."""

    extent: int
    features: list[Feature]


def read_tile(content: bytes) -> dict[str, Layer]:
    """Return a tile's layers by name."""
    return dict(_layer(value) for number, value in _fields(content) if number == 3)


def _layer(content: Any) -> tuple[str, Layer]:
    name, extent = "", 4096
    keys: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, value in _fields(content):
        match number:
            case 1:
                name = bytes(value).decode()
            case 2:
                features.append(value)
            case 3:
                keys.append(bytes(value).decode())
            case 4:
                values.append(_value(value))
            case 5:
                extent = value
    return name, Layer(extent, [_feature(each, keys, values) for each in features])


def _feature(content: Any, keys: list[str], values: list[Any]) -> Feature:
    kind: Kind = "Unknown"
    said: dict[str, Any] = {}
    parts: list[Part] = []
    for number, value in _fields(content):
        match number:
            case 2:
                tags = list(_numbers(value))
                said = {keys[key]: values[at] for key, at in zip(tags[::2], tags[1::2], strict=True)}
            case 3:
                kind = _KINDS[value]
            case 4:
                parts = _parts(list(_numbers(value)))
    return Feature(kind, said, parts)


def _parts(commands: list[int]) -> list[Part]:
    parts: list[Part] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            parts[-1].append(parts[-1][0])
            continue
        for _ in range(count):
            x += _signed(commands[at])
            y += _signed(commands[at + 1])
            at += 2
            if command == 1:
                parts.append([(x, y)])
            else:
                parts[-1].append((x, y))
    return parts


def _value(content: Any) -> Any:
    for number, value in _fields(content):
        match number:
            case 1:
                return bytes(value).decode()
            case 2:
                return struct.unpack("<f", value)[0]
            case 3:
                return struct.unpack("<d", value)[0]
            case 6:
                return _signed(value)
            case 7:
                return bool(value)
            case _:
                return value
    return None


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _numbers(content: Any) -> Iterator[int]:
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            yield value
            value = shift = 0


def _fields(content: Any) -> Iterator[tuple[int, Any]]:
    """Fields of a protobuf message: whole numbers as such, everything else as bytes."""
    at, end = 0, len(content)

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte: int = content[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
            shift += 7

    while at < end:
        tag = number()
        field, wire = tag >> 3, tag & 7
        if wire == 0:
            yield field, number()
            continue
        length = number() if wire == 2 else {1: 8, 5: 4}[wire]
        yield field, content[at : at + length]
        at += length
