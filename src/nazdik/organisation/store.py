"""People and their postings, in the registry file. What was answered is on disk (`synchronous=FULL`)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from unicodedata import normalize

import apsw

from nazdik.kernel import Instant, OfficeId, PersonId, Rejected, UnitId
from nazdik.kernel.text import without_marks
from nazdik.organisation.errors import PersonExists, PersonNotFound
from nazdik.organisation.model import Posting, Role
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,         -- what they sign in by, normalised
    role TEXT NOT NULL,
    office TEXT NOT NULL,
    unit TEXT,
    active INTEGER NOT NULL DEFAULT 1,
    until INTEGER                      -- when the first posting ends; NULL: when the next begins
) STRICT;
-- The newest change of the setting that says who somebody is, as far as it stands here.
CREATE TABLE IF NOT EXISTS person_change (person TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;
-- Postings after the first, which stands with the person. The newest that has begun holds; none is ever changed.
CREATE TABLE IF NOT EXISTS posting (
    person TEXT NOT NULL,
    since INTEGER NOT NULL,
    role TEXT NOT NULL,
    office TEXT NOT NULL,
    unit TEXT,
    until INTEGER,
    PRIMARY KEY (person, since)
) STRICT
"""
# A person with the posting that holds at the given instant.
_SELECT = """
SELECT p.id, p.name, ifnull(q.role, p.role), ifnull(q.office, p.office), iif(q.person IS NULL, p.unit, q.unit),
    p.active AND ifnull(iif(q.person IS NULL, p.until, q.until) > ?, 1)
FROM person p LEFT JOIN posting q
  ON q.person = p.id AND q.since = (SELECT max(since) FROM posting WHERE person = p.id AND since <= ?)
"""
_SELECT_THESE = f"{_SELECT} WHERE p.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - names, no data


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


@dataclass(frozen=True, slots=True)
class Dated:
    """A posting with its beginning (None: always) and its end (None: when the next begins)."""

    posting: Posting
    since: Instant | None = None
    until: Instant | None = None


class People:
    """Who may sign in with a name and a password. Blocking: hashing takes its time, so call it in a thread."""

    def __init__(self, path: Path, *, passwords: Passwords, clock: Clock) -> None:
        self._clock = clock
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)
            self._add_until()
        self._passwords = passwords
        self._lock = Lock()

    def add(self, person_id: PersonId, name: str, password: str, posting: Posting) -> None:
        """Keep a new person. Raises `PersonExists` when the id or the name is taken, and what `Passwords` refuses."""
        row = (person_id, folded_name(name), posting.role.value, posting.office, posting.unit)
        try:
            self._run("INSERT INTO person (id, name, role, office, unit) VALUES (?, ?, ?, ?, ?)", row)
        except apsw.ConstraintError as error:
            raise PersonExists(name=name) from error
        # In this order: a person without a password cannot sign in, a password without a person is nobody's.
        try:
            self._passwords.set_password(person_id, password)
        except Rejected:
            self._run("DELETE FROM person WHERE id = ?", (person_id,))
            raise

    def find_by_password(self, name: str, password: str) -> Person | None:
        """Return the active person with this name and password, or None; it does not say which of the two was wrong."""
        person = self._find("name", folded_name(name))
        # Checked also when there is no such person, so that the time taken does not tell who exists.
        if not self._passwords.check_password(str(person.id) if person else "", password) or person is None:
            return None
        return person if person.active else None

    def find_person(self, person_id: PersonId) -> Person | None:
        """Return a person, or None."""
        return self._find("id", person_id)

    def find_people(self, person_ids: Iterable[PersonId]) -> dict[PersonId, Person]:
        """Return those of these people that there are."""
        now, wanted = self._clock.now(), json.dumps(list(person_ids))
        rows = self._run(_SELECT_THESE, (now, now, wanted))
        return {person.id: person for person in map(_person, rows)}

    def is_empty(self) -> bool:
        """Whether there is nobody at all: an installation on its first run."""
        return not self._run("SELECT 1 FROM person LIMIT 1", ())

    def get_person(self, person_id: PersonId) -> Person:
        """Return a person. Raises `PersonNotFound`."""
        person = self.find_person(person_id)
        if person is None:
            raise PersonNotFound(person_id=person_id)
        return person

    def get_by_name(self, name: str) -> Person:
        """Return the person who signs in by a name, however it is typed. Raises `PersonNotFound`."""
        person = self.find_by_name(name)
        if person is None:
            raise PersonNotFound(name=name)
        return person

    def find_by_name(self, name: str) -> Person | None:
        """Return the person who signs in by a name, however it is typed, or None."""
        return self._find("name", folded_name(name))

    def list_people(self) -> list[Person]:
        """Return everyone, by name."""
        now = self._clock.now()
        return [_person(row) for row in self._run(f"{_SELECT} ORDER BY p.name", (now, now))]

    def list_postings(self, person_id: PersonId) -> list[tuple[Instant | None, Posting]]:
        """Return a person's postings in order, each with its beginning; the first has none. Raises `PersonNotFound`."""
        first = self._run("SELECT NULL, role, office, unit FROM person WHERE id = ?", (person_id,))
        if not first:
            raise PersonNotFound(person_id=person_id)
        later = self._run("SELECT since, role, office, unit FROM posting WHERE person = ? ORDER BY since", (person_id,))
        return [
            (None if since is None else Instant(since), _posting(person_id, *rest)) for since, *rest in (*first, *later)
        ]

    def post(self, person_id: PersonId, posting: Posting, *, since: Instant | None = None) -> None:
        """
        Give a person another posting. Raises `PersonNotFound`.

        Args:
            since: When it begins; now if not given. Until a later one begins, the posting before it holds.
        """
        self.get_person(person_id)
        begins = self._clock.now() if since is None else since
        self._run(
            "INSERT OR REPLACE INTO posting (person, since, role, office, unit) VALUES (?, ?, ?, ?, ?)",
            (person_id, begins, posting.role.value, posting.office, posting.unit),
        )

    def put(self, person_id: PersonId, postings: Sequence[Dated], *, active: bool, number: int) -> bool:
        """
        Make a person what change `number` of their setting says, and return whether that is new here.

        A person without a posting is kept as they were and may not sign in; a new one cannot before they set a password.
        """
        with self._lock, translated(), self._db:
            run = self._db.execute
            held = run("SELECT number FROM person_change WHERE person = ?", (person_id,)).fetchone()
            if held is not None and held[0] >= number:
                return False
            run("INSERT OR REPLACE INTO person_change (person, number) VALUES (?, ?)", (person_id, number))
            if not postings:
                run("UPDATE person SET active = 0 WHERE id = ?", (person_id,))
                return True
            first, *later = sorted(postings, key=lambda one: one.since or Instant(0))
            run(
                """INSERT INTO person (id, name, role, office, unit, active, until) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET role = excluded.role, office = excluded.office, unit = excluded.unit,
                    active = excluded.active, until = excluded.until""",
                (person_id, folded_name(person_id), *_row(first), int(active), first.until),
            )
            run("DELETE FROM posting WHERE person = ?", (person_id,))
            # One that is still to come holds from its beginning; until then there is none.
            if first.since is not None:
                run("UPDATE person SET until = 0 WHERE id = ?", (person_id,))
                later = [first, *later]
            for one in later:
                run(
                    "INSERT INTO posting (person, since, role, office, unit, until) VALUES (?, ?, ?, ?, ?, ?)",
                    (person_id, one.since, *_row(one), one.until),
                )
        return True

    def list_dated(self, person_id: PersonId) -> list[Dated]:
        """Return a person's postings as they were dated, in order."""
        rows = self._run(
            """SELECT NULL, until, role, office, unit FROM person WHERE id = ?1 AND ifnull(until, 1) <> 0
            UNION ALL SELECT since, until, role, office, unit FROM posting WHERE person = ?1 ORDER BY 1""",
            (person_id,),
        )
        return [
            Dated(
                _posting(person_id, *rest),
                None if since is None else Instant(since),
                None if until is None else Instant(until),
            )
            for since, until, *rest in rows
        ]

    def set_active(self, person_id: PersonId, *, active: bool) -> None:
        """Let a person sign in, or no longer. Raises `PersonNotFound`."""
        if not self._run("UPDATE person SET active = ? WHERE id = ? RETURNING id", (int(active), person_id)):
            raise PersonNotFound(person_id=person_id)

    def set_password(self, person_id: PersonId, password: str) -> None:
        """Give a person another password. Raises `PersonNotFound`."""
        self.get_person(person_id)
        self._passwords.set_password(person_id, password)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _add_until(self) -> None:
        """Files from before postings could end have no column for it."""
        for table in ("person", "posting"):
            if "until" not in {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN until INTEGER")

    def _find(self, column: str, value: str) -> Person | None:
        rows = self._run(f"{_SELECT} WHERE p.{column} = ?", (now := self._clock.now(), now, value))
        return _person(rows[0]) if rows else None

    def _run(self, statement: str, values: tuple[str | int | None, ...]) -> list[Any]:
        with self._lock, translated():
            return self._db.execute(statement, values).fetchall()


def _person(row: tuple[object, ...]) -> Person:
    id_, name, role, office, unit, active = row
    person_id = PersonId(str(id_))
    return Person(person_id, str(name), _posting(person_id, role, office, unit), bool(active))


def _posting(person_id: PersonId, role: object, office: object, unit: object) -> Posting:
    return Posting(person_id, Role(str(role)), OfficeId(str(office)), None if unit is None else UnitId(str(unit)))


def _row(one: Dated) -> tuple[str, str, str | None]:
    return one.posting.role.value, one.posting.office, one.posting.unit


def folded_name(name: str) -> str:
    """One name however it is typed: Arabic and Persian letters for k and y, capitals, spaces around it, unseen marks."""
    return normalize("NFKC", without_marks(name)).strip().casefold().replace("ي", "ی").replace("ك", "ک")
