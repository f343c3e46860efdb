"""
One reading of an OpenStreetMap file: the streets, named points, water, land and buildings inside a boundary.

The base map and the search index are made from this; the road graph reads the file itself. Nothing read stays in memory: roads
become columns, points lines of JSON, and what the map shows goes straight to its layer files.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from nazdik.geo.columns import Columns, chunks, open_column
from nazdik.geo.layers import LayerFiles
from nazdik.geo.reading import drop_locations, location_store, refusing_damage, share_read
from nazdik.geo.things import Floats, NamedPoint, Road, Shape
from nazdik.kernel.later import later

if TYPE_CHECKING:
    import osmium
else:
    osmium = later("osmium", soon=False)

__all__ = ["Extract", "Floats", "NamedPoint", "Road", "RoadAbout", "Roads", "Shape", "has_roads", "write_extract"]

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

_ROADS, _LAYERS, _ABOUTS, _POINTS = "roads", "layers", "abouts.json", "points.jsonl"
_OF_REFS, _OF_ROADS = {"nodes": "q", "x": "i", "y": "i"}, {"first": "q", "about": "i"}
_PER_DEGREE = 10_000_000
# More road nodes than this are not needed to say where the people of a region are: one in so many is taken.
NODES_MAX = 16_000_000


class RoadAbout(msgspec.Struct, frozen=True):
    """What several roads have in common."""

    road_class: str
    name: str
    name_en: str
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roads:
    """
    The roads of an extract as columns on disk; road r has the references `first[r]` up to `first[r + 1]`.

    Attributes:
        nodes: OSM node ids; shape (refs,).
        x, y: Their longitude and latitude in ten-millionths of a degree; shape (refs,).
        first: Shape (roads + 1,).
        about: Index into `abouts`; shape (roads,).
    """

    nodes: npt.NDArray[np.int64]
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]
    about: npt.NDArray[np.int32]
    abouts: Sequence[RoadAbout]

    def __len__(self) -> int:
        return len(self.about)

    def line(self, road: int) -> Floats:
        """Return the points of a road in degrees, shape (n, 2)."""
        part = slice(int(self.first[road]), int(self.first[road + 1]))
        points: Floats = np.stack((self.x[part], self.y[part]), axis=1) / _PER_DEGREE
        return points

    def distinct_nodes(self) -> Floats:
        """Return the distinct positions of the road nodes, shape (n, 2), in order of node id; of very many, one in so many."""
        one_in = len(self.nodes) // NODES_MAX + 1
        at = [
            np.flatnonzero(np.asarray(self.nodes[part]) % one_in == 0) + part.start for part in chunks(len(self.nodes))
        ]
        chosen = np.concatenate([*at, np.empty(0, dtype=np.int64)])
        _, first = np.unique(self.nodes[chosen], return_index=True)
        chosen = chosen[first]
        positions: Floats = np.stack((self.x[chosen], self.y[chosen]), axis=1) / _PER_DEGREE
        return positions

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of all road nodes; there is at least one."""
        x, y = self.x, self.y
        return tuple(float(v) / _PER_DEGREE for v in (x.min(), y.min(), x.max(), y.max()))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Extract:
    """What was read of one file, in a folder."""

    folder: Path
    roads: Roads

    @classmethod
    def load(cls, folder: Path) -> "Extract":
        """Open what `write_extract` wrote."""
        columns: dict[str, Any] = {
            name: open_column(folder / _ROADS, name, code) for name, code in (_OF_REFS | _OF_ROADS).items()
        }
        abouts = msgspec.json.decode((folder / _ABOUTS).read_bytes(), type=list[RoadAbout])
        return cls(folder, Roads(**columns, abouts=abouts))

    @property
    def layers(self) -> Path:
        """The folder of the map's layer files."""
        return self.folder / _LAYERS

    def points(self) -> Iterator[NamedPoint]:
        """Return the named points, one after the other from their file."""
        decode = msgspec.json.Decoder(NamedPoint).decode
        with (self.folder / _POINTS).open("rb") as file:
            for line in file:
                yield decode(line)


def names_of(tags: Any) -> tuple[str, str]:
    """Return the Persian (or only) name and the English name of an object, "" where there is none."""
    name = tags.get("name:fa") or tags.get("name") or ""
    return name.strip(), (tags.get("name:en") or tags.get("int_name") or "").strip()


def _other_names(tags: Any, shown: str) -> tuple[str, ...]:
    names = [part.strip() for key in _OTHER_NAME_KEYS for part in tags.get(key, "").split(";")]
    return tuple(dict.fromkeys(name for name in names if name and name != shown))


class _Sink:
    """Where what is read goes."""

    def __init__(self, folder: Path) -> None:
        self._layers = LayerFiles(folder / _LAYERS)
        self._columns = Columns(folder / _ROADS, **_OF_REFS, **_OF_ROADS)
        self._points = (folder / _POINTS).open("wb")
        self._abouts: dict[RoadAbout, int] = {}
        self._folder = folder
        self._columns["first"].append(0)
        self.roads = 0

    def add_road(self, road: Road) -> None:
        columns = self._columns
        about = RoadAbout(road.road_class, road.name, road.name_en, road.other_names)
        columns["about"].append(self._abouts.setdefault(about, len(self._abouts)))
        columns["nodes"].extend_few(road.nodes.tolist())
        places = np.rint(road.line * _PER_DEGREE).astype(np.int64)
        columns["x"].extend_few(places[:, 0].tolist())
        columns["y"].extend_few(places[:, 1].tolist())
        columns["first"].append(len(columns["nodes"]))
        columns.spill()
        self._layers.add_road(road)
        self.roads += 1

    def add_point(self, point: NamedPoint) -> None:
        self._points.write(msgspec.json.encode(point) + b"\n")

    def add_shape(self, shape: Shape) -> None:
        self._layers.add_shape(shape)

    def __enter__(self) -> "_Sink":
        return self

    def __exit__(self, *_: object) -> None:
        self._layers.__exit__(None, None, None)
        self._columns.__exit__(None, None, None)
        self._points.close()
        (self._folder / _ABOUTS).write_bytes(msgspec.json.encode(list(self._abouts)))


def write_extract(path: Path, boundary: Any, folder: Path, tick: Callable[[float], None] = lambda share: None) -> int:
    """
    Read what `path` holds inside `boundary` (a shapely area in degrees) into `folder`, and return how many roads; a road
    counts when it starts, ends or has its middle inside.

    Raises:
        NotAPbf: The file cannot be read as OSM PBF.
    """
    shapely.prepare(boundary)
    with refusing_damage(path), _Sink(folder) as sink:
        share = share_read(path)
        for done, thing in enumerate(_objects(path, folder)):
            if done % 5_000 == 0:
                tick(share())
            _take(sink, thing, boundary)
    drop_locations(folder)
    return sink.roads


def has_roads(path: Path) -> bool:
    """Whether a file holds any road at all, wherever it lies."""
    with refusing_damage(path):
        ways: Any = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.WAY)
        return any(
            way.tags.get("highway") in ROAD_CLASSES for way in ways.with_filter(osmium.filter.KeyFilter("highway"))
        )


def _objects(path: Path, folder: Path) -> Iterator[Any]:
    source = osmium.io.File(str(path), "pbf")
    return iter(
        osmium.FileProcessor(source)
        .with_locations(location_store(path, folder))
        .with_areas(osmium.filter.KeyFilter("natural", "building", "landuse", *POINT_KEYS))
        .with_filter(osmium.filter.KeyFilter(*_KEYS))
    )


def _take(found: _Sink, thing: Any, boundary: Any) -> None:
    if thing.is_way():
        if thing.tags.get("highway") in ROAD_CLASSES:
            if (road := _road(thing, boundary)) is not None:
                found.add_road(road)
        elif (river := _river(thing, boundary)) is not None:
            found.add_shape(river)
    elif thing.is_node():
        if (point := _point(thing.tags, thing.lon, thing.lat, boundary)) is not None:
            found.add_point(point)
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


def _take_area(found: _Sink, area: Any, boundary: Any) -> None:
    layer, kind = _area_kind(area.tags)
    is_point = bool(names_of(area.tags)[0]) and any(key in area.tags for key in POINT_KEYS)
    if layer is None and not is_point:
        return
    geometry = shapely.multipolygons(list(_polygons(area)))
    centre = shapely.point_on_surface(geometry)
    if geometry.is_empty or not shapely.intersects(boundary, geometry):
        return
    if layer is not None:
        found.add_shape(Shape(layer, kind, *names_of(area.tags), geometry))
    if is_point and (point := _point(area.tags, centre.x, centre.y, boundary)) is not None:
        found.add_point(point)


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
