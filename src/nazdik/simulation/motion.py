"""
How a unit moves: along the fastest way at the road's pace, or wandering through the streets on patrol.

A journey is arcs with the time at which each is left. Where a unit is at many moments is found in one compiled pass, because
a simulated day asks a million times.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import CONTRAFLOW, REVERSED, RoadGraph
from nazdik.geo.legs import group_of_class
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.snap import INCIDENT_LIMIT_M, Snapper
from nazdik.geo.tables import GROUPS
from nazdik.geo.times import RoadTimes
from nazdik.kernel import Instant, LonLat
from nazdik.kernel.instant import MICROSECONDS_PER_S
from nazdik.published.roads import RoadBasis
from nazdik.simulation.chance import Chance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]
Bytes = NDArray[np.uint8]
# How many times as long crews really take, by road group and band of the time table.
Truth = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a street: `fraction` of the way along `arc`."""

    arc: int
    fraction: float
    place: LonLat


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """
    A way through the streets in time.

    Attributes:
        arcs: The arcs it takes; shape (n,).
        until_s: When each arc is left, seconds after the start, ascending; shape (n,).
        start_fraction, end_fraction: Where on the first arc it begins and on the last it ends.
        distance_m: Its length.
    """

    arcs: Int32s
    until_s: Floats
    start_fraction: float
    end_fraction: float
    distance_m: float

    @property
    def duration_s(self) -> float:
        """How long it takes."""
        return float(self.until_s[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Where a unit is at given moments; headings clockwise from true north. All of shape (n,)."""

    arcs: Int32s
    fractions: Floats
    lons: Floats
    lats: Floats
    headings_deg: Floats


class Roads:
    """Finds journeys on one graph and follows them. One workspace: one thread at a time."""

    def __init__(self, graph: RoadGraph, snapper: Snapper, truth: Truth | None = None) -> None:
        """`truth` is how crews really drive where that differs from the time table; without it they drive as it says."""
        self.graph = graph
        self.snapper = snapper
        self._times = RoadTimes(graph)
        self._one = NearestUnits(graph, capacity=1, times=self._times)
        self._one.add()
        self._truth = truth or {}
        self._group = group_of_class()[graph.segment_class[graph.arc_segment]]
        self._truth_now = np.ones(len(GROUPS))
        # Plain arrays in memory: what the compiled pass reads may otherwise be pages of a file.
        self._segment, self._flags = np.array(graph.arc_segment), np.array(graph.arc_flags)
        self._first, self._metres = np.array(graph.segment_first), np.array(graph.shape_m)
        self._arc_m = np.array(graph.arc_m)
        self._lon, self._lat = np.array(graph.shape_lon), np.array(graph.shape_lat)

    def spot(self, point: LonLat) -> Spot | None:
        """Return the place on a street nearest to a point, or None when there is no road within the incident limit."""
        snapped = self.snapper.snap(point, limit_m=INCIDENT_LIMIT_M)
        return None if snapped is None else Spot(snapped.arc, snapped.fraction, snapped.place)

    def set_times(self, arcs: Ints, ms: Int32s) -> None:
        """Set the true times of arcs, as `geo.pace` works them out; see `RoadTimes.set_times`."""
        self._times.set_times(arcs, ms)

    def set_basis(self, basis: RoadBasis, table: Floats, learned: Floats) -> None:
        """Hear which hours it is; crews drive by their own truth then."""
        self._truth_now = np.array([self._truth.get((group, basis.band), 1.0) for group in GROUPS])

    def journey(self, start: Spot, end: Spot, *, pace: float = 1.0) -> Journey:
        """Return the fastest way between two places; `pace` 1.2 takes a fifth longer than the road graph says."""
        ends = (start.arc, start.fraction), (end.arc, end.fraction)
        path = self._one.way_from(*ends)
        if path is None:
            # Cut off by closures: whoever has to go there is let through, as a patrol is.
            free = NearestUnits(self.graph, capacity=1)
            free.add()
            path = free.way_from(*ends)
            assert path is not None, "a road graph is strongly connected: every place can be reached from every other"
        return self.along(path.arcs, path.start_fraction, path.end_fraction, pace=pace, turns_ms=path.turn_ms)

    def along(
        self,
        arcs: Int32s,
        start_fraction: float,
        end_fraction: float,
        *,
        pace: float = 1.0,
        turns_ms: Int32s | None = None,
    ) -> Journey:
        """Return the journey over these arcs, each beginning where the one before ends; `turns_ms` is lost before each."""
        until_s = np.empty(len(arcs))
        turns_ms = np.zeros(len(arcs), dtype=np.int32) if turns_ms is None else turns_ms
        metres = _drive(
            arcs,
            start_fraction,
            end_fraction,
            turns_ms,
            self._times.arc_ms,
            self._arc_m,
            self._group,
            self._truth_now,
            pace / 1000.0,
            until_s,
        )
        return Journey(arcs, until_s, start_fraction, end_fraction, metres)

    def follow(self, journey: Journey, times_s: Floats) -> Track:
        """Return where a unit is so many seconds after it set out (ascending); it waits at the end."""
        n = len(times_s)
        arcs = np.empty(n, dtype=np.int32)
        fractions, lons, lats, headings = (np.empty(n) for _ in range(4))
        _follow(
            journey.arcs,
            journey.until_s,
            journey.start_fraction,
            journey.end_fraction,
            np.array(times_s, dtype=np.float64),
            self._segment,
            self._flags,
            self._first,
            self._lon,
            self._lat,
            self._metres,
            arcs,
            fractions,
            lons,
            lats,
            headings,
        )
        return Track(arcs, fractions, lons, lats, headings)

    def track(
        self, journey: Journey, began_at: Instant, first_tick: int, ticks: int, every_us: int, kept: Floats
    ) -> Spot:
        """
        Write where a unit is at so many moments, each a multiple of `every_us`, and return its place at the last of them.

        Args:
            began_at: When it set out.
            kept: Longitude, latitude and heading at each moment are written to its first rows; shape (n, 3).
        """
        arc, fraction = _track(
            journey.arcs,
            journey.until_s,
            journey.start_fraction,
            journey.end_fraction,
            began_at,
            first_tick,
            ticks,
            every_us,
            self._segment,
            self._flags,
            self._first,
            self._lon,
            self._lat,
            self._metres,
            kept,
        )
        lon, lat, _ = kept[ticks - 1].tolist()
        return Spot(arc, fraction, LonLat(lon, lat))

    def place_on(self, arc: int, fraction: float) -> Spot:
        """Return the place so far along an arc."""
        journey = Journey(np.array([arc], np.int32), np.array([1.0]), 0.0, 1.0, 0.0)
        track = self.follow(journey, np.array([fraction]))
        return Spot(arc, fraction, LonLat(float(track.lons[0]), float(track.lats[0])))

    def at(self, journey: Journey, after_s: float) -> Spot:
        """Return the place reached after so many seconds."""
        track = self.follow(journey, np.array([after_s]))
        place = LonLat(float(track.lons[0]), float(track.lats[0]))
        return Spot(int(track.arcs[0]), float(track.fractions[0]), place)

    def wander(
        self,
        start: Spot,
        seconds: float,
        chance: Chance,
        *subject: str,
        pace: float = 1.5,
        within: Callable[[LonLat], bool] | None = None,
    ) -> Journey:
        """
        Return a patrol's round of about so many seconds: at each junction another street by chance, turning back only
        where there is no other way or the beat ends.

        Args:
            pace: A patrol looks around; 1.5 takes half as long again as driving through.
            within: Whether a junction still belongs to the beat; without it the whole region does.
        """
        graph = self.graph
        arcs = [start.arc]
        left_s = seconds - float(graph.arc_ms[start.arc]) * (1 - start.fraction) * pace / 1000.0
        while left_s > 0:
            arcs.append(self._next(arcs[-1], within, chance.uniform(*subject, str(len(arcs)))))
            left_s -= float(graph.arc_ms[arcs[-1]]) * pace / 1000.0
        return self.along(np.array(arcs, dtype=np.int32), start.fraction, 1.0, pace=pace)

    def _next(self, arc: int, within: Callable[[LonLat], bool] | None, draw: float) -> int:
        graph = self.graph
        node, back = int(graph.arc_head[arc]), int(graph.arc_twin[arc])
        out = range(int(graph.first_out[node]), int(graph.first_out[node + 1]))
        lawful = [a for a in out if a != back and not graph.has_flag(a, CONTRAFLOW)]
        if within is not None and back >= 0 and not self._all_within(lawful, within):
            lawful = [a for a in lawful if within(self._head(a))]
        choices = lawful or ([back] if back >= 0 else list(out))
        return choices[int(draw * len(choices))]

    def _all_within(self, arcs: list[int], within: Callable[[LonLat], bool]) -> bool:
        return all(within(self._head(arc)) for arc in arcs)

    def _head(self, arc: int) -> LonLat:
        node = int(self.graph.arc_head[arc])
        return LonLat(float(self.graph.node_lon[node]), float(self.graph.node_lat[node]))


@compiled
def _drive(
    arcs: Int32s,
    start_fraction: float,
    end_fraction: float,
    turns_ms: Int32s,
    arc_ms: Int32s,
    arc_m: Floats,
    group: Ints,
    truth: Floats,
    s_per_ms: float,
    until_s: Floats,
) -> float:
    """Work out when each arc is left, and return the metres driven."""
    ms, metres, last = 0.0, 0.0, len(arcs) - 1
    for i in range(len(arcs)):
        part = 1.0
        if i == 0:
            part -= start_fraction
        if i == last:
            part -= 1.0 - end_fraction
        ms += arc_ms[arcs[i]] * (part * truth[group[arcs[i]]]) + turns_ms[i]
        metres += arc_m[arcs[i]] * part
        until_s[i] = ms * s_per_ms
    return metres


@compiled
def _follow(
    arcs: Int32s,
    until_s: Floats,
    start_fraction: float,
    end_fraction: float,
    times_s: Floats,
    arc_segment: Int32s,
    arc_flags: Bytes,
    segment_first: Int32s,
    shape_lon: Floats,
    shape_lat: Floats,
    shape_m: Floats,
    out_arc: Int32s,
    out_fraction: Floats,
    out_lon: Floats,
    out_lat: Floats,
    out_heading: Floats,
) -> None:
    """Step through arcs and moments together."""
    at, last = 0, len(arcs) - 1
    for i in range(len(times_s)):
        t = min(max(times_s[i], 0.0), until_s[last])
        while at < last and until_s[at] < t:
            at += 1
        begun = until_s[at - 1] if at > 0 else 0.0
        took = until_s[at] - begun
        share = (t - begun) / took if took > 0 else 1.0
        low = start_fraction if at == 0 else 0.0
        high = end_fraction if at == last else 1.0
        fraction = low + share * (high - low)
        arc = arcs[at]
        segment = arc_segment[arc]
        first, end = segment_first[segment], segment_first[segment + 1] - 1
        turned = (arc_flags[arc] & REVERSED) != 0
        length = shape_m[end]
        metres = length * (1.0 - fraction) if turned else length * fraction
        piece = first
        while piece < end - 1 and shape_m[piece + 1] < metres:
            piece += 1
        span = shape_m[piece + 1] - shape_m[piece]
        part = (metres - shape_m[piece]) / span if span > 0 else 0.0
        east = shape_lon[piece + 1] - shape_lon[piece]
        north = shape_lat[piece + 1] - shape_lat[piece]
        out_arc[i], out_fraction[i] = arc, fraction
        out_lon[i], out_lat[i] = shape_lon[piece] + part * east, shape_lat[piece] + part * north
        east *= np.cos(np.radians(shape_lat[piece]))
        heading = np.degrees(np.arctan2(-east, -north) if turned else np.arctan2(east, north))
        out_heading[i] = heading % 360.0


@compiled
def _track(
    arcs: Int32s,
    until_s: Floats,
    start_fraction: float,
    end_fraction: float,
    began_at: int,
    first_tick: int,
    ticks: int,
    every_us: int,
    arc_segment: Int32s,
    arc_flags: Bytes,
    segment_first: Int32s,
    shape_lon: Floats,
    shape_lat: Floats,
    shape_m: Floats,
    kept: Floats,
) -> tuple[int, float]:
    """As `_follow`, at the moments of reports; return the arc at the last of them and how far along it."""
    times_s = np.empty(ticks)
    for i in range(ticks):
        times_s[i] = ((first_tick + i) * every_us - began_at) / MICROSECONDS_PER_S
    out_arc = np.empty(ticks, np.int32)
    fractions, lons, lats, headings = np.empty(ticks), np.empty(ticks), np.empty(ticks), np.empty(ticks)
    _follow(
        arcs,
        until_s,
        start_fraction,
        end_fraction,
        times_s,
        arc_segment,
        arc_flags,
        segment_first,
        shape_lon,
        shape_lat,
        shape_m,
        out_arc,
        fractions,
        lons,
        lats,
        headings,
    )
    kept[:ticks, 0], kept[:ticks, 1], kept[:ticks, 2] = lons, lats, headings
    return out_arc[ticks - 1], fractions[ticks - 1]
