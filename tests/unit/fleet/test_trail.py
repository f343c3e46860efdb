"""Where units have been, and for how long that is kept."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.fleet import trail as trail_module
from nazdik.fleet.model import Fix, Judged, Reason
from nazdik.fleet.playback import gaps_of
from nazdik.fleet.trail import Trail, TrailRow
from nazdik.fleet.trail_codec import decode, degrees_of, encode, rows_of, told
from nazdik.fleet.trail_day import TrailDay, read_day
from nazdik.kernel import Instant, UnitId
from tests.unit.fleet.doubles import AHVAZ, NOON, Bench

DAY_US = 86_400_000_000


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    trail = Trail(tmp_path / "trail")
    yield trail
    trail.close()


def judged(bench: Bench, *fixes: Fix) -> Judged:
    bench.trail.clear()
    bench.say(*fixes)
    return bench.trail[0]


def read(trail: Trail, unit: UnitId, since: int = 0, until: int = NOON) -> list[TrailRow]:
    return trail.read(unit, Instant(since), Instant(until)).rows


@pytest.mark.parametrize("packed", [False, True])
def test_every_fix_is_kept_with_its_reason(trail: Trail, packed: bool) -> None:
    bench = Bench(units=2)
    fixes = [bench.fix(9, speed_m_per_s=4.0), bench.fix(5, mock=True), bench.fix(3, lat=np.nan), bench.fix(1, unit=1)]
    trail.keep(judged(bench, *fixes))
    assert read(trail, bench.units[0]) == [], "not before it is flushed"
    assert trail.flush() == 4 and trail.flush() == 0
    if packed:
        assert trail.pack() == 4 and trail.pack() == 0
    rows = read(trail, bench.units[0], NOON - DAY_US)
    assert [(row.point, row.speed_m_per_s, row.reason) for row in rows] == [
        (AHVAZ, 4.0, None),
        (AHVAZ, None, "position.mock"),
        (None, None, "position.out_of_range"),
    ]
    assert [row.fixed_at for row in rows] == [NOON - age * 1_000_000 for age in (9, 5, 3)]
    assert {row.received_at for row in rows} == {NOON}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_packed_is_what_was_kept(data: st.DataObject) -> None:
    """Whatever was reported, in whatever order, comes back to the last digit that is kept."""
    n = data.draw(st.integers(1, 40))
    number = st.one_of(st.just(float("nan")), st.floats(0, 600))
    place = st.one_of(st.just(float("nan")), st.floats(-500, 500))
    whole = st.integers(0, 4_000_000_000_000_000)

    def column(values: st.SearchStrategy[float]) -> Any:
        return np.array(data.draw(st.lists(values, min_size=n, max_size=n)))

    given_ = Judged(
        unit_ids=tuple(UnitId(f"u{i}") for i in range(n)),
        lons=column(place),
        lats=column(place),
        fixed_at=column(whole).astype(np.int64),
        claimed_at=column(whole).astype(np.int64),
        received_at=NOON,
        headings_deg=column(st.one_of(st.just(float("nan")), st.floats(0, 359.99))),
        speeds_m_per_s=column(number),
        accuracies_m=column(number),
        reasons=column(st.sampled_from([int(reason) for reason in Reason])).astype(np.int64),
    )
    rows = rows_of(given_, np.arange(n))
    starts = np.array(sorted({0, *data.draw(st.sets(st.integers(0, n - 1)))}))
    back = np.concatenate([decode(piece) for piece in encode(rows, starts)])
    assert (back == rows).all()
    np.testing.assert_allclose(degrees_of(back["lon"]), given_.lons, atol=6e-7)
    np.testing.assert_allclose(told(back["heading"], 100.0), given_.headings_deg, atol=0.006)
    np.testing.assert_allclose(told(back["speed"], 100.0), given_.speeds_m_per_s, atol=0.006)


def test_a_drive_takes_some_ten_bytes_a_fix(trail: Trail, tmp_path: Path) -> None:
    """At 20,000 units every 5 s a hundred bytes would be a terabyte a month."""
    chance = np.random.default_rng(1)
    units, minutes = 50, 5
    lons, lats = np.full(units, 51.4), np.full(units, 35.7)
    for turn in range(12 * minutes):
        at = np.full(units, NOON + 5_000_000 * turn) + chance.integers(0, 900, units) * 1000
        lons, lats = lons + chance.normal(0, 4e-4, units), lats + chance.normal(0, 4e-4, units)
        trail.keep(
            Judged(
                tuple(UnitId(f"p.u.A{n}") for n in range(units)),
                lons,
                lats,
                at,
                at,
                Instant(int(at.max()) + 100_000),
                chance.uniform(0, 360, units),
                chance.uniform(0, 20, units),
                np.full(units, 5.0),
                np.zeros(units, np.int64),
            )
        )
        trail.flush()
    trail.pack()
    (path,) = (tmp_path / "trail").glob("*.sqlite")
    with closing(apsw.Connection(str(path))) as db:
        ((size, blocks),) = db.execute("SELECT sum(length(body)), count(*) FROM block")
    assert blocks == units
    assert size / (units * 12 * minutes) < 20


def test_a_span_holds_its_beginning_and_not_its_end(trail: Trail) -> None:
    bench = Bench()
    trail.keep(judged(bench, *(bench.fix(age) for age in (30, 20, 10))))
    trail.flush()
    since, until = NOON - 30_000_000, NOON - 10_000_000
    for _ in range(2):
        assert [row.fixed_at for row in read(trail, bench.units[0], since, until)] == [since, NOON - 20_000_000]
        trail.pack()


def test_a_trail_outlives_a_restart_and_goes_on(tmp_path: Path) -> None:
    bench = Bench(units=3)
    for unit in (0, 1, 2, 1):
        trail = Trail(tmp_path / "trail")
        bench.clock.advance_s(1)
        trail.keep(judged(bench, bench.fix(0, unit=unit)))
        trail.close()
    trail = Trail(tmp_path / "trail")
    assert [len(read(trail, unit, 0, NOON + DAY_US)) for unit in bench.units] == [1, 2, 1]
    trail.close()


def test_what_a_tracker_sends_a_day_late_is_found_where_it_belongs(trail: Trail) -> None:
    bench = Bench()
    trail.keep(judged(bench, bench.fix(0)))
    bench.clock.advance_s(86_400)
    trail.keep(judged(bench, bench.fix(86_390), bench.fix(0)))
    trail.flush()
    rows = read(trail, bench.units[0], NOON, NOON + 3_600_000_000)
    assert [(row.fixed_at - NOON, row.reason) for row in rows] == [(0, None), (10_000_000, "position.too_old")]


def test_a_day_that_is_about_to_be_erased_is_let_go(trail: Trail, tmp_path: Path) -> None:
    bench = Bench()
    trail.keep(judged(bench, bench.fix(0)))
    trail.flush()
    (file,) = (tmp_path / "trail").glob("*.sqlite")
    trail.let_go(date.fromisoformat("2001-01-01"))
    assert list((tmp_path / "trail").glob("*-wal")), "another day is none of its business"
    trail.let_go(date.fromisoformat(file.stem))
    assert [path.name for path in (tmp_path / "trail").iterdir()] == [file.name]
    file.unlink()
    trail.keep(judged(bench, bench.fix(0)))
    trail.flush()
    assert len(read(trail, bench.units[0], 0, bench.clock.now() + 1)) == 1, "it is begun anew"


def test_a_damaged_day_is_said_and_stops_nothing(
    trail: Trail, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Today's file is set aside when it is written to; an old one is left out of what is read."""
    bench = Bench()
    trail.keep(judged(bench, bench.fix(0)))
    trail.close()
    (path,) = (tmp_path / "trail").glob("*.sqlite")
    path.write_bytes(b"this is no database any more" * 500)
    day = date.fromisoformat(path.stem)
    past = trail.read(bench.units[0], Instant(0), NOON)
    assert past.rows == [] and past.damaged == (day,)
    trail.keep(judged(bench, bench.fix(0)))
    assert trail.flush() == 1
    past = trail.read(bench.units[0], Instant(0), Instant(NOON + 1))
    assert len(past.rows) == 1 and past.damaged == (day,), "what was lost is still said"
    assert "damaged and was set aside" in caplog.text
    assert [each.name for each in (tmp_path / "trail").glob("*.damaged")] == [f"{day}-0.damaged"]
    assert trail.read(bench.units[0], Instant(NOON - 9 * DAY_US), Instant(NOON - 8 * DAY_US)).damaged == ()


def test_a_damaged_piece_is_said(trail: Trail, tmp_path: Path) -> None:
    bench = Bench()
    trail.keep(judged(bench, bench.fix(0)))
    trail.flush()
    trail.pack()
    (path,) = (tmp_path / "trail").glob("*.sqlite")
    with closing(apsw.Connection(str(path))) as db:
        db.execute("UPDATE block SET body = x'0100'")
    assert trail.read(bench.units[0], Instant(0), Instant(NOON + 1)).damaged == (date.fromisoformat(path.stem),)


def test_a_disk_that_fails_loses_nothing_that_is_flushed_later(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    for age in (3, 2, 1):
        trail.keep(judged(bench, bench.fix(age)))
    with monkeypatch.context() as broken:
        broken.setattr(TrailDay, "add", _full)
        with pytest.raises(apsw.FullError):
            trail.flush()
    trail.keep(judged(bench, bench.fix(0)))
    assert trail.flush() == 4
    assert len(read(trail, bench.units[0], 0, NOON + 1)) == 4


def _full(*given: object) -> None:
    raise apsw.FullError("the disk is full")


def test_a_batch_that_is_not_written_leaves_no_unit_behind(tmp_path: Path) -> None:
    bench = Bench(units=2)
    day = TrailDay(tmp_path / "2026-11-21.sqlite")
    good = judged(bench, bench.fix(1))
    with pytest.raises((ValueError, TypeError)):
        day.add([good, judged(bench, bench.fix(1, unit=1))._replace(reasons=np.array(["?"]))])
    day.add([judged(bench, bench.fix(0, unit=1))])
    day.close()
    assert len(read_day(tmp_path / "2026-11-21.sqlite", bench.units[1], Instant(0), Instant(NOON + 1))) == 1
    assert len(read_day(tmp_path / "2026-11-21.sqlite", bench.units[0], Instant(0), Instant(NOON + 1))) == 0


def test_history_that_no_disk_takes_is_given_up_oldest_first(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "ROWS_WAITING_MAX", 3)
    bench = Bench()
    for age in (9, 7, 5, 3, 1):
        trail.keep(judged(bench, bench.fix(age)))
    assert trail.dropped == 2 and trail.flush() == 3
    assert read(trail, bench.units[0])[0].fixed_at == NOON - 5_000_000


def test_more_than_is_sent_at_once_is_said(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "ROWS_MAX", 2)
    bench = Bench()
    trail.keep(judged(bench, *(bench.fix(age) for age in (3, 2, 1))))
    trail.flush()
    past = trail.read(bench.units[0], Instant(0), NOON)
    assert past.cut and len(past.rows) == 2


def test_gaps_say_why_nothing_is_known(trail: Trail) -> None:
    bench = Bench()
    for wait_s, more in ((90, {}), (30, {}), (170, {"mock": True}), (100, {}), (200, {}), (50, {})):
        bench.clock.advance_s(wait_s)
        trail.keep(judged(bench, bench.fix(0, **more)))
    trail.flush()
    end = Instant(NOON + 700_000_000)
    gaps = gaps_of(trail.read(bench.units[0], NOON, end), NOON, end)
    assert [((gap.since - NOON) // 1_000_000, (gap.until - NOON) // 1_000_000, gap.why) for gap in gaps] == [
        (0, 90, "silent"),
        (120, 390, "doubtful"),
        (390, 590, "silent"),
    ]
