"""The routes of paper: one incident as a sheet, and the pack of a control room. Both are personal and written down."""

from dataclasses import replace
from typing import Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.desk_names import name_of
from nazdik.bootstrap.kinds import room_of_desk
from nazdik.bootstrap.paper.packs import Packs, sees
from nazdik.bootstrap.paper.pages import Print, pack, sheet
from nazdik.dispatch.errors import IncidentNotFound
from nazdik.dispatch.projections import incident_view
from nazdik.kernel import IncidentId, NotFound, OfficeId
from nazdik.organisation.model import Act
from nazdik.platform.http.headers import page
from nazdik.platform.settings import Settings

FORMS, FORMS_MAX = 10, 40
Lang = Literal["fa", "en"]


class NoControlRoom(NotFound):
    """The session's office has no control room of its own."""

    code = "paper.no_control_room"


@get("/v1/incidents/{incident_id:str}/sheet", media_type="text/html")
async def get_sheet(
    incident_id: FromPath[str],
    desk: NamedDependency[Desk],
    caller_settings: NamedDependency[Settings],
    lang: FromQuery[Lang] = "fa",
) -> Response[bytes]:
    """Return an incident as a sheet for A4; in the audit log. Refusals: dispatch.incident_not_found (404)."""
    room = desk.house.room(incident_id)
    desk.allow(Act.SEE_DETAIL)
    desk.allow(Act.SEE_CALL)
    incident = room.state.world.incidents.get(IncidentId(incident_id))
    if incident is None or not sees(desk, room, room.state.world, incident):
        raise IncidentNotFound(incident_id=incident_id[:120])
    await desk.note("sheet", incident.id)
    office = desk.house.offices.find_office(incident.station) if incident.station is not None else None
    station = "" if office is None else office.name_fa if lang == "fa" else office.name_en
    detail = room.views.detail(room.state, incident)
    view = incident_view(room.state.world, incident, whole=True)
    return page(sheet(_print(desk, room, caller_settings, lang), view, detail, station))


@get("/v1/paper", media_type="text/html")
async def get_paper(
    desk: NamedDependency[Desk],
    caller_settings: NamedDependency[Settings],
    packs: NamedDependency[Packs],
    lang: FromQuery[Lang] = "fa",
    forms: FromQuery[int] = FORMS,
) -> Response[bytes]:
    """
    Return what a control room works on with when its screens are dark: open incidents, units on duty, blank call forms.

    One file with nothing outside it; in the audit log. Refusals: paper.no_control_room (404).
    """
    desk.allow(Act.SEE_DETAIL)
    desk.allow(Act.SEE_CALL)
    room = room_of_desk(desk)
    if room is None:
        raise NoControlRoom(office=desk.posting.office)
    await desk.note("paper", room.province)
    office = desk.house.offices.find_office(OfficeId(str(room.province)))
    name = str(room.province) if office is None else office.name_fa if lang == "fa" else office.name_en
    made = _print(desk, room, caller_settings, lang)
    body = await packs.body(desk, room, made, max(0, min(forms, FORMS_MAX)))
    return page(pack(replace(made, at=body.at), name, body.text))


def _print(desk: Desk, room: ControlRoom, settings: Settings, lang: str) -> Print:
    names = kind_names(room.state.settings)
    who = f"\u2068{name_of(desk.posting, desk.house.offices, lang)}\u2069"
    return Print(lang, desk.house.clock.now(), settings.display_offset_min, who, names)


ROUTES: tuple[BaseRouteHandler, ...] = (get_sheet, get_paper)
