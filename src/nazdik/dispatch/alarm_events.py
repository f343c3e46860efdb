"""Facts about what nobody may overlook: alarms, callers who wait for us, crews in danger. `events` gathers them with all others."""

from nazdik.dispatch.event_base import Event, UnitEvent
from nazdik.dispatch.model import AlarmCause
from nazdik.kernel import AlarmId, CallId, IncidentId, Instant, LonLat, OfficeId, UnitId
from nazdik.published.offices import Tier


class AlarmRaised(Event, frozen=True, kw_only=True, tag="dispatch.alarm_raised.v1"):
    """A person must look; climbs at `climbs_at` unless somebody does. `timer` is the deadline that raised it, now spent."""

    alarm_id: AlarmId
    cause: AlarmCause
    priority: int
    tier: Tier
    office: OfficeId
    incident_id: IncidentId | None = None
    unit_id: UnitId | None = None
    climbs_at: Instant | None = None
    timer: str | None = None


class AlarmClimbed(Event, frozen=True, kw_only=True, tag="dispatch.alarm_climbed.v1"):
    """Nobody took it; the next tier is told."""

    alarm_id: AlarmId
    tier: Tier
    office: OfficeId
    incident_id: IncidentId | None = None
    unit_id: UnitId | None = None
    climbs_at: Instant | None = None


class AlarmAcknowledged(Event, frozen=True, kw_only=True, tag="dispatch.alarm_acknowledged.v1"):
    """A person took it."""

    alarm_id: AlarmId
    by: str
    incident_id: IncidentId | None = None
    unit_id: UnitId | None = None


class AlarmShelved(Event, frozen=True, kw_only=True, tag="dispatch.alarm_shelved.v1"):
    """Put aside at the desks until an instant; it climbs all the same."""

    alarm_id: AlarmId
    until: Instant
    reason: str
    by: str
    incident_id: IncidentId | None = None
    unit_id: UnitId | None = None


class AlarmUnshelved(Event, frozen=True, kw_only=True, tag="dispatch.alarm_unshelved.v1"):
    """Seen again before its time on the shelf was over."""

    alarm_id: AlarmId
    by: str
    incident_id: IncidentId | None = None
    unit_id: UnitId | None = None


class AlarmCleared(Event, frozen=True, kw_only=True, tag="dispatch.alarm_cleared.v1"):
    """Its cause is over."""

    alarm_id: AlarmId
    incident_id: IncidentId | None = None
    unit_id: UnitId | None = None


class CallBackAwaited(Event, frozen=True, kw_only=True, tag="dispatch.call_back_awaited.v1"):
    """Somebody waits to be called back; at `late_at` it becomes an alarm of this office."""

    call_id: CallId
    office: OfficeId
    priority: int
    since: Instant
    late_at: Instant
    tries: int = 0


class CallBackSettled(Event, frozen=True, kw_only=True, tag="dispatch.call_back_settled.v1"):
    """They wait no more."""

    call_id: CallId
    office: OfficeId


class EmergencyDeclared(UnitEvent, frozen=True, kw_only=True, tag="dispatch.emergency_declared.v1"):
    """An officer is in danger."""

    incident_id: IncidentId
    point: LonLat | None
    device_at: Instant | None = None


class EmergencyAcknowledged(UnitEvent, frozen=True, kw_only=True, tag="dispatch.emergency_acknowledged.v1"):
    """A desk has seen it."""

    by: str


class EmergencyEnded(UnitEvent, frozen=True, kw_only=True, tag="dispatch.emergency_ended.v1"):
    """The officer is safe."""

    by: str
