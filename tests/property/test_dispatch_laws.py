"""Whatever is asked of a province, by whomever, in whatever order, while time passes: what is accepted is lawful."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.province_state import ProvinceState, decode, first_state, fold
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch.decisions import follow_ups
from nazdik.dispatch.model import (
    ACTIVE,
    OFFERED,
    AlarmCause,
    Assignment,
    AssignmentState,
    Incident,
    IncidentStatus,
    OfficeRole,
    Unit,
    WaitingReason,
    World,
)
from nazdik.dispatch.projections import alarm_view, call_back_view, detail_view, incident_view, unit_view
from nazdik.dispatch.recommend import fitness_of
from nazdik.dispatch.starts import start_of
from nazdik.intake.model import CallBack
from nazdik.intake.projections import call_view
from nazdik.kernel import Actor, IncidentId, ProvinceId, Rejected
from nazdik.published.sight import HEALTH_BITS
from tests.property.strategies import Step, any_actor, any_command, busy_town, new_town, play, scripts
from tests.town import Town

TIMERS_OF_AN_ASSIGNMENT = {"hold", "answer", "move", "late", "safety", "missed"}
TIMERS_OF_AN_INCIDENT = {"wait", "retry", "archive", "held"}


def running_of(world: World, unit_id: str) -> list[Assignment]:
    return [a for a in world.assignments.values() if a.unit_id == unit_id and a.state in ACTIVE]


def status_by_hand(world: World, incident: Incident) -> str:
    """The status as the glossary tells it, worked out from the assignments once more."""
    if incident.cancelled_at is not None:
        return "Cancelled"
    if incident.closed_at is not None:
        return "Closed"
    every = [world.assignments[a] for a in incident.assignments]
    if any(a.state in ("on_scene", "transporting") for a in every):
        return "ResourcesOnscene"
    if any(a.state == "en_route" for a in every):
        return "ResourcesEnroute"
    if incident.draft:
        return "Draft"
    if any(a.state in ACTIVE for a in every):
        return "ResourcesAssigned"
    if incident.waiting_reason is not None:
        return "Waiting"
    done = [a for a in every if a.state == "cleared" and (a.cleared_at or 0) > (incident.served_before or 0)]
    return "ReportPending" if done else "Active"


def check_units(town: Town) -> None:
    world = town.world
    for unit in world.units.values():
        running = running_of(world, unit.id)
        assert [a.id for a in running] == ([unit.assignment_id] if unit.assignment_id is not None else [])
        assert unit.on_duty or unit.assignment_id is None, "nobody works off duty"
        assert town.road.masks[unit.id] & ~HEALTH_BITS == fitness_of(world, unit), "the road knows who is fit"
        rules = town.around.rules_for(world, unit.office)
        assert town.road.starts[unit.id] == start_of(world, unit, rules), "the road knows who can set out when"
        check_free_soon(world, unit)
        assert unit.retired_at is None or not unit.on_duty, "nobody is on duty with what is out of use"
        assert all(world.signs[sign.upper()] == unit.id for sign in (unit.call_sign, *unit.former_signs))
    members = [member for unit in world.units.values() for member in unit.members]
    assert len(set(members)) == len(members), "nobody is on two crews"
    assert all(unit.on_duty and len(unit.members) == unit.crew for unit in world.units.values() if unit.members)
    assert town.log.held() == {u.id: u.assignment_id for u in world.units.values() if u.assignment_id is not None}


def check_free_soon(world: World, unit: Unit) -> None:
    """A word about being free is of a busy unit, and has its end."""
    if unit.free_soon is None:
        assert f"free:{unit.id}" not in world.deadlines
        return
    assert world.deadlines[f"free:{unit.id}"] == unit.free_soon.free_at, "nobody is expected for ever"
    assert unit.on_duty and unit.emergency is None
    if unit.assignment_id is None:
        assert not unit.available
    else:
        assert world.assignments[unit.assignment_id].state in (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING)


def check_awaited(world: World) -> None:
    """Who waits for a unit lacks one, and has a way on when it does not come."""
    for incident_id, awaits in world.awaits.items():
        incident = world.incidents[incident_id]
        assert awaits and incident_id in world.waiting and world.missing_needs(incident)
        if incident.waiting_reason is WaitingReason.FREE_SOON:
            assert f"retry:{incident.id}" in world.deadlines
    promised = [a.unit_id for i in world.incidents.values() for a in world.awaited_by(i) if a.by is None]
    assert len(set(promised)) == len(promised), "one car is promised once"


def check_chosen(town: Town) -> None:
    """Nobody is sent while busy, and nobody is waited for unless the office said so."""
    world = town.world
    for incident in world.incidents.values():
        advice = incident.recommendation
        for candidate in advice.candidates if advice is not None else ():
            assert not (candidate.chosen and candidate.is_free_soon)
            if candidate.reason == "awaited":
                assert candidate.is_free_soon and advice is not None and advice.priority > 1
                assert 0 < candidate.wait_s <= 3600


def check_incidents(world: World) -> None:
    numbers = [incident.number for incident in world.incidents.values()]
    assert len(set(numbers)) == len(numbers) and all(1 <= number <= world.last_number for number in numbers)
    for incident in world.incidents.values():
        assert world.status_of(incident) == status_by_hand(world, incident)
        assert incident.assignments == tuple(a for a in incident.assignments if a in world.assignments)
        assert not (incident.ended and world.active_assignments(incident)), "nobody works on what is over"
        assert (
            (incident.waiting_reason is None) == (incident.waiting_since is None) == (incident.id not in world.waiting)
        )
        assert not (incident.ended and incident.id in world.waiting)
        offices = [t.office for t in incident.taskings]
        if incident.station is not None and not incident.draft and not incident.ended:
            passed_on = any(t.role is OfficeRole.TRANSFERRED_TO for t in incident.taskings)
            assert incident.station in offices or passed_on, "the station that answers for it has it"
        assert len(set(offices)) == len(offices), "an office has an incident once"
    assert set(world.waiting) <= set(world.incidents)
    assert {a.incident_id for a in world.assignments.values()} <= set(world.incidents)


def check_timers(world: World) -> None:
    for key in world.deadlines:
        timer, _, subject = key.partition(":")
        if timer in TIMERS_OF_AN_ASSIGNMENT:
            assert world.assignments[subject].state in ACTIVE, f"{key} rings for what is over"  # type: ignore[index]
        elif timer in TIMERS_OF_AN_INCIDENT:
            incident = world.incidents[IncidentId(subject)]
            assert incident.ended == (timer == "archive"), key
        elif timer == "callback":
            assert subject in world.call_backs
        elif timer == "desk":
            assert subject in world.hand_overs
        elif timer == "free":
            assert world.units[subject].free_soon is not None  # type: ignore[index]
        else:
            assert timer == "climb" and world.alarms[subject].acknowledged_at is None  # type: ignore[index]
    for assignment in world.assignments.values():
        if assignment.state in OFFERED:
            assert world.deadlines[f"answer:{assignment.id}"] == assignment.answer_by, "every offer has its end"
        if assignment.state is AssignmentState.RESERVED:
            assert f"hold:{assignment.id}" in world.deadlines, "every pre-alert has its end"
        if assignment.state is AssignmentState.ACCEPTED:
            assert watched(world, assignment, "move", AlarmCause.NOT_MOVING)
        if assignment.state is AssignmentState.EN_ROUTE:
            assert watched(world, assignment, "late", AlarmCause.LATE)
        if assignment.state in (AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING):
            asked = f"missed:{assignment.id}" in world.deadlines
            assert asked or watched(world, assignment, "safety", AlarmCause.SAFETY_CHECK), "an officer out of mind"
    for incident in world.incidents.values():
        assert not incident.ended or f"archive:{incident.id}" in world.deadlines
        assert (incident.hold is not None) == (f"held:{incident.id}" in world.deadlines), "what is put aside comes back"
        if incident.hold is not None:
            assert not world.active_assignments(incident) and incident.id not in world.waiting, (
                "nobody is sought for it"
            )


def watched(world: World, assignment: Assignment, timer: str, cause: AlarmCause) -> bool:
    """Whether a timer runs for the assignment, or the alarm it would raise is up already."""
    up = any(
        a.cause is cause and a.incident_id == assignment.incident_id and a.unit_id == assignment.unit_id
        for a in world.alarms.values()
    )
    return up or f"{timer}:{assignment.id}" in world.deadlines


def check_alarms(world: World) -> None:
    for alarm in world.alarms.values():
        incident = world.incidents.get(alarm.incident_id) if alarm.incident_id is not None else None
        if alarm.cause is AlarmCause.PANIC:
            assert alarm.unit_id is not None and world.units[alarm.unit_id].emergency is not None
            continue
        if alarm.cause is AlarmCause.DESK_LEFT:
            given = alarm.id.partition("!")[0]
            assert given in world.hand_overs, "an alarm ends with what it is about"
            assert f"desk:{given}" not in world.deadlines, "one clock at a time"
        elif alarm.cause is AlarmCause.CREW_LAPSED:
            assert alarm.climbs_at is None, "a notice to the station and to nobody above"
            continue
        elif alarm.call_id is not None:
            assert alarm.call_id in world.call_backs, "an alarm ends with what it is about"
        else:
            assert incident is not None and not incident.ended, "an alarm ends with what it is about"
        is_top = alarm.tier == "national"
        rings = alarm.acknowledged_at is None
        assert (f"climb:{alarm.id}" in world.deadlines) == (rings and not is_top), "it climbs until taken"


def check_call_backs(state: ProvinceState) -> None:
    """Whoever waits to be called back is watched: a clock runs, or its alarm is up."""
    world = state.world
    due = {call.id for call in state.calls.values() if call.call_back is CallBack.DUE and not call.call_back_asked}
    assert due == set(world.call_backs)
    up = {alarm.call_id for alarm in world.alarms.values() if alarm.call_id is not None}
    for call_id in due:
        assert (f"callback:{call_id}" in world.deadlines) != (call_id in up)


def check(town: Town) -> None:
    check_call_backs(town.writer.state)
    check_units(town)
    check_awaited(town.world)
    check_chosen(town)
    check_incidents(town.world)
    check_timers(town.world)
    check_alarms(town.world)


def views(state: ProvinceState) -> list[Any]:
    """Every view of a state; making them must work whatever has happened."""
    world = state.world
    every: list[Any] = [incident_view(world, incident) for incident in world.incidents.values()]
    every += [detail_view(world, incident, ()) for incident in world.incidents.values()]
    every += [unit_view(world, unit, 0) for unit in world.units.values()]
    every += [call_back_view(awaited) for awaited in world.call_backs.values()]
    every += [alarm_view(world, alarm) for alarm in world.alarms.values()]
    every += [call_view(call) for call in state.calls.values()]
    return sorted(every, key=lambda view: (type(view).__name__, view.id))


def replayed(town: Town) -> ProvinceState:
    state = first_state(ProvinceId("p"))
    for entry in town.log.entries:
        state = fold(state, decode(entry.kind, entry.body))
    return state


def tried(town: Town, step: Step) -> None:
    """Play a step; a refusal leaves no trace."""
    before, masks, facts = town.writer.state, dict(town.road.masks), len(town.facts)
    starts = dict(town.road.starts)
    refusal = play(town, step)
    if refusal is not None and len(town.facts) == facts:
        assert town.writer.state == before
        assert town.road.masks == masks and town.road.starts == starts
    check(town)


@settings(max_examples=300, deadline=None)
@given(scripts)
def test_no_script_of_commands_breaks_a_province(script: list[Step]) -> None:
    town = new_town()
    for step in script:
        tried(town, step)
    live = town.writer.state
    assert replayed(town) == live
    assert snapshot(replayed(town)) == snapshot(live)
    assert restore(snapshot(live)) == live
    assert views(restore(snapshot(live))) == views(live)
    assert town.log.verify().whole
    follow_ups(
        town.world, [f for f in town.facts if hasattr(f, "incident_id") and f.incident_id in town.world.incidents]
    )


@settings(max_examples=250, deadline=None)
@given(scripts)
def test_when_faults_stop_nobody_is_forgotten(script: list[Step]) -> None:
    """Ten quiet minutes later every offer was answered or went on, and who waits is known and somebody's alarm."""
    town = new_town()
    for step in script:
        play(town, step)
    town.wait(600)
    world, now = town.world, town.now
    check(town)
    assert not [key for key, due in world.deadlines.items() if due <= now and not key.startswith("retry")]
    for assignment in world.assignments.values():
        assert assignment.state not in OFFERED or (assignment.answer_by or 0) > now
    for incident in world.incidents.values():
        if incident.ended or incident.draft or not world.missing_needs(incident):
            continue
        if world.serving(incident) and incident.withdrawn_by_hand:
            continue  # Whoever took one of several units off by hand holds the others to be enough.
        if world.active_assignments(incident):
            assert incident.waiting_reason is not None, f"{incident.id} is half forgotten"
            continue
        assert incident.waiting_reason is not None, f"{incident.id} lacks somebody and nobody knows"
        assert world.status_of(incident) is IncidentStatus.WAITING
        if (incident.priority or 3) <= 2:
            assert any(a.incident_id == incident.id for a in world.alarms.values()), f"{incident.id} waits in silence"


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(any_command, any_actor), min_size=1, max_size=6))
def test_a_command_of_any_values_is_done_or_refused_and_never_fails(asked: list[tuple[Any, Actor]]) -> None:
    town = busy_town()
    for command, actor in asked:
        before, masks, starts = town.writer.state, dict(town.road.masks), dict(town.road.starts)
        try:
            town.do(command, by=actor)
        except Rejected as refusal:
            assert refusal.code.count(".") == 1
            json.dumps(refusal.details, default=str)
            assert town.writer.state == before
            assert town.road.masks == masks and town.road.starts == starts
        check(town)
    views(town.writer.state)
    assert replayed(town) == town.writer.state
