"""Checking a log in PostgreSQL, whatever state it is in: the answer is a verdict, never a crash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg

from nazdik.platform.eventlog.entry import Entry, Head, Progress, Verdict
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.postgres.connection import Connection, connect
from nazdik.platform.eventlog.postgres.rows import COLUMNS, entry_of
from nazdik.platform.eventlog.verify import Check
from nazdik.platform.faults import LogUnavailable

_PAGE_ENTRIES = 2_000
_TIMEOUT_MS = 60_000
# What a row that is no longer what was written may do to the code that reads it.
_BROKEN = (psycopg.Error, msgspec.MsgspecError, ValueError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is known of a log from elsewhere."""

    known: Head | None
    heads: Sequence[SignedHead]


def verify_log(
    url: str,
    name: str,
    known: Head | None = None,
    progress: Progress | None = None,
    *,
    heads: Sequence[SignedHead] = (),
) -> Verdict:
    """
    Check a log from its first entry to its last, then its claims and where its row says that it ends.

    Args:
        heads: Signed heads of this very log; see `verify_file`.
    """
    try:
        connection = connect(url, timeout_ms=_TIMEOUT_MS)
    except (LogUnavailable, OSError) as error:
        return Verdict(False, 0, 0, "log.unreadable_file", f"the log {name} cannot be opened: {error}")
    try:
        # One look at everything: what is appended meanwhile is not seen.
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return _verify(connection, name, Claimed(known, heads), progress)
    except _BROKEN as error:
        return Verdict(False, 0, 0, "log.unreadable_file", f"the log {name} cannot be read: {error}")
    finally:
        connection.close()


def _verify(connection: Connection, name: str, claimed: Claimed, progress: Progress | None) -> Verdict:
    row = connection.execute(
        "SELECT id, epoch, position, hash FROM nazdik.logs WHERE name = %s", (name,)
    ).fetchone()  # fmt: skip
    if row is None:
        return Verdict(False, 0, 0, "log.absent", f"there is no log {name}, or this login may not see it")
    log, epoch, end, end_hash = row
    check = Check(epoch, claimed.known, claimed.heads, planned=_planned(connection, log))
    last: Entry | None = None
    try:
        for e in _entries(connection, log):
            if not check.entry(e):
                break
            last = e
            if progress is not None and check.checked % _PAGE_ENTRIES == 0:
                progress(check.checked)
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError, OverflowError) as error:
        check.unreadable(str(error))
    held: dict[str, str] = dict(
        connection.execute(
            "SELECT resource, holder FROM nazdik.claims WHERE log = %s AND released_at_position IS NULL", (log,)
        )
    )
    verdict = check.finish(held)
    if verdict.whole and (end, end_hash) != ((last.position, last.hash) if last is not None else (0, end_hash)):
        return Verdict(
            False, verdict.checked, verdict.checked + 1, "log.cut_off", f"the log ends at {verdict.checked}; it reached {end}"
        )  # fmt: skip
    return verdict


def _planned(connection: Connection, log: int) -> int:
    """Return up to where the store says that the log was cut by rule."""
    there = connection.execute("SELECT to_regclass('nazdik.cuts') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return 0
    row = connection.execute("SELECT position FROM nazdik.cuts WHERE log = %s", (log,)).fetchone()
    return int(row[0]) if row is not None else 0


def _entries(connection: Connection, log: int) -> Iterator[Entry]:
    page = f"SELECT {COLUMNS} FROM nazdik.entries WHERE log = %s AND position > %s ORDER BY position LIMIT %s"  # noqa: S608
    after = 0
    while True:
        rows: list[Any] = connection.execute(page.encode(), (log, after, _PAGE_ENTRIES), binary=True).fetchall()
        for row in rows:
            yield entry_of(row)
        if len(rows) < _PAGE_ENTRIES:
            return
        after = rows[-1][0]
