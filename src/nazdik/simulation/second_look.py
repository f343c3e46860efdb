"""Watching decisions: each time dispatch asks who is nearest, ask also what the other measure would have said, and send nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nazdik.geo.sight import RoadSight
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.published.sight import Search, Seen, WayThere


@dataclass(frozen=True, slots=True)
class Look:
    """The nearest unit by road and by straight line at one decision, each with its road time in seconds."""

    road_unit: UnitId
    road_s: float
    air_unit: UnitId
    air_s: float


@dataclass
class SecondLook:
    """A `Sight` that passes every question on, and keeps both answers to "who is nearest"."""

    sight: RoadSight
    looks: list[Look] = field(default_factory=list)

    def covers(self, point: LonLat) -> bool:
        """See `Sight.covers`."""
        return self.sight.covers(point)

    def nearest(
        self,
        point: LonLat,
        *,
        k: int,
        all_of: int,
        any_of: int,
        fixed_after: Instant,
        exclude: frozenset[UnitId] = frozenset(),
        limit_s: float = 7200.0,
        now: Instant | None = None,
    ) -> Search:
        """See `Sight.nearest`; the straight line is asked with the same conditions."""
        found = self.sight.nearest(
            point, k=k, all_of=all_of, any_of=any_of, fixed_after=fixed_after, exclude=exclude, limit_s=limit_s, now=now
        )
        if found.found:
            by_air = self.sight.air_nearest(
                point, k=1, all_of=all_of, any_of=any_of, fixed_after=fixed_after, exclude=exclude
            )
            if by_air.found:
                road, air = found.found[0], by_air.found[0]
                self.looks.append(Look(road.unit_id, road.travel_time_s, air.unit_id, air.travel_time_s))
        return found

    def air_nearest(
        self,
        point: LonLat,
        *,
        k: int,
        all_of: int,
        any_of: int,
        fixed_after: Instant,
        exclude: frozenset[UnitId] = frozenset(),
    ) -> Search:
        """See `Sight.air_nearest`."""
        return self.sight.air_nearest(
            point, k=k, all_of=all_of, any_of=any_of, fixed_after=fixed_after, exclude=exclude
        )

    def reach(self, unit_id: UnitId, point: LonLat) -> Seen | None:
        """See `Sight.reach`."""
        return self.sight.reach(unit_id, point)

    def way(self, unit_id: UnitId, point: LonLat) -> WayThere | None:
        """See `Sight.way`."""
        return self.sight.way(unit_id, point)

    def tally(self, rungs: Sequence[tuple[int, int]], *, fixed_after: Instant) -> tuple[int, ...]:
        """See `Sight.tally`."""
        return self.sight.tally(rungs, fixed_after=fixed_after)

    def set_duty(self, unit_id: UnitId, mask: int, *, delay_s: float = 0.0, ready_at: Instant | None = None) -> None:
        """See `Sight.set_duty`."""
        self.sight.set_duty(unit_id, mask, delay_s=delay_s, ready_at=ready_at)


@dataclass(frozen=True, slots=True)
class Misled:
    """How often the straight line would have chosen somebody later by road, and by how much; seconds over all decisions."""

    decisions: int
    later_share: float
    mean_lost_s: float
    p90_lost_s: float


def misled(looks: list[Look]) -> Misled:
    """Return how the straight line would have done at the decisions of a run."""
    lost = sorted(look.air_s - look.road_s for look in looks)
    if not lost:
        return Misled(0, 0.0, 0.0, 0.0)
    later = sum(seconds > 0.5 for seconds in lost) / len(lost)
    p90 = lost[min(len(lost) - 1, int(0.9 * len(lost)))]
    return Misled(len(lost), round(later, 4), round(sum(lost) / len(lost), 2), round(p90, 2))
