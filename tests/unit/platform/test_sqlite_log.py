"""The log on disk under bad treatment: changed bytes, missing rows, a full disk, a second writer."""

import signal
import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from toy import EMPTY, Lift, Put, State, Toy, ctx, replay

from nazdik.kernel import CommandId, Instant, Unavailable
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import (
    Head,
    LogDamaged,
    LogFull,
    LogInUse,
    LogUnavailable,
    NewEntry,
    SqliteLog,
    Writer,
    verify_file,
)
from nazdik.platform.sqlite import is_sound

COUNT = 60


def entry(n: int, size: int = 40) -> NewEntry:
    body = (f"body-{n:05d} ").encode() + b"x" * size
    return NewEntry(Instant(n), CommandId(f"c{n}"), 0, b"d" * 16, "desk one", "k.v1", f"s{n % 7}", body)


def written(path: Path, count: int = COUNT) -> Head:
    """Make a log of `count` entries whose every byte is in the main file, and return its head."""
    log = SqliteLog(path)
    log.append([entry(n) for n in range(1, count + 1)], expected_position=0)
    head = log.head()
    log.close()
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return head


def change_byte(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        was = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([was ^ 0x01]))


def run_sql(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


@pytest.mark.parametrize("position", [1, 2, 31, COUNT])
def test_one_changed_byte_is_found_and_its_position_named(tmp_path: Path, position: int) -> None:
    path = tmp_path / "log.sqlite"
    head = written(path)
    assert verify_file(path, head).whole
    # The first copy is a stale one, left in the root page when the tree grew a level.
    change_byte(path, path.read_bytes().rindex(f"body-{position:05d}".encode()) + 5)
    verdict = verify_file(path, head)
    assert (verdict.whole, verdict.position, verdict.checked) == (False, position, position - 1)
    assert verdict.reason == "log.entry_changed"


def test_no_changed_byte_anywhere_in_the_file_gives_a_crash_or_a_false_entry(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    head = written(path, 40)
    sound = path.read_bytes()
    log = SqliteLog(path)
    given = log.read(0, 100)
    log.close()
    found = 0
    for offset in range(0, len(sound), 61):
        path.write_bytes(sound)
        change_byte(path, offset)
        verdict = verify_file(path, head)
        found += not verdict.whole
        if verdict.whole:
            # Free space, or a byte that means nothing: then every entry is still what it was.
            log = SqliteLog(path)
            assert log.read(0, 100) == given
            log.close()
    assert found > 50


@pytest.mark.parametrize(
    ("sql", "position", "reason"),
    [
        ("DELETE FROM entries WHERE position = 20", 20, "log.entry_missing"),
        ("DELETE FROM entries WHERE position > 50", 51, "log.cut_off"),
        (
            "UPDATE entries SET position = -1 WHERE position = 5; UPDATE entries SET position = 5 WHERE position = 6;"
            "UPDATE entries SET position = 6 WHERE position = -1",
            5,
            "log.entry_changed",
        ),
        ("UPDATE entries SET actor = 'reza' WHERE position = 9", 9, "log.entry_changed"),
        ("UPDATE entries SET claims = 'no json' WHERE position = 9", 9, "log.unreadable"),
        ("UPDATE entries SET at = at + 1 WHERE position = 60", 60, "log.entry_changed"),
        ("INSERT INTO claims VALUES ('car', 'nobody', 3, NULL)", 0, "log.claims_differ"),
        ("UPDATE about SET value = 'other' WHERE name = 'epoch'", 0, "log.epoch_differs"),
    ],
)
def test_tampering_by_sql_is_found(tmp_path: Path, sql: str, position: int, reason: str) -> None:
    path = tmp_path / "log.sqlite"
    head = written(path)
    run_sql(path, sql)
    verdict = verify_file(path, head)
    assert (verdict.whole, verdict.position, verdict.reason) == (False, position, reason)


def test_a_file_that_is_no_log_gives_a_verdict_and_a_clear_refusal(tmp_path: Path) -> None:
    written(tmp_path / "sound")
    cut = (tmp_path / "sound").read_bytes()[:5_000]
    for name, content in (("text", b"not a database at all" * 400), ("cut", cut)):
        (tmp_path / name).write_bytes(content)
        verdict = verify_file(tmp_path / name)
        assert not verdict.whole and verdict.said
    with pytest.raises(LogDamaged):
        SqliteLog(tmp_path / "text")
    other = tmp_path / "other"
    run_sql(other, "CREATE TABLE t (x)")
    with pytest.raises(LogDamaged):
        SqliteLog(other)
    assert verify_file(tmp_path / "absent").reason == "log.absent"


def test_two_writers_on_one_file_are_refused(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    with pytest.raises(LogInUse):
        SqliteLog(tmp_path / "log.sqlite")
    other = "import sys, pathlib, nazdik.platform.eventlog as log; log.SqliteLog(pathlib.Path(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", other, str(tmp_path / "log.sqlite")], capture_output=True, text=True, check=False
    )
    assert result.returncode != 0 and "LogInUse" in result.stderr
    log.close()
    SqliteLog(tmp_path / "log.sqlite").close()


def test_what_was_appended_survives_a_kill(tmp_path: Path) -> None:
    child = """
import sys
from pathlib import Path
from nazdik.platform.eventlog import NewEntry, SqliteLog
log = SqliteLog(Path(sys.argv[1]))
n = 0
while True:
    n += 1
    log.append([NewEntry(n, f"c{n}", 0, b"d", "a", "k.v1", "s", b"body")], expected_position=n - 1)
    print(n, flush=True)
"""
    path = tmp_path / "log.sqlite"
    process = subprocess.Popen([sys.executable, "-c", child, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = 0
    while acknowledged < 25:
        acknowledged = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    acknowledged = int(rest[-1]) if rest else acknowledged
    log = SqliteLog(path)
    assert log.head().position in {acknowledged, acknowledged + 1}
    assert log.verify().whole
    log.close()


def test_a_full_disk_refuses_and_loses_nothing_and_takes_again_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = SqliteLog(path, max_pages=40)
    position = 0
    with pytest.raises(LogFull):
        while position < 1_000:
            log.append([entry(position + 1, size=3_000)], expected_position=position)
            position += 1
    assert 0 < position < 40
    assert log.head().position == position
    assert len(log.read(0, 1_000)) == position
    with pytest.raises(LogFull):
        log.append([entry(position + 1, size=30_000)], expected_position=position)
    log.close()
    log = SqliteLog(path)
    log.append([entry(position + 1, size=3_000)], expected_position=position)
    assert log.verify().whole and log.verify().checked == position + 1
    log.close()


async def test_through_the_writer_a_full_disk_is_said_and_passes(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite", max_pages=30)
    machine = Toy()
    writer: Writer[State] = Writer(log, machine, EMPTY, VirtualClock())
    accepted: list[str] = []
    with pytest.raises(Unavailable) as problem:
        for n in range(1_000):
            await writer.submit(Put("t" * 2_000, f"p{n}"), ctx(f"c{n}"))
            accepted.append(f"p{n}")
    assert problem.value.code == "log.disk_full"
    assert sorted(writer.state) == sorted(accepted) == sorted(replay(log))
    log.set_max_pages(1_000)
    again = await writer.submit(Put("t" * 2_000, f"p{len(accepted)}"), ctx(f"c{len(accepted)}"))
    assert again.position == len(accepted) + 1
    assert (await writer.submit(Lift("p0"), ctx("lift"))).position == len(accepted) + 2
    assert replay(log) == writer.state
    await writer.close()
    log.close()


def test_a_snapshot_with_a_changed_byte_is_passed_over_for_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = SqliteLog(path)
    log.append([entry(n) for n in (1, 2, 3)], expected_position=0)
    for position in (1, 2, 3):
        log.save_snapshot(position, 1, f"state at {position}".encode())
    log.close()
    run_sql(path, "UPDATE snapshots SET body = CAST('state at 4' AS BLOB) WHERE position = 3")
    log = SqliteLog(path)
    snapshot = log.load_snapshot(1)
    assert snapshot is not None and snapshot.body == b"state at 2"
    log.close()


def test_only_a_sound_sqlite_is_trusted() -> None:
    assert [is_sound(v) for v in ("3.40.1", "3.51.2", "3.51.3", "3.52.0", "3.53.0", "3.54.1")] == [
        False, False, True, False, True, True,
    ]  # fmt: skip
    assert is_sound(apsw.sqlite_lib_version())


def test_the_file_is_synced_in_full_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = SqliteLog(path)
    pragmas = [log._writer.execute(f"PRAGMA {name}").get for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]
    assert path.stat().st_mode & 0o077 == 0
    log.close()


def test_a_closed_log_says_so(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.close()
    log.close()
    with pytest.raises(LogUnavailable):
        log.append([entry(1)], expected_position=0)
    with pytest.raises(LogUnavailable):
        log.read(0, 1)


@pytest.mark.parametrize("name", ["missing/deep/log.sqlite"])
def test_folders_are_made(tmp_path: Path, name: str) -> None:
    SqliteLog(tmp_path / name).close()
    assert (tmp_path / name).exists()


def test_somebody_else_holds_the_file_for_a_while_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool for copies, or somebody who is curious: an append waits, is refused as not stored, and succeeds later."""
    monkeypatch.setattr("nazdik.platform.sqlite.BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "town.log.sqlite"
    log = SqliteLog(path)
    log.append([entry(1)], expected_position=0)
    foreign = apsw.Connection(str(path))
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogUnavailable):
        log.append([entry(2)], expected_position=1)
    assert log.head().position == 1
    assert [e.position for e in log.read(0, 9)] == [1]
    foreign.execute("ROLLBACK")
    foreign.close()
    log.append([entry(2)], expected_position=1)
    assert log.verify().whole
    log.close()
