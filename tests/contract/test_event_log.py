"""What every event log promises: one suite, run on memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nazdik.kernel import CommandId, Instant
from nazdik.platform.eventlog import (
    Claim,
    ClaimNotHeld,
    ClaimTaken,
    CommandRepeated,
    EventLog,
    Head,
    MemoryLog,
    NewEntry,
    PositionTaken,
    SqliteLog,
)
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.postgres import Node, PostgresLog
from tests.postgres import Postgres, new_name


def log_in_postgres(server: Postgres) -> PostgresLog:
    login, name = new_name("node"), new_name("log")
    return PostgresLog(server.writer(login, name), name, Node(login))


def mirrored(stored: PostgresLog, folder: Path) -> MirroredLog:
    mirror = MirroredLog(stored, folder / "log.sqlite")
    mirror.write_to(stored)
    return mirror


@pytest.fixture(params=["memory", "sqlite", "postgres", "mirrored"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventLog]:
    made: EventLog
    match request.param:
        case "memory":
            made = MemoryLog()
        case "sqlite":
            made = SqliteLog(tmp_path / "log.sqlite")
        case "postgres":
            made = log_in_postgres(request.getfixturevalue("postgres_server"))
        case _:
            made = mirrored(log_in_postgres(request.getfixturevalue("postgres_server")), tmp_path)
    yield made
    made.close()


def entry(command: str, *, step: int = 0, subject: str = "s1", claims: tuple[Claim, ...] = ()) -> NewEntry:
    return NewEntry(
        at=Instant(1_000),
        command_id=CommandId(command),
        step=step,
        command_digest=b"digest of " + command.encode(),
        actor="desk one",
        kind="things.happened.v1",
        subject=subject,
        body=b'{"text":"\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"}',
        claims=claims,
        answer=b'{"id":"s1"}' if step == 0 else b"",
    )


def take(resource: str, holder: str) -> tuple[Claim, ...]:
    return (Claim(resource, holder, True),)


def release(resource: str, holder: str) -> tuple[Claim, ...]:
    return (Claim(resource, holder, False),)


def test_an_empty_log_ends_at_zero_and_is_whole(log: EventLog) -> None:
    assert log.head().position == 0
    assert log.read(0, 10) == []
    assert log.verify().whole


def test_entries_come_back_as_they_were_given_and_in_order(log: EventLog) -> None:
    given = [entry("c1"), entry("c1", step=1, subject="s2"), entry("c2", claims=take("car", "s1"))]
    log.append(given, expected_position=0)
    got = log.read(0, 10)
    assert [e.position for e in got] == [1, 2, 3]
    for was, is_ in zip(given, got, strict=True):
        for name in NewEntry.__struct_fields__:
            assert getattr(was, name) == getattr(is_, name)
    assert log.head() == Head(log.head().epoch, 3, got[-1].hash)


def test_reading_goes_on_after_a_position(log: EventLog) -> None:
    log.append([entry(f"c{n}") for n in range(5)], expected_position=0)
    assert [e.position for e in log.read(2, 2)] == [3, 4]
    assert log.read(5, 10) == []


def test_entries_are_found_by_subject_and_by_command(log: EventLog) -> None:
    log.append([entry("c1"), entry("c1", step=1, subject="s2"), entry("c2")], expected_position=0)
    assert [e.position for e in log.read_subject("s1")] == [1, 3]
    assert [e.position for e in log.find_command(CommandId("c1"))] == [1, 2]
    assert log.find_command(CommandId("nobody")) == []


def test_an_append_elsewhere_than_at_the_end_is_refused(log: EventLog) -> None:
    log.append([entry("c1")], expected_position=0)
    with pytest.raises(PositionTaken) as refused:
        log.append([entry("c2")], expected_position=0)
    assert (refused.value.expected, refused.value.actual) == (0, 1)
    assert log.head().position == 1


def test_a_resource_cannot_be_held_twice(log: EventLog) -> None:
    log.append([entry("c1", claims=take("car", "s1"))], expected_position=0)
    with pytest.raises(ClaimTaken) as refused:
        log.append([entry("c2"), entry("c3", claims=take("car", "s2"))], expected_position=1)
    assert refused.value.command_id == "c3"
    assert log.head().position == 1, "all or none"
    assert log.find_command(CommandId("c2")) == []
    assert log.held() == {"car": "s1"}


def test_a_resource_cannot_be_taken_twice_in_one_append(log: EventLog) -> None:
    with pytest.raises(ClaimTaken):
        log.append([entry("c1", claims=take("car", "s1")), entry("c2", claims=take("car", "s2"))], expected_position=0)
    assert log.held() == {}


def test_a_resource_given_back_can_be_taken_by_another(log: EventLog) -> None:
    log.append([entry("c1", claims=take("car", "s1"))], expected_position=0)
    log.append([entry("c2", claims=(*release("car", "s1"), *take("car", "s2")))], expected_position=1)
    assert log.held() == {"car": "s2"}
    assert log.verify().whole


@pytest.mark.parametrize("holder", ["s2", "nobody"])
def test_only_the_holder_gives_a_resource_back(log: EventLog, holder: str) -> None:
    log.append([entry("c1", claims=take("car", "s1"))], expected_position=0)
    with pytest.raises(ClaimNotHeld):
        log.append([entry("c2", claims=release("car", holder))], expected_position=1)
    assert log.held() == {"car": "s1"}


def test_a_command_cannot_be_stored_twice(log: EventLog) -> None:
    log.append([entry("c1")], expected_position=0)
    with pytest.raises(CommandRepeated) as refused:
        log.append([entry("c2"), entry("c1")], expected_position=1)
    assert refused.value.command_id == "c1"
    with pytest.raises(CommandRepeated):
        log.append([entry("c3"), entry("c3")], expected_position=1)
    assert log.head().position == 1


def test_after_a_refused_append_the_log_goes_on(log: EventLog) -> None:
    log.append([entry("c1", claims=take("car", "s1"))], expected_position=0)
    with pytest.raises(ClaimTaken):
        log.append([entry("c2", claims=take("car", "s2"))], expected_position=1)
    log.append([entry("c3")], expected_position=1)
    assert log.head().position == 2
    assert log.verify().whole


def test_an_empty_append_changes_nothing(log: EventLog) -> None:
    log.append([], expected_position=0)
    assert log.head().position == 0


def test_the_newest_snapshot_of_a_shape_is_given_back(log: EventLog) -> None:
    log.append([entry(f"c{n}") for n in range(4)], expected_position=0)
    assert log.load_snapshot(1) is None
    for position in (1, 2, 4):
        log.save_snapshot(position, 1, f"state at {position}".encode())
    log.save_snapshot(3, 2, b"another shape")
    newest = log.load_snapshot(1)
    assert newest is not None
    assert (newest.position, newest.body) == (4, b"state at 4")
    other = log.load_snapshot(2)
    assert other is not None and other.position == 3


def test_a_snapshot_of_what_never_happened_is_refused(log: EventLog) -> None:
    with pytest.raises(ValueError, match="no entry"):
        log.save_snapshot(1, 1, b"")


def test_a_log_cut_off_is_noticed_against_a_head_kept_elsewhere(log: EventLog) -> None:
    log.append([entry("c1")], expected_position=0)
    kept = log.head()
    further = Head(kept.epoch, 7, b"x" * 32)
    verdict = log.verify(further)
    assert (verdict.whole, verdict.position, verdict.reason) == (False, 2, "log.cut_off")
    assert log.verify(kept).whole


def test_another_log_in_its_place_is_noticed(log: EventLog) -> None:
    log.append([entry("c1")], expected_position=0)
    kept = log.head()
    assert log.verify(Head("other", 1, kept.hash)).reason == "log.epoch_differs"
    verdict = log.verify(Head(kept.epoch, 1, b"x" * 32))
    assert (verdict.position, verdict.reason) == (1, "log.head_differs")
