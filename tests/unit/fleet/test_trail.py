"""Where units have been, and for how long that is kept."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import numpy as np
import pytest

from nazdik.fleet import trail as trail_module
from nazdik.fleet.model import Fix, Judged
from nazdik.fleet.trail import Trail
from nazdik.kernel import Instant, UnitId
from tests.unit.fleet.doubles import AHVAZ, NOON, Bench

DAY_US = 86_400_000_000


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    trail = Trail(tmp_path / "positions.sqlite")
    yield trail
    trail.close()


def judged(bench: Bench, *fixes: Fix) -> Judged:
    bench.trail.clear()
    bench.say(*fixes)
    return bench.trail[0]


def test_every_fix_is_kept_with_its_reason(trail: Trail) -> None:
    bench = Bench(units=2)
    fixes = [bench.fix(9, speed_m_per_s=4.0), bench.fix(5, mock=True), bench.fix(3, lat=np.nan), bench.fix(1, unit=1)]
    trail.keep(judged(bench, *fixes))
    assert trail.trail(bench.units[0], Instant(0), NOON) == [], "not before it is flushed"
    assert trail.flush() == 4 and trail.flush() == 0
    rows = trail.trail(bench.units[0], Instant(NOON - DAY_US), NOON)
    assert [(row.point, row.speed_m_per_s, row.reason) for row in rows] == [
        (AHVAZ, 4.0, None),
        (AHVAZ, None, "position.mock"),
        (None, None, "position.out_of_range"),
    ]


def test_a_span_holds_its_beginning_and_not_its_end(trail: Trail) -> None:
    bench = Bench()
    trail.keep(judged(bench, *(bench.fix(age) for age in (30, 20, 10))))
    trail.flush()
    since, until = Instant(NOON - 30_000_000), Instant(NOON - 10_000_000)
    assert [row.fixed_at for row in trail.trail(bench.units[0], since, until)] == [since, NOON - 20_000_000]


def test_a_trail_outlives_a_restart_and_goes_on(tmp_path: Path) -> None:
    bench = Bench(units=3)
    for unit in (0, 1, 2, 1):
        trail = Trail(tmp_path / "positions.sqlite")
        trail.keep(judged(bench, bench.fix(5, unit=unit)))
        trail.close()
    trail = Trail(tmp_path / "positions.sqlite")
    assert [len(trail.trail(unit, Instant(0), NOON)) for unit in bench.units] == [1, 2, 1]
    trail.close()


def test_what_is_older_than_its_keeping_is_deleted(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "_DELETE_AT_ONCE", 2)
    bench = Bench()
    for _ in range(5):
        trail.keep(judged(bench, bench.fix(1), bench.fix(0)))
        bench.clock.advance_s(86_400)
    trail.flush()
    assert trail.forget(bench.clock.now(), days=2.5) == 6
    assert len(trail.trail(bench.units[0], Instant(0), bench.clock.now())) == 4
    assert trail.forget(bench.clock.now(), days=2.5) == 0


def test_a_disk_that_fails_loses_nothing_that_is_flushed_later(trail: Trail) -> None:
    bench = Bench()
    good = judged(bench, bench.fix(1))
    trail.keep(good)
    trail.keep(good._replace(received_at="not a time"))  # type: ignore[arg-type]
    with pytest.raises(apsw.Error):
        trail.flush()
    assert trail.trail(UnitId("khuzestan.u.A01"), Instant(0), NOON) == []
    trail._waiting.pop()
    trail._waiting_rows -= 1
    assert trail.flush() == 1
    assert len(trail.trail(UnitId("khuzestan.u.A01"), Instant(0), NOON)) == 1


def test_history_that_no_disk_takes_is_given_up_oldest_first(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "WAITING_MAX", 3)
    bench = Bench()
    for age in (9, 7, 5, 3, 1):
        trail.keep(judged(bench, bench.fix(age)))
    assert trail.dropped == 2 and trail.flush() == 3
    assert trail.trail(bench.units[0], Instant(0), NOON)[0].fixed_at == NOON - 5_000_000
