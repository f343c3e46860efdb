"""
`decide`: what a command causes in a world. Pure: the instant, the actor and the queries come in.

Each command has one function in `incidents`, `offers`, `units` or `alarms`. All refusals come before the first event. What must
happen after other facts (seek the next unit, serve who waits) is asked for by `follow_ups`, so that the road sees each fact
before the next question.
"""

from collections.abc import Callable, Sequence
from typing import Any

from nazdik.dispatch import (
    alarms,
    backup,
    by_hand,
    call_backs,
    cordons,
    crews,
    established,
    hand_overs,
    handhelds,
    holds,
    incidents,
    joining,
    messages,
    offers,
    questions,
    readiness,
    scene,
    seeking,
    services,
    steps,
    taking_back,
    units,
    voices,
    way,
)
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch import unit_commands as uc
from nazdik.dispatch import voice_commands as v
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
from nazdik.dispatch.model import AlarmCause, AssignmentState, World
from nazdik.dispatch.surroundings import Surroundings
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import AlarmId, AssignmentId, CallId, Context, IncidentId, UnitId


def decide(world: World, command: c.Command, ctx: Context, around: Surroundings) -> tuple[e.Event, ...]:
    """Return the events `command` causes, or raise a `Rejected`. Empty means there is nothing left to do."""
    return tuple(unfold(world, command, ctx, around).events)


def unfold(world: World, command: c.Command, ctx: Context, around: Surroundings) -> Unfolding:
    """As `decide`, with the world the events make, so that the shell need not fold them again."""
    u = Unfolding(world, ctx, around)
    _DECIDERS[type(command)](u, command)
    return u


def _deadline_passed(u: Unfolding, command: c.DeadlinePassed) -> None:
    """Do what a timer stands for; a timer that was moved or dropped meanwhile does nothing."""
    due = u.world.deadlines.get(command.key)
    if due is None or due > u.at:
        return
    timer, _, subject = command.key.partition(":")
    if timer in _ASSIGNMENT_TIMERS:
        assignment = u.world.assignments.get(AssignmentId(subject))
        assert assignment is not None, "a timer ends with its assignment"
        _ASSIGNMENT_TIMERS[timer](u, assignment)
    elif timer == "climb":
        alarms.climb(u, AlarmId(subject))
    elif timer == "callback":
        call_backs.call_back_late(u, CallId(subject))
    elif timer == "desk":
        hand_overs.left(u, HandOverId(subject))
    elif timer == "free":
        readiness.lapsed(u, UnitId(subject))
    elif timer == "crew":
        crews.check(u, UnitId(subject))
    else:
        _INCIDENT_TIMERS[timer](u, IncidentId(subject))


def _not_moving(u: Unfolding, assignment: Any) -> None:
    incident = u.world.incidents[assignment.incident_id]
    alarms.raise_alarm(u, AlarmCause.NOT_MOVING, incident, unit_id=assignment.unit_id, timer=f"move:{assignment.id}")


def _late(u: Unfolding, assignment: Any) -> None:
    incident = u.world.incidents[assignment.incident_id]
    alarms.raise_alarm(u, AlarmCause.LATE, incident, unit_id=assignment.unit_id, timer=f"late:{assignment.id}")


def _safety_due(u: Unfolding, assignment: Any) -> None:
    incident = u.world.incidents[assignment.incident_id]
    missed_at = u.later(u.rules(incident.station).safety_grace_s)
    u.add(
        e.SafetyCheckDue(
            at=u.at,
            incident_id=incident.id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
            missed_at=missed_at,
        )
    )


def _safety_missed(u: Unfolding, assignment: Any) -> None:
    u.add(
        e.SafetyCheckMissed(
            at=u.at,
            incident_id=assignment.incident_id,
            assignment_id=assignment.id,
            unit_id=assignment.unit_id,
        )
    )
    incident = u.world.incidents[assignment.incident_id]
    alarms.raise_alarm(u, AlarmCause.SAFETY_CHECK, incident, unit_id=assignment.unit_id)


def _waited_too_long(u: Unfolding, incident_id: IncidentId) -> None:
    alarms.raise_alarm(u, AlarmCause.WAITING, u.world.incidents[incident_id], timer=f"wait:{incident_id}")


def _retry(u: Unfolding, incident_id: IncidentId) -> None:
    """Look again: positions and handhelds recover without a word in the log."""
    seeking.seek(u, u.world.incidents[incident_id])


_ASSIGNMENT_TIMERS: dict[str, Callable[[Unfolding, Any], None]] = {
    "answer": offers.unanswered,
    "hold": offers.hold_over,
    "move": _not_moving,
    "late": _late,
    "safety": _safety_due,
    "missed": _safety_missed,
}
_INCIDENT_TIMERS: dict[str, Callable[[Unfolding, IncidentId], None]] = {
    "wait": _waited_too_long,
    "retry": _retry,
    "archive": incidents.archive,
    "held": holds.over,
}
_DECIDERS: dict[type[c.Command], Callable[[Unfolding, Any], None]] = {
    c.EnrolUnit: units.enrol,
    c.RehomeUnit: units.rehome,
    uc.ChangeUnit: established.change,
    uc.RetireUnit: established.retire,
    uc.BringBackUnit: established.bring_back,
    c.StartDuty: units.start_duty,
    c.EndDuty: units.end_duty,
    c.LogOnCrew: crews.log_on,
    c.CheckCrew: crews.check_crew,
    c.SetUnitStatus: units.set_status,
    c.SetRules: units.set_rules,
    c.RecordSelfTest: handhelds.record_self_test,
    c.SayFreeSoon: readiness.say_free_soon,
    c.DraftIncident: incidents.draft,
    c.ClassifyIncident: incidents.classify,
    c.OpenOwnEvent: incidents.open_own_event,
    c.JoinCall: incidents.join_call,
    c.PartCall: incidents.part_call,
    c.ChangePriority: incidents.change_priority,
    c.ChangePlace: incidents.change_place,
    c.ChangeKind: incidents.change_kind,
    c.AddNote: incidents.add_note,
    c.AnswerQuestions: questions.answer,
    c.RecordDisposition: incidents.record_disposition,
    c.CloseIncident: incidents.close,
    c.CancelIncident: incidents.cancel,
    c.ReopenIncident: incidents.reopen,
    c.EnterLate: incidents.enter_late,
    c.GiveToHeir: incidents.give_to_heir,
    c.DelegateIncident: incidents.delegate,
    c.TakeBackIncident: incidents.take_back,
    c.PassOnIncident: incidents.pass_on,
    c.MonitorIncident: incidents.monitor,
    c.RecordSeen: incidents.record_seen,
    c.DeclareEmergency: incidents.declare_emergency,
    c.AcknowledgeEmergency: incidents.acknowledge_emergency,
    c.EndEmergency: incidents.end_emergency,
    c.SeekUnits: seeking.seek_units,
    c.OfferToWaiting: seeking.offer_to_waiting,
    c.SendCordon: cordons.send_cordon,
    c.WithdrawCordon: cordons.withdraw_cordon,
    c.NoteGaps: cordons.note_gaps,
    c.AssignUnits: by_hand.assign_units,
    c.Acknowledge: offers.acknowledge_receipt,
    c.AcceptOffer: steps.accept,
    c.RefuseOffer: offers.refuse,
    c.StepOn: steps.step_on,
    c.TakeBackStep: taking_back.take_back_step,
    c.ReviewRoute: way.review,
    c.ReviewArrival: way.review_arrival,
    c.ClearAssignment: steps.clear,
    c.SendMessage: messages.send_message,
    c.AcknowledgeMessage: messages.acknowledge_message,
    c.RequestBackup: backup.request_backup,
    c.FileReport: scene.file_report,
    c.AddPhoto: scene.add_photo,
    c.WithdrawPhoto: scene.withdraw_photo,
    c.RestorePhoto: scene.restore_photo,
    v.AddVoice: voices.add_voice,
    v.WithdrawVoice: voices.withdraw_voice,
    v.RestoreVoice: voices.restore_voice,
    c.WithdrawAssignment: steps.withdraw,
    c.AnswerSafetyCheck: steps.answer_safety_check,
    c.SetSafetyTimer: steps.set_safety_timer,
    JoinIncidents: joining.join,
    UnjoinIncident: joining.unjoin,
    AskService: services.ask,
    ReleaseService: services.release,
    HoldIncident: holds.hold,
    ReleaseIncident: holds.release,
    HandOverDesk: hand_overs.hand_over,
    TakeOverDesk: hand_overs.take_over,
    WithdrawHandOver: hand_overs.withdraw,
    c.AcknowledgeAlarm: alarms.acknowledge,
    c.AcknowledgeAlarms: alarms.acknowledge_all,
    c.ShelveAlarm: alarms.shelve,
    c.UnshelveAlarm: alarms.unshelve,
    c.AwaitCallBack: call_backs.await_call_back,
    c.SettleCallBack: call_backs.settle_call_back,
    c.DeadlinePassed: _deadline_passed,
}


def follow_ups(world: World, events: Sequence[e.Event]) -> tuple[c.Command, ...]:
    """Return what must be asked next, each once, now that `events` are facts of `world`."""
    asked: dict[c.Command, None] = {}
    for event in events:
        # Most facts ask for nothing, and this is asked of every one.
        if type(event) in _ASKS:
            asked |= dict.fromkeys(_asked_by(world, event))
        if world.awaits and world.waiting and isinstance(event, _OF_WHO_IS_AWAITED):
            asked |= dict.fromkeys(_no_longer_expected(world, event))
    return tuple(asked)


def _no_longer_expected(world: World, event: Any) -> tuple[c.Command, ...]:
    """Whoever waited for a unit that was busy is looked at again when it is free, gone elsewhere, or free at another time."""
    asked = (i for i in world.awaiting(event.unit_id) if i.id != getattr(event, "incident_id", None))
    return tuple(c.SeekUnits(incident_id=incident.id) for incident in asked)


_OF_WHO_IS_AWAITED = (
    e.UnitReserved,
    e.UnitCleared,
    e.AssignmentWithdrawn,
    e.AssignmentCancelled,
    e.UnitStatusSet,
    e.DutyStarted,
    e.DutyEnded,
    e.EmergencyDeclared,
    e.FreeSoonSaid,
    e.FreeSoonOver,
)


_ASKS = frozenset(
    {
        e.IncidentClassified,
        e.IncidentReopened,
        e.KindChanged,
        e.CordonSent,
        e.BackupRequested,
        e.HoldEnded,
        e.IncidentAbsorbed,
        e.IncidentParted,
        e.PriorityChanged,
        e.PlaceChanged,
        e.OfferRefused,
        e.OfferUnanswered,
        e.AssignmentDiverted,
        e.UnitCleared,
        e.AssignmentWithdrawn,
        e.AssignmentCancelled,
        e.DutyStarted,
        e.UnitChanged,
        e.UnitStatusSet,
        e.EmergencyEnded,
    }
)


def _asked_by(world: World, event: e.Event) -> tuple[c.Command, ...]:
    match event:
        case e.IncidentClassified(incident_id=incident_id):
            return (c.SeekUnits(incident_id=incident_id),) if _lacks_units(world, incident_id) else ()
        case (
            e.IncidentReopened(incident_id=incident_id)
            | e.KindChanged(incident_id=incident_id)
            | e.CordonSent(incident_id=incident_id)
            | e.BackupRequested(incident_id=incident_id)
            | e.HoldEnded(incident_id=incident_id)
            | e.IncidentAbsorbed(incident_id=incident_id)
            | e.IncidentParted(incident_id=incident_id)
        ):
            return (c.SeekUnits(incident_id=incident_id),)
        case e.PriorityChanged(incident_id=incident_id) | e.PlaceChanged(incident_id=incident_id):
            return (c.SeekUnits(incident_id=incident_id),) if _waits(world, incident_id) else ()
        case e.OfferRefused(incident_id=incident_id) | e.OfferUnanswered(incident_id=incident_id):
            seek = c.SeekUnits(incident_id=incident_id, next_nearest=True)
            unmanned = world.units[event.unit_id].is_unmanned
            return (c.CheckCrew(unit_id=event.unit_id), seek) if unmanned else (seek,)
        case e.AssignmentDiverted(incident_id=incident_id):
            return (c.SeekUnits(incident_id=incident_id),)
        case (
            e.UnitCleared(unit_id=unit_id)
            | e.AssignmentWithdrawn(unit_id=unit_id)
            | e.AssignmentCancelled(unit_id=unit_id)
            | e.DutyStarted(unit_id=unit_id)
            | e.UnitChanged(unit_id=unit_id)
        ):
            return _if_free(world, unit_id)
        case e.UnitStatusSet(unit_id=unit_id, available=True) | e.EmergencyEnded(unit_id=unit_id):
            return _if_free(world, unit_id)
        case _:
            return ()


def _if_free(world: World, unit_id: UnitId) -> tuple[c.Command, ...]:
    if world.units[unit_id].is_unmanned:
        # It was only kept for what it did.
        return (c.CheckCrew(unit_id=unit_id),)
    free = world.units[unit_id].assignment_id is None and bool(world.waiting)
    return (c.OfferToWaiting(unit_id=unit_id),) if free else ()


def _lacks_units(world: World, incident_id: IncidentId) -> bool:
    incident = world.incidents[incident_id]
    reserved = any(a.state is AssignmentState.RESERVED for a in world.active_assignments(incident))
    return reserved or bool(world.missing_needs(incident))


def _waits(world: World, incident_id: IncidentId) -> bool:
    incident = world.incidents[incident_id]
    return not incident.draft and bool(world.missing_needs(incident))
