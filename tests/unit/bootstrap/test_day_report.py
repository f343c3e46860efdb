"""Shifts, figures and files of day reports; the figures against laws on made-up days."""

import csv
import io
import re
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.day_report.csv_file import csv_of, safe
from nazdik.bootstrap.day_report.errors import DateInvalid, ShiftUnknown
from nazdik.bootstrap.day_report.figures import Figures, figures, measure
from nazdik.bootstrap.day_report.lines import DayReport, lines
from nazdik.bootstrap.day_report.material import Duty, Incident, Material, Work, duties_of
from nazdik.bootstrap.day_report.pdf import pdf_of
from nazdik.bootstrap.day_report.reading import _report as counted_from
from nazdik.bootstrap.day_report.shifts import Shift, jalali, shift_of
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as d
from nazdik.dispatch.model import AssignmentState
from nazdik.intake import events as i
from nazdik.intake.model import Channel, Outcome
from nazdik.kernel import (
    AlarmId,
    AssignmentId,
    CallId,
    IncidentId,
    Instant,
    LonLat,
    OfficeId,
    UnitId,
    from_rfc3339,
    rfc3339,
)
from nazdik.published.offices import Tier
from tests.town import Town

STARTS = ("07:00", "14:00", "22:00")
OFFSET = 210
S = 1_000_000
HERE = LonLat(48.67, 31.32)


def at(seconds: float) -> Instant:
    return Instant(int(seconds * S))


def everything(_: str | None) -> bool:
    return True


# Shifts


def test_a_shift_over_midnight_has_the_date_on_which_it_began() -> None:
    night = shift_of("1405-09-01", "3", STARTS, OFFSET)
    assert (night.since, night.until) == (
        from_rfc3339("2026-11-22T22:00:00+03:30"),
        from_rfc3339("2026-11-23T07:00:00+03:30"),
    )


@given(day=st.integers(1, 29), month=st.integers(1, 12), year=st.integers(1400, 1450), offset=st.integers(-840, 840))
def test_the_shifts_of_a_day_add_up_to_it_and_days_follow_one_another(
    day: int, month: int, year: int, offset: int
) -> None:
    date = f"{year}-{month:02d}-{day:02d}"
    whole = shift_of(date, "day", STARTS, offset)
    parts = [shift_of(date, name, STARTS, offset) for name in "123"]
    assert [parts[0].since, *(part.until for part in parts)] == [
        whole.since,
        parts[1].since,
        parts[2].since,
        whole.until,
    ]
    assert whole.until - whole.since == 86_400 * S
    assert jalali(whole.since, offset) == (date, "07:00")
    assert shift_of(jalali(whole.until, offset)[0], "1", STARTS, offset).since == whole.until


def test_persian_digits_and_slashes_are_the_same_date() -> None:
    assert shift_of("۱۴۰۵/۹/۱", "۲", STARTS, OFFSET) == shift_of("1405-09-01", "2", STARTS, OFFSET)


@pytest.mark.parametrize("date", ["", "1404-12-30", "1405-13-01", "2026-11-22", "1405-00-01", "=1+1", "1405-09-01x"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(DateInvalid):
        shift_of(date, "1", STARTS, OFFSET)


@pytest.mark.parametrize("name", ["", "0", "4", "1.0", "night", "-1"])
def test_a_shift_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ShiftUnknown):
        shift_of("1405-09-01", name, STARTS, OFFSET)


# Figures


def test_too_few_say_nothing() -> None:
    assert (measure([]).median_s, measure([1.0] * 4).median_s, measure([1.0] * 5).median_s) == (None, None, 1.0)
    assert (measure([1.0] * 19).p90_s, measure([1.0] * 20).p90_s) == (None, 1.0)
    assert measure(float(n) for n in range(1, 21)).p90_s == 18.0
    assert measure([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).median_s == 3.5


@given(st.lists(st.floats(0, 10_000), min_size=20))
def test_percentiles_lie_where_they_should(seconds: list[float]) -> None:
    found = measure(seconds)
    assert found.median_s is not None and found.p90_s is not None
    assert sum(one <= found.p90_s + 0.06 for one in seconds) >= 0.9 * len(seconds)
    assert found == measure(reversed(seconds)) and found.median_s <= found.p90_s + 0.1


def _a_call_and_what_came_of_it() -> list[Any]:
    call, incident = CallId("k.c1"), IncidentId("k.i1")
    told: dict[str, Any] = {"incident_id": incident, "assignment_id": AssignmentId("k.a1"), "unit_id": UnitId("k.u.A1")}
    return [
        i.CallPresented(at=at(100), call_id=call, channel=Channel.TELEPHONE),
        i.CallAnswered(at=at(104), call_id=call, by="taker"),
        d.IncidentDrafted(at=at(110), incident_id=incident, number=1, call_id=call, office=OfficeId("k")),
        i.CallClassified(at=at(130), call_id=call, incident_id=incident, kind="fight", point=HERE),
        d.IncidentClassified(
            at=at(130), incident_id=incident, kind="fight", kind_common="x", priority=2, point=HERE, place="",
            station=OfficeId("k.s1"), needs=(), radius_m=100.0,
        ),
        d.OfferSent(at=at(131), answer_by=at(150), **told),
        d.OfferRefused(at=at(135), reason="busy", **told),
        d.OfferSent(at=at(136), answer_by=at(150), **told | {"assignment_id": AssignmentId("k.a2")}),
        d.OfferAccepted(at=at(140), **told | {"assignment_id": AssignmentId("k.a2")}),
        d.UnitEnRoute(at=at(160), **told | {"assignment_id": AssignmentId("k.a2")}),
        d.UnitOnScene(at=at(400), **told | {"assignment_id": AssignmentId("k.a2")}),
        d.AlarmRaised(
            at=at(410), alarm_id=AlarmId("k.i1!late"), cause="late", priority=2, tier=Tier.STATION,  # type: ignore[arg-type]
            office=OfficeId("k.s1"), incident_id=incident,
        ),
        d.AlarmClimbed(at=at(420), alarm_id=AlarmId("k.i1!late"), tier=Tier.COUNTY, office=OfficeId("k.c"), incident_id=incident),
        d.UnitCleared(at=at(700), **told | {"assignment_id": AssignmentId("k.a2")}),
        d.IncidentClosed(at=at(710), incident_id=incident, archive_at=at(9_999)),
    ]  # fmt: skip


def _folded(facts: list[Any]) -> Material:
    material = Material()
    for fact in facts:
        material.take(fact)
    return material


def test_an_arrival_or_an_end_said_by_mistake_does_not_count() -> None:
    told: dict[str, Any] = {
        "incident_id": IncidentId("k.i1"),
        "assignment_id": AssignmentId("k.a2"),
        "unit_id": UnitId("k.u.A1"),
    }
    facts = _a_call_and_what_came_of_it()
    facts.insert(-1, d.StepTakenBack(at=at(705), step="cleared", state=AssignmentState.ON_SCENE, **told))
    assert _folded(facts).works["k.a2"].until is None
    facts.insert(-1, d.StepTakenBack(at=at(706), step="on_scene", state=AssignmentState.EN_ROUTE, **told))
    assert _folded(facts).incidents["k.i1"].on_scene_at is None
    facts.insert(-1, d.StepTakenBack(at=at(707), step="en_route", state=AssignmentState.ACCEPTED, **told))
    assert _folded(facts).incidents["k.i1"].en_route_at is None


def test_a_call_and_what_came_of_it() -> None:
    material = _folded(_a_call_and_what_came_of_it())
    incident = material.incidents["k.i1"]
    assert (incident.called_at, incident.sent_at) == (at(100), at(131)), "the first offer counts"
    assert (incident.en_route_at, incident.on_scene_at) == (at(160), at(400))
    material.duties = [Duty("k.u.A1", "k.s1", at(0))]
    found = figures(material, (at(0), at(1_000)), everything, all_calls=True)
    assert (found.calls, found.calls_answered, found.calls_with_incident, found.incidents) == (1, 1, 1, 1)
    assert (found.offers, found.offers_refused, found.offers_unanswered) == (2, 1, 0)
    assert (found.alarms, found.alarms_climbed, found.open_at_end) == (1, 1, 0)
    assert (found.units_on_duty, found.duty_hours, found.busy_share) == (1, round(1_000 / 3_600, 2), 0.56)
    assert found.by_priority == (0, 1, 0, 0, 0) and found.times.dispatch.n == 1
    assert figures(material, (at(0), at(500)), everything, all_calls=True).open_at_end == 1


def test_a_call_that_was_about_something_else_is_not_where_time_begins() -> None:
    facts = _a_call_and_what_came_of_it()
    joined = {"incident_id": IncidentId("k.i1"), "call_id": CallId("k.c0")}
    facts.insert(0, i.CallPresented(at=at(50), call_id=CallId("k.c0"), channel=Channel.TELEPHONE))
    facts.append(d.CallJoined(at=at(800), **joined))
    assert _folded(facts).incidents["k.i1"].called_at == at(50)
    facts.append(d.CallParted(at=at(810), **joined))
    assert _folded(facts).incidents["k.i1"].called_at == at(100)


def test_another_offices_incident_is_none_of_it() -> None:
    material = _folded(_a_call_and_what_came_of_it())
    found = figures(material, (at(0), at(1_000)), lambda office: office == "k.s2", all_calls=False)
    assert (found.calls, found.incidents, found.offers, found.alarms, found.open_at_end) == (0, 0, 0, 0, 0)


def test_a_draft_that_came_to_nothing_and_a_test_call_are_not_counted() -> None:
    call = CallId("k.c2")
    material = _folded(
        [
            i.CallPresented(at=at(1), call_id=call, channel=Channel.TELEPHONE),
            d.IncidentDrafted(at=at(2), incident_id=IncidentId("k.i2"), number=2, call_id=call, office=OfficeId("k")),
            i.CallClosed(at=at(3), call_id=call, outcome=Outcome.HOAX),
            i.CallPresented(at=at(4), call_id=CallId("k.c3"), channel=Channel.TELEPHONE, is_test=True),
        ]
    )
    found = figures(material, (at(0), at(10)), everything, all_calls=True)
    assert (found.calls, found.calls_with_incident, found.incidents, found.open_at_end) == (1, 0, 0, 0)


def test_an_incident_opened_again_is_open_again() -> None:
    one = Incident(at(0), "s", "fight", turns=[(at(10), False), (at(20), True), (at(30), False)])
    assert [one.is_open(at(t)) for t in (0, 5, 15, 25, 35)] == [False, True, False, True, False]


def test_duty_is_told_by_the_units_own_facts() -> None:
    unit = UnitId("k.u.A1")
    facts = [
        d.UnitEnrolled(at=at(0), unit_id=unit, call_sign="A1", office=OfficeId("k.s1"), kind="car", skills=()),
        d.DutyStarted(at=at(10), unit_id=unit, crew=2, skills=()),
        d.DutyStarted(at=at(15), unit_id=unit, crew=3, skills=()),
        d.DutyEnded(at=at(20), unit_id=unit),
        d.DutyStarted(at=at(30), unit_id=unit, crew=2, skills=()),
    ]
    assert duties_of(facts) == [Duty(unit, "k.s1", at(10), at(20)), Duty(unit, "k.s1", at(30))]


TIMES = st.integers(0, 3_000)
INCIDENTS = st.builds(
    lambda began, station, kind, priority, called, sent: Incident(
        at(began), station, kind, priority, {"k.c": at(called)} if called is not None else {}, at(sent)
    ),
    TIMES,
    st.sampled_from(["k.s1", "k.s2", "k.s3"]),
    st.sampled_from(["fight", "noise", None]),
    st.integers(1, 5),
    st.none() | TIMES,
    TIMES,
)
STINTS = st.tuples(st.sampled_from(["A1", "A2"]), TIMES, TIMES)


@settings(max_examples=60)
@given(st.lists(INCIDENTS, max_size=30), st.lists(STINTS, max_size=8), st.integers(0, 3_000))
def test_parts_add_up_to_the_whole(incidents: list[Incident], works: list[Any], border: int) -> None:
    material = Material(incidents={str(n): one for n, one in enumerate(incidents)})
    material.duties = [Duty(unit, "k.s1", at(0), at(2_500)) for unit in ("A1", "A2")]
    material.works = {str(n): Work(unit, at(a), at(b)) for n, (unit, a, b) in enumerate(works)}

    def counted(since: int, until: int, *stations: str) -> Figures:
        return figures(material, (at(since), at(until)), lambda office: office in stations, all_calls=False)

    every = ("k.s1", "k.s2", "k.s3")
    whole = counted(0, 3_001, *every)
    first, second = counted(0, border, *every), counted(border, 3_001, *every)
    assert first.incidents + second.incidents == whole.incidents == sum(whole.by_priority)
    assert sum(kind.total for kind in whole.by_kind) == whole.incidents
    assert all(sum(kind.by_priority) == kind.total for kind in whole.by_kind)
    assert abs(first.duty_hours + second.duty_hours - whole.duty_hours) < 0.02
    assert abs(first.busy_hours + second.busy_hours - whole.busy_hours) < 0.02
    assert sum(counted(0, 3_001, one).incidents for one in every) == whole.incidents
    assert whole.busy_share is not None and 0 <= whole.busy_share <= 1
    assert whole.times.dispatch.n <= whole.with_call <= whole.incidents
    assert whole == counted(0, 3_001, *every)


# Files


def _report(**changed: Any) -> DayReport:
    found = figures(_folded(_a_call_and_what_came_of_it()), (at(0), at(1_000)), everything, all_calls=True)
    whole = DayReport(
        office="k.s1",
        name_fa="کلانتری ۱۲",
        name_en="Station 12",
        date="1405-09-01",
        shift="3",
        since="2026-11-22T18:30:00.000Z",
        until="2026-11-23T03:30:00.000Z",
        ends="2026-11-23T03:30:00.000Z",
        running=False,
        provinces=("k",),
        figures=found,
        before=found,
        kind_names={"fight": ("نزاع و درگیری", "Fight")},
    )
    return msgspec.structs.replace(whole, **changed)


def _rows(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))


def test_a_unit_that_moved_is_on_duty_where_it_is() -> None:
    town = Town()
    unit = town.unit("A01", 1000, office="p.a.1")
    town.wait(3600)
    town.do(c.RehomeUnit(unit_id=unit, office=OfficeId("p.b.1")))
    town.wait(1800)
    room: Any = SimpleNamespace(province="p", log=town.log, state=town.writer.state, writer=town.writer)
    begun = town.log.read(0, 1)[0].at

    def report(office: str, since: Instant) -> DayReport:
        found = town.offices.find_office(OfficeId(office))
        assert found is not None
        tree: Any = town.offices
        return counted_from(found, Shift("1405-07-01", "1", since, town.now), [room], tree, town.now)

    hours = {office: report(office, begun).figures.duty_hours for office in ("p", "p.a", "p.b")}
    assert hours == {"p": 1.5, "p.a": 1.0, "p.b": 0.5}
    assert report("p", begun).log_since is None
    assert report("p", Instant(begun - 1)).log_since == rfc3339(begun), "of what was before it nobody knows"


@pytest.mark.parametrize(
    ("language", "begins", "until"),
    [
        ("fa", "1 آذر 1405، 22:00", "2 آذر 1405، 07:00"),
        ("en", "2026-11-22 22:00", "2026-11-23 07:00"),
    ],
)
def test_a_spreadsheet_has_the_times_of_the_place_and_says_what_is_not_known(
    language: str, begins: str, until: str
) -> None:
    begun = _report(log_since="2026-11-22T20:30:00.000Z", before=None)
    rows = _rows(csv_of(begun, language, OFFSET))
    assert (rows[4][3], rows[5][3]) == (begins, until)
    after = {"fa": "2 آذر 1405", "en": "2026-11-23"}[language]
    assert rows[6][3].count(after) == 1, "the log began after midnight"
    # In figures alone a spreadsheet would take a Jalali date for one of the Middle Ages, and a day such as 1405-02-31 for none.
    assert rows[2][3] == {"fa": "1 آذر 1405", "en": "1 Azar 1405"}[language]
    assert not any(re.search(r"1405[-/]", cell) for row in rows for cell in row)
    assert "week" in rows[7][3] or "هفته" in rows[7][3]
    assert not set("۰۱۲۳۴۵۶۷۸۹") & set(csv_of(begun, language, OFFSET).decode()), (
        "a spreadsheet reckons with Latin digits"
    )


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@sum", "\tx", "\rx", "%0A"])
def test_no_cell_is_a_formula(name: str) -> None:
    rows = _rows(csv_of(_report(name_en=name), "en", OFFSET))
    cells = [cell for row in rows for cell in row]
    assert f"'{name}" in cells and name not in cells
    assert safe("کلانتری") == "کلانتری"


def test_too_few_are_an_empty_cell_with_their_number() -> None:
    rows = {row[1]: row for row in _rows(csv_of(_report(), "en", OFFSET)) if not row[0].endswith("priority 1")}
    assert rows["To the first offer, median"][3:] == ["", "1", "", "1"]
    assert rows["Sent"][3:5] == ["2", ""] and rows["Refused"][3:5] == ["1", "2"]


def test_a_kind_that_there_was_only_a_week_before_is_a_line_too() -> None:
    report = _report()
    none = msgspec.structs.replace(report.figures, by_kind=(), incidents=0)
    found = [line for line in lines(msgspec.structs.replace(report, figures=none)) if line.section == "kinds"]
    assert [(line.label[1], line.now.value, line.before and line.before.value) for line in found] == [("Fight", 0, 1)]


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"before": None, "running": True, "log_since": "2026-11-22T20:30:00.000Z"},
        {"shift": "day", "name_fa": '#"*[x]$ \\'},
    ],
)
def test_a_page_is_set_whatever_it_says(language: str, changed: dict[str, Any]) -> None:
    made = pdf_of(
        _report(**changed),
        language,
        printed_by="#panic()",
        printed_at=from_rfc3339("2026-11-23T08:00:00Z"),
        offset_min=OFFSET,
        server="Nazdik",
    )
    assert made.startswith(b"%PDF-") and b"Vazirmatn-Regular" in made and b"Vazirmatn-Bold" in made
