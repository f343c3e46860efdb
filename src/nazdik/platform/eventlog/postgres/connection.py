"""Connections to a PostgreSQL that can be trusted with a log, and what its errors mean."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from nazdik.platform.faults import LogDamaged, LogFull, LogUnavailable

VERSION_MIN = 140_000
FORMAT = "1"
Connection = psycopg.Connection[tuple[Any, ...]]
# A server that is gone must be noticed before the lease is: nothing here may wait for the many minutes of TCP's own patience.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 4_000,
    "application_name": "nazdik",
}
# The server's own clock ends what we no longer wait for. Neither may be set to less by whoever owns the role.
_OPTIONS = "-c synchronous_commit=on -c statement_timeout={timeout} -c lock_timeout=4000 -c timezone=UTC"
STATEMENT_TIMEOUT_MS = 8_000
# What has had no answer for so long has none to come: the other side is gone or asleep.
ANSWERS_WITHIN_S = 5.0


class OneDisk(LogUnavailable):
    """PostgreSQL waits for no standby, where what is acknowledged has to be on two disks."""


def connect(
    url: str, *, writes: bool = False, standby_needed: bool = False, timeout_ms: int = STATEMENT_TIMEOUT_MS
) -> Connection:
    """
    Open a connection; each statement is a transaction unless one is begun.

    Args:
        writes: What is committed over it must be on disk, and the login must not be able to change what is stored.
        standby_needed: It must be on a synchronous standby's disk too.

    Raises:
        LogUnavailable: It does not answer, or may lose what it has acknowledged.
    """
    with translated():
        given = conninfo_to_dict(url)
        options = f"{given.pop('options', '')} {_OPTIONS.format(timeout=timeout_ms)}".strip()
        connection = psycopg.connect(make_conninfo("", **{**_PATIENCE, **given, "options": options}), autocommit=True)
        try:
            if writes:
                # A statement that is ended while it waits for a synchronous standby counts as committed here and is not there.
                connection.execute("SET statement_timeout = 0")
                check_durable(connection, standby_needed=standby_needed)
                _check_login(connection)
        except BaseException:
            connection.close()
            raise
    return connection


_LOOKED_AT = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "transaction_read_only",
    "server_version_num",
    "synchronous_standby_names",
)


def check_durable(connection: Connection, *, standby_needed: bool = False) -> None:
    """
    Raise `LogUnavailable` when this server may lose a commit that it has acknowledged, or takes none.

    That a standby which is named is there need not be asked: without it no commit comes to its end.
    """
    row = connection.execute(
        "SELECT " + ",".join(f"current_setting('{name}')" for name in _LOOKED_AT) + ", pg_is_in_recovery()"
    ).fetchone()
    assert row is not None
    fsync, pages, synchronous, read_only, version, standbys, standby = row
    if int(version) < VERSION_MIN:
        raise LogUnavailable(f"PostgreSQL {int(version) // 10_000} is too old; 14 or later is needed")
    if fsync != "on" or pages != "on":
        raise LogUnavailable(
            "PostgreSQL runs with fsync or full_page_writes off: it would lose calls it has acknowledged"
        )
    if synchronous not in {"on", "remote_apply"}:
        raise LogUnavailable(f"PostgreSQL commits with synchronous_commit={synchronous}")
    if standby or read_only == "on":
        raise LogUnavailable("this PostgreSQL is a standby and takes nothing")
    if standby_needed and not standbys.strip():
        raise OneDisk("PostgreSQL names no synchronous standby, and postgres_standby_needed asks for one")


def _check_login(connection: Connection) -> None:
    row = connection.execute(
        "SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(n.nspowner, 'MEMBER'), "
        "has_table_privilege('nazdik.entries', 'UPDATE, DELETE, TRUNCATE, INSERT') "
        "FROM pg_roles r, pg_namespace n WHERE r.rolname = session_user AND n.nspname = 'nazdik'"
    ).fetchone()
    if row is None:
        raise LogUnavailable("there is no schema nazdik; prepare it with: nazdik postgres prepare")
    if row[0] or row[1]:
        raise LogUnavailable("this login could change what is stored; make one with: nazdik postgres grant")


@contextmanager
def translated() -> Iterator[None]:
    """Turn PostgreSQL's errors into ours; those that a log's own rules raise have been met before."""
    try:
        yield
    except psycopg.errors.DiskFull as error:
        raise LogFull("the disk of PostgreSQL is full") from error
    except (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted) as error:
        raise LogDamaged(f"PostgreSQL reports damage: {error}") from error
    except psycopg.errors.UndefinedTable as error:
        raise LogUnavailable("there is no schema nazdik; prepare it with: nazdik postgres prepare") from error
    except psycopg.Error as error:
        said = str(error).strip().partition("\n")[0]
        raise LogUnavailable(f"PostgreSQL did not answer: {said or type(error).__name__}") from error


class _Watch:
    """
    Ends connections whose answer is overdue, so that whoever waits learns that none will come.

    A server that was stopped in its tracks, or a network that swallows everything, says nothing for minutes.
    """

    def __init__(self) -> None:
        self._until: dict[Connection, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def within(self, connection: Connection, limit_s: float) -> Iterator[None]:
        """Give the statements of the block so long together."""
        with self._lock:
            self._until[connection] = time.monotonic() + limit_s
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="postgres watch", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._until[connection]

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY_S)
            now = time.monotonic()
            with self._lock:
                for connection in [one for one, until in self._until.items() if until < now]:
                    _cut(connection)


_LOOK_EVERY_S = 0.25
within = _Watch().within


def _cut(connection: Connection) -> None:
    with suppress(OSError, psycopg.Error), socket.socket(fileno=socket.dup(connection.fileno())) as twin:
        twin.shutdown(socket.SHUT_RDWR)
