"""
An attacker who has every table of every release, and knows what everybody knows: only complaints have a category and a finding.

By bounds: linear programming over all numbers that could be behind what was published. By subtraction: every sum of published
fields with small whole factors that comes out as the number of some cases.
"""

from itertools import combinations, product
from random import Random

import numpy as np
from scipy.optimize import linprog

from nazdik.oversight.figures import CELL_MIN, DIMENSIONS, NOT_COMPLAINTS, Closed
from nazdik.oversight.model import Release

VALUES = {
    "kind": ("complaint", "criticism", "guidance", "suggestion"),
    "category": ("conduct", "delay", "force"),
    "outcome": ("substantiated", "conciliated", "unfounded"),
    "county": ("a", "b", "c"),
    "month": ("1405-07", "1405-08"),
}
Given = dict[str, str]


def _possible() -> list[tuple[str, ...]]:
    places = list(product(VALUES["county"], VALUES["month"]))
    found = list(product(VALUES["category"], VALUES["outcome"]))
    complaints = [("complaint", *what, *where) for what in found for where in places]
    nothing = (NOT_COMPLAINTS["category"], NOT_COMPLAINTS["outcome"])
    return complaints + [(kind, *nothing, *where) for kind in VALUES["kind"][1:] for where in places]


CELLS = _possible()


def records(chance: Random, number: int) -> list[Closed]:
    """Closed cases with some values that are rare."""
    weights = {d: [chance.choice((1, 1, 6, 30)) for _ in VALUES[d]] for d in DIMENSIONS}
    made = []
    for _ in range(number):
        drawn = {d: chance.choices(VALUES[d], weights[d])[0] for d in DIMENSIONS}
        if drawn["kind"] != "complaint":
            drawn |= NOT_COMPLAINTS
        made.append(Closed(days=chance.randrange(60), **drawn))
    return made


def cell_of(one: Closed) -> tuple[str, ...]:
    return tuple(getattr(one, dimension) for dimension in DIMENSIONS)


def holds(cell: tuple[str, ...], given: Given) -> bool:
    return all(cell[DIMENSIONS.index(dimension)] == value for dimension, value in given.items())


def published(release: Release) -> list[tuple[np.ndarray, int]]:
    """Return every number that was published, with the cells that it counts."""
    fields = [(np.ones(len(CELLS)), release.cases)]
    for table in release.tables:
        at = DIMENSIONS.index(table.dimension)
        fields += [(np.array([float(cell[at] in row.values) for cell in CELLS]), row.cases) for row in table.rows]
    for crossed in release.crossed:
        one, other = DIMENSIONS.index(crossed.lines_are), DIMENSIONS.index(crossed.columns_are)
        for line, cells in zip(crossed.lines, crossed.cells, strict=True):
            for column, cases in zip(crossed.columns, cells, strict=True):
                counts = np.array([float(cell[one] in line and cell[other] in column) for cell in CELLS])
                fields.append((counts, cases))
    return fields


def bounds(release: Release, given: Given) -> tuple[float, float]:
    """Return between which bounds the number of cases with some values must lie."""
    wanted = np.array([float(holds(cell, given)) for cell in CELLS])
    left, right = zip(*published(release), strict=True)
    lowest, highest = (
        sign * linprog(sign * wanted, A_eq=np.array(left), b_eq=np.array(right), bounds=(0, None)).fun
        for sign in (1, -1)
    )
    return lowest, highest


def small(closed: list[Closed], most: int = 60) -> list[Given]:
    """Return questions whose true answer is from one to four: single values, pairs of them, and whole records."""
    asked: list[Given] = [{d: value} for d in DIMENSIONS for value in VALUES[d]]
    for one, other in combinations(DIMENSIONS, 2):
        asked += [{one: value, other: another} for value in VALUES[one] for another in VALUES[other]]
    cells = [cell_of(case) for case in closed]
    asked += [dict(zip(DIMENSIONS, cell, strict=True)) for cell in sorted(set(cells))]
    return [given for given in asked if 0 < sum(holds(cell, given) for cell in cells) < CELL_MIN][:most]


def subtracted(release: Release, terms: int = 4) -> list[int]:
    """Return every number from one to four that is some cases and comes out of adding and subtracting `terms` published fields."""
    fields = published(release)
    vectors, numbers = np.array([v for v, _ in fields]), np.array([n for _, n in fields])
    found = []
    for count in range(1, terms + 1):
        for chosen in combinations(range(len(fields)), count):
            for signs in product((1, -1), repeat=count):
                number = int(np.dot(signs, numbers[list(chosen)]))
                if not 0 < number < CELL_MIN:
                    continue
                counted = np.dot(signs, vectors[list(chosen)])
                if ((counted == 0) | (counted == 1)).all():
                    found.append(number)
    return found
