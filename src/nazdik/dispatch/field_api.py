"""Routes of handhelds, and of what crews tell from the field."""

from typing import Literal

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch import commands as c
from nazdik.dispatch.api import Body, ReportBody
from nazdik.dispatch.field_model import HandheldCheck, MessageId
from nazdik.kernel import AssignmentId, IncidentId, ProvinceId, UnitId
from nazdik.published.door import CommandAnswer, Door, instant_or_none


class CheckBody(Body):
    """One check: `unknown` when the device does not tell. `value` is what was measured, in the unit its name says."""

    name: Literal[
        "sound", "vibration", "location", "accuracy", "battery", "clock", "link", "notices", "screen", "storage"
    ]
    state: Literal["ok", "failed", "unknown"]
    value: float | None = None


class SelfTestBody(Body):
    """A handheld's self-test: age of the fix (s), battery (0 to 1), clock ahead of ours (s), round trip of the link (ms)."""

    checks: tuple[CheckBody, ...]
    app_version: str = ""
    device_at: str | None = None


@post("/v1/units/{unit_id:str}/self-test", status_code=200)
async def record_self_test(
    unit_id: FromPath[str], data: JSONBody[SelfTestBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Keep how a handheld's self-test came out. Refusals: dispatch.unit_not_found (404), dispatch.self_test_invalid (422)."""
    command = c.RecordSelfTest(
        unit_id=UnitId(unit_id),
        checks=tuple(HandheldCheck(check.name, check.state, check.value) for check in data.checks),
        app_version=data.app_version,
    )
    return await door.act("test_handheld", command, about=unit_id, device_at=instant_or_none(data.device_at))


class FileReportBody(Body):
    """A crew's short report, filed or changed; without a disposition what was said of how it ended stands."""

    report: ReportBody
    disposition: str | None = None
    device_at: str | None = None


@post("/v1/assignments/{assignment_id:str}/report", status_code=200)
async def file_report(
    assignment_id: FromPath[str], data: JSONBody[FileReportBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    File or change a crew's short report: at work, and after it for as long as its office allows (half an hour as it ships).

    Refusals: dispatch.report_invalid, dispatch.disposition_unknown, dispatch.text_too_long (422),
    dispatch.report_is_final, dispatch.step_out_of_order, dispatch.assignment_ended (409).
    """
    command = c.FileReport(
        assignment_id=AssignmentId(assignment_id), report=data.report.given(), disposition=data.disposition
    )
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


class TakeBackBody(Body):
    """The step that was said by mistake; `safety_due` is when the crew was to be asked before that check was answered."""

    step: Literal["en_route", "on_scene", "transporting", "cleared", "withdrawn", "safety_check"]
    safety_due: str | None = None
    device_at: str | None = None


# Whoever may say a step may take it back; a crew does not put itself back where a desk took it off.
_MAY_TAKE_BACK = {"withdrawn": "dispatch", "safety_check": "answer_safety_check"}


@post("/v1/assignments/{assignment_id:str}/take-back", status_code=200)
async def take_back_step(
    assignment_id: FromPath[str], data: JSONBody[TakeBackBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Take back the step that a crew, or a desk for it, has just said by mistake; an incident that it closed opens again.

    Steps are taken back within a minute. Refusals: dispatch.assignment_not_found (404), dispatch.step_stands,
    dispatch.assignment_ended (409).
    """
    command = c.TakeBackStep(
        assignment_id=AssignmentId(assignment_id), step=data.step, safety_due=instant_or_none(data.safety_due)
    )
    act = _MAY_TAKE_BACK.get(data.step, "advise_assignment")
    return await door.act(act, command, about=assignment_id, device_at=instant_or_none(data.device_at))


class BackupBody(Body):
    """Another unit, at once or when one can come."""

    urgent: bool
    device_at: str | None = None


@post("/v1/assignments/{assignment_id:str}/backup", status_code=200)
async def request_backup(
    assignment_id: FromPath[str], data: JSONBody[BackupBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Ask for one more patrol; urgent, the incident becomes one of priority 1 and the nearest is sent whatever the office's mode.

    Refusals: dispatch.assignment_not_found (404), dispatch.assignment_ended, dispatch.step_out_of_order (409).
    """
    command = c.RequestBackup(assignment_id=AssignmentId(assignment_id), urgent=data.urgent)
    return await door.act("advise_assignment", command, about=assignment_id, device_at=instant_or_none(data.device_at))


class MessageBody(Body):
    """A short text, at most 300 signs."""

    text: str
    device_at: str | None = None


class MessageReceiptBody(Body):
    """The handheld has it, or somebody read it."""

    stage: Literal["delivered", "read"]
    device_at: str | None = None


def _message_id(door: Door, about: str) -> MessageId:
    return MessageId(door.new_id("m", ProvinceId(about.partition(".")[0])))


@post("/v1/units/{unit_id:str}/messages", status_code=201)
async def send_to_unit(
    unit_id: FromPath[str], data: JSONBody[MessageBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Write to a unit from a desk; from the unit's own handheld, write to the desk.

    Refusals: dispatch.unit_not_found (404), dispatch.message_empty, dispatch.text_too_long (422).
    """
    message_id = _message_id(door, unit_id)
    command = c.SendMessage(message_id=message_id, text=data.text, unit_id=UnitId(unit_id))
    return await door.act("send_message", command, about=unit_id, device_at=instant_or_none(data.device_at))


@post("/v1/incidents/{incident_id:str}/messages", status_code=201)
async def send_to_all(
    incident_id: FromPath[str], data: JSONBody[MessageBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Write from a desk to all units on an incident.

    Refusals: dispatch.incident_not_found (404), dispatch.nobody_to_tell (409), dispatch.message_empty,
    dispatch.text_too_long (422).
    """
    message_id = _message_id(door, incident_id)
    command = c.SendMessage(message_id=message_id, text=data.text, incident_id=IncidentId(incident_id))
    return await door.act("send_message", command, about=incident_id, device_at=instant_or_none(data.device_at))


@post("/v1/units/{unit_id:str}/messages/{message_id:str}/receipts", status_code=200)
async def acknowledge_message(
    unit_id: FromPath[str],
    message_id: FromPath[str],
    data: JSONBody[MessageReceiptBody],
    door: NamedDependency[SkipValidation[Door]],
) -> CommandAnswer:
    """
    Say that a message has come to the unit or was read; from a desk, that what the unit wrote was.

    Refusals: dispatch.message_not_found (404).
    """
    command = c.AcknowledgeMessage(message_id=MessageId(message_id), unit_id=UnitId(unit_id), stage=data.stage)
    return await door.act("see_message", command, about=unit_id, device_at=instant_or_none(data.device_at))


ROUTES: tuple[BaseRouteHandler, ...] = (
    record_self_test,
    file_report,
    take_back_step,
    request_backup,
    send_to_unit,
    send_to_all,
    acknowledge_message,
)
