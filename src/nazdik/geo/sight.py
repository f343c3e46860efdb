"""
What dispatch sees of the road: the nearest units to a point, when they could be there, and by which way.

Implements `published.sight.Sight` for one province, and through `fleet_on_ground` also `published.fleet.FleetOnRoad`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from nazdik.geo.few import warm_up_standby
from nazdik.geo.fleet_on_ground import FleetOnGround
from nazdik.geo.graph import TIME_MS_MAX, RoadGraph
from nazdik.geo.legs import legs_of
from nazdik.geo.nearest import warm_up
from nazdik.geo.questions import Met, Question, RoadPath
from nazdik.geo.reach import ArcTimes, Standing, times_now
from nazdik.geo.route import OutsideRegion, Route
from nazdik.geo.snap import INCIDENT_LIMIT_M, Snapped
from nazdik.geo.times import RoadTimes
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.published.fleet import Floats, Ints
from nazdik.published.sight import HEALTH_BITS, Fitness, Search, Seen, WayThere

# Masks are 64 bits, which numpy and the compiled search keep as signed numbers.
_ALL_BITS: Final = (1 << 64) - 1
_SIGN_BIT: Final = 1 << 63
# A plain number: testing a flag as an enum takes a microsecond, and this is asked with every fact about a unit.
_ON_DUTY: Final = int(Fitness.ON_DUTY)


class NoPlace(OutsideRegion):
    """The unit is on no road: it has never been placed, or its last place was not usable."""

    code = "geo.unit_without_place"


class RoadSight(FleetOnGround):
    """
    One province's units on its road graph, to be asked who is nearest. How they come to stand there is in `FleetOnGround`.

    `Seen.position` is where a unit reported to be, not the street it was put on.
    """

    def covers(self, point: LonLat) -> bool:
        """Whether the region has a road within the incident limit of the point."""
        return self.snapper.snap(point, limit_m=INCIDENT_LIMIT_M) is not None

    def set_duty(self, unit_id: UnitId, mask: int, *, delay_s: float = 0.0, ready_at: Instant | None = None) -> None:
        """Set the duty bits and the delay of a unit, enrolling it when it is new (see `Sight.set_duty`)."""
        with self._lock:
            slot, units = self._enrol(unit_id), self._units
            units.set_delay(slot, round(delay_s * 1000), ready_at)
            before = units.change_mask(slot, HEALTH_BITS, _signed(mask))
            if (before ^ mask) & _ON_DUTY:
                self._without_place = None

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
        """
        The k fit units soonest there by road (see `Sight.nearest`).

        At most `questions.PASSED_OVER_MAX` passed-over units are listed, the nearest ones.

        Raises:
            OutsideRegion: No road within the incident limit of the point (`geo.outside_region`).
        """
        with self._lock:
            goal = self._goal(point)
            self._rank()
            answer = self._units.search(
                goal.arc,
                goal.fraction,
                k=k,
                all_of=_signed(all_of),
                any_of=_signed(any_of),
                fixed_after_us=fixed_after,
                barred=self._slots_of(exclude),
                limit_ms=_ms(limit_s),
                now_us=now,
            )
            self._just_asked = (goal, self._units, self._ground.times.version)
            self._just_met = {met.slot: met for met in answer.found}
            seen, passed = self._seen(answer.found), self._seen(answer.passed_over)
            return self._search(goal, seen, passed, answer.settled_nodes, exclude)

    def nearest_to_each(
        self,
        points: Sequence[LonLat],
        *,
        k: int,
        all_of: int,
        any_of: int,
        fixed_after: Instant,
        exclude: frozenset[UnitId] = frozenset(),
        limit_s: float = 7200.0,
        now: Instant | None = None,
    ) -> tuple[Search, ...]:
        """
        The answer of `nearest` for each of several points, found in one go; no unit is used up by one of them.

        At most `questions.PASSED_OVER_IN_BATCH_MAX` passed-over units are listed for each. Raises as `nearest` does.
        """
        with self._lock:
            goals = [self._goal(point) for point in points]
            self._rank()
            barred = self._slots_of(exclude)
            questions = [
                Question(
                    arc=goal.arc,
                    fraction=goal.fraction,
                    k=k,
                    all_of=_signed(all_of),
                    any_of=_signed(any_of),
                    fixed_after_us=fixed_after,
                    barred=barred,
                    limit_ms=_ms(limit_s),
                    now_us=now,
                )
                for goal in goals
            ]
            return tuple(
                self._search(
                    goal,
                    self._seen(answer.found),
                    self._seen(answer.passed_over),
                    answer.settled_nodes,
                    exclude,
                )
                for goal, answer in zip(goals, self._units.search_many(questions), strict=True)
            )

    def arrivals(
        self,
        unit_ids: Sequence[UnitId],
        points: Sequence[LonLat],
        *,
        limit_s: float = 7200.0,
        now: Instant | None = None,
    ) -> Floats:
        """
        Seconds until each unit could be at each point, whatever its fitness, `inf` where it cannot; shape (units, points).

        Raises:
            OutsideRegion: No road within the incident limit of a point (`geo.outside_region`).
        """
        table = np.full((len(unit_ids), len(points)), np.inf)
        known = [row for row, unit_id in enumerate(unit_ids) if unit_id in self._slots]
        with self._lock:
            goals = [self._goal(point) for point in points]
            ms = self._units.times_to(
                [self._slots[unit_ids[row]] for row in known],
                [goal.arc for goal in goals],
                [goal.fraction for goal in goals],
                limit_ms=_ms(limit_s),
                now_us=now,
            )
        table[known] = np.where(ms >= 0, ms / 1000, np.inf)
        return table

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
        """
        The k fit units nearest by straight line, in that order, each with its road time; for comparison only.

        Units without a place on the road are not considered. Nothing is said of units passed over.
        """
        with self._lock:
            goal = self._goal(point)
            self._rank()
            chosen = self._units.air_nearest(
                point,
                k=k,
                all_of=_signed(all_of),
                any_of=_signed(any_of),
                fixed_after_us=fixed_after,
                barred=self._slots_of(exclude),
            )
            if not len(chosen):
                return self._search(goal, (), (), 0, exclude)
            others = np.ones(len(self._units), dtype=np.bool_)
            others[chosen] = False
            answer = self._units.search(goal.arc, goal.fraction, k=len(chosen), barred=np.flatnonzero(others))
            by_slot = {met.slot: met for met in answer.found}
            seen = self._seen([by_slot[slot] for slot in chosen.tolist() if slot in by_slot])
            return self._search(goal, seen, (), answer.settled_nodes, exclude)

    def reach(self, unit_id: UnitId, point: LonLat) -> Seen | None:
        """One unit's road time to a point whatever its fitness, or None when it has no place or no way there."""
        with self._lock:
            goal = self._goal(point)
            slot = self._slots.get(unit_id)
            if slot is None or self._units.standing(slot) is None:
                return None
            self._rank()
            answer = self._units.search(goal.arc, goal.fraction, k=1, only=slot)
            return self._seen(answer.found)[0] if answer.found else None

    def way(self, unit_id: UnitId, point: LonLat) -> WayThere | None:
        """One unit's way to a point and what it is made of (see `Sight.way`)."""
        with self._lock:
            goal, slot = self._goal(point), self._slots.get(unit_id)
            standing = None if slot is None else self._units.standing(slot)
            if slot is None or standing is None:
                return None
            # A unit is promised when it is chosen and when it sets out, and mostly stands where it stood.
            asked = (goal, standing, self._ground.times.version, self._basis)
            if self._ways.get(slot, (None,))[0] != asked:
                self._ways[slot] = (asked, self._way(slot, goal))
            return self._ways[slot][1]

    def tally(self, rungs: Sequence[tuple[int, int]], *, fixed_after: Instant) -> tuple[int, ...]:
        """How many enrolled units stop at each rung (see `Sight.tally`)."""
        ladder = _ladder(tuple(rungs))
        with self._lock:
            return tuple(self._units.tally(ladder, fixed_after))

    def times_now(self) -> RoadTimes:
        """What driving takes at this moment, with the graph it is of, for searches beside the work; copied once a change."""
        with self._lock:
            times, kept = self._ground.times, self._snapshot
            if kept is None or kept.graph is not times.graph or kept.version != times.version:
                kept = self._snapshot = times.snapshot()
            return kept

    def arc_times(self) -> tuple[RoadGraph, ArcTimes]:
        """The graph in force and the times of its arcs at this moment, for searches outside the lock."""
        now = self.times_now()
        return now.graph, times_now(now)

    def standing_units(
        self, *, all_of: int, any_of: int, fixed_after: Instant
    ) -> tuple[RoadGraph, tuple[UnitId, ...], Standing]:
        """
        The graph in force, and where each unit on a road stands that a search with these bits would find, by unit id.

        Each starts after its delay; that it is ready only later is left out.
        """
        with self._lock:
            self._rank()
            units = self._units
            masks, need, either = units.masks, _signed(all_of), _signed(any_of)
            fit = ((masks & need) == need) & (units.fixed_at_us > fixed_after) & (units.arcs >= 0)
            if either:
                fit &= (masks & either) != 0
            slots = sorted(np.flatnonzero(fit).tolist(), key=self._ids.__getitem__)
            arcs, fractions = units.places(slots)
            return (
                self.graph,
                tuple(self._ids[slot] for slot in slots),
                Standing(arcs, fractions, units.delays_ms[slots]),
            )

    def route_of(self, unit_id: UnitId, point: LonLat) -> Route:
        """
        The route of a unit from its place on the road to a point.

        Raises:
            NoPlace: The unit is on no road (`geo.unit_without_place`).
            OutsideRegion: The point is near no road (`geo.outside_region`).
        """
        with self._lock:
            slot = self._slots.get(unit_id)
            standing = None if slot is None else self._units.standing(slot)
            if standing is None:
                raise NoPlace(unit_id=unit_id)
            return self._ground.router.route_from(*standing, point)

    def route(self, start: LonLat, end: LonLat, *, heading_deg: float | None = None) -> Route:
        """The route between two points; raises `OutsideRegion` when one is near no road."""
        with self._lock:
            return self._ground.router.route(start, end, heading_deg=heading_deg)

    def warm_up(self) -> None:
        """Compile everything now, so that no first call waits for it."""
        warm_up()
        if self._standby:
            warm_up_standby()
        self.roads.warm_up()
        street = RoadPath(np.zeros(1, dtype=np.int32), 0.0, 1.0, np.zeros(1, dtype=np.int32))
        legs_of(self.graph, street, self._table, self._learned)
        west, south, east, north = self.graph.bounds
        self.covers(LonLat((west + east) / 2, (south + north) / 2))

    # Inside

    def _way(self, slot: int, goal: Snapped) -> WayThere | None:
        there = self._found_way(slot, goal)
        if there is None:
            return None
        met, path = there
        legs, expected_s = legs_of(self.graph, path, self._table, self._learned)
        travel_time_s = met.travel_ms / 1000
        return WayThere(
            travel_time_s=travel_time_s,
            distance_m=met.distance_m,
            legs=legs,
            traffic_s=travel_time_s - expected_s - float(path.turn_ms.sum()) / 1000,
            arcs=tuple(path.arcs.tolist()),
            basis=self._basis,
        )

    def _found_way(self, slot: int, goal: Snapped) -> tuple[Met, RoadPath] | None:
        """What a search for one unit meets and by which way; who was chosen a moment ago is not searched again."""
        if slot in self._just_met and self._just_asked == (goal, self._units, self._ground.times.version):
            try:
                return self._just_met[slot], self._units.path_of(slot)
            except LookupError:  # moved since, or something else was asked
                pass
        self._rank()
        found = self._units.search(goal.arc, goal.fraction, k=1, only=slot).found
        return (found[0], self._units.path_of(slot)) if found else None

    def _goal(self, point: LonLat) -> Snapped:
        goal = self.snapper.snap(point, limit_m=INCIDENT_LIMIT_M)
        if goal is None:
            raise OutsideRegion(lon=point.lon, lat=point.lat)
        return goal

    def _seen(self, met: Iterable[Met]) -> tuple[Seen, ...]:
        # All of them at once: a search names dozens of units that it passed over.
        ids = self._ids
        return tuple(
            [
                Seen(
                    ids[slot], (ms - delay_ms) / 1000, metres, LonLat(lon, lat), fixed_at, mask & _ALL_BITS,
                    delay_ms / 1000,
                )
                for slot, ms, delay_ms, mask, fixed_at, metres, lon, lat in met
            ]
        )  # fmt: skip

    def _search(
        self,
        goal: Snapped,
        found: tuple[Seen, ...],
        passed_over: tuple[Seen, ...],
        settled_nodes: int,
        exclude: frozenset[UnitId],
    ) -> Search:
        if self._without_place is None:
            lost = (self._units.arcs < 0) & ((self._units.masks & _ON_DUTY) != 0)
            self._without_place = tuple(sorted(self._ids[slot] for slot in np.flatnonzero(lost).tolist()))
        without_place = self._without_place
        if exclude:
            without_place = tuple(unit_id for unit_id in without_place if unit_id not in exclude)
        return Search(
            found=found,
            passed_over=passed_over,
            without_place=without_place,
            snapped=goal.place,
            off_road_m=goal.distance_m,
            settled_nodes=settled_nodes,
            fleet_size=len(self._ids),
            basis=self._basis,
        )


@lru_cache(maxsize=256)
def _ladder(rungs: tuple[tuple[int, int], ...]) -> Ints:
    """The rungs as the compiled count takes them; there are a few ladders, and every recommendation climbs one."""
    signed = [(_signed(all_of), _signed(any_of)) for all_of, any_of in rungs]
    return np.array(signed, dtype=np.int64).reshape(-1, 2)


def _signed(mask: int) -> int:
    mask &= _ALL_BITS
    return mask - (1 << 64) if mask & _SIGN_BIT else mask


def _ms(limit_s: float) -> int:
    return int(min(max(limit_s * 1000, -1.0), float(TIME_MS_MAX)))
