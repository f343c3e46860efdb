"""Who is on the units of a station now, for its own desk and for dispatchers; each look is written down."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

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


class CrewView(msgspec.Struct, frozen=True):
    """A unit of the station and who is on it, by their numbers; nobody when they did not log on by them."""

    unit: str
    call_sign: str
    kind: str
    skills: tuple[str, ...]
    on_duty: bool
    busy: bool
    crew: int
    members: tuple[str, ...]
    sector: str | None


class CrewsView(msgspec.Struct, frozen=True):
    """The crews of a station, the sectors they may patrol and the skills there are."""

    office: str
    skills: tuple[str, ...]
    sectors: tuple[SectorView, ...]
    crews: tuple[CrewView, ...]


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
    units = house.room(str(office.id)).state.world.units.values()
    own = sorted((unit for unit in units if unit.office == office.id), key=lambda unit: unit.call_sign)
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
                on_duty=unit.on_duty,
                busy=unit.assignment_id is not None,
                crew=unit.crew,
                members=unit.members,
                sector=unit.sector,
            )
            for unit in own
        ),
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_crews,)
