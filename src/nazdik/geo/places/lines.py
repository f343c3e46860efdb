"""The segments of named streets, filed by cells of a grid: the nearest of them to a point, and the nearest part of a street."""

from math import cos, floor, radians

import numpy as np
import numpy.typing as npt

from nazdik.geo.gazetteer import CELL_DEG, SCALE
from nazdik.kernel import LonLat

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Segments = npt.NDArray[np.int32]

METRES_PER_DEGREE = 111_195.0
STREET_REACH_M = 1_000.0
_RIM_DEG = 0.05


class StreetLines:
    """Rows of `lines.npy`; none is longer than half a cell."""

    def __init__(self, rows: Segments, bounds: tuple[float, float, float, float]) -> None:
        self._rows = rows
        self._bounds = bounds
        middle_lon = (rows[:, 0].astype(np.int64) + rows[:, 2]) / (2 * SCALE)
        middle_lat = (rows[:, 1].astype(np.int64) + rows[:, 3]) / (2 * SCALE)
        cell = _cell_number(np.floor(middle_lon / CELL_DEG), np.floor(middle_lat / CELL_DEG))
        self._by_cell = np.argsort(cell, kind="stable")
        self._cells = cell[self._by_cell]
        self._by_owner = np.argsort(rows[:, 4], kind="stable")
        owners = np.asarray(rows[:, 4])[self._by_owner]
        self._first_of = np.searchsorted(owners, np.arange(owners.max(initial=-1) + 2, dtype=owners.dtype))

    def of_street(self, record: int) -> Segments:
        """Return the segments of one street; none for what is no street."""
        if record + 1 >= len(self._first_of):
            return self._rows[:0]
        return self._rows[self._by_owner[self._first_of[record] : self._first_of[record + 1]]]

    def nearest_street(self, point: LonLat) -> tuple[int, float, LonLat] | None:
        """Return the nearest named street, its distance and its nearest point; None past `STREET_REACH_M`."""
        west, south, east, north = self._bounds
        if not (west - _RIM_DEG <= point.lon <= east + _RIM_DEG and south - _RIM_DEG <= point.lat <= north + _RIM_DEG):
            return None
        cell_m = CELL_DEG * METRES_PER_DEGREE * cos(radians(point.lat))
        for rings in (1, 2, 2 + int(STREET_REACH_M / cell_m)):
            near = self._around(point, rings)
            if not len(near):
                continue
            rows = self._rows[near]
            best, where, away = nearest_on(rows, point)
            # A segment is filed by its middle: what lies in the outermost ring may have a nearer neighbour beyond it.
            if away <= min((rings - 0.5) * cell_m, STREET_REACH_M):
                return int(rows[best, 4]), away, where
        return None

    def _around(self, point: LonLat, rings: int) -> Ints:
        column, row = floor(point.lon / CELL_DEG), floor(point.lat / CELL_DEG)
        rows = np.arange(row - rings, row + rings + 1)
        first = np.searchsorted(self._cells, _cell_number(column - rings, rows), side="left")
        last = np.searchsorted(self._cells, _cell_number(column + rings, rows), side="right")
        return np.concatenate([self._by_cell[a:b] for a, b in zip(first, last, strict=True)])


def nearest_on(lines: Segments, point: LonLat) -> tuple[int, LonLat, float]:
    """Return which of `lines` is nearest to `point`, its nearest point, and the distance in metres."""
    squeeze = METRES_PER_DEGREE * cos(radians(point.lat))
    ax, ay = (lines[:, 0] / SCALE - point.lon) * squeeze, (lines[:, 1] / SCALE - point.lat) * METRES_PER_DEGREE
    bx, by = (lines[:, 2] / SCALE - point.lon) * squeeze, (lines[:, 3] / SCALE - point.lat) * METRES_PER_DEGREE
    dx, dy = bx - ax, by - ay
    length = np.maximum(dx * dx + dy * dy, 1e-9)
    along = np.clip(-(ax * dx + ay * dy) / length, 0.0, 1.0)
    east, north = ax + along * dx, ay + along * dy
    away = np.hypot(east, north)
    best = int(away.argmin())
    where = LonLat(point.lon + float(east[best]) / squeeze, point.lat + float(north[best]) / METRES_PER_DEGREE)
    return best, where, float(away[best])


def flat_distances(lon: Floats, lat: Floats, point: LonLat) -> Floats:
    """Return distances in metres over the short ways of one region."""
    east = (lon - point.lon) * (METRES_PER_DEGREE * cos(radians(point.lat)))
    away: Floats = np.hypot(east, (lat - point.lat) * METRES_PER_DEGREE)
    return away


def _cell_number(column: npt.ArrayLike, row: npt.ArrayLike) -> Ints:
    number: Ints = np.asarray(row, dtype=np.int64) * 1_000_000 + np.asarray(column, dtype=np.int64)
    return number
