"""A unit as it is established: it gets another call sign, station, kind or skills, it retires, it comes back."""

from nazdik.dispatch import alarms, crews
from nazdik.dispatch import events as e
from nazdik.dispatch import unit_commands as c
from nazdik.dispatch.errors import OfficeNotFound, UnitAtWork, UnitInEmergency, UnitStaysInProvince
from nazdik.dispatch.model import AlarmCause, Unit
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.units import check_call_sign, check_kind, check_sign_free, check_skills
from nazdik.kernel import OfficeId


def change(u: Unfolding, command: c.ChangeUnit) -> None:
    """
    Change what is said of a unit; what stays as it is changes nothing.

    What others know it by (call sign, station, kind) waits until its work is over. What it can do holds at once.
    """
    unit = u.unit(command.unit_id)
    sign = unit.call_sign if command.call_sign is None else command.call_sign
    office = unit.office if command.office is None else command.office
    kind = unit.kind if command.kind is None else command.kind
    skills = unit.own_skills if command.skills is None else tuple(dict.fromkeys(command.skills))
    check_call_sign(sign)
    if kind != unit.kind:
        check_kind(kind)
    check_skills(skills)
    check_sign_free(u, sign, unit.id)
    if office != unit.office:
        _check_office(u, office)
    if (sign, office, kind) != (unit.call_sign, unit.office, unit.kind):
        _check_idle(u, unit)
    if (sign, kind) != (unit.call_sign, unit.kind) or skills != unit.own_skills:
        u.add(e.UnitChanged(at=u.at, unit_id=unit.id, call_sign=sign, kind=kind, skills=skills))
        _change_skills_on_duty(u, unit)
    if office != unit.office:
        u.add(e.UnitRehomed(at=u.at, unit_id=unit.id, office=office))
        _tell_new_station(u, unit)


def retire(u: Unfolding, command: c.RetireUnit) -> None:
    """Take a unit out of use, and its crew off duty; a second time changes nothing."""
    unit = u.unit(command.unit_id)
    if unit.retired_at is not None:
        return
    _check_idle(u, unit)
    if unit.on_duty:
        u.add(e.DutyEnded(at=u.at, unit_id=unit.id))
        alarms.settle_about(u, AlarmCause.CREW_LAPSED, unit.id)
    u.add(e.UnitRetired(at=u.at, unit_id=unit.id))


def bring_back(u: Unfolding, command: c.BringBackUnit) -> None:
    """Take a retired unit into use again, off duty; its handhelds are let in anew."""
    unit = u.unit(command.unit_id)
    if unit.retired_at is not None:
        u.known_office(unit.office)
        u.add(e.UnitBroughtBack(at=u.at, unit_id=unit.id))


def _check_office(u: Unfolding, office: OfficeId) -> None:
    u.known_office(office)
    found = u.around.offices.find_office(office)
    if found is None:
        raise OfficeNotFound(office=office[:120])
    if found.province_id != u.world.province:
        raise UnitStaysInProvince(office=office, province=u.world.province)


def _check_idle(u: Unfolding, unit: Unit) -> None:
    """Refuse while the unit is known to others by what it is: sent, at work, or with an officer in danger."""
    if unit.emergency is not None:
        raise UnitInEmergency(unit_id=unit.id, call_sign=unit.call_sign)
    if unit.assignment_id is not None:
        incident = u.world.incidents[u.world.assignments[unit.assignment_id].incident_id]
        raise UnitAtWork(unit_id=unit.id, call_sign=unit.call_sign, number=incident.number)


def _change_skills_on_duty(u: Unfolding, before: Unit) -> None:
    """On duty the car's new skills count at once, its former ones no longer; what its people brought stays until they go."""
    if not before.on_duty:
        return
    unit = u.world.units[before.id]
    brought = crews.skills_of_members(u, unit)
    gone = set(before.own_skills) - set(unit.own_skills) - brought
    skills = tuple(dict.fromkeys((*unit.own_skills, *(skill for skill in before.skills if skill not in gone))))
    if set(skills) != set(unit.skills):
        u.add(e.CrewSkillsSet(at=u.at, unit_id=unit.id, skills=skills))


def _tell_new_station(u: Unfolding, before: Unit) -> None:
    """That somebody of the crew is in service no more is the new station's to know."""
    standing = alarms.find_about(u, AlarmCause.CREW_LAPSED, before.id)
    if standing is not None:
        alarms.settle_about(u, AlarmCause.CREW_LAPSED, before.id)
        crews.tell_of_lapsed(u, u.world.units[before.id])
