"""Copying the small stores beside the logs, in pieces: what changed since the last look."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import apsw
import msgspec

from nazdik.platform.backup.file_keys import KEYS_HERE
from nazdik.platform.sqlite import connect

PIECE = 16 * 1024
# A large file is looked at less often: reading all of them takes at most so many bytes of each second.
BYTES_PER_S = 4 * 1024 * 1024
# Two changes within so long may leave the same time on a file.
_COARSE_NS = 2_000_000_000
_SQLITE = (".sqlite",)
# Made anew from the logs, or of this one run only.
_LEFT_OUT = ("-wal", "-shm", ".lock", ".token", ".tmp", "lock")
_LEFT_OUT_FOLDERS = ("journal", "map-pictures", KEYS_HERE)
_LEFT_OUT_FILES = ("audit.sqlite", "past-calls.sqlite", "past-places.sqlite")
_LOG = ".log.sqlite"


class FilePieces(msgspec.Struct, frozen=True, array_like=True):
    """
    Changed pieces of one file: a piece's number and its bytes.

    `anew`: nothing of what was copied before belongs to it. `size` None: the file is gone.
    """

    name: str
    size: int | None
    anew: bool = False
    pieces: tuple[tuple[int, bytes], ...] = ()


@dataclass(slots=True)
class _Seen:
    stamp: tuple[int, ...] | None
    looked_at: float
    size: int = 0
    digests: list[bytes] = field(default_factory=list)


class FilesCopy:
    """Knows what was copied of each file. After a new start everything is copied once anew."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._seen: dict[str, _Seen] = {}

    def forget(self) -> None:
        """Copy everything anew next time: what was written last may not have come to the disk."""
        self._seen = {}

    def changed(self, *, everything: bool = False) -> Iterator[FilePieces]:
        """
        Yield what changed since the last time; a file that cannot be read now is taken the next time.

        Args:
            everything: Also large files that were looked at a moment ago.
        """
        there = {str(path.relative_to(self._data)): path for path in self._mine()}
        for name in self._seen.keys() - there.keys():
            del self._seen[name]
            yield FilePieces(name, None)
        for name, path in there.items():
            try:
                said = self._look(name, path, everything)
            except (OSError, apsw.Error):
                continue
            if said is not None:
                yield said

    def _mine(self) -> Iterator[Path]:
        for folder, folders, files in os.walk(self._data):
            folders[:] = sorted(set(folders) - set(_LEFT_OUT_FOLDERS))
            for name in sorted(files):
                if not name.endswith((*_LEFT_OUT, _LOG)) and name not in _LEFT_OUT_FILES:
                    yield Path(folder) / name

    def _look(self, name: str, path: Path, everything: bool) -> FilePieces | None:
        stamp = _stamp(path)
        seen, now = self._seen.get(name), time.monotonic()
        if seen is not None and stamp is not None and seen.stamp == stamp:
            return None
        if seen is not None and not everything and now - seen.looked_at < seen.size / BYTES_PER_S:
            return None
        data = _read(path)
        cut = [data[n : n + PIECE] for n in range(0, len(data), PIECE)]
        digests = [blake2b(piece, digest_size=16).digest() for piece in cut]
        before = seen.digests if seen is not None else []
        pieces = tuple(
            (n, piece) for n, piece in enumerate(cut) if n >= len(before) or before[n] != digests[n]
        )  # fmt: skip
        self._seen[name] = _Seen(stamp, now, len(data), digests)
        if seen is not None and not pieces and seen.size == len(data):
            return None
        return FilePieces(name, len(data), seen is None, pieces)


def _stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes with a file; None while it may change again without that, because times of files are coarse."""
    stamp: list[int] = []
    for each in (path, path.with_name(path.name + "-wal")):
        try:
            about = each.stat()
        except OSError:
            continue
        if time.time_ns() - about.st_mtime_ns < _COARSE_NS:
            return None
        stamp += (about.st_mtime_ns, about.st_size)
    return tuple(stamp)


def _read(path: Path) -> bytes:
    if path.suffix not in _SQLITE:
        return path.read_bytes()
    # Another connection writes it: only SQLite itself can say what it holds at one moment.
    connection = connect(path, query_only=True)
    try:
        # None of a file that is empty, or no database: it must not end the copying of all others.
        return connection.serialize("main") or path.read_bytes()
    finally:
        connection.close(True)
