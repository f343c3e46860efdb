"""
A disk with a seed: what was not synced may be gone after a power cut, writes may be torn, syncs may fail, and it may be full.

SQLite and the journal work on real files, so that their own code is what runs; this keeps beside them what would be there if the
power went now. Every file belongs to a volume, which has faults of its own.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import apsw

from nazdik.platform import journal as journal_module
from nazdik.platform import sqlite as sqlite_module
from nazdik.simulation.whole.loop import Killed, Life, present_life

SECTOR = 512
# A cut may fall before anything is synced: then every sector is a coin of its own.
KEPT_SHARES = (0.0, 0.3, 0.7, 1.0)


@dataclass(slots=True)
class Volume:
    """One file system: how often it fails, and whether it is full."""

    name: str
    sync_fails: float = 0.0
    write_fails: float = 0.0
    full: bool = False
    failures: int = 0
    # The operation that a planned power cut falls into; None when none is planned.
    cut_in: int | None = None


@dataclass(slots=True)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    named: bool = False


class Disk:
    """The disk of one machine. `folder` holds the real files; `volume_of` says on which volume a file lies."""

    def __init__(self, folder: Path, chance: Random, volumes: dict[str, Volume]) -> None:
        self.folder = folder
        self.volumes = volumes
        self.on_cut: Callable[[], None] = lambda: None
        # Told when a sync fails.
        self.on_failed: Callable[[], None] = lambda: None
        self._chance = chance
        self._files: dict[str, _File] = {}
        self._gone: dict[str, None] = {}
        self._volume_of: dict[str, Volume] = {}
        self.writes = self.syncs = self.cuts = 0

    def volume_of(self, path: str) -> Volume:
        """Return the volume that a file lies on: the nearest folder around it that is one, or the main one."""
        found = self._volume_of.get(path)
        if found is None:
            within = Path(path).relative_to(self.folder).parts[:-1]
            mounted_at = next((part for part in reversed(within) if part in self.volumes), "main")
            found = self._volume_of[path] = self.volumes[mounted_at]
        return found

    def move(self, name: str, volume: Volume) -> None:
        """Let a database and what SQLite keeps beside it lie on a volume of their own."""
        for end in ("", "-wal", "-journal"):
            self._volume_of[f"{self.folder / name}{end}"] = volume

    def holds(self, path: str) -> bool:
        """Whether a file is of this disk and is to outlast a power cut."""
        return path.startswith(f"{self.folder}{os.sep}") and not path.endswith("-shm")

    # What is asked of it. Each of these may end the process that asks.

    def write(self, path: str, offset: int, data: bytes) -> int | None:
        """Note a write; an error number when it fails. Part of it may be on the disk then."""
        volume = self.volume_of(path)
        self._maybe_cut(volume)
        self.writes += 1
        if volume.full:
            volume.failures += 1
            return errno.ENOSPC
        if volume.write_fails and self._chance.random() < volume.write_fails:
            volume.failures += 1
            return errno.EIO
        self._file(path).waiting.append((offset, data))
        return None

    def truncate(self, path: str, size: int) -> None:
        """Note that a file was cut to a size."""
        self._maybe_cut(self.volume_of(path))
        self._file(path).waiting.append((size, None))

    def sync(self, path: str) -> int | None:
        """Make a file durable; an error number when that fails, and then nothing is known of what was not synced."""
        volume = self.volume_of(path)
        self._maybe_cut(volume)
        self.syncs += 1
        file = self._file(path)
        if volume.sync_fails and self._chance.random() < volume.sync_fails:
            volume.failures += 1
            self.on_failed()
            # As Linux does it: what could not be written is dropped, and the next sync will say that all is well.
            for change in self._survivors(file):
                _apply(file.durable, *change)
            file.waiting.clear()
            return errno.EIO
        for change in file.waiting:
            _apply(file.durable, *change)
        file.waiting.clear()
        file.named = True
        self._gone.pop(path, None)
        return None

    def remove(self, path: str) -> None:
        """A file was taken away; without a sync of its folder it may be back."""
        self._files.pop(path, None)
        self._gone[path] = None

    def cut_power(self) -> None:
        """Make the files as they are found when the power comes back: what was synced, and of the rest what chance leaves."""
        self.cuts += 1
        for path in [p for p in self._files if not self._files[p].named]:
            # Its name may never have come to the disk.
            if self._chance.random() < 0.5:
                del self._files[path]
                Path(path).unlink(missing_ok=True)
        for path, file in self._files.items():
            for change in self._survivors(file):
                _apply(file.durable, *change)
            file.waiting.clear()
            Path(path).write_bytes(file.durable)
        for shm in self.folder.rglob("*-shm"):
            shm.unlink()

    def durable_under(self, folder: str) -> Iterator[bytes]:
        """Yield what of each file in a folder would be there after a power cut, at the least."""
        below = os.fspath(self.folder / folder) + os.sep
        for path in sorted(self._files):
            if path.startswith(below):
                yield bytes(self._files[path].durable)

    def files_under(self, folder: str) -> Iterator[bytes]:
        """Yield the files in a folder as whoever reads them now finds them."""
        for path in sorted((self.folder / folder).glob("*")):
            yield path.read_bytes()

    def settle(self) -> None:
        """A process was killed, the machine runs on: its writes are in the system's memory and stay readable."""
        for shm in self.folder.rglob("*-shm"):
            shm.unlink()

    # What people do to it while no process runs

    def wipe(self, folder: Path) -> None:
        """A folder and all that was in it are gone: another disk is in the place of theirs."""
        below = os.fspath(folder) + os.sep
        for path in [p for p in self._files if p.startswith(below)]:
            del self._files[path]
        shutil.rmtree(folder, ignore_errors=True)

    def take_in(self, path: str) -> None:
        """A file was written past us, and is in the system's memory only; one that is known stays as it is."""
        if self.holds(path) and path not in self._files and (content := Path(path).read_bytes()):
            self._file(path).waiting.append((0, content))

    def put(self, path: str, content: bytes) -> None:
        """Whoever has the disk in their hands puts this there in the place of a file."""
        Path(path).write_bytes(content)
        self._files[path] = _File(bytearray(content), named=True)

    def _survivors(self, file: _File) -> Iterator[tuple[int, bytes | None]]:
        share = self._chance.choice(KEPT_SHARES)
        for offset, data in file.waiting:
            if data is None:
                if self._chance.random() < share:
                    yield offset, None
                continue
            at, end = offset, offset + len(data)
            while at < end:
                stop = min(end, (at // SECTOR + 1) * SECTOR)
                if self._chance.random() < share:
                    yield at, data[at - offset : stop - offset]
                at = stop

    def _file(self, path: str) -> _File:
        file = self._files.get(path)
        if file is None:
            self._gone.pop(path, None)
            file = self._files[path] = _File()
        return file

    def _maybe_cut(self, volume: Volume) -> None:
        if volume.cut_in is None:
            return
        volume.cut_in -= 1
        if volume.cut_in <= 0:
            volume.cut_in = None
            self.on_cut()
            raise Killed


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _is_over(life: Life | None) -> bool:
    return life is not None and life.over


# SQLite's files


class _Files(apsw.VFS):
    """Everything that SQLite does to files goes past the disk."""

    def __init__(self, disk: Disk) -> None:
        self._disk, self._below = disk, apsw.vfs_names()[0]
        super().__init__("nazdik-whole", self._below, makedefault=True)

    def xSleep(self, microseconds: int) -> int:
        # Whoever waits for a lock tries as often as at work, and no real time passes.
        return microseconds

    def xOpen(self, name: Any, flags: Any) -> "_SqliteFile":
        return _SqliteFile(self._disk, self._below, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        if _is_over(present_life()):
            return
        super().xDelete(filename, syncdir)
        if self._disk.holds(filename):
            self._disk.remove(filename)


class _SqliteFile(apsw.VFSFile):
    def __init__(self, disk: Disk, below: str, name: Any, flags: Any) -> None:
        self._disk = disk
        self._path = str(name.filename() if isinstance(name, apsw.URIFilename) else name or "")
        self._life = present_life()
        self._held = disk.holds(self._path)
        super().__init__(below, name, flags)
        # What was written past us lies in the system's memory, and a sync of the file brings all of it to the disk.
        if self._held:
            disk.take_in(self._path)

    def xWrite(self, data: Any, offset: int) -> None:
        if _is_over(self._life):
            return
        if self._held:
            raise_for(self._disk.write(self._path, offset, bytes(data)), apsw.IOError("write"))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        if _is_over(self._life):
            return
        if self._held:
            self._disk.truncate(self._path, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        # The real sync is left out: what is durable is kept here.
        if self._held and not _is_over(self._life):
            raise_for(self._disk.sync(self._path), apsw.IOError("fsync"))


def raise_for(failed: int | None, error: Any) -> None:
    """Raise SQLite's own error for an error of the disk."""
    if failed == errno.ENOSPC:
        raise apsw.FullError("the disk is full")
    if failed is not None:
        error.extendedresult = apsw.SQLITE_IOERR_WRITE if str(error) == "write" else apsw.SQLITE_IOERR_FSYNC
        raise error


# The files of the journal, of copies and of heads


class Os:
    """The calls of `os` that those who write files themselves make, on the disk."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._paths: dict[int, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Any, flags: int, mode: int = 0o777) -> int:
        fd = os.open(path, flags, mode)
        self._paths.pop(fd, None)
        # What lies elsewhere, as where a drill restores to, is no business of this disk.
        if self._disk.holds(os.fspath(path)):
            self._paths[fd] = os.fspath(path)
            self._disk.take_in(self._paths[fd])
        return fd

    def write(self, fd: int, data: Any) -> int:
        self._live()
        if fd not in self._paths:
            return os.write(fd, data)
        at = os.fstat(fd).st_size if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_APPEND else os.lseek(fd, 0, os.SEEK_CUR)
        self._fail(self._disk.write(self._paths[fd], at, bytes(data)))
        return os.write(fd, data)

    def pwrite(self, fd: int, data: Any, offset: int) -> int:
        self._live()
        said = bytes(data)
        # A write may take only a part; whoever writes has to go on with the rest.
        part = said[: max(1, len(said) // 2)] if len(said) > 64 and self._disk.writes % 7 == 0 else said
        self._fail(self._disk.write(self._paths[fd], offset, part))
        return os.pwrite(fd, part, offset)

    def ftruncate(self, fd: int, size: int) -> None:
        self._live()
        self._disk.truncate(self._paths[fd], size)
        os.ftruncate(fd, size)

    def fdatasync(self, fd: int) -> None:
        self._live()
        if fd not in self._paths:
            return
        self._fail(self._disk.sync(self._paths[fd]))

    def fsync(self, fd: int) -> None:
        self.fdatasync(fd)

    def _live(self) -> None:
        if _is_over(present_life()):
            raise Killed

    @staticmethod
    def _fail(failed: int | None) -> None:
        if failed is not None:
            raise OSError(failed, os.strerror(failed))


@contextmanager
def mounted(disk: Disk) -> Iterator[None]:
    """Let SQLite and the journal of this process work on `disk` within the block."""
    vfs = _Files(disk)
    with ExitStack() as undo:
        undo.callback(vfs.unregister)
        undo.enter_context(swapped(journal_module, "os", Os(disk)))
        undo.enter_context(swapped(journal_module, "sync_folder", lambda _folder: None))
        undo.enter_context(swapped(sqlite_module, "sync_folder", lambda _folder: None))
        yield


@contextmanager
def swapped(module: Any, name: str, value: Any) -> Iterator[None]:
    """Put something else in the place of what a module calls by this name."""
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
