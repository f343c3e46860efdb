"""Crews log on at the start of their shift: who, with which skills, in which unit, for which sector; in one command."""

import re

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import (
    CrewElsewhere,
    CrewInvalid,
    CrewMemberNotInService,
    CrewMemberUnknown,
    SectorUnknown,
    UnitHasAssignment,
)
from nazdik.dispatch.model import AlarmCause, Unit
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.units import check_skills, unit_in_use
from nazdik.kernel import Instant, UnitId
from nazdik.published.crews import Member

CREW_MOST = 8
# How much a notice about a crew matters beside the alarms of incidents.
NOTICE = 4
# A person's number in the force. Names stay out of the log.
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,19}\Z")


def log_on(u: Unfolding, command: c.LogOnCrew) -> None:
    """
    Put a crew on duty by name of number. The same crew again changes nothing; nobody is on two crews.

    Where the station has people in the register, all of a crew are in it and in service; elsewhere numbers are free.
    """
    unit, members = unit_in_use(u, command.unit_id), command.members
    if not 1 <= len(members) <= CREW_MOST or len(set(members)) < len(members) or not all(map(_NUMBER.match, members)):
        raise CrewInvalid(most=CREW_MOST)
    registered = _registered(u, unit, members)
    members = tuple(member.number for member in registered) if registered else members
    skills = unit.own_skills if command.skills is None else command.skills
    check_skills(skills)
    # What somebody can do, the unit they are on can do.
    skills = tuple(dict.fromkeys((*skills, *(skill for member in registered for skill in member.skills))))
    sectors = {sector.id for sector in u.around.offices.list_sectors(unit.office)}
    if command.sector is not None and command.sector not in sectors:
        raise SectorUnknown(sector=command.sector[:120], office=unit.office)
    for other in u.world.units.values():
        if other.id != unit.id and other.on_duty and (twice := sorted(set(other.members) & set(members))):
            raise CrewElsewhere(member=twice[0], call_sign=other.call_sign, unit_id=other.id)
    if unit.on_duty and (unit.members, unit.skills, unit.sector) == (members, skills, command.sector):
        return
    if unit.assignment_id is not None:
        raise UnitHasAssignment(unit_id=unit.id, assignment_id=unit.assignment_id)
    u.add(e.DutyStarted(at=u.at, unit_id=unit.id, crew=len(members), skills=skills))
    u.add(e.CrewLoggedOn(at=u.at, unit_id=unit.id, members=members, sector=command.sector, by=u.ctx.actor.id))
    alarms.settle_about(u, AlarmCause.CREW_LAPSED, unit.id)
    check(u, unit.id)


def _registered(u: Unfolding, unit: Unit, members: tuple[str, ...]) -> tuple[Member, ...]:
    """Return a crew as the register knows it; nobody for a station without one."""
    if not u.around.crews.list_members(unit.office, u.at):
        return ()
    found = []
    for number in members:
        member = u.around.crews.find_member(number, u.at)
        if member is None:
            raise CrewMemberUnknown(member=number)
        if member.office is None:
            raise CrewMemberNotInService(member=number)
        found.append(member)
    if len({member.number for member in found}) < len(found):
        raise CrewInvalid(most=CREW_MOST)
    return tuple(found)


def check(u: Unfolding, unit_id: UnitId) -> None:
    """
    Say who of a crew is in service no more, and tell the station's desk when that is one more than before.

    Nobody entitled is left: the car goes off duty, but never from an assignment or an emergency, where it is needed and known.
    It is looked at again when that is over.
    """
    unit = u.unit(unit_id)
    if not unit.on_duty:
        return
    lapsed, until = _in_service_no_more(u, unit)
    if (lapsed, until) != (unit.lapsed, u.world.deadlines.get(f"crew:{unit.id}")):
        u.add(e.CrewChecked(at=u.at, unit_id=unit.id, lapsed=lapsed, until=until))
    skills = unit.skills if lapsed == unit.lapsed else _skills_of_those_on_it(u, unit, lapsed)
    if skills != unit.skills:
        u.add(e.CrewSkillsSet(at=u.at, unit_id=unit.id, skills=skills))
    if set(lapsed) - set(unit.lapsed):
        tell_of_lapsed(u, unit)
    elif not lapsed:
        alarms.settle_about(u, AlarmCause.CREW_LAPSED, unit.id)
    unit = u.world.units[unit.id]
    if unit.is_unmanned and unit.assignment_id is None and unit.emergency is None:
        u.add(e.DutyEnded(at=u.at, unit_id=unit.id))


def tell_of_lapsed(u: Unfolding, unit: Unit) -> None:
    """Tell the unit's station that somebody of its crew is in service no more."""
    alarms.raise_at(
        u,
        AlarmCause.CREW_LAPSED,
        about=unit.id,
        office=unit.office,
        priority=NOTICE,
        unit_id=unit.id,
        climbs=False,
    )


def skills_of_members(u: Unfolding, unit: Unit) -> set[str]:
    """Return what those of a crew who are in service can do, as far as the register knows them."""
    known = (u.around.crews.find_member(number, u.at) for number in unit.members if number not in unit.lapsed)
    return {skill for member in known if member is not None for skill in member.skills}


def _skills_of_those_on_it(u: Unfolding, unit: Unit, lapsed: tuple[str, ...]) -> tuple[str, ...]:
    """
    Return the unit's own skills, those of whoever is in service, and of the others what came of nobody who left.

    Of somebody whom the register knows no more nothing can be told apart: then only what is known to be there stays.
    """
    known = {number: u.around.crews.find_member(number, u.at) for number in unit.members}
    left = [known[number] for number in lapsed]
    stay = [member for number, member in known.items() if member is not None and number not in lapsed]
    went = {skill for member in left if member is not None for skill in member.skills}
    unclear = any(member is None for member in left)
    kept = [skill for skill in unit.skills if skill in unit.own_skills or not (unclear or skill in went)]
    return tuple(dict.fromkeys((*kept, *(skill for member in stay for skill in member.skills))))


def check_crew(u: Unfolding, command: c.CheckCrew) -> None:
    """The register of people changed, or what kept a crew on duty is over."""
    check(u, command.unit_id)


def _in_service_no_more(u: Unfolding, unit: Unit) -> tuple[tuple[str, ...], Instant | None]:
    """Return who of a crew the register does not have in service, as at log-on, and when the next of the others ends."""
    has_register = bool(u.around.crews.list_members(unit.office, u.at))
    known = {number: u.around.crews.find_member(number, u.at) for number in unit.members}
    lapsed = tuple(
        number for number, member in known.items() if (has_register if member is None else member.office is None)
    )
    ends = [member.until for member in known.values() if member is not None and member.until is not None]
    return lapsed, min(ends, default=None)
