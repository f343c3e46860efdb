"""
Moving a log between a file and PostgreSQL, entry by entry, with its epoch and so with its hashes.

The file stays: in PostgreSQL's time it is the copy, before and after it is the log. At each moment one of the two may be written,
and whatever was begun can be begun again.
"""

from collections.abc import Callable
from pathlib import Path

from nazdik.platform.eventlog.cut import hollowed
from nazdik.platform.eventlog.entry import Head, new_of
from nazdik.platform.eventlog.errors import LogDamaged, LogForeign
from nazdik.platform.eventlog.mirror import MirroredLog, is_copy
from nazdik.platform.eventlog.postgres.connection import connect, translated
from nazdik.platform.eventlog.postgres.lease import Lease, Node
from nazdik.platform.eventlog.postgres.log import PostgresLog
from nazdik.platform.eventlog.postgres.reader import PostgresReader
from nazdik.platform.eventlog.postgres.verify import verify_log
from nazdik.platform.eventlog.sqlite import SqliteLog, set_copy
from nazdik.platform.eventlog.verify_sqlite import verify_file

AT_ONCE = 2_000
_NODE = Node("moving")
Progress = Callable[[int, int], None]


def to_postgres(path: Path, url: str, name: str, progress: Progress = lambda done, of: None) -> Head:
    """
    Move a file's log into PostgreSQL, or go on doing so, and return the head that both have.

    Raises:
        LogInUse: A server writes the file, or a node the log in PostgreSQL.
        LogForeign: PostgreSQL has another log of this name.
        LogDamaged: The file is not whole, or what arrived is not the same.
    """
    if path.is_file() and is_copy(path):
        raise LogForeign(f"{path.name} is a copy of a log that is in PostgreSQL already")
    verdict = verify_file(path)
    if not verdict.whole:
        raise LogDamaged(f"{path.name} is not whole and is not moved: {verdict.said}")
    if hollowed(path):
        said = "set it aside with its heads, and the next one begins in PostgreSQL"
        raise LogDamaged(f"{path.name} was cut by rule and stays a file: {said}")
    source = SqliteLog(path)
    try:
        head = source.head()
        with translated(), connect(url, writes=True) as connection:
            begun = connection.execute("SELECT nazdik.begin_moving(%s, %s)", (name, source.epoch)).fetchone()
        if begun is None or not begun[0]:
            raise LogForeign(f"PostgreSQL has another log {name}")
        stored = PostgresLog(url, name, _NODE, lease=Lease(name, _NODE))
        try:
            _copy(source, stored, progress)
            arrived = verify_log(url, name, head)
            if not arrived.whole or stored.head() != head:
                raise LogDamaged(f"what arrived in PostgreSQL is not the same: {arrived.said}")
            # As long as the log is ours there no node writes it, and none may once the file is no log any more.
            source.close()
            set_copy(path, copy=True)
        finally:
            stored.close()
    finally:
        source.close()
    return head


def _copy(source: SqliteLog, stored: PostgresLog, progress: Progress) -> None:
    end, reached = source.head().position, stored.head()
    if reached.position:
        there = source.read(reached.position - 1, 1)
        if not there or there[0].hash != reached.hash:
            raise LogForeign(f"the log {stored.name} in PostgreSQL has entries that the file has not")
    while entries := source.read(stored.head().position, AT_ONCE):
        stored.append([new_of(e) for e in entries], expected_position=entries[0].position - 1)
        if stored.head().hash != entries[-1].hash:
            raise LogDamaged(f"entry {entries[-1].position} is not the same in PostgreSQL")
        progress(stored.head().position, end)


def to_file(path: Path, url: str, name: str, progress: Progress = lambda done, of: None) -> Head:
    """
    Move a log from PostgreSQL to a file, going on from the copy when there is one, and return the head that both have.

    Raises:
        LogInUse: A node writes the log.
        LogForeign: The file is a log in its own right.
        LogDamaged: What is in PostgreSQL is not whole.
    """
    if path.is_file() and not is_copy(path):
        raise LogForeign(f"{path.name} is a log in its own right already")
    reader = PostgresReader(url, name)
    moved = reader.find() if path.is_file() and reader.is_moved() else None
    reader.close()
    if moved is not None and verify_file(path, moved).whole:
        # The last time it was interrupted just before its end.
        set_copy(path, copy=False)
        return moved
    stored = PostgresLog(url, name, _NODE, lease=Lease(name, _NODE))
    try:
        end = stored.head()
        mirror = MirroredLog(stored, path, lambda reached: progress(reached, end.position))
        copied = mirror.head()
        mirror.close_copy()
        verdict = verify_file(path, end)
        if not verdict.whole or copied != end:
            raise LogDamaged(f"the file is not what is in PostgreSQL: {verdict.said}")
        # From here on a server that is started on the file is refused until it is the log, and one on PostgreSQL for good.
        stored.move_away()
    finally:
        stored.close()
    set_copy(path, copy=False)
    return end
