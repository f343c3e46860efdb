"""The index over the audit log: who looked at what, found by whom it was about and by who it was. Made anew when it is missing."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nazdik.bootstrap.inspection.detect import Look
from nazdik.kernel import Instant
from nazdik.platform.eventlog import Entry, EventLog
from nazdik.platform.eventlog.cut import is_hollow
from nazdik.platform.sqlite import connect, translated

FILE = "looks.sqlite"
_READ_AT_ONCE = 2_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS look (
    subject TEXT NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL,
    what TEXT NOT NULL, purpose TEXT NOT NULL, working INTEGER NOT NULL, PRIMARY KEY (subject, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS look_by_kind ON look (what, at);
CREATE TABLE IF NOT EXISTS read_to (epoch TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "position, at, actor, role, what, subject, purpose, working"


class LookIndex:
    """The file. Used by one thread at a time."""

    def __init__(self, path: Path, log: EventLog) -> None:
        self._log = log
        with translated():
            self._db = connect(path)
            self._db.execute(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def catch_up(self) -> None:
        """Take in what the audit log has that is not here yet."""
        epoch = self._log.head().epoch
        while True:
            with translated():
                row = self._db.execute("SELECT position FROM read_to WHERE epoch = ?", (epoch,)).fetchone()
            position = int(row[0]) if row else 0
            entries = self._log.read(position, _READ_AT_ONCE)
            if not entries:
                return
            with translated(), self._db:
                if not row:  # Another audit log than before: what is here is of no use.
                    self._db.execute("DELETE FROM look")
                    self._db.execute("DELETE FROM read_to")
                rows = [each for entry in entries if not is_hollow(entry) for each in _rows(entry)]
                self._db.executemany("INSERT OR REPLACE INTO look VALUES (?,?,?,?,?,?,?,?)", rows)
                self._db.execute("INSERT OR REPLACE INTO read_to VALUES (?, ?)", (epoch, entries[-1].position))

    def forget(self, before: Instant) -> None:
        """Forget looks that the audit log has no longer."""
        with translated(), self._db:
            self._db.execute("DELETE FROM look WHERE at < ?", (before,))

    def about(self, subjects: Iterable[str], since: Instant, limit: int) -> list[Look]:
        """Return who looked at any of these, the newest first."""
        return self._looks(
            f"SELECT {_COLUMNS} FROM look WHERE subject IN (SELECT value FROM json_each(?)) AND at >= ?"  # noqa: S608
            " ORDER BY position DESC LIMIT ?",
            (json.dumps(sorted(set(subjects))), since, limit),
        )

    def of_kinds(self, kinds: Iterable[str], since: Instant) -> list[Look]:
        """Return the looks of these kinds, in order."""
        return self._looks(
            f"SELECT {_COLUMNS} FROM look WHERE what IN (SELECT value FROM json_each(?)) AND at >= ?"  # noqa: S608
            " ORDER BY position",
            (json.dumps(sorted(set(kinds))), since),
        )

    def _looks(self, query: str, given: tuple[Any, ...]) -> list[Look]:
        with translated():
            rows: list[Any] = self._db.execute(query, given).fetchall()
        return [
            Look(position, Instant(at), actor, role, what, subject, subject, purpose, bool(working))
            for position, at, actor, role, what, subject, purpose, working in rows
        ]


def _rows(entry: Entry) -> list[tuple[Any, ...]]:
    """Return the rows of one access: one for its subject, and one for each thing that it showed besides."""
    said = json.loads(entry.body)
    details: dict[str, Any] = said["details"]
    role, working = str(details.get("role", "")), bool(details.get("working"))
    shown = [str(each).partition(":")[2] for each in details.get("shown", ())]
    subjects = dict.fromkeys(shown if shown else (entry.subject,))
    return [
        (subject, entry.position, entry.at, entry.actor, role, said["what"], said["purpose"], working)
        for subject in subjects
    ]
