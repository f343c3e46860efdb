"""Reading a log beside the server that writes it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from nazdik.platform.eventlog.entry import Entry
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.sqlite import connect, translated

PAGE = 5_000


def entries_of(path: Path, kinds: Sequence[str]) -> Iterator[Entry]:
    """
    Yield the entries of these kinds of a log file in order; it may be another process's, and in use.

    Raises:
        LogUnavailable: There is no such log, or it cannot be read.
    """
    if not path.is_file():
        raise LogUnavailable(f"there is no log {path}")
    wanted = ",".join("?" * len(kinds))
    page = f"SELECT {COLUMNS} FROM entries WHERE position > ? AND kind IN ({wanted}) ORDER BY position LIMIT ?"  # noqa: S608
    with translated():
        connection = connect(path, query_only=True)
        try:
            after = 0
            while rows := connection.execute(page, (after, *kinds, PAGE)).fetchall():
                entries = [entry_of(row) for row in rows]
                yield from entries
                after = entries[-1].position
        finally:
            connection.close(True)
