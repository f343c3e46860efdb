"""A copy on a second disk: what was acknowledged comes back as it was, to any moment, whatever happened to the copy since."""

import asyncio
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
from nazdik.platform.backup import (
    BackupKeyUnreadable,
    BackupUnreadable,
    Shipper,
    make_key,
    read_key,
    read_recipient,
    restore,
)
from nazdik.platform.backup.sealed import sound_bytes
from nazdik.platform.backup.shipping import AGAIN_S
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
