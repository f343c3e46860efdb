"""Alarms: raised at the station, climbing county, province and nation by time, until a person takes them or their cause ends."""

from nazdik.dispatch import events as e
from nazdik.dispatch.commands import AcknowledgeAlarm, AcknowledgeAlarms, ShelveAlarm, UnshelveAlarm
from nazdik.dispatch.errors import AlarmNotFound, AlarmNotShelvable, ShelfInvalid
from nazdik.dispatch.model import Alarm, AlarmCause, Incident
from nazdik.dispatch.unfolding import Unfolding
from nazdik.kernel import AlarmId, IncidentId, OfficeId, UnitId
from nazdik.published.offices import TIERS_UPWARD, Tier

# These are about an incident that has nobody; an accepted offer ends them.
OF_INCIDENT = (AlarmCause.NO_ANSWER, AlarmCause.REFUSED, AlarmCause.NOBODY_FREE, AlarmCause.WAITING, AlarmCause.HELD)
OF_UNIT = (
    AlarmCause.NOT_MOVING,
    AlarmCause.LATE,
    AlarmCause.SAFETY_CHECK,
    AlarmCause.ROUTE_BLOCKED,
    AlarmCause.BACKUP,
)
# An officer may be in danger.
NEVER_SHELVED = (AlarmCause.PANIC, AlarmCause.SAFETY_CHECK, AlarmCause.BACKUP)
SHELF_MIN, SHELF_MAX_MIN = 1, 30


def raise_alarm(
    u: Unfolding,
    cause: AlarmCause,
    incident: Incident,
    *,
    unit_id: UnitId | None = None,
    timer: str | None = None,
) -> None:
    """Raise an alarm at the incident's station. One that is already up and untaken goes on climbing instead."""
    about = str(_alarm_id(cause, incident, unit_id)).rpartition("!")[0]
    office = incident.station or incident.taskings[0].office
    priority = incident.priority or 3
    raise_at(
        u, cause, about=about, office=office, priority=priority, incident_id=incident.id, unit_id=unit_id, timer=timer
    )


def raise_at(
    u: Unfolding,
    cause: AlarmCause,
    *,
    about: str,
    office: OfficeId,
    priority: int,
    incident_id: IncidentId | None = None,
    unit_id: UnitId | None = None,
    timer: str | None = None,
    climbs: bool = True,
) -> None:
    """Raise an alarm about something at an office; see `raise_alarm`. One that does not climb is a notice to that office."""
    alarm_id = AlarmId(f"{about}!{cause}")
    standing = u.world.alarms.get(alarm_id)
    untaken = standing is not None and standing.acknowledged_at is None
    if untaken and timer is None:
        return
    tier = _tier_of(u, office)
    climb_s = u.rules(office).climb_s
    climbs_at = u.later(climb_s[0]) if climbs and len(u.around.offices.chain_of(office)) > 1 else None
    if standing is not None and untaken:
        # Its clock rang again: it stays as high as it has climbed.
        tier, office, climbs_at = standing.tier, standing.office, standing.climbs_at
    u.add(
        e.AlarmRaised(
            at=u.at,
            alarm_id=alarm_id,
            cause=cause,
            priority=priority,
            tier=tier,
            office=office,
            incident_id=incident_id,
            unit_id=unit_id,
            climbs_at=climbs_at,
            timer=timer,
        )
    )


def stands(u: Unfolding, cause: AlarmCause, incident: Incident) -> bool:
    """Whether an incident's alarm of this cause is up, taken or not."""
    return _alarm_id(cause, incident, None) in u.world.alarms


def climb(u: Unfolding, alarm_id: AlarmId) -> None:
    """Tell the next tier, because nobody took the alarm in time."""
    alarm = u.world.alarms.get(alarm_id)
    if alarm is None or alarm.acknowledged_at is not None:
        return
    chain = u.around.offices.chain_of(alarm.office)
    if len(chain) < 2:
        return
    above = chain[1]
    tier = _tier_of(u, above)
    climb_s = u.rules(above).climb_s
    step = min(TIERS_UPWARD.index(tier), len(climb_s) - 1)
    u.add(
        e.AlarmClimbed(
            at=u.at,
            alarm_id=alarm_id,
            tier=tier,
            office=above,
            incident_id=alarm.incident_id,
            unit_id=alarm.unit_id,
            climbs_at=u.later(climb_s[step]) if len(chain) > 2 else None,
        )
    )


def is_up(u: Unfolding, cause: AlarmCause, incident: Incident) -> bool:
    """Whether an incident's alarm of this cause is up, taken or not."""
    return _alarm_id(cause, incident, None) in u.world.alarms


def settle(u: Unfolding, incident: Incident, causes: tuple[AlarmCause, ...], unit_id: UnitId | None = None) -> None:
    """Clear the alarms of these causes: what they were about is over."""
    if not u.world.alarms:
        return
    for cause in causes:
        alarm = u.world.alarms.get(_alarm_id(cause, incident, unit_id if cause not in OF_INCIDENT else None))
        if alarm is not None:
            _clear(u, alarm)


def settle_all(u: Unfolding, incident: Incident) -> None:
    """Clear every alarm of an incident that has ended, but never an officer's emergency."""
    settle(u, incident, OF_INCIDENT)
    for assignment_id in incident.assignments:
        settle(u, incident, OF_UNIT, u.world.assignments[assignment_id].unit_id)


def settle_panic(u: Unfolding, unit_id: UnitId) -> None:
    """Clear the alarm of an emergency that has ended, also when its incident has long been archived."""
    for alarm in sorted(u.world.alarms.values(), key=lambda each: each.id):
        if alarm.cause is AlarmCause.PANIC and alarm.unit_id == unit_id:
            _clear(u, alarm)


def settle_about(u: Unfolding, cause: AlarmCause, about: str) -> None:
    """Clear the alarm about something that is no incident, a call to return or a desk to take: it is done, or need not be."""
    alarm = find_about(u, cause, about)
    if alarm is not None:
        _clear(u, alarm)


def find_about(u: Unfolding, cause: AlarmCause, about: str) -> Alarm | None:
    """Return the alarm about something that is no incident."""
    return u.world.alarms.get(AlarmId(f"{about}!{cause}"))


def acknowledge(u: Unfolding, command: AcknowledgeAlarm) -> None:
    """A person takes the alarm; taking it again changes nothing."""
    alarm = u.world.alarms.get(command.alarm_id)
    if alarm is None:
        raise AlarmNotFound(alarm_id=command.alarm_id[:200])
    _take(u, alarm)


def acknowledge_all(u: Unfolding, command: AcknowledgeAlarms) -> None:
    """A person takes several at once, as they lie folded at a desk. One that ended meanwhile asks for nobody any more."""
    for alarm_id in dict.fromkeys(command.alarm_ids):
        alarm = u.world.alarms.get(alarm_id)
        if alarm is not None:
            _take(u, alarm)


def _take(u: Unfolding, alarm: Alarm) -> None:
    if alarm.acknowledged_at is None:
        u.add(
            e.AlarmAcknowledged(
                at=u.at,
                alarm_id=alarm.id,
                by=u.ctx.actor.id,
                incident_id=alarm.incident_id,
                unit_id=alarm.unit_id,
            )
        )
    if alarm.cause is AlarmCause.CREW_LAPSED and alarm.unit_id and not u.world.units[alarm.unit_id].on_duty:
        # The car is off duty already: that somebody knows is all that was to be done.
        _clear(u, alarm)


def shelve(u: Unfolding, command: ShelveAlarm) -> None:
    """Put an alarm aside at the desks. It climbs all the same, and being raised anew takes it off the shelf."""
    reason = command.reason.strip()
    if not SHELF_MIN <= command.minutes <= SHELF_MAX_MIN or not 3 <= len(reason) <= 200:
        raise ShelfInvalid(minutes=command.minutes, minutes_max=SHELF_MAX_MIN)
    alarm = u.world.alarms.get(command.alarm_id)
    if alarm is None:
        raise AlarmNotFound(alarm_id=command.alarm_id[:200])
    if alarm.cause in NEVER_SHELVED:
        raise AlarmNotShelvable(cause=alarm.cause)
    until = u.later(command.minutes * 60.0)
    u.add(
        e.AlarmShelved(
            at=u.at,
            alarm_id=alarm.id,
            until=until,
            reason=reason,
            by=u.ctx.actor.id,
            incident_id=alarm.incident_id,
            unit_id=alarm.unit_id,
        )
    )


def unshelve(u: Unfolding, command: UnshelveAlarm) -> None:
    """Take an alarm off the shelf; one that lies on none stays as it is."""
    alarm = u.world.alarms.get(command.alarm_id)
    if alarm is None:
        raise AlarmNotFound(alarm_id=command.alarm_id[:200])
    if alarm.shelf is not None and alarm.shelf.until > u.at:
        u.add(
            e.AlarmUnshelved(
                at=u.at,
                alarm_id=alarm.id,
                by=u.ctx.actor.id,
                incident_id=alarm.incident_id,
                unit_id=alarm.unit_id,
            )
        )


def _clear(u: Unfolding, alarm: Alarm) -> None:
    u.add(e.AlarmCleared(at=u.at, alarm_id=alarm.id, incident_id=alarm.incident_id, unit_id=alarm.unit_id))


def _alarm_id(cause: AlarmCause, incident: Incident, unit_id: UnitId | None) -> AlarmId:
    about = incident.id if unit_id is None else f"{incident.id}!{unit_id.rpartition('.')[2]}"
    return AlarmId(f"{about}!{cause.value}")


def _tier_of(u: Unfolding, office_id: OfficeId) -> Tier:
    office = u.around.offices.find_office(office_id)
    assert office is not None, "an incident's office is in the tree"
    return office.tier
