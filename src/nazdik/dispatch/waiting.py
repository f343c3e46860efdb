"""An incident that nobody goes to: why it waits, when it is looked at again, and when its waiting becomes an alarm."""

from nazdik.dispatch import alarms
from nazdik.dispatch import events as e
from nazdik.dispatch.model import (
    AlarmCause,
    Assignment,
    Incident,
    WaitingReason,
)
from nazdik.dispatch.unfolding import Unfolding

AUTOMATIC_WAITING = (WaitingReason.NOBODY_FREE, WaitingReason.NONE_IN_REACH, WaitingReason.FREE_SOON)


def wait(u: Unfolding, incident: Incident, reason: WaitingReason, *, again: bool = False) -> None:
    """Let an incident wait; said `again` though the reason is the same, when what it waits for is another."""
    if incident.waiting_reason is reason and not again:
        return
    retry_at = u.later(u.rules(incident.station).retry_s) if reason in AUTOMATIC_WAITING else None
    u.add(e.IncidentWaits(at=u.at, incident_id=incident.id, reason=reason, retry_at=retry_at))
    wind_clock(u, u.world.incidents[incident.id])


def wind_clock(u: Unfolding, incident: Incident) -> None:
    """See that an incident nobody goes to becomes an alarm in its priority's time; a clock is shortened, never put off."""
    alarm_at = u.later(u.rules(incident.station).waiting_s[(incident.priority or 3) - 1])
    due = u.world.deadlines.get(f"wait:{incident.id}")
    # Without a clock, either an acceptance stopped it, or its alarm is up already.
    idle = not u.world.active_assignments(incident) and not alarms.is_up(u, AlarmCause.WAITING, incident)
    if idle if due is None else alarm_at < due:
        u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=alarm_at))


def back_to_queue(u: Unfolding, assignment: Assignment) -> None:
    """Wind the waiting clock of an incident that lost its unit."""
    incident = u.world.incidents[assignment.incident_id]
    alarms.settle(u, incident, alarms.OF_UNIT, assignment.unit_id)
    if not incident.draft and u.world.missing_needs(incident):
        limit_s = u.rules(incident.station).waiting_s[(incident.priority or 3) - 1]
        u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=u.later(limit_s)))
