"""
Shapes of an uncertain place, as networks and phones report them (RFC 5491), and the circle each is judged by.

Degrees are WGS 84, longitude first inside; GML writes latitude first, which the readers turn round. Metres and degrees clockwise
from north otherwise.
"""

from math import cos, hypot, isfinite, log, radians, sin, sqrt

import msgspec

from nazdik.kernel import LonLat
from nazdik.kernel.geometry import EARTH_RADIUS_M

# RFC 7459: a shape without a stated confidence holds its place in 95 of 100 cases.
CONFIDENCE_UNSTATED = 0.95
CORNERS_MAX = 256
_METRES_PER_DEGREE = radians(1.0) * EARTH_RADIUS_M


class Ellipse(msgspec.Struct, frozen=True, tag="ellipse"):
    """Half axes in metres; `turned_deg` is where the longer one points."""

    semi_major_m: float
    semi_minor_m: float
    turned_deg: float


class Area(msgspec.Struct, frozen=True, tag="area"):
    """A polygon; the first corner is not repeated."""

    ring: tuple[LonLat, ...]


class Sector(msgspec.Struct, frozen=True, tag="sector"):
    """A part of a ring around a mast: from `inner_m` to `outer_m`, from `start_deg` on over `opening_deg`."""

    centre: LonLat
    inner_m: float
    outer_m: float
    start_deg: float
    opening_deg: float


Shape = Ellipse | Area | Sector


def is_place(point: LonLat) -> bool:
    """Whether a point can be meant: on earth, and not the (0, 0) of a device that knows nothing."""
    lon, lat = point
    on_earth = isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    return on_earth and not (abs(lon) < 1e-4 and abs(lat) < 1e-4)


def middle_of(area: Area) -> tuple[LonLat, float]:
    """The middle of a polygon's corners and the metres from there to the furthest: the circle around it."""
    lon = sum(corner.lon for corner in area.ring) / len(area.ring)
    lat = sum(corner.lat for corner in area.ring) / len(area.ring)
    middle = LonLat(lon, lat)
    return middle, max(apart_m(middle, corner) for corner in area.ring)


def middle_of_sector(sector: Sector) -> tuple[LonLat, float]:
    """A point in the middle of a sector and the metres to its furthest corner."""
    bearing, far = sector.start_deg + sector.opening_deg / 2, (sector.inner_m + sector.outer_m) / 2
    middle = moved(sector.centre, far, bearing)
    ends = (sector.start_deg, sector.start_deg + sector.opening_deg, bearing)
    corners = [moved(sector.centre, radius, end) for radius in (sector.inner_m, sector.outer_m) for end in ends]
    # A sector of more than half a circle surrounds its mast.
    radius = sector.outer_m + far if sector.opening_deg > 180 else max(apart_m(middle, corner) for corner in corners)
    return middle, radius


def moved(point: LonLat, metres: float, bearing_deg: float) -> LonLat:
    """The point so many metres away in a direction, on a plane: exact enough for the tens of kilometres of a mast."""
    angle = radians(bearing_deg)
    lat = point.lat + metres * cos(angle) / _METRES_PER_DEGREE
    lon = point.lon + metres * sin(angle) / (_METRES_PER_DEGREE * max(cos(radians(point.lat)), 1e-6))
    return LonLat(lon, lat)


def apart_m(one: LonLat, other: LonLat) -> float:
    """Metres between two near points, on a plane."""
    east = (other.lon - one.lon) * cos(radians((one.lat + other.lat) / 2))
    return hypot(east, other.lat - one.lat) * _METRES_PER_DEGREE


def radius_at(confidence_wanted: float, radius_m: float, confidence: float | None) -> float:
    """
    The radius that holds the place with another confidence, for an error that is normal in both directions.

    Then the share inside a circle is 1 - exp(-r² / 2σ²), so radii of two confidences stand as the roots of their logarithms.
    """
    stated = min(max(CONFIDENCE_UNSTATED if confidence is None else confidence, 0.01), 0.999)
    return radius_m * sqrt(log(1 - min(confidence_wanted, 0.999)) / log(1 - stated))
