"""The life of an incident: drafts and pre-alerts, changes, hand-overs, panic, the end and what comes after."""

import msgspec
import pytest

from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.model import AssignmentState
from nazdik.dispatch.rules import Mode, Rules
from nazdik.kernel import CallId, IncidentId, LonLat, OfficeId, Rejected
from nazdik.kernel.instant import plus_s
from tests.town import Town, at_m, dispatcher, officer

DRAFT = IncidentId("p.idraft")
CALL = CallId("p.cdraft")


@pytest.fixture
def town() -> Town:
    return Town()


def draft(town: Town, kind: str | None = "fight", east_m: float | None = 1000) -> None:
    point = at_m(east_m) if east_m is not None else None
    town.do(c.DraftIncident(incident_id=DRAFT, call_id=CALL, kind=kind, point=point))


def classify(town: Town, kind: str = "fight", east_m: float = 1000) -> None:
    town.do(c.ClassifyIncident(incident_id=DRAFT, kind=kind, point=at_m(east_m)))


def test_a_draft_with_kind_and_place_pre_alerts_the_best_unit(town: Town) -> None:
    unit = town.unit("A01", 1200)
    draft(town, kind=None)
    assert town.on(DRAFT) == []
    draft(town)
    (pre_alert,) = town.on(DRAFT)
    assert (pre_alert.unit_id, pre_alert.state, pre_alert.pre_alert) == (unit, AssignmentState.RESERVED, True)
    assert town.status(DRAFT) == "Draft"


def test_classification_turns_the_pre_alert_into_the_offer(town: Town) -> None:
    unit = town.unit("A01", 1200)
    draft(town)
    town.unit("A02", 1000)
    classify(town)
    (offer,) = town.on(DRAFT)
    assert (offer.unit_id, offer.state) == (unit, AssignmentState.SENT)


def test_a_draft_that_moves_far_looks_for_its_unit_again(town: Town) -> None:
    town.unit("A01", 1200)
    other = town.unit("A02", 9000, office="p.a.2")
    draft(town)
    draft(town, east_m=8800)
    assert [a.unit_id for a in town.on(DRAFT)] == [other]


def test_a_pre_alert_that_nobody_confirms_lets_its_unit_go(town: Town) -> None:
    unit = town.unit("A01", 1200)
    draft(town)
    town.wait(181)
    assert town.on(DRAFT) == []
    assert town.car(unit).assignment_id is None


def test_a_pre_alert_is_let_go_when_the_kind_needs_somebody_else(town: Town) -> None:
    patrol, traffic = town.unit("A01", 1200), town.unit("A02", 3000, skills=("patrol", "traffic"))
    draft(town)
    classify(town, kind="crash_damage")
    assert [a.unit_id for a in town.on(DRAFT)] == [traffic]
    assert town.car(patrol).assignment_id is None


def test_a_draft_never_diverts_anybody(town: Town) -> None:
    town.unit("A01", 1200)
    low = town.incident(priority=4)
    town.accept(low, en_route=True)
    draft(town, kind="shooting")
    assert town.on(DRAFT) == []


def test_a_changed_place_alerts_the_crew_again_and_tasks_the_new_station(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    town.accept(incident, en_route=True)
    town.do(c.ChangePlace(incident_id=incident, point=at_m(6000), place="next street"))
    (assignment,) = town.on(incident)
    assert (assignment.unit_id, assignment.realert_reason) == (unit, "place")
    assert "p.a.2" in {t.office for t in town.get(incident).taskings}


def test_a_raised_priority_alerts_again_and_protects_from_diversion(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident(name="1", priority=4)
    town.accept(incident, en_route=True)
    town.do(c.ChangePriority(incident_id=incident, priority=1, reason="shots heard"))
    assert town.on(incident)[0].realert_reason == "priority"
    other = town.incident(name="2", priority=1)
    assert town.status(other) == "Waiting"


def test_a_raised_priority_shortens_the_wait_until_the_alarm(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.SUGGEST,) * 5)))
    incident = town.incident(priority=5)
    town.wait(60)
    town.do(c.ChangePriority(incident_id=incident, priority=1, reason="shots heard"))
    town.wait(31)
    assert {a.cause for a in town.world.alarms.values()} == {"waiting"}


def test_an_incident_that_waits_anew_winds_its_clock_anew(town: Town) -> None:
    """Acceptance stopped the clock; the new kind needs somebody else, and nobody may be left waiting in silence."""
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.SUGGEST,) * 5)))
    unit = town.unit("A01", 1000)
    incident = town.incident(priority=1)
    town.do(c.AssignUnits(incident_id=incident, unit_ids=(unit,)), by=dispatcher())
    town.do(c.ClearAssignment(assignment_id=town.accept(incident)), by=officer(unit))
    town.do(c.ChangeKind(incident_id=incident, kind="crash_injury"))
    assert town.get(incident).waiting_reason == "suggest_only"
    town.wait(31)
    assert {a.cause for a in town.world.alarms.values()} == {"waiting"}


def test_another_kind_seeks_whoever_its_plan_lacks(town: Town) -> None:
    town.unit("A01", 1000)
    second = town.unit("A02", 1500, skills=("patrol", "armed"))
    third = town.unit("A03", 2000)
    incident = town.incident("fight")
    town.do(c.ChangeKind(incident_id=incident, kind="armed_robbery"))
    assert {a.unit_id for a in town.on(incident)} == {"p.u.A01", second, third}


def test_cancelling_frees_the_crew_and_clears_the_alarms(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident(priority=1)
    town.accept(incident, en_route=True)
    town.wait(500)
    assert town.world.alarms
    town.do(c.CancelIncident(incident_id=incident, reason="caller says it is over"))
    assert town.status(incident) == "Cancelled"
    assert town.car(unit).assignment_id is None
    assert not town.world.alarms
    assert [key.partition(":")[0] for key in town.world.deadlines] == ["archive"]


def test_a_closed_incident_refuses_changes_but_takes_notes(town: Town) -> None:
    incident = town.incident()
    town.do(c.CloseIncident(incident_id=incident, disposition="unfounded"))
    refused: tuple[c.Command, ...] = (
        c.ChangePriority(incident_id=incident, priority=1),
        c.ChangePlace(incident_id=incident, point=at_m(1)),
        c.ChangeKind(incident_id=incident, kind="noise"),
        c.CancelIncident(incident_id=incident),
        c.CloseIncident(incident_id=incident, disposition="unfounded"),
        c.DelegateIncident(incident_id=incident, to_office=OfficeId("p.b")),
        c.AssignUnits(incident_id=incident, unit_ids=()),
    )
    for command in refused:
        with pytest.raises(errors.IncidentIsClosed):
            town.do(command)
    town.do(c.AddNote(incident_id=incident, text="the report is in the file"))
    assert town.get(incident).notes[0].text == "the report is in the file"


def test_closing_under_a_working_unit_is_refused(town: Town) -> None:
    town.unit("A01", 1000)
    incident = town.incident()
    with pytest.raises(errors.UnitsStillAssigned) as refused:
        town.do(c.CloseIncident(incident_id=incident, disposition="unfounded"))
    assert refused.value.details["units"] == ["A01"]


def test_a_reopened_incident_is_served_again_by_a_fresh_search(town: Town) -> None:
    unit = town.unit("A01", 1000)
    incident = town.incident()
    offer = town.accept(incident, en_route=True)
    town.do(c.StepOn(assignment_id=offer, step="on_scene"))
    town.do(c.ClearAssignment(assignment_id=offer, disposition="no_report"))
    town.wait(30)
    town.do(c.ReopenIncident(incident_id=incident, reason="they fight again"))
    assert [a.unit_id for a in town.on(incident)] == [unit]
    with pytest.raises(errors.IncidentIsOpen):
        town.do(c.ReopenIncident(incident_id=incident))


def test_a_draft_that_was_called_off_without_a_place_is_not_reopened(town: Town) -> None:
    draft(town, east_m=None)
    town.do(c.CancelIncident(incident_id=DRAFT))
    with pytest.raises(errors.PlaceMissing):
        town.do(c.ReopenIncident(incident_id=DRAFT))


def test_an_ended_incident_leaves_the_world_after_a_day_and_the_log_keeps_it(town: Town) -> None:
    incident = town.incident()
    town.do(c.CloseIncident(incident_id=incident, disposition="unfounded"))
    town.wait(86_401)
    assert incident not in town.world.incidents
    assert not town.world.deadlines
    assert len(town.log.read_subject(incident)) > 3
    with pytest.raises(errors.IncidentNotFound):
        town.do(c.AddNote(incident_id=incident, text="too late"))


def test_panic_sends_the_two_nearest_and_alarms_even_where_automatic_is_off(town: Town) -> None:
    town.do(c.SetRules(office=OfficeId("p"), rules=Rules(modes=(Mode.OFF,) * 5)))
    victim, near, mid, far = (town.unit(f"A0{n}", 1000 * n) for n in range(1, 5))
    town.do(c.DeclareEmergency(unit_id=victim, incident_id=DRAFT, point=at_m(1000)), by=officer(victim))
    assert {a.unit_id for a in town.on(DRAFT)} == {near, mid}
    assert town.get(DRAFT).priority == 1
    assert town.car(victim).emergency is not None
    assert town.car(far).assignment_id is None
    assert {a.cause for a in town.world.alarms.values()} == {"panic"}
    town.do(c.AcknowledgeEmergency(unit_id=victim), by=dispatcher())
    town.do(c.EndEmergency(unit_id=victim), by=dispatcher())
    assert town.car(victim).emergency is None
    assert not town.world.alarms
    assert town.on(DRAFT), "those who went still clear the incident themselves"


def test_an_emergency_outlives_its_archived_incident_and_its_alarm_still_ends(town: Town) -> None:
    victim = town.unit("A01", 1000)
    town.do(c.DeclareEmergency(unit_id=victim, incident_id=DRAFT, point=at_m(1000)), by=officer(victim))
    town.do(c.CancelIncident(incident_id=DRAFT))
    town.wait(86_401)
    assert DRAFT not in town.world.incidents
    assert {a.cause for a in town.world.alarms.values()} == {"panic"}
    town.do(c.EndEmergency(unit_id=victim), by=dispatcher())
    assert not town.world.alarms


def test_panic_without_a_place_goes_to_the_units_own_station(town: Town) -> None:
    victim = town.unit("A01", None)
    for number, point in enumerate((None, LonLat(0, 0), LonLat(0, float("inf")), LonLat(float("nan"), 0))):
        incident = IncidentId(f"p.ipanic{number}")
        town.do(c.DeclareEmergency(unit_id=victim, incident_id=incident, point=point), by=officer(victim))
        assert town.get(incident).point == at_m(2500)
        # What is written down can be read again.
        for fact in town.facts[-20:]:
            msgspec.json.decode(msgspec.json.encode(fact), type=type(fact))
        town.do(c.EndEmergency(unit_id=victim), by=dispatcher())


def test_panic_diverts_from_less_urgent_work(town: Town) -> None:
    victim, helper = town.unit("A01", 1000), town.unit("A02", 2000)
    town.do(c.SetUnitStatus(unit_id=victim, available=False, secondary="Meal"))
    low = town.incident(priority=3, east_m=2500)
    town.accept(low, en_route=True)
    town.do(c.DeclareEmergency(unit_id=victim, incident_id=DRAFT, point=at_m(1000)), by=officer(victim))
    assert [a.unit_id for a in town.on(DRAFT)] == [helper]
    assert town.status(low) == "Waiting"


def test_delegating_keeps_the_owner_and_can_be_taken_back(town: Town) -> None:
    incident = town.incident()
    town.do(c.DelegateIncident(incident_id=incident, to_office=OfficeId("p.b")), by=dispatcher())
    held = {t.office: (t.role, t.mode, t.by) for t in town.get(incident).taskings}
    assert held["p.b"] == ("Dispatched", "manage", "p")
    assert held["p"][1] == "manage"
    town.do(c.TakeBackIncident(incident_id=incident, from_office=OfficeId("p.b")), by=dispatcher())
    assert "p.b" not in {t.office for t in town.get(incident).taskings}
    with pytest.raises(errors.TaskingConflict):
        town.do(c.TakeBackIncident(incident_id=incident, from_office=OfficeId("p.b")), by=dispatcher())


def test_passing_on_makes_the_giver_a_watcher(town: Town) -> None:
    incident = town.incident()
    town.do(c.PassOnIncident(incident_id=incident, to_office=OfficeId("p.b")), by=dispatcher())
    held = {t.office: (t.role, t.mode) for t in town.get(incident).taskings}
    assert held["p.b"] == ("TransferredTo", "manage")
    assert held["p"] == ("Informational", "monitor")


def test_monitoring_begins_and_ends_but_never_demotes_whoever_manages(town: Town) -> None:
    incident = town.incident()
    town.do(c.MonitorIncident(incident_id=incident, office=OfficeId("p.b.2")))
    assert "p.b.2" in {t.office for t in town.get(incident).taskings}
    town.do(c.MonitorIncident(incident_id=incident, office=OfficeId("p.b.2"), watching=False))
    assert "p.b.2" not in {t.office for t in town.get(incident).taskings}
    with pytest.raises(errors.TaskingConflict):
        town.do(c.MonitorIncident(incident_id=incident, office=OfficeId("p.a.1"), watching=False))


def late(town: Town, **changed: object) -> c.EnterLate:
    base = plus_s(town.now, -7200)
    given: dict[str, object] = {
        "incident_id": IncidentId("p.ilate"),
        "kind": "fight",
        "priority": 2,
        "point": at_m(1000),
        "received_at": base,
        "sent_at": plus_s(base, 60),
        "on_scene_at": plus_s(base, 400),
        "cleared_at": plus_s(base, 2000),
        "disposition": "report_taken",
    }
    return c.EnterLate(**{**given, **changed})  # type: ignore[arg-type]


def test_a_late_entry_keeps_its_true_times_and_never_touches_the_unit(town: Town) -> None:
    unit = town.unit("A01", 1000)
    town.do(late(town, unit_id=unit), by=dispatcher())
    incident = town.get(IncidentId("p.ilate"))
    (assignment,) = (town.world.assignments[a] for a in incident.assignments)
    assert incident.late_entry and town.status(incident.id) == "Closed"
    assert incident.created_at == plus_s(town.now, -7200)
    assert assignment.on_scene_at == plus_s(town.now, -6800)
    assert town.car(unit).assignment_id is None


@pytest.mark.parametrize("changed", [{"sent_at": 1}, {"cleared_at": 9_000_000_000_000_000}])
def test_a_late_entry_with_impossible_times_is_refused(town: Town, changed: dict[str, object]) -> None:
    with pytest.raises(errors.StampsOutOfOrder):
        town.do(late(town, **changed))


def test_the_first_sight_at_each_tier_is_stamped_once(town: Town) -> None:
    incident = town.incident()
    for _ in range(2):
        town.do(c.RecordSeen(incident_id=incident, tier="county"))  # type: ignore[arg-type]
        town.wait(1)
    assert [tier for tier, _ in town.get(incident).seen] == ["county"]


def test_numbers_given_to_people_count_up_and_never_change(town: Town) -> None:
    ids = [town.incident(name=str(n)) for n in range(3)]
    assert [town.get(i).number for i in ids] == [1, 2, 3]


@pytest.mark.parametrize(
    ("point", "refusal"),
    [
        (LonLat(10, 10), errors.PlaceOutsideRegion),
        (LonLat(0, 0), errors.PlaceOutsideRegion),
        (LonLat(float("nan"), 31), errors.PlaceOutsideRegion),
        (LonLat(float("inf"), 31), errors.PlaceOutsideRegion),
        (LonLat(31.0, 48.01), errors.PlaceSwapped),
    ],
)
def test_a_place_where_nobody_can_be_sent_is_refused(town: Town, point: LonLat, refusal: type[Rejected]) -> None:
    with pytest.raises(refusal):
        town.do(c.ClassifyIncident(incident_id=DRAFT, kind="fight", point=point))
    assert DRAFT not in town.world.incidents


def test_unknown_words_and_long_texts_are_refused_before_anything_is_recorded(town: Town) -> None:
    incident = town.incident()
    before = len(town.facts)
    cases: list[tuple[c.Command, type[Rejected]]] = [
        (c.ClassifyIncident(incident_id=DRAFT, kind="nonsense", point=at_m(1)), errors.KindUnknown),
        (c.ClassifyIncident(incident_id=DRAFT, kind="fight", point=at_m(1), priority=7), errors.PriorityUnknown),
        (
            c.ClassifyIncident(incident_id=DRAFT, kind="fight", point=at_m(1), narrative="ن" * 20_000),
            errors.TextTooLong,
        ),
        (c.AddNote(incident_id=incident, text="x" * 20_000), errors.TextTooLong),
        (c.ChangePriority(incident_id=incident, priority=0), errors.PriorityUnknown),
        (c.CloseIncident(incident_id=incident, disposition="vanished"), errors.DispositionUnknown),
        (c.DelegateIncident(incident_id=incident, to_office=OfficeId("mars")), errors.OfficeNotFound),
        (c.AcceptOffer(assignment_id=f"{incident}.9"), errors.AssignmentNotFound),  # type: ignore[arg-type]
        (c.AcknowledgeAlarm(alarm_id="x!panic"), errors.AlarmNotFound),  # type: ignore[arg-type]
        (c.SetRules(office=OfficeId("p"), rules=Rules(answer_s=(1, 1, 1, 1, 1))), errors.RulesInvalid),
        (c.StartDuty(unit_id="p.u.none"), errors.UnitNotFound),  # type: ignore[arg-type]
    ]
    for command, refusal in cases:
        with pytest.raises(refusal):
            town.do(command)
    assert town.facts[before:] == []


def test_marks_and_tags_in_a_text_are_kept_as_typed(town: Town) -> None:
    incident = town.incident()
    text = "\u202e<script>alert(1)</script>\u200f نام"
    town.do(c.AddNote(incident_id=incident, text=text))
    assert town.get(incident).notes[0].text == text


def test_a_delegation_that_has_become_the_stations_own_is_not_taken_back(town: Town) -> None:
    """The incident has moved into the area of the station it was lent to: nobody else would answer for it."""
    incident = town.incident(east_m=1000)
    town.do(c.DelegateIncident(incident_id=incident, to_office=OfficeId("p.a.2")), by=dispatcher())
    town.do(c.ChangePlace(incident_id=incident, point=at_m(6000)), by=dispatcher())
    with pytest.raises(errors.TaskingConflict):
        town.do(c.TakeBackIncident(incident_id=incident, from_office=OfficeId("p.a.2")), by=dispatcher())
    assert "p.a.2" in {t.office for t in town.get(incident).taskings}
