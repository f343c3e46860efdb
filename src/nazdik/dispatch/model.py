"""The world of one province: units, incidents, assignments, alarms, timers, rules. Frozen; `evolution` makes the next."""

from enum import StrEnum

import msgspec
from immutables import Map

from nazdik.dispatch.desk_model import AskedService, HandOver, HandOverId, Hold
from nazdik.dispatch.field_model import (
    Backup,
    FreeSoon,
    HandheldTest,
    Message,
    MessageId,
    Photo,
    PhotoBack,
    Report,
    Voice,
    VoiceBack,
)
from nazdik.dispatch.rules import Rules
from nazdik.kernel import AlarmId, AssignmentId, CallId, IncidentId, Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.published.kinds import Need
from nazdik.published.offices import Tier
from nazdik.published.plans import PlanBasis
from nazdik.published.roads import RoadBasis


class AssignmentState(StrEnum):
    """The life of an assignment; the first eight are active."""

    RESERVED = "reserved"
    SENT = "sent"
    DELIVERED = "delivered"
    SOUNDED = "sounded"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    CLEARED = "cleared"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DIVERTED = "diverted"


OFFERED = frozenset({AssignmentState.SENT, AssignmentState.DELIVERED, AssignmentState.SOUNDED})
BEFORE_SCENE = frozenset({AssignmentState.RESERVED, *OFFERED, AssignmentState.ACCEPTED, AssignmentState.EN_ROUTE})
ACTIVE = frozenset({*BEFORE_SCENE, AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING})
# An incident that lost its unit twice to a more urgent one keeps the third (dispatch-science, diversion).
TIMES_DIVERTED_MAX = 2
FAILED = frozenset({AssignmentState.REFUSED, AssignmentState.UNANSWERED})


class IncidentStatus(StrEnum):
    """Where an incident is. Derived from its assignments; nobody sets it."""

    DRAFT = "Draft"
    ACTIVE = "Active"
    WAITING = "Waiting"
    ASSIGNED = "ResourcesAssigned"
    EN_ROUTE = "ResourcesEnroute"
    ON_SCENE = "ResourcesOnscene"
    REPORT_PENDING = "ReportPending"
    CLOSED = "Closed"
    CANCELLED = "Cancelled"


class WaitingReason(StrEnum):
    """Why an incident has nobody."""

    NOBODY_FREE = "nobody_free"
    NONE_IN_REACH = "none_in_reach"
    AUTO_OFF = "auto_off"
    SUGGEST_ONLY = "suggest_only"
    WITHDRAWN = "withdrawn"
    # Somebody could go, but a unit that says when it is free will be there sooner.
    FREE_SOON = "free_soon"


class Cause(StrEnum):
    """Why a unit was chosen for an assignment."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    PRE_ALERT = "pre_alert"
    NEXT_NEAREST = "next_nearest"
    PANIC = "panic"
    OWN_EVENT = "own_event"
    LATE_ANSWER = "late_answer"
    CORDON = "cordon"
    BACKUP = "backup"


class AlarmCause(StrEnum):
    """What an alarm is about."""

    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    NOBODY_FREE = "nobody_free"
    WAITING = "waiting"
    PANIC = "panic"
    SAFETY_CHECK = "safety_check"
    NOT_MOVING = "not_moving"
    LATE = "late"
    ROUTE_BLOCKED = "route_blocked"
    # Somebody gave up ringing, and nobody has called back in time.
    CALL_BACK = "call_back"
    # An incident was put aside, and its time is over.
    HELD = "held"
    # A crew at work needs help at once.
    BACKUP = "backup"
    # A desk with open work was handed over, and nobody has taken it in time.
    DESK_LEFT = "desk_left"
    # Somebody of a crew on duty is in service no more; the car may have gone off duty over it.
    CREW_LAPSED = "crew_lapsed"


class PromiseStage(StrEnum):
    """When a time of arrival was promised: when the unit was sent, when it set out, or when the roads changed under it."""

    SENT = "sent"
    EN_ROUTE = "en_route"
    RENEWED = "renewed"


class OfficeRole(StrEnum):
    """What an office is to an incident (EIDO)."""

    CALL_RECEIVING = "CallReceiving"
    DISPATCHING = "Dispatching"
    DISPATCHED = "Dispatched"
    ASSISTING = "Assisting"
    INFORMATIONAL = "Informational"
    TRANSFERRED_TO = "TransferredTo"


class TaskingMode(StrEnum):
    """Whether an office acts on an incident or only watches."""

    MANAGE = "manage"
    MONITOR = "monitor"


class Tasking(msgspec.Struct, frozen=True):
    """An incident given to an office."""

    office: OfficeId
    role: OfficeRole
    mode: TaskingMode
    since: Instant
    by: OfficeId | None = None


class Note(msgspec.Struct, frozen=True):
    """Words added to an incident, by whom and when."""

    at: Instant
    by: str
    text: str


class Answer(msgspec.Struct, frozen=True):
    """
    An answer to a key question: its option, the short words that the crew reads, its points. An empty option: taken back.
    """

    question: str
    option: str
    fa: str
    en: str
    points: int


class BlockedRoute(msgspec.Struct, frozen=True):
    """
    A closure lies across a unit's way: how long it had to go, and has now (None: no way is left).

    `sooner_unit` is a free unit that would now be there sooner, and its road time.
    """

    condition_id: str
    at: Instant
    before_s: float
    after_s: float | None
    sooner_unit: UnitId | None = None
    sooner_s: float | None = None


class RenewedArrival(msgspec.Struct, frozen=True):
    """
    A condition of the roads changed while a unit was on its way: how long it had to go (None: no way), and has now.

    `slower` when that is more than the office's share longer; `sooner_unit` is then a free unit that would now be there sooner.
    """

    condition_id: str
    at: Instant
    before_s: float | None
    after_s: float
    slower: bool
    sooner_unit: UnitId | None = None
    sooner_s: float | None = None


class Post(msgspec.Struct, frozen=True):
    """A place of a cordon that one patrol holds for an incident. `due_at` is when the fugitive could be there at the soonest."""

    number: int
    point: LonLat
    place: str
    due_at: Instant | None = None
    at_border: bool = False


class CordonPost(msgspec.Struct, frozen=True):
    """A post as the desk saw it when it sent the cordon: who is to hold it, and what was reckoned then."""

    point: LonLat
    place: str = ""
    unit_id: UnitId | None = None
    due_at: Instant | None = None
    share: float = 0.0
    at_border: bool = False


class UnitGap(msgspec.Struct, frozen=True):
    """What a unit's county would lose if it were sent: shares of the county's people and past calls within `limit_s`."""

    unit_id: UnitId
    county: OfficeId | None
    limit_s: float
    people_lost: float | None
    calls_lost: float | None
    backfill: UnitId | None


class Assignment(msgspec.Struct, frozen=True):
    """An incident given to a unit, with every stamp of its own life. With a `post` the unit goes there, not to the scene."""

    id: AssignmentId
    incident_id: IncidentId
    unit_id: UnitId
    state: AssignmentState
    cause: Cause
    skill: str
    pre_alert: bool
    travel_time_s: float | None
    distance_m: float | None
    reserved_at: Instant
    hold_until: Instant | None = None
    sent_at: Instant | None = None
    answer_by: Instant | None = None
    delivered_at: Instant | None = None
    sounded_at: Instant | None = None
    accepted_at: Instant | None = None
    en_route_at: Instant | None = None
    arrived_area_at: Instant | None = None
    on_scene_at: Instant | None = None
    transport_at: Instant | None = None
    cleared_at: Instant | None = None
    ended_at: Instant | None = None
    reason: str | None = None
    realerted_at: Instant | None = None
    realert_reason: str | None = None
    safety_due: Instant | None = None
    safety_asked_at: Instant | None = None
    blocked: BlockedRoute | None = None
    renewed: RenewedArrival | None = None
    post: Post | None = None


class Awaited(msgspec.Struct, frozen=True):
    """A busy unit that an incident waits for; `by` is who chose to, None when the rules of the office did."""

    unit_id: UnitId
    by: str | None = None


class Incident(msgspec.Struct, frozen=True):
    """One event in the world."""

    id: IncidentId
    number: int
    draft: bool
    kind: str | None
    kind_common: str | None
    priority: int | None
    point: LonLat | None
    place: str
    station: OfficeId | None
    needs: tuple[Need, ...]
    created_at: Instant
    calls: tuple[CallId, ...] = ()
    taskings: tuple[Tasking, ...] = ()
    assignments: tuple[AssignmentId, ...] = ()
    # The highest number any assignment got here: one that went with a joined incident, and ended there, keeps its own.
    numbered: int = 0
    radius_m: float = 100.0
    narrative: str = ""
    hazards: str = ""
    notes: tuple[Note, ...] = ()
    classified_at: Instant | None = None
    point_at: Instant | None = None
    waiting_reason: WaitingReason | None = None
    waiting_since: Instant | None = None
    times_diverted: int = 0
    withdrawn_by_hand: tuple[UnitId, ...] = ()
    disposition: str | None = None
    served_before: Instant | None = None
    closed_at: Instant | None = None
    cancelled_at: Instant | None = None
    cancel_reason: str | None = None
    reopened_at: Instant | None = None
    emergency_of: UnitId | None = None
    escalated_to: Tier | None = None
    seen: tuple[tuple[Tier, Instant], ...] = ()
    late_entry: bool = False
    recommendation: "Recommendation | None" = None
    posts: tuple[Post, ...] = ()
    answers: tuple[Answer, ...] = ()
    proposed_priority: int | None = None
    plan: PlanBasis | None = None
    reports: tuple[Report, ...] = ()
    photos: tuple[Photo, ...] = ()
    photos_back: tuple[PhotoBack, ...] = ()
    voices: tuple[Voice, ...] = ()
    voices_back: tuple[VoiceBack, ...] = ()
    backup: Backup | None = None
    # Who at the desk answers for it, once a desk was handed over; before that the whole room does.
    keeper: str | None = None
    hold: Hold | None = None
    # Other services that were asked to come, in the order of asking.
    services: tuple[AskedService, ...] = ()
    # The incident it turned out to be the same as, and the assignments that went there.
    joined_into: IncidentId | None = None
    joined_assignments: tuple[AssignmentId, ...] = ()
    # Those that turned out to be the same as this one.
    joined: tuple[IncidentId, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it is closed or cancelled."""
        return self.closed_at is not None or self.cancelled_at is not None


class Candidate(msgspec.Struct, frozen=True):
    """
    A unit that could be sent: road time from its last fix, and from what it would have to be taken.

    It cannot set out for `delay_s` more seconds when that is set: `free_at` is when its crew said it will be free; otherwise
    it has to be called away, or its crew is not in the car.
    """

    unit_id: UnitId
    travel_time_s: float
    distance_m: float
    fix_age_s: float
    position: LonLat
    divert_from: IncidentId | None = None
    chosen: bool = False
    reason: str = ""
    # Unset in records from before units said when they could set out, and where there is nothing to wait for.
    delay_s: float | msgspec.UnsetType = msgspec.UNSET
    free_at: Instant | msgspec.UnsetType = msgspec.UNSET

    @property
    def wait_s(self) -> float:
        """Seconds before it can set out."""
        return 0.0 if self.delay_s is msgspec.UNSET else self.delay_s

    @property
    def arrival_s(self) -> float:
        """Seconds until it could be there: waiting and driving."""
        return self.wait_s + self.travel_time_s

    @property
    def is_free_soon(self) -> bool:
        """Whether it is busy now, and its crew said until when."""
        return self.free_at is not msgspec.UNSET


class PassedOver(msgspec.Struct, frozen=True):
    """A unit that was nearer or on duty and was not taken, and each reason why."""

    unit_id: UnitId
    travel_time_s: float | None
    reasons: tuple[str, ...]


class Recommendation(msgspec.Struct, frozen=True):
    """What was asked of the road, what it answered, and what was chosen: enough to explain the choice years later."""

    at: Instant
    point: LonLat
    snapped: LonLat
    off_road_m: float
    skill: str
    units: int
    priority: int
    fixed_after: Instant
    candidates: tuple[Candidate, ...]
    passed_over: tuple[PassedOver, ...]
    fleet_size: int
    fleet_by_reason: tuple[tuple[str, int], ...]
    settled_nodes: int
    metric: str = "road_time"
    # Unset in records from before the road knew hours and conditions.
    roads: RoadBasis | msgspec.UnsetType = msgspec.UNSET


class Emergency(msgspec.Struct, frozen=True):
    """An officer's emergency: it lies over any status."""

    incident_id: IncidentId
    started_at: Instant
    acknowledged_at: Instant | None = None


class Unit(msgspec.Struct, frozen=True):
    """A patrol: what it is, whether it is on duty, and what it does."""

    id: UnitId
    call_sign: str
    office: OfficeId
    kind: str
    skills: tuple[str, ...]
    crew: int
    on_duty: bool
    available: bool
    secondary: str
    status_since: Instant
    assignment_id: AssignmentId | None = None
    emergency: Emergency | None = None
    free_soon: FreeSoon | None = None
    # Of the handheld, so it outlasts a crew's duty.
    tested: HandheldTest | None = None
    # Who is on it by their numbers, and the part of the station's area they patrol; when they said so.
    members: tuple[str, ...] = ()
    sector: str | None = None
    # What it can do without the people of a crew.
    own_skills: tuple[str, ...] = ()
    # Those of its members who are in service no more.
    lapsed: tuple[str, ...] = ()
    # What it was called before; these stay its own.
    former_signs: tuple[str, ...] = ()
    retired_at: Instant | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it is out of use and nothing is under way about it: an emergency is seen whatever the unit is."""
        return self.retired_at is not None and self.emergency is None and self.assignment_id is None

    @property
    def is_unmanned(self) -> bool:
        """Whether it is on duty with a crew of whom nobody is in service any more."""
        return bool(self.lapsed) and len(self.lapsed) == len(self.members)


class Shelf(msgspec.Struct, frozen=True):
    """An alarm is put aside until an instant; who did it and why."""

    until: Instant
    reason: str
    by: str


class Alarm(msgspec.Struct, frozen=True):
    """Something that a person must look at; it climbs the tiers until somebody takes it or its cause ends."""

    id: AlarmId
    cause: AlarmCause
    incident_id: IncidentId | None
    unit_id: UnitId | None
    priority: int
    tier: Tier
    office: OfficeId
    raised_at: Instant
    climbs_at: Instant | None
    acknowledged_at: Instant | None = None
    acknowledged_by: str | None = None
    shelf: Shelf | None = None

    @property
    def call_id(self) -> CallId | None:
        """The call that somebody should call back; its alarms are named after it."""
        return CallId(self.id.partition("!")[0]) if self.cause is AlarmCause.CALL_BACK else None

    @property
    def hand_over_id(self) -> HandOverId | None:
        """The desk that nobody has taken, for an alarm about one."""
        return HandOverId(self.id.partition("!")[0]) if self.cause is AlarmCause.DESK_LEFT else None


class AwaitedCallBack(msgspec.Struct, frozen=True):
    """Somebody who waits to be called back: the office nearest to them, and when it is late."""

    call_id: CallId
    office: OfficeId
    priority: int
    since: Instant
    late_at: Instant
    tries: int = 0


class World(msgspec.Struct, frozen=True):
    """Everything of a province that decisions need. Persistent maps: keeping an old world costs nothing."""

    province: ProvinceId
    units: Map[UnitId, Unit] = Map()
    incidents: Map[IncidentId, Incident] = Map()
    assignments: Map[AssignmentId, Assignment] = Map()
    alarms: Map[AlarmId, Alarm] = Map()
    waiting: Map[IncidentId, Instant] = Map()
    deadlines: Map[str, Instant] = Map()
    rules: Map[OfficeId, Rules] = Map()
    # Only incidents that wait for busy units by name: few, however many wait for anybody.
    awaits: Map[IncidentId, tuple[Awaited, ...]] = Map()
    call_backs: Map[CallId, AwaitedCallBack] = Map()
    messages: Map[MessageId, Message] = Map()
    # Desks that were given and that nobody has taken yet.
    hand_overs: Map[HandOverId, HandOver] = Map()
    # Whose each call sign is or was, in capitals.
    signs: Map[str, UnitId] = Map()
    last_number: int = 0

    def active_assignments(self, incident: Incident) -> tuple[Assignment, ...]:
        """Return the incident's assignments that are still running, oldest first."""
        every = (self.assignments[a] for a in incident.assignments)
        return tuple(a for a in every if a.state in ACTIVE)

    def serving(self, incident: Incident) -> tuple[Assignment, ...]:
        """Return the assignments that fill a need: running, or done since the incident was last reopened."""
        every = (self.assignments[a] for a in incident.assignments)
        return tuple(
            a
            for a in every
            if a.state in ACTIVE
            or (a.state is AssignmentState.CLEARED and (incident.served_before or 0) < (a.cleared_at or 0))
        )

    def status_of(self, incident: Incident) -> IncidentStatus:
        """Derive where an incident is from its assignments."""
        if incident.cancelled_at is not None:
            return IncidentStatus.CANCELLED
        if incident.closed_at is not None:
            return IncidentStatus.CLOSED
        serving = self.serving(incident)
        # Who holds a post of the cordon is not at the scene; with nobody else on it, the cordon is what is being done.
        states = {a.state for a in serving if a.post is None} or {a.state for a in serving}
        if states & {AssignmentState.ON_SCENE, AssignmentState.TRANSPORTING}:
            return IncidentStatus.ON_SCENE
        if AssignmentState.EN_ROUTE in states:
            return IncidentStatus.EN_ROUTE
        if incident.draft:
            return IncidentStatus.DRAFT
        if states & ACTIVE:
            return IncidentStatus.ASSIGNED
        if incident.waiting_reason is not None:
            return IncidentStatus.WAITING
        if states:
            return IncidentStatus.REPORT_PENDING
        return IncidentStatus.ACTIVE

    def missing_needs(self, incident: Incident) -> tuple[Need, ...]:
        """Return what is still lacking: at the scene, in the plan's order, and then for the posts of a cordon."""
        posts = len(self.missing_posts(incident))
        return (*self.missing_at_scene(incident), *((Need("patrol", posts),) if posts else ()))

    def missing_at_scene(self, incident: Incident) -> tuple[Need, ...]:
        """Return what the response plan still lacks, in the plan's order."""
        have: dict[str, int] = {}
        for assignment in self.serving(incident):
            if assignment.post is None:
                have[assignment.skill] = have.get(assignment.skill, 0) + 1
        missing = (Need(n.skill, n.units - min(n.units, have.get(n.skill, 0))) for n in incident.needs)
        return tuple(n for n in missing if n.units > 0)

    def missing_posts(self, incident: Incident) -> tuple[Post, ...]:
        """Return the posts of the cordon that nobody holds or goes to, in order."""
        if not incident.posts:
            return ()
        held = {a.post.number for a in self.serving(incident) if a.post is not None}
        return tuple(post for post in incident.posts if post.number not in held)

    def awaited_by(self, incident: Incident) -> tuple[Awaited, ...]:
        """Return the units an incident waits for; one that is no longer expected is not waited for."""
        return tuple(a for a in self.awaits.get(incident.id, ()) if self.units[a.unit_id].free_soon is not None)

    def awaiting(self, unit_id: UnitId) -> tuple[Incident, ...]:
        """Return the incidents that wait for a unit, in the order of their ids; whether it is still expected is not asked."""
        found = (i for i in sorted(self.awaits) if any(a.unit_id == unit_id for a in self.awaits[i]))
        return tuple(self.incidents[i] for i in found)

    def destination_of(self, assignment: Assignment) -> LonLat | None:
        """Return where the unit is to go: its post, or the incident's place."""
        return self.incidents[assignment.incident_id].point if assignment.post is None else assignment.post.point
