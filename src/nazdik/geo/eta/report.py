"""How far promises were off: error in seconds by road group, hours and kind of unit, with counts and how sure that is."""

from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from nazdik.geo.eta.trips import Trip

# Fewer trips than this say little; they are shown, and said to be few.
FEW = 30
_Z95 = 1.96


class Errors(msgspec.Struct, frozen=True):
    """
    Errors of some trips in seconds, later than promised positive; all None without trips.

    `bias_s` is the mean, between `bias_low_s` and `bias_high_s` with 95 % confidence; `p90_abs_s` is of the size of the error;
    `ratio` is the median of real to promised time.
    """

    trips: int
    median_s: float | None = None
    median_abs_s: float | None = None
    p90_abs_s: float | None = None
    bias_s: float | None = None
    bias_low_s: float | None = None
    bias_high_s: float | None = None
    ratio: float | None = None

    @property
    def few(self) -> bool:
        """Whether there are too few trips to rely on."""
        return self.trips < FEW


class Row(msgspec.Struct, frozen=True):
    """One line of the report: a dimension, one of its values, and the errors there."""

    dimension: str
    value: str
    errors: Errors


def errors_of(took_s: Sequence[float], promised_s: Sequence[float]) -> Errors:
    """Return the errors of promises."""
    if not len(took_s):
        return Errors(0)
    took, promised = np.asarray(took_s), np.asarray(promised_s)
    error = took - promised
    mean = float(error.mean())
    spread = _Z95 * float(error.std(ddof=1)) / len(error) ** 0.5 if len(error) > 1 else float("inf")
    return Errors(
        trips=len(error),
        median_s=round(float(np.median(error)), 1),
        median_abs_s=round(float(np.median(np.abs(error))), 1),
        p90_abs_s=round(float(np.percentile(np.abs(error), 90)), 1),
        bias_s=round(mean, 1),
        bias_low_s=round(mean - spread, 1) if np.isfinite(spread) else None,
        bias_high_s=round(mean + spread, 1) if np.isfinite(spread) else None,
        ratio=round(float(np.median(took / promised)), 3),
    )


DIMENSIONS: tuple[tuple[str, Callable[[Trip], str]], ...] = (
    ("road", lambda trip: trip.group),
    ("hours", lambda trip: trip.band),
    ("unit", lambda trip: trip.unit_kind),
    ("skill", lambda trip: trip.skill),
)


def report(trips: Iterable[Trip]) -> tuple[Row, ...]:
    """Return the report of usable trips: all of them, then by each dimension; last what was promised when they were sent."""
    used = [trip for trip in trips if trip.usable]
    rows = [Row("all", "all", _errors(used))]
    for name, key in DIMENSIONS:
        for value in sorted({key(trip) for trip in used}):
            rows.append(Row(name, value, _errors([trip for trip in used if key(trip) == value])))
    sent = [(t.sent_took_s, t.sent_promised_s) for t in used if t.sent_took_s is not None and t.sent_promised_s]
    rows.append(Row("sent", "sent", errors_of([took for took, _ in sent], [said or 0.0 for _, said in sent])))
    return tuple(rows)


def _errors(trips: Sequence[Trip]) -> Errors:
    return errors_of([trip.took_s for trip in trips], [trip.promised_s for trip in trips])
