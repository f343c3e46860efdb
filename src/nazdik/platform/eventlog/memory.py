"""A log in memory, with the laws of the one on disk: for simulation and tests."""

from bisect import bisect_left
from collections.abc import Sequence

from nazdik.kernel import CommandId
from nazdik.platform.eventlog.entry import Entry, Head, NewEntry, Progress, Snapshot, Verdict, chain, first_hash
from nazdik.platform.eventlog.errors import ClaimNotHeld, ClaimTaken, CommandRepeated, PositionTaken
from nazdik.platform.eventlog.verify import Check


class MemoryLog:
    """An `EventLog` that lasts as long as the process."""

    def __init__(self, epoch: str = "memory") -> None:
        self.epoch = epoch
        self._given: list[NewEntry] = []
        self._sealed: list[Entry] = []
        self._claims: dict[str, str] = {}
        self._by_command: dict[CommandId, list[int]] = {}
        self._snapshots: dict[int, list[Snapshot]] = {}

    @property
    def entries(self) -> list[Entry]:
        """Everything, chained. Nothing here can be lost or cut off, so the chain is made only when somebody looks."""
        sealed = self._sealed
        hash_ = sealed[-1].hash if sealed else first_hash(self.epoch)
        for e in self._given[len(sealed) :]:
            position = len(sealed) + 1
            hash_ = chain(hash_, position, e)
            sealed.append(
                Entry(
                    position, e.at, e.command_id, e.step, e.command_digest, e.actor, e.kind, e.subject, e.body,
                    e.claims, e.answer, hash_,
                )
            )  # fmt: skip
        return sealed

    def head(self) -> Head:
        """Return where the log ends."""
        entries = self.entries
        return Head(self.epoch, len(entries), entries[-1].hash if entries else first_hash(self.epoch))

    def append(self, entries: Sequence[NewEntry], *, expected_position: int) -> None:
        """Store all of `entries` or none."""
        position = len(self._given)
        if position != expected_position:
            raise PositionTaken(expected_position, position)
        self._check(entries)
        for e in entries:
            position += 1
            self._given.append(e)
            known = self._by_command.get(e.command_id)
            if known is None:
                self._by_command[e.command_id] = [position]
            else:
                known.append(position)
            for claim in e.claims:
                if claim.taken:
                    self._claims[claim.resource] = claim.holder
                else:
                    del self._claims[claim.resource]

    def _check(self, entries: Sequence[NewEntry]) -> None:
        """Refuse before anything is touched: all or none."""
        changed: dict[str, str | None] = {}
        steps: set[tuple[CommandId, int]] = set()
        for e in entries:
            stored = self._by_command.get(e.command_id, ())
            if (e.command_id, e.step) in steps or any(self._given[p - 1].step == e.step for p in stored):
                raise CommandRepeated(f"command {e.command_id} step {e.step} is stored already", e.command_id)
            steps.add((e.command_id, e.step))
            for claim in e.claims:
                known = changed if claim.resource in changed else self._claims
                holder = known.get(claim.resource)
                if claim.taken and holder is not None:
                    raise ClaimTaken(f"{claim.resource} is held by {holder}", e.command_id)
                if not claim.taken and holder != claim.holder:
                    raise ClaimNotHeld(f"{claim.resource} is not held by {claim.holder}", e.command_id)
                changed[claim.resource] = claim.holder if claim.taken else None

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""
        entries = self.entries
        start = bisect_left(entries, after + 1, key=lambda e: e.position)
        return entries[start : start + limit]

    def read_subject(self, subject: str) -> list[Entry]:
        """Return every entry about one subject."""
        return [e for e in self.entries if e.subject == subject]

    def find_command(self, command_id: CommandId) -> list[Entry]:
        """Return the entries one command made."""
        positions = self._by_command.get(command_id)
        return [self.entries[p - 1] for p in positions] if positions else []

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""
        return dict(self._claims)

    def save_snapshot(self, position: int, state_version: int, body: bytes) -> None:
        """Keep a folded state as of `position`."""
        if not 0 <= position <= len(self._given):
            raise ValueError(f"no entry at {position} to take a snapshot of")
        kept = self._snapshots.setdefault(state_version, [])
        kept[:] = sorted((s for s in kept if s.position != position), key=lambda s: s.position)
        kept.append(Snapshot(position, body))

    def load_snapshot(self, state_version: int) -> Snapshot | None:
        """Return the newest snapshot of this shape, or None."""
        return max(self._snapshots.get(state_version, ()), key=lambda s: s.position, default=None)

    def verify(self, known: Head | None = None, progress: Progress | None = None) -> Verdict:
        """Check entries against the chain, claims against entries, and the end against a head kept elsewhere."""
        check = Check(self.epoch, known)
        for e in self.entries:
            if not check.entry(e):
                break
        if progress is not None:
            progress(check.checked)
        return check.finish(self._claims)

    def close(self) -> None:
        """Nothing to let go of."""
