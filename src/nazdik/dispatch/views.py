"""
What faces see: the shapes of the views that `projections` fills.

Times go out as RFC 3339, points as [longitude, latitude]. `incident`, `unit` and `alarm` hold no personal data; what callers said
and wrote is in `detail`, which only those see who need it.
"""

import msgspec

from nazdik.kernel import LonLat
from nazdik.published.premises import PremiseView
from nazdik.published.roads import RoadBasis


class TaskingView(msgspec.Struct, frozen=True):
    """An office that has the incident."""

    office: str
    role: str
    mode: str
    since: str
    by: str | None


class PostView(msgspec.Struct, frozen=True):
    """A post of a cordon: where one patrol stands, and when the fugitive could be there at the soonest."""

    number: int
    point: LonLat
    place: str
    due_at: str | None
    at_border: bool


class AssignmentView(msgspec.Struct, frozen=True):
    """A unit on an incident, with every stamp of its own."""

    id: str
    unit: str
    call_sign: str
    state: str
    pre_alert: bool
    cause: str
    skill: str
    travel_time_s: float | None
    distance_m: float | None
    reserved_at: str | None
    sent_at: str | None
    answer_by: str | None
    delivered_at: str | None
    sounded_at: str | None
    accepted_at: str | None
    en_route_at: str | None
    arrived_area_at: str | None
    on_scene_at: str | None
    transport_at: str | None
    cleared_at: str | None
    ended_at: str | None
    reason: str | None
    realerted_at: str | None
    realert_reason: str | None
    safety_due: str | None
    safety_asked_at: str | None
    blocked: "BlockedView | None"
    renewed: "RenewedView | None"
    post: PostView | None


class BlockedView(msgspec.Struct, frozen=True):
    """A closure lies across the unit's way; `after_s` null: no way is left."""

    condition: str
    at: str
    before_s: float
    after_s: float | None
    sooner_unit: str | None
    sooner_call_sign: str | None
    sooner_s: float | None


class RenewedView(msgspec.Struct, frozen=True):
    """The roads changed under the unit; `before_s` null: it had no way, `slower` when it is a good deal later now."""

    condition: str
    at: str
    before_s: float | None
    after_s: float
    slower: bool
    sooner_unit: str | None
    sooner_call_sign: str | None
    sooner_s: float | None


class AwaitedView(msgspec.Struct, frozen=True):
    """A busy unit that the incident waits for; its own view says when it will be free."""

    unit: str
    call_sign: str
    by_hand: bool


class NeedView(msgspec.Struct, frozen=True):
    """So many units with one skill."""

    skill: str
    units: int


class PlanView(msgspec.Struct, frozen=True):
    """
    What is to be sent, and by whose rule; without a `rule` it is the kind's own plan.
    """

    needs: tuple[NeedView, ...]
    rule: str | None
    office: str | None
    note: str
    version: str


class BackupView(msgspec.Struct, frozen=True):
    """A crew asks for another unit beside it."""

    unit: str
    call_sign: str
    at: str
    urgent: bool


class JoinedView(msgspec.Struct, frozen=True):
    """An incident that is the same event."""

    id: str
    number: int


class ServiceView(msgspec.Struct, frozen=True):
    """Another service that was asked to come: its code, since when, and who asked."""

    service: str
    at: str
    by: str


class HoldView(msgspec.Struct, frozen=True):
    """Put aside until an instant: since when, why and by whom. Words stay with the desks: see `detail`."""

    since: str
    until: str
    reason: str
    by: str


class IncidentView(msgspec.Struct, frozen=True):
    """An incident as every office sees it: no personal data."""

    id: str
    number: int
    province: str
    kind: str | None
    kind_common: str | None
    priority: int | None
    draft: bool
    status: str
    waiting_reason: str | None
    waiting_since: str | None
    place: str
    point: LonLat | None
    station: str | None
    offices: tuple[TaskingView, ...]
    assignments: tuple[AssignmentView, ...]
    # So many older offers that nobody took are not among the assignments.
    offers_left_out: int
    units_needed: int
    units_missing: int
    calls: int
    created_at: str
    classified_at: str | None
    point_at: str | None
    first_sent_at: str | None
    first_accepted_at: str | None
    first_en_route_at: str | None
    first_on_scene_at: str | None
    last_cleared_at: str | None
    closed_at: str | None
    disposition: str | None
    emergency: bool
    # The call sign of the crew that asked for help: whoever is sent must know whom to look for.
    in_danger: str | None
    escalated_to: str | None
    seen: dict[str, str]
    late_entry: bool
    reopened_at: str | None
    plan: PlanView
    # What answers to the key questions propose, where that is another than what was decided; None once a person decides.
    proposed_priority: int | None
    posts: tuple[PostView, ...]
    awaits: tuple[AwaitedView, ...]
    backup: BackupView | None
    # Who at the desk answers for it, once a desk was handed over.
    keeper: str | None
    hold: HoldView | None
    services: tuple[ServiceView, ...]
    # The incident that it turned out to be the same as; those that turned out to be the same as this one.
    joined_into: JoinedView | None
    joined: tuple[JoinedView, ...]


class HandOverView(msgspec.Struct, frozen=True):
    """
    A desk that was handed over and waits for somebody; `calls` is how many callers go with it.

    With `silent_since` nobody gave it: its screens have been silent since then.
    """

    id: str
    office: str
    by: str
    at: str
    note: str
    incidents: tuple[str, ...]
    calls: int
    silent_since: str | None = None


class NoteView(msgspec.Struct, frozen=True):
    """Words added to an incident."""

    at: str
    by: str
    text: str


class CallerView(msgspec.Struct, frozen=True):
    """Somebody who called about it."""

    call: str
    number: str | None
    name: str | None
    callback: str | None = None


class GapView(msgspec.Struct, frozen=True):
    """
    What the county of a unit would lose if it were sent: shares of its people and past calls that only this unit reaches
    within `limit_s`, and how much of what it reaches another would still reach; null where nothing is known.
    """

    county: str | None
    limit_s: float
    people_lost: float | None
    calls_lost: float | None
    people_backfilled: float | None
    calls_backfilled: float | None
    backfill: str | None
    backfill_call_sign: str | None
    backfill_later_s: float | None
    counted_at: str


class CandidateView(msgspec.Struct, frozen=True):
    """A unit that could go."""

    rank: int
    unit: str
    call_sign: str
    travel_time_s: float | None
    distance_m: float | None
    fix_age_s: float | None
    position: LonLat
    divert_from: str | None
    divert_from_number: int | None
    chosen: bool
    reason: str
    # Before it sets out: until its crew said it is free, until it is called away, or until its crew is in the car.
    delay_s: float
    free_at: str | None
    gap: GapView | None = None


class PassedOverView(msgspec.Struct, frozen=True):
    """A unit that was not taken, and every reason."""

    unit: str
    call_sign: str
    travel_time_s: float | None
    reasons: tuple[str, ...]


class FleetView(msgspec.Struct, frozen=True):
    """The whole fleet by its weightiest reason."""

    total: int
    by_reason: dict[str, int]


class BarrierView(msgspec.Struct, frozen=True):
    """The closures that keep everybody from the place: lifting any one of them opens a way, or only all `together`."""

    conditions: tuple[str, ...]
    together: bool


class RecommendationView(msgspec.Struct, frozen=True):
    """Who could be sent, who was passed over and why."""

    at: str
    point: LonLat
    snapped: LonLat
    off_road_m: float
    asked: NeedView
    priority: int
    candidates: tuple[CandidateView, ...]
    passed_over: tuple[PassedOverView, ...]
    fleet: FleetView
    settled_nodes: int
    metric: str
    roads: RoadBasis
    barrier: BarrierView | None = None


class AnswerView(msgspec.Struct, frozen=True):
    """An answer to a key question: short words for the crew, empty when it tells the crew nothing, and its points."""

    question: str
    option: str
    fa: str
    en: str
    points: int


class ReportView(msgspec.Struct, frozen=True):
    """A crew's short report."""

    assignment: str
    unit: str
    call_sign: str
    at: str
    by: str
    disposition: str | None
    text: str
    people: int | None
    vehicles: int | None


class PhotoView(msgspec.Struct, frozen=True):
    """A picture from the scene; `GET /v1/incidents/{id}/photos/{photo}` is the picture itself."""

    id: str
    at: str
    by: str
    call_sign: str | None
    width: int
    height: int
    taken_at: str | None
    point: LonLat | None


class VoiceView(msgspec.Struct, frozen=True):
    """A voice note from the scene; `GET /v1/incidents/{id}/voices/{voice}` is the sound itself."""

    id: str
    at: str
    by: str
    call_sign: str | None
    media_type: str
    seconds: int
    spoken_at: str | None


class DetailView(msgspec.Struct, frozen=True):
    """The personal part of an incident."""

    id: str
    narrative: str
    hazards: str
    callers: tuple[CallerView, ...]
    notes: tuple[NoteView, ...]
    recommendation: RecommendationView | None
    answers: tuple[AnswerView, ...]
    premises: tuple[PremiseView, ...]
    reports: tuple[ReportView, ...]
    photos: tuple[PhotoView, ...]
    voices: tuple[VoiceView, ...]
    # Why it is on hold, in the words of whoever put it aside.
    hold_words: str = ""


class EmergencyView(msgspec.Struct, frozen=True):
    """An officer's emergency."""

    incident: str
    started_at: str
    acknowledged_at: str | None


class SelfTestView(msgspec.Struct, frozen=True):
    """When a unit's handheld last tried itself, and what did not work."""

    at: str
    app_version: str
    failed: tuple[str, ...]


class UnitView(msgspec.Struct, frozen=True):
    """A unit as every office sees it; `crew` 0 is unknown, `lapsed` how many of it are in service no more."""

    id: str
    slot: int
    call_sign: str
    office: str
    kind: str
    skills: tuple[str, ...]
    crew: int
    on_duty: bool
    primary: str
    secondary: str
    status_since: str
    assignment: str | None
    assignment_state: str | None
    incident: str | None
    incident_number: int | None
    divertible: bool
    emergency: EmergencyView | None
    safety_due: str | None
    free_at: str | None
    tested: SelfTestView | None
    lapsed: int


class ShelfView(msgspec.Struct, frozen=True):
    """Put aside at the desks until an instant."""

    until: str
    reason: str
    by: str


class AddresseeView(msgspec.Struct, frozen=True):
    """A unit that a message is for, and how far it has come."""

    unit: str
    call_sign: str
    delivered_at: str | None
    read_at: str | None


class MessageView(msgspec.Struct, frozen=True):
    """A short text: from a crew to the desk, or from the desk to crews."""

    id: str
    at: str
    by: str
    from_unit: str | None
    from_call_sign: str | None
    to: tuple[AddresseeView, ...]
    incident: str | None
    incident_number: int | None
    text: str
    read_at: str | None


class AlarmView(msgspec.Struct, frozen=True):
    """Something a person must look at."""

    id: str
    cause: str
    incident: str | None
    incident_number: int | None
    unit: str | None
    call_sign: str | None
    # The call that somebody should have called back.
    call: str | None
    priority: int
    tier: str
    office: str
    raised_at: str
    climbs_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    shelf: ShelfView | None


class CallBackView(msgspec.Struct, frozen=True):
    """Somebody who waits to be called back, without anything that says who."""

    id: str
    office: str
    priority: int
    since: str
    late_at: str
    tries: int
