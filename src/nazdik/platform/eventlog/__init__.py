"""
The log: one ordered, hash-chained, durable record of facts, and the one writer that adds to it.

It promises that what was acknowledged is on disk, that a resource never has two holders, that a repeated command gets
the first answer, and that `verify` names the first entry that is not as it was written.
"""

from nazdik.platform.eventlog.entry import (
    Claim,
    Entry,
    EventLog,
    Head,
    NewEntry,
    Record,
    Snapshot,
    Verdict,
)
from nazdik.platform.eventlog.errors import (
    ClaimNotHeld,
    ClaimTaken,
    CommandRepeated,
    Contradiction,
    IdempotencyKeyReused,
    LogDamaged,
    LogDiskFull,
    LogFull,
    LogInUse,
    LogUnavailable,
    LogUnavailableProblem,
    PositionTaken,
)
from nazdik.platform.eventlog.heads import HeadsUnreadable, SignedHead
from nazdik.platform.eventlog.machine import Answer, Batch, Commit, Handled, Machine
from nazdik.platform.eventlog.memory import MemoryLog
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.eventlog.sync_writer import SyncWriter
from nazdik.platform.eventlog.verify_sqlite import verify_file
from nazdik.platform.eventlog.writer import Writer

__all__ = [
    "Answer",
    "Batch",
    "Claim",
    "ClaimNotHeld",
    "ClaimTaken",
    "CommandRepeated",
    "Commit",
    "Contradiction",
    "Entry",
    "EventLog",
    "Handled",
    "Head",
    "HeadsUnreadable",
    "IdempotencyKeyReused",
    "LogDamaged",
    "LogDiskFull",
    "LogFull",
    "LogInUse",
    "LogUnavailable",
    "LogUnavailableProblem",
    "Machine",
    "MemoryLog",
    "NewEntry",
    "PositionTaken",
    "Record",
    "SignedHead",
    "Snapshot",
    "SqliteLog",
    "SyncWriter",
    "Verdict",
    "Writer",
    "verify_file",
]
