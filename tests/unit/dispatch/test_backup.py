"""A crew at work asks for another unit."""

import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.model import AlarmCause, Assignment, AssignmentState, Cause, WaitingReason
from nazdik.dispatch.projections import incident_view
from nazdik.dispatch.rules import Mode, Rules
from nazdik.kernel import IncidentId, OfficeId
from tests.town import Town, dispatcher, officer


def at_work(town: Town, east_m: float = 1000) -> Assignment:
    """Put a crew on scene of an event of its own, which needs nobody else."""
    unit = town.unit("A01", east_m)
    point = town.road.fixes[unit][0]
    own = c.OpenOwnEvent(incident_id=IncidentId("p.iown"), unit_id=unit, kind="suspicious", point=point)
    town.do(own, by=officer(unit))
    return town.on(own.incident_id)[0]


def ask(town: Town, work: Assignment, *, urgent: bool) -> None:
    town.do(c.RequestBackup(assignment_id=work.id, urgent=urgent), by=officer(work.unit_id))


def sent(town: Town, work: Assignment) -> list[tuple[str, Cause]]:
    others = [a for a in town.on(work.incident_id) if a.id != work.id]
    return [(town.car(a.unit_id).call_sign, a.cause) for a in others]


def alarms(town: Town) -> list[AlarmCause]:
    return [alarm.cause for alarm in town.world.alarms.values() if alarm.acknowledged_at is None]


def test_the_nearest_second_unit_is_sent() -> None:
    town = Town()
    work = at_work(town)
    town.unit("A02", 9000)
    near = town.unit("A03", 2000)
    ask(town, work, urgent=False)
    assert sent(town, work) == [("A03", Cause.BACKUP)]
    incident = town.get(work.incident_id)
    view = incident_view(town.world, incident).backup
    assert view is not None and (view.call_sign, view.urgent) == ("A01", False)
    assert (incident.priority, alarms(town)) == (3, [])
    assert restore(snapshot(town.writer.state)) == town.writer.state
    assert town.car(near).assignment_id is not None


def test_urgent_makes_it_priority_1_tells_the_desk_and_needs_no_automatic_office() -> None:
    town = Town()
    work = at_work(town)
    town.unit("A02", 2000)
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.OFF,) * 5)), by=dispatcher())
    ask(town, work, urgent=False)
    assert sent(town, work) == []
    assert town.get(work.incident_id).waiting_reason is WaitingReason.AUTO_OFF
    ask(town, work, urgent=True)
    assert sent(town, work) == [("A02", Cause.BACKUP)]
    assert (town.get(work.incident_id).priority, alarms(town)) == (1, [AlarmCause.BACKUP])
    (other,) = (a for a in town.on(work.incident_id) if a.id != work.id)
    town.do(c.AcceptOffer(assignment_id=other.id, en_route=True), by=officer(other.unit_id))
    town.do(c.StepOn(assignment_id=other.id, step="on_scene"), by=officer(other.unit_id))
    assert alarms(town) == []


def test_asking_again_sends_nobody_twice_until_help_is_there() -> None:
    town = Town()
    work = at_work(town)
    town.unit("A02", 2000)
    town.unit("A03", 3000)
    ask(town, work, urgent=False)
    since = len(town.names())
    ask(town, work, urgent=False)
    assert town.names(since) == []
    ask(town, work, urgent=True)
    assert [sign for sign, _ in sent(town, work)] == ["A02", "A03"]
    for other in [a for a in town.on(work.incident_id) if a.id != work.id]:
        town.do(c.AcceptOffer(assignment_id=other.id, en_route=True), by=officer(other.unit_id))
        town.do(c.StepOn(assignment_id=other.id, step="on_scene"), by=officer(other.unit_id))
    town.unit("A04", 4000)
    ask(town, work, urgent=False)
    assert [sign for sign, _ in sent(town, work)] == ["A02", "A03", "A04"]


def test_with_nobody_free_it_waits_and_the_first_who_is_free_is_sent() -> None:
    town = Town()
    work = at_work(town)
    ask(town, work, urgent=True)
    assert town.get(work.incident_id).waiting_reason is WaitingReason.NOBODY_FREE
    town.unit("A02", 8000)
    assert [sign for sign, _ in sent(town, work)] == ["A02"]


def test_an_incident_that_lacks_somebody_already_lacks_no_more() -> None:
    town = Town()
    town.unit("A01", 1000)
    incident = town.incident("fight_weapon", east_m=1200)
    town.accept(incident, en_route=True)
    (work,) = town.on(incident)
    needed = town.get(incident).needs
    ask(town, work, urgent=True)
    assert town.get(incident).needs == needed


def test_only_a_crew_that_took_the_incident_asks() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    incident = town.incident(east_m=1200)
    (offered,) = town.on(incident)
    with pytest.raises(errors.StepOutOfOrder):
        ask(town, offered, urgent=True)
    town.accept(incident)
    town.do(c.ClearAssignment(assignment_id=offered.id), by=officer(unit))
    with pytest.raises(errors.AssignmentEnded):
        ask(town, offered, urgent=True)
    assert offered.state is AssignmentState.SENT
