"""What the search for the nearest units is asked and what it answers; see `nearest`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from nazdik.geo.graph import TIME_MS_MAX, Floats, Int32s, Ints
from nazdik.kernel import Instant

# More passed-over units than this are counted but not listed: a list that long is a fleet off duty, not a reason.
PASSED_OVER_MAX: Final = 4096
# Of a batch, each question lists this many; whoever wants all of them asks alone.
PASSED_OVER_IN_BATCH_MAX: Final = 64
LONG_AGO, FOR_EVER = -(2**63), 2**63 - 1


class Met(NamedTuple):
    """
    A unit the search met, by slot.

    `time_ms` is until it is there: `delay_ms` before it sets out, then `travel_ms` of driving. `distance_m` is -1 for a unit
    that was passed over: nobody asks how far it would have been.
    """

    slot: int
    time_ms: int
    delay_ms: int
    mask: int
    fixed_at_us: Instant
    distance_m: float
    lon: float
    lat: float

    @property
    def travel_ms(self) -> int:
        """The driving alone."""
        return self.time_ms - self.delay_ms


@dataclass(frozen=True, slots=True)
class Question:
    """
    One question of a batch: the k nearest units to a point on an arc; the rest as in `NearestUnits.search`.
    """

    arc: int
    fraction: float
    k: int
    all_of: int = 0
    any_of: int = 0
    fixed_after_us: int = LONG_AGO
    barred: Sequence[int] | Ints = ()
    limit_ms: int = TIME_MS_MAX
    now_us: int | None = None
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """
    The answer: the nearest fit units and the unfit ones nearer than the last of them, both by (time, rank).

    `passed_over` lists at most the `PASSED_OVER_MAX` nearest; `passed_over_total` says how many there were.
    `settled_nodes` is how many states, most of them junctions, the search went through or looked up.
    """

    found: tuple[Met, ...]
    passed_over: tuple[Met, ...]
    passed_over_total: int
    settled_nodes: int


@dataclass(frozen=True, slots=True, eq=False)
class RoadPath:
    """
    A way through the graph: along its arcs, the first from `start_fraction` on, the last up to `end_fraction`.

    Fractions are of an arc's length from its tail. A path inside one arc has one arc and `start <= end`. `turn_ms` is
    what turning into each arc costs; as `arcs` of shape (n,).
    """

    arcs: Int32s
    start_fraction: float
    end_fraction: float
    turn_ms: Int32s

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RoadPath)
            and (self.start_fraction, self.end_fraction) == (other.start_fraction, other.end_fraction)
            and np.array_equal(self.arcs, other.arcs)
            and np.array_equal(self.turn_ms, other.turn_ms)
        )

    __hash__ = None  # type: ignore[assignment]


def answer_of(counts: Ints, answer: Ints, where: Floats) -> Nearest:
    """Read one answer of the compiled search."""
    found, passed, passed_in_all, settled = counts.tolist()
    rows, places = answer[: found + passed].tolist(), where[: found + passed].tolist()
    # Dozens a search, and made in the order in which the two tables have them.
    met = tuple([Met._make(row + place) for row, place in zip(rows, places, strict=True)])
    return Nearest(met[:found], met[found:], passed_in_all, settled)
