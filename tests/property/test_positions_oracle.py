"""What is compiled says of every fix what the same rules say as masks over whole batches."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nazdik.fleet.model import Bools, Floats, Ints
from nazdik.fleet.plausibility import OF_ONE_UNIT_MAX, Batch, Tracks, flaws, warm_up
from nazdik.kernel import Instant
from tests.property.positions_oracle import Oracle
from tests.property.positions_oracle import flaws as flaws_by_masks
from tests.unit.fleet.doubles import AHVAZ, BOUNDS, NOON

UNITS = 4
M_PER_DEG = 95_100.0


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """No example waits for the compiler."""
    warm_up()


@dataclass(frozen=True, slots=True)
class Told:
    """One fix: its slot, its age in seconds, how far east of the middle of Ahvaz, and what else it said."""

    slot: int
    age_s: float
    east_m: float
    speed_m_per_s: float = float("nan")
    accuracy_m: float = float("nan")
    mock: bool = False
    swapped: bool = False


TOLD = st.builds(
    Told,
    slot=st.integers(-1, UNITS - 1),
    age_s=st.sampled_from([-30.0, -10.0, -9.0, -0.5, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 20.0, 60.0, 90.0, 91.0, 7_200.0]),
    east_m=st.sampled_from(
        [0.0, 0.0, 0.0, 20.0, 60.0, 200.0, 300.0, 700.0, 5_000.0, 40_000.0, 3e6, -4.6e6, float("nan")]
    ),
    speed_m_per_s=st.sampled_from([float("nan"), 0.0, 12.0]),
    accuracy_m=st.sampled_from([float("nan"), 12.0, 500.0, 501.0, float("inf")]),
    mock=st.sampled_from([False] * 9 + [True]),
    swapped=st.sampled_from([False] * 9 + [True]),
)
SCRIPTS = st.lists(st.tuples(st.sampled_from([0.0, 1.0, 5.0, 31.0, 61.0]), st.lists(TOLD, max_size=10)), max_size=12)


def batch_of(told: list[Told], now: Instant) -> Batch:
    """The columns of some fixes."""
    lons = np.array([AHVAZ.lon + one.east_m / M_PER_DEG for one in told], np.float64)
    lats = np.full(len(told), AHVAZ.lat)
    swapped = np.array([one.swapped for one in told], np.bool_)
    claimed_at = np.array([now - round(one.age_s * 1e6) for one in told], np.int64)
    return Batch(
        slots=np.array([one.slot for one in told], np.int64),
        lons=np.where(swapped, lats, lons),
        lats=np.where(swapped, lons, lats),
        claimed_at=claimed_at,
        fixed_at=np.minimum(claimed_at, now),
        headings_deg=np.full(len(told), np.nan),
        speeds_m_per_s=np.array([one.speed_m_per_s for one in told], np.float64),
        accuracies_m=np.array([one.accuracy_m for one in told], np.float64),
        mock=np.array([one.mock for one in told], np.bool_),
    )


class River:
    """A road on which every second metre of reach is too short, and who asked it for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[int], list[float], list[float]]] = []

    def beyond_reach(self, slots: Ints, lons: Floats, lats: Floats, reach_m: Floats) -> Bools:
        self.asked.append((slots.tolist(), lons.tolist(), reach_m.tolist()))
        return (slots + np.round(reach_m).astype(np.int64)) % 2 == 0


FLOOD = [Told(1, age / 2, 0.0) for age in range(OF_ONE_UNIT_MAX + 9)]
PARKED = [(31.0, [Told(0, 0.0, 0.0, speed_m_per_s=12.0)])] * 5
CARRIED_OFF = [(5.0, [Told(0, 0.0, east_m)]) for east_m in (0.0, 4e4, 4e4, 4e4, 200.0)]
OVER_A_RIVER = [(5.0, [Told(slot, 0.0, east_m) for slot in range(UNITS)]) for east_m in (0.0, 300.0, 0.0, 300.0, 300.0)]


@example([(0.0, FLOOD), (1.0, FLOOD)])
@example(PARKED)
@example(CARRIED_OFF)
@example(OVER_A_RIVER)
@given(SCRIPTS)
@settings(deadline=None)
def test_fix_by_fix_says_what_masks_over_whole_batches_say(script: list[tuple[float, list[Told]]]) -> None:
    tracks, oracle, now = Tracks(UNITS), Oracle(UNITS), NOON
    river, other_river = River(), River()
    for wait_s, told in script:
        now = Instant(now + round(wait_s * 1e6))
        batch = batch_of(told, now)
        reasons = flaws(batch, BOUNDS, now)
        expected = flaws_by_masks(batch, BOUNDS, now)
        believed, seen = tracks.judge(batch, reasons, now, river.beyond_reach)
        oracle.judge(batch, expected, now, other_river.beyond_reach)
        assert reasons.tolist() == expected.tolist()
        assert river.asked == other_river.asked
        assert believed.tolist() == sorted({one.slot for one, reason in zip(told, reasons, strict=True) if not reason})
        assert seen.tolist() == sorted({one.slot for one in told if one.slot >= 0})
        for name, column in vars(oracle).items():
            np.testing.assert_array_equal(tracks[name], column, err_msg=name)
