"""People and their postings, in the registry file. What was answered is on disk (`synchronous=FULL`)."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol
from unicodedata import normalize

import apsw

from nazdik.kernel import OfficeId, PersonId, UnitId
from nazdik.organisation.errors import PersonExists, PersonNotFound
from nazdik.organisation.model import Posting, Role
from nazdik.platform.sqlite import connect

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,         -- what they sign in by, normalised
    role TEXT NOT NULL,
    office TEXT NOT NULL,
    unit TEXT,
    active INTEGER NOT NULL DEFAULT 1
) STRICT
"""


class Passwords(Protocol):
    """Keeps passwords so that none can be read back; `platform.auth.registry.Registry` does."""

    def set_password(self, person: str, password: str) -> None:
        """Set a person's password, or refuse one that is too weak."""

    def check_password(self, person: str, password: str) -> bool:
        """Whether the password is the person's; takes as long when there is no such person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in by a name."""

    id: PersonId
    name: str
    posting: Posting
    active: bool


class People:
    """Who may sign in with a name and a password. Blocking: hashing takes its time, so call it in a thread."""

    def __init__(self, path: Path, *, passwords: Passwords) -> None:
        self._db = connect(path)
        self._db.execute(SCHEMA)
        self._passwords = passwords
        self._lock = Lock()

    def add(self, person_id: PersonId, name: str, password: str, posting: Posting) -> None:
        """Keep a new person. Raises `PersonExists` when the id or the name is taken."""
        row = (
            person_id,
            _folded(name),
            posting.role.value,
            posting.office,
            posting.unit,
        )
        try:
            with self._lock:
                self._db.execute("INSERT INTO person (id, name, role, office, unit) VALUES (?, ?, ?, ?, ?)", row)
        except apsw.ConstraintError as error:
            raise PersonExists(person_id=person_id) from error
        # In this order: a person without a password cannot sign in, a password without a person is nobody's.
        self._passwords.set_password(person_id, password)

    def find_by_password(self, name: str, password: str) -> Person | None:
        """Return the active person with this name and password, or None; it does not say which of the two was wrong."""
        with self._lock:
            row = self._db.execute(
                "SELECT id, name, role, office, unit, active FROM person WHERE name = ?",
                (_folded(name),),
            ).fetchone()
        # Checked also when there is no such person, so that the time taken does not tell who exists.
        if not self._passwords.check_password(str(row[0]) if row else "", password) or row is None:
            return None
        person = _person(row)
        return person if person.active else None

    def get_person(self, person_id: PersonId) -> Person:
        """Return a person. Raises `PersonNotFound`."""
        with self._lock:
            row = self._db.execute(
                "SELECT id, name, role, office, unit, active FROM person WHERE id = ?", (person_id,)
            ).fetchone()
        if row is None:
            raise PersonNotFound(person_id=person_id)
        return _person(row)

    def list_people(self) -> list[Person]:
        """Return everyone, by name."""
        with self._lock:
            rows = self._db.execute("SELECT id, name, role, office, unit, active FROM person ORDER BY name").fetchall()
        return [_person(row) for row in rows]

    def post(self, person_id: PersonId, posting: Posting) -> None:
        """Give a person another posting. Raises `PersonNotFound`."""
        self._change(
            "UPDATE person SET role = ?, office = ?, unit = ? WHERE id = ? RETURNING id",
            (posting.role.value, posting.office, posting.unit, person_id),
        )

    def set_active(self, person_id: PersonId, *, active: bool) -> None:
        """Let a person sign in, or no longer. Raises `PersonNotFound`."""
        self._change("UPDATE person SET active = ? WHERE id = ? RETURNING id", (int(active), person_id))

    def set_password(self, person_id: PersonId, password: str) -> None:
        """Give a person another password. Raises `PersonNotFound`."""
        self.get_person(person_id)
        self._passwords.set_password(person_id, password)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _change(self, statement: str, values: tuple[str | int | None, ...]) -> None:
        with self._lock:
            changed = self._db.execute(statement, values).fetchall()
        if not changed:
            raise PersonNotFound(person_id=values[-1])


def _person(row: tuple[object, ...]) -> Person:
    id_, name, role, office, unit, active = row
    person_id = PersonId(str(id_))
    posting = Posting(person_id, Role(str(role)), OfficeId(str(office)), None if unit is None else UnitId(str(unit)))
    return Person(person_id, str(name), posting, bool(active))


def _folded(name: str) -> str:
    """One name however it is typed: Arabic and Persian letters for k and y, capitals, spaces around it."""
    return normalize("NFKC", name).strip().casefold().replace("ي", "ی").replace("ك", "ک")
