"""The laws of dispatch, watched fact by fact while a run goes on."""

from dataclasses import dataclass, field

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import events as e
from nazdik.dispatch.model import ACTIVE, AlarmCause
from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId
from nazdik.simulation.measure import ENDS
from nazdik.simulation.world import Run

ANSWERS = (*ENDS, e.OfferAccepted)


@dataclass
class Laws:
    """Fails at the first fact that breaks a law; `check_end` asks what can only be asked of a whole run."""

    holds: dict[UnitId, AssignmentId] = field(default_factory=dict)
    windows: dict[AssignmentId, Instant] = field(default_factory=dict)
    silent: list[tuple[IncidentId, Instant]] = field(default_factory=list)
    went_on: set[tuple[IncidentId, Instant]] = field(default_factory=set)
    offers: int = 0

    def watch(self, run: Run) -> "Laws":
        """Listen to a run from its next fact on."""
        run.engine.listen(self.heard)
        return self

    def heard(self, fact: object, after: ProvinceState) -> None:
        """Check one fact against the world it led to."""
        match fact:
            case e.UnitReserved(unit_id=unit_id, assignment_id=assignment_id):
                assert unit_id not in self.holds, f"{unit_id} was reserved twice"
                self.holds[unit_id] = assignment_id
            case e.OfferSent(assignment_id=assignment_id):
                self.offers += 1
                self.windows[assignment_id] = fact.answer_by
                self.went_on.add((fact.incident_id, fact.at))
            case e.IncidentWaits():
                self.went_on.add((fact.incident_id, fact.at))
            case e.AlarmRaised(cause=AlarmCause.NO_ANSWER, incident_id=incident_id) if incident_id is not None:
                self.went_on.add((incident_id, fact.at))
            case e.OfferUnanswered():
                self.silent.append((fact.incident_id, fact.at))
                standing = any(
                    alarm.incident_id == fact.incident_id and alarm.cause is AlarmCause.NO_ANSWER
                    for alarm in after.world.alarms.values()
                )
                if standing:
                    self.went_on.add((fact.incident_id, fact.at))
            case _:
                pass
        if isinstance(fact, ANSWERS):
            answer_by = self.windows.pop(fact.assignment_id, None)
            assert answer_by is None or fact.at <= answer_by, f"{fact.assignment_id} was answered after its window"
        if isinstance(fact, ENDS):
            assert self.holds.pop(fact.unit_id, None) == fact.assignment_id, f"{fact.assignment_id} ended twice"
        elif isinstance(fact, e.OfferAccepted) and fact.unit_id not in self.holds:
            # A crew that answered late keeps what nobody else has taken.
            self.holds[fact.unit_id] = fact.assignment_id

    def check_end(self, run: Run) -> None:
        """Ask of the whole run: no offer forgotten, no silence without a consequence, no incident that nobody answers for."""
        world, now = run.engine.state.world, run.engine.now
        assert all(answer_by >= now for answer_by in self.windows.values()), "an offer outlived its window"
        assert all(moment in self.went_on for moment in self.silent), "a silence had no consequence"
        held = {unit.id: unit.assignment_id for unit in world.units.values() if unit.assignment_id is not None}
        assert held == self.holds
        active = [a.unit_id for a in world.assignments.values() if a.state in ACTIVE]
        assert len(active) == len(set(active)), "a unit has two active assignments"
        for incident in world.incidents.values():
            assignments = [world.assignments[a] for a in incident.assignments]
            accepted = any(a.accepted_at is not None for a in assignments)
            offered = any(a.id in self.windows for a in assignments)
            watched = f"wait:{incident.id}" in world.deadlines
            escalated = incident.escalated_to is not None
            ended = incident.draft or incident.ended
            assert accepted or offered or watched or escalated or ended, f"{incident.id} was forgotten"
