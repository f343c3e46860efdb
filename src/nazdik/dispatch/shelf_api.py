"""Alarms taken together or put aside for a while, and when a crew on scene is asked whether all is well."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.dispatch import commands as c
from nazdik.kernel import AlarmId, AssignmentId
from nazdik.published.door import CommandAnswer, Door


class AlarmsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Alarms of one province."""

    alarms: Annotated[list[str], msgspec.Meta(min_length=1, max_length=1_000)]


class ShelfBody(msgspec.Struct, forbid_unknown_fields=True):
    """For how long, and why."""

    minutes: int
    reason: str


class TimerBody(msgspec.Struct, forbid_unknown_fields=True):
    """In how many seconds the crew is asked."""

    in_s: float


@post("/v1/alarms/acknowledge", status_code=200)
async def acknowledge_alarms(data: JSONBody[AlarmsBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Take alarms of one province together, all or none; they stop climbing. One that is no longer up is passed over.

    One that is out of reach refuses all of them (403).
    """
    command = c.AcknowledgeAlarms(alarm_ids=tuple(AlarmId(each) for each in data.alarms))
    return await door.act("acknowledge_alarm", command, about=data.alarms[0], also=tuple(data.alarms[1:]))


@post("/v1/alarms/{alarm_id:str}/shelve", status_code=200)
async def shelve_alarm(
    alarm_id: FromPath[str], data: JSONBody[ShelfBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Put an alarm aside at the desks for up to 30 minutes; it climbs all the same. Refusals: dispatch.shelf_invalid (422),
    dispatch.alarm_not_found (404), dispatch.alarm_not_shelvable (409): an officer's safety never.
    """
    command = c.ShelveAlarm(alarm_id=AlarmId(alarm_id), minutes=data.minutes, reason=data.reason)
    return await door.act("acknowledge_alarm", command, about=alarm_id)


@post("/v1/alarms/{alarm_id:str}/unshelve", status_code=200)
async def unshelve_alarm(alarm_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Take an alarm off the shelf before its time. Refusals: dispatch.alarm_not_found (404)."""
    return await door.act("acknowledge_alarm", c.UnshelveAlarm(alarm_id=AlarmId(alarm_id)), about=alarm_id)


@post("/v1/assignments/{assignment_id:str}/safety-timer", status_code=200)
async def set_safety_timer(
    assignment_id: FromPath[str], data: JSONBody[TimerBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Choose when the crew on scene is asked whether all is well. Refusals: dispatch.safety_timer_invalid (422),
    dispatch.assignment_ended, dispatch.step_out_of_order, dispatch.safety_check_asked (409).
    """
    command = c.SetSafetyTimer(assignment_id=AssignmentId(assignment_id), in_s=data.in_s)
    return await door.act("dispatch", command, about=assignment_id)


ROUTES: tuple[BaseRouteHandler, ...] = (acknowledge_alarms, shelve_alarm, unshelve_alarm, set_safety_timer)
