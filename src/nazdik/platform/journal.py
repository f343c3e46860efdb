"""
The raw journal: every message from outside, byte for byte, on disk before it is acknowledged and before it is understood.

One folder of append-only files, a new one each day, named by the offset of their first byte. A record is its length (u32), its
CRC-32 (u32), the time it came (i64, microseconds) and its bytes, little-endian. Each start begins a new file and leaves the old one
as it is: its end may be torn, or be a changed byte with acknowledged records behind it, or be what the system still shows
after a sync that failed, and nothing that is acknowledged may hang on it.
"""

import os
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from nazdik.kernel import Instant
from nazdik.platform.clock import Clock
from nazdik.platform.filelock import hold
from nazdik.platform.group import Group
from nazdik.platform.sqlite import from_os, sync_folder

FILE_BYTES_MAX = 64 * 1024 * 1024
RECORD_BYTES_MAX = 8 * 1024 * 1024
_HEADER = struct.Struct("<IIq")
_SUFFIX = ".journal"
_DAY = 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as it came."""

    offset: int
    at: Instant
    data: bytes


class Journal:
    """Appends with one sync for all that came meanwhile. Belongs to one event loop; one process writes a folder."""

    def __init__(self, folder: Path, clock: Clock, *, file_bytes_max: int = FILE_BYTES_MAX) -> None:
        """
        Open a journal, making it when there is none.

        Raises:
            LogInUse: Somebody else is writing it.
            LogUnavailable: It cannot be opened.
        """
        self._folder = folder
        self._clock = clock
        self._file_bytes_max = file_bytes_max
        self._lock_fd = hold(folder / "lock")
        self._group: Group[bytes, int] = Group(self._write, "journal")
        # Told where the journal ends after each write; nobody is answered before it returns.
        self.when_kept: Callable[[int], object] = lambda _end: None
        try:
            files = _files(folder)
            self._end = int(files[-1].stem) + files[-1].stat().st_size if files else 0
            self._start = self._end
            self._fd = self._open_at(self._start)
            self._day = _day_of(clock.now())
        except OSError as error:
            os.close(self._lock_fd)
            raise from_os(error, folder) from error

    @property
    def end(self) -> int:
        """The offset that the next record will have; everything before it is on disk."""
        return self._end

    @property
    def waiting(self) -> int:
        """How many records wait for the disk."""
        return self._group.waiting

    @property
    def folder(self) -> Path:
        """Where it lies, for `read_journal`."""
        return self._folder

    async def append(self, data: bytes) -> int:
        """
        Keep `data` and return its offset, once it is on disk.

        Raises:
            LogUnavailableProblem: The disk did not take it; it is not kept.
            ValueError: It is longer than a record may be.
        """
        if len(data) > RECORD_BYTES_MAX:
            raise ValueError(f"a record of {len(data)} bytes is longer than {RECORD_BYTES_MAX}")
        at = self._clock.now()
        crc = zlib.crc32(data, zlib.crc32(at.to_bytes(8, "little", signed=True)))
        return await self._group.add(_HEADER.pack(len(data), crc, at) + data)

    def _write(self, records: list[bytes]) -> list[int]:
        first = self._end
        try:
            # A file of one day goes as a whole when its time is over.
            day = _day_of(self._clock.now())
            if first > self._start and (day != self._day or first - self._start >= self._file_bytes_max):
                self._rotate()
            self._day = day
            data = memoryview(b"".join(records))
            at = first - self._start
            while data:
                written = os.pwrite(self._fd, data, at)
                at, data = at + written, data[written:]
            os.fdatasync(self._fd)
        except OSError as error:
            self._start_over(first)
            raise from_os(error, self._folder) from error
        self._end = self._start + at
        self.when_kept(self._end)
        return list(accumulate([len(record) for record in records[:-1]], initial=first))

    def _rotate(self) -> None:
        fd = self._open_at(self._end)
        os.close(self._fd)
        self._fd, self._start = fd, self._end

    def _start_over(self, end: int) -> None:
        """Cut off what a failed write left; after a failed sync, what is in the file cannot be trusted to be on disk."""
        try:
            os.ftruncate(self._fd, end - self._start)
        except OSError:
            return  # The next write goes to the same place, over whatever is there.

    def _open_at(self, start: int) -> int:
        fd = os.open(self._folder / f"{start:020d}{_SUFFIX}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fsync(fd)
        sync_folder(self._folder)
        return fd

    async def close(self) -> None:
        """Wait until what came is on disk, then let go of the folder."""
        await self._group.close()
        os.close(self._fd)
        os.close(self._lock_fd)


def read_journal(folder: Path, after: int = 0) -> Iterator[Kept]:
    """Yield every sound record at or after an offset, in order; changed ones are left out, and a torn end."""
    for file in _files(folder):
        start = int(file.stem)
        for offset, at, data in _records(file):
            if start + offset >= after:
                yield Kept(start + offset, at, data)


def read_recent(folder: Path, since: Instant) -> Iterator[Kept]:
    """Yield the records that came at or after an instant; files that were last written before it are not opened."""
    for file in _files(folder):
        # A file's time has whole seconds on some disks, and clocks are corrected: better one file too many.
        if file.stat().st_mtime < since / 1_000_000 - 3_600:
            continue
        start = int(file.stem)
        for offset, at, data in _records(file):
            if at >= since:
                yield Kept(start + offset, at, data)


def read_newest(folder: Path, count: int, since: Instant) -> list[Kept]:
    """Return the newest `count` sound records that came at or after an instant, newest first."""
    newest: list[Kept] = []
    for file in reversed(_files(folder)):
        start = int(file.stem)
        here = deque(
            (Kept(start + offset, at, data) for offset, at, data in _records(file) if at >= since),
            maxlen=count - len(newest),
        )
        newest += reversed(here)
        if len(newest) >= count or file.stat().st_mtime < since / 1_000_000 - 3_600:
            break
    return newest


def oldest_in(file: Path) -> Instant | None:
    """Return when the first sound record of a file came."""
    return next((at for _, at, _ in _records(file)), None)


def newest_in(file: Path) -> Instant | None:
    """Return when the newest sound record of a file came."""
    return max((at for _, at, _ in _records(file)), default=None)


def _day_of(at: Instant) -> int:
    return at // _DAY


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob(f"*{_SUFFIX}") if file.stem.isdigit())


def _records(file: Path) -> Iterator[tuple[int, Instant, bytes]]:
    with file.open("rb") as source:
        offset = 0
        while len(header := source.read(_HEADER.size)) == _HEADER.size:
            length, crc, at = _HEADER.unpack(header)
            if length > RECORD_BYTES_MAX:
                return
            data = source.read(length)
            if len(data) < length:
                return
            if zlib.crc32(data, zlib.crc32(header[8:])) == crc:
                yield offset, Instant(at), data
            offset += _HEADER.size + length
