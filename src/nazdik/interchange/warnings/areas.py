"""An office's own area as polygons that a warning can carry: few points, no holes."""

from typing import Any

import shapely

from nazdik.interchange.warnings.content import POINTS_MAX, POLYGONS_MAX
from nazdik.kernel import LonLat

# About a metre; CAP carries five decimals.
GRID_DEG = 1e-5
FIRST_TOLERANCE_DEG = 2e-4


def rings_of(area: Any) -> tuple[tuple[LonLat, ...], ...]:
    """
    Return the outlines of an area (shapely, degrees), the largest first, none with more points than a warning may have.

    Lines are straightened more and more until they fit. Holes are filled: CAP has none, and a warning rather reaches too far.
    """
    parts = [p for p in shapely.get_parts(area) if isinstance(p, shapely.Polygon)]
    parts = sorted(parts, key=lambda part: part.area, reverse=True)[:POLYGONS_MAX]
    return tuple(ring for part in parts if (ring := _ring(shapely.Polygon(part.exterior))))


def _ring(part: Any) -> tuple[LonLat, ...]:
    tolerance = FIRST_TOLERANCE_DEG
    thin = shapely.set_precision(part, GRID_DEG)
    while shapely.get_num_coordinates(thin) > POINTS_MAX or not isinstance(thin, shapely.Polygon):
        thin = shapely.set_precision(shapely.simplify(part, tolerance), GRID_DEG)
        if isinstance(thin, shapely.MultiPolygon):
            thin = max(thin.geoms, key=lambda one: one.area)
        if tolerance > 1:
            return ()
        tolerance *= 2
    return tuple(LonLat(round(lon, 5), round(lat, 5)) for lon, lat in thin.exterior.coords[:-1])
