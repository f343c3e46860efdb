"""Places on the earth: WGS 84 degrees, longitude before latitude (RFC 7946)."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8


class LonLat(NamedTuple):
    """A point in WGS 84 degrees."""

    lon: float
    lat: float


def distance_m(a: LonLat, b: LonLat) -> float:
    """Great-circle distance between two points in metres."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))
