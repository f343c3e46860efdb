"""
Ogg with Opus or Vorbis (RFC 3533, RFC 7845): the words in the comment become spaces, and its pages get their sums anew.

The comment stays as long as it was, so no other page changes but for the serial number, which a recorder may draw from anything.
"""

import mmap
import zlib

from nazdik.platform.recordings.reading import Unreadable, check_parts, empty_comment

_FLIPPED = bytes(int(f"{n:08b}"[::-1], 2) for n in range(256))
SERIAL = 1


def strip(view: mmap.mmap) -> None:
    """Empty the comment. Raises `Unreadable`."""
    at, number, serial = 0, 0, b""
    pieces: list[slice] = []
    packets: list[list[slice]] = []
    while at < len(view):
        body, lengths, stop = _page(view, at)
        if number == 0:
            serial = view[at + 14 : at + 18]
        if view[at + 14 : at + 18] != serial or (view[at + 5] & 2 and number):
            raise Unreadable("more than one stream")
        for length in lengths if len(packets) < 2 else b"":
            pieces.append(slice(body, body + length))
            body += length
            if length < 255:
                packets.append(pieces)
                pieces = []
                if len(packets) == 2:
                    _empty(view, packets)
                    break
        at, number = stop, number + 1
        check_parts(number)
    if len(packets) < 2:
        raise Unreadable("no sound")
    at = 0
    while at < len(view):
        at = _seal(view, at)


def _page(view: mmap.mmap, at: int) -> tuple[int, bytes, int]:
    """Return where the body of a page begins, the lengths of its pieces, and where it ends."""
    if view[at : at + 5] != b"OggS\0" or at + 27 > len(view):
        raise Unreadable("no page")
    body = at + 27 + view[at + 26]
    lengths = bytes(view[at + 27 : body])
    stop = body + sum(lengths)
    if stop > len(view):
        raise Unreadable("cut off")
    return body, lengths, stop


def _empty(view: mmap.mmap, packets: list[list[slice]]) -> None:
    first, comment = (b"".join(view[piece] for piece in packet) for packet in packets)
    if first.startswith(b"OpusHead") and comment.startswith(b"OpusTags"):
        empty = empty_comment(b"OpusTags", len(comment), b"")
    elif first.startswith(b"\x01vorbis") and comment.startswith(b"\x03vorbis"):
        empty = empty_comment(b"\x03vorbis", len(comment), b"\x01")
    else:
        raise Unreadable("neither Opus nor Vorbis")
    at = 0
    for piece in packets[1]:
        length = piece.stop - piece.start
        view[piece] = empty[at : at + length]
        at += length


def _seal(view: mmap.mmap, at: int) -> int:
    """Give a page its serial number and its sum, and return where it ends."""
    _, _, stop = _page(view, at)
    view[at + 14 : at + 18] = SERIAL.to_bytes(4, "little")
    view[at + 22 : at + 26] = bytes(4)
    view[at + 22 : at + 26] = checksum(view[at:stop]).to_bytes(4, "little")
    return stop


def checksum(page: bytes) -> int:
    """Return Ogg's sum of a page: CRC-32 with its bits the other way round, and beginning with nothing."""
    said = zlib.crc32(page.translate(_FLIPPED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{said:032b}"[::-1], 2)
