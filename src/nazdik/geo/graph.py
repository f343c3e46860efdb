"""
The road graph: junctions, one-way arcs between them with their time, and the shape and names of every street.

Built once from an OpenStreetMap extract (`streets` reads it, `network` connects it) and kept as plain arrays, so that opening
a region is opening files. Nodes lie in the order of a space-filling curve: what is near on the ground is near in memory,
which the search feels.
"""

import json
from collections.abc import Callable
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


def _mapped(path: Path) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
