"""What dispatch can be asked to do. Ids of new things come in the command."""

from typing import Literal

import msgspec

from nazdik.dispatch.field_model import HandheldCheck, MessageId
from nazdik.dispatch.model import CordonPost, UnitGap
from nazdik.dispatch.rules import Rules
from nazdik.kernel import AlarmId, AssignmentId, CallId, IncidentId, Instant, LonLat, OfficeId, UnitId
from nazdik.published.offices import Tier
from nazdik.published.questions import Answered


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A request to the core."""


class ReportGiven(msgspec.Struct, frozen=True):
    """A crew's short report: words, and how many people and vehicles it dealt with (None: not said)."""

    text: str = ""
    people: int | None = None
    vehicles: int | None = None


class EnrolUnit(Command, frozen=True, kw_only=True):
    """Make a unit known; it starts off duty."""

    unit_id: UnitId
    call_sign: str
    office: OfficeId
    kind: str
    skills: tuple[str, ...]


class RehomeUnit(Command, frozen=True, kw_only=True):
    """A unit comes under another office, as it is."""

    unit_id: UnitId
    office: OfficeId


class StartDuty(Command, frozen=True, kw_only=True):
    """A crew takes a unit on duty; `skills` None keeps the unit's own, `crew` 0 says that nobody has said how many."""

    unit_id: UnitId
    crew: int = 0
    skills: tuple[str, ...] | None = None


class LogOnCrew(Command, frozen=True, kw_only=True):
    """A crew takes a unit on duty by its members' numbers; `skills` None keeps the unit's own, `sector` None is the whole area."""

    unit_id: UnitId
    members: tuple[str, ...]
    skills: tuple[str, ...] | None = None
    sector: str | None = None


class CheckCrew(Command, frozen=True, kw_only=True):
    """Look whether everybody of a crew is still in service; asked when the register of people changes, not by people."""

    unit_id: UnitId


class EndDuty(Command, frozen=True, kw_only=True):
    """The crew ends duty; refused while the unit has an assignment."""

    unit_id: UnitId


class SetUnitStatus(Command, frozen=True, kw_only=True):
    """A unit without assignment becomes available or not; `secondary` is an EIDO word."""

    unit_id: UnitId
    available: bool
    secondary: str = "InService"


class RecordSelfTest(Command, frozen=True, kw_only=True):
    """A handheld has tried itself: what works, what does not."""

    unit_id: UnitId
    checks: tuple[HandheldCheck, ...]
    app_version: str = ""


class SayFreeSoon(Command, frozen=True, kw_only=True):
    """A busy unit will be free in so many seconds; None takes that back."""

    unit_id: UnitId
    in_s: float | None


class DraftIncident(Command, frozen=True, kw_only=True):
    """The caller still speaks: what is known so far. Asked again it updates the draft; None keeps what was known."""

    incident_id: IncidentId
    call_id: CallId
    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str | None = None


class ClassifyIncident(Command, frozen=True, kw_only=True):
    """Kind and place are settled: the incident is real. Opens it when there was no draft."""

    incident_id: IncidentId
    kind: str
    point: LonLat
    priority: int | None = None
    place: str = ""
    narrative: str = ""
    hazards: str = ""
    call_id: CallId | None = None


class JoinCall(Command, frozen=True, kw_only=True):
    """Another call about the same incident."""

    incident_id: IncidentId
    call_id: CallId


class PartCall(Command, frozen=True, kw_only=True):
    """That call was about something else."""

    incident_id: IncidentId
    call_id: CallId


class SeekUnits(Command, frozen=True, kw_only=True):
    """Find and, if the office's rules say so, send whoever is missing. Asked by the core itself after other events."""

    incident_id: IncidentId
    next_nearest: bool = False


class OfferToWaiting(Command, frozen=True, kw_only=True):
    """A unit became free: look whether an incident waits for one."""

    unit_id: UnitId


class AssignUnits(Command, frozen=True, kw_only=True):
    """A dispatcher sends these units; `divert` takes them from what they are driving to."""

    incident_id: IncidentId
    unit_ids: tuple[UnitId, ...]
    divert: bool = False


class SendCordon(Command, frozen=True, kw_only=True):
    """Send a cordon around an incident as one plan. `held` and `sealed` are what the desk was told that it closes."""

    incident_id: IncidentId
    posts: tuple[CordonPost, ...]
    offence_at: Instant
    vehicle: str = "car"
    bearing_deg: float | None = None
    slowest: float = 0.5
    fastest: float = 1.2
    held: float = 0.0
    sealed: float = 0.0


class WithdrawCordon(Command, frozen=True, kw_only=True):
    """Take every post of the cordon back at once."""

    incident_id: IncidentId
    reason: str = ""


class NoteGaps(Command, frozen=True, kw_only=True):
    """Record, beside a recommendation, what sending each of its candidates would leave uncovered."""

    incident_id: IncidentId
    counted_at: Instant
    gaps: tuple[UnitGap, ...]


class Acknowledge(Command, frozen=True, kw_only=True):
    """The handheld got the offer (`delivered`), or its alarm really sounded (`sounded`)."""

    assignment_id: AssignmentId
    stage: Literal["delivered", "sounded"]


class AcceptOffer(Command, frozen=True, kw_only=True):
    """The officer takes it; `en_route` when the same touch means driving off."""

    assignment_id: AssignmentId
    en_route: bool = False


class RefuseOffer(Command, frozen=True, kw_only=True):
    """The officer cannot, for one of `REFUSAL_REASONS`."""

    assignment_id: AssignmentId
    reason: str


class StepOn(Command, frozen=True, kw_only=True):
    """The unit's next step on an assignment it accepted."""

    assignment_id: AssignmentId
    step: Literal["en_route", "in_area", "on_scene", "transporting"]


StepBack = Literal["en_route", "on_scene", "transporting", "cleared", "withdrawn", "safety_check"]


class TakeBackStep(Command, frozen=True, kw_only=True):
    """A step was said by mistake, by the crew or at the desk for it."""

    assignment_id: AssignmentId
    step: StepBack
    safety_due: Instant | None = None  # when the crew was to be asked before its check was answered; without it, now


class ReviewRoute(Command, frozen=True, kw_only=True):
    """A closure began across the way a unit was taking, which had `before_s` to go: see what that means."""

    assignment_id: AssignmentId
    condition_id: str
    before_s: float


class ReviewArrival(Command, frozen=True, kw_only=True):
    """The roads changed while a unit was on its way, which had `before_s` to go (None: no way): renew its arrival."""

    assignment_id: AssignmentId
    condition_id: str
    before_s: float | None


class ClearAssignment(Command, frozen=True, kw_only=True):
    """The unit is done; with a disposition, and nobody else working, the incident closes. A short report may come with it."""

    assignment_id: AssignmentId
    disposition: str | None = None
    report: ReportGiven | None = None


class FileReport(Command, frozen=True, kw_only=True):
    """The crew's short report, filed or changed; `disposition` None leaves what was said of how it ended."""

    assignment_id: AssignmentId
    report: ReportGiven
    disposition: str | None = None


class RequestBackup(Command, frozen=True, kw_only=True):
    """A crew at work asks for another unit: at once, or when one can come."""

    assignment_id: AssignmentId
    urgent: bool


class SendMessage(Command, frozen=True, kw_only=True):
    """A short text: from a crew to the desk, or from the desk to one unit or to all on an incident."""

    message_id: MessageId
    text: str
    unit_id: UnitId | None = None
    incident_id: IncidentId | None = None


class AcknowledgeMessage(Command, frozen=True, kw_only=True):
    """A unit's handheld has a message, or its crew read it; at the desk, what the unit wrote was read."""

    message_id: MessageId
    unit_id: UnitId
    stage: Literal["delivered", "read"]


class AddPhoto(Command, frozen=True, kw_only=True):
    """A picture from the scene, already kept under the name of its bytes."""

    incident_id: IncidentId
    photo_id: str
    width: int
    height: int
    size_bytes: int
    taken_at: Instant | None = None
    point: LonLat | None = None


class WithdrawPhoto(Command, frozen=True, kw_only=True):
    """A picture was a mistake: nobody is shown it any more. The log keeps that it was there, by whom, and why it went."""

    incident_id: IncidentId
    photo_id: str
    reason: str


class RestorePhoto(Command, frozen=True, kw_only=True):
    """Whoever took a picture back a moment ago did so by mistake: it is shown again."""

    incident_id: IncidentId
    photo_id: str


class WithdrawAssignment(Command, frozen=True, kw_only=True):
    """A dispatcher takes the unit off; the incident goes back to the queue when nobody is left."""

    assignment_id: AssignmentId
    reason: str = ""


class OpenOwnEvent(Command, frozen=True, kw_only=True):
    """An officer starts an event of his own (a stop, a find): the unit is on scene at once."""

    incident_id: IncidentId
    unit_id: UnitId
    kind: str
    point: LonLat
    place: str = ""
    narrative: str = ""


class ChangePriority(Command, frozen=True, kw_only=True):
    """Another priority; units on it are alerted again."""

    incident_id: IncidentId
    priority: int
    reason: str = ""


class ChangePlace(Command, frozen=True, kw_only=True):
    """Another place; units on it are alerted again."""

    incident_id: IncidentId
    point: LonLat
    place: str = ""


class ChangeKind(Command, frozen=True, kw_only=True):
    """Another kind, with its own response plan."""

    incident_id: IncidentId
    kind: str


class AnswerQuestions(Command, frozen=True, kw_only=True):
    """Answers to key questions of its kind; without `strict` those to other questions are left aside."""

    incident_id: IncidentId
    answers: tuple[Answered, ...]
    strict: bool = True


class AddNote(Command, frozen=True, kw_only=True):
    """More words; they stream to the units."""

    incident_id: IncidentId
    text: str


class GiveToHeir(Command, frozen=True, kw_only=True):
    """What an office that closes has of an open incident goes to the office that gets its ground."""

    incident_id: IncidentId
    office: OfficeId
    heir: OfficeId


class RecordDisposition(Command, frozen=True, kw_only=True):
    """How it ended."""

    incident_id: IncidentId
    disposition: str


class CloseIncident(Command, frozen=True, kw_only=True):
    """Close with a disposition; refused while units work."""

    incident_id: IncidentId
    disposition: str


class CancelIncident(Command, frozen=True, kw_only=True):
    """Not needed after all; units on it are told."""

    incident_id: IncidentId
    reason: str = ""


class ReopenIncident(Command, frozen=True, kw_only=True):
    """Open a closed or cancelled incident again."""

    incident_id: IncidentId
    reason: str = ""


class EnterLate(Command, frozen=True, kw_only=True):
    """Enter what happened on paper, with its true times (None where unknown), in order: received … cleared."""

    incident_id: IncidentId
    kind: str
    priority: int
    point: LonLat
    received_at: Instant
    place: str = ""
    narrative: str = ""
    unit_id: UnitId | None = None
    sent_at: Instant | None = None
    accepted_at: Instant | None = None
    en_route_at: Instant | None = None
    on_scene_at: Instant | None = None
    cleared_at: Instant | None = None
    disposition: str | None = None


class DelegateIncident(Command, frozen=True, kw_only=True):
    """Give the work to another office and stay its owner."""

    incident_id: IncidentId
    to_office: OfficeId


class TakeBackIncident(Command, frozen=True, kw_only=True):
    """End a delegation."""

    incident_id: IncidentId
    from_office: OfficeId


class PassOnIncident(Command, frozen=True, kw_only=True):
    """Make another office the owner."""

    incident_id: IncidentId
    to_office: OfficeId


class MonitorIncident(Command, frozen=True, kw_only=True):
    """An office watches, or no longer watches."""

    incident_id: IncidentId
    office: OfficeId
    watching: bool = True


class DeclareEmergency(Command, frozen=True, kw_only=True):
    """Panic: an officer is in danger. `point` is where the unit is."""

    unit_id: UnitId
    incident_id: IncidentId
    point: LonLat | None = None


class AcknowledgeEmergency(Command, frozen=True, kw_only=True):
    """A desk has seen it."""

    unit_id: UnitId


class EndEmergency(Command, frozen=True, kw_only=True):
    """The officer is safe."""

    unit_id: UnitId


class AnswerSafetyCheck(Command, frozen=True, kw_only=True):
    """The officer, or a dispatcher who heard him, says all is well: the timer starts anew."""

    assignment_id: AssignmentId


class AwaitCallBack(Command, frozen=True, kw_only=True):
    """Somebody gave up ringing, or was tried in vain: see that they are called in time. Asked by intake's facts."""

    call_id: CallId
    priority: int | None
    point: LonLat | None
    tries: int = 0


class SettleCallBack(Command, frozen=True, kw_only=True):
    """They need not be called any more. Asked by intake's facts."""

    call_id: CallId


class AcknowledgeAlarm(Command, frozen=True, kw_only=True):
    """A person takes the alarm; it stops climbing."""

    alarm_id: AlarmId


class AcknowledgeAlarms(Command, frozen=True, kw_only=True):
    """A person takes these alarms together; they stop climbing."""

    alarm_ids: tuple[AlarmId, ...]


class ShelveAlarm(Command, frozen=True, kw_only=True):
    """A person puts an alarm aside for a while and says why; it goes on climbing, and comes back."""

    alarm_id: AlarmId
    minutes: int
    reason: str


class UnshelveAlarm(Command, frozen=True, kw_only=True):
    """A shelved alarm is to be seen again at once."""

    alarm_id: AlarmId


class SetSafetyTimer(Command, frozen=True, kw_only=True):
    """The crew on scene is asked whether all is well in so many seconds, not when the rules would ask."""

    assignment_id: AssignmentId
    in_s: float


class SetRules(Command, frozen=True, kw_only=True):
    """An office's own rules; None goes back to those of the office above."""

    office: OfficeId
    rules: Rules | None


class RecordSeen(Command, frozen=True, kw_only=True):
    """A person at this tier has the incident on the screen; only the first counts."""

    incident_id: IncidentId
    tier: Tier


class DeadlinePassed(Command, frozen=True, kw_only=True):
    """A timer of the world is due."""

    key: str
