"""Which streets a person means, and who is left out when they close."""

from dataclasses import replace

import numpy as np
import pytest

from nazdik.geo.conditions.cutoff import left_out, sample
from nazdik.geo.conditions.errors import AreaEmpty, NoRoadThere, PolygonCrossesItself, ShapeInvalid, TooManyStreets
from nazdik.geo.conditions.select import along_line, at_point, in_area
from nazdik.geo.graph import Ints, RoadGraph, RoadName
from nazdik.geo.reach import standing, times_of
from nazdik.geo.snap import Snapper
from nazdik.kernel import UnitId
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
