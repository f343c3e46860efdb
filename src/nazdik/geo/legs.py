"""What a way is made of: metres and seconds on each group of roads, so that later trips can tell which group's times were off."""

from functools import lru_cache

import numpy as np

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import Bytes, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.profile import RoadClass
from nazdik.geo.questions import RoadPath
from nazdik.geo.tables import GROUP_OF_CLASS, GROUPS
from nazdik.published.roads import Leg


@lru_cache(maxsize=1)
def group_of_class() -> Ints:
    """The place in `GROUPS` of each road class."""
    return np.array([GROUPS.index(GROUP_OF_CLASS[road]) for road in RoadClass], dtype=np.int64)


def legs_of(graph: RoadGraph, path: RoadPath, table: Floats, learned: Floats) -> tuple[tuple[Leg, ...], float]:
    """
    Return a path's legs by road group, and the seconds it should take without any condition.

    Args:
        table, learned: The factor of each group in the order of `GROUPS`; the legs are timed by the table alone.
    """
    metres, ms = np.zeros(len(GROUPS)), np.zeros(len(GROUPS))
    _sums(
        path.arcs,
        path.start_fraction,
        path.end_fraction,
        group_of_class(),
        graph.segment_class,
        graph.arc_segment,
        graph.arc_m,
        graph.arc_ms,
        metres,
        ms,
    )
    seconds = ms / 1000 * table
    legs = tuple(
        Leg(name, round(length, 1), round(took, 2))
        for name, length, took in zip(GROUPS, metres.tolist(), seconds.tolist(), strict=True)
        if took > 0
    )
    return legs, float(seconds @ learned)


@compiled
def _sums(
    arcs: Int32s,
    start: float,
    end: float,
    group_of: Ints,
    segment_class: Bytes,
    arc_segment: Int32s,
    arc_m: Floats,
    arc_ms: Int32s,
    metres: Floats,
    ms: Floats,
) -> None:
    """Add up a path's metres and milliseconds by road group."""
    last = len(arcs) - 1
    for i in range(len(arcs)):
        share = 1.0
        if i == 0:
            share -= start
        if i == last:
            share -= 1.0 - end
        group = group_of[segment_class[arc_segment[arcs[i]]]]
        metres[group] += arc_m[arcs[i]] * share
        ms[group] += arc_ms[arcs[i]] * share
