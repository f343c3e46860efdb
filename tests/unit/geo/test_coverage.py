"""Who is covered now, and what a dispatch would leave: on streets whose times a reader can add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.geo.coverage import FreeFleet, cover, demand, whole
from nazdik.geo.people import Settlements, homes_of
from nazdik.geo.reach import standing, times_of
from nazdik.kernel import OfficeId, UnitId
from tests.property.road_oracle import graph_of

A, B = OfficeId("p.a"), OfficeId("p.b")
MINUTE = 60_000
LIMITS = (300, 600, 900)


def line(minutes: list[int]):  # type: ignore[no-untyped-def]
    """Junctions in a row, so many minutes apart, both ways."""
    return graph_of(len(minutes) + 1, [(i, i + 1, m * MINUTE, m * MINUTE) for i, m in enumerate(minutes)])


def at_node(graph, node: int) -> tuple[int, float]:  # type: ignore[no-untyped-def]
    """A place on the road that is this junction."""
    arc = int(graph.first_out[node])
    return arc, 0.0


def fleet_at(graph, nodes: list[int], counties: list[OfficeId | None]) -> FreeFleet:  # type: ignore[no-untyped-def]
    places = [at_node(graph, node) for node in nodes]
    units = tuple(UnitId(f"p.u.A{i}") for i in range(len(nodes)))
    return FreeFleet(units, standing([a for a, _ in places], [f for _, f in places]), tuple(counties))


def demand_at(graph, rows: list[tuple[int, float, int]]):  # type: ignore[no-untyped-def]
    """People (node, weight, county number); node -1 is near no road."""
    places = [at_node(graph, n) if n >= 0 else (-1, 0.0) for n, _, _ in rows]
    return demand(
        graph,
        np.array([a for a, _ in places], np.int32),
        np.array([f for _, f in places]),
        np.array([w for _, w, _ in rows], float),
        np.array([c for _, _, c in rows], np.int32),
        (A, B),
    )


def counted(graph, fleet, people, calls=None):  # type: ignore[no-untyped-def]
    nothing = demand_at(graph, [])
    _, counties, gaps = cover(graph, times_of(graph), fleet, people, calls or nothing, limits_s=LIMITS, gap_limit_s=600)
    return counties, gaps


def test_shares_are_of_people_and_those_near_no_road_count_as_not_reached() -> None:
    graph = line([4, 4, 4, 4])
    people = demand_at(graph, [(0, 10, 0), (1, 30, 0), (2, 20, 0), (3, 20, 1), (4, 5, 1), (-1, 20, 0)])
    counties, _ = counted(graph, fleet_at(graph, [0], [A]), people)
    assert counties[A].people.total == 80
    assert counties[A].people.within == pytest.approx((40 / 80, 60 / 80, 60 / 80))
    assert counties[B].people.within == pytest.approx((0, 0, 20 / 25))
    assert counties[A].calls.within == (None, None, None), "of nothing there is no share"
    assert counties[A].free_units == 1
    assert whole(counties, 3).people.within == pytest.approx((40 / 105, 60 / 105, 80 / 105))


def test_the_gap_is_what_nobody_else_reaches_in_time() -> None:
    graph = line([4, 4, 4, 4])
    people = demand_at(graph, [(0, 10, 0), (1, 30, 0), (2, 20, 0), (3, 20, 0), (4, 20, 0)])
    _, gaps = counted(graph, fleet_at(graph, [0, 3], [A, A]), people)
    first, second = gaps[UnitId("p.u.A0")], gaps[UnitId("p.u.A1")]
    # From 3 in ten minutes: 1 (8 min) to 4. So only node 0 depends on the first unit.
    assert first.people_lost == pytest.approx(0.10)
    assert first.people_backfilled == pytest.approx(0.30)
    assert first.backfill == UnitId("p.u.A1")
    assert first.backfill_later_s == pytest.approx(240)
    assert second.people_lost == pytest.approx(0.40), "3 is twelve minutes from 0, and 4 is sixteen"
    assert second.people_backfilled == pytest.approx(0.20)


def test_a_unit_alone_has_no_backfill_and_one_of_no_county_no_share() -> None:
    graph = line([4, 4])
    people = demand_at(graph, [(0, 10, 0)])
    _, gaps = counted(graph, fleet_at(graph, [1], [A]), people)
    only = gaps[UnitId("p.u.A0")]
    assert (only.people_lost, only.backfill, only.calls_lost) == (1.0, None, None)
    _, gaps = counted(graph, fleet_at(graph, [1], [None]), people)
    assert gaps[UnitId("p.u.A0")].people_lost is None
    assert gaps[UnitId("p.u.A0")].county is None


def test_what_a_unit_holds_in_another_county_is_no_loss_of_its_own() -> None:
    graph = line([4, 4])
    people = demand_at(graph, [(0, 10, 0), (2, 10, 1)])
    _, gaps = counted(graph, fleet_at(graph, [1], [B]), people)
    assert gaps[UnitId("p.u.A0")].people_lost == 1.0
    assert gaps[UnitId("p.u.A0")].county == B


def test_without_free_units_nobody_is_covered() -> None:
    graph = line([4])
    counties, gaps = counted(graph, fleet_at(graph, [], []), demand_at(graph, [(0, 10, 0)]))
    assert counties[A].people.within == (0.0, 0.0, 0.0)
    assert gaps == {}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_gap_is_the_coverage_before_less_the_coverage_after(data: st.DataObject) -> None:
    """Counted the slow way: take each unit out of the fleet and count again."""
    nodes = data.draw(st.integers(2, 7))
    node = st.integers(0, nodes - 1)
    streets = data.draw(
        st.lists(st.tuples(node, node, st.integers(1, 9), st.none() | st.integers(1, 9)), min_size=1, max_size=14)
    )
    graph = graph_of(nodes, [(a, b, m * MINUTE, None if k is None else k * MINUTE) for a, b, m, k in streets])
    arc, share = st.integers(0, graph.arcs - 1), st.sampled_from([0.0, 0.3, 1.0])
    rows = data.draw(st.lists(st.tuples(arc, share, st.integers(1, 9), st.integers(0, 1)), min_size=1, max_size=8))
    people = demand(
        graph,
        np.array([r[0] for r in rows], np.int32),
        np.array([r[1] for r in rows]),
        np.array([r[2] for r in rows], float),
        np.array([r[3] for r in rows], np.int32),
        (A, B),
    )
    cars = data.draw(st.lists(st.tuples(arc, share, st.sampled_from([A, B])), min_size=1, max_size=4))

    def fleet(without: int | None) -> FreeFleet:
        kept = [(i, c) for i, c in enumerate(cars) if i != without]
        units = tuple(UnitId(f"p.u.A{i}") for i, _ in kept)
        return FreeFleet(
            units, standing([c[0] for _, c in kept], [c[1] for _, c in kept]), tuple(c[2] for _, c in kept)
        )

    before, gaps = counted(graph, fleet(None), people)
    for i, car in enumerate(cars):
        after, _ = counted(graph, fleet(i), people)
        gap = gaps[UnitId(f"p.u.A{i}")]
        county = before[car[2]].people
        if not county.total:
            assert gap.people_lost is None
            continue
        assert gap.people_lost == pytest.approx((county.within[1] or 0) - (after[car[2]].people.within[1] or 0))


def test_people_are_spread_over_the_streets_of_their_town_by_length() -> None:
    graph = graph_of(4, [(0, 1, 1000, 1000), (1, 2, 3000, 3000), (2, 3, 1000, 1000)])
    homes = homes_of(graph, Settlements([51.001], [35.0], [1000]))
    assert homes.known
    assert homes.people.sum() == pytest.approx(1000)
    metres = graph.arc_m[homes.arcs]
    assert homes.people / metres == pytest.approx(np.full(len(metres), 1000 / metres.sum()))


def test_a_hamlet_off_the_streets_stands_on_the_nearest_and_a_far_one_is_lost() -> None:
    graph = graph_of(2, [(0, 1, 1000, 1000)])
    homes = homes_of(graph, Settlements([51.0, 53.0], [35.03, 35.0], [7, 9]))
    assert homes.people.sum() == pytest.approx(7)
    assert homes.unplaced == 9


def test_a_region_without_populations_weighs_its_streets() -> None:
    graph = graph_of(3, [(0, 1, 1000, 1000), (1, 2, 3000, 3000)])
    homes = homes_of(graph, Settlements([], [], []))
    assert not homes.known
    assert homes.people == pytest.approx(graph.arc_m[homes.arcs])
