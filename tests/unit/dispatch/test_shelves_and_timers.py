"""Alarms put aside for a while, and the timer of a crew on scene set by hand."""

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch import events as e
from nazdik.kernel import AlarmId, AssignmentId, UnitId
from tests.town import Town, dispatcher, officer


@pytest.fixture
def town() -> Town:
    return Town()


def unanswered(town: Town) -> AlarmId:
    town.unit("A01", 1000)
    town.incident(priority=1)
    town.wait(15)
    return next(alarm for alarm in town.world.alarms if alarm.endswith("!no_answer"))


def on_scene(town: Town) -> tuple[UnitId, AssignmentId]:
    unit = town.unit("A01", 1000)
    offer = town.accept(town.incident(priority=1), en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(unit))
    return unit, offer


def test_a_shelved_alarm_says_who_why_and_until_and_climbs_all_the_same(town: Town) -> None:
    alarm = unanswered(town)
    town.do(c.ShelveAlarm(alarm_id=alarm, minutes=15, reason="crew is known to be late"), by=dispatcher())
    shelf = town.world.alarms[alarm].shelf
    assert shelf is not None
    assert (shelf.by, shelf.reason) == ("dispatcher:1", "crew is known to be late")
    assert (shelf.until - town.now) / 1e6 == pytest.approx(15 * 60)
    tier = town.world.alarms[alarm].tier
    town.wait(120)
    assert town.world.alarms[alarm].tier != tier, "those above have to hear of it"
    assert town.world.alarms[alarm].shelf == shelf
    town.do(c.UnshelveAlarm(alarm_id=alarm), by=dispatcher())
    assert town.world.alarms[alarm].shelf is None
    told = len(town.facts)
    town.do(c.UnshelveAlarm(alarm_id=alarm), by=dispatcher())
    assert len(town.facts) == told, "it lies on no shelf any more"


@pytest.mark.parametrize(("minutes", "reason"), [(0, "known"), (31, "known"), (5, " a "), (5, "x" * 201)])
def test_a_shelf_has_an_end_and_a_reason(town: Town, minutes: int, reason: str) -> None:
    alarm = unanswered(town)
    with pytest.raises(errors.ShelfInvalid):
        town.do(c.ShelveAlarm(alarm_id=alarm, minutes=minutes, reason=reason), by=dispatcher())
    assert town.world.alarms[alarm].shelf is None


def test_an_officers_safety_is_never_put_aside(town: Town) -> None:
    unit, _ = on_scene(town)
    town.do(c.DeclareEmergency(unit_id=unit, incident_id="p.ipanic"), by=officer(unit))  # type: ignore[arg-type]
    town.wait(700)
    assert {"panic", "safety_check"} <= {alarm.cause for alarm in town.world.alarms.values()}
    for alarm in town.world.alarms.values():
        if alarm.cause in ("panic", "safety_check"):
            with pytest.raises(errors.AlarmNotShelvable):
                town.do(c.ShelveAlarm(alarm_id=alarm.id, minutes=5, reason="not now"), by=dispatcher())
    with pytest.raises(errors.AlarmNotFound):
        town.do(c.ShelveAlarm(alarm_id=AlarmId("p.i!waiting"), minutes=5, reason="not now"), by=dispatcher())


def test_a_desk_chooses_when_a_crew_on_scene_is_asked_next(town: Town) -> None:
    _, offer = on_scene(town)
    town.do(c.SetSafetyTimer(assignment_id=offer, in_s=120), by=dispatcher())
    town.wait(119)
    assert town.world.assignments[offer].safety_asked_at is None
    town.wait(2)
    assert town.world.assignments[offer].safety_asked_at is not None
    with pytest.raises(errors.SafetyCheckAsked):
        town.do(c.SetSafetyTimer(assignment_id=offer, in_s=600), by=dispatcher())
    town.do(c.AnswerSafetyCheck(assignment_id=offer), by=dispatcher())
    town.do(c.SetSafetyTimer(assignment_id=offer, in_s=1800), by=dispatcher())
    town.wait(1700)
    assert town.world.assignments[offer].safety_asked_at is None, "later than the ten minutes of the rules"
    assert [fact.by for fact in town.facts if isinstance(fact, e.SafetyTimerSet)] == ["dispatcher:1"] * 2


def test_a_timer_is_one_minute_to_an_hour_and_only_for_a_crew_on_scene(town: Town) -> None:
    unit = town.unit("A02", 2000)
    offer = town.accept(town.incident(priority=1), en_route=True)
    with pytest.raises(errors.StepOutOfOrder):
        town.do(c.SetSafetyTimer(assignment_id=offer, in_s=600), by=dispatcher())
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(unit))
    for seconds in (59, 3601, float("nan"), float("inf")):
        with pytest.raises(errors.SafetyTimerInvalid):
            town.do(c.SetSafetyTimer(assignment_id=offer, in_s=seconds), by=dispatcher())


def test_alarms_that_lie_folded_are_taken_together_and_one_that_ended_stops_nobody(town: Town) -> None:
    first = unanswered(town)
    town.incident(priority=2, name="second", east_m=9000)
    town.wait(200)
    standing = tuple(sorted(town.world.alarms))
    assert len(standing) >= 3 and first in standing
    town.do(c.AcknowledgeAlarms(alarm_ids=(*standing[1:], AlarmId("p.iover!late"), standing[1])), by=dispatcher())
    assert town.world.alarms[standing[0]].acknowledged_at is None
    assert {town.world.alarms[each].acknowledged_by for each in standing[1:]} == {"dispatcher:1"}
    told = [fact for fact in town.facts if isinstance(fact, e.AlarmAcknowledged)]
    assert len(told) == len(standing) - 1
    town.do(c.AcknowledgeAlarms(alarm_ids=standing[1:]), by=dispatcher())
    assert len([fact for fact in town.facts if isinstance(fact, e.AlarmAcknowledged)]) == len(told)
