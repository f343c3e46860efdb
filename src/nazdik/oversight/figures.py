"""
Public figures that give nobody away. Pure.

Small numbers are not blacked out, because what is blacked out is found by subtraction: they are put together with others until
no row stands for fewer than five. Every table of a release counts the same closed cases, each once, and a release is never
reckoned again; so whatever is added or taken from one another, over tables and releases, is a sum of rows of five and more.
`tests/unit/oversight/test_figures.py` attacks it by linear programming.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

import msgspec

from nazdik.kernel import OfficeId
from nazdik.oversight.calendar import end_of_day
from nazdik.oversight.model import Case, Finding, Kind, Register, Release, Row, State, Table

# No row for fewer; the 90th percentile of a handful is somebody's own case, so it needs more.
CELL_MIN = 5
P90_FROM = 10
# With fewer in all there is no release: they wait for the next.
RELEASE_MIN = 20
NO_ALLEGATION = "no_allegation"
DIMENSIONS = ("kind", "category", "outcome", "county")
# A case has one outcome: the first of these that any of its allegations has.
_ORDER = (
    Finding.SUBSTANTIATED,
    Finding.CONCILIATED,
    Finding.WITHIN_GUIDELINES,
    Finding.UNABLE_TO_DETERMINE,
    Finding.OFFICER_UNIDENTIFIED,
    Finding.WITHDRAWN,
    Finding.UNFOUNDED,
)


class Closed(msgspec.Struct, frozen=True):
    """A closed case as figures know it; `days` are whole days from the contact to the final answer."""

    kind: str
    category: str
    outcome: str
    county: str
    days: int


def closed_of(case: Case, register: Register) -> Closed:
    """Return what figures know of a closed case."""
    found = {one.finding for one in case.allegations}
    outcome = next((finding.value for finding in _ORDER if finding in found), "answered")
    formal = case.kind is Kind.COMPLAINT and bool(case.allegations)
    days = ((case.closed_at or case.received_at) - case.received_at) // 86_400_000_000
    return Closed(
        case.kind.value,
        case.allegations[0].category.value if formal else NO_ALLEGATION,
        outcome,
        _county(case.start, register),
        int(days),
    )


def due(state: State, until_day: int) -> list[Case]:
    """Return the cases that were closed up to and with a day and that no release has counted yet."""
    end = end_of_day(until_day)
    return [
        case
        for case in state.cases.values()
        if case.closed and not case.counted and case.closed_at is not None and case.closed_at < end
    ]


def tables_of(closed: Sequence[Closed]) -> tuple[Table, ...]:
    """Return the tables over closed cases; empty when there are too few for any."""
    if len(closed) < RELEASE_MIN:
        return ()
    return tuple(Table(dimension, _rows(closed, dimension)) for dimension in DIMENSIONS)


def release_of(closed: Sequence[Closed], since_day: int, until_day: int) -> Release:
    """Return a release over closed cases."""
    return Release(since_day, until_day, len(closed), tables_of(closed))


def _rows(closed: Sequence[Closed], dimension: str) -> tuple[Row, ...]:
    counts = Counter(getattr(one, dimension) for one in closed)
    rows = []
    for values in _together(counts):
        days = sorted(one.days for one in closed if getattr(one, dimension) in values)
        p90 = days[ceil(0.9 * len(days)) - 1] if len(days) >= P90_FROM else None
        rows.append(Row(values, len(days), _median(days), p90))
    return tuple(rows)


def _together(counts: Counter[str]) -> list[tuple[str, ...]]:
    """Return the values of each row: those with enough alone, the others together, with the next larger if they are too few."""
    ordered = sorted(counts, key=lambda value: (counts[value], value))
    small = [value for value in ordered if counts[value] < CELL_MIN]
    enough = ordered[len(small) :]
    while small and enough and sum(counts[value] for value in small) < CELL_MIN:
        small.append(enough.pop(0))
    rows: list[tuple[str, ...]] = [(value,) for value in sorted(enough, key=lambda value: (-counts[value], value))]
    return [*rows, tuple(sorted(small))] if small else rows


def _median(days: Sequence[int]) -> int:
    return days[(len(days) - 1) // 2]


def _county(office: OfficeId, register: Register) -> str:
    """Return the county that an office is or lies in; the nearest office above when there is none."""
    chain = register.chain(office)
    return next(
        (o for o in chain if (line := register.offices.get(o)) is not None and line.tier == "county"), chain[-2:][0]
    )


def as_csv(releases: Iterable[Release]) -> list[tuple[str, ...]]:
    """Return every row of every release, for a spreadsheet."""
    lines: list[tuple[str, ...]] = [("since_day", "until_day", "table", "values", "cases", "median_days", "p90_days")]
    for release in releases:
        for table in release.tables:
            for row in table.rows:
                p90 = "" if row.p90_days is None else str(row.p90_days)
                about = (str(release.since_day), str(release.until_day), table.dimension, "+".join(row.values))
                lines.append((*about, str(row.cases), str(row.median_days), p90))
    return lines
