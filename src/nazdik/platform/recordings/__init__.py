"""
Sound and film made bare: what recorders write beside the sound and the pictures is taken out, and nothing is decoded.

A telephone writes into a recording where it was made, when, and by which device. What is known to carry sound or picture stays;
all else is overwritten where it stands, so that no place in the file moves. What is in no known container is refused.
"""

import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nazdik.platform.recordings import bmff, ebml, frames, ogg, riff
from nazdik.platform.recordings.reading import Unreadable

__all__ = ["Bare", "UnknownContainer", "Unreadable", "make_bare"]


class UnknownContainer(Exception):
    """Not a recording of a kind whose parts are known."""


@dataclass(frozen=True, slots=True)
class Bare:
    """What a file is now: sound or film, and by which name a browser knows it."""

    has_picture: bool
    media_type: str


def make_bare(path: Path) -> Bare:
    """
    Take out of a file whatever is neither sound nor picture.

    Raises:
        UnknownContainer: It is in no container that is known.
        Unreadable: It is damaged, cut off, or carries something besides sound and picture that cannot be taken out.
    """
    if path.stat().st_size == 0:
        raise UnknownContainer
    try:
        return _make_bare(path)
    except (IndexError, struct.error) as error:
        raise Unreadable("cut off") from error


def _make_bare(path: Path) -> Bare:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as view:
        head = bytes(view[:16])
        if head[:4] == ebml.MAGIC:
            picture = ebml.strip(view)
            return Bare(picture, "video/webm" if picture else "audio/webm")
        if head[4:8] == b"ftyp":
            picture = bmff.strip(view)
            return Bare(picture, "video/mp4" if picture else "audio/mp4")
        if head[:4] == b"OggS":
            ogg.strip(view)
            return Bare(False, "audio/ogg")
        parts = _parts_of(head)
        if parts is None:
            raise UnknownContainer
        find, media_type = parts
        whole = b"".join(part if isinstance(part, bytes) else view[part] for part in find(view))
    path.write_bytes(whole)
    return Bare(False, media_type)


def _parts_of(head: bytes) -> tuple[Callable[[mmap.mmap], list[bytes | slice]], str] | None:
    """Return what finds the parts that stay, for containers that are written anew."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return riff.parts, "audio/wav"
    if head[:6] == b"#!AMR\n" or head[:9] == b"#!AMR-WB\n":
        return frames.amr, "audio/amr"
    if head[:1] == b"\xff" and head[1] & 0xF6 == 0xF0:
        return frames.adts, "audio/aac"
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1] & 0xE6 == 0xE2):
        return frames.mp3, "audio/mpeg"
    return None
