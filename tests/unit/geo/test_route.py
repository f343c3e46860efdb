"""A route says where to turn, in both languages, and where along it a car is."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nazdik.geo.graph import ROUNDABOUT, RoadGraph, RoadName
from nazdik.geo.network import build_from_pbf, connect
from nazdik.geo.profile import RoadClass
from nazdik.geo.route import (
    OutsideRegion,
    Route,
    Router,
    Turn,
    sentence_en,
    sentence_fa,
    street_fa,
    travel,
    turn_of_angle,
)
from nazdik.geo.streets import Streets
from nazdik.kernel import LonLat, distance_m
from tests.unit.geo.test_snap import at

SOURCES = Path(__file__).parents[3] / "regions" / "sources"
Line = tuple[list[tuple[float, float]], RoadName]


def town(lines: list[Line], ring: tuple[int, ...] = (), one_way: tuple[int, ...] = ()) -> RoadGraph:
    """Named two-way streets along lines of (east, north) metres, ten metres a second; `one_way` and `ring` by number."""
    ends: dict[tuple[float, float], int] = {}
    for line, _ in lines:
        for end in (line[0], line[-1]):
            ends.setdefault(end, len(ends))
    points = [at(*point) for line, _ in lines for point in line]
    count = len(lines)
    return connect(
        Streets(
            way=np.arange(count),
            tail=np.array([ends[line[0]] for line, _ in lines]),
            head=np.array([ends[line[-1]] for line, _ in lines]),
            along_s_per_m=np.full(count, 0.1),
            against_s_per_m=np.array([np.inf if i in one_way or i in ring else 0.1 for i in range(count)]),
            first=np.concatenate(([0], np.cumsum([len(line) for line, _ in lines]))),
            lon=np.array([point.lon for point in points]),
            lat=np.array([point.lat for point in points]),
            road_class=np.full(count, int(RoadClass.PRIMARY), dtype=np.uint8),
            name=np.arange(1, count + 1, dtype=np.int32),
            flags=np.array([ROUNDABOUT if i in ring else 0 for i in range(count)], dtype=np.uint8),
            names=(RoadName("", ""), *(name for _, name in lines)),
        )
    )


VALIASR, NOSRAT, KESHAVARZ = RoadName("ولی عصر", "Valiasr Street"), RoadName("نصرت", ""), RoadName("بلوار کشاورز", "")
# Valiasr runs north through a crossing; Nosrat leaves it to the east, Keshavarz to the west.
CROSSING: list[Line] = [
    ([(0, 0), (0, 300)], VALIASR),
    ([(0, 300), (0, 600)], VALIASR),
    ([(0, 300), (400, 300)], NOSRAT),
    ([(0, 300), (-400, 300)], KESHAVARZ),
]


def turns(route: Route) -> list[Turn]:
    return [manoeuvre.turn for manoeuvre in route.manoeuvres]


@pytest.mark.parametrize(
    ("end", "expected", "fa", "en"),
    [
        ((300, 301), Turn.RIGHT, "به راست بپیچید به خیابان نصرت", "Turn right onto نصرت"),
        ((-300, 301), Turn.LEFT, "به چپ بپیچید به بلوار کشاورز", "Turn left onto بلوار کشاورز"),
    ],
)
def test_a_turn_is_told_with_its_side_and_street(end: tuple[float, float], expected: Turn, fa: str, en: str) -> None:
    route = Router(town(CROSSING)).route(at(1, 100), at(*end))
    assert turns(route) == [Turn.DEPART, expected, Turn.ARRIVE]
    depart, turn, _ = route.manoeuvres
    assert (depart.text_fa, depart.text_en) == ("حرکت کنید در خیابان ولی عصر", "Depart on Valiasr Street")
    assert depart.distance_m == pytest.approx(200, abs=0.5)
    assert (turn.text_fa, turn.text_en) == (fa, en)
    assert turn.distance_m == pytest.approx(300, abs=0.5)
    assert turn.time_s == pytest.approx(30, abs=0.1)
    assert distance_m(turn.at, at(0, 300)) < 0.1


def test_straight_over_a_crossing_in_the_same_street_says_nothing() -> None:
    route = Router(town(CROSSING)).route(at(0, 100), at(0, 500))
    assert turns(route) == [Turn.DEPART, Turn.ARRIVE]
    assert route.distance_m == pytest.approx(400, abs=0.5)
    assert route.travel_time_s == pytest.approx(40, abs=0.1)


def test_a_street_that_changes_its_name_is_told() -> None:
    route = Router(town(CROSSING)).route(at(-300, 300), at(300, 300))
    assert turns(route) == [Turn.DEPART, Turn.CONTINUE, Turn.ARRIVE]
    assert route.manoeuvres[1].text_fa == "مستقیم ادامه دهید در خیابان نصرت"


def test_a_bend_without_a_choice_is_no_turn() -> None:
    bend = [([(0, 0), (0, 300)], VALIASR), ([(0, 300), (300, 300)], VALIASR)]
    assert turns(Router(town(bend)).route(at(0, 100), at(200, 300))) == [Turn.DEPART, Turn.ARRIVE]


def test_a_fork_says_on_which_side_to_keep() -> None:
    fork = [
        ([(0, 0), (0, 300)], VALIASR),
        ([(0, 300), (60, 600)], NOSRAT),
        ([(0, 300), (-60, 600)], KESHAVARZ),
    ]
    assert turns(Router(town(fork)).route(at(0, 100), at(50, 550)))[1] is Turn.SLIGHT_RIGHT
    assert turns(Router(town(fork)).route(at(0, 100), at(-50, 550)))[1] is Turn.SLIGHT_LEFT


def test_a_roundabout_counts_its_exits() -> None:
    """In from the south, past the east exit, out at the north one: counter-clockwise, as on the right-hand side."""
    ring: list[Line] = [
        ([(0, -20), (14, -14), (20, 0)], RoadName("", "")),
        ([(20, 0), (14, 14), (0, 20)], RoadName("", "")),
        ([(0, 20), (-14, 14), (-20, 0)], RoadName("", "")),
        ([(-20, 0), (-14, -14), (0, -20)], RoadName("", "")),
        ([(0, -20), (0, -300)], VALIASR),
        ([(20, 0), (300, 0)], NOSRAT),
        ([(0, 20), (0, 300)], VALIASR),
        ([(-20, 0), (-300, 0)], KESHAVARZ),
    ]
    graph = town(ring, ring=(0, 1, 2, 3))
    ahead = Router(graph).route(at(0, -200), at(0, 200))
    assert turns(ahead) == [Turn.DEPART, Turn.ROUNDABOUT, Turn.ARRIVE]
    assert ahead.manoeuvres[1].exit == 2
    assert ahead.manoeuvres[1].text_fa == "در میدان از خروجی دوم خارج شوید به خیابان ولی عصر"
    assert ahead.manoeuvres[1].text_en == "At the roundabout take exit 2 onto Valiasr Street"
    left = Router(graph).route(at(0, -200), at(-200, 0))
    assert left.manoeuvres[1].exit == 3


@pytest.mark.parametrize(
    ("end", "expected"),
    [((20, 400), Turn.ARRIVE_RIGHT), ((-20, 400), Turn.ARRIVE_LEFT), ((1, 400), Turn.ARRIVE)],
)
def test_the_side_of_the_place_is_told(end: tuple[float, float], expected: Turn) -> None:
    route = Router(town(CROSSING)).route(at(0, 100), at(*end))
    assert turns(route)[-1] is expected
    assert route.off_road_m == pytest.approx(abs(end[0]), abs=0.1)


def test_a_place_behind_on_a_one_way_street_is_reached_round_the_block() -> None:
    block: list[Line] = [
        ([(0, 0), (0, 300)], VALIASR),
        ([(0, 300), (200, 300)], NOSRAT),
        ([(200, 300), (200, 0)], KESHAVARZ),
        ([(200, 0), (0, 0)], RoadName("کارگر", "")),
    ]
    route = Router(town(block, one_way=(0, 1, 2, 3))).route(at(0, 200), at(0, 100))
    assert route.distance_m == pytest.approx(900, abs=1)
    assert turns(route) == [Turn.DEPART, Turn.RIGHT, Turn.RIGHT, Turn.RIGHT, Turn.RIGHT, Turn.ARRIVE]


def test_a_place_near_no_road_is_refused() -> None:
    router = Router(town(CROSSING))
    with pytest.raises(OutsideRegion) as refused:
        router.route(at(0, 100), LonLat(48.0, 31.0))
    assert refused.value.code == "geo.outside_region"
    with pytest.raises(OutsideRegion):
        router.route(LonLat(48.0, 31.0), at(0, 100))


def test_a_car_moves_along_its_route_and_stops_at_the_end() -> None:
    route = Router(town(CROSSING)).route(at(0, 100), at(300, 300))
    start, later, end = travel(route, -5), travel(route, 30), travel(route, 1e9)
    assert distance_m(start.place, at(0, 100)) < 0.1
    assert start.heading_deg == pytest.approx(0, abs=0.1)
    assert not start.arrived
    assert later.distance_m == pytest.approx(300, abs=0.5)
    assert later.heading_deg == pytest.approx(90, abs=0.1)
    assert later.speed_m_per_s == pytest.approx(10, abs=0.1)
    assert distance_m(later.place, at(100, 300)) < 0.5
    assert end.arrived
    assert end.speed_m_per_s == 0
    assert distance_m(end.place, at(300, 300)) < 0.1


def test_a_route_to_where_one_is_has_no_length() -> None:
    route = Router(town(CROSSING)).route(at(0, 100), at(0, 100))
    assert route.travel_time_s == 0
    assert turns(route) == [Turn.DEPART, Turn.ARRIVE]
    assert travel(route, 0).arrived


@pytest.mark.parametrize(
    ("angle", "turn"),
    [
        (0, Turn.CONTINUE),
        (-24, Turn.CONTINUE),
        (40, Turn.SLIGHT_RIGHT),
        (-90, Turn.LEFT),
        (150, Turn.SHARP_RIGHT),
        (-179, Turn.U_TURN),
    ],
)
def test_angles_have_words(angle: float, turn: Turn) -> None:
    assert turn_of_angle(angle) is turn


def test_every_turn_has_a_sentence_in_both_languages() -> None:
    for turn in Turn:
        assert sentence_fa(turn, "", RoadClass.ROAD, 0)
        assert sentence_en(turn, "", 0)
    assert sentence_fa(Turn.U_TURN, "ولی عصر", RoadClass.PRIMARY, 0) == "دور بزنید در خیابان ولی عصر"
    assert sentence_fa(Turn.ROUNDABOUT, "", RoadClass.ROAD, 14) == "در میدان از خروجی بعدی خارج شوید"


@pytest.mark.parametrize(
    ("name", "road", "said"),
    [
        ("ولی عصر", RoadClass.PRIMARY, "خیابان ولی عصر"),
        ("همت", RoadClass.TRUNK, "بزرگراه همت"),
        ("بزرگراه همت", RoadClass.TRUNK, "بزرگراه همت"),
        ("بن‌بست یاس", RoadClass.RESIDENTIAL, "بن‌بست یاس"),
        ("کوچهٔ یاس", RoadClass.RESIDENTIAL, "کوچهٔ یاس"),
        ("Broadway", RoadClass.PRIMARY, "Broadway"),
        ("یاس", RoadClass.SERVICE, "یاس"),
        (" ", RoadClass.PRIMARY, " "),
    ],
)
def test_a_street_is_called_by_its_kind_once(name: str, road: RoadClass, said: str) -> None:
    assert street_fa(name, road) == said


@cache
def tehran() -> RoadGraph:
    return build_from_pbf(SOURCES / "tehran-central.osm.pbf")


def test_routes_through_tehran_are_whole() -> None:
    """Lines join, times and lengths add up, and instructions cover the way without a gap."""
    graph, chance = tehran(), np.random.default_rng(9)
    router = Router(graph)
    for start, end in chance.integers(0, graph.nodes, (40, 2)).tolist():
        route = router.route(
            LonLat(float(graph.node_lon[start]), float(graph.node_lat[start]) + 1e-4),
            LonLat(float(graph.node_lon[end]) + 1e-4, float(graph.node_lat[end])),
        )
        points = [LonLat(lon, lat) for lon, lat in zip(route.lons.tolist(), route.lats.tolist(), strict=True)]
        steps = [distance_m(a, b) for a, b in pairwise(points)]
        assert np.diff(route.metres) == pytest.approx(steps, abs=0.01)
        assert (np.diff(route.seconds) >= 0).all()
        assert sum(m.distance_m for m in route.manoeuvres) == pytest.approx(route.distance_m)
        assert sum(m.time_s for m in route.manoeuvres) == pytest.approx(route.travel_time_s)
        whole_ms = sum(int(graph.arc_ms[arc]) for arc in route.path.arcs[1:-1])
        assert route.travel_time_s * 1000 >= whole_ms
