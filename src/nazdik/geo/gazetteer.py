"""
The places of a region as they are stored, and how they are gathered from what was read.

`records.json` holds one column a field; `lines.npy` the segments of named streets as rows of int32: longitude and
latitude of both ends in millionths of a degree, and the record of the street (see `named_streets`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import cos, radians, sqrt
from pathlib import Path

import msgspec
import numpy as np
import shapely

from nazdik.geo.columns import ArrayFile
from nazdik.geo.extract import Roads
from nazdik.geo.named_streets import Ints, crossings, gather
from nazdik.geo.stations import County
from nazdik.geo.things import Floats, NamedPoint

RECORDS, LINES = "records.json", "lines.npy"
SCALE = 1_000_000
# Segments are filed by the cell of their middle and cut so that none is longer than half a cell.
CELL_DEG = 0.004
_PIECE_DEG = CELL_DEG / 2

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


class _Contexts:
    """Which settlement a street is said to be in: the one whose size and nearness claim it most."""

    def __init__(self, region_name: tuple[str, str], places: Iterable[NamedPoint], counties: Sequence[County]) -> None:
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
    roads: Roads,
    points: Callable[[], Iterable[NamedPoint]],
    *,
    region_name: tuple[str, str],
    counties: Sequence[County],
    extra_points: Sequence[NamedPoint] = (),
) -> dict[str, int]:
    """Write the index of a region into `folder` and return how many of each sort are in it; `points` is read twice."""
    table = _Table(_Contexts(region_name, points(), counties))
    for point in chain(points(), extra_points):
        _add_point(table, point)
    named_points = len(table.names)
    if len(counties) > 1:
        for county in counties:
            lon, lat = shapely.point_on_surface(county.area).coords[0]
            name = NamedPoint("county", f"شهرستان {county.name_fa}", f"{county.name_en} County", lon, lat)
            table.add(name, table.contexts.number(*region_name), _RANKS["county"])
    streets = gather(roads)
    records = [_add_street(table, roads, street) for street in streets]
    met = crossings(roads, streets, records)
    file = PlacesFile(
        bounds=_bounds(roads, table),
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
        crossing_a=[a for a, _, _, _ in met],
        crossing_b=[b for _, b, _, _ in met],
        crossing_lon=[round(lon * SCALE) for _, _, lon, _ in met],
        crossing_lat=[round(lat * SCALE) for _, _, _, lat in met],
    )
    (folder / RECORDS).write_bytes(msgspec.json.encode(file) + b"\n")
    _write_segments(folder / LINES, roads, streets, records)
    return {"streets": len(records), "crossings": len(met), "named_points": named_points}


def _add_point(table: _Table, point: NamedPoint) -> None:
    if point.context_fa:
        context = table.contexts.number(point.context_fa, point.context_en)
    elif point.kind in ("city", "town", "village", "hamlet"):
        context = table.contexts.of_settlement(point.lon, point.lat)
    else:
        context = table.contexts.of_street(point.lon, point.lat)
    rank = _RANKS.get(point.kind, 0.5) if point.accuracy_m == 0 else -5.0
    table.add(point, context, rank + min(0.9, point.population / 1_000_000))


def _add_street(table: _Table, roads: Roads, street: Ints) -> int:
    abouts = [roads.abouts[about] for about in roads.about[street].tolist()]
    name = _most(about.name for about in abouts)
    others = dict.fromkeys(other for about in abouts for other in (about.name, *about.other_names) if other != name)
    lon, lat = _middle(np.concatenate([roads.line(road) for road in street.tolist()]))
    named = NamedPoint(
        kind="street",
        name=name,
        name_en=_most(about.name_en for about in abouts if about.name_en),
        lon=lon,
        lat=lat,
        other_names=tuple(others),
    )
    best_class = max(_CLASS_RANKS.get(about.road_class, 0.0) for about in abouts)
    return table.add(named, table.contexts.of_street(lon, lat), _RANKS["street"] + best_class)


def _middle(points: Floats) -> tuple[float, float]:
    """Return the node nearest to the mean of all: a point on the street."""
    best = points[int(((points - points.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    return float(best[0]), float(best[1])


def _most(names: Iterable[str]) -> str:
    """Return the commonest spelling, the first in the alphabet of equals, "" of none."""
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name)) if counted else ""


def _write_segments(path: Path, roads: Roads, streets: Sequence[Ints], records: Sequence[int]) -> None:
    """Write the pieces of all streets: both ends in millionths of a degree, and the record."""
    file = ArrayFile(path, np.int32, 5)
    for street, record in zip(streets, records, strict=True):
        for road in street.tolist():
            cut = shapely.get_coordinates(shapely.segmentize(shapely.LineString(roads.line(road)), _PIECE_DEG))
            pieces = np.round(np.hstack([cut[:-1], cut[1:]]) * SCALE)
            file.append(np.hstack([pieces, np.full((len(pieces), 1), record)]))
    file.close()


def _bounds(roads: Roads, table: _Table) -> tuple[float, float, float, float]:
    west, south, east, north = roads.bounds()
    lon, lat = np.array(table.lon) / SCALE, np.array(table.lat) / SCALE
    edges = min(west, lon.min()), min(south, lat.min()), max(east, lon.max()), max(north, lat.max())
    west, south, east, north = (round(float(v), 6) for v in edges)
    return west, south, east, north
