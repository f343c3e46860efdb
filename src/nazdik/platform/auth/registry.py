"""The registry: sessions and passwords, none of which can be read back out of the file."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from nazdik.kernel.instant import plus_s
from nazdik.platform.auth.model import Session, WeakPassword
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, grants TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS passwords (person TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
"""
TOKEN_BYTES = 32
TOKEN_CHARACTERS_MAX = 128
SESSION_S = 12 * 3_600.0
PASSWORD_CHARACTERS_MIN = 15
PASSWORD_CHARACTERS_MAX = 256
# OWASP's scrypt floor (N=2^17, r=8, p=1) takes 128 MiB; at a desk of a police station N=2^15, p=3 is its equal in 32 MiB.
_SCRYPT = {"n": 2**15, "r": 8, "p": 3, "maxmem": 64 * 1024 * 1024, "dklen": 32}
_NOBODY_SALT = b"\x00" * 16


class Registry:
    """
    Sessions and passwords in one file. Reads are from memory. One process serves; a command beside it may end sessions and
    set passwords, which the server takes up (`find_ended_elsewhere`).

    Methods that write or hash block for milliseconds: call them in a thread. Every one may be called from any thread.
    """

    def __init__(self, path: Path, clock: Clock, *, session_s: float = SESSION_S) -> None:
        self._clock = clock
        self._session_s = session_s
        self._mutex = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)
            self._db.execute("DELETE FROM sessions WHERE expires_at <= ?", (clock.now(),))
            rows: list[Any] = self._db.execute(
                "SELECT token_hash, id, person, role, expires_at, grants FROM sessions"
            ).fetchall()
        self._sessions: dict[bytes, Session] = {
            row[0]: Session(row[1], row[2], row[3], row[4], msgspec.json.decode(row[5])) for row in rows
        }

    # Sessions

    def open_session(self, person: str, role: str, grants: Mapping[str, Any]) -> tuple[str, Session]:
        """Return a new token, which is kept nowhere, and the session it opens."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        session = Session(secrets.token_hex(8), person, role, plus_s(self._clock.now(), self._session_s), dict(grants))
        said = msgspec.json.encode(session.grants).decode()
        row = (_hash(token), session.id, person, role, said, session.expires_at)
        self._run("INSERT INTO sessions (token_hash, id, person, role, grants, expires_at) VALUES (?,?,?,?,?,?)", row)
        self._sessions[row[0]] = session
        return token, session

    def find_session(self, token: str) -> Session | None:
        """Return the session a token opens, or None when there is none (any more)."""
        if not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
            return None
        session = self._sessions.get(_hash(token))
        return session if session is not None and session.expires_at > self._clock.now() else None

    def find_session_by_id(self, session_id: str) -> Session | None:
        """Return the session of this id while it lasts, or None."""
        now = self._clock.now()
        return next((s for s in list(self._sessions.values()) if s.id == session_id and s.expires_at > now), None)

    def list_sessions_of(self, person: str) -> tuple[Session, ...]:
        """Return the sessions of a person that last."""
        now = self._clock.now()
        return tuple(s for s in list(self._sessions.values()) if s.person == person and s.expires_at > now)

    def list_sessions(self) -> tuple[Session, ...]:
        """Return every session that has not been ended, those whose time is up too."""
        return tuple(self._sessions.values())

    def find_ended_elsewhere(self) -> tuple[Session, ...]:
        """Return the sessions that another process has ended: they are here, and no longer in the file."""
        # What is here was written first, so a session opened meanwhile is never taken for one that was ended.
        known = self.list_sessions()
        with self._mutex, translated():
            there = {row[0] for row in self._db.execute("SELECT id FROM sessions")}
        return tuple(session for session in known if session.id not in there)

    def close_session(self, session_id: str) -> None:
        """End one session, at once."""
        self._run("DELETE FROM sessions WHERE id = ?", (session_id,))
        self._sessions = {h: s for h, s in self._sessions.items() if s.id != session_id}

    def close_sessions_of(self, person: str) -> tuple[str, ...]:
        """End every session of a person, at once, and return their ids."""
        ended = tuple(s.id for s in self._sessions.values() if s.person == person)
        self._run("DELETE FROM sessions WHERE person = ?", (person,))
        self._sessions = {h: s for h, s in self._sessions.items() if s.person != person}
        return ended

    # Passwords

    def set_password(self, person: str, password: str) -> None:
        """Set a person's password; `WeakPassword` when it is too short or too long."""
        check_strength(password)
        salt = secrets.token_bytes(16)
        row = (person, salt, _stretch(password, salt))
        self._run("INSERT OR REPLACE INTO passwords (person, salt, hash) VALUES (?,?,?)", row)

    def has_password(self, person: str) -> bool:
        """Whether a person has set a password at all."""
        with self._mutex, translated():
            row = self._db.execute("SELECT 1 FROM passwords WHERE person = ?", (person,)).fetchone()
        return row is not None

    def check_password(self, person: str, password: str) -> bool:
        """Whether the password is the person's; takes as long when there is no such person."""
        if len(password) > PASSWORD_CHARACTERS_MAX:
            return False
        with self._mutex, translated():
            row = self._db.execute("SELECT salt, hash FROM passwords WHERE person = ?", (person,)).fetchone()
        salt, known = row or (_NOBODY_SALT, b"")
        return hmac.compare_digest(_stretch(password, salt), known)

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            self._db.close(True)

    def _run(self, sql: str, row: tuple[Any, ...]) -> None:
        with self._mutex, translated():
            self._db.execute(sql, row)


def check_strength(password: str) -> None:
    """Return when a password may be somebody's; `WeakPassword` when it is too short or too long."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        raise WeakPassword(characters_min=PASSWORD_CHARACTERS_MIN, characters_max=PASSWORD_CHARACTERS_MAX)


def _hash(token: str) -> bytes:
    # 256 random bits need no stretching; a plain hash keeps whoever reads the file from signing in with it.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _stretch(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)
