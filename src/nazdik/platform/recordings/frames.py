"""Sounds that are frames one after the other: MP3, AAC (ADTS), AMR. The frames stay; what stands before and after them does not."""

import mmap

from nazdik.platform.recordings.reading import Unreadable, check_parts

_MP3_KBIT = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_HZ = (44_100, 48_000, 32_000)
_AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
_AMR_WB_BYTES = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1)
FRAMES_MIN = 3


def mp3(view: mmap.mmap) -> list[bytes | slice]:
    """Return the frames of an MP3, without tags and without the frame in which an encoder names itself. Raises `Unreadable`."""
    at = 0
    while view[at : at + 3] == b"ID3" and at + 10 <= len(view):
        size = 0
        for byte in view[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if view[at + 5] & 0x10 else 0)
    while at < len(view) and view[at] == 0:
        at += 1
    kept: list[bytes | slice] = []
    while (length := _mp3_frame(view, at)) and at + length <= len(view):
        frame = view[at : at + min(length, 64)]
        if kept or not any(mark in frame for mark in (b"Xing", b"Info", b"VBRI")):
            kept.append(slice(at, at + length))
            check_parts(len(kept))
        at += length
    return _enough(kept)


def _mp3_frame(view: mmap.mmap, at: int) -> int:
    """Return the length of the frame that begins here, 0 when none does."""
    head = view[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version = head[1] >> 3 & 3
    rate, kbit = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate == 3 or kbit in (0, 15):
        return 0
    first = version == 3
    hz = _MP3_HZ[rate] // (1 if first else 2 if version == 2 else 4)
    return (144 if first else 72) * _MP3_KBIT[1 if first else 2][kbit] * 1000 // hz + (head[2] >> 1 & 1)


def adts(view: mmap.mmap) -> list[bytes | slice]:
    """Return the frames of AAC. Raises `Unreadable`."""
    at, kept = 0, list[bytes | slice]()
    while at + 7 <= len(view) and view[at] == 0xFF and view[at + 1] & 0xF6 == 0xF0:
        length = (view[at + 3] & 3) << 11 | view[at + 4] << 3 | view[at + 5] >> 5
        if length < 7 or at + length > len(view):
            break
        kept.append(slice(at, at + length))
        check_parts(len(kept))
        at += length
    return _enough(kept)


def amr(view: mmap.mmap) -> list[bytes | slice]:
    """Return the frames of AMR, narrow or wide, behind their mark. Raises `Unreadable`."""
    wide = view[:9] == b"#!AMR-WB\n"
    mark, lengths = (b"#!AMR-WB\n", _AMR_WB_BYTES) if wide else (b"#!AMR\n", _AMR_BYTES)
    at, kept = len(mark), list[bytes | slice]()
    while at < len(view) and view[at] & 0x83 == 0:
        length = lengths[view[at] >> 3 & 15]
        if at + length > len(view):
            break
        kept.append(slice(at, at + length))
        check_parts(len(kept))
        at += length
    return [mark, *_enough(kept)]


def _enough(kept: list[bytes | slice]) -> list[bytes | slice]:
    if len(kept) < FRAMES_MIN:
        raise Unreadable("no sound")
    return kept
