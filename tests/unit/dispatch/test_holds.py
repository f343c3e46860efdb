"""An incident is put on hold for a reason and a time, and comes back as an alarm."""

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import HoldIncident, ReleaseIncident
from nazdik.dispatch.model import WaitingReason
from nazdik.kernel import IncidentId
from nazdik.kernel.instant import plus_s
from tests.town import Town, dispatcher


@pytest.fixture
def town() -> Town:
    return Town()


def hold(town: Town, incident: IncidentId, minutes: int = 10, reason: str = "caller", words: str = "") -> None:
    town.do(HoldIncident(incident_id=incident, minutes=minutes, reason=reason, words=words), by=dispatcher())


def test_a_held_incident_waits_for_nobody_and_comes_back_as_an_alarm(town: Town) -> None:
    incident = town.incident(priority=2)
    assert town.world.incidents[incident].waiting_reason is WaitingReason.NOBODY_FREE
    hold(town, incident)
    held = town.world.incidents[incident]
    assert held.hold is not None and (held.hold.reason, held.hold.by) == ("caller", "dispatcher:1")
    assert held.waiting_reason is None and not town.world.alarms and incident not in town.world.waiting
    unit = town.unit("A01", 1000)
    town.wait(590)
    assert town.world.units[unit].assignment_id is None, "nobody is sent to what was put aside"
    town.wait(20)
    assert town.world.incidents[incident].hold is None
    assert f"{incident}!held" in town.world.alarms
    assert town.world.units[unit].assignment_id is not None, "then it is looked at again"
    (ended,) = [fact for fact in town.facts if isinstance(fact, e.HoldEnded)]
    assert ended.cause == "over"


def test_its_alarm_ends_when_somebody_accepts(town: Town) -> None:
    incident = town.incident(priority=3)
    hold(town, incident, 1)
    town.wait(61)
    assert f"{incident}!held" in town.world.alarms
    town.unit("A01", 1000)
    town.accept(incident)
    assert f"{incident}!held" not in town.world.alarms


def test_a_priority_1_and_another_reason_need_words(town: Town) -> None:
    first, other = town.incident(priority=1, name="1"), town.incident(priority=4, name="2", east_m=4000)
    with pytest.raises(errors.HoldWordsMissing):
        hold(town, first)
    with pytest.raises(errors.HoldWordsMissing):
        hold(town, other, reason="other", words=" x ")
    hold(town, first, words="the fire brigade holds the street")
    hold(town, other, reason="other", words="agreed for noon")


@pytest.mark.parametrize(("minutes", "reason"), [(0, "caller"), (241, "caller"), (5, "because")])
def test_a_hold_has_an_end_and_a_reason(town: Town, minutes: int, reason: str) -> None:
    incident = town.incident(priority=3)
    with pytest.raises(errors.HoldInvalid):
        hold(town, incident, minutes, reason)


def test_under_a_working_unit_and_for_an_officer_in_danger_there_is_no_hold(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident(priority=3)
    with pytest.raises(errors.UnitsStillAssigned):
        hold(town, incident)
    town.do(c.DeclareEmergency(unit_id=unit, incident_id=IncidentId("p.i9")))
    with pytest.raises(errors.HoldNever):
        hold(town, IncidentId("p.i9"), words="not now")


def test_a_hold_ends_by_hand_by_urgency_and_by_sending(town: Town) -> None:
    names = [town.incident(priority=3, name=name) for name in ("1", "2", "3")]
    for incident in names:
        hold(town, incident, 60)
    hold(town, names[0], 120)
    town.do(ReleaseIncident(incident_id=names[0]), by=dispatcher())
    town.do(ReleaseIncident(incident_id=names[0]), by=dispatcher())
    town.do(c.ChangePriority(incident_id=names[1], priority=4), by=dispatcher())
    assert town.world.incidents[names[1]].hold is not None, "less urgent is no reason to come back"
    town.do(c.ChangePriority(incident_id=names[1], priority=2), by=dispatcher())
    for incident in names[:2]:
        town.do(c.CancelIncident(incident_id=incident), by=dispatcher())
    unit = town.unit("A01", 1000)
    town.do(c.AssignUnits(incident_id=names[2], unit_ids=(unit,)), by=dispatcher())
    assert all(town.world.incidents[incident].hold is None for incident in names)
    assert [f.cause for f in town.facts if isinstance(f, e.HoldEnded)] == ["released", "urgent", "sent"]


def test_what_ends_is_held_no_more(town: Town) -> None:
    incident = town.incident(priority=3)
    hold(town, incident)
    town.do(c.CancelIncident(incident_id=incident), by=dispatcher())
    assert town.world.incidents[incident].hold is None and f"held:{incident}" not in town.world.deadlines


def test_a_release_that_was_a_slip_puts_the_hold_back_with_its_time_its_reason_and_its_words(town: Town) -> None:
    incident = town.incident(priority=1)
    hold(town, incident, 10, words="the fire brigade holds the street")
    before = town.world.incidents[incident].hold
    assert before is not None
    town.wait(60)
    town.do(ReleaseIncident(incident_id=incident), by=dispatcher())
    town.wait(5)
    back = HoldIncident(incident_id=incident, until=before.until, reason=before.reason, words=before.words)
    town.do(back, by=dispatcher())
    again = town.world.incidents[incident].hold
    assert again is not None
    assert (again.until, again.reason, again.words) == (before.until, before.reason, before.words)
    town.do(ReleaseIncident(incident_id=incident), by=dispatcher())
    town.wait(700)
    town.do(back, by=dispatcher())
    town.wait(1)
    assert f"{incident}!held" in town.world.alarms, "its time was over by then: it comes back as it would have"
    with pytest.raises(errors.HoldInvalid):
        town.do(
            HoldIncident(incident_id=incident, until=plus_s(town.now, 4 * 3600 + 1), words="too long"), by=dispatcher()
        )
