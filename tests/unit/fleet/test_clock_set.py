"""Somebody sets the server's clock: handhelds go on ringing and standing where they are."""

import pytest

from nazdik.fleet.model import Fix, Heartbeat, Sound
from nazdik.kernel import Instant, UnitId
from nazdik.platform.clock import SystemClock
from nazdik.published.sight import Fitness
from tests.unit.fleet.doubles import AHVAZ, NOON, Bench

OK = Heartbeat(Sound.OK, battery=0.8, gps_age_s=2.0, app_version="0.1.0")
FIT = int(Fitness.POSITION_PLAUSIBLE) | int(Fitness.HANDHELD_HEALTHY)
HOUR_S = 3600.0


class SetClock(SystemClock):
    """A machine's clock that somebody sets, over a time that is always right."""

    def __init__(self, off_s: float = 0.0) -> None:
        self.true_us, self.off_s = int(NOON), off_s
        super().__init__()

    def _read_wall_ns(self) -> int:
        return (self.true_us + round(self.off_s * 1e6)) * 1000

    def _read_mono_ns(self) -> int:
        return (self.true_us - NOON) * 1000


class Town:
    """Three units whose handhelds have the right time, before a server whose clock is set."""

    def __init__(self, off_s: float = 0.0) -> None:
        self.bench = Bench(3, clock=SetClock(off_s))
        self.clock = self.bench.clock
        assert isinstance(self.clock, SetClock)

    def report(self, units: list[UnitId] | None = None, *, late_s: float = 0.0) -> set[str]:
        """Ten seconds pass, and units report. Return what became of their fixes."""
        assert isinstance(self.clock, SetClock)
        self.clock.true_us += 10_000_000
        at = Instant(self.clock.true_us - round(late_s * 1e6))
        lane = self.bench.lane
        lane.tick()
        for unit in self.bench.units:
            lane.heartbeat(unit, OK)
        sent = [Fix(unit, AHVAZ.lon, AHVAZ.lat, at) for unit in units or self.bench.units]
        return {verdict.reason or "now" for verdict in lane.report(sent)}

    def ages_s(self) -> list[float]:
        return list(self.bench.lane.frame_columns(self.clock.now()).ages_s)

    def set(self, seconds: float) -> None:
        assert isinstance(self.clock, SetClock)
        self.clock.off_s += seconds


@pytest.mark.parametrize("step_s", [HOUR_S, -HOUR_S])
def test_a_clock_that_is_set_wrong_and_right_again_makes_no_place_old(step_s: float) -> None:
    town = Town()
    town.report()
    for step in (step_s, -step_s):
        town.set(step)
        assert max(town.ages_s()) < 15, "nobody is older for it"
        assert {town.bench.road.masks[slot] for slot in range(3)} == {FIT}
        for _ in range(60):
            assert town.report() == {"now"}
            assert max(town.ages_s()) < 15
        now = town.clock.now()
        assert all(now - town.bench.road.placed[slot][2] < 15_000_000 for slot in range(3))


def test_a_clock_that_was_wrong_from_the_start_is_believed_as_soon_as_it_is_set_right() -> None:
    town = Town(off_s=-HOUR_S)
    assert town.report() == {"position.from_future"}
    town.set(HOUR_S)
    assert town.report() == {"now"}
    assert town.report(late_s=HOUR_S) == {"position.too_old"}, "what fitted the wrong time is not taken for new"


def test_the_fleet_outvotes_one_handheld_whose_clock_is_wrong_too() -> None:
    town = Town()
    town.report()
    town.set(HOUR_S)
    for _ in range(30):
        assert town.report(town.bench.units[:1], late_s=-HOUR_S) == {"position.from_future"}
        assert town.report(town.bench.units[1:]) == {"now"}


def test_clocks_that_were_all_corrected_together_are_believed_within_a_minute() -> None:
    town = Town()
    town.report()
    town.set(HOUR_S)
    said = [town.report(late_s=-HOUR_S) for _ in range(8)]
    assert said[-1] == {"now"}


def test_the_trail_keeps_what_the_device_said() -> None:
    town = Town()
    town.report()
    town.set(HOUR_S)
    town.report()
    kept = town.bench.trail[-1]
    assert isinstance(town.clock, SetClock)
    assert set(kept.claimed_at.tolist()) == {town.clock.true_us}
    assert set(kept.fixed_at.tolist()) == {int(town.clock.now())}
