"""Two incidents turn out to be one, and two again: nothing that belongs to them is lost on the way."""

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.desk_commands import JoinIncidents, UnjoinIncident
from nazdik.dispatch.model import AlarmCause, AssignmentState, IncidentStatus
from nazdik.dispatch.projections import incident_view, notes_of
from nazdik.intake import commands as i
from nazdik.intake.decisions import incident_of
from nazdik.intake.model import Channel
from nazdik.kernel import CallId, IncidentId
from tests.town import Town, at_m, dispatcher, officer


@pytest.fixture
def town() -> Town:
    return Town()


def call_about(town: Town, name: str, east_m: float = 1000, priority: int = 3) -> tuple[CallId, IncidentId]:
    call = CallId(f"p.c{name}")
    town.do(i.PresentCall(call_id=call, channel=Channel.TELEPHONE, number="0611"))
    town.do(i.ClassifyCall(call_id=call, kind="fight", point=at_m(east_m), priority=priority), by=dispatcher())
    return call, incident_of(call)


def join(town: Town, gone: IncidentId, into: IncidentId) -> None:
    town.do(JoinIncidents(incident_id=gone, into=into), by=dispatcher())


def test_callers_crews_and_notes_go_along_and_come_back(town: Town) -> None:
    first_call, first = call_about(town, "1")
    unit = town.unit("A01", 1000, skills=("patrol",))
    town.accept(first, en_route=True)
    second_call, second = call_about(town, "2", 1100)
    other = town.unit("A02", 3000)
    offer = town.accept(second, en_route=True)
    town.do(c.AddNote(incident_id=second, text="two men"), by=dispatcher())
    join(town, second, first)
    one, gone = town.world.incidents[first], town.world.incidents[second]
    assert one.calls == (first_call, second_call) and town.writer.state.calls[second_call].incident_id == first
    assert {a.unit_id for a in town.world.active_assignments(one)} == {unit, other}
    assert town.world.assignments[offer].incident_id == first
    assert town.world.assignments[offer].realert_reason == "joined"
    assert [note.text for note in notes_of(town.world, one)] == ["two men"]
    assert town.world.status_of(gone) is IncidentStatus.CLOSED and gone.disposition == "duplicate"
    view = incident_view(town.world, gone)
    assert view.joined_into is not None and view.joined_into.number == one.number, "it shows where it went"
    assert [each.id for each in incident_view(town.world, one).joined] == [second]
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(other))

    town.do(UnjoinIncident(incident_id=second), by=dispatcher())
    one, gone = town.world.incidents[first], town.world.incidents[second]
    assert one.calls == (first_call,) and gone.calls == (second_call,)
    assert town.writer.state.calls[second_call].incident_id == second
    assert town.world.status_of(gone) is IncidentStatus.ON_SCENE
    assert town.world.assignments[offer].incident_id == second
    assert {a.unit_id for a in town.world.active_assignments(one)} == {unit}
    assert notes_of(town.world, one) == () and [note.text for note in gone.notes] == ["two men"]


def test_numbers_of_assignments_are_never_given_twice(town: Town) -> None:
    _, first = call_about(town, "1")
    _, second = call_about(town, "2", 1100)
    town.unit("A01", 1000)
    town.unit("A02", 1000)
    for incident in (first, second):
        town.accept(incident)
    join(town, second, first)
    third = town.unit("A03", 2000)
    town.do(c.AssignUnits(incident_id=first, unit_ids=(third,)), by=dispatcher())
    town.do(UnjoinIncident(incident_id=second), by=dispatcher())
    fourth = town.unit("A04", 2000)
    town.do(c.AssignUnits(incident_id=first, unit_ids=(fourth,)), by=dispatcher())
    assert len(town.world.assignments) == 4


def test_a_crew_that_comes_later_is_not_taken_for_one_that_went_with_the_joined(town: Town) -> None:
    _, second = call_about(town, "2", 1100)
    town.unit("A01", 1000)
    went = town.accept(second, en_route=True)
    _, first = call_about(town, "1")
    join(town, second, first)
    town.do(c.WithdrawAssignment(assignment_id=went, reason="by_hand"), by=dispatcher())
    town.do(UnjoinIncident(incident_id=second), by=dispatcher())
    (again,) = town.world.active_assignments(town.world.incidents[second])
    assert again.id != went and town.world.assignments[went].ended_at is not None, "what happened stays as it was"
    # Else whoever comes to one of them would be shown the other.
    assert went in town.world.incidents[first].assignments and again.id not in town.world.incidents[first].assignments


def test_the_more_urgent_of_two_stays_as_urgent(town: Town) -> None:
    _, calm = call_about(town, "1", priority=4)
    _, urgent = call_about(town, "2", priority=1)
    join(town, urgent, calm)
    assert town.world.incidents[calm].priority == 1


def test_what_had_ended_stays_where_it_happened(town: Town) -> None:
    _, first = call_about(town, "1")
    _, second = call_about(town, "2")
    unit = town.unit("A01", 1000)
    offered = next(a for a in town.world.assignments.values() if a.unit_id == unit)
    town.do(c.RefuseOffer(assignment_id=offered.id, reason="vehicle_fault"), by=officer(unit))
    gone, into = (first, second) if offered.incident_id == first else (second, first)
    join(town, gone, into)
    assert offered.id in town.world.incidents[gone].assignments
    assert town.world.assignments[offered.id].state is AssignmentState.REFUSED


def test_a_crew_whose_safety_check_is_missed_stays_an_alarm(town: Town) -> None:
    _, first = call_about(town, "1")
    _, second = call_about(town, "2")
    unit = town.unit("A01", 1000)
    offered = next(a for a in town.world.assignments.values() if a.unit_id == unit)
    gone, into = (first, second) if offered.incident_id == first else (second, first)
    offer = town.accept(gone, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(unit))
    town.wait(1300)
    assert any(a.cause is AlarmCause.SAFETY_CHECK for a in town.world.alarms.values())
    join(town, gone, into)
    (alarm,) = [a for a in town.world.alarms.values() if a.cause is AlarmCause.SAFETY_CHECK]
    assert alarm.incident_id == into and alarm.acknowledged_at is None


def test_it_is_parted_not_reopened_and_only_once(town: Town) -> None:
    _, first = call_about(town, "1")
    _, second = call_about(town, "2")
    join(town, second, first)
    with pytest.raises(errors.IncidentIsJoined):
        town.do(c.ReopenIncident(incident_id=second), by=dispatcher())
    with pytest.raises(errors.IncidentIsClosed):
        join(town, second, first)
    town.do(UnjoinIncident(incident_id=second), by=dispatcher())
    with pytest.raises(errors.IncidentNotJoined):
        town.do(UnjoinIncident(incident_id=second), by=dispatcher())


def test_an_emergency_and_itself_are_not_put_into_another(town: Town) -> None:
    _, first = call_about(town, "1")
    unit = town.unit("A09", 20_000)
    town.do(c.DeclareEmergency(unit_id=unit, incident_id=IncidentId("p.i9")))
    with pytest.raises(errors.IncidentCannotJoin):
        join(town, IncidentId("p.i9"), first)
    with pytest.raises(errors.IncidentCannotJoin):
        join(town, first, first)
    join(town, first, IncidentId("p.i9"))


def test_notes_outlast_the_one_that_is_archived(town: Town) -> None:
    _, first = call_about(town, "1")
    _, second = call_about(town, "2")
    town.do(c.AddNote(incident_id=second, text="two men"), by=dispatcher())
    join(town, second, first)
    town.wait(90_000)
    assert second not in town.world.incidents
    assert [note.text for note in town.world.incidents[first].notes] == ["two men"]
