"""
What can be reached in so many minutes, as areas and as streets that a map can draw.

The streets are exact: each is cut where the limit falls. An area is everything within a short walk of a reached street,
so it has no spikes along single roads; what lies far from every reached street stays a hole. Areas are for the eye: a
number is always counted on the streets.

Source of the outlines: marching squares, Lorensen & Cline (1987), doi:10.1145/37402.37422, in two dimensions.
"""

from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import REVERSED, Bools, Bytes, Floats, Int32s, RoadGraph
from nazdik.geo.reach import Stretches
from nazdik.geo.snap import METRES_PER_DEGREE
from nazdik.kernel.later import later

if TYPE_CHECKING:
    from scipy import ndimage
else:
    ndimage = later("scipy.ndimage")

# Who lives this far from a reached street is reached; a car gets there, and somebody walks the rest.
WALK_M = 120.0
CELL_M_MIN = 25.0
CELLS_A_SIDE = 600
# A hole is kept when a patrol would notice it: about two blocks.
HOLE_M2_MIN = 250.0**2
# Five places are about a metre.
PLACES = 5
Box = tuple[float, float, float, float]


def area_of(graph: RoadGraph, reached: Stretches, *, box: Box | None = None) -> Any:
    """
    Return the area within a walk of these streets as a valid shapely polygon or multipolygon; empty when there are none.

    Args:
        box: West, south, east, north of the drawing; areas that are to fit one another share it.
    """
    box = box or box_of(graph, reached)
    if box is None or not len(reached.arcs):
        return shapely.MultiPolygon()
    west, south, east, north = box
    per_lat = METRES_PER_DEGREE
    per_lon = per_lat * cos(radians((south + north) / 2))
    width_m, height_m = (east - west) * per_lon, (north - south) * per_lat
    cell_m = max(CELL_M_MIN, max(width_m, height_m) / CELLS_A_SIDE)
    walk_m = max(WALK_M, 1.6 * cell_m)
    # Room for the walk and one cell more on every side, so that no outline touches the edge.
    rim = int(walk_m / cell_m) + 2
    columns, rows = int(width_m / cell_m) + 2 * rim + 1, int(height_m / cell_m) + 2 * rim + 1
    empty = np.ones((rows, columns), dtype=np.bool_)
    _mark(
        graph.shape_lon,
        graph.shape_lat,
        graph.shape_m,
        graph.segment_first,
        graph.arc_segment,
        graph.arc_flags,
        reached.arcs,
        reached.since,
        reached.until,
        west - rim * cell_m / per_lon,
        south - rim * cell_m / per_lat,
        per_lon / cell_m,
        per_lat / cell_m,
        empty,
    )
    inside = walk_m / cell_m - ndimage.distance_transform_edt(empty)
    # Streets go on beyond the box of a drawing; its outline ends there all the same.
    inside[[0, -1], :] = inside[:, [0, -1]] = -1.0
    outline = shapely.build_area(_outline(inside))
    outline = shapely.simplify(_without_small_holes(outline, HOLE_M2_MIN / cell_m**2), 0.4)
    # Cell (0, 0) has its middle half a cell in from the corner.
    outline = shapely.transform(
        outline,
        lambda xy: np.column_stack(
            (
                west + (xy[:, 0] + 0.5 - rim) * cell_m / per_lon,
                south + (xy[:, 1] + 0.5 - rim) * cell_m / per_lat,
            )
        ),
    )
    outline = shapely.set_precision(outline, 10.0**-PLACES)
    return shapely.orient_polygons(outline)


def box_of(graph: RoadGraph, reached: Stretches) -> Box | None:
    """West, south, east, north of the streets reached, or None."""
    if not len(reached.arcs):
        return None
    ends = np.concatenate((graph.arc_tail[reached.arcs], graph.arc_head[reached.arcs]))
    lon, lat = graph.node_lon[ends], graph.node_lat[ends]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def geometry_of(area: Any) -> dict[str, Any]:
    """Return an area as a GeoJSON MultiPolygon, whatever it is made of; without coordinates when it is empty."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty]
    polygons = [
        [[[round(x, PLACES), round(y, PLACES)] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in parts
    ]
    return {"type": "MultiPolygon", "coordinates": polygons}


def lines_of(graph: RoadGraph, reached: Stretches, *, box: Box, most: int) -> list[list[tuple[float, float]]]:
    """Return the streets reached that touch a box, as lines; of more than `most` the longest."""
    west, south, east, north = box
    tail, head = graph.arc_tail[reached.arcs], graph.arc_head[reached.arcs]
    lon, lat = graph.node_lon, graph.node_lat
    touches = (
        (np.maximum(lon[tail], lon[head]) >= west)
        & (np.minimum(lon[tail], lon[head]) <= east)
        & (np.maximum(lat[tail], lat[head]) >= south)
        & (np.minimum(lat[tail], lat[head]) <= north)
    )
    kept = np.flatnonzero(touches)
    if len(kept) > most:
        metres = (graph.arc_m[reached.arcs] * (reached.until - reached.since))[kept]
        kept = np.sort(kept[np.argsort(-metres, kind="stable")[:most]])
    return [
        line_of(graph, int(arc), float(since), float(until))
        for arc, since, until in zip(reached.arcs[kept], reached.since[kept], reached.until[kept], strict=True)
    ]


def line_of(graph: RoadGraph, arc: int, since: float, until: float) -> list[tuple[float, float]]:
    """The shape of an arc between two shares of its length, in the direction of travel."""
    lon, lat, metres = graph.shape_of(arc)
    at = np.array([since, until]) * metres[-1]
    between = (metres > at[0]) & (metres < at[1])
    metres_kept = np.concatenate((at[:1], metres[between], at[1:]))
    lons, lats = np.interp(metres_kept, metres, lon), np.interp(metres_kept, metres, lat)
    return list(zip(np.round(lons, PLACES).tolist(), np.round(lats, PLACES).tolist(), strict=True))


def _without_small_holes(area: Any, least: float) -> Any:
    kept = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= least])
        for part in shapely.get_parts(area)
    ]
    return shapely.MultiPolygon(kept)


# For each way a cell's corners can lie (1 south-west, 2 south-east, 4 north-east, 8 north-west): the sides the outline joins.
_SOUTH, _EAST, _NORTH, _WEST = 0, 1, 2, 3
_JOINS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_WEST, _SOUTH),),
    2: ((_SOUTH, _EAST),),
    3: ((_WEST, _EAST),),
    4: ((_EAST, _NORTH),),
    5: ((_WEST, _SOUTH), (_EAST, _NORTH)),
    6: ((_SOUTH, _NORTH),),
    7: ((_WEST, _NORTH),),
    8: ((_NORTH, _WEST),),
    9: ((_SOUTH, _NORTH),),
    10: ((_SOUTH, _EAST), (_NORTH, _WEST)),
    11: ((_EAST, _NORTH),),
    12: ((_WEST, _EAST),),
    13: ((_SOUTH, _EAST),),
    14: ((_WEST, _SOUTH),),
}


def _outline(height: Floats) -> Any:
    """The line along which a grid of heights is zero, as loose pieces whose ends meet exactly."""
    height = np.where(height == 0.0, 1e-9, height)
    rows, columns = height.shape
    above = height > 0
    row, column = np.arange(rows)[:, None], np.arange(columns)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        along_row = column[:, :-1] + height[:, :-1] / (height[:, :-1] - height[:, 1:])
        along_column = row[:-1] + height[:-1] / (height[:-1] - height[1:])
    case = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    pieces = []
    for code, joins in _JOINS.items():
        r, c = np.nonzero(case == code)
        if not len(r):
            continue
        side = {
            _SOUTH: (along_row[r, c], r.astype(np.float64)),
            _NORTH: (along_row[r + 1, c], r + 1.0),
            _WEST: (c.astype(np.float64), along_column[r, c]),
            _EAST: (c + 1.0, along_column[r, c + 1]),
        }
        for one, other in joins:
            pieces.append(np.stack((np.column_stack(side[one]), np.column_stack(side[other])), axis=1))
    if not pieces:
        return shapely.MultiLineString()
    return shapely.multilinestrings(shapely.linestrings(np.concatenate(pieces)))


@compiled
def _mark(
    shape_lon: Floats,
    shape_lat: Floats,
    shape_m: Floats,
    segment_first: Int32s,
    arc_segment: Int32s,
    arc_flags: Bytes,
    arcs: Int32s,
    since: Floats,
    until: Floats,
    west: float,
    south: float,
    cells_per_lon: float,
    cells_per_lat: float,
    empty: Bools,
) -> None:
    """Walk along each stretch and take the cells it passes out of `empty`."""
    for i in range(len(arcs)):
        segment = arc_segment[arcs[i]]
        first, last = segment_first[segment], segment_first[segment + 1] - 1
        whole = shape_m[last]
        begin, end = since[i] * whole, until[i] * whole
        if arc_flags[arcs[i]] & REVERSED:
            begin, end = whole - end, whole - begin
        for p in range(first, last):
            a, b = max(begin, shape_m[p]), min(end, shape_m[p + 1])
            if b < a:
                continue
            length = shape_m[p + 1] - shape_m[p]
            t0 = (a - shape_m[p]) / length if length > 0 else 0.0
            t1 = (b - shape_m[p]) / length if length > 0 else 0.0
            x0 = (shape_lon[p] + t0 * (shape_lon[p + 1] - shape_lon[p]) - west) * cells_per_lon
            y0 = (shape_lat[p] + t0 * (shape_lat[p + 1] - shape_lat[p]) - south) * cells_per_lat
            x1 = (shape_lon[p] + t1 * (shape_lon[p + 1] - shape_lon[p]) - west) * cells_per_lon
            y1 = (shape_lat[p] + t1 * (shape_lat[p + 1] - shape_lat[p]) - south) * cells_per_lat
            steps = int(2.0 * max(abs(x1 - x0), abs(y1 - y0))) + 1
            for step in range(steps + 1):
                x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
                column, row = int(np.floor(x)), int(np.floor(y))
                if 0 <= row < empty.shape[0] and 0 <= column < empty.shape[1]:
                    empty[row, column] = False
