"""A log that is not what was written, or that a later version wrote, is never built upon: it is said to be damaged."""

from pathlib import Path

import apsw
import msgspec
import pytest

from nazdik.bootstrap.control_room import load_state
from nazdik.bootstrap.journal_only.mark import RecordClosed, begin_mark, end_mark, find_mark, record_open
from nazdik.bootstrap.province_state import STATE_VERSION
from nazdik.bootstrap.snapshots import snapshot
from nazdik.intake.events import CallPresented
from nazdik.intake.model import Channel
from nazdik.kernel import CallId, CommandId, Instant, ProvinceId
from nazdik.platform.eventlog.entry import NewEntry
from nazdik.platform.eventlog.errors import LogDamaged, LogInUse
from nazdik.platform.eventlog.sqlite import SqliteLog

PROVINCE = ProvinceId("p")


def entry(n: int, kind: str = "intake.call_presented.v1") -> NewEntry:
    fact = CallPresented(at=Instant(n), call_id=CallId(f"p.c{n}"), channel=Channel.SMS, narrative=f"words of {n}")
    return NewEntry(Instant(n), CommandId(f"c{n}"), 0, b"d", "desk", kind, fact.call_id, msgspec.json.encode(fact))


def written(path: Path, *entries: NewEntry, snapshot_at: int = 0) -> None:
    log = SqliteLog(path)
    log.append(entries[: snapshot_at or len(entries)], expected_position=0)
    if snapshot_at:
        log.save_snapshot(snapshot_at, STATE_VERSION, snapshot(load_state(log, PROVINCE)))
        log.append(entries[snapshot_at:], expected_position=snapshot_at)
    log.close()
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def turn_a_byte(path: Path, words: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(words)] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("snapshot_at", [0, 1])
def test_an_entry_with_a_changed_byte_is_found_when_the_log_is_read(tmp_path: Path, snapshot_at: int) -> None:
    path = tmp_path / "p.log.sqlite"
    written(path, entry(1), entry(2), snapshot_at=snapshot_at)
    log = SqliteLog(path)
    assert set(load_state(log, PROVINCE).calls) == {"p.c1", "p.c2"}
    log.close()
    turn_a_byte(path, b"words of 2")
    with pytest.raises(LogDamaged, match="entry 2 is not what was written"):
        load_state(SqliteLog(path), PROVINCE)


def test_a_fact_of_a_later_version_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "p.log.sqlite"
    written(path, entry(1), entry(2, kind="intake.unheard_of.v9"))
    with pytest.raises(LogDamaged, match=r"entry 2 is intake\.unheard_of\.v9"):
        load_state(SqliteLog(path), PROVINCE)


def test_only_a_log_that_cannot_be_opened_closes_the_record() -> None:
    with pytest.raises(RecordClosed, match=r"p\.log\.sqlite: a changed byte"), record_open("p.log.sqlite"):
        raise LogDamaged("a changed byte")
    with pytest.raises(LogInUse), record_open("p.log.sqlite"):
        raise LogInUse("another server")


def test_since_when_there_is_no_log_outlives_the_process_and_a_damaged_file(tmp_path: Path) -> None:
    assert find_mark(tmp_path) is None
    begin_mark(tmp_path, Instant(5_000_000), "a changed byte")
    begin_mark(tmp_path, Instant(9_000_000), "still")
    mark = find_mark(tmp_path)
    assert mark is not None and (mark.since, mark.why) == (5_000_000, "still")
    (tmp_path / "journal-only.json").write_bytes(b"{")
    mark = find_mark(tmp_path)
    assert mark is not None and mark.since == 0, "better read too much again than too little"
    end_mark(tmp_path)
    assert find_mark(tmp_path) is None
