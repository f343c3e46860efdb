"""Reading what a region is built from besides the streets: outlines, counties, settlements, villages, water."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from math import pi, sqrt
from pathlib import Path
from typing import Any, TypeVar

import shapely
from shapely.geometry import shape

from nazdik.geo.errors import BoundaryUnreadable, PlacesUnreadable
from nazdik.geo.stations import County, slug_of
from nazdik.geo.things import NamedPoint, Shape
from nazdik.geo.words import plain_latin, words_of
from nazdik.kernel import LonLat, distance_m
from nazdik.kernel.text import fold

_Row = TypeVar("_Row")

METRES_PER_DEGREE = 111_195.0
# The census lists works and posts among the villages; nobody lives there, and some are nobody's business.
_FACILITIES = frozenset(
    words_of(
        "پادگان ستاد گردان سپاه ارتش تیپ پاسگاه پایگاه شرکت کارخانه مرغداری دامداری پرواربندی گاوداری تصفیه پمپ طرح اسکله "
        "ایستگاه نیروگاه سیلو انبار معدن کشتارگاه کارگاه مجتمع آجرسازی"
    )
)
_CITY, _TOWN = 100_000, 10_000


def read_boundary(path: Path) -> Any:
    """Return the union of all areas in a GeoJSON file; `BoundaryUnreadable` when there is none."""
    areas = [geometry for geometry, _ in _features(path) if geometry.geom_type in ("Polygon", "MultiPolygon")]
    if not areas:
        raise _unreadable(path)
    return shapely.union_all(areas) if len(areas) > 1 else areas[0]


def read_counties(path: Path) -> list[County]:
    """Return the named areas of a GeoJSON file (`name_fa`, `name_en`, or OSM's `name`, `name:en`), slugs unique."""
    counties: list[County] = []
    for geometry, tags in _features(path):
        if geometry.geom_type not in ("Polygon", "MultiPolygon"):
            continue
        name_fa = str(tags.get("name_fa") or tags.get("name:fa") or tags.get("name") or "").strip()
        name_en = str(tags.get("name_en") or tags.get("name:en") or "").strip()
        slug = slug_of(name_en)
        if not name_fa or not slug or slug in {county.slug for county in counties}:
            raise _unreadable(path)
        plain_en = name_en.removesuffix("County").strip()
        counties.append(County(slug, name_fa.removeprefix("شهرستان").strip(), plain_en, geometry))
    if not counties:
        raise _unreadable(path)
    return counties


def read_places(path: Path) -> list[NamedPoint]:
    """
    Return the settlements of a CSV with `name_fa`, `name` (Latin), `lon`, `lat`, and if known `population`, `kind`,
    `alt_fa` (other names, `;` between them).

    Raises:
        PlacesUnreadable: A column is missing, or a line holds no position.
    """

    def place(row: dict[str, str]) -> NamedPoint:
        people = int(row.get("population") or 0)
        return NamedPoint(
            kind=row.get("kind") or ("city" if people >= _CITY else "town" if people >= _TOWN else "village"),
            name=row["name_fa"] or row["name"],
            name_en=plain_latin(row["name"]),
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            population=people,
            other_names=tuple(name for name in (row.get("alt_fa") or "").split(";") if name),
        )

    return _rows(path, place)


def read_villages(path: Path, counties: list[County]) -> list[NamedPoint]:
    """
    Return villages known by name and county only (`name`, `shahrestan_name`, `dehestan_name` and, to tell homonyms apart,
    `bakhsh_name`): their point is the middle of the county and `accuracy_m` says so. Works and posts, and villages of unknown
    counties, are left out.
    """
    by_name = {fold(county.name_fa).replace(" ", ""): county for county in counties}
    middles = {county.slug: (_middle(county), _radius_m(county)) for county in counties}

    def village(row: dict[str, str]) -> NamedPoint | None:
        name, rural = row["name"].strip(), row["dehestan_name"].strip()
        county = by_name.get(fold(row["shahrestan_name"]).replace(" ", ""))
        if county is None or not name or _FACILITIES.intersection(words_of(name)):
            return None
        (lon, lat), radius = middles[county.slug]
        district = (row.get("bakhsh_name") or "").strip()
        # The district round the county's own town is called «مرکزی» in every county.
        within = f"بخش {district}، " if district and district != "مرکزی" else ""
        return NamedPoint(
            kind="village",
            name=f"روستای {name}",
            name_en="",
            lon=lon,
            lat=lat,
            accuracy_m=radius,
            context_fa=f"دهستان {rural}، {within}شهرستان {county.name_fa}",
            context_en=f"{county.name_en} County",
        )

    return [found for found in _rows(path, village) if found is not None]


def read_water(path: Path) -> list[Shape]:
    """Return the lines and areas of a GeoJSON file (`kind`, `name_fa`, `name_en`) as water."""
    return [
        Shape("water", str(tags.get("kind") or "water"), tags.get("name_fa") or "", tags.get("name_en") or "", geometry)
        for geometry, tags in _features(path)
    ]


def _features(path: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        document = json.loads(raw)
        features = document["features"] if document["type"] == "FeatureCollection" else [document]
        for feature in features:
            plain = feature["type"] != "Feature"
            geometry = shape(feature if plain else feature["geometry"])
            west, south, east, north = geometry.bounds
            if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
                raise ValueError("not in degrees")
            yield shapely.make_valid(geometry), {} if plain else feature.get("properties") or {}
    except (
        OSError,
        EOFError,
        ValueError,
        ArithmeticError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise _unreadable(path) from error
    except (shapely.errors.ShapelyError, zlib.error) as error:
        raise _unreadable(path) from error


def _rows(path: Path, read: Callable[[dict[str, str]], _Row]) -> list[_Row]:
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return [read(row) for row in csv.DictReader(raw.decode("utf-8-sig").splitlines())]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise PlacesUnreadable(
            f"فهرست جاها «{path.name}» خوانده نشد: {error}", f"The list of places “{path.name}” cannot be read: {error}"
        ) from error


def _middle(county: County) -> tuple[float, float]:
    lon, lat = shapely.point_on_surface(county.area).coords[0]
    return (round(lon, 5), round(lat, 5))


def _radius_m(county: County) -> int:
    west, south, east, north = county.area.bounds
    width = distance_m(LonLat(west, (south + north) / 2), LonLat(east, (south + north) / 2))
    share = county.area.area / ((east - west) * (north - south))
    return int(round(sqrt(width * (north - south) * METRES_PER_DEGREE * share / pi), -3))


def _unreadable(path: Path) -> BoundaryUnreadable:
    return BoundaryUnreadable(
        f"مرز «{path.name}» خوانده نشد؛ یک GeoJSON با چندضلعی و به درجه لازم است.",
        f"The boundary “{path.name}” cannot be read; it must be GeoJSON with polygons, in degrees.",
    )
