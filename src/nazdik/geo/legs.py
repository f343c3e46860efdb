"""What a way is made of: metres and seconds on each group of roads, so that later trips can tell which group's times were off."""

from functools import lru_cache

import numpy as np

from nazdik.geo.graph import Floats, Ints, RoadGraph
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
    arcs = np.array(path.arcs, dtype=np.int64)
    share = np.ones(len(arcs))
    share[0] -= path.start_fraction
    share[-1] -= 1.0 - path.end_fraction
    group = group_of_class()[graph.segment_class[graph.arc_segment[arcs]]]
    metres = np.bincount(group, weights=graph.arc_m[arcs] * share, minlength=len(GROUPS))
    seconds = np.bincount(group, weights=graph.arc_ms[arcs] * share, minlength=len(GROUPS)) / 1000 * table
    legs = tuple(
        Leg(name, round(float(metres[i]), 1), round(float(seconds[i]), 2))
        for i, name in enumerate(GROUPS)
        if seconds[i] > 0
    )
    return legs, float((seconds * learned).sum())
