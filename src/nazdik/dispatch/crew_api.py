"""A crew logs on to its unit."""

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch import commands as c
from nazdik.kernel import UnitId
from nazdik.kernel.text import latin_digits
from nazdik.published.door import CommandAnswer, Door


class CrewBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    Who is on the unit, by their numbers in the force; never names. Without `skills` the unit keeps its own, and has those of
    its people either way; without `sector` it patrols all of its station's area.
    """

    members: tuple[str, ...]
    skills: tuple[str, ...] | None = None
    sector: str | None = None


@post("/v1/units/{unit_id:str}/crew", status_code=200)
async def log_on_crew(
    unit_id: FromPath[str], data: JSONBody[CrewBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Start a crew's duty: who, with which skills, for which sector, in one step. `…/duty` ends it.

    Where the station's people are in the register, each of them has to be there and in service.

    Refusals: dispatch.crew_invalid, dispatch.crew_member_unknown, dispatch.skill_unknown, dispatch.sector_unknown (422),
    dispatch.unit_not_found (404), dispatch.crew_member_not_in_service, dispatch.crew_elsewhere, dispatch.unit_has_assignment (409).
    """
    command = c.LogOnCrew(
        unit_id=UnitId(unit_id),
        members=tuple(latin_digits(member).strip() for member in data.members),
        skills=data.skills,
        sector=data.sector,
    )
    return await door.act("set_unit_duty", command, about=unit_id)


ROUTES: tuple[BaseRouteHandler, ...] = (log_on_crew,)
