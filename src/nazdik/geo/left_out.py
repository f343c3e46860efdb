"""What of the streets did not come into the road graph: parts that cannot be reached from the rest and back again."""

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from nazdik.geo.graph import Floats
from nazdik.geo.network import in_largest_part, metres_along
from nazdik.geo.reading import Reading
from nazdik.geo.streets import Streets
from nazdik.kernel.later import later

if TYPE_CHECKING:
    from scipy import sparse
    from scipy.sparse import csgraph
else:
    sparse = later("scipy.sparse", soon=False)
    csgraph = later("scipy.sparse.csgraph", soon=False)

LARGEST = 20


class Part(msgspec.Struct, frozen=True):
    """One part that was left out: a point in it, its length and the longest name in it."""

    lon: float
    lat: float
    km: float
    name: str


class LeftOut(msgspec.Struct, frozen=True):
    """What was left out: how many parts of how many kilometres, of how many in all, and the largest of them."""

    parts: int
    km: float
    km_in_all: float
    largest: tuple[Part, ...]


class Notes(msgspec.Struct, frozen=True):
    """The contents of a region's `notes.json`."""

    reading: Reading
    left_out: LeftOut


def left_out(streets: Streets) -> LeftOut:
    """Return what `network.connect` leaves out of these streets."""
    kept = in_largest_part(streets)
    length_m = _lengths_m(streets)
    out = np.flatnonzero(~kept)
    if not len(out):
        return LeftOut(0, 0.0, round(float(length_m.sum()) / 1000, 1), ())
    ends, node = np.unique(np.concatenate((streets.tail[out], streets.head[out])), return_inverse=True)
    tail, head = node[: len(out)], node[len(out) :]
    joined = sparse.coo_array((np.ones(len(out), dtype=np.int8), (tail, head)), shape=(len(ends), len(ends)))
    count, part_of_node = csgraph.connected_components(joined, directed=False)
    part = part_of_node[tail]
    metres = np.bincount(part, weights=length_m[out], minlength=count)
    largest = np.lexsort((np.arange(count), -metres))[:LARGEST]
    return LeftOut(
        parts=int(count),
        km=round(float(metres.sum()) / 1000, 1),
        km_in_all=round(float(length_m.sum()) / 1000, 1),
        largest=tuple(
            _part(streets, out[part == number], length_m, float(metres[number])) for number in largest.tolist()
        ),
    )


def _part(streets: Streets, segments: Any, length_m: Floats, metres: float) -> Part:
    longest = int(segments[length_m[segments].argmax()])
    named = segments[streets.name[segments] > 0]
    name = streets.names[int(streets.name[named[length_m[named].argmax()]])].fa if len(named) else ""
    middle = (int(streets.first[longest]) + int(streets.first[longest + 1])) // 2
    return Part(
        round(float(streets.lon[middle]), 6), round(float(streets.lat[middle]), 6), round(metres / 1000, 2), name
    )


def _lengths_m(streets: Streets, at_once: int = 500_000) -> Floats:
    """The length of each segment, worked out part by part."""
    lengths = [np.empty(0)]
    for start in range(0, len(streets.tail), at_once):
        first = np.asarray(streets.first[start : start + at_once + 1])
        point = slice(int(first[0]), int(first[-1]))
        along = metres_along(np.asarray(streets.lon[point]), np.asarray(streets.lat[point]), first - first[0])
        lengths.append(along[first[1:] - first[0] - 1])
    return np.concatenate(lengths)
