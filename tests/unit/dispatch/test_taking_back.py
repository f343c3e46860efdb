"""A step said by mistake is taken back: the crew is where it was, and everything that ran there runs again."""

from typing import Literal

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import HoldIncident
from nazdik.dispatch.model import AssignmentState, IncidentStatus
from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId
from nazdik.kernel.instant import plus_s, seconds_between
from tests.town import Town, dispatcher, officer


class Crew:
    """A crew on its way to an incident 1,000 m east."""

    def __init__(self, *, east_m: float = 400) -> None:
        self.town = Town()
        self.unit: UnitId = self.town.unit("A01", east_m)
        self.incident: IncidentId = self.town.incident(priority=2)
        self.id: AssignmentId = self.town.accept(self.incident, en_route=True)

    def step(self, step: Literal["on_scene", "transporting"]) -> None:
        self.town.do(c.StepOn(assignment_id=self.id, step=step), by=officer(self.unit))

    def clear(self, disposition: str | None = "report_taken") -> None:
        self.town.do(c.ClearAssignment(assignment_id=self.id, disposition=disposition), by=officer(self.unit))

    def back(self, step: c.StepBack, *, said_s_ago: float | None = None) -> None:
        device_at = None if said_s_ago is None else plus_s(self.town.now, -said_s_ago)
        command = c.TakeBackStep(assignment_id=self.id, step=step)
        self.town.do(command, by=officer(self.unit), device_at=device_at)

    def withdraw(self) -> None:
        self.town.do(c.WithdrawAssignment(assignment_id=self.id), by=dispatcher())

    def back_by_desk(self, step: c.StepBack, *, due: Instant | None = None) -> None:
        self.town.do(c.TakeBackStep(assignment_id=self.id, step=step, safety_due=due), by=dispatcher())

    @property
    def state(self) -> AssignmentState:
        return self.town.world.assignments[self.id].state

    def due_in(self, timer: str) -> float | None:
        due = self.town.world.deadlines.get(f"{timer}:{self.id}")
        return None if due is None else seconds_between(self.town.now, due)


def test_who_is_not_there_yet_drives_on_and_can_be_late_again() -> None:
    crew = Crew(east_m=-3000)
    crew.town.wait(100)
    crew.step("on_scene")
    assert crew.due_in("safety") is not None and crew.due_in("late") is None
    crew.town.wait(5)
    crew.back("on_scene")
    assert crew.state is AssignmentState.EN_ROUTE
    assert crew.town.status(crew.incident) == IncidentStatus.EN_ROUTE
    assert crew.town.world.assignments[crew.id].on_scene_at is None
    # 400 s were promised, 105 s of it are driven, and half as much again may pass.
    assert crew.due_in("late") == pytest.approx(295 * 1.5, abs=2)
    assert (crew.due_in("safety"), crew.due_in("missed")) == (None, None)
    crew.back("on_scene")
    assert sum(isinstance(fact, e.StepTakenBack) for fact in crew.town.facts) == 1, "twice changes nothing"


def test_who_had_only_accepted_is_to_move_again() -> None:
    crew = Crew()
    other = crew.town.unit("A02", 900)
    second = crew.town.incident(name="2", priority=2)
    crew.id, crew.unit = crew.town.accept(second), other
    crew.step("on_scene")
    crew.back("on_scene")
    assert crew.state is AssignmentState.ACCEPTED
    assert crew.due_in("move") == 60


def test_transport_by_mistake_leaves_the_safety_clock_as_it_is() -> None:
    crew = Crew()
    crew.step("on_scene")
    crew.town.wait(30)
    before = crew.due_in("safety")
    crew.step("transporting")
    crew.back("transporting")
    assert (crew.state, crew.due_in("safety")) == (AssignmentState.ON_SCENE, before)


def test_a_close_by_mistake_opens_the_incident_again_and_sends_nobody_else() -> None:
    crew = Crew()
    crew.town.unit("A02", 300)
    crew.step("on_scene")
    crew.clear()
    assert crew.town.status(crew.incident) == IncidentStatus.CLOSED
    crew.town.wait(4)
    crew.back("cleared")
    assert crew.state is AssignmentState.ON_SCENE
    assert crew.town.car(crew.unit).assignment_id == crew.id
    assert crew.town.status(crew.incident) == IncidentStatus.ON_SCENE
    assert [each.unit_id for each in crew.town.on(crew.incident)] == [crew.unit]
    assert crew.due_in("safety") == 1200
    assert f"archive:{crew.incident}" not in crew.town.world.deadlines
    crew.clear("no_report")
    assert crew.town.get(crew.incident).disposition == "no_report"


def test_those_who_were_done_before_still_count_when_a_close_is_taken_back() -> None:
    crew = Crew()
    helper = crew.town.unit("A02", 300)
    crew.town.do(c.RequestBackup(assignment_id=crew.id, urgent=False), by=officer(crew.unit))
    other = crew.town.accept(crew.incident, en_route=True)
    crew.town.do(c.ClearAssignment(assignment_id=other, disposition="report_taken"), by=officer(helper))
    crew.town.wait(30)
    crew.step("on_scene")
    crew.clear()
    crew.back("cleared")
    assert [each.unit_id for each in crew.town.on(crew.incident)] == [crew.unit], (
        "nobody is sought in the helper's place"
    )


def test_a_crew_that_serves_somebody_else_by_now_stays_there() -> None:
    crew = Crew()
    crew.step("on_scene")
    waiting = crew.town.incident(name="2", priority=2)
    crew.clear()
    assert [each.unit_id for each in crew.town.on(waiting)] == [crew.unit]
    with pytest.raises(errors.StepStands):
        crew.back("cleared")


def test_a_minute_later_it_stands_but_a_dead_zone_does_not_count() -> None:
    crew = Crew()
    crew.step("on_scene")
    crew.town.wait(61)
    with pytest.raises(errors.StepStands):
        crew.back("on_scene")
    crew.back("on_scene", said_s_ago=50)
    assert crew.state is AssignmentState.EN_ROUTE


def test_only_the_last_step_is_taken_back() -> None:
    crew = Crew()
    crew.back("on_scene")
    crew.step("on_scene")
    crew.step("transporting")
    with pytest.raises(errors.StepStands):
        crew.back("on_scene")
    crew.clear()
    with pytest.raises(errors.AssignmentEnded):
        crew.back("transporting")


def test_there_is_no_way_back_before_ones_own_event_or_out_of_a_call_off() -> None:
    crew = Crew()
    crew.clear()
    crew.town.do(
        c.OpenOwnEvent(
            unit_id=crew.unit, incident_id=IncidentId("p.own"), kind="fight", point=crew.town.get(crew.incident).point
        ),  # type: ignore[arg-type]
        by=officer(crew.unit),
    )
    (own,) = crew.town.on(IncidentId("p.own"))
    crew.id = own.id
    with pytest.raises(errors.StepStands):
        crew.back("on_scene")
    crew.clear(None)
    crew.town.do(c.CancelIncident(incident_id=IncidentId("p.own"), reason="mistake"), by=dispatcher())
    with pytest.raises(errors.StepStands):
        crew.back("cleared")


def test_who_has_not_driven_off_is_to_move_again_and_is_not_late() -> None:
    crew = Crew()
    crew.back("en_route")
    assert crew.state is AssignmentState.ACCEPTED
    assert crew.town.world.assignments[crew.id].en_route_at is None
    assert (crew.due_in("move"), crew.due_in("late")) == (60, None)
    crew.back("en_route")
    assert sum(isinstance(fact, e.StepTakenBack) for fact in crew.town.facts) == 1, "twice changes nothing"


def test_a_desk_that_took_a_crew_off_by_mistake_gives_it_back_what_it_had() -> None:
    crew = Crew(east_m=-3000)
    crew.town.wait(100)
    crew.withdraw()
    assert crew.town.get(crew.incident).waiting_reason == "withdrawn"
    crew.town.wait(5)
    crew.back_by_desk("withdrawn")
    incident = crew.town.get(crew.incident)
    assert crew.state is AssignmentState.EN_ROUTE
    assert crew.town.car(crew.unit).assignment_id == crew.id
    assert (incident.withdrawn_by_hand, incident.waiting_reason) == ((), None)
    assert f"wait:{crew.incident}" not in crew.town.world.deadlines
    # 400 s were promised, 105 s of them are driven, and half as much again may pass.
    assert crew.due_in("late") == pytest.approx(295 * 1.5, abs=2)
    taken_back, told = crew.town.facts[-2:]
    assert isinstance(taken_back, e.StepTakenBack)
    assert taken_back.by == dispatcher().id
    assert isinstance(told, e.UnitRealerted)
    assert told.reason == "withdrawal_taken_back"
    crew.back_by_desk("withdrawn")
    assert sum(isinstance(fact, e.StepTakenBack) for fact in crew.town.facts) == 1, "twice changes nothing"


def test_who_was_on_scene_when_taken_off_is_asked_again_whether_all_is_well() -> None:
    crew = Crew()
    crew.step("on_scene")
    crew.withdraw()
    assert crew.due_in("safety") is None
    crew.back_by_desk("withdrawn")
    assert (crew.state, crew.due_in("safety")) == (AssignmentState.ON_SCENE, 1200)


def test_an_offer_that_was_withdrawn_is_over() -> None:
    crew = Crew()
    crew.town.unit("A02", 900)
    (offer,) = crew.town.on(crew.town.incident(name="2", priority=2))
    crew.id, crew.unit = offer.id, offer.unit_id
    crew.withdraw()
    with pytest.raises(errors.StepStands):
        crew.back_by_desk("withdrawn")


@pytest.mark.parametrize("late", [False, True])
def test_a_withdrawal_stands_when_the_unit_has_other_work_or_a_minute_is_over(late: bool) -> None:
    crew = Crew()
    waiting = None if late else crew.town.incident(name="2", priority=2)
    crew.withdraw()
    if waiting is None:
        crew.town.wait(61)
    else:
        assert [each.unit_id for each in crew.town.on(waiting)] == [crew.unit]
    with pytest.raises(errors.StepStands):
        crew.back_by_desk("withdrawn")


def test_a_withdrawal_stands_once_its_incident_is_over() -> None:
    crew = Crew()
    crew.withdraw()
    crew.town.do(c.CancelIncident(incident_id=crew.incident, reason="mistake"), by=dispatcher())
    with pytest.raises(errors.StepStands):
        crew.back_by_desk("withdrawn")


def test_all_well_said_for_the_wrong_crew_leaves_its_check_where_it_was() -> None:
    crew = Crew()
    crew.step("on_scene")
    due = crew.town.world.assignments[crew.id].safety_due
    crew.town.wait(300)
    crew.town.do(c.AnswerSafetyCheck(assignment_id=crew.id), by=dispatcher())
    assert crew.due_in("safety") == 1200
    crew.back_by_desk("safety_check", due=due)
    assert (crew.state, crew.due_in("safety")) == (AssignmentState.ON_SCENE, 900)
    later = plus_s(crew.town.now, 5000)
    crew.back_by_desk("safety_check", due=later)
    assert crew.due_in("safety") == 900, "a check only ever comes sooner"


def test_a_crew_that_had_been_asked_is_asked_at_once() -> None:
    crew = Crew()
    crew.step("on_scene")
    due = crew.town.world.assignments[crew.id].safety_due
    crew.town.wait(1201)
    assert crew.town.world.assignments[crew.id].safety_asked_at is not None
    crew.town.do(c.AnswerSafetyCheck(assignment_id=crew.id), by=dispatcher())
    crew.back_by_desk("safety_check", due=due)
    crew.town.wait(1)
    assert crew.town.world.assignments[crew.id].safety_asked_at is not None
    assert crew.due_in("missed") is not None


def test_what_was_put_aside_meanwhile_is_no_longer_aside_when_its_crew_is_there_again() -> None:
    crew = Crew()
    crew.step("on_scene")
    crew.clear(None)
    crew.town.do(HoldIncident(incident_id=crew.incident, minutes=10, words="later"), by=dispatcher())
    assert crew.town.world.incidents[crew.incident].hold is not None
    crew.back("cleared")
    assert crew.state is AssignmentState.ON_SCENE
    assert (
        crew.town.world.incidents[crew.incident].hold is None
        and f"held:{crew.incident}" not in crew.town.world.deadlines
    )


def test_who_is_not_there_after_all_is_not_free_soon_either() -> None:
    crew = Crew()
    crew.step("on_scene")
    crew.town.do(c.SayFreeSoon(unit_id=crew.unit, in_s=300.0), by=officer(crew.unit))
    crew.back("on_scene")
    assert crew.state is AssignmentState.EN_ROUTE
    assert crew.town.world.units[crew.unit].free_soon is None and f"free:{crew.unit}" not in crew.town.world.deadlines
