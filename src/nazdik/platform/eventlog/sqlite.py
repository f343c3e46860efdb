"""The log on disk: one SQLite file, one writer, every commit on disk before it is said to be."""

import os
import secrets
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw
import msgspec

from nazdik.kernel import CommandId
from nazdik.platform.eventlog.entry import (
    Claim,
    Entry,
    Head,
    NewEntry,
    Progress,
    Snapshot,
    Verdict,
    chain,
    first_hash,
)
from nazdik.platform.eventlog.errors import (
    ClaimNotHeld,
    ClaimTaken,
    CommandRepeated,
    LogDamaged,
    LogForeign,
    LogUnavailable,
    PositionTaken,
)
from nazdik.platform.filelock import hold
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    command_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    command_digest BLOB NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    claims TEXT NOT NULL,
    answer BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_command ON entries (command_id, step);
CREATE INDEX entries_subject ON entries (subject, position);
CREATE TABLE claims (
    resource TEXT NOT NULL,
    holder TEXT NOT NULL,
    taken_at_position INTEGER NOT NULL,
    released_at_position INTEGER
) STRICT;
-- A resource held twice cannot be stored, whatever the code above believes.
CREATE UNIQUE INDEX claims_held ON claims (resource) WHERE released_at_position IS NULL;
CREATE TABLE snapshots (
    state_version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    entry_hash BLOB NOT NULL,
    digest BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (state_version, position)
) STRICT;
"""
COLUMNS = "position, at, command_id, step, command_digest, actor, kind, subject, body, claims, answer, hash"
FORMAT = "1"
_ROW = "(?,?,?,?,?,?,?,?,?,?,?,?)"
# Each statement gives the interpreter away and has to wait to get it back from a busy event loop, so many rows go in one.
_INSERTS = {n: f"INSERT INTO entries ({COLUMNS}) VALUES {','.join([_ROW] * n)}" for n in (32, 16, 8, 4, 2, 1)}  # noqa: S608
_READ = f"SELECT {COLUMNS} FROM entries WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608
_READ_SUBJECT = f"SELECT {COLUMNS} FROM entries WHERE subject = ? ORDER BY position"  # noqa: S608
_FIND_COMMAND = f"SELECT {COLUMNS} FROM entries WHERE command_id = ? ORDER BY step"  # noqa: S608
_KNOWS_COMMAND = "SELECT 1 FROM entries WHERE command_id = ? LIMIT 1"
_TAKE = "INSERT INTO claims (resource, holder, taken_at_position) VALUES (?,?,?)"
_RELEASE = (
    "UPDATE claims SET released_at_position = ? WHERE resource = ? AND holder = ? AND released_at_position IS NULL"
)
_SNAPSHOTS_KEPT = 2

_encode = msgspec.json.encode
_decode_claims = msgspec.json.Decoder(tuple[Claim, ...]).decode


def entry_of(row: Any) -> Entry:
    """Return the entry that a row of `COLUMNS` holds."""
    claims = _decode_claims(row[9]) if row[9] else ()
    return Entry(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], claims, row[10], row[11])


def list_subjects(path: Path, prefix: str, kind: str) -> list[str]:
    """
    Return the subjects beginning with `prefix` that a log has an entry of this kind about.

    It may be another process's log, and in use.
    """
    if not path.is_file():
        return []
    with translated():
        connection = connect(path, query_only=True)
        try:
            rows = connection.execute(
                "SELECT DISTINCT subject FROM entries WHERE subject >= ? AND subject < ? AND kind = ?",
                (prefix, prefix + "\U0010ffff", kind),
            ).fetchall()
        finally:
            connection.close(True)
    return [str(subject) for (subject,) in rows]


def set_copy(path: Path, *, copy: bool) -> None:
    """Say that a log file that nobody has open is a copy of a log kept elsewhere, or no longer one. Raises `LogInUse`."""
    lock = hold(path.with_name(path.name + ".lock"))
    try:
        with translated():
            connection = connect(path)
            try:
                if copy:
                    connection.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('copy', 'yes')")
                else:
                    connection.execute("DELETE FROM about WHERE name = 'copy'")
            finally:
                connection.close(True)
    finally:
        os.close(lock)


def forget_snapshots(path: Path, *, but: int) -> None:
    """
    Erase all snapshots of a log but those of one position, and what SQLite leaves of them in the file; the log may be in use.

    A reader that is in the middle of something keeps the write-ahead log as it is; then it goes with the next checkpoint.
    """
    with translated():
        connection = connect(path)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("DELETE FROM snapshots WHERE position != ?", (but,))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close(True)


def _settle(connection: apsw.Connection) -> None:
    """
    Move what the write-ahead log holds into the file itself, on disk, before any of it is believed.

    After a sync that failed the system goes on showing what never came to the disk, also to the next process. What were appended
    behind such a hole would be lost with it when the power goes.
    """
    busy, *_ = next(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    if busy:
        raise LogUnavailable("the log is being read, and cannot be settled now")


class SqliteLog:
    """An `EventLog` in one file. Safe to read from any thread; `append` and `save_snapshot` exclude one another."""

    def __init__(self, path: Path, *, max_pages: int | None = None, copy_of: str | None = None) -> None:
        """
        Open the log, making it when there is none.

        Args:
            max_pages: Refuse to grow beyond so many 4 KiB pages: a quota.
            copy_of: The epoch of a log kept elsewhere, which this is a copy of: what a loss of power takes is copied again.

        Raises:
            LogInUse: Somebody else is writing it.
            LogDamaged: The file is not a sound log.
            LogUnavailable: The file cannot be opened.
        """
        self.path = path
        self._max_pages = max_pages
        self._copy_of = copy_of
        self._mutex = threading.Lock()
        self._readers: deque[apsw.Connection] = deque()
        self._suspect = False
        self._closed = False
        self._lock_fd = hold(path.with_name(path.name + ".lock"))
        try:
            with translated():
                self._writer = self._open()
                self.epoch = self._prepare(self._writer)
                self._head = self._read_head()
        except BaseException:
            os.close(self._lock_fd)
            raise

    def _open(self) -> apsw.Connection:
        connection = connect(self.path)
        try:
            _settle(connection)
        except BaseException:
            connection.close(True)
            raise
        # Snapshots hold words of people: what is deleted of them is written over.
        connection.execute("PRAGMA secure_delete = ON")
        if self._max_pages is not None:
            connection.execute(f"PRAGMA max_page_count = {int(self._max_pages)}")
        if self._copy_of is not None:
            connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def set_max_pages(self, pages: int) -> None:
        """Change the quota."""
        with self._mutex, translated():
            self._max_pages = pages
            self._writer.execute(f"PRAGMA max_page_count = {int(pages)}")

    def _prepare(self, connection: apsw.Connection) -> str:
        if not connection.execute("SELECT count(*) FROM sqlite_schema").get:
            with connection:
                connection.execute(SCHEMA)
                rows = [("format", FORMAT), ("epoch", self._copy_of or secrets.token_hex(8))]
                rows += [("copy", "yes")] if self._copy_of else []
                connection.executemany("INSERT INTO about (name, value) VALUES (?,?)", rows)
        try:
            about: dict[str, str] = dict(connection.execute("SELECT name, value FROM about"))
        except apsw.SQLError as error:
            raise LogDamaged(f"{self.path.name} is a database, but not a log") from error
        if about.get("format") != FORMAT or not about.get("epoch"):
            raise LogDamaged(f"{self.path.name} is not a log of format {FORMAT}")
        if self._copy_of is None and "copy" in about:
            # Written on, it would become another history beside the one in PostgreSQL.
            raise LogUnavailable(f"{self.path.name} is a copy of a log in PostgreSQL")
        if self._copy_of is not None and (about["epoch"] != self._copy_of or "copy" not in about):
            raise LogForeign(f"{self.path.name} is not a copy of that log")
        return about["epoch"]

    def _read_head(self) -> Head:
        row = self._writer.execute("SELECT position, hash FROM entries ORDER BY position DESC LIMIT 1").fetchone()
        return Head(self.epoch, *row) if row else Head(self.epoch, 0, first_hash(self.epoch))

    def head(self) -> Head:
        """Return where the log ends."""
        return self._head

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """Store all of `entries` or none, on disk when this returns; see `EventLog.append` for what it raises."""
        with self._mutex, translated():
            self._recover()
            if self._head.position != expected_position:
                raise PositionTaken(expected_position, self._head.position)
            if not entries:
                return
            try:
                # One transaction: half a decision must never become history.
                with self._transaction():
                    head = self._write(entries)
            except apsw.ConstraintError as error:
                raise self._repeated(entries) from error
            except apsw.IOError:
                # After a failed write or fsync nothing this connection remembers can be trusted.
                self._suspect = True
                raise
            self._head = head

    def _write(self, entries: Sequence[NewEntry]) -> Head:
        position, hash_ = self._head.position, self._head.hash
        rows: list[tuple[Any, ...]] = []
        claims: list[tuple[int, NewEntry]] = []
        for e in entries:
            position += 1
            hash_ = chain(hash_, position, e)
            said = ""
            if e.claims:
                said = _encode(e.claims).decode()
                claims.append((position, e))
            rows.append(
                (position, e.at, e.command_id, e.step, e.command_digest, e.actor, e.kind, e.subject, e.body, said,
                 e.answer, hash_)
            )  # fmt: skip
        self._insert(rows)
        for at_position, e in claims:
            self._write_claims(at_position, e)
        return Head(self.epoch, position, hash_)

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        first = 0
        for at_once, statement in _INSERTS.items():
            whole = first + (len(rows) - first) // at_once * at_once
            self._writer.executemany(
                statement,
                ([value for row in rows[n : n + at_once] for value in row] for n in range(first, whole, at_once)),
            )
            first = whole

    def _write_claims(self, position: int, e: NewEntry) -> None:
        for claim in e.claims:
            if claim.taken:
                try:
                    self._writer.execute(_TAKE, (claim.resource, claim.holder, position))
                except apsw.ConstraintError as error:
                    raise ClaimTaken(f"{claim.resource} is held already", e.command_id) from error
            else:
                self._writer.execute(_RELEASE, (position, claim.resource, claim.holder))
                if self._writer.changes() != 1:
                    raise ClaimNotHeld(f"{claim.resource} is not held by {claim.holder}", e.command_id)

    def _repeated(self, entries: Sequence[NewEntry]) -> CommandRepeated:
        stored = {e.command_id for e in entries if self.find_command(e.command_id)}
        command_id = next((e.command_id for e in entries if e.command_id in stored), entries[0].command_id)
        return CommandRepeated(f"command {command_id} is stored already", command_id)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._writer.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    def _recover(self) -> None:
        if self._closed:
            raise LogUnavailable("the log is closed")
        if not self._suspect:
            return
        self._writer.close(True)
        while self._readers:
            self._readers.pop().close(True)
        self._writer = self._open()
        self._head = self._read_head()
        self._suspect = False

    @contextmanager
    def _reader(self) -> Iterator[apsw.Connection]:
        if self._closed:
            raise LogUnavailable("the log is closed")
        with translated():
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = connect(self.path, query_only=True)
            try:
                yield connection
            finally:
                self._readers.append(connection)

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""
        with self._reader() as connection:
            return [entry_of(row) for row in connection.execute(_READ, (after, limit))]

    def read_subject(self, subject: str) -> list[Entry]:
        """Return every entry about one subject."""
        with self._reader() as connection:
            return [entry_of(row) for row in connection.execute(_READ_SUBJECT, (subject,))]

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """Return the entries one command made."""
        with self._reader() as connection:
            # Nearly every command is new, and asking only whether it is there takes a third of the time.
            if connection.execute(_KNOWS_COMMAND, (command_id,)).fetchone() is None:
                return []
            return [entry_of(row) for row in connection.execute(_FIND_COMMAND, (command_id,))]

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""
        with self._reader() as connection:
            rows = connection.execute("SELECT resource, holder FROM claims WHERE released_at_position IS NULL")
            return dict(rows)

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """Keep a folded state as of `position`; the newest two of each shape stay."""
        with self._mutex, translated():
            self._recover()
            row = self._writer.execute("SELECT hash FROM entries WHERE position = ?", (position,)).fetchone()
            if row is None and position != 0:
                raise ValueError(f"no entry at {position} to take a snapshot of")
            hash_ = row[0] if row else first_hash(self.epoch)
            with self._transaction():
                self._writer.execute(
                    "INSERT OR REPLACE INTO snapshots (state_version, position, entry_hash, digest, body)"
                    " VALUES (?,?,?,?,?)",
                    (state_version, position, hash_, sha256(body).digest(), body),
                )
                self._writer.execute(
                    "DELETE FROM snapshots WHERE state_version = ? AND position NOT IN"
                    " (SELECT position FROM snapshots WHERE state_version = ? ORDER BY position DESC LIMIT ?)",
                    (state_version, state_version, _SNAPSHOTS_KEPT),
                )

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """Return the newest snapshot of this shape that is sound and of this very history, or None."""
        with self._reader() as connection:
            rows = connection.execute(
                "SELECT s.position, s.digest, s.body, s.entry_hash, e.hash FROM snapshots s"
                " LEFT JOIN entries e ON e.position = s.position WHERE s.state_version = ? ORDER BY s.position DESC",
                (state_version,),
            )
            for position, digest, body, entry_hash, hash_ in rows:
                expected = hash_ if position else first_hash(self.epoch)
                if entry_hash == expected and sha256(body).digest() == digest:
                    return Snapshot(position, body)
        return None

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """Check the whole file; see `verify_file`."""
        from nazdik.platform.eventlog.verify_sqlite import verify_file  # noqa: PLC0415 - it needs this module's columns

        return verify_file(self.path, known or self._head, progress)

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            try:
                while self._readers:
                    self._readers.pop().close(True)
                self._writer.close(True)
            finally:
                # A disk that fails even now must not keep the next one out.
                os.close(self._lock_fd)
