"""What happened to the roads, in the past tense. The tag of an event is its stored name and never changes."""

from typing import Any, get_args

import msgspec

from nazdik.geo.conditions.model import ConditionId, CutOff, LearnedFactors, Piece
from nazdik.kernel import Instant, OfficeId


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recorded fact of the road."""

    at: Instant


class ConditionEvent(Event, frozen=True, kw_only=True):
    """A fact about a closure or a traffic factor."""

    condition_id: ConditionId


class _Set(ConditionEvent, frozen=True, kw_only=True):
    pieces: tuple[Piece, ...]
    office: OfficeId
    reason: str
    starts_at: Instant
    by: str
    ends_at: Instant | None = None
    note: str = ""


class RoadClosed(_Set, frozen=True, kw_only=True, tag="geo.road_closed.v1"):
    """Nobody drives through these pieces of street from `starts_at` on. `cut_off` is who that leaves out, as it was confirmed."""

    cut_off: CutOff = CutOff()


class TrafficFactorSet(_Set, frozen=True, kw_only=True, tag="geo.traffic_factor_set.v1"):
    """These pieces of street take so many times as long from `starts_at` on."""

    time_factor: float


class ConditionStarted(ConditionEvent, frozen=True, kw_only=True, tag="geo.condition_started.v1"):
    """It is in force now."""


class ConditionEnded(ConditionEvent, frozen=True, kw_only=True, tag="geo.condition_ended.v1"):
    """Its end has come."""


class ConditionEndChanged(ConditionEvent, frozen=True, kw_only=True, tag="geo.condition_end_changed.v1"):
    """It ends at another time, or with None when somebody lifts it."""

    by: str
    ends_at: Instant | None = None


class RoadReopened(ConditionEvent, frozen=True, kw_only=True, tag="geo.road_reopened.v1"):
    """A person opened the streets again."""

    by: str


class TrafficFactorLifted(ConditionEvent, frozen=True, kw_only=True, tag="geo.traffic_factor_lifted.v1"):
    """A person took the factor off."""

    by: str


class ConditionRestored(ConditionEvent, frozen=True, kw_only=True, tag="geo.condition_restored.v1"):
    """A person undid a lift: it stands as before."""

    by: str


class EtaFactorsApplied(Event, frozen=True, kw_only=True, tag="geo.eta_factors_applied.v1"):
    """Factors learnt from trips are in force."""

    learned: LearnedFactors


class EtaFactorsReverted(Event, frozen=True, kw_only=True, tag="geo.eta_factors_reverted.v1"):
    """The factors in force were taken back, and those before them are in force again."""

    office: OfficeId
    by: str


AnyEvent = (
    RoadClosed
    | TrafficFactorSet
    | ConditionStarted
    | ConditionEnded
    | ConditionEndChanged
    | RoadReopened
    | TrafficFactorLifted
    | ConditionRestored
    | EtaFactorsApplied
    | EtaFactorsReverted
)

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Any) -> str:
    """Return what the event is about: a condition, or the learnt factors of the province."""
    match event:
        case EtaFactorsApplied(learned=learned):
            return learned.id
        case EtaFactorsReverted(office=office):
            return str(office)
        case _:
            return str(event.condition_id)
