"""Crews log on at the start of their shift: who, with which skills, in which unit, for which sector; in one command."""

import re

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import CrewElsewhere, CrewInvalid, SectorUnknown, UnitHasAssignment
from nazdik.dispatch.unfolding import Unfolding
from nazdik.dispatch.units import check_skills

CREW_MOST = 8
# A person's number in the force. Names stay out of the log.
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,19}\Z")


def log_on(u: Unfolding, command: c.LogOnCrew) -> None:
    """Put a crew on duty by name of number. The same crew again changes nothing; nobody is on two crews."""
    unit, members = u.unit(command.unit_id), command.members
    if not 1 <= len(members) <= CREW_MOST or len(set(members)) < len(members) or not all(map(_NUMBER.match, members)):
        raise CrewInvalid(most=CREW_MOST)
    skills = unit.skills if command.skills is None else command.skills
    check_skills(skills)
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
