"""
Reading the streets of an OpenStreetMap extract: ways cut at junctions into segments with their shape, price and names.

The file is read once. What is read goes to columns on disk and is worked on there part by part, so that a country needs hardly
more memory than a province; see `columns`.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import shapely

from nazdik.geo.columns import CHUNK, Array, ArrayFile, Columns, chunks, open_column, scratch
from nazdik.geo.errors import NoRoads, OutsideBoundary
from nazdik.geo.graph import NAMELESS, ROUNDABOUT, Bytes, Floats, Int32s, Ints, Progress, RoadName
from nazdik.geo.profile import is_roundabout, one_way, parse_limit_kmh, road_class, travel_profile
from nazdik.geo.reading import (
    Odd,
    Reading,
    drop_locations,
    location_store,
    refusing_damage,
    share_read,
)
from nazdik.geo.restrictions import Restriction, read_restrictions
from nazdik.kernel.later import later

if TYPE_CHECKING:
    import osmium
else:
    osmium = later("osmium", soon=False)


@dataclass(slots=True)
class Streets:
    """
    Streets before they are a network: segments between numbered ends, with their shape and price. Arrays may be files.

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


# A place in the columns is in osmium's own unit; this one is no place.
_PER_DEGREE, _NOWHERE = 10_000_000, 2**31 - 1
# What a reference is to the segments of its way: one goes on from it, one comes to it; and whether ways are cut there.
_AFTER, _BEFORE, _CUT = 1, 2, 4
_NAMES, _READING, _RESTRICTIONS = "names.json", "reading.json", "restrictions.json"


def read_streets(path: Path, *, boundary: shapely.Geometry | None = None, progress: Progress | None = None) -> Streets:
    """
    The drivable streets of an extract, or of the part of it inside a boundary; raises as `network.build_from_pbf`.

    Barriers are not modelled: a patrol may move a bollard.
    """
    with TemporaryDirectory(prefix="nazdik-streets-") as folder:
        write_streets(path, Path(folder), boundary=boundary, progress=progress)
        # The files are mapped by now, and stay until nobody looks at them any more.
        return load_streets(Path(folder))[0]


def write_streets(
    path: Path, folder: Path, *, boundary: shapely.Geometry | None = None, progress: Progress | None = None
) -> None:
    """Read the streets of an extract into `folder`, for `load_streets`; see `read_streets`."""
    tell = progress or (lambda _stage, _share: None)
    work = folder / "read"
    tell("ways", 0.0)
    names, reading = _read_ways(path, work, lambda share: tell("ways", share * 0.7))
    if not reading.ways:
        raise NoRoads("در این فایل هیچ راه قابل رانندگی نیست.", f"{path.name} holds no drivable road")
    tell("network", 0.7)
    ways = _Ways.load(work)
    segments = _split(ways, work, boundary, lambda share: tell("network", 0.7 + share * 0.3))
    if boundary is not None and not segments:
        raise OutsideBoundary(
            "هیچ راهی از این فایل درون مرز نیست؛ فایل یا مرز دیگری بدهید.",
            f"no road of {path.name} lies inside the boundary",
        )
    _write_segments(ways, work, folder, segments)
    (folder / _NAMES).write_bytes(msgspec.json.encode([(name.fa, name.en) for name in names]))
    (folder / _READING).write_bytes(msgspec.json.encode(reading))
    for left in work.iterdir():
        left.unlink()
    work.rmdir()
    tell("network", 1.0)


def load_streets(folder: Path) -> tuple[Streets, Reading]:
    """Return what `write_streets` wrote, its arrays mapped from the files, and what was noticed on the way."""
    names = msgspec.json.decode((folder / _NAMES).read_bytes(), type=list[tuple[str, str]])
    columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    reading = msgspec.json.decode((folder / _READING).read_bytes(), type=Reading)
    return Streets(names=tuple(RoadName(fa, en) for fa, en in names), **columns), reading


def load_restrictions(folder: Path) -> tuple[Restriction, ...]:
    """Return the turn restrictions that `write_streets` found in the file."""
    return msgspec.json.decode((folder / _RESTRICTIONS).read_bytes(), type=tuple[Restriction, ...])


_ARRAYS = tuple(each.name for each in fields(Streets) if each.name != "names")

_OF_NODES = {"refs": "q", "x": "i", "y": "i"}
_OF_WAYS = {"way": "q", "first": "q", "along": "d", "against": "d", "road_class": "B", "flags": "B", "name": "i"}


@dataclass(frozen=True, slots=True)
class _Ways:
    """Drivable ways as read: columns of ways, and of their references to nodes; way w has `first[w]` to `first[w + 1]`."""

    refs: Ints
    x: Int32s
    y: Int32s
    way: Ints
    first: Ints
    along: Floats
    against: Floats
    road_class: Bytes
    flags: Bytes
    name: Int32s

    @classmethod
    def load(cls, work: Path) -> "_Ways":
        columns: dict[str, Any] = {name: open_column(work, name, code) for name, code in (_OF_NODES | _OF_WAYS).items()}
        return cls(**columns)


def _read_ways(path: Path, work: Path, tick: Any) -> tuple[tuple[RoadName, ...], Reading]:
    """Write the drivable ways of a file as columns; `NotAPbf` when it cannot be read."""
    work.mkdir()
    names: dict[RoadName, int] = {NAMELESS: 0}
    odd, cut = Odd(), 0
    with refusing_damage(path), Columns(work, **_OF_NODES, **_OF_WAYS) as columns:
        share = share_read(path)
        # Locations are filled in and everything but streets is dropped before Python sees it.
        reader = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.NODE | osmium.osm.WAY)
        reader.with_locations(location_store(path, work)).with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        add_ref, add_x, add_y = (columns[name].append for name in _OF_NODES)
        columns["first"].append(0)
        for number, way in enumerate(reader.with_filter(osmium.filter.KeyFilter("highway"))):
            if number % 5_000 == 0:
                tick(share())
            tags = {tag.k: tag.v for tag in way.tags}
            price = travel_profile(tags)
            if price is None:
                continue
            assert isinstance(way, osmium.osm.Way), "only ways pass the filter"
            for node in way.nodes:
                place = node.location
                add_ref(node.ref)
                add_x(place.x)
                add_y(place.y)
                cut += place.x == _NOWHERE
            name = RoadName(tags.get("name:fa") or tags.get("name", ""), tags.get("name:en", ""))
            columns["name"].append(names.setdefault(name, len(names)))
            _add_way(columns, way.id, tags, price)
            if "maxspeed" in tags and parse_limit_kmh(tags["maxspeed"]) is None:
                odd.add(tags["maxspeed"])
            columns.spill()
        ways = len(columns["way"])
        said = read_restrictions(path)
    (work.parent / _RESTRICTIONS).write_bytes(msgspec.json.encode(said.restrictions))
    drop_locations(work)
    return tuple(names), Reading(ways, cut, odd.commonest(), said.waived)


def _add_way(columns: Columns, way: int, tags: dict[str, str], price: tuple[float, float]) -> None:
    road = road_class(tags)
    assert road is not None, "a drivable way has a class"
    columns["way"].append(way)
    columns["first"].append(len(columns["refs"]))
    columns["along"].append(price[0])
    columns["against"].append(price[1])
    columns["road_class"].append(road)
    columns["flags"].append((ROUNDABOUT if is_roundabout(tags) else 0) | _ONE_WAY_FLAG[one_way(tags)])


def _split(ways: _Ways, work: Path, boundary: shapely.Geometry | None, tick: Any) -> int:
    """
    Cut ways at junctions, at nodes that are not known and at the ends, into segments; return how many there are.

    Works on all references of all ways: a link joins two neighbouring references of one way, a reference is a cut where a
    way starts, ends or meets another. Writes the columns `start`, `stop`: the first and last reference of each segment.
    """
    ends = _mark_links(ways, work, boundary)
    tick(0.3)
    _mark_cuts(ways, ends)
    tick(0.8)
    with Columns(work, start="q", stop="q") as columns:
        for part in chunks(len(ends)):
            marks = np.asarray(ends[part])
            # Links of one segment are neighbours, so it ends where the links that belong to no later segment end.
            for name, wanted in (("start", _AFTER | _CUT), ("stop", _BEFORE | _CUT)):
                columns[name].extend(np.flatnonzero((marks & wanted) == wanted) + part.start)
        return len(columns["start"])


def _mark_links(ways: _Ways, work: Path, boundary: shapely.Geometry | None) -> Bytes:
    """For each reference whether a link goes on from it (`_AFTER`) and comes to it (`_BEFORE`)."""
    if boundary is not None:
        shapely.prepare(boundary)
    ends: Bytes = scratch(work, "ends", "B", len(ways.refs))
    last_ref, last_known = -1, False
    for part in chunks(len(ways.refs)):
        refs, x, y = np.asarray(ways.refs[part]), np.asarray(ways.x[part]), np.asarray(ways.y[part])
        known = x != _NOWHERE
        if boundary is not None:
            known &= shapely.contains_xy(boundary, x / _PER_DEGREE, y / _PER_DEGREE)
        inside = slice(*np.searchsorted(ways.first, [part.start, part.stop]))
        starts_way = np.zeros(len(refs), dtype=np.bool_)
        starts_way[np.asarray(ways.first[inside]) - part.start] = True
        before = np.empty(len(refs), dtype=np.bool_)
        before[1:] = known[1:] & known[:-1] & (refs[1:] != refs[:-1])
        before[0] = bool(known[0]) and last_known and int(refs[0]) != last_ref
        before &= ~starts_way
        ends[part] = before * np.uint8(_BEFORE)
        ends[part][:-1] |= before[1:] * np.uint8(_AFTER)
        if part.start and before[0]:
            ends[part.start - 1] |= _AFTER
        last_ref, last_known = int(refs[-1]), bool(known[-1])
    return ends


def _mark_cuts(ways: _Ways, ends: Bytes) -> None:
    """Mark the references at which ways are cut: where one starts or ends, or two pass. Nodes are looked at in groups."""
    groups = len(ends) // CHUNK + 1
    for group in range(groups):
        found, kinds = [], []
        for part in chunks(len(ends)):
            marks = np.asarray(ends[part]) & (_AFTER | _BEFORE)
            mine = np.flatnonzero((marks > 0) & (np.asarray(ways.refs[part]) % groups == group))
            found.append(mine + part.start)
            kinds.append(marks[mine])
        at, marks = np.concatenate(found), np.concatenate(kinds)
        _, node = np.unique(ways.refs[at], return_inverse=True)
        through = marks == _AFTER | _BEFORE
        passing, ending = np.bincount(node[through], minlength=len(at)), np.bincount(node[~through], minlength=len(at))
        ends[at[(ending[node] > 0) | (passing[node] > 1)]] |= _CUT


def _write_segments(ways: _Ways, work: Path, folder: Path, segments: int) -> None:
    """Write the arrays of `Streets`."""
    start, stop = open_column(work, "start", "q"), open_column(work, "stop", "q")
    files = {name: ArrayFile(folder / f"{name}.npy", dtype) for name, dtype in _DTYPES.items()}
    files["first"].append(np.zeros(1, dtype=np.int64))
    points = 0
    for part in chunks(segments, CHUNK // 4):
        begin, end = np.asarray(start[part]), np.asarray(stop[part])
        way = np.searchsorted(ways.first, begin, side="right") - 1
        point = ranges(begin, end + 1)
        rows: dict[str, Array] = {
            "way": ways.way[way],
            "tail": ways.refs[begin],
            "head": ways.refs[end],
            "along_s_per_m": ways.along[way],
            "against_s_per_m": ways.against[way],
            "first": points + np.cumsum(end + 1 - begin),
            "lon": ways.x[point] / _PER_DEGREE,
            "lat": ways.y[point] / _PER_DEGREE,
            "road_class": ways.road_class[way],
            "name": ways.name[way],
            "flags": ways.flags[way],
        }
        for name, column in rows.items():
            files[name].append(column)
        points += len(point)
    for file in files.values():
        file.close()


_DTYPES = {
    "way": np.int64,
    "tail": np.int64,
    "head": np.int64,
    "along_s_per_m": np.float64,
    "against_s_per_m": np.float64,
    "first": np.int64,
    "lon": np.float64,
    "lat": np.float64,
    "road_class": np.uint8,
    "name": np.int32,
    "flags": np.uint8,
}


def ranges(start: Ints, stop: Ints) -> Ints:
    """All numbers from each start to before its stop, one range after the other."""
    count = stop - start
    offset = np.repeat(start - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    return offset + np.arange(count.sum())
