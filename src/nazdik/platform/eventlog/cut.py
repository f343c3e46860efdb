"""
Cutting the beginning off a log by rule: what entries said goes, their hashes and times stay, and the log says itself what was cut.

A hollow entry has its position, its time and its hash, and nothing else. The tree over the hashes stays what it was, so that every
head that was ever signed still holds, and proofs are made as before. That the beginning may be hollow, and how far, is said by an
entry of the log itself (`CutSaid`, in the details of an access), which is written before anything goes.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from nazdik.kernel import Instant
from nazdik.platform.eventlog.entry import Entry, Head
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.merkle import Tree
from nazdik.platform.sqlite import connect, translated

HOLLOW = "log.cut.v1"
SUBJECT = "retention:audit"
# No rule is shorter, so that nobody hides last month's looks behind one.
DAYS_MIN = 365
AT_ONCE = 5_000
_ABOUT = "cut"
_DAY_US = 86_400_000_000


class CutSaid(msgspec.Struct, frozen=True):
    """That all entries up to that of `head` were older than `before`, by a rule of so many days; the head is signed."""

    head: SignedHead
    days: int
    before: str


class _Details(msgspec.Struct, frozen=True):
    cut: CutSaid | None = None


class _Said(msgspec.Struct, frozen=True):
    what: str
    details: _Details


_decode = msgspec.json.Decoder(_Said).decode


def is_hollow(e: Entry) -> bool:
    """Whether an entry was cut: it says nothing any more."""
    return e.kind == HOLLOW


def said_in(e: Entry) -> CutSaid | None:
    """Return what an entry says of a cut; None when it says nothing of one."""
    if e.subject != SUBJECT:
        return None
    try:
        return _decode(e.body).details.cut
    except msgspec.MsgspecError:
        return None


def end_of_past(path: Path, before: Instant) -> int:
    """Return the position of the last entry before the first that is as young as `before`: a whole beginning; 0 for none."""
    connection = connect(path, query_only=True)
    try:
        first = connection.execute(
            "SELECT position FROM entries WHERE at >= ? ORDER BY position LIMIT 1", (before,)
        ).get
        # The end stays: what comes next is chained to it.
        last = connection.execute("SELECT max(position) - 1 FROM entries").get
    finally:
        connection.close(True)
    return int(min(first - 1 if first is not None else last or 0, last or 0))


def head_at(path: Path, position: int) -> tuple[Head, bytes]:
    """Return where a log ended when it had so many entries, and the root of the tree over them."""
    connection = connect(path, query_only=True)
    try:
        epoch = str(connection.execute("SELECT value FROM about WHERE name = 'epoch'").get)
        tree, hash_ = Tree(), b""
        for (hash_,) in connection.execute(
            "SELECT hash FROM entries WHERE position <= ? ORDER BY position", (position,)
        ):
            tree.add(hash_)
    finally:
        connection.close(True)
    return Head(epoch, position, hash_), tree.root()


def hollowed(path: Path) -> int:
    """Return how many entries of a log are hollow."""
    connection = connect(path, query_only=True)
    try:
        query = "SELECT count(*) FROM entries WHERE position <= ? AND kind = ?"
        return int(connection.execute(query, (planned_end(connection), HOLLOW)).get)
    finally:
        connection.close(True)


def planned_end(connection: Any) -> int:
    """Return up to where a log is to be hollow, as its file has it; 0 when it is whole."""
    row = connection.execute("SELECT value FROM about WHERE name = ?", (_ABOUT,)).fetchone()
    return int(row[0]) if row is not None else 0


def hollow_out(path: Path, end: int) -> None:
    """
    Take away what entries up to `end` say, and what SQLite leaves of it; the log may be in use. It must say so itself already.

    A part at a time, so that whoever appends waits for none of it; cut short, the next run goes on.
    """
    with translated():
        connection = connect(path)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)", (_ABOUT, str(end)))
            for first in range(1, end + 1, AT_ONCE):
                connection.execute(
                    "UPDATE entries SET command_id = 'cut:' || position, step = 0, command_digest = x'', actor = '', kind = ?,"
                    " subject = '', body = x'', claims = '', answer = x'' WHERE position >= ? AND position < ? AND kind != ?",
                    (HOLLOW, first, min(first + AT_ONCE, end + 1), HOLLOW),
                )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close(True)


def put_hollow(path: Path, entries: Iterable[Entry]) -> None:
    """Write the hollow beginning of a log that is made anew from a copy: its hashes are what it is chained on."""
    rows = [(e.position, e.at, f"cut:{e.position}", HOLLOW, e.hash) for e in entries]
    with translated():
        connection = connect(path)
        try:
            with connection:
                connection.executemany("INSERT INTO entries VALUES (?, ?, ?, 0, x'', '', ?, '', x'', '', x'', ?)", rows)
                connection.execute("INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)", (_ABOUT, str(len(rows))))
        finally:
            connection.close(True)


class CutCheck:
    """Follows a log whose beginning may be hollow, and finds what it says of that itself."""

    def __init__(self, planned: int) -> None:
        """`planned`: up to where the file says that it is cut."""
        self._planned = planned
        self._newest = Instant(0)
        self._first_kept: Instant | None = None
        self._at_end: tuple[str, str] | None = None
        self._said: list[tuple[Instant, CutSaid]] = []
        self.hollow = 0

    def entry(self, e: Entry, tree: Tree) -> None:
        """Take the next entry in; `tree` has it already."""
        if is_hollow(e):
            self.hollow = e.position
            self._newest = max(self._newest, e.at)
        elif self._first_kept is None:
            self._first_kept = e.at
        if e.position == self._planned:
            self._at_end = (e.hash.hex(), tree.root().hex())
            self._newest = max(self._newest, e.at)
        said = said_in(e)
        if said is not None:
            self._said.append((e.at, said))

    def fault(self, epoch: str, heads: Iterable[SignedHead]) -> str:
        """
        Return why the hollow beginning is not a cut by rule; empty when it is, or when there is none.

        Args:
            heads: What was signed of the log as it grew. What came after a head is younger than it, whatever the file says.
        """
        if not self.hollow:
            return ""
        if self._planned < self.hollow or self._at_end is None:
            return "the file does not say that it was cut here"
        heads = list(heads)
        for at, said in self._said:
            head, before = said.head, _instant(said.before)
            there = (head.epoch, head.position, head.hash, head.root) == (epoch, self._planned, *self._at_end)
            young = any(one.position < self._planned and _instant(one.at) >= before for one in heads)
            by_rule = (
                said.days >= DAYS_MIN and before <= at - said.days * _DAY_US and self._newest < before and not young
            )
            if there and by_rule and head.is_sound():
                return ""
        return "no entry of the log says so by a rule"


def _instant(text: str) -> int:
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1_000_000)
    except ValueError:
        return 2**63
