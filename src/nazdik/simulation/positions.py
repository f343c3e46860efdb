"""
Where the fleet is and what it has reported: units on a journey report often, standing ones seldom, and the road sees only reports.

Nothing is reported early or late to please the core's freshness rule: each unit's fix carries the instant of the report that it
comes from. To be quick, reports are put on the road only when a decision is about to look, all those of one moment in one batch.
"""

from dataclasses import dataclass

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.sight import RoadSight
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S, plus_s
from nazdik.published.fleet import Ints
from nazdik.published.sight import HEALTH_BITS
from nazdik.simulation.motion import Floats, Journey, Roads, Spot


@dataclass(frozen=True, slots=True)
class Reporting:
    """How often a handheld says where it is, in seconds: on the way, and standing. Both assumed; the core forgets after 90."""

    moving_s: float = 10.0
    standing_s: float = 60.0


@dataclass(slots=True)
class _Leg:
    """A journey in progress. Its place at each reporting moment is worked out when it begins, and kept by slot."""

    journey: Journey
    began_at: Instant
    end: Spot


class Positions:
    """The true place of every unit, and the reports of it."""

    def __init__(self, sight: RoadSight, roads: Roads, reporting: Reporting | None = None) -> None:
        reporting = reporting or Reporting()
        self._sight = sight
        self._roads = roads
        self._moving_us = round(reporting.moving_s * MICROSECONDS_PER_S)
        self._standing_us = round(reporting.standing_s * MICROSECONDS_PER_S)
        self._slots: dict[UnitId, int] = {}
        self._spots: dict[int, Spot] = {}
        self._legs: dict[int, _Leg] = {}
        self._lons: Floats = np.empty(0)
        self._lats: Floats = np.empty(0)
        self._standing = np.empty(0, dtype=np.bool_)
        # Of each slot on a journey: its first reporting moment, how many there are, and where it is at each.
        self._first_tick = np.empty(0, dtype=np.int64)
        self._ticks = np.empty(0, dtype=np.int64)
        self._tracks = np.empty((0, 64, 3))
        self._moving_tick = -1
        self._standing_tick = -1
        self._silent: set[int] = set()
        self._stopped: set[int] = set()

    def add(self, unit_id: UnitId, spot: Spot) -> None:
        """Put a unit on the ground, its handheld healthy; it is seen from its first report on, at once."""
        slot = self._sight.enrol(unit_id)
        self._slots[unit_id] = slot
        if slot >= len(self._lons):
            more = slot + 64 - len(self._lons)
            self._lons = np.concatenate([self._lons, np.zeros(more)])
            self._lats = np.concatenate([self._lats, np.zeros(more)])
            self._standing = np.concatenate([self._standing, np.zeros(more, dtype=np.bool_)])
            self._first_tick = np.concatenate([self._first_tick, np.zeros(more, dtype=np.int64)])
            self._ticks = np.concatenate([self._ticks, np.zeros(more, dtype=np.int64)])
            self._tracks = np.concatenate([self._tracks, np.zeros((more, *self._tracks.shape[1:]))])
        self._sight.set_health(np.array([slot]), np.array([HEALTH_BITS]))
        self.stand(unit_id, spot)
        self._moving_tick = self._standing_tick = -1

    def stand(self, unit_id: UnitId, spot: Spot) -> None:
        """Stop a unit at a place; the road learns it at the next moment of moving reports, and then as of all that stand."""
        slot = self._slots[unit_id]
        self._end_leg(slot)
        self._spots[slot] = spot
        self._lons[slot], self._lats[slot] = spot.place
        self._standing[slot] = slot not in self._silent
        self._stopped.add(slot)

    def drive(self, unit_id: UnitId, journey: Journey, now: Instant) -> None:
        """Set a unit on its way."""
        slot = self._slots[unit_id]
        first_tick = now // self._moving_us + 1
        last_tick = plus_s(now, journey.duration_s) // self._moving_us + 1
        self._spots.pop(slot, None)
        ticks = last_tick - first_tick + 1
        if ticks > self._tracks.shape[1]:
            more = max(ticks, 2 * self._tracks.shape[1]) - self._tracks.shape[1]
            self._tracks = np.pad(self._tracks, ((0, 0), (0, more), (0, 0)))
        # The last moment lies past the journey's end.
        end = self._roads.track(journey, now, first_tick, ticks, self._moving_us, self._tracks[slot])
        self._first_tick[slot], self._ticks[slot] = first_tick, ticks
        self._legs[slot] = _Leg(journey, now, end)
        self._standing[slot] = False

    def silence(self, unit_id: UnitId, now: Instant) -> None:
        """Let a unit's handheld fall silent: its last report ages until the core forgets it."""
        self.refresh(now)
        slot = self._slots[unit_id]
        self._silent.add(slot)
        self._standing[slot] = False

    def spot(self, unit_id: UnitId, now: Instant) -> Spot:
        """Return where a unit truly is."""
        slot = self._slots[unit_id]
        leg = self._legs.get(slot)
        if leg is None:
            return self._spots[slot]
        return self._roads.at(leg.journey, (now - leg.began_at) / MICROSECONDS_PER_S)

    def place(self, unit_id: UnitId) -> LonLat | None:
        """Return where a unit last reported to be."""
        return self._sight.position_of(unit_id)

    def seen_near_s(self, unit_id: UnitId, point: LonLat, radius_m: float) -> float | None:
        """Return how long after setting out the unit's first report from within the circle comes, or None on no such leg."""
        slot = self._slots[unit_id]
        leg = self._legs.get(slot)
        if leg is None:
            return None
        first = _first_within(self._tracks[slot], int(self._ticks[slot]), point.lon, point.lat, radius_m)
        if first < 0:
            return None
        tick = int(self._first_tick[slot]) + first
        return (tick * self._moving_us - leg.began_at) / MICROSECONDS_PER_S

    def refresh(self, now: Instant) -> None:
        """Put on the road every report made up to now that it has not seen; nothing to do between two moments."""
        tick = now // self._moving_us
        if tick != self._moving_tick:
            self._moving_tick = tick
            self._report_moving(tick)
        tick = now // self._standing_us
        if tick != self._standing_tick:
            self._standing_tick = tick
            slots = np.flatnonzero(self._standing)
            unknown = np.full(len(slots), np.nan)
            self._report(slots, self._lons[slots], self._lats[slots], unknown, self._standing_us * tick)

    def _report_moving(self, tick: int) -> None:
        slots = np.flatnonzero((self._ticks > 0) & (self._first_tick <= tick))
        if self._silent:
            slots = slots[~np.isin(slots, list(self._silent))]
        last = self._ticks[slots] - 1
        at = tick - self._first_tick[slots]
        lons, lats, headings = self._tracks[slots, np.minimum(at, last)].T
        stopped = np.array([slot for slot in sorted(self._stopped) if self._standing[slot]], dtype=np.int64)
        self._stopped.clear()
        if len(stopped):
            slots_told = np.concatenate([slots, stopped])
            lons = np.concatenate([lons, self._lons[stopped]])
            lats = np.concatenate([lats, self._lats[stopped]])
            headings = np.concatenate([headings, np.full(len(stopped), np.nan)])
        else:
            slots_told = slots
        for slot in slots[at >= last].tolist():
            self._spots[slot] = self._legs[slot].end
            self._end_leg(slot)
            self._lons[slot], self._lats[slot] = self._spots[slot].place
            self._standing[slot] = True
        self._report(slots_told, lons, lats, headings, tick * self._moving_us)

    def _end_leg(self, slot: int) -> None:
        self._legs.pop(slot, None)
        self._ticks[slot] = 0

    def _report(self, slots: Ints, lons: Floats, lats: Floats, headings: Floats, fixed_at: int) -> None:
        if len(slots):
            self._sight.place(slots, lons, lats, headings, np.full(len(slots), fixed_at, dtype=np.int64))


@compiled
def _first_within(track: Floats, ticks: int, lon: float, lat: float, radius_m: float) -> int:
    """The first of a track's moments at which it is within so many metres of a point, -1 when it never is."""
    per_lon = np.cos(np.radians(lat))
    for i in range(ticks):
        north, east = np.radians(track[i, 1] - lat), np.radians(track[i, 0] - lon) * per_lon
        if np.hypot(north, east) * 6_371_008.8 <= radius_m:
            return i
    return -1
