"""Writing a log anew from its entries: it has the hashes it had, or it is refused."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from nazdik.platform.eventlog.cut import is_hollow, put_hollow
from nazdik.platform.eventlog.entry import Entry, Head, new_of
from nazdik.platform.eventlog.errors import LogDamaged
from nazdik.platform.eventlog.sqlite import FORMAT, SCHEMA, SqliteLog
from nazdik.platform.sqlite import connect, translated

AT_ONCE = 2_000


def rebuild(path: Path, epoch: str, entries: Iterable[Entry]) -> Head:
    """
    Write a log with this epoch and these entries, the first of them at position 1, and return where it ends.

    Raises:
        FileExistsError: There is a file already.
        LogDamaged: An entry does not follow the one before it; the entries before it are written.
        Contradiction: Entries claim what is held, or repeat a command.
        LogFull, LogUnavailable: The disk could not take it.
    """
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    with translated():
        connection = connect(path)
        with connection:
            connection.execute(SCHEMA)
            rows = [("format", FORMAT), ("epoch", epoch)]
            connection.executemany("INSERT INTO about (name, value) VALUES (?,?)", rows)
        connection.close(True)
    source = iter(entries)
    hollow, rest = _beginning(source)
    if hollow:
        put_hollow(path, hollow)
    source = chain(rest, source)
    log = SqliteLog(path)
    try:
        while batch := list(islice(source, AT_ONCE)):
            _append(log, batch)
        return log.head()
    finally:
        log.close()


def _beginning(source: Iterator[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return the hollow entries that a log begins with, and what was read beyond them. Whether a rule cut them `verify` says."""
    hollow: list[Entry] = []
    for e in source:
        if not is_hollow(e):
            return hollow, [e]
        if e.position != len(hollow) + 1:
            raise LogDamaged(f"entry {len(hollow) + 1} is missing: {e.position} comes after it")
        hollow.append(e)
    return hollow, []


def _append(log: SqliteLog, batch: list[Entry]) -> None:
    head = log.head()
    if batch[0].position != head.position + 1:
        raise LogDamaged(f"entry {head.position + 1} is missing: {batch[0].position} comes after {head.position}")
    log.append([new_of(e) for e in batch], expected_position=head.position)
    if log.head().hash != batch[-1].hash or log.head().position != batch[-1].position:
        first, last = batch[0].position, batch[-1].position
        raise LogDamaged(f"entries {first} to {last} are not what was written: their hashes differ")
