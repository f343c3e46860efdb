"""
One reading of an OpenStreetMap file: the streets, named points, water, land and buildings inside a boundary.

The base map and the search index are made from this; the road graph reads the file itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from nazdik.geo.errors import NotAPbf

_LINKED_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
_OTHER_CLASSES = ("unclassified", "residential", "living_street", "service", "road", "track", "pedestrian")
ROAD_CLASSES = frozenset((*_LINKED_CLASSES, *_OTHER_CLASSES, *(f"{name}_link" for name in _LINKED_CLASSES)))
PLACE_KINDS = ("city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "locality", "square")
POINT_KEYS = (
    "amenity",
    "shop",
    "tourism",
    "office",
    "healthcare",
    "leisure",
    "junction",
    "railway",
    "public_transport",
    "historic",
    "emergency",
    "government",
    "industrial",
    "aeroway",
)
_GREEN = {"park", "garden", "forest", "grass", "meadow", "recreation_ground", "cemetery", "nature_reserve", "wood"}
_BUILT = {"residential", "industrial", "commercial", "retail", "military"}
# People go on using the old name of a street long after the sign has changed.
_OTHER_NAME_KEYS = (
    "name",
    "old_name",
    "old_name:fa",
    "alt_name",
    "alt_name:fa",
    "loc_name",
    "short_name",
    "official_name",
)
_KEYS = ("highway", "place", "natural", "waterway", "water", "building", "landuse", *POINT_KEYS)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Road:
    """One way a vehicle or a walker may use; `nodes` are the OSM node ids of `line`, shape (n, 2), lon and lat."""

    road_class: str
    name: str
    name_en: str
    oneway: bool
    bridge: bool
    tunnel: bool
    nodes: npt.NDArray[np.int64]
    line: Floats
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """
    A named thing at a point: a settlement (`population` may be 0 for unknown) or a landmark.

    `other_names` are searched and not shown. `accuracy_m` says how far the thing may be from the point.
    """

    kind: str
    name: str
    name_en: str
    lon: float
    lat: float
    population: int = 0
    other_names: tuple[str, ...] = ()
    accuracy_m: int = 0
    context_fa: str = ""
    context_en: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """An area or a line of the background: water, green, buildings."""

    layer: str
    kind: str
    name: str
    name_en: str
    geometry: Any


@dataclass(slots=True)
class Extract:
    """Everything we keep of one file."""

    roads: list[Road] = field(default_factory=list)
    points: list[NamedPoint] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)

    def road_nodes(self) -> Floats:
        """Return the distinct positions of all road nodes, shape (n, 2), in order of node id."""
        if not self.roads:
            return np.empty((0, 2))
        ids = np.concatenate([road.nodes for road in self.roads])
        _, first = np.unique(ids, return_index=True)
        positions: Floats = np.concatenate([road.line for road in self.roads])[first]
        return positions


def names_of(tags: Any) -> tuple[str, str]:
    """Return the Persian (or only) name and the English name of an object, "" where there is none."""
    name = tags.get("name:fa") or tags.get("name") or ""
    return name.strip(), (tags.get("name:en") or tags.get("int_name") or "").strip()


def _other_names(tags: Any, shown: str) -> tuple[str, ...]:
    names = [part.strip() for key in _OTHER_NAME_KEYS for part in tags.get(key, "").split(";")]
    return tuple(dict.fromkeys(name for name in names if name and name != shown))


def read_extract(path: Path, boundary: Any, tick: Callable[[float], None] = lambda fraction: None) -> Extract:
    """
    Return what `path` holds inside `boundary` (a shapely area in degrees); a road counts when it starts,
    ends or has its middle inside.

    Raises:
        NotAPbf: The file cannot be read as OSM PBF.
    """
    shapely.prepare(boundary)
    found = Extract()
    try:
        for done, thing in enumerate(_objects(path), start=1):
            _take(found, thing, boundary)
            if done % 2000 == 0:
                tick(done / (done + 20_000))
    except (RuntimeError, OSError, ValueError) as error:
        raise NotAPbf(
            f"پروندهٔ «{path.name}» یک OSM PBF سالم نیست.", f"“{path.name}” is not a readable OSM PBF file."
        ) from error
    return found


def _objects(path: Path) -> Iterator[Any]:
    source = osmium.io.File(str(path), "pbf")
    return iter(
        osmium.FileProcessor(source)
        .with_locations()
        .with_areas(osmium.filter.KeyFilter("natural", "building", "landuse", *POINT_KEYS))
        .with_filter(osmium.filter.KeyFilter(*_KEYS))
    )


def _take(found: Extract, thing: Any, boundary: Any) -> None:
    if thing.is_way():
        if thing.tags.get("highway") in ROAD_CLASSES:
            if (road := _road(thing, boundary)) is not None:
                found.roads.append(road)
        elif (river := _river(thing, boundary)) is not None:
            found.shapes.append(river)
    elif thing.is_node():
        if (point := _point(thing.tags, thing.lon, thing.lat, boundary)) is not None:
            found.points.append(point)
    elif thing.is_area():
        _take_area(found, thing, boundary)


def _located(way: Any) -> tuple[npt.NDArray[np.int64], Floats]:
    nodes = [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]
    ids = np.array([ref for ref, _, _ in nodes], dtype=np.int64)
    return ids, np.array([(lon, lat) for _, lon, lat in nodes], dtype=np.float64).reshape(-1, 2)


def _inside(line: Floats, boundary: Any) -> bool:
    probes = line[[0, len(line) // 2, -1]]
    return bool(shapely.intersects_xy(boundary, probes[:, 0], probes[:, 1]).any())


def _road(way: Any, boundary: Any) -> Road | None:
    ids, line = _located(way)
    if len(ids) < 2 or not _inside(line, boundary):
        return None
    tags = way.tags
    name, name_en = names_of(tags)
    return Road(
        road_class=tags["highway"],
        name=name,
        name_en=name_en,
        oneway=tags.get("oneway") in ("yes", "1", "true", "-1") or tags.get("junction") == "roundabout",
        bridge=tags.get("bridge", "no") != "no",
        tunnel=tags.get("tunnel", "no") != "no",
        nodes=ids,
        line=line,
        other_names=_other_names(tags, name),
    )


def _river(way: Any, boundary: Any) -> Shape | None:
    if way.tags.get("waterway") not in ("river", "canal", "stream", "drain"):
        return None
    ids, line = _located(way)
    if len(ids) < 2 or not _inside(line, boundary):
        return None
    return Shape("water", way.tags["waterway"], *names_of(way.tags), shapely.LineString(line))


def _point(tags: Any, lon: float, lat: float, boundary: Any) -> NamedPoint | None:
    name, name_en = names_of(tags)
    kind = tags.get("place") if tags.get("place") in PLACE_KINDS else None
    if kind is None and any(key in tags for key in POINT_KEYS):
        kind = "point"
    if not name or kind is None or not shapely.intersects_xy(boundary, lon, lat):
        return None
    people = tags.get("population", "0").replace(",", "")
    return NamedPoint(
        kind, name, name_en, lon, lat, int(people) if people.isdecimal() else 0, other_names=_other_names(tags, name)
    )


def _take_area(found: Extract, area: Any, boundary: Any) -> None:
    layer, kind = _area_kind(area.tags)
    is_point = bool(names_of(area.tags)[0]) and any(key in area.tags for key in POINT_KEYS)
    if layer is None and not is_point:
        return
    geometry = shapely.multipolygons(list(_polygons(area)))
    centre = shapely.point_on_surface(geometry)
    if geometry.is_empty or not shapely.intersects(boundary, geometry):
        return
    if layer is not None:
        found.shapes.append(Shape(layer, kind, *names_of(area.tags), geometry))
    if is_point and (point := _point(area.tags, centre.x, centre.y, boundary)) is not None:
        found.points.append(point)


def _area_kind(tags: Any) -> tuple[str | None, str]:
    if "building" in tags:
        return "buildings", "building"
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return "water", tags.get("water", "water")
    for key in ("landuse", "leisure", "natural"):
        if tags.get(key) in _GREEN:
            return "land", "green"
    if tags.get("landuse") in _BUILT:
        return "land", "built"
    return None, ""


def _polygons(area: Any) -> Iterator[Any]:
    for outer in area.outer_rings():
        holes = [[(n.lon, n.lat) for n in inner] for inner in area.inner_rings(outer)]
        yield shapely.Polygon([(n.lon, n.lat) for n in outer], holes)
