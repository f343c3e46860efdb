"""
Public figures that give nobody away. Pure.

Small numbers are not blacked out, because what is blacked out is found by subtraction: they are put together with others until
no row stands for fewer than five. Every table of a release counts the same closed cases, each once, and a release is never
reckoned again; so whatever is added or taken from one another, over tables and releases, is a sum of rows of five and more.

Everybody knows that only complaints have a category and a finding. So complaints are divided by these among themselves alone, and
not at all while they are one row with another kind: else the others would come out by subtraction.
`tests/unit/oversight/test_figures.py` and `test_crossed.py` attack it by linear programming.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

import msgspec

from nazdik.kernel import OfficeId
from nazdik.oversight.calendar import day_of, end_of_day
from nazdik.oversight.crossed import CELL_MIN, cross
from nazdik.oversight.jalali import month_of
from nazdik.oversight.model import Case, Cross, Finding, Kind, Register, Release, Row, State, Table

# The 90th percentile of a handful is somebody's own case, so it needs more than a row.
P90_FROM = 10
# With fewer in all there is no release: they wait for the next.
RELEASE_MIN = 20
NO_ALLEGATION = "no_allegation"
DIMENSIONS = ("kind", "category", "outcome", "county", "month")
# What everything has that is no complaint.
NOT_COMPLAINTS = {"category": NO_ALLEGATION, "outcome": "answered"}
# Contacts that came longer ago than so many days before the release are one group.
OLD_DAYS = 366
EARLIER = "earlier"
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
    """
    A closed case as figures know it; `days` are whole days from the contact to the final answer, `month` when it came.

    Whatever has a finding is a complaint here, also what began as a criticism and was opened.
    """

    kind: str
    category: str
    outcome: str
    county: str
    days: int
    month: str


def closed_of(case: Case, register: Register, until_day: int) -> Closed:
    """Return what figures that reach until a day know of a closed case."""
    found = {one.finding for one in case.allegations}
    outcome = next((finding.value for finding in _ORDER if finding in found), None)
    days = ((case.closed_at or case.received_at) - case.waits_since) // 86_400_000_000
    came = day_of(case.waits_since)
    return Closed(
        kind=Kind.COMPLAINT.value if outcome is not None else case.kind.value,
        category=case.allegations[0].category.value if outcome is not None else NO_ALLEGATION,
        outcome=outcome if outcome is not None else NOT_COMPLAINTS["outcome"],
        county=_county(case.start, register),
        days=int(days),
        month=month_of(came) if until_day - came < OLD_DAYS else EARLIER,
    )


def due(state: State, until_day: int) -> list[Case]:
    """Return the cases that were closed up to and with a day and that no release has counted yet."""
    end = end_of_day(until_day)
    return [
        case
        for case in state.cases.values()
        # What stands under another is the same matter, and is counted there.
        if case.closed
        and not case.counted
        and not case.joined_to
        and case.closed_at is not None
        and case.closed_at < end
    ]


def release_of(closed: Sequence[Closed], since_day: int, until_day: int) -> Release:
    """Return a release over closed cases; without tables when there are too few for any."""
    if len(closed) < RELEASE_MIN:
        return Release(since_day, until_day, len(closed), ())
    kinds = Table("kind", rows_of(closed, "kind"))
    apart = (Kind.COMPLAINT.value,) in [row.values for row in kinds.rows]
    tables = [kinds, *(_table(closed, dimension, apart) for dimension in DIMENSIONS[1:])]
    return Release(since_day, until_day, len(closed), tuple(tables), tuple(_crossed(closed, tables)))


def _table(closed: Sequence[Closed], dimension: str, apart: bool) -> Table:
    if dimension not in NOT_COMPLAINTS:
        return Table(dimension, rows_of(closed, dimension))
    if not apart:
        return Table(dimension, (_row(closed, dimension, tuple(sorted({getattr(one, dimension) for one in closed}))),))
    complaints = [one for one in closed if one.kind == Kind.COMPLAINT]
    rest = [one for one in closed if one.kind != Kind.COMPLAINT]
    others = (_row(rest, dimension, (NOT_COMPLAINTS[dimension],)),) if rest else ()
    return Table(dimension, (*rows_of(complaints, dimension), *others))


def _crossed(closed: Sequence[Closed], tables: Sequence[Table]) -> Iterator[Cross]:
    """Yield the tables over two dimensions that say more than the simple ones."""
    rows = {
        table.dimension: [row for row in table.rows if row.values != (NOT_COMPLAINTS.get(table.dimension),)]
        for table in tables
    }
    complaints = [one for one in closed if one.kind == Kind.COMPLAINT]
    for lines, columns, among in (
        ("county", "kind", closed),
        ("category", "outcome", complaints),
        ("month", "kind", closed),
    ):
        pairs = Counter((str(getattr(one, lines)), str(getattr(one, columns))) for one in among)
        made = cross(lines, rows[lines], columns, rows[columns], pairs)
        if made is not None:
            yield made


def rows_of(closed: Sequence[Closed], dimension: str) -> tuple[Row, ...]:
    """Return the rows of one table: at least five closed cases in each."""
    counts = Counter(getattr(one, dimension) for one in closed)
    return tuple(_row(closed, dimension, values) for values in _together(counts))


def _row(closed: Sequence[Closed], dimension: str, values: tuple[str, ...]) -> Row:
    days = sorted(one.days for one in closed if getattr(one, dimension) in values)
    p90 = days[ceil(0.9 * len(days)) - 1] if len(days) >= P90_FROM else None
    return Row(values, len(days), _median(days), p90)


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
    """Return every row of every release, for a spreadsheet; `by` and `by_values` are the columns of a table over two dimensions."""
    lines: list[tuple[str, ...]] = [
        ("since_day", "until_day", "table", "values", "cases", "median_days", "p90_days", "by", "by_values")
    ]
    for release in releases:
        days = (str(release.since_day), str(release.until_day))
        for table in release.tables:
            for row in table.rows:
                p90 = "" if row.p90_days is None else str(row.p90_days)
                about = (*days, table.dimension, "+".join(row.values))
                lines.append((*about, str(row.cases), str(row.median_days), p90, "", ""))
        for crossed in release.crossed:
            lines.extend(
                (*days, crossed.lines_are, "+".join(line), str(cell), "", "", crossed.columns_are, "+".join(column))
                for line, cells in zip(crossed.lines, crossed.cells, strict=True)
                for column, cell in zip(crossed.columns, cells, strict=True)
            )
    return lines
