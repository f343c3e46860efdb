"""The time of every arc follows the hour, the traffic and what was learnt; a closure stops driving through and nothing else."""

from math import nan

import numpy as np
import pytest

from nazdik.geo.conditions.events import (
    ConditionEnded,
    ConditionStarted,
    EtaFactorsApplied,
    EtaFactorsReverted,
    RoadClosed,
    TrafficFactorSet,
)
from nazdik.geo.conditions.evolution import evolve
from nazdik.geo.conditions.model import ConditionId, Factor, FactorsId, LearnedFactors, Piece, Roads
from nazdik.geo.conditions.pieces import PieceFinder, both_ways, pieces_of
from nazdik.geo.graph import RoadGraph, RoadName
from nazdik.geo.pace import Pace
from nazdik.geo.route import NoWay
from nazdik.geo.sight import RoadSight
from nazdik.geo.snap import Snapper
from nazdik.geo.tables import BANDS, FLAT, GROUPS, HOURS_1
from nazdik.geo.times import CLOSED_MS
from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.published.sight import HEALTH_BITS
from tests.unit.geo.test_route import town
from tests.unit.geo.test_snap import at

CAR = UnitId("p.u.A01")
HOUR_US = 3_600_000_000
# 1970-01-01 in Iran: noon there is 08:30 UTC.
NOON, NIGHT = Instant(8 * HOUR_US + HOUR_US // 2), Instant(20 * HOUR_US)
BRIDGE = RoadName("پل", "Bridge")
# A river: north and south bank streets of 1,000 m, a bridge at each end and one in the middle, and a lane that ends blind.
RIVER = [
    ([(0, 0), (500, 0)], RoadName("جنوبی", "South")),
    ([(500, 0), (1000, 0)], RoadName("جنوبی", "South")),
    ([(0, 200), (500, 200)], RoadName("شمالی", "North")),
    ([(500, 200), (1000, 200)], RoadName("شمالی", "North")),
    ([(0, 0), (0, 200)], RoadName("پل غربی", "West Bridge")),
    ([(500, 0), (500, 200)], BRIDGE),
    ([(1000, 0), (1000, 200)], RoadName("پل شرقی", "East Bridge")),
    ([(500, 200), (500, 600)], RoadName("کوچه", "Lane")),
]


def river() -> tuple[RoadSight, Pace]:
    road = RoadSight(town(RIVER))
    slot = np.array([road.enrol(CAR)])
    road.set_health(slot, np.array([HEALTH_BITS]))
    put(road, at(490, 0))
    return road, Pace(road, table=FLAT)


def put(road: RoadSight, point: LonLat) -> None:
    road.place(np.array([road.enrol(CAR)]), *(np.array([v]) for v in (point.lon, point.lat, nan)), np.array([1]))


def street(graph: RoadGraph, name: str) -> tuple[Piece, ...]:
    return pieces_of(graph, (a for a in range(graph.arcs) if graph.name_of(a).en == name))


def closed(roads: Roads, graph: RoadGraph, *names: str, name: str = "c") -> Roads:
    condition_id = ConditionId(f"p.r{name}")
    pieces = tuple(p for n in names for p in street(graph, n))
    fact = RoadClosed(at=NOON, condition_id=condition_id, pieces=pieces, office=OfficeId("p"), reason="bridge",
                      starts_at=NOON, by="me")  # fmt: skip
    return evolve(evolve(roads, fact), ConditionStarted(at=NOON, condition_id=condition_id))


def slowed(roads: Roads, graph: RoadGraph, street_name: str, factor: float, name: str = "t") -> Roads:
    condition_id = ConditionId(f"p.r{name}")
    fact = TrafficFactorSet(at=NOON, condition_id=condition_id, pieces=street(graph, street_name), office=OfficeId("p"),
                            reason="dust", starts_at=NOON, by="me", time_factor=factor)  # fmt: skip
    return evolve(evolve(roads, fact), ConditionStarted(at=NOON, condition_id=condition_id))


EMPTY = Roads(province=ProvinceId("p"))


def seconds(road: RoadSight, point: LonLat) -> float | None:
    seen = road.reach(CAR, point)
    return None if seen is None else seen.travel_time_s


def test_a_bridge_closes_and_the_next_question_knows_and_it_opens_and_all_is_as_before() -> None:
    road, pace = river()
    there = at(510, 200)
    pace.show(EMPTY, NOON)
    assert seconds(road, there) == pytest.approx(22, abs=0.1)
    shut = closed(EMPTY, road.graph, "Bridge")
    pace.show(shut, NOON)
    assert seconds(road, there) == pytest.approx(49 + 20 + 51, abs=0.2)  # over the east or the west bridge
    pace.show(evolve(shut, ConditionEnded(at=NOON, condition_id=ConditionId("p.rc"))), NOON)
    assert seconds(road, there) == pytest.approx(22, abs=0.1)


def test_a_place_on_a_closed_street_is_reached_and_a_unit_on_it_leaves_both_ways() -> None:
    road, pace = river()
    pace.show(closed(EMPTY, road.graph, "Bridge"), NOON)
    assert seconds(road, at(500, 50)) == pytest.approx(6, abs=0.1), "from the near end"
    put(road, at(500, 100))
    assert seconds(road, at(500, 300)) == pytest.approx(20, abs=0.1)
    assert seconds(road, at(510, 0)) == pytest.approx(11, abs=0.1)


def test_with_every_bridge_closed_no_way_is_left_and_words_say_so() -> None:
    road, pace = river()
    pace.show(closed(EMPTY, road.graph, "Bridge", "West Bridge", "East Bridge"), NOON)
    assert seconds(road, at(510, 200)) is None and road.way(CAR, at(510, 200)) is None
    with pytest.raises(NoWay):
        road.route_of(CAR, at(510, 200))
    assert road.nearest(at(510, 200), k=1, all_of=0, any_of=0, fixed_after=Instant(0)).found == ()


def test_of_two_conditions_on_one_street_closed_is_closed_and_the_slowest_factor_counts() -> None:
    road, pace = river()
    there = at(510, 200)
    twice = slowed(EMPTY, road.graph, "Bridge", 2.0, "t1")
    both = slowed(twice, road.graph, "Bridge", 3.0, "t2")
    pace.show(both, NOON)
    assert seconds(road, there) == pytest.approx(2 + 60, abs=0.1)
    shut = closed(both, road.graph, "Bridge")
    pace.show(shut, NOON)
    assert seconds(road, there) == pytest.approx(120, abs=0.2)
    without = evolve(shut, ConditionEnded(at=NOON, condition_id=ConditionId("p.rt2")))
    pace.show(evolve(without, ConditionEnded(at=NOON, condition_id=ConditionId("p.rc"))), NOON)
    assert seconds(road, there) == pytest.approx(2 + 40, abs=0.1)
    pace.show(EMPTY, NOON)
    assert seconds(road, there) == pytest.approx(22, abs=0.1)


def test_the_time_table_turns_at_its_hour_and_the_answer_says_which_band() -> None:
    road, _ = river()
    pace = Pace(road, table=HOURS_1)
    pace.show(EMPTY, NOON)
    search = road.nearest(at(510, 200), k=1, all_of=0, any_of=0, fixed_after=Instant(0))
    assert (search.basis.table, search.basis.band) == ("hours-1", "day")
    by_day = seconds(road, at(510, 200))
    pace.show(EMPTY, NIGHT)
    by_night = seconds(road, at(510, 200))
    assert by_day is not None and by_night == pytest.approx(by_day * HOURS_1.factor("primary", "night"), abs=0.01)
    pace.show(EMPTY, NOON)
    assert seconds(road, at(510, 200)) == by_day


def test_what_was_learnt_lies_on_top_of_the_table_and_is_taken_back_whole() -> None:
    road, _ = river()
    pace = Pace(road, table=HOURS_1)
    learned = LearnedFactors(
        id=FactorsId("p.f1"), table="hours-1", applied_at=NOON, by="me",
        factors=(Factor(group="primary", band="day", factor=1.5, trips=99),),
    )  # fmt: skip
    taught = evolve(EMPTY, EtaFactorsApplied(at=NOON, learned=learned))
    pace.show(taught, NOON)
    assert seconds(road, at(510, 200)) == pytest.approx(33, abs=0.1)
    way = road.way(CAR, at(510, 200))
    assert way is not None
    assert [(leg.group, leg.seconds) for leg in way.legs] == [("primary", pytest.approx(22, abs=0.1))]
    assert way.traffic_s == pytest.approx(0, abs=0.05) and way.basis.learned == "p.f1"
    pace.show(taught, NIGHT)
    night = 22 * HOURS_1.factor("primary", "night")
    assert seconds(road, at(510, 200)) == pytest.approx(night, abs=0.1), "it was learnt of the day only"
    pace.show(evolve(taught, EtaFactorsReverted(at=NOON, office=OfficeId("p"), by="me")), NOON)
    assert seconds(road, at(510, 200)) == pytest.approx(22, abs=0.1)


def test_traffic_on_the_way_is_told_apart_from_the_table() -> None:
    road, pace = river()
    pace.show(slowed(EMPTY, road.graph, "Bridge", 2.0), NOON)
    way = road.way(CAR, at(510, 200))
    assert way is not None and way.traffic_s == pytest.approx(20, abs=0.1)
    assert sum(leg.seconds for leg in way.legs) == pytest.approx(22, abs=0.1)


def test_only_what_changed_is_set() -> None:
    class Heard(RoadSight):
        calls: list[tuple[list[int], list[int]]]

        def set_times(self, arcs: np.ndarray, ms: np.ndarray) -> None:
            self.calls.append((arcs.tolist(), ms.tolist()))
            super().set_times(arcs, ms)

    road = Heard(town(RIVER))
    road.calls = []
    pace = Pace(road, table=FLAT)
    pace.show(EMPTY, NOON)
    assert road.calls == []
    shut = closed(EMPTY, road.graph, "Bridge")
    pace.show(shut, NOON)
    pace.show(shut, Instant(NOON + 1))
    arcs = [a for a in range(road.graph.arcs) if road.graph.name_of(a).en == "Bridge"]
    assert road.calls == [(arcs, [CLOSED_MS, CLOSED_MS])]


def test_a_condition_finds_its_street_on_a_rebuilt_map_and_says_what_it_does_not_find() -> None:
    road, pace = river()
    shut = closed(EMPTY, road.graph, "Bridge", "Lane")
    pace.show(shut, NOON)
    assert not pace.lost(shut)
    # The bridge has got a junction in its middle and moved by two metres; the lane is gone; a street was added.
    rebuilt = [*RIVER[:5], ([(502, 0), (502, 100)], BRIDGE), ([(502, 100), (500, 200)], BRIDGE), RIVER[6]]
    rebuilt += [([(502, 100), (700, 100)], RoadName("نو", "New")), ([(0, 200), (0, 400)], RoadName("نو", "New"))]
    rebuilt[0], rebuilt[1] = ([(0, 0), (502, 0)], BRIDGE), ([(502, 0), (1000, 0)], BRIDGE)
    road.switch(road.make_ready(town(rebuilt)))
    pace.show(shut, NOON)
    graph = road.graph
    found = {a for arcs in pace.arcs_of(shut.conditions[ConditionId("p.rc")]) for a in arcs}
    bridge = [
        a
        for a in range(graph.arcs)
        if abs(graph.node_lon[graph.arc_tail[a]] - graph.node_lon[graph.arc_head[a]]) < 1e-4
    ]
    over_water = {a for a in bridge if abs(float(graph.node_lon[graph.arc_tail[a]]) - at(501, 0).lon) < 1e-4}
    assert found == over_water and len(found) == 4
    assert [piece.name_en for pieces in pace.lost(shut).values() for piece in pieces] == ["Lane", "Lane"]
    put(road, at(490, 0))
    assert seconds(road, at(510, 200)) == pytest.approx(120, abs=1.5)


def test_every_arc_of_a_map_is_found_again_by_its_piece() -> None:
    graph = town(RIVER)
    arcs = both_ways(graph, np.arange(graph.arcs))
    assert PieceFinder(graph, Snapper(graph)).find(pieces_of(graph, arcs.tolist())) == tuple(
        (a,) for a in arcs.tolist()
    )


def test_a_table_names_only_groups_and_bands_there_are_and_every_hour_has_one() -> None:
    assert set(HOURS_1.band_of_hour) == set(BANDS) == set(HOURS_1.factors) | {"day"}
    assert all(set(factors) <= set(GROUPS) for factors in HOURS_1.factors.values())
    for hour in range(24):
        now = Instant(hour * HOUR_US)
        until = HOURS_1.band_until(now, 210)
        assert HOURS_1.band_at(now, 210) != HOURS_1.band_at(until, 210)
        assert HOURS_1.band_at(Instant(until - 1), 210) == HOURS_1.band_at(now, 210)
        assert until > now
