"""A crew logs on in one step: who, with which skills, in which unit, for which sector."""

import pytest

from nazdik.administration.errors import ValueInvalid
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.model import AlarmCause
from nazdik.kernel import UnitId, rfc3339
from nazdik.kernel.instant import plus_s
from tests.town import Town, officer
from tests.unit.administration.people import publish


def log_on(town: Town, unit: UnitId, *members: str, **more: object) -> None:
    town.do(c.LogOnCrew(unit_id=unit, members=members, **more), by=officer(unit))  # type: ignore[arg-type]


def off_duty(town: Town, *names: str) -> list[UnitId]:
    units = [town.unit(name, 1000.0 * n) for n, name in enumerate(names, start=1)]
    for unit in units:
        town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    return units


def test_one_step_starts_the_duty_of_people_with_their_skills_and_sector() -> None:
    town = Town()
    (unit,) = off_duty(town, "A01")
    sector = f"{town.car(unit).office}.1"
    log_on(town, unit, "7001", "7002", skills=("patrol", "first_aid"), sector=sector)
    car = town.car(unit)
    assert (car.on_duty, car.available, car.crew) == (True, True, 2)
    assert (car.members, car.skills, car.sector) == (("7001", "7002"), ("patrol", "first_aid"), sector)
    assert restore(snapshot(town.writer.state)).world.units[unit] == car
    town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    assert (town.car(unit).members, town.car(unit).sector) == ((), None)


def test_the_same_crew_again_changes_nothing_and_another_takes_its_place() -> None:
    town = Town()
    (unit,) = off_duty(town, "A01")
    log_on(town, unit, "7001", "7002")
    before = town.log.head().position
    log_on(town, unit, "7001", "7002")
    assert town.log.head().position == before
    log_on(town, unit, "7003")
    assert (town.car(unit).members, town.car(unit).crew) == (("7003",), 1)
    # Counted and not named: nobody is known to be on it any more.
    town.do(c.StartDuty(unit_id=unit, crew=2), by=officer(unit))
    assert town.car(unit).members == ()


def test_nobody_is_on_two_crews_until_the_first_has_gone_home() -> None:
    town = Town()
    first, second = off_duty(town, "A01", "A02")
    log_on(town, first, "7001", "7002")
    with pytest.raises(errors.CrewElsewhere) as refused:
        log_on(town, second, "7002", "7003")
    assert refused.value.details["call_sign"] == "A01"
    assert not town.car(second).on_duty
    town.do(c.EndDuty(unit_id=first), by=officer(first))
    log_on(town, second, "7002", "7003")
    assert town.car(second).members == ("7002", "7003")


@pytest.mark.parametrize(
    "members", [(), ("7001", "7001"), ("",), ("a name",), ("x" * 21,), tuple(str(7000 + n) for n in range(9))]
)
def test_what_is_no_crew_is_refused(members: tuple[str, ...]) -> None:
    town = Town()
    (unit,) = off_duty(town, "A01")
    with pytest.raises(errors.CrewInvalid):
        log_on(town, unit, *members)
    assert not town.car(unit).on_duty


def test_a_sector_is_of_the_units_own_station_and_a_skill_is_one() -> None:
    town = Town()
    (unit,) = off_duty(town, "A01")
    with pytest.raises(errors.SectorUnknown):
        log_on(town, unit, "7001", sector="p.elsewhere.1")
    with pytest.raises(errors.SkillUnknown):
        log_on(town, unit, "7001", skills=("flying",))


def test_a_crew_at_work_is_not_replaced() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    incident = town.incident("fight", 900.0)
    town.accept(incident)
    with pytest.raises(errors.UnitHasAssignment):
        log_on(town, unit, "7001")


def put(town: Town, name: str, number: str, *, office: str, **more: object) -> None:
    """Let two people enter somebody into the list of people."""
    seat = {"role": "station_desk", "office": office, "unit": None, "since": "", "until": ""}
    value = {"active": True, "seats": [seat], "number": number, "skills": [], **more}
    publish(town, value, subject=f"p.p.{name}", kind="person")


def test_where_people_are_in_the_register_a_crew_is_taken_from_it_with_their_skills() -> None:
    town = Town()
    (unit,) = off_duty(town, "A01")
    station = town.car(unit).office
    log_on(town, unit, "9999")
    assert town.car(unit).members == ("9999",), "without a register numbers are free"
    put(town, "first", "7001", office=station, skills=["first_aid"])
    put(town, "other", "AB-3", office="p.b.2", skills=["armed"])
    with pytest.raises(errors.CrewMemberUnknown) as unknown:
        log_on(town, unit, "7001", "9999")
    assert unknown.value.details == {"member": "9999"}
    log_on(town, unit, "7001", "ab-3", skills=("crowd",))
    car = town.car(unit)
    assert car.members == ("7001", "AB-3"), "somebody from another station comes along, as the register writes it"
    assert set(car.skills) == {"crowd", "first_aid", "armed"} and car.own_skills == ("patrol",)
    log_on(town, unit, "7001")
    assert set(town.car(unit).skills) == {"patrol", "first_aid"}, "what the last crew could do is gone with it"
    with pytest.raises(errors.CrewInvalid):
        log_on(town, unit, "AB-3", "ab-3")


def test_who_was_deactivated_or_has_no_seat_now_is_on_no_crew() -> None:
    town = Town()
    (unit,) = off_duty(town, "A01")
    station = town.car(unit).office
    put(town, "first", "7001", office=station)
    put(town, "gone", "7002", office=station, active=False)
    past = {"role": "station_desk", "office": station, "unit": None, "since": "", "until": "2020-01-01T00:00:00Z"}
    put(town, "over", "7003", office=station, seats=[past])
    for number in ("7002", "7003"):
        with pytest.raises(errors.CrewMemberNotInService):
            log_on(town, unit, "7001", number)
    assert not town.car(unit).on_duty


def test_a_number_is_one_persons() -> None:
    town = Town()
    put(town, "first", "ab-3", office="p.a.1")
    with pytest.raises(ValueInvalid):
        put(town, "second", "AB-3", office="p.a.1")
    put(town, "first", "ab-4", office="p.a.1")
    put(town, "second", "AB-3", office="p.a.1")
    for wrong in ("a name", "x"):
        with pytest.raises(ValueInvalid):
            put(town, "third", wrong, office="p.a.1")


def lapsed_notices(town: Town) -> list[AlarmCause]:
    return [alarm.cause for alarm in town.world.alarms.values() if alarm.cause is AlarmCause.CREW_LAPSED]


@pytest.fixture
def manned() -> tuple[Town, UnitId, str]:
    """A car with two people of the register, beside one who stays at the station."""
    town = Town()
    unit = town.unit("A01", 1000)
    station = town.car(unit).office
    for name, number in (("first", "7001"), ("second", "7002"), ("desk", "7003")):
        put(town, name, number, office=station)
    log_on(town, unit, "7001", "7002")
    return town, unit, station


def test_a_crew_shows_at_once_who_is_in_service_no_more_and_the_station_is_told(
    manned: tuple[Town, UnitId, str],
) -> None:
    town, unit, station = manned
    put(town, "second", "7002", office=station, active=False)
    car = town.car(unit)
    assert (car.lapsed, car.members, car.on_duty) == (("7002",), ("7001", "7002"), True)
    (notice,) = town.world.alarms.values()
    assert (notice.cause, notice.office, notice.unit_id, notice.climbs_at) == ("crew_lapsed", station, unit, None)
    assert restore(snapshot(town.writer.state)) == town.writer.state
    put(town, "second", "7002", office=station)
    assert town.car(unit).lapsed == () and not lapsed_notices(town), "taken back, it is as it was"
    assert town.car(unit).on_duty


def test_an_office_that_is_taken_counts_and_another_one_does_not(manned: tuple[Town, UnitId, str]) -> None:
    town, unit, station = manned
    put(town, "second", "7002", office="p.b.2")
    assert not town.car(unit).lapsed, "anybody of the province may come along"
    put(town, "second", "7002", office=station, seats=[])
    assert town.car(unit).lapsed == ("7002",)
    log_on(town, unit, "7001")
    assert not town.car(unit).lapsed and not lapsed_notices(town), "a crew without them is what was to be done"
    put(town, "first", "7009", office=station)
    assert not town.car(unit).on_duty, "a number that is nobody's any more"


def test_with_nobody_in_service_left_a_free_car_goes_off_duty(manned: tuple[Town, UnitId, str]) -> None:
    town, unit, station = manned
    put(town, "second", "7002", office=station, active=False)
    put(town, "first", "7001", office=station, active=False)
    car = town.car(unit)
    assert (car.on_duty, car.members, car.lapsed) == (False, (), ())
    (notice,) = town.world.alarms.values()
    assert notice.cause is AlarmCause.CREW_LAPSED, "nobody has seen it yet"
    town.do(c.AcknowledgeAlarm(alarm_id=notice.id))
    assert not town.world.alarms


@pytest.mark.parametrize("how", ["clear", "withdraw", "refuse"])
def test_an_assignment_is_brought_to_an_end_first(manned: tuple[Town, UnitId, str], how: str) -> None:
    town, unit, station = manned
    incident = town.incident("fight", 900.0)
    if how != "refuse":
        town.accept(incident)
    for name, number in (("first", "7001"), ("second", "7002")):
        put(town, name, number, office=station, active=False)
    car = town.car(unit)
    assert (car.on_duty, car.is_unmanned) == (True, True), "never from the middle of it"
    other = town.incident("fight", 1200.0, name="2")
    assert not town.world.active_assignments(town.world.incidents[other]), "it is sent nowhere else"
    with pytest.raises(errors.UnitNotAvailable):
        town.do(c.AssignUnits(incident_id=other, unit_ids=(unit,), divert=True))
    assert car.assignment_id is not None
    match how:
        case "clear":
            town.do(c.StepOn(assignment_id=car.assignment_id, step="on_scene"), by=officer(unit))
            town.do(c.ClearAssignment(assignment_id=car.assignment_id), by=officer(unit))
        case "withdraw":
            town.do(c.WithdrawAssignment(assignment_id=car.assignment_id, reason="x"))
        case "refuse":
            town.do(c.RefuseOffer(assignment_id=car.assignment_id, reason="crew_incomplete"), by=officer(unit))
    assert not town.car(unit).on_duty
    assert not town.world.active_assignments(town.world.incidents[other]), "nor when it was free for a moment"
    assert lapsed_notices(town)


def test_a_seat_that_ends_by_itself_is_noticed_when_it_does(manned: tuple[Town, UnitId, str]) -> None:
    town, unit, station = manned
    until = plus_s(town.now, 3600)
    seat = {"role": "station_desk", "office": station, "unit": None, "since": "", "until": rfc3339(until)}
    put(town, "second", "7002", office=station, seats=[seat])
    assert not town.car(unit).lapsed
    town.wait(3599)
    assert not town.car(unit).lapsed
    town.wait(2)
    assert town.car(unit).lapsed == ("7002",) and lapsed_notices(town)
    assert f"crew:{unit}" not in town.world.deadlines


def test_who_leaves_takes_along_what_only_they_could_do(manned: tuple[Town, UnitId, str]) -> None:
    town, unit, station = manned
    put(town, "second", "7002", office=station, skills=["first_aid", "traffic"])
    put(town, "first", "7001", office=station, skills=["traffic"])
    log_on(town, unit, "7001", "7002", skills=("patrol", "investigation"))
    assert town.car(unit).skills == ("patrol", "investigation", "traffic", "first_aid")
    put(town, "second", "7002", office=station, active=False, skills=["first_aid", "traffic"])
    assert town.car(unit).skills == ("patrol", "investigation", "traffic"), "what came of nobody who left stays"
    put(town, "second", "7002", office=station, skills=["first_aid", "traffic"])
    assert town.car(unit).skills == ("patrol", "investigation", "traffic", "first_aid"), "back, they can do it again"


def test_of_somebody_who_is_in_no_register_any_more_only_what_is_known_to_be_there_stays(
    manned: tuple[Town, UnitId, str],
) -> None:
    town, unit, station = manned
    put(town, "first", "7001", office=station, skills=["traffic"])
    log_on(town, unit, "7001", "7002", skills=("patrol", "investigation"))
    put(town, "second", "7009", office=station)
    assert town.car(unit).lapsed == ("7002",)
    assert town.car(unit).skills == ("patrol", "traffic")


def test_the_skills_of_a_crew_go_home_with_it(manned: tuple[Town, UnitId, str]) -> None:
    town, unit, _ = manned
    log_on(town, unit, "7001", skills=("patrol", "investigation"))
    town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    town.do(c.StartDuty(unit_id=unit), by=officer(unit))
    assert (town.car(unit).skills, town.car(unit).crew) == (("patrol",), 0), "and nobody has said how many came"


def test_whoever_only_says_that_they_are_there_leaves_the_crew_as_it_was_said(manned: tuple[Town, UnitId, str]) -> None:
    town, unit, _ = manned
    town.do(c.StartDuty(unit_id=unit), by=officer(unit))
    assert (town.car(unit).members, town.car(unit).crew) == (("7001", "7002"), 2)
