"""Who is signed in, as all nodes know it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from nazdik.platform.eventlog.postgres.connection import ANSWERS_WITHIN_S, Connection, connect, translated, within
from nazdik.platform.faults import LogUnavailable


@dataclass(frozen=True, slots=True)
class SharedSession:
    """One session. `node` is where it was opened; `grants` is JSON."""

    id: str
    token_hash: bytes
    node: str
    person: str
    role: str
    grants: str
    expires_at: int
    ended: bool = False
    changed: int = 0


class SessionTable:
    """The table of sessions in PostgreSQL. Every method blocks and may be called from any thread."""

    def __init__(self, url: str) -> None:
        """Make it; nothing is asked until something is read."""
        self._url = url
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def after(self, changed: int) -> list[SharedSession]:
        """Return what changed after a number that was given with a change. Raises `LogUnavailable`."""
        rows = self._run("SELECT * FROM nazdik.sessions_after(%s)", (changed,))
        return [SharedSession(*row) for row in rows]

    def put(self, one: SharedSession) -> None:
        """Let all nodes know of a session, or of its new grants. Raises `LogUnavailable`."""
        told = (one.id, one.token_hash, one.node, one.person, one.role, one.grants, one.expires_at)
        self._run("SELECT nazdik.put_session(%s, %s, %s, %s, %s, %s, %s)", told)

    def end(self, session_id: str) -> None:
        """Let all nodes end a session. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.end_session(%s)", (session_id,))

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, statement: str, told: Sequence[Any]) -> list[Any]:
        with self._lock, translated():
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._url)
            try:
                with within(self._connection, ANSWERS_WITHIN_S):
                    return self._connection.execute(statement.encode(), told).fetchall()
            except (psycopg.errors.UndefinedFunction, psycopg.errors.InsufficientPrivilege) as missing:
                raise LogUnavailable(
                    "sessions are not shared yet: nazdik postgres prepare, then nazdik postgres grant once more"
                ) from missing
