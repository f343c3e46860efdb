"""A cordon on streets whose times a reader can add up, and what is refused."""

from math import inf, nan

import numpy as np
import pytest
import shapely

from nazdik.geo.cordon import (
    ElapsedInvalid,
    FactorsInvalid,
    Flight,
    Patrols,
    PostsInvalid,
    Vehicle,
    Wish,
    border_nodes,
    flight_times,
    plan_cordon,
)
from nazdik.geo.graph import TIME_MS_MAX
from nazdik.geo.reach import ArcTimes, standing
from nazdik.geo.times import RoadTimes
from nazdik.geo.turns import states_of
from nazdik.kernel import UnitId
from tests.property.road_oracle import graph_of

# An hourglass: 0-1-2 in the west, one bridge 2-3, then 3-4, 3-5, 3-6 in the east; two minutes each.
STREETS = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (3, 5), (3, 6), (4, 7), (5, 8), (6, 9)]
TWO_MINUTES = 120_000


def hourglass():  # type: ignore[no-untyped-def]
    return graph_of(10, [(a, b, TWO_MINUTES, TWO_MINUTES) for a, b in STREETS])


def at(graph, *nodes: int):  # type: ignore[no-untyped-def]
    return standing([int(graph.first_out[n]) for n in nodes], [0.0] * len(nodes))


def patrols(graph, *nodes: int) -> Patrols:  # type: ignore[no-untyped-def]
    return Patrols(tuple(UnitId(f"p.u.A{n}") for n in nodes), at(graph, *nodes))


def nowhere(graph):  # type: ignore[no-untyped-def]
    return np.zeros(graph.nodes, dtype=bool)


def test_a_bridge_is_held_rather_than_every_street_beyond_it() -> None:
    graph = hourglass()
    plan = plan_cordon(
        RoadTimes(graph), at(graph, 0), Flight(0, fastest=1.0), patrols(graph, 3, 7, 8, 9), nowhere(graph)
    )
    assert [(post.node, post.unit) for post in plan.posts] == [(3, UnitId("p.u.A3"))]
    post = plan.posts[0]
    assert post.fugitive_s == 240
    assert post.eta_s == 0 and post.margin_s == 225
    assert (plan.held, plan.sealed, plan.gone) == (1.0, 1.0, 0.0)


def test_a_post_that_nobody_reaches_in_time_says_who_would_be_late_and_by_how_much() -> None:
    graph = hourglass()
    plan = plan_cordon(
        RoadTimes(graph),
        at(graph, 0),
        Flight(100, fastest=1.0),
        patrols(graph, 7),
        nowhere(graph),
        Wish(keep=(3,), span_s=280),
    )
    (post,) = plan.posts
    assert post.unit is None and post.late_unit == UnitId("p.u.A7")
    assert post.late_by_s == pytest.approx(240 + 15 - 140)
    assert plan.held == 0


def test_two_posts_are_shared_out_for_the_most_closed_then_the_shortest_drives() -> None:
    graph = graph_of(
        6,
        [
            (0, 1, 300_000, 300_000),
            (0, 2, 300_000, 300_000),
            (3, 1, 60_000, 60_000),
            (4, 2, 60_000, 60_000),
            (1, 5, 9_000_000, 9_000_000),
            (2, 5, 9_000_000, 9_000_000),
        ],
    )
    plan = plan_cordon(
        RoadTimes(graph),
        at(graph, 0),
        Flight(0, fastest=1.0),
        patrols(graph, 4, 3),
        nowhere(graph),
        Wish(keep=(1, 2), span_s=400),
    )
    assert {(p.node, p.unit) for p in plan.posts} == {(1, UnitId("p.u.A3")), (2, UnitId("p.u.A4"))}
    assert sum(p.share for p in plan.posts) == pytest.approx(1)


def test_a_road_end_at_the_border_is_a_way_out_and_says_so() -> None:
    graph = hourglass()
    border = nowhere(graph)
    border[9] = True
    flight = Flight(0, fastest=1.0)
    plan = plan_cordon(RoadTimes(graph), at(graph, 0), flight, patrols(graph, 9), border, Wish(keep=(9,), span_s=900))
    (post,) = plan.posts
    assert post.at_border and post.share == 1.0 and plan.border_exits == 1


def test_closures_all_round_leave_no_way_out() -> None:
    graph = hourglass()
    times = RoadTimes(graph)
    times.close(np.flatnonzero((graph.arc_tail == 2) & (graph.arc_head == 3)))
    plan = plan_cordon(times, at(graph, 0), Flight(0), patrols(graph, 3), nowhere(graph))
    assert plan.enclosed and plan.posts == () and plan.held == 0


def test_without_free_units_the_posts_are_named_all_the_same() -> None:
    graph = hourglass()
    plan = plan_cordon(RoadTimes(graph), at(graph, 0), Flight(0), patrols(graph), nowhere(graph))
    assert plan.posts and all(post.unit is None and post.late_unit is None for post in plan.posts)


def test_a_direction_leaves_out_the_ways_behind() -> None:
    graph = graph_of(5, [(i, i + 1, 200_000, 200_000) for i in range(4)])
    cars = patrols(graph, 1, 3)
    both = plan_cordon(RoadTimes(graph), at(graph, 2), Flight(0), cars, nowhere(graph), Wish(units_most=2))
    east = plan_cordon(RoadTimes(graph), at(graph, 2), Flight(0, bearing_deg=90), cars, nowhere(graph))
    assert {post.node for post in both.posts} == {1, 3}
    assert {post.node for post in east.posts} == {3}


def test_who_flees_on_foot_keeps_one_pace_and_passes_what_is_closed_to_cars() -> None:
    graph = hourglass()
    shut = ArcTimes(graph.arc_ms, np.full(graph.arcs, TIME_MS_MAX, dtype=np.int32), states_of(graph))
    feet = flight_times(graph, shut, Vehicle.FOOT).through_ms
    assert feet == pytest.approx(graph.arc_m / 2.5 * 1000, abs=1)
    assert Flight(0, vehicle=Vehicle.MOTORCYCLE).top > Flight(0).top


@pytest.mark.parametrize("elapsed", [-1.0, 7201.0, nan, inf])
def test_absurd_times_are_refused(elapsed: float) -> None:
    with pytest.raises(ElapsedInvalid):
        Flight(elapsed)


@pytest.mark.parametrize(("slowest", "fastest"), [(1.2, 0.5), (0.0, 1.0), (1.0, 9.0), (nan, 1.0)])
def test_factors_out_of_range_are_refused(slowest: float, fastest: float) -> None:
    with pytest.raises(FactorsInvalid):
        Flight(0, slowest=slowest, fastest=fastest)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(drop=frozenset({99})),
        Wish(keep=(-1,)),
        Wish(units_most=0),
        Wish(units_most=25),
        Wish(keep=(1,), span_s=nan),
    ],
)
def test_posts_that_are_no_junctions_are_refused(wish: Wish) -> None:
    graph = hourglass()
    with pytest.raises(PostsInvalid):
        plan_cordon(RoadTimes(graph), at(graph, 0), Flight(0), patrols(graph, 3), nowhere(graph), wish)


def test_only_dead_ends_at_the_outline_are_border_ends() -> None:
    graph = graph_of(4, [(0, 1, 1000, 1000), (1, 2, 1000, 1000), (2, 3, 1000, 1000)])
    outline = shapely.box(50.999, 34.9, 51.0021, 35.1)
    assert border_nodes(graph, outline).tolist() == [True, False, False, True]
    wide = shapely.box(50.0, 34.0, 52.0, 36.0)
    assert not border_nodes(graph, wide).any()
