"""Incidents on hold, and back."""

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch.desk_commands import HoldIncident, ReleaseIncident
from nazdik.kernel import IncidentId
from nazdik.published.door import CommandAnswer, Door, instant_or_none


class HoldBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    For how long, and why: a code, and words where the code is none or the incident is a priority 1.

    A release that is undone puts the hold back `until` its own time (RFC 3339), without `minutes`.
    """

    minutes: int = 0
    until: str | None = None
    reason: str = "other"
    words: str = ""


@post("/v1/incidents/{incident_id:str}/hold", status_code=200)
async def hold_incident(
    incident_id: FromPath[str], data: JSONBody[HoldBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Put an incident aside for 1 to 240 minutes; nobody is sought for it, and then it comes back as an alarm.

    Refusals: dispatch.hold_invalid, dispatch.hold_words_missing, http.bad_instant (422), dispatch.incident_not_found (404),
    dispatch.incident_is_closed, dispatch.incident_is_draft, dispatch.units_still_assigned, dispatch.hold_never (409).
    """
    command = HoldIncident(
        incident_id=IncidentId(incident_id),
        minutes=data.minutes,
        until=instant_or_none(data.until),
        reason=data.reason,
        words=data.words,
    )
    return await door.act("dispatch", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/release", status_code=200)
async def release_incident(incident_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Bring an incident back before its time. Refusals: dispatch.incident_not_found (404), dispatch.incident_is_closed (409).
    """
    return await door.act("dispatch", ReleaseIncident(incident_id=IncidentId(incident_id)), about=incident_id)


ROUTES: tuple[BaseRouteHandler, ...] = (hold_incident, release_incident)
