"""From a classified incident to a cleared unit: who is offered it, what silence does, who is next."""

import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.model import AlarmCause, AssignmentState
from nazdik.dispatch.projections import VAIN_OFFERS_TOLD, incident_view
from nazdik.dispatch.rules import Mode, Rules
from nazdik.kernel import OfficeId
from tests.town import Town, at_m, dispatcher, officer


@pytest.fixture
def town() -> Town:
    return Town()


def test_the_nearest_free_unit_is_offered_a_new_incident(town: Town) -> None:
    far, near = town.unit("A01", 4000), town.unit("A02", 1500)
    incident = town.incident(east_m=1000)
    (offer,) = town.on(incident)
    assert offer.unit_id == near
    assert offer.state is AssignmentState.SENT
    assert offer.travel_time_s == pytest.approx(50, abs=0.5)
    assert town.car(far).assignment_id is None
    assert town.status(incident) == "ResourcesAssigned"


def test_the_recommendation_keeps_its_inputs_and_every_reason(town: Town) -> None:
    town.unit("A01", 1100)
    busy = town.unit("A02", 1200)
    town.do(c.SetUnitStatus(unit_id=busy, available=False, secondary="Meal"))
    off = town.unit("A03", 1300)
    town.do(c.EndDuty(unit_id=off))
    lost = town.unit("A04", None)
    stale = town.unit("A05", 1050)
    town.wait(100, fresh=False)
    town.move(busy, 1200)
    town.move(off, 1300)
    town.move(town.unit("A06", 3000), 3000)
    incident = town.incident(east_m=1000)
    advice = town.get(incident).recommendation
    assert advice is not None
    assert [(x.unit_id, x.chosen) for x in advice.candidates] == [("p.u.A06", True)]
    reasons = {x.unit_id: x.reasons for x in advice.passed_over}
    assert reasons[busy] == ("not_available",)
    assert reasons[off] == ("off_duty",)
    assert reasons[lost] == ("no_position",)
    assert reasons[stale] == ("position_stale",)
    assert dict(advice.fleet_by_reason) == {"busy": 1, "fit": 1, "off_duty": 1, "position_stale": 3}
    assert advice.fleet_size == 6


def test_a_traffic_crash_needs_a_traffic_unit_even_when_it_is_further(town: Town) -> None:
    town.unit("A01", 1000)
    traffic = town.unit("A02", 4000, skills=("patrol", "traffic"))
    incident = town.incident("crash_damage")
    assert [a.unit_id for a in town.on(incident)] == [traffic]


def test_a_response_plan_sends_several_units_with_their_skills(town: Town) -> None:
    traffic = town.unit("A01", 1000, skills=("patrol", "traffic"))
    patrol = town.unit("A02", 1200)
    incident = town.incident("crash_injury")
    assert {(a.unit_id, a.skill) for a in town.on(incident)} == {(traffic, "traffic"), (patrol, "patrol")}


def test_silence_sends_the_next_nearest_and_alarms_the_station(town: Town) -> None:
    first, second = town.unit("A01", 1000), town.unit("A02", 2000)
    incident = town.incident(priority=1)
    town.wait(14.9)
    assert [a.unit_id for a in town.on(incident)] == [first]
    town.wait(0.2)
    assert [a.unit_id for a in town.on(incident)] == [second]
    assert town.car(first).assignment_id is None
    (alarm,) = town.world.alarms.values()
    assert (alarm.cause, alarm.tier, alarm.office) == ("no_answer", "station", "p.a.1")


def test_screens_are_told_the_newest_offers_that_nobody_took_and_whoever_asks_hears_of_all(town: Town) -> None:
    crew = town.unit("B01", 1000)
    silent = [town.unit(f"A{n:02}", 1100 + n) for n in range(VAIN_OFFERS_TOLD + 4)]
    incident = town.incident(priority=1)
    (offer,) = town.on(incident)
    town.do(c.AcceptOffer(assignment_id=offer.id, en_route=True), by=officer(crew))
    town.do(c.WithdrawAssignment(assignment_id=offer.id), by=dispatcher())
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(silent[0],)), by=dispatcher())
    for _ in silent:
        town.wait(15)
    told = incident_view(town.world, town.get(incident))
    assert [each.unit for each in told.assignments] == [crew, *silent[4:]]
    assert told.offers_left_out == 4
    whole = incident_view(town.world, town.get(incident), whole=True)
    assert [each.unit for each in whole.assignments] == [crew, *silent]
    assert (whole.offers_left_out, whole.first_sent_at) == (0, told.first_sent_at)


def test_an_unanswered_alarm_climbs_to_county_province_and_nation_by_time(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident(priority=1)
    town.wait(15)
    tiers = []
    for seconds in (0, 30, 60, 120):
        town.wait(seconds)
        tiers.append(town.world.alarms[f"{incident}!no_answer"].tier)  # type: ignore[index]
    assert tiers == ["station", "county", "province", "national"]
    assert town.get(incident).escalated_to == "national"


def test_a_taken_alarm_climbs_no_further(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident(priority=1)
    town.wait(15)
    alarm_id = next(a for a in town.world.alarms if a.endswith("!no_answer"))
    town.do(c.AcknowledgeAlarm(alarm_id=alarm_id), by=dispatcher())
    town.wait(600)
    alarm = town.world.alarms[alarm_id]
    assert (alarm.tier, alarm.acknowledged_by) == ("station", "dispatcher:1")
    assert town.get(incident).escalated_to != "national" or len(town.world.alarms) > 1


def test_an_alarm_that_rings_again_stays_as_high_as_it_has_climbed(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(waiting_s=(100, 100, 100, 100, 100))))
    unit = town.unit("A01", 1000)
    incident = town.incident(priority=4)
    town.do(c.RefuseOffer(assignment_id=town.on(incident)[0].id, reason="vehicle_fault"), by=officer(unit))
    town.wait(100 + 31)
    waiting = next(a for a in town.world.alarms.values() if a.cause == "waiting")
    assert waiting.tier == "county"
    other = town.unit("A02", 2000)
    town.wait(1)
    town.do(c.WithdrawAssignment(assignment_id=town.on(incident)[0].id), by=dispatcher())
    assert town.car(other).assignment_id is None
    town.wait(101)
    assert town.world.alarms[waiting.id].tier in ("province", "national")


def test_acceptance_clears_the_alarms_of_waiting(town: Town) -> None:
    town.unit("A01", 1000)
    town.unit("A02", 2000)
    incident = town.incident(priority=1)
    town.wait(16)
    assert town.world.alarms
    town.accept(incident)
    assert not town.world.alarms


def test_an_accept_after_withdrawal_is_refused_and_says_who_has_it_now(town: Town) -> None:
    first = town.unit("A01", 1000)
    town.unit("A02", 2000)
    incident = town.incident(priority=1)
    late = town.on(incident)[0].id
    town.wait(16)
    with pytest.raises(errors.OfferWithdrawn) as refused:
        town.do(c.AcceptOffer(assignment_id=late), by=officer(first))
    assert refused.value.details["now_with"] == ["A02"]
    assert refused.value.details["state"] == "unanswered"


def test_a_late_answer_still_gets_what_nobody_else_has_taken(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident(priority=1)
    lapsed = town.on(incident)[0].id
    town.wait(20)
    assert town.status(incident) == "Waiting"
    town.do(c.AcceptOffer(assignment_id=lapsed, en_route=True), by=officer(unit))
    (anew,) = town.on(incident)
    assert (anew.unit_id, anew.state, anew.cause) == (unit, AssignmentState.EN_ROUTE, "late_answer")
    assert town.world.assignments[lapsed].state is AssignmentState.UNANSWERED
    assert not town.world.alarms


def test_a_late_answer_is_refused_once_the_unit_is_on_something_else(town: Town) -> None:
    unit = town.unit("A01", 1000)
    first = town.incident(priority=1, name="1")
    lapsed = town.on(first)[0].id
    town.wait(20)
    town.incident(name="2", east_m=1100)
    with pytest.raises(errors.OfferWithdrawn):
        town.do(c.AcceptOffer(assignment_id=lapsed), by=officer(unit))


def test_a_refusal_goes_to_the_next_nearest_and_never_back(town: Town) -> None:
    first, second = town.unit("A01", 1000), town.unit("A02", 2000)
    incident = town.incident()
    town.do(c.RefuseOffer(assignment_id=town.on(incident)[0].id, reason="vehicle_fault"), by=officer(first))
    assert [a.unit_id for a in town.on(incident)] == [second]
    town.do(c.RefuseOffer(assignment_id=town.on(incident)[0].id, reason="no_way_through"), by=officer(second))
    assert town.on(incident) == []
    assert town.status(incident) == "Waiting"


def test_a_refusal_needs_a_known_reason(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    with pytest.raises(errors.ReasonUnknown):
        town.do(c.RefuseOffer(assignment_id=town.on(incident)[0].id, reason="tired"), by=officer(unit))


def test_receipts_climb_once_and_never_fall_back(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident()
    offer = town.on(incident)[0].id
    before = len(town.facts)
    for stage in ("delivered", "sounded", "delivered", "sounded"):
        town.do(c.Acknowledge(assignment_id=offer, stage=stage))  # type: ignore[arg-type]
    assert town.names(before) == ["offer_delivered", "offer_sounded"]
    assert town.on(incident)[0].state is AssignmentState.SOUNDED


def test_the_whole_way_to_a_closed_incident(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    offer = town.accept(incident, en_route=True)
    assert town.status(incident) == "ResourcesEnroute"
    town.wait(60)
    town.do(c.StepOn(assignment_id=offer, step="in_area"))
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(unit))
    assert town.status(incident) == "ResourcesOnscene"
    town.wait(60)
    town.do(c.ClearAssignment(assignment_id=offer, disposition="settled_on_scene"), by=officer(unit))
    assert town.status(incident) == "Closed"
    assert town.get(incident).disposition == "settled_on_scene"
    assert town.car(unit).assignment_id is None
    assert not [key for key in town.world.deadlines if not key.startswith("archive:")]


def test_clearing_without_a_disposition_leaves_the_report_pending(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident()
    offer = town.accept(incident, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    town.do(c.ClearAssignment(assignment_id=offer))
    assert town.status(incident) == "ReportPending"
    town.do(c.CloseIncident(incident_id=incident, disposition="report_taken"))
    assert town.status(incident) == "Closed"


def test_a_step_taken_twice_changes_nothing_and_a_step_too_early_is_refused(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident()
    offer = town.on(incident)[0].id
    with pytest.raises(errors.StepOutOfOrder):
        town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    town.accept(incident, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    before = len(town.facts)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    town.do(c.StepOn(assignment_id=offer, step="en_route"))
    assert town.facts[before:] == []


def test_nobody_free_makes_it_wait_with_a_reason_and_whoever_frees_takes_it(town: Town) -> None:
    unit = town.unit("A01", 1000)
    first = town.incident(name="1")
    offer = town.accept(first, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    second = town.incident(name="2", priority=1)
    assert town.status(second) == "Waiting"
    assert town.get(second).waiting_reason == "nobody_free"
    assert {a.cause for a in town.world.alarms.values()} == {"nobody_free"}
    town.do(c.ClearAssignment(assignment_id=offer, disposition="no_report"), by=officer(unit))
    assert [a.unit_id for a in town.on(second)] == [unit]
    assert town.get(second).waiting_reason is None


def test_the_most_urgent_waits_least(town: Town) -> None:
    unit = town.unit("A01", 1000)
    town.do(c.SetUnitStatus(unit_id=unit, available=False, secondary="Meal"))
    town.incident(name="1", priority=4)
    town.wait(1)
    urgent = town.incident(name="2", priority=2)
    town.do(c.SetUnitStatus(unit_id=unit, available=True))
    assert [a.unit_id for a in town.on(urgent)] == [unit]


def test_a_unit_whose_position_recovers_is_found_without_any_command(town: Town) -> None:
    unit = town.unit("A01", None)
    incident = town.incident()
    assert town.status(incident) == "Waiting"
    town.move(unit, 1200)
    town.wait(16)
    assert [a.unit_id for a in town.on(incident)] == [unit]


def test_a_driving_unit_is_diverted_to_a_more_urgent_incident_and_the_old_one_waits(town: Town) -> None:
    unit = town.unit("A01", 1000)
    low = town.incident(name="1", priority=4)
    town.accept(low, en_route=True)
    high = town.incident(name="2", priority=1, east_m=1500)
    assert [a.unit_id for a in town.on(high)] == [unit]
    assert town.status(low) == "Waiting"
    assert town.get(low).times_diverted == 1
    other = town.unit("A02", 4000)
    assert [a.unit_id for a in town.on(low)] == [other]


def test_a_free_unit_a_little_further_is_not_replaced_by_a_diversion(town: Town) -> None:
    town.unit("A01", 1000)
    low = town.incident(name="1", priority=4)
    town.accept(low, en_route=True)
    free = town.unit("A02", 2500)
    high = town.incident(name="2", priority=1, east_m=1500)
    assert [a.unit_id for a in town.on(high)] == [free]
    advice = town.get(high).recommendation
    assert advice is not None
    assert [x.reason for x in advice.candidates] == ["divert_not_worth_it", "nearest_free"]


def test_a_unit_on_scene_is_never_diverted(town: Town) -> None:
    town.unit("A01", 1000)
    low = town.incident(name="1", priority=4)
    offer = town.accept(low, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    high = town.incident(name="2", priority=1)
    assert town.status(high) == "Waiting"


def test_an_office_may_ask_for_suggestions_only(town: Town) -> None:
    unit = town.unit("A01", 1000)
    town.do(c.SetRules(office=OfficeId("p.a"), rules=Rules(modes=(Mode.SUGGEST,) * 5)))
    incident = town.incident()
    assert town.on(incident) == []
    assert town.get(incident).waiting_reason == "suggest_only"
    advice = town.get(incident).recommendation
    assert advice is not None and advice.candidates[0].unit_id == unit
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(unit,)), by=dispatcher())
    assert [a.cause for a in town.on(incident)] == ["manual"]


def test_an_office_may_switch_automatic_off_for_one_kind(town: Town) -> None:
    town.unit("A01", 1000)
    rules = Rules(kind_modes=(("noise", Mode.OFF),))
    town.do(c.SetRules(office=OfficeId("p.a.1"), rules=rules))
    quiet, loud = town.incident("fight", name="1"), town.incident("noise", name="2")
    assert town.on(quiet)
    assert town.get(loud).waiting_reason == "auto_off"


def test_the_answer_window_is_the_offices_own(town: Town) -> None:
    town.unit("A01", 1000)
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(answer_s=(40, 40, 40, 40, 40))))
    incident = town.incident(priority=1)
    town.wait(39)
    assert town.on(incident)
    town.wait(2)
    assert not town.on(incident)


def test_two_dispatchers_take_one_unit_and_the_second_is_told_who_has_it(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.OFF,) * 5)))
    unit = town.unit("A01", 1000)
    one, two = town.incident(name="1"), town.incident(name="2")
    town.do(c.AssignUnits(incident_id=one, unit_ids=(unit,)), by=dispatcher())
    with pytest.raises(errors.UnitTaken) as refused:
        town.do(c.AssignUnits(incident_id=two, unit_ids=(unit,)), by=dispatcher())
    assert refused.value.details["incident_id"] == one
    assert refused.value.details["incident_number"] == 1
    assert refused.value.details["may_divert"] is True
    town.do(c.AssignUnits(incident_id=two, unit_ids=(unit,), divert=True), by=dispatcher())
    assert [a.unit_id for a in town.on(two)] == [unit]


def test_a_unit_off_duty_or_unknown_is_refused_by_name(town: Town) -> None:
    unit = town.unit("A01", 1000)
    town.do(c.EndDuty(unit_id=unit))
    incident = town.incident()
    with pytest.raises(errors.UnitOffDuty):
        town.do(c.AssignUnits(incident_id=incident, unit_ids=(unit,)))
    with pytest.raises(errors.UnitNotFound):
        town.do(c.AssignUnits(incident_id=incident, unit_ids=("p.u.Z99",)))  # type: ignore[arg-type]


def test_a_dispatchers_choice_is_recorded_beside_what_the_road_advised(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.OFF,) * 5)))
    near, far = town.unit("A01", 1000), town.unit("A02", 3000)
    incident = town.incident()
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(far,)), by=dispatcher())
    advice = town.get(incident).recommendation
    assert advice is not None
    chosen = {x.unit_id: (x.chosen, x.reason) for x in advice.candidates}
    assert chosen == {near: (False, "nearest_free"), far: (True, "by_hand")}


def test_withdrawal_by_hand_waits_for_the_dispatchers_next_word(town: Town) -> None:
    unit, other = town.unit("A01", 1000), town.unit("A02", 2000)
    incident = town.incident()
    offer = town.accept(incident)
    town.do(c.WithdrawAssignment(assignment_id=offer, reason="needed elsewhere"), by=dispatcher())
    assert town.get(incident).waiting_reason == "withdrawn"
    town.wait(40)
    assert town.on(incident) == []
    assert town.car(unit).assignment_id is None
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(other,)), by=dispatcher())
    assert [a.unit_id for a in town.on(incident)] == [other]


def test_accepted_but_still_standing_and_late_raise_alarms_that_arrival_clears(town: Town) -> None:
    unit = town.unit("A01", 4000)
    incident = town.incident(east_m=1000)
    offer = town.accept(incident)
    town.wait(61)
    assert {a.cause for a in town.world.alarms.values()} == {"not_moving"}
    town.do(c.StepOn(assignment_id=offer, step="en_route"), by=officer(unit))
    assert not town.world.alarms
    town.wait(300 * 1.5 + 1)
    assert {a.cause for a in town.world.alarms.values()} == {"late"}
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(unit))
    assert not town.world.alarms


def test_a_missed_safety_check_alarms_and_an_answer_starts_the_timer_anew(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident(priority=1)
    offer = town.accept(incident, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"), by=officer(unit))
    town.wait(600)
    assert town.on(incident)[0].safety_asked_at == town.now
    town.do(c.AnswerSafetyCheck(assignment_id=offer), by=officer(unit))
    town.wait(599)
    assert not town.world.alarms
    town.wait(62)
    assert {a.cause for a in town.world.alarms.values()} == {"safety_check"}
    town.do(c.AnswerSafetyCheck(assignment_id=offer), by=dispatcher())
    assert not town.world.alarms


def test_a_unit_with_an_assignment_cannot_end_duty(town: Town) -> None:
    unit = town.unit("A01", 1000)
    town.incident()
    with pytest.raises(errors.UnitHasAssignment):
        town.do(c.EndDuty(unit_id=unit))


def test_cross_county_help_informs_both_counties(town: Town) -> None:
    guest = town.unit("B01", 15_500, office="p.b.1")
    incident = town.incident(east_m=14_500)
    assert [a.unit_id for a in town.on(incident)] == [guest]
    assert {(t.office, t.role) for t in town.get(incident).taskings} == {
        ("p", "Dispatching"),
        ("p.a.3", "Dispatched"),
        ("p.b.1", "Assisting"),
    }


def test_an_own_event_puts_the_officer_on_scene_at_once(town: Town) -> None:
    unit = town.unit("A01", 1000)
    command = c.OpenOwnEvent(incident_id="p.iown", unit_id=unit, kind="suspicious", point=at_m(1000))  # type: ignore[arg-type]
    town.do(command, by=officer(unit))
    assert town.status(command.incident_id) == "ResourcesOnscene"
    town.wait(20 * 60)
    assert town.on(command.incident_id)[0].safety_asked_at is not None


def test_an_alarm_that_nobody_is_free_is_not_raised_anew_once_somebody_took_it(town: Town) -> None:
    incident = town.incident("fight", priority=1)
    (alarm,) = [a for a in town.world.alarms.values() if a.cause is AlarmCause.NOBODY_FREE]
    town.do(c.AcknowledgeAlarm(alarm_id=alarm.id), by=dispatcher("p.a.1"))
    taken = len(town.facts)
    town.wait(120)
    assert town.names(taken).count("alarm_raised") == 1  # waiting too long is another matter
    assert town.world.alarms[alarm.id].acknowledged_at is not None
    town.unit("A01", 900)
    town.accept(incident)
    assert alarm.id not in town.world.alarms
