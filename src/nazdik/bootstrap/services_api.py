"""Other services at an incident: which can be asked, asking one, and letting it go."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.transfers_api import service_names
from nazdik.dispatch.desk_commands import AskService, ReleaseService
from nazdik.dispatch.errors import ServiceUnknown
from nazdik.kernel import IncidentId
from nazdik.organisation.model import Act
from nazdik.platform.settings import Settings
from nazdik.published.door import CommandAnswer, Door


class ServiceBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which service, by its code."""

    service: str


class KnownService(msgspec.Struct, frozen=True):
    """A service that can be asked for, in both languages."""

    id: str
    name_fa: str
    name_en: str


class ServicesView(msgspec.Struct, frozen=True):
    """Every service that can be asked to come to an incident."""

    services: tuple[KnownService, ...]


@get("/v1/services", sync_to_thread=False)
def list_services(desk: NamedDependency[Desk], caller_settings: NamedDependency[Settings]) -> ServicesView:
    """Return the services that can be asked to come, in the order of the settings."""
    desk.allow(Act.SEE_INCIDENT)
    return ServicesView(tuple(KnownService(one, *service_names(one)) for one in caller_settings.hand_over_services))


@post("/v1/incidents/{incident_id:str}/services", status_code=200)
async def ask_service(
    incident_id: FromPath[str],
    data: JSONBody[ServiceBody],
    door: NamedDependency[SkipValidation[Door]],
    caller_settings: NamedDependency[Settings],
) -> CommandAnswer:
    """
    Note that another service was asked to come; nothing goes out to it from here.

    Refusals: dispatch.service_unknown (422), dispatch.incident_not_found (404), dispatch.incident_is_closed,
    dispatch.incident_is_draft (409).
    """
    if data.service not in caller_settings.hand_over_services:
        raise ServiceUnknown(service=data.service[:40], known=list(caller_settings.hand_over_services))
    command = AskService(incident_id=IncidentId(incident_id), service=data.service)
    return await door.act("change_incident", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/services/release", status_code=200)
async def release_service(
    incident_id: FromPath[str], data: JSONBody[ServiceBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Note that a service need not come after all. Refusals: dispatch.incident_not_found (404), dispatch.incident_is_closed (409).
    """
    command = ReleaseService(incident_id=IncidentId(incident_id), service=data.service)
    return await door.act("change_incident", command, about=incident_id)


ROUTES: tuple[BaseRouteHandler, ...] = (list_services, ask_service, release_service)
