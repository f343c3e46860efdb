"""Checking a log file, whatever state it is in: the answer is always a verdict, never a crash."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import apsw
import msgspec

from nazdik.platform.eventlog.cut import planned_end
from nazdik.platform.eventlog.entry import Entry, Head, Progress, Verdict
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.sqlite import COLUMNS, FORMAT, entry_of
from nazdik.platform.eventlog.verify import Check
from nazdik.platform.sqlite import connect

_PAGE = f"SELECT {COLUMNS} FROM entries WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608 - names, no data
_PAGE_ENTRIES = 2_000
# What a row that is no longer what was written may do to the code that reads it.
_BROKEN = (apsw.Error, msgspec.MsgspecError, ValueError, TypeError, AttributeError, OverflowError)


def verify_file(
    path: Path, known: Head | None = None, progress: Progress | None = None, *, heads: Sequence[SignedHead] = ()
) -> Verdict:
    """
    Check a log file from its first entry to its last, then its claims and its indexes.

    Args:
        known: A head kept elsewhere; without it, entries cut off the end cannot be noticed.
        progress: Called now and then with the number of entries found whole.
        heads: Signed heads of this very log, from any time; they show what was written anew, and what was cut off.
    """
    if not path.is_file():
        return Verdict(False, 0, 0, "log.absent", f"there is no file {path.name}")
    try:
        connection = connect(path, query_only=True)
    except (*_BROKEN, OSError) as error:
        return Verdict(False, 0, 0, "log.unreadable_file", f"the file cannot be opened: {error}")
    try:
        return _verify(connection, known, progress, heads)
    finally:
        connection.close(True)


def read_hashes(path: Path, limit: int) -> list[bytes]:
    """Return the hashes of a log's first entries, in order; it may be another process's log, and in use."""
    connection = connect(path, query_only=True)
    try:
        rows = connection.execute("SELECT hash FROM entries ORDER BY position LIMIT ?", (limit,))
        return [bytes(hash_) for (hash_,) in rows]
    finally:
        connection.close(True)


def _verify(
    connection: apsw.Connection, known: Head | None, progress: Progress | None, heads: Sequence[SignedHead]
) -> Verdict:
    try:
        about: dict[str, str] = dict(connection.execute("SELECT name, value FROM about"))
        epoch = about["epoch"]
        assert isinstance(epoch, str) and about["format"] == FORMAT
        planned = planned_end(connection)
    except (*_BROKEN, KeyError, AssertionError) as error:
        return Verdict(False, 0, 0, "log.unreadable_file", f"the file is not a sound log: {error}")
    check = Check(epoch, known, heads, planned=planned)
    try:
        for e in _entries(connection):
            try:
                if not check.entry(e):
                    break
            except _BROKEN as error:
                check.unreadable(str(error))
                break
            if progress is not None and check.checked % _PAGE_ENTRIES == 0:
                progress(check.checked)
    except _BROKEN as error:
        check.unreadable(str(error))
    try:
        held: dict[str, str] = dict(
            connection.execute("SELECT resource, holder FROM claims WHERE released_at_position IS NULL")
        )
        verdict = check.finish(held)
        return verdict if not verdict.whole else _integrity(connection, verdict)
    except _BROKEN as error:
        verdict = check.finish({})
        return (
            verdict
            if verdict.position
            else Verdict(False, check.checked, 0, "log.unreadable_file", f"the claims cannot be read: {error}")
        )


def _entries(connection: apsw.Connection) -> Iterator[Entry]:
    """Yield entries; when a page cannot be read, go on one by one, so that the fault is met at its own position."""
    after, step = 0, _PAGE_ENTRIES
    while True:
        try:
            page = [entry_of(row) for row in connection.execute(_PAGE, (after, step))]
        except _BROKEN:
            if step == 1:
                raise
            step = 1
            continue
        yield from page
        if len(page) < step:
            return
        after = page[-1].position


def _integrity(connection: apsw.Connection, verdict: Verdict) -> Verdict:
    """Check the file's inner structure: an index that lies would hide entries that the chain shows to be there."""
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found == ["ok"]:
        return verdict
    return Verdict(False, verdict.checked, 0, "log.structure_damaged", f"the file's structure is damaged: {found[0]}")
