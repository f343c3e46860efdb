"""Seals: every head is signed and kept, a start goes on where the last one ended, and a log that lost its end is noticed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.seals import PARTS_FILE, Seals
from nazdik.cli import app
from nazdik.kernel import CommandId, Instant
from nazdik.platform.audit import Audit
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import MemoryLog, NewEntry, SqliteLog
from nazdik.platform.eventlog.heads import HEADS_FILE, append_heads, read_heads
from nazdik.platform.eventlog.merkle import root_of

NAME = "town.log"


def _add(log: SqliteLog, count: int) -> None:
    first = log.head().position + 1
    entries = [
        NewEntry(Instant(number), CommandId(f"{log.epoch}:{number}"), 0, b"", "p", "k", "s", b"{}")
        for number in range(first, first + count)
    ]
    log.append(entries, expected_position=first - 1)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / f"{NAME}.sqlite")
    _add(log, 5)
    yield log
    log.close()


def _seals(log: SqliteLog, folder: Path, **more: object) -> Seals:
    return Seals({NAME: log}, folder, VirtualClock(), audit=None, **more)  # type: ignore[arg-type]


def test_only_a_log_that_grew_is_signed_again(log: SqliteLog, tmp_path: Path) -> None:
    seals = _seals(log, tmp_path)
    assert seals.begin() == []
    (head,) = seals.seal()
    assert (head.position, head.log) == (5, NAME) and head.is_sound()
    assert head.root == root_of([e.hash for e in log.read(0, 10)]).hex()
    assert seals.seal() == []
    _add(log, 1)
    assert [one.position for one in seals.seal()] == [6]


@pytest.mark.parametrize("lost", ["nothing", "the parts", "the meaning of the parts"])
def test_a_start_goes_on_where_the_last_one_ended(log: SqliteLog, tmp_path: Path, lost: str) -> None:
    first = _seals(log, tmp_path)
    first.begin()
    first.seal()
    _add(log, 4)
    if lost == "the parts":
        (tmp_path / PARTS_FILE).unlink()
    elif lost == "the meaning of the parts":
        kept = json.loads((tmp_path / PARTS_FILE).read_text())
        kept[NAME]["parts"][0] = "00" * 32
        (tmp_path / PARTS_FILE).write_text(json.dumps(kept))
    second = _seals(log, tmp_path)
    assert second.begin() == []
    (head,) = second.seal()
    assert head.root == root_of([e.hash for e in log.read(0, 20)]).hex()
    assert {head.key for head in read_heads(tmp_path / HEADS_FILE)} == {head.key}


async def test_a_log_that_lost_its_end_is_noticed_at_the_start_and_goes_on(log: SqliteLog, tmp_path: Path) -> None:
    seals = _seals(log, tmp_path)
    seals.begin()
    seals.seal()
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / HEADS_FILE, other)
    shorter = SqliteLog(tmp_path / "shorter.sqlite")
    audit = Audit(MemoryLog(), VirtualClock())
    begun = Seals({NAME: shorter}, other, VirtualClock(), audit=audit)
    (lost,) = begun.begin()
    assert (lost.signed_position, lost.position) == (5, 0)
    await begun._note(lost)
    assert [(access.what, access.subject) for access in audit.read()] == [("log_not_as_signed", NAME)]
    _add(shorter, 2)
    assert [head.position for head in begun.seal()] == [2], "what comes now is signed all the same"
    shorter.close()
    await audit.close()


def test_each_head_goes_to_the_other_folder_too_and_a_full_one_stops_nothing(log: SqliteLog, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    seals = _seals(log, tmp_path, copies=elsewhere)
    seals.begin()
    seals.seal()
    assert (elsewhere / HEADS_FILE).read_bytes() == (tmp_path / HEADS_FILE).read_bytes()
    shutil.rmtree(elsewhere)
    _add(log, 1)
    assert len(seals.seal()) == 1


def test_a_torn_line_swallows_neither_what_came_before_nor_what_comes_after(log: SqliteLog, tmp_path: Path) -> None:
    seals = _seals(log, tmp_path)
    seals.begin()
    (head,) = seals.seal()
    path = tmp_path / HEADS_FILE
    with path.open("ab") as file:
        file.write(path.read_bytes()[:100])
    append_heads(path, [head])
    assert read_heads(path) == [head, head]


def test_the_commands_verify_print_prove_and_check(log: SqliteLog, tmp_path: Path) -> None:
    seals, run = _seals(log, tmp_path), CliRunner().invoke
    seals.begin()
    (earlier,) = seals.seal()
    kept = tmp_path / "kept.jsonl"
    append_heads(kept, [earlier])
    _add(log, 6)
    seals.seal()
    file = str(log.path)
    answer = run(app, ["log", "verify", file, "--heads", str(kept), "--key", earlier.key])
    assert answer.exit_code == 0 and "11 entries checked and against 3 signed heads" in answer.output
    # A log that no kept head is of: the others are checked all the same, and only one that is empty passes.
    other = SqliteLog(tmp_path / "other.log.sqlite")
    for entries, code in ((0, 0), (2, 1)):
        _add(other, entries)
        answer = run(app, ["log", "verify", str(other.path), file, "--heads", str(kept)])
        assert answer.exit_code == code, answer.output
        assert "None of the kept heads is of" in answer.output and "11 entries checked and against" in answer.output
    other.close()
    printed = run(app, ["log", "head", "--data", str(tmp_path)])
    assert "11 entries" in printed.output and earlier.key[:8] in printed.output
    for asked in (["--since", "5"], ["--entry", "7"]):
        proof = tmp_path / "proof.json"
        proof.write_text(run(app, ["log", "prove", file, *asked]).stdout)
        assert run(app, ["log", "check-proof", str(proof), "--heads", str(kept)]).exit_code == 0
        told = json.loads(proof.read_text())
        told["path"][0] = "00" * 32
        proof.write_text(json.dumps(told))
        assert run(app, ["log", "check-proof", str(proof), "--heads", str(kept)]).exit_code == 1
    assert run(app, ["log", "verify", file, "--key", "00" * 32]).exit_code == 1
    kept.write_text(kept.read_text().replace('"position":5', '"position":4'))
    answer = run(app, ["log", "verify", file, "--heads", str(kept)])
    assert answer.exit_code == 1 and "line 1" in answer.output
