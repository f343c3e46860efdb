"""Which of several areas holds a point, or is nearest to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

import numpy as np
import shapely

from nazdik.kernel import LonLat, distance_m

# Areas are stored to 1e-6 degrees (0.1 m); a point this close to an area, and in none, is on its border.
BORDER_DEG = 5e-6
# A point in no area, but this close to one or wholly surrounded, lies in a hole between them.
HOLE_M = 500.0
_GRID_CELLS = 96


@dataclass(frozen=True, slots=True)
class Held:
    """The area that a point belongs to: how (`inside`, `border`, `nearest`), how far, and which others touch the point."""

    key: str
    how: str
    distance_m: float = 0.0
    others: tuple[str, ...] = ()


class AreaIndex:
    """
    Which of several areas holds a point, in about a microsecond.

    A grid over the bounds remembers the cells that lie wholly inside one area; only in the others polygons are tested.
    """

    def __init__(self, keys: Sequence[str], areas: Sequence[Any]) -> None:
        """Take areas (shapely, degrees) and their keys; a tie goes to the smallest key."""
        order = sorted(range(len(keys)), key=lambda i: keys[i])
        self._keys = [keys[i] for i in order]
        self._areas = np.array([areas[i] for i in order], dtype=object)
        shapely.prepare(self._areas)
        self._tree = shapely.STRtree(self._areas)
        west, south, east, north = shapely.total_bounds(self._areas) if len(keys) else (0.0, 0.0, 0.0, 0.0)
        self._west, self._south = float(west), float(south)
        self._step_lon = max(float(east - west), 1e-9) / _GRID_CELLS
        self._step_lat = max(float(north - south), 1e-9) / _GRID_CELLS
        self._cells: list[int | tuple[int, ...]] = self._grid()
        self._holes = _holes(self._areas) if len(keys) else None
        # One decision asks for the same point several times, and so do those that follow it.
        self._find = lru_cache(maxsize=1024)(self._holding)

    def find(self, point: LonLat) -> str | None:
        """Return the key of the area that holds `point`, or None outside all."""
        return self._find(point)

    def _holding(self, point: LonLat) -> str | None:
        if not self._within_reach(point):
            return None
        cell = self._cell_of(point)
        if isinstance(cell, int):
            return self._keys[cell]
        for i in cell:
            if shapely.intersects_xy(self._areas[i], point.lon, point.lat):
                return self._keys[i]
        return self._on_border(point) if cell else None

    def hold(self, point: LonLat) -> Held | None:
        """
        Return the area that answers for `point`, or None outside all.

        On a border it is the smallest key of those that touch; in a hole between areas the nearest, the smallest key of equals.
        """
        key = self.find(point)
        if key is not None:
            cell = self._cell_of(point)
            if isinstance(cell, int):
                return Held(key, "inside")
            here = shapely.Point(point.lon, point.lat)
            near = self._tree.query(here, predicate="dwithin", distance=BORDER_DEG)
            touching = sorted(self._keys[i] for i in near.tolist() if i < len(self._keys))
            edge = [i for i in near.tolist() if shapely.distance(shapely.boundary(self._areas[i]), here) <= BORDER_DEG]
            others = tuple(other for other in touching if other != key)
            return Held(key, "border" if edge and others else "inside", others=others if edge else ())
        return self._in_hole(point)

    def _in_hole(self, point: LonLat) -> Held | None:
        """Return the nearest area to a point that lies in none, but between them."""
        if self._holes is None or not self._within_reach(point):
            return None
        if not shapely.intersects_xy(self._holes, point.lon, point.lat):
            return None
        # A degree of longitude is shorter than one of latitude: measured where it is, on the areas that may be nearest.
        here = shapely.Point(point.lon, point.lat)
        ranked = []
        for i in self._tree.query(here, predicate="dwithin", distance=self._nearest_deg(here) * 2).tolist():
            foot = shapely.shortest_line(here, self._areas[i]).coords[-1]
            ranked.append((round(distance_m(point, LonLat(foot[0], foot[1])), 1), self._keys[i]))
        gap_m, key = min(ranked)
        return Held(key, "nearest", gap_m)

    def _nearest_deg(self, here: Any) -> float:
        nearest = self._tree.nearest(here)
        return float(shapely.distance(self._areas[nearest], here)) + BORDER_DEG

    def _cell_of(self, point: LonLat) -> int | tuple[int, ...]:
        column = int((point.lon - self._west) / self._step_lon)
        row = int((point.lat - self._south) / self._step_lat)
        return self._cells[min(row, _GRID_CELLS - 1) * _GRID_CELLS + min(column, _GRID_CELLS - 1)]

    def _within_reach(self, point: LonLat) -> bool:
        """Whether a point is in the grid or so near to it that it may be on a border; what is no number is not."""
        east, north = self._west + self._step_lon * _GRID_CELLS, self._south + self._step_lat * _GRID_CELLS
        return bool(
            self._west - BORDER_DEG <= point.lon <= east + BORDER_DEG
            and self._south - BORDER_DEG <= point.lat <= north + BORDER_DEG
        )

    def _on_border(self, point: LonLat) -> str | None:
        here = shapely.Point(point.lon, point.lat)
        touching = self._tree.query(here, predicate="dwithin", distance=BORDER_DEG)
        return self._keys[int(touching.min())] if len(touching) else None

    def _grid(self) -> list[int | tuple[int, ...]]:
        columns, rows = np.meshgrid(np.arange(_GRID_CELLS), np.arange(_GRID_CELLS))
        west = self._west + columns.ravel() * self._step_lon
        south = self._south + rows.ravel() * self._step_lat
        # Larger than the cell by the breadth of a border, so that a cell knows all areas that may claim its points.
        boxes = shapely.box(
            west - BORDER_DEG,
            south - BORDER_DEG,
            west + self._step_lon + BORDER_DEG,
            south + self._step_lat + BORDER_DEG,
        )
        candidates: list[list[int]] = [[] for _ in boxes]
        whole: dict[int, int] = {}
        for cell, area in self._tree.query(boxes, predicate="intersects").T.tolist():
            candidates[cell].append(area)
        cells, areas = np.array([(c, a[0]) for c, a in enumerate(candidates) if len(a) == 1] or [(0, 0)]).T
        if len(self._areas):
            inside = shapely.contains_properly(self._areas[areas], boxes[cells])
            whole = {int(c): int(a) for c, a, yes in zip(cells, areas, inside, strict=True) if yes}
        return [whole[c] if c in whole else tuple(sorted(found)) for c, found in enumerate(candidates)]


def _holes(areas: Any) -> Any | None:
    """Return the ground between areas that is nobody's: gaps no wider than twice `HOLE_M`, and what they enclose."""
    whole = shapely.union_all(areas)
    lat = (whole.bounds[1] + whole.bounds[3]) / 2
    reach = HOLE_M / (111_195.0 * cos(radians(lat)))
    closed = shapely.buffer(shapely.buffer(whole, reach, quad_segs=2), -reach, quad_segs=2)
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(closed)])
    holes = shapely.difference(filled, whole)
    if holes.is_empty:
        return None
    shapely.prepare(holes)
    return holes
