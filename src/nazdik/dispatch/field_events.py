"""What handhelds say and crews tell from the field, as stored facts. `events` gathers them with all others."""

from nazdik.dispatch.event_base import AssignmentEvent, Event, IncidentEvent, UnitEvent
from nazdik.dispatch.field_model import HandheldCheck, MessageId
from nazdik.kernel import IncidentId, Instant, LonLat, UnitId
from nazdik.published.kinds import Need


class HandheldTested(UnitEvent, frozen=True, kw_only=True, tag="dispatch.handheld_tested.v1"):
    """A handheld has tried itself: each check, how it came out, and the figure measured where there is one."""

    checks: tuple[HandheldCheck, ...]
    app_version: str
    device_at: Instant | None = None


class CrewLoggedOn(UnitEvent, frozen=True, kw_only=True, tag="dispatch.crew_logged_on.v1"):
    """Who is on a unit that went on duty, by their numbers in the force, and the sector that they patrol."""

    members: tuple[str, ...]
    sector: str | None
    by: str


class ReportFiled(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.report_filed.v1"):
    """What a crew says of its work when it is done; said again, the new word counts and the old one stays in the log."""

    disposition: str | None
    text: str
    people: int | None
    vehicles: int | None
    # Who said it, whether for themselves or for the crew; `by` of an assignment is only who acted on behalf.
    author: str


class PhotoAdded(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.photo_added.v1"):
    """A picture from the scene lies beside the log under `photo_id`, the SHA-256 of its bytes."""

    photo_id: str
    by: str
    of_unit: UnitId | None
    width: int
    height: int
    size_bytes: int
    taken_at: Instant | None = None
    point: LonLat | None = None
    device_at: Instant | None = None


class PhotoWithdrawn(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.photo_withdrawn.v1"):
    """A picture is shown to nobody any more: a `mistake`, of an `other_incident`, or with a `person` who must not be seen."""

    photo_id: str
    by: str
    reason: str
    device_at: Instant | None = None


class BackupRequested(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.backup_requested.v1"):
    """A crew asks for another unit; `needs` is what the incident needs from now on."""

    urgent: bool
    needs: tuple[Need, ...]


class MessageSent(Event, frozen=True, kw_only=True, tag="dispatch.message_sent.v1"):
    """A short text: from a crew to the desk (`from_unit`), or from the desk to crews (`to`). It is no offer and no order of one."""

    message_id: MessageId
    by: str
    from_unit: UnitId | None
    to: tuple[UnitId, ...]
    incident_id: IncidentId | None
    text: str
    device_at: Instant | None = None


class MessageDelivered(UnitEvent, frozen=True, kw_only=True, tag="dispatch.message_delivered.v1"):
    """The unit's handheld has it."""

    message_id: MessageId
    device_at: Instant | None = None


class MessageRead(UnitEvent, frozen=True, kw_only=True, tag="dispatch.message_read.v1"):
    """Somebody read it: the unit's crew, or `at_desk` whoever sits there, when it came from the unit."""

    message_id: MessageId
    by: str
    at_desk: bool
    device_at: Instant | None = None
