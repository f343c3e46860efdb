"""Reads tiles of a PMTiles file (version 3): https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md."""

import gzip
import mmap
import struct
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_HEADER = struct.Struct("<7sB8Q")
_HEADER_BYTES = 127
_COMPRESSION_AT = 97
_GZIP = 2
# The specification allows no more levels of directories.
_LEVELS_MAX = 4


class _Entry(NamedTuple):
    tile: int
    run: int
    length: int
    offset: int


class TileFile:
    """An open PMTiles file; tiles are asked for by zoom, column and row."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = _HEADER.unpack_from(self._bytes)
        if head[0] != b"PMTiles" or head[1] != 3:
            raise ValueError(f"{path.name} is no PMTiles file of version 3")
        self._root, self._leaves, self._tiles = (head[2], head[3]), head[6], head[8]
        self._packed_inside, self._packed_tiles = self._bytes[_COMPRESSION_AT], self._bytes[_COMPRESSION_AT + 1]
        self.zoom_min, self.zoom_max = self._bytes[100], self._bytes[101]
        self._directory = lru_cache(maxsize=64)(self._read_directory)

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return the content of a tile, unpacked; None where the file has none."""
        wanted = tile_number(zoom, x, y)
        offset, length = self._root
        for _ in range(_LEVELS_MAX):
            entry = _find(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run:
                begin = self._tiles + entry.offset
                content = self._bytes[begin : begin + entry.length]
                return gzip.decompress(content) if self._packed_tiles == _GZIP else content
            offset, length = self._leaves + entry.offset, entry.length
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()

    def _read_directory(self, offset: int, length: int) -> Sequence[_Entry]:
        content = self._bytes[offset : offset + length]
        numbers = _varints(gzip.decompress(content) if self._packed_inside == _GZIP else content)
        count = numbers[0]
        steps, runs, lengths, offsets = (numbers[1 + n * count : 1 + (n + 1) * count] for n in range(4))
        entries: list[_Entry] = []
        tile = 0
        for step, run, size, at in zip(steps, runs, lengths, offsets, strict=True):
            tile += step
            # Zero says: right behind the one before.
            begin = entries[-1].offset + entries[-1].length if at == 0 and entries else at - 1
            entries.append(_Entry(tile, run, size, begin))
        return entries


def tile_number(zoom: int, x: int, y: int) -> int:
    """Return a tile's number: along the Hilbert curve of its zoom, after all tiles of the zooms before."""
    before = ((1 << 2 * zoom) - 1) // 3
    number, side = 0, 1 << zoom
    half = side >> 1
    while half:
        right, low = int(bool(x & half)), int(bool(y & half))
        number += half * half * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = half - 1 - (x & (half - 1)), half - 1 - (y & (half - 1))
            x, y = y, x
        half >>= 1
    return before + number


def _find(entries: Sequence[_Entry], wanted: int) -> _Entry | None:
    low, high = 0, len(entries) - 1
    while low <= high:
        middle = (low + high) // 2
        if entries[middle].tile > wanted:
            high = middle - 1
        else:
            low = middle + 1
    if high < 0:
        return None
    found = entries[high]
    return found if found.run == 0 or wanted - found.tile < found.run else None


def _varints(content: bytes) -> list[int]:
    numbers: list[int] = []
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            numbers.append(value)
            value = shift = 0
    return numbers
