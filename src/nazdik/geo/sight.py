"""
What dispatch and the fleet see of the road: units placed on it, and the nearest of them to a point.

Implements `published.sight.Sight` and `published.fleet.FleetOnRoad` for one province. The masks that decide who is fit
are set by others, each their own bits; this room only keeps and tests them.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

import numpy as np

from nazdik.geo.few import warm_up_standby
from nazdik.geo.graph import NO_ARC, TIME_MS_MAX, Int32s, RoadGraph
from nazdik.geo.ground import Ground, ReadyGround, Reports
from nazdik.geo.legs import legs_of
from nazdik.geo.match import Roads, lines_of, match_trail
from nazdik.geo.nearest import NearestUnits, warm_up
from nazdik.geo.questions import Met, Question
from nazdik.geo.reach import ArcTimes, Standing, standing
from nazdik.geo.route import OutsideRegion, Route
from nazdik.geo.snap import INCIDENT_LIMIT_M, Snapped, SnappedMany, Snapper
from nazdik.geo.tables import GROUPS
from nazdik.geo.times import RoadTimes
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.published.fleet import Bools, Floats, Ints, Traced
from nazdik.published.roads import RoadBasis
from nazdik.published.sight import HEALTH_BITS, Fitness, Search, Seen, WayThere

# Masks are 64 bits, which numpy and the compiled search keep as signed numbers.
_ALL_BITS: Final = (1 << 64) - 1
_SIGN_BIT: Final = 1 << 63
_DUTY_BITS: Final = ~HEALTH_BITS


class NoPlace(OutsideRegion):
    """The unit is on no road: it has never been placed, or its last place was not usable."""

    code = "geo.unit_without_place"


class RoadSight:
    """
    One province's units on its road graph.

    Calls from several threads are taken one after the other. A unit that is new is nowhere and fit for nothing until it
    is placed and its masks are set. `position_of` and `Seen.position` are where a unit reported to be, not the street
    it was put on.
    """

    def __init__(self, graph: RoadGraph, *, standby: bool = False) -> None:
        """Put an empty fleet on a road; see `Ground` for `standby`."""
        self._ground = Ground(graph, standby=standby)
        self._standby = standby
        self._ids: list[UnitId] = []
        self._slots: dict[UnitId, int] = {}
        self._placed: set[int] = set()
        self._headings = np.empty(0)
        self._usable = np.empty(0, dtype=np.bool_)
        self._ranked = True
        self._basis = RoadBasis()
        self._table = np.ones(len(GROUPS))
        self._learned = np.ones(len(GROUPS))
        self._without_place: tuple[UnitId, ...] | None = ()
        # The last way of each unit, with what it depends on.
        self._ways: dict[int, tuple[Any, WayThere | None]] = {}
        self._lock = Lock()

    @property
    def ground(self) -> Ground:
        """The road graph in force with all that is searched on it."""
        return self._ground

    @property
    def graph(self) -> RoadGraph:
        """The road graph in force."""
        return self._ground.graph

    @property
    def snapper(self) -> Snapper:
        """What finds the street of a point, on the graph in force."""
        return self._ground.snapper

    @property
    def roads(self) -> Roads:
        """What trails are matched to, on the graph in force."""
        return self._ground.roads

    # The fleet's side

    def enrol(self, unit_id: UnitId) -> int:
        """Return the unit's slot, giving it one when it is new."""
        with self._lock:
            return self._enrol(unit_id)

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
        """Follow units on the road and link them there; return each one's distance to it in metres (see protocol)."""
        unknown = np.full(len(slots), np.nan)
        speeds = unknown if speeds_m_per_s is None else speeds_m_per_s
        accuracies = unknown if accuracies_m is None else accuracies_m

        def matched(ground: Ground) -> SnappedMany:
            return ground.matcher.match(slots, lons, lats, headings_deg, speeds, accuracies, fixed_at_us)

        ground = self._ground
        snapped = matched(ground)
        with self._lock:
            self._check(slots)
            if ground is not self._ground:  # the map was exchanged meanwhile, and arcs are numbered anew
                snapped = matched(self._ground)
            self._headings[slots], self._usable[slots] = headings_deg, True
            had_road = self._units.arcs[slots] >= 0
            self._units.link(slots, snapped.arcs, snapped.fractions, lons, lats, fixed_at_us)
            if not np.array_equal(had_road, snapped.arcs >= 0):
                self._without_place = None
            self._placed.update(slots.tolist())
        return snapped.distances_m

    def beyond_reach(self, slots: Ints, lons: Floats, lats: Floats, reach_m: Floats) -> Bools:
        """Whether units cannot have come to these places by road within so many metres each (see protocol)."""
        return self._ground.matcher.beyond_reach(slots, lons, lats, reach_m)

    def trace(
        self,
        lons: Floats,
        lats: Floats,
        headings_deg: Floats,
        speeds_m_per_s: Floats,
        accuracies_m: Floats,
        fixed_at_us: Ints,
    ) -> Traced:
        """Return what a whole trail was on the road of today (see protocol)."""
        roads = self.roads
        drive = match_trail(
            roads,
            lons,
            lats,
            headings_deg,
            fixed_at_us,
            speeds_m_per_s=speeds_m_per_s,
            accuracies_m=accuracies_m,
        )
        return Traced(drive.lons, drive.lats, drive.arcs >= 0, drive.breaks, lines_of(roads, drive))

    def unplace(self, slots: Ints) -> None:
        """Unlink units: they have no usable position until placed again. Where they were last is remembered."""
        with self._lock:
            self._check(slots)
            self._ground.matcher.forget(slots)
            self._units.unlink(slots)
            self._usable[slots] = False
            self._without_place = None

    def set_health(self, slots: Ints, masks: Ints) -> None:
        """Set the health and position bits (`sight.HEALTH_BITS`) of units; all other bits are left alone."""
        with self._lock:
            self._check(slots)
            kept = self._units.masks
            kept[slots] = (kept[slots] & _DUTY_BITS) | (masks & HEALTH_BITS)

    def position_of(self, unit_id: UnitId) -> LonLat | None:
        """Return where the unit was last placed, or None when it never was."""
        slot = self._slots.get(unit_id)
        if slot is None or slot not in self._placed:
            return None
        return self._units.place_of(slot)

    # Dispatch's side

    def covers(self, point: LonLat) -> bool:
        """Whether the region has a road within the incident limit of the point."""
        return self.snapper.snap(point, limit_m=INCIDENT_LIMIT_M) is not None

    def set_duty(self, unit_id: UnitId, mask: int, *, delay_s: float = 0.0, ready_at: Instant | None = None) -> None:
        """Set the duty bits and the delay of a unit, enrolling it when it is new (see `Sight.set_duty`)."""
        with self._lock:
            slot, masks = self._enrol(unit_id), self._units.masks
            self._units.set_delay(slot, round(delay_s * 1000), ready_at)
            before = int(masks[slot])
            masks[slot] = (before & HEALTH_BITS) | (_signed(mask) & _DUTY_BITS)
            if (before ^ mask) & Fitness.ON_DUTY:
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
            seen = tuple(self._seen(met) for met in answer.found)
            passed = tuple(self._seen(met) for met in answer.passed_over)
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
                    tuple(self._seen(met) for met in answer.found),
                    tuple(self._seen(met) for met in answer.passed_over),
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
            seen = tuple(self._seen(by_slot[slot]) for slot in chosen.tolist() if slot in by_slot)
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
            return self._seen(answer.found[0]) if answer.found else None

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
        ladder = np.array([(_signed(all_of), _signed(any_of)) for all_of, any_of in rungs], dtype=np.int64)
        with self._lock:
            return tuple(self._units.tally(ladder.reshape(-1, 2), fixed_after))

    def arc_times(self) -> tuple[RoadGraph, ArcTimes]:
        """The graph in force and the times of its arcs at this moment, for searches outside the lock."""
        with self._lock:
            times = self._ground.times
            return self.graph, ArcTimes(times.arc_ms.copy(), times.through_ms, times.states)

    def standing_units(
        self, *, all_of: int, any_of: int, fixed_after: Instant
    ) -> tuple[RoadGraph, tuple[UnitId, ...], Standing]:
        """The graph in force, and where each unit on a road stands that a search with these bits would find, by unit id."""
        with self._lock:
            self._rank()
            units = self._units
            masks, need, either = units.masks, _signed(all_of), _signed(any_of)
            fit = ((masks & need) == need) & (units.fixed_at_us > fixed_after) & (units.arcs >= 0)
            if either:
                fit &= (masks & either) != 0
            slots = sorted(np.flatnonzero(fit).tolist(), key=self._ids.__getitem__)
            places = [units.standing(slot) or (NO_ARC, 0.0) for slot in slots]
            ids = tuple(self._ids[slot] for slot in slots)
            return self.graph, ids, standing([arc for arc, _ in places], [share for _, share in places])

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
        west, south, east, north = self.graph.bounds
        self.covers(LonLat((west + east) / 2, (south + north) / 2))

    # The state of the roads

    @property
    def times(self) -> RoadTimes:
        """What driving takes now on the graph in force, and which streets are closed; change it with `set_times`."""
        return self._ground.times

    def set_times(self, arcs: Ints, ms: Int32s) -> None:
        """Set the times of arcs of the graph in force, seen by the next question; `times.CLOSED_MS` closes one."""
        with self._lock:
            self._ground.times.set_times(arcs, ms)

    def set_basis(self, basis: RoadBasis, table: Floats, learned: Floats) -> None:
        """Say by which times it answers: the basis for the record, and the factors of the road groups, in their order."""
        with self._lock:
            self._basis, self._table, self._learned = basis, table, learned
            self._ways.clear()

    # Another map

    def make_ready(self, graph: RoadGraph) -> ReadyGround:
        """
        Make a graph ready to take the place of the one in force: index it and put the whole fleet on it.

        Takes seconds on a large graph; call it from a thread that nobody waits for. Nothing in force changes.
        """
        ready = ReadyGround(Ground(graph, standby=self._standby))
        self.catch_up(ready)
        return ready

    def catch_up(self, ready: ReadyGround) -> None:
        """Put units where they have reported to be since `ready` was made, so that less is left to `switch`."""
        with self._lock:
            reports = self._reports()
        self._settle(ready, reports)

    def switch(self, ready: ReadyGround) -> tuple[UnitId, ...]:
        """
        Put a graph that was made ready in force, and return who stands on no road of it though they report a place.

        Call it between two decisions. Whoever moved since `catch_up` is placed now: some microseconds a unit.
        """
        with self._lock:
            self._settle(ready, self._reports())
            units = ready.ground.units
            units.keep_from(self._units)
            self._ground = ready.ground
            if ready.said is not None:
                self._basis, self._table, self._learned = ready.said
            self._ranked, self._without_place = False, None
            self._ways.clear()
            lost = np.flatnonzero((units.arcs < 0) & self._usable[: len(units)])
            return tuple(sorted(self._ids[slot] for slot in lost.tolist()))

    def _reports(self) -> Reports:
        size, units = len(self._ids), self._units
        return Reports(
            lons=units.lons.copy(),
            lats=units.lats.copy(),
            headings_deg=self._headings[:size].copy(),
            fixed_at_us=units.fixed_at_us.copy(),
            usable=self._usable[:size].copy(),
        )

    def _settle(self, ready: ReadyGround, reports: Reports) -> None:
        """Place on the new ground whoever reported something since; a unit without a usable place gets none."""
        slots, units = reports.differs(ready.reports), ready.ground.units
        while len(units) < len(reports.lons):
            units.add()
        lons, lats = reports.lons[slots], reports.lats[slots]
        # Nothing is known of how they came: each begins its chain on the new ground.
        unknown = np.full(len(slots), np.nan)
        headings, fixed_at_us = reports.headings_deg[slots], reports.fixed_at_us[slots]
        found = ready.ground.matcher.match(slots, lons, lats, headings, unknown, unknown, fixed_at_us)
        arcs = np.where(reports.usable[slots], found.arcs, NO_ARC).astype(np.int32)
        units.link(slots, arcs, found.fractions, lons, lats, reports.fixed_at_us[slots])
        ready.reports = reports

    # Inside

    def _way(self, slot: int, goal: Snapped) -> WayThere | None:
        self._rank()
        found = self._units.search(goal.arc, goal.fraction, k=1, only=slot).found
        if not found:
            return None
        path = self._units.path_of(slot)
        legs, expected_s = legs_of(self.graph, path, self._table, self._learned)
        travel_time_s = found[0].travel_ms / 1000
        return WayThere(
            travel_time_s=travel_time_s,
            distance_m=found[0].distance_m,
            legs=legs,
            traffic_s=travel_time_s - expected_s - float(path.turn_ms.sum()) / 1000,
            arcs=tuple(path.arcs.tolist()),
            basis=self._basis,
        )

    @property
    def _units(self) -> NearestUnits:
        return self._ground.units

    def _enrol(self, unit_id: UnitId) -> int:
        slot = self._slots.get(unit_id)
        if slot is None:
            slot = self._slots[unit_id] = self._units.add()
            self._ids.append(unit_id)
            self._ranked = False
            if slot >= len(self._headings):
                room = max(64, len(self._headings))
                self._headings = np.concatenate([self._headings, np.full(room, np.nan)])
                self._usable = np.concatenate([self._usable, np.zeros(room, dtype=np.bool_)])
        return slot

    def _rank(self) -> None:
        """Keep ties in the order of unit ids; sorted again only after someone new came."""
        if not self._ranked:
            self._units.rank(sorted(range(len(self._ids)), key=self._ids.__getitem__))
            self._ranked = True

    def _check(self, slots: Ints) -> None:
        assert not len(slots) or (int(slots.min()) >= 0 and int(slots.max()) < len(self._ids)), "slots come from enrol"

    def _slots_of(self, unit_ids: frozenset[UnitId]) -> list[int]:
        return [self._slots[unit_id] for unit_id in unit_ids if unit_id in self._slots]

    def _goal(self, point: LonLat) -> Snapped:
        goal = self.snapper.snap(point, limit_m=INCIDENT_LIMIT_M)
        if goal is None:
            raise OutsideRegion(lon=point.lon, lat=point.lat)
        return goal

    def _seen(self, met: Met) -> Seen:
        return Seen(
            unit_id=self._ids[met.slot],
            travel_time_s=met.travel_ms / 1000,
            distance_m=met.distance_m,
            position=LonLat(met.lon, met.lat),
            fixed_at=Instant(met.fixed_at_us),
            mask=met.mask & _ALL_BITS,
            delay_s=met.delay_ms / 1000,
        )

    def _search(
        self,
        goal: Snapped,
        found: tuple[Seen, ...],
        passed_over: tuple[Seen, ...],
        settled_nodes: int,
        exclude: frozenset[UnitId],
    ) -> Search:
        if self._without_place is None:
            lost = (self._units.arcs < 0) & ((self._units.masks & Fitness.ON_DUTY) != 0)
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


def _signed(mask: int) -> int:
    mask &= _ALL_BITS
    return mask - (1 << 64) if mask & _SIGN_BIT else mask


def _ms(limit_s: float) -> int:
    return int(min(max(limit_s * 1000, -1.0), float(TIME_MS_MAX)))
