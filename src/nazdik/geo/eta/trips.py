"""A trip: what was promised when a crew set out, what the way was made of, and when they were really there."""

from datetime import UTC, datetime, timedelta

import msgspec

from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S
from nazdik.published.roads import Leg

# A crew that needs a sixth of the promise, or six times as long, did something else: it was there already, or stopped on the way.
RATIO_MAX = 6.0
# Below this, parking and getting out weigh more than the road.
PROMISED_S_MIN = 20.0
# Conditions on the way say nothing about the road as such.
TRAFFIC_S_MAX = 5.0
MIXED = "mixed"


class Trip(msgspec.Struct, frozen=True):
    """
    One drive to an incident.

    Attributes:
        began_at: When the crew set out; `took_s` later it entered the circle around the place, or said that it was there.
        promised_s: What was promised when it set out, for the part up to there.
        sent_promised_s, sent_took_s: The same from the moment it was sent, getting ready included; None when not known.
        legs: The way by road group, timed by the table alone.
        share: The part of the way that was driven until the circle; 1 when the crew said itself that it was there.
    """

    assignment: str
    began_at: Instant
    took_s: float
    promised_s: float
    sent_promised_s: float | None
    sent_took_s: float | None
    distance_m: float
    legs: tuple[Leg, ...]
    share: float
    traffic_s: float
    unit_kind: str
    skill: str
    table: str
    band: str
    learned: str | None = None

    @property
    def error_s(self) -> float:
        """How much later than promised it was there; negative when sooner."""
        return self.took_s - self.promised_s

    @property
    def group(self) -> str:
        """The road group that most of its time lay on, `mixed` when none has half."""
        total = sum(leg.seconds for leg in self.legs)
        first = max(self.legs, key=lambda leg: (leg.seconds, leg.group))
        return first.group if first.seconds >= total / 2 else MIXED

    @property
    def usable(self) -> bool:
        """Whether it says something about the roads."""
        if not self.legs or self.promised_s < PROMISED_S_MIN or self.took_s <= 0:
            return False
        plausible = 1 / RATIO_MAX <= self.took_s / self.promised_s <= RATIO_MAX
        return plausible and abs(self.traffic_s) <= TRAFFIC_S_MAX


def local_day(at: Instant, offset_min: int) -> str:
    """The local date of an instant, as `2026-11-22`."""
    moment = datetime.fromtimestamp(at / MICROSECONDS_PER_S, UTC) + timedelta(minutes=offset_min)
    return moment.date().isoformat()
