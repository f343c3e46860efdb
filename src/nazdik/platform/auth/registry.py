"""The registry: sessions and passwords, none of which can be read back out of the file."""

import hashlib
import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from nazdik.kernel.instant import plus_s
from nazdik.platform.auth.breached import Breached
from nazdik.platform.auth.model import CommonPassword, Session
from nazdik.platform.auth.passphrases import check_strength, is_current, is_same, kept, spellings
from nazdik.platform.clock import Clock
from nazdik.platform.sqlite import connect, translated

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, grants TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS passwords (person TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS known_place (place BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT;
"""
TOKEN_BYTES = 32
# In a session's grants: the node where it was opened.
NODE = "node"
# In a session's grants: a live screen was opened with it, so its silence says something.
SCREEN = "screen"
TOKEN_CHARACTERS_MAX = 128
SESSION_S = 12 * 3_600.0
# An address from which somebody signed in within this time is one of the force's own.
PLACE_KNOWN_US = 60 * 24 * 3_600 * 1_000_000


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
        self._breached = Breached(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        with translated():
            self._db = connect(path)
            self._db.execute(SCHEMA)
            self._db.execute("DELETE FROM sessions WHERE expires_at <= ?", (clock.now(),))
            rows: list[Any] = self._db.execute(
                "SELECT token_hash, id, person, role, expires_at, grants FROM sessions"
            ).fetchall()
        # When somebody was last at a session, by its id; only for this run.
        self._heard_s: dict[str, float] = {}
        # Who this node is among those that share their sessions, and what they are to be told of.
        self.node = ""
        self._touched: dict[str, None] = {}
        self._sessions: dict[bytes, Session] = {
            row[0]: Session(row[1], row[2], row[3], row[4], msgspec.json.decode(row[5])) for row in rows
        }

    # Sessions

    def open_session(
        self, person: str, role: str, grants: Mapping[str, Any], *, lasts_s: float | None = None
    ) -> tuple[str, Session]:
        """Return a new token, which is kept nowhere, and the session it opens: for as long as all do, or for `lasts_s`."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        until = plus_s(self._clock.now(), self._session_s if lasts_s is None else lasts_s)
        session = Session(secrets.token_hex(8), person, role, until, dict(grants))
        said = msgspec.json.encode(session.grants).decode()
        row = (_hash(token), session.id, person, role, said, session.expires_at)
        self._run("INSERT INTO sessions (token_hash, id, person, role, grants, expires_at) VALUES (?,?,?,?,?,?)", row)
        self._sessions[row[0]] = session
        self.heard(session.id)
        self.touch([session.id])
        return token, session

    def find_session(self, token: str) -> Session | None:
        """Return the session a token opens, or None when there is none (any more)."""
        if not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
            return None
        session = self._sessions.get(_hash(token))
        if session is None or session.expires_at <= self._clock.now() or self.is_idle(session):
            return None
        return session

    def heard(self, session_id: str) -> None:
        """Note that somebody is at a session: they did something, or their page saw a key or a hand."""
        self._heard_s[session_id] = self._clock.monotonic_s()

    def is_idle(self, session: Session) -> bool:
        """Whether nobody has been at a session for longer than it may be left. Of before a start nothing is known."""
        if session.idle_s is None or self.is_from_elsewhere(session):
            return False
        heard_s = self._heard_s.setdefault(session.id, self._clock.monotonic_s())
        return self._clock.monotonic_s() - heard_s > session.idle_s

    def prove(self, session_id: str) -> None:
        """Note that the person of a session has just proved once more who they are."""
        self.change_grants(session_id, {"proved_at": self._clock.now()})

    def note_screen(self, session_id: str) -> None:
        """Note, once, that a live screen was opened with a session."""
        self.change_grants(session_id, {SCREEN: True})

    def change_grants(self, session_id: str, changed: Mapping[str, Any]) -> None:
        """Change some of what a session carries; what becomes None is gone."""
        for token_hash, session in self._sessions.items():
            if session.id == session_id:
                whole = {**session.grants, **changed}
                grants = {name: value for name, value in whole.items() if value is not None or name not in changed}
                said = msgspec.json.encode(grants).decode()
                self._run("UPDATE sessions SET grants = ? WHERE id = ?", (said, session_id))
                self._sessions[token_hash] = replace(session, grants=grants)
                self.touch([session_id])
                return

    def find_session_by_id(self, session_id: str) -> Session | None:
        """Return the session of this id while it lasts, or None."""
        now = self._clock.now()
        found = (s for s in list(self._sessions.values()) if s.id == session_id and s.expires_at > now)
        return next((s for s in found if not self.is_idle(s)), None)

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

    def close_session(self, session_id: str, *, told: bool = False) -> None:
        """End one session, at once. `told` is when it ended at another node, which has told so."""
        self._run("DELETE FROM sessions WHERE id = ?", (session_id,))
        self._sessions = {h: s for h, s in self._sessions.items() if s.id != session_id}
        self._heard_s.pop(session_id, None)
        if not told:
            self.touch([session_id])

    def close_sessions_of(self, person: str) -> tuple[str, ...]:
        """End every session of a person, at once, and return their ids."""
        ended = tuple(s.id for s in self._sessions.values() if s.person == person)
        self._run("DELETE FROM sessions WHERE person = ?", (person,))
        self._sessions = {h: s for h, s in self._sessions.items() if s.person != person}
        for session_id in ended:
            self._heard_s.pop(session_id, None)
        self.touch(ended)
        return ended

    # Sessions that several nodes share

    def is_from_elsewhere(self, session: Session) -> bool:
        """Whether a session was opened at another node, which knows the device behind it and who is at it."""
        return bool(session.grants.get(NODE, self.node) != self.node)

    def touch(self, session_ids: Iterable[str]) -> None:
        """Note that other nodes have to be told of these sessions, that they began or ended."""
        with self._mutex:
            self._touched.update(dict.fromkeys(session_ids))

    def take_touched(self) -> list[str]:
        """Return of which sessions others have to be told since this was last asked."""
        with self._mutex:
            touched, self._touched = list(self._touched), {}
        return touched

    def find_row(self, session_id: str) -> tuple[bytes, Session] | None:
        """Return a session of this id with the hash of its token, or None."""
        return next(((h, s) for h, s in list(self._sessions.items()) if s.id == session_id), None)

    def adopt(self, sessions: Sequence[tuple[bytes, Session]]) -> None:
        """Take over sessions that were opened at another node, each with the hash of its token."""
        rows = [(h, s.id, s.person, s.role, msgspec.json.encode(s.grants).decode(), s.expires_at) for h, s in sessions]
        with self._mutex, translated(), self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO sessions (token_hash, id, person, role, grants, expires_at)"
                " VALUES (?,?,?,?,?,?)",
                rows,
            )
        self._sessions = {**self._sessions, **dict(sessions)}

    # Passwords

    def check_new(self, person: str, password: str) -> None:
        """Return when a password may become a person's. Raises `WeakPassword`, `CommonPassword`."""
        check_strength(password, person)
        if self._breached.names(*spellings(password)):
            raise CommonPassword()

    def set_password(self, person: str, password: str) -> None:
        """Set a person's password. Raises `WeakPassword`, `CommonPassword`."""
        self.check_new(person, password)
        self._run("INSERT OR REPLACE INTO passwords (person, salt, hash) VALUES (?,?,?)", (person, b"", kept(password)))

    def has_password(self, person: str) -> bool:
        """Whether a person has set a password at all."""
        with self._mutex, translated():
            row = self._db.execute("SELECT 1 FROM passwords WHERE person = ?", (person,)).fetchone()
        return row is not None

    def check_password(self, person: str, password: str) -> bool:
        """Whether the password is the person's; takes as long when there is no such person."""
        with self._mutex, translated():
            row = self._db.execute("SELECT salt, hash FROM passwords WHERE person = ?", (person,)).fetchone()
        salt, known = row or (b"", b"")
        if not is_same(password, salt, known):
            return False
        if not is_current(known):
            new = (kept(password), b"", person, known)
            self._run("UPDATE passwords SET hash = ?, salt = ? WHERE person = ? AND hash = ?", new)
        return True

    # Where people sign in from

    def is_known_place(self, address: str) -> bool:
        """Whether somebody has signed in from an address within the last two months."""
        row = (_hash(address), self._clock.now() - PLACE_KNOWN_US)
        with self._mutex, translated():
            return self._db.execute("SELECT 1 FROM known_place WHERE place = ? AND at > ?", row).fetchone() is not None

    def keep_place(self, address: str) -> None:
        """Remember, as a hash, that somebody has signed in from an address."""
        now = self._clock.now()
        self._run("INSERT OR REPLACE INTO known_place (place, at) VALUES (?,?)", (_hash(address), now))
        self._run("DELETE FROM known_place WHERE at <= ?", (now - PLACE_KNOWN_US,))

    def close(self) -> None:
        """Let go of the file."""
        with self._mutex:
            self._db.close(True)

    def _run(self, sql: str, row: tuple[Any, ...]) -> None:
        with self._mutex, translated():
            self._db.execute(sql, row)


def end_all_in(path: Path) -> int:
    """
    End every session that a registry file keeps, void every code in it, and return how many sessions that were.

    For a file that was brought back from a copy, which may be older than the last sign-out.
    """
    ended = 0
    with translated():
        db = connect(path)
        try:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            with db:
                if "one_time_code" in tables:
                    db.execute("DELETE FROM one_time_code")
                if "sessions" in tables:
                    ended = len(db.execute("DELETE FROM sessions RETURNING id").fetchall())
        finally:
            db.close(True)
    return ended


def _hash(token: str) -> bytes:
    # 256 random bits need no stretching; a plain hash keeps whoever reads the file from signing in with it.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
