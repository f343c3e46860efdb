"""Clocks: never backwards."""

from itertools import pairwise

import pytest

from nazdik.kernel import Instant
from nazdik.platform.clock import SystemClock, VirtualClock

S = 1_000_000_000


class Steered(SystemClock):
    """A system clock whose two sources are ours to set."""

    wall_ns = 1_000 * S
    mono_ns = 0

    def _read_wall_ns(self) -> int:
        return self.wall_ns

    def _read_mono_ns(self) -> int:
        return self.mono_ns

    def pass_s(self, seconds: float, *, step_s: float = 0.0) -> Instant:
        self.mono_ns += round(seconds * S)
        self.wall_ns += round((seconds + step_s) * S)
        return self.now()


def test_it_follows_the_wall_clock_and_a_step_forward() -> None:
    clock = Steered()
    assert clock.pass_s(1) == 1_001_000_000
    assert clock.pass_s(1, step_s=60) == 1_062_000_000


def test_a_step_back_never_shows_and_is_made_good_slowly() -> None:
    clock = Steered()
    before = clock.pass_s(1)
    seen = [before, clock.pass_s(1, step_s=-60)]
    for _ in range(700):
        seen.append(clock.pass_s(1))
    assert seen == sorted(seen)
    assert all(later - earlier >= 900_000 for earlier, later in pairwise(seen))
    assert seen[-1] == clock.wall_ns // 1_000, "caught up after ten minutes"


def test_it_goes_on_from_what_was_recorded_before_it_was_set_back() -> None:
    clock = Steered()
    clock.not_before(Instant(1_060_000_000))
    seen = [clock.now(), clock.pass_s(100), clock.pass_s(500)]
    assert seen == [1_060_000_000, 1_150_000_000, 1_600_000_000], "it loses a tenth of each second"
    clock.not_before(Instant(seen[-1] + 3 * 3_600_000_000))
    assert clock.now() == 1_600_000_000, "a time far ahead was a mistake"
    clock.not_before(Instant(5))
    assert clock.now() == 1_600_000_000


def test_the_real_one_does_not_go_back() -> None:
    clock = SystemClock()
    seen = [clock.now() for _ in range(1_000)]
    assert seen == sorted(seen)


def test_the_virtual_one_stands_still_until_told() -> None:
    clock = VirtualClock(5)
    assert (clock.now(), clock.now()) == (5, 5)
    assert clock.advance_s(1.5) == 1_500_005
    assert clock.monotonic_s() == 1.5
    with pytest.raises(ValueError, match="backwards"):
        clock.move_to(Instant(1))
