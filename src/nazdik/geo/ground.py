"""
A road with all that is searched on it, and how another map is made ready beside the one in force.
"""

from dataclasses import dataclass, field

import numpy as np

from nazdik.geo.few import fleet_on
from nazdik.geo.graph import Int32s, RoadGraph
from nazdik.geo.match import Matcher, Roads
from nazdik.geo.route import Router
from nazdik.geo.snap import Snapper
from nazdik.geo.standby import Standby
from nazdik.geo.times import RoadTimes
from nazdik.published.fleet import Bools, Floats, Ints
from nazdik.published.roads import RoadBasis


class Ground:
    """A road graph with all that is searched on it. A new one is made beside the one in force and takes its place whole."""

    def __init__(self, graph: RoadGraph, *, standby: bool = False) -> None:
        """
        Index a graph for everything that is asked of it.

        Args:
            standby: Keep a hierarchy ready for questions about few units (see `standby`). What is answered is the same, but how
                far was looked depends on what was ready, so whoever must find the same again goes without.
        """
        self.graph = graph
        self.snapper = Snapper(graph)
        self.roads = Roads(graph, self.snapper)
        self.matcher = Matcher(self.roads)
        self.times = RoadTimes(graph)
        kept = Standby(self.times) if standby else None
        self.units = fleet_on(graph, self.times, kept)
        self.router = Router(graph, self.snapper, units=fleet_on(graph, self.times, kept))


@dataclass(frozen=True, slots=True)
class Reports:
    """What each slot last reported, in columns; `usable` is False where that is no place any more."""

    lons: Floats
    lats: Floats
    headings_deg: Floats
    fixed_at_us: Ints
    usable: Bools

    def differs(self, older: "Reports") -> Ints:
        """The slots that reported something else since `older`, new ones included."""
        before = len(older.lons)
        changed = np.ones(len(self.lons), dtype=np.bool_)
        changed[:before] = self.usable[:before] != older.usable
        for name in ("lons", "lats", "headings_deg", "fixed_at_us"):
            now, then = getattr(self, name)[:before], getattr(older, name)
            changed[:before] |= (now != then) & ~((now != now) & (then != then))  # noqa: PLR0124 - NaN is not itself
        return np.flatnonzero(changed)


NOTHING = Reports(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.int64), np.empty(0, np.bool_))


@dataclass(slots=True)
class ReadyGround:
    """A ground on which the fleet already stands as `reports` had it; what was reported since is still to come."""

    ground: Ground
    reports: Reports = field(default=NOTHING)
    said: tuple[RoadBasis, Floats, Floats] | None = None

    @property
    def graph(self) -> RoadGraph:
        """The graph that waits."""
        return self.ground.graph

    @property
    def snapper(self) -> Snapper:
        """What finds the street of a point on it."""
        return self.ground.snapper

    def set_times(self, arcs: Ints, ms: Int32s) -> None:
        """As `RoadSight.set_times`, for the time when it is in force."""
        self.ground.times.set_times(arcs, ms)

    def set_basis(self, basis: RoadBasis, table: Floats, learned: Floats) -> None:
        """As `RoadSight.set_basis`, for the time when it is in force."""
        self.said = (basis, table, learned)
