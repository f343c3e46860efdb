"""
Whether the arrays of a road graph are what the search takes them for.

The compiled search reads arrays without asking whether a number is an arc: a graph that does not hang together must be refused
when it is opened, not met as a wrong answer later. Looking at a million arcs takes some tens of milliseconds.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nazdik.geo.errors import RegionDamaged
from nazdik.geo.graph import NO_ARC, RoadGraph


def check_graph(graph: RoadGraph) -> None:
    """Return when the graph hangs together; `RegionDamaged` with the first thing that does not."""
    for what, holds in _laws(graph):
        if not holds:
            raise RegionDamaged(
                f"شبکهٔ راه‌ها درست نیست ({what})؛ منطقه را دوباره بسازید.",
                f"The road graph does not hang together ({what}); build the region again.",
            )


def sound_graph(folder: Path) -> RoadGraph:
    """Open a saved graph and check it; raises as `RoadGraph.load` and `check_graph`."""
    graph = RoadGraph.load(folder)
    check_graph(graph)
    return graph


def _laws(graph: RoadGraph) -> Iterator[tuple[str, bool]]:
    """Each law with whether it holds; a later one may rest on an earlier one."""
    nodes, arcs, segments, points = graph.nodes, graph.arcs, len(graph.segment_class), len(graph.shape_lon)
    lengths = {
        "node_lat": nodes,
        "first_out": nodes + 1,
        "first_in": nodes + 1,
        "in_arc": arcs,
        "arc_head": arcs,
        "arc_twin": arcs,
        "arc_ms": arcs,
        "arc_m": arcs,
        "arc_segment": arcs,
        "arc_flags": arcs,
        "segment_first": segments + 1,
        "segment_name": segments,
        "shape_lat": points,
        "shape_m": points,
    }
    yield "empty", nodes > 0 and arcs > 0 and segments > 0
    for name, length in lengths.items():
        yield name, getattr(graph, name).shape == (length,)
    for name, least, most in (
        ("arc_tail", 0, nodes),
        ("arc_head", 0, nodes),
        ("in_arc", 0, arcs),
        ("arc_twin", NO_ARC, arcs),
        ("arc_segment", 0, segments),
        ("segment_name", 0, len(graph.names)),
    ):
        values = getattr(graph, name)
        yield name, int(values.min()) >= least and int(values.max()) < most
    for name, last in (("first_out", arcs), ("first_in", arcs), ("segment_first", points)):
        first = getattr(graph, name)
        yield name, int(first[0]) == 0 and int(first[-1]) == last and bool((np.diff(first) >= 0).all())
    yield "arc_tail", bool((np.repeat(np.arange(nodes), np.diff(graph.first_out)) == graph.arc_tail).all())
    into = np.repeat(np.arange(nodes), np.diff(graph.first_in))
    yield "in_arc", bool((graph.arc_head[graph.in_arc] == into).all())
    yield "arc_ms", int(graph.arc_ms.min()) >= 1
    for name in ("node_lon", "node_lat", "shape_lon", "shape_lat", "shape_m", "arc_m"):
        yield name, bool(np.isfinite(getattr(graph, name)).all())
    two_way = np.flatnonzero(graph.arc_twin != NO_ARC)
    twin = graph.arc_twin[two_way]
    yield (
        "arc_twin",
        bool((graph.arc_head[two_way] == graph.arc_tail[twin]).all() and (graph.arc_twin[twin] == two_way).all()),
    )
