"""
The road graph: junctions, one-way arcs between them with their time, and the shape and names of every street.

Built once from an OpenStreetMap extract and kept as plain arrays, so that opening a region is opening files. Nodes lie
in the order of a space-filling curve: what is near on the ground is near in memory, which the search feels.
"""

import json
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from nazdik.geo.compiled import compiled
from nazdik.geo.errors import NoRoads, NotAPbf, OutsideBoundary, RegionForeign, RegionUnreadable
from nazdik.geo.profile import RoadClass, is_roundabout, one_way, road_class, travel_profile
from nazdik.kernel.geometry import EARTH_RADIUS_M

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, float], None]

FORMAT = 1
REVERSED, CONTRAFLOW, ROUNDABOUT = 1, 2, 4
NO_ARC = -1
# A time must fit 31 bits beside the node number in the search's heap; 24 days is further than anyone drives.
TIME_MS_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class RoadName:
    """A street's names; empty when it has none. `fa` falls back to the local name, `en` is only what was written."""

    fa: str
    en: str


NAMELESS = RoadName("", "")


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """
    A strongly connected road network: from everywhere one can drive to everywhere.

    V nodes (junctions), A arcs (one direction of a street between two junctions), S segments (the street itself, shared
    by an arc and its twin), P shape points. Arcs are sorted by tail, so an arc's number is its place in the forward
    star. All arrays are read-only, and may be pages of a file.

    Attributes:
        node_lon, node_lat: WGS 84 degrees; shape (V,).
        first_out: Arcs out of node v are `first_out[v]` up to `first_out[v + 1]`; shape (V + 1,).
        first_in, in_arc: Arcs into node v are `in_arc[first_in[v]:first_in[v + 1]]`; shapes (V + 1,), (A,).
        arc_tail, arc_head: Nodes; shape (A,).
        arc_twin: The arc back over the same segment, or -1; shape (A,).
        arc_ms: Travel time in milliseconds, at least 1; shape (A,).
        arc_m: Length in metres; shape (A,).
        arc_segment: The segment below the arc; shape (A,).
        arc_flags: `REVERSED` (runs against its segment's shape), `CONTRAFLOW`, `ROUNDABOUT`; shape (A,).
        segment_first: Shape points of segment s are `segment_first[s]` up to `segment_first[s + 1]`; shape (S + 1,).
        segment_class, segment_name: `RoadClass` and index into `names`; shape (S,).
        shape_lon, shape_lat: WGS 84 degrees, both ends of each segment included; shape (P,).
        shape_m: Metres from the start of the point's segment; shape (P,).
        names: Names by index; the first is nameless.
    """

    node_lon: Floats
    node_lat: Floats
    first_out: Int32s
    first_in: Int32s
    in_arc: Int32s
    arc_tail: Int32s
    arc_head: Int32s
    arc_twin: Int32s
    arc_ms: Int32s
    arc_m: Floats
    arc_segment: Int32s
    arc_flags: Bytes
    segment_first: Int32s
    segment_class: Bytes
    segment_name: Int32s
    shape_lon: Floats
    shape_lat: Floats
    shape_m: Floats
    names: tuple[RoadName, ...] = field(default=(NAMELESS,))

    @property
    def nodes(self) -> int:
        """How many junctions there are."""
        return len(self.node_lon)

    @property
    def arcs(self) -> int:
        """How many arcs there are."""
        return len(self.arc_tail)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all streets, in degrees."""
        lon, lat = self.shape_lon, self.shape_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def name_of(self, arc: int) -> RoadName:
        """The names of the street an arc belongs to."""
        return self.names[int(self.segment_name[self.arc_segment[arc]])]

    def class_of(self, arc: int) -> RoadClass:
        """The class of the street an arc belongs to."""
        return RoadClass(int(self.segment_class[self.arc_segment[arc]]))

    def has_flag(self, arc: int, flag: int) -> bool:
        """Whether an arc carries one of the flags above."""
        return bool(self.arc_flags[arc] & flag)

    def shape_of(self, arc: int) -> tuple[Floats, Floats, Floats]:
        """Longitudes, latitudes and metres from the arc's tail of its shape points, in the direction of travel."""
        segment = self.arc_segment[arc]
        part = slice(int(self.segment_first[segment]), int(self.segment_first[segment + 1]))
        lon, lat, metres = self.shape_lon[part], self.shape_lat[part], self.shape_m[part]
        if self.has_flag(arc, REVERSED):
            return lon[::-1], lat[::-1], metres[-1] - metres[::-1]
        return lon, lat, metres

    def save(self, folder: Path) -> None:
        """Write the graph as a folder of `.npy` files and one `graph.json`; the same graph gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        about = {"format": FORMAT, "nodes": self.nodes, "arcs": self.arcs, "names": [[n.fa, n.en] for n in self.names]}
        text = json.dumps(about, ensure_ascii=False, separators=(",", ":")) + "\n"
        (folder / "graph.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "RoadGraph":
        """
        Open a saved graph; its arrays are mapped from the files, not read.

        Raises:
            RegionUnreadable: The folder holds no graph, or not all of it.
            RegionForeign: It was saved in another format.
        """
        try:
            about = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
            if about.get("format") != FORMAT:
                raise RegionForeign(
                    "شبکهٔ راه‌ها در قالبی ساخته شده که این نسخه نمی‌خواند؛ منطقه را دوباره بسازید.",
                    f"the road graph has format {about.get('format')}, this version reads {FORMAT}; build it again",
                )
            arrays = {name: _mapped(folder / f"{name}.npy") for name in _ARRAYS}
            graph = cls(names=tuple(RoadName(fa, en) for fa, en in about["names"]), **arrays)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RegionUnreadable(
                "پوشهٔ شبکهٔ راه‌ها کامل نیست یا خوانده نمی‌شود.",
                f"the road graph in {folder.name} cannot be read: {error}",
            ) from error
        if graph.nodes != about["nodes"] or graph.arcs != about["arcs"]:
            raise RegionUnreadable(
                "فایل‌های شبکهٔ راه‌ها با هم نمی‌خوانند.", f"the arrays in {folder.name} do not belong together"
            )
        return graph


_ARRAYS = tuple(f.name for f in fields(RoadGraph) if f.name != "names")


@dataclass(slots=True)
class Streets:
    """
    Streets before they are a network: segments between numbered ends, with their shape and price.

    Attributes:
        tail, head: End nodes of each segment, any numbers; shape (S,).
        along_s_per_m, against_s_per_m: Price in each direction, `inf` where it may not be driven; shape (S,).
        first: Shape points of segment s are `first[s]` up to `first[s + 1]`; shape (S + 1,).
        lon, lat: Shape points in degrees; shape (P,).
        road_class, name, flags: As in `RoadGraph`, flags being `ROUNDABOUT` or `ONE_WAY_*`; shape (S,).
    """

    tail: Ints
    head: Ints
    along_s_per_m: Floats
    against_s_per_m: Floats
    first: Ints
    lon: Floats
    lat: Floats
    road_class: Bytes
    name: Int32s
    flags: Bytes
    names: tuple[RoadName, ...]


ONE_WAY_ALONG, ONE_WAY_AGAINST = 8, 16
_ONE_WAY_FLAG = {0: 0, 1: ONE_WAY_ALONG, -1: ONE_WAY_AGAINST}


def build_from_pbf(
    path: Path, *, boundary: shapely.Geometry | None = None, progress: Progress | None = None
) -> RoadGraph:
    """
    The road graph of an OpenStreetMap extract, or of the part of it inside a boundary.

    The file is read once; of its nodes only the coordinates are kept while reading, 16 bytes each.
    Barriers and turn restrictions are not modelled: a patrol may move a bollard or turn where others must not.

    Args:
        path: An `.osm.pbf` file.
        boundary: Polygon or multipolygon in WGS 84 degrees; nodes outside are left out and streets end at it.
        progress: Told the stage and how much of the whole is done, 0 to 1.

    Raises:
        NotAPbf: The file is missing, is no PBF or is damaged (`region.not_a_pbf`).
        NoRoads: No drivable street in it, or none that connects (`region.no_roads`).
        OutsideBoundary: There are streets, but none inside `boundary` (`region.outside_boundary`).
    """
    tell = progress or (lambda _stage, _share: None)
    tell("ways", 0.0)
    ways = _read_ways(path)
    if not ways.name:
        raise NoRoads("در این فایل هیچ راه قابل رانندگی نیست.", f"{path.name} holds no drivable road")
    tell("network", 0.6)
    lon, lat = np.frombuffer(ways.lon), np.frombuffer(ways.lat)
    known = np.isfinite(lon)
    if boundary is not None:
        shapely.prepare(boundary)
        known &= shapely.contains_xy(boundary, lon, lat)
    streets = _split(ways, lon, lat, known)
    if boundary is not None and not len(streets.tail):
        raise OutsideBoundary(
            "هیچ راهی از این فایل درون مرز نیست؛ فایل یا مرز دیگری بدهید.",
            f"no road of {path.name} lies inside the boundary",
        )
    graph = connect(streets)
    tell("done", 1.0)
    return graph


def connect(streets: Streets) -> RoadGraph:
    """
    The road graph of some streets: arcs with whole milliseconds, and only the largest strongly connected part.

    Raises:
        NoRoads: Nothing connects: no two ends can be reached from one another.
    """
    keep = _in_largest_part(streets)
    if not keep.any():
        raise NoRoads("راه‌های این فایل به هم نمی‌رسند.", "no two junctions can be reached from one another")
    streets = _only(streets, keep)
    shape_m = _metres_along(streets.lon, streets.lat, streets.first)
    length_m = shape_m[streets.first[1:] - 1]
    node_lon, node_lat, tail, head = _number_nodes(streets)
    segment, reverse = _directions(streets)
    arc_tail, arc_head = (
        np.where(reverse, head[segment], tail[segment]),
        np.where(reverse, tail[segment], head[segment]),
    )
    order = np.lexsort((reverse, segment, arc_head, arc_tail))
    segment, reverse, arc_tail, arc_head = segment[order], reverse[order], arc_tail[order], arc_head[order]
    price = np.where(reverse, streets.against_s_per_m[segment], streets.along_s_per_m[segment])
    arc_ms = np.clip(np.rint(price * length_m[segment] * 1000), 1, TIME_MS_MAX)
    in_arc = np.argsort(arc_head, kind="stable")
    return RoadGraph(
        node_lon=_frozen(node_lon, np.float64),
        node_lat=_frozen(node_lat, np.float64),
        first_out=_frozen(_starts(arc_tail, len(node_lon)), np.int32),
        first_in=_frozen(_starts(arc_head, len(node_lon)), np.int32),
        in_arc=_frozen(in_arc, np.int32),
        arc_tail=_frozen(arc_tail, np.int32),
        arc_head=_frozen(arc_head, np.int32),
        arc_twin=_frozen(_twins(segment, reverse), np.int32),
        arc_ms=_frozen(arc_ms, np.int32),
        arc_m=_frozen(length_m[segment], np.float64),
        arc_segment=_frozen(segment, np.int32),
        arc_flags=_frozen(_arc_flags(streets.flags[segment], reverse), np.uint8),
        segment_first=_frozen(streets.first, np.int32),
        segment_class=_frozen(streets.road_class, np.uint8),
        segment_name=_frozen(streets.name, np.int32),
        shape_lon=_frozen(streets.lon, np.float64),
        shape_lat=_frozen(streets.lat, np.float64),
        shape_m=_frozen(shape_m, np.float64),
        names=streets.names,
    )


# Reading the file


@dataclass(slots=True)
class _Ways:
    """Drivable ways as read: growing C arrays, so that a country's ways do not become Python objects."""

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    first: "array[int]" = field(default_factory=lambda: array("q", [0]))
    along: "array[float]" = field(default_factory=lambda: array("d"))
    against: "array[float]" = field(default_factory=lambda: array("d"))
    road_class: "array[int]" = field(default_factory=lambda: array("B"))
    flags: "array[int]" = field(default_factory=lambda: array("B"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    names: dict[RoadName, int] = field(default_factory=lambda: {NAMELESS: 0})

    def add(self, nodes: Any, tags: dict[str, str], price: tuple[float, float]) -> None:
        """Keep one way; a node that the extract does not hold gets NaN for its place."""
        road = road_class(tags)
        assert road is not None, "a drivable way has a class"
        name = RoadName(tags.get("name:fa") or tags.get("name", ""), tags.get("name:en", ""))
        for node in nodes:
            place, here = node.location, node.location.valid()
            self.refs.append(node.ref)
            self.lon.append(place.lon if here else nan)
            self.lat.append(place.lat if here else nan)
        self.first.append(len(self.refs))
        self.along.append(price[0])
        self.against.append(price[1])
        self.road_class.append(road)
        self.flags.append((ROUNDABOUT if is_roundabout(tags) else 0) | _ONE_WAY_FLAG[one_way(tags)])
        self.name.append(self.names.setdefault(name, len(self.names)))


def _read_ways(path: Path) -> _Ways:
    """The drivable ways of a file; `NotAPbf` when it cannot be read."""
    ways = _Ways()
    try:
        # Locations are filled in and everything but streets is dropped before Python sees it.
        reader = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.NODE | osmium.osm.WAY)
        reader.with_locations("sparse_mem_array").with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        for way in reader.with_filter(osmium.filter.KeyFilter("highway")):
            tags = {tag.k: tag.v for tag in way.tags}
            price = travel_profile(tags)
            if price is not None:
                assert isinstance(way, osmium.osm.Way), "only ways pass the filter"
                ways.add(way.nodes, tags, price)
    except (RuntimeError, OSError) as error:  # osmium reports every damaged or missing file as one of these
        raise NotAPbf(
            "این فایل OSM PBF نیست یا آسیب دیده است.", f"{path.name} is no readable OSM PBF file: {error}"
        ) from error
    return ways


def _split(ways: _Ways, lon: Floats, lat: Floats, known: Bools) -> Streets:
    """
    Cut ways at junctions, at nodes that are not known and at the ends, into segments.

    Works on all references of all ways at once: a link joins two neighbouring references of one way, a reference is a
    cut where a way starts, ends or meets another.
    """
    refs, first = np.frombuffer(ways.refs, dtype=np.int64), np.frombuffer(ways.first, dtype=np.int64)
    ids, node = np.unique(refs, return_inverse=True)
    way = np.repeat(np.arange(len(first) - 1), np.diff(first))
    link = (way[1:] == way[:-1]) & known[1:] & known[:-1] & (node[1:] != node[:-1])
    after, before = np.append(link, False), np.insert(link, 0, False)
    passing = np.bincount(node[after & before], minlength=len(ids))
    ending = np.bincount(node[after ^ before], minlength=len(ids))
    cut = (ending > 0) | (passing > 1)
    start = np.flatnonzero(after & cut[node])
    # Links of one segment are neighbours, so it ends where the links that belong to no later segment end.
    stop = np.flatnonzero(before & cut[node])
    point = _ranges(start, stop + 1)
    return Streets(
        tail=node[start],
        head=node[stop],
        along_s_per_m=np.frombuffer(ways.along)[way[start]],
        against_s_per_m=np.frombuffer(ways.against)[way[start]],
        first=np.concatenate(([0], np.cumsum(stop + 1 - start))),
        lon=lon[point],
        lat=lat[point],
        road_class=np.frombuffer(ways.road_class, dtype=np.uint8)[way[start]],
        name=np.frombuffer(ways.name, dtype=np.int32)[way[start]],
        flags=np.frombuffer(ways.flags, dtype=np.uint8)[way[start]],
        names=tuple(ways.names),
    )


# Making the network


def _directions(streets: Streets) -> tuple[Ints, Bools]:
    """The segment of each arc, and whether it runs against the segment's shape; arcs in no particular order."""
    along = np.flatnonzero(np.isfinite(streets.along_s_per_m))
    against = np.flatnonzero(np.isfinite(streets.against_s_per_m))
    reverse = np.zeros(len(along) + len(against), dtype=np.bool_)
    reverse[len(along) :] = True
    return np.concatenate((along, against)), reverse


def _in_largest_part(streets: Streets) -> Bools:
    """Which segments lie in the largest strongly connected part (most nodes; of equals the one met first)."""
    if not len(streets.tail):
        return np.zeros(0, dtype=np.bool_)
    ends, numbered = np.unique(np.concatenate((streets.tail, streets.head)), return_inverse=True)
    tail, head = numbered[: len(streets.tail)], numbered[len(streets.tail) :]
    segment, reverse = _directions(streets)
    arc_tail = np.where(reverse, head[segment], tail[segment])
    arc_head = np.where(reverse, tail[segment], head[segment])
    order = np.argsort(arc_tail, kind="stable")
    part = strong_parts(_starts(arc_tail, len(ends)).astype(np.int32), arc_head[order].astype(np.int32))
    sizes = np.bincount(part)
    largest = sizes.argmax()
    if sizes[largest] < 2:
        return np.zeros(len(tail), dtype=np.bool_)
    drivable = np.isfinite(streets.along_s_per_m) | np.isfinite(streets.against_s_per_m)
    inside: Bools = (part[tail] == largest) & (part[head] == largest) & drivable
    return inside


def _only(streets: Streets, keep: Bools) -> Streets:
    """The streets whose segments are kept; names nobody uses any more are dropped."""
    chosen = np.flatnonzero(keep)
    point = _ranges(streets.first[chosen], streets.first[chosen + 1])
    used = np.unique(np.append(streets.name[chosen], 0))
    return Streets(
        tail=streets.tail[chosen],
        head=streets.head[chosen],
        along_s_per_m=streets.along_s_per_m[chosen],
        against_s_per_m=streets.against_s_per_m[chosen],
        first=np.concatenate(([0], np.cumsum(streets.first[chosen + 1] - streets.first[chosen]))),
        lon=streets.lon[point],
        lat=streets.lat[point],
        road_class=streets.road_class[chosen],
        name=np.searchsorted(used, streets.name[chosen]).astype(np.int32),
        flags=streets.flags[chosen],
        names=tuple(streets.names[index] for index in used),
    )


def _number_nodes(streets: Streets) -> tuple[Floats, Floats, Ints, Ints]:
    """Node coordinates in the order of a Z-curve, and each segment's tail and head in those numbers."""
    first, last = streets.first[:-1], streets.first[1:] - 1
    ends, index, numbered = np.unique(
        np.concatenate((streets.tail, streets.head)), return_index=True, return_inverse=True
    )
    point = np.concatenate((first, last))[index]
    lon, lat = streets.lon[point], streets.lat[point]
    order = np.lexsort((ends, _z_order(lon, lat)))
    number = np.empty(len(ends), dtype=np.int64)
    number[order] = np.arange(len(ends))
    numbered = number[numbered]
    return lon[order], lat[order], numbered[: len(streets.tail)], numbered[len(streets.tail) :]


def _z_order(lon: Floats, lat: Floats) -> Ints:
    """A number that is close for points that are close: the bits of both coordinates, interleaved."""
    code = np.zeros(len(lon), dtype=np.int64)
    for shift, degrees in ((0, lon), (1, lat)):
        # 16 bits over the region: some metres in a city, some tens of metres in a province.
        span = max(float(np.ptp(degrees)), 1e-9)
        cell = ((degrees - degrees.min()) / span * 65535).astype(np.int64)
        for bit in range(16):
            code |= ((cell >> bit) & 1) << (2 * bit + shift)
    return code


def _twins(segment: Ints, reverse: Bools) -> Ints:
    """For each arc the arc over the same segment in the other direction, or `NO_ARC`."""
    along, against = np.full(segment.max() + 1, NO_ARC), np.full(segment.max() + 1, NO_ARC)
    arc = np.arange(len(segment))
    along[segment[~reverse]], against[segment[reverse]] = arc[~reverse], arc[reverse]
    return np.where(reverse, along[segment], against[segment])


def _arc_flags(street_flags: Bytes, reverse: Bools) -> Bytes:
    wrong_way = np.where(reverse, street_flags & ONE_WAY_ALONG, street_flags & ONE_WAY_AGAINST) > 0
    flags = (street_flags & ROUNDABOUT) | np.where(reverse, REVERSED, 0) | np.where(wrong_way, CONTRAFLOW, 0)
    return flags.astype(np.uint8)


def _metres_along(lon: Floats, lat: Floats, first: Ints) -> Floats:
    """Great-circle metres from the start of each segment to each of its shape points."""
    a, b = np.radians(lat[:-1]), np.radians(lat[1:])
    chord = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(np.diff(lon)) / 2) ** 2
    step = np.concatenate(([0.0], 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))))
    step[first[:-1]] = 0.0  # the step from one segment's end to the next one's start is no road
    total = np.cumsum(step)
    along: Floats = total - np.repeat(total[first[:-1]], np.diff(first))
    return along


def _ranges(start: Ints, stop: Ints) -> Ints:
    """All numbers from each start to before its stop, one range after the other."""
    count = stop - start
    offset = np.repeat(start - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    return offset + np.arange(count.sum())


def _starts(sorted_or_not: Ints, size: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(sorted_or_not, minlength=size))))


def _frozen(values: npt.NDArray[Any], dtype: Any) -> npt.NDArray[Any]:
    """A read-only copy. Always read-only, so that built and loaded graphs are one type to the compiler."""
    fixed = np.array(values, dtype=dtype, order="C")
    fixed.setflags(write=False)
    return fixed


def _mapped(path: Path) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


@compiled
def strong_parts(first_out: Int32s, head: Int32s) -> Int32s:
    """
    The number of the strongly connected part of each node; shape (V,).

    Source: Tarjan (1972), doi:10.1137/0201010, with a stack of its own instead of recursion.
    """
    n = len(first_out) - 1
    part, low, number = np.full(n, -1, np.int32), np.zeros(n, np.int32), np.full(n, -1, np.int32)
    open_nodes, path, next_arc = np.empty(n, np.int32), np.empty(n, np.int32), first_out[:n].copy()
    opened = depth = counter = parts = 0
    for root in range(n):
        if number[root] >= 0:
            continue
        path[0], depth = root, 1
        while depth:
            v = path[depth - 1]
            if number[v] < 0:
                number[v] = low[v] = counter
                counter += 1
                open_nodes[opened] = v
                opened += 1
            descended = False
            while next_arc[v] < first_out[v + 1]:
                w = head[next_arc[v]]
                if number[w] < 0:
                    path[depth] = w
                    depth += 1
                    descended = True
                    break
                if part[w] < 0:  # still open: v can go back there
                    low[v] = min(low[v], low[w])
                next_arc[v] += 1
            if descended:
                continue
            if low[v] == number[v]:
                while True:
                    opened -= 1
                    w = open_nodes[opened]
                    part[w] = parts
                    if w == v:
                        break
                parts += 1
            depth -= 1
    return part
