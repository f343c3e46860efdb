"""A server checks its own logs: what is added soon, all of it once a day, and it tells at once what is not as it was written."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from nazdik.bootstrap.health import _log_health
from nazdik.bootstrap.seals import Seals
from nazdik.bootstrap.watch import self_check
from nazdik.bootstrap.watch.self_check import AGAIN_AFTER_S, ENTRIES_AT_ONCE, PAGES_A_TURN, SelfCheck
from nazdik.kernel import CommandId, Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.audit import Audit
from nazdik.platform.clock import VirtualClock
from nazdik.platform.eventlog import Claim, MemoryLog, NewEntry, SqliteLog
from nazdik.platform.eventlog.entry import chain, first_hash
from nazdik.platform.eventlog.walk import KeptInFile, Walk
from tests.town import START

NAME = "town.log"
COUNT = 25


class Site:
    """A log that is written, its signed heads, and the check beside it."""

    def __init__(self, data: Path) -> None:
        self.path = data / f"{NAME}.sqlite"
        self.log = SqliteLog(self.path)
        self.clock = VirtualClock(START)
        self.audit = Audit(MemoryLog(), self.clock)
        self.seals = Seals({NAME: self.log}, data, self.clock, audit=None)
        self.checks = SelfCheck({NAME: KeptInFile(self.path)}, self.seals.newest.get, self.audit, self.clock)

    @property
    def said(self) -> tuple[int, str]:
        """The entry that is wrong, and why; (0, "") while nothing is."""
        wrong = self.checks.logs[NAME].wrong
        return (0, "") if wrong is None else (wrong.position or 0, wrong.reason)

    def add(self, count: int) -> None:
        first = self.log.head().position + 1
        entries = [
            NewEntry(
                Instant(n), CommandId(f"c{n}"), 0, b"", "p", "k", "s", b"{}",
                (Claim(f"unit:{n}", "incident", True),) if n % 7 == 0 else (),
            )
            for n in range(first, first + count)
        ]  # fmt: skip
        self.log.append(entries, expected_position=first - 1)

    def damage(self, statement: str) -> None:
        """Change the file behind the back of whoever writes it."""
        connection = apsw.Connection(str(self.path))
        connection.execute(statement).fetchall()
        connection.close()

    async def look(self, *, days: float = 0.0) -> None:
        if days:
            self.clock.move_to(plus_s(self.clock.now(), days * AGAIN_AFTER_S))
        await self.checks.look(NAME)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(self_check, "PAUSE_S", 0.0)
    made = Site(tmp_path)
    made.add(COUNT)
    made.seals.begin()
    made.seals.seal()
    yield made
    made.log.close()


async def test_what_is_whole_is_said_to_be_and_what_is_added_is_checked(site: Site) -> None:
    await site.look()
    known = site.checks.logs[NAME]
    assert (known.checked, known.whole_at, known.wrong) == (COUNT, site.clock.now(), None)
    site.add(5)
    await site.look()
    assert (known.checked, site.said) == (COUNT + 5, (0, ""))
    await site.look(days=1.1)
    assert known.whole_at == site.clock.now(), "all of it, once a day"


async def test_an_entry_that_is_changed_as_it_comes_is_found_at_the_next_look_and_told_once(site: Site) -> None:
    await site.look()
    site.add(5)
    site.damage("UPDATE entries SET body = x'00' WHERE position = 28")
    await site.look()
    await site.look()
    assert site.said == (28, "log.entry_changed")
    (row,) = site.audit.read()
    assert (row.what, row.subject, row.details["position"]) == ("log_damaged", NAME, 28)
    view = _log_health(site.checks.logs[NAME])
    assert (view.ok, view.position, view.why) == (False, 28, "log.entry_changed")


async def test_an_old_entry_that_is_changed_is_found_within_a_day(site: Site) -> None:
    await site.look()
    site.damage("UPDATE entries SET actor = 'somebody else' WHERE position = 3")
    await site.look(days=0.5)
    assert site.said == (0, "")
    await site.look(days=0.6)
    assert site.said == (3, "log.entry_changed")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM entries WHERE position > 20", (21, "log.cut_off")),
        ("DELETE FROM claims", (0, "log.claims_differ")),
    ],
)
async def test_an_end_cut_off_and_claims_that_are_not_those_of_entries_are_found_at_once(
    site: Site, statement: str, said: tuple[int, str]
) -> None:
    await site.look()
    site.damage(statement)
    await site.look()
    assert site.said == said


async def test_a_row_that_cannot_be_read_is_found_at_its_place(site: Site) -> None:
    site.damage("UPDATE entries SET claims = 'no list' WHERE position = 14")
    await site.look()
    assert site.said == (14, "log.unreadable")


async def test_a_chain_made_anew_is_not_what_was_signed(site: Site) -> None:
    connection, before = apsw.Connection(str(site.path)), first_hash(site.log.epoch)
    connection.execute("UPDATE entries SET actor = 'nobody' WHERE position = 9")
    for e in KeptInFile(site.path).read(0, COUNT):
        before = chain(before, e.position, e)
        connection.execute("UPDATE entries SET hash = ? WHERE position = ?", (before, e.position))
    connection.close()
    await site.look()
    assert site.said[1] == "log.head_differs"


async def test_a_long_log_is_checked_a_part_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ENTRIES_AT_ONCE * PAGES_A_TURN == 8_000, "what decision 0242 says of its cost"
    monkeypatch.setattr(self_check, "ENTRIES_AT_ONCE", 3)
    monkeypatch.setattr(self_check, "PAGES_A_TURN", 4)
    known = site.checks.logs[NAME]
    await site.look()
    assert (known.checked, known.whole_at) == (12, None)
    await site.look()
    await site.look()
    assert (known.checked, known.whole_at) == (COUNT, site.clock.now())


async def test_a_log_that_grows_under_the_walk_is_not_taken_for_damaged(site: Site) -> None:
    kept = KeptInFile(site.path)
    held = kept.held

    def grown() -> dict[str, str]:
        if site.log.head().position == COUNT:
            site.add(10)
        return held()

    kept.held = grown  # type: ignore[method-assign]
    walk = Walk(kept)
    assert walk.step(1_000) is None
    verdict = walk.step(1_000)
    assert verdict is not None and verdict.whole and verdict.checked == COUNT + 10


async def test_a_store_that_cannot_be_asked_is_asked_again_and_is_not_damaged(site: Site) -> None:
    away = site.path.with_name("away")
    site.log.close()
    site.path.rename(away)
    await site.look()
    assert site.said == (0, "")
    away.rename(site.path)
    await site.look()
    assert site.checks.logs[NAME].whole_at is not None
