"""The law of live streams: a snapshot plus the changes after it is the later snapshot, for everyone, whatever happens."""

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.kernel import Instant
from nazdik.platform.live import Connection, Hub, Item, Subscription

SCOPES = ("north", "south", "hq")
KINDS = ("thing", "secret")
IDS = ("a", "b")
STREAMS = ("s1", "s2")
LATER = ("thing",)

items = st.builds(
    lambda kind, id_, number, scopes: Item(
        kind, id_, None if number is None else json.dumps({"n": number}).encode(), frozenset(scopes)
    ),
    st.sampled_from(KINDS),
    st.sampled_from(IDS),
    st.integers(0, 9) | st.integers(10, 99) | st.none(),
    st.sets(st.sampled_from(SCOPES), max_size=2),
)
subscriptions = st.builds(
    Subscription,
    st.sampled_from([("s1",), ("s2",), ("s1", "s2")]),
    st.dictionaries(st.sampled_from(SCOPES), st.sampled_from([None, frozenset({"thing"}), frozenset()]), min_size=1),
)
# Most of what happens is publishing; a script of equal parts would hardly ever change the same item twice.
publishes = st.tuples(
    st.just("publish"),
    st.sampled_from(STREAMS),
    st.lists(items, min_size=1, max_size=3, unique_by=lambda i: (i.kind, i.id)),
)
others = st.one_of(
    st.tuples(st.just("read"), st.integers(0, 3)),
    st.tuples(st.just("drop"), st.integers(0, 3)),
    st.tuples(st.just("back"), st.integers(0, 3)),
    st.tuples(st.just("hello again"), st.integers(0, 3)),
    st.tuples(st.just("new rights"), st.integers(0, 3), subscriptions),
    st.tuples(st.just("new epoch"), st.sampled_from(STREAMS)),
)
rounds = st.tuples(publishes, others, publishes)


@dataclass
class Client:
    """A listener that does what the wire contract says, and nothing more."""

    subscription: Subscription
    together_s: float = 0.0
    connection: Connection | None = None
    held: dict[str, dict[tuple[str, str], Any]] = field(default_factory=dict)
    at: dict[str, tuple[str, int]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def take(self, frame: dict[str, Any]) -> None:
        stream = frame["stream"]
        if frame["t"] == "snap":
            self.held[stream] = {}
            self.at.pop(stream, None)
            self.left[stream] = frame["left"]
        elif frame["t"] == "more":
            assert frame["left"] == self.left[stream] - 1, "a part is missing"
            self.left[stream] = frame["left"]
        else:
            assert frame["t"] == "change"
            assert (frame["epoch"], frame["prev"]) == self.at[stream], "a gap"
        if self.left[stream] == 0:
            # Half a snapshot is nothing to go on from.
            self.at[stream] = (frame["epoch"], frame["pos"])
        for item in frame["items"]:
            key = (item["k"], item["id"])
            if item["v"] is None:
                del self.held[stream][key]  # Only what was shown is taken away.
            else:
                self.held[stream][key] = item["v"]

    def read(self, at_most: int | None = None) -> None:
        if self.connection is not None:
            for frame in self.connection.take()[:at_most]:
                self.take(json.loads(frame))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(subscriptions, min_size=1, max_size=4),
    st.lists(rounds, min_size=3, max_size=16),
    st.integers(1, 6),
)
def test_snapshot_plus_changes_is_the_later_snapshot(
    wanted: list[Subscription], script: list[tuple[tuple[Any, ...], ...]], changes_kept: int
) -> None:
    hub = Hub(changes_kept=changes_kept, part_items=1)
    world: dict[str, dict[tuple[str, str], Item]] = {stream: {} for stream in STREAMS}
    pos = dict.fromkeys(STREAMS, 10)
    for stream in STREAMS:
        hub.open(stream, epoch="e", pos=10, at=Instant(0), items=[])
    # Every other one is told what waits in one.
    clients = [Client(subscription, together_s=n % 2) for n, subscription in enumerate(wanted)]
    epochs = 0

    def back(client: Client) -> None:
        client.connection = hub.connect(client.subscription)
        client.connection.together_s = client.together_s
        hub.begin(client.connection, client.at, LATER)

    def check(client: Client) -> None:
        client.read()
        for stream in client.subscription.streams:
            seen = {
                key: json.loads(item.view)
                for key, item in world[stream].items()
                if item.view is not None and client.subscription.sees(item.kind, item.scopes)
            }
            assert client.held[stream] == seen

    for client in clients:
        back(client)
    for tick, step in enumerate(step for together in script for step in together):
        if step[0] == "publish":
            _, stream, changed = step
            pos[stream] += 1 + tick % 3
            hub.publish(stream, pos=pos[stream], at=Instant(tick), cmds=[f"c{tick}"], items=changed)
            world[stream] |= {(i.kind, i.id): i for i in changed}
            continue
        if step[0] == "new epoch":
            epochs += 1
            now = list(world[step[1]].values())
            hub.open(step[1], epoch=f"e{epochs}", pos=pos[step[1]], at=Instant(tick), items=now)
            continue
        client = clients[step[1] % len(clients)]
        if step[0] == "read" and client.connection is not None:
            check(client)
        elif step[0] == "drop" and client.connection is not None:
            # The line is cut in the middle of what was said.
            client.read(at_most=step[1])
            hub.disconnect(client.connection)
            client.connection = None
        elif step[0] == "back" and client.connection is None:
            back(client)
        elif step[0] == "hello again" and client.connection is not None:
            hub.begin(client.connection, client.at, LATER)
        elif step[0] == "new rights" and client.connection is not None:
            hub.disconnect(client.connection)
            client.subscription = step[2]
            client.held = {s: h for s, h in client.held.items() if s in client.subscription.streams}
            client.at = {s: a for s, a in client.at.items() if s in client.subscription.streams}
            back(client)
    for client in clients:
        if client.connection is None:
            back(client)
        check(client)
