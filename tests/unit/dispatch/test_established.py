"""A unit gets another call sign, station, kind or skills, retires and comes back; nobody at work is touched."""

from typing import Any

import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch import unit_commands as uc
from nazdik.dispatch.model import AlarmCause
from nazdik.kernel import IncidentId, OfficeId, UnitId
from nazdik.kernel.instant import plus_s
from nazdik.kernel.rejected import Rejected
from tests.town import Town, officer
from tests.unit.dispatch.test_crews import log_on, put


def enrol(town: Town, sign: str) -> None:
    unit_id = UnitId(f"p.u.{sign}")
    town.do(c.EnrolUnit(unit_id=unit_id, call_sign=sign, office=OfficeId("p.a.1"), kind="car", skills=("patrol",)))


def change(town: Town, unit: UnitId, **said: Any) -> None:
    town.do(uc.ChangeUnit(unit_id=unit, **said))


def refused(town: Town, error: type[Rejected], command: c.Command) -> Rejected:
    before = town.world
    with pytest.raises(error) as found:
        town.do(command)
    assert town.world == before
    return found.value


def test_a_unit_is_called_and_belongs_and_is_otherwise_and_stays_the_same_unit() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    change(town, unit, call_sign="B7", office=OfficeId("p.b.2"), kind="van", skills=("patrol", "armed"))
    car = town.car(unit)
    assert (car.call_sign, car.office, car.kind, car.own_skills) == ("B7", "p.b.2", "van", ("patrol", "armed"))
    assert car.on_duty and car.former_signs == ("A01",)
    assert town.names()[-3:] == ["unit_changed", "crew_skills_set", "unit_rehomed"]
    assert restore(snapshot(town.writer.state)) == town.writer.state
    before = town.log.head().position
    change(town, unit, call_sign="B7", office=OfficeId("p.b.2"), kind="van", skills=("patrol", "armed"))
    change(town, unit)
    assert town.log.head().position == before, "what stays as it is is no change"


def test_a_call_sign_is_one_units_for_ever_however_it_is_spelled() -> None:
    town = Town()
    first, second = town.unit("A01", 1000), town.unit("A02", 2000)
    for sign in ("A02", "a02"):
        refused(town, errors.UnitExists, uc.ChangeUnit(unit_id=first, call_sign=sign))
    refused(town, errors.CallSignInvalid, uc.ChangeUnit(unit_id=first, call_sign="آ ۱"))
    change(town, first, call_sign="B7")
    for command in (
        uc.ChangeUnit(unit_id=second, call_sign="a01"),
        c.EnrolUnit(unit_id=UnitId("p.u.a01"), call_sign="a01", office=OfficeId("p.a.1"), kind="car", skills=()),
    ):
        assert refused(town, errors.CallSignWasAnothers, command).details["call_sign"] == "B7"
    refused(
        town,
        errors.UnitExists,
        c.EnrolUnit(unit_id=first, call_sign="A01", office=OfficeId("p.a.1"), kind="car", skills=("patrol",)),
    )
    # Its own former one it may have again, and another spelling of its own.
    change(town, first, call_sign="A01")
    change(town, first, call_sign="a01")
    assert (town.car(first).call_sign, town.car(first).former_signs) == ("a01", ("B7", "A01"))


def test_a_unit_at_work_keeps_its_name_its_station_and_its_kind_and_does_not_retire() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    number = town.get(town.incident("fight", 900.0)).number
    said: dict[str, Any]
    for said in ({"call_sign": "B7"}, {"office": OfficeId("p.a.2")}, {"kind": "van"}):
        error = refused(town, errors.UnitAtWork, uc.ChangeUnit(unit_id=unit, **said))
        assert (error.details["call_sign"], error.details["number"]) == ("A01", number)
    refused(town, errors.UnitAtWork, uc.RetireUnit(unit_id=unit))
    change(town, unit, skills=("patrol", "first_aid"))
    assert town.car(unit).skills == ("patrol", "first_aid"), "what it can do is known at once"


def test_a_unit_whose_officer_is_in_danger_is_left_as_it_is() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    town.do(c.DeclareEmergency(unit_id=unit, incident_id=IncidentId("p.i7")), by=officer(unit))
    refused(town, errors.UnitInEmergency, uc.ChangeUnit(unit_id=unit, office=OfficeId("p.a.2")))
    refused(town, errors.UnitInEmergency, uc.RetireUnit(unit_id=unit))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"office": OfficeId("iran")}, errors.UnitStaysInProvince),
        ({"office": OfficeId("p.nowhere")}, errors.OfficeNotFound),
        ({"kind": "submarine"}, errors.UnitKindUnknown),
        ({"skills": ("flying",)}, errors.SkillUnknown),
    ],
)
def test_what_no_unit_can_be_is_refused(said: dict[str, Any], error: type[Rejected]) -> None:
    town = Town()
    refused(town, error, uc.ChangeUnit(unit_id=town.unit("A01", 1000), **said))


def test_on_duty_the_cars_new_skills_count_at_once_and_what_its_people_brought_stays() -> None:
    town = Town()
    unit = town.unit("A01", 1000, skills=("patrol", "armed", "crowd"))
    town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    put(town, "one", "7001", office="p.a.1", skills=["armed", "first_aid"])
    log_on(town, unit, "7001")
    assert town.car(unit).skills == ("patrol", "armed", "crowd", "first_aid")
    change(town, unit, skills=("patrol", "traffic"))
    assert set(town.car(unit).skills) == {"patrol", "traffic", "armed", "first_aid"}, (
        "armed is theirs, crowd was the car's"
    )
    town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    town.do(c.StartDuty(unit_id=unit), by=officer(unit))
    assert town.car(unit).skills == ("patrol", "traffic")


def test_who_waits_for_a_skill_gets_the_unit_that_has_it_now() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    incident = town.incident("traffic_blocked", 900.0, priority=2)
    assert town.on(incident) == []
    change(town, unit, skills=("patrol", "traffic"))
    assert [assignment.unit_id for assignment in town.on(incident)] == [unit]


def test_the_new_station_is_told_that_somebody_of_the_crew_has_left() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    put(town, "one", "7001", office="p.a.1")
    put(town, "two", "7002", office="p.a.1")
    log_on(town, unit, "7001", "7002")
    put(town, "two", "7002", office="p.a.1", active=False)
    assert [alarm.office for alarm in town.world.alarms.values() if alarm.cause is AlarmCause.CREW_LAPSED] == ["p.a.1"]
    change(town, unit, office=OfficeId("p.b.1"))
    assert [alarm.office for alarm in town.world.alarms.values() if alarm.cause is AlarmCause.CREW_LAPSED] == ["p.b.1"]


def test_a_retired_unit_is_off_duty_and_nobodys_until_it_is_brought_back() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    log_on(town, unit, "7001")
    town.do(uc.RetireUnit(unit_id=unit))
    car = town.car(unit)
    assert (car.on_duty, car.members, car.retired_at, car.is_gone) == (False, (), town.now, True)
    assert town.names()[-2:] == ["duty_ended", "unit_retired"]
    before = town.log.head().position
    town.do(uc.RetireUnit(unit_id=unit))
    assert town.log.head().position == before
    for command in (
        c.StartDuty(unit_id=unit),
        c.LogOnCrew(unit_id=unit, members=("7001",)),
        c.EnrolUnit(unit_id=unit, call_sign="A01", office=OfficeId("p.a.1"), kind="car", skills=("patrol",)),
    ):
        refused(town, errors.UnitIsRetired, command)
    assert town.on(town.incident("fight", 900.0)) == [], "the nearest car is out of use"
    assert restore(snapshot(town.writer.state)) == town.writer.state
    town.clock.move_to(plus_s(town.now, 60))
    town.do(uc.BringBackUnit(unit_id=unit))
    assert (town.car(unit).retired_at, town.car(unit).on_duty) == (None, False)
    town.do(c.StartDuty(unit_id=unit), by=officer(unit))
    assert town.car(unit).assignment_id is not None, "it is sent to who waits"


def test_a_retired_units_call_sign_is_not_given_to_another() -> None:
    town = Town()
    unit, other = town.unit("A01", 1000), town.unit("A02", 2000)
    town.do(uc.RetireUnit(unit_id=unit))
    refused(town, errors.UnitExists, uc.ChangeUnit(unit_id=other, call_sign="a01"))
    change(town, unit, office=OfficeId("p.b.1"))
    assert town.car(unit).office == "p.b.1", "its station may close without it"


def test_a_call_for_help_is_never_refused_and_shows_the_unit_again() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    town.do(uc.RetireUnit(unit_id=unit))
    town.do(c.DeclareEmergency(unit_id=unit, incident_id=IncidentId("p.i7")), by=officer(unit))
    assert not town.car(unit).is_gone
    town.do(c.EndEmergency(unit_id=unit), by=officer(unit))
    assert town.car(unit).is_gone
