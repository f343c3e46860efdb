"""
The nearest moving units by road time, exactly, over the whole fleet.

A Dijkstra search runs backwards from the incident and stops when its frontier passes the k-th best unit. Units hang on
the two ends of the arc they stand on, so moving one is relinking two list entries and nothing has to be rebuilt. What
the search leaves behind is marked with the number of the question instead of being cleared, so a question costs what
it looked at: about k * nodes / fit units junctions.

Times are whole milliseconds throughout, so that equal is equal and ties are settled in the open: by time, then by the
order of the unit ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import numpy.typing as npt

from nazdik.geo.compiled import compiled
from nazdik.geo.graph import NAMELESS, NO_ARC, TIME_MS_MAX, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.network import connect
from nazdik.geo.streets import Streets
from nazdik.kernel import LonLat

Records = npt.NDArray[np.void]

# More passed-over units than this are counted but not listed: a list that long is a fleet off duty, not a reason.
PASSED_OVER_MAX = 4096
_NONE = -1
# How a unit comes: without leaving its arc, forwards or turning round; or by its arc's head or, turning round, its tail.
# Of equals the lower one is taken, so that nobody is sent over a junction to where they already are.
_ALONG_ARC, _BACK_ON_ARC, _BY_HEAD, _BY_TAIL = 0, 1, 2, 3
# The time of an arc that nobody drives through. A place on it is still reached from either end, and a unit on it may leave.
CLOSED_MS = TIME_MS_MAX
# Questions are numbered in 31 bits; after the last number all marks are wiped and counting starts again.
_ASKED_MAX = 2**31 - 1

# All that the search asks about a junction, an arc or a unit lies together; four junctions share a line of memory.
_NODE = np.dtype([("asked", "i4"), ("ms", "i4"), ("next_arc", "i4"), ("entry", "i4")], align=True)
_IN_ARC = np.dtype([("tail", "i4"), ("ms", "i4"), ("arc", "i4")], align=True)
_ENTRY = np.dtype([("node", "i4"), ("next", "i4"), ("previous", "i4")], align=True)
_UNIT = np.dtype(
    [
        ("mask", "i8"),
        ("fixed_at", "i8"),
        ("fraction", "f8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("arc", "i4"),
        ("met", "i4"),
        ("barred", "i4"),
        ("ms", "i4"),
        ("via", "i4"),
        ("rank", "i4"),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True)
class Met:
    """A unit the search met, by slot."""

    slot: int
    time_ms: int
    distance_m: float
    mask: int
    fixed_at_us: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """
    The answer: the nearest fit units and the unfit ones nearer than the last of them, both by (time, rank).

    `passed_over` lists at most the `PASSED_OVER_MAX` nearest; `passed_over_total` says how many there were.
    `settled_nodes` is how many junctions the search went through.
    """

    found: tuple[Met, ...]
    passed_over: tuple[Met, ...]
    passed_over_total: int
    settled_nodes: int


@dataclass(frozen=True, slots=True)
class RoadPath:
    """
    A way through the graph: along its arcs, the first from `start_fraction` on, the last up to `end_fraction`.

    Fractions are of an arc's length from its tail. A path inside one arc has one arc and `start <= end`.
    """

    arcs: tuple[int, ...]
    start_fraction: float
    end_fraction: float


class NearestUnits:
    """
    A fleet linked to a road graph, and the search over it. One workspace: one thread at a time.

    Slots are given out by `add` from 0 and never reused; a new slot has mask 0 and no place.
    """

    def __init__(self, graph: RoadGraph, capacity: int = 64) -> None:
        self._graph = graph
        self._in_arcs = np.empty(graph.arcs, dtype=_IN_ARC)
        self._in_arcs["tail"] = graph.arc_tail[graph.in_arc]
        self._in_arcs["ms"] = graph.arc_ms[graph.in_arc]
        # Our own copy of the times, so that they may follow the hour and the traffic; where each arc stands in `_in_arcs`.
        self._arc_ms = np.array(graph.arc_ms, dtype=np.int32)
        self._place_of_arc = np.empty(graph.arcs, dtype=np.int32)
        self._place_of_arc[graph.in_arc] = np.arange(graph.arcs, dtype=np.int32)
        self._in_arcs["arc"] = graph.in_arc
        self._nodes = np.zeros(graph.nodes, dtype=_NODE)
        self._nodes["entry"] = _NONE
        self._units = np.zeros(0, dtype=_UNIT)
        self._entries = np.zeros(0, dtype=_ENTRY)
        # Each arc is looked at once and pushes at most one junction; the two seeds come on top.
        self._heap = np.empty(max(graph.arcs + 2, capacity), dtype=np.int64)
        self._best = np.empty((8, 2), dtype=np.int64)
        self._answer = np.empty((8 + PASSED_OVER_MAX, 4), dtype=np.int64)
        self._where = np.empty((8 + PASSED_OVER_MAX, 3), dtype=np.float64)
        self._met = np.empty(0, dtype=np.int32)
        self._path = np.empty(graph.nodes + 2, dtype=np.int32)
        self._slot_of_rank = np.empty(0, dtype=np.int32)
        self._size = 0
        self._asked = 0
        self._goal = (NO_ARC, 0.0)
        self._grow(capacity)

    def __len__(self) -> int:
        return self._size

    @property
    def masks(self) -> Ints:
        """The fitness mask of each slot, to read and to write; shape (units,)."""
        return self._units["mask"][: self._size]

    @property
    def fixed_at_us(self) -> Ints:
        """When each unit's fix was taken, UTC microseconds; shape (units,)."""
        return self._units["fixed_at"][: self._size]

    @property
    def lons(self) -> Floats:
        """Where each unit last reported to be, NaN when it never did; shape (units,), not to be written."""
        return self._units["lon"][: self._size]

    @property
    def lats(self) -> Floats:
        """As `lons`."""
        return self._units["lat"][: self._size]

    @property
    def arcs(self) -> Int32s:
        """The arc each slot is linked to, -1 for none; shape (units,), not to be written."""
        return self._units["arc"][: self._size]

    @property
    def arc_ms(self) -> Int32s:
        """The time of each arc as the next question counts it, closed ones as they were before; shape (arcs,)."""
        return self._arc_ms

    @property
    def through_ms(self) -> Int32s:
        """The time of driving each arc from end to end, `CLOSED_MS` where nobody may; shape (arcs,), a copy."""
        through: Int32s = self._in_arcs["ms"][self._place_of_arc]
        return through

    def set_times(self, arcs: Ints, ms: Int32s) -> None:
        """
        Set the times of arcs, seen by the next question; `CLOSED_MS` stops driving through.

        Args:
            arcs, ms: Shape (n,); a time is at least 1 ms.
        """
        opened = ms != CLOSED_MS
        assert not len(ms) or int(ms[opened].min(initial=1)) >= 1, "a time is at least a millisecond"
        self._arc_ms[arcs[opened]] = ms[opened]
        self._in_arcs["ms"][self._place_of_arc[arcs]] = ms

    def add(self) -> int:
        """Return a new slot, with mask 0, no place, and the last rank."""
        if self._size == len(self._units):
            self._grow(2 * self._size)
        self._size += 1
        return self._size - 1

    def rank(self, order: Sequence[int]) -> None:
        """Say which unit comes first among equals: all slots in the order of their unit ids."""
        slots = np.asarray(order, dtype=np.int32)
        assert len(slots) == self._size, "every slot has a rank"
        self._units["rank"][slots] = np.arange(self._size)
        self._slot_of_rank[: self._size] = slots

    def link(self, slots: Ints, arcs: Int32s, fractions: Floats, lons: Floats, lats: Floats, fixed_at_us: Ints) -> None:
        """
        Put units on arcs, away from where they were; arc -1 only takes them away.

        Args:
            slots, arcs: Shape (n,).
            fractions: How far along the arc from its tail, 0 to 1.
            lons, lats: Where they reported to be, kept for the answer.
            fixed_at_us: When they were there, UTC microseconds.
        """
        if len(slots) and (int(slots.min()) < 0 or int(slots.max()) >= self._size):
            raise IndexError("a slot was never given out")
        # Copies, so that no caller's array, read-only or of another type, makes the compiler start anew.
        _link(
            self._graph.arc_tail,
            self._graph.arc_head,
            self._graph.arc_twin,
            self._nodes,
            self._units,
            self._entries,
            np.array(slots, dtype=np.int64),
            np.array(arcs, dtype=np.int32),
            np.array(fractions, dtype=np.float64),
            np.array(lons, dtype=np.float64),
            np.array(lats, dtype=np.float64),
            np.array(fixed_at_us, dtype=np.int64),
        )

    def unlink(self, slots: Ints) -> None:
        """Take units off the road; they are not found until linked again. Their last place and time are kept."""
        _unlink_all(self._nodes, self._units, self._entries, np.array(slots, dtype=np.int64))

    def search(
        self,
        arc: int,
        fraction: float,
        *,
        k: int,
        all_of: int = 0,
        any_of: int = 0,
        fixed_after_us: int = -(2**63),
        barred: Sequence[int] | Ints = (),
        limit_ms: int = TIME_MS_MAX,
    ) -> Nearest:
        """
        The k nearest units to a point on an arc, whose mask has all of `all_of` and one of `any_of` (0: any).

        Args:
            arc, fraction: The point; it can also be reached over the arc's twin.
            fixed_after_us: Units not placed after this are passed over.
            barred: Slots that are not considered at all.
            limit_ms: Units further than this are not met.

        Raises:
            ValueError: `k` is less than 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        self._next_question()
        if len(barred):
            self._units["barred"][barred] = self._asked
        if k >= len(self._best):
            self._make_room(k)
        self._goal = (arc, fraction)
        graph = self._graph
        found, passed, passed_total, settled = _search(
            graph.first_in,
            self._in_arcs,
            graph.arc_tail,
            graph.arc_head,
            graph.arc_twin,
            self._arc_ms,
            graph.arc_m,
            self._nodes,
            self._units,
            self._entries,
            self._heap,
            self._met,
            self._best,
            self._slot_of_rank,
            self._answer,
            self._where,
            self._asked,
            arc,
            fraction,
            k,
            all_of,
            any_of,
            fixed_after_us,
            min(max(limit_ms, -1), TIME_MS_MAX - 1),
        )
        rows = self._answer[: found + passed].tolist()
        places = self._where[: found + passed].tolist()
        met = tuple(
            Met(slot, ms, metres, mask, fixed_at, lon, lat)
            for (slot, ms, mask, fixed_at), (metres, lon, lat) in zip(rows, places, strict=True)
        )
        return Nearest(met[:found], met[found:], passed_total, settled)

    def tally(self, rungs: Ints, fixed_after_us: int) -> list[int]:
        """How many units stop at each rung (all of, any of), at being fresh, and at nothing; see `Sight.tally`."""
        counted: list[int] = _tally(self._units[: self._size], rungs, fixed_after_us).tolist()
        return counted

    def path_of(self, slot: int) -> RoadPath:
        """
        The way that a unit met by the last search takes to the point asked for.

        Raises:
            LookupError: The last search did not meet it, or it has been moved since.
        """
        unit = self._units[slot]
        if not self._asked or int(unit["met"]) != self._asked:
            raise LookupError(f"slot {slot} was not met by the last search")
        arc, via, fraction = int(unit["arc"]), int(unit["via"]), float(unit["fraction"])
        twin = int(self._graph.arc_twin[arc])
        goal_arc, goal_fraction = self._goal
        first, start = (arc, fraction) if via in {_BY_HEAD, _ALONG_ARC} else (twin, 1 - fraction)
        if via in {_ALONG_ARC, _BACK_ON_ARC}:
            return RoadPath((first,), start, goal_fraction if first == goal_arc else 1 - goal_fraction)
        goal_twin = int(self._graph.arc_twin[goal_arc])
        steps = _follow(
            self._nodes, self._graph.arc_head, int(self._graph.arc_head[first]), goal_arc, goal_twin, self._path
        )
        arcs = (first, *self._path[:steps].tolist())
        if start == 1.0:  # already at the junction: the street behind is not part of the way
            arcs, start = arcs[1:], 0.0
        return RoadPath(arcs, start, goal_fraction if arcs[-1] == goal_arc else 1 - goal_fraction)

    def air_nearest(
        self,
        point: LonLat,
        *,
        k: int,
        all_of: int = 0,
        any_of: int = 0,
        fixed_after_us: int = -(2**63),
        barred: Sequence[int] | Ints = (),
    ) -> Ints:
        """The slots of the k linked and fit units nearest to a point by straight line, nearest first; for comparison."""
        units = self._units[: self._size]
        fit = (units["arc"] >= 0) & ((units["mask"] & all_of) == all_of) & (units["fixed_at"] > fixed_after_us)
        if any_of:
            fit &= (units["mask"] & any_of) != 0
        fit[np.asarray(barred, dtype=np.int64)] = False
        slots = np.flatnonzero(fit)
        east = (units["lon"][slots] - point.lon) * cos(radians(point.lat))
        apart = np.hypot(east, units["lat"][slots] - point.lat)
        return slots[np.lexsort((units["rank"][slots], apart))[:k]]

    def place_of(self, slot: int) -> LonLat:
        """Where a unit last reported to be; NaN when it never did."""
        return LonLat(float(self._units["lon"][slot]), float(self._units["lat"][slot]))

    def standing(self, slot: int) -> tuple[int, float] | None:
        """The arc and the fraction a unit is linked to, or None."""
        arc = int(self._units["arc"][slot])
        return None if arc == NO_ARC else (arc, float(self._units["fraction"][slot]))

    def _grow(self, capacity: int) -> None:
        old = self._size
        units, entries = np.zeros(capacity, dtype=_UNIT), np.zeros(2 * capacity, dtype=_ENTRY)
        units["arc"], units["rank"] = NO_ARC, np.arange(capacity)
        units["lon"] = units["lat"] = np.nan
        entries["node"] = _NONE
        units[:old], entries[: 2 * old] = self._units[:old], self._entries[: 2 * old]
        ranks = np.arange(capacity, dtype=np.int32)
        ranks[:old] = self._slot_of_rank[:old]
        self._units, self._entries, self._slot_of_rank = units, entries, ranks
        self._met = np.empty(capacity, dtype=np.int32)
        if capacity > len(self._heap):  # the heap sorts the passed-over units as well
            self._heap = np.empty(capacity, dtype=np.int64)

    def _next_question(self) -> None:
        if self._asked == _ASKED_MAX:
            self._asked = 0
            self._nodes["asked"] = self._units["met"] = self._units["barred"] = 0
        self._asked += 1

    def _make_room(self, k: int) -> None:
        self._best = np.empty((k + 1, 2), dtype=np.int64)
        self._answer = np.empty((k + 1 + PASSED_OVER_MAX, 4), dtype=np.int64)
        self._where = np.empty((k + 1 + PASSED_OVER_MAX, 3), dtype=np.float64)


def warm_up() -> None:
    """Compile, or fetch from the cache, everything the first call would otherwise wait for."""
    graph = smallest_graph()
    units = NearestUnits(graph)
    slot = np.array([units.add()])
    here, zero = np.zeros(1), np.zeros(1, dtype=np.int64)
    units.link(slot, np.zeros(1, dtype=np.int32), here, here, here, zero)
    units.search(1, 0.5, k=1)
    units.tally(np.zeros((1, 2), dtype=np.int64), 0)
    units.path_of(0)
    units.unlink(slot)


def smallest_graph() -> RoadGraph:
    """Two junctions and a two-way street: what `warm_up` searches."""
    zero, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    return connect(
        Streets(
            way=zero,
            tail=zero,
            head=one,
            along_s_per_m=np.full(1, 0.1),
            against_s_per_m=np.full(1, 0.1),
            first=np.array([0, 2]),
            lon=np.array([51.4, 51.401]),
            lat=np.array([35.7, 35.7]),
            road_class=np.zeros(1, dtype=np.uint8),
            name=np.zeros(1, dtype=np.int32),
            flags=np.zeros(1, dtype=np.uint8),
            names=(NAMELESS,),
        )
    )


# The compiled part. Arrays of records are passed whole and changed in place.


@compiled
def _push(heap: Ints, size: int, key: int) -> int:
    """Put a key on the 4-ary heap and return its new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 2
        if heap[above] <= key:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = key
    return size + 1


@compiled
def _pop(heap: Ints, size: int) -> int:
    """Take the smallest key, `heap[0]`, off the heap and return its new size."""
    size -= 1
    key, place = heap[size], 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= key:
            break
        heap[place] = heap[least]
        place = least
    heap[place] = key
    return size


@compiled
def _detach(nodes: Records, entries: Records, entry: int) -> None:
    node = entries[entry].node
    if node < 0:
        return
    before, after = entries[entry].previous, entries[entry].next
    if before >= 0:
        entries[before].next = after
    else:
        nodes[node].entry = after
    if after >= 0:
        entries[after].previous = before
    entries[entry].node = -1


@compiled
def _attach(nodes: Records, entries: Records, entry: int, node: int) -> None:
    first = nodes[node].entry
    entries[entry].node, entries[entry].next, entries[entry].previous = node, first, -1
    if first >= 0:
        entries[first].previous = entry
    nodes[node].entry = entry


@compiled
def _unlink_all(nodes: Records, units: Records, entries: Records, slots: Ints) -> None:
    for slot in slots:
        _detach(nodes, entries, 2 * slot)
        _detach(nodes, entries, 2 * slot + 1)
        units[slot].arc = -1
        units[slot].met = 0


@compiled
def _link(
    arc_tail: Int32s,
    arc_head: Int32s,
    arc_twin: Int32s,
    nodes: Records,
    units: Records,
    entries: Records,
    slots: Ints,
    arcs: Int32s,
    fractions: Floats,
    lons: Floats,
    lats: Floats,
    fixed_at: Ints,
) -> None:
    for i in range(len(slots)):
        slot, arc = slots[i], arcs[i]
        units[slot].lon, units[slot].lat = lons[i], lats[i]
        units[slot].fixed_at, units[slot].fraction = fixed_at[i], fractions[i]
        units[slot].met = 0
        if units[slot].arc != arc:
            _detach(nodes, entries, 2 * slot)
            _detach(nodes, entries, 2 * slot + 1)
            units[slot].arc = arc
            if arc >= 0:
                _attach(nodes, entries, 2 * slot, arc_head[arc])
                if arc_twin[arc] >= 0:
                    _attach(nodes, entries, 2 * slot + 1, arc_tail[arc])


@compiled
def _part_ms(ms: int, fraction: float) -> int:
    """The time of a part of an arc, rounded to whole milliseconds half up; the test oracle does the same."""
    return int(np.floor(ms * fraction + 0.5))


@compiled
def _keep_best(best: Ints, kept: int, k: int, ms: int, rank: int) -> int:
    """Keep a fit unit among the k best, sorted by (time, rank) and each unit once; return how many are kept."""
    for i in range(kept):
        if best[i, 1] == rank:  # met before from its other end, and now nearer
            for j in range(i, kept - 1):
                best[j, 0], best[j, 1] = best[j + 1, 0], best[j + 1, 1]
            kept -= 1
            break
    place = kept
    while place > 0 and (best[place - 1, 0] > ms or (best[place - 1, 0] == ms and best[place - 1, 1] > rank)):
        place -= 1
    if place >= k:
        return kept
    for j in range(min(kept, k - 1), place, -1):
        best[j, 0], best[j, 1] = best[j - 1, 0], best[j - 1, 1]
    best[place, 0], best[place, 1] = ms, rank
    return min(kept + 1, k)


@compiled
def _offer(units: Records, slot: int, ms: int, via: int, asked: int, met: Int32s, met_count: int) -> tuple[bool, int]:
    """Note a way for a unit to come; return whether it is its best so far, and how many units were met."""
    if units[slot].met != asked:
        units[slot].met = asked
        met[met_count] = slot
        met_count += 1
    elif units[slot].ms < ms or (units[slot].ms == ms and units[slot].via <= via):
        return False, met_count
    units[slot].ms, units[slot].via = ms, via
    return True, met_count


@compiled
def _is_fit(units: Records, slot: int, all_of: int, any_of: int, fixed_after: int) -> bool:
    mask = units[slot].mask
    fits = (mask & all_of) == all_of and (any_of == 0 or (mask & any_of) != 0)
    fresh: bool = units[slot].fixed_at > fixed_after
    return fits and fresh


@compiled
def _metres_to(
    nodes: Records,
    units: Records,
    arc_head: Int32s,
    arc_twin: Int32s,
    arc_m: Floats,
    slot: int,
    goal: int,
    goal_fraction: float,
) -> float:
    """The length of the way a unit takes, added up from the tree that the search left behind."""
    arc, at, via = units[slot].arc, units[slot].fraction, units[slot].via
    if via == 1 or via == 3:  # it turns round  # noqa: PLR1714 - a set is slow when compiled
        arc, at = arc_twin[arc], 1.0 - at
    metres: float = (1.0 - at) * arc_m[arc]
    if via < 2:
        metres = abs((goal_fraction if arc == goal else 1.0 - goal_fraction) - at) * arc_m[arc]
        return metres
    while True:
        arc = nodes[arc_head[arc]].next_arc
        if arc == goal:
            metres += goal_fraction * arc_m[arc]
            return metres
        if arc == arc_twin[goal]:
            metres += (1.0 - goal_fraction) * arc_m[arc]
            return metres
        metres += arc_m[arc]


@compiled
def _search(
    first_in: Int32s,
    in_arcs: Records,
    arc_tail: Int32s,
    arc_head: Int32s,
    arc_twin: Int32s,
    arc_ms: Int32s,
    arc_m: Floats,
    nodes: Records,
    units: Records,
    entries: Records,
    heap: Ints,
    met: Int32s,
    best: Ints,
    slot_of_rank: Int32s,
    answer: Ints,
    where: Floats,
    asked: int,
    goal: int,
    goal_fraction: float,
    k: int,
    all_of: int,
    any_of: int,
    fixed_after: int,
    limit_ms: int,
) -> tuple[int, int, int, int]:
    """Run one search and write its answer; return how many were found, passed over (listed, in all) and settled."""
    goal_twin = arc_twin[goal]
    bound, kept, met_count, settled, size = limit_ms, 0, 0, 0, 0

    # Units on the goal's own street need not leave it. All of them hang on one of its two ends.
    for end in range(2):
        entry = nodes[arc_head[goal] if end == 0 else arc_tail[goal]].entry
        while entry >= 0:
            slot = entry >> 1
            arc = units[slot].arc
            if (arc == goal or (arc == goal_twin and goal_twin >= 0)) and units[slot].barred != asked:
                at = units[slot].fraction if arc == goal else 1.0 - units[slot].fraction
                ahead = goal_fraction - at
                ms, via = -1, 0
                if ahead >= 0:
                    ms, via = _part_ms(arc_ms[goal], ahead), 0 if arc == goal else 1
                elif goal_twin >= 0:
                    ms, via = _part_ms(arc_ms[goal_twin], -ahead), 1 if arc == goal else 0
                if 0 <= ms <= bound:
                    better, met_count = _offer(units, slot, ms, via, asked, met, met_count)
                    if better and _is_fit(units, slot, all_of, any_of, fixed_after):
                        kept = _keep_best(best, kept, k, ms, units[slot].rank)
                        if kept == k:
                            bound = best[k - 1, 0]
            entry = entries[entry].next

    # The two ways in: along the goal's arc from its tail, and along its twin from its head.
    for end in range(2):
        arc = goal if end == 0 else goal_twin
        if arc >= 0:
            share = goal_fraction if end == 0 else 1.0 - goal_fraction
            node, ms = arc_tail[arc], _part_ms(arc_ms[arc], share)
            if nodes[node].asked != asked or ms < nodes[node].ms:
                nodes[node].asked, nodes[node].ms, nodes[node].next_arc = asked, ms, arc
                size = _push(heap, size, (ms << 32) | node)

    while size > 0:
        key = heap[0]
        ms = key >> 32
        if ms > bound:  # not `>=`: a unit exactly as far may come first by its id
            break
        size = _pop(heap, size)
        node = key & 0xFFFFFFFF
        if nodes[node].ms != ms:
            continue  # an older, longer way to a junction already settled
        settled += 1

        entry = nodes[node].entry
        while entry >= 0:
            slot, side = entry >> 1, entry & 1
            if units[slot].barred != asked:
                arc, share = units[slot].arc, 1.0 - units[slot].fraction
                if side == 1:
                    arc, share = arc_twin[arc], units[slot].fraction
                total = ms + _part_ms(arc_ms[arc], share)
                if total <= bound:
                    better, met_count = _offer(units, slot, total, 2 + side, asked, met, met_count)
                    if better and _is_fit(units, slot, all_of, any_of, fixed_after):
                        kept = _keep_best(best, kept, k, total, units[slot].rank)
                        if kept == k:
                            bound = best[k - 1, 0]
            entry = entries[entry].next

        for i in range(first_in[node], first_in[node + 1]):
            total = ms + in_arcs[i].ms
            if total > bound:  # beyond every bound when the arc is closed
                continue
            tail = in_arcs[i].tail
            if nodes[tail].asked != asked or total < nodes[tail].ms:
                nodes[tail].asked, nodes[tail].ms, nodes[tail].next_arc = asked, total, in_arcs[i].arc
                size = _push(heap, size, (total << 32) | tail)

    # The heap is free now and sorts the unfit units that are nearer than the last one found.
    last_ms, last_rank = limit_ms, np.int64(0x7FFFFFFF)
    if kept == k and k > 0:
        last_ms, last_rank = best[k - 1, 0], best[k - 1, 1]
    size = 0
    for i in range(met_count):
        slot = met[i]
        ms, rank = units[slot].ms, units[slot].rank
        nearer = ms < last_ms or (ms == last_ms and rank < last_rank)
        if nearer and not _is_fit(units, slot, all_of, any_of, fixed_after):
            size = _push(heap, size, (np.int64(ms) << 32) | rank)
    passed_total, passed = size, min(size, len(answer) - len(best))
    for i in range(kept + passed):
        if i < kept:
            slot = slot_of_rank[best[i, 1]]
        else:
            slot = slot_of_rank[heap[0] & 0xFFFFFFFF]
            size = _pop(heap, size)
        answer[i, 0], answer[i, 1] = slot, units[slot].ms
        answer[i, 2], answer[i, 3] = units[slot].mask, units[slot].fixed_at
        where[i, 0] = _metres_to(nodes, units, arc_head, arc_twin, arc_m, slot, goal, goal_fraction)
        where[i, 1], where[i, 2] = units[slot].lon, units[slot].lat
    return kept, passed, passed_total, settled


@compiled
def _tally(units: Records, rungs: Ints, fixed_after: int) -> Ints:
    """Count units by the first rung they miss; then those not placed since `fixed_after`, then the rest."""
    counts = np.zeros(len(rungs) + 2, np.int64)
    for slot in range(len(units)):
        mask, rung = units[slot].mask, 0
        while rung < len(rungs):
            all_of, any_of = rungs[rung, 0], rungs[rung, 1]
            if (mask & all_of) != all_of or (any_of != 0 and (mask & any_of) == 0):
                break
            rung += 1
        if rung == len(rungs) and units[slot].fixed_at > fixed_after and units[slot].arc >= 0:
            rung += 1
        counts[rung] += 1
    return counts


@compiled
def _follow(nodes: Records, arc_head: Int32s, node: int, goal: int, goal_twin: int, path: Int32s) -> int:
    """Write the arcs from a junction to the goal as the last search left them; return how many."""
    steps = 0
    while True:
        arc = nodes[node].next_arc
        path[steps] = arc
        steps += 1
        # Crossing the goal's whole arc would pass the goal, which a shortest way never does.
        if arc in (goal, goal_twin):
            return steps
        node = arc_head[arc]
