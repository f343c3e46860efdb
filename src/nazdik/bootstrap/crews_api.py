"""Who is on the units of a station now, for its own desk and for dispatchers; each look is written down."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.bootstrap.administration.register import PeopleOfSettings
from nazdik.bootstrap.desk import Desk
from nazdik.dispatch.errors import OfficeNotFound
from nazdik.kernel import OfficeId
from nazdik.organisation.model import Act
from nazdik.published.sight import SKILLS


class SectorView(msgspec.Struct, frozen=True):
    """A part of the station's area."""

    id: str
    code: str
    name_fa: str
    name_en: str


class MemberView(msgspec.Struct, frozen=True):
    """Somebody of the station, by their number: what they can do, and the unit they are on duty with now."""

    number: str
    skills: tuple[str, ...]
    on: str | None


class CrewView(msgspec.Struct, frozen=True):
    """
    A unit of the station and who is on it, by their numbers; nobody when they did not log on by them.

    `own_skills` are its own, `skills` those with its people's; `lapsed` are those of its members who are in service no more.
    """

    unit: str
    call_sign: str
    kind: str
    skills: tuple[str, ...]
    own_skills: tuple[str, ...]
    on_duty: bool
    busy: bool
    crew: int
    members: tuple[str, ...]
    lapsed: tuple[str, ...]
    sector: str | None


class CrewsView(msgspec.Struct, frozen=True):
    """
    The crews of a station, the sectors they may patrol and the skills there are.

    `people` are those whom the register has at this station; when there is anybody, no other numbers are taken than the register's.
    """

    office: str
    skills: tuple[str, ...]
    sectors: tuple[SectorView, ...]
    crews: tuple[CrewView, ...]
    people: tuple[MemberView, ...]


@get("/v1/offices/{office_id:str}/crews")
async def get_crews(office_id: FromPath[str], desk: NamedDependency[Desk]) -> CrewsView:
    """
    Return the units of a station with who is on each, and its sectors. Written down in the audit log.

    Refusals: dispatch.office_not_found (404), organisation.* (403).
    """
    house = desk.house
    office = house.offices.find_office(OfficeId(office_id))
    if office is None or office.province_id is None:
        desk.allow(Act.SET_UNIT_DUTY)
        raise OfficeNotFound(office=office_id[:120])
    desk.allow(Act.SET_UNIT_DUTY, offices=frozenset({office.id}))
    await desk.note("crews", str(office.id))
    state = house.room(str(office.id)).state
    units = state.world.units.values()
    there = {sector.id for sector in house.offices.list_sectors(office.id)}
    people = PeopleOfSettings(state.settings).list_members(office.id, house.clock.now())
    on = {member: unit.call_sign for unit in units if unit.on_duty for member in unit.members}
    there_now = (unit for unit in units if unit.office == office.id and unit.retired_at is None)
    own = sorted(there_now, key=lambda unit: unit.call_sign)
    return CrewsView(
        office=str(office.id),
        skills=SKILLS,
        sectors=tuple(SectorView(s.id, s.code, s.name_fa, s.name_en) for s in house.offices.list_sectors(office.id)),
        crews=tuple(
            CrewView(
                unit=unit.id,
                call_sign=unit.call_sign,
                kind=unit.kind,
                skills=unit.skills,
                own_skills=unit.own_skills,
                on_duty=unit.on_duty,
                busy=unit.assignment_id is not None,
                crew=unit.crew,
                members=unit.members,
                lapsed=unit.lapsed,
                # One that was removed meanwhile is none any more: they patrol all of the station's area.
                sector=unit.sector if unit.sector in there else None,
            )
            for unit in own
        ),
        people=tuple(MemberView(each.number, each.skills, on.get(each.number)) for each in people),
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_crews,)
