"""A car is put on the street it can have driven to, not only on the nearest one."""

from functools import cache
from itertools import pairwise
from math import nan
from typing import Any

import numpy as np
import pytest

from nazdik.geo.graph import CONTRAFLOW, Floats, Int32s, RoadGraph
from nazdik.geo.hidden import CANDIDATES
from nazdik.geo.match import Drive, Matcher, Roads, match_trail, way_between
from nazdik.geo.route import Router
from nazdik.geo.snap import METRES_PER_DEGREE, Snapper
from nazdik.kernel import LonLat, distance_m
from tests.unit.geo.test_snap import at, tehran, town

US = 1_000_000
# A square of streets with a flyover across it that touches nothing between its ends, and a street crossing below it.
FLYOVER = [
    [(0, 0), (800, 0)],
    [(800, 0), (800, 400)],
    [(800, 400), (400, 400)],
    [(400, 400), (0, 400)],
    [(0, 400), (0, 0)],
    [(0, 200), (400, 201), (800, 200)],
    [(0, 200), (0, 0)],
    [(0, 200), (0, 400)],
    [(800, 200), (800, 0)],
    [(800, 200), (800, 400)],
    [(400, 0), (400, 400)],
    [(0, 0), (400, 0)],
    [(400, 0), (800, 0)],
]
OVER, BELOW = 5, 10


def street(graph: RoadGraph, arc: int) -> int:
    return -1 if arc < 0 else int(graph.name_of(arc).fa.removeprefix("street "))


class Car:
    """Drives about a graph and reports where it is."""

    def __init__(self, graph: RoadGraph) -> None:
        self.graph = graph
        self.roads = Roads(graph)
        self.matcher = Matcher(self.roads, capacity=1)
        self.fixes: list[tuple[float, ...]] = []

    def say(self, at_s: float, east_m: float, north_m: float, *told: float) -> int:
        """Report a place, and perhaps heading, speed and accuracy; return the arc it is put on."""
        place = at(east_m, north_m)
        heading, speed, accuracy = (*told, nan, nan, nan)[:3]
        self.fixes.append((place.lon, place.lat, heading, speed, accuracy, at_s * US))
        row = [np.array([value]) for value in self.fixes[-1]]
        return int(self.matcher.match(np.zeros(1, np.int64), *row).arcs[0])

    def trail(self) -> Drive:
        """Return all that was reported, judged as a whole."""
        lons, lats, headings, speeds, accuracies, at_us = (np.array(column) for column in zip(*self.fixes, strict=True))
        return match_trail(self.roads, lons, lats, headings, at_us, speeds_m_per_s=speeds, accuracies_m=accuracies)

    def streets(self) -> list[int]:
        return [street(self.graph, arc) for arc in self.trail().arcs.tolist()]


def test_on_a_flyover_a_car_does_not_fall_onto_the_street_below() -> None:
    """Above the crossing the fix lies nearer to the street below, and no heading helps."""
    car = Car(town(FLYOVER))
    said = [car.say(5 * n, 150 + 60 * n, 200 + (7 if n % 2 else -7)) for n in range(8)]
    nearest = Snapper(car.graph).snap(at(398, 207))
    assert nearest is not None and street(car.graph, nearest.arc) == BELOW
    assert car.say(42, 398, 207) >= 0
    assert [street(car.graph, arc) for arc in said] == [OVER] * 8
    assert set(car.streets()) == {OVER}


def test_below_a_flyover_a_car_does_not_climb_onto_it() -> None:
    car = Car(town(FLYOVER))
    said = [car.say(5 * n, 400 + (3 if n % 2 else -3), 40 * n + 20) for n in range(9)]
    assert {street(car.graph, arc) for arc in said} == {BELOW}
    assert set(car.streets()) == {BELOW}


DUAL = [
    [(0, 0), (500, 0)],
    [(500, 0), (1000, 0)],
    [(1000, 25), (500, 25)],
    [(500, 25), (0, 25)],
    [(1000, 0), (1000, 25)],
    [(0, 25), (0, 0)],
    [(500, 0), (500, -300)],
    [(500, -300), (0, 0)],
]


@pytest.mark.parametrize(("told", "every_s"), [((), 5), ((), 20), ((90.0, 14.0), 5)])
def test_a_car_keeps_to_its_carriageway(told: tuple[float, ...], every_s: int) -> None:
    """Noise carries single fixes right over to the carriageway that goes the other way."""
    car = Car(town(DUAL, one_way=(0, 1, 2, 3)))
    noise = [0.0, 6.0, -5.0, 22.0, 18.0, -8.0, 24.0, 3.0, 16.0, -4.0, 20.0, 0.0]
    step = 14 * every_s
    fixes = [(every_s * n, 50 + step * n, noise[n % 12]) for n in range(min(12, 900 // step))]
    said = [car.say(*fix, *told) for fix in fixes]
    assert {street(car.graph, arc) for arc in said[1:]} <= {0, 1}
    assert not any(car.graph.has_flag(arc, CONTRAFLOW) for arc in said[1:])
    assert set(car.streets()) <= {0, 1}


FRONTAGE = [
    [(0, 0), (400, 0)],
    [(400, 0), (1200, 0)],
    [(1200, 0), (1600, 0)],
    [(400, 0), (430, 18), (1170, 18), (1200, 0)],
    [(1600, 0), (1600, 300), (0, 300), (0, 0)],
]


def test_on_an_avenue_a_car_does_not_slip_onto_the_service_road() -> None:
    """The service road is 18 m away and leads the same way; what tells is that single fixes are far from it."""
    car = Car(town(FRONTAGE))
    offsets = [0, 2, 12, -3, 6, 4, -6, 13, 0, 14, -4, 2, 8, 0]
    said = [car.say(5 * n, 100 + 100 * n, offsets[n], 90.0, 20.0) for n in range(14)]
    nearest = [Snapper(car.graph).snap(at(100 + 100 * n, offsets[n]), heading_deg=90.0) for n in range(14)]
    mistaken = [n for n, one in enumerate(nearest) if one is not None and street(car.graph, one.arc) == 3]
    assert mistaken == [7, 9], "here the nearest arc is the wrong one"
    assert [n for n, arc in enumerate(said) if street(car.graph, arc) == 3] == []
    assert 3 not in car.streets()


def test_on_the_service_road_a_car_is_told_from_the_avenue() -> None:
    car = Car(town(FRONTAGE))
    for n in range(14):
        car.say(5 * n, 100 + 100 * n, (18 if 450 < 100 + 100 * n < 1150 else 0) + (4 if n % 2 else -4), 90.0)
    assert [street(car.graph, int(car.trail().arcs[n])) for n in (4, 6, 8, 10)] == [3, 3, 3, 3]


def test_direction_comes_from_driving_where_no_heading_is_told() -> None:
    for step in (40, -40):
        car = Car(town([[(0, 0), (1000, 0)]]))
        said = [car.say(5 * n, 500 + step * n, 3.0) for n in range(6)]
        lon, _, _ = car.graph.shape_of(said[-1])
        assert (lon[0] < lon[-1]) == (step > 0)
        assert set(said[1:]) == {said[-1]}


@pytest.mark.parametrize("told", [(), (nan, 0.0), (123.0, 0.3)])
def test_a_car_that_waits_at_a_crossing_stays_on_its_arc(told: tuple[float, ...]) -> None:
    car = Car(town(FLYOVER))
    chance = np.random.default_rng(3)
    said = [car.say(5 * n, 60 * n, 0.0) for n in range(6)]
    arrived = car.say(30, 380, 0.0)
    waiting = [car.say(35 + 5 * n, 380 + chance.normal(0, 5), chance.normal(0, 5), *told) for n in range(60)]
    changes = sum(a != b for a, b in zip([arrived, *waiting], waiting, strict=False))
    assert changes == 0 if told else changes <= 3
    assert said[-1] == arrived


def test_a_gap_begins_a_new_chain_and_says_so() -> None:
    """Twenty minutes in a car park: nothing ties the two places together."""
    car = Car(town(FLYOVER))
    for n in range(4):
        car.say(5 * n, 100 + 60 * n, 0.0)
    car.say(1200, 100, 400.0)
    assert car.trail().breaks.tolist() == [True, False, False, False, True]


def test_a_place_that_cannot_be_reached_breaks_the_chain_and_the_car_is_found_again() -> None:
    """A ferry: the road round the bay is 80 km, the car is over in a minute."""
    graph = town(
        [
            [(0, 0), (1000, 0)],
            [(1000, 0), (1000, 40_000), (0, 40_000)],
            [(0, 300), (1000, 300)],
            [(0, 300), (0, 40_000)],
        ]
    )
    car = Car(graph)
    for n in range(5):
        car.say(5 * n, 300 + 50 * n, 0.0)
    over = car.say(60, 500, 300.0)
    assert street(graph, over) == 2
    assert car.trail().breaks.tolist() == [True, False, False, False, False, True]


def test_far_from_every_road_a_car_is_nowhere_and_comes_back() -> None:
    car = Car(town([[(0, 0), (1000, 0)]]))
    assert car.say(0, 500, 400) == -1
    assert car.say(5, nan, nan) == -1
    assert car.say(10, 500, 5) >= 0
    assert car.trail().arcs.tolist()[:2] == [-1, -1]


def test_places_on_the_road_lie_on_the_arc_that_is_told() -> None:
    car = Car(town([[(0, 0), (100, 0), (100, 300)]]))
    for n in range(6):
        car.say(5 * n, 104, 40 + 30 * n)
    drive = car.trail()
    for lon, lat, fraction, n in zip(drive.lons, drive.lats, drive.fractions, range(6), strict=True):
        assert distance_m(LonLat(lon, lat), at(100, 40 + 30 * n)) < 1
        assert fraction == pytest.approx((100 + 40 + 30 * n) / 400, abs=1e-3)


def test_the_way_between_two_fixes_is_the_arcs_that_were_driven() -> None:
    graph = tehran()
    roads = Roads(graph)
    for seed in range(20):
        truth, lons, lats, at_us = drive(graph, roads, seed, every_s=30.0, noise_m=0.0)
        found = match_trail(roads, lons, lats, np.full(len(lons), nan), at_us)
        a, b = int(found.arcs[0]), int(found.arcs[1])
        if a != truth[0] or b != truth[1] or found.breaks[1]:
            continue
        air = distance_m(LonLat(lons[0], lats[0]), LonLat(lons[1], lats[1]))
        way = way_between(roads, a, found.fractions[0], b, found.fractions[1], air)
        assert way[0] == a and way[-1] == b
        assert all(graph.arc_head[x] == graph.arc_tail[y] for x, y in pairwise(way))


@cache
def _router(graph_id: int) -> Router:
    return Router(tehran())


def drive(
    graph: RoadGraph, roads: Roads, seed: int, *, every_s: float, noise_m: float
) -> tuple[Int32s, Floats, Floats, Any]:
    """A drive between two random junctions: true arcs, and fixes with noise."""
    chance = np.random.default_rng(seed)
    while True:
        ends = [
            LonLat(float(graph.node_lon[n]), float(graph.node_lat[n])) for n in chance.integers(graph.nodes, size=2)
        ]
        route = _router(id(graph)).route(*ends)
        if route.distance_m > 1_200:
            break
    clock = np.arange(0.0, route.travel_time_s, every_s)
    metres = np.interp(clock, route.seconds, route.metres)
    lengths = graph.arc_m[list(route.path.arcs)]
    ends_m = np.cumsum(lengths) - route.path.start_fraction * lengths[0]
    index = np.minimum(np.searchsorted(ends_m, metres), len(ends_m) - 1)
    n = len(clock)
    lats = np.interp(metres, route.metres, route.lats) + chance.normal(0, noise_m, n) / METRES_PER_DEGREE
    lons = np.interp(metres, route.metres, route.lons) + chance.normal(0, noise_m, n) / (METRES_PER_DEGREE * 0.812)
    return np.array(route.path.arcs, np.int32)[index], lons, lats, (clock * US).astype(np.int64)


@pytest.mark.parametrize(("noise_m", "online_least", "trail_least"), [(5.0, 0.74, 0.80), (10.0, 0.58, 0.66)])
def test_on_real_streets_more_fixes_are_put_right_than_by_the_nearest_arc(
    noise_m: float, online_least: float, trail_least: float
) -> None:
    """No heading is told; `benchmarks/matching.py` has the whole table."""
    graph = tehran()
    roads, snapper = Roads(graph), Snapper(graph)
    right, total = {"nearest": 0, "online": 0, "trail": 0}, 0
    for seed in range(25):
        truth, lons, lats, at_us = drive(graph, roads, seed, every_s=5.0, noise_m=noise_m)
        unknown = np.full(len(lons), nan)
        accuracy = np.full(len(lons), 1.5 * noise_m)
        matcher, slot = Matcher(roads, capacity=1), np.zeros(1, np.int64)
        online = [
            matcher.match(slot, lons[[i]], lats[[i]], unknown[[i]], unknown[[i]], accuracy[[i]], at_us[[i]]).arcs[0]
            for i in range(len(lons))
        ]
        right["online"] += int((np.array(online) == truth).sum())
        right["nearest"] += int((snapper.snap_many(lons, lats, unknown).arcs == truth).sum())
        right["trail"] += int(
            (match_trail(roads, lons, lats, unknown, at_us, accuracies_m=accuracy).arcs == truth).sum()
        )
        total += len(truth)
    shares = {name: count / total for name, count in right.items()}
    assert shares["online"] >= online_least and shares["trail"] >= trail_least, shares
    assert shares["nearest"] + 0.08 < shares["online"] < shares["trail"], shares


def test_a_fleet_is_followed_unit_by_unit_in_fixed_memory() -> None:
    """What one unit drives changes nothing for another, and following for longer takes no more room."""
    graph = tehran()
    roads = Roads(graph)
    alone, together = Matcher(roads, capacity=1), Matcher(roads, capacity=1)
    trails = [drive(graph, roads, seed, every_s=5.0, noise_m=8.0)[1:] for seed in range(4)]
    unknown = np.full(1, nan)
    for i in range(min(len(lons) for lons, _, _ in trails)):
        row = [trail[k][i] for k in range(3) for trail in trails]
        lons, lats, at_us = np.array(row[:4]), np.array(row[4:8]), np.array(row[8:], np.int64)
        many = together.match(np.array([5, 1, 700, 3]), lons, lats, *[np.full(4, nan)] * 3, at_us)
        one = alone.match(np.zeros(1, np.int64), lons[2:3], lats[2:3], unknown, unknown, unknown, at_us[2:3])
        assert many.arcs[2] == one.arcs[0] and many.fractions[2] == one.fractions[0]
    assert together._windows.arcs.shape == (701, CANDIDATES)


def test_a_river_without_a_bridge_is_out_of_reach() -> None:
    graph = town(
        [
            [(0, 0), (1000, 0)],
            [(1000, 0), (1000, 20_000), (0, 20_000)],
            [(0, 300), (1000, 300)],
            [(0, 300), (0, 20_000)],
        ]
    )
    roads = Roads(graph)
    matcher, slot = Matcher(roads, capacity=1), np.zeros(1, np.int64)
    here, over, along = at(300, 0), at(300, 300), at(900, 0)
    unknown = np.full(1, nan)
    assert not matcher.beyond_reach(slot, np.array([over.lon]), np.array([over.lat]), np.array([1.0]))[0], (
        "never placed"
    )
    matcher.match(slot, np.array([here.lon]), np.array([here.lat]), unknown, unknown, unknown, np.ones(1, np.int64))
    for place, reach_m, beyond in (
        (over, 1_000.0, True),
        (over, 50_000.0, False),
        (along, 650.0, False),
        (along, 500.0, True),
    ):
        found = matcher.beyond_reach(slot, np.array([place.lon]), np.array([place.lat]), np.array([reach_m]))
        assert found.tolist() == [beyond]
    matcher.forget(slot)
    assert not matcher.beyond_reach(slot, np.array([over.lon]), np.array([over.lat]), np.array([1.0]))[0]
