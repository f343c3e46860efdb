"""Laws of the position lane: whatever is reported, in whatever order and however it is cut into batches."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nazdik.fleet.doors import (
    parse_batch,
    parse_heartbeat,
    parse_osmand,
    parse_owntracks,
    parse_traccar,
)
from nazdik.fleet.model import Fix, Reason, Use
from nazdik.fleet.plausibility import warm_up
from nazdik.kernel import Instant, Invalid, UnitId
from tests.unit.fleet.doubles import AHVAZ, Bench

UNITS = 3


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """No example waits for the compiler."""
    warm_up()


MOVES_M = st.sampled_from([0.0, 0.0, 20.0, 300.0, 5_000.0, 40_000.0])
AGES_S = st.sampled_from([-30.0, -9.0, -0.5, 0.0, 0.0, 1.0, 3.0, 20.0, 60.0, 89.0, 91.0, 7_200.0])


@st.composite
def reports(draw: st.DrawFn) -> tuple[int, float, float, dict[str, Any]]:
    """A unit, an age, a place east of Ahvaz, and what is odd about it."""
    odd: dict[str, Any] = draw(
        st.sampled_from(
            [
                {},
                {},
                {},
                {"mock": True},
                {"lon": 0.0, "lat": 0.0},
                {"lon": AHVAZ.lat, "lat": AHVAZ.lon},
                {"lat": float("nan")},
                {"accuracy_m": 900.0},
                {"speed_m_per_s": 12.0},
                {"lon": 59.6, "lat": 36.3},
            ]
        )
    )
    return draw(st.integers(0, UNITS - 1)), draw(AGES_S), draw(MOVES_M), odd


BATCHES = st.lists(st.tuples(st.floats(0, 40), st.lists(reports(), max_size=8)), max_size=12)


@given(BATCHES)
def test_a_units_present_place_is_a_believed_fix_and_never_an_older_one(
    script: list[tuple[float, list[tuple[int, float, float, dict[str, Any]]]]],
) -> None:
    """It never goes back in time, never comes from quarantine or history, and what the road holds is the same place."""
    bench = Bench(units=UNITS)
    last: dict[UnitId, int] = {}
    believed: dict[UnitId, set[tuple[float, float, int]]] = {unit: set() for unit in bench.units}
    for wait_s, asked in script:
        bench.clock.advance_s(wait_s)
        now = bench.clock.now()
        fixes = [bench.fix(age, east_m=east, unit=unit, **odd) for unit, age, east, odd in asked]
        verdicts = bench.lane.report(fixes)
        assert [verdict.unit_id for verdict in verdicts] == [fix.unit_id for fix in fixes]
        for fix, verdict in zip(fixes, verdicts, strict=True):
            assert (verdict.reason is None) == (verdict.use is Use.NOW)
            if verdict.use is Use.NOW:
                believed[fix.unit_id].add((fix.lon, fix.lat, min(fix.fixed_at, now)))
                assert not fix.mock and fix.fixed_at >= now - 90_000_000
        frame = bench.lane.frame_columns(now)
        ages = dict(zip(frame.slots.tolist(), frame.ages_s.tolist(), strict=True))
        for slot, unit in enumerate(bench.units):
            place = bench.lane.position_of(unit)
            if place is None:
                assert not believed[unit] and slot not in bench.road.placed and slot not in ages
                continue
            held = (place.point.lon, place.point.lat, place.fixed_at)
            assert held in believed[unit]
            assert place.fixed_at >= last.get(unit, 0) and place.fixed_at <= place.received_at <= now
            assert place.fixed_at == max(at for _, _, at in believed[unit])
            assert bench.road.placed[slot] == held
            assert ages[slot] == (now - place.fixed_at) / 1e6
            last[unit] = place.fixed_at


@given(st.lists(reports(), max_size=20), st.randoms(use_true_random=False))
def test_the_order_within_a_batch_changes_nothing(
    asked: list[tuple[int, float, float, dict[str, Any]]], chance: object
) -> None:
    """A batch is a set of facts with times of their own: shuffled, it leads to the same places."""
    fixes = {(unit, age): (unit, age, east, odd) for unit, age, east, odd in asked}  # One fix a unit and instant.
    one, other = Bench(units=UNITS), Bench(units=UNITS)
    for bench in (one, other):
        batch = [bench.fix(age, east_m=east, unit=unit, **odd) for unit, age, east, odd in fixes.values()]
        if bench is other:
            chance.shuffle(batch)  # type: ignore[attr-defined]
        bench.lane.report(batch)
    assert [one.lane.position_of(unit) for unit in one.units] == [other.lane.position_of(unit) for unit in other.units]
    assert one.road.placed == other.road.placed and one.road.masks == other.road.masks


@given(BATCHES)
def test_one_units_reports_never_change_anothers(
    script: list[tuple[float, list[tuple[int, float, float, dict[str, Any]]]]],
) -> None:
    """S28: lanes are separate; without the others' reports a unit's place is the same."""
    together, alone = Bench(units=UNITS), Bench(units=UNITS)
    for wait_s, asked in script:
        for bench, kept in ((together, asked), (alone, [one for one in asked if one[0] == 1])):
            bench.clock.advance_s(wait_s)
            bench.lane.report([bench.fix(age, east_m=east, unit=unit, **odd) for unit, age, east, odd in kept])
    assert together.lane.position_of(together.units[1]) == alone.lane.position_of(alone.units[1])


@given(
    st.lists(
        st.builds(
            Fix,
            unit_id=st.sampled_from([UnitId("khuzestan.u.A01"), UnitId("khuzestan.u.Z99"), UnitId("")]),
            lon=st.floats(),
            lat=st.floats(),
            fixed_at=st.integers(-(2**60), 2**60).map(Instant),
            heading_deg=st.floats(),
            speed_m_per_s=st.floats(),
            accuracy_m=st.floats(),
            mock=st.booleans(),
        ),
        max_size=10,
    )
)
def test_no_numbers_whatever_break_the_lane(fixes: list[Fix]) -> None:
    """Every fix gets a verdict with a known code, and the trail holds each fix of a known unit."""
    bench = Bench()
    codes = {reason.code for reason in Reason}
    assert all(verdict.reason in codes for verdict in bench.lane.report(fixes))
    assert sum(len(judged.unit_ids) for judged in bench.trail) == sum(fix.unit_id == bench.units[0] for fix in fixes)


TEXT = st.text("0123456789.,-+eE_:TZ naif\x00٣ن\U0001f694", max_size=80)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    ["31.3", "48.7", "-1", "nan", "inf", "1e999", "1795223702", "2026-11-21T01:15:02Z", "", "-0", "٣١"]
)


@given(st.binary(max_size=200))
def test_any_bytes_give_fixes_or_a_refusal(body: bytes) -> None:
    for door in (parse_batch, parse_owntracks):
        with suppress(Invalid):
            door(body, unit_id=UnitId("khuzestan.u.A01"))


@given(
    st.dictionaries(
        st.sampled_from(
            ["lat", "lon", "location", "timestamp", "speed", "bearing", "heading", "accuracy", "valid", "mock"]
        ),
        WORDS | TEXT,
    )
)
def test_any_osmand_fields_give_a_fix_or_a_refusal(fields: dict[str, str]) -> None:
    with suppress(Invalid):
        parse_osmand(fields, unit_id=UnitId("khuzestan.u.A01"))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "timestamp": WORDS | JSON,
            "mock": JSON,
            "coords": JSON
            | st.dictionaries(st.sampled_from(["latitude", "longitude", "speed", "heading", "accuracy"]), WORDS | JSON),
        },
    )
    | JSON,
    st.dictionaries(st.sampled_from(["battery", "sound", "gps_age_s", "app_version"]), JSON),
)
def test_any_json_gives_a_fix_or_a_refusal(location: object, health: dict[str, object]) -> None:
    with suppress(Invalid):
        parse_traccar({"location": location}, unit_id=UnitId("khuzestan.u.A01"))
    with suppress(Invalid):
        parse_heartbeat(health)
