"""Two incidents that are one, and two again."""

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch.desk_commands import JoinIncidents, UnjoinIncident
from nazdik.kernel import IncidentId
from nazdik.published.door import CommandAnswer, Door


class JoinBody(msgspec.Struct, forbid_unknown_fields=True):
    """The incident that it is the same as."""

    into: str


@post("/v1/incidents/{incident_id:str}/join", status_code=200)
async def join_incidents(
    incident_id: FromPath[str], data: JSONBody[JoinBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Put an incident into another one of which it turned out to be a second report: callers and crews go there, and it closes.

    Refusals: dispatch.incident_not_found (404), dispatch.incident_is_closed, dispatch.incident_is_draft,
    dispatch.incident_cannot_join (409).
    """
    command = JoinIncidents(incident_id=IncidentId(incident_id), into=IncidentId(data.into))
    return await door.act("close", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/unjoin", status_code=200)
async def unjoin_incident(incident_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Open it again as an event of its own, with the calls and crews that came from it and still run.

    Refusals: dispatch.incident_not_found (404), dispatch.incident_not_joined (409).
    """
    return await door.act("close", UnjoinIncident(incident_id=IncidentId(incident_id)), about=incident_id)


ROUTES: tuple[BaseRouteHandler, ...] = (join_incidents, unjoin_incident)
