"""The cordon's cut and matching against trying everything, on small cases; and the laws of whole plans."""

from itertools import combinations, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.cordon import SET_UP_S, Flight, Patrols, Plan, Wish, _source_side, _split, match, plan_cordon
from nazdik.geo.reach import Standing, standing
from nazdik.geo.times import RoadTimes
from nazdik.kernel import UnitId
from tests.property.road_oracle import graph_of

NEVER, HOLE, HELD = 900_000_000, 5_000, 100


def parts(roads: list[tuple[int, int]], nodes: int, removed: set[int], starts: list[int], exits: list[int]) -> bool:
    """Whether no way leads from a start to an exit without the removed junctions."""
    seen = [n for n in starts if n not in removed]
    for node in seen:
        seen += [b for a, b in roads if a == node and b not in removed and b not in seen]
    return not set(seen) & (set(exits) - removed)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_the_cut_is_the_cheapest_that_parts_the_car_from_every_way_out(data: st.DataObject) -> None:
    nodes = data.draw(st.integers(2, 8))
    node = st.integers(0, nodes - 1)
    roads = sorted({(a, b) for a, b in data.draw(st.lists(st.tuples(node, node), max_size=18)) if a != b})
    starts = sorted(data.draw(st.sets(node, min_size=1, max_size=2)))
    exits = sorted(data.draw(st.sets(node.filter(lambda n: n not in starts), max_size=3)))
    price = [NEVER if n in starts else data.draw(st.sampled_from([HELD, HOLE])) for n in range(nodes)]
    network = _split(
        np.array(roads, np.int64).reshape(-1, 2), nodes, np.array(price), np.array(starts), np.array(exits, np.int64)
    )
    side = _source_side(network, nodes)
    cut = {n for n in range(nodes) if side[n] and not side[nodes + n]}
    assert parts(roads, nodes, cut, starts, exits)
    others = [n for n in range(nodes) if n not in starts]
    best = min(
        sum(price[n] for n in chosen)
        for size in range(len(others) + 1)
        for chosen in combinations(others, size)
        if parts(roads, nodes, set(chosen), starts, exits)
    )
    assert sum(price[n] for n in cut) == best


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_units_are_matched_as_well_as_trying_every_way(data: st.DataObject) -> None:
    units, posts = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 4))
    times = st.sampled_from([10.0, 60.0, 61.5, 300.0, np.inf]) | st.floats(0, 900)
    eta = np.array([[data.draw(times) for _ in range(posts)] for _ in range(units)]).reshape(units, posts)
    fugitive = np.array([data.draw(st.floats(-60, 900)) for _ in range(posts)])
    shares = np.array([data.draw(st.sampled_from([0.0, 0.1, 0.1, 0.25])) for _ in range(posts)])
    most = data.draw(st.integers(1, 4))
    found = match(eta, fugitive, shares, units_most=most)

    def value(pairs: dict[int, int]) -> tuple[float, float]:
        worth = sum(round(float(shares[p]) * 10_000) + 1 for p in pairs)
        return worth, -sum(float(eta[u, p]) for p, u in pairs.items())

    assert len(found) <= most and len(set(found.values())) == len(found)
    assert all(eta[u, p] + SET_UP_S <= fugitive[p] for p, u in found.items())
    best = (0.0, 0.0)
    for size in range(1, min(most, units, posts) + 1):
        for some in combinations(range(posts), size):
            for who in permutations(range(units), size):
                pairs = dict(zip(some, who, strict=True))
                if all(eta[u, p] + SET_UP_S <= fugitive[p] for p, u in pairs.items()):
                    best = max(best, value(pairs))
    got = value(found)
    assert got[0] == best[0]
    assert abs(got[1] - best[1]) < 0.01


@st.composite
def scenes(draw: st.DrawFn) -> tuple[RoadTimes, Standing, Flight, Patrols, np.ndarray]:
    """Small networks of slow streets, some closed, with some patrols, a flight and some ends at the border."""
    nodes = draw(st.integers(2, 9))
    node = st.integers(0, nodes - 1)
    ms = st.integers(10_000, 400_000)
    graph = graph_of(nodes, draw(st.lists(st.tuples(node, node, ms, st.none() | ms), min_size=1, max_size=16)))
    times = RoadTimes(graph)
    times.close(np.array(sorted(draw(st.sets(st.integers(0, graph.arcs - 1), max_size=2))), dtype=np.int64))
    place = st.tuples(st.integers(0, graph.arcs - 1), st.sampled_from([0.0, 0.4, 1.0]))
    origin = draw(place)
    cars = draw(st.lists(place, max_size=4))
    flight = Flight(
        draw(st.sampled_from([0.0, 60.0, 400.0])), bearing_deg=draw(st.none() | st.floats(0, 360, exclude_max=True))
    )
    patrols = Patrols(
        tuple(UnitId(f"p.u.{i}") for i in range(len(cars))),
        standing(*zip(*cars, strict=True)) if cars else standing([], []),
    )
    border = np.zeros(graph.nodes, dtype=bool)
    border[list(draw(st.sets(node, max_size=3)))] = True
    return (
        times,
        standing([origin[0]], [origin[1]]),
        flight,
        patrols,
        border,
    )


def check(plan: Plan, patrols: Patrols, most: int) -> None:
    """What holds for every plan."""
    manned = [post for post in plan.posts if post.unit is not None]
    assert len({post.node for post in plan.posts}) == len(plan.posts)
    assert len(manned) <= most and len({post.unit for post in manned}) == len(manned)
    assert all(post.unit in patrols.units for post in manned)
    assert sum(post.share for post in plan.posts) <= 1 + 1e-9
    for share in (plan.held, plan.sealed, plan.gone):
        assert -1e-9 <= share <= 1 + 1e-9
    assert plan.enclosed is (plan.exits == 0)
    for post in manned:
        if not post.locked:
            assert post.margin_s is not None and post.margin_s >= -1e-6
    for post in plan.posts:
        if post.unit is None and post.late_unit is not None:
            assert post.late_by_s is not None and post.late_by_s >= 0


@settings(max_examples=300, deadline=None)
@given(scenes(), st.integers(1, 4))
def test_every_plan_sends_each_unit_once_and_in_time(
    scene: tuple[RoadTimes, Standing, Flight, Patrols, np.ndarray], most: int
) -> None:
    times, origin, flight, patrols, border = scene
    plan = plan_cordon(times, origin, flight, patrols, border, Wish(units_most=most))
    check(plan, patrols, most)
    # When every junction of the cut is manned, nothing that the car has not passed is left open.
    if plan.posts and all(post.unit is not None for post in plan.posts):
        assert plan.sealed >= 1 - plan.gone - 1e-9


@settings(max_examples=200, deadline=None)
@given(scenes(), st.data())
def test_dropped_posts_are_not_held_and_tied_units_stay(
    scene: tuple[RoadTimes, Standing, Flight, Patrols, np.ndarray], data: st.DataObject
) -> None:
    times, origin, flight, patrols, border = scene
    first = plan_cordon(times, origin, flight, patrols, border)
    if not first.posts:
        return
    dropped = data.draw(st.sampled_from(first.posts)).node
    second = plan_cordon(
        times,
        origin,
        flight,
        patrols,
        border,
        Wish(drop=frozenset({dropped}), keep=tuple(p.node for p in first.posts), span_s=first.span_s),
    )
    assert {p.node for p in second.posts} == {p.node for p in first.posts} - {dropped}
    if patrols.units:
        tied = data.draw(st.sampled_from(patrols.units))
        node = data.draw(st.sampled_from(first.posts)).node
        third = plan_cordon(times, origin, flight, patrols, border, Wish(lock={node: tied}))
        check(third, patrols, 8)
        (post,) = [p for p in third.posts if p.node == node]
        assert post.unit == tied and post.locked
