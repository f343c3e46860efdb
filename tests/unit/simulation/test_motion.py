"""Journeys and rounds: a unit is on the street it drives on, never jumps, and ends where it was going."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nazdik.geo.sight import RoadSight
from nazdik.kernel import Instant, LonLat, UnitId, distance_m
from nazdik.kernel.instant import MICROSECONDS_PER_S
from nazdik.simulation.chance import Chance
from nazdik.simulation.ground import Ground
from nazdik.simulation.motion import Roads, Spot
from nazdik.simulation.positions import Positions, Reporting


@pytest.fixture(scope="module")
def ground(built_region: Callable[[str], Path]) -> Ground:
    return Ground.load(built_region("tehran-central"))


@pytest.fixture(scope="module")
def sight(ground: Ground) -> RoadSight:
    return RoadSight(ground.graph)


@pytest.fixture(scope="module")
def roads(ground: Ground, sight: RoadSight) -> Roads:
    return Roads(ground.graph, sight.snapper)


def any_spot(roads: Roads, name: str) -> Spot:
    chance = Chance(5)
    return roads.place_on(int(chance.uniform("arc", name) * roads.graph.arcs), chance.uniform("fraction", name))


@pytest.mark.parametrize("number", range(12))
def test_a_journey_takes_what_the_router_says_and_stays_on_the_road(
    roads: Roads, sight: RoadSight, number: int
) -> None:
    start, end = any_spot(roads, f"a{number}"), any_spot(roads, f"b{number}")
    journey = roads.journey(start, end)
    times_s = np.linspace(-5, journey.duration_s + 5, 200)
    track = roads.follow(journey, times_s)
    places = [LonLat(lon, lat) for lon, lat in zip(track.lons.tolist(), track.lats.tolist(), strict=True)]
    assert distance_m(places[0], start.place) < 1
    assert distance_m(places[-1], end.place) < 1
    snapped = sight.snapper.snap_many(track.lons, track.lats, np.full(200, np.nan))
    assert float(snapped.distances_m.max()) < 0.5
    # Nobody jumps: between two moments no further than the fastest road allows.
    step_s = float(times_s[1] - times_s[0])
    assert max(distance_m(a, b) for a, b in pairwise(places)) < 40 * step_s
    assert sum(distance_m(a, b) for a, b in pairwise(places)) <= journey.distance_m * 1.001 + 1


def test_a_slower_pace_takes_longer_in_proportion(roads: Roads) -> None:
    start, end = any_spot(roads, "a"), any_spot(roads, "b")
    plain, slow = roads.journey(start, end), roads.journey(start, end, pace=1.5)
    assert slow.duration_s == pytest.approx(1.5 * plain.duration_s)
    assert slow.distance_m == plain.distance_m


def test_a_journey_agrees_with_the_search_that_chose_the_unit(ground: Ground, roads: Roads) -> None:
    sight = RoadSight(ground.graph)
    start, end = any_spot(roads, "x"), any_spot(roads, "y")
    positions = Positions(sight, roads)
    positions.add(UnitId("u"), start)
    positions.refresh(Instant(0))
    seen = sight.reach(UnitId("u"), end.place)
    assert seen is not None
    assert roads.journey(start, end).duration_s == pytest.approx(seen.travel_time_s, abs=15)


def test_a_round_is_a_connected_way_of_about_the_time_asked_for(roads: Roads) -> None:
    graph = roads.graph
    round_ = roads.wander(any_spot(roads, "w"), 600, Chance(1), "unit", "1")
    assert all(int(graph.arc_head[a]) == int(graph.arc_tail[b]) for a, b in pairwise(round_.arcs.tolist()))
    assert 600 <= round_.duration_s < 900
    again = roads.wander(any_spot(roads, "w"), 600, Chance(1), "unit", "1")
    assert again.arcs.tolist() == round_.arcs.tolist()
    other = roads.wander(any_spot(roads, "w"), 600, Chance(1), "unit", "2")
    assert other.arcs.tolist() != round_.arcs.tolist()


def test_a_round_keeps_to_its_beat(roads: Roads) -> None:
    start = any_spot(roads, "w")

    def near(point: LonLat) -> bool:
        return distance_m(point, start.place) < 600

    round_ = roads.wander(start, 1800, Chance(1), "unit", within=near)
    track = roads.follow(round_, np.arange(0, round_.duration_s, 10.0))
    apart = [
        distance_m(LonLat(lon, lat), start.place)
        for lon, lat in zip(track.lons.tolist(), track.lats.tolist(), strict=True)
    ]
    assert float(np.mean(np.array(apart) < 700)) > 0.9


def test_reports_come_at_their_moments_and_carry_them(ground: Ground, roads: Roads) -> None:
    sight = RoadSight(ground.graph)
    positions = Positions(sight, roads, Reporting(moving_s=10, standing_s=60))
    unit, begin = UnitId("u"), Instant(1_000_000_007 * MICROSECONDS_PER_S)
    start, end = any_spot(roads, "a1"), any_spot(roads, "b1")
    positions.add(unit, start)
    positions.refresh(begin)
    assert positions.place(unit) == start.place
    positions.drive(unit, roads.journey(start, end), begin)
    positions.refresh(Instant(begin + 1 * MICROSECONDS_PER_S))
    assert positions.place(unit) == start.place
    later = Instant(begin + 25 * MICROSECONDS_PER_S)
    positions.refresh(later)
    seen = sight.reach(unit, end.place)
    assert seen is not None
    assert seen.fixed_at == 1_000_000_030 * MICROSECONDS_PER_S
    assert distance_m(seen.position, positions.spot(unit, seen.fixed_at).place) < 0.01
    assert distance_m(seen.position, positions.spot(unit, later).place) > 0
    positions.refresh(Instant(begin + 7200 * MICROSECONDS_PER_S))
    place = positions.place(unit)
    assert place is not None
    assert distance_m(place, end.place) < 0.01


def test_a_track_is_where_the_unit_is_at_each_of_its_moments(roads: Roads) -> None:
    journey = roads.journey(any_spot(roads, "from"), any_spot(roads, "to"), pace=1.2)
    began_at, every_us = Instant(1_000_000_123), 10 * MICROSECONDS_PER_S
    first = began_at // every_us + 1
    ticks = int(journey.duration_s / 10) + 2
    kept = np.full((ticks + 3, 3), np.nan)
    end = roads.track(journey, began_at, first, ticks, every_us, kept)
    track = roads.follow(journey, (np.arange(first, first + ticks) * every_us - began_at) / MICROSECONDS_PER_S)
    assert kept[:ticks].T.tolist() == [track.lons.tolist(), track.lats.tolist(), track.headings_deg.tolist()]
    assert np.isnan(kept[ticks:]).all()
    assert end == roads.at(journey, journey.duration_s)


def test_a_unit_is_seen_near_by_its_first_report_from_within_the_circle(ground: Ground, roads: Roads) -> None:
    positions, unit, began_at = Positions(RoadSight(ground.graph), roads), UnitId("u"), Instant(1_000_000_123)
    start, end = any_spot(roads, "here"), any_spot(roads, "there")
    positions.add(unit, start)
    assert positions.seen_near_s(unit, end.place, 500) is None, "it is on no journey"
    positions.drive(unit, roads.journey(start, end), began_at)
    near_s = positions.seen_near_s(unit, end.place, 500)
    assert near_s is not None
    report = Instant(began_at + round(near_s * MICROSECONDS_PER_S))
    assert report % (10 * MICROSECONDS_PER_S) == 0
    before = Instant(report - 10 * MICROSECONDS_PER_S)
    assert distance_m(positions.spot(unit, report).place, end.place) <= 500
    assert distance_m(positions.spot(unit, before).place, end.place) > 500
    aside = LonLat(end.place.lon + 1.0, end.place.lat)
    assert positions.seen_near_s(unit, aside, 500) is None


def test_a_unit_that_has_arrived_stands_exactly_where_its_journey_ends(ground: Ground, roads: Roads) -> None:
    positions, unit_id = Positions(RoadSight(ground.graph), roads), UnitId("tehran-central.u1")
    start, now = any_spot(roads, "here"), Instant(1_000_000_123)
    positions.add(unit_id, start)
    journey = roads.journey(start, any_spot(roads, "there"), pace=1.3)
    positions.drive(unit_id, journey, now)
    after = Instant(now + round((journey.duration_s + 20.0) * MICROSECONDS_PER_S))
    positions.refresh(after)
    assert positions.spot(unit_id, after) == roads.at(journey, journey.duration_s)
