"""
Map matching: which street a car is on, by what it could have driven and not only by what lies nearest.

A hidden Markov model over the arcs of the road graph. What is hidden is the arc; what is seen are fixes. A fix is
likely near an arc that points its way (`hidden._candidates`); a step is likely when the road between two places is
hardly longer than the straight line between the fixes (`hidden._step`). So a car on a flyover stays on it above the
street below, a car on the carriageway stays off the service road beside it, and one that waits stays where it is.

`Matcher` follows a fleet fix by fix in fixed memory; `match_trail` finds the likeliest way through a whole trail.

Source: Newson and Krumm (2009), Hidden Markov map matching through noise and sparseness, doi:10.1145/1653771.1653818.
We differ: a step's price grows with the road driven beyond the straight line alone, so that one search serves all
candidates, and a chain that cannot be carried on costs a fixed price instead of ending.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np

from nazdik.geo import hidden
from nazdik.geo.graph import Bools, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.records import Records
from nazdik.geo.snap import SnappedMany, Snapper, place_along
from nazdik.kernel import LonLat, distance_m

_WAY_SHARE, _WAY_ROOM_M = 3.0, 1_000.0
# A batch is shared among so many threads at most. A fix takes a microsecond; handing some to a thread and waiting for it takes as
# long as some hundred, and more when the cores have other work.
_THREADS = min(4, os.cpu_count() or 1)
_FIXES_A_THREAD = 2_048


@dataclass(frozen=True, slots=True)
class Drive:
    """
    A trail on the road.

    Attributes:
        arcs, fractions: Each fix's arc, -1 where no road is near, and how far along it from its tail; shape (n,).
        lons, lats: That place; where no road is near, the fix itself; shape (n,).
        breaks: Where a new chain begins: the first fix on a road, and each that cannot be reached from the one before
            (a gap, a tunnel we do not know, a jump); shape (n,).
    """

    arcs: Int32s
    fractions: Floats
    lons: Floats
    lats: Floats
    breaks: Bools


class Roads:
    """A graph prepared for matching; may be shared. One search at a time, which a lock sees to."""

    def __init__(self, graph: RoadGraph, snapper: Snapper | None = None) -> None:
        self.graph = graph
        self.grid = (snapper or Snapper(graph)).grid
        self.net = hidden.Net(_roads_of(graph), graph.first_in, graph.in_arc, graph.arc_tail)
        self.works = [_work(graph.arcs) for _ in range(_THREADS)]
        self.work = self.works[0]
        self.lock = Lock()

    def warm_up(self) -> None:
        """Compile everything now, so that no first fix waits for it."""
        unknown, twice = np.full(2, np.nan), np.zeros(2, np.int64)
        lons, lats = np.repeat(self.graph.shape_lon[:1], 2), np.repeat(self.graph.shape_lat[:1], 2)
        matcher = Matcher(self, capacity=1)
        for at_us in twice[:1], twice[:1] + 1:
            matcher.match(twice[:1], lons[:1], lats[:1], unknown[:1], unknown[:1], unknown[:1], at_us)
        matcher.beyond_reach(twice[:1], lons[:1], lats[:1], unknown[:1])
        drive = match_trail(self, lons, lats, unknown, np.arange(2, dtype=np.int64))
        arc, fraction = int(drive.arcs[0]), float(drive.fractions[0])
        way_between(self, arc, fraction, arc, fraction, 0.0)

    def placed(self, arcs: Int32s, along_m: Floats, lons: Floats, lats: Floats) -> SnappedMany:
        """Return places on arcs with their distance from the fixes; arc -1 and infinite distance stay where they were."""
        fractions, off_m, road_lons, road_lats = (np.empty(len(arcs)) for _ in range(4))
        graph = self.graph
        place_along(
            self.grid,
            graph.arc_segment,
            graph.arc_m,
            arcs,
            along_m,
            lons,
            lats,
            fractions,
            off_m,
            road_lons,
            road_lats,
        )
        return SnappedMany(arcs, fractions, off_m, road_lons, road_lats)


class Matcher:
    """Follows a fleet by slot: some hundred bytes a unit, whatever it drives. Calls are taken one after the other."""

    def __init__(self, roads: Roads, capacity: int = 64) -> None:
        self._roads = roads
        self._windows, self._fresh = _windows(capacity), [_windows(1) for _ in roads.works]
        self._last_lon, self._last_lat = np.zeros(capacity), np.zeros(capacity)
        self._last_us = np.zeros(capacity, np.int64)

    def match(
        self,
        slots: Ints,
        lons: Floats,
        lats: Floats,
        headings_deg: Floats,
        speeds_m_per_s: Floats,
        accuracies_m: Floats,
        at_us: Ints,
    ) -> SnappedMany:
        """
        Take the next fix of some units and return where on the road each is now.

        Args:
            slots: Shape (n,); each at most once.
            lons, lats: WGS 84 degrees; a NaN is near no road.
            headings_deg, speeds_m_per_s, accuracies_m: NaN when not told.
            at_us: When the fixes were taken; one older than the last of its unit starts its chain anew.
        """
        slots = np.array(slots, np.int64)
        fixes = _fixes(lons, lats, headings_deg, speeds_m_per_s, accuracies_m, at_us)
        arcs, along_m = np.empty(len(slots), np.int32), np.empty(len(slots))
        roads = self._roads
        with roads.lock:
            if len(slots) and int(slots.max()) >= len(self._last_us):
                self._grow(max(2 * len(self._last_us), int(slots.max()) + 1))
            self._follow(slots, fixes, arcs, along_m)
        return roads.placed(arcs, along_m, fixes.lons, fixes.lats)

    def _follow(self, slots: Ints, fixes: hidden.Fixes, arcs: Int32s, along_m: Floats) -> None:
        """Many units are shared among the cores: each has its own state, so the answer is the same."""
        roads = self._roads
        shares = max(1, min(len(roads.works), len(slots) // _FIXES_A_THREAD))
        borders = [len(slots) * share // shares for share in range(shares + 1)]

        def follow(share: int) -> None:
            part = slice(borders[share], borders[share + 1])
            hidden.follow(
                roads.grid,
                roads.net,
                roads.works[share],
                slots[part],
                hidden.Fixes(
                    fixes.lons[part],
                    fixes.lats[part],
                    fixes.headings_deg[part],
                    fixes.speeds_m_per_s[part],
                    fixes.accuracies_m[part],
                    fixes.at_us[part],
                ),
                self._windows,
                self._fresh[share],
                self._last_lon,
                self._last_lat,
                self._last_us,
                arcs[part],
                along_m[part],
            )

        others = [_helpers().submit(follow, share) for share in range(1, shares)]
        follow(0)
        for other in others:
            other.result()

    def forget(self, slots: Ints) -> None:
        """Begin the chains of some units anew with their next fix."""
        with self._roads.lock:
            self._windows.filled[slots[slots < len(self._last_us)]] = 0

    def beyond_reach(self, slots: Ints, lons: Floats, lats: Floats, reach_m: Floats) -> Bools:
        """Whether no street near each place can be driven to within `reach_m` metres from where its unit was; shape (n,)."""
        roads, unknown = self._roads, np.full(1, np.nan)
        beyond = np.zeros(len(slots), np.bool_)
        with roads.lock:
            for i, slot in enumerate(slots.tolist()):
                if slot >= len(self._last_us):
                    continue
                fix = _fixes(lons[i : i + 1], lats[i : i + 1], unknown, unknown, unknown, np.zeros(1, np.int64))
                beyond[i] = not hidden.is_in_reach(
                    roads.grid, roads.net, roads.work, fix, self._windows, slot, self._fresh[0], float(reach_m[i])
                )
        return beyond

    def _grow(self, size: int) -> None:
        more = size - len(self._last_us)
        self._windows = hidden.Window(
            *(np.concatenate([old, new]) for old, new in zip(self._windows, _windows(more), strict=True))
        )
        for name in ("_last_lon", "_last_lat", "_last_us"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.zeros(more, column.dtype)]))


def match_trail(
    roads: Roads,
    lons: Floats,
    lats: Floats,
    headings_deg: Floats,
    at_us: Ints,
    *,
    speeds_m_per_s: Floats | None = None,
    accuracies_m: Floats | None = None,
) -> Drive:
    """
    The likeliest way through a whole trail: each fix judged by those after it as well as by those before.

    Args:
        lons, lats: WGS 84 degrees; shape (n,).
        headings_deg, speeds_m_per_s, accuracies_m: NaN when not told.
        at_us: When each was taken, oldest first, UTC microseconds.
    """
    n = len(lons)
    unknown = np.full(n, np.nan)
    fixes = _fixes(
        lons,
        lats,
        headings_deg,
        unknown if speeds_m_per_s is None else speeds_m_per_s,
        unknown if accuracies_m is None else accuracies_m,
        at_us,
    )
    windows = _windows(n)
    came_from = np.empty((n, hidden.CANDIDATES), np.int32)
    used, chosen, broke = (np.empty(n, np.int32) for _ in range(3))
    with roads.lock:
        hidden.unroll(roads.grid, roads.net, roads.work, fixes, windows, came_from, used, chosen, broke)
    fix, row = np.maximum(used, 0), np.maximum(chosen, 0)
    arcs = np.where(used >= 0, windows.arcs[fix, row], -1).astype(np.int32)
    at = roads.placed(arcs, windows.along_m[fix, row], fixes.lons, fixes.lats)
    return Drive(at.arcs, at.fractions, at.lons, at.lats, broke > 0)


def way_between(
    roads: Roads, arc: int, fraction: float, to_arc: int, to_fraction: float, air_m: float
) -> tuple[int, ...]:
    """The arcs a car took between two matched places `air_m` metres apart, both ends' included; empty when unknown."""
    metres = roads.graph.arc_m
    with roads.lock:
        arcs = hidden.way(
            roads.net,
            roads.work,
            arc,
            fraction * float(metres[arc]),
            to_arc,
            to_fraction * float(metres[to_arc]),
            _WAY_ROOM_M + _WAY_SHARE * air_m,
        )
    return tuple(arcs.tolist())


def lines_of(roads: Roads, drive: Drive) -> list[list[LonLat]]:
    """The ways that a trail went, corners and all: a line for each piece that hangs together."""
    lines: list[list[LonLat]] = []
    for i in range(len(drive.arcs)):
        if drive.arcs[i] < 0:
            continue
        here = LonLat(round(float(drive.lons[i]), 6), round(float(drive.lats[i]), 6))
        before = i - 1
        if before < 0 or drive.breaks[i] or drive.arcs[before] < 0:
            lines.append([here])
        else:
            lines[-1] += _between(roads, drive, before, i)
            if lines[-1][-1] != here:
                lines[-1].append(here)
    return lines


def _between(roads: Roads, drive: Drive, before: int, after: int) -> list[LonLat]:
    """The corners between two fixes; none where the car turned in the road or only seemed to go back."""
    a, b = int(drive.arcs[before]), int(drive.arcs[after])
    start, end = float(drive.fractions[before]), float(drive.fractions[after])
    if a == b and end >= start:
        return _corners(roads.graph, a, start, end)
    air_m = distance_m(LonLat(drive.lons[before], drive.lats[before]), LonLat(drive.lons[after], drive.lats[after]))
    arcs = way_between(roads, a, start, b, end, air_m)
    graph = roads.graph
    if (
        len(arcs) < 2
        or (len(arcs) == 2 and b == graph.arc_twin[a])
        or graph.arc_head[arcs[0]] != graph.arc_tail[arcs[1]]
    ):
        return []
    corners = _corners(graph, a, start, 1.0)
    for arc in arcs[1:-1]:
        corners += _corners(graph, arc, 0.0, 1.0)
    return corners + _corners(graph, b, 0.0, end)


def _corners(graph: RoadGraph, arc: int, start: float, end: float) -> list[LonLat]:
    lons, lats, metres = graph.shape_of(arc)
    inside = (metres >= start * metres[-1]) & (metres <= end * metres[-1])
    return [
        LonLat(round(lon, 6), round(lat, 6))
        for lon, lat in zip(lons[inside].tolist(), lats[inside].tolist(), strict=True)
    ]


def _fixes(
    lons: Floats, lats: Floats, headings: Floats, speeds: Floats, accuracies: Floats, at_us: Ints
) -> hidden.Fixes:
    """Copies: fresh, writable and of one type, so that no caller's array makes the compiler start anew."""
    return hidden.Fixes(
        lons=np.array(lons, np.float64),
        lats=np.array(lats, np.float64),
        headings_deg=np.array(headings, np.float64),
        speeds_m_per_s=np.array(speeds, np.float64),
        accuracies_m=np.array(accuracies, np.float64),
        at_us=np.array(at_us, np.int64),
    )


def _roads_of(graph: RoadGraph) -> Records:
    roads = np.empty(graph.arcs, hidden.ROAD)
    roads["m"], roads["twin"] = graph.arc_m, graph.arc_twin
    # The matcher asks how fast a street is driven at all; jams and closures of the hour are not its business.
    roads["speed"] = graph.arc_m / (graph.arc_ms / 1000.0)
    roads["on_from"], roads["on_to"] = graph.first_out[graph.arc_head], graph.first_out[graph.arc_head + 1]
    return roads


def _work(arcs: int) -> hidden.Work:
    return hidden.Work(
        clock=np.zeros(1, np.int64), marks=np.zeros(arcs, hidden.MARK), heap=np.zeros(hidden.HEAP_SIZE + 1, np.int64)
    )


@cache
def _helpers() -> ThreadPoolExecutor:
    """The threads that follow the other shares of a batch; they only run compiled code, which holds nobody up."""
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="matching")


def _windows(size: int) -> hidden.Window:
    shape = (size, hidden.CANDIDATES)
    return hidden.Window(np.zeros(size, np.int32), np.zeros(shape, np.int32), np.zeros(shape), np.zeros(shape))
