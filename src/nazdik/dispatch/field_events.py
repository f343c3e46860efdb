"""What handhelds say and crews tell from the field, as stored facts. `events` gathers them with all others."""

from nazdik.dispatch.event_base import AssignmentEvent, Event, IncidentEvent, UnitEvent
from nazdik.dispatch.field_model import HandheldCheck, MessageId
from nazdik.dispatch.model import AssignmentState
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


class CrewChecked(UnitEvent, frozen=True, kw_only=True, tag="dispatch.crew_checked.v1"):
    """
    Who of a crew on duty is in service no more, by their numbers; nobody when all are. `until` is when the next of them ends.
    """

    lapsed: tuple[str, ...]
    until: Instant | None = None


class CrewSkillsSet(UnitEvent, frozen=True, kw_only=True, tag="dispatch.crew_skills_set.v1"):
    """Somebody of a crew left service or came back: what the unit can do with those who are on it now."""

    skills: tuple[str, ...]


class StepTakenBack(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.step_taken_back.v1"):
    """
    A step was said by mistake: the crew is at `state`, where it was before, and what is due there is due again.

    `step` is the state that was said, `withdrawn` where the desk had taken the crew off, or `safety_check` where it had said
    that all is well. `served_before` is the incident's own, which closing it by mistake must not change.
    """

    step: str
    state: AssignmentState
    move_by: Instant | None = None
    late_at: Instant | None = None
    safety_due: Instant | None = None
    served_before: Instant | None = None


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


class PhotoRestored(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.photo_restored.v1"):
    """Taking a picture back was a mistake, said so at once by who did it: it is shown again."""

    photo_id: str
    by: str


class VoiceAdded(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.voice_added.v1"):
    """Spoken words from the scene lie beside the log under `voice_id`, the SHA-256 of their bytes; how long, the device says."""

    voice_id: str
    by: str
    of_unit: UnitId | None
    media_type: str
    seconds: int
    size_bytes: int
    spoken_at: Instant | None = None
    device_at: Instant | None = None


class VoiceWithdrawn(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.voice_withdrawn.v1"):
    """A voice note is played to nobody any more: a `mistake`, of an `other_incident`, or of a `person` who must not be heard."""

    voice_id: str
    by: str
    reason: str
    device_at: Instant | None = None


class VoiceRestored(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.voice_restored.v1"):
    """Taking a voice note back was a mistake, said so at once by who did it: it can be heard again."""

    voice_id: str
    by: str


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
