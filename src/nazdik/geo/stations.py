"""
An office tree drawn up for a region that brought none: stations in proportion to people, areas by the nearest seat.

Every county gets one to eight stations, seated in its settlements where most people live for each seat; each point of
the county belongs to the nearest seat; each station is cut into two to four sectors in the same way.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import msgspec
import numpy as np
import shapely

from nazdik.geo.responsible import NATIONAL, OFFICES_FORMAT, OFFICES_VERSION, OfficeEntry, OfficesFile, SectorEntry
from nazdik.geo.things import Floats, NamedPoint
from nazdik.kernel.text import fold, persian_digits
from nazdik.published.offices import Tier

STATIONS_MAX = 8
PEOPLE_PER_STATION = 115_000
NODES_PER_STATION = 2_700
FIRST_NUMBER = 11
_ROUNDS = 25
_SAMPLE = 6_000


@dataclass(frozen=True, slots=True)
class County:
    """A county: its Latin slug, its names without the word for county, and its area in degrees."""

    slug: str
    name_fa: str
    name_en: str
    area: Any


@dataclass(frozen=True, slots=True)
class _Seat:
    place_fa: str
    place_en: str
    lon: float
    lat: float


def draw_up_offices(
    region_id: str,
    name_fa: str,
    name_en: str,
    counties: Sequence[County],
    places: Sequence[NamedPoint],
    road_nodes: Floats,
) -> OfficesFile:
    """Return a tree over `counties` (which tile the region); the same inputs give the same tree."""
    heart = _heart(road_nodes, places, counties)
    province = OfficeEntry(region_id, Tier.PROVINCE, NATIONAL.id, _code(region_id), name_fa, name_en, heart)
    offices, sectors, codes = [province], list[SectorEntry](), {province.code}
    for county in sorted(counties, key=lambda c: c.slug):
        code = _unused(county.slug, codes)
        nodes = _inside(county.area, road_nodes)
        seats = _seats(county, [p for p in places if shapely.intersects_xy(county.area, p.lon, p.lat)], nodes)
        county_id = f"{region_id}.{county.slug}"
        offices.append(
            OfficeEntry(
                id=county_id,
                tier=Tier.COUNTY,
                parent_id=region_id,
                code=code,
                name_fa=f"شهرستان {county.name_fa}",
                name_en=f"{county.name_en} County",
                seat=(seats[0].lon, seats[0].lat),
                area=_raw(county.area),
            )
        )
        areas = nearest_seat_areas(county.area, np.array([(s.lon, s.lat) for s in seats]))
        for number, (seat, area) in enumerate(zip(seats, areas, strict=True), start=FIRST_NUMBER):
            station = OfficeEntry(
                id=f"{county_id}.{number}",
                tier=Tier.STATION,
                parent_id=county_id,
                code=f"{code}{number}",
                name_fa=f"کلانتری {persian_digits(str(number))} {seat.place_fa}",
                name_en=f"Station {number} {seat.place_en}",
                seat=(seat.lon, seat.lat),
                area=_raw(area),
            )
            offices.append(station)
            sectors.extend(_sectors(station, area, _inside(area, nodes)))
    return OfficesFile(OFFICES_FORMAT, OFFICES_VERSION, tuple(offices), tuple(sectors))


def nearest_seat_areas(area: Any, seats: Floats) -> list[Any]:
    """
    Return, for each seat, the part of `area` that is nearer to it than to any other; together they tile `area`.

    Args:
        seats: Distinct points, shape (n, 2), in degrees; near enough to one another that the earth is flat.
    """
    if len(seats) == 1:
        return [area]
    squeeze = cos(radians(float(seats[:, 1].mean())))
    flat = seats * (squeeze, 1.0)
    flat_area = shapely.transform(area, lambda xy: xy * (squeeze, 1.0))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(flat), extend_to=flat_area.envelope.buffer(1))
    )
    by_seat = {int(i): cell for cell in cells for i in [int(shapely.distance(shapely.points(flat), cell).argmin())]}
    parts = []
    for i in range(len(seats)):
        part = shapely.transform(by_seat[i], lambda xy: xy / (squeeze, 1.0))
        parts.append(_areas_only(shapely.set_precision(shapely.intersection(area, part), 1e-6)))
    return parts


def spread_seats(points: Floats, count: int) -> Floats:
    """
    Return `count` points in the middle of the clusters of `points`, shape (count, 2), by Lloyd's rounds.

    The start is the point nearest the mean, then each time the one furthest from those chosen: no chance is involved.
    """
    sample = np.unique(points[:: max(1, len(points) // _SAMPLE)], axis=0)
    count = min(count, len(sample))
    squeeze = np.array([cos(radians(float(sample[:, 1].mean()))), 1.0])
    flat = sample * squeeze
    chosen = [int(((flat - flat.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    distance = ((flat - flat[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((flat - flat[chosen[-1]]) ** 2).sum(axis=1))
    centres = flat[chosen]
    for _ in range(_ROUNDS):
        nearest = ((flat[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array(
            [flat[nearest == i].mean(axis=0) if (nearest == i).any() else centres[i] for i in range(count)]
        )
        if np.allclose(moved, centres, atol=1e-9):
            break
        centres = moved
    # A seat stands on a street, not on the mean of a bend; two clusters never share one node.
    seats: list[int] = []
    for centre in centres:
        order = ((flat - centre) ** 2).sum(axis=1).argsort(kind="stable")
        seats.append(next(int(i) for i in order if int(i) not in seats))
    return np.round(sample[sorted(seats, key=lambda i: (-sample[i][1], sample[i][0]))], 6)


def slug_of(name_en: str) -> str:
    """Return a short Latin slug: lower case, letters and digits, words joined by hyphens."""
    words = re.sub(r"\b(county|province|of)\b", " ", fold(name_en)).split()
    return "-".join(re.sub(r"[^a-z0-9]", "", word) for word in words).strip("-")


def _station_count(county_places: Sequence[NamedPoint], nodes: Floats) -> int:
    people = sum(place.population for place in county_places)
    wanted = 1 + people // PEOPLE_PER_STATION if people else round(len(nodes) / NODES_PER_STATION)
    return max(1, min(int(wanted), STATIONS_MAX))


def _seats(county: County, county_places: Sequence[NamedPoint], nodes: Floats) -> list[_Seat]:
    count = _station_count(county_places, nodes)
    towns = sorted(county_places, key=lambda p: (-p.population, p.name, p.lon))
    if not towns:
        if len(nodes) >= count:
            spread = spread_seats(nodes, count)
        else:
            spread = np.array([shapely.point_on_surface(county.area).coords[0]])
        return [_Seat(county.name_fa, county.name_en, float(lon), float(lat)) for lon, lat in spread]
    seats: list[_Seat] = []
    for town, share in _shares(towns, count):
        around = nodes[_distance_deg(nodes, town) < 0.03 + 0.012 * share] if share > 1 else nodes[:0]
        spread = spread_seats(around, share) if len(around) >= share > 1 else np.array([(town.lon, town.lat)])
        name_en = town.name_en or county.name_en
        seats.extend(_Seat(town.name, name_en, round(float(lon), 6), round(float(lat), 6)) for lon, lat in spread)
    return seats


def _shares(towns: Sequence[NamedPoint], count: int) -> Iterator[tuple[NamedPoint, int]]:
    """Give `count` seats to towns, each to where most people live per seat (D'Hondt); yields those with any."""
    given = [0] * len(towns)
    for _ in range(count):
        best = max(range(len(towns)), key=lambda i: ((towns[i].population + 1) / (given[i] + 1), -i))
        given[best] += 1
    return ((town, share) for town, share in zip(towns, given, strict=True) if share)


def _sectors(station: OfficeEntry, area: Any, nodes: Floats) -> Iterable[SectorEntry]:
    count = max(2, min(4, len(nodes) // 600))
    if len(nodes) < count:
        # Hardly a street: halve the area east and west of the middle of its bounds.
        west, south, east, north = area.bounds
        nodes = np.array([(west + (east - west) * f, (south + north) / 2) for f in (0.25, 0.75)])
    spread = spread_seats(nodes, count)
    for number, part in enumerate(nearest_seat_areas(area, spread), start=1):
        if not part.is_empty:
            yield SectorEntry(
                id=f"{station.id}.{number}",
                station_id=station.id,
                code=f"{station.code}-{number}",
                name_fa=f"محدودهٔ {persian_digits(str(number))} {station.name_fa}",
                name_en=f"Sector {number} of {station.name_en}",
                area=_raw(part),
            )


def _inside(area: Any, points: Floats) -> Floats:
    west, south, east, north = area.bounds
    near = points[(points[:, 0] >= west) & (points[:, 0] <= east) & (points[:, 1] >= south) & (points[:, 1] <= north)]
    shapely.prepare(area)
    inside: Floats = near[shapely.intersects_xy(area, near[:, 0], near[:, 1])]
    return inside


def _distance_deg(points: Floats, place: NamedPoint) -> Floats:
    squeeze = cos(radians(place.lat))
    distance: Floats = np.hypot((points[:, 0] - place.lon) * squeeze, points[:, 1] - place.lat)
    return distance


def _heart(nodes: Floats, places: Sequence[NamedPoint], counties: Sequence[County]) -> tuple[float, float]:
    if largest := max(places, key=lambda p: (p.population, p.name), default=None):
        return (round(largest.lon, 6), round(largest.lat, 6))
    lon, lat = np.median(nodes, axis=0) if len(nodes) else shapely.point_on_surface(counties[0].area).coords[0]
    return (round(float(lon), 6), round(float(lat), 6))


def _code(slug: str) -> str:
    first, *more = [re.sub(r"[^A-Z]", "", word) for word in slug.upper().split("-") if len(word) > 1]
    if more:
        return (first[:1] + re.sub(r"[AEIOU]", "", first[1:]) + first[1:])[:2] + "".join(more)[:1]
    letters = first
    return (letters[:1] + re.sub(r"[AEIOU]", "", letters[1:]) + letters[1:] + "XX")[:3]


def _unused(slug: str, taken: set[str]) -> str:
    """Return a code for `slug` that is not taken: its own letters first, then any."""
    code = _code(slug)
    last = iter(slug.upper().replace("-", "")[2:] + "BCDFGHJKLMNPQRSTVWXYZ")
    while code in taken:
        code = code[:2] + next(last)
    taken.add(code)
    return code


def _areas_only(geometry: Any) -> Any:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if len(parts) != 1 else parts[0]


def _raw(area: Any) -> msgspec.Raw:
    shape = json.loads(shapely.to_geojson(area))
    shape["coordinates"] = _rounded(shape["coordinates"])
    return msgspec.Raw(json.dumps(shape, separators=(",", ":")).encode())


def _rounded(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else [_rounded(item) for item in value]
