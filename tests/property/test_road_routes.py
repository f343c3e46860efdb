"""Laws of routes and of driving along them, between any two places in a real city."""

from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.graph import RoadGraph
from nazdik.geo.network import build_from_pbf
from nazdik.geo.route import Route, Router, Turn, travel
from nazdik.kernel import LonLat, distance_m

TEHRAN = Path(__file__).parents[2] / "regions" / "sources" / "tehran-central.osm.pbf"
NODES = st.integers(0, 7000)
SECONDS = st.floats(-10, 4000)


@cache
def graph() -> RoadGraph:
    return build_from_pbf(TEHRAN)


@cache
def router() -> Router:
    return Router(graph())


def route_between(start: int, end: int) -> Route:
    places = [LonLat(float(graph().node_lon[n]), float(graph().node_lat[n])) for n in (start, end)]
    return router().route(*places)


@settings(max_examples=150, deadline=None)
@given(NODES, NODES, NODES)
def test_no_route_is_longer_than_one_over_a_third_place(start: int, end: int, over: int) -> None:
    """Fastest means fastest: a way over anywhere else takes at least as long, but for rounding at the ends."""
    direct = route_between(start, end).travel_time_s
    assert direct <= route_between(start, over).travel_time_s + route_between(over, end).travel_time_s + 0.01


@settings(max_examples=150, deadline=None)
@given(NODES, NODES, SECONDS, SECONDS)
def test_a_car_never_goes_back_or_jumps(start: int, end: int, one: float, other: float) -> None:
    """Later is further, and no further through the air than along the road."""
    route = route_between(start, end)
    early, late = travel(route, min(one, other)), travel(route, max(one, other))
    assert early.distance_m <= late.distance_m
    assert distance_m(early.place, late.place) <= late.distance_m - early.distance_m + 0.05
    assert 0 <= late.heading_deg < 360
    assert late.arrived == (max(one, other) >= route.travel_time_s)


@settings(max_examples=150, deadline=None)
@given(NODES, NODES)
def test_instructions_start_end_and_cover_the_whole_way(start: int, end: int) -> None:
    route = route_between(start, end)
    told = route.manoeuvres
    assert told[0].turn is Turn.DEPART
    assert told[-1].turn in {Turn.ARRIVE, Turn.ARRIVE_LEFT, Turn.ARRIVE_RIGHT}
    assert np.isclose(sum(m.distance_m for m in told), route.distance_m)
    assert all(m.text_fa and m.text_en for m in told)
    assert not any(m.turn is Turn.U_TURN for m in told), "a fastest way never drives a street twice"
