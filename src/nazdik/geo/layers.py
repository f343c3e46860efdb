"""
The layers of the base map as lines of GeoJSON, one thing a line, written as things are read and never held.

`name` is Persian where there is a Persian name, and its digits are Persian: the renderer draws what it is given.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import shapely

from nazdik.geo.things import Floats, NamedPoint, Road, Shape
from nazdik.geo.words import for_people

ZOOM_MIN, ZOOM_MAX = 5, 15
LAYERS = ("roads", "places", "boundaries", "water", "land", "buildings")
_READ = ("roads", "water", "land", "buildings")

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
_SHAPE_ZOOM = {"water": 5, "land": 10, "buildings": 14}
_PLACE_ZOOM = {"city": 5, "town": 7, "village": 9, "suburb": 10, "quarter": 12, "hamlet": 11, "square": 13}


class LayerFiles:
    """The layers that are read from the street file, in one folder; a context that closes them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = {layer: layer_path(folder, layer).open("w", encoding="utf-8") for layer in _READ}

    def __enter__(self) -> "LayerFiles":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self._files.values():
            file.close()

    def add_road(self, road: Road) -> None:
        """Write a road."""
        _write(self._files["roads"], _road_feature(road))

    def add_shape(self, shape: Shape) -> None:
        """Write water, land or a building."""
        _write(self._files[shape.layer], _shape_feature(shape))


def layer_path(folder: Path, layer: str) -> Path:
    """Return the file of a layer."""
    return folder / f"{layer}.geojsonseq"


def write_places_layer(folder: Path, points: Iterable[NamedPoint]) -> None:
    """Write the layer of settlements and landmarks."""
    with layer_path(folder, "places").open("w", encoding="utf-8") as file:
        for point in points:
            _write(file, _place_feature(point))


def write_boundaries_layer(folder: Path, boundaries: Iterable[tuple[str, str, str, Any]]) -> None:
    """Write outlines: kind (`province` or `county`), name, English name and area of each."""
    with layer_path(folder, "boundaries").open("w", encoding="utf-8") as file:
        for feature in _boundary_features(boundaries):
            _write(file, feature)


def append_shapes(folder: Path, shapes: Iterable[Shape]) -> None:
    """Add shapes from elsewhere to the layers in a folder."""
    for shape in shapes:
        with layer_path(folder, shape.layer).open("a", encoding="utf-8") as file:
            _write(file, _shape_feature(shape))


def _write(file: TextIO, feature: dict[str, Any]) -> None:
    file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + "\n")


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


def _shape_feature(shape: Shape) -> dict[str, Any]:
    minzoom = 12 if shape.kind in ("stream", "drain") else _SHAPE_ZOOM[shape.layer]
    properties = {"kind": shape.kind, "name": for_people(shape.name), "name_en": shape.name_en}
    return _feature(json.loads(shapely.to_geojson(shape.geometry)), properties, minzoom)
