"""Words in a log: sealed where they are stored, opened where they are read, gone with their key, and the chain never moves."""

from base64 import b64decode
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from nazdik.kernel import Actor, CommandId, Context, Instant
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import IdempotencyKeyReused, MemoryLog, NewEntry, SqliteLog, SyncWriter, verify_file
from nazdik.platform.eventlog.entry import Record
from nazdik.platform.eventlog.errors import LogUnavailable
from nazdik.platform.eventlog.machine import Handled
from nazdik.platform.eventlog.word_keys import KeyFiles
from nazdik.platform.eventlog.words import ERASED, UNREADABLE, SealedLog, sealed_with

DAY = 86_400_000_000
PERSONAL = {"call.rang.v1": ("number", "words", "more")}


def entry(n: int, kind: str = "call.rang.v1", *, subject: str = "c1", day: int = 20_000, **said: object) -> NewEntry:
    body = {"type": kind, "at": n, "lon": 48.123456789012345, "number": "", "words": "", **said}
    return NewEntry(
        Instant(day * DAY + n), CommandId(f"command {n}"), 0, b"digest of it 16b", "desk", kind, subject,
        msgspec.json.encode(body),
    )  # fmt: skip


def said(log: SealedLog, n: int) -> dict[str, object]:
    decoded: dict[str, object] = msgspec.json.decode(log.read(n - 1, 1)[0].body)
    return decoded


@pytest.fixture
def keys(tmp_path: Path) -> KeyFiles:
    return KeyFiles(tmp_path / "words")


@pytest.fixture
def log(tmp_path: Path, keys: KeyFiles) -> SealedLog:
    return SealedLog(SqliteLog(tmp_path / "p.log.sqlite"), keys, PERSONAL)


def test_words_are_read_as_they_were_said_and_lie_in_no_file(log: SealedLog, tmp_path: Path) -> None:
    given = entry(1, number="+989161112233", words="مردی جلوی بانک", more=[["plate", "12A345"]])
    log.append([given, entry(2, "unit.moved.v1", words="kept as it is")], expected_position=0)
    assert msgspec.json.decode(log.read(0, 1)[0].body) == msgspec.json.decode(given.body)
    assert log.read(0, 2)[1].body == entry(2, "unit.moved.v1", words="kept as it is").body
    assert log.read_subject("c1")[0] == log.read(0, 1)[0]
    (again,) = log.find_command(given.command_id)
    assert (again.body, again.command_digest) == (log.read(0, 1)[0].body, given.command_digest)
    log.close()
    for path in tmp_path.rglob("p.log*"):
        content = path.read_bytes()
        for word in ("989161112233", "بانک", "12A345"):
            assert word.encode() not in content, path
    assert verify_file(tmp_path / "p.log.sqlite").whole


def test_without_its_key_an_entry_says_all_but_words_and_the_log_verifies(
    log: SealedLog, keys: KeyFiles, tmp_path: Path
) -> None:
    log.append([entry(1, number="+98", more=["a"]), entry(2, words="today", day=20_001)], expected_position=0)
    head = log.head()
    (gone,) = keys.folder.glob("2024-10-04.*.key")
    gone.unlink()
    assert said(log, 1)["number"] == "+98", "this process has looked at it before"
    log.forget_keys()
    assert said(log, 1) == {
        "type": "call.rang.v1",
        "at": 1,
        "lon": 48.123456789012345,
        "number": ERASED,
        "words": "",
        "more": [],
    }
    assert said(log, 2)["words"] == "today"
    assert log.head() == head and log.verify(head).whole


def test_one_subject_is_held_back_of_a_day(log: SealedLog, keys: KeyFiles) -> None:
    log.append([entry(1, words="one"), entry(2, words="two", subject="c2")], expected_position=0)
    key_id, _ = keys.of_day(20_000)
    held = keys.find(key_id, "c2")
    assert held is not None and held != keys.find(key_id, "c1")
    keys.hold(key_id, {"c2": held.hex()})
    (keys.folder / f"{key_id}.key").unlink()
    log.forget_keys()
    assert (said(log, 1)["words"], said(log, 2)["words"]) == (ERASED, "two")


def test_sealed_words_fit_no_other_entry_and_a_damaged_key_is_not_called_erased(tmp_path: Path, keys: KeyFiles) -> None:
    inner = MemoryLog("m")
    log = SealedLog(inner, keys, PERSONAL)
    log.append([entry(1, words="of one"), entry(2, words="of two")], expected_position=0)
    moved = replace(inner.read(0, 2)[1], body=inner.read(0, 1)[0].body)
    assert msgspec.json.decode(log.opened(moved).body)["words"] == UNREADABLE
    (path,) = keys.folder.glob("*.key")
    path.write_bytes(bytes(32))
    log.forget_keys()
    assert said(log, 1)["words"] == UNREADABLE


def test_the_same_words_look_different_each_time(keys: KeyFiles) -> None:
    inner = MemoryLog("m")
    SealedLog(inner, keys, PERSONAL).append([entry(1, words="same"), entry(2, words="same")], expected_position=0)
    one, two = (b64decode(msgspec.json.decode(e.body)["sealed_words"][2]) for e in inner.read(0, 2))
    assert one[:12] != two[:12] and one[12:] != two[12:] and sealed_with(inner.read(0, 1)[0].body) is not None


class Calls:
    """The smallest machine that takes words."""

    def handle(self, state: int, command: str, ctx: Context) -> Handled[int]:
        return Handled(state + 1, ("quiet", command), {"id": "c1"})

    def record(self, event: str) -> Record:
        kind = "call.rang.v1" if event != "quiet" else "call.quiet.v1"
        return Record(kind, "c1", msgspec.json.encode({"words": event}))

    def digest(self, command: str) -> bytes:
        return command.encode().ljust(16)[:16]

    def rolled_back(self, state: int) -> None:
        pass


def test_a_command_sent_again_is_known_and_no_number_can_be_tried_on_its_digest(tmp_path: Path, keys: KeyFiles) -> None:
    inner = MemoryLog("m")

    def submit(command: str) -> bool:
        # A writer of its own each time: what was answered is known from the log alone.
        writer = SyncWriter(SealedLog(inner, keys, PERSONAL), Calls(), 0, VirtualClock(Instant(20_000 * DAY)))
        ctx = Context(at=Instant(20_000 * DAY), actor=Actor("desk", "desk"), command_id=CommandId("k"))
        return writer.submit(command, ctx).duplicate

    assert not submit("+989161112233")
    assert submit("+989161112233")
    with pytest.raises(IdempotencyKeyReused):
        submit("+989160000000")
    assert all(e.command_digest != Calls().digest("+989161112233") for e in inner.read(0, 5))


def test_a_key_that_cannot_be_kept_seals_nothing(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("in the way")
    log = SealedLog(MemoryLog("m"), KeyFiles(tmp_path / "words"), PERSONAL)
    with pytest.raises(LogUnavailable):
        log.append([entry(1, words="lost?")], expected_position=0)
    assert log.head().position == 0
