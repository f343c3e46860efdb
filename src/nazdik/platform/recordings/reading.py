"""What the readers of containers share."""

import mmap

# Ten minutes of film have some fifty thousand parts; a file of millions of tiny ones is made to keep a server busy.
PARTS_MAX = 500_000


class Unreadable(Exception):
    """A recording that is damaged, cut off, or holds what cannot be taken out of it."""


def check_parts(number: int) -> None:
    """Raise `Unreadable` for more parts than a recording has."""
    if number > PARTS_MAX:
        raise Unreadable("too many parts")


def blank(view: mmap.mmap, start: int, stop: int) -> None:
    """Overwrite a part with zeros."""
    view[start:stop] = bytes(stop - start)


def empty_comment(lead: bytes, length: int, tail: bytes) -> bytes:
    """Return a Vorbis comment of the same length without a word in it: its vendor is so many spaces."""
    vendor = length - len(lead) - 8 - len(tail)
    if vendor < 0:
        raise Unreadable("a comment that is too short")
    return lead + vendor.to_bytes(4, "little") + b" " * vendor + bytes(4) + tail
