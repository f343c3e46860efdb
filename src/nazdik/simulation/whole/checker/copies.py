"""What a copy holds, read from its frames by the written format, without a key and not by the product's code."""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_HEAD = struct.Struct("<8s32sH")
_FRAME = struct.Struct("<IIqqq32s")


@dataclass(frozen=True, slots=True)
class Frame:
    """Entries `first` to `last` are in it; `mark` is the hash of the last."""

    first: int
    last: int
    mark: bytes


def frames(file: bytes) -> Iterator[Frame]:
    """Yield the whole frames of one file of a copy; a torn end ends it."""
    if len(file) < _HEAD.size:
        return
    at = _HEAD.size + _HEAD.unpack_from(file)[2]
    while at + _FRAME.size <= len(file):
        length, crc, first, last, _, mark = _FRAME.unpack_from(file, at)
        sealed = file[at + _FRAME.size : at + _FRAME.size + length]
        if len(sealed) < length or zlib.crc32(sealed) != crc:
            return
        yield Frame(first, last, mark)
        at += _FRAME.size + length


def reaches(copied: Iterable[bytes], hashes: Sequence[bytes]) -> int:
    """Return up to where a copy has every entry of the history with these hashes; of another history there may be more."""
    spans = sorted(
        (frame.first, frame.last)
        for file in copied
        for frame in frames(file)
        if frame.last <= len(hashes) and hashes[frame.last - 1] == frame.mark
    )
    end = 0
    for first, last in spans:
        if first > end + 1:
            break
        end = max(end, last)
    return end
