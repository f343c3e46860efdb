"""A made-up day whose crews drive otherwise than the table says: the fit finds by how much, and putting it in force helps."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nazdik.bootstrap.trips import trips_of
from nazdik.geo.conditions import commands as c
from nazdik.geo.conditions.model import FactorsId
from nazdik.geo.eta.fit import propose
from nazdik.geo.eta.report import errors_of
from nazdik.geo.tables import BANDS, HOURS_1
from nazdik.kernel.instant import plus_s
from nazdik.simulation.cli import IRAN, local_midnight, made_up_calls
from nazdik.simulation.demand import Demand
from nazdik.simulation.ground import Ground
from nazdik.simulation.world import Run, Setting

# With so many trips on a group at some hours, its factor is found to within so much.
TRIPS, WITHIN = 100, 0.08
DRIVEN = {"primary": 1.4, "secondary": 1.25, "local": 0.8}
TRUTH = {(group, band): factor for group, factor in DRIVEN.items() for band in BANDS}
HOURS = range(9, 15)


def a_day(ground: Ground, seed: int) -> Run:
    midnight = local_midnight(date(2026, 3, 21))
    scripts = made_up_calls(ground, (), Demand(2600), seed=seed, midnight=midnight, hours=HOURS)
    start_at = plus_s(midnight, HOURS[0] * 3600)
    run = Run(ground, Setting(units=80, seed=seed, start_at=start_at, zone=IRAN, truth=TRUTH))
    run.plan(scripts)
    return run


def test_what_crews_really_take_is_found_put_in_force_and_taken_back(built_region: Callable[[str], Path]) -> None:
    ground = Ground.load(built_region("tehran-central"))
    run = a_day(ground, seed=3)
    end = plus_s(run.setting.start_at, 6.5 * 3600)
    run.go(end)
    trips = list(trips_of(run.engine.log.read(0, 10**9)))
    proposal = propose(trips, table=HOURS_1.id, offset_min=210)
    well_known = [f for f in proposal.factors if f.trips >= TRIPS and f.group in DRIVEN]
    assert {f.group for f in well_known} == set(DRIVEN)
    for factor in well_known:
        assert factor.factor == pytest.approx(DRIVEN[factor.group], rel=WITHIN), factor
    assert proposal.better and proposal.after.median_abs_s < 0.8 * proposal.before.median_abs_s  # type: ignore[operator]

    # In force for what follows: promises are nearer, and reverting brings the old ones back.
    engine = run.engine
    engine.submit(c.ApplyFactors(factors_id=FactorsId("f1"), table=HOURS_1.id, factors=proposal.factors))
    assert engine.state.roads.learned is not None
    later = a_day(ground, seed=4)
    later.engine.submit(c.ApplyFactors(factors_id=FactorsId("f1"), table=HOURS_1.id, factors=proposal.factors))
    later.go(plus_s(later.setting.start_at, 3 * 3600))
    taught = [t for t in trips_of(later.engine.log.read(0, 10**9)) if t.usable]
    assert {t.learned for t in taught} == {"f1"}
    plain = errors_of([t.took_s for t in trips if t.usable], [t.promised_s for t in trips if t.usable])
    now = errors_of([t.took_s for t in taught], [t.promised_s for t in taught])
    assert now.median_abs_s < 0.8 * plain.median_abs_s and abs(now.bias_s) < abs(plain.bias_s) / 2  # type: ignore[operator,arg-type]
    engine.submit(c.RevertFactors())
    assert engine.state.roads.learned is None
