"""
The time of every arc as it is now: base time of the map x time table of the hour x learnt factor x traffic, or closed.

`Pace` keeps the road in step with the conditions of the log. It works out only what changed: nothing when nothing did, the arcs
of a condition when one starts or ends, all arcs when the hour's band or the learnt factors change or another map is loaded.
"""

import logging
from collections.abc import Mapping
from typing import Final, Protocol

import numpy as np

from nazdik.geo.conditions.model import Condition, ConditionId, ConditionKind, LearnedFactors, Piece, Roads
from nazdik.geo.conditions.pieces import PieceFinder
from nazdik.geo.graph import Floats, Int32s, Ints, RoadGraph
from nazdik.geo.legs import group_of_class
from nazdik.geo.snap import Snapper
from nazdik.geo.tables import GROUPS, HOURS_1, TimeTable
from nazdik.geo.times import CLOSED_MS
from nazdik.kernel import Instant
from nazdik.published.roads import RoadBasis

_log = logging.getLogger(__name__)
_NEVER: Final = Instant(-(2**63))
IRAN_OFFSET_MIN = 210


class ArcTimes(Protocol):
    """A road that answers questions, and whose times can be set while it does."""

    @property
    def graph(self) -> RoadGraph:
        """The map in force."""

    @property
    def snapper(self) -> Snapper:
        """What finds the street of a point on it."""

    def set_times(self, arcs: Ints, ms: Int32s) -> None:
        """Set the times of arcs, seen by the next question; `CLOSED_MS` stops driving through."""

    def set_basis(self, basis: RoadBasis, table: Floats, learned: Floats) -> None:
        """Say by which times it answers from now on, for the record; factors are in the order of `GROUPS`."""


class Pace:
    """Keeps one road in step with what the log says of it. Belongs to the thread that decides."""

    def __init__(
        self,
        road: ArcTimes,
        *,
        table: TimeTable = HOURS_1,
        offset_min: int = IRAN_OFFSET_MIN,
        with_learned: bool = True,
    ) -> None:
        """
        Begin to keep `road` in step.

        Args:
            offset_min: How far local time is ahead of UTC.
            with_learned: False leaves learnt factors out; a simulation's true roads do not change by what is believed of them.
        """
        self._with_learned = with_learned
        self._road = road
        self._table = table
        self._offset_min = offset_min
        self._arcs: dict[ConditionId, tuple[tuple[int, ...], ...]] = {}
        self._graph: RoadGraph | None = None
        self._finder: PieceFinder | None = None
        self._found_on: RoadGraph | None = None
        self._roads: Roads | None = None
        self._band = ""
        self._band_since = self._band_until = _NEVER
        self._learned: LearnedFactors | None = None
        self._group = np.empty(0, dtype=np.int64)
        self._planned: Int32s = np.empty(0, dtype=np.int32)
        self._shown: Int32s = np.empty(0, dtype=np.int32)
        self._bent: Ints = np.empty(0, dtype=np.int64)

    @property
    def table(self) -> str:
        """The id of the time table in force."""
        return self._table.id

    def show(self, roads: Roads, at: Instant) -> None:
        """See that the next question is answered with these conditions, at this hour."""
        same_hour = at < self._band_until and at >= self._band_since
        if roads is self._roads and same_hour and self._road.graph is self._graph:
            return
        new_map = self._road.graph is not self._graph
        if new_map:
            self._open_map()
        learned = roads.learned if self._with_learned else None
        if new_map or not same_hour or learned is not self._learned:
            self._plan(learned, at)
        self._overlay(roads)
        self._roads = roads
        table = table_factors(self._table, self._band)
        self._road.set_basis(self._basis(roads), table, learned_factors(self._band, learned))

    def take_over(self, ready: "Pace") -> None:
        """Go on from what `ready` worked out for a map that has just come in force: its road stays with it, ours with us."""
        road = self._road
        vars(self).update(vars(ready))
        self._road = road

    def lost(self, roads: Roads) -> Mapping[ConditionId, tuple[Piece, ...]]:
        """Return the pieces of standing conditions that match no street of the map in force."""
        lost = {}
        for condition in roads.conditions.values():
            if condition.id not in roads.over:
                missing = tuple(p for p, a in zip(condition.pieces, self.arcs_of(condition), strict=True) if not a)
                if missing:
                    lost[condition.id] = missing
        return lost

    def arcs_of(self, condition: Condition) -> tuple[tuple[int, ...], ...]:
        """Return the arcs of each piece of a condition on the map in force."""
        known = self._arcs.get(condition.id)
        if known is None or len(known) != len(condition.pieces):
            known = self._pieces().find(condition.pieces)
            self._arcs[condition.id] = known
            missing = sum(not arcs for arcs in known)
            if missing:
                _log.warning("%s: %d of %d pieces match no street", condition.id, missing, len(known))
        return known

    def closed_arcs(self, roads: Roads) -> Ints:
        """Return the arcs that are closed now, ascending."""
        closed = [c for c in roads.in_force() if c.kind is ConditionKind.CLOSURE]
        return np.array(sorted({a for c in closed for arcs in self.arcs_of(c) for a in arcs}), dtype=np.int64)

    def newly_closed(self, before: Roads, after: Roads) -> Mapping[int, ConditionId]:
        """Return the arcs that are closed after and were not before, each with the condition that closes it."""
        standing = {c.id for c in before.in_force()}
        begun = [c for c in after.in_force() if c.kind is ConditionKind.CLOSURE and c.id not in standing]
        if not begun:
            return {}
        already = set(self.closed_arcs(before).tolist())
        return {arc: c.id for c in begun for arcs in self.arcs_of(c) for arc in arcs if arc not in already}

    @property
    def planned_ms(self) -> Int32s:
        """The time of each arc by the hour and what was learnt, without conditions; shape (arcs,), not to be written."""
        return self._planned

    # Inside

    def _pieces(self) -> PieceFinder:
        """What finds pieces on the map in force; a new map has another."""
        graph = self._road.graph
        if self._finder is None or self._found_on is not graph:
            self._finder, self._found_on = PieceFinder(graph, self._road.snapper), graph
        return self._finder

    def _open_map(self) -> None:
        graph = self._graph = self._road.graph
        self._arcs.clear()
        self._group = group_of_class()[graph.segment_class[graph.arc_segment]]
        self._shown = np.array(graph.arc_ms, dtype=np.int32)
        self._bent = np.empty(0, dtype=np.int64)

    def _plan(self, learned: LearnedFactors | None, at: Instant) -> None:
        """Work out all arcs by hour and learnt factors, and show those that differ from what is shown."""
        assert self._graph is not None, "a map is open"
        self._band = self._table.band_at(at, self._offset_min)
        self._band_since, self._band_until = at, self._table.band_until(at, self._offset_min)
        self._learned = learned
        by_group = table_factors(self._table, self._band) * learned_factors(self._band, learned)
        ms = np.rint(self._graph.arc_ms * by_group[self._group])
        self._planned = np.clip(ms, 1, CLOSED_MS - 1).astype(np.int32)
        wanted = self._planned.copy()
        wanted[self._bent] = self._shown[self._bent]  # conditions are laid over again after this
        self._set(np.flatnonzero(wanted != self._shown), wanted)

    def _overlay(self, roads: Roads) -> None:
        """Lay the conditions in force over the plan: closed is closed, of several factors the slowest counts."""
        slowest: dict[int, float] = {}
        closed: set[int] = set()
        for condition in roads.in_force():
            arcs = {arc for arcs in self.arcs_of(condition) for arc in arcs}
            if condition.time_factor is None:
                closed |= arcs
                continue
            for arc in arcs:
                slowest[arc] = max(slowest.get(arc, 0.0), condition.time_factor)
        for condition_id in [i for i in self._arcs if i not in roads.conditions]:
            del self._arcs[condition_id]
        bent = np.array(sorted(closed | slowest.keys()), dtype=np.int64)
        wanted = self._shown.copy()
        wanted[self._bent] = self._planned[self._bent]
        factor: Floats = np.array([slowest.get(arc, 1.0) for arc in bent.tolist()])
        wanted[bent] = np.clip(np.rint(self._planned[bent] * factor), 1, CLOSED_MS - 1).astype(np.int32)
        wanted[np.array(sorted(closed), dtype=np.int64)] = CLOSED_MS
        touched = np.union1d(self._bent, bent)
        self._bent = bent
        self._set(touched[wanted[touched] != self._shown[touched]], wanted)

    def _set(self, arcs: Ints, wanted: Int32s) -> None:
        if len(arcs):
            self._shown[arcs] = wanted[arcs]
            self._road.set_times(arcs, wanted[arcs])

    def _basis(self, roads: Roads) -> RoadBasis:
        in_force = roads.in_force()
        return RoadBasis(
            table=self._table.id,
            band=self._band,
            revision=roads.revision,
            learned=str(roads.learned.id) if roads.learned is not None else None,
            closures=tuple(str(c.id) for c in in_force if c.kind is ConditionKind.CLOSURE),
            traffic=tuple(str(c.id) for c in in_force if c.kind is ConditionKind.TRAFFIC),
        )


def table_factors(table: TimeTable, band: str) -> Floats:
    """Return the table's factor of each road group in a band, in the order of `GROUPS`."""
    return np.array([table.factor(group, band) for group in GROUPS])


def learned_factors(band: str, learned: LearnedFactors | None) -> Floats:
    """Return the learnt factor of each road group in a band, in the order of `GROUPS`; 1 where nothing was learnt."""
    known = {(f.group, f.band): f.factor for f in learned.factors} if learned is not None else {}
    return np.array([known.get((group, band), 1.0) for group in GROUPS])
