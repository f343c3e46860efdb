"""
Passphrases that are known from break-ins, as a list that the force brings: looked up on this machine alone, without any network.

Of each the first eight bytes of its SHA-1 are kept, sorted: such lists are published as these digests. Nothing secret rests on it.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from nazdik.platform.auth.passphrases import CHARACTERS_MIN

NAME = "breached.bin"
LINES_MAX = 100_000_000
_DIGEST = re.compile(rb"([0-9A-Fa-f]{40})(:\d+)?")
_BYTES = 8


class TooManyLines(Exception):
    """A list longer than this machine should hold in memory while it is sorted."""


def bring_in(lines: Iterable[bytes], folder: Path) -> int:
    """
    Write the list that is looked up from now on, in the place of one before, and return how many it names.

    Args:
        lines: A passphrase a line, or its SHA-1 in 40 hexadecimal digits, perhaps with a colon and how often it was seen. What is
            shorter than a passphrase may be is left out.
    """
    found = bytearray()
    for line in lines:
        word = line.rstrip(b"\r\n")
        digest = _DIGEST.fullmatch(word)
        if digest:
            found += bytes.fromhex(digest[1][: 2 * _BYTES].decode())
        elif len(word.decode("utf-8", "replace")) >= CHARACTERS_MIN:
            found += _digest(word)
        if len(found) > LINES_MAX * _BYTES:
            raise TooManyLines()
    whole = np.unique(np.frombuffer(bytes(found), dtype=">u8"))
    new = folder / f"{NAME}.new"
    new.write_bytes(whole.tobytes())
    new.chmod(0o600)
    new.replace(folder / NAME)
    return len(whole)


class Breached:
    """The list of a data folder; empty where there is none. A new one is taken up when it is there."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._known: np.memmap | None = None
        self._since = 0

    def names(self, *spellings: str) -> bool:
        """Whether a passphrase is on the list, in any of its spellings. Blocking for less than a millisecond."""
        known = self._read()
        if known is None:
            return False
        for spelling in spellings:
            wanted = np.frombuffer(_digest(spelling.encode("utf-8", "replace")), dtype=">u8")[0]
            at = int(np.searchsorted(known, wanted))
            if at < len(known) and known[at] == wanted:
                return True
        return False

    def _read(self) -> "np.memmap | None":
        try:
            about = self._path.stat()
        except FileNotFoundError:
            return None
        if about.st_mtime_ns != self._since:
            self._since = about.st_mtime_ns
            self._known = np.memmap(self._path, dtype=">u8", mode="r") if about.st_size else None
        return self._known


def _digest(word: bytes) -> bytes:
    return hashlib.sha1(word, usedforsecurity=False).digest()[:_BYTES]
