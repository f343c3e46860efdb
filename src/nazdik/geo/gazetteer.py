"""
The places of a region as they are stored, and how they are gathered from what was read.

`records.json` holds one column a field; `lines.npy` the segments of named streets as rows of int32: longitude and
latitude of both ends in millionths of a degree, and the record of the street. A street is every way of one name that
is joined or lies close by: two carriageways are one street, the same name in the next town is another.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import cos, radians, sqrt
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from nazdik.geo.extract import Extract, Floats, NamedPoint, Road
from nazdik.geo.stations import County
from nazdik.geo.words import fold

RECORDS, LINES = "records.json", "lines.npy"
SCALE = 1_000_000
# Segments are filed by the cell of their middle and cut so that none is longer than half a cell.
CELL_DEG = 0.004
_PIECE_DEG = CELL_DEG / 2
_SAME_STREET_DEG = 0.004
_SAME_CROSSING_DEG = 0.0015

_RANKS = {"city": 5.0, "town": 4.0, "county": 3.5, "village": 2.0, "suburb": 2.0, "street": 1.0, "hamlet": 1.0}
_CLASS_RANKS = {"motorway": 1.0, "trunk": 0.9, "primary": 0.8, "secondary": 0.6, "tertiary": 0.4}


class PlacesFile(msgspec.Struct, frozen=True):
    """The contents of `records.json`; positions in millionths of a degree, bounds in degrees."""

    bounds: tuple[float, float, float, float]
    names: list[str]
    names_en: list[str]
    other_names: dict[str, list[str]]
    kinds: list[str]
    lon: list[int]
    lat: list[int]
    accuracy_m: list[int]
    ranks: list[float]
    context: list[int]
    contexts: list[tuple[str, str]]
    crossing_a: list[int]
    crossing_b: list[int]
    crossing_lon: list[int]
    crossing_lat: list[int]


@dataclass(slots=True)
class _Street:
    roads: list[Road] = field(default_factory=list)

    def points(self) -> Floats:
        return np.concatenate([road.line for road in self.roads])

    def middle(self) -> tuple[float, float]:
        """Return the node nearest to the mean of all: a point on the street."""
        points = self.points()
        best = points[int(((points - points.mean(axis=0)) ** 2).sum(axis=1).argmin())]
        return float(best[0]), float(best[1])


class _Contexts:
    """Which settlement a street is said to be in: the one whose size and nearness claim it most."""

    def __init__(self, region_name: tuple[str, str], places: Sequence[NamedPoint], counties: Sequence[County]) -> None:
        self._whole_name = (counties[0].name_fa, counties[0].name_en) if len(counties) == 1 else region_name
        self._places = [p for p in places if p.kind in ("city", "town", "village") and p.accuracy_m == 0]
        self._counties = counties if len(counties) > 1 else []
        self._lon = np.array([p.lon for p in self._places])
        self._lat = np.array([p.lat for p in self._places])
        # A settlement of n people reaches about this far: 0.7 km for a village, 7 km for a million.
        self._reach_deg = np.array([(0.7 + 7 * sqrt(p.population / 1_000_000)) / 111.0 for p in self._places])
        self.names: list[tuple[str, str]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        for county in counties:
            shapely.prepare(county.area)

    def number(self, name_fa: str, name_en: str) -> int:
        pair = (name_fa, name_en)
        if pair not in self._numbers:
            self._numbers[pair] = len(self.names)
            self.names.append(pair)
        return self._numbers[pair]

    def of_street(self, lon: float, lat: float) -> int:
        if self._places:
            away = np.hypot((self._lon - lon) * cos(radians(lat)), self._lat - lat) / self._reach_deg
            best = int(away.argmin())
            if away[best] < 2.5:
                return self.number(self._places[best].name, self._places[best].name_en)
        return self.of_settlement(lon, lat)

    def of_settlement(self, lon: float, lat: float) -> int:
        for county in self._counties:
            if shapely.intersects_xy(county.area, lon, lat):
                return self.number(f"شهرستان {county.name_fa}", f"{county.name_en} County")
        return self.number(*self._whole_name)


@dataclass(slots=True)
class _Table:
    """The columns while they grow."""

    contexts: _Contexts
    names: list[str] = field(default_factory=list)
    names_en: list[str] = field(default_factory=list)
    other_names: dict[str, list[str]] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    lon: list[int] = field(default_factory=list)
    lat: list[int] = field(default_factory=list)
    accuracy_m: list[int] = field(default_factory=list)
    ranks: list[float] = field(default_factory=list)
    context: list[int] = field(default_factory=list)

    def add(self, point: NamedPoint, context: int, rank: float) -> int:
        record = len(self.names)
        self.names.append(point.name)
        self.names_en.append(point.name_en)
        if point.other_names:
            self.other_names[str(record)] = list(point.other_names)
        self.kinds.append(point.kind)
        self.lon.append(round(point.lon * SCALE))
        self.lat.append(round(point.lat * SCALE))
        self.accuracy_m.append(point.accuracy_m)
        self.ranks.append(round(rank, 2))
        self.context.append(context)
        return record


def write_places(
    folder: Path,
    extract: Extract,
    *,
    region_name: tuple[str, str],
    counties: Sequence[County],
    extra_points: Sequence[NamedPoint] = (),
) -> dict[str, int]:
    """Write the index of a region into `folder` and return how many of each sort are in it."""
    table = _Table(_Contexts(region_name, extract.points, counties))
    for point in (*extract.points, *extra_points):
        _add_point(table, point)
    if len(counties) > 1:
        for county in counties:
            lon, lat = shapely.point_on_surface(county.area).coords[0]
            name = NamedPoint("county", f"شهرستان {county.name_fa}", f"{county.name_en} County", lon, lat)
            table.add(name, table.contexts.number(*region_name), _RANKS["county"])
    streets = _gather(extract.roads)
    records = [_add_street(table, street) for street in streets]
    crossings = _crossings(streets, records)
    file = PlacesFile(
        bounds=_bounds(extract, table),
        names=table.names,
        names_en=table.names_en,
        other_names=table.other_names,
        kinds=table.kinds,
        lon=table.lon,
        lat=table.lat,
        accuracy_m=table.accuracy_m,
        ranks=table.ranks,
        context=table.context,
        contexts=table.contexts.names,
        crossing_a=[a for a, _, _, _ in crossings],
        crossing_b=[b for _, b, _, _ in crossings],
        crossing_lon=[round(lon * SCALE) for _, _, lon, _ in crossings],
        crossing_lat=[round(lat * SCALE) for _, _, _, lat in crossings],
    )
    (folder / RECORDS).write_bytes(msgspec.json.encode(file) + b"\n")
    np.save(folder / LINES, _segments(streets, records))
    return {
        "streets": len(records),
        "crossings": len(crossings),
        "named_points": len(extract.points) + len(extra_points),
    }


def _add_point(table: _Table, point: NamedPoint) -> None:
    if point.context_fa:
        context = table.contexts.number(point.context_fa, point.context_en)
    elif point.kind in ("city", "town", "village", "hamlet"):
        context = table.contexts.of_settlement(point.lon, point.lat)
    else:
        context = table.contexts.of_street(point.lon, point.lat)
    rank = _RANKS.get(point.kind, 0.5) if point.accuracy_m == 0 else -5.0
    table.add(point, context, rank + min(0.9, point.population / 1_000_000))


def _add_street(table: _Table, street: _Street) -> int:
    lon, lat = street.middle()
    name = _most(road.name for road in street.roads)
    others = dict.fromkeys(other for road in street.roads for other in (road.name, *road.other_names) if other != name)
    named = NamedPoint(
        kind="street",
        name=name,
        name_en=_most(road.name_en for road in street.roads if road.name_en),
        lon=lon,
        lat=lat,
        other_names=tuple(others),
    )
    best_class = max(_CLASS_RANKS.get(road.road_class, 0.0) for road in street.roads)
    return table.add(named, table.contexts.of_street(lon, lat), _RANKS["street"] + best_class)


def _most(names: Iterable[str]) -> str:
    """Return the commonest spelling, the first in the alphabet of equals, "" of none."""
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name)) if counted else ""


def _gather(roads: Sequence[Road]) -> list[_Street]:
    """Return the streets, in order of their first way."""
    parent: dict[tuple[str, int, int], tuple[str, int, int]] = {}

    def root(cell: tuple[str, int, int]) -> tuple[str, int, int]:
        while (above := parent.setdefault(cell, cell)) != cell:
            parent[cell] = parent[above]
            cell = parent[cell]
        return cell

    first_cells: list[tuple[str, int, int] | None] = []
    for road in roads:
        key = fold(road.name)
        if not key:
            first_cells.append(None)
            continue
        cells = [(key, int(x), int(y)) for x, y in np.unique(np.floor(road.line / _SAME_STREET_DEG), axis=0)]
        first_cells.append(cells[0])
        for cell in cells:
            parent[root(cell)] = root(cells[0])
    for key, x, y in list(parent):
        for dx, dy in ((1, 0), (0, 1), (1, 1), (1, -1)):
            if (key, x + dx, y + dy) in parent:
                parent[root((key, x + dx, y + dy))] = root((key, x, y))
    streets: dict[tuple[str, int, int], _Street] = defaultdict(_Street)
    for road, first in zip(roads, first_cells, strict=True):
        if first is not None:
            streets[root(first)].roads.append(road)
    return list(streets.values())


def _crossings(streets: Sequence[_Street], records: Sequence[int]) -> list[tuple[int, int, float, float]]:
    """Return where two streets share a node; the nodes of one wide crossing are one."""
    at_node: dict[int, set[int]] = defaultdict(set)
    where: dict[int, tuple[float, float]] = {}
    for street, record in zip(streets, records, strict=True):
        for road in street.roads:
            for node, (lon, lat) in zip(road.nodes.tolist(), road.line.tolist(), strict=True):
                at_node[node].add(record)
                where[node] = (lon, lat)
    meeting: Mapping[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for node in sorted(node for node, met in at_node.items() if len(met) > 1):
        for pair in combinations(sorted(at_node[node]), 2):
            meeting[pair].append(where[node])
    return [(a, b, lon, lat) for (a, b), points in sorted(meeting.items()) for lon, lat in _merged(points)]


def _merged(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for lon, lat in points:
        if all(abs(lon - x) > _SAME_CROSSING_DEG or abs(lat - y) > _SAME_CROSSING_DEG for x, y in kept):
            kept.append((lon, lat))
    return kept


def _segments(streets: Sequence[_Street], records: Sequence[int]) -> npt.NDArray[np.int32]:
    pieces = [np.empty((0, 5))]
    for street, record in zip(streets, records, strict=True):
        for road in street.roads:
            cut = shapely.get_coordinates(shapely.segmentize(shapely.LineString(road.line), _PIECE_DEG))
            owner = np.full((len(cut) - 1, 1), record / SCALE)
            pieces.append(np.hstack([cut[:-1], cut[1:], owner]))
    rows: npt.NDArray[np.int32] = np.round(np.concatenate(pieces) * SCALE).astype(np.int32)
    return rows


def _bounds(extract: Extract, table: _Table) -> tuple[float, float, float, float]:
    nodes = extract.road_nodes()
    lon = np.concatenate([nodes[:, 0], np.array(table.lon) / SCALE])
    lat = np.concatenate([nodes[:, 1], np.array(table.lat) / SCALE])
    west, south, east, north = (round(float(v), 6) for v in (lon.min(), lat.min(), lon.max(), lat.max()))
    return west, south, east, north
