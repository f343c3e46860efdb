"""
The hub: what everybody may see, now and as it changes.

Each stream is a set of items and a numbered sequence of changes to it. A listener begins with a snapshot (or, when it was
here a moment ago, with the changes it missed) and then hears every change that touches what it may see. The law: snapshot
plus changes is the later snapshot, whoever listens and however often they fall away.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt

from nazdik.kernel import Instant, rfc3339
from nazdik.platform.live.connection import GONE, CloseCode, Connection, Key, Told
from nazdik.platform.live.positions import Positions, frame_of, packed
from nazdik.platform.live.subscription import Item, Subscription, quoted

CHANGES_KEPT = 4_096
# So many items of what may come later go into one frame: a slow page reads it within a few frames of its own.
PART_ITEMS = 1_000
# So many listeners are served before others get their turn at the loop: sending to each takes tens of microseconds.
AT_ONCE = 16
# And so many rows of positions are copied for them: 20,000, all that a board of the nation shows, take a millisecond.
ROWS_AT_ONCE = 4_000

Visible = Callable[[Subscription], npt.NDArray[np.bool_] | npt.NDArray[np.int64]]
_NOBODY = frozenset[str]()


class _Touched(msgspec.Struct, frozen=True, gc=False):
    """One item of a change, encoded: as it looks to those who see it, and as gone to those who no longer do."""

    kind: str
    id: str
    shown: str | None
    scopes: frozenset[str]
    scopes_before: frozenset[str]
    personal: bool = False

    def for_(self, subscription: Subscription) -> str | None:
        if self.shown is not None and subscription.sees(self.kind, self.scopes):
            return self.shown
        return f"{_start(self.kind, self.id)}{GONE}" if subscription.sees(self.kind, self.scopes_before) else None


class _Change(msgspec.Struct, frozen=True, gc=False):
    prev: int
    pos: int
    at: str
    cmds: tuple[str, ...]
    tail: str
    touched: tuple[_Touched, ...]
    # Those of them that are shown and personal.
    personal: tuple[_Touched, ...]

    def items_for(self, subscription: Subscription) -> tuple[tuple[Key, str], ...]:
        """Return each item with its text; nothing when the change does not concern this subscription."""
        return tuple([((t.kind, t.id), text) for t in self.touched if (text := t.for_(subscription)) is not None])

    def told_to(self, subscription: Subscription, head: str) -> Told | None:
        """Return what listeners of this subscription are told, or None."""
        items = self.items_for(subscription)
        if not items:
            return None
        return Told(head, self.pos, self.at, self.cmds, items, f",{self.tail}{_joined(items)}]}}")

    def personal_for(self, subscription: Subscription) -> list[str]:
        """Return what of it is personal and shown to this subscription, as `kind:id`."""
        return [f"{t.kind}:{t.id}" for t in self.personal if subscription.sees(t.kind, t.scopes)]


class _Held:
    """What there is now, found by key and by scope: one who sees little must not be made to look through everything."""

    def __init__(self) -> None:
        self._things: dict[Key, _Touched] = {}
        self._by_scope: dict[str, dict[Key, None]] = {}

    def put(self, key: Key, thing: _Touched) -> None:
        """Hold a thing in the place of what had its key before."""
        before = self._things.get(key)
        self._things[key] = thing
        if before is not None and before.scopes == thing.scopes:
            return
        self._unlist(key, before)
        for scope in thing.scopes:
            self._by_scope.setdefault(scope, {})[key] = None

    def take(self, key: Key) -> _Touched | None:
        """Give a thing up and return it; None when there is none."""
        thing = self._things.pop(key, None)
        self._unlist(key, thing)
        return thing

    def find(self, key: Key) -> _Touched | None:
        """Return a thing, or None."""
        return self._things.get(key)

    def seen_by(self, subscription: Subscription) -> list[_Touched]:
        """Return everything a subscription sees."""
        keys: dict[Key, None] = {}
        for scope in subscription.kinds_by_scope:
            keys.update(self._by_scope.get(scope, {}))
        things = [self._things[key] for key in keys]
        return [thing for thing in things if subscription.sees(thing.kind, thing.scopes)]

    def _unlist(self, key: Key, thing: _Touched | None) -> None:
        for scope in thing.scopes if thing is not None else ():
            keys = self._by_scope[scope]
            del keys[key]
            if not keys:
                del self._by_scope[scope]


@dataclass(slots=True)
class _Stream:
    name: str
    epoch: str
    pos: int
    at: Instant
    items: _Held
    changes: deque[_Change]
    # How a change begins, up to whose it is: thousands begin so each second.
    head: str = field(init=False)

    def __post_init__(self) -> None:
        self.head = f'{{"t":"change","stream":{quoted(self.name)},"epoch":"{self.epoch}-'

    def epoch_for(self, subscription: Subscription) -> str:
        return f"{self.epoch}-{subscription.key}"

    def snapshot_for(self, subscription: Subscription) -> str:
        return self._frame("snap", subscription, [t.shown for t in self.items.seen_by(subscription) if t.shown])

    def snapshot_in_parts(self, subscription: Subscription, later: Sequence[str], part_items: int) -> list[str]:
        """Return a snapshot in frames: all but the kinds that may come `later`, then these in their order, so many at a time."""
        first: list[str] = []
        kinds: dict[str, list[str]] = {kind: [] for kind in later}
        for thing in self.items.seen_by(subscription):
            if thing.shown:
                kinds.get(thing.kind, first).append(thing.shown)
        rest = [text for of_kind in kinds.values() for text in of_kind]
        if len(rest) <= part_items:
            return [self._frame("snap", subscription, first + rest)]
        parts = [rest[n : n + part_items] for n in range(0, len(rest), part_items)]
        return [
            self._frame("snap", subscription, first, left=len(parts)),
            *[self._frame("more", subscription, part, left=len(parts) - n) for n, part in enumerate(parts, start=1)],
        ]

    def _frame(self, kind: str, subscription: Subscription, items: list[str], left: int = 0) -> str:
        """Return a frame of what there is now; `left` is how many frames of it follow."""
        return (
            f'{{"t":"{kind}","stream":{quoted(self.name)},"epoch":"{self.epoch_for(subscription)}","pos":{self.pos},'
            f'"at":"{rfc3339(self.at)}","left":{left},"items":[{",".join(items)}]}}'
        )

    def personal_for(self, subscription: Subscription) -> list[str]:
        """Return what of the stream is personal and shown to this subscription, as `kind:id`."""
        return [f"{t.kind}:{t.id}" for t in self.items.seen_by(subscription) if t.personal and t.shown]

    def head_for(self, subscription: Subscription) -> str:
        return f'{self.head}{subscription.key}","prev":'

    def missed(self, subscription: Subscription, epoch: str, pos: int) -> list[tuple[int, str]] | None:
        """Return the frames after `pos` with their positions, or None when only a snapshot will do."""
        oldest = self.changes[0].prev if self.changes else self.pos
        if epoch != self.epoch_for(subscription) or not oldest <= pos <= self.pos:
            return None
        after = [(c, _joined(items)) for c in self.changes if c.pos > pos and (items := c.items_for(subscription))]
        frames: list[tuple[int, str]] = []
        head = self.head_for(subscription)
        # Whoever comes back says how much it has to catch up on.
        for left, (change, text) in zip(range(len(after) - 1, -1, -1), after, strict=True):
            frames.append((change.pos, f'{head}{pos},"left":{left},{change.tail}{text}]}}'))
            pos = change.pos
        return frames


@dataclass(slots=True)
class _Group:
    """Listeners with equal subscriptions: what one of them is told is worked out once for all."""

    subscription: Subscription
    connections: dict[int, Connection] = field(default_factory=dict)


class Hub:
    """All streams of this server and everyone who listens. Belongs to one event loop."""

    def __init__(
        self,
        *,
        changes_kept: int = CHANGES_KEPT,
        personal: frozenset[str] = frozenset(),
        part_items: int = PART_ITEMS,
    ) -> None:
        """
        Make a hub without streams.

        Args:
            part_items: How many items of what may come later go into one frame, see `begin`.
            personal: The kinds of items whose first showing to each listener has to be noted; see `converse`.
        """
        self._changes_kept = changes_kept
        self._part_items = part_items
        self._personal = personal
        self._streams: dict[str, _Stream] = {}
        self._groups: dict[str, _Group] = {}
        # Where thousands of handhelds listen, nobody may ask each of them whether a change is theirs.
        self._by_scope: dict[str, dict[str, _Group]] = {}
        self._newest: dict[str, _Held] = {}
        # Held while one listener is brought to the present, see `converse`.
        self.beginning = asyncio.Lock()
        # Held while one that fell away is cleared away.
        self.ending = asyncio.Lock()

    # Telling

    def open(self, stream: str, *, epoch: str, pos: int, at: Instant, items: Iterable[Item]) -> None:
        """
        Begin a stream, or begin it anew: everyone who follows it gets a snapshot.

        Args:
            epoch: Another one whenever the same position might look different: a new log, or new software.
            items: Everything there is at `pos`.
        """
        held = _Held()
        for item in items:
            if item.view is not None:
                held.put((item.kind, item.id), self._touched(item, _NOBODY))
        made = _Stream(stream, epoch, pos, at, held, deque(maxlen=self._changes_kept))
        self._streams[stream] = made
        for group in self._followers(stream):
            frame, personal = made.snapshot_for(group.subscription), made.personal_for(group.subscription)
            for connection in group.connections.values():
                connection.push(stream, pos, frame, personal)

    def publish(self, stream: str, *, pos: int, at: Instant, cmds: Iterable[str], items: Iterable[Item]) -> None:
        """
        Tell everyone who may see them how `items` look as of position `pos`; who saw them before is known here.

        Args:
            pos: Where the stream stands now; after every position published before.
            cmds: The keys of the commands whose effects these are.
        """
        s = self._streams[stream]
        assert pos > s.pos, f"{stream} is at {s.pos} and cannot go to {pos}"
        touched = tuple([self._hold(s, item) for item in items])
        when, whose = rfc3339(at), tuple(cmds)
        tail = f'"pos":{pos},"at":"{when}","cmds":{quoted(whose)},"items":['
        personal = tuple([t for t in touched if t.personal and t.shown is not None])
        change = _Change(s.pos, pos, when, whose, tail, touched, personal)
        s.changes.append(change)
        s.pos, s.at = pos, at
        for group in self._concerned(scope for t in touched for scope in (*t.scopes, *t.scopes_before)):
            if stream not in group.subscription.streams:
                continue
            told = change.told_to(group.subscription, s.head_for(group.subscription))
            if told is None:
                continue
            noted = change.personal_for(group.subscription)
            for connection in group.connections.values():
                if stream in connection.sent:
                    connection.push(stream, pos, told, noted)

    def _hold(self, s: _Stream, item: Item) -> _Touched:
        key = (item.kind, item.id)
        before = s.items.find(key)
        touched = self._touched(item, before.scopes if before is not None else _NOBODY)
        if touched.shown is not None:
            s.items.put(key, touched)
        else:
            s.items.take(key)
        return touched

    def _touched(self, item: Item, scopes_before: frozenset[str]) -> _Touched:
        shown = f'{_start(item.kind, item.id)}"v":{item.view.decode()}}}' if item.view is not None else None
        return _Touched(item.kind, item.id, shown, item.scopes, scopes_before, item.kind in self._personal)

    def publish_positions(self, stream: str, positions: Positions, visible: Visible) -> None:
        """
        Replace what everyone knows of where things are.

        Args:
            visible: The rows one subscription may see, as a mask of shape (rows,) or as their numbers; asked once for
                equal subscriptions.
        """
        for _ in self.publishing_positions(stream, positions, visible):
            pass

    def publishing_positions(self, stream: str, positions: Positions, visible: Visible) -> Iterator[None]:
        """As `publish_positions`, a few listeners at each step, so that the loop may do other things between them."""
        rows = packed(positions)
        served = copied = 0
        for group in self._followers(stream):
            seen = rows[visible(group.subscription)]
            frame = frame_of(stream, positions.at, seen)
            for connection in group.connections.values():
                connection.put_positions(stream, frame)
            served, copied = served + 1, copied + len(seen)
            if served == AT_ONCE or copied >= ROWS_AT_ONCE:
                served = copied = 0
                yield

    def publish_newest(self, lane: str, items: Iterable[Item]) -> None:
        """Tell the newest of each item on a lane without numbers: a listener who is late gets only the last."""
        held = self._newest.setdefault(lane, _Held())
        for item in items:
            if item.view is None:
                held.take((item.kind, item.id))
                continue
            text = item.view.decode()
            held.put((item.kind, item.id), _Touched(item.kind, item.id, text, item.scopes, _NOBODY))
            for group in self._concerned(item.scopes):
                if group.subscription.sees(item.kind, item.scopes):
                    for connection in group.connections.values():
                        connection.put_newest(lane, item.id, text)

    def beat(self, at: Instant) -> None:
        """Let everyone know that the line is alive, and where each stream stands for them."""
        for _ in self.beating(at):
            pass

    def beating(self, at: Instant) -> Iterator[None]:
        """As `beat`, a few listeners at each step."""
        head = f'{{"t":"beat","at":"{rfc3339(at)}","pos":'
        everyone = [connection for group in self._groups.values() for connection in group.connections.values()]
        for number, connection in enumerate(everyone, start=1):
            connection.put_beat(f"{head}{quoted(connection.sent)}}}")
            if number % AT_ONCE == 0:
                yield

    # Listening

    def connect(self, subscription: Subscription, tag: str = "") -> Connection:
        """Add a listener; it hears nothing until `begin`."""
        connection = Connection(subscription, tag)
        group = self._groups.setdefault(subscription.key, _Group(subscription))
        group.connections[id(connection)] = connection
        for scope in subscription.kinds_by_scope:
            self._by_scope.setdefault(scope, {})[subscription.key] = group
        return connection

    def begin(self, connection: Connection, resume: Mapping[str, tuple[str, int]], later: Sequence[str] = ()) -> None:
        """
        Bring a listener to the present: by the changes it missed where they are known, else by snapshots.

        Args:
            resume: The epoch and position the listener stands at, for streams it holds.
            later: The kinds that may come in frames of their own after the rest of a snapshot, where there are many.
        """
        subscription = connection.subscription
        frames: list[str] = []
        personal: list[str] = []
        for name in subscription.streams:
            s = self._streams.get(name)
            if s is None:
                continue
            epoch, pos = resume.get(name, ("", -1))
            missed = s.missed(subscription, epoch, pos)
            # Whoever comes back with a position was shown all of it, but perhaps in a session that has ended.
            personal.extend(s.personal_for(subscription))
            if missed is None:
                frames.extend(s.snapshot_in_parts(subscription, later, self._part_items))
                connection.sent[name] = s.pos
            else:
                frames.extend(frame for _, frame in missed)
                connection.sent[name] = missed[-1][0] if missed else pos
        connection.start(frames, personal)
        for lane, held in self._newest.items():
            for newest in held.seen_by(subscription):
                if newest.shown is not None:
                    connection.put_newest(lane, newest.id, newest.shown)

    def disconnect(self, connection: Connection) -> None:
        """Forget a listener."""
        group = self._groups.get(connection.subscription.key)
        if group is not None:
            group.connections.pop(id(connection), None)
            if not group.connections:
                self._forget(group)

    def cut(self, tag: str, code: CloseCode = CloseCode.RIGHTS_CHANGED) -> int:
        """End every listener of this tag; return how many there were."""
        found = [c for group in self._groups.values() for c in group.connections.values() if c.tag == tag]
        for connection in found:
            connection.close(code)
        return len(found)

    def close(self) -> None:
        """End every listener: the server is stopping."""
        for group in self._groups.values():
            for connection in group.connections.values():
                connection.close(CloseCode.GOING_AWAY)

    def streams(self) -> dict[str, int]:
        """Return the position of every stream."""
        return {name: s.pos for name, s in self._streams.items()}

    def count(self) -> int:
        """Return how many listen."""
        return sum(len(group.connections) for group in self._groups.values())

    def _forget(self, group: _Group) -> None:
        del self._groups[group.subscription.key]
        for scope in group.subscription.kinds_by_scope:
            groups = self._by_scope[scope]
            del groups[group.subscription.key]
            if not groups:
                del self._by_scope[scope]

    def _concerned(self, scopes: Iterable[str]) -> list[_Group]:
        """Return those who follow any of these scopes; whether they see a kind of item there is still to be asked."""
        found: dict[str, _Group] = {}
        # A set has another order in each process, and who is told first must not: a run is repeated bit for bit.
        for scope in sorted(set(scopes)):
            found.update(self._by_scope.get(scope, {}))
        return list(found.values())

    def listeners(self) -> int:
        """Return how many listen."""
        return sum(len(group.connections) for group in self._groups.values())

    def most_waiting(self) -> int:
        """Return how many frames wait for the listener who is furthest behind."""
        return max((c.waiting for group in self._groups.values() for c in group.connections.values()), default=0)

    def _followers(self, stream: str) -> list[_Group]:
        return [group for group in self._groups.values() if stream in group.subscription.streams]


def _joined(items: Iterable[tuple[Key, str]]) -> str:
    return ",".join([text for _, text in items])


def _start(kind: str, id_: str) -> str:
    return f'{{"k":{quoted(kind)},"id":{quoted(id_)},'
