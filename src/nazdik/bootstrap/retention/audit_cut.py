"""
The audit log's own retention: its old beginning goes as a whole, said first in the log itself, with the head that it had there.

A legal hold stops the cut at the first look at its incident or calls. With logs in PostgreSQL each node cuts its own, there first
and then in its copy.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nazdik.bootstrap.retention.records import Erasure, Gone, append_erasure, digest, read_erasures
from nazdik.bootstrap.retention.rules import Ruled
from nazdik.kernel import Instant, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.eventlog.cut import (
    HOLLOW,
    CutSaid,
    end_of_past,
    head_at,
    hollow_out,
    hollowed,
    planned_end,
)
from nazdik.platform.eventlog.heads import load_key, name_of, sign_head
from nazdik.platform.eventlog.mirror import is_copy
from nazdik.platform.sqlite import connect

AUDIT, FILE = "audit", "audit.sqlite"
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class AuditPast:
    """
    What of the audit log is past its time: entries up to `end`, of which `hollow` are cut already; `held`: a hold stops it.

    `in_store` are those of them that are whole in PostgreSQL; None where the log is a file.
    """

    end: int
    hollow: int
    days: int
    before: Instant
    held: bool
    in_store: int | None = None

    @property
    def entries(self) -> int:
        """How many of the file would go now."""
        return max(self.end - self.hollow, 0)


def audit_past(data: Path, rules: Sequence[Ruled], at: Instant, *, writes: bool = False) -> AuditPast | None:
    """
    Return what is past its time by the longest of the rules; a day's looks go together. None where there is nothing to cut.

    Args:
        writes: A copy of a log in PostgreSQL counts too: who asks writes both.
    """
    path = data / FILE
    if not rules or not path.is_file() or (is_copy(path) and not writes):
        return None
    days = max(one.audit_days for one in rules)
    before, hollow = plus_s(at, -days * _DAY_S), hollowed(path)
    connection = connect(path, query_only=True)
    try:
        oldest = connection.execute("SELECT at FROM entries WHERE position = ?", (hollow + 1,)).get
        subjects = json.dumps(sorted(s for one in rules for held in one.held for s in held.subjects))
        looked = connection.execute(
            "SELECT min(position) FROM entries WHERE subject IN (SELECT value FROM json_each(?))", (subjects,)
        ).get
    finally:
        connection.close(True)
    end = end_of_past(path, before)
    held = looked is not None and looked <= end
    end = looked - 1 if held else end
    if oldest is None or oldest >= plus_s(before, -_DAY_S):
        end = hollow
    return AuditPast(max(end, hollow), hollow, days, before, held)


def say_cut(data: Path, past: AuditPast, at: Instant, *, by: str) -> tuple[Erasure, dict[str, object]]:
    """Add the signed line, and return it with what the audit log has to say before anything goes."""
    path, key = data / FILE, load_key(data)
    head, root = head_at(path, past.end)
    said = CutSaid(sign_head(key, name_of(path), head, root, rfc3339(at)), past.days, rfc3339(past.before))
    earlier = read_erasures(data)
    line = Erasure(
        number=len(earlier) + 1,
        at=rfc3339(at),
        by=by,
        of=AUDIT,
        days=past.days,
        before=said.before,
        files=(Gone(f"{FILE}#{past.hollow + 1}-{past.end}", head.hash.hex()),),
        size=0,
        kept=int(past.held),
        previous=digest(earlier[-1]) if earlier else "",
        key="",
    )
    line = append_erasure(data, line, key)
    return line, {"line": digest(line), "entries": past.entries, "cut": msgspec.to_builtins(said)}


def unfinished(data: Path) -> int:
    """Return up to where a cut that was cut short has to go on; 0 when there is none."""
    path = data / FILE
    if not path.is_file():
        return 0
    connection = connect(path, query_only=True)
    try:
        planned = planned_end(connection)
    finally:
        connection.close(True)
    return planned if planned > hollowed(path) else 0


def cut(data: Path, end: int) -> None:
    """Take away what the entries up to `end` say. The audit log has said so already."""
    hollow_out(data / FILE, end)


def oldest_kept(data: Path) -> Instant:
    """Return when the oldest entry that was not cut was written; 0 for an empty log."""
    connection = connect(data / FILE, query_only=True)
    try:
        found = connection.execute("SELECT at FROM entries WHERE kind != ? ORDER BY position LIMIT 1", (HOLLOW,)).get
    finally:
        connection.close(True)
    return Instant(found or 0)
