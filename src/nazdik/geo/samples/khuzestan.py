"""
Generated streets for Khuzestan: real places, invented roads, the same bytes from the same seed.

No open street extract of the province could be had. So that the demo has distances and detours of the right size, each
real settlement gets a street grid in proportion to its people, and main roads join the settlements along a Gabriel
graph. A river cuts the largest city, so that whoever crosses must take a bridge. Names are plainly generic, every way
carries `note=generated`, and the region's manifest says so to whoever looks at the map.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from math import atan2, ceil, cos, floor, hypot, pi, radians, sin
from pathlib import Path

import osmium
import shapely
from osmium.osm.mutable import Node, Way

from nazdik.geo.inputs import METRES_PER_DEGREE, read_places
from nazdik.geo.things import NamedPoint
from nazdik.kernel.text import persian_digits

SEED = 110
_METRES_LAT = METRES_PER_DEGREE
_ORIGIN_LON, _ORIGIN_LAT = 48.68, 31.32
_METRES_LON = METRES_PER_DEGREE * cos(radians(_ORIGIN_LAT))

# Junctions of a settlement: 0.3 * people ** 0.75, so 8,300 for Ahvaz and 50 for a village of a thousand.
_JUNCTIONS_FACTOR, _JUNCTIONS_POWER, _JUNCTIONS_MIN = 0.3, 0.75, 36
_BLOCK_M = 130.0
_RIVER_WIDTH_M = 240.0
_RIVER_REACH_M = 26_000.0
_RIVER_SWAY_MAX_M = 3_000.0
_BEND_STEP_M = 450.0
_DETOUR_MAX = 1.45
_SHORTCUT_MAX_M = 70_000.0
_CITY_PEOPLE = 60_000
_MISSING_SHARE = 0.07
_ONE_WAY_SHARE = 0.16

# The class of every nth line of a grid, the coarsest first.
_LINE_CLASSES = ((12, "primary"), (6, "secondary"), (3, "tertiary"), (1, "residential"))
_LINE_NAMES = {
    "primary": ("بلوار", "Boulevard"),
    "secondary": ("خیابان", "Street"),
    "tertiary": ("خیابان", "Street"),
    "residential": ("کوچه", "Alley"),
}
_SPEEDS = {"trunk": "110", "primary": "90", "secondary": "80"}

_Point = tuple[float, float]
_Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Way:
    nodes: tuple[int, ...]
    tags: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Town:
    """A settlement on the plane: its middle, its grid, and the junctions a main road may end at."""

    place: NamedPoint
    middle: _Point
    radius_m: float
    grid: dict[_Cell, int] = field(default_factory=dict)
    gates: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _MainRoad:
    """A road between two settlements; a trunk road is named after the two cities it is on the way between."""

    a: _Town
    b: _Town
    road_class: str
    named_after: tuple[_Town, _Town]


@dataclass(slots=True)
class _Map:
    """All nodes, in metres east and north of the origin, and all ways."""

    points: list[_Point] = field(default_factory=list)
    ways: list[_Way] = field(default_factory=list)

    def add(self, point: _Point) -> int:
        self.points.append(point)
        return len(self.points) - 1

    def way(self, nodes: Sequence[int], **tags: str) -> None:
        written = {key.replace("__", ":"): value for key, value in tags.items() if value}
        self.ways.append(_Way(tuple(nodes), tuple(sorted({**written, "note": "generated"}.items()))))


@dataclass(frozen=True, slots=True)
class _River:
    """A winding line through the largest city, from south to north."""

    line: tuple[_Point, ...]

    def crosses(self, a: _Point, b: _Point) -> bool:
        """Whether one must cross the water to go straight from `a` to `b`."""
        if not (self._near(a) or self._near(b)):
            return False
        return bool(shapely.LineString([a, b]).intersects(shapely.LineString(self.line)))

    def covers(self, point: _Point) -> bool:
        """Whether a junction at `point` would stand in the water or on its bank."""
        if not self._near(point):
            return False
        return bool(shapely.dwithin(shapely.LineString(self.line), shapely.Point(point), _RIVER_WIDTH_M / 2 + 25))

    def _near(self, point: _Point) -> bool:
        x, y = self.line[len(self.line) // 2]
        return abs(point[0] - x) < _RIVER_SWAY_MAX_M and abs(point[1] - y) < _RIVER_REACH_M + _RIVER_SWAY_MAX_M


def write_khuzestan_streets(out: Path, places_csv: Path, seed: int = SEED) -> int:
    """Write the generated streets as OSM PBF and return how many nodes they have; the same seed gives the same bytes."""
    chance = random.Random(seed)  # noqa: S311 -- a repeatable drawing, no secret
    drawn = _Map()
    towns = [_town(place) for place in read_places(places_csv)]
    river = _river(towns[0])
    for town in towns:
        _draw_grid(drawn, town, river, random.Random(chance.random()))  # noqa: S311
    for road in _main_roads(towns):
        _draw_main_road(drawn, road, river, random.Random(chance.random()))  # noqa: S311
    _draw_river(drawn, river)
    _write(out, drawn)
    return len(drawn.points)


def _town(place: NamedPoint) -> _Town:
    middle = ((place.lon - _ORIGIN_LON) * _METRES_LON, (place.lat - _ORIGIN_LAT) * _METRES_LAT)
    return _Town(place, middle, (_junctions(place) / pi) ** 0.5 * _BLOCK_M)


def _junctions(place: NamedPoint) -> int:
    return max(_JUNCTIONS_MIN, int(_JUNCTIONS_FACTOR * float(place.population) ** _JUNCTIONS_POWER))


# The grid of a settlement


def _line_class(number: int) -> str:
    return next(name for every, name in _LINE_CLASSES if number % every == 0)


def _draw_grid(drawn: _Map, town: _Town, river: _River, chance: random.Random) -> None:
    turn, warp = chance.uniform(-0.5, 0.5), chance.uniform(0.0, 0.12)
    phase, stretch = chance.uniform(0, 2 * pi), chance.uniform(0.85, 1.15)
    reach = ceil(town.radius_m / _BLOCK_M) + 2
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            x, y = column * _BLOCK_M * stretch, row * _BLOCK_M / stretch
            edge = town.radius_m * (1 + 0.18 * sin(3 * atan2(y, x) + phase))
            jitter = (chance.uniform(-9, 9), chance.uniform(-9, 9))
            if hypot(x, y) > edge:
                continue
            bent = x + warp * town.radius_m * sin(y / (town.radius_m + 1) * 1.7 + phase) + jitter[0]
            point = _turned(bent, y + jitter[1], turn, town.middle)
            if not river.covers(point):
                town.grid[column, row] = drawn.add(point)
    bridges = _bridge_rows(town)
    numbers: dict[str, int] = defaultdict(int)
    for line in range(-reach, reach + 1):
        _draw_line(
            drawn, town, [(line, row) for row in range(-reach, reach + 1)], line, river, frozenset(), numbers, chance
        )
        _draw_line(
            drawn, town, [(column, line) for column in range(-reach, reach + 1)], line, river, bridges, numbers, chance
        )
    town.gates = [node for (column, row), node in town.grid.items() if _is_gate(town, column, row)]


def _turned(x: float, y: float, turn: float, middle: _Point) -> _Point:
    return middle[0] + x * cos(turn) - y * sin(turn), middle[1] + x * sin(turn) + y * cos(turn)


def _bridge_rows(town: _Town) -> frozenset[int]:
    """Every primary row bridges the river: a handful for a large city."""
    return frozenset(row for _, row in town.grid if row % 12 == 0)


def _draw_line(
    drawn: _Map,
    town: _Town,
    cells: Sequence[_Cell],
    number: int,
    river: _River,
    bridges: frozenset[int],
    numbers: dict[str, int],
    chance: random.Random,
) -> None:
    """Draw one line of the grid; a residential one gets a new name after every larger street it meets."""
    road_class = _line_class(number)
    word_fa, word_en = _LINE_NAMES[road_class]
    one_way = road_class == "residential" and chance.random() < _ONE_WAY_SHARE
    run: list[int] = []

    def finish() -> None:
        if len(run) > 1:
            numbers[word_en] += 1
            count = numbers[word_en]
            drawn.way(
                run if not one_way or number % 2 else run[::-1],
                highway=road_class,
                name=f"{word_fa} {persian_digits(str(count))}",
                name__en=f"{word_en} {count}",
                oneway="yes" if one_way else "",
            )
        run.clear()

    whole = [cell for cell in cells if cell in town.grid]
    for a, b in pairwise(whole):
        here, there = town.grid[a], town.grid[b]
        neighbours = abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1
        if not neighbours or river.crosses(drawn.points[here], drawn.points[there]):
            finish()
            if number in bridges and _bank_to_bank(drawn.points[here], drawn.points[there]):
                _draw_bridge(drawn, here, there, road_class, numbers)
            continue
        if road_class == "residential" and chance.random() < _MISSING_SHARE:
            finish()
            continue
        run.append(here) if not run else None
        run.append(there)
        across = b[1] if a[0] == b[0] else b[0]
        if road_class == "residential" and across % 6 == 0:
            finish()
    finish()


def _bank_to_bank(a: _Point, b: _Point) -> bool:
    return hypot(a[0] - b[0], a[1] - b[1]) < 5 * _RIVER_WIDTH_M


def _draw_bridge(drawn: _Map, here: int, there: int, road_class: str, numbers: dict[str, int]) -> None:
    numbers["Bridge"] += 1
    count = numbers["Bridge"]
    drawn.way(
        (here, there),
        highway=road_class,
        name=f"پل {persian_digits(str(count))}",
        name__en=f"Bridge {count}",
        bridge="yes",
        layer="1",
    )


def _is_gate(town: _Town, column: int, row: int) -> bool:
    """Whether a junction is an end of one of the grid's main lines."""
    for main, along in ((column, (0, 1)), (row, (1, 0))):
        if main % 6 == 0:
            before = (column - along[0], row - along[1]) in town.grid
            after = (column + along[0], row + along[1]) in town.grid
            if before != after:
                return True
    return False


# Between settlements


def _main_roads(towns: Sequence[_Town]) -> Iterator[_MainRoad]:
    """
    Yield the roads: the shortest tree over all settlements, then the pairs of the Gabriel graph, the nearest first, that
    would otherwise be more than `_DETOUR_MAX` times their distance apart.
    """
    pairs = sorted((_gap(towns[a], towns[b]), a, b) for a in range(len(towns)) for b in range(a))
    neighbours = [(gap, a, b) for gap, a, b in pairs if _is_gabriel(towns, a, b)]
    root = list(range(len(towns)))
    roads: dict[int, dict[int, float]] = defaultdict(dict)

    def top(at: int) -> int:
        while root[at] != at:
            at = root[at]
        return at

    for gap, a, b in neighbours:
        if top(a) != top(b):
            root[top(a)] = top(b)
            roads[a][b] = roads[b][a] = gap
    for gap, a, b in neighbours:
        if b not in roads[a] and gap < _SHORTCUT_MAX_M and _shortest(roads, a, b)[0] > _DETOUR_MAX * gap:
            roads[a][b] = roads[b][a] = gap
    trunks: dict[tuple[int, int], tuple[_Town, _Town]] = {}
    for pair, ends in _between_cities(towns, roads):
        trunks.setdefault(pair, ends)
    for _, a, b in neighbours:
        if b in roads[a]:
            one, two = towns[a], towns[b]
            ends = trunks.get((min(a, b), max(a, b)), (one, two))
            road_class = "trunk" if (min(a, b), max(a, b)) in trunks else _lesser_class(one, two)
            yield _MainRoad(one, two, road_class, ends)


def _between_cities(
    towns: Sequence[_Town], roads: dict[int, dict[int, float]]
) -> Iterator[tuple[tuple[int, int], tuple[_Town, _Town]]]:
    """Yield the roads on the shortest way from each city to the three nearest others, with the two cities."""
    cities = [i for i, town in enumerate(towns) if town.place.population >= _CITY_PEOPLE]
    for city in cities:
        nearest = sorted((other for other in cities if other != city), key=lambda i: (_gap(towns[city], towns[i]), i))
        for other in nearest[:3]:
            for a, b in pairwise(_shortest(roads, city, other)[1]):
                yield (min(a, b), max(a, b)), (towns[city], towns[other])


def _gap(a: _Town, b: _Town) -> float:
    return hypot(a.middle[0] - b.middle[0], a.middle[1] - b.middle[1])


def _is_gabriel(towns: Sequence[_Town], a: int, b: int) -> bool:
    """Whether no third settlement lies in the circle that has the pair as its diameter."""
    (ax, ay), (bx, by) = towns[a].middle, towns[b].middle
    middle, radius = ((ax + bx) / 2, (ay + by) / 2), hypot(ax - bx, ay - by) / 2
    return all(
        hypot(town.middle[0] - middle[0], town.middle[1] - middle[1]) >= radius - 1e-6
        for i, town in enumerate(towns)
        if i not in (a, b)
    )


def _shortest(roads: dict[int, dict[int, float]], start: int, goal: int) -> tuple[float, tuple[int, ...]]:
    """Return the length of the shortest way and the settlements on it; infinite and none when there is no way."""
    queue: list[tuple[float, tuple[int, ...]]] = [(0.0, (start,))]
    settled: set[int] = set()
    while queue:
        length, way = heappop(queue)
        at = way[-1]
        if at == goal:
            return length, way
        if at not in settled:
            settled.add(at)
            for onward, step in roads[at].items():
                heappush(queue, (length + step, (*way, onward)))
    return float("inf"), ()


def _draw_main_road(drawn: _Map, road: _MainRoad, river: _River, chance: random.Random) -> None:
    """Draw a slightly bent road from the edge of one settlement to the next, with bridges where it crosses the river."""
    a, b = road.a, road.b
    start, end = _gate_towards(drawn, a, b), _gate_towards(drawn, b, a)
    (ax, ay), (bx, by) = drawn.points[start], drawn.points[end]
    length = hypot(bx - ax, by - ay)
    steps = max(1, floor(length / _BEND_STEP_M))
    sway, ripple, turns = chance.uniform(-0.05, 0.05) * length, chance.uniform(-40, 40), chance.randint(2, 5)
    nodes = [start]
    for step in range(1, steps):
        along = step / steps
        aside = sway * sin(pi * along) + ripple * sin(pi * along) * sin(2 * pi * turns * along)
        x = ax + (bx - ax) * along - (by - ay) / length * aside
        y = ay + (by - ay) * along + (bx - ax) / length * aside
        nodes.append(drawn.add((x, y)))
    nodes.append(end)
    names = {
        "name": f"جاده {road.named_after[0].place.name} به {road.named_after[1].place.name}",
        "name__en": f"{road.named_after[0].place.name_en} – {road.named_after[1].place.name_en} Road",
        "maxspeed": _SPEEDS[road.road_class],
    }
    dry: list[int] = [nodes[0]]
    for here, there in pairwise(nodes):
        if river.crosses(drawn.points[here], drawn.points[there]):
            if len(dry) > 1:
                drawn.way(dry, highway=road.road_class, **names)
            drawn.way((here, there), highway=road.road_class, bridge="yes", layer="1", **names)
            dry = [there]
        else:
            dry.append(there)
    if len(dry) > 1:
        drawn.way(dry, highway=road.road_class, **names)


def _gate_towards(drawn: _Map, town: _Town, other: _Town) -> int:
    gates = town.gates or list(town.grid.values())

    def away(node: int) -> float:
        x, y = drawn.points[node]
        return hypot(x - other.middle[0], y - other.middle[1])

    return min(gates, key=lambda node: (away(node), node))


def _lesser_class(a: _Town, b: _Town) -> str:
    smaller, larger = sorted((a.place.population, b.place.population))
    return "primary" if larger >= 40_000 or smaller >= 10_000 else "secondary"


# The river


def _river(city: _Town) -> _River:
    x, y = city.middle
    steps = range(-60, 61)
    reach = _RIVER_REACH_M / 60
    return _River(tuple((x - 600 + 900 * sin(i / 9) + 350 * sin(i / 3.7), y + i * reach) for i in steps))


def _draw_river(drawn: _Map, river: _River) -> None:
    """Draw the line and the water area; the name says that it is not the real one."""
    names = {"name": "رود ساختگی", "name__en": "Generated river"}
    drawn.way([drawn.add(point) for point in river.line], waterway="river", **names)
    bank = shapely.LineString(river.line).buffer(_RIVER_WIDTH_M / 2, cap_style="flat", quad_segs=2).exterior
    ring = [drawn.add((float(x), float(y))) for x, y in bank.coords[:-1]]
    drawn.way([*ring, ring[0]], natural="water", water="river", **names)


# The file


def _write(out: Path, drawn: _Map) -> None:
    """Write nodes, then ways, without times or versions; positions to a tenth of a metre."""
    out.unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(out))
    try:
        for number, (x, y) in enumerate(drawn.points, start=1):
            lon, lat = round(_ORIGIN_LON + x / _METRES_LON, 6), round(_ORIGIN_LAT + y / _METRES_LAT, 6)
            writer.add_node(Node(id=number, location=(lon, lat)))
        for number, way in enumerate(drawn.ways, start=1):
            writer.add_way(Way(id=number, nodes=[node + 1 for node in way.nodes], tags=dict(way.tags)))
    finally:
        writer.close()
