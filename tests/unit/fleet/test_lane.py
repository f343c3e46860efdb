"""What the position lane believes, what it keeps apart, and what it tells the road."""

import math
from dataclasses import replace
from typing import Any

import pytest

from nazdik.fleet.errors import UnitNotFound
from nazdik.fleet.model import REASON_SHIFT, FrameFlag, Heartbeat, Reason, Sound
from nazdik.kernel import AssignmentId, Instant, LonLat, UnitId
from nazdik.published.sight import Fitness
from tests.unit.fleet.doubles import AHVAZ, NOON, Bench

PLAUSIBLE, HEALTHY = int(Fitness.POSITION_PLAUSIBLE), int(Fitness.HANDHELD_HEALTHY)
OK = Heartbeat(Sound.OK, battery=0.8, gps_age_s=2.0, app_version="0.1.0")


def test_a_good_fix_is_the_units_place_and_is_put_on_the_road() -> None:
    bench = Bench()
    assert bench.say(bench.fix(3, speed_m_per_s=9.0)) == ["now"]
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.point == AHVAZ and place.fixed_at == NOON - 3_000_000
    assert bench.road.placed[0] == (AHVAZ.lon, AHVAZ.lat, NOON - 3_000_000)
    assert bench.road.masks[0] == PLAUSIBLE
    assert bench.lane.speed_of(bench.units[0]) == 9.0


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"lon": 0.0, "lat": 0.0}, "position.zero_island"),
        ({"lon": 0.004, "lat": -0.002}, "position.zero_island"),
        ({"lon": AHVAZ.lat, "lat": AHVAZ.lon}, "position.swapped"),
        ({"lon": 181.0}, "position.out_of_range"),
        ({"lat": -90.5}, "position.out_of_range"),
        ({"lon": math.nan}, "position.out_of_range"),
        ({"lat": math.inf}, "position.out_of_range"),
        ({"lat": 1e300}, "position.out_of_range"),
        ({"lon": 51.4, "lat": 35.7}, "position.outside_region"),
        ({"mock": True}, "position.mock"),
        ({"fixed_at": Instant(NOON + 10_000_001)}, "position.from_future"),
        ({"accuracy_m": 501.0}, "position.inaccurate"),
        ({"accuracy_m": math.inf}, "position.inaccurate"),
        ({"fixed_at": Instant(NOON - 90_000_001)}, "position.too_old"),
        ({"fixed_at": Instant(0)}, "position.too_old"),
    ],
)
def test_a_doubtful_fix_is_not_the_units_place(what: dict[str, Any], reason: str) -> None:
    """Scenarios S26 and S27: the last good place stays, with its age."""
    bench = Bench()
    bench.say(bench.fix(5))
    assert bench.say(bench.fix(**what)) == [reason]
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.point == AHVAZ and place.fixed_at == NOON - 5_000_000
    assert bench.road.placed[0][2] == NOON - 5_000_000


@pytest.mark.parametrize(
    "what",
    [
        {"fixed_at": Instant(NOON + 10_000_000)},
        {"fixed_at": Instant(NOON - 90_000_000)},
        {"accuracy_m": 500.0},
        {"lon": 50.9},
        {"accuracy_m": math.nan},
    ],
)
def test_a_fix_just_within_its_limit_is_believed(what: dict[str, Any]) -> None:
    bench = Bench()
    assert bench.say(bench.fix(**what)) == ["now"]


def test_a_clock_that_runs_ahead_does_not_make_a_place_look_younger_than_its_receipt() -> None:
    bench = Bench()
    bench.say(bench.fix(-8))
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.fixed_at == NOON
    bench.clock.advance_s(30)
    assert bench.lane.frame_columns(bench.clock.now()).ages_s.tolist() == [30.0]


def test_two_fixes_of_a_fast_clock_in_one_batch_are_taken_in_their_own_order() -> None:
    bench = Bench()
    assert bench.say(bench.fix(-9, east_m=80), bench.fix(-7, east_m=40)) == ["now", "now"]
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.point.lon == bench.fix(east_m=80).lon


def test_a_late_message_does_not_take_a_unit_back() -> None:
    bench = Bench()
    bench.say(bench.fix(2, east_m=100))
    assert bench.say(bench.fix(20), bench.fix(2, east_m=100)) == ["position.out_of_order"] * 2
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.fixed_at == NOON - 2_000_000


def test_a_jump_of_40_km_in_2_s_is_not_believed() -> None:
    bench = Bench()
    bench.say(bench.fix(2))
    assert bench.say(bench.fix(0, east_m=40_000)) == ["position.jump"]
    flags = FrameFlag.IMPLAUSIBLE | FrameFlag.NO_HEALTHY_HANDHELD
    assert bench.lane.frame_columns(NOON).flags.tolist() == [flags | Reason.JUMP << REASON_SHIFT]
    assert bench.road.masks[0] == PLAUSIBLE, "one glitch ages out; it does not take a working car away"


def test_three_fixes_that_agree_on_a_new_place_are_believed() -> None:
    bench = Bench()
    bench.say(bench.fix(30))
    steps = [bench.fix(10 - 5 * n, east_m=40_000 + 100 * n) for n in range(3)]
    assert [bench.say(step)[0] for step in steps] == ["position.jump", "position.jump", "now"]
    assert bench.lane.frame_columns(NOON).flags.tolist() == [FrameFlag.NO_HEALTHY_HANDHELD]


def test_jumps_that_do_not_agree_are_never_believed() -> None:
    bench = Bench()
    bench.say(bench.fix(30))
    steps = [bench.fix(20 - n, east_m=40_000 * (1 + n % 2)) for n in range(10)]
    assert {bench.say(step)[0] for step in steps} == {"position.jump"}


def test_one_far_fix_sent_three_times_is_not_three_fixes_that_agree() -> None:
    """S27: a recorded report played again."""
    bench = Bench()
    bench.say(bench.fix(30))
    replayed = bench.fix(5, east_m=40_000)
    assert [bench.say(replayed)[0] for _ in range(5)] == ["position.jump"] * 5


def test_good_fixes_between_them_undo_a_second_sources_claim() -> None:
    """S27: two devices that disagree take turns; the place already believed stays."""
    bench = Bench()
    bench.say(bench.fix(40))
    steps = [bench.fix(30 - n, east_m=40_000 if n % 2 else 0) for n in range(12)]
    assert [bench.say(step)[0] for step in steps] == ["now", "position.jump"] * 6


def test_a_jump_and_its_recovery_within_one_batch_are_judged_in_order_of_time() -> None:
    bench = Bench()
    bench.say(bench.fix(40))
    batch = [bench.fix(10 - n, east_m=40_000 + 20 * n) for n in range(3)]
    assert bench.say(*reversed(batch)) == ["now", "position.jump", "position.jump"]


def test_satellite_noise_at_a_short_interval_is_no_jump() -> None:
    bench = Bench()
    bench.say(bench.fix(1))
    assert bench.say(bench.fix(0.9, east_m=40)) == ["now"]


def test_a_frozen_receiver_that_claims_to_move_is_found_out_after_a_minute() -> None:
    bench = Bench()
    said = []
    for _ in range(16):
        said += bench.say(bench.fix(0, speed_m_per_s=12.0))
        bench.clock.advance_s(5)
    assert said == ["now"] * 13 + ["position.frozen"] * 3
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.fixed_at == NOON + 60_000_000
    assert bench.say(bench.fix(0, east_m=300, speed_m_per_s=12.0)) == ["now"]


def test_a_car_that_moved_in_between_is_not_frozen() -> None:
    bench = Bench()
    for east_m in [0.0] * 11 + [400.0] * 10:
        assert bench.say(bench.fix(0, east_m=east_m, speed_m_per_s=12.0)) == ["now"]
        bench.clock.advance_s(5)


def test_a_parked_car_may_stand_still_for_as_long_as_it_likes() -> None:
    bench = Bench()
    for _ in range(30):
        assert bench.say(bench.fix(0, speed_m_per_s=0.3)) == ["now"]
        bench.clock.advance_s(5)


def test_a_backlog_of_two_hours_is_history_and_makes_nobody_stale() -> None:
    """S28: 7,000 old fixes of one unit at once, among fresh ones of others."""
    bench = Bench(units=3)
    bench.say(bench.fix(1, unit=1))
    backlog = [bench.fix(7_200 - n, unit=0, mock=float(n == 3)) for n in range(7_000)]
    said = bench.say(*backlog, bench.fix(0, unit=2))
    assert set(said[:7_000]) == {"position.too_old", "position.mock"} and said[-1] == "now"
    assert bench.lane.position_of(bench.units[0]) is None
    assert 0 not in bench.road.placed and {1, 2} <= set(bench.road.placed)
    assert bench.lane.frame_columns(NOON).slots.tolist() == [1, 2]
    assert sum(len(judged.reasons) for judged in bench.trail) == 7_002


def test_what_its_sender_calls_history_moves_nobody_however_young() -> None:
    bench = Bench()
    assert [v.reason for v in bench.lane.report([bench.fix(1)], past=True)] == ["position.too_old"]
    assert bench.lane.position_of(bench.units[0]) is None
    bench.say(bench.fix(5))
    doubtful = bench.fix(1, mock=True, east_m=5_000)
    assert [v.reason for v in bench.lane.report([doubtful], past=True)] == ["position.mock"]
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.point == AHVAZ and not place.implausible
    assert len(bench.trail) == 3, "all of it is kept"


def test_a_flood_of_fresh_fixes_of_one_unit_ends_at_the_newest() -> None:
    bench = Bench()
    flood = [bench.fix(80 - n / 100) for n in range(8_000)]
    said = bench.say(*flood)
    assert said.count("now") == 128 and said[-1] == "now" and said[0] == "position.out_of_order"
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.fixed_at == flood[-1].fixed_at


def test_a_device_that_says_mock_is_not_chosen_until_it_says_otherwise() -> None:
    bench = Bench()
    bench.say(bench.fix(10))
    bench.say(bench.fix(5, mock=True))
    assert bench.road.masks[0] == 0
    bench.say(bench.fix(1))
    assert bench.road.masks[0] == PLAUSIBLE


def test_an_old_doubtful_fix_casts_no_doubt_on_a_newer_good_one() -> None:
    bench = Bench()
    bench.say(bench.fix(1))
    assert bench.say(bench.fix(30, mock=True)) == ["position.mock"]
    assert bench.road.masks[0] == PLAUSIBLE
    assert bench.lane.frame_columns(NOON).flags.tolist() == [FrameFlag.NO_HEALTHY_HANDHELD]


def test_a_unit_that_nobody_enrolled_is_answered_and_harms_nobody() -> None:
    bench = Bench()
    stranger = bench.fix()._replace(unit_id=UnitId("khuzestan.u.Z99"))
    assert bench.say(stranger, bench.fix()) == ["position.unknown_unit", "now"]
    assert bench.lane.position_of(stranger.unit_id) is None
    assert [unit for judged in bench.trail for unit in judged.unit_ids] == [bench.units[0]]
    with pytest.raises(UnitNotFound):
        bench.lane.heartbeat(stranger.unit_id, OK)


def test_an_empty_batch_is_nothing() -> None:
    bench = Bench()
    assert bench.say() == [] and bench.trail == []


def test_many_units_are_enrolled_and_keep_their_slots() -> None:
    bench = Bench(units=500)
    assert bench.say(*(bench.fix(1, east_m=n, unit=n) for n in range(500))) == ["now"] * 500
    for n in (0, 63, 64, 127, 128, 499):
        place = bench.lane.position_of(bench.units[n])
        assert place is not None and place.point == LonLat(bench.fix(east_m=n).lon, AHVAZ.lat)


# Handhelds


@pytest.mark.parametrize(("sound", "healthy"), [(Sound.OK, True), (Sound.MUTED, False), (Sound.BLOCKED, False)])
def test_a_handheld_that_cannot_sound_is_not_healthy(sound: Sound, healthy: bool) -> None:
    bench = Bench()
    bench.lane.heartbeat(bench.units[0], Heartbeat(sound))
    assert bench.lane.is_healthy(bench.units[0]) is healthy
    assert bench.road.masks.get(0, 0) == (HEALTHY if healthy else 0)
    assert bench.lane.health_views()[0].reachable


def test_a_tracker_alone_does_not_make_a_unit_healthy() -> None:
    bench = Bench()
    bench.say(bench.fix(1))
    assert not bench.lane.is_healthy(bench.units[0])
    assert bench.road.masks[0] & HEALTHY == 0
    assert bench.lane.health_views() == []


def test_health_runs_out_60_s_after_the_last_heartbeat() -> None:
    bench = Bench(units=2)
    bench.lane.heartbeat(bench.units[0], OK)
    bench.clock.advance_s(60)
    bench.lane.heartbeat(bench.units[1], OK)
    assert bench.lane.tick() == () and bench.lane.is_healthy(bench.units[0])
    bench.clock.advance_s(0.001)
    assert bench.lane.tick() == (bench.units[0],)
    assert bench.lane.tick() == (), "told once"
    assert bench.road.masks == {0: 0, 1: HEALTHY}
    assert [view.reachable for view in bench.lane.health_views()] == [False, True]
    bench.lane.heartbeat(bench.units[0], OK)
    assert bench.road.masks[0] == HEALTHY


def test_the_road_is_told_of_health_only_when_it_changes() -> None:
    bench = Bench()
    for _ in range(10):
        bench.lane.heartbeat(bench.units[0], OK)
        bench.say(bench.fix(0))
        bench.clock.advance_s(5)
    assert bench.road.health_calls == 2
    assert bench.road.masks[0] == HEALTHY | PLAUSIBLE


def test_only_news_of_health_is_told_when_only_news_is_asked() -> None:
    bench = Bench(units=3)
    bench.lane.heartbeat(bench.units[0], OK)
    bench.lane.heartbeat(bench.units[2], OK)
    assert [view.unit for view in bench.lane.health_views(changed_only=True)] == [bench.units[0], bench.units[2]]
    assert bench.lane.health_views(changed_only=True) == []
    bench.clock.advance_s(61)
    bench.lane.tick()
    views = bench.lane.health_views(changed_only=True)
    assert [view.reachable for view in views] == [False, False] and views[0].at == NOON


def test_that_a_handheld_knows_its_place_is_told_at_once_and_how_old_that_is_in_turn() -> None:
    bench = Bench()
    for gps_age_s, told in ((None, 1), (None, 0), (2.0, 1), (3.0, 0), (None, 1)):
        bench.lane.heartbeat(bench.units[0], replace(OK, gps_age_s=gps_age_s))
        assert len(bench.lane.health_views(changed_only=True)) == told, gps_age_s


# What is asked


def test_age_in_a_frame_is_the_age_of_the_fix_and_not_of_its_arrival() -> None:
    bench = Bench()
    bench.say(bench.fix(80, heading_deg=271.0, speed_m_per_s=9.5))
    bench.clock.advance_s(40)
    frame = bench.lane.frame_columns(bench.clock.now())
    assert frame.ages_s.tolist() == [120.0]
    assert frame.headings_deg.tolist() == [271.0] and frame.speeds_m_per_s.tolist() == [9.5]


def test_the_speed_of_a_unit_not_heard_from_is_not_known() -> None:
    bench = Bench()
    assert bench.lane.speed_of(bench.units[0]) is None
    bench.say(bench.fix(0, speed_m_per_s=20.0))
    bench.clock.advance_s(91)
    assert bench.lane.speed_of(bench.units[0]) is None
    bench.say(bench.fix(0))
    assert bench.lane.speed_of(bench.units[0]) is None


# Watched places

SENT = AssignmentId("khuzestan.i01.1")


def test_coming_into_the_watched_circle_is_told_once() -> None:
    bench = Bench()
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    bench.say(bench.fix(20, east_m=300))
    assert bench.lane.take_entered() == []
    bench.say(bench.fix(10, east_m=90), bench.fix(5, east_m=20))
    assert [(e.assignment_id, e.unit_id) for e in bench.lane.take_entered()] == [(SENT, bench.units[0])]
    bench.say(bench.fix(0))
    assert bench.lane.take_entered() == []


def test_a_unit_already_at_the_place_has_entered_it_when_it_is_sent() -> None:
    bench = Bench()
    bench.say(bench.fix(30))
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    assert [e.fixed_at for e in bench.lane.take_entered()] == [NOON - 30_000_000]


def test_a_stale_place_does_not_count_as_having_entered() -> None:
    bench = Bench()
    bench.say(bench.fix(30))
    bench.clock.advance_s(61)
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    assert bench.lane.take_entered() == []


@pytest.mark.parametrize("what", [{"mock": True}, {"accuracy_m": 900.0}, {"fixed_at": Instant(NOON - 200_000_000)}])
def test_a_fix_that_is_not_believed_enters_nothing(what: dict[str, Any]) -> None:
    bench = Bench()
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    bench.say(bench.fix(0, **what))
    assert bench.lane.take_entered() == []


def test_another_unit_in_the_circle_is_not_the_one_that_was_sent() -> None:
    bench = Bench(units=2)
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    bench.say(bench.fix(0, unit=1))
    assert bench.lane.take_entered() == []


def test_an_unwatched_assignment_is_told_of_no_more() -> None:
    bench = Bench()
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    bench.lane.unwatch(SENT)
    bench.lane.unwatch(SENT)
    bench.say(bench.fix(0))
    assert bench.lane.take_entered() == []


def test_an_assignment_handed_to_another_unit_watches_that_one() -> None:
    bench = Bench(units=2)
    for unit in bench.units:
        bench.lane.watch(SENT, unit, AHVAZ, 100.0)
    bench.say(bench.fix(0, unit=0))
    assert bench.lane.take_entered() == []
    bench.say(bench.fix(0, unit=1))
    assert [entered.unit_id for entered in bench.lane.take_entered()] == [bench.units[1]]


def test_one_unit_may_be_watched_for_two_assignments() -> None:
    bench = Bench()
    other = AssignmentId("khuzestan.i02.1")
    bench.lane.watch(SENT, bench.units[0], AHVAZ, 100.0)
    bench.lane.watch(other, bench.units[0], LonLat(AHVAZ.lon + 0.05, AHVAZ.lat), 100.0)
    bench.say(bench.fix(80))
    assert [e.assignment_id for e in bench.lane.take_entered()] == [SENT]
    bench.say(bench.fix(0, east_m=0.05 * 95_100))
    assert [e.assignment_id for e in bench.lane.take_entered()] == [other]


def test_a_leap_that_no_road_leads_to_is_kept_apart_and_says_so() -> None:
    """Over the Karun in 5 s: by air a fast car could, by road none."""
    bench = Bench()
    bench.say(bench.fix(5))
    bench.road.cut_off.add(0)
    assert bench.say(bench.fix(0, east_m=300)) == ["position.jump_by_road"]
    asked_slots, reach_m = bench.road.reach_asked[-1]
    assert asked_slots == [0] and reach_m == [pytest.approx(300 + 5 * 70)]
    assert bench.lane.frame_columns(NOON).flags.tolist()[0] >> REASON_SHIFT == Reason.JUMP_BY_ROAD
    place = bench.lane.position_of(bench.units[0])
    assert place is not None and place.point == AHVAZ and place.implausible


def test_a_car_that_stays_where_it_leapt_to_is_believed_again() -> None:
    bench = Bench()
    bench.say(bench.fix(5))
    bench.road.cut_off.add(0)
    codes = []
    for _ in range(4):
        codes += bench.say(bench.fix(0, east_m=1_600))
        bench.clock.advance_s(5.0)
    assert codes == ["position.jump", "position.jump", "now", "now"]


@pytest.mark.parametrize(("east_m", "asked"), [(100, False), (160, False), (190, True)])
def test_the_road_is_asked_only_where_nobody_drives_over_fields(east_m: float, asked: bool) -> None:
    bench = Bench()
    bench.say(bench.fix(5))
    bench.road.cut_off.add(0)
    said = bench.say(bench.fix(0, east_m=east_m))
    assert bool(bench.road.reach_asked) is asked
    assert said == (["position.jump_by_road"] if asked else ["now"])


def test_after_two_minutes_of_silence_the_road_is_not_asked() -> None:
    bench = Bench()
    bench.say(bench.fix(0))
    bench.clock.advance_s(121.0)
    bench.road.cut_off.add(0)
    assert bench.say(bench.fix(0, east_m=3_500)) == ["now"]


def test_a_place_that_never_changes_is_remarked_and_still_used() -> None:
    """A parked car may stand; a hung receiver looks the same. Both stay in use, and the console says it."""
    bench = Bench()
    for _ in range(31):
        assert bench.say(bench.fix(0, speed_m_per_s=0.0)) == ["now"]
        said = int(bench.lane.frame_columns(bench.clock.now()).flags[0])
        assert said >> REASON_SHIFT == 0
        bench.clock.advance_s(60.0)
    bench.say(bench.fix(0, speed_m_per_s=0.0))
    said = int(bench.lane.frame_columns(bench.clock.now()).flags[0])
    assert said >> REASON_SHIFT == Reason.UNCHANGING and not said & FrameFlag.IMPLAUSIBLE
    assert bench.road.masks[0] == PLAUSIBLE
    bench.clock.advance_s(5.0)
    bench.say(bench.fix(0, east_m=0.5))
    assert int(bench.lane.frame_columns(bench.clock.now()).flags[0]) >> REASON_SHIFT == 0


def test_reasons_keep_their_numbers() -> None:
    """Consoles know them from position frames, in the upper half of 16 bits."""
    assert [reason.name for reason in sorted(Reason)][10:] == [
        "FROZEN",
        "JUMP",
        "UNKNOWN_UNIT",
        "REVOKED_DEVICE",
        "JUMP_BY_ROAD",
        "UNCHANGING",
    ]
    assert max(Reason) << REASON_SHIFT < 1 << 16
