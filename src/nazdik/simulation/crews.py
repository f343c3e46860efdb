"""
Crews at work: what happens between an offer's going out and the unit's being free again, step by step as commands.

A crew hears of its assignments through the facts of the log, as a handheld does, and answers through commands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.model import ACTIVE, Assignment, AssignmentState, Incident
from nazdik.kernel import Actor, AssignmentId, IncidentId, LonLat, UnitId
from nazdik.organisation.units import EstablishedUnit
from nazdik.simulation.behaviour import Behaviour, Choice
from nazdik.simulation.engine import Engine
from nazdik.simulation.motion import Roads, Spot
from nazdik.simulation.positions import Positions

_CONCERNS_CREWS = frozenset(
    {
        e.OfferSent,
        e.UnitOnScene,
        e.SafetyCheckDue,
        e.AssignmentWithdrawn,
        e.AssignmentDiverted,
        e.AssignmentCancelled,
        e.UnitCleared,
        e.PlaceChanged,
    }
)


@dataclass(slots=True)
class _Crew:
    unit: EstablishedUnit
    post: Spot
    actor: Actor = field(init=False)
    # Counts what the crew was told to do; a plan made under an older order is dropped when it comes up.
    order: int = 0
    checks: int = 0

    def __post_init__(self) -> None:
        self.actor = Actor(id=self.unit.id, role="officer", office_id=self.unit.office_id, unit_id=self.unit.id)


class Crews:
    """All crews of a run."""

    def __init__(
        self,
        engine: Engine,
        positions: Positions,
        roads: Roads,
        behaviour: Behaviour,
        *,
        scene_s: Callable[[Incident], float | None] | None = None,
    ) -> None:
        """`scene_s` gives the time on scene that a record tells of an incident; without one it is drawn from the kind's."""
        self._engine = engine
        self._positions = positions
        self._roads = roads
        self._behaviour = behaviour
        self._scene_s = scene_s or (lambda _incident: None)
        self._crews: dict[UnitId, _Crew] = {}
        engine.listen(self._heard)

    def enrol(self, units: Iterable[tuple[EstablishedUnit, Spot]]) -> None:
        """Make units known, put them at their posts and take them on duty."""
        for unit, post in units:
            self._crews[unit.id] = crew = _Crew(unit, post)
            self._positions.add(unit.id, post)
            self._engine.submit(
                c.EnrolUnit(
                    unit_id=unit.id,
                    call_sign=unit.call_sign,
                    office=unit.office_id,
                    kind=unit.kind,
                    skills=unit.skills,
                )
            )
            self._engine.submit(c.StartDuty(unit_id=unit.id, crew=len(unit.crew)), crew.actor)

    def stand(self, unit_id: UnitId, spot: Spot) -> None:
        """Put a unit somewhere, as an event of its own does."""
        self._positions.stand(unit_id, spot)

    # What the handheld hears

    def _heard(self, fact: object, after: ProvinceState) -> None:
        if type(fact) not in _CONCERNS_CREWS:
            return
        match fact:
            case e.OfferSent(assignment_id=assignment_id, unit_id=unit_id, incident_id=incident_id):
                self._offered(self._crews[unit_id], assignment_id, incident_id)
            case e.UnitOnScene(assignment_id=assignment_id, unit_id=unit_id):
                self._on_scene(self._crews[unit_id], after.world.assignments[assignment_id], after)
            case e.SafetyCheckDue(assignment_id=assignment_id, unit_id=unit_id):
                self._asked_if_well(self._crews[unit_id], assignment_id)
            case (
                e.AssignmentWithdrawn(unit_id=unit_id)
                | e.AssignmentDiverted(unit_id=unit_id)
                | e.AssignmentCancelled(unit_id=unit_id)
            ):
                self._stop(self._crews[unit_id])
            case e.UnitCleared(unit_id=unit_id):
                self._go_home(self._crews[unit_id])
            case e.PlaceChanged(incident_id=incident_id):
                for assignment in after.world.active_assignments(after.world.incidents[incident_id]):
                    if assignment.state is AssignmentState.EN_ROUTE:
                        self._engine.after(0.0, self._plan(self._crews[assignment.unit_id], assignment.id, self._drive))

    def _offered(self, crew: _Crew, assignment_id: AssignmentId, incident_id: IncidentId) -> None:
        crew.order += 1
        engine, reply = self._engine, self._behaviour.reply(incident_id, crew.unit.id)
        delivered = c.Acknowledge(assignment_id=assignment_id, stage="delivered")
        sounded = c.Acknowledge(assignment_id=assignment_id, stage="sounded")
        engine.after(reply.delivered_s, lambda: engine.ask(delivered, crew.actor))
        engine.after(reply.sounded_s, lambda: engine.ask(sounded, crew.actor))
        if reply.choice is Choice.REFUSE:
            refusal = c.RefuseOffer(assignment_id=assignment_id, reason=reply.reason)
            engine.after(reply.after_s, lambda: engine.ask(refusal, crew.actor))
        elif reply.choice is Choice.ACCEPT:
            engine.after(reply.after_s, self._plan(crew, assignment_id, self._accept))

    def _plan(
        self, crew: _Crew, assignment_id: AssignmentId, act: Callable[[_Crew, Assignment], None]
    ) -> Callable[[], None]:
        """Return an act that is dropped when the crew has been told something else meanwhile."""
        order = crew.order

        def then() -> None:
            assignment = self._engine.state.world.assignments.get(assignment_id)
            if crew.order == order and assignment is not None:
                act(crew, assignment)

        return then

    # What the crew does

    def _accept(self, crew: _Crew, assignment: Assignment) -> None:
        """Touch "accept"; too late is answered with a refusal and the crew stays where it is."""
        if self._engine.ask(c.AcceptOffer(assignment_id=assignment.id), crew.actor) is not None:
            turnout_s = self._behaviour.turnout_s(assignment.incident_id, crew.unit.id)
            self._engine.after(turnout_s, self._plan(crew, assignment.id, self._drive))

    def _drive(self, crew: _Crew, assignment: Assignment) -> None:
        engine, unit_id = self._engine, crew.unit.id
        if assignment.state not in (AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE):
            return
        engine.ask(c.StepOn(assignment_id=assignment.id, step="en_route"), crew.actor)
        incident = engine.state.world.incidents[assignment.incident_id]
        point = engine.state.world.destination_of(assignment)
        assert point is not None, "an offer is for a place"
        goal = self._roads.spot(point)
        assert goal is not None, "the core takes no place without a road"
        here = self._positions.spot(unit_id, engine.now)
        journey = self._roads.journey(here, goal, pace=self._behaviour.pace(incident.id, unit_id))
        self._positions.drive(unit_id, journey, engine.now)
        # A drive that is planned anew (the place moved) leaves the older arrival behind.
        crew.order += 1
        near_s = self._positions.seen_near_s(unit_id, point, incident.radius_m)
        if near_s is not None:
            engine.after(near_s, self._plan(crew, assignment.id, self._enter_area))
        press_s = self._behaviour.arrival_press_s(assignment.id)
        engine.after(journey.duration_s + press_s, self._plan(crew, assignment.id, self._arrive))

    def _enter_area(self, crew: _Crew, assignment: Assignment) -> None:
        self._engine.ask(c.StepOn(assignment_id=assignment.id, step="in_area"))

    def _arrive(self, crew: _Crew, assignment: Assignment) -> None:
        self._positions.stand(crew.unit.id, self._positions.spot(crew.unit.id, self._engine.now))
        self._engine.ask(c.StepOn(assignment_id=assignment.id, step="on_scene"), crew.actor)

    def _on_scene(self, crew: _Crew, assignment: Assignment, after: ProvinceState) -> None:
        crew.order += 1
        crew.checks = 0
        incident = after.world.incidents[assignment.incident_id]
        first = next(a for a in incident.assignments if after.world.assignments[a].on_scene_at is not None)
        recorded_s = self._scene_s(incident)
        kind = self._engine.ground.kinds[incident.kind or "other"]
        scene_s = recorded_s if recorded_s is not None else self._behaviour.scene_s(incident.id, kind.minutes_on_scene)
        if assignment.id != first:
            scene_s *= self._behaviour.helper_share(incident.id, crew.unit.id)
        self._engine.after(scene_s, self._plan(crew, assignment.id, self._clear))

    def _clear(self, crew: _Crew, assignment: Assignment) -> None:
        kind = self._engine.state.world.incidents[assignment.incident_id].kind
        disposition = self._behaviour.disposition(assignment.incident_id, kind)
        self._engine.ask(c.ClearAssignment(assignment_id=assignment.id, disposition=disposition), crew.actor)

    def _asked_if_well(self, crew: _Crew, assignment_id: AssignmentId) -> None:
        engine = self._engine
        crew.checks += 1
        answer_s = self._behaviour.safety_answer_s(assignment_id, crew.checks)
        answer = c.AnswerSafetyCheck(assignment_id=assignment_id)
        if answer_s is None:
            # The timer runs out, the desk calls by voice and answers for the crew.
            answer_s = 60.0 + self._behaviour.safety_call_s(assignment_id)

        def then() -> None:
            assignment = engine.state.world.assignments.get(assignment_id)
            if assignment is not None and assignment.state in ACTIVE:
                engine.ask(answer, crew.actor)

        engine.after(answer_s, then)

    def _stop(self, crew: _Crew) -> None:
        """Told to let go: stay where one is and wait for what comes."""
        crew.order += 1
        spot = self._positions.spot(crew.unit.id, self._engine.now)
        self._positions.stand(crew.unit.id, spot)

    def _go_home(self, crew: _Crew) -> None:
        crew.order += 1
        if not self._behaviour.conduct.returns:
            return
        here = self._positions.spot(crew.unit.id, self._engine.now)
        if here.arc == crew.post.arc:
            return
        journey = self._roads.journey(here, crew.post, pace=self._behaviour.conduct.return_pace)
        self._positions.drive(crew.unit.id, journey, self._engine.now)


def nearest_free(state: ProvinceState, positions: Positions, point: LonLat) -> UnitId | None:
    """Return the free unit nearest to a point by straight line; it stands for the patrol that happened to be there."""
    best: tuple[float, UnitId] | None = None
    for unit_id in sorted(state.world.units):
        unit = state.world.units[unit_id]
        place = positions.place(unit_id)
        if place is None or not unit.on_duty or not unit.available or unit.assignment_id is not None:
            continue
        apart = (place.lon - point.lon) ** 2 * 0.57 + (place.lat - point.lat) ** 2
        if best is None or (apart, unit_id) < best:
            best = (apart, unit_id)
    return None if best is None else best[1]
