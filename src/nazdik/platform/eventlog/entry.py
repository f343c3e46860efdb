"""What the log keeps: entries in one order, each chained to the one before by its hash."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Protocol

import msgspec

from nazdik.kernel import CommandId, Instant

Progress = Callable[[int], None]


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """`holder` takes `resource` for itself, or gives it back. A resource has one holder at a time."""

    resource: str
    holder: str
    taken: bool


class Record(msgspec.Struct, frozen=True):
    """One fact as it will be stored: its written-out kind, whom it is about, its encoded body, what it claims."""

    kind: str
    subject: str
    body: bytes
    claims: tuple[Claim, ...] = ()


class NewEntry(msgspec.Struct, frozen=True):
    """
    An entry before it has a position.

    `step` counts the entries of one command from 0, so that a command stored twice is unstorable. `answer` goes with
    step 0: the ids the command made, for a sender who asks again after a restart.
    """

    at: Instant
    command_id: CommandId
    step: int
    command_digest: bytes
    actor: str
    kind: str
    subject: str
    body: bytes
    claims: tuple[Claim, ...] = ()
    answer: bytes = b""


class Entry(msgspec.Struct, frozen=True):
    """An entry as stored; `hash` covers every other field and the hash before it."""

    position: int
    at: Instant
    command_id: CommandId
    step: int
    command_digest: bytes
    actor: str
    kind: str
    subject: str
    body: bytes
    claims: tuple[Claim, ...]
    answer: bytes
    hash: bytes


def new_of(e: Entry) -> NewEntry:
    """Return a stored entry as it was given to be stored."""
    return NewEntry(
        e.at, e.command_id, e.step, e.command_digest, e.actor, e.kind, e.subject, e.body, e.claims, e.answer
    )  # fmt: skip


class Head(msgspec.Struct, frozen=True):
    """Where a log ends. Kept elsewhere, it shows later that nothing was cut off or written anew."""

    epoch: str
    position: int
    hash: bytes


class Snapshot(msgspec.Struct, frozen=True):
    """A folded state as of `position`."""

    position: int
    body: bytes


class Verdict(msgspec.Struct, frozen=True):
    """
    Whether a log is whole. When it is not, `position` names the first entry that is wrong (0: the file as a whole).

    `reason` is a stable code; `said` puts it in a sentence.
    """

    whole: bool
    checked: int
    position: int | None = None
    reason: str = ""
    said: str = ""


class EventLog(Protocol):
    """One ordered, durable log with one writer."""

    def head(self) -> Head:
        """Return where the log ends; position 0 when it is empty."""

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """
        Store all of `entries` or none, on disk when this returns.

        Raises:
            PositionTaken: The log does not end at `expected_position`.
            ClaimTaken, ClaimNotHeld: A claim contradicts what is held.
            CommandRepeated: An entry of this command and step is stored already.
            LogFull, LogUnavailable: The store could not take it; nothing was recorded.
        """

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`, in order."""

    def read_subject(self, subject: str) -> list[Entry]:
        """Return every entry about one subject, in order."""

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """Return the entries one command made, in order; empty when it made none."""

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """Keep a folded state as of `position`, in the shape that `state_version` names."""

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """Return the newest sound snapshot of this shape, or None."""

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """Check entries against the chain, claims against entries, and the end against a head kept elsewhere."""

    def close(self) -> None:
        """Let go of the log."""


_encode = msgspec.json.encode


def first_hash(epoch: str) -> bytes:
    """Return what the first entry of a log is chained to."""
    return sha256(b"nazdik log 1 " + epoch.encode()).digest()


def chain(before: bytes, position: int, e: NewEntry | Entry) -> bytes:
    """Return the hash of an entry: SHA-256 over the hash before it, its fields as one JSON array, and its body."""
    # A JSON array ends where it ends, so the body needs no separator and no two entries share a preimage.
    fields = (position, e.at, e.command_id, e.step, e.command_digest, e.actor, e.kind, e.subject, e.claims, e.answer)
    return sha256(before + _encode(fields) + e.body).digest()
