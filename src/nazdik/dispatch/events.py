"""
What happened, in the past tense. The tag of an event is its stored name and never changes; a new shape is a `v2`.

`at` is the server's clock when the fact was recorded; `device_at` is what the sender's clock said, if it said anything.
"""

from typing import Any, get_args

from nazdik.dispatch.alarm_events import AlarmAcknowledged as AlarmAcknowledged
from nazdik.dispatch.alarm_events import AlarmCleared as AlarmCleared
from nazdik.dispatch.alarm_events import AlarmClimbed as AlarmClimbed
from nazdik.dispatch.alarm_events import AlarmRaised as AlarmRaised
from nazdik.dispatch.alarm_events import AlarmShelved as AlarmShelved
from nazdik.dispatch.alarm_events import AlarmUnshelved as AlarmUnshelved
from nazdik.dispatch.alarm_events import CallBackAwaited as CallBackAwaited
from nazdik.dispatch.alarm_events import CallBackSettled as CallBackSettled
from nazdik.dispatch.alarm_events import EmergencyAcknowledged as EmergencyAcknowledged
from nazdik.dispatch.alarm_events import EmergencyDeclared as EmergencyDeclared
from nazdik.dispatch.alarm_events import EmergencyEnded as EmergencyEnded
from nazdik.dispatch.assignment_events import ArrivalRenewed as ArrivalRenewed
from nazdik.dispatch.assignment_events import AssignmentCancelled as AssignmentCancelled
from nazdik.dispatch.assignment_events import AssignmentDiverted as AssignmentDiverted
from nazdik.dispatch.assignment_events import AssignmentWithdrawn as AssignmentWithdrawn
from nazdik.dispatch.assignment_events import EtaPromised as EtaPromised
from nazdik.dispatch.assignment_events import OfferAccepted as OfferAccepted
from nazdik.dispatch.assignment_events import OfferDelivered as OfferDelivered
from nazdik.dispatch.assignment_events import OfferRefused as OfferRefused
from nazdik.dispatch.assignment_events import OfferSent as OfferSent
from nazdik.dispatch.assignment_events import OfferSounded as OfferSounded
from nazdik.dispatch.assignment_events import OfferUnanswered as OfferUnanswered
from nazdik.dispatch.assignment_events import PostGiven as PostGiven
from nazdik.dispatch.assignment_events import RouteBlocked as RouteBlocked
from nazdik.dispatch.assignment_events import SafetyCheckAnswered as SafetyCheckAnswered
from nazdik.dispatch.assignment_events import SafetyCheckDue as SafetyCheckDue
from nazdik.dispatch.assignment_events import SafetyCheckMissed as SafetyCheckMissed
from nazdik.dispatch.assignment_events import SafetyTimerSet as SafetyTimerSet
from nazdik.dispatch.assignment_events import UnitCleared as UnitCleared
from nazdik.dispatch.assignment_events import UnitEnRoute as UnitEnRoute
from nazdik.dispatch.assignment_events import UnitInArea as UnitInArea
from nazdik.dispatch.assignment_events import UnitOnScene as UnitOnScene
from nazdik.dispatch.assignment_events import UnitRealerted as UnitRealerted
from nazdik.dispatch.assignment_events import UnitReserved as UnitReserved
from nazdik.dispatch.assignment_events import UnitTransporting as UnitTransporting
from nazdik.dispatch.desk_events import DeskHandedOver as DeskHandedOver
from nazdik.dispatch.desk_events import DeskHandOverWithdrawn as DeskHandOverWithdrawn
from nazdik.dispatch.desk_events import DeskTakenOver as DeskTakenOver
from nazdik.dispatch.desk_events import HoldEnded as HoldEnded
from nazdik.dispatch.desk_events import IncidentAbsorbed as IncidentAbsorbed
from nazdik.dispatch.desk_events import IncidentHeld as IncidentHeld
from nazdik.dispatch.desk_events import IncidentJoined as IncidentJoined
from nazdik.dispatch.desk_events import IncidentKept as IncidentKept
from nazdik.dispatch.desk_events import IncidentParted as IncidentParted
from nazdik.dispatch.desk_events import IncidentUnjoined as IncidentUnjoined
from nazdik.dispatch.desk_events import ServiceAsked as ServiceAsked
from nazdik.dispatch.desk_events import ServiceReleased as ServiceReleased
from nazdik.dispatch.event_base import AssignmentEvent as AssignmentEvent
from nazdik.dispatch.event_base import Event as Event
from nazdik.dispatch.event_base import IncidentEvent as IncidentEvent
from nazdik.dispatch.event_base import UnitEvent as UnitEvent
from nazdik.dispatch.field_events import BackupRequested as BackupRequested
from nazdik.dispatch.field_events import CrewChecked as CrewChecked
from nazdik.dispatch.field_events import CrewLoggedOn as CrewLoggedOn
from nazdik.dispatch.field_events import CrewSkillsSet as CrewSkillsSet
from nazdik.dispatch.field_events import HandheldTested as HandheldTested
from nazdik.dispatch.field_events import MessageDelivered as MessageDelivered
from nazdik.dispatch.field_events import MessageRead as MessageRead
from nazdik.dispatch.field_events import MessageSent as MessageSent
from nazdik.dispatch.field_events import PhotoAdded as PhotoAdded
from nazdik.dispatch.field_events import PhotoRestored as PhotoRestored
from nazdik.dispatch.field_events import PhotoWithdrawn as PhotoWithdrawn
from nazdik.dispatch.field_events import ReportFiled as ReportFiled
from nazdik.dispatch.field_events import StepTakenBack as StepTakenBack
from nazdik.dispatch.field_events import VoiceAdded as VoiceAdded
from nazdik.dispatch.field_events import VoiceRestored as VoiceRestored
from nazdik.dispatch.field_events import VoiceWithdrawn as VoiceWithdrawn
from nazdik.dispatch.model import Answer, CordonPost, OfficeRole, Recommendation, TaskingMode, UnitGap, WaitingReason
from nazdik.dispatch.rules import Rules
from nazdik.dispatch.unit_events import UnitBroughtBack as UnitBroughtBack
from nazdik.dispatch.unit_events import UnitChanged as UnitChanged
from nazdik.dispatch.unit_events import UnitEnrolled as UnitEnrolled
from nazdik.dispatch.unit_events import UnitRehomed as UnitRehomed
from nazdik.dispatch.unit_events import UnitRetired as UnitRetired
from nazdik.kernel import CallId, Instant, LonLat, OfficeId, UnitId
from nazdik.published.kinds import Need
from nazdik.published.offices import Tier
from nazdik.published.plans import PlanBasis


class DutyStarted(UnitEvent, frozen=True, kw_only=True, tag="dispatch.duty_started.v1"):
    """A crew is on duty; `crew` is 0 when nobody has said how many they are."""

    crew: int
    skills: tuple[str, ...]


class DutyEnded(UnitEvent, frozen=True, kw_only=True, tag="dispatch.duty_ended.v1"):
    """The crew went home."""


class UnitStatusSet(UnitEvent, frozen=True, kw_only=True, tag="dispatch.unit_status_set.v1"):
    """A free unit is available, or not, and what it does instead."""

    available: bool
    secondary: str


class FreeSoonSaid(UnitEvent, frozen=True, kw_only=True, tag="dispatch.free_soon_said.v1"):
    """A busy unit will be free at `free_at`; believed until then."""

    free_at: Instant
    device_at: Instant | None = None
    by: str | None = None


class FreeSoonOver(UnitEvent, frozen=True, kw_only=True, tag="dispatch.free_soon_over.v1"):
    """It is not expected any more: the crew took it back, or the time passed and it was not free."""

    lapsed: bool
    by: str | None = None


class IncidentDrafted(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_drafted.v1"):
    """A call has begun to be an incident."""

    number: int
    call_id: CallId
    office: OfficeId


class DraftUpdated(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.draft_updated.v1"):
    """What the draft knows now."""

    kind: str | None
    kind_common: str | None
    priority: int | None
    point: LonLat | None
    place: str
    station: OfficeId | None
    needs: tuple[Need, ...]


class IncidentOpened(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_opened.v1"):
    """An incident began without a draft."""

    number: int
    office: OfficeId
    emergency_of: UnitId | None = None


class IncidentClassified(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_classified.v1"):
    """Kind, place and priority are settled."""

    kind: str
    kind_common: str
    priority: int
    point: LonLat
    place: str
    station: OfficeId
    needs: tuple[Need, ...]
    radius_m: float
    narrative: str = ""
    hazards: str = ""


class CallJoined(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.call_joined.v1"):
    """Another call belongs to it."""

    call_id: CallId


class CallParted(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.call_parted.v1"):
    """A call does not belong to it after all."""

    call_id: CallId


class UnitsRecommended(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.units_recommended.v1"):
    """Who could go, who was passed over and why."""

    recommendation: Recommendation


class GapsNoted(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.gaps_noted.v1"):
    """What sending each recommended unit would leave uncovered, as it was counted at `counted_at`."""

    counted_at: Instant
    gaps: tuple[UnitGap, ...]


class CordonSent(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.cordon_sent.v1"):
    """A cordon as it was sent: its posts in order of their numbers from 1, and what the desk saw of it."""

    posts: tuple[CordonPost, ...]
    offence_at: Instant
    vehicle: str
    bearing_deg: float | None
    slowest: float
    fastest: float
    held: float
    sealed: float
    by: str


class CordonWithdrawn(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.cordon_withdrawn.v1"):
    """The cordon is no more; its posts are not filled again."""

    reason: str
    by: str


class IncidentWaits(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_waits.v1"):
    """Nobody goes, and why; looked at again by `retry_at` and each time a unit frees."""

    reason: WaitingReason
    retry_at: Instant | None = None


class UnitAwaited(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.unit_awaited.v1"):
    """The incident waits for a busy unit, which will be free at `free_at`; `by` is who chose to, if anybody."""

    unit_id: UnitId
    free_at: Instant
    by: str | None = None


class WaitingLimitSet(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.waiting_limit_set.v1"):
    """By when somebody must be on the way before the alarm is raised."""

    alarm_at: Instant


class PriorityChanged(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.priority_changed.v1"):
    """Another priority."""

    priority: int
    reason: str


class PlaceChanged(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.place_changed.v1"):
    """Another place."""

    point: LonLat
    place: str
    station: OfficeId


class StationChanged(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.station_changed.v1"):
    """Another station answers for it, although nothing moved: the one it has `left` closed."""

    station: OfficeId
    left: OfficeId


class KindChanged(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.kind_changed.v1"):
    """Another kind."""

    kind: str
    kind_common: str
    needs: tuple[Need, ...]
    radius_m: float


class NoteAdded(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.note_added.v1"):
    """More words."""

    by: str
    text: str


class QuestionsAnswered(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.questions_answered.v1"):
    """Answers to key questions, by which version of the questions, and the priority that all of them together propose."""

    answers: tuple[Answer, ...]
    by: str
    version: str
    proposed: int


class PlanChosen(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.plan_chosen.v1"):
    """By whose rule the incident needs what it needs; None: its kind's own plan again."""

    basis: PlanBasis | None


class DispositionRecorded(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.disposition_recorded.v1"):
    """How it ended."""

    disposition: str


class IncidentClosed(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_closed.v1"):
    """Over; it leaves the world at `archive_at`."""

    archive_at: Instant


class IncidentCancelled(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_cancelled.v1"):
    """Called off."""

    reason: str
    archive_at: Instant


class IncidentReopened(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_reopened.v1"):
    """Open again."""

    reason: str


class IncidentArchived(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.incident_archived.v1"):
    """Left the world; the log keeps it."""


class LateIncidentEntered(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.late_incident_entered.v1"):
    """What happened on paper, with its true times."""

    number: int
    kind: str
    kind_common: str
    priority: int
    point: LonLat
    place: str
    station: OfficeId
    office: OfficeId
    narrative: str
    received_at: Instant
    archive_at: Instant
    unit_id: UnitId | None = None
    sent_at: Instant | None = None
    accepted_at: Instant | None = None
    en_route_at: Instant | None = None
    on_scene_at: Instant | None = None
    cleared_at: Instant | None = None
    disposition: str | None = None


class OfficeTasked(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.office_tasked.v1"):
    """An office has it too, in this role."""

    office: OfficeId
    role: OfficeRole
    mode: TaskingMode
    by: OfficeId | None = None


class OfficeReleased(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.office_released.v1"):
    """An office no longer has it."""

    office: OfficeId


class RulesSet(Event, frozen=True, kw_only=True, tag="dispatch.rules_set.v1"):
    """An office's rules, or None for those of the office above."""

    office: OfficeId
    rules: Rules | None
    by: str


class SeenAtTier(IncidentEvent, frozen=True, kw_only=True, tag="dispatch.seen_at_tier.v1"):
    """First on a person's screen at this tier."""

    tier: Tier


AnyEvent = (
    UnitEnrolled
    | UnitRehomed
    | UnitChanged
    | UnitRetired
    | UnitBroughtBack
    | HandheldTested
    | CrewLoggedOn
    | CrewChecked
    | CrewSkillsSet
    | ReportFiled
    | PhotoAdded
    | PhotoWithdrawn
    | PhotoRestored
    | VoiceAdded
    | VoiceWithdrawn
    | VoiceRestored
    | BackupRequested
    | MessageSent
    | MessageDelivered
    | MessageRead
    | IncidentHeld
    | IncidentJoined
    | IncidentAbsorbed
    | IncidentParted
    | IncidentUnjoined
    | HoldEnded
    | ServiceAsked
    | ServiceReleased
    | DeskHandedOver
    | DeskHandOverWithdrawn
    | DeskTakenOver
    | IncidentKept
    | DutyStarted
    | DutyEnded
    | UnitStatusSet
    | FreeSoonSaid
    | FreeSoonOver
    | IncidentDrafted
    | DraftUpdated
    | IncidentOpened
    | IncidentClassified
    | CallJoined
    | CallParted
    | UnitsRecommended
    | IncidentWaits
    | UnitAwaited
    | WaitingLimitSet
    | GapsNoted
    | CordonSent
    | CordonWithdrawn
    | UnitReserved
    | PostGiven
    | OfferSent
    | OfferDelivered
    | OfferSounded
    | OfferAccepted
    | OfferRefused
    | OfferUnanswered
    | AssignmentWithdrawn
    | AssignmentDiverted
    | AssignmentCancelled
    | UnitRealerted
    | UnitEnRoute
    | EtaPromised
    | RouteBlocked
    | ArrivalRenewed
    | UnitInArea
    | UnitOnScene
    | UnitTransporting
    | UnitCleared
    | StepTakenBack
    | SafetyCheckDue
    | SafetyCheckAnswered
    | SafetyCheckMissed
    | SafetyTimerSet
    | PriorityChanged
    | PlaceChanged
    | StationChanged
    | KindChanged
    | NoteAdded
    | QuestionsAnswered
    | PlanChosen
    | DispositionRecorded
    | IncidentClosed
    | IncidentCancelled
    | IncidentReopened
    | IncidentArchived
    | LateIncidentEntered
    | OfficeTasked
    | OfficeReleased
    | AlarmRaised
    | AlarmClimbed
    | AlarmAcknowledged
    | AlarmShelved
    | AlarmUnshelved
    | AlarmCleared
    | CallBackAwaited
    | CallBackSettled
    | EmergencyDeclared
    | EmergencyAcknowledged
    | EmergencyEnded
    | RulesSet
    | SeenAtTier
)

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Any) -> str:
    """Return what the event is about: an incident where there is one, else a unit, a call or an office."""
    if isinstance(event, MessageSent):
        return event.incident_id or event.from_unit or event.to[0]
    for name in ("incident_id", "unit_id", "call_id"):
        subject: str | None = getattr(event, name, None)
        if subject is not None:
            return subject
    alarm_id: str | None = getattr(event, "alarm_id", None)
    # An alarm without an incident and a unit is about the call that it is named after.
    return alarm_id.partition("!")[0] if alarm_id is not None else str(event.office)
