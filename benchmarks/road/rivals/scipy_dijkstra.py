"""scipy's Dijkstra on the reversed graph: over the whole of it, and with a limit that is doubled until k are found."""

from typing import Any

import numpy as np
import scipy
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from road.rivals import Answer, Roads, SetUp, nearest_of

FIRST_LIMIT_S = 60.0


class Engine:
    version = scipy.__version__

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        matrix = set_up.step("matrix", lambda: reversed_matrix(roads))
        self.methods = [Whole(matrix), Doubling(matrix)]


def reversed_matrix(roads: Roads) -> csr_array:
    """The graph turned round, in ms; of parallel arcs the fastest, since a matrix holds one number a pair."""
    order = np.lexsort((roads.ms, roads.tail, roads.head))
    head, tail = roads.head[order], roads.tail[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (head[1:] != head[:-1]) | (tail[1:] != tail[:-1])
    kept = order[first]
    data = roads.ms[kept].astype(np.float64)
    return coo_array((data, (roads.head[kept], roads.tail[kept])), shape=(roads.nodes, roads.nodes)).tocsr()


class Whole:
    name = "scipy, whole graph"

    def __init__(self, matrix: csr_array) -> None:
        self._matrix = matrix

    def place(self, nodes: Any, free: int) -> None:
        self._nodes = np.asarray(nodes)[:free]

    def ask(self, goal: int, k: int) -> Answer:
        return nearest_of(dijkstra(self._matrix, indices=goal)[self._nodes] / 1000, k)


class Doubling(Whole):
    name = "scipy, doubled limit"

    def ask(self, goal: int, k: int) -> Answer:
        limit_ms = FIRST_LIMIT_S * 1000
        while True:
            times = dijkstra(self._matrix, indices=goal, limit=limit_ms)[self._nodes]
            if np.isfinite(times).sum() >= min(k, len(times)):
                return nearest_of(times / 1000, k)
            limit_ms *= 2
