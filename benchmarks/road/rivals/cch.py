"""RoutingKit's customizable contraction hierarchies (`routingkit-cch`): all free units to one junction at a time."""

from importlib.metadata import version
from typing import Any

import numpy as np
import routingkit_cch as rk

from road.rivals import Answer, Roads, SetUp, nearest_of


class Engine:
    version = version("routingkit-cch")

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        tail, head = roads.tail.tolist(), roads.head.tolist()
        lat, lon = roads.lat.tolist(), roads.lon.tolist()
        order = set_up.step("order", lambda: rk.compute_order_inertial(roads.nodes, tail, head, lat, lon))
        self._cch = set_up.step("hierarchy", lambda: rk.CCH(order, tail, head, False))
        metric = set_up.step("weights", lambda: rk.CCHMetric(self._cch, roads.ms.tolist()))
        self.methods = [ManyToOne(metric)]


class ManyToOne:
    name = "routingkit-cch"

    def __init__(self, metric: Any) -> None:
        self._metric = metric

    def place(self, nodes: Any, free: int) -> None:
        self._search = rk.CCHManyToOne(self._metric, np.asarray(nodes)[:free].tolist())

    def ask(self, goal: int, k: int) -> Answer:
        times = np.array(self._search.distances_to(goal), dtype=np.float64)  # None, unreachable, becomes NaN
        return nearest_of(times / 1000, k)
