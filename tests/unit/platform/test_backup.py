"""A copy on a second disk: what was acknowledged comes back as it was, to any moment, whatever happened to the copy since."""

import asyncio
import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nazdik.kernel import CommandId, Instant
from nazdik.platform.auth import CodeInvalid, Codes, Registry
from nazdik.platform.backup import (
    BackupKeyUnreadable,
    BackupUnreadable,
    Shipper,
    make_key,
    read_key,
    read_recipient,
    restore,
)
from nazdik.platform.backup.sealed import files_of, frames_of, sound_bytes
from nazdik.platform.backup.shipping import AGAIN_S, JOURNAL
from nazdik.platform.eventlog import Claim, Entry, EventLog, NewEntry, SqliteLog, verify_file
from nazdik.platform.journal import Journal, read_journal

LOG = "khuzestan.log"
CANARY = "شمارهٔ ۰۹۱۶۰۰۰۰۰۰۰"


@dataclass
class Ticking:
    """A clock that goes on by a second each time it is asked."""

    at: int = 1_000_000

    def now(self) -> Instant:
        self.at += 1_000_000
        return Instant(self.at)

    def monotonic_s(self) -> float:
        return self.at / 1e6


@dataclass
class Site:
    """A server's folder, its copy, and the clock of both."""

    data: Path
    copy: Path
    key: X25519PrivateKey
    clock: Ticking = field(default_factory=Ticking)
    chance: Random = field(default_factory=lambda: Random(110))
    number: int = 0

    @contextmanager
    def working(
        self, *, wait_s: float = 0.0, journal: Callable[[], int] | None = None
    ) -> Iterator[tuple[EventLog, Shipper]]:
        """One run of the server; at its end everything is copied."""
        shipper = Shipper(self.copy, self.key.public_key(), self.data, self.clock, wait_s=wait_s, journal=journal)
        log = shipper.follow(LOG, SqliteLog(self.data / f"{LOG}.sqlite"))
        shipper.open()
        try:
            yield log, shipper
        finally:
            log.close()
            shipper.close()

    def append(self, log: EventLog, commands: int) -> None:
        for _ in range(commands):
            self.number += 1
            claims = (Claim(f"unit:{self.number}", "incident", True),) if self.number % 3 == 0 else ()
            body = f'{{"n":{self.number},"said":"{CANARY}"}}'.encode() * self.chance.randrange(1, 40)
            step = [
                NewEntry(
                    self.clock.now(),
                    CommandId(f"c{self.number}"),
                    n,
                    b"d",
                    "seat:x",
                    "x.y.v1",
                    f"s{n}",
                    body,
                    claims * (n == 0),
                )
                for n in range(self.chance.randrange(1, 4))
            ]
            log.append(step, expected_position=log.head().position)

    def entries(self) -> list[Entry]:
        log = SqliteLog(self.data / f"{LOG}.sqlite")
        try:
            return log.read(0, 100_000)
        finally:
            log.close()

    def restored(self, to: Path, at: Instant | None = None) -> list[Entry]:
        restore(self.copy, self.key, to, at)
        path = to / f"{LOG}.sqlite"
        if not path.exists():
            return []
        assert verify_file(path).whole
        log = SqliteLog(path)
        try:
            return log.read(0, 100_000)
        finally:
            log.close()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    for name in ("data", "copy"):
        (tmp_path / name).mkdir()
    make_key(tmp_path / "secret.key")
    return Site(tmp_path / "data", tmp_path / "copy", read_key(tmp_path / "secret.key"))


def test_a_restore_gives_back_every_entry_with_its_hash_over_several_runs(site: Site, tmp_path: Path) -> None:
    for commands in (30, 1, 0, 25):
        with site.working() as (log, _):
            site.append(log, commands)
            assert log.held() == {f"unit:{n}": "incident" for n in range(3, site.number + 1, 3)}
    assert site.restored(tmp_path / "back") == site.entries()


def test_a_restore_stops_at_any_moment(site: Site, tmp_path: Path) -> None:
    for _ in range(3):
        with site.working() as (log, _):
            site.append(log, 12)
    whole = site.entries()
    for n, moment in enumerate([0, *(e.at for e in site.chance.sample(whole, 12)), site.clock.at]):
        wanted = [e for e in whole if e.at <= moment]
        assert site.restored(tmp_path / f"back{n}", Instant(moment)) == wanted


def test_a_log_that_was_itself_restored_goes_on_in_the_same_copy(site: Site, tmp_path: Path) -> None:
    with site.working() as (log, _):
        site.append(log, 20)
    before, then = site.entries(), Instant(site.clock.at)
    half = before[len(before) // 2]
    site.restored(tmp_path / "half", half.at)
    site.data = tmp_path / "half"
    with site.working() as (log, _):
        site.append(log, 30)
    after = site.entries()
    assert after[: half.position] == before[: half.position] and after[half.position] != before[half.position]
    assert site.restored(tmp_path / "newest") == after
    assert site.restored(tmp_path / "earlier", then) == before, "as of a moment before the restore: what was then"


def test_a_torn_copy_gives_back_what_is_whole_of_it_and_says_what_is_not(site: Site, tmp_path: Path) -> None:
    with site.working(wait_s=5) as (log, _):
        site.append(log, 12)
    whole = site.entries()
    (file,) = (site.copy / f"entries.{LOG}").iterdir()
    sound = file.read_bytes()
    for n, size in enumerate(sorted(site.chance.sample(range(len(sound)), 25))):
        file.write_bytes(sound[:size])
        to = tmp_path / f"back{n}"
        done = restore(site.copy, site.key, to)
        path = to / f"{LOG}.sqlite"
        log = SqliteLog(path) if path.exists() else None
        back = log.read(0, 1_000) if log is not None else []
        assert back == whole[: len(back)]
        assert bool(done.left_out) == (sound_bytes(file) < size)
        if log is not None:
            log.close()


def test_a_changed_byte_is_never_given_back(site: Site, tmp_path: Path) -> None:
    with site.working(wait_s=5) as (log, _):
        site.append(log, 12)
    whole = site.entries()
    (file,) = (site.copy / f"entries.{LOG}").iterdir()
    sound = file.read_bytes()
    noticed = 0
    for n, at in enumerate(site.chance.sample(range(len(sound)), 40)):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ (1 << site.chance.randrange(8))]) + sound[at + 1 :])
        to = tmp_path / f"back{n}"
        try:
            done = restore(site.copy, site.key, to)
        except BackupUnreadable:
            noticed += 1
            continue
        assert done.left_out or not done.heads
        noticed += 1
        for head in done.heads.values():
            assert head.position == 0 or head.hash == whole[head.position - 1].hash
    assert noticed == 40


def test_nothing_can_be_read_of_a_copy_without_its_key(site: Site, tmp_path: Path) -> None:
    (site.data / "numbers.key").write_text(CANARY, encoding="utf-8")
    with site.working() as (log, _):
        site.append(log, 20)
    for file in site.copy.rglob("*.sealed"):
        assert CANARY.encode() not in file.read_bytes() and b"seat:x" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
    make_key(tmp_path / "other.key")
    with pytest.raises(BackupUnreadable):
        restore(site.copy, read_key(tmp_path / "other.key"), tmp_path / "back")
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "other.key")
    with pytest.raises(BackupKeyUnreadable):
        read_recipient("nazdik-backup-1:short")


def test_other_files_come_back_as_they_were_at_the_moment(site: Site, tmp_path: Path) -> None:
    store = apsw.Connection(str(site.data / "people.sqlite"))
    store.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER, said BLOB)").fetchall()
    store.executemany("INSERT INTO t VALUES (?, randomblob(4000))", [(n,) for n in range(200)]).fetchall()
    (site.data / "photos").mkdir()
    (site.data / "photos/one").write_bytes(b"one")
    with site.working():
        pass
    first, size = Instant(site.clock.at), _size(site.copy)
    shipper = Shipper(site.copy, site.key.public_key(), site.data, site.clock)
    shipper._round(everything=True)
    store.execute("UPDATE t SET n = -1 WHERE n = 7").fetchall()
    (site.data / "photos/one").unlink()
    (site.data / "photos/two").write_bytes(b"two")
    before = _size(site.copy)
    shipper._round(everything=True)
    assert 0 < _size(site.copy) - before < size / 2, "only what changed is written"
    shipper.close()

    def told(at: Instant | None, to: Path) -> tuple[int, set[str]]:
        restore(site.copy, site.key, to, at)
        back = apsw.Connection(str(to / "people.sqlite"))
        return back.execute("SELECT min(n) FROM t").get, {path.name for path in (to / "photos").iterdir()}

    assert told(first, tmp_path / "a") == (0, {"one"})
    assert told(None, tmp_path / "b") == (-1, {"two"})
    store.close()


def test_nobody_is_signed_in_after_a_restore_and_passwords_still_are_known(site: Site, tmp_path: Path) -> None:
    registry = Registry(site.data / "registry.sqlite", site.clock, session_s=1e6)
    codes = Codes(site.data / "registry.sqlite", site.clock)
    registry.set_password("desk-a", "correct horse battery staple")
    kept, _ = registry.open_session("desk-a", "dispatcher", {})
    ended, session = registry.open_session("desk-a", "dispatcher", {})
    code = codes.issue("device", "khuzestan.u.A12", by="admin", lasts_s=1e6)
    with site.working():
        pass
    # After the last copy: what the disk that is lost a moment later alone knows.
    registry.close_session(session.id)
    codes.redeem("device", code.text)
    assert registry.find_session(kept) is not None
    codes.close()
    registry.close()
    done = restore(site.copy, site.key, tmp_path / "back")
    assert done.sessions_ended == 2 and not done.left_out
    back = Registry(tmp_path / "back/registry.sqlite", site.clock)
    codes = Codes(tmp_path / "back/registry.sqlite", site.clock)
    assert back.find_session(ended) is None and back.find_session(kept) is None and not back.list_sessions()
    with pytest.raises(CodeInvalid):
        codes.redeem("device", code.text)
    assert back.check_password("desk-a", "correct horse battery staple")
    codes.close()
    back.close()


def test_a_registry_in_which_no_session_can_be_ended_is_put_aside(site: Site, tmp_path: Path) -> None:
    (site.data / "registry.sqlite").write_bytes(b"no database at all " * 400)
    with site.working():
        pass
    done = restore(site.copy, site.key, tmp_path / "back")
    assert "registry.sqlite, which is put aside" in done.left_out[0]
    assert not (tmp_path / "back/registry.sqlite").exists() and (tmp_path / "back/registry.unusable").exists()


def test_the_journal_comes_back_byte_for_byte_and_ends_at_the_moment(site: Site, tmp_path: Path) -> None:
    async def write(count: int) -> None:
        journal = Journal(site.data / "journal", site.clock, file_bytes_max=400)
        with site.working(journal=lambda: journal.end):
            for n in range(count):
                await journal.append(f"call {n} {CANARY}".encode())
        await journal.close()

    asyncio.run(write(20))
    asyncio.run(write(15))
    kept = list(read_journal(site.data / "journal"))
    assert len(kept) == 35
    restore(site.copy, site.key, tmp_path / "all")
    assert list(read_journal(tmp_path / "all/journal")) == kept
    restore(site.copy, site.key, tmp_path / "cut", kept[11].at)
    assert list(read_journal(tmp_path / "cut/journal")) == kept[:12]
    site.data = tmp_path / "cut"
    asyncio.run(write(3))
    another = list(read_journal(site.data / "journal"))
    restore(site.copy, site.key, tmp_path / "another")
    assert list(read_journal(tmp_path / "another/journal")) == another and len(another) == 15


def test_a_disk_that_fails_holds_nothing_up_is_told_and_is_caught_up_with(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nazdik.platform.backup.shipping.AGAIN_S", AGAIN_S / 100)
    site.copy.rmdir()
    site.copy.write_text("no folder")
    with site.working(wait_s=0.5) as (log, shipper):
        site.append(log, 15)
        while shipper.behind().problem is None:
            pass
        assert shipper.behind().entries == log.head().position
        site.copy.unlink()
        while shipper.behind().problem is not None or shipper.behind().entries:
            pass
        site.append(log, 5)
        assert shipper.wait_for(LOG, log.head().position)
        assert shipper.behind().entries == 0
    assert site.restored(tmp_path / "back") == site.entries()


def test_an_append_that_waits_is_on_the_copy_when_it_returns(site: Site, tmp_path: Path) -> None:
    with site.working(wait_s=5) as (log, _):
        for n in range(5):
            site.append(log, 1)
            to = tmp_path / f"at{n}"
            assert restore(site.copy, site.key, to).heads[f"{LOG}.sqlite"] == log.head()


def test_a_disk_that_hangs_costs_one_wait_and_not_one_an_act(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = threading.Event()
    with site.working(wait_s=0.2) as (log, shipper):
        site.append(log, 1)
        monkeypatch.setattr("nazdik.platform.backup.sealed.os.fdatasync", lambda _: hangs.wait(60))
        waits: list[object] = []
        wait_for = shipper._moved.wait_for
        monkeypatch.setattr(shipper._moved, "wait_for", lambda *of: waits.append(of) or wait_for(*of))
        site.append(log, 40)
        assert len(waits) == 1
        assert shipper.behind().entries > 0
        hangs.set()
        while shipper.behind().entries:
            time.sleep(0.01)


def test_a_disk_that_hangs_does_not_hold_up_a_stop_and_gets_the_rest_afterwards(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("nazdik.platform.backup.shipping.CLOSE_WITHIN_S", 0.2)
    hangs, reached = threading.Event(), threading.Event()

    def sync(_: int) -> None:
        reached.set()
        hangs.wait(60)

    try:
        with monkeypatch.context() as hanging, site.working() as (log, _):
            hanging.setattr("nazdik.platform.backup.sealed.os.fdatasync", sync)
            site.append(log, 5)
            assert reached.wait(30)
        assert "does not answer" in caplog.text
    finally:
        hangs.set()
    with site.working() as (log, _):
        site.append(log, 1)
    assert site.restored(tmp_path / "back") == site.entries()


def test_a_clock_that_was_set_back_does_not_change_the_order_of_what_was_copied(site: Site, tmp_path: Path) -> None:
    with site.working() as (log, _):
        site.append(log, 12)
    site.clock.at = 1_000_000
    with site.working() as (log, _):
        site.append(log, 5)
    assert site.restored(tmp_path / "back") == site.entries()


def test_what_a_failed_sync_left_in_the_memory_of_the_system_is_copied_again(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nazdik.platform.backup.shipping.AGAIN_S", AGAIN_S / 100)
    synced, fails = os.fdatasync, [True]

    def failing(fd: int) -> None:
        if fails and fails.pop():
            raise OSError(errno.EIO, "the disk")
        synced(fd)

    shipper = Shipper(site.copy, site.key.public_key(), site.data, site.clock)
    log = shipper.follow(LOG, SqliteLog(site.data / f"{LOG}.sqlite"))
    site.append(log, 4)
    monkeypatch.setattr("nazdik.platform.backup.sealed.os.fdatasync", failing)
    shipper.look()
    (file,) = files_of(site.copy, f"entries.{LOG}")
    shipper.look()
    log.close()
    shipper.close()
    # The power goes: of what the failed sync was to bring to the disk nothing is there.
    os.truncate(file, next(frames_of(file, check=True)).place)
    assert site.restored(tmp_path / "back") == site.entries()


def test_what_was_torn_and_copied_again_is_no_loss(site: Site, tmp_path: Path) -> None:
    async def write(count: int) -> None:
        journal = Journal(site.data / "journal", site.clock)
        with site.working(journal=lambda: journal.end) as (log, _):
            for n in range(count):
                await journal.append(f"call {n}".encode())
            site.append(log, count)
        await journal.close()

    (site.data / "numbers.key").write_text("a key")
    asyncio.run(write(9))
    for stream in ("journal", "files", f"entries.{LOG}"):
        (file,) = files_of(site.copy, stream)
        os.truncate(file, file.stat().st_size - 5)
    assert len(restore(site.copy, site.key, tmp_path / "torn").left_out) == 3
    asyncio.run(write(3))
    done = restore(site.copy, site.key, tmp_path / "back")
    assert not done.left_out
    assert list(read_journal(tmp_path / "back/journal")) == list(read_journal(site.data / "journal"))


@pytest.mark.parametrize("left", [0, 20])
def test_what_a_power_cut_leaves_of_the_head_of_a_frame_hides_nothing_else(
    site: Site, tmp_path: Path, left: int
) -> None:
    """A file's length may come to the disk without its bytes, and a frame's head lie in two sectors."""
    with site.working() as (log, shipper):
        for _ in range(3):
            site.append(log, 1)
            shipper.look()
    (file,) = files_of(site.copy, f"entries.{LOG}")
    *_, before, last = frames_of(file, check=True)
    content = bytearray(file.read_bytes())
    content[last.place + left : last.place + 64] = bytes(64 - left)
    if not left:
        content[last.place :] = bytes(last.length + 64)
    file.write_bytes(content)
    done = restore(site.copy, site.key, tmp_path / "back")
    assert done.heads[f"{LOG}.sqlite"].position == before.last
    assert done.left_out == [f"entries.{LOG}/{file.name}: {last.length + 64} bytes at the end are torn or changed"]


def test_a_piece_of_the_journal_that_is_missing_is_named(site: Site, tmp_path: Path) -> None:
    async def write(count: int) -> None:
        journal = Journal(site.data / "journal", site.clock)
        with site.working(journal=lambda: journal.end):
            for n in range(count):
                await journal.append(f"call {n}".encode())
        await journal.close()

    for _ in range(4):
        asyncio.run(write(5))
    first, *gone, _ = files_of(site.copy, "journal")
    end = [frame.last for frame in frames_of(first, check=True)][-1]
    for file in gone:
        file.unlink()
    (said,) = restore(site.copy, site.key, tmp_path / "back").left_out
    assert said.startswith(f"journal: bytes {end} to ")


def test_a_message_that_waits_for_its_copy_is_on_it_when_it_is_acknowledged(site: Site, tmp_path: Path) -> None:
    async def write() -> None:
        journal = Journal(site.data / "journal", site.clock)
        with site.working(wait_s=5, journal=lambda: journal.end) as (_, shipper):
            journal.when_kept = lambda end: shipper.wait_for(JOURNAL, end)
            for n in range(5):
                await journal.append(f"call {n}".encode())
                restore(site.copy, site.key, tmp_path / f"at{n}")
                assert len(list(read_journal(tmp_path / f"at{n}/journal"))) == n + 1
        await journal.close()

    asyncio.run(write())


def test_a_name_that_leads_out_of_the_folder_is_refused(site: Site, tmp_path: Path) -> None:
    from msgspec.msgpack import encode

    from nazdik.platform.backup.files import FilePieces
    from nazdik.platform.backup.sealed import Sealed

    sealed = Sealed(site.copy, "files", site.key.public_key(), Instant(1))
    sealed.add(encode(FilePieces("../outside", 1, True, ((0, b"x"),))), first=1, last=1, at=Instant(1))
    sealed.close()
    with pytest.raises(BackupUnreadable, match="outside"):
        restore(site.copy, site.key, tmp_path / "back")
    assert not (tmp_path / "outside").exists()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.sealed"))
