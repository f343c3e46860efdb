"""
Pieces of street and arcs: what a person closes is told as lines on the ground, and found again as arcs of whatever map is loaded.

An arc's number changes with every rebuilt map. A piece keeps the way one drives and the OpenStreetMap way; here both directions
are worked out, arcs to pieces when a condition is made and pieces to arcs when one is shown to the road.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians

import numpy as np
import shapely

from nazdik.geo.conditions.model import Piece
from nazdik.geo.graph import NO_ARC, Floats, Ints, RoadGraph
from nazdik.geo.snap import METRES_PER_DEGREE, Snapper
from nazdik.kernel import LonLat, distance_m

# A rebuilt map moves a street's line by some metres when somebody drew it better; parallel carriageways are 15 m apart.
FOUND_WITHIN_M = 12.0
# Between two looks along a piece: shorter than most streets, so that a junction put in later splits none unseen.
LOOK_EVERY_M = 20.0
LOOKS_MAX = 60
# The direction of a street may differ so much from that of the piece.
HEADING_WITHIN_DEG = 50.0
ALONG_SHARE = 0.4
# Streets of the piece's own way are all of it when they cover so much of it.
COVERED_SHARE = 0.8
# How far a line may stray when its bends are left out.
SIMPLIFIED_TO_DEG = 1e-5
# As OpenStreetMap keeps them.
DIGITS = 7


def pieces_of(graph: RoadGraph, arcs: Iterable[int]) -> tuple[Piece, ...]:
    """Return arcs as pieces, in the order of their numbers, each once."""
    return tuple(_piece(graph, arc) for arc in sorted(set(arcs)))


def _piece(graph: RoadGraph, arc: int) -> Piece:
    lon, lat, _ = graph.shape_of(arc)
    line = shapely.LineString(np.column_stack((lon, lat))).simplify(SIMPLIFIED_TO_DEG)
    name = graph.name_of(arc)
    points = tuple(LonLat(round(x, DIGITS), round(y, DIGITS)) for x, y in line.coords)
    return Piece(line=points, way=way_of(graph, arc), name_fa=name.fa, name_en=name.en)


def way_of(graph: RoadGraph, arc: int) -> int:
    """The OpenStreetMap way of an arc, 0 when the map does not tell."""
    return int(graph.segment_way[graph.arc_segment[arc]])


class PieceFinder:
    """Finds pieces on one map. Made once for a map: it sorts the junctions by where they are."""

    def __init__(self, graph: RoadGraph, snapper: Snapper) -> None:
        self._graph = graph
        self._snapper = snapper
        keys = _place_keys(np.asarray(graph.node_lon), np.asarray(graph.node_lat))
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def find(self, pieces: Sequence[Piece]) -> tuple[tuple[int, ...], ...]:
        """
        Return for each piece the arcs of this map that it stands for, ascending; none when there is no such street any more.

        Where both its junctions still are and a street joins them, a piece is that street. Otherwise it is every street
        that runs along it, the same way.
        """
        found = [self._between_its_ends(piece) for piece in pieces]
        others = [n for n, arcs in enumerate(found) if not arcs]
        for n, arcs in zip(others, self._along([pieces[n] for n in others]), strict=True):
            found[n] = arcs
        return tuple(found)

    def _between_its_ends(self, piece: Piece) -> tuple[int, ...]:
        """The arc from the piece's first junction to its last; of several the one of its way, then of its course."""
        graph, length_m = self._graph, length_of(piece)
        course = _course(*np.array(piece.line).T)
        heads = set(self._junctions(piece.line[-1]))
        best: tuple[bool, float, int] | None = None
        for tail in self._junctions(piece.line[0]):
            for arc in range(int(graph.first_out[tail]), int(graph.first_out[tail + 1])):
                if int(graph.arc_head[arc]) not in heads:
                    continue
                there = _course(*graph.shape_of(arc)[:2])
                away_m = max(distance_m(a, b) for a, b in zip(course, there, strict=True))
                another_way = bool(piece.way) and way_of(graph, arc) not in {0, piece.way}
                if abs(float(graph.arc_m[arc]) - length_m) <= FOUND_WITHIN_M + 0.1 * length_m:
                    best = min(best or (another_way, away_m, arc), (another_way, away_m, arc))
        return () if best is None else (best[2],)

    def _junctions(self, point: Sequence[float]) -> list[int]:
        lon, lat = point
        (key,) = _place_keys(np.array([lon]), np.array([lat])).tolist()
        first, last = np.searchsorted(self._keys, [key, key + 1])
        nodes: list[int] = self._order[first:last].tolist()
        return nodes

    def _along(self, pieces: Sequence[Piece]) -> list[tuple[int, ...]]:
        looks = [looks_along(piece.line) for piece in pieces]
        if not sum(map(len, looks)):
            return [() for _ in pieces]
        lon, lat, heading = np.concatenate(looks).T
        snapped = self._snapper.snap_many(lon, lat, heading, limit_m=FOUND_WITHIN_M)
        found: list[tuple[int, ...]] = []
        start = 0
        for piece, look in zip(pieces, looks, strict=True):
            part = slice(start, start + len(look))
            start += len(look)
            seen = Counter(
                int(arc)
                for arc, fraction, faces in zip(snapped.arcs[part], snapped.fractions[part], heading[part], strict=True)
                if arc != NO_ARC and runs_with(self._graph, int(arc), float(fraction), float(faces))
            )
            near = _run_along(self._graph, piece, seen, len(look))
            same_way = {arc for arc in near if piece.way and way_of(self._graph, arc) == piece.way}
            # A way that somebody has cut in two keeps its number on one side: the rest is found by where it runs.
            covered_m = sum(float(self._graph.arc_m[arc]) for arc in same_way)
            found.append(tuple(sorted(same_way if covered_m >= COVERED_SHARE * length_of(piece) else near)))
        return found


def _course(lon: Floats, lat: Floats) -> tuple[LonLat, ...]:
    """Where a line is after each quarter: it tells streets between the same junctions apart, and the two ways round a loop."""
    metres = _metres(lon, lat)
    at = metres[-1] * np.array([0.25, 0.5, 0.75])
    return tuple(LonLat(x, y) for x, y in zip(np.interp(at, metres, lon), np.interp(at, metres, lat), strict=True))


def _place_keys(lon: Floats, lat: Floats) -> Ints:
    """One number for a place, to a hundredth of a metre; pieces keep their ends just so."""
    scale = 10**DIGITS
    keys: Ints = (np.rint(lon * scale).astype(np.int64) << 32) + np.rint((lat + 90.0) * scale).astype(np.int64)
    return keys


def _run_along(graph: RoadGraph, piece: Piece, seen: Mapping[int, int], looks: int) -> set[int]:
    """Leave out streets that only touch the piece: they must run along a good part of it, or it along them."""
    length_m = length_of(piece)
    return {
        arc
        for arc, times in seen.items()
        if times * length_m / looks >= ALONG_SHARE * min(float(graph.arc_m[arc]), length_m)
    }


def _metres(lon: Floats, lat: Floats) -> Floats:
    """Metres along a line at each of its points."""
    east = np.diff(lon) * METRES_PER_DEGREE * cos(radians(float(lat[0])))
    north = np.diff(lat) * METRES_PER_DEGREE
    along: Floats = np.concatenate(([0.0], np.cumsum(np.hypot(east, north))))
    return along


def length_of(piece: Piece) -> float:
    """The length of a piece in metres."""
    return float(_metres(*np.array(piece.line, dtype=np.float64).T)[-1])


def looks_along(line: Sequence[LonLat], every_m: float = LOOK_EVERY_M, most: int = LOOKS_MAX) -> Floats:
    """Evenly spaced points along a line, away from its ends, with the direction of travel: lon, lat, heading; shape (n, 3)."""
    points = np.array(line, dtype=np.float64).reshape(-1, 2)
    metres = _metres(points[:, 0], points[:, 1])
    if len(points) < 2 or metres[-1] <= 0:
        return np.empty((0, 3))
    count = int(min(max(metres[-1] // every_m, 1), most))
    at = (np.arange(count) + 0.5) * metres[-1] / count
    lon, lat = np.interp(at, metres, points[:, 0]), np.interp(at, metres, points[:, 1])
    step = np.clip(np.searchsorted(metres, at, side="right") - 1, 0, len(points) - 2)
    east = np.diff(points[:, 0])[step] * cos(radians(float(points[0, 1])))
    north = np.diff(points[:, 1])[step]
    return np.column_stack((lon, lat, np.degrees(np.arctan2(east, north)) % 360.0))


def heading_of(graph: RoadGraph, arc: int, fraction: float) -> float:
    """The direction of travel at a place on an arc, clockwise from true north."""
    lon, lat, metres = graph.shape_of(arc)
    at = fraction * float(metres[-1])
    step = int(np.clip(np.searchsorted(metres, at, side="right") - 1, 0, len(lon) - 2))
    east = float(lon[step + 1] - lon[step]) * cos(radians(float(lat[step])))
    return float(np.degrees(np.arctan2(east, float(lat[step + 1] - lat[step]))) % 360.0)


def runs_with(graph: RoadGraph, arc: int, fraction: float, heading_deg: float, *, either_way: bool = False) -> bool:
    """Whether a street runs in a direction at a place on it, and not across; `either_way` takes the opposite as well."""
    apart = abs(heading_of(graph, arc, fraction) - heading_deg) % 360.0
    apart = min(apart, 360.0 - apart)
    return min(apart, 180.0 - apart) <= HEADING_WITHIN_DEG if either_way else apart <= HEADING_WITHIN_DEG


def both_ways(graph: RoadGraph, arcs: Ints) -> Ints:
    """These arcs and those back over the same streets, ascending, each once."""
    twins = graph.arc_twin[arcs]
    every: Ints = np.unique(np.concatenate((arcs, twins[twins != NO_ARC]))).astype(np.int64)
    return every
