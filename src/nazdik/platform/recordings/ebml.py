"""
WebM and Matroska (RFC 8794, RFC 9559): what is not known to be sound, picture or their order becomes a Void of the same size.

Browsers record into this; a cluster and the segment may be of unknown size there, and then end where the next one begins.
"""

import mmap
from dataclasses import dataclass, field
from typing import Final

from nazdik.platform.recordings.reading import Unreadable, blank, check_parts, empty_comment

MAGIC: Final = b"\x1a\x45\xdf\xa3"
HEADER, SEGMENT, CLUSTER, TRACK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xAE
VOID = b"\xec"
MUXING_APP, WRITING_APP, TRACK_TYPE, CODEC, CODEC_PRIVATE = 0x4D80, 0x5741, 0x83, 0x86, 0x63A2
PICTURE, SOUND = 1, 2
CODECS = (
    "A_OPUS", "A_VORBIS", "A_AAC", "A_PCM", "A_FLAC", "V_VP8", "V_VP9", "V_AV1", "V_MPEG4/ISO/AVC", "V_MPEGH/ISO/HEVC",
)  # fmt: skip
# What begins a new part of the segment, and so ends a cluster of unknown size.
LEVEL_1 = frozenset({CLUSTER, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367})
_LEAF: dict[int, object] = {}


def _leaves(*names: int) -> dict[int, dict[int, object]]:
    return dict.fromkeys(names, _LEAF)


# What stays, by what holds it. A search index (SeekHead) would point at what is gone.
_KEPT: dict[int, object] = {
    HEADER: _leaves(0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4282, 0x4287, 0x4285),
    SEGMENT: {
        0x1549A966: _leaves(0x2AD7B1, 0x4489, MUXING_APP, WRITING_APP),
        0x1654AE6B: {
            TRACK: {
                **_leaves(0xD7, 0x73C5, TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x55EE),
                **_leaves(CODEC, CODEC_PRIVATE, 0x56AA, 0x56BB, 0xAA),
                0xE0: {
                    **_leaves(0x9A, 0x9D, 0x53B8, 0x53C0, 0xB0, 0xBA, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x54B0, 0x54BA, 0x54B2),
                    0x55B0: _leaves(0x55B1, 0x55B2, 0x55B3, 0x55B4, 0x55B7, 0x55B8, 0x55B9, 0x55BA, 0x55BB, 0x55BC, 0x55BD),
                },
                0xE1: _leaves(0xB5, 0x78B5, 0x9F, 0x6264),
            },
        },
        CLUSTER: {
            **_leaves(0xE7, 0xA3, 0xA7, 0xAB),
            0xA0: _leaves(0xA1, 0x9B, 0xFB, 0x75A2),
        },
        0x1C53BB6B: {0xBB: {**_leaves(0xB3), 0xB7: _leaves(0xF7, 0xF1, 0xF0, 0xB2, 0x5378)}},
    },
}  # fmt: skip


@dataclass(slots=True)
class _Found:
    """What was met so far: how many elements, and of what kind each track is."""

    elements: int = 0
    tracks: list[int] = field(default_factory=list)


def strip(view: mmap.mmap) -> bool:
    """Take out what is neither sound nor picture, and return whether there is a picture. Raises `Unreadable`."""
    found = _Found()
    _walk(view, 0, len(view), _KEPT, found)
    if not found.tracks:
        raise Unreadable("no track")
    return PICTURE in found.tracks


def _walk(
    view: mmap.mmap,
    at: int,
    end: int,
    kept: dict[int, object],
    found: _Found,
    *,
    open_end: bool = False,
) -> int:
    """Go through the elements of one level and return where it ended."""
    while at < end:
        found.elements += 1
        check_parts(found.elements)
        name, begin = _name(view, at, end)
        if open_end and name in LEVEL_1:
            return at
        size, begin = _size(view, begin, end)
        inside = kept.get(name)
        if size is None:
            if name not in (SEGMENT, CLUSTER) or not isinstance(inside, dict):
                raise Unreadable("an element without an end")
            at = _walk(view, begin, end, inside, found, open_end=name == CLUSTER)
            continue
        stop = begin + size
        if stop > end:
            raise Unreadable("cut off")
        if inside is None:
            _void(view, at, stop)
        elif name == TRACK:
            _track(view, begin, stop, inside, found)
        elif inside:
            assert isinstance(inside, dict)
            _walk(view, begin, stop, inside, found)
        elif name in (MUXING_APP, WRITING_APP):
            blank(view, begin, stop)
        at = stop
    return at


def _track(view: mmap.mmap, at: int, end: int, kept: object, found: _Found) -> None:
    """Strip one track. Raises `Unreadable` unless it is sound or picture of a known code."""
    assert isinstance(kept, dict)
    _walk(view, at, end, kept, found)
    fields: dict[int, tuple[int, int]] = {}
    while at < end:
        name, begin = _name(view, at, end)
        size, begin = _size(view, begin, end)
        assert size is not None, "walked through already"
        at = begin + size
        fields[name] = (begin, at)
    kind = int.from_bytes(view[slice(*fields[TRACK_TYPE])]) if TRACK_TYPE in fields else 0
    codec = view[slice(*fields[CODEC])].rstrip(b"\0").decode("ascii", "replace") if CODEC in fields else ""
    if kind not in (PICTURE, SOUND) or not codec.startswith(CODECS):
        # Places and movements go into tracks of their own.
        raise Unreadable("a track that is neither sound nor picture")
    if codec == "A_VORBIS" and CODEC_PRIVATE in fields:
        _blank_vorbis(view, *fields[CODEC_PRIVATE])
    elif codec == "A_FLAC" and CODEC_PRIVATE in fields:
        raise Unreadable("FLAC carries tags of its own")
    found.tracks.append(kind)


def _blank_vorbis(view: mmap.mmap, begin: int, stop: int) -> None:
    """Empty the comment among the three packets of a Vorbis track."""
    at, lengths = begin + 1, []
    if view[begin] != 2:
        raise Unreadable("not three packets")
    for _ in range(2):
        length = 0
        while view[at] == 255:
            length, at = length + 255, at + 1
        lengths.append(length + view[at])
        at += 1
    first = at + lengths[0]
    if first + lengths[1] > stop:
        raise Unreadable("cut off")
    view[first : first + lengths[1]] = empty_comment(b"\x03vorbis", lengths[1], b"\x01")


def _void(view: mmap.mmap, at: int, stop: int) -> None:
    """Make an element a Void of the same size."""
    whole = stop - at
    if whole < 9:
        view[at:stop] = VOID + bytes([0x80 | (whole - 2)]) + bytes(whole - 2)
    else:
        view[at:stop] = VOID + ((1 << 56) | (whole - 9)).to_bytes(8) + bytes(whole - 9)


def _name(view: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    length = 9 - view[at].bit_length()
    if length > 4 or at + length >= end:
        raise Unreadable("no element")
    return int.from_bytes(view[at : at + length]), at + length


def _size(view: mmap.mmap, at: int, end: int) -> tuple[int | None, int]:
    length = 9 - view[at].bit_length()
    if length > 8 or at + length > end:
        raise Unreadable("no size")
    value = int.from_bytes(view[at : at + length]) & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), at + length
