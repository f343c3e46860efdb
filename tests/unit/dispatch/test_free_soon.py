"""A busy crew says when it is free: who is listed, who is waited for, and what happens when it turns out otherwise."""

import pytest

from nazdik.bootstrap.province_state import decode, first_state, fold
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.model import Assignment
from nazdik.dispatch.projections import incident_view, recommendation_view, unit_view
from nazdik.dispatch.rules import Mode, Rules, StartDelays
from nazdik.kernel import IncidentId, OfficeId, ProvinceId, UnitId
from nazdik.kernel.instant import plus_s
from tests.town import Town, dispatcher, officer

WILLING = Rules(delays=StartDelays(wait_from_priority=2, wait_margin_s=60.0))


@pytest.fixture
def town() -> Town:
    return Town()


def at_work(town: Town, sign: str, east_m: float) -> tuple[UnitId, Assignment]:
    """Put a unit on scene of an event of its own."""
    unit_id = town.unit(sign, east_m)
    own = c.OpenOwnEvent(
        incident_id=IncidentId(f"p.iown{sign}"), unit_id=unit_id, kind="suspicious", point=town.road.fixes[unit_id][0]
    )
    town.do(own, by=officer(unit_id))
    return unit_id, town.on(own.incident_id)[0]


def say(town: Town, unit_id: UnitId, in_s: float | None) -> None:
    town.do(c.SayFreeSoon(unit_id=unit_id, in_s=in_s), by=officer(unit_id))


def clear(town: Town, assignment: Assignment) -> None:
    town.do(c.ClearAssignment(assignment_id=assignment.id), by=officer(assignment.unit_id))


def advice_of(town: Town, incident: IncidentId) -> dict[UnitId, tuple[str, bool, float]]:
    advice = town.get(incident).recommendation
    assert advice is not None
    return {x.unit_id: (x.reason, x.chosen, x.wait_s) for x in advice.candidates}


def test_automatic_dispatch_lists_a_unit_that_is_free_soon_and_sends_the_free_one(town: Town) -> None:
    soon, _ = at_work(town, "A01", 1000)
    free = town.unit("A02", 9000)
    say(town, soon, 90)
    town.wait(30)
    incident = town.incident(east_m=1000)
    assert [a.unit_id for a in town.on(incident)] == [free]
    assert advice_of(town, incident) == {soon: ("free_soon", False, 60.0), free: ("nearest_free", True, 0.0)}
    advice = town.get(incident).recommendation
    assert advice is not None
    first = recommendation_view(town.world, advice).candidates[0]
    assert (first.call_sign, first.delay_s, first.travel_time_s) == ("A01", 60.0, 0.0)
    assert first.free_at is not None
    assert first.free_at == unit_view(town.world, town.car(soon), 0).free_at


def test_an_office_that_wants_to_waits_for_whoever_is_there_sooner_by_the_margin(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=WILLING))
    soon, work = at_work(town, "A01", 1000)
    free = town.unit("A02", 9000)
    say(town, soon, 90)
    incident = town.incident(east_m=1000, priority=3)
    assert town.on(incident) == []
    assert (town.status(incident), town.get(incident).waiting_reason) == ("Waiting", "free_soon")
    assert advice_of(town, incident)[soon] == ("awaited", False, 90.0)
    (awaited,) = incident_view(town.world, town.get(incident)).awaits
    assert (awaited.call_sign, awaited.by_hand) == ("A01", False)
    town.wait(40)
    assert town.on(incident) == []
    clear(town, work)
    assert [a.unit_id for a in town.on(incident)] == [soon]
    assert town.car(free).assignment_id is None
    assert not town.world.awaits


def test_a_unit_that_is_not_free_when_it_said_is_not_waited_for_a_moment_longer(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=WILLING))
    soon, _ = at_work(town, "A01", 1000)
    free = town.unit("A02", 9000)
    say(town, soon, 90)
    incident = town.incident(east_m=1000, priority=3)
    town.wait(89)
    assert town.on(incident) == []
    town.wait(1)
    assert [a.unit_id for a in town.on(incident)] == [free]
    assert town.car(soon).free_soon is None
    assert "free_soon_over" in town.names()


def test_a_crew_that_takes_its_word_back_frees_whoever_waited(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=WILLING))
    soon, _ = at_work(town, "A01", 1000)
    free = town.unit("A02", 9000)
    say(town, soon, 90)
    incident = town.incident(east_m=1000, priority=3)
    say(town, soon, None)
    assert [a.unit_id for a in town.on(incident)] == [free]


def test_a_time_put_off_again_and_again_is_not_waited_for(town: Town) -> None:
    patient = StartDelays(wait_from_priority=2, wait_margin_s=0.0, free_soon_max_s=300.0)
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(delays=patient)))
    soon, _ = at_work(town, "A01", 1000)
    free = town.unit("A02", 26_000)
    say(town, soon, 200)
    incident = town.incident(east_m=1000, priority=3)
    town.wait(190)
    say(town, soon, 100)
    assert town.on(incident) == [], "still within what a crew may say ahead"
    town.wait(90)
    say(town, soon, 200)
    assert [a.unit_id for a in town.on(incident)] == [free]


@pytest.mark.parametrize("priority", [1, 2])
def test_the_most_urgent_never_waits_and_others_from_the_priority_on(town: Town, priority: int) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(delays=StartDelays(wait_from_priority=2))))
    soon, _ = at_work(town, "A01", 1000)
    town.unit("A02", 9000)
    say(town, soon, 30)
    assert bool(town.on(town.incident(east_m=1000, priority=priority))) == (priority == 1)


def test_one_car_is_not_promised_twice(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=WILLING))
    soon, _ = at_work(town, "A01", 1000)
    free = town.unit("A02", 9000)
    say(town, soon, 90)
    first = town.incident(east_m=1000, priority=3, name="1")
    second = town.incident(east_m=1100, priority=3, name="2")
    assert town.on(first) == []
    assert [a.unit_id for a in town.on(second)] == [free]
    assert advice_of(town, second)[soon][0] == "promised_elsewhere"


def test_when_it_frees_the_more_urgent_comes_first_and_the_other_is_looked_at_again(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=WILLING))
    soon, work = at_work(town, "A01", 1000)
    free = town.unit("A02", 9000)
    say(town, soon, 90)
    waiting = town.incident(east_m=1000, priority=3, name="1")
    town.do(c.SetUnitStatus(unit_id=free, available=False, secondary="Meal"))
    urgent = town.incident(east_m=1000, priority=1, name="2")
    town.do(c.SetUnitStatus(unit_id=free, available=True), by=officer(free))
    assert [a.unit_id for a in town.on(urgent)] == [free]
    town.do(c.RefuseOffer(assignment_id=town.on(urgent)[0].id, reason="vehicle_fault"), by=officer(free))
    clear(town, work)
    assert [a.unit_id for a in town.on(urgent)] == [soon]
    assert [a.unit_id for a in town.on(waiting)] == [free]


def test_with_nobody_free_the_incident_waits_for_anybody_and_the_desk_sees_who_comes_soon(town: Town) -> None:
    soon, work = at_work(town, "A01", 1000)
    say(town, soon, 90)
    incident = town.incident(east_m=1000, priority=2)
    assert town.get(incident).waiting_reason == "nobody_free"
    assert [a.cause for a in town.world.alarms.values()] == ["nobody_free"]
    assert advice_of(town, incident) == {soon: ("free_soon", False, 90.0)}
    clear(town, work)
    assert [a.unit_id for a in town.on(incident)] == [soon]


def test_a_dispatcher_who_sends_a_busy_unit_waits_for_it(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.SUGGEST,) * 5)))
    soon, work = at_work(town, "A01", 1000)
    town.unit("A02", 9000)
    incident = town.incident(east_m=1000, priority=2)
    with pytest.raises(errors.UnitTaken):
        town.do(c.AssignUnits(incident_id=incident, unit_ids=(soon,)), by=dispatcher())
    say(town, soon, 90)
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(soon,)), by=dispatcher())
    assert advice_of(town, incident)[soon] == ("awaited_by_hand", False, 90.0)
    assert incident_view(town.world, town.get(incident)).awaits[0].by_hand
    assert town.get(incident).waiting_reason == "free_soon"
    town.wait(60)
    clear(town, work)
    (sent,) = town.on(incident)
    assert (sent.unit_id, sent.cause) == (soon, "manual")
    reserved = [f for f in town.facts if type(f).__name__ == "UnitReserved"][-1]
    assert reserved.by == "dispatcher:1"


def test_automatic_dispatch_leaves_alone_what_a_dispatcher_waits_for(town: Town) -> None:
    soon, _ = at_work(town, "A01", 1000)
    town.unit("A03", 20_000, office="p.b.1")
    say(town, soon, 90)
    incident = town.incident(east_m=1000, priority=2)
    first = town.on(incident)[0]
    town.do(c.WithdrawAssignment(assignment_id=first.id), by=dispatcher())
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(soon,)), by=dispatcher())
    other = town.unit("A04", 2000)
    town.wait(31)
    assert town.on(incident) == []
    town.wait(60)
    assert [a.unit_id for a in town.on(incident)] == [other], "it did not come, so whoever is nearest goes"


def test_more_busy_units_than_are_lacking_are_refused(town: Town) -> None:
    soon, _ = at_work(town, "A01", 1000)
    say(town, soon, 90)
    other = town.unit("A02", 3000)
    incident = town.incident(east_m=1000)
    town.accept(incident)
    facts = len(town.facts)
    with pytest.raises(errors.UnitTaken):
        town.do(c.AssignUnits(incident_id=incident, unit_ids=(soon,)), by=dispatcher())
    assert len(town.facts) == facts and town.car(other).assignment_id is not None


def test_only_a_busy_unit_says_when_it_is_free_and_within_the_limits_of_its_office(town: Town) -> None:
    free = town.unit("A02", 9000)
    with pytest.raises(errors.UnitIsFree):
        say(town, free, 60)
    incident = town.incident(east_m=9000)
    with pytest.raises(errors.StepOutOfOrder):
        say(town, free, 60)
    town.accept(incident)
    soon, _ = at_work(town, "A01", 1000)
    for in_s in (9.0, 601.0, float("nan"), float("inf"), -5.0):
        with pytest.raises(errors.FreeSoonOutOfRange):
            say(town, soon, in_s)
    town.do(c.SetRules(office=OfficeId("p.a.1"), rules=Rules(delays=StartDelays(free_soon_max_s=0.0))))
    with pytest.raises(errors.FreeSoonOutOfRange):
        say(town, soon, 60)
    off = town.unit("A05", 3000)
    town.do(c.EndDuty(unit_id=off))
    with pytest.raises(errors.UnitOffDuty):
        say(town, off, 60)


def test_a_word_sent_late_counts_from_when_it_was_said(town: Town) -> None:
    soon, _ = at_work(town, "A01", 1000)
    said = c.SayFreeSoon(unit_id=soon, in_s=120)
    town.do(said, by=officer(soon), device_at=plus_s(town.now, -30))
    told = town.car(soon).free_soon
    assert told is not None and told.free_at == plus_s(town.now, 90)
    other, _ = at_work(town, "A02", 2000)
    town.do(c.SayFreeSoon(unit_id=other, in_s=60), by=officer(other), device_at=plus_s(town.now, -61))
    assert town.car(other).free_soon is None


def test_a_crew_at_its_station_takes_its_time_to_the_car(town: Town) -> None:
    near = town.unit("A01", 1000)
    town.do(c.SetUnitStatus(unit_id=near, available=True, secondary="Station"))
    other = town.unit("A02", 1500)
    incident = town.incident(east_m=1000)
    assert [a.unit_id for a in town.on(incident)] == [other], "there in 50 s, not in 60"
    assert advice_of(town, incident) == {other: ("nearest_free", True, 0.0), near: ("free", False, 60.0)}


def test_who_must_be_called_away_is_compared_by_when_it_would_be_there(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(delays=StartDelays(divert_s=40.0), divert_margin_s=100.0)))
    driving = town.unit("A01", 1000)
    town.incident("noise", 9000, priority=4, name="1")
    assert town.car(driving).assignment_id is not None
    free = town.unit("A02", 2390)
    urgent = town.incident(east_m=1000, priority=1, name="2")
    assert [a.unit_id for a in town.on(urgent)] == [free], "39 m sooner than the margin and the delay together"
    assert advice_of(town, urgent)[driving] == ("divert_not_worth_it", False, 40.0)
    town.do(c.SetUnitStatus(unit_id=town.unit("A03", 29_000, office="p.b.1"), available=False, secondary="Meal"))
    town.do(c.CancelIncident(incident_id=urgent), by=dispatcher())
    town.move(free, 2410)
    again = town.incident(east_m=1000, priority=1, name="3")
    assert [a.unit_id for a in town.on(again)] == [driving]


def test_replayed_and_restored_the_province_is_the_same(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=WILLING))
    soon, _ = at_work(town, "A01", 1000)
    town.unit("A02", 9000)
    say(town, soon, 90)
    town.incident(east_m=1000, priority=3)
    state = first_state(ProvinceId("p"))
    for entry in town.log.entries:
        state = fold(state, decode(entry.kind, entry.body))
    assert state == town.writer.state
    assert restore(snapshot(state)) == state
