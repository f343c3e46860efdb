"""
The units of one province on its road graph: who they are, where each stands, and how another map takes the old one's place.

Implements `published.fleet.FleetOnRoad`. The masks that decide who is fit are set by others, each their own bits; this room only
keeps them.
"""

from threading import Lock
from typing import Any, Final

import numpy as np

from nazdik.geo.graph import NO_ARC, Int32s, RoadGraph
from nazdik.geo.ground import Ground, ReadyGround, Reports
from nazdik.geo.match import Roads, lines_of, match_trail
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.questions import Met
from nazdik.geo.snap import SnappedMany, Snapper
from nazdik.geo.tables import GROUPS
from nazdik.geo.times import RoadTimes
from nazdik.kernel import LonLat, UnitId
from nazdik.published.fleet import Bools, Floats, Ints, Traced
from nazdik.published.roads import RoadBasis
from nazdik.published.sight import HEALTH_BITS, WayThere

# The bits of a mask that dispatch sets; all others are the fleet's.
DUTY_BITS: Final = ~HEALTH_BITS


class FleetOnGround:
    """
    Units on the ground in force.

    Calls from several threads are taken one after the other. A unit that is new is nowhere and fit for nothing until it
    is placed and its masks are set. `position_of` is where a unit reported to be, not the street it was put on.
    """

    def __init__(self, graph: RoadGraph, *, standby: bool = False) -> None:
        """Put an empty fleet on a road; see `Ground` for `standby`."""
        self._ground = Ground(graph, standby=standby)
        self._standby = standby
        self._ids: list[UnitId] = []
        self._slots: dict[UnitId, int] = {}
        self._headings = np.empty(0)
        self._usable = np.empty(0, dtype=np.bool_)
        self._placed = np.empty(0, dtype=np.bool_)
        self._ranked = True
        self._basis = RoadBasis()
        self._table = np.ones(len(GROUPS))
        self._learned = np.ones(len(GROUPS))
        self._without_place: tuple[UnitId, ...] | None = ()
        self._snapshot: RoadTimes | None = None
        # The last way of each unit, with what it depends on.
        self._ways: dict[int, tuple[Any, WayThere | None]] = {}
        # Whom the last question met, and what it rested on.
        self._just_asked: Any = None
        self._just_met: dict[int, Met] = {}
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
            self._placed[slots] = True
            if self._units.link(slots, snapped.arcs, snapped.fractions, lons, lats, fixed_at_us):
                self._without_place = None
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
            kept[slots] = (kept[slots] & DUTY_BITS) | (masks & HEALTH_BITS)

    def position_of(self, unit_id: UnitId) -> LonLat | None:
        """Return where the unit was last placed, or None when it never was."""
        slot = self._slots.get(unit_id)
        if slot is None or not self._placed[slot]:
            return None
        return self._units.place_of(slot)

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
                self._placed = np.concatenate([self._placed, np.zeros(room, dtype=np.bool_)])
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
