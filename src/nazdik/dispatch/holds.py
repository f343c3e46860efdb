"""
An incident is put on hold: somebody decided that nobody goes now, says why, and until when. Then it is an alarm.

While it is held nobody is sought for it and its waiting is no alarm. Whatever makes it more urgent, or sends somebody, ends it.
"""

from nazdik.dispatch import alarms
from nazdik.dispatch import events as e
from nazdik.dispatch.desk_commands import HoldIncident, ReleaseIncident
from nazdik.dispatch.errors import HoldInvalid, HoldNever, HoldWordsMissing, UnitsStillAssigned
from nazdik.dispatch.model import AlarmCause, Incident
from nazdik.dispatch.unfolding import LINE_MAX, Unfolding, check_text
from nazdik.dispatch.vocabulary import HOLD_REASONS
from nazdik.kernel import IncidentId, Instant

MINUTES_MIN, MINUTES_MAX = 1, 240
WORDS_LEAST = 3
# Of these a code alone is no reason.
_IN_WORDS_UP_TO = 1


def hold(u: Unfolding, command: HoldIncident) -> None:
    """Put an incident on hold, hold it longer, or put a hold back. Refused under a working unit, and for an officer in danger."""
    incident = u.real_incident(command.incident_id)
    words = check_text("words", command.words, LINE_MAX).strip()
    until = _until(u, command)
    if until is None or command.reason not in HOLD_REASONS:
        raise HoldInvalid(minutes_max=MINUTES_MAX, reasons=sorted(HOLD_REASONS))
    if incident.emergency_of is not None:
        raise HoldNever(incident_id=incident.id)
    working = u.world.active_assignments(incident)
    if working:
        raise UnitsStillAssigned(incident_id=incident.id, units=[u.world.units[a.unit_id].call_sign for a in working])
    in_words = (incident.priority or 3) <= _IN_WORDS_UP_TO or command.reason == "other"
    if in_words and len(words) < WORDS_LEAST:
        raise HoldWordsMissing(incident_id=incident.id, priority=incident.priority)
    u.add(
        e.IncidentHeld(
            at=u.at,
            incident_id=incident.id,
            until=until,
            reason=command.reason,
            words=words,
            by=u.ctx.actor.id,
        )
    )
    alarms.settle(u, u.world.incidents[incident.id], alarms.OF_INCIDENT)


def _until(u: Unfolding, command: HoldIncident) -> Instant | None:
    """Return until when, None when that is no time or too long. A hold put back whose time is over by now ends at once."""
    if command.until is not None:
        return max(command.until, u.at) if command.until <= u.later(MINUTES_MAX * 60.0) else None
    return u.later(command.minutes * 60.0) if MINUTES_MIN <= command.minutes <= MINUTES_MAX else None


def release(u: Unfolding, command: ReleaseIncident) -> None:
    """Bring it back before its time; one that is not held stays as it is."""
    end(u, u.open_incident(command.incident_id), "released")


def end(u: Unfolding, incident: Incident, cause: str) -> None:
    """End a hold, if there is one; whoever the incident lacks is sought after this, and its clock runs from now."""
    if incident.hold is None:
        return
    u.add(e.HoldEnded(at=u.at, incident_id=incident.id, cause=cause, by=u.ctx.actor.id))
    limit_s = u.rules(incident.station).waiting_s[(incident.priority or 3) - 1]
    u.add(e.WaitingLimitSet(at=u.at, incident_id=incident.id, alarm_at=u.later(limit_s)))


def over(u: Unfolding, incident_id: IncidentId) -> None:
    """Its time is over: it comes back, and as an alarm."""
    end(u, u.world.incidents[incident_id], "over")
    alarms.raise_alarm(u, AlarmCause.HELD, u.world.incidents[incident_id])
