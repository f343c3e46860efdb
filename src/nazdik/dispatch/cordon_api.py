"""Routes of a cordon: sent as one plan, taken back as one."""

from typing import Literal

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch import commands as c
from nazdik.dispatch.api import Body, ReasonBody
from nazdik.dispatch.model import CordonPost
from nazdik.kernel import IncidentId, LonLat, UnitId
from nazdik.published.door import BadInstant, CommandAnswer, Door, instant_or_none


class CordonPostBody(Body):
    """A post of a cordon: where, who is to hold it, when the fugitive could be there, what share of the ways out it closes."""

    point: LonLat
    place: str = ""
    unit: str | None = None
    due_at: str | None = None
    share: float = 0.0
    at_border: bool = False


class CordonBody(Body):
    """A cordon as the desk sees it; `POST /v1/cordon-plans` says how it comes about."""

    posts: tuple[CordonPostBody, ...]
    offence_at: str
    vehicle: Literal["car", "motorcycle", "foot"] = "car"
    bearing_deg: float | None = None
    slowest: float = 0.5
    fastest: float = 1.2
    held: float = 0.0
    sealed: float = 0.0


@post("/v1/incidents/{incident_id:str}/cordon", status_code=200)
async def send_cordon(
    incident_id: FromPath[str], data: JSONBody[CordonBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Send a cordon around the incident: every post its unit, in one act. A unit that was taken meanwhile is replaced by the
    nearest free one.

    Refusals: dispatch.incident_not_found, dispatch.unit_not_found (404), dispatch.cordon_exists,
    dispatch.incident_is_closed (409), dispatch.cordon_invalid, dispatch.place_outside_region (422).
    """
    offence_at = instant_or_none(data.offence_at)
    if offence_at is None:
        raise BadInstant(text="")
    command = c.SendCordon(
        incident_id=IncidentId(incident_id),
        posts=tuple(
            CordonPost(
                point=p.point,
                place=p.place,
                unit_id=None if p.unit is None else UnitId(p.unit),
                due_at=instant_or_none(p.due_at),
                share=p.share,
                at_border=p.at_border,
            )
            for p in data.posts
        ),
        offence_at=offence_at,
        vehicle=data.vehicle,
        bearing_deg=data.bearing_deg,
        slowest=data.slowest,
        fastest=data.fastest,
        held=data.held,
        sealed=data.sealed,
    )
    return await door.act("dispatch", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/cordon/withdraw", status_code=200)
async def withdraw_cordon(
    incident_id: FromPath[str], data: JSONBody[ReasonBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Take every post of the cordon back at once. Refusals: dispatch.incident_is_closed (409)."""
    command = c.WithdrawCordon(incident_id=IncidentId(incident_id), reason=data.reason)
    return await door.act("dispatch", command, about=incident_id)


ROUTES: tuple[BaseRouteHandler, ...] = (send_cordon, withdraw_cordon)
