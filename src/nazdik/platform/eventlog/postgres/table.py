"""What several nodes share besides logs: small tables, reached by functions over one connection each."""

import threading
from collections.abc import Sequence
from typing import Any

import psycopg

from nazdik.platform.eventlog.postgres.connection import ANSWERS_WITHIN_S, Connection, connect, translated, within
from nazdik.platform.faults import LogUnavailable


class SharedTable:
    """One such table. Every method blocks and may be called from any thread."""

    def __init__(self, url: str) -> None:
        """Make it; nothing is asked until something is read."""
        self._url = url
        self._lock = threading.Lock()
        self._connection: Connection | None = None

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
                    "PostgreSQL lacks what this version shares: nazdik postgres prepare, then nazdik postgres grant once more"
                ) from missing
