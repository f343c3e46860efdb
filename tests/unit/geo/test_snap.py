"""A point is put on the street it is on, in the direction it is going."""

from functools import cache
from math import cos, inf, nan, radians
from pathlib import Path

import numpy as np
import pytest

from nazdik.geo.graph import CONTRAFLOW, RoadGraph, RoadName
from nazdik.geo.network import build_from_pbf, connect
from nazdik.geo.snap import INCIDENT_LIMIT_M, METRES_PER_DEGREE, Snapper
from nazdik.geo.streets import ONE_WAY_ALONG, Streets
from nazdik.kernel import LonLat, distance_m

SOURCES = Path(__file__).parents[3] / "regions" / "sources"
LAT = 35.7
M_NORTH = 1 / METRES_PER_DEGREE
M_EAST = M_NORTH / cos(radians(LAT))


def at(east_m: float, north_m: float) -> LonLat:
    """A point so many metres from the corner of the little town below."""
    return LonLat(51.4 + east_m * M_EAST, LAT + north_m * M_NORTH)


def town(lines: list[list[tuple[float, float]]], one_way: tuple[int, ...] = ()) -> RoadGraph:
    """Streets along lines of (east, north) metres; those listed are one-way in the order they are drawn."""
    ends: dict[tuple[float, float], int] = {}
    for line in lines:
        for end in (line[0], line[-1]):
            ends.setdefault(end, len(ends))
    points = [at(*point) for line in lines for point in line]
    count = len(lines)
    against = [0.4 if index in one_way else 0.1 for index in range(count)]
    return connect(
        Streets(
            way=np.arange(count),
            tail=np.array([ends[line[0]] for line in lines]),
            head=np.array([ends[line[-1]] for line in lines]),
            along_s_per_m=np.full(count, 0.1),
            against_s_per_m=np.array(against),
            first=np.concatenate(([0], np.cumsum([len(line) for line in lines]))),
            lon=np.array([point.lon for point in points]),
            lat=np.array([point.lat for point in points]),
            road_class=np.full(count, 11, dtype=np.uint8),
            name=np.arange(count, dtype=np.int32),
            flags=np.array([ONE_WAY_ALONG if index in one_way else 0 for index in range(count)], dtype=np.uint8),
            names=tuple(RoadName(f"street {index}", "") for index in range(count)),
        )
    )


@cache
def tehran() -> RoadGraph:
    return build_from_pbf(SOURCES / "tehran-central.osm.pbf")


def test_a_point_goes_to_the_street_beside_it_not_to_the_nearest_junction() -> None:
    graph = town([[(0, 0), (1000, 0)], [(1000, 0), (1000, 200)], [(500, 60), (500, 500)], [(500, 500), (1000, 200)]])
    found = Snapper(graph).snap(at(480, 20))
    assert found is not None
    assert graph.name_of(found.arc).fa == "street 0"
    assert found.distance_m == pytest.approx(20, abs=0.1)
    assert found.fraction in (pytest.approx(0.48, abs=1e-3), pytest.approx(0.52, abs=1e-3))
    assert distance_m(found.place, at(480, 0)) < 0.1


def test_the_fraction_follows_a_bent_street() -> None:
    graph = town([[(0, 0), (100, 0), (100, 300)]])
    found = Snapper(graph).snap(at(110, 100), heading_deg=0)
    assert found is not None
    assert graph.arc_tail[found.arc] == 0 or graph.arc_tail[found.arc] == 1
    lon, _, _ = graph.shape_of(found.arc)
    assert lon[0] < lon[-1], "going north, away from the corner"
    assert found.fraction == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(("heading", "eastward"), [(90.0, True), (270.0, False), (60.0, True), (300.0, False)])
def test_a_heading_settles_the_direction(heading: float, eastward: bool) -> None:
    graph = town([[(0, 0), (400, 0)]])
    found = Snapper(graph).snap(at(100, 5), heading_deg=heading)
    assert found is not None
    lon, _, _ = graph.shape_of(found.arc)
    assert bool(lon[0] < lon[-1]) is eastward
    assert found.fraction == pytest.approx(0.25 if eastward else 0.75, abs=1e-3)


def test_a_heading_settles_the_carriageway() -> None:
    """The southern carriageway runs east, the northern one west, 20 m apart; the fix lies nearer the wrong one."""
    graph = town([[(0, 0), (400, 0)], [(400, 20), (0, 20)], [(0, 0), (0, 20)], [(400, 0), (400, 20)]], one_way=(0, 1))
    snapper = Snapper(graph)
    for heading, street in ((90.0, "street 0"), (270.0, "street 1")):
        found = snapper.snap(at(200, 14 if heading == 90.0 else 6), heading_deg=heading)
        assert found is not None
        assert graph.name_of(found.arc).fa == street
        assert not graph.has_flag(found.arc, CONTRAFLOW)
    without = snapper.snap(at(200, 14))
    assert without is not None
    assert graph.name_of(without.arc).fa == "street 1"


def test_beyond_the_limit_there_is_no_road() -> None:
    snapper = Snapper(town([[(0, 0), (400, 0)]]))
    assert snapper.snap(at(200, 1490)) is not None
    assert snapper.snap(at(200, 1510)) is None
    assert snapper.snap(at(-1490, 0)) is not None
    assert snapper.snap(at(200, 60), limit_m=50) is None
    many = snapper.snap_many(np.array([51.4]), np.array([LAT + 300 * M_NORTH]), np.array([nan]))
    assert many.arcs.tolist() == [-1]
    assert many.distances_m.tolist() == [inf]


@pytest.mark.parametrize("point", [LonLat(nan, 35.7), LonLat(51.4, inf), LonLat(51.4, 91.0), LonLat(1e300, -1e300)])
def test_no_place_on_earth_is_near_no_road(point: LonLat) -> None:
    assert Snapper(town([[(0, 0), (400, 0)]])).snap(point) is None


def brute_m(graph: RoadGraph, point: LonLat) -> float:
    """The distance to the nearest piece of any street, looking at all of them."""
    per_lon = METRES_PER_DEGREE * cos(radians(point.lat))
    x, y = (graph.shape_lon - point.lon) * per_lon, (graph.shape_lat - point.lat) * METRES_PER_DEGREE
    ax, ay, dx, dy = x[:-1], y[:-1], np.diff(x), np.diff(y)
    length2 = dx * dx + dy * dy
    t = np.clip(-(ax * dx + ay * dy) / np.where(length2 > 0, length2, 1), 0, 1)
    apart = np.hypot(ax + t * dx, ay + t * dy)
    apart[graph.segment_first[1:-1] - 1] = inf  # from one street's end to another's start is no street
    return float(apart.min())


def test_the_grid_finds_what_looking_everywhere_finds() -> None:
    """Random points in and around central Tehran, near streets and far from them."""
    graph, chance = tehran(), np.random.default_rng(7)
    snapper = Snapper(graph)
    west, south, east, north = graph.bounds
    lons, lats = chance.uniform(west - 0.02, east + 0.02, 400), chance.uniform(south - 0.02, north + 0.02, 400)
    many = snapper.snap_many(lons, lats, np.full(400, nan), limit_m=INCIDENT_LIMIT_M)
    reached = 0
    for lon, lat, arc, distance in zip(lons, lats, many.arcs, many.distances_m, strict=True):
        expected = brute_m(graph, LonLat(lon, lat))
        if expected > INCIDENT_LIMIT_M:
            assert arc == -1
        elif not graph.has_flag(int(arc), CONTRAFLOW):
            # Where the nearest is a one-way street, its legal direction is as near as the street itself.
            assert distance == pytest.approx(expected, abs=1e-6)
            reached += 1
    assert reached > 200


def test_where_a_snapped_point_lies_is_on_its_street() -> None:
    graph, chance = tehran(), np.random.default_rng(8)
    picked = chance.integers(0, graph.nodes, 300)
    lons = graph.node_lon[picked] + chance.normal(0, 5e-4, 300)
    lats = graph.node_lat[picked] + chance.normal(0, 5e-4, 300)
    many = Snapper(graph).snap_many(lons, lats, chance.uniform(0, 360, 300))
    for i in range(300):
        lon, lat, metres = graph.shape_of(int(many.arcs[i]))
        along = many.fractions[i] * metres[-1]
        place = LonLat(float(np.interp(along, metres, lon)), float(np.interp(along, metres, lat)))
        assert distance_m(place, LonLat(many.lons[i], many.lats[i])) < 0.05
        assert distance_m(place, LonLat(lons[i], lats[i])) == pytest.approx(many.distances_m[i], rel=0.01, abs=0.05)
