"""
Whatever is done to a log's file, `verify` says so, when a head was kept elsewhere: changed bytes, rows cut, swapped or put in,
a chain reckoned anew from some row on, an older copy put back, another log in its place.
"""

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw
import pytest

from nazdik.bootstrap.seals import Seals
from nazdik.kernel import CommandId, Instant
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import Entry, NewEntry, SqliteLog
from nazdik.platform.eventlog.entry import chain, first_hash
from nazdik.platform.eventlog.heads import HEADS_FILE, HeadsUnreadable, SignedHead, read_heads
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.eventlog.verify_sqlite import verify_file

ENTRIES = 120
SEALED_EVERY = 20
TRIES = 150
Tamper = Callable[[random.Random, Path, Path], None]


def _new(number: int, said: str = "") -> NewEntry:
    body = f'{{"what":"detail","number":{number},"said":"{said}"}}'.encode()
    at = Instant(1_000_000 * number)
    return NewEntry(at, CommandId(f"c{number}"), 0, b"", f"p{number % 7}", "audit.access.v1", f"s{number % 11}", body)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[SignedHead]]:
    """A log as it was in the middle, the same at its end, and the heads that a witness keeps; all still in the WAL."""
    folder = tmp_path_factory.mktemp("tampering")
    live, middle, end = folder / "live", folder / "middle", folder / "end"
    live.mkdir()
    log = SqliteLog(live / "audit.sqlite")
    seals = Seals({"audit": log}, live, VirtualClock(Instant(0)), audit=None)
    seals.begin()
    for number in range(1, ENTRIES + 1):
        log.append([_new(number)], expected_position=number - 1)
        if number % SEALED_EVERY == 0:
            seals.seal()
        if number == ENTRIES // 2:
            # Its main file holds the first half, the WAL all that follows.
            apsw.Connection(os.fspath(log.path)).execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copytree(live, middle)
    shutil.copytree(live, end)
    log.close()
    return middle, end, read_heads(end / HEADS_FILE)


def _entries(path: Path) -> list[Entry]:
    connection = apsw.Connection(os.fspath(path))
    try:
        query = f"SELECT {COLUMNS} FROM entries ORDER BY position"
        return [entry_of(row) for row in connection.execute(query)]
    finally:
        connection.close(True)


def _bytes(chance: random.Random, path: Path, _: Path) -> None:
    """Change some bytes, in the file or in what waits beside it."""
    beside = path.with_name(path.name + "-wal")
    victim = chance.choice([path, beside])
    data = bytearray(victim.read_bytes())
    for _ in range(chance.choice([1, 1, 1, 5, 60])):
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
    victim.write_bytes(data)


def _cut_file(chance: random.Random, path: Path, _: Path) -> None:
    """Cut the end off the file, or off what waits beside it."""
    victim = chance.choice([path, path.with_name(path.name + "-wal")])
    os.truncate(victim, chance.randrange(victim.stat().st_size))


def _drop_wal(chance: random.Random, path: Path, _: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def _sql(path: Path, statement: str, *given: Any) -> None:
    connection = apsw.Connection(os.fspath(path))
    with suppress(apsw.ConstraintError):
        connection.execute(statement, given)
    connection.close(True)


def _change_row(chance: random.Random, path: Path, _: Path) -> None:
    column = chance.choice(["at", "command_id", "actor", "kind", "subject", "body", "answer", "hash", "claims"])
    value: Any = chance.choice([b"x", "x", 7])
    position = chance.randint(1, ENTRIES)
    with suppress(apsw.ConstraintError):
        _sql(path, f"UPDATE entries SET {column} = ? WHERE position = ?", value, position)


def _delete_rows(chance: random.Random, path: Path, _: Path) -> None:
    first = chance.randint(1, ENTRIES)
    _sql(path, "DELETE FROM entries WHERE position BETWEEN ? AND ?", first, first + chance.choice([0, 3, ENTRIES]))


def _swap_rows(chance: random.Random, path: Path, _: Path) -> None:
    a, b = chance.sample(range(1, ENTRIES + 1), 2)
    for source, target in ((a, -1), (b, a), (-1, b)):
        _sql(path, "UPDATE entries SET position = ? WHERE position = ?", target, source)


def _written_anew(chance: random.Random, path: Path, _: Path) -> None:
    """Change an entry and reckon every hash after it anew, as one who knows how it is done would."""
    since = chance.randint(1, ENTRIES)
    log_entries, epoch = _entries(path), _epoch(path)
    connection = apsw.Connection(os.fspath(path))
    before = log_entries[since - 2].hash if since > 1 else first_hash(epoch)
    for number, e in enumerate(log_entries[since - 1 :], start=since):
        said = _new(number, "never") if number == since else e
        before = chain(before, number, said)
        statement = "UPDATE entries SET body = ?, hash = ? WHERE position = ?"
        connection.execute(statement, (said.body, before, number))
    connection.close(True)


def _epoch(path: Path) -> str:
    connection = apsw.Connection(os.fspath(path))
    epoch = str(connection.execute("SELECT value FROM about WHERE name = 'epoch'").fetchall()[0][0])
    connection.close(True)
    return epoch


def _rolled_back(chance: random.Random, path: Path, middle: Path) -> None:
    """Put the older copy back, heads beside it and all."""
    shutil.rmtree(path.parent)
    shutil.copytree(middle, path.parent)


def _another(chance: random.Random, path: Path, _: Path) -> None:
    """Put another log in its place, as long as this one."""
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    log = SqliteLog(path)
    log.append([_new(number) for number in range(1, ENTRIES + 1)], expected_position=0)
    log.close()


TAMPERS: tuple[Tamper, ...] = (
    _bytes, _bytes, _bytes, _cut_file, _drop_wal, _change_row, _delete_rows, _swap_rows, _written_anew, _rolled_back, _another,
)  # fmt: skip


def test_a_log_that_nobody_touched_is_whole(kept: tuple[Path, Path, list[SignedHead]], tmp_path: Path) -> None:
    _, end, heads = kept
    shutil.copytree(end, tmp_path / "copy")
    verdict = verify_file(tmp_path / "copy" / "audit.sqlite", heads=heads)
    assert (verdict.whole, verdict.checked, len(heads)) == (True, ENTRIES, ENTRIES // SEALED_EVERY)


@pytest.mark.parametrize("tamper", dict.fromkeys(TAMPERS), ids=lambda t: t.__name__)
def test_whatever_is_done_to_the_file_is_found(
    kept: tuple[Path, Path, list[SignedHead]], tamper: Tamper, tmp_path: Path
) -> None:
    """Or was harmless: a byte that SQLite does not use may change, as long as every entry reads as it was written."""
    middle, end, heads = kept
    written = _entries_of_copy(end, tmp_path / "untouched")
    times = max(1, TRIES * TAMPERS.count(tamper) // len(TAMPERS))
    found = 0
    for seed in range(times if tamper not in (_drop_wal, _rolled_back, _another) else 1):
        folder = tmp_path / str(seed)
        shutil.copytree(end, folder)
        path = folder / "audit.sqlite"
        tamper(random.Random(seed), path, middle)
        verdict = verify_file(path, heads=heads)
        if verdict.whole:
            assert _entries(path) == written, f"{tamper.__name__} with seed {seed} was not found"
        else:
            found += 1
            assert verdict.position is not None and 0 <= verdict.position <= ENTRIES and verdict.said
        shutil.rmtree(folder)
    assert found, "nothing that was done could be found at all"


def _entries_of_copy(end: Path, folder: Path) -> list[Entry]:
    # Looking at it moves what waits beside a file into it; the next test wants it as it was.
    shutil.copytree(end, folder)
    return _entries(folder / "audit.sqlite")


def test_a_byte_changed_in_the_wal_cuts_the_log_unseen_but_for_a_head_kept_elsewhere(
    kept: tuple[Path, Path, list[SignedHead]], tmp_path: Path
) -> None:
    """The gap that the heads close: SQLite takes a broken frame for the end, and the chain has nothing to say to that."""
    _, end, heads = kept
    for name in ("without", "with"):
        shutil.copytree(end, tmp_path / name)
        wal = tmp_path / name / "audit.sqlite-wal"
        data = bytearray(wal.read_bytes())
        data[len(data) // 2] ^= 1
        wal.write_bytes(data)
    assert verify_file(tmp_path / "without" / "audit.sqlite").whole, "the chain alone does not see it"
    verdict = verify_file(tmp_path / "with" / "audit.sqlite", heads=heads)
    assert (verdict.whole, verdict.reason) == (False, "log.cut_off")
    assert verdict.position == verdict.checked + 1 and str(ENTRIES) in verdict.said


def test_a_chain_written_anew_is_placed_between_two_heads(
    kept: tuple[Path, Path, list[SignedHead]], tmp_path: Path
) -> None:
    middle, end, heads = kept
    for seed in range(5):
        folder = tmp_path / str(seed)
        shutil.copytree(end, folder)
        _written_anew(random.Random(seed), folder / "audit.sqlite", middle)
        since = random.Random(seed).randint(1, ENTRIES)
        verdict = verify_file(folder / "audit.sqlite", heads=heads)
        agreed = (since - 1) // SEALED_EVERY * SEALED_EVERY
        assert (verdict.reason, verdict.position) == ("log.head_differs", agreed + 1)


def test_a_changed_head_is_found(kept: tuple[Path, Path, list[SignedHead]], tmp_path: Path) -> None:
    _, end, heads = kept
    lines = (end / HEADS_FILE).read_text().splitlines()
    chance, path = random.Random(1), tmp_path / HEADS_FILE
    for _ in range(100):
        number = chance.randrange(len(lines))
        at = chance.randrange(len(lines[number]))
        other = chance.choice([c for c in "0123456789abcdef" if c != lines[number][at]])
        changed = lines[number][:at] + other + lines[number][at + 1 :]
        path.write_text("\n".join([*lines[:number], changed, *lines[number + 1 :]]) + "\n")
        with suppress(HeadsUnreadable):
            read = read_heads(path, key=heads[0].key)
            # A line that reads like the torn end of one is passed over, and then one head is missing.
            assert all(head in heads for head in read) and len(read) < len(heads), changed
