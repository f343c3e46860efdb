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
from nazdik.kernel import LonLat

# A rebuilt map moves a street's line by some metres when somebody drew it better; parallel carriageways are 15 m apart.
FOUND_WITHIN_M = 12.0
# Between two looks along a piece: shorter than most streets, so that a junction put in later splits none unseen.
LOOK_EVERY_M = 20.0
LOOKS_MAX = 60
# The direction of a street may differ so much from that of the piece.
HEADING_WITHIN_DEG = 50.0
ALONG_SHARE = 0.4
# How far a line may stray when its bends are left out.
SIMPLIFIED_TO_DEG = 1e-5
DIGITS = 6


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
    ways = getattr(graph, "segment_way", None)
    return int(ways[graph.arc_segment[arc]]) if ways is not None else 0


def arcs_of(graph: RoadGraph, snapper: Snapper, pieces: Sequence[Piece]) -> tuple[tuple[int, ...], ...]:
    """
    Return for each piece the arcs of this map that it stands for, ascending; none when the map has no such street any more.

    On the map it was made on a piece is its own arc. On another one it is every street that runs along it, the same way.
    """
    looks = [_looks(piece) for piece in pieces]
    counts = [len(look) for look in looks]
    if not sum(counts):
        return tuple(() for _ in pieces)
    lon, lat, heading = np.concatenate(looks).T
    snapped = snapper.snap_many(lon, lat, heading, limit_m=FOUND_WITHIN_M)
    found: list[tuple[int, ...]] = []
    start = 0
    for piece, count in zip(pieces, counts, strict=True):
        part = slice(start, start + count)
        start += count
        seen = Counter(
            int(arc)
            for arc, fraction, faces in zip(snapped.arcs[part], snapped.fractions[part], heading[part], strict=True)
            if arc != NO_ARC and _faces(graph, int(arc), float(fraction), float(faces))
        )
        found.append(tuple(sorted(_settled(graph, piece, _run_along(graph, piece, seen, count)))))
    return tuple(found)


def _run_along(graph: RoadGraph, piece: Piece, seen: Mapping[int, int], looks: int) -> set[int]:
    """Leave out streets that only touch the piece: they must run along a good part of it, or it along them."""
    length_m = length_of(piece)
    return {
        arc
        for arc, times in seen.items()
        if times * length_m / looks >= ALONG_SHARE * min(float(graph.arc_m[arc]), length_m)
    }


def _settled(graph: RoadGraph, piece: Piece, near: set[int]) -> set[int]:
    """Of streets one above the other keep those of the piece's own way; and the piece's own arc alone when it is there."""
    length_m = length_of(piece)
    ends = _bounds(piece.line)
    exact: dict[int, float] = {}
    for arc in near:
        tail, head = int(graph.arc_tail[arc]), int(graph.arc_head[arc])
        for other in range(int(graph.first_out[tail]), int(graph.first_out[tail + 1])):
            if int(graph.arc_head[other]) == head and _ends_at(graph, other, ends):
                wrong_way = 1.0 if piece.way and way_of(graph, other) not in {0, piece.way} else 0.0
                exact[other] = wrong_way * 1e6 + abs(float(graph.arc_m[other]) - length_m)
    if exact:
        return {min(exact, key=lambda arc: (exact[arc], arc))}
    same_way = {arc for arc in near if piece.way and way_of(graph, arc) == piece.way}
    return same_way or near


def _ends_at(graph: RoadGraph, arc: int, ends: tuple[LonLat, LonLat]) -> bool:
    tail, head = int(graph.arc_tail[arc]), int(graph.arc_head[arc])
    return all(
        abs(float(graph.node_lon[node]) - end.lon) < 2e-6 and abs(float(graph.node_lat[node]) - end.lat) < 2e-6
        for node, end in ((tail, ends[0]), (head, ends[1]))
    )


def _bounds(line: Sequence[LonLat]) -> tuple[LonLat, LonLat]:
    return LonLat(*line[0]), LonLat(*line[-1])


def _metres(line: Sequence[LonLat]) -> Floats:
    """Metres along a line at each of its points."""
    points = np.array(line, dtype=np.float64).reshape(-1, 2)
    east = np.diff(points[:, 0]) * METRES_PER_DEGREE * cos(radians(float(points[0, 1])))
    north = np.diff(points[:, 1]) * METRES_PER_DEGREE
    along: Floats = np.concatenate(([0.0], np.cumsum(np.hypot(east, north))))
    return along


def length_of(piece: Piece) -> float:
    """The length of a piece in metres."""
    return float(_metres(piece.line)[-1])


def _looks(piece: Piece) -> Floats:
    """Points along a piece with the direction of travel there: longitude, latitude, heading; shape (n, 3)."""
    return looks_along(piece.line)


def looks_along(line: Sequence[LonLat], every_m: float = LOOK_EVERY_M, most: int = LOOKS_MAX) -> Floats:
    """Evenly spaced points along a line, away from its ends, with the direction of travel: lon, lat, heading; shape (n, 3)."""
    points = np.array(line, dtype=np.float64).reshape(-1, 2)
    metres = _metres(line)
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


def _faces(graph: RoadGraph, arc: int, fraction: float, heading_deg: float) -> bool:
    apart = abs(heading_of(graph, arc, fraction) - heading_deg) % 360.0
    return min(apart, 360.0 - apart) <= HEADING_WITHIN_DEG


def both_ways(graph: RoadGraph, arcs: Ints) -> Ints:
    """These arcs and those back over the same streets, ascending, each once."""
    twins = graph.arc_twin[arcs]
    every: Ints = np.unique(np.concatenate((arcs, twins[twins != NO_ARC]))).astype(np.int64)
    return every
