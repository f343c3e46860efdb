"""Reading a log in PostgreSQL, whoever writes it."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from nazdik.kernel import CommandId
from nazdik.platform.eventlog.cut import HOLLOW
from nazdik.platform.eventlog.entry import Entry, Head, Snapshot, first_hash
from nazdik.platform.eventlog.errors import LogUnavailable
from nazdik.platform.eventlog.postgres.connection import ANSWERS_WITHIN_S, Connection, connect, translated, within
from nazdik.platform.eventlog.postgres.rows import COLUMNS, entry_of

_READ = f"SELECT {COLUMNS} FROM nazdik.entries WHERE log = %s AND position > %s ORDER BY position LIMIT %s"  # noqa: S608
_READ_SUBJECT = f"SELECT {COLUMNS} FROM nazdik.entries WHERE log = %s AND subject = %s ORDER BY position"  # noqa: S608
_FIND_COMMAND = f"SELECT {COLUMNS} FROM nazdik.entries WHERE log = %s AND command_id = %s ORDER BY step"  # noqa: S608


class PostgresReader:
    """What anybody with a right to read a log sees of it. Safe to use from any thread."""

    def __init__(self, url: str, name: str) -> None:
        """Make a reader; nothing is asked until something is read."""
        self._url = url
        self.name = name
        self.log = 0
        self.epoch = ""
        self._ended = threading.Event()
        self._readers: deque[Connection] = deque()

    def find(self) -> Head | None:
        """Return where the log ends now, by the store; None when there is no such log, or it is not ours to see."""
        rows = self._rows("SELECT id, epoch, position, hash FROM nazdik.logs WHERE name = %s", (self.name,))
        if not rows:
            return None
        self.log, self.epoch, position, hash_ = rows[0]
        return Head(self.epoch, position, hash_ or first_hash(self.epoch))

    def written_by(self) -> tuple[str, str] | None:
        """Return the name and the address of the node that writes the log; None when nobody has for as long as a lease lasts."""
        rows = self._rows(
            "SELECT node, address FROM nazdik.logs WHERE name = %s AND expires_at > clock_timestamp()", (self.name,)
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def silent_for_s(self) -> float:
        """Return how long ago, by the store's clock, the log's writer was heard; endless when nobody has it."""
        rows = self._rows(
            "SELECT extract(epoch FROM clock_timestamp() - renewed_at)::float FROM nazdik.logs"
            " WHERE name = %s AND expires_at > clock_timestamp()",
            (self.name,),
        )
        return float(rows[0][0]) if rows else float("inf")

    def is_moved(self) -> bool:
        """Whether the log is a file again."""
        rows = self._rows("SELECT moved FROM nazdik.logs WHERE name = %s", (self.name,))
        return bool(rows and rows[0][0])

    def may_write(self) -> bool:
        """Whether this login has the right to write the log."""
        rows = self._rows("SELECT writes FROM nazdik.rights WHERE login = session_user AND log = %s", (self.name,))
        return bool(rows and rows[0][0])

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        if self._ended.is_set():
            raise LogUnavailable("the log is closed")
        with translated():
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = connect(self._url)
            try:
                yield connection
            finally:
                if connection.closed or self._ended.is_set():
                    connection.close()
                else:
                    self._readers.append(connection)

    def _rows(self, statement: str, told: Sequence[Any]) -> list[Any]:
        with self._reader() as connection, within(connection, ANSWERS_WITHIN_S):
            return connection.execute(statement.encode(), told, binary=True).fetchall()

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""
        return [entry_of(row) for row in self._rows(_READ, (self.log, after, limit))]

    def read_subject(self, subject: str) -> list[Entry]:
        """Return every entry about one subject."""
        return [entry_of(row) for row in self._rows(_READ_SUBJECT, (self.log, subject))]

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """Return the entries one command made."""
        return [entry_of(row) for row in self._rows(_FIND_COMMAND, (self.log, command_id))]

    def planned(self) -> int:
        """Return up to where a rule has cut the log's beginning off; 0 when it is whole, or the store is of an earlier release."""
        there = self._rows("SELECT to_regclass('nazdik.cuts') IS NOT NULL", ())
        rows = self._rows("SELECT position FROM nazdik.cuts WHERE log = %s", (self.log,)) if there[0][0] else []
        return int(rows[0][0]) if rows else 0

    def not_cut(self, end: int) -> int:
        """Return how many entries up to a position still say something."""
        rows = self._rows(
            "SELECT count(*) FROM nazdik.entries WHERE log = %s AND position <= %s AND kind <> %s",
            (self.log, end, HOLLOW),
        )
        return int(rows[0][0])

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""
        return dict(
            self._rows(
                "SELECT resource, holder FROM nazdik.claims WHERE log = %s AND released_at_position IS NULL",
                (self.log,),
            )
        )

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """Return the newest snapshot of this shape that is sound and of this very history, or None."""
        rows = self._rows(
            "SELECT s.position, s.digest, s.body, s.entry_hash, e.hash FROM nazdik.snapshots s"
            " LEFT JOIN nazdik.entries e ON e.log = s.log AND e.position = s.position"
            " WHERE s.log = %s AND s.state_version = %s ORDER BY s.position DESC",
            (self.log, state_version),
        )
        for position, digest, body, entry_hash, hash_ in rows:
            expected = hash_ if position else first_hash(self.epoch)
            if entry_hash == expected and sha256(body).digest() == digest:
                return Snapshot(position, body)
        return None

    def close(self) -> None:
        """Let go of the connections."""
        self._close_readers()

    def _close_readers(self) -> None:
        self._ended.set()
        while self._readers:
            self._readers.pop().close()
