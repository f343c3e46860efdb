"""
A log kept in PostgreSQL, with a copy on this machine's disk.

The store has the truth: an append is there before it is here. Everything that reads asks the copy, so that a slow or
absent store holds nobody up, and tools find the file where it is on one machine. The copy chains its entries anew by the
same rule, so that it cannot differ from the store without being noticed.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from nazdik.kernel import CommandId
from nazdik.platform.eventlog.cut import hollow_out, is_hollow, put_hollow
from nazdik.platform.eventlog.entry import (
    Entry,
    EventLog,
    Head,
    NewEntry,
    Progress,
    Snapshot,
    Verdict,
    new_of,
)
from nazdik.platform.eventlog.errors import LogDamaged, LogForeign, LogUnavailable
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.sqlite import connect, translated

COPIED_AT_ONCE = 5_000
_log = logging.getLogger(__name__)


class Source(Protocol):
    """What is copied."""

    name: str

    def find(self) -> Head | None:
        """Return where the log ends by the store; None when there is none."""

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""

    def close(self) -> None:
        """Let go of it."""


class MirroredLog:
    """An `EventLog` that reads from a copy. It takes appends once it is given the store's log to write."""

    def __init__(self, source: Source, path: Path, progress: Progress | None = None) -> None:
        """
        Open the copy of `source` at `path` and bring it up to date.

        Raises:
            LogUnavailable: The store does not answer or has no such log, or `path` is a log in its own right.
            LogInUse: Another process has the copy.
        """
        head = source.find()
        if head is None:
            raise LogUnavailable(f"there is no log {source.name} in PostgreSQL, or this login may not read it")
        self.path = path
        self.epoch = head.epoch
        self._source = source
        self._writes: EventLog | None = None
        self._behind = False
        self._unread = False
        self._mutex = threading.Lock()
        self._copy = self._open(head)
        while self.catch_up():
            if progress is not None:
                progress(self._copy.head().position)

    def _open(self, head: Head) -> SqliteLog:
        """Open the copy; one that is damaged, or of a history that the store does not have, makes way for a new one."""
        if not self.path.exists():
            return self._begun(head)
        try:
            copy = SqliteLog(self.path, copy_of=head.epoch)
        except LogDamaged as damaged:
            _log.warning("the copy %s is made anew: %s", self.path.name, damaged)
            return self._open_anew(head)
        except LogForeign:
            if not is_copy(self.path):
                raise LogUnavailable(f"{self.path.name} is a log in its own right; see nazdik migrate") from None
            return self._open_anew(head)
        ours = copy.head()
        there = self._source.read(ours.position - 1, 1) if ours.position else []
        if ours.position and (not there or there[0].hash != ours.hash):
            _log.warning("the copy %s is made anew: it has entries that PostgreSQL does not have", self.path.name)
            copy.close()
            return self._open_anew(head)
        return copy

    def _open_anew(self, head: Head) -> SqliteLog:
        for name in ("", "-wal", "-shm"):
            old = self.path.with_name(self.path.name + name)
            if old.exists():
                # Kept, because what only it has may be all that is left of somebody's call.
                old.replace(self.path.with_name(f"{self.path.name}.aside{name}"))
        return self._begun(head)

    def _begun(self, head: Head) -> SqliteLog:
        """Begin a copy where there is none: entries that a rule has cut are taken over as they are, and chained on."""
        copy = SqliteLog(self.path, copy_of=head.epoch)
        hollow = list(self._hollow())
        if hollow:
            copy.close()
            put_hollow(self.path, hollow)
            copy = SqliteLog(self.path, copy_of=head.epoch)
        return copy

    def _hollow(self) -> Iterator[Entry]:
        reached = 0
        while page := self._source.read(reached, COPIED_AT_ONCE):
            for e in page:
                if not is_hollow(e) or e.position != reached + 1:
                    return
                reached = e.position
                yield e

    def catch_up(self) -> list[Entry]:
        """
        Copy what the store has further, up to a page, and return it.

        Raises:
            LogForeign: The store's log is another than the one that was copied so far.
        """
        with self._mutex:
            try:
                entries = self._catch_up()
            except LogUnavailable:
                self._unread = True
                raise
            self._unread = False
            return entries

    def _catch_up(self) -> list[Entry]:
        head = self._copy.head()
        entries = self._source.read(head.position, COPIED_AT_ONCE)
        if entries:
            self._copy.append([new_of(e) for e in entries], expected_position=head.position)
            if self._copy.head().hash != entries[-1].hash:
                raise LogForeign(f"the log {self._source.name} in PostgreSQL is not what was copied so far")
        return entries

    def write_to(self, log: EventLog) -> None:
        """Begin to write: `log` is the store's, and ours to write. The copy must have been brought up to where it ends."""
        assert log.head() == self._copy.head(), "the copy is behind"
        self._writes = log

    @property
    def writes(self) -> bool:
        """Whether it is ours to write."""
        return self._writes is not None

    @property
    def token(self) -> int | None:
        """The token that our appends carry, by which the store knows who writes; None where another node does."""
        token: int | None = getattr(self._writes, "token", None)
        return token

    @property
    def trouble(self) -> str | None:
        """Why nothing new is stored, or read where another writes; None while it is. See `PostgresLog.trouble`."""
        if self._writes is None:
            return "log.store_away" if self._unread else None
        trouble: str | None = getattr(self._writes, "trouble", None)
        return trouble

    @property
    def is_sure(self) -> bool:
        """Whether nobody else can have begun to write meanwhile. See `PostgresLog.is_sure`."""
        return bool(getattr(self._writes, "is_sure", True))

    def head(self) -> Head:
        """Return where the log ends: by the store when we write it, else by the copy."""
        return self._writes.head() if self._writes is not None else self._copy.head()

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """Store all of `entries` or none; see `EventLog.append` for what it raises."""
        if self._writes is None:
            raise LogUnavailable(f"the log {self._source.name} is not ours to write")
        self._writes.append(entries, expected_position=expected_position)
        with self._mutex:
            try:
                if self._behind:
                    while self._catch_up():
                        pass
                else:
                    self._copy.append(entries, expected_position=expected_position)
                self._behind = False
            except LogUnavailable as error:
                # It is stored; the copy follows with the next append.
                self._behind = True
                _log.error("the copy %s could not be written: %s", self.path.name, error)

    def cut_beginning(self, end: int) -> None:
        """Take away what entries up to `end` say, in the store and then in the copy; see `eventlog.cut`."""
        cut = getattr(self._writes, "cut_beginning", None)
        if cut is None:
            raise LogUnavailable(f"the log {self._source.name} is not ours to cut")
        cut(end)
        hollow_out(self.path, end)

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""
        return self._copy.read(after, limit)

    def read_subject(self, subject: str) -> list[Entry]:
        """Return every entry about one subject."""
        return self._copy.read_subject(subject)

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """Return the entries one command made."""
        return self._copy.find_command(command_id)

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""
        return self._copy.held()

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """Keep a folded state beside the copy."""
        self._copy.save_snapshot(position, state_version, body)

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """Return the newest sound snapshot of this shape, or None."""
        return self._copy.load_snapshot(state_version)

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """Check the copy against the chain, and its end against the store's."""
        return self._copy.verify(known or self._source.find(), progress)

    def close_copy(self) -> None:
        """Let go of the copy alone."""
        self._copy.close()

    def close(self) -> None:
        """Let go of the copy, and of the log when it is ours to write."""
        with suppress(LogUnavailable):
            if self._writes is not None:
                self._writes.close()
            self._source.close()
        self._copy.close()


def is_copy(path: Path) -> bool:
    """Whether a log file is a copy of one kept elsewhere, so that nothing is lost with it."""
    with translated():
        connection = connect(path, query_only=True)
        try:
            return connection.execute("SELECT 1 FROM about WHERE name = 'copy'").fetchone() is not None
        finally:
            connection.close(True)
