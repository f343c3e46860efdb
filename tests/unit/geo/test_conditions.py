"""Which streets a person means, and who is left out when they close."""

from dataclasses import replace

import numpy as np
import pytest

from nazdik.geo.conditions.causes import Barrier, Barriers
from nazdik.geo.conditions.cutoff import left_out, sample
from nazdik.geo.conditions.errors import AreaEmpty, NoRoadThere, PolygonCrossesItself, ShapeInvalid, TooManyStreets
from nazdik.geo.conditions.model import ConditionId
from nazdik.geo.conditions.select import along_line, at_point, in_area
from nazdik.geo.graph import Ints, RoadGraph, RoadName
from nazdik.geo.reach import standing, times_of
from nazdik.geo.snap import Snapper
from nazdik.kernel import UnitId
from tests.property.road_oracle import with_turns
from tests.unit.geo.test_pace import RIVER
from tests.unit.geo.test_route import town
from tests.unit.geo.test_snap import at

GRAPH = town(RIVER)
SNAPPER = Snapper(GRAPH)
NOBODY = standing([], [])


def arcs(*names: str) -> Ints:
    return np.array([a for a in range(GRAPH.arcs) if GRAPH.name_of(a).en in names], dtype=np.int64)


def named(graph: RoadGraph, found: Ints) -> set[str]:
    return {graph.name_of(int(a)).en for a in found}


def test_a_point_means_the_street_it_is_on_both_ways() -> None:
    assert at_point(GRAPH, SNAPPER, at(505, 100)).tolist() == arcs("Bridge").tolist()
    with pytest.raises(NoRoadThere):
        at_point(GRAPH, SNAPPER, at(250, 100))


def test_a_line_means_the_streets_it_runs_along_and_not_those_it_crosses() -> None:
    line = [at(-20, 5), at(1020, 5)]
    assert named(GRAPH, along_line(GRAPH, SNAPPER, line, one_way=False)) == {"South"}
    across = along_line(GRAPH, SNAPPER, [at(505, -30), at(505, 230)], one_way=False)
    assert named(GRAPH, across) == {"Bridge"}


def test_a_line_drawn_one_way_closes_one_way() -> None:
    north = along_line(GRAPH, SNAPPER, [at(500, 10), at(500, 190)], one_way=True)
    (arc,) = north.tolist()
    assert float(GRAPH.node_lat[GRAPH.arc_head[arc]]) > float(GRAPH.node_lat[GRAPH.arc_tail[arc]])


def test_an_area_means_every_street_that_reaches_into_it() -> None:
    inside = in_area(GRAPH, [at(400, 50), at(600, 50), at(600, 150), at(400, 150)], most=100)
    assert inside.tolist() == arcs("Bridge").tolist()
    with pytest.raises(TooManyStreets):
        in_area(GRAPH, [at(-50, -50), at(1050, -50), at(1050, 700), at(-50, 700)], most=3)


def test_shapes_that_are_none_are_refused() -> None:
    with pytest.raises(PolygonCrossesItself):
        in_area(GRAPH, [at(0, 0), at(100, 100), at(100, 0), at(0, 100)], most=9)
    with pytest.raises(AreaEmpty):
        in_area(GRAPH, [at(0, 0), at(0, 0), at(0, 0)], most=9)
    with pytest.raises(AreaEmpty):
        along_line(GRAPH, SNAPPER, [at(0, 0), at(0, 0)], one_way=False)
    with pytest.raises(NoRoadThere):
        in_area(GRAPH, [at(200, 80), at(210, 80), at(210, 90)], most=9)
    with pytest.raises(ShapeInvalid):
        in_area(GRAPH, [(float("nan"), 35.0)] * 4, most=9)


def test_nobody_is_cut_off_while_a_bridge_is_left() -> None:
    out = left_out(GRAPH, times_of(GRAPH), arcs("Bridge", "West Bridge"), stations=NOBODY, units=())
    assert not len(out.junctions) and not out.units


def test_behind_the_last_bridge_junctions_streets_and_units_are_cut_off() -> None:
    bridges = arcs("Bridge", "West Bridge", "East Bridge")
    south = [(UnitId("p.u.A01"), int(arcs("South")[0])), (UnitId("p.u.A02"), int(arcs("Bridge")[0]))]
    out = left_out(GRAPH, times_of(GRAPH), bridges, stations=NOBODY, units=south)
    assert len(out.junctions) == 3, "the south bank; the north has the lane and is larger"
    assert {GRAPH.names[int(GRAPH.segment_name[s])].en for s in out.segments} == {"South"}
    assert out.units == ("p.u.A01",), "whoever stands on a closed bridge may leave it"


def test_who_was_cut_off_before_is_not_blamed_on_this_closure() -> None:
    times = times_of(GRAPH)
    through = times.through_ms.copy()
    through[arcs("Bridge", "West Bridge", "East Bridge")] = np.iinfo(np.int32).max
    cut = left_out(GRAPH, replace(times, through_ms=through), arcs("Lane"), stations=NOBODY, units=())
    assert not set(cut.junctions.tolist()) & {int(GRAPH.arc_tail[a]) for a in arcs("South")}


def test_a_place_behind_a_closed_street_without_streets_of_its_own_is_still_driven_to() -> None:
    out = left_out(GRAPH, times_of(GRAPH), arcs("Lane"), stations=NOBODY, units=())
    assert not len(out.junctions), "the end of the lane is on the lane"


def test_a_long_way_round_is_timed_from_the_stations() -> None:
    far = [
        ([(0, 0), (100, 0)], RoadName("کوتاه", "Short")),
        ([(100, 0), (100, 100)], RoadName("آن سو", "Beyond")),
        ([(0, 0), (0, 5000)], RoadName("دور", "Round")),
        ([(0, 5000), (100, 5000)], RoadName("دور", "Round")),
        ([(100, 5000), (100, 100)], RoadName("دور", "Round")),
    ]
    graph = town(far)
    short = np.array([a for a in range(graph.arcs) if graph.name_of(a).en == "Short"], dtype=np.int64)
    home = Snapper(graph).snap(at(0, 10))
    assert home is not None
    out = left_out(graph, times_of(graph), short, stations=standing([home.arc], [home.fraction]), units=())
    assert len(out.slower) == 2 and float(out.slower_s[0]) == pytest.approx(10_100 / 10 - 11 + 0, rel=0.02)
    assert not len(out.junctions)


def test_a_sample_is_spread_over_all() -> None:
    assert sample(np.arange(100), 5).tolist() == [0, 25, 50, 74, 99]
    assert sample(np.arange(3), 5).tolist() == [0, 1, 2]


# A square around a one-way ring: the way back from the far side is by one turn at the corner.
TURNING: list[tuple[list[tuple[float, float]], RoadName]] = [
    ([(0, 0), (400, 0)], RoadName("خانه", "Home")),
    ([(400, 0), (400, 400)], RoadName("بالا", "Up")),
    ([(400, 0), (800, 0)], RoadName("راست", "Right")),
    ([(800, 0), (800, 400)], RoadName("آن‌سو", "Far")),
    ([(400, 400), (800, 400)], RoadName("بام", "Roof")),
]


def by_name(graph: RoadGraph, name: str, *, onwards: bool) -> int:
    """The arc of a street in the direction it was drawn, or back."""
    found = [a for a in range(graph.arcs) if graph.name_of(a).en == name]
    return next(a for a in found if bool(graph.arc_flags[a] & 1) != onwards)


def test_a_turn_that_may_not_be_taken_is_no_way_out() -> None:
    """With Right closed the far side is reached over Up, unless nobody may turn there from Home."""
    graph = town(TURNING)
    right = np.array([a for a in range(graph.arcs) if graph.name_of(a).en == "Right"], dtype=np.int64)
    free = left_out(graph, times_of(graph), right, stations=NOBODY, units=())
    assert not len(free.junctions)
    home, up = by_name(graph, "Home", onwards=True), by_name(graph, "Up", onwards=True)
    turned = with_turns(graph, {(home, up): None})
    out = left_out(turned, times_of(turned), right, stations=NOBODY, units=())
    assert len(out.junctions) > 0


def test_a_barrier_is_named_by_the_closure_that_makes_it() -> None:
    south, north = Snapper(GRAPH).snap(at(250, 0)), Snapper(GRAPH).snap(at(250, 200))
    assert south is not None and north is not None
    comers = standing([south.arc], [south.fraction])
    bridges = {
        ConditionId("p.r1"): arcs("Bridge"),
        ConditionId("p.r2"): arcs("West Bridge"),
        ConditionId("p.r3"): arcs("East Bridge"),
    }
    barriers = Barriers(GRAPH)

    def before(*ids: str) -> Barrier | None:
        closures = {ConditionId(i): bridges[ConditionId(i)].tolist() for i in ids}
        return barriers.before(north.arc, north.fraction, comers, closures)

    assert before("p.r1", "p.r2") is None, "a bridge is left"
    assert before("p.r1", "p.r2", "p.r3") == Barrier(("p.r1", "p.r2", "p.r3"), together=False), (
        "any of them opens a way"
    )  # type: ignore[arg-type]
    twice = {
        ConditionId("p.r1"): np.concatenate(list(bridges.values())).tolist(),
        ConditionId("p.r2"): arcs("Lane").tolist(),
    }
    assert barriers.before(north.arc, north.fraction, comers, twice) == Barrier((ConditionId("p.r1"),), together=False)
    # The same streets closed twice over: lifting one of the two helps nobody.
    doubled = {ConditionId("p.r1"): twice[ConditionId("p.r1")], ConditionId("p.r2"): twice[ConditionId("p.r1")]}
    assert barriers.before(north.arc, north.fraction, comers, doubled) == Barrier(("p.r1", "p.r2"), together=True)  # type: ignore[arg-type]
    assert before("p.r1") is None
    assert barriers.before(north.arc, north.fraction, standing([], []), twice) is None


def test_a_place_on_a_closed_street_has_no_barrier() -> None:
    bridge, south = Snapper(GRAPH).snap(at(500, 100)), Snapper(GRAPH).snap(at(250, 0))
    assert bridge is not None and south is not None
    closures = {ConditionId("p.r1"): arcs("Bridge", "West Bridge", "East Bridge").tolist()}
    assert (
        Barriers(GRAPH).before(bridge.arc, bridge.fraction, standing([south.arc], [south.fraction]), closures) is None
    )
