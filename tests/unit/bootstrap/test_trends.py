"""What an hour was, counted from facts whose times a reader can add up."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.day_report.material import Call, Incident, Material
from nazdik.bootstrap.trends.counting import STEP_S, STEPS, Aimed, Recent, trend
from nazdik.bootstrap.trends.standing import Crewed, Standing
from nazdik.kernel import Instant

NOW_S = 10 * 3600


def at(seconds_ago: float) -> Instant:
    return Instant(round((NOW_S - seconds_ago) * 1_000_000))


NOW = at(0)


def everything(office: str | None) -> bool:
    return office is not None


def incident(began: float, *, sent: float | None = None, arrived: float | None = None, **more: Any) -> Incident:
    """An incident that its call began so many seconds ago."""
    made = Incident(at(began), "k.s1", "fight", 2, {"c": at(began)})
    made.sent_at = None if sent is None else at(sent)
    made.arrived = {} if arrived is None else {"a": at(arrived)}
    for name, value in more.items():
        setattr(made, name, value)
    return made


def counted(*incidents: Incident, **more: Any) -> Any:
    recent = Recent(Material(incidents={str(n): one for n, one in enumerate(incidents)}, **more))
    return trend([recent], NOW, everything, all_calls=True)


def test_arrivals_stand_beside_what_the_office_aims_at_for_their_priority() -> None:
    aims = (480.0, 0.0, 900.0, 0.0, 0.0)
    reached = [
        incident(2000, sent=1990, arrived=1520, priority=1),
        incident(2000, sent=1990, arrived=1519, priority=1),
        incident(2000, sent=1990, arrived=200, priority=2),
        incident(2000, sent=1990, arrived=1200, priority=3),
        incident(600, sent=590, priority=1),
    ]
    recent = Recent(Material(incidents={str(n): one for n, one in enumerate(reached)}))
    hour = trend([recent], NOW, everything, all_calls=True, response_s=aims).hour
    assert hour.aimed == Aimed(aim_s=480.0, n=3, within=2), (
        "one was a second late; for one nothing is aimed at; one waits"
    )
    assert trend([recent], NOW, everything, all_calls=True).hour.aimed == Aimed(aim_s=None, n=0, within=0)


def test_of_a_time_before_the_log_nothing_is_said() -> None:
    assert trend([Recent(since=at(7199))], NOW, everything, all_calls=True).before is None
    assert trend([Recent(since=at(7200))], NOW, everything, all_calls=True).before is not None


def test_steps_before_the_log_are_not_known_to_have_been_quiet() -> None:
    begun = Recent(Material(incidents={"0": incident(100)}, seen=[("alarm", at(700), "0", "k.s1")]), since=at(1300))
    begun.units = {"a": Crewed("k.s1", True)}
    series = trend([begun], NOW, everything, all_calls=True).series
    assert series.incidents == (None,) * 9 + (0, 0, 1)
    assert series.alarms == (None,) * 9 + (0, 1, 0), "in which of them it rose"
    assert series.on_duty == (None,) * 9 + (1, 1, 1)
    assert series.calls[8] is series.open[8] is series.waiting[8] is series.to_dispatch_1[8] is None
    assert series.free == (None,) * 9 + (1, 1, 1)
    assert series.on_scene[8] is series.alarms_standing[8] is series.call_backs[8] is None
    assert [line[8:] for line in series.open_by_priority][1:3] == [(None, 0, 0, 1), (None, 0, 0, 0)]


def test_an_hour_stands_beside_the_hour_before() -> None:
    found = counted(incident(601), incident(3000), incident(4000), incident(9000))
    assert (found.hour.incidents, found.before.incidents) == (2, 1)
    assert sum(found.series.incidents) == 3, "two hours in steps; the fourth was longer ago"
    assert found.series.incidents[-1] == 0 and found.series.incidents[-2] == 1, "the last step ends now"


def test_who_waits_for_a_first_unit_is_counted_at_each_step() -> None:
    long_wait, sent_soon = incident(3700, sent=1300), incident(1000, sent=990)
    never, gone = incident(200), incident(5000, turns=[(at(4000), False)])
    found = counted(long_wait, sent_soon, never, gone)
    assert (found.hour.waiting, found.hour.open, found.before.waiting) == (1, 3, 1)
    ends_ago = [STEP_S * (STEPS - 1 - step) for step in range(STEPS)]
    waiting = {ago: n for ago, n in zip(ends_ago, found.series.waiting, strict=True) if n}
    assert waiting == {4800: 1, 4200: 1, 3600: 1, 3000: 1, 2400: 1, 1800: 1, 0: 1}
    assert found.series.open[-1] == found.hour.open and set(found.series.to_dispatch_1) == {0}
    urgent = counted(incident(200, priority=1), incident(200, sent=100, priority=1), incident(200))
    assert (urgent.series.waiting[-1], urgent.series.open[-1]) == (2, 3)


def test_response_is_counted_in_the_hour_of_the_arrival_and_too_few_say_nothing() -> None:
    arrived = [incident(4000, sent=3900, arrived=3500 - n) for n in range(4)]
    few = counted(*arrived)
    assert (few.hour.response.n, few.hour.response.median_s, few.before.response.n) == (4, None, 0)
    enough = counted(*arrived, incident(4000, sent=3900, arrived=3000))
    assert (enough.hour.response.n, enough.hour.response.median_s) == (5, 502)
    assert enough.series.response_n[-1] == 5 and enough.series.response_median_s[-1] == 502
    assert enough.before.dispatch.n == 5


def test_calls_without_an_incident_are_the_provinces_and_tests_are_nobodys() -> None:
    calls = {
        "a": Call(at(100), incident="0"),
        "b": Call(at(200)),
        "c": Call(at(300), is_test=True),
        "d": Call(at(3700), incident="0"),
    }
    recent = Recent(Material(incidents={"0": incident(100)}, calls=calls))
    whole = trend([recent], NOW, everything, all_calls=True)
    assert (whole.hour.calls, whole.before.calls) == (2, 1)
    below = trend([recent], NOW, everything, all_calls=False)
    assert below.hour.calls == 1
    assert trend([recent], NOW, lambda _: False, all_calls=False).hour.calls == 0


def test_alarms_belong_to_their_incident_or_else_to_their_office() -> None:
    seen = [
        ("alarm", at(10), "0", "k.x"),
        ("climb", at(5), "0", "k"),
        ("alarm", at(20), None, "k.s2"),
        ("offer", at(9), "0", None),
    ]
    recent = Recent(Material(incidents={"0": incident(100)}, seen=seen))  # type: ignore[arg-type]
    own = trend([recent], NOW, lambda office: office == "k.s1", all_calls=False)
    assert (own.hour.alarms, own.hour.alarms_climbed) == (1, 1)
    assert trend([recent], NOW, everything, all_calls=True).hour.alarms == 2


def test_who_was_on_duty_an_hour_ago_is_read_from_what_was_said() -> None:
    units = {
        name: Crewed("k.s1", on) for name, on in (("stays", True), ("came", True), ("left", False), ("again", True))
    }
    duty = {
        "came": [(at(600), True)],
        "left": [(at(700), False)],
        "again": [(at(5000), True), (at(600), True)],
    }
    recent = Recent(standing=Standing(duty=duty), units=units)
    found = trend([recent], NOW, everything, all_calls=True)
    assert (found.hour.on_duty, found.before.on_duty) == (3, 3), "who came was not there, who left was"
    elsewhere = trend([recent], NOW, lambda office: office == "k.s2", all_calls=True)
    assert elsewhere.hour.on_duty == 0


AGO = st.integers(0, 9000)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(AGO, AGO, AGO, st.sampled_from(["k.s1", "k.s2"])), max_size=20))
def test_stations_add_up_to_what_is_above_them(drawn: list[tuple[int, int, int, str]]) -> None:
    made = {
        str(n): incident(began, sent=sent, arrived=arrived, station=station)
        for n, (began, sent, arrived, station) in enumerate(drawn)
    }
    calls = {n: Call(one.began_at, incident=n) for n, one in made.items()}
    recent = Recent(Material(incidents=made, calls=calls))
    whole = trend([recent], NOW, everything, all_calls=True)
    parts = [trend([recent], NOW, lambda office, s=s: office == s, all_calls=False) for s in ("k.s1", "k.s2")]
    for name in ("calls", "incidents", "alarms", "open", "waiting"):
        assert sum(getattr(part.hour, name) for part in parts) == getattr(whole.hour, name)
    for name in ("calls", "incidents", "alarms", "waiting", "response_n"):
        columns = zip(*(getattr(part.series, name) for part in parts), strict=True)
        assert tuple(sum(column) for column in columns) == getattr(whole.series, name)
    assert all(part.hour.waiting <= part.hour.open for part in (*parts, whole))
