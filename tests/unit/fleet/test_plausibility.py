"""Where a province's own box makes a rule ambiguous, the fix is believed."""

import numpy as np

from nazdik.fleet.model import Bounds, Reason
from nazdik.fleet.plausibility import Batch, flaws
from tests.unit.fleet.doubles import NOON


def reason_at(lon: float, lat: float, bounds: Bounds) -> Reason:
    one, at = np.array([np.nan]), np.array([NOON])
    batch = Batch(np.array([0]), np.array([lon]), np.array([lat]), at, at, one, one, one, np.array([False]))
    return Reason(int(flaws(batch, bounds, NOON)[0]))


def test_a_good_place_whose_swap_is_also_good_is_not_called_swapped() -> None:
    diagonal = Bounds(30.0, 30.0, 50.0, 50.0)
    assert reason_at(48.0, 31.0, diagonal) is Reason.NONE
    assert reason_at(31.0, 48.0, diagonal) is Reason.NONE


def test_a_swap_is_called_by_its_name_even_where_it_leaves_the_earth() -> None:
    east = Bounds(100.0, 10.0, 110.0, 20.0)
    assert reason_at(15.0, 105.0, east) is Reason.SWAPPED
    assert reason_at(15.0, 95.0, east) is Reason.OUT_OF_RANGE
