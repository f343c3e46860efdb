"""The handheld's outbox (`web/src/features/field/queue.ts`, `outbox.ts`): kept, sent in order, never doubled, never lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

UNDO_MS = 10_000
FAULTS_MAX = 5
FORGET_MS = 5_000
URGENT = frozenset({"emergency"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `state`: waiting, sending, answered, refused."""

    id: str
    seq: int
    unit: str
    action: str
    path: str
    body: Mapping[str, Any]
    subject: str
    device_at_ms: float
    state: str = "waiting"
    attempts: int = 0
    faults: int = 0
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an attempt: done, silence, signed_out, problem."""

    kind: str
    status: int = 0
    retryable: bool = False
    code: str = ""


def is_queued(entry: Entry) -> bool:
    """Whether it is still to be sent."""
    return entry.state in ("waiting", "sending")


def in_order(entry: Entry) -> tuple[int, str]:
    """Its place among others."""
    return entry.seq, entry.id


def next_to_send(entries: list[Entry], unit: str) -> Entry | None:
    """What goes out next: in order, except that a call for help waits for nothing."""
    queue = sorted((e for e in entries if e.unit == unit and is_queued(e)), key=in_order)
    urgent = next((e for e in queue if e.action in URGENT), None)
    if any(e.state == "sending" for e in queue):
        return urgent if urgent is not None and urgent.state == "waiting" else None
    return urgent or (queue[0] if queue else None)


def hold_ms(entry: Entry, *, link_up: bool, now_ms: float) -> float:
    """How long a step may still wait for its first attempt."""
    if link_up or entry.attempts > 0 or entry.action in URGENT:
        return 0.0
    return max(0.0, entry.device_at_ms + UNDO_MS - now_ms)


def after_attempt(entry: Entry, reply: Reply) -> Entry:
    """The entry after an attempt. Silence is tried again for ever; a refusal is kept; nothing is dropped."""
    match reply.kind:
        case "done":
            return replace(entry, state="answered", faults=0)
        case "silence" | "signed_out":
            return replace(entry, state="waiting")
        case _:
            faults = entry.faults + 1
            if reply.retryable or (reply.status >= 500 and faults < FAULTS_MAX):
                return replace(entry, state="waiting", faults=entry.faults if reply.retryable else faults)
            return replace(entry, state="refused", refusal=reply.code)


def backoff_ms(failures: int, chance: float, *, urgent: bool = False) -> float:
    """Wait before the next attempt: half a second, doubling, never more than ten; with a call for help never more than two."""
    most = min(2_000.0 if urgent else 10_000.0, 500.0 * (1 << min(10, failures)))
    return most / 2 + (most / 2) * chance


def revived(stored: list[Entry]) -> list[Entry]:
    """What was stored, when the page starts again."""
    kept = [e for e in stored if e.state != "answered"]
    return sorted((replace(e, state="waiting") if e.state == "sending" else e for e in kept), key=in_order)


@dataclass(slots=True)
class Keep:
    """The device's storage; it outlives the page."""

    entries: dict[str, Entry] = field(default_factory=dict)


class Around(Protocol):
    """The outside as the outbox needs it."""

    def send(self, entry: Entry, done: Callable[[Reply], None]) -> None: ...
    def new_id(self) -> str: ...
    def now_ms(self) -> float: ...
    def link_up(self) -> bool: ...
    def later(self, run: Callable[[], None], ms: float) -> Callable[[], None]: ...
    def chance(self) -> float: ...


class Outbox:
    """`Outbox`."""

    def __init__(self, around: Around, keep: Keep, unit: str) -> None:
        self._around = around
        self._keep = keep
        self._unit = unit
        self.entries: list[Entry] = []
        self._failures = 0
        self._stop_timer: Callable[[], None] | None = None
        self._running = False
        self.refused: list[Entry] = []

    def start(self) -> None:
        """Read what the last run left behind and begin to send."""
        self._running = True
        known = {e.id for e in self.entries}
        stored = [e for e in revived(list(self._keep.entries.values())) if e.id not in known]
        self.entries = sorted([*stored, *self.entries], key=in_order)
        self.flush()

    def stop(self) -> None:
        """The page closes."""
        self._running = False
        self._clear_timer()

    def add(self, action: str, path: str, body: Mapping[str, Any], subject: str) -> Entry:
        """Record an act: stored, then sent."""
        now = self._around.now_ms()
        last = max((e.seq for e in self.entries), default=0)
        entry = Entry(
            self._around.new_id(), max(last + 1, int(now)), self._unit, action, path, body, subject, now
        )  # fmt: skip
        self.entries = [*self.entries, entry]
        self._keep.entries[entry.id] = entry
        self.flush()
        return entry

    def dismiss(self, entry_id: str) -> None:
        """The officer has read a refusal."""
        self._forget(entry_id)

    def confirm(self, ids: list[str]) -> None:
        """The stream shows these commands' effects."""
        for entry in [e for e in self.entries if e.id in ids and e.state != "refused"]:
            self._forget(entry.id)

    def link_came_up(self) -> None:
        """Try now."""
        self._clear_timer()
        self._failures = 0
        self.flush()

    def flush(self) -> None:
        """Send what is next."""
        if not self._running:
            return
        entry = next_to_send(self.entries, self._unit)
        if entry is None or (self._stop_timer is not None and entry.action not in URGENT):
            return
        hold = hold_ms(entry, link_up=self._around.link_up(), now_ms=self._around.now_ms())
        if hold > 0:
            self._wait(hold)
            return
        trying = replace(entry, state="sending", attempts=entry.attempts + 1)
        self._put(trying)
        self._around.send(trying, lambda reply: self._answered(trying, reply))

    def _answered(self, trying: Entry, reply: Reply) -> None:
        if not self._running:
            return
        after = after_attempt(trying, reply)
        if not any(e.id == trying.id for e in self.entries):
            self._failures = 0
            self.flush()
            return
        self._put(after)
        if after.state == "answered":
            self._failures = 0
            self._keep.entries.pop(after.id, None)
            self._around.later(lambda: self._drop(after.id), FORGET_MS)
        else:
            self._keep.entries[after.id] = after
            if after.state == "refused":
                self._failures = 0
                self.refused.append(after)
            else:
                self._failures = 6 if reply.kind == "signed_out" else self._failures + 1
                self._wait(backoff_ms(self._failures, self._around.chance(), urgent=trying.action in URGENT))
                return
        self.flush()

    def _wait(self, ms: float) -> None:
        self._clear_timer()

        def now() -> None:
            self._stop_timer = None
            self.flush()

        self._stop_timer = self._around.later(now, ms)

    def _clear_timer(self) -> None:
        if self._stop_timer is not None:
            self._stop_timer()
        self._stop_timer = None

    def _put(self, entry: Entry) -> None:
        self.entries = [entry if e.id == entry.id else e for e in self.entries]

    def _drop(self, entry_id: str) -> None:
        self.entries = [e for e in self.entries if e.id != entry_id]

    def _forget(self, entry_id: str) -> None:
        self._drop(entry_id)
        self._keep.entries.pop(entry_id, None)
