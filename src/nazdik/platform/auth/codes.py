"""One-time codes: what somebody is handed to prove, once and within a time, that they are whom it was made for."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from nazdik.kernel import Instant, Rejected
from nazdik.kernel.instant import plus_s
from nazdik.platform.auth.typed_codes import LENGTH, LETTERS, is_code, kept_code, rows_of
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE IF NOT EXISTS one_time_code (
    hash BLOB PRIMARY KEY, purpose TEXT NOT NULL, subject TEXT NOT NULL, by TEXT NOT NULL, expires_at INTEGER NOT NULL
) STRICT
"""


class CodeInvalid(Rejected):
    """The code is none, was used already, or its time is over (401); which of these is not said."""

    code = "auth.code_invalid"


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is shown, once, and when it ends."""

    text: str
    expires_at: Instant


class Codes:
    """Codes in the registry file, stretched: about 59 bits of chance each. Blocking: call it in a thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)

    def issue(self, purpose: str, subject: str, *, by: str, lasts_s: float) -> Code:
        """Return a new code; one made before for the same purpose and subject is no longer good."""
        text = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        held, expires_at = kept_code(text), plus_s(self._clock.now(), lasts_s)
        with self._lock, translated(), self._db:
            self._db.execute("DELETE FROM one_time_code WHERE purpose = ? AND subject = ?", (purpose, subject))
            self._db.execute(
                "INSERT INTO one_time_code (hash, purpose, subject, by, expires_at) VALUES (?, ?, ?, ?, ?)",
                (held, purpose, subject, by, expires_at),
            )
        return Code("-".join(text[n : n + 4] for n in range(0, LENGTH, 4)), expires_at)

    def redeem(self, purpose: str, text: str) -> str:
        """Return whom a code was made for; it is used up by that. Raises `CodeInvalid`."""
        with self._lock, translated():
            near: list[Any] = self._db.execute(
                "SELECT hash FROM one_time_code WHERE purpose = ? AND (hash = ? OR (hash > ? AND hash < ?))",
                (purpose, *rows_of(text)),
            ).fetchall()
        held = next((row[0] for row in near if is_code(text, row[0])), None)
        # In one statement, so that of two who send the same code at once one is refused.
        with self._lock, translated():
            rows: list[Any] = self._db.execute(
                "DELETE FROM one_time_code WHERE hash = ? AND purpose = ? RETURNING subject, expires_at",
                (held, purpose),
            ).fetchall()
        if not rows or rows[0][1] <= self._clock.now():
            raise CodeInvalid()
        return str(rows[0][0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()
