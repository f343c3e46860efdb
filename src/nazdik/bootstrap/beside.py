"""Who else has an incident open at a desk now: two who work on one should know of each other. In memory only."""

from dataclasses import dataclass

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.reads import incident_seen
from nazdik.kernel import IncidentId
from nazdik.organisation.model import Act
from nazdik.platform.clock import Clock

# A desk says every ten seconds what it has open; who has not said so for this long has left it.
OPEN_WITHIN_S = 25.0


@dataclass(frozen=True, slots=True)
class _Opened:
    incident: IncidentId
    first_s: float
    last_s: float


class OpenIncidents:
    """What each person has open; belongs to one event loop, and knows the desks of its own node."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_person: dict[str, _Opened] = {}

    def open(self, person: str, incident: IncidentId) -> list[tuple[str, float]]:
        """Note what a person has open, and return who else has it, the longest first: who, and for how many seconds."""
        now_s = self._clock.monotonic_s()
        self._by_person = {who: at for who, at in self._by_person.items() if now_s - at.last_s <= OPEN_WITHIN_S}
        known = self._by_person.get(person)
        first_s = known.first_s if known is not None and known.incident == incident else now_s
        self._by_person[person] = _Opened(incident, first_s, now_s)
        others = [
            (who, now_s - at.first_s)
            for who, at in self._by_person.items()
            if who != person and at.incident == incident
        ]
        return sorted(others, key=lambda other: (-other[1], other[0]))


class OtherView(msgspec.Struct, frozen=True):
    """Somebody else who has it open, and for how long."""

    person: str
    for_s: float


class BesideView(msgspec.Struct, frozen=True):
    """Who else has an incident open."""

    others: tuple[OtherView, ...]


@post("/v1/incidents/{incident_id:str}/open", status_code=200, sync_to_thread=False)
def open_incident_at_desk(
    incident_id: FromPath[str], desk: NamedDependency[Desk], open_incidents: NamedDependency[OpenIncidents]
) -> BesideView:
    """Say that this desk has an incident open, and learn who else has. Refusals: dispatch.incident_not_found (404)."""
    _, incident = incident_seen(desk, incident_id, Act.ADD_NOTE)
    others = open_incidents.open(desk.posting.person, incident.id)
    return BesideView(tuple(OtherView(who, round(for_s, 1)) for who, for_s in others))


ROUTES: tuple[BaseRouteHandler, ...] = (open_incident_at_desk,)
