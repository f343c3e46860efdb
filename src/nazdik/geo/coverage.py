"""
Who is covered now: the share of people and of past calls that some free unit reaches in time, and what each unit alone holds.

One search over the whole free fleet gives both. A point that only one unit reaches in time is lost when that unit is sent:
the gap of a dispatch is counted for every free unit at once, and is ready before anybody asks.

Source: the uncovered weight of one unit is the marginal coverage of Jagtenberg, Bhulai & van der Mei (2017),
doi:10.1016/j.ejor.2016.10.039, without busy fractions: free means free at this moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nazdik.geo.graph import Floats, Int32s, Ints, RoadGraph
from nazdik.geo.reach import NOBODY, ArcTimes, Points, PointTimes, Reached, Standing, flood, points_on, times_at
from nazdik.kernel import Instant, OfficeId, UnitId


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """
    What wants to be reached: points on the road with a weight, each in one county; shapes (n,).

    `county` numbers `counties`; -1 is in none. `lost` is the weight in each county of what lies near no road: it is never
    reached, and it counts in the whole.
    """

    points: Points
    weights: Floats
    county: Int32s
    counties: tuple[OfficeId, ...]
    lost: Floats

    @property
    def totals(self) -> Floats:
        """The whole weight of each county; shape (counties,)."""
        return _by_county(self, self.weights) + self.lost


def demand(
    graph: RoadGraph,
    arcs: Int32s,
    fractions: Floats,
    weights: Floats,
    county: Int32s,
    counties: Sequence[OfficeId],
) -> Demand:
    """Return demand at places on the road; where the arc is -1 the weight is lost."""
    lost = np.zeros(len(counties))
    away = (arcs < 0) & (county >= 0)
    np.add.at(lost, county[away], weights[away])
    on = np.flatnonzero((arcs >= 0) & (county >= 0))
    points = points_on(graph, arcs[on].astype(np.int32), fractions[on])
    return Demand(points, weights[on], county[on].astype(np.int32), tuple(counties), lost)


@dataclass(frozen=True, slots=True)
class Share:
    """Of a county: the weight in all, and the share of it reached within each limit. Shares of nothing are None."""

    total: float
    within: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class CountyCover:
    """How well a county is covered now, and by how many free units of its own."""

    people: Share
    calls: Share
    free_units: int


@dataclass(frozen=True, slots=True)
class Gap:
    """
    What the county of a unit would lose within `limit_s` if this unit were sent away, as shares of the county.

    `backfill` is the free unit that takes over most of what this one now holds, and `backfilled_*` the share it and others
    take over in time; None when nobody takes over anything.
    """

    county: OfficeId | None
    limit_s: float
    people_lost: float | None
    calls_lost: float | None
    people_backfilled: float | None
    calls_backfilled: float | None
    backfill: UnitId | None
    backfill_later_s: float | None


class Gaps(Mapping[UnitId, Gap]):
    """
    The gap that each free unit would leave, made when it is asked for.

    Of 20,000 units some dozen are asked about before the next count; as columns they cost next to nothing to keep and to drop.
    """

    __slots__ = ("_columns", "_counties", "_limit_s", "_row_of", "_units")

    def __init__(
        self,
        units: tuple[UnitId, ...],
        counties: tuple[OfficeId | None, ...],
        limit_s: float,
        columns: tuple[Floats, Floats, Floats, Floats, Ints, Floats],
    ) -> None:
        """`columns`: people and calls lost, then backfilled, as shares; who backfills; how many seconds later. Each (units,)."""
        self._units, self._counties, self._limit_s, self._columns = units, counties, limit_s, columns
        self._row_of = {unit: row for row, unit in enumerate(units)}

    def __getitem__(self, unit: UnitId) -> Gap:
        row = self._row_of[unit]
        people_lost, calls_lost, people_back, calls_back, helper, later_s = (column[row] for column in self._columns)
        backfill = int(helper)
        return Gap(
            county=self._counties[row],
            limit_s=self._limit_s,
            people_lost=_or_none(people_lost),
            calls_lost=_or_none(calls_lost),
            people_backfilled=_or_none(people_back),
            calls_backfilled=_or_none(calls_back),
            backfill=self._units[backfill] if backfill >= 0 else None,
            backfill_later_s=round(float(later_s), 1) if backfill >= 0 else None,
        )

    def __iter__(self) -> Iterator[UnitId]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """The free fleet's reach at one moment. `took_ms` is what it cost to count."""

    at: Instant
    limits_s: tuple[int, ...]
    units: tuple[UnitId, ...]
    sources: Standing
    reached: Reached
    counties: Mapping[OfficeId, CountyCover]
    gaps: Mapping[UnitId, Gap]
    people_known: bool
    calls_since: Instant
    took_ms: float = 0.0
    graph: RoadGraph | None = field(default=None, repr=False)
    times: ArcTimes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class FreeFleet:
    """The units that could be sent now: where each stands, and the county of its own office (None above counties)."""

    units: tuple[UnitId, ...]
    sources: Standing
    counties: tuple[OfficeId | None, ...]


def cover(
    graph: RoadGraph,
    times: ArcTimes,
    fleet: FreeFleet,
    people: Demand,
    calls: Demand,
    *,
    limits_s: tuple[int, ...],
    gap_limit_s: int,
) -> tuple[Reached, dict[OfficeId, CountyCover], Gaps]:
    """
    Count what the free fleet covers, by county, and what each unit alone holds.

    Args:
        limits_s: In rising order.
        gap_limit_s: One of the limits.
    """
    limit_ms = limits_s[-1] * 1000
    reached = flood(graph, times, fleet.sources, limit_ms=limit_ms, both=True)
    of_people = times_at(graph, times, fleet.sources, reached, people.points, limit_ms=limit_ms)
    of_calls = times_at(graph, times, fleet.sources, reached, calls.points, limit_ms=limit_ms)
    people_shares = _shares(people, of_people, limits_s)
    calls_shares = _shares(calls, of_calls, limits_s)
    at_home: dict[OfficeId, int] = {}
    for county in fleet.counties:
        if county is not None:
            at_home[county] = at_home.get(county, 0) + 1
    counties = {
        county: CountyCover(people_shares[i], calls_shares[i], at_home.get(county, 0))
        for i, county in enumerate(people.counties)
    }
    return reached, counties, _gaps(fleet, people, of_people, calls, of_calls, gap_limit_s)


def whole(counties: Mapping[OfficeId, CountyCover], limits: int) -> CountyCover:
    """Several counties as one."""

    def add(shares: list[Share]) -> Share:
        total = sum(share.total for share in shares)
        sums = [sum(share.total * (share.within[i] or 0.0) for share in shares) for i in range(limits)]
        return Share(total, tuple(s / total if total > 0 else None for s in sums))

    every = list(counties.values())
    return CountyCover(
        add([each.people for each in every]), add([each.calls for each in every]), sum(e.free_units for e in every)
    )


def _by_county(of: Demand, weights: Floats) -> Floats:
    return np.bincount(of.county, weights=weights, minlength=len(of.counties)).astype(np.float64)


def _shares(of: Demand, times: PointTimes, limits_s: tuple[int, ...]) -> list[Share]:
    totals = of.totals
    within = [_by_county(of, of.weights * (times.ms <= limit * 1000)) for limit in limits_s]
    return [
        Share(float(total), tuple(float(w[i] / total) if total > 0 else None for w in within))
        for i, total in enumerate(totals)
    ]


def _gaps(
    fleet: FreeFleet, people: Demand, of_people: PointTimes, calls: Demand, of_calls: PointTimes, limit_s: int
) -> Gaps:
    number = {county: i for i, county in enumerate(people.counties)}
    home = np.array([NOBODY if c is None else number.get(c, NOBODY) for c in fleet.counties], dtype=np.int64)
    people_lost, people_back = _alone(people, of_people, home, limit_s)
    calls_lost, calls_back = _alone(calls, of_calls, home, limit_s)
    helper, later_s = _backfill(people, of_people, len(fleet.units), limit_s)
    counties = tuple(county if at >= 0 else None for county, at in zip(fleet.counties, home.tolist(), strict=True))
    return Gaps(fleet.units, counties, limit_s, (people_lost, calls_lost, people_back, calls_back, helper, later_s))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _alone(of: Demand, times: PointTimes, home: Ints, limit_s: int) -> tuple[Floats, Floats]:
    """
    Of each unit's own county: the share that only it reaches in time, and the share where another would come in time too.

    NaN where there is nothing to share: no county, or nothing in it.
    """
    limit_ms, units = limit_s * 1000, len(home)
    totals = of.totals
    first = (times.source >= 0) & (times.ms <= limit_ms)
    at_home = np.zeros(len(first), dtype=np.bool_)
    at_home[first] = home[times.source[first]] == of.county[first]
    second = times.next_ms <= limit_ms
    whole_county = np.where(home >= 0, totals[home], 0.0) if len(totals) else np.zeros(units)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [
            np.bincount(times.source[kept], weights=of.weights[kept], minlength=units) / whole_county
            for kept in (at_home & ~second, at_home & second)
        ]
    lost, back = (np.where(whole_county > 0, share, np.nan) for share in shares)
    return lost, back


def _backfill(of: Demand, times: PointTimes, units: int, limit_s: int) -> tuple[Ints, Floats]:
    """For each unit who takes over most of what it holds, in time, and how much later on average; -1 for nobody."""
    helper, later = np.full(units, NOBODY, dtype=np.int64), np.zeros(units)
    both = np.flatnonzero((times.source >= 0) & (times.next_source >= 0) & (times.next_ms <= limit_s * 1000))
    if not len(both):
        return helper, later
    pair = times.source[both].astype(np.int64) * units + times.next_source[both]
    pairs, which = np.unique(pair, return_inverse=True)
    weight = np.bincount(which, weights=of.weights[both])
    delay = np.bincount(
        which, weights=of.weights[both] * (times.next_ms[both].astype(np.float64) - times.ms[both]) / 1000
    )
    order = np.lexsort((pairs % units, -weight, pairs // units))
    unit, best = np.unique(pairs[order] // units, return_index=True)
    chosen = order[best]
    helper[unit] = pairs[chosen] % units
    later[unit] = delay[chosen] / np.maximum(weight[chosen], 1e-12)
    return helper, later
