"""A decision as it unfolds: the events so far and the world they make. Local to one `decide`, so the core stays pure."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nazdik.dispatch.errors import (
    AssignmentNotFound,
    IncidentIsClosed,
    IncidentIsDraft,
    IncidentNotFound,
    OfficeNotFound,
    PriorityUnknown,
    TextTooLong,
    UnitNotFound,
)
from nazdik.dispatch.evolution import evolve
from nazdik.dispatch.model import Assignment, Incident, Unit, World
from nazdik.dispatch.rules import Rules
from nazdik.dispatch.surroundings import Surroundings
from nazdik.kernel import AssignmentId, Context, IncidentId, Instant, OfficeId, UnitId
from nazdik.kernel.instant import plus_s

if TYPE_CHECKING:
    from nazdik.dispatch.events import Event

TEXT_MAX = 4000
LINE_MAX = 300


@dataclass(slots=True)
class Unfolding:
    """The world while a command is being decided."""

    world: World
    ctx: Context
    around: Surroundings
    events: "list[Event]" = field(default_factory=list)

    @property
    def at(self) -> Instant:
        """The instant of the command."""
        return self.ctx.at

    def add(self, event: "Event") -> None:
        """Record a fact and live in the world it makes."""
        self.events.append(event)
        self.world = evolve(self.world, event)

    def later(self, seconds: float) -> Instant:
        """Return the instant that many seconds from now."""
        return plus_s(self.at, seconds)

    def rules(self, office: OfficeId | None) -> Rules:
        """Return the rules that `office` follows."""
        return self.around.rules_for(self.world, office)

    def incident(self, incident_id: IncidentId) -> Incident:
        """Return an incident of this world, whatever its state, or refuse."""
        incident = self.world.incidents.get(incident_id)
        if incident is None:
            raise IncidentNotFound(incident_id=incident_id[:120])
        return incident

    def open_incident(self, incident_id: IncidentId) -> Incident:
        """Return an incident that is not closed or cancelled, or refuse."""
        incident = self.incident(incident_id)
        if incident.ended:
            raise IncidentIsClosed(incident_id=incident_id, status=self.world.status_of(incident))
        return incident

    def real_incident(self, incident_id: IncidentId) -> Incident:
        """Return an open incident that is classified, or refuse."""
        incident = self.open_incident(incident_id)
        if incident.draft:
            raise IncidentIsDraft(incident_id=incident_id)
        return incident

    def unit(self, unit_id: UnitId) -> Unit:
        """Return a unit of this world, or refuse."""
        unit = self.world.units.get(unit_id)
        if unit is None:
            raise UnitNotFound(unit_id=unit_id[:120])
        return unit

    def assignment(self, assignment_id: AssignmentId) -> Assignment:
        """Return an assignment of this world, or refuse."""
        assignment = self.world.assignments.get(assignment_id)
        if assignment is None:
            raise AssignmentNotFound(assignment_id=assignment_id[:120])
        return assignment

    def known_office(self, office: OfficeId) -> OfficeId:
        """Return the id of an office that is in force, or refuse: nothing is given to one that has closed."""
        if not self.around.offices.is_open(office):
            raise OfficeNotFound(office=office[:120])
        return office


def check_priority(priority: int) -> int:
    """Return a priority from 1 to 5, or refuse."""
    if not 1 <= priority <= 5:
        raise PriorityUnknown(priority=priority)
    return priority


def check_text(field_name: str, text: str, limit: int = TEXT_MAX) -> str:
    """Return a text that fits, or refuse with its length and the limit."""
    if len(text) > limit:
        raise TextTooLong(field=field_name, length=len(text), limit=limit)
    return text
