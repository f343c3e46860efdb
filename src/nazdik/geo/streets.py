"""
Reading the streets of an OpenStreetMap extract: ways cut at junctions into segments with their shape, price and names.

The file is read once; of its nodes only the coordinates are kept while reading.
"""

from array import array
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely

from nazdik.geo.errors import NoRoads, NotAPbf, OutsideBoundary
from nazdik.geo.graph import NAMELESS, ROUNDABOUT, Bools, Bytes, Floats, Int32s, Ints, Progress, RoadName
from nazdik.geo.profile import is_roundabout, one_way, road_class, travel_profile


@dataclass(slots=True)
class Streets:
    """
    Streets before they are a network: segments between numbered ends, with their shape and price.

    Attributes:
        way: The OpenStreetMap way each segment is a part of; shape (S,).
        tail, head: OpenStreetMap nodes at the ends of each segment; shape (S,).
        along_s_per_m, against_s_per_m: Price in each direction, `inf` where it may not be driven; shape (S,).
        first: Shape points of segment s are `first[s]` up to `first[s + 1]`; shape (S + 1,).
        lon, lat: Shape points in degrees; shape (P,).
        road_class, name, flags: As in `RoadGraph`, flags being `ROUNDABOUT` or `ONE_WAY_*`; shape (S,).
    """

    way: Ints
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


def read_streets(path: Path, *, boundary: shapely.Geometry | None = None, progress: Progress | None = None) -> Streets:
    """
    The drivable streets of an extract, or of the part of it inside a boundary; raises as `network.build_from_pbf`.

    Barriers and turn restrictions are not modelled: a patrol may move a bollard or turn where others must not.
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
    return streets


@dataclass(slots=True)
class _Ways:
    """Drivable ways as read: growing C arrays, so that a country's ways do not become Python objects."""

    way: "array[int]" = field(default_factory=lambda: array("q"))
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

    def add(self, way: int, nodes: Any, tags: dict[str, str], price: tuple[float, float]) -> None:
        """Keep one way; a node that the extract does not hold gets NaN for its place."""
        road = road_class(tags)
        assert road is not None, "a drivable way has a class"
        name = RoadName(tags.get("name:fa") or tags.get("name", ""), tags.get("name:en", ""))
        for node in nodes:
            place, here = node.location, node.location.valid()
            self.refs.append(node.ref)
            self.lon.append(place.lon if here else nan)
            self.lat.append(place.lat if here else nan)
        self.way.append(way)
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
                ways.add(way.id, way.nodes, tags, price)
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
    point = ranges(start, stop + 1)
    return Streets(
        way=np.frombuffer(ways.way, dtype=np.int64)[way[start]],
        tail=ids[node[start]],
        head=ids[node[stop]],
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


def ranges(start: Ints, stop: Ints) -> Ints:
    """All numbers from each start to before its stop, one range after the other."""
    count = stop - start
    offset = np.repeat(start - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    return offset + np.arange(count.sum())
