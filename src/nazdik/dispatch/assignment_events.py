"""Facts about one unit at one incident, from reserving it to clearing. `events` gathers them with all others."""

from nazdik.dispatch.event_base import AssignmentEvent
from nazdik.dispatch.model import Cause, Post, PromiseStage
from nazdik.kernel import IncidentId, Instant, UnitId
from nazdik.published.roads import Leg, RoadBasis


class UnitReserved(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_reserved.v1"):
    """The unit is this incident's and nobody else's."""

    cause: Cause
    skill: str
    pre_alert: bool = False
    travel_time_s: float | None = None
    distance_m: float | None = None
    hold_until: Instant | None = None


class PostGiven(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.post_given.v1"):
    """The unit reserved a moment ago goes to a post of the cordon, not to the scene."""

    post: Post


class OfferSent(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.offer_sent.v1"):
    """The offer went out; no answer by `answer_by` and it goes to the next nearest."""

    answer_by: Instant


class OfferDelivered(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.offer_delivered.v1"):
    """The handheld has it."""


class OfferSounded(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.offer_sounded.v1"):
    """The alarm really played."""


class OfferAccepted(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.offer_accepted.v1"):
    """The officer took it."""

    move_by: Instant | None = None


class OfferRefused(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.offer_refused.v1"):
    """The officer cannot."""

    reason: str


class OfferUnanswered(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.offer_unanswered.v1"):
    """The answer window passed in silence."""


class AssignmentWithdrawn(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.assignment_withdrawn.v1"):
    """Taken off again."""

    reason: str
    by_hand: bool = False


class AssignmentDiverted(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.assignment_diverted.v1"):
    """The unit was needed more elsewhere."""

    to_incident: IncidentId


class AssignmentCancelled(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.assignment_cancelled.v1"):
    """The incident was called off under it."""


class UnitRealerted(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_realerted.v1"):
    """Something changed that the crew must hear: the place, the priority or the kind."""

    reason: str


class UnitEnRoute(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_en_route.v1"):
    """Driving; late when not there by `late_at`."""

    late_at: Instant | None = None


class EtaPromised(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.eta_promised.v1"):
    """
    When the unit should be there, and all that the promise rests on: said when it is sent and again when it sets out.

    `legs` are the way's metres and seconds by road group, timed by the hour's table alone; `traffic_s` is what conditions of the
    road added.
    """

    stage: PromiseStage
    travel_time_s: float
    distance_m: float
    legs: tuple[Leg, ...]
    traffic_s: float
    unit_kind: str
    skill: str
    roads: RoadBasis


class RouteBlocked(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.route_blocked.v1"):
    """A closure began across the unit's way."""

    condition_id: str
    before_s: float
    after_s: float | None = None
    sooner_unit: UnitId | None = None
    sooner_s: float | None = None


class ArrivalRenewed(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.arrival_renewed.v1"):
    """
    The roads changed under a unit on its way; it had `before_s` to go (None: no way), and has `after_s` now.

    `slower` when that is longer by more than the office's share; late when not there by `late_at`.
    """

    condition_id: str
    before_s: float | None
    after_s: float
    slower: bool
    late_at: Instant | None = None
    sooner_unit: UnitId | None = None
    sooner_s: float | None = None


class UnitInArea(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_in_area.v1"):
    """Its position came inside the incident's circle."""


class UnitOnScene(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_on_scene.v1"):
    """The officer says: arrived."""

    safety_due: Instant | None = None


class UnitTransporting(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_transporting.v1"):
    """Taking somebody somewhere."""


class UnitCleared(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.unit_cleared.v1"):
    """Done with it."""

    disposition: str | None = None


class SafetyCheckDue(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.safety_check_due.v1"):
    """The officer is asked whether all is well."""

    missed_at: Instant


class SafetyCheckAnswered(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.safety_check_answered.v1"):
    """All is well; asked again by `safety_due`."""

    safety_due: Instant


class SafetyTimerSet(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.safety_timer_set.v1"):
    """A desk chose when the crew is asked next."""

    safety_due: Instant
    by: str


class SafetyCheckMissed(AssignmentEvent, frozen=True, kw_only=True, tag="dispatch.safety_check_missed.v1"):
    """No answer from the scene."""
