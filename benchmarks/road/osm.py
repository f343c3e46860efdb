"""A road graph as OpenStreetMap files, for rivals that take nothing else."""

from pathlib import Path

import numpy as np
import osmium

from nazdik.geo.graph import NO_ARC, REVERSED, RoadGraph
from nazdik.geo.profile import RoadClass

KMH_PER_M_PER_MS = 3600
# A whole number of km/h is all that Valhalla keeps of a speed.
KMH_MAX = 250


def write_arcs(graph: RoadGraph, path: Path) -> None:
    """Every arc as a straight one-way street of its own, its time in ms in the tag `ms`."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as out:
        _write_junctions(out, graph)
        for arc, (tail, head, ms) in enumerate(
            zip(graph.arc_tail.tolist(), graph.arc_head.tolist(), graph.arc_ms.tolist(), strict=True), start=1
        ):
            if tail != head:
                tags = {"highway": "residential", "oneway": "yes", "ms": str(ms)}
                out.add_way(osmium.osm.mutable.Way(id=arc, nodes=[tail + 1, head + 1], tags=tags, version=1))


def write_streets(graph: RoadGraph, path: Path) -> None:
    """Every street with its shape and its class, and the speed it is driven at, in whole km/h, in each direction."""
    path.unlink(missing_ok=True)
    reverse = (graph.arc_flags & REVERSED) > 0
    segments = len(graph.segment_class)
    along, against = np.full(segments, NO_ARC), np.full(segments, NO_ARC)
    along[graph.arc_segment[~reverse]] = np.flatnonzero(~reverse)
    against[graph.arc_segment[reverse]] = np.flatnonzero(reverse)
    inner = np.ones(len(graph.shape_lon), dtype=bool)
    inner[graph.segment_first[:-1]] = inner[graph.segment_first[1:] - 1] = False
    number = np.cumsum(inner) + graph.nodes
    with osmium.SimpleWriter(str(path)) as out:
        _write_junctions(out, graph)
        for node, lon, lat in zip(
            number[inner].tolist(), graph.shape_lon[inner].tolist(), graph.shape_lat[inner].tolist(), strict=True
        ):
            out.add_node(osmium.osm.mutable.Node(id=node, location=(lon, lat), version=1))
        for segment in range(segments):
            there, back = int(along[segment]), int(against[segment])
            arc = there if there != NO_ARC else back
            ends = graph.arc_tail[arc] + 1, graph.arc_head[arc] + 1
            tail, head = ends if arc == there else ends[::-1]
            shape = number[graph.segment_first[segment] + 1 : graph.segment_first[segment + 1] - 1].tolist()
            tags = {"highway": _highway(int(graph.segment_class[segment])), "access": "yes", "motor_vehicle": "yes"}
            if there != NO_ARC:
                tags["maxspeed:forward"] = str(_kmh(graph, there))
            if back != NO_ARC:
                tags["maxspeed:backward"] = str(_kmh(graph, back))
            if NO_ARC in (there, back):
                tags |= {"oneway": "yes" if there != NO_ARC else "-1", "maxspeed": str(_kmh(graph, arc))}
            nodes = [int(tail), *shape, int(head)]
            out.add_way(osmium.osm.mutable.Way(id=segment + 1, nodes=nodes, tags=tags, version=1))


def _write_junctions(out: osmium.SimpleWriter, graph: RoadGraph) -> None:
    for node, (lon, lat) in enumerate(zip(graph.node_lon.tolist(), graph.node_lat.tolist(), strict=True), start=1):
        out.add_node(osmium.osm.mutable.Node(id=node, location=(lon, lat), version=1))


def _kmh(graph: RoadGraph, arc: int) -> int:
    return int(min(max(round(graph.arc_m[arc] / graph.arc_ms[arc] * KMH_PER_M_PER_MS), 1), KMH_MAX))


def _highway(road_class: int) -> str:
    """The tag of a class; links, tracks and service ways as residential, since rivals price these by rules of their own."""
    road = RoadClass(road_class)
    return road.name.lower() if road <= RoadClass.TERTIARY and not road.name.endswith("_LINK") else "residential"
