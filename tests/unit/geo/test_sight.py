"""What dispatch and the fleet see of the road."""

from importlib import import_module
from math import inf, nan

import numpy as np
import pytest

from nazdik.geo.route import OutsideRegion, Turn
from nazdik.geo.sight import NoPlace, RoadSight
from nazdik.geo.times import CLOSED_MS
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.kernel.rejected import Invalid
from nazdik.published.fleet import FleetOnRoad
from nazdik.published.sight import HEALTH_BITS, Fitness, Search, Sight, skill_bit
from tests.unit.geo.test_route import CROSSING, town
from tests.unit.geo.test_snap import at

READY = int(Fitness.ON_DUTY | Fitness.AVAILABLE)
A, B, C = UnitId("khuzestan.u.a"), UnitId("khuzestan.u.b"), UnitId("khuzestan.u.c")
NOW = Instant(1_000_000)


def sight(**places: tuple[float, float]) -> RoadSight:
    """A crossing with units at (east, north) metres, all on duty, available and healthy."""
    road = RoadSight(town(CROSSING))
    for name, place in places.items():
        unit_id = UnitId(f"khuzestan.u.{name}")
        put(road, unit_id, at(*place))
        road.set_duty(unit_id, READY)
        road.set_health(np.array([road.enrol(unit_id)]), np.array([HEALTH_BITS]))
    return road


def put(road: RoadSight, unit_id: UnitId, point: LonLat, fixed_at: int = NOW) -> float:
    slot = np.array([road.enrol(unit_id)])
    return float(road.place(slot, *(np.array([v]) for v in (point.lon, point.lat, nan)), np.array([fixed_at]))[0])


def ask(road: RoadSight, east: float, north: float, k: int = 3, **other: object) -> Search:
    question = {"all_of": READY | HEALTH_BITS, "any_of": 0, "fixed_after": Instant(0), **other}
    return road.nearest(at(east, north), k=k, **question)


def ids(seen: tuple[object, ...]) -> list[UnitId]:
    return [unit.unit_id for unit in seen]


def test_it_is_what_dispatch_and_the_fleet_ask_for() -> None:
    road: FleetOnRoad = sight()
    seen: Sight = road
    assert seen.covers(at(0, 100))


def test_the_nearest_units_come_with_time_distance_place_and_mask() -> None:
    search = ask(sight(a=(0, 100), b=(5, 250)), 300, 310, k=2)
    assert ids(search.found) == [B, A]
    best = search.found[0]
    assert best.travel_time_s == pytest.approx(35, abs=0.1)
    assert best.distance_m == pytest.approx(350, abs=0.5)
    assert best.position == at(5, 250)
    assert best.fixed_at == NOW
    assert best.mask == READY | HEALTH_BITS
    assert search.off_road_m == pytest.approx(10, abs=0.1)
    assert search.snapped.lat == pytest.approx(at(0, 300).lat)
    assert search.fleet_size == 2


def test_a_new_unit_is_nowhere_and_fit_for_nothing() -> None:
    road = sight()
    assert road.enrol(A) == road.enrol(A) == 0
    assert road.enrol(B) == 1
    search = ask(road, 0, 100)
    assert (search.found, search.passed_over, search.without_place) == ((), (), ())
    put(road, A, at(0, 100))
    assert ids(ask(road, 0, 100).passed_over) == [A]
    assert ids(ask(road, 0, 100, all_of=0).found) == [A]


def test_duty_and_health_keep_out_of_each_others_bits() -> None:
    road = sight(a=(0, 100))
    slot = np.array([road.enrol(A)])
    road.set_duty(A, READY | skill_bit("armed") | 1 << 63)
    assert ask(road, 0, 100).found[0].mask == READY | skill_bit("armed") | 1 << 63 | HEALTH_BITS
    assert ids(ask(road, 0, 100, all_of=1 << 63).found) == [A]
    road.set_health(slot, np.array([int(Fitness.POSITION_PLAUSIBLE) | READY << 20]))
    mask = ask(road, 0, 100, all_of=0).found[0].mask
    assert mask == READY | skill_bit("armed") | 1 << 63 | int(Fitness.POSITION_PLAUSIBLE)
    road.set_duty(A, HEALTH_BITS)
    assert ask(road, 0, 100, all_of=0).found[0].mask == int(Fitness.POSITION_PLAUSIBLE)


def test_a_unit_on_duty_without_a_place_is_named() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    road.set_duty(C, READY)
    assert ask(road, 0, 100).without_place == (C,)
    road.unplace(np.array([road.enrol(A)]))
    assert ask(road, 0, 100).without_place == (A, C)
    assert ask(road, 0, 100, exclude=frozenset({A})).without_place == (C,)
    road.set_duty(C, 0)
    put(road, A, at(0, 120))
    assert ask(road, 0, 100).without_place == ()
    assert put(road, B, at(200, 5000)) == inf
    assert ask(road, 0, 100).without_place == (B,)


def test_where_a_unit_was_last_is_remembered() -> None:
    road = sight(a=(0, 100))
    assert road.position_of(B) is None
    road.enrol(B)
    assert road.position_of(B) is None
    assert road.position_of(A) == at(0, 100)
    road.unplace(np.array([road.enrol(A)]))
    assert road.position_of(A) == at(0, 100)


def test_stale_and_excluded_units_are_not_sent() -> None:
    road = sight(a=(0, 100), b=(0, 150), c=(0, 200))
    put(road, A, at(0, 100), fixed_at=5)
    search = ask(road, 0, 100, fixed_after=Instant(5), exclude=frozenset({B, UnitId("nobody")}))
    assert ids(search.found) == [C]
    assert ids(search.passed_over) == [A]


def test_equals_come_in_the_order_of_their_ids_whoever_enrolled_first() -> None:
    road = sight(c=(0, 100), b=(0, 100), a=(0, 100))
    assert ids(ask(road, 0, 250, k=2).found) == [A, B]
    road = sight(b=(0, 100))
    ask(road, 0, 250)
    put(road, A, at(0, 100))
    road.set_duty(A, READY | HEALTH_BITS)
    road.set_health(np.array([road.enrol(A)]), np.array([HEALTH_BITS]))
    assert ids(ask(road, 0, 250, k=1).found) == [A]


def test_nobody_beyond_the_time_limit_is_found() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    assert ids(ask(road, 0, 210, limit_s=5.0).found) == [B]
    assert ask(road, 0, 210, limit_s=-1.0).found == ()


def test_a_straight_line_may_choose_another_than_the_road() -> None:
    """From the end of one arm the other arm's end is near through the air and far by road."""
    road = RoadSight(town([([(0, 0), (0, 500)], CROSSING[0][1]), ([(0, 500), (50, 0)], CROSSING[2][1])]))
    for unit_id, point in ((A, at(45, 50)), (B, at(0, 200))):
        put(road, unit_id, point)
        road.set_duty(unit_id, READY)
    question = {"all_of": READY, "any_of": 0, "fixed_after": Instant(0)}
    by_air, by_road = road.air_nearest(at(0, 0), k=2, **question), road.nearest(at(0, 0), k=2, **question)
    assert ids(by_air.found) == [A, B]
    assert ids(by_road.found) == [B, A]
    assert {u.unit_id: u.travel_time_s for u in by_air.found} == {u.unit_id: u.travel_time_s for u in by_road.found}
    assert road.air_nearest(at(0, 0), k=2, exclude=frozenset({A, B}), **question).found == ()


def test_a_point_without_a_road_is_outside_the_region() -> None:
    road, far = sight(a=(0, 100)), LonLat(48.0, 31.0)
    assert not road.covers(far)
    for act in (
        lambda: ask(road, 0, 5000),
        lambda: road.air_nearest(far, k=1, all_of=0, any_of=0, fixed_after=Instant(0)),
        lambda: road.route_of(A, far),
    ):
        with pytest.raises(OutsideRegion) as refused:
            act()
        assert refused.value.code == "geo.outside_region"
        assert isinstance(refused.value, Invalid)


def test_the_route_of_a_unit_takes_as_long_as_the_search_said() -> None:
    road = sight(a=(0, 100))
    route, seen = road.route_of(A, at(300, 310)), ask(road, 300, 310).found[0]
    assert route.travel_time_s == pytest.approx(seen.travel_time_s, abs=0.002)
    assert route.distance_m == pytest.approx(seen.distance_m, abs=0.01)
    assert [step.turn for step in route.manoeuvres] == [Turn.DEPART, Turn.RIGHT, Turn.ARRIVE_LEFT]
    with pytest.raises(NoPlace):
        road.route_of(B, at(300, 310))
    assert road.route(at(0, 100), at(300, 310)).distance_m == pytest.approx(route.distance_m)


def test_the_way_of_whoever_was_just_found_is_that_of_a_new_search() -> None:
    """It is taken from the answer, unless the unit moved, the roads changed or something else was asked meanwhile."""

    def slower(road: RoadSight) -> None:
        arcs = np.arange(road.graph.arcs)
        road.set_times(arcs, (road.graph.arc_ms[arcs] * 2).astype(np.int32))

    def elsewhere(road: RoadSight) -> None:
        put(road, A, at(0, 250), NOW + 1)

    def other_question(road: RoadSight) -> None:
        ask(road, 0, 50)

    goal = at(300, 310)
    seen = set()
    for meanwhile in (lambda _road: None, slower, elsewhere, other_question):
        asked, fresh = sight(a=(0, 100), b=(0, 200)), sight(a=(0, 100), b=(0, 200))
        ask(asked, 300, 310)
        meanwhile(asked)
        meanwhile(fresh)
        for unit_id in (B, A):
            way = asked.way(unit_id, goal)
            assert way is not None and way == fresh.way(unit_id, goal)
            seen.add(way.travel_time_s)
    assert len(seen) == 5, "what happened meanwhile makes a difference"


def test_arrays_of_any_kind_are_taken() -> None:
    """Positions come straight out of messages: read-only and of other types."""
    road = sight(a=(0, 100), b=(0, 200))
    lons, lats = np.array([at(0, 0).lon] * 2, dtype=np.float64), np.array([at(0, 50).lat, at(0, 90).lat])
    for values in (lons, lats):
        values.setflags(write=False)
    slots = np.array([0, 1], dtype=np.int32)
    assert road.place(slots, lons, lats, np.array([nan, nan], dtype=np.float32), np.array([7, 7])).max() < 1
    assert ask(road, 0, 50).found[0].fixed_at == 7
    nobody = np.zeros(0, dtype=np.int64)
    assert len(road.place(nobody, np.zeros(0), np.zeros(0), np.zeros(0), nobody)) == 0


def test_it_warms_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what only a way through several streets needs: the first offer after a start waited for it."""
    called: set[str] = set()

    def note(module: str, name: str) -> None:
        function = getattr(import_module(module), name)
        monkeypatch.setattr(f"{module}.{name}", lambda *asked: (called.add(name), function(*asked))[1])

    note("nazdik.geo.nearest", "way_of_met")
    note("nazdik.geo.legs", "_sums")
    sight().warm_up()
    assert called == {"way_of_met", "_sums"}


def test_who_must_first_be_called_away_counts_as_much_further_off() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    road.set_duty(B, READY, delay_s=30)
    search = ask(road, 0, 210)
    assert ids(search.found) == [A, B]
    assert [(round(s.travel_time_s), s.delay_s, round(s.arrival_s)) for s in search.found] == [(11, 0, 11), (1, 30, 31)]
    road.set_duty(B, READY)
    assert ids(ask(road, 0, 210).found) == [B, A]


def test_who_will_be_free_soon_is_compared_with_who_is_free_and_far() -> None:
    """B is free in fifteen seconds and one second off; A is free now and eleven off. As B's moment comes nearer, so does B."""
    road = sight(a=(0, 100), b=(0, 200))
    road.set_duty(B, READY, ready_at=Instant(NOW + 15_000_000))
    assert ids(ask(road, 0, 210, now=NOW).found) == [A, B]
    later = Instant(NOW + 10_000_000)
    best = ask(road, 0, 210, now=later).found[0]
    assert (best.unit_id, best.delay_s) == (B, 5)
    assert best.arrival_s == pytest.approx(6, abs=0.1)
    assert ids(ask(road, 0, 210).found) == [B, A], "who does not say what time it is takes everybody to be ready"
    assert road.reach(B, at(0, 210)).travel_time_s == pytest.approx(1, abs=0.1)


def test_several_incidents_are_asked_about_at_once() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    points = [at(0, 110), at(0, 210), at(300, 310)]
    question = {
        "k": 2,
        "all_of": READY | HEALTH_BITS,
        "any_of": 0,
        "fixed_after": Instant(0),
        "exclude": frozenset({C}),
    }
    assert road.nearest_to_each(points, **question) == tuple(road.nearest(point, **question) for point in points)
    assert road.nearest_to_each([], **question) == ()
    with pytest.raises(OutsideRegion):
        road.nearest_to_each([*points, LonLat(48.0, 31.0)], **question)


def test_a_table_says_when_each_unit_could_be_at_each_point() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    road.set_duty(B, READY, delay_s=30)
    table = road.arrivals([B, C, A, B], [at(0, 110), at(0, 210)])
    assert table == pytest.approx(np.array([[39, 31], [np.inf, np.inf], [1, 11], [39, 31]]), abs=0.1)
    assert road.arrivals([A], [at(0, 210)], limit_s=5).tolist() == [[np.inf]]
    assert road.arrivals([], []).shape == (0, 0)


def test_another_map_keeps_who_is_delayed() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    road.set_duty(B, READY, delay_s=30)
    road.switch(road.make_ready(town(CROSSING)))
    assert [seen.delay_s for seen in ask(road, 0, 210).found] == [0, 30]


def test_what_is_reckoned_beside_the_work_keeps_the_road_it_began_with() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    now = road.times_now()
    assert road.times_now() is now, "one copy serves everybody until something changes"
    first = np.array([0])
    road.set_times(first, np.array([CLOSED_MS]))
    assert not now.closed[0] and road.times_now().closed[0]
    road.set_times(first, np.array([77_000]))
    assert now.arc_ms[0] == road.graph.arc_ms[0] and road.times_now().arc_ms[0] == 77_000
    another = town(CROSSING)
    road.switch(road.make_ready(another))
    assert road.times_now().graph is another


def test_who_must_first_get_to_the_car_starts_later_in_what_is_reckoned_beside_the_work() -> None:
    road = sight(a=(0, 100), b=(0, 200))
    road.set_duty(B, READY, delay_s=30)
    _, units, places = road.standing_units(all_of=0, any_of=0, fixed_after=Instant(0))
    assert (units, places.start_ms.tolist()) == ((A, B), [0, 30_000])
