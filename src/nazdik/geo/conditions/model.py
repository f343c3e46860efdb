"""What is known of the roads: conditions with their pieces of street, and factors learnt from trips. Frozen."""

from enum import StrEnum
from typing import NewType

import msgspec
from immutables import Map

from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId, UnitId

ConditionId = NewType("ConditionId", str)
FactorsId = NewType("FactorsId", str)


class ConditionKind(StrEnum):
    """What a condition does to its streets."""

    CLOSURE = "closure"
    TRAFFIC = "traffic"


class ConditionState(StrEnum):
    """Where a condition is. Only an active one is in force."""

    PLANNED = "planned"
    ACTIVE = "active"
    ENDED = "ended"
    LIFTED = "lifted"


OVER = frozenset({ConditionState.ENDED, ConditionState.LIFTED})

# Why a road is closed or slow; each has a word in both languages on every face.
REASONS: tuple[str, ...] = (
    "accident",
    "works",
    "bridge",
    "flood",
    "dust",
    "fire",
    "gathering",
    "ceremony",
    "cordon",
    "obstacle",
    "congestion",
    "other",
)


class Piece(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    One direction of a street between two junctions, told so that it can be found again on a rebuilt map.

    `way` is the OpenStreetMap way, 0 when the map does not know it; `line` is the way one drives, at least two points.
    """

    line: tuple[LonLat, ...]
    way: int = 0
    name_fa: str = ""
    name_en: str = ""


class CutOff(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    Who is no longer reached by road, as it was worked out before the closure was accepted.

    Junctions, and the people and things there: streets and places are samples, units are named. `slower` are junctions that
    are still reached from the nearest station, by a detour of at least `SLOWER_S`; `slower_worst_s` is the longest.
    """

    junctions: int = 0
    streets: int = 0
    street_names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    units: tuple[UnitId, ...] = ()
    slower: int = 0
    slower_worst_s: float = 0.0
    slower_places: tuple[str, ...] = ()

    @property
    def anyone(self) -> bool:
        """Whether somebody is cut off, or has a long way round."""
        return bool(self.junctions or self.units or self.slower)


class Condition(msgspec.Struct, frozen=True):
    """A closure or a traffic factor. `time_factor` 2.0 makes the way take twice as long; a closure has none."""

    id: ConditionId
    kind: ConditionKind
    time_factor: float | None
    pieces: tuple[Piece, ...]
    office: OfficeId
    reason: str
    note: str
    state: ConditionState
    starts_at: Instant
    ends_at: Instant | None
    created_at: Instant
    by: str
    cut_off: CutOff = CutOff()
    started_at: Instant | None = None
    over_at: Instant | None = None
    over_by: str | None = None


class Factor(msgspec.Struct, frozen=True):
    """Learnt from trips: on roads of this group at these hours a patrol takes `factor` times what the table says."""

    group: str
    band: str
    factor: float
    trips: int


class LearnedFactors(msgspec.Struct, frozen=True):
    """A set of factors as an operator put it in force. `table` names the time table that it was learnt over."""

    id: FactorsId
    table: str
    factors: tuple[Factor, ...]
    applied_at: Instant
    by: str
    note: str = ""


class Roads(msgspec.Struct, frozen=True):
    """
    Everything of a province's roads that people have said and that still matters.

    `over` are the newest conditions that have ended, oldest first: shown for a while, and what an undo brings back.
    `learned_before` are the sets of factors that were in force before, newest last. `revision` counts changes of what is in
    force, so that a decision can name the state of the roads that it saw.
    """

    province: ProvinceId
    conditions: Map[ConditionId, Condition] = Map()
    over: tuple[ConditionId, ...] = ()
    deadlines: Map[str, Instant] = Map()
    learned: LearnedFactors | None = None
    learned_before: tuple[LearnedFactors | None, ...] = ()
    revision: int = 0

    def in_force(self) -> tuple[Condition, ...]:
        """Return the conditions that are in force, by id."""
        return tuple(self.conditions[i] for i in sorted(self.conditions) if self.is_active(i))

    def is_active(self, condition_id: ConditionId) -> bool:
        """Whether a condition is in force."""
        return self.conditions[condition_id].state is ConditionState.ACTIVE
