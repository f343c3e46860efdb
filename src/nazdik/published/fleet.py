"""How the fleet tells the road where its units are, and what the road needs to answer with them."""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from nazdik.kernel import LonLat, UnitId
from nazdik.published.sight import Sight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Traced(NamedTuple):
    """
    A past trail on the road, judged as a whole.

    `on_road` is False where no road is near (the place is then the fix itself), `breaks` True where nothing ties a fix to
    the one before; `lines` are the ways driven, a line for each unbroken piece.
    """

    lons: Floats
    lats: Floats
    on_road: Bools
    breaks: Bools
    lines: list[list[LonLat]]


class FleetOnRoad(Sight, Protocol):
    """A province's units linked to its road graph. Slots are small integers, given once and never reused."""

    def enrol(self, unit_id: UnitId) -> int:
        """Return the unit's slot, giving it one when it is new."""

    def place(
        self,
        slots: Ints,
        lons: Floats,
        lats: Floats,
        headings_deg: Floats,
        fixed_at_us: Ints,
        *,
        speeds_m_per_s: Floats | None = None,
        accuracies_m: Floats | None = None,
    ) -> Floats:
        """
        Follow units on the road and link them there; return each one's distance to the road in metres.

        The street is the one that the unit can have driven to since its last fix, not only the nearest.

        Args:
            slots: Shape (n,); each at most once.
            headings_deg: Clockwise from true north, NaN when unknown; settles the direction on a two-way road.
            fixed_at_us: When each fix was taken, UTC microseconds.
            speeds_m_per_s, accuracies_m: As the device said, NaN when it did not.

        A unit further from any road than the snapping limit is unlinked (never found) and its distance is infinite.
        """

    def beyond_reach(self, slots: Ints, lons: Floats, lats: Floats, reach_m: Floats) -> Bools:
        """
        Whether units cannot have come to these places by road within so many metres each; shape (n,).

        False where nothing is known: a unit never placed, a place far from every road.
        """

    def trace(
        self,
        lons: Floats,
        lats: Floats,
        headings_deg: Floats,
        speeds_m_per_s: Floats,
        accuracies_m: Floats,
        fixed_at_us: Ints,
    ) -> Traced:
        """Return what a whole trail of one unit was on the road, oldest first; NaN for what was not told."""

    def unplace(self, slots: Ints) -> None:
        """Unlink units: they have no usable position until placed again."""

    def set_health(self, slots: Ints, masks: Ints) -> None:
        """Set the health and position bits (`sight.HEALTH_BITS`) of units; all other bits are left alone."""

    def position_of(self, unit_id: UnitId) -> LonLat | None:
        """Return where the unit was last placed, or None."""
