"""
A disk that can lose its power: every write of SQLite is noted, and what a cut leaves is worked out from the notes.

The files are real and SQLite goes on as usual; `Disk` writes down each write, cut and sync. `after_cut` makes the files as they
could be found if the power had gone at one moment: what was synced is there, of everything since each sector may have come to
the disk or not, in any order. A log that survives every such cut has its syncs where they belong.

Run it for long: `python -m tests.power --cuts 20000`.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import apsw

from nazdik.kernel import CommandId, Instant
from nazdik.platform import sqlite
from nazdik.platform.eventlog.entry import Claim, NewEntry
from nazdik.platform.eventlog.sqlite import SqliteLog

SECTOR = 512
# A cut may fall before anything is synced: then every sector is a coin of its own. Mostly less is lost.
KEPT_SHARES = (0.0, 0.2, 0.5, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes handed to the system."""

    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncation:
    """A file was cut to so many bytes."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """All of a file is on disk, and its name."""

    file: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A file was taken away; without a sync of its folder it may be back."""

    file: str


@dataclass(frozen=True, slots=True)
class FolderSync:
    """What was taken away stays away."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody was told that the log now ends here."""

    position: int


Note = Write | Truncation | Sync | Removal | FolderSync | Acknowledged


@dataclass(slots=True)
class Disk:
    """What was asked of the disk, in order. `deaf` syncs nothing: a disk or a setting that lies."""

    notes: list[Note] = field(default_factory=list)
    deaf: bool = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note what every connection opened within the block does."""
        vfs, below = _Noting(self), sqlite.sync_folder

        def noting(folder: Path) -> None:
            below(folder)
            if not self.deaf:
                self.notes.append(FolderSync())

        with patch.object(sqlite, "sync_folder", noting):
            try:
                yield
            finally:
                vfs.unregister()

    def after_cut(self, moment: int, chance: Random, folder: Path) -> int:
        """
        Make the files as a cut before note `moment` may leave them, and return the last position acknowledged by then.
        """
        durable: dict[str, bytearray] = {}
        waiting: dict[str, list[Write | Truncation]] = {}
        removed: dict[str, None] = {}
        acknowledged = 0
        for note in self.notes[:moment]:
            if isinstance(note, Acknowledged):
                acknowledged = note.position
            elif isinstance(note, Sync):
                if note.file in removed:  # made anew since
                    del removed[note.file]
                    durable.pop(note.file, None)
                content = durable.setdefault(note.file, bytearray())
                for change in waiting.pop(note.file, []):
                    _apply(content, change)
            elif isinstance(note, Removal):
                removed[note.file] = None
                waiting.pop(note.file, None)
            elif isinstance(note, FolderSync):
                for file in removed:
                    durable.pop(file, None)
                removed.clear()
            else:
                waiting.setdefault(note.file, []).append(note)
        share = chance.choice(KEPT_SHARES)
        for file in removed:
            if chance.random() < share:
                durable.pop(file, None)
        for file, changes in sorted(waiting.items()):
            if file not in durable and chance.random() >= share:
                continue  # its name never came to the disk
            content = durable.setdefault(file, bytearray())
            for change in changes:
                if isinstance(change, Truncation):
                    if chance.random() < share:
                        _apply(content, change)
                    continue
                for sector in _sectors(change):
                    if chance.random() < share:
                        _apply(content, sector)
        for file, content in durable.items():
            (folder / file).write_bytes(content)
        return acknowledged


def _apply(content: bytearray, change: Write | Truncation) -> None:
    if isinstance(change, Truncation):
        del content[change.size :]
        return
    if len(content) < change.offset:
        content.extend(bytes(change.offset - len(content)))
    content[change.offset : change.offset + len(change.data)] = change.data


def _sectors(write: Write) -> Iterator[Write]:
    """The pieces of a write that a disk stores whole."""
    at, end = write.offset, write.offset + len(write.data)
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        yield Write(write.file, at, write.data[at - write.offset : stop - write.offset])
        at = stop


class _Noting(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self._disk, self._below = disk, apsw.vfs_names()[0]
        super().__init__("noting", self._below, makedefault=True)

    def xOpen(self, name: Any, flags: Any) -> "_NotingFile":
        return _NotingFile(self._disk, self._below, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self._disk.notes.append(Removal(Path(filename).name))


class _NotingFile(apsw.VFSFile):
    def __init__(self, disk: Disk, below: str, name: Any, flags: Any) -> None:
        self._disk = disk
        self._file = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name
        super().__init__(below, name, flags)

    def xWrite(self, data: Any, offset: int) -> None:
        super().xWrite(data, offset)
        self._disk.notes.append(Write(self._file, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._disk.notes.append(Truncation(self._file, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        if not self._disk.deaf:
            self._disk.notes.append(Sync(self._file))


def work(log: SqliteLog, disk: Disk, chance: Random, *, appends: int, body_max: int = 3_000) -> list[NewEntry]:
    """Append as a province does, batch by batch, units taken and given back, a snapshot now and then; return all of it."""
    stored: list[NewEntry] = []
    held: list[str] = []
    for n in range(appends):
        batch: list[NewEntry] = []
        for m in range(chance.randint(1, 3)):
            command = CommandId(f"c{n}.{m}")
            for step in range(chance.randint(1, 4)):
                claims: tuple[Claim, ...] = ()
                if step == 0 and held and chance.random() < 0.5:
                    unit = held.pop(chance.randrange(len(held)))
                    claims = (Claim(unit, unit, taken=False),)
                elif step == 0 and chance.random() < 0.5:
                    held.append(f"u{n}.{m}")
                    claims = (Claim(held[-1], held[-1], taken=True),)
                body = chance.randbytes(chance.randint(10, body_max))
                batch.append(NewEntry(Instant(n), command, step, b"d", "a", "k.v1", f"s{n % 7}", body, claims))
        log.append(batch, expected_position=len(stored))
        stored += batch
        disk.notes.append(Acknowledged(len(stored)))
        if n % 25 == 24:
            log.save_snapshot(len(stored), 1, chance.randbytes(5_000))
    return stored


def check_cut(disk: Disk, stored: list[NewEntry], moment: int, chance: Random, folder: Path) -> str:
    """Cut the power before note `moment`, open what is left and return what is wrong with it; empty when nothing is."""
    acknowledged = disk.after_cut(moment, chance, folder)
    if not (folder / "log.sqlite").exists() or not (folder / "log.sqlite").stat().st_size:
        return "" if not acknowledged else f"the log is gone, {acknowledged} entries were acknowledged"
    try:
        log = SqliteLog(folder / "log.sqlite")
    except Exception as error:
        # Before the first acknowledged entry the log may be a file that is not yet a log; nobody was told of anything.
        return "" if not acknowledged else f"{acknowledged} entries were acknowledged, and it does not open: {error}"
    try:
        got = log.read(0, len(stored) + 1)
        if len(got) < acknowledged:
            return f"{acknowledged} entries were acknowledged, {len(got)} are there"
        for was, now in zip(stored, got, strict=False):
            if (was.command_id, was.step, was.body) != (now.command_id, now.step, now.body):
                return f"entry {now.position} is another than was given"
        whole = len(got) == len(stored) or not got or stored[len(got)].step == 0
        if not whole:
            return f"half a command is there, up to {len(got)}"
        verdict = log.verify()
        return "" if verdict.whole else f"not whole at {verdict.position}: {verdict.reason}"
    finally:
        log.close()


def record(folder: Path, seed: int, *, appends: int, deaf: bool = False) -> tuple[Disk, list[NewEntry]]:
    """Let a log work on a watched disk."""
    disk = Disk(deaf=deaf)
    with disk.watched():
        log = SqliteLog(folder / "log.sqlite")
        stored = work(log, disk, Random(seed), appends=appends)
        log.close()
    return disk, stored


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--appends", type=int, default=400)
    given = parser.parse_args()
    began, chance = time.perf_counter(), Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "work").mkdir()
        disk, stored = record(folder / "work", given.seed, appends=given.appends)
        for cut in range(given.cuts):
            left = folder / f"cut{cut}"
            left.mkdir()
            moment = chance.randrange(len(disk.notes) + 1)
            wrong = check_cut(disk, stored, moment, chance, left)
            if wrong:
                raise SystemExit(f"cut {cut} before note {moment} (seed {given.seed}): {wrong}")
            for file in left.iterdir():
                file.unlink()
            left.rmdir()
    print(
        f"{given.cuts} cuts in {len(disk.notes)} writes and syncs of {len(stored)} entries: none acknowledged was lost, "
        f"none half there ({time.perf_counter() - began:.0f} s)"
    )


if __name__ == "__main__":
    main()
