"""pandana (AGPL; for comparison only): its hierarchy, asked pair by pair, since it has no table of many to one."""

from importlib.metadata import version
from typing import Any

import numpy as np
import pandana
import pandas as pd

from road.rivals import Answer, Roads, SetUp, nearest_of


class Engine:
    version = version("pandana")

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        self.methods = [set_up.step("hierarchy", lambda: Pandana(roads))]


class Pandana:
    name = "pandana, pair by pair"

    def __init__(self, roads: Roads) -> None:
        weights = pd.DataFrame({"ms": roads.ms.astype(np.float64)})
        ends = [pd.Series(values) for values in (roads.lon, roads.lat, roads.tail, roads.head)]
        self._network = pandana.Network(*ends, weights, twoway=False)

    def place(self, nodes: Any, free: int) -> None:
        self._nodes = np.asarray(nodes)[:free]

    def ask(self, goal: int, k: int) -> Answer:
        times = self._network.shortest_path_lengths(self._nodes, np.full(len(self._nodes), goal))
        times = np.array(times, dtype=np.float64)
        times[times > 4_000_000] = np.inf  # its word for unreachable is 4,294,967.295
        return nearest_of(times / 1000, k)
