"""Second factors: a telephone's codes, each taken once, and codes on paper for the day the telephone is lost."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from nazdik.kernel import Instant
from nazdik.platform.auth import totp
from nazdik.platform.auth.model import WrongCode
from nazdik.platform.auth.seals import SealBroken, Seals
from nazdik.platform.auth.typed_codes import LENGTH, LETTERS, is_code, kept_code, plain, rows_of
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE IF NOT EXISTS totp (
    person TEXT PRIMARY KEY, sealed BLOB NOT NULL, last_step INTEGER NOT NULL, since INTEGER NOT NULL
) STRICT;
-- Shown to a telephone that has not yet answered with a code.
CREATE TABLE IF NOT EXISTS totp_begun (person TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS recovery_code (hash BLOB PRIMARY KEY, person TEXT NOT NULL) STRICT;
"""
RECOVERY_CODES = 8


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's telephone: since when, and how many codes on paper are left."""

    since: Instant
    recovery_left: int


class SecondFactors:
    """The second factors of people, in the registry file. Blocking for milliseconds: call what writes in a thread."""

    def __init__(self, path: Path, clock: Clock, seals: Seals) -> None:
        self._clock = clock
        self._seals = seals
        self._lock = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)

    def begin(self, person: str) -> bytes:
        """Return a new secret for a person's telephone. It counts once a code of it has been typed."""
        secret = totp.new_secret()
        row = (person, self._seals.seal(secret, f"totp:{person}"))
        self._run("INSERT OR REPLACE INTO totp_begun (person, sealed) VALUES (?, ?)", row)
        return secret

    def confirm(self, person: str, code: str) -> tuple[str, ...]:
        """
        Take the telephone that was begun for a person, by its first code, in the place of one before.

        Returns the codes for paper, which are shown this once. Raises `WrongCode`.
        """
        rows = self._run("SELECT sealed FROM totp_begun WHERE person = ?", (person,))
        secret = self._open(person, rows[0][0]) if rows else None
        step = totp.find_step(secret, _digits(code), self._clock.now()) if secret is not None else None
        if step is None:
            raise WrongCode()
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        held = [kept_code(each) for each in codes]
        with self._lock, translated(), self._db:
            run = self._db.execute
            run("DELETE FROM totp_begun WHERE person = ?", (person,))
            run("DELETE FROM recovery_code WHERE person = ?", (person,))
            run(
                "INSERT OR REPLACE INTO totp (person, sealed, last_step, since) VALUES (?, ?, ?, ?)",
                (person, rows[0][0], step, self._clock.now()),
            )
            for each in held:
                run("INSERT INTO recovery_code (hash, person) VALUES (?, ?)", (each, person))
        return codes

    def find(self, person: str) -> Factor | None:
        """Return a person's telephone, or None."""
        rows = self._run(
            "SELECT since, (SELECT count(*) FROM recovery_code r WHERE r.person = t.person) FROM totp t WHERE person = ?",
            (person,),
        )
        return Factor(Instant(rows[0][0]), rows[0][1]) if rows else None

    def check(self, person: str, code: str) -> None:
        """Take a code of a person's telephone or paper; each is good once. Raises `WrongCode`."""
        taken: list[Any] = []
        if len(plain(code)) == LENGTH:
            near = self._run(
                "SELECT hash FROM recovery_code WHERE person = ? AND (hash = ? OR (hash > ? AND hash < ?))",
                (person, *rows_of(code)),
            )
            held = next((row[0] for row in near if is_code(code, row[0])), None)
            taken = self._run("DELETE FROM recovery_code WHERE hash = ? AND person = ? RETURNING 1", (held, person))
        else:
            rows = self._run("SELECT sealed FROM totp WHERE person = ?", (person,))
            secret = self._open(person, rows[0][0]) if rows else None
            step = totp.find_step(secret, _digits(code), self._clock.now()) if secret is not None else None
            if step is not None:
                # In one statement, so that of two who send the same code at once one is refused.
                taken = self._run(
                    "UPDATE totp SET last_step = ?1 WHERE person = ?2 AND last_step < ?1 RETURNING 1", (step, person)
                )
        if not taken:
            raise WrongCode()

    def remove(self, person: str) -> bool:
        """Forget a person's telephone and codes on paper, and return whether there was one."""
        with self._lock, translated(), self._db:
            gone = self._db.execute("DELETE FROM totp WHERE person = ? RETURNING 1", (person,)).fetchall()
            self._db.execute("DELETE FROM totp_begun WHERE person = ?", (person,))
            self._db.execute("DELETE FROM recovery_code WHERE person = ?", (person,))
        return bool(gone)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _open(self, person: str, sealed: bytes) -> bytes | None:
        try:
            return self._seals.open(sealed, f"totp:{person}")
        except SealBroken:
            # The key was lost or changed: an administrator resets it. Never a way in.
            return None

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        with self._lock, translated():
            return self._db.execute(statement, values).fetchall()


def _recovery_code() -> str:
    text = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(text[n : n + 4] for n in range(0, LENGTH, 4))


def _digits(code: str) -> str:
    """The digits of a code in whichever script they were typed."""
    return "".join(str(int(letter)) for letter in code[:20] if letter.isdecimal())
