"""
What dispatch sees of the road and the fleet: the nearest units to a point by exact road time, and why others were passed over.

A unit's fitness is a bit mask, so that the search tests it the moment it meets the unit. Duty and status bits are set by
dispatch's world through `set_duty`; health and position bits belong to the fleet, and the fleet alone sets them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple, Protocol

from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.published.roads import BASE_TIMES, Leg, RoadBasis


class Fitness(IntFlag):
    """The bits of a unit's mask. A search names bits that must all be set and bits of which one must be set."""

    ON_DUTY = 1 << 0
    AVAILABLE = 1 << 1
    # May be diverted from an incident of this priority (2 is the most urgent that anyone is ever taken from).
    DIVERTIBLE_FROM_P2 = 1 << 2
    DIVERTIBLE_FROM_P3 = 1 << 3
    DIVERTIBLE_FROM_P4 = 1 << 4
    DIVERTIBLE_FROM_P5 = 1 << 5
    NO_EMERGENCY = 1 << 6
    # Busy, and its crew said when it will be free.
    FREE_SOON = 1 << 7
    HANDHELD_HEALTHY = 1 << 8
    POSITION_PLAUSIBLE = 1 << 9
    # Skills from here on: bit 16 + index in SKILLS.


SKILLS: tuple[str, ...] = (
    "patrol",
    "traffic",
    "armed",
    "investigation",
    "female_officer",
    "motorcycle",
    "first_aid",
    "crowd",
)
SKILL_BIT_0 = 16


def skill_bit(skill: str) -> int:
    """Return the mask bit of a skill; `ValueError` for a word that is none."""
    return 1 << (SKILL_BIT_0 + SKILLS.index(skill))


class Seen(NamedTuple):
    """
    A unit the search met: road time and distance from where it is to the place asked for, and what it is fit for.

    `delay_s` is how long before it can set out; it is there after `arrival_s`. `distance_m` is -1 for a unit passed over.
    """

    unit_id: UnitId
    travel_time_s: float
    distance_m: float
    position: LonLat
    fixed_at: Instant
    mask: int
    delay_s: float = 0.0

    @property
    def arrival_s(self) -> float:
        """Seconds until it is there: waiting and driving."""
        return self.delay_s + self.travel_time_s


@dataclass(frozen=True, slots=True)
class Search:
    """
    The answer to one question: the nearest fit units, the unfit ones met before the last of them, and who has no usable place.

    `passed_over` is every unfit unit nearer by road than the last unit found (all reachable ones when nobody was found, or
    when a fit one cannot come). `without_place` are on-duty units without a usable position. `settled_nodes` is how far the
    search had to go.
    """

    found: tuple[Seen, ...]
    passed_over: tuple[Seen, ...]
    without_place: tuple[UnitId, ...]
    snapped: LonLat
    off_road_m: float
    settled_nodes: int
    fleet_size: int
    basis: RoadBasis = BASE_TIMES


@dataclass(frozen=True, slots=True)
class WayThere:
    """
    One unit's way to a point as it would be driven now.

    `legs` are its parts by road group, timed by the hour's table alone; `traffic_s` is what conditions add to that and to what
    was learnt. `arcs` are numbers of the map in force, good for as long as it is.
    """

    travel_time_s: float
    distance_m: float
    legs: tuple[Leg, ...]
    traffic_s: float
    arcs: tuple[int, ...]
    basis: RoadBasis


class Sight(Protocol):
    """The road and the fleet as dispatch sees them."""

    def covers(self, point: LonLat) -> bool:
        """Whether a loaded region holds the point and has a road within reach of it."""

    def nearest(
        self,
        point: LonLat,
        *,
        k: int,
        all_of: int,
        any_of: int,
        fixed_after: Instant,
        exclude: frozenset[UnitId] = frozenset(),
        limit_s: float = 7200.0,
        now: Instant | None = None,
    ) -> Search:
        """
        Return the k units soonest there by road whose mask has every bit of `all_of` and one of `any_of` (0: any).

        Exact over the whole fleet. Units in `exclude` are not considered at all; units whose fix is not after
        `fixed_after` are passed over. A unit's delay counts (see `set_duty`), and with `now` the time until it is ready.
        Ties go by unit id.
        """

    def air_nearest(
        self,
        point: LonLat,
        *,
        k: int,
        all_of: int,
        any_of: int,
        fixed_after: Instant,
        exclude: frozenset[UnitId] = frozenset(),
    ) -> Search:
        """As `nearest`, but chosen by straight line, each with its true road time; for comparison only."""

    def reach(self, unit_id: UnitId, point: LonLat) -> Seen | None:
        """Return one unit's road time to a point whatever its fitness, or None when it has no place or no way there."""

    def way(self, unit_id: UnitId, point: LonLat) -> WayThere | None:
        """Return the way of a unit to a point and what it is made of, or None when it has no place or no way there."""

    def tally(self, rungs: Sequence[tuple[int, int]], *, fixed_after: Instant) -> tuple[int, ...]:
        """
        Count all enrolled units by what first keeps them back, for the record.

        A rung is (`all_of`, `any_of`) as in `nearest`. Returns one number for each rung: the units that pass all rungs
        before it and miss this one; then those that pass all but have no fix after `fixed_after`; then those that are fit.
        """

    def set_duty(self, unit_id: UnitId, mask: int, *, delay_s: float = 0.0, ready_at: Instant | None = None) -> None:
        """
        Set the duty, status and skill bits of a unit; health and position bits are left alone.

        Args:
            delay_s: How long before it could set out, such as for who must first be called away from another incident.
            ready_at: When it will be free; before that its delay begins then. None: it is.
        """


HEALTH_BITS = int(Fitness.HANDHELD_HEALTHY | Fitness.POSITION_PLAUSIBLE)
