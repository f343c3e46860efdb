"""What holds for every run: it repeats, it replays, nobody is sent twice or forgotten, and the road is never worse."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nazdik.bootstrap.province_state import decode, first_state, fold
from nazdik.bootstrap.snapshots import snapshot
from nazdik.dispatch import commands as c
from nazdik.geo.sight import RoadSight
from nazdik.kernel import IncidentId, Instant
from nazdik.kernel.instant import plus_s
from nazdik.platform.eventlog.memory import MemoryLog
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.simulation.behaviour import Conduct, DeskConduct
from nazdik.simulation.callers import CallScript, officer
from nazdik.simulation.cli import local_midnight, made_up_calls
from nazdik.simulation.demand import Demand
from nazdik.simulation.engine import Engine
from nazdik.simulation.ground import Ground
from nazdik.simulation.second_look import SecondLook, misled
from nazdik.simulation.world import Run, Setting
from tests.simulation.laws import Laws

MIDNIGHT = local_midnight(date(2026, 3, 21))
EVENING = plus_s(MIDNIGHT, 18 * 3600)
HARD = Conduct(refuse_share=0.15, silent_share=0.15, decide_median_s=8, decide_sigma=0.8, safety_silent_share=0.2)


@pytest.fixture(scope="module")
def ground(built_region: Callable[[str], Path]) -> Ground:
    return Ground.load(built_region("tehran-central"))


def evening_calls(ground: Ground, seed: int, per_day: float = 2500.0) -> tuple[CallScript, ...]:
    return made_up_calls(ground, (), Demand(per_day), seed=seed, midnight=MIDNIGHT, hours=range(18, 19))


def evening(ground: Ground, *, seed: int = 1, units: int = 60, minutes: float = 60, **more: object) -> Run:
    """An hour of an evening on which a sixth of the crews refuse and a sixth stay silent."""
    desk = DeskConduct(acknowledge_share=0.5)
    setting = Setting(units=units, seed=seed, start_at=EVENING, conduct=HARD, desk=desk)
    run = Run(ground, setting, **more)  # type: ignore[arg-type]
    run.plan(evening_calls(ground, seed))
    run.go(plus_s(EVENING, 60 * minutes))
    return run


def test_the_same_seed_gives_the_same_trace_and_another_seed_another(ground: Ground) -> None:
    traces = [evening(ground, seed=seed, minutes=20).engine.trace_hash() for seed in (1, 1, 2)]
    assert traces[0] == traces[1] != traces[2]


def test_a_run_does_not_depend_on_how_python_hashes(ground: Ground, built_region: Callable[[str], Path]) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.simulation.test_laws import *;"
        "print(evening(Ground.load(Path(sys.argv[1])), minutes=8).engine.trace_hash())"
    )
    folder = str(built_region("tehran-central"))
    traces = {
        subprocess.run(
            [sys.executable, "-c", script, folder],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert traces == {evening(ground, minutes=8).engine.trace_hash() + "\n"}


def test_the_log_replays_to_the_live_state_byte_for_byte(ground: Ground) -> None:
    run = evening(ground, minutes=30)
    assert isinstance(run.engine.log, MemoryLog)
    state = first_state(ground.province)
    for entry in run.engine.log.entries:
        state = fold(state, decode(entry.kind, entry.body))
    assert state == run.engine.state
    assert snapshot(state) == snapshot(run.engine.state)
    assert run.engine.log.verify().whole


def test_a_log_on_disk_has_the_same_trace(ground: Ground, tmp_path: Path) -> None:
    on_disk = SqliteLog(tmp_path / "log.sqlite")
    run = evening(ground, minutes=3, log=on_disk)
    assert run.engine.trace_hash() == evening(ground, minutes=3).engine.trace_hash()
    on_disk.close()


@pytest.mark.parametrize("units", [60, 25])
def test_an_hour_of_refusing_and_silent_crews_breaks_no_law(ground: Ground, units: int) -> None:
    setting = Setting(units=units, seed=7, start_at=EVENING, conduct=HARD, desk=DeskConduct(acknowledge_share=0.5))
    run = Run(ground, setting)
    laws = Laws()
    laws.watch(run)
    run.plan(evening_calls(ground, 7))
    run.go(plus_s(EVENING, 3600))
    laws.check_end(run)
    assert laws.offers > 100
    assert len(laws.silent) > 10
    assert set(run.engine.refused) <= {"dispatch.offer_withdrawn", "dispatch.assignment_ended"}


def test_by_road_the_first_unit_is_never_later_than_by_straight_line(ground: Ground) -> None:
    looks: list[SecondLook] = []

    def look_through(sight: RoadSight) -> SecondLook:
        looks.append(SecondLook(sight))
        return looks[0]

    evening(ground, look_through=look_through)
    found = misled(looks[0].looks)
    assert found.decisions > 80
    assert all(look.road_s <= look.air_s for look in looks[0].looks)
    assert found.later_share > 0.05


def test_policies_see_the_same_calls_and_the_same_conduct(ground: Ground) -> None:
    road = evening(ground, minutes=15)
    setting = Setting(units=60, seed=1, start_at=EVENING, conduct=HARD, by_air=True)
    air = Run(ground, setting)
    air.plan(evening_calls(ground, 1))
    air.go(plus_s(EVENING, 900))
    assert road.ledger.rows.keys() == air.ledger.rows.keys()
    assert [(u.id, spot) for u, spot in road.units] == [(u.id, spot) for u, spot in air.units]
    incident, unit = next(iter(road.ledger.rows)), road.units[0][0].id
    assert road.behaviour.reply(incident, unit) == air.behaviour.reply(incident, unit)
    assert road.engine.trace_hash() != air.engine.trace_hash()


def test_a_hard_evening_with_a_panic_in_the_middle_breaks_no_law(ground: Ground) -> None:
    """Z99: few crews, many calls, unwilling crews, desks that look away, handhelds that fall silent, an officer in danger."""
    setting = Setting(units=20, seed=3, start_at=EVENING, conduct=HARD, desk=DeskConduct(acknowledge_share=0.2))
    run = Run(ground, setting)
    laws = Laws()
    laws.watch(run)
    run.plan(evening_calls(ground, 3))
    victim, quiet = run.units[5][0].id, run.units[2][0].id
    panic = IncidentId(f"{ground.province}.i{1:032x}")

    def cry() -> None:
        place = run.positions.place(victim)
        run.engine.ask(c.DeclareEmergency(unit_id=victim, incident_id=panic, point=place), officer(victim))

    run.engine.after(1200, cry)
    run.engine.after(600, lambda: run.positions.silence(quiet, run.engine.now))
    run.go(plus_s(EVENING, 3600))
    laws.check_end(run)
    incident = run.engine.state.world.incidents[panic]
    sent = [run.engine.state.world.assignments[a] for a in incident.assignments]
    assert any(a.accepted_at is not None for a in sent)
    assert all(a.unit_id != victim for a in sent)


def test_the_clock_never_goes_back(ground: Ground) -> None:
    run = evening(ground, minutes=10)
    assert isinstance(run.engine.log, MemoryLog)
    stamps = [entry.at for entry in run.engine.log.entries]
    assert stamps == sorted(stamps)
    assert run.engine.now == Instant(plus_s(EVENING, 600))


def test_of_two_at_one_instant_the_one_planned_first_happens_first_however_it_was_planned(ground: Ground) -> None:
    engine, happened = Engine(ground, start_at=EVENING), list[str]()
    soon, later = plus_s(EVENING, 5), plus_s(EVENING, 9)
    engine.at(soon, lambda: happened.append("1"))
    engine.plan([(later, lambda: happened.append("4")), (soon, lambda: happened.append("2"))])
    engine.at(soon, lambda: happened.append("3"))
    engine.at(later, lambda: happened.append("5"))
    engine.plan([(plus_s(EVENING, -60), lambda: happened.append("0")), (later, lambda: happened.append("6"))])
    engine.run_until(later)
    assert happened == ["0", "1", "2", "3", "4", "5", "6"]
    assert engine.now == later
