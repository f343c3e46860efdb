"""
Which street a point is on: the nearest arc, how far along it, and how far off.

A point is projected onto the shape of streets, never onto junctions only: in a long street the nearest junction may
belong to another one. A heading, when known, decides between the two directions and between parallel carriageways.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, nan, radians
from typing import NamedTuple

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import CONTRAFLOW, NO_ARC, REVERSED, Bytes, Floats, Int32s, RoadGraph
from nazdik.kernel import LonLat
from nazdik.kernel.geometry import EARTH_RADIUS_M

METRES_PER_DEGREE = radians(1.0) * EARTH_RADIUS_M

# A tracker is rarely off by more than some tens of metres; beyond 250 m a unit is not on the roads we know.
UNIT_LIMIT_M = 250.0
# A caller may be far inside a field or a factory; beyond 1,500 m of any road a car cannot be said to get there.
INCIDENT_LIMIT_M = 1500.0

# What driving straight against the heading counts as, in metres: more than the distance between two carriageways of
# an avenue (20 to 40 m), less than that to the next parallel street. Across the road it counts half.
AGAINST_HEADING_M = 40.0
# A car is rarely on a one-way street the wrong way: only a heading that says so plainly should put it there.
CONTRAFLOW_M = 10.0

# Streets per cell stay few in a city, and cells stay few in a province.
CELL_M = 60.0
CELLS_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class Snapped:
    """A point on the road: `fraction` of the way along `arc`, at `place`, `distance_m` from where the point was."""

    arc: int
    fraction: float
    distance_m: float
    place: LonLat


@dataclass(frozen=True, slots=True)
class SnappedMany:
    """As `Snapped`, for n points; arc -1 and infinite distance where no road is within the limit. Each of shape (n,)."""

    arcs: Int32s
    fractions: Floats
    distances_m: Floats
    lons: Floats
    lats: Floats


class Grid(NamedTuple):
    """
    What compiled code needs to find streets near a point: the graph's shapes, and a grid of cells over their pieces.

    Piece p runs from shape point p to p + 1. Cell c holds the pieces `cell_piece[cell_first[c]:cell_first[c + 1]]`.
    `along` and `against` are the arcs of each segment, -1 where there is none.
    """

    shape_lon: Floats
    shape_lat: Floats
    shape_m: Floats
    segment_first: Int32s
    arc_flags: Bytes
    piece_segment: Int32s
    along: Int32s
    against: Int32s
    cell_first: Int32s
    cell_piece: Int32s
    west: float
    south: float
    cell_lon: float
    cell_lat: float
    columns: int
    rows: int


class Snapper:
    """Finds the street of a point through a grid over all shape pieces of a graph. Read-only once made."""

    def __init__(self, graph: RoadGraph) -> None:
        # One decision asks for the same place several times, and so do those that follow it.
        self._snap_one = lru_cache(maxsize=1024)(self._snapped)
        west, south, east, north = graph.bounds
        middle = cos(radians((south + north) / 2))
        width_m, height_m = (east - west) * METRES_PER_DEGREE * middle, (north - south) * METRES_PER_DEGREE
        cell_m = max(CELL_M, (max(width_m, 1.0) * max(height_m, 1.0) / CELLS_MAX) ** 0.5)
        cell_lon, cell_lat = cell_m / (METRES_PER_DEGREE * middle), cell_m / METRES_PER_DEGREE
        columns, rows = ceil(width_m / cell_m) + 1, ceil(height_m / cell_m) + 1
        # The last point of a segment starts no piece.
        count = np.diff(graph.segment_first)
        piece_segment = np.repeat(np.arange(len(count), dtype=np.int32), count)
        along, against = _arcs_of_segments(graph)
        cell_first, cell_piece = _fill_cells(
            graph.shape_lon, graph.shape_lat, piece_segment, west, south, cell_lon, cell_lat, columns, rows
        )
        self.grid = Grid(
            shape_lon=graph.shape_lon,
            shape_lat=graph.shape_lat,
            shape_m=graph.shape_m,
            segment_first=graph.segment_first,
            arc_flags=graph.arc_flags,
            piece_segment=piece_segment,
            along=along,
            against=against,
            cell_first=cell_first,
            cell_piece=cell_piece,
            west=west,
            south=south,
            cell_lon=cell_lon,
            cell_lat=cell_lat,
            columns=columns,
            rows=rows,
        )

    def snap(
        self, point: LonLat, *, heading_deg: float | None = None, limit_m: float = INCIDENT_LIMIT_M
    ) -> Snapped | None:
        """The nearest arc to a point, or None when none is within `limit_m`."""
        return self._snap_one(point, heading_deg, limit_m)

    def _snapped(self, point: LonLat, heading_deg: float | None, limit_m: float) -> Snapped | None:
        heading = nan if heading_deg is None else heading_deg
        many = self.snap_many(np.array([point.lon]), np.array([point.lat]), np.array([heading]), limit_m=limit_m)
        arc = int(many.arcs[0])
        if arc == NO_ARC:
            return None
        place = LonLat(float(many.lons[0]), float(many.lats[0]))
        return Snapped(arc, float(many.fractions[0]), float(many.distances_m[0]), place)

    def snap_many(
        self, lons: Floats, lats: Floats, headings_deg: Floats, *, limit_m: float = UNIT_LIMIT_M
    ) -> SnappedMany:
        """
        The nearest arc to each of n points.

        Args:
            lons, lats: Shape (n,). A NaN is near no road.
            headings_deg: Clockwise from true north, NaN when unknown; shape (n,).
            limit_m: Further than this from a road is not on it.
        """
        # Copies: fresh, writable and of one type, so that no caller's array makes the compiler start anew.
        lons, lats, headings_deg = (np.array(given, dtype=np.float64) for given in (lons, lats, headings_deg))
        n = len(lons)
        arcs = np.empty(n, dtype=np.int32)
        fractions, distances, snapped_lons, snapped_lats = (np.empty(n) for _ in range(4))
        _snap(
            self.grid,
            lons,
            lats,
            headings_deg,
            limit_m,
            arcs,
            fractions,
            distances,
            snapped_lons,
            snapped_lats,
        )
        return SnappedMany(arcs, fractions, distances, snapped_lons, snapped_lats)


def _arcs_of_segments(graph: RoadGraph) -> tuple[Int32s, Int32s]:
    """For each segment the arc along its shape and the one against it, -1 where there is none."""
    against = (graph.arc_flags & REVERSED) > 0
    arc = np.arange(graph.arcs, dtype=np.int32)
    both = []
    for chosen in (~against, against):
        arcs = np.full(len(graph.segment_class), NO_ARC, dtype=np.int32)
        arcs[graph.arc_segment[chosen]] = arc[chosen]
        both.append(arcs)
    return both[0], both[1]


@compiled
def _fill_cells(
    shape_lon: Floats,
    shape_lat: Floats,
    piece_segment: Int32s,
    west: float,
    south: float,
    cell_lon: float,
    cell_lat: float,
    columns: int,
    rows: int,
) -> tuple[Int32s, Int32s]:
    """The pieces that may touch each cell: `piece[first[c]:first[c + 1]]`, in the order of their numbers."""
    first = np.zeros(columns * rows + 1, np.int32)
    piece = np.empty(0, np.int32)
    for counting in (True, False):
        for p in range(len(shape_lon) - 1):
            if piece_segment[p] != piece_segment[p + 1]:
                continue
            # In units of cells, so that a cell is a square of side 1.
            ax, ay = (shape_lon[p] - west) / cell_lon, (shape_lat[p] - south) / cell_lat
            bx, by = (shape_lon[p + 1] - west) / cell_lon, (shape_lat[p + 1] - south) / cell_lat
            length2 = (bx - ax) ** 2 + (by - ay) ** 2
            for row in range(int(min(ay, by)), int(max(ay, by)) + 1):
                for column in range(int(min(ax, bx)), int(max(ax, bx)) + 1):
                    # A long diagonal piece misses most cells of its box: those whose circle it does not cross.
                    cx, cy = column + 0.5 - ax, row + 0.5 - ay
                    t = 0.0
                    if length2 > 0:
                        t = min(1.0, max(0.0, (cx * (bx - ax) + cy * (by - ay)) / length2))
                    if (cx - t * (bx - ax)) ** 2 + (cy - t * (by - ay)) ** 2 > 0.51:
                        continue
                    cell = row * columns + column
                    if counting:
                        first[cell + 1] += 1
                    else:
                        piece[first[cell]] = p
                        first[cell] += 1
        if counting:
            first = np.cumsum(first).astype(np.int32)
            piece = np.empty(first[-1], np.int32)
    # Filling moved each start to the next one's; move them back.
    first[1:] = first[:-1].copy()
    first[0] = 0
    return first, piece


@compiled
def _against_heading(heading_deg: float, bearing_x: float, bearing_y: float) -> float:
    """Half of one minus the cosine between a heading and a direction: 0 the same way, 0.5 across, 1 opposite."""
    length = np.sqrt(bearing_x * bearing_x + bearing_y * bearing_y)
    if np.isnan(heading_deg) or length == 0.0:
        return 0.0
    angle = np.radians(heading_deg)
    part: float = 0.5 * (1.0 - (bearing_x * np.sin(angle) + bearing_y * np.cos(angle)) / length)
    return part


@compiled
def _snap(
    grid: Grid,
    lons: Floats,
    lats: Floats,
    headings: Floats,
    limit_m: float,
    out_arc: Int32s,
    out_fraction: Floats,
    out_distance: Floats,
    out_lon: Floats,
    out_lat: Floats,
) -> None:
    """Look at the cell of each point and at rings around it, until nothing further out can be better."""
    for i in range(len(lons)):
        lon, lat = lons[i], lats[i]
        out_arc[i], out_fraction[i], out_distance[i] = -1, 0.0, np.inf
        out_lon[i], out_lat[i] = lon, lat
        if not (abs(lon) <= 180.0 and abs(lat) < 89.0):  # no place on earth, or NaN
            continue
        # A plane through the point: within the limits the earth's curve is millimetres.
        per_lat = METRES_PER_DEGREE
        per_lon = per_lat * np.cos(np.radians(lat))
        x, y = (lon - grid.west) / grid.cell_lon, (lat - grid.south) / grid.cell_lat
        column, row = int(np.floor(x)), int(np.floor(y))
        width_m, height_m = grid.cell_lon * per_lon, grid.cell_lat * per_lat
        # How far the nearest side of the own cell is; one more cell with each ring.
        side_m = min(min(x - column, column + 1 - x) * width_m, min(y - row, row + 1 - y) * height_m)
        cell_m = min(width_m, height_m)
        best, ring = np.inf, 0
        while True:
            for r in range(max(row - ring, 0), min(row + ring, grid.rows - 1) + 1):
                on_edge = r in (row - ring, row + ring)
                step = 1 if on_edge or ring == 0 else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= grid.columns:
                        continue
                    cell = r * grid.columns + c
                    for j in range(grid.cell_first[cell], grid.cell_first[cell + 1]):
                        p = grid.cell_piece[j]
                        ax, ay = (grid.shape_lon[p] - lon) * per_lon, (grid.shape_lat[p] - lat) * per_lat
                        dx = (grid.shape_lon[p + 1] - grid.shape_lon[p]) * per_lon
                        dy = (grid.shape_lat[p + 1] - grid.shape_lat[p]) * per_lat
                        length2 = dx * dx + dy * dy
                        t = 0.0
                        if length2 > 0:
                            t = min(1.0, max(0.0, -(ax * dx + ay * dy) / length2))
                        px, py = ax + t * dx, ay + t * dy
                        distance = np.sqrt(px * px + py * py)
                        if distance > limit_m or distance >= best:
                            continue
                        segment = grid.piece_segment[p]
                        for direction in range(2):
                            arc = grid.along[segment] if direction == 0 else grid.against[segment]
                            if arc < 0:
                                continue
                            sign = 1.0 if direction == 0 else -1.0
                            price = distance + AGAINST_HEADING_M * _against_heading(headings[i], sign * dx, sign * dy)
                            if grid.arc_flags[arc] & CONTRAFLOW:
                                price += CONTRAFLOW_M
                            if price < best:
                                best = price
                                whole = grid.shape_m[grid.segment_first[segment + 1] - 1]
                                at = grid.shape_m[p] + t * (grid.shape_m[p + 1] - grid.shape_m[p])
                                share = at / whole if whole > 0 else 0.0
                                out_arc[i] = arc
                                out_fraction[i] = share if direction == 0 else 1.0 - share
                                out_distance[i] = distance
                                out_lon[i], out_lat[i] = lon + px / per_lon, lat + py / per_lat
            reach = side_m + ring * cell_m
            if reach >= best or reach > limit_m:
                break
            ring += 1


@compiled
def place_along(
    grid: Grid,
    segments: Int32s,
    arc_m: Floats,
    arcs: Int32s,
    along_m: Floats,
    lons: Floats,
    lats: Floats,
    out_fraction: Floats,
    out_distance: Floats,
    out_lon: Floats,
    out_lat: Floats,
) -> None:
    """
    Where so many metres along each arc is, and how far from the fix; with arc -1 it is the fix, infinitely far.

    `segments` and `arc_m` are the segment and the length of each arc of the graph.
    """
    for i in range(len(arcs)):
        arc = arcs[i]
        if arc < 0:
            out_fraction[i], out_distance[i], out_lon[i], out_lat[i] = 0.0, np.inf, lons[i], lats[i]
            continue
        fraction = min(1.0, max(0.0, along_m[i] / max(arc_m[arc], 1e-9)))
        segment = segments[arc]
        first, last = grid.segment_first[segment], grid.segment_first[segment + 1] - 1
        share = fraction if grid.along[segment] == arc else 1.0 - fraction
        metres = share * grid.shape_m[last]
        p = first + np.searchsorted(grid.shape_m[first : last + 1], metres, side="right") - 1
        p = min(max(p, first), last - 1)
        piece = grid.shape_m[p + 1] - grid.shape_m[p]
        t = min(1.0, max(0.0, (metres - grid.shape_m[p]) / piece)) if piece > 0 else 0.0
        lon = grid.shape_lon[p] + t * (grid.shape_lon[p + 1] - grid.shape_lon[p])
        lat = grid.shape_lat[p] + t * (grid.shape_lat[p + 1] - grid.shape_lat[p])
        north = (lat - lats[i]) * METRES_PER_DEGREE
        east = (lon - lons[i]) * METRES_PER_DEGREE * np.cos(np.radians((lat + lats[i]) / 2))
        out_fraction[i], out_distance[i], out_lon[i], out_lat[i] = fraction, np.hypot(east, north), lon, lat
