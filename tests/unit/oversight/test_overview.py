"""What a commander is told of: no number below five can be worked out, weeks are whole, the worst stands first."""

from collections import Counter
from itertools import product
from random import Random

import numpy as np
import pytest
from scipy.optimize import linprog

from nazdik.kernel import OfficeId
from nazdik.oversight.calendar import day_of
from nazdik.oversight.clocks import calendar_for
from nazdik.oversight.figures import CELL_MIN
from nazdik.oversight.model import Kind
from nazdik.oversight.overview import WEEKS, Load, Overview, loads, overview_of, spans
from tests.unit.oversight.town import AROUND, BEGIN, Town

KINDS, OFFICES = ("complaint", "criticism", "guidance"), ("a", "b", "c", "d")
CELLS = list(product(KINDS, OFFICES, (False, True)))
One = tuple[str, str, bool]


def drawn(chance: Random) -> list[One]:
    weights = [[chance.choice((1, 1, 5, 30)) for _ in values] for values in (KINDS, OFFICES, (0, 1))]
    number = chance.choice((6, 15, 40, 90))
    columns = [chance.choices(v, w, k=number) for v, w in zip((KINDS, OFFICES, (False, True)), weights, strict=True)]
    return list(zip(*columns, strict=True))


def most(told: list[tuple[int, tuple[Load, ...]]], wanted: dict[int, object]) -> float:
    """Return the largest number of cases with some values that all of this still allows."""
    left, right = [], []
    for at, rows in told:
        for row in rows:
            inside = [cell[at] in row.values if at >= 0 else True for cell in CELLS]
            left.append([float(is_in) for is_in in inside])
            right.append(row.open)
            if row.late is not None:
                left.append([float(is_in and cell[2]) for is_in, cell in zip(inside, CELLS, strict=True)])
                right.append(row.late)
    aim = np.array([-1.0 if all(cell[at] == value for at, value in wanted.items()) else 0.0 for cell in CELLS])
    if not left:
        return float("inf")
    found = linprog(aim, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None))
    # Nothing is told of some values at all: they are without bound.
    return float("inf") if found.status == 3 else -found.fun


def told_of(ones: list[One]) -> list[tuple[int, tuple[Load, ...]]]:
    tables = [(at, loads((str(one[at]), one[2]) for one in ones)) for at in (0, 1)]
    return [*tables, (-1, loads(("all", one[2]) for one in ones))]


def small_ones(ones: list[One]) -> list[dict[int, object]]:
    asked: list[dict[int, object]] = [
        {at: value} for at, values in enumerate((KINDS, OFFICES, (False, True))) for value in values
    ]
    asked += [
        {at: value, 2: late} for at, values in enumerate((KINDS, OFFICES)) for value in values for late in (False, True)
    ]
    return [w for w in asked if 0 < sum(all(one[at] == value for at, value in w.items()) for one in ones) < CELL_MIN]


@pytest.mark.parametrize("seed", range(20))
def test_no_number_below_five_of_an_overview_can_be_worked_out(seed: int) -> None:
    ones = drawn(Random(seed))
    told = told_of(ones)
    for _, rows in told:
        for row in rows:
            assert row.open >= CELL_MIN
            assert row.late is None or all(n == 0 or n >= CELL_MIN for n in (row.late, row.open - row.late))
        assert not rows or sum(row.open for row in rows) == len(ones), "every table counts the same cases"
    for wanted in small_ones(ones):
        assert round(most(told, wanted), 6) >= CELL_MIN, f"known to be small: {wanted}"


def test_the_attack_works_on_rows_that_are_told_as_they_are() -> None:
    ones: list[One] = [("complaint", "a", False)] * 20 + [("complaint", "b", True)] * 3
    bare = tuple(Load((office,), n, None) for office, n in Counter(one[1] for one in ones).items())
    assert most([(1, bare)], {1: "b"}) == 3


def test_the_worst_stands_first() -> None:
    rows = loads([("p", n < 5) for n in range(40)] + [("q", n < 9) for n in range(18)] + [("r", False)] * 9)
    assert [(row.values, row.open, row.late) for row in rows] == [(("q",), 18, 9), (("p",), 40, 5), (("r",), 9, 0)]


def test_weeks_with_too_few_go_together() -> None:
    per_day = Counter({100: 3, 107: 1, 109: 1, 120: 9, 100 + 7 * WEEKS - 1: 2})
    found = spans(per_day, 100)
    assert [(one.since_day, one.until_day, one.number) for one in found] == [
        (100, 113, 5),
        (114, 100 + 7 * WEEKS - 1, 11),
    ]
    assert spans(Counter({100: 4}), 100) == ()


def seen(town: Town) -> Overview:
    def calendar(office: OfficeId):  # type: ignore[no-untyped-def]
        return calendar_for(town.state, office, AROUND)

    return overview_of(town.state.cases.values(), OfficeId("p"), town.at, town.state.register, calendar)


def test_it_is_as_of_midnight_and_says_which_promise_is_late() -> None:
    town = Town()
    for office, number in (("p.a.1", 6), ("p.b.1", 7)):
        for _ in range(number):
            town.receive(Kind.GUIDANCE, office=office)
    assert seen(town).by_office == (), "what came today is told of tomorrow"
    town.later(1)
    early = seen(town)
    assert (early.open, early.late) == (13, 0)
    assert {row.values: row.open for row in early.by_office} == {("p.a",): 6, ("p.b",): 7}
    town.later(30)
    late = seen(town)
    assert late.late == 13 and late.late_clocks == ((("acknowledge",), 13),)
    assert sum(span.number for span in late.received) == 13
    for _ in range(3):
        town.receive(Kind.GUIDANCE, office="p.a.1")
    town.later(1)
    mixed = seen(town)
    assert (mixed.open, mixed.late, mixed.late_clocks) == (16, None, ()), "thirteen late would tell of three in time"
    assert day_of(BEGIN) >= late.received[0].since_day
    assert (late.received[-1].until_day + 5) % 7 == 6, "a week ends on Friday"
