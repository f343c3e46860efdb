"""Who somebody is at the identity service: bound once, so that a name that is given to another there opens nothing here."""

from pathlib import Path
from threading import Lock
from typing import Any

from nazdik.kernel import Instant
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE IF NOT EXISTS subject (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject), UNIQUE (issuer, person)
) STRICT;
"""


class Subjects:
    """The accounts of people at an identity service, in the registry file. Call it in a thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)

    def find_person(self, issuer: str, subject: str) -> str | None:
        """Return the person that an account is bound to, or None."""
        rows = self._run("SELECT person FROM subject WHERE issuer = ? AND subject = ?", (issuer, subject))
        return str(rows[0][0]) if rows else None

    def bind(self, issuer: str, subject: str, person: str) -> bool:
        """Bind an account to a person, and return whether it is: False when either is bound to another."""
        row = (issuer, subject, person, self._clock.now())
        self._run("INSERT INTO subject (issuer, subject, person, since) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", row)
        return self.find_person(issuer, subject) == person

    def find_since(self, person: str) -> Instant | None:
        """Return since when a person has been bound to an account, or None."""
        rows = self._run("SELECT min(since) FROM subject WHERE person = ?", (person,))
        return None if rows[0][0] is None else Instant(rows[0][0])

    def remove(self, person: str) -> bool:
        """Forget the accounts of a person, and return whether there was one."""
        return bool(self._run("DELETE FROM subject WHERE person = ? RETURNING 1", (person,)))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        with self._lock, translated():
            return self._db.execute(statement, values).fetchall()
