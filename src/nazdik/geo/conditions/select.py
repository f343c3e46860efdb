"""Which streets a person means: the arcs at a point, along a line, or inside an area drawn on the map."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
import shapely

from nazdik.geo.conditions.errors import (
    AreaEmpty,
    NoRoadThere,
    PolygonCrossesItself,
    ShapeInvalid,
    TooManyStreets,
)
from nazdik.geo.conditions.pieces import both_ways, looks_along, runs_with
from nazdik.geo.graph import NO_ARC, Ints, RoadGraph
from nazdik.geo.snap import Snapper
from nazdik.kernel import LonLat

# A finger on a map of a city hits its street within so many metres.
POINT_WITHIN_M = 60.0
# A line drawn along a street stays so near to it.
LINE_WITHIN_M = 25.0
LOOK_EVERY_M = 15.0
LOOKS_MAX = 4000
# A line that covers less of a street between two junctions than this only touches it.
COVERED_SHARE = 0.4
POINTS_MAX = 500
# Smaller than a crossing, an area is a slip of the finger.
AREA_DEG2_MIN = 1e-11


def check_points(points: Sequence[Sequence[float]], least: int) -> list[LonLat]:
    """Return points on the earth, or refuse."""
    if not least <= len(points) <= POINTS_MAX:
        raise ShapeInvalid(points=len(points), least=least, most=POINTS_MAX)
    for lon, lat in points:
        if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise ShapeInvalid
    return [LonLat(lon, lat) for lon, lat in points]


def at_point(graph: RoadGraph, snapper: Snapper, point: LonLat) -> Ints:
    """Return the arcs of the street nearest to a point, both directions, from junction to junction."""
    (point,) = check_points([point], 1)
    snapped = snapper.snap(point, limit_m=POINT_WITHIN_M)
    if snapped is None:
        raise NoRoadThere(within_m=POINT_WITHIN_M)
    return both_ways(graph, np.array([snapped.arc]))


def along_line(graph: RoadGraph, snapper: Snapper, line: Sequence[Sequence[float]], *, one_way: bool) -> Ints:
    """Return the arcs along a line in the direction it is drawn, and unless `one_way` those back as well."""
    points = check_points(line, 2)
    looks = looks_along(points, LOOK_EVERY_M, LOOKS_MAX)
    if not len(looks):
        raise AreaEmpty
    snapped = snapper.snap_many(*looks.T, limit_m=LINE_WITHIN_M)
    spacing_m = LOOK_EVERY_M
    along = [
        int(arc)
        for arc, fraction, heading in zip(snapped.arcs, snapped.fractions, looks[:, 2], strict=True)
        if arc != NO_ARC and runs_with(graph, int(arc), float(fraction), float(heading), either_way=not one_way)
    ]
    arcs, seen = np.unique(np.array(along, dtype=np.int64), return_counts=True)
    long_enough = seen * spacing_m >= COVERED_SHARE * np.asarray(graph.arc_m)[arcs]
    chosen = arcs[long_enough].astype(np.int64)
    if not len(chosen):
        # A short line on a long street means that street.
        chosen = arcs[[seen.argmax()]].astype(np.int64) if len(arcs) else chosen
    return _some(chosen if one_way else both_ways(graph, chosen) if len(chosen) else chosen)


def in_area(graph: RoadGraph, outline: Sequence[Sequence[float]], *, most: int) -> Ints:
    """Return the arcs of all streets that reach into an area; `TooManyStreets` beyond `most`."""
    points = check_points(outline, 3)
    area = shapely.Polygon(points)
    # By its hull: the halves of a bow tie take one another's area away.
    if shapely.convex_hull(area).area <= AREA_DEG2_MIN:
        raise AreaEmpty
    if not area.is_valid:
        raise PolygonCrossesItself
    segments = _segments_near(graph, area.bounds)
    lines = [_line(graph, segment) for segment in segments.tolist()]
    shapely.prepare(area)
    inside = segments[shapely.intersects(area, lines)] if lines else segments
    of_arc = np.asarray(graph.arc_segment)
    arcs = np.flatnonzero(np.isin(of_arc, inside))
    if len(arcs) > most:
        raise TooManyStreets(pieces=len(arcs), most=most)
    return _some(arcs)


def _segments_near(graph: RoadGraph, bounds: tuple[float, float, float, float]) -> Ints:
    """Segments whose box touches a box."""
    west, south, east, north = bounds
    first = np.asarray(graph.segment_first)[:-1]
    lon, lat = np.asarray(graph.shape_lon), np.asarray(graph.shape_lat)
    near = (np.minimum.reduceat(lon, first) <= east) & (np.maximum.reduceat(lon, first) >= west)
    near &= (np.minimum.reduceat(lat, first) <= north) & (np.maximum.reduceat(lat, first) >= south)
    return np.flatnonzero(near)


def _line(graph: RoadGraph, segment: int) -> shapely.LineString:
    part = slice(int(graph.segment_first[segment]), int(graph.segment_first[segment + 1]))
    return shapely.LineString(np.column_stack((graph.shape_lon[part], graph.shape_lat[part])))


def _some(arcs: Ints) -> Ints:
    if not len(arcs):
        raise NoRoadThere
    return np.unique(arcs).astype(np.int64)
