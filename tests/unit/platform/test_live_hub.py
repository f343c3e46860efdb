"""The hub: who is told what, and what becomes of listeners who fall behind."""

import json
import struct
from typing import Any

import numpy as np
import pytest

from nazdik.kernel import Instant
from nazdik.platform.live import CloseCode, Connection, Hub, Item, Positions, Subscription
from nazdik.platform.live import connection as connections

NORTH = Subscription.to(["s"], ["north"])
SOUTH = Subscription.to(["s"], ["south"])


def item(id_: str, *scopes: str, view: Any = 1, kind: str = "thing") -> Item:
    return Item(kind, id_, None if view is None else json.dumps(view).encode(), frozenset(scopes))


@pytest.fixture
def hub() -> Hub:
    made = Hub()
    made.open("s", epoch="e", pos=5, at=Instant(0), items=[item("a", "north"), item("b", "south")])
    return made


def listen(hub: Hub, subscription: Subscription, resume: dict[str, tuple[str, int]] | None = None) -> Connection:
    connection = hub.connect(subscription, tag="desk one")
    hub.begin(connection, resume or {})
    return connection


def heard(connection: Connection) -> list[dict[str, Any]]:
    return [json.loads(frame) for frame in connection.take()]


def test_a_snapshot_holds_only_what_the_listener_may_see(hub: Hub) -> None:
    (snap,) = heard(listen(hub, NORTH))
    assert (snap["t"], snap["stream"], snap["pos"]) == ("snap", "s", 5)
    assert snap["items"] == [{"k": "thing", "id": "a", "v": 1}]


def test_a_change_names_the_position_before_it_for_this_listener(hub: Hub) -> None:
    north, south = listen(hub, NORTH), listen(hub, SOUTH)
    hub.publish("s", pos=7, at=Instant(0), cmds=["c1"], items=[item("a", "north", view=2)])
    hub.publish("s", pos=9, at=Instant(0), cmds=["c2"], items=[item("b", "south", view=2)])
    _, change = heard(north)
    assert (change["prev"], change["pos"], change["cmds"]) == (5, 7, ["c1"])
    _, change = heard(south)
    assert (change["prev"], change["pos"], change["cmds"]) == (5, 9, ["c2"])


def test_who_asks_for_it_is_told_of_changes_that_wait_in_one(hub: Hub) -> None:
    north, alike = listen(hub, NORTH), listen(hub, NORTH)
    for connection in (north, alike):
        connection.take()
        connection.together_s = 0.04
    hub.publish("s", pos=6, at=Instant(0), cmds=["c1"], items=[item("a", "north", view=2), item("c", "north")])
    alike.take()
    hub.publish("s", pos=7, at=Instant(0), cmds=[], items=[item("a", "north", view=3)])
    hub.publish("s", pos=9, at=Instant(1), cmds=["c2", "c3"], items=[item("c", "south")])
    (told,) = heard(north)
    assert (told["prev"], told["pos"], told["at"], told["cmds"]) == (
        5,
        9,
        "1970-01-01T00:00:00.000Z",
        ["c1", "c2", "c3"],
    )
    # Only what was shown may be taken away, so what came and went is told as both.
    assert [(i["id"], i["v"]) for i in told["items"]] == [("a", 3), ("c", 1), ("c", None)]
    assert [(c["prev"], c["pos"]) for c in heard(alike)] == [(6, 9)]


def test_a_snapshot_between_changes_stands_where_it_stood(hub: Hub) -> None:
    north = listen(hub, NORTH)
    north.take()
    north.together_s = 0.04
    for pos in (6, 7):
        hub.publish("s", pos=pos, at=Instant(0), cmds=[], items=[item("a", "north", view=pos)])
    hub.open("s", epoch="f", pos=7, at=Instant(0), items=[item("a", "north", view=7)])
    for pos in (8, 9):
        hub.publish("s", pos=pos, at=Instant(0), cmds=[], items=[item("a", "north", view=pos)])
    assert [(f["t"], f.get("prev"), f["pos"]) for f in heard(north)] == [
        ("change", 5, 7),
        ("snap", None, 7),
        ("change", 7, 9),
    ]


def test_what_leaves_a_scope_is_taken_away_and_appears_in_the_other(hub: Hub) -> None:
    north, south = listen(hub, NORTH), listen(hub, SOUTH)
    hub.publish("s", pos=6, at=Instant(0), cmds=[], items=[item("a", "south")])
    assert heard(north)[1]["items"] == [{"k": "thing", "id": "a", "v": None}]
    assert heard(south)[1]["items"] == [{"k": "thing", "id": "a", "v": 1}]


def test_a_kind_may_be_kept_from_a_scope(hub: Hub) -> None:
    board = listen(hub, Subscription(("s",), {"north": frozenset({"thing"})}))
    hub.publish("s", pos=6, at=Instant(0), cmds=[], items=[item("p", "north", kind="secret")])
    assert len(heard(board)) == 1


def test_what_may_come_later_comes_after_the_rest_in_frames_of_its_own() -> None:
    hub = Hub(part_items=2)
    many = [item(name, "north") for name in "abc"]
    hub.open("s", epoch="e", pos=5, at=Instant(0), items=[*many, item("p", "north", kind="secret")])
    connection = hub.connect(NORTH)
    hub.begin(connection, {}, ["thing"])
    frames = heard(connection)
    assert [(f["t"], f["left"], [i["id"] for i in f["items"]]) for f in frames] == [
        ("snap", 2, ["p"]),
        ("more", 1, ["a", "b"]),
        ("more", 0, ["c"]),
    ]
    hub.begin(connection, {})
    (whole,) = heard(connection)
    assert (whole["left"], len(whole["items"])) == (0, 4)


def test_who_was_here_a_moment_ago_gets_only_what_it_missed(hub: Hub) -> None:
    north = listen(hub, NORTH)
    epoch = heard(north)[0]["epoch"]
    hub.disconnect(north)
    hub.publish("s", pos=6, at=Instant(0), cmds=[], items=[item("a", "north", view=2)])
    (change,) = heard(listen(hub, NORTH, {"s": (epoch, 5)}))
    assert (change["t"], change["prev"], change["pos"], change["left"]) == ("change", 5, 6, 0)
    assert heard(listen(hub, NORTH, {"s": (epoch, 6)})) == []


def test_who_comes_back_is_told_how_much_is_still_to_come_and_who_was_here_all_along_is_not(hub: Hub) -> None:
    north = listen(hub, NORTH)
    epoch = heard(north)[0]["epoch"]
    for pos, scope in ((6, "north"), (7, "south"), (8, "north"), (9, "north")):
        hub.publish("s", pos=pos, at=Instant(0), cmds=[], items=[item(f"n{pos}", scope)])
    missed = heard(listen(hub, NORTH, {"s": (epoch, 5)}))
    assert [(each["prev"], each["pos"], each["left"]) for each in missed] == [(5, 6, 2), (6, 8, 1), (8, 9, 0)]
    assert all("left" not in each for each in heard(north))


@pytest.mark.parametrize("resume", [("e", 5), ("other", 5)])
def test_another_epoch_means_a_snapshot(hub: Hub, resume: tuple[str, int]) -> None:
    assert heard(listen(hub, NORTH, {"s": resume}))[0]["t"] == "snap"


@pytest.mark.parametrize("pos", [-1, 4, 99])
def test_a_position_that_is_not_held_means_a_snapshot(hub: Hub, pos: int) -> None:
    epoch = heard(listen(hub, NORTH))[0]["epoch"]
    assert heard(listen(hub, NORTH, {"s": (epoch, pos)}))[0]["t"] == "snap"


def test_with_other_rights_there_is_no_resuming(hub: Hub) -> None:
    epoch = heard(listen(hub, NORTH))[0]["epoch"]
    (snap,) = heard(listen(hub, SOUTH, {"s": (epoch, 5)}))
    assert snap["t"] == "snap"


def test_a_slow_listener_is_cut_and_the_others_are_not(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FRAMES_MAX", 10)
    slow, quick = listen(hub, NORTH), listen(hub, NORTH)
    for n in range(30):
        hub.publish("s", pos=6 + n, at=Instant(0), cmds=[], items=[item("a", "north", view=n)])
        quick.take()
    assert (slow.closed, slow.waiting) == (CloseCode.TOO_SLOW, 0)
    assert quick.closed is None


def test_a_listener_that_has_not_said_hello_hears_nothing(hub: Hub) -> None:
    silent = hub.connect(NORTH)
    hub.publish("s", pos=6, at=Instant(0), cmds=[], items=[item("a", "north")])
    hub.publish_newest("health", [item("a", "north")])
    hub.beat(Instant(0))
    hub.open("s", epoch="e2", pos=6, at=Instant(0), items=[])
    assert silent.take() == []


def test_a_beat_says_where_the_stream_stands_for_this_listener(hub: Hub) -> None:
    north = listen(hub, NORTH)
    hub.publish("s", pos=6, at=Instant(0), cmds=[], items=[item("b", "south", view=3)])
    north.take()
    hub.beat(Instant(0))
    hub.beat(Instant(2_000_000))
    assert heard(north) == [{"t": "beat", "at": "1970-01-01T00:00:02.000Z", "pos": {"s": 5}}]


def test_of_a_lane_without_numbers_only_the_newest_waits(hub: Hub) -> None:
    north = listen(hub, NORTH)
    north.take()
    for n in range(3):
        hub.publish_newest("health", [item("a", "north", view={"n": n}), item("b", "south", view={"n": n})])
    assert heard(north) == [{"t": "health", "items": [{"n": 2}]}]
    assert heard(listen(hub, SOUTH))[1] == {"t": "health", "items": [{"n": 2}]}


def test_everyone_of_one_tag_is_cut(hub: Hub) -> None:
    mine, other = listen(hub, NORTH), hub.connect(NORTH, tag="desk two")
    assert hub.cut("desk one") == 1
    assert (mine.closed, other.closed) == (CloseCode.RIGHTS_CHANGED, None)
    hub.begin(mine, {})
    assert mine.take() == []


def test_a_closed_listener_is_forgotten(hub: Hub) -> None:
    north = listen(hub, NORTH)
    assert hub.count() == 1
    hub.disconnect(north)
    hub.disconnect(north)
    assert hub.count() == 0


def test_a_stream_never_goes_back(hub: Hub) -> None:
    with pytest.raises(AssertionError):
        hub.publish("s", pos=5, at=Instant(0), cmds=[], items=[])


def three(at: Instant) -> Positions:
    nan = float("nan")
    return Positions(
        at,
        slot=np.array([1, 2, 70_000]),
        lon=np.array([48.669412, -48.5, nan]),
        lat=np.array([31.318327, -31.5, 0.0]),
        heading_deg=np.array([90.25, nan, 359.999]),
        speed_m_per_s=np.array([13.37, nan, 1e9]),
        age_s=np.array([3.0, -5.0, nan]),
        flags=np.array([0, 2, 1]),
    )


def test_a_position_frame_is_built_as_written_down_and_once_for_equal_rights(hub: Hub) -> None:
    first, second, south = listen(hub, NORTH), listen(hub, NORTH), listen(hub, SOUTH)
    for connection in (first, second, south):
        connection.take()
    asked: list[str] = []

    def visible(subscription: Subscription) -> Any:
        asked.append(subscription.key)
        return np.array([True, True, True]) if subscription is NORTH else np.array([False, True, False])

    hub.publish_positions("s", three(Instant(1)), visible)
    hub.publish_positions("s", three(Instant(1_700_000_000_000_000)), visible)
    assert sorted(asked) == sorted([NORTH.key, SOUTH.key] * 2)
    (frame,), (same,), (fewer,) = first.take(), second.take(), south.take()
    assert frame is same
    assert isinstance(frame, bytes) and isinstance(fewer, bytes)
    assert struct.unpack_from("<BBHIq", frame) == (1, 1, 0, 3, 1_700_000_000_000_000)
    assert frame[16:17] == b"s" and len(frame) == 17 + 3 * 20
    rows = [struct.unpack_from("<IiiHHHH", frame, 17 + 20 * n) for n in range(3)]
    assert rows == [
        (1, 48_669_412, 31_318_327, 9_025, 1_337, 3, 0),
        (2, -48_500_000, -31_500_000, 65_535, 65_535, 0, 2),
        (70_000, 0, 0, 35_999, 65_534, 65_535, 1),
    ]
    assert struct.unpack_from("<IiiHHHH", fewer, 17)[0] == 2 and len(fewer) == 37


def test_between_many_rows_of_positions_others_get_their_turn(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for subscription in (NORTH, SOUTH):
        listen(hub, subscription)

    def turns() -> int:
        return len(list(hub.publishing_positions("s", three(Instant(1)), lambda _: np.arange(3))))

    assert turns() == 0
    monkeypatch.setattr("nazdik.platform.live.hub.ROWS_AT_ONCE", 3)
    assert turns() == 2
