"""Another service, such as the ambulance, is asked to come to an incident of ours; who asked and when stays with it."""

import re

from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import AskService, ReleaseService
from nazdik.dispatch.errors import ServiceUnknown
from nazdik.dispatch.unfolding import Unfolding

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


def ask(u: Unfolding, command: AskService) -> None:
    """Note that a service was asked; asked a second time it stays as it is."""
    incident = u.real_incident(command.incident_id)
    if not _CODE.fullmatch(command.service):
        raise ServiceUnknown(service=command.service[:40])
    if all(each.service != command.service for each in incident.services):
        u.add(e.ServiceAsked(at=u.at, incident_id=incident.id, service=command.service, by=u.ctx.actor.id))


def release(u: Unfolding, command: ReleaseService) -> None:
    """Note that it need not come; one that was not asked stays as it is."""
    incident = u.open_incident(command.incident_id)
    if any(each.service == command.service for each in incident.services):
        u.add(e.ServiceReleased(at=u.at, incident_id=incident.id, service=command.service, by=u.ctx.actor.id))
