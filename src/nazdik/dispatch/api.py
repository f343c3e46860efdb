"""Routes of incidents, assignments, units, alarms and rules. Each translates and nothing more."""

from typing import Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch import commands as c
from nazdik.kernel import AlarmId, AssignmentId, IncidentId, LonLat, OfficeId, UnitId
from nazdik.kernel.text import code_of
from nazdik.published.door import BadInstant, CommandAnswer, Door, instant_or_none
from nazdik.published.questions import Answered


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request's body."""


class OpenBody(Body):
    """An incident without a call. `priority` is the kind's own when left out."""

    kind: str
    point: LonLat
    priority: int | None = None
    place: str = ""
    narrative: str = ""
    hazards: str = ""


class LateBody(Body):
    """What happened on paper; times are RFC 3339, in order."""

    kind: str
    priority: int
    point: LonLat
    received_at: str
    place: str = ""
    narrative: str = ""
    unit: str | None = None
    sent_at: str | None = None
    accepted_at: str | None = None
    en_route_at: str | None = None
    on_scene_at: str | None = None
    cleared_at: str | None = None
    disposition: str | None = None


class AssignBody(Body):
    """The units to send; `divert` takes them from what they are driving to."""

    units: tuple[str, ...]
    divert: bool = False


class PriorityBody(Body):
    """Another priority."""

    priority: int
    reason: str = ""


class PlaceBody(Body):
    """Another place."""

    point: LonLat
    place: str = ""


class KindBody(Body):
    """Another kind."""

    kind: str


class AnswersBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which question, which of its options; an empty option takes the answer back."""

    answers: tuple[Answered, ...]


class NoteBody(Body):
    """More words."""

    text: str


class ReasonBody(Body):
    """Why."""

    reason: str = ""


class DispositionBody(Body):
    """How it ended."""

    disposition: str


class TaskingBody(Body):
    """What to do with an incident between offices, and with which office."""

    act: Literal["delegate", "take_back", "pass_on", "monitor", "stop_monitoring"]
    office: str


class ReceiptBody(Body):
    """The handheld has the offer, or its alarm really sounded."""

    stage: Literal["delivered", "sounded"]
    device_at: str | None = None


class StepBody(Body):
    """When the officer did it, by his device's clock."""

    device_at: str | None = None


class AcceptBody(Body):
    """Accept; `en_route` when the same touch means driving off."""

    en_route: bool = False
    device_at: str | None = None


class RefuseBody(Body):
    """Why the officer cannot."""

    reason: str
    device_at: str | None = None


class ReportBody(Body):
    """A crew's short report; null where nothing was counted."""

    text: str = ""
    people: int | None = None
    vehicles: int | None = None

    def given(self) -> c.ReportGiven:
        """Return it as the core takes it."""
        return c.ReportGiven(self.text, self.people, self.vehicles)


class ClearBody(Body):
    """Done; with a disposition the incident may close. A short report may come with it."""

    disposition: str | None = None
    report: ReportBody | None = None
    device_at: str | None = None


class UnitBody(Body):
    """A unit to make known: its call sign is unique in its province."""

    call_sign: str
    office: str
    kind: Literal["car", "motorcycle", "van", "foot"] = "car"
    skills: tuple[str, ...] = ("patrol",)


class DutyBody(Body):
    """On duty with a crew of so many, which is unknown until somebody says it; or off."""

    on: bool
    crew: int | None = None
    skills: tuple[str, ...] | None = None


class StatusBody(Body):
    """Available or not, and what the unit does instead (an EIDO word)."""

    available: bool
    secondary: str = "InService"


class FreeSoonBody(Body):
    """In how many seconds a busy unit will be free; null takes that back."""

    in_s: float | None
    device_at: str | None = None


class EmergencyBody(Body):
    """Where the officer is, when the device knows."""

    point: LonLat | None = None
    device_at: str | None = None


class OwnEventBody(Body):
    """An officer's own event."""

    kind: str
    point: LonLat
    place: str = ""
    narrative: str = ""
    device_at: str | None = None


@post("/v1/incidents", status_code=201)
async def open_incident(data: JSONBody[OpenBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Open an incident without a call. Refusals: dispatch.kind_unknown, dispatch.place_outside_region (422)."""
    command = c.ClassifyIncident(
        incident_id=door.incident_id(),
        kind=data.kind,
        point=data.point,
        priority=data.priority,
        place=data.place,
        narrative=data.narrative,
        hazards=data.hazards,
    )
    return await door.act("open_incident", command, about=door.office)


@post("/v1/incidents/late", status_code=201)
async def enter_late(data: JSONBody[LateBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Enter what happened on paper, with its true times. Refusals: dispatch.stamps_out_of_order (422)."""
    received_at = instant_or_none(data.received_at)
    if received_at is None:
        raise BadInstant(text="")
    command = c.EnterLate(
        incident_id=door.incident_id(),
        kind=data.kind,
        priority=data.priority,
        point=data.point,
        received_at=received_at,
        place=data.place,
        narrative=data.narrative,
        unit_id=None if data.unit is None else UnitId(data.unit),
        sent_at=instant_or_none(data.sent_at),
        accepted_at=instant_or_none(data.accepted_at),
        en_route_at=instant_or_none(data.en_route_at),
        on_scene_at=instant_or_none(data.on_scene_at),
        cleared_at=instant_or_none(data.cleared_at),
        disposition=data.disposition,
    )
    return await door.act("enter_late", command, about=door.office)


@post("/v1/incidents/{incident_id:str}/assignments", status_code=200)
async def assign_units(
    incident_id: FromPath[str], data: JSONBody[AssignBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Send units.

    Refusals: dispatch.incident_not_found, dispatch.unit_not_found (404), dispatch.incident_is_closed,
    dispatch.unit_off_duty, dispatch.unit_not_available, dispatch.unit_taken (409).
    """
    command = c.AssignUnits(
        incident_id=IncidentId(incident_id), unit_ids=tuple(UnitId(u) for u in data.units), divert=data.divert
    )
    return await door.act("dispatch", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/priority", status_code=200)
async def change_priority(
    incident_id: FromPath[str], data: JSONBody[PriorityBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Change the priority; crews on it are alerted again. Refusals: dispatch.priority_unknown (422)."""
    command = c.ChangePriority(incident_id=IncidentId(incident_id), priority=data.priority, reason=data.reason)
    return await door.act("change_incident", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/place", status_code=200)
async def change_place(
    incident_id: FromPath[str], data: JSONBody[PlaceBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Change the place; crews on it are alerted again. Refusals: dispatch.place_outside_region (422)."""
    command = c.ChangePlace(incident_id=IncidentId(incident_id), point=data.point, place=data.place)
    return await door.act("change_incident", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/kind", status_code=200)
async def change_kind(
    incident_id: FromPath[str], data: JSONBody[KindBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Change the kind; whoever its plan lacks is sought. Refusals: dispatch.kind_unknown (422)."""
    command = c.ChangeKind(incident_id=IncidentId(incident_id), kind=data.kind)
    return await door.act("change_incident", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/notes", status_code=200)
async def add_note(
    incident_id: FromPath[str], data: JSONBody[NoteBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Add words; they stream to the crews. Refusals: dispatch.text_too_long (422)."""
    return await door.act("add_note", c.AddNote(incident_id=IncidentId(incident_id), text=data.text), about=incident_id)


@post("/v1/incidents/{incident_id:str}/answers", status_code=200)
async def answer_questions(
    incident_id: FromPath[str], data: JSONBody[AnswersBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Answer key questions of its kind; a priority may be proposed, and is never changed by that.

    Refusals: dispatch.question_unknown (422), dispatch.incident_is_closed (409).
    """
    command = c.AnswerQuestions(incident_id=IncidentId(incident_id), answers=data.answers)
    return await door.act("add_note", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/cancel", status_code=200)
async def cancel_incident(
    incident_id: FromPath[str], data: JSONBody[ReasonBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Call it off; every crew on it is told. Refusals: dispatch.incident_is_closed (409)."""
    command = c.CancelIncident(incident_id=IncidentId(incident_id), reason=data.reason)
    return await door.act("close", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/close", status_code=200)
async def close_incident(
    incident_id: FromPath[str], data: JSONBody[DispositionBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Close it. Refusals: dispatch.units_still_assigned, dispatch.incident_is_closed (409)."""
    command = c.CloseIncident(incident_id=IncidentId(incident_id), disposition=data.disposition)
    return await door.act("close", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/reopen", status_code=200)
async def reopen_incident(
    incident_id: FromPath[str], data: JSONBody[ReasonBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Open it again; units are sought. Refusals: dispatch.incident_is_open (409)."""
    command = c.ReopenIncident(incident_id=IncidentId(incident_id), reason=data.reason)
    return await door.act("close", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/disposition", status_code=200)
async def record_disposition(
    incident_id: FromPath[str], data: JSONBody[DispositionBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Say how it ended. Refusals: dispatch.disposition_unknown (422)."""
    command = c.RecordDisposition(incident_id=IncidentId(incident_id), disposition=data.disposition)
    return await door.act("change_incident", command, about=incident_id)


@post("/v1/incidents/{incident_id:str}/taskings", status_code=200)
async def task_offices(
    incident_id: FromPath[str], data: JSONBody[TaskingBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Delegate, take back, pass on, monitor. Refusals: dispatch.office_not_found (404), dispatch.tasking_conflict (409)."""
    incident, office = IncidentId(incident_id), OfficeId(data.office)
    command: c.Command
    match data.act:
        case "delegate":
            command = c.DelegateIncident(incident_id=incident, to_office=office)
        case "take_back":
            command = c.TakeBackIncident(incident_id=incident, from_office=office)
        case "pass_on":
            command = c.PassOnIncident(incident_id=incident, to_office=office)
        case "monitor" | "stop_monitoring":
            command = c.MonitorIncident(incident_id=incident, office=office, watching=data.act == "monitor")
    return await door.act("delegate", command, about=incident_id)


@post("/v1/assignments/{assignment_id:str}/receipts", status_code=200)
async def acknowledge_receipt(
    assignment_id: FromPath[str], data: JSONBody[ReceiptBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Say that the handheld has the offer, or that it sounded. Refusals: dispatch.assignment_not_found (404)."""
    command = c.Acknowledge(assignment_id=AssignmentId(assignment_id), stage=data.stage)
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


@post("/v1/assignments/{assignment_id:str}/accept", status_code=200)
async def accept_offer(
    assignment_id: FromPath[str], data: JSONBody[AcceptBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Accept an offer. Refusals: dispatch.offer_withdrawn (409), with who has it now."""
    command = c.AcceptOffer(assignment_id=AssignmentId(assignment_id), en_route=data.en_route)
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


@post("/v1/assignments/{assignment_id:str}/refuse", status_code=200)
async def refuse_offer(
    assignment_id: FromPath[str], data: JSONBody[RefuseBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Refuse an offer; the next nearest is sought. Refusals: dispatch.reason_unknown (422)."""
    command = c.RefuseOffer(assignment_id=AssignmentId(assignment_id), reason=data.reason)
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


async def _step(
    door: Door, assignment_id: str, step: Literal["en_route", "on_scene", "transporting"], data: StepBody
) -> CommandAnswer:
    command = c.StepOn(assignment_id=AssignmentId(assignment_id), step=step)
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


@post("/v1/assignments/{assignment_id:str}/en-route", status_code=200)
async def go_en_route(
    assignment_id: FromPath[str], data: JSONBody[StepBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Drive off. Refusals: dispatch.assignment_ended, dispatch.step_out_of_order (409)."""
    return await _step(door, assignment_id, "en_route", data)


@post("/v1/assignments/{assignment_id:str}/on-scene", status_code=200)
async def arrive(
    assignment_id: FromPath[str], data: JSONBody[StepBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Arrive; the safety timer starts. Refusals: dispatch.assignment_ended, dispatch.step_out_of_order (409)."""
    return await _step(door, assignment_id, "on_scene", data)


@post("/v1/assignments/{assignment_id:str}/transport", status_code=200)
async def transport(
    assignment_id: FromPath[str], data: JSONBody[StepBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Take somebody somewhere. Refusals: dispatch.assignment_ended, dispatch.step_out_of_order (409)."""
    return await _step(door, assignment_id, "transporting", data)


@post("/v1/assignments/{assignment_id:str}/clear", status_code=200)
async def clear_assignment(
    assignment_id: FromPath[str], data: JSONBody[ClearBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Be done. Refusals: dispatch.disposition_unknown, dispatch.report_invalid (422), dispatch.assignment_ended (409)."""
    command = c.ClearAssignment(
        assignment_id=AssignmentId(assignment_id),
        disposition=data.disposition,
        report=data.report.given() if data.report is not None else None,
    )
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


@post("/v1/assignments/{assignment_id:str}/withdraw", status_code=200)
async def withdraw_assignment(
    assignment_id: FromPath[str], data: JSONBody[ReasonBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Take the unit off. Refusals: dispatch.assignment_ended (409)."""
    command = c.WithdrawAssignment(assignment_id=AssignmentId(assignment_id), reason=data.reason)
    return await door.act("dispatch", command, about=assignment_id)


@post("/v1/assignments/{assignment_id:str}/safety-check", status_code=200)
async def answer_safety_check(
    assignment_id: FromPath[str], data: JSONBody[StepBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """All is well on scene. Refusals: dispatch.assignment_ended, dispatch.step_out_of_order (409)."""
    command = c.AnswerSafetyCheck(assignment_id=AssignmentId(assignment_id))
    return await door.act(
        "answer_safety_check", command, about=assignment_id, device_at=instant_or_none(data.device_at)
    )


@post("/v1/units", status_code=201)
async def enrol_unit(data: JSONBody[UnitBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Make a unit known; it starts off duty. Refusals: dispatch.call_sign_invalid (422), dispatch.unit_exists (409)."""
    province, sign = data.office.partition(".")[0], code_of(data.call_sign)
    command = c.EnrolUnit(
        unit_id=UnitId(f"{province}.u.{sign}"),
        call_sign=sign,
        office=OfficeId(data.office),
        kind=data.kind,
        skills=data.skills,
    )
    return await door.act("manage_devices", command, about=data.office)


@post("/v1/units/{unit_id:str}/duty", status_code=200)
async def set_duty(
    unit_id: FromPath[str], data: JSONBody[DutyBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Start or end duty. Refusals: dispatch.unit_not_found (404), dispatch.unit_has_assignment (409)."""
    unit = UnitId(unit_id)
    command: c.Command
    if data.on:
        crew = 0 if data.crew is None else max(1, min(data.crew, 20))
        command = c.StartDuty(unit_id=unit, crew=crew, skills=data.skills)
    else:
        command = c.EndDuty(unit_id=unit)
    return await door.act("set_unit_duty", command, about=unit_id)


@post("/v1/units/{unit_id:str}/status", status_code=200)
async def set_status(
    unit_id: FromPath[str], data: JSONBody[StatusBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Become available or not. Refusals: dispatch.unit_off_duty, dispatch.unit_has_assignment (409)."""
    command = c.SetUnitStatus(unit_id=UnitId(unit_id), available=data.available, secondary=data.secondary)
    return await door.act("set_unit_duty", command, about=unit_id)


@post("/v1/units/{unit_id:str}/free-soon", status_code=200)
async def say_free_soon(
    unit_id: FromPath[str], data: JSONBody[FreeSoonBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Say that a busy unit will be free in so many seconds.

    Refusals: dispatch.free_soon_out_of_range (422), dispatch.unit_is_free, dispatch.unit_off_duty,
    dispatch.step_out_of_order (409).
    """
    command = c.SayFreeSoon(unit_id=UnitId(unit_id), in_s=data.in_s)
    return await door.act("set_unit_duty", command, about=unit_id, device_at=instant_or_none(data.device_at))


@post("/v1/units/{unit_id:str}/emergency", status_code=200)
async def declare_emergency(
    unit_id: FromPath[str], data: JSONBody[EmergencyBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Panic: a P1 incident at the unit's place, the two nearest sent. Never refused for a known unit."""
    command = c.DeclareEmergency(unit_id=UnitId(unit_id), incident_id=door.incident_id(), point=data.point)
    return await door.act("declare_emergency", command, about=unit_id, device_at=instant_or_none(data.device_at))


@post("/v1/units/{unit_id:str}/emergency/acknowledge", status_code=200)
async def acknowledge_emergency(unit_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Say that a desk has seen it."""
    return await door.act("answer_emergency", c.AcknowledgeEmergency(unit_id=UnitId(unit_id)), about=unit_id)


@post("/v1/units/{unit_id:str}/emergency/end", status_code=200)
async def end_emergency(unit_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """The officer is safe."""
    return await door.act("end_emergency", c.EndEmergency(unit_id=UnitId(unit_id)), about=unit_id)


@post("/v1/units/{unit_id:str}/own-event", status_code=201)
async def open_own_event(
    unit_id: FromPath[str], data: JSONBody[OwnEventBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Start an officer's own event; the unit is on scene at once. Refusals: dispatch.unit_taken (409)."""
    command = c.OpenOwnEvent(
        incident_id=door.incident_id(),
        unit_id=UnitId(unit_id),
        kind=data.kind,
        point=data.point,
        place=data.place,
        narrative=data.narrative,
    )
    return await door.act("open_own_event", command, about=unit_id, device_at=instant_or_none(data.device_at))


@post("/v1/alarms/{alarm_id:str}/acknowledge", status_code=200)
async def acknowledge_alarm(alarm_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Take an alarm; it stops climbing. Refusals: dispatch.alarm_not_found (404)."""
    return await door.act("acknowledge_alarm", c.AcknowledgeAlarm(alarm_id=AlarmId(alarm_id)), about=alarm_id)


ROUTES: tuple[BaseRouteHandler, ...] = (
    open_incident,
    enter_late,
    assign_units,
    change_priority,
    change_place,
    change_kind,
    add_note,
    answer_questions,
    cancel_incident,
    close_incident,
    reopen_incident,
    record_disposition,
    task_offices,
    acknowledge_receipt,
    accept_offer,
    refuse_offer,
    go_en_route,
    arrive,
    transport,
    clear_assignment,
    withdraw_assignment,
    answer_safety_check,
    enrol_unit,
    set_duty,
    set_status,
    say_free_soon,
    declare_emergency,
    acknowledge_emergency,
    end_emergency,
    open_own_event,
    acknowledge_alarm,
)
