"""
The road graph: junctions, one-way arcs between them with their time, and the shape and names of every street.

Built once from an OpenStreetMap extract (`streets` reads it, `network` connects it) and kept as plain arrays, so that opening
a region is opening files. Nodes lie in the order of a space-filling curve: what is near on the ground is near in memory,
which the search feels.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nazdik.geo.errors import RegionForeign, RegionUnreadable
from nazdik.geo.profile import RoadClass

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
UInt32s = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, float], None]

FORMAT = 2
REVERSED, CONTRAFLOW, ROUNDABOUT = 1, 2, 4
NO_ARC = -1
# What a turn that may not be taken costs.
FORBIDDEN = -1
# A time must fit 31 bits beside the node number in the search's heap; 24 days is further than anyone drives.
TIME_MS_MAX = 2**31 - 1


def fixed(values: Any, dtype: Any) -> npt.NDArray[Any]:
    """A read-only copy. Always read-only, so that built and loaded graphs are one type to the compiler."""
    copy = np.array(values, dtype=dtype, order="C")
    copy.setflags(write=False)
    return copy


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
        segment_way: The OpenStreetMap way each segment is a part of, 0 when unknown; shape (S,).
        shape_lon, shape_lat: WGS 84 degrees, both ends of each segment included; shape (P,).
        shape_m: Metres from the start of the point's segment; shape (P,).
        turn_first, turn_arcs: Turn restriction r is about driving the arcs `turn_arcs[turn_first[r]:turn_first[r + 1]]`
            one after the other, two or more; shapes (R + 1,), (.,).
        turn_ms: What that costs on top of driving, or `FORBIDDEN`; shape (R,).
        turn_relation: The OpenStreetMap relation that says so; shape (R,).
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
    segment_way: Ints
    shape_lon: Floats
    shape_lat: Floats
    shape_m: Floats
    turn_first: Int32s = field(default_factory=lambda: fixed([0], np.int32))
    turn_arcs: Int32s = field(default_factory=lambda: fixed([], np.int32))
    turn_ms: Int32s = field(default_factory=lambda: fixed([], np.int32))
    turn_relation: Ints = field(default_factory=lambda: fixed([], np.int64))
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

        Its numbers are looked over, so that no search is led out of an array or round and round: a damaged file is refused
        here and not met later.

        Raises:
            RegionUnreadable: The folder holds no graph, or not all of it, or one that cannot be.
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
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RegionUnreadable(
                "پوشهٔ شبکهٔ راه‌ها کامل نیست یا خوانده نمی‌شود.",
                f"the road graph in {folder.name} cannot be read: {error}",
            ) from error
        problems = check_graph(graph)
        if graph.nodes != about["nodes"] or graph.arcs != about["arcs"]:
            problems.insert(0, "not as many junctions or arcs as were saved")
        if problems:
            raise RegionUnreadable(
                "فایل‌های شبکهٔ راه‌ها با هم نمی‌خوانند یا آسیب دیده‌اند.",
                f"the road graph in {folder.name} cannot be: {'; '.join(problems)}",
            )
        return graph


_ARRAYS = tuple(f.name for f in fields(RoadGraph) if f.name != "names")


def _mapped(path: Path) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


# Which arrays have one entry a junction, arc, segment, shape point or restriction (or one more: where each one's part starts).
_KINDS: Mapping[str, tuple[str, ...]] = {
    "nodes": ("node_lon", "node_lat", "+first_out", "+first_in"),
    "arcs": ("in_arc", "arc_tail", "arc_head", "arc_twin", "arc_ms", "arc_m", "arc_segment", "arc_flags"),
    "segments": ("+segment_first", "segment_class", "segment_name", "segment_way"),
    "points": ("shape_lon", "shape_lat", "shape_m"),
    "turns": ("+turn_first", "turn_ms", "turn_relation"),
}
_DTYPES: dict[str, Any] = dict.fromkeys(
    ("node_lon", "node_lat", "arc_m", "shape_lon", "shape_lat", "shape_m"), np.float64
)
_DTYPES |= dict.fromkeys(("arc_flags", "segment_class"), np.uint8)
_DTYPES |= dict.fromkeys(("segment_way", "turn_relation"), np.int64)


def check_graph(graph: RoadGraph) -> list[str]:
    """
    Say what in a graph cannot be, one sentence each; empty when it can be searched.

    Looks at every number once: some milliseconds in a city, a second in a country.
    """
    problems = [
        f"{name} is of type {getattr(graph, name).dtype}"
        for name in _ARRAYS
        if getattr(graph, name).dtype != _DTYPES.get(name, np.int32) or getattr(graph, name).ndim != 1
    ]
    sizes = _sizes(graph)
    for kind, names in _KINDS.items():
        for name in names:
            expected = sizes[kind] + name.startswith("+")
            found = len(getattr(graph, name.removeprefix("+")))
            if found != expected:
                problems.append(f"{name.removeprefix('+')} has {found} entries and not {expected}")
    # Numbers are only looked at where the arrays fit one another: the first fault explains the rest.
    return problems or _check_numbers(graph, sizes)


def _sizes(graph: RoadGraph) -> dict[str, int]:
    return {
        "nodes": graph.nodes,
        "arcs": graph.arcs,
        "segments": len(graph.segment_class),
        "points": len(graph.shape_lon),
        "turns": len(graph.turn_ms),
    }


def _check_numbers(graph: RoadGraph, sizes: Mapping[str, int]) -> list[str]:
    problems: list[str] = []
    nodes, arcs, segments = sizes["nodes"], sizes["arcs"], sizes["segments"]
    if not (nodes and arcs and segments):
        return ["there is no street in it"]
    within: tuple[tuple[str, int, int], ...] = (
        ("arc_tail", 0, nodes),
        ("arc_head", 0, nodes),
        ("in_arc", 0, arcs),
        ("arc_twin", NO_ARC, arcs),
        ("arc_ms", 1, TIME_MS_MAX + 1),
        ("arc_segment", 0, segments),
        ("segment_class", 0, len(RoadClass)),
        ("segment_name", 0, len(graph.names)),
        ("turn_arcs", 0, arcs),
        ("turn_ms", FORBIDDEN, TIME_MS_MAX),
        ("node_lon", -180, 181),
        ("node_lat", -90, 91),
        ("shape_lon", -180, 181),
        ("shape_lat", -90, 91),
        ("arc_m", 0, TIME_MS_MAX),
        ("shape_m", 0, TIME_MS_MAX),
    )
    for name, least, beyond in within:
        values = getattr(graph, name)
        # Not `min() < least`: a NaN compares false with everything and would slip through.
        if len(values) and not (values.min() >= least and values.max() < beyond):
            problems.append(f"{name} has values outside {least} to {beyond}")
    lists: tuple[tuple[str, int, int], ...] = (
        ("first_out", arcs, 0),
        ("first_in", arcs, 0),
        ("segment_first", sizes["points"], 2),
        ("turn_first", len(graph.turn_arcs), 2),
    )
    for name, end, least in lists:
        first = getattr(graph, name)
        if int(first[0]) != 0 or int(first[-1]) != end or (np.diff(first) < least).any():
            problems.append(f"{name} does not divide {end} entries")
    return problems or _check_meaning(graph)


def _check_meaning(graph: RoadGraph) -> list[str]:
    """What indexes that lie within their arrays must still say about one another."""
    problems = []
    number = np.arange(graph.arcs)
    if not np.array_equal(graph.arc_tail, np.repeat(np.arange(graph.nodes), np.diff(graph.first_out))):
        problems.append("arcs are not in the order of their tails")
    if not np.array_equal(graph.arc_head[graph.in_arc], np.repeat(np.arange(graph.nodes), np.diff(graph.first_in))):
        problems.append("in_arc does not list the arcs by their heads")
    two_way = graph.arc_twin >= 0
    twin = graph.arc_twin[two_way]
    if not (
        np.array_equal(graph.arc_twin[twin], number[two_way])
        and np.array_equal(graph.arc_segment[twin], graph.arc_segment[two_way])
        and np.array_equal(graph.arc_tail[twin], graph.arc_head[two_way])
    ):
        problems.append("an arc's twin is not the way back over its street")
    follows = np.ones(len(graph.turn_arcs), dtype=np.bool_)
    follows[graph.turn_first[:-1]] = False
    after = np.flatnonzero(follows)
    if not np.array_equal(graph.arc_head[graph.turn_arcs[after - 1]], graph.arc_tail[graph.turn_arcs[after]]):
        problems.append("a turn restriction leads over streets that do not meet")
    return problems
