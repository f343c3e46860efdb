"""
Making the road graph: streets become a network of one-way arcs, and only its largest strongly connected part is kept.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from nazdik.geo.binding import Bound, bind
from nazdik.geo.errors import NoRoads
from nazdik.geo.graph import (
    CONTRAFLOW,
    NO_ARC,
    REVERSED,
    ROUNDABOUT,
    TIME_MS_MAX,
    Bools,
    Bytes,
    Floats,
    Ints,
    Progress,
    RoadGraph,
    fixed,
)
from nazdik.geo.restrictions import Restriction, read_restrictions
from nazdik.geo.streets import ONE_WAY_AGAINST, ONE_WAY_ALONG, Streets, ranges, read_streets
from nazdik.geo.strong import strong_parts
from nazdik.kernel.geometry import EARTH_RADIUS_M


def build_from_pbf(
    path: Path, *, boundary: shapely.Geometry | None = None, progress: Progress | None = None
) -> RoadGraph:
    """
    The road graph of an OpenStreetMap extract, or of the part of it inside a boundary.

    The file is read once; of its nodes only the coordinates are kept while reading, 16 bytes each.

    Args:
        path: An `.osm.pbf` file.
        boundary: Polygon or multipolygon in WGS 84 degrees; nodes outside are left out and streets end at it.
        progress: Told the stage and how much of the whole is done, 0 to 1.

    Raises:
        NotAPbf: The file is missing, is no PBF or is damaged (`region.not_a_pbf`).
        NoRoads: No drivable street in it, or none that connects (`region.no_roads`).
        OutsideBoundary: There are streets, but none inside `boundary` (`region.outside_boundary`).
    """
    streets = read_streets(path, boundary=boundary, progress=progress)
    graph = connect(streets, read_restrictions(path).restrictions)
    if progress is not None:
        progress("done", 1.0)
    return graph


def connect(streets: Streets, restrictions: Sequence[Restriction] = ()) -> RoadGraph:
    """The road graph of some streets with their turn restrictions; see `connect_telling`."""
    return connect_telling(streets, restrictions).graph


def connect_telling(streets: Streets, restrictions: Sequence[Restriction]) -> Bound:
    """
    The road graph of some streets: arcs with whole milliseconds, only the largest strongly connected part, and turn restrictions.

    Raises:
        NoRoads: Nothing connects: no two ends can be reached from one another.
    """
    keep = in_largest_part(streets)
    if not keep.any():
        raise NoRoads("راه‌های این فایل به هم نمی‌رسند.", "no two junctions can be reached from one another")
    streets = _only(streets, keep)
    shape_m = metres_along(streets.lon, streets.lat, streets.first)
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
    graph = RoadGraph(
        node_lon=fixed(node_lon, np.float64),
        node_lat=fixed(node_lat, np.float64),
        first_out=fixed(_starts(arc_tail, len(node_lon)), np.int32),
        first_in=fixed(_starts(arc_head, len(node_lon)), np.int32),
        in_arc=fixed(in_arc, np.int32),
        arc_tail=fixed(arc_tail, np.int32),
        arc_head=fixed(arc_head, np.int32),
        arc_twin=fixed(_twins(segment, reverse), np.int32),
        arc_ms=fixed(arc_ms, np.int32),
        arc_m=fixed(length_m[segment], np.float64),
        arc_segment=fixed(segment, np.int32),
        arc_flags=fixed(_arc_flags(streets.flags[segment], reverse), np.uint8),
        segment_first=fixed(streets.first, np.int32),
        segment_class=fixed(streets.road_class, np.uint8),
        segment_name=fixed(streets.name, np.int32),
        segment_way=fixed(streets.way, np.int64),
        shape_lon=fixed(streets.lon, np.float64),
        shape_lat=fixed(streets.lat, np.float64),
        shape_m=fixed(shape_m, np.float64),
        names=streets.names,
    )
    tail_ids = np.where(reverse, streets.head[segment], streets.tail[segment])
    head_ids = np.where(reverse, streets.tail[segment], streets.head[segment])
    return bind(graph, tail_ids, head_ids, restrictions)


def _directions(streets: Streets) -> tuple[Ints, Bools]:
    """The segment of each arc, and whether it runs against the segment's shape; arcs in no particular order."""
    along = np.flatnonzero(np.isfinite(streets.along_s_per_m))
    against = np.flatnonzero(np.isfinite(streets.against_s_per_m))
    reverse = np.zeros(len(along) + len(against), dtype=np.bool_)
    reverse[len(along) :] = True
    return np.concatenate((along, against)), reverse


def in_largest_part(streets: Streets) -> Bools:
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
    point = ranges(streets.first[chosen], streets.first[chosen + 1])
    used = np.unique(np.append(streets.name[chosen], 0))
    return Streets(
        way=streets.way[chosen],
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


def metres_along(lon: Floats, lat: Floats, first: Ints) -> Floats:
    """Great-circle metres from the start of each segment to each of its shape points."""
    a, b = np.radians(lat[:-1]), np.radians(lat[1:])
    chord = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(np.diff(lon)) / 2) ** 2
    step = np.concatenate(([0.0], 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))))
    step[first[:-1]] = 0.0  # the step from one segment's end to the next one's start is no road
    total = np.cumsum(step)
    along: Floats = total - np.repeat(total[first[:-1]], np.diff(first))
    return along


def _starts(sorted_or_not: Ints, size: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(sorted_or_not, minlength=size))))
