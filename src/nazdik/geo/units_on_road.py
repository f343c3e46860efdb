"""A fleet linked to a road: a row a unit, and a list at each junction of who hangs there. `nearest` searches over it."""

from collections.abc import Sequence
from math import cos, radians

import numpy as np

from nazdik.geo.graph import NO_ARC, TIME_MS_MAX, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.linking import link_all, tally_all, unlink_all
from nazdik.geo.questions import LONG_AGO
from nazdik.geo.records import ENTRY, NODE, UNIT
from nazdik.geo.times import RoadTimes
from nazdik.kernel import LonLat

_NONE = -1
# A unit that is ready later than this is not waited for by anybody; and a later moment would not fit beside the clock.
_READY_US_MAX = 2**62


class UnitsOnRoad:
    """
    What is known of each unit of a fleet and where on the road it stands. One thread at a time.

    Slots are given out by `add` from 0 and never reused; a new slot has mask 0, no delay and no place.
    """

    def __init__(self, graph: RoadGraph, times: RoadTimes | None) -> None:
        self._graph = graph
        self.times = times or RoadTimes(graph)
        assert self.times.graph is graph, "times are of one road"
        self._nodes = np.zeros(0, dtype=NODE)
        self._units = np.zeros(0, dtype=UNIT)
        self._name_columns()
        self._entries = np.zeros(0, dtype=ENTRY)
        self._slot_of_rank = np.empty(0, dtype=np.int32)
        self._lone = (
            np.zeros(1, dtype=np.int64),
            np.zeros(1, dtype=np.int32),
            np.zeros(1),
            np.full(1, np.nan),
            np.zeros(1, dtype=np.int64),
        )
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def masks(self) -> Ints:
        """The fitness mask of each slot, to read and to write; shape (units,)."""
        return self._masks[: self._size]

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
    def delays_ms(self) -> Int32s:
        """How long before each unit sets out, 0 or more, to read and to write; shape (units,)."""
        return self._units["delay_ms"][: self._size]

    @property
    def ready_at_us(self) -> Ints:
        """When each unit will be ready to set out, UTC microseconds, -2**63 for now; to read; shape (units,)."""
        return self._units["ready_at"][: self._size]

    def set_delay(self, slot: int, delay_ms: int = 0, ready_at_us: int | None = None) -> None:
        """
        Say when a unit could set out: `delay_ms` after it is ready, which it is at `ready_at_us` (None: always).

        Raises:
            ValueError: A delay below 0, or of 24 days.
        """
        if not 0 <= delay_ms < TIME_MS_MAX:
            raise ValueError(f"a delay is from 0 to 24 days, not {delay_ms} ms")
        if not 0 <= slot < self._size:
            raise IndexError("a slot was never given out")
        self._delays_ms[slot] = delay_ms
        self._ready_at_us[slot] = LONG_AGO if ready_at_us is None else min(ready_at_us, _READY_US_MAX)

    def change_mask(self, slot: int, kept: int, mask: int) -> int:
        """Set the bits of a unit's mask that are not `kept`, and return the mask it had."""
        before = int(self._masks[slot])
        self._masks[slot] = (before & kept) | (mask & ~kept)
        return before

    def add(self) -> int:
        """Return a new slot, with mask 0, no delay, no place, and the last rank."""
        if self._size == len(self._units):
            self._grow(2 * self._size)
        self._size += 1
        return self._size - 1

    def keep_from(self, other: "UnitsOnRoad") -> None:
        """Take over what is known of the units of another fleet besides their places: masks and delays, slot by slot."""
        for name in ("mask", "delay_ms", "ready_at"):
            self._units[name][: len(other)] = other._units[name][: len(other)]

    def rank(self, order: Sequence[int]) -> None:
        """Say which unit comes first among equals: all slots in the order of their unit ids."""
        slots = np.asarray(order, dtype=np.int32)
        assert len(slots) == self._size, "every slot has a rank"
        self._units["rank"][slots] = np.arange(self._size)
        self._slot_of_rank[: self._size] = slots

    def link(self, slots: Ints, arcs: Int32s, fractions: Floats, lons: Floats, lats: Floats, fixed_at_us: Ints) -> int:
        """
        Put units on arcs, away from where they were; arc -1 only takes them away. Return how many came onto the road or off it.

        Args:
            slots, arcs: Shape (n,).
            fractions: How far along the arc from its tail, 0 to 1.
            lons, lats: Where they reported to be, kept for the answer.
            fixed_at_us: When they were there, UTC microseconds.
        """
        if len(slots) and (int(slots.min()) < 0 or int(slots.max()) >= self._size):
            raise IndexError("a slot was never given out")
        # Copies, so that no caller's array, read-only or of another type, makes the compiler start anew.
        return link_all(
            self.times.states.arc_end,
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

    def stand(self, slot: int, arc: int, fraction: float) -> None:
        """Put one unit so far along an arc; when and where it reported is not told."""
        one, arcs, fractions, nowhere, never = self._lone
        one[0], arcs[0], fractions[0] = slot, arc, fraction
        link_all(
            self.times.states.arc_end,
            self._graph.arc_twin,
            self._nodes,
            self._units,
            self._entries,
            one,
            arcs,
            fractions,
            nowhere,
            nowhere,
            never,
        )

    def unlink(self, slots: Ints) -> None:
        """Take units off the road; they are not found until linked again. Their last place and time are kept."""
        unlink_all(self._nodes, self._units, self._entries, np.array(slots, dtype=np.int64))

    def tally(self, rungs: Ints, fixed_after_us: int) -> list[int]:
        """How many units stop at each rung (all of, any of), at being fresh, and at nothing; see `Sight.tally`."""
        counted: list[int] = tally_all(self._units[: self._size], rungs, fixed_after_us).tolist()
        return counted

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

    def places(self, slots: Sequence[int]) -> tuple[Int32s, Floats]:
        """The arcs and fractions that units are linked to, -1 for none; copies."""
        rows = self._units[np.asarray(slots, dtype=np.int64)]
        return rows["arc"].copy(), rows["fraction"].copy()

    def standing(self, slot: int) -> tuple[int, float] | None:
        """The arc and the fraction a unit is linked to, or None."""
        arc = int(self._units["arc"][slot])
        return None if arc == NO_ARC else (arc, float(self._units["fraction"][slot]))

    def _grow(self, capacity: int) -> None:
        """Make room for so many units."""
        old = self._size
        units, entries = np.zeros(capacity, dtype=UNIT), np.zeros(2 * capacity, dtype=ENTRY)
        units["arc"], units["rank"], units["ready_at"] = NO_ARC, np.arange(capacity), LONG_AGO
        units["lon"] = units["lat"] = np.nan
        entries["state"] = _NONE
        units[:old], entries[: 2 * old] = self._units[:old], self._entries[: 2 * old]
        ranks = np.arange(capacity, dtype=np.int32)
        ranks[:old] = self._slot_of_rank[:old]
        self._units, self._entries, self._slot_of_rank = units, entries, ranks
        self._name_columns()

    def _name_columns(self) -> None:
        """Take hold of the columns that every fact about a unit writes: naming one of a record costs more than writing to it."""
        units = self._units
        self._masks, self._delays_ms, self._ready_at_us = units["mask"], units["delay_ms"], units["ready_at"]
