"""
Why nobody can come to a place: which closures stand in the way of everybody.

Asked of the search itself, on a copy of the road's closures: so one-way streets, turn restrictions and rows of closed streets
mean here what they mean when a unit is sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from nazdik.geo.conditions.model import ConditionId
from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.reach import Standing
from nazdik.geo.times import RoadTimes


@dataclass(frozen=True, slots=True)
class Barrier:
    """The closures that keep everybody from a place: lifting any one of them opens a way, or only all of them `together`."""

    closures: tuple[ConditionId, ...]
    together: bool


class Barriers:
    """Closures of one map to try out. Not for two threads at a time."""

    def __init__(self, graph: RoadGraph) -> None:
        self.graph = graph
        self._times = RoadTimes(graph)
        self._closed: set[int] = set()

    def before(
        self, arc: int, fraction: float, comers: Standing, closures: Mapping[ConditionId, Collection[int]]
    ) -> Barrier | None:
        """
        Return what keeps all comers from a place on an arc; None when one of them has a way, or none had one without closures.

        Args:
            closures: The arcs that each closure in force closes.
        """
        units = self._placed(comers)

        def way_with(standing: Collection[ConditionId]) -> bool:
            self._close({a for closure in standing for a in closures[closure]})
            return bool(units.search(arc, fraction, k=1).found)

        every = sorted(closures)
        if not len(comers) or way_with(every) or not way_with(()):
            return None
        alone = tuple(one for one in every if way_with([other for other in every if other != one]))
        if alone:
            return Barrier(alone, together=False)
        # Each that can stand without shutting the last way stays; what is left has to go together.
        kept: list[ConditionId] = []
        for one in every:
            if way_with([*kept, one]):
                kept.append(one)
        return Barrier(tuple(one for one in every if one not in kept), together=True)

    def _placed(self, comers: Standing) -> NearestUnits:
        units = NearestUnits(self.graph, capacity=max(1, len(comers)), times=self._times)
        slots = np.array([units.add() for _ in range(len(comers))], dtype=np.int64)
        nowhere = np.zeros(len(slots))
        units.rank(slots.tolist())
        units.link(slots, comers.arcs, comers.fractions, nowhere, nowhere, np.zeros(len(slots), dtype=np.int64))
        return units

    def _close(self, wanted: set[int]) -> None:
        """Close these arcs and no others."""
        opening, closing = sorted(self._closed - wanted), sorted(wanted - self._closed)
        if opening:
            self._times.reopen(np.array(opening, dtype=np.int64))
        if closing:
            self._times.close(np.array(closing, dtype=np.int64))
        self._closed = wanted
