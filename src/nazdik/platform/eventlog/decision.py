"""One decided command on its way to the disk; shared by the writer and its synchronous twin."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from nazdik.kernel import Context, Instant, Rejected
from nazdik.platform.eventlog.entry import NewEntry
from nazdik.platform.eventlog.machine import Answer, Batch, Commit, Machine

S = TypeVar("S")
_encode = msgspec.json.encode


@dataclass(slots=True)
class Decision(Generic[S]):
    """A command decided against `position`: the state after it, its entries, and what its sender will hear."""

    ctx: Context
    digest: bytes
    state: S
    entries: tuple[NewEntry, ...]
    events: tuple[Any, ...]
    outcome: Answer | Rejected


def decide(machine: Machine[S], state: S, position: int, command: Any, ctx: Context, *, digest: bytes) -> Decision[S]:
    """Let the machine decide. A refusal is an outcome like any other; every other exception passes through."""
    try:
        handled = machine.handle(state, command, ctx)
    except Rejected as refusal:
        return Decision(ctx, digest, state, (), (), refusal)
    entries = tuple(_entries(machine, handled.events, handled.ids, ctx, digest))
    count = len(entries)
    first = position + 1 if count else position
    kinds = tuple([entry.kind for entry in entries])
    answer = Answer(ctx.command_id, first, position + count, kinds, handled.ids)
    # The state is what its events make it: without one it has not changed, whatever came back.
    return Decision(ctx, digest, handled.state if entries else state, entries, handled.events, answer)


def _entries(machine: Machine[S], events: Iterable[Any], ids: Any, ctx: Context, digest: bytes) -> Iterable[NewEntry]:
    answer = _encode(ids) if ids else b""
    for step, event in enumerate(events):
        r = machine.record(event)
        # A lone surrogate could not be stored, and would take the innocent rest of its batch with it.
        if not r.subject.isascii():
            r.subject.encode()
        yield NewEntry(
            ctx.at, ctx.command_id, step, digest, ctx.actor.id, r.kind, r.subject, r.body, r.claims, answer
        )  # fmt: skip
        answer = b""


def batch_of(decisions: Iterable[Decision[S]], prev: int, before: S, after: S, *, at: Instant) -> Batch[S]:
    """Return what an append of these decisions made durable; decisions without entries have no part in it."""
    commits = tuple(
        [
            Commit(
                d.ctx.command_id, d.ctx.actor, d.ctx.at, d.outcome.first_position, d.outcome.position, d.events
            )
            for d in decisions
            if d.entries and isinstance(d.outcome, Answer)
        ]
    )  # fmt: skip
    return Batch(prev, commits[-1].position, at, commits, before, after)
