"""Nazdik's own search, asked as the others are; runs in Nazdik's environment."""

from typing import Any

import numpy as np

from nazdik.geo.few import fleet_on, warm_up_standby
from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits, warm_up
from nazdik.geo.standby import Standby
from nazdik.geo.times import RoadTimes
from nazdik.geo.turns import EVERY_TURN
from road.rivals import Answer, Roads, SetUp

FREE = 1


class Engine:
    version = "this repository"

    def __init__(self, roads: Roads, set_up: SetUp) -> None:
        set_up.step("compile or fetch from cache", lambda: (warm_up(), warm_up_standby()))
        graph = set_up.step("open graph", lambda: RoadGraph.load(roads.folder / "graph"))
        set_up.step("search workspace", lambda: NearestUnits(graph))
        times = RoadTimes(graph)
        # As when it runs, except that nobody waits for it there: it is made beside the questions, and only when some would gain.
        standby = Standby(times, aside=False)
        set_up.step("hierarchy aside", standby.ready)
        times.set_times(np.zeros(1, dtype=np.int64), times.arc_ms[:1])
        set_up.step("new times into it", standby.ready)
        turns = set_up.step("a price on every turn", lambda: RoadTimes(graph, prices=EVERY_TURN))
        self.methods = [
            Search("nazdik", graph, times, standby),
            Search("nazdik, search alone", graph, times),
            Search("nazdik, every turn priced", graph, turns),
        ]


class Search:
    def __init__(self, name: str, graph: RoadGraph, times: RoadTimes, standby: Standby | None = None) -> None:
        self.name, self._graph, self._times, self._standby = name, graph, times, standby
        # With a price on turns it is another question than the others are asked: what they cost, not who is right.
        self.same_question = times.states.states == graph.nodes
        self._units = fleet_on(graph, times, standby)

    def place(self, nodes: Any, free: int) -> None:
        count = len(nodes)
        if len(self._units) != count:
            self._units = fleet_on(self._graph, self._times, self._standby)
            for _ in range(count):
                self._units.add()
        graph, slots, nothing = self._graph, np.arange(count), np.zeros(count)
        # At the far end of a street that leads to the junction.
        arcs = graph.in_arc[graph.first_in[nodes]]
        self._units.link(slots, arcs, np.ones(count), nothing, nothing, slots)
        self._units.masks[:] = np.where(slots < free, FREE, 0)

    def ask(self, goal: int, k: int) -> Answer:
        found = self._units.search(int(self._graph.first_out[goal]), 0.0, k=k, all_of=FREE).found
        return [(met.slot, met.time_ms / 1000) for met in found]
