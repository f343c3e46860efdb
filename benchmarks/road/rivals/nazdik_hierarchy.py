"""A trial: a hierarchy of our own (`road/hierarchy.py`), asked as RoutingKit's is; runs in Nazdik's environment."""

from typing import Any

import numpy as np

from nazdik.geo.graph import RoadGraph
from road.hierarchy import Hierarchy
from road.rivals import Answer, Roads, SetUp, nearest_of


class Engine:
    version = "this repository, a trial"

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        graph = set_up.step("open graph", lambda: RoadGraph.load(roads.folder / "graph"))
        hierarchy = set_up.step("order, shortcuts, times; compiled or fetched from cache", lambda: built(graph))
        set_up.step("new times for all streets", lambda: hierarchy.customise(graph.arc_ms))
        self.methods = [ManyToOne(hierarchy)]


def built(graph: RoadGraph) -> Hierarchy:
    return Hierarchy(graph.arc_tail, graph.arc_head, graph.arc_ms, graph.node_lon, graph.node_lat)


class ManyToOne:
    name = "nazdik, hierarchy (trial)"

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy

    def place(self, nodes: Any, free: int) -> None:
        self._nodes = np.array(nodes[:free])

    def ask(self, goal: int, k: int) -> Answer:
        return nearest_of(self._hierarchy.times_to([goal], [0], self._nodes) / 1000, k)
