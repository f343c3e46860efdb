"""
Factors that would have been nearer: fitted on some trips, compared on others that the fit never saw.

The time of a trip is the sum over road groups of table time x factor of that group at that hour. The factors are found by robust
least squares on the logarithm of real over predicted time: a crew that stopped for tea counts little (Huber), a group with few
trips stays near 1 (a normal prior on the logarithm), and nothing leaves its bounds. Pure: the same trips give the same factors.
"""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec
import numpy as np

from nazdik.geo.conditions.decisions import LEARNED_MAX, LEARNED_MIN
from nazdik.geo.conditions.model import Factor
from nazdik.geo.eta.report import Errors, Row, errors_of
from nazdik.geo.eta.trips import Trip, local_day
from nazdik.geo.graph import Floats
from nazdik.geo.tables import BANDS, GROUPS

# With fewer, chance moves a factor more than the roads do: 100 trips with a spread of 25 % know a common factor to 5 %.
TRIPS_MIN = 100
# Of a factor before any trip was seen: 95 % lie between 0.7 and 1.4.
PRIOR_SIGMA = 0.18
HUBER = 1.345
ROUNDS = 25
HELD_SHARE = 0.3
# With so many days whole days are held back, so that one day's weather is not on both sides.
DAYS_MIN = 5
# A part shorter than this of a trip's time does not make it a trip on that group.
COUNTS_FROM_SHARE = 0.1
# Closer to 1 than this is not worth a fact in the log.
WORTH_SAYING = 0.01


class TooFewTrips(Exception):
    """There are not enough usable trips to say anything."""

    def __init__(self, trips: int) -> None:
        super().__init__(f"{trips} usable trips, {TRIPS_MIN} are needed")
        self.trips = trips


class Proposal(msgspec.Struct, frozen=True):
    """
    Factors to look at, with how the promises of held-back trips were and would have been.

    `better` is whether both the usual and the large errors of held-back trips would have been smaller. `by_unit` is what these
    factors leave of the error for each kind of unit: they are for all alike, because all drive on one road.
    """

    table: str
    factors: tuple[Factor, ...]
    fitted_on: int
    before: Errors
    after: Errors
    better: bool
    split: str
    seed: int
    by_unit: tuple[Row, ...] = ()


def propose(trips: Sequence[Trip], *, table: str, offset_min: int, seed: int = 1) -> Proposal:
    """
    Fit factors on a part of the trips and compare them on the rest.

    Args:
        table: Only trips timed by this table count.
        offset_min: How far local time is ahead of UTC, for splitting by day.

    Raises:
        TooFewTrips: Fewer than `TRIPS_MIN` usable trips.
    """
    used = sorted((t for t in trips if t.usable and t.table == table), key=lambda t: (t.began_at, t.assignment))
    if len(used) < TRIPS_MIN:
        raise TooFewTrips(len(used))
    days = {local_day(t.began_at, offset_min) for t in used}
    by_day = len(days) >= DAYS_MIN
    held = [_is_held(local_day(t.began_at, offset_min) if by_day else t.assignment, seed) for t in used]
    learning = [t for t, out in zip(used, held, strict=True) if not out]
    kept = [t for t, out in zip(used, held, strict=True) if out]
    if not learning or not kept:
        raise TooFewTrips(len(used))
    factors = fit(learning)
    took = [t.took_s for t in kept]
    before = errors_of(took, [t.promised_s for t in kept])
    expected = predicted_s(kept, factors).tolist()
    after = errors_of(took, expected)
    smaller = (after.median_abs_s or 0) < (before.median_abs_s or 0) and (after.p90_abs_s or 0) <= (
        before.p90_abs_s or 0
    )
    return Proposal(
        table=table,
        factors=factors,
        fitted_on=len(learning),
        before=before,
        after=after,
        better=smaller and bool(factors),
        split="days" if by_day else "trips",
        seed=seed,
        by_unit=_by_unit(kept, expected),
    )


def _by_unit(trips: Sequence[Trip], expected_s: Sequence[float]) -> tuple[Row, ...]:
    """The errors that are left, one row a kind of unit."""
    kinds: dict[str, list[tuple[float, float]]] = {}
    for trip, expected in zip(trips, expected_s, strict=True):
        kinds.setdefault(trip.unit_kind, []).append((trip.took_s, expected))
    return tuple(
        Row("unit", kind, errors_of([took for took, _ in pairs], [said for _, said in pairs]))
        for kind, pairs in sorted(kinds.items())
    )


def fit(trips: Sequence[Trip]) -> tuple[Factor, ...]:
    """Return the factors that fit trips; those too near to 1 to matter, and those no trip speaks for, are left out."""
    seconds = _seconds(trips)
    cells = np.flatnonzero(seconds.sum(axis=0) > 0)
    parts = seconds[:, cells]
    logs = np.log([t.took_s for t in trips])
    theta = np.zeros(len(cells))
    for _ in range(ROUNDS):
        times = parts * np.exp(theta)
        total = times.sum(axis=1)
        residual = logs - np.log(total)
        # 1.4826 makes the median of the sizes a standard deviation where errors are normal.
        sigma = max(1.4826 * float(np.median(np.abs(residual - np.median(residual)))), 0.02)
        weight = np.minimum(1.0, HUBER * sigma / np.maximum(np.abs(residual), 1e-9))
        slope = times / total[:, None]
        weighted = slope * weight[:, None]
        normal = weighted.T @ slope + (sigma / PRIOR_SIGMA) ** 2 * np.eye(len(cells))
        step = np.linalg.solve(normal, weighted.T @ residual - (sigma / PRIOR_SIGMA) ** 2 * theta)
        theta = np.clip(theta + step, np.log(LEARNED_MIN), np.log(LEARNED_MAX))
        if float(np.abs(step).max(initial=0.0)) < 1e-6:
            break
    counts = (parts >= COUNTS_FROM_SHARE * parts.sum(axis=1, keepdims=True)).sum(axis=0)
    return tuple(
        Factor(GROUPS[cell % len(GROUPS)], BANDS[cell // len(GROUPS)], round(float(np.exp(value)), 3), int(count))
        for cell, value, count in zip(cells.tolist(), theta.tolist(), counts.tolist(), strict=True)
        if abs(np.exp(value) - 1) >= WORTH_SAYING and count
    )


def predicted_s(trips: Sequence[Trip], factors: Sequence[Factor]) -> Floats:
    """Return the time each trip would have been promised with these factors; shape (n,)."""
    by_cell = np.ones(len(BANDS) * len(GROUPS))
    for factor in factors:
        by_cell[_cell(factor.group, factor.band)] = factor.factor
    predicted: Floats = _seconds(trips) @ by_cell
    return predicted


def _seconds(trips: Sequence[Trip]) -> Floats:
    """Table seconds of each trip by band and road group, up to where it was seen to arrive; shape (n, bands x groups)."""
    seconds = np.zeros((len(trips), len(BANDS) * len(GROUPS)))
    for row, trip in enumerate(trips):
        for leg in trip.legs:
            seconds[row, _cell(leg.group, trip.band)] += leg.seconds * trip.share
    return seconds


def _cell(group: str, band: str) -> int:
    return BANDS.index(band) * len(GROUPS) + GROUPS.index(group)


def _is_held(name: str, seed: int) -> bool:
    """Whether a day or a trip is held back; by its name, so that more trips later do not move it to the other side."""
    draw = int.from_bytes(blake2b(f"{seed}:{name}".encode(), digest_size=8).digest(), "big") / 2**64
    return draw < HELD_SHARE
