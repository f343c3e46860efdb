"""Tables over two dimensions: useful to a reader, and nothing small comes out of them however they are taken together."""

from random import Random

import numpy as np
import pytest
from msgspec.structs import replace
from scipy.optimize import linprog

from nazdik.oversight.figures import CELL_MIN, DIMENSIONS, Closed, as_csv, release_of
from nazdik.oversight.model import Cross, Release
from tests.unit.oversight.attacker import CELLS, bounds, cell_of, holds, published, records, small, subtracted


def crossed(release: Release, lines: str) -> Cross:
    return next(one for one in release.crossed if one.lines_are == lines)


@pytest.mark.parametrize("seed", range(16))
def test_no_number_below_five_is_bounded_by_all_tables_together(seed: int) -> None:
    chance = Random(seed)
    closed = records(chance, chance.choice((60, 150, 400)))
    release = release_of(closed, 0, 30)
    for given in small(closed, 12):
        lowest, highest = bounds(release, given)
        assert round(highest, 6) >= CELL_MIN, f"it is known to be small: {given}, {lowest} to {highest}"


@pytest.mark.parametrize("seed", range(10))
def test_no_number_below_five_comes_out_by_adding_and_subtracting(seed: int) -> None:
    chance = Random(100 + seed)
    release = release_of(records(chance, chance.choice((30, 90, 300))), 0, 30)
    assert subtracted(release, 3) == []


def test_every_field_is_none_or_five_and_lines_add_up_to_the_simple_tables() -> None:
    seen = set()
    for seed in range(40):
        chance = Random(seed)
        closed = records(chance, chance.choice((40, 200, 1_000)))
        release = release_of(closed, 0, 30)
        tables = {table.dimension: {row.values: row.cases for row in table.rows} for table in release.tables}
        for one in release.crossed:
            seen.add(one.lines_are)
            assert all(cell == 0 or cell >= CELL_MIN for cells in one.cells for cell in cells)
            for groups, dimension in ((one.lines, one.lines_are), (one.columns, one.columns_are)):
                rows = [values for values in tables[dimension] if set(values) <= {v for group in groups for v in group}]
                assert all(any(set(values) <= set(group) for group in groups) for values in rows), "whole rows only"
            for line, cells in zip(one.lines, one.cells, strict=True):
                whole = sum(n for values, n in tables[one.lines_are].items() if set(values) <= set(line))
                assert sum(cells) == whole
    assert seen == {"county", "category", "month"}, "each of them was published by some release"


def test_two_releases_taken_together_say_no_more_than_each() -> None:
    chance = Random(7)
    first, second = records(chance, 90), records(chance, 130)
    releases = [release_of(first, 0, 30), release_of(second, 31, 61)]
    fields = [published(release) for release in releases]
    none = np.zeros(len(CELLS))
    left = [np.concatenate([v, none]) for v, _ in fields[0]] + [np.concatenate([none, v]) for v, _ in fields[1]]
    right = [n for side in fields for _, n in side]
    cells = [cell_of(one) for one in (*first, *second)]
    for given in small([*first, *second], 10):
        wanted = np.array([float(holds(cell, given)) for cell in CELLS] * 2)
        highest = -linprog(-wanted, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None)).fun
        assert round(highest, 6) >= CELL_MIN, f"{given}: {sum(holds(cell, given) for cell in cells)}"


def test_the_attacks_find_what_a_table_without_care_gives_away() -> None:
    closed = [Closed("complaint", "delay", "unfounded", "a", 1, "1405-08")] * 40
    closed += [Closed("guidance", "no_allegation", "answered", "a", 1, "1405-08")] * 30
    closed += [Closed("guidance", "no_allegation", "answered", "b", 1, "1405-08")] * 20
    closed += [Closed("complaint", "delay", "unfounded", "b", 1, "1405-08")] * 3
    release = release_of(closed, 0, 30)
    assert not release.crossed and not subtracted(release)
    careless = Cross("county", "kind", (("a",), ("b",)), (("complaint",), ("guidance",)), ((40, 30), (3, 20)))
    assert 3 in subtracted(replace(release, crossed=(careless,)))
    # Only one field of it, not even a small one, is enough beside the totals.
    one = replace(careless, lines=(("a",),), cells=((40, 30),))
    assert 3 in subtracted(replace(release, crossed=(one,)))
    assert bounds(replace(release, crossed=(one,)), {"kind": "complaint", "county": "b"})[1] == 3


def test_complaints_are_not_told_apart_by_what_only_complaints_have() -> None:
    """43 complaints of which 40 are substantiated: the other three must not be in one row with what is no complaint."""
    closed = [Closed("complaint", "delay", "substantiated", "a", 1, "1405-08")] * 40
    closed += [Closed("complaint", "delay", "unfounded", "a", 1, "1405-08")] * 3
    closed += [Closed("guidance", "no_allegation", "answered", "a", 1, "1405-08")] * 30
    release = release_of(closed, 0, 30)
    outcome = next(table for table in release.tables if table.dimension == "outcome")
    assert {row.values: row.cases for row in outcome.rows} == {("substantiated", "unfounded"): 43, ("answered",): 30}
    assert not subtracted(release)
    # Four complaints are one row with another kind; then nothing divides that row.
    few = release_of([*closed[40:43], *closed[:1], *closed[43:]], 0, 30)
    assert [len(table.rows) for table in few.tables if table.dimension in ("kind", "outcome", "category")] == [1, 1, 1]


def test_a_county_with_few_of_a_kind_is_one_line_with_another_and_large_ones_stand_alone() -> None:
    counts = {("a", "complaint"): 60, ("a", "guidance"): 40, ("b", "complaint"): 30, ("b", "guidance"): 25}
    counts |= {("c", "complaint"): 12, ("c", "guidance"): 2, ("d", "complaint"): 6, ("d", "guidance"): 8}
    closed = []
    for (county, kind), number in counts.items():
        what = ("delay", "unfounded") if kind == "complaint" else ("no_allegation", "answered")
        closed += [Closed(kind, *what, county, 1, "1405-08")] * number
    one = crossed(release_of(closed, 0, 30), "county")
    assert one.columns == (("complaint",), ("guidance",))
    assert dict(zip(one.lines, one.cells, strict=True)) == {("a",): (60, 40), ("b",): (30, 25), ("c", "d"): (18, 10)}
    lines = as_csv([release_of(closed, 0, 30)])
    assert ("0", "30", "county", "c+d", "10", "", "", "kind", "guidance") in lines
    assert len({len(line) for line in lines}) == 1


def test_a_whole_force_is_reckoned_in_no_time() -> None:
    """450 counties, 60 months of arrival: the groups are found without trying all of them."""
    chance = Random(3)
    kinds = ("complaint", "guidance", "criticism", "commendation", "suggestion")
    closed = []
    for n in range(20_000):
        kind = kinds[chance.choice((0, 0, 0, 1, 1, 2, 3, 4))]
        what = ("delay", "unfounded") if kind == "complaint" else ("no_allegation", "answered")
        county, month = f"c{int(chance.paretovariate(0.6)) % 450}", f"m{n % 60}"
        closed.append(Closed(kind, *what, county, n % 40, month))
    release = release_of(closed, 0, 30)
    assert len(crossed(release, "county").lines) > 10 and len(crossed(release, "month").lines) > 20
    assert DIMENSIONS[-1] == "month"
