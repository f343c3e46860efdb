"""A crew logs on in one step: who, with which skills, in which unit, for which sector."""

import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.kernel import UnitId
from tests.town import Town, officer


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
