"""A log in PostgreSQL with a synchronous standby: what was acknowledged outlives the primary's disk, and only that is."""

import threading
import time
from collections.abc import Iterator

import pytest

from nazdik.kernel import CommandId, Instant
from nazdik.platform.eventlog import LogUnavailable, NewEntry
from nazdik.platform.eventlog.errors import Fenced
from nazdik.platform.eventlog.postgres import Node, PostgresLog, PostgresReader, log, verify_log
from tests.postgres import new_name
from tests.postgres_pair import BOTH, Pair, pair


@pytest.fixture(scope="module")
def two() -> Iterator[Pair]:
    with pair() as made:
        yield made


def entry(command: str) -> NewEntry:
    return NewEntry(Instant(1), CommandId(command), 0, b"d", "desk one", "things.happened.v1", "s", b"{}", ())


class Sender:
    """Sends one entry after the other, goes on after what breaks as a node does, and keeps what was acknowledged."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.acknowledged: list[str] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._send, daemon=True)

    def _send(self) -> None:
        number, stored = 0, None
        while not self.over.is_set():
            try:
                if stored is None:
                    stored = PostgresLog(self.url, self.name, Node("a"))
                number += 1
                stored.append([entry(f"c{number}")], expected_position=stored.head().position)
                self.acknowledged.append(f"c{number}")
            except Fenced:
                # It grew by what nobody could answer for: a node ends, and begins anew.
                stored.close()
                stored = None
            except LogUnavailable:
                self.over.wait(0.05)
        if stored is not None:
            stored.close()

    def more(self, count: int = 20) -> None:
        """Wait until so much more was acknowledged."""
        wanted, until = len(self.acknowledged) + count, time.monotonic() + 30
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, "nothing is acknowledged"
            time.sleep(0.01)


def test_nothing_is_acknowledged_that_is_on_one_disk_only(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "ANSWERS_WITHIN_S", 1.0)
    name = new_name("log")
    stored = PostgresLog(two.writer(new_name("node"), name), name, Node("a"), standby_needed=True)
    stored.append([entry("c1")], expected_position=0)
    done = threading.Event()

    def append() -> None:
        stored.append([entry("c2")], expected_position=1)
        done.set()

    with two.standby_hangs():
        thread = threading.Thread(target=append, daemon=True)
        thread.start()
        # A commit that is cancelled while it waits is called done by PostgreSQL, with a warning.
        with two.primary.admin() as admin:
            cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            while not admin.execute(cancel).fetchone():
                time.sleep(0.01)
        assert not done.wait(0.5)
        until_it_says(stored, "log.standby_away")
    thread.join(10)
    assert done.is_set() and stored.trouble is None
    assert [e.command_id for e in stored.read(0, 9)] == ["c1", "c2"]
    # Somebody takes the standby out of the list: where one is asked for nothing more is taken.
    two.demand("")
    until_it_says(stored, "log.one_disk")
    with pytest.raises(LogUnavailable, match="no synchronous standby"):
        stored.append([entry("c3")], expected_position=2)
    two.demand(BOTH)
    stored.append([entry("c3")], expected_position=2)
    stored.close()


def until_it_says(stored: PostgresLog, trouble: str) -> None:
    """Wait until a log says why it can store nothing."""
    until = time.monotonic() + 30
    while stored.trouble != trouble:
        assert time.monotonic() < until, stored.trouble
        time.sleep(0.02)


def test_what_was_acknowledged_is_there_after_the_primary_and_its_disk_are_lost(two: Pair) -> None:
    name = new_name("log")
    sender = Sender(two.writer(new_name("node"), name), name)
    sender.thread.start()
    try:
        sender.more()
        two.lose_primary()
        before = len(sender.acknowledged)
        two.promote()
        # Nobody said yet that one disk is enough.
        time.sleep(0.5)
        assert len(sender.acknowledged) == before
        two.demand("")
        sender.more()
        two.follow()
        sender.more()
    finally:
        sender.over.set()
        sender.thread.join(30)
    reader = PostgresReader(sender.url, name)
    assert reader.find() is not None
    stored = [e.command_id for e in reader.read(0, 100_000)]
    assert set(sender.acknowledged) <= set(stored) and len(stored) == len(set(stored))
    assert verify_log(sender.url, name).whole
    reader.close()
