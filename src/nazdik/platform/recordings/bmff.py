"""
MP4, M4A, MOV and 3GP (ISO/IEC 14496-12): what is not known to be sound, picture or their order becomes a `free` box of zeros.

No box changes its size, so no place in the file moves. Tracks that are neither sound nor picture (places and movements, titles) are
taken out with their samples: of the data only those bytes stay that a sample of a kept track is made of.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from nazdik.platform.recordings.reading import Unreadable, blank, check_parts

# Boxes of boxes, and what may be in them.
_INSIDE: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex"}),
    b"mvex": frozenset({b"mehd", b"trex"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"sdtp", b"stsz", b"stz2", b"stsc", b"stco", b"co64", b"sgpd", b"sbgp"}
    ),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sdtp", b"sgpd", b"sbgp"}),
}  # fmt: skip
# What a decoder needs beside the samples.
_CODEC_BOXES = frozenset(
    {
        b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"dOps", b"damr", b"d263", b"wave", b"chan", b"colr", b"pasp", b"clap",
        b"btrt", b"fiel",
    }
)  # fmt: skip
_PICTURE_BYTES, _SOUND_BYTES = 86, 36
_SOUND_MORE = {0: 0, 1: 16, 2: 36}
UND = b"\x55\xc4"
# A film has one or two parts of data; thousands are an attack on whoever compares them.
DATA_PARTS_MAX = 16


@dataclass(slots=True)
class _Track:
    kind: bytes = b""
    tables: dict[bytes, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Film:
    tracks: list[_Track] = field(default_factory=list)
    data: list[tuple[int, int]] = field(default_factory=list)
    in_fragments: bool = False
    dropped: bool = False


def strip(view: mmap.mmap) -> bool:
    """Take out what is neither sound nor picture, and return whether there is a picture. Raises `Unreadable`."""
    film = _Film()
    _walk(view, 0, len(view), b"", film, None)
    if not film.tracks or not film.data:
        raise Unreadable("no sound and no picture")
    if not film.in_fragments:
        _blank_between(view, film)
    elif film.dropped:
        raise Unreadable("a track that is neither sound nor picture, in fragments")
    return any(track.kind == b"vide" for track in film.tracks)


def _boxes(view: mmap.mmap, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield the boxes of one level: name, where each begins, where its body begins, where it ends."""
    number = 0
    while at < end:
        number += 1
        check_parts(number)
        if end - at < 8:
            raise Unreadable("no box")
        size, name, body = int.from_bytes(view[at : at + 4]), bytes(view[at + 4 : at + 8]), at + 8
        if size == 1:
            size, body = int.from_bytes(view[at + 8 : at + 16]), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise Unreadable("cut off")
        yield name, at, body, at + size
        at += size


def _walk(view: mmap.mmap, at: int, end: int, where: bytes, film: _Film, track: _Track | None) -> None:
    for name, begin, body, stop in _boxes(view, at, end):
        if name not in _INSIDE[where]:
            _free(view, begin, body, stop)
        elif name == b"trak":
            _track(view, begin, body, stop, film)
        elif name in _INSIDE:
            film.in_fragments |= name == b"moof"
            _walk(view, body, stop, name, film, track)
        elif name == b"mdat":
            film.data.append((body, stop))
        else:
            if track is not None:
                track.tables[name] = (body, stop)
            _bare(view, name, body, stop, where)


def _track(view: mmap.mmap, begin: int, body: int, stop: int, film: _Film) -> None:
    """Strip a track; one that is neither sound nor picture goes as a whole."""
    kind = next(
        (
            bytes(view[b + 8 : b + 12])
            for name, _, at, end in _boxes(view, body, stop) if name == b"mdia"
            for inner, _, b, _ in _boxes(view, at, end) if inner == b"hdlr"
        ),
        b"",
    )  # fmt: skip
    if kind not in (b"vide", b"soun"):
        film.dropped = True
        _free(view, begin, body, stop)
        return
    track = _Track(kind)
    _walk(view, body, stop, b"trak", film, track)
    _sample_entries(view, *track.tables[b"stsd"], kind) if b"stsd" in track.tables else None
    film.tracks.append(track)


def _free(view: mmap.mmap, begin: int, body: int, stop: int) -> None:
    view[begin + 4 : begin + 8] = b"free"
    blank(view, body, stop)


def _bare(view: mmap.mmap, name: bytes, body: int, stop: int, where: bytes) -> None:
    """Take dates, names and languages out of a box that stays."""
    if name in (b"mvhd", b"tkhd", b"mdhd"):
        wide = 16 if view[body] == 1 else 8
        blank(view, body + 4, body + 4 + wide)
        if name == b"mdhd":
            at = body + 4 + wide + (12 if wide == 16 else 8)
            view[at : at + 2] = UND
        elif name == b"mvhd":
            # Where a preview or a selection was: a habit of the editor, and of no use here.
            blank(view, stop - 28, stop - 4)
    elif name == b"hdlr":
        # What kind it is stays; who made it and what they called it does not.
        blank(view, body + 12, stop)
        if where == b"minf":
            view[body + 8 : body + 12] = b"url "
    elif name == b"dref":
        for _, _, at, end in _boxes(view, body + 8, stop):
            # All that a reference may say here is that the data is in this file.
            view[at : at + 4] = b"\0\0\0\1"
            blank(view, at + 4, end)


def _sample_entries(view: mmap.mmap, body: int, stop: int, kind: bytes) -> None:
    """Take the makers' names out of the descriptions of samples, and every box that no decoder needs."""
    for _, begin, _, end in _boxes(view, body + 8, stop):
        if kind == b"vide":
            blank(view, begin + 16, begin + 32)
            blank(view, begin + 50, begin + 82)
            inner = begin + _PICTURE_BYTES
        else:
            version = int.from_bytes(view[begin + 16 : begin + 18])
            blank(view, begin + 18, begin + 24)
            inner = begin + _SOUND_BYTES + _SOUND_MORE.get(version, 0)
        while end - inner >= 8:
            size, name = int.from_bytes(view[inner : inner + 4]), bytes(view[inner + 4 : inner + 8])
            if size < 8 or inner + size > end:
                break
            if name not in _CODEC_BOXES:
                _free(view, inner, inner + 8, inner + size)
            inner += size
        blank(view, min(inner, end), end)


def _blank_between(view: mmap.mmap, film: _Film) -> None:
    """Blank whatever of the data no kept track has a sample in."""
    if len(film.data) > DATA_PARTS_MAX:
        raise Unreadable("data in too many parts")
    kept = sorted(part for track in film.tracks for part in _samples(view, track))
    for begin, stop in film.data:
        at = begin
        for first, last in kept:
            if last <= begin or first >= stop:
                continue
            if first > at:
                blank(view, at, first)
            at = max(at, last)
        if at < stop:
            blank(view, at, stop)


def _samples(view: mmap.mmap, track: _Track) -> Iterator[tuple[int, int]]:
    """Yield where the samples of a track lie, chunk by chunk."""
    tables = track.tables
    if b"stsc" not in tables or not {b"stco", b"co64"} & set(tables) or b"stsz" not in tables:
        raise Unreadable("no table of samples")
    body, end = tables[b"stsz"]
    same, number = struct.unpack_from(">II", view, body + 4)
    sizes = () if same else _numbers(view, body + 12, number, end)
    wide = b"co64" in tables
    body, end = tables[b"co64" if wide else b"stco"]
    chunks = _numbers(view, body + 8, int.from_bytes(view[body + 4 : body + 8]), end, wide=wide)
    body, end = tables[b"stsc"]
    runs = _numbers(view, body + 8, 3 * int.from_bytes(view[body + 4 : body + 8]), end)
    firsts = [*runs[::3], len(chunks) + 1]
    if firsts[0] != 1 or any(one >= after for one, after in pairwise(firsts[:-1])):
        raise Unreadable("chunks out of order")
    at = 0
    for n, each in enumerate(runs[1::3]):
        for chunk in chunks[firsts[n] - 1 : firsts[n + 1] - 1]:
            long = same * each if same else sum(sizes[at : at + each])
            at += each
            if chunk + long > len(view):
                raise Unreadable("cut off")
            yield chunk, chunk + long


def _numbers(view: mmap.mmap, at: int, number: int, end: int, *, wide: bool = False) -> tuple[int, ...]:
    length = 8 if wide else 4
    check_parts(number)
    if at + number * length > end:
        raise Unreadable("cut off")
    return struct.unpack_from(f">{number}{'Q' if wide else 'I'}", view, at)
