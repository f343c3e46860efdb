"""Graph libraries one might reach for: igraph (GPL) and rustworkx. For comparison only."""

from importlib.metadata import version
from typing import Any

import igraph
import numpy as np
import rustworkx

from road.rivals import Answer, Roads, SetUp, nearest_of


class Engine:
    version = ", ".join(f"{name} {version(name)}" for name in ("igraph", "rustworkx"))

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        self.methods = [
            set_up.step("igraph", lambda: Igraph(roads)),
            set_up.step("rustworkx", lambda: Rustworkx(roads)),
        ]


class Igraph:
    name = "igraph distances"

    def __init__(self, roads: Roads) -> None:
        self._graph = igraph.Graph(n=roads.nodes, edges=np.column_stack((roads.tail, roads.head)), directed=True)
        self._ms = roads.ms.tolist()

    def place(self, nodes: Any, free: int) -> None:
        # The library refuses a junction that is named twice.
        self._nodes, self._at = np.unique(np.asarray(nodes)[:free], return_inverse=True)

    def ask(self, goal: int, k: int) -> Answer:
        times = self._graph.distances([goal], self._nodes.tolist(), weights=self._ms, mode="in")[0]
        return nearest_of(np.array(times)[self._at] / 1000, k)


class Rustworkx:
    name = "rustworkx, whole graph"

    def __init__(self, roads: Roads) -> None:
        self._nodes_total = roads.nodes
        self._graph = rustworkx.PyDiGraph()
        self._graph.add_nodes_from(range(roads.nodes))
        self._graph.add_edges_from(list(zip(roads.head.tolist(), roads.tail.tolist(), roads.ms.tolist(), strict=True)))

    def place(self, nodes: Any, free: int) -> None:
        self._nodes = np.asarray(nodes)[:free].tolist()

    def ask(self, goal: int, k: int) -> Answer:
        reached = rustworkx.digraph_dijkstra_shortest_path_lengths(self._graph, goal, float)
        times = [0.0 if node == goal else reached[node] if node in reached else np.inf for node in self._nodes]  # noqa: SIM401 - no dict
        return nearest_of(np.array(times) / 1000, k)
