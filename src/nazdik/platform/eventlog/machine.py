"""What a writer drives, and what it tells when facts are on disk."""

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from nazdik.kernel import Actor, CommandId, Context, Instant
from nazdik.platform.eventlog.entry import Record

S = TypeVar("S")


class Handled(msgspec.Struct, Generic[S], frozen=True):
    """What a command led to: the state after it, the events it caused, and the ids it made, by name (JSON values)."""

    state: S
    events: tuple[Any, ...]
    ids: Mapping[str, Any] = {}


class Machine(Protocol[S]):
    """The rules of one log: pure decisions over one state."""

    def handle(self, state: S, command: Any, ctx: Context) -> Handled[S]:
        """Decide a command and fold its events into the state; raise a `Rejected` to refuse it."""

    def record(self, event: Any) -> Record:
        """Return an event as it will be stored."""

    def digest(self, command: Any) -> bytes:
        """Return a digest of what a command asks for; equal commands have equal digests."""

    def rolled_back(self, state: S) -> None:
        """Note that decisions were dropped and `state`, which is on disk, holds again."""


class Answer(msgspec.Struct, frozen=True):
    """What became of a command: its positions in the log, its events by name, the ids it made."""

    command_id: CommandId
    first_position: int
    position: int
    events: tuple[str, ...]
    ids: Mapping[str, Any]
    duplicate: bool = False


class Commit(msgspec.Struct, frozen=True):
    """One command's facts, now on disk. `events[i]` has position `first_position + i`."""

    command_id: CommandId
    actor: Actor
    at: Instant
    first_position: int
    position: int
    events: tuple[Any, ...]


class Batch(msgspec.Struct, Generic[S], frozen=True):
    """What one append made durable: positions `prev + 1` to `position`, and the state on either side of them."""

    prev: int
    position: int
    at: Instant
    commits: tuple[Commit, ...]
    before: S
    after: S

    @property
    def command_ids(self) -> tuple[CommandId, ...]:
        """The commands whose facts these are, in order."""
        return tuple(commit.command_id for commit in self.commits)
