"""Learning from arrivals: the report says how far off, the fit finds what was put in, and few trips are refused."""

import msgspec
import numpy as np
import pytest

from nazdik.geo.conditions.decisions import LEARNED_MAX
from nazdik.geo.eta.fit import TRIPS_MIN, TooFewTrips, fit, predicted_s, propose
from nazdik.geo.eta.pages import as_csv, as_html
from nazdik.geo.eta.report import FEW, errors_of, report
from nazdik.geo.eta.trips import Trip
from nazdik.geo.tables import BANDS, GROUPS
from nazdik.kernel import Instant
from nazdik.published.roads import Leg

DAY_US = 86_400_000_000
Truth = dict[tuple[str, str], float]


def trips(count: int, truth: Truth, *, seed: int = 1, sigma: float = 0.2, days: int = 10) -> list[Trip]:
    """Made-up trips over two or three groups each, whose crews take `truth` times the table, give or take."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        groups = rng.choice(GROUPS[2:6], size=int(rng.integers(2, 4)), replace=False)
        band = str(rng.choice(BANDS))
        legs = tuple(Leg(str(g), 1000.0, round(float(rng.uniform(20, 240)), 1)) for g in sorted(groups))
        real = sum(leg.seconds * truth.get((leg.group, band), 1.0) for leg in legs)
        made.append(
            Trip(
                assignment=f"p.i{number}.1",
                began_at=Instant(number * days * DAY_US // count),
                took_s=real * float(rng.lognormal(0, sigma)),
                promised_s=sum(leg.seconds for leg in legs),
                sent_promised_s=None,
                sent_took_s=None,
                distance_m=3000.0,
                legs=legs,
                share=1.0,
                traffic_s=0.0,
                unit_kind="car",
                skill="patrol",
                table="hours-1",
                band=band,
            )
        )
    return made


TRUTH: Truth = {(g, b): f for g, f in (("primary", 1.4), ("secondary", 1.2), ("local", 0.8)) for b in BANDS}


def test_the_fit_finds_the_factors_that_crews_drive_by() -> None:
    found = {(f.group, f.band): f for f in fit(trips(4000, TRUTH, sigma=0.15))}
    for group in ("primary", "secondary", "tertiary", "local"):
        for band in BANDS:
            factor = found[group, band].factor if (group, band) in found else 1.0
            assert factor == pytest.approx(TRUTH.get((group, band), 1.0), rel=0.06), (group, band)


def test_a_crew_that_stopped_on_the_way_moves_nothing() -> None:
    straight = trips(600, TRUTH, sigma=0.1)
    some_stopped = [
        Trip(**{f: getattr(t, f) for f in t.__struct_fields__} | {"took_s": t.took_s * 5 if n % 12 == 0 else t.took_s})
        for n, t in enumerate(straight)
    ]
    stopped = {(f.group, f.band): f.factor for f in fit(some_stopped)}
    for factor in fit(straight):
        assert stopped.get((factor.group, factor.band), 1.0) == pytest.approx(factor.factor, rel=0.06)


def test_few_trips_stay_near_one_and_nothing_leaves_its_bounds() -> None:
    wild: Truth = {("primary", "night"): 1.8}
    few = {(f.group, f.band): f.factor for f in fit(trips(8, wild, sigma=0.4))}
    assert few.get(("primary", "night"), 1.0) < 1.5
    fast: Truth = {(g, b): 3.5 for g in GROUPS for b in BANDS}
    assert max(f.factor for f in fit(trips(800, fast, sigma=0.05))) <= LEARNED_MAX


def test_a_proposal_is_compared_on_days_it_never_saw() -> None:
    found = propose(trips(1200, TRUTH), table="hours-1", offset_min=210)
    assert found.split == "days" and found.better
    assert found.fitted_on + found.before.trips == 1200
    assert found.after.median_abs_s is not None and found.before.median_abs_s is not None
    assert found.after.median_abs_s < 0.8 * found.before.median_abs_s
    assert abs(found.after.bias_s or 0) < abs(found.before.bias_s or 0)
    one_day = propose(trips(400, TRUTH, days=1), table="hours-1", offset_min=210)
    assert one_day.split == "trips"


def test_what_the_factors_leave_over_is_said_for_each_kind_of_unit() -> None:
    """Motorcycles a fifth faster on every road: no factor of the road can tell, and the proposal shows it."""
    made = [
        msgspec.structs.replace(t, unit_kind="motorcycle", took_s=t.took_s * 0.8) if n % 3 == 0 else t
        for n, t in enumerate(trips(1500, {}, sigma=0.1))
    ]
    found = propose(made, table="hours-1", offset_min=210)
    left = {row.value: row.errors for row in found.by_unit}
    assert set(left) == {"car", "motorcycle"}
    assert sum(errors.trips for errors in left.values()) == found.after.trips
    assert left["motorcycle"].ratio is not None and left["car"].ratio is not None
    assert left["motorcycle"].ratio / left["car"].ratio == pytest.approx(0.8, abs=0.03)


def test_where_the_table_was_right_nothing_better_is_claimed_for_chance() -> None:
    found = propose(trips(1500, {}, sigma=0.3), table="hours-1", offset_min=210)
    assert max(abs(f.factor - 1) for f in found.factors) < 0.12
    assert found.after.median_abs_s == pytest.approx(found.before.median_abs_s, rel=0.1)


def test_too_few_trips_are_refused_and_so_are_those_of_another_table() -> None:
    with pytest.raises(TooFewTrips) as few:
        propose(trips(TRIPS_MIN - 1, TRUTH), table="hours-1", offset_min=210)
    assert few.value.trips == TRIPS_MIN - 1
    with pytest.raises(TooFewTrips):
        propose(trips(500, TRUTH), table="hours-2", offset_min=210)


def test_predictions_follow_the_factors_and_the_part_that_was_driven() -> None:
    (trip,) = trips(1, {})
    half = Trip(**{f: getattr(trip, f) for f in trip.__struct_fields__} | {"share": 0.5})
    assert predicted_s([half], ())[0] == pytest.approx(trip.promised_s / 2)


@pytest.mark.parametrize(
    "change", [{"took_s": 2.0}, {"took_s": 9000.0}, {"traffic_s": 60.0}, {"promised_s": 5.0}, {"legs": ()}]
)
def test_what_says_nothing_of_the_road_is_left_out(change: dict[str, object]) -> None:
    (trip,) = trips(1, {}, sigma=0.01)
    assert trip.usable
    assert not Trip(**{f: getattr(trip, f) for f in trip.__struct_fields__} | change).usable


def test_the_report_counts_each_trip_once_in_each_dimension_and_says_which_are_few() -> None:
    made = trips(200, TRUTH)
    rows = report(made)
    usable = sum(t.usable for t in made)
    assert rows[0].errors.trips == usable
    for dimension in ("road", "hours", "unit", "skill"):
        assert sum(r.errors.trips for r in rows if r.dimension == dimension) == usable
    assert all(r.errors.few is (r.errors.trips < FEW) for r in rows)
    errors = errors_of([110, 90, 130], [100, 100, 100])
    assert (errors.median_s, errors.bias_s, errors.median_abs_s) == (10, 10, 10)
    assert errors_of([], []).median_s is None
    assert as_csv(rows).count("\n") == len(rows) + 1
    page = as_html(rows, "<script>")
    assert ("<script>" not in page and "۲۰۰" in page) or str(usable) not in page
