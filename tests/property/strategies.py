"""
What hypothesis draws for dispatch: whole scripts of a province's day, and single commands built from their types alone.

A step names things by number, counted among those there are when it is played, so that any script fits any town.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from nazdik.dispatch import commands as c
from nazdik.dispatch import unit_commands as uc
from nazdik.dispatch.desk_commands import (
    AskService,
    HandOverDesk,
    HoldIncident,
    JoinIncidents,
    ReleaseIncident,
    ReleaseService,
    TakeOverDesk,
    UnjoinIncident,
    WithdrawHandOver,
)
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.field_model import HandheldCheck, MessageId
from nazdik.dispatch.model import Assignment
from nazdik.dispatch.rules import Mode, Rules, StartDelays
from nazdik.dispatch.vocabulary import DISPOSITIONS, REFUSAL_REASONS
from nazdik.intake import commands as i
from nazdik.intake.model import CallBackResult, Channel, LocationSource, Outcome, RingingEnd
from nazdik.kernel import (
    Actor,
    AssignmentId,
    CallId,
    IncidentId,
    Instant,
    LonLat,
    OfficeId,
    Rejected,
    UnitId,
)
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.published.offices import Tier
from tests.town import Town, at_m, dispatcher, officer

Step = tuple[Any, ...]
STATIONS = ("p.a.1", "p.a.2", "p.b.1")
OFFICES = ("iran", "p", "p.a", "p.b", *STATIONS)
KINDS = ("fight", "noise", "crash_damage", "crash_injury", "shooting", "crowd", "fraud")
FLEET: tuple[tuple[str, str, tuple[str, ...], float | None], ...] = (
    ("A01", "p.a.1", ("patrol",), 1000),
    ("A02", "p.a.1", ("patrol", "traffic"), 4000),
    ("A03", "p.a.2", ("patrol", "armed"), 7000),
    ("A04", "p.b.1", ("patrol",), 16_000),
    ("A05", "p.b.1", ("patrol",), None),
)
THINGS_MAX = 6  # Incidents of one script; more of them would rarely meet.

_n = st.integers(0, 7)
_east = st.sampled_from([500.0, 2500.0, 4900.0, 6000.0, 16_000.0])
_points = st.one_of(_east.map(at_m), st.none())
_priority = st.sampled_from([None, 1, 1, 2, 3, 4, 5])
_answers = st.sampled_from(
    [("accept", False), ("accept", True), ("refuse", "vehicle_fault"), ("delivered",), ("sounded",), ("reserve",)]
)
_steps_on = st.sampled_from(
    ["en_route", "in_area", "on_scene", "transporting", "clear", "clear_ended", "safe", "unsafe", "take_back"]
)

# What most of a day is made of; a script of equal parts would hardly ever bring anybody to a scene.
CALL_ACTS = (
    "ring",
    "answer",
    "describe",
    "classify",
    "link",
    "unlink",
    "close",
    "give_up",
    "give_up",
    "take_back",
    "call_back",
)
_often = st.one_of(
    st.tuples(st.just("incident"), st.sampled_from(KINDS), _east, _priority),
    st.tuples(st.just("answer"), _n, _answers, st.booleans()),
    st.tuples(st.just("step"), _n, _steps_on, st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 16.0, 35.0, 70.0, 130.0])),
    st.tuples(st.just("free_soon"), _n, st.sampled_from([30.0, 90.0, 300.0])),
    st.tuples(st.just("call"), _n, st.sampled_from(CALL_ACTS),
              st.sampled_from(KINDS), _points),
    st.tuples(st.just("serve"), _n, st.integers(1, 7)),
    st.tuples(st.just("speak"), _n, st.integers(1, 5), st.sampled_from(KINDS), _points),
)  # fmt: skip
_seldom = st.one_of(
    st.tuples(st.just("duty"), _n, st.booleans()),
    st.tuples(st.just("status"), _n, st.booleans()),
    st.tuples(st.just("establish"), _n, st.sampled_from(["sign", "office", "skills", "retire", "back", "back"]),
              st.sampled_from(OFFICES)),
    st.tuples(st.just("free_soon"), _n, st.sampled_from([None, 10.0, 60.0, 300.0, 600.0])),
    st.tuples(st.just("self_test"), _n),
    st.tuples(st.just("message"), _n, st.booleans()),
    st.tuples(st.just("receipt"), _n, st.sampled_from(["delivered", "read"])),
    st.tuples(st.just("backup"), _n, st.booleans()),
    st.tuples(st.just("report"), _n, st.sampled_from([None, "report_taken", "arrest"])),
    st.tuples(st.just("free_soon"), _n, st.sampled_from([None, 60.0, 120.0])),
    st.tuples(st.just("willing"), st.sampled_from(OFFICES), st.sampled_from([2, 3, 6]), st.sampled_from([0.0, 60.0])),
    st.tuples(st.just("move"), _n, _east | st.none()),
    st.tuples(st.just("assign"), _n, st.lists(_n, min_size=1, max_size=3), st.booleans()),
    st.tuples(st.just("withdraw"), _n),
    st.tuples(st.just("priority"), _n, st.integers(1, 5)),
    st.tuples(st.just("place"), _n, _east),
    st.tuples(st.just("kind"), _n, st.sampled_from(KINDS)),
    st.tuples(st.just("note"), _n),
    st.tuples(st.just("end"), _n, st.sampled_from(["close", "cancel", "reopen", "disposition"])),
    st.tuples(st.just("office"), _n, st.sampled_from(["delegate", "take_back", "pass_on", "monitor", "leave"]),
              st.sampled_from(OFFICES), st.sampled_from(OFFICES)),
    st.tuples(st.just("seen"), _n, st.sampled_from(Tier)),
    st.tuples(st.just("panic"), _n, st.sampled_from(["declare", "declare", "seen", "end"]), _points),
    st.tuples(st.just("own"), _n, _east),
    st.tuples(st.just("alarm"), _n),
    st.tuples(st.just("shelve"), _n),
    st.tuples(st.just("desk"), _n),
    st.tuples(st.just("join"), _n, _n),
    st.tuples(st.just("hold"), _n, st.sampled_from([1, 5, 60])),
    st.tuples(st.just("service"), _n, st.booleans()),
    st.tuples(st.just("rules"), st.sampled_from(OFFICES), st.sampled_from([None, *Mode]), st.booleans()),
    st.tuples(st.just("sweep")),
    st.tuples(st.just("late"), _n, st.sampled_from(KINDS), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([400.0, 1300.0, 4000.0]), st.booleans()),
)  # fmt: skip
steps = st.one_of(_often, _often, _seldom)
scripts = st.lists(steps, min_size=20, max_size=45)


def new_town(make: Callable[[], Town] = Town) -> Town:
    """Return a town with its fleet on duty; what has ended leaves it within the hour, so that scripts see that too."""
    town = make()
    town.do(c.SetRules(office=OfficeId("iran"), rules=Rules(archive_after_s=3600.0)))
    for sign, office, skills, east_m in FLEET:
        town.unit(sign, east_m, office=office, skills=skills)
    return town


def play(town: Town, step: Step) -> Rejected | None:
    """Do one step; return the refusal when it was refused."""
    try:
        _STEPS[step[0]](town, *step[1:])
    except Rejected as refusal:
        return refusal
    return None


def _nth(things: Any, n: int) -> Any:
    """Return the nth of what there is, in the order of ids; None when there is nothing."""
    ordered = sorted(things)
    return ordered[n % len(ordered)] if ordered else None


def _unit(town: Town, n: int) -> UnitId:
    return UnitId(_nth(town.world.units, n))


def _incident(town: Town, n: int) -> IncidentId:
    return IncidentId(_nth(town.world.incidents, n) or "p.inobody")


def _assignment(town: Town, n: int) -> Assignment | None:
    """Return one that still runs when there is one, counted from the newest; now and then one that is over."""
    running = [a.id for a in town.world.assignments.values() if a.ended_at is None]
    found = _nth(running if n < 6 and running else town.world.assignments, n)
    return town.world.assignments[found] if found is not None else None


def _fresh(town: Town, what: str) -> str:
    return f"p.{what}{len(town.facts)}"


def _by(assignment: Assignment, on_behalf: bool) -> Actor:
    return dispatcher() if on_behalf else officer(assignment.unit_id)


def _open(town: Town, kind: str, east_m: float, priority: int | None) -> None:
    if len(town.world.incidents) < THINGS_MAX:
        incident_id = IncidentId(_fresh(town, "i"))
        opened = c.ClassifyIncident(incident_id=incident_id, kind=kind, point=at_m(east_m), priority=priority)
        town.do(opened, by=dispatcher())


def _answer(town: Town, n: int, answer: tuple[Any, ...], on_behalf: bool) -> None:
    assignment = _assignment(town, n)
    if assignment is None:
        return
    command: c.Command
    match answer:
        case ("accept", en_route):
            command = c.AcceptOffer(assignment_id=assignment.id, en_route=en_route)
        case ("refuse", reason):
            command = c.RefuseOffer(assignment_id=assignment.id, reason=reason)
        case ("delivered" | "sounded" as stage,):
            command = c.Acknowledge(assignment_id=assignment.id, stage=stage)
        case _:
            command = c.SeekUnits(incident_id=assignment.incident_id)
    town.do(command, by=_by(assignment, on_behalf))


def _step(town: Town, n: int, step: str, on_behalf: bool) -> None:
    assignment = _assignment(town, n)
    if assignment is None:
        return
    command: c.Command
    match step:
        case "clear":
            command = c.ClearAssignment(assignment_id=assignment.id)
        case "clear_ended":
            command = c.ClearAssignment(assignment_id=assignment.id, disposition="report_taken")
        case "take_back":
            steps = ("en_route", "on_scene", "transporting", "cleared", "withdrawn")
            last = assignment.state if assignment.state in steps else "on_scene"
            command = c.TakeBackStep(assignment_id=assignment.id, step=last)  # type: ignore[arg-type]
        case "unsafe":
            command = c.TakeBackStep(assignment_id=assignment.id, step="safety_check")
        case "safe":
            command = c.AnswerSafetyCheck(assignment_id=assignment.id)
        case _:
            command = c.StepOn(assignment_id=assignment.id, step=step)  # type: ignore[arg-type]
    town.do(command, by=_by(assignment, on_behalf))


def _serve(town: Town, n: int, depth: int) -> None:
    """An officer does what officers do, so far; whatever does not fit any more is refused."""
    assignment = _assignment(town, n % 6)
    if assignment is None:
        return
    of = {"assignment_id": assignment.id}
    done: list[c.Command] = [
        c.Acknowledge(**of, stage="delivered"),
        c.Acknowledge(**of, stage="sounded"),
        c.AcceptOffer(**of, en_route=n % 2 == 0),
        c.StepOn(**of, step="en_route"),
        c.StepOn(**of, step="in_area"),
        c.StepOn(**of, step="on_scene"),
        c.StepOn(**of, step="transporting") if n % 3 else c.AnswerSafetyCheck(**of),
        c.ClearAssignment(**of, disposition="report_taken" if n % 2 else None),
    ]
    for command in done[: depth + 1]:
        with suppress(Rejected):
            town.do(command, by=officer(assignment.unit_id))


def _speak(town: Town, n: int, depth: int, kind: str, point: LonLat | None) -> None:
    """Somebody calls, and the call-taker does what call-takers do, so far."""
    if len(town.world.incidents) >= THINGS_MAX:
        return
    call_id = CallId(_fresh(town, "c"))
    taker = Actor(id="taker:0", role="call_taker", office_id=OfficeId("p"))
    place = point or at_m(6000)
    last: i.Command = i.LinkCall(call_id=call_id, incident_id=_incident(town, n))
    if n % 2:
        last = i.ClassifyCall(call_id=call_id, kind=kind, point=place, narrative="secret words")
    said: list[i.Command] = [
        i.PresentCall(call_id=call_id, channel=Channel.TELEPHONE, number="110", name="secret name"),
        i.AnswerCall(call_id=call_id),
        i.DescribeCall(call_id=call_id, kind=kind, point=point),
        i.DescribeCall(call_id=call_id, kind=kind, point=place, place="a place", narrative="secret words"),
        i.DescribeCall(call_id=call_id, place="", narrative=""),
        i.SetCaller(call_id=call_id, name="secret name", callback="0622"),
        last,
        i.UnlinkCall(call_id=call_id) if n % 4 else i.CloseCall(call_id=call_id, outcome=Outcome.HOAX),
    ]
    for command in said[: depth + 1]:
        with suppress(Rejected):
            town.do(command, by=taker)


def _call(town: Town, n: int, act: str, kind: str, point: LonLat | None) -> None:
    call_id = CallId(_nth(town.writer.state.calls, n) or "p.cnobody")
    taker = Actor(id=f"taker:{n % 2}", role="call_taker", office_id=OfficeId("p"))
    place = point or at_m(2500)
    command: i.Command
    match act:
        case "ring" if len(town.world.incidents) < THINGS_MAX:
            command = i.PresentCall(
                call_id=CallId(_fresh(town, "c")), channel=Channel.TELEPHONE, number="110", point=point
            )
        case "describe":
            command = i.DescribeCall(call_id=call_id, kind=kind if n % 3 else None, point=point, narrative="…")
        case "classify":
            command = i.ClassifyCall(call_id=call_id, kind=kind, point=place, narrative="secret words")
        case "link":
            command = i.LinkCall(call_id=call_id, incident_id=_incident(town, n))
        case "unlink":
            command = i.UnlinkCall(call_id=call_id)
        case "close":
            command = i.CloseCall(call_id=call_id, outcome=Outcome.ADVICE if n % 2 else Outcome.ABANDONED)
        case "give_up":
            command = i.EndRinging(call_id=call_id, how=RingingEnd.ABANDONED)
        case "take_back":
            command = i.TakeCallBack(call_id=call_id)
        case "call_back":
            command = i.TryCallBack(call_id=call_id, result=list(CallBackResult)[n % 4])
        case "answer" if n % 4:
            command = i.AnswerCall(call_id=call_id)
        case _:
            command = i.LocateCall(call_id=call_id, source=LocationSource.NETWORK, point=place, accuracy_m=300.0)
    town.do(command, by=taker)


def _duty(town: Town, n: int, on: bool) -> None:
    unit_id = _unit(town, n)
    started: c.Command = c.StartDuty(unit_id=unit_id, crew=1 + n % 3)
    if n % 2:
        # Few numbers, so that people are often wanted on two crews.
        started = c.LogOnCrew(unit_id=unit_id, members=tuple(f"70{m}" for m in range(n % 3, n % 5 + 1)))
    town.do(started if on else c.EndDuty(unit_id=unit_id), by=officer(unit_id))


def _establish(town: Town, n: int, what: str, office: str) -> None:
    unit_id = _unit(town, n)
    if what == "retire":
        town.do(uc.RetireUnit(unit_id=unit_id))
    elif what == "back":
        town.do(uc.BringBackUnit(unit_id=unit_id))
    else:
        said: dict[str, Any] = {
            # Few, so that one is often another's.
            "sign": {"call_sign": f"B{n % 3}"},
            "office": {"office": OfficeId(office)},
            "skills": {"skills": ("patrol", "armed", "traffic")[: 1 + n % 3]},
        }[what]
        town.do(uc.ChangeUnit(unit_id=unit_id, **said))


def _status(town: Town, n: int, available: bool) -> None:
    secondary = ("Station" if n % 3 == 0 else "InService") if available else "Meal"
    town.do(c.SetUnitStatus(unit_id=_unit(town, n), available=available, secondary=secondary))


def _free_soon(town: Town, n: int, in_s: float | None) -> None:
    """A busy crew says when it is free; most often one that is on scene."""
    busy = [u.id for u in town.world.units.values() if u.on_duty and (u.assignment_id is not None or not u.available)]
    unit_id = UnitId(_nth(busy, n) or _unit(town, n))
    town.do(c.SayFreeSoon(unit_id=unit_id, in_s=in_s), by=officer(unit_id) if n % 2 else dispatcher())


def _self_test(town: Town, n: int) -> None:
    """A handheld tries itself, on duty or off, in the middle of anything."""
    unit_id = _unit(town, n)
    checks = (HandheldCheck("sound", "failed" if n % 2 else "ok"), HandheldCheck("battery", "ok", n / 100))
    town.do(c.RecordSelfTest(unit_id=unit_id, checks=checks, app_version="0.1.0"), by=officer(unit_id))


def _message(town: Town, n: int, from_desk: bool) -> None:
    """The desk writes to a unit or to all on an incident, a crew to the desk."""
    message_id, unit_id = MessageId(_fresh(town, "m")), _unit(town, n)
    if from_desk and n % 2:
        incident_id = _incident(town, n)
        town.do(c.SendMessage(message_id=message_id, text="?", incident_id=incident_id), by=dispatcher())
    else:
        by = dispatcher() if from_desk else officer(unit_id)
        town.do(c.SendMessage(message_id=message_id, text="?", unit_id=unit_id), by=by)


def _message_receipt(town: Town, n: int, stage: Literal["delivered", "read"]) -> None:
    message = town.world.messages.get(_nth(town.world.messages, n))
    if message is None:
        return
    unit_id = message.from_unit or message.to[0].unit_id
    by = dispatcher() if message.from_unit else officer(unit_id)
    town.do(c.AcknowledgeMessage(message_id=message.id, unit_id=unit_id, stage=stage), by=by)


def _backup(town: Town, n: int, urgent: bool) -> None:
    """A crew asks for another unit, at work or not."""
    if (assignment := _assignment(town, n)) is not None:
        town.do(c.RequestBackup(assignment_id=assignment.id, urgent=urgent), by=_by(assignment, urgent))


def _report(town: Town, n: int, disposition: str | None) -> None:
    """A crew files or changes its short report, too early, in time or too late."""
    assignment = _assignment(town, n)
    if assignment is None:
        return
    report = c.ReportGiven(text="x" * (n % 3), people=n % 4 - 1 if n % 5 else None)
    filed = c.FileReport(assignment_id=assignment.id, report=report, disposition=disposition)
    town.do(filed, by=_by(assignment, n % 2 == 0))


def _willing(town: Town, office: str, from_priority: int, margin_s: float) -> None:
    """An office lets automatic dispatch wait for units that are free soon."""
    delays = StartDelays(wait_from_priority=from_priority, wait_margin_s=margin_s, turnout_s=30.0)
    town.do(c.SetRules(office=OfficeId(office), rules=Rules(archive_after_s=3600.0, delays=delays)), by=dispatcher())


def _move(town: Town, n: int, east_m: float | None) -> None:
    if east_m is None:
        town.road.fixes.pop(_unit(town, n), None)
    else:
        town.move(_unit(town, n), east_m)


def _assign(town: Town, n: int, units: list[int], divert: bool) -> None:
    unit_ids = tuple(_unit(town, u) for u in units)
    town.do(c.AssignUnits(incident_id=_incident(town, n), unit_ids=unit_ids, divert=divert), by=dispatcher())


def _withdraw(town: Town, n: int) -> None:
    assignment = _assignment(town, n)
    if assignment is not None:
        town.do(c.WithdrawAssignment(assignment_id=assignment.id, reason="other plan"), by=dispatcher())


def _change(make: Callable[[IncidentId, Any], c.Command]) -> Callable[..., None]:
    return lambda town, n, value=None: town.do(make(_incident(town, n), value), by=dispatcher())


def _end(town: Town, n: int, act: str) -> None:
    incident_id = _incident(town, n)
    commands: dict[str, c.Command] = {
        "close": c.CloseIncident(incident_id=incident_id, disposition="no_report"),
        "cancel": c.CancelIncident(incident_id=incident_id, reason="error"),
        "reopen": c.ReopenIncident(incident_id=incident_id, reason="called again"),
        "disposition": c.RecordDisposition(incident_id=incident_id, disposition="arrest"),
    }
    town.do(commands[act], by=dispatcher())


def _office(town: Town, n: int, act: str, office: str, by: str) -> None:
    incident_id, other = _incident(town, n), OfficeId(office)
    incident = town.world.incidents.get(incident_id)
    if act in ("take_back", "leave") and incident is not None:
        # Only an office that was given it can give it back.
        given = [t.office for t in incident.taskings if (t.by is not None) == (act == "take_back")]
        other = _nth(given, n) or other
    commands: dict[str, c.Command] = {
        "delegate": c.DelegateIncident(incident_id=incident_id, to_office=other),
        "take_back": c.TakeBackIncident(incident_id=incident_id, from_office=other),
        "pass_on": c.PassOnIncident(incident_id=incident_id, to_office=other),
        "monitor": c.MonitorIncident(incident_id=incident_id, office=other),
        "leave": c.MonitorIncident(incident_id=incident_id, office=other, watching=False),
    }
    town.do(commands[act], by=dispatcher(by))


def _panic(town: Town, n: int, act: str, point: LonLat | None) -> None:
    unit_id = _unit(town, n)
    match act:
        case "declare" if len(town.world.incidents) < THINGS_MAX:
            declared = c.DeclareEmergency(unit_id=unit_id, incident_id=IncidentId(_fresh(town, "i")), point=point)
            town.do(declared, by=officer(unit_id))
        case "seen":
            town.do(c.AcknowledgeEmergency(unit_id=unit_id), by=dispatcher())
        case _:
            town.do(c.EndEmergency(unit_id=unit_id), by=officer(unit_id))


def _own(town: Town, n: int, east_m: float) -> None:
    unit_id = _unit(town, n)
    if len(town.world.incidents) < THINGS_MAX:
        own = c.OpenOwnEvent(
            incident_id=IncidentId(_fresh(town, "i")), unit_id=unit_id, kind="suspicious", point=at_m(east_m)
        )
        town.do(own, by=officer(unit_id))


def _alarm(town: Town, n: int) -> None:
    if n % 4 == 0:
        town.do(c.AcknowledgeAlarms(alarm_ids=tuple(sorted(town.world.alarms)[: n % 7])), by=dispatcher())
        return
    town.do(c.AcknowledgeAlarm(alarm_id=_nth(town.world.alarms, n) or "p.inobody!waiting"), by=dispatcher())


def _shelve(town: Town, n: int) -> None:
    alarm_id = _nth(town.world.alarms, n) or "p.inobody!waiting"
    town.do(c.ShelveAlarm(alarm_id=alarm_id, minutes=5, reason="known already"), by=dispatcher())
    if n % 2:
        town.do(c.UnshelveAlarm(alarm_id=alarm_id), by=dispatcher())


def _desk(town: Town, n: int) -> None:
    """One of three people gives the desk with all that is open, or whoever comes takes what stands, or its giver stays."""
    person = replace(dispatcher(), id=f"dispatcher:{1 + n % 3}")
    standing = next(iter(sorted(town.world.hand_overs)), None)
    if standing is None or n % 5 == 0:
        mine = tuple(i.id for i in town.world.incidents.values() if i.keeper in (None, person.id))
        town.do(
            HandOverDesk(
                hand_over_id=HandOverId(_fresh(town, "h")), office=OfficeId("p"), incidents=mine, note="all of it"
            ),
            by=person,
        )
    elif n % 4 == 0:
        town.do(WithdrawHandOver(hand_over_id=standing), by=person)
    else:
        town.do(TakeOverDesk(hand_over_id=standing), by=person)


def _join(town: Town, n: int, other: int) -> None:
    """Two that are open become one, or one that went into another is one again."""
    world = town.world
    gone = sorted(i.id for i in world.incidents.values() if i.joined_into is not None)
    if gone and n % 2:
        town.do(UnjoinIncident(incident_id=gone[n % len(gone)]), by=dispatcher())
        return
    both = [_nth(world.incidents, n), _nth(world.incidents, other)]
    if both[0] is not None and both[1] is not None:
        town.do(JoinIncidents(incident_id=both[0], into=both[1]), by=dispatcher())


def _rules(town: Town, office: str, mode: Mode | None, pre_alert: bool) -> None:
    rules = None if mode is None else Rules(modes=(mode,) * 5, pre_alert=pre_alert, archive_after_s=3600.0)
    town.do(c.SetRules(office=OfficeId(office), rules=rules), by=dispatcher())


def _late(town: Town, n: int, kind: str, with_unit: bool) -> None:
    late = c.EnterLate(
        incident_id=IncidentId(_fresh(town, "i")),
        kind=kind,
        priority=1 + n % 5,
        point=at_m(2500),
        received_at=plus_s(town.now, -7200),
        unit_id=_unit(town, n) if with_unit else None,
        on_scene_at=plus_s(town.now, -3600) if with_unit else None,
        cleared_at=plus_s(town.now, -1800 if n % 4 else 7200),
        disposition="report_taken" if n % 2 else None,
    )
    if len(town.world.incidents) < THINGS_MAX:
        town.do(late, by=dispatcher())


_STEPS: dict[str, Callable[..., None]] = {
    "incident": _open,
    "answer": _answer,
    "step": _step,
    "serve": _serve,
    "call": _call,
    "speak": _speak,
    "wait": lambda town, seconds, fresh=True: town.wait(seconds, fresh=fresh),
    "duty": _duty,
    "establish": _establish,
    "status": _status,
    "free_soon": _free_soon,
    "self_test": _self_test,
    "backup": _backup,
    "message": _message,
    "receipt": _message_receipt,
    "report": _report,
    "willing": _willing,
    "move": _move,
    "assign": _assign,
    "withdraw": _withdraw,
    "priority": _change(lambda incident_id, n: c.ChangePriority(incident_id=incident_id, priority=n)),
    "place": _change(lambda incident_id, east_m: c.ChangePlace(incident_id=incident_id, point=at_m(east_m))),
    "kind": _change(lambda incident_id, kind: c.ChangeKind(incident_id=incident_id, kind=kind)),
    "note": _change(lambda incident_id, _: c.AddNote(incident_id=incident_id, text="a note")),
    "seen": _change(lambda incident_id, tier: c.RecordSeen(incident_id=incident_id, tier=tier)),
    "end": _end,
    "office": _office,
    "panic": _panic,
    "own": _own,
    "alarm": _alarm,
    "shelve": _shelve,
    "desk": _desk,
    "join": _join,
    "hold": _change(
        lambda incident_id, minutes: (
            ReleaseIncident(incident_id=incident_id)
            if minutes == 60
            else HoldIncident(incident_id=incident_id, minutes=minutes, words="later")
        )
    ),
    "service": _change(
        lambda incident_id, asked: (AskService if asked else ReleaseService)(
            incident_id=incident_id, service="ambulance-115"
        )
    ),
    "rules": _rules,
    "late": _late,
    "sweep": lambda town: town.do(i.ArchiveCalls(call_id=CallId("p.sweep"), ended_before=plus_s(town.now, -60))),
}


# Commands from their types alone

# What only intake's facts ask for has no sender: it is as right as the calls it comes from.
_ASKED_BY_CALLS = (c.AwaitCallBack, c.SettleCallBack)
# And what a change of the office tree asks for names offices that come with it.
_ASKED_BY_THE_TREE = (c.RehomeUnit, c.GiveToHeir)
COMMAND_TYPES: tuple[type[Any], ...] = (
    *(kind for kind in c.Command.__subclasses__() if kind not in _ASKED_BY_CALLS + _ASKED_BY_THE_TREE),
    *i.Command.__subclasses__(),
)

_IDS: dict[Any, st.SearchStrategy[str]] = {
    UnitId: st.sampled_from(["p.u.A01", "p.u.A03", "p.u.A05"]),
    IncidentId: st.sampled_from(["p.i1", "p.i2", "p.i3", "p.inew"]),
    AssignmentId: st.sampled_from(["p.i1.1", "p.i2.1", "p.i2.2"]),
    OfficeId: st.sampled_from(OFFICES),
    CallId: st.sampled_from(["p.c8", "p.c9", "p.cnew"]),
}
_STRANGE = st.text(max_size=12) | st.sampled_from(["", ".", "p", "p.", "p.i1", "p.u.A01", "!", "iran", "x" * 200])
_CODES = st.sampled_from([*KINDS, *DISPOSITIONS, *sorted(REFUSAL_REASONS), "InService", "patrol", "armed"])
_TEXTS = st.text(max_size=12) | _CODES | st.just("x" * 5000)
_FLOATS = st.floats() | st.sampled_from([0.0, 48.01, 31.0, 30.0, 60.0, 3600.0])


@cache
def of_type(wanted: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a type as commands use them; ids are mostly those of things there are."""
    if wanted in _IDS:
        return st.one_of(_IDS[wanted], _IDS[wanted], _STRANGE)
    if wanted is LonLat:
        here = st.sampled_from([at_m(500), at_m(6000), LonLat(31.0, 48.0), LonLat(0.0, 0.0)])
        return here | st.builds(LonLat, _FLOATS, _FLOATS)
    if wanted is Instant:
        return st.integers(-(2**62), 2**62) | st.integers(1_789_990_000_000_000, 1_790_100_000_000_000)
    if hasattr(wanted, "__supertype__"):
        return _STRANGE
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return st.sampled_from(wanted)
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return built(wanted)
    origin, args = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (Union, UnionType):
        return st.one_of([of_type(arg) for arg in args])
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(of_type(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*[of_type(arg) for arg in args])
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: _TEXTS,
        int: st.integers(-2, 7) | st.integers(-(2**63), 2**63 - 1),
        float: _FLOATS,
        bool: st.booleans(),
        NoneType: st.none(),
        msgspec.UnsetType: st.just(msgspec.UNSET),
    }
    return plain[wanted]


def built(struct: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a Struct: every field of its type, those with a default also left out."""
    hints = get_type_hints(struct)
    required, optional = {}, {}
    for field in msgspec.structs.fields(struct):
        (required if field.required else optional)[field.name] = of_type(hints[field.name])
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: struct(**given))


any_command = st.sampled_from(COMMAND_TYPES).flatmap(built)
any_actor = st.sampled_from([SYSTEM, dispatcher(), dispatcher("p.a.1"), dispatcher("iran"), officer(UnitId("p.u.A01"))])


def busy_town() -> Town:
    """Return a town in the midst of things: on the way, on scene, waiting, a draft, a call, an alarm, an emergency."""
    town = new_town()
    for number, (kind, east_m) in enumerate(
        [("fight", 900.0), ("crash_injury", 4000.0), ("shooting", 7000.0)], start=1
    ):
        town.incident(kind, east_m, name=str(number))
    accepted = town.accept(IncidentId("p.i1"), en_route=True)
    town.do(c.StepOn(assignment_id=accepted, step="on_scene"))
    for number in ("8", "9"):
        call_id = CallId(f"p.c{number}")
        town.do(i.PresentCall(call_id=call_id, channel=Channel.APP, point=at_m(2000)))
    town.do(i.DescribeCall(call_id=CallId("p.c9"), kind="fight", point=at_m(2000)))
    with suppress(Rejected):
        town.do(c.DeclareEmergency(unit_id=UnitId("p.u.A04"), incident_id=IncidentId("p.i4"), point=at_m(16_000)))
    town.wait(20)
    return town
