"""
Which roads are one street, and where streets cross: over the columns of an extract, one name or one group of nodes at a time.

A street is every way of one name that is joined or lies close by: two carriageways are one street, the same name in the next
town is another.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from nazdik.geo.columns import CHUNK, chunks
from nazdik.geo.extract import Roads
from nazdik.geo.streets import ranges
from nazdik.kernel.text import fold

Ints = npt.NDArray[np.int64]

_PER_DEGREE = 10_000_000
_SAME_STREET_DEG = 0.004
_SAME_CROSSING_DEG = 0.0015


def gather(roads: Roads) -> list[Ints]:
    """Return the roads of each named street, streets in order of their first road, each one's roads in order."""
    names: dict[str, int] = {"": -1}
    key_of_about = np.array([names.setdefault(fold(about.name), len(names)) for about in roads.abouts], dtype=np.int64)
    keys = key_of_about[roads.about] if len(roads) else np.empty(0, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    order = order[np.searchsorted(keys[order], 0) :]
    streets: list[Ints] = []
    for group in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        if len(group):
            streets.extend(_near_one_another(roads, group))
    return sorted(streets, key=lambda street: int(street[0]))


def _near_one_another(roads: Roads, group: Ints) -> Iterator[Ints]:
    """Split roads of one name into those whose cells touch."""
    refs = ranges(roads.first[group], roads.first[group + 1])
    owner = np.repeat(np.arange(len(group)), roads.first[group + 1] - roads.first[group])
    column = np.floor(roads.x[refs] / _PER_DEGREE / _SAME_STREET_DEG).astype(np.int64)
    row = np.floor(roads.y[refs] / _PER_DEGREE / _SAME_STREET_DEG).astype(np.int64)
    pairs = np.unique(np.stack((owner, column, row), axis=1), axis=0)
    parent: dict[tuple[int, int], tuple[int, int]] = {}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while (above := parent.setdefault(cell, cell)) != cell:
            parent[cell] = parent[above]
            cell = parent[cell]
        return cell

    first_cell: dict[int, tuple[int, int]] = {}
    for road, x, y in pairs.tolist():
        parent[root((x, y))] = root(first_cell.setdefault(road, (x, y)))
    for x, y in list(parent):
        for beside in ((x + 1, y), (x, y + 1), (x + 1, y + 1), (x + 1, y - 1)):
            if beside in parent:
                parent[root(beside)] = root((x, y))
    together: dict[tuple[int, int], list[int]] = defaultdict(list)
    for road in range(len(group)):
        together[root(first_cell[road])].append(road)
    return (group[np.array(of_one)] for of_one in together.values())


def crossings(roads: Roads, streets: Sequence[Ints], records: Sequence[int]) -> list[tuple[int, int, float, float]]:
    """Return where two streets share a node: both records, longitude, latitude; the nodes of one wide crossing are one."""
    record_of_road = np.full(len(roads), -1, dtype=np.int32)
    for street, record in zip(streets, records, strict=True):
        record_of_road[street] = record
    rows = np.concatenate([*_shared_nodes(roads, record_of_road), np.empty((0, 4), dtype=np.int64)])
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    meeting: Mapping[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for at in np.split(rows, np.flatnonzero(np.diff(rows[:, 0])) + 1):
        if len(at):
            place = (int(at[0, 2]) / _PER_DEGREE, int(at[0, 3]) / _PER_DEGREE)
            for pair in combinations(at[:, 1].tolist(), 2):
                meeting[pair].append(place)
    return [(a, b, lon, lat) for (a, b), points in sorted(meeting.items()) for lon, lat in _merged(points)]


def _shared_nodes(roads: Roads, record_of_road: npt.NDArray[np.int32]) -> Iterator[Ints]:
    """Return node, record, x, y of the nodes with several records, each pair once; nodes are looked at in groups."""
    groups = len(roads.nodes) // CHUNK + 1
    for group in range(groups):
        found = []
        for part in chunks(len(roads.nodes)):
            nodes = np.asarray(roads.nodes[part])
            road = np.searchsorted(roads.first, np.arange(part.start, part.stop), side="right") - 1
            record = record_of_road[road]
            mine = np.flatnonzero((record >= 0) & (nodes % groups == group))
            at = mine + part.start
            found.append(np.stack((nodes[mine], record[mine], roads.x[at], roads.y[at]), axis=1).astype(np.int64))
        rows = np.concatenate([*found, np.empty((0, 4), dtype=np.int64)])
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        once = np.ones(len(rows), dtype=np.bool_)
        once[1:] = (rows[1:, :2] != rows[:-1, :2]).any(axis=1)
        rows = rows[once]
        _, which, count = np.unique(rows[:, 0], return_inverse=True, return_counts=True)
        yield rows[count[which] > 1]


def _merged(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for lon, lat in points:
        if all(abs(lon - x) > _SAME_CROSSING_DEG or abs(lat - y) > _SAME_CROSSING_DEG for x, y in kept):
            kept.append((lon, lat))
    return kept
