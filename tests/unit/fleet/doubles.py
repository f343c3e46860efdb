"""A road that only remembers what it was told, and a lane upon it."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bools, Bounds, Fix, Floats, Ints, Judged
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.platform.clock import VirtualClock
from nazdik.published.fleet import FleetOnRoad

BOUNDS = Bounds(47.6, 29.9, 50.7, 33.1)
AHVAZ = LonLat(48.68, 31.32)
NOON = Instant(1_795_223_702_000_000)


class PaperRoad:
    """The part of `FleetOnRoad` that the fleet speaks to, without any road: every point is on one."""

    def __init__(self) -> None:
        self.slots: dict[UnitId, int] = {}
        self.placed: dict[int, tuple[float, float, int]] = {}
        self.masks: dict[int, int] = {}
        self.health_calls = 0
        self.cut_off: set[int] = set()
        self.reach_asked: list[tuple[list[int], list[float]]] = []

    def enrol(self, unit_id: UnitId) -> int:
        return self.slots.setdefault(unit_id, len(self.slots))

    def place(
        self, slots: Ints, lons: Floats, lats: Floats, headings_deg: Floats, fixed_at_us: Ints, **told: Floats
    ) -> Floats:
        assert len(set(slots.tolist())) == len(slots), "each slot at most once"
        for slot, lon, lat, at in zip(slots.tolist(), lons.tolist(), lats.tolist(), fixed_at_us.tolist(), strict=True):
            self.placed[slot] = (lon, lat, at)
        return np.zeros(len(slots))

    def beyond_reach(self, slots: Ints, lons: Floats, lats: Floats, reach_m: Floats) -> Bools:
        """Whoever is in `cut_off` cannot have come anywhere."""
        self.reach_asked.append((slots.tolist(), reach_m.tolist()))
        return np.array([slot in self.cut_off for slot in slots.tolist()], np.bool_)

    def set_health(self, slots: Ints, masks: Ints) -> None:
        self.health_calls += 1
        self.masks.update(zip(slots.tolist(), masks.tolist(), strict=True))

    def position_of(self, unit_id: UnitId) -> LonLat | None:
        placed = self.placed.get(self.slots[unit_id])
        return None if placed is None else LonLat(placed[0], placed[1])


class Bench:
    """A lane on a paper road, a clock to turn, and the trail it wrote."""

    def __init__(self, units: int = 1, *, clock: Any = None) -> None:
        self.road = PaperRoad()
        self.clock = clock if clock is not None else VirtualClock(NOON)
        self.trail: list[Judged] = []
        keep: Callable[[Judged], None] = self.trail.append
        self.lane = PositionLane(cast(FleetOnRoad, self.road), clock=self.clock, bounds=BOUNDS, keep=keep)
        self.units = [UnitId(f"khuzestan.u.A{n:02d}") for n in range(1, units + 1)]
        for unit in self.units:
            self.lane.enrol(unit)

    def fix(self, age_s: float = 0.0, *, east_m: float = 0.0, unit: int = 0, **more: Any) -> Fix:
        """A fix `age_s` old by the present clock, so many metres east of the middle of Ahvaz."""
        at = Instant(self.clock.now() - round(age_s * 1e6))
        lon = AHVAZ.lon + east_m / 95_100
        return Fix(self.units[unit], lon, AHVAZ.lat, at)._replace(**more)

    def say(self, *fixes: Fix) -> list[str]:
        """Report, and return in words what became of each."""
        return [verdict.reason or verdict.use for verdict in self.lane.report(fixes)]
