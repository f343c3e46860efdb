"""
Tables over two dimensions that give nobody away, beside those over one. Pure.

Lines and columns are groups of whole rows of the simple tables, and every field stands for no case or for five and more. Why
nothing smaller comes out of all tables and releases together, by adding and subtracting or by bounds, is shown in
docs/decisions/0195-tables-over-two-dimensions.md and attacked in `tests/unit/oversight/test_crossed.py`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from nazdik.oversight.model import Cross, Row

CELL_MIN = 5
# A smaller column would force every county with a single such case together with others.
COLUMN_MIN = 20
Group = tuple[str, ...]
Pairs = Counter[tuple[str, str]]


def columns_of(rows: Iterable[Row]) -> list[Group]:
    """Return the columns that rows of a simple table make: those with enough alone, the others together."""
    ordered = sorted(rows, key=lambda row: (-row.cases, row.values))
    large = [row for row in ordered if row.cases >= COLUMN_MIN]
    rest = [row for row in ordered if row.cases < COLUMN_MIN]
    while rest and large and sum(row.cases for row in rest) < COLUMN_MIN:
        rest.append(large.pop())
    groups = [row.values for row in large]
    return [*groups, tuple(sorted(value for row in rest for value in row.values))] if rest else groups


def lines_of(rows: Iterable[Row], columns: Sequence[Group], pairs: Pairs) -> list[Group]:
    """
    Return groups of rows, by their values, such that no field has from one to four cases.

    The smallest group with such a field is put together with the one that leaves the fewest of them, until there is none.
    """
    groups = sorted(row.values for row in rows)
    while len(groups) > 1 and (bad := [group for group in groups if _small(group, columns, pairs)]):
        worst = min(bad, key=lambda group: (_cases(group, columns, pairs), group))
        rest = [group for group in groups if group != worst]
        both = {other: tuple(sorted((*worst, *other))) for other in rest}
        partner = min(
            rest, key=lambda other: (_small(both[other], columns, pairs), _cases(both[other], columns, pairs), other)
        )
        groups = sorted([*(group for group in rest if group != partner), both[partner]])
    return groups


def cross(lines: str, line_rows: Sequence[Row], columns: str, column_rows: Sequence[Row], pairs: Pairs) -> Cross | None:
    """Return a table over two dimensions; None when it would say no more than a simple one."""
    across = columns_of(column_rows)
    groups = lines_of(line_rows, across, pairs)
    if len(groups) < 2 or len(across) < 2:
        return None
    groups.sort(key=lambda group: (-_cases(group, across, pairs), group))
    cells = tuple(tuple(_field(group, column, pairs) for column in across) for group in groups)
    assert all(cell == 0 or cell >= CELL_MIN for line in cells for cell in line), "no field under five is published"
    return Cross(lines, columns, tuple(groups), tuple(across), cells)


def _field(line: Group, column: Group, pairs: Pairs) -> int:
    return sum(pairs[one, other] for one in line for other in column)


def _small(line: Group, columns: Sequence[Group], pairs: Pairs) -> int:
    return sum(0 < _field(line, column, pairs) < CELL_MIN for column in columns)


def _cases(line: Group, columns: Sequence[Group], pairs: Pairs) -> int:
    return sum(_field(line, column, pairs) for column in columns)
