"""
What a commander sees of 197: how many, how late, how it went; never a case, and nothing from which one could be picked out. Pure.

It is reckoned from the cases that the rows give this reader, so whoever is shut out of a case has it in no number. Numbers below
five are put together as in the public figures, and everything is as of the midnight before: who looks twice a day learns nothing
from the difference.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from nazdik.kernel import Instant, OfficeId
from nazdik.oversight.calendar import Calendar, day_of, start_of_day
from nazdik.oversight.clocks import due_at
from nazdik.oversight.crossed import CELL_MIN
from nazdik.oversight.figures import closed_of, rows_of
from nazdik.oversight.model import Case, Register, Row

WEEKS, WEEK_DAYS = 12, 7
# Weeks begin on Saturday; 1970-01-01 was a Thursday.
_SATURDAY = 2


class Load(msgspec.Struct, frozen=True):
    """Open cases of some kinds or offices together, and how many of them are late; `late` is None where that would be too few."""

    values: tuple[str, ...]
    open: int
    late: int | None


class Span(msgspec.Struct, frozen=True):
    """How many came or ended from one day to another, over as many whole weeks as make five."""

    since_day: int
    until_day: int
    number: int


class Overview(msgspec.Struct, frozen=True):
    """Everything of an overview; a list is empty where there are too few."""

    as_of_day: int
    open: int | None
    late: int | None
    by_kind: tuple[Load, ...]
    by_office: tuple[Load, ...]
    late_clocks: tuple[tuple[tuple[str, ...], int], ...]
    received: tuple[Span, ...]
    closed: tuple[Span, ...]
    outcomes: tuple[Row, ...]
    outcomes_since_day: int


def overview_of(
    cases: Iterable[Case], top: OfficeId, now: Instant, register: Register, calendar_of: Callable[[OfficeId], Calendar]
) -> Overview:
    """Return the overview of an office over the cases that its reader may be told of."""
    midnight = start_of_day(day_of(now))
    known = [case for case in cases if case.received_at < midnight]
    standing = [case for case in known if case.closed_at is None or case.closed_at >= midnight]
    late = {case.id: clock for case in standing if (clock := _late_clock(case, midnight, calendar_of(case.office)))}
    by_kind = loads((case.kind.value, case.id in late) for case in standing)
    by_office = loads((_below(case, top, register), case.id in late) for case in standing)
    until = day_of(midnight) - 1 - (day_of(midnight) - 1 - (_SATURDAY - 1)) % WEEK_DAYS
    since = until - WEEKS * WEEK_DAYS + 1
    ended = [case for case in known if case.closed_at is not None and since <= day_of(case.closed_at) <= until]
    outcomes = [closed_of(case, register, until) for case in ended]
    whole = loads(("all", case.id in late) for case in standing)
    return Overview(
        as_of_day=day_of(midnight),
        open=whole[0].open if whole else None,
        late=whole[0].late if whole else None,
        by_kind=by_kind,
        by_office=by_office,
        # Where it is not told how many are late in all, their kinds would tell it.
        late_clocks=_shared(Counter(late.values())) if whole and whole[0].late is not None else (),
        received=spans(Counter(day_of(case.received_at) for case in known), since),
        closed=spans(Counter(day_of(case.closed_at) for case in ended if case.closed_at is not None), since),
        outcomes=rows_of(outcomes, "outcome") if len(outcomes) >= CELL_MIN else (),
        outcomes_since_day=since,
    )


def _late_clock(case: Case, at: Instant, calendar: Calendar) -> str:
    """Return the promise of a case that was late first, at an instant; empty when none was."""
    late = []
    for clock in case.clocks:
        running = clock.stopped_at is None or clock.stopped_at >= at
        due = due_at(msgspec.structs.replace(clock, stopped_at=None), calendar)
        if running and due is not None and due <= at:
            late.append((due, clock.type.value))
    return min(late)[1] if late else ""


def _below(case: Case, top: OfficeId, register: Register) -> OfficeId:
    """Return the office right below `top` that a case began at, or `top` itself."""
    chain = register.chain(case.start)
    return chain[chain.index(top) - 1] if top in chain[1:] else top


def loads(pairs: Iterable[tuple[str, bool]]) -> tuple[Load, ...]:
    """
    Return open and late ones by value, worst first: no row stands for fewer than five, nor for fewer than five late or in time.

    What is too small goes together with the next larger. Where that does not help, nothing is said of how many are late.
    """
    counts: dict[str, tuple[int, int]] = {}
    for value, late in pairs:
        in_time, behind = counts.get(value, (0, 0))
        counts[value] = (in_time, behind + 1) if late else (in_time + 1, behind)
    split = _together(counts)
    if split:
        return tuple(
            sorted(
                (Load(values, sum(cell), cell[1]) for values, cell in split),
                key=lambda row: (-((row.late or 0) / row.open), -row.open, row.values),
            )
        )
    whole = _together({value: (sum(cell), 0) for value, cell in counts.items()})
    return tuple(
        Load(values, sum(cell), None) for values, cell in sorted(whole, key=lambda row: (-sum(row[1]), row[0]))
    )


def _shared(counts: Counter[str]) -> tuple[tuple[tuple[str, ...], int], ...]:
    rows = _together({value: (number, 0) for value, number in counts.items()})
    return tuple(sorted(((values, cell[0]) for values, cell in rows), key=lambda row: (-row[1], row[0])))


def _together(counts: dict[str, tuple[int, int]]) -> list[tuple[tuple[str, ...], tuple[int, int]]]:
    """Return the values of each row with their two cells, each none or five and more; nothing when even all together are not."""
    ordered = sorted(counts, key=lambda value: (sum(counts[value]), value))
    small = [value for value in ordered if not _is_large(counts[value])]
    enough = [value for value in ordered if value not in small]
    while small and enough and not _is_large(_sum(counts, small)):
        small.append(enough.pop(0))
    rows: list[tuple[tuple[str, ...], tuple[int, int]]] = [((value,), counts[value]) for value in enough]
    if not small:
        return rows
    together = _sum(counts, small)
    return [*rows, (tuple(sorted(small)), together)] if _is_large(together) else []


def _sum(counts: dict[str, tuple[int, int]], values: Iterable[str]) -> tuple[int, int]:
    cells = [counts[value] for value in values]
    return sum(cell[0] for cell in cells), sum(cell[1] for cell in cells)


def _is_large(cell: tuple[int, int]) -> bool:
    return sum(cell) >= CELL_MIN and all(number == 0 or number >= CELL_MIN for number in cell)


def spans(per_day: Counter[int], since: int) -> tuple[Span, ...]:
    """Return how many there were in twelve whole weeks; weeks with fewer than five go together with those after them."""
    weeks = [
        (start, sum(per_day[day] for day in range(start, start + WEEK_DAYS)))
        for start in range(since, since + WEEKS * WEEK_DAYS, WEEK_DAYS)
    ]
    found: list[Span] = []
    begin, number = since, 0
    for start, many in weeks:
        number += many
        if number >= CELL_MIN:
            found.append(Span(begin, start + WEEK_DAYS - 1, number))
            begin, number = start + WEEK_DAYS, 0
    if number and found:
        # The last weeks have too few of their own.
        last = found.pop()
        found.append(Span(last.since_day, since + WEEKS * WEEK_DAYS - 1, last.number + number))
    return tuple(found)
