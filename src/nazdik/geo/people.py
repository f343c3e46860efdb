"""
Where people live, as far as a region knows: the populations of its settlements, spread over the streets people live in.

A settlement's people are shared out over the streets with houses within its reach, by their length; one without such
streets stands on the nearest road. Settlements whose population or place is not known count nothing. A region that knows
no population at all weighs every metre of such a street the same: its shares are then shares of streets, and say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from nazdik.geo.graph import Floats, Int32s, Ints, RoadGraph
from nazdik.geo.profile import RoadClass
from nazdik.geo.snap import METRES_PER_DEGREE
from nazdik.geo.things import NamedPoint
from nazdik.kernel.later import later

if TYPE_CHECKING:
    from scipy import spatial
else:
    spatial = later("scipy.spatial")

PEOPLE = "people.json"
# People live along small streets; main roads and service roads pass by.
HOME_CLASSES = (RoadClass.TERTIARY, RoadClass.UNCLASSIFIED, RoadClass.RESIDENTIAL, RoadClass.LIVING_STREET)
# A hamlet this far from every street with houses is put on the nearest one all the same; further off it is nobody's.
STRAY_M = 5_000.0


class Settlements(msgspec.Struct, frozen=True):
    """The settlements whose place and population are known; the contents of `people.json`."""

    lon: list[float]
    lat: list[float]
    people: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """
    Points on the road that stand for the people around them; shapes (n,).

    `known` is False where no population is known and `people` are metres of street. `unplaced` people live near no road.
    """

    arcs: Int32s
    fractions: Floats
    lons: Floats
    lats: Floats
    people: Floats
    known: bool
    unplaced: float = 0.0


def reach_of_settlement_m(people: int) -> float:
    """How far a settlement of so many people stretches: 0.7 km for a village, 7 km more for a million."""
    return 700.0 + 7_000.0 * sqrt(people / 1_000_000)


def write_people(folder: Path, points: Iterable[NamedPoint]) -> None:
    """Write the settlements with a known place and population."""
    known = [p for p in points if p.population > 0 and p.accuracy_m == 0]
    known.sort(key=lambda p: (-p.population, p.name, p.lon))
    stored = Settlements(
        [round(p.lon, 6) for p in known], [round(p.lat, 6) for p in known], [p.population for p in known]
    )
    (folder / PEOPLE).write_bytes(msgspec.json.encode(stored) + b"\n")


def read_people(folder: Path) -> Settlements:
    """Return the settlements of a region; none when it was built before they were kept."""
    try:
        return msgspec.json.decode((folder / PEOPLE).read_bytes(), type=Settlements)
    except (OSError, msgspec.MsgspecError):
        return Settlements([], [], [])


def homes_of(graph: RoadGraph, settlements: Settlements) -> Homes:
    """Spread the people of a region over its streets; each street stands for its people at its middle."""
    segments = np.flatnonzero(np.isin(graph.segment_class, HOME_CLASSES))
    arcs = arc_of_segment(graph)[segments]
    lons = (graph.node_lon[graph.arc_tail[arcs]] + graph.node_lon[graph.arc_head[arcs]]) / 2
    lats = (graph.node_lat[graph.arc_tail[arcs]] + graph.node_lat[graph.arc_head[arcs]]) / 2
    metres = graph.arc_m[arcs]
    people = np.zeros(len(arcs))
    unplaced = 0.0
    known = bool(settlements.people) and len(arcs) > 0
    if known:
        unplaced = _spread(lons, lats, metres, settlements, people)
    else:
        people = metres.copy()
    lived = np.flatnonzero(people > 0)
    return Homes(arcs[lived], np.full(len(lived), 0.5), lons[lived], lats[lived], people[lived], known, unplaced)


def arc_of_segment(graph: RoadGraph) -> Int32s:
    """The arc of lowest number over each segment; shape (S,)."""
    arc = np.zeros(len(graph.segment_class), dtype=np.int32)
    arc[graph.arc_segment[::-1]] = np.arange(graph.arcs - 1, -1, -1, dtype=np.int32)
    return arc


def _spread(lons: Floats, lats: Floats, metres: Floats, settlements: Settlements, people: Floats) -> float:
    """Add each settlement's people to the streets within its reach; return how many are near none."""
    squeeze = cos(radians(float(lats.mean())))
    streets = spatial.cKDTree(np.column_stack((lons * squeeze, lats)) * METRES_PER_DEGREE)
    unplaced = 0.0
    for lon, lat, count in zip(settlements.lon, settlements.lat, settlements.people, strict=True):
        here = (lon * squeeze * METRES_PER_DEGREE, lat * METRES_PER_DEGREE)
        near: Ints = np.array(streets.query_ball_point(here, reach_of_settlement_m(count)), dtype=np.int64)
        if not len(near):
            away, nearest = streets.query(here)
            if away > STRAY_M:
                unplaced += count
                continue
            near = np.array([nearest])
        people[near] += count * metres[near] / metres[near].sum()
    return unplaced
