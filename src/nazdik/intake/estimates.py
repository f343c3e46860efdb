"""
Which of a caller's place estimates to propose, by one stated rule.

A place that an operator set always stands; a device's never replaces it. Of the others the one with the smallest doubt is
proposed: its circle brought to 95 % confidence, widened by what the caller may have moved since it was measured, and by what is
known of its source. Equal doubts go to the newer.
"""

from nazdik.intake.model import Location, LocationSource
from nazdik.intake.shapes import radius_at
from nazdik.kernel import Instant
from nazdik.kernel.instant import seconds_between

CONFIDENCE = 0.95
# Without a stated accuracy an estimate is taken for what its source usually gives, in metres.
USUAL_M = {
    LocationSource.OPERATOR: 0.0,
    LocationSource.DEVICE: 50.0,
    LocationSource.AML: 100.0,
    LocationSource.SIGNALLING: 500.0,
    LocationSource.NETWORK: 2_000.0,
    LocationSource.SUBSCRIBER: 300.0,
}
# No phone is surer than this, whatever it says.
LEAST_M = 10.0
# Somebody who walks; who drives is soon measured anew.
MOVES_M_PER_S = 1.4
MOVED_MAX_M = 5_000.0
# A subscriber's address is where the bill goes: right for a fixed line, for a mobile one often not.
SUBSCRIBER_DOUBT_M = 1_000.0
# Not signed by whom it says it is from: used when there is nothing better.
UNTRUSTED_DOUBT_M = 5_000.0


def doubt_m(location: Location, now: Instant) -> float:
    """How far from its point the caller may be, in metres; infinite for an address in words alone."""
    if location.point is None:
        return float("inf")
    if location.source is LocationSource.OPERATOR:
        return 0.0
    stated = location.accuracy_m if location.accuracy_m is not None else USUAL_M[location.source]
    radius = radius_at(CONFIDENCE, max(stated, LEAST_M), location.confidence)
    age_s = max(0.0, seconds_between(location.measured_at or location.at, now))
    moved = 0.0 if location.source is LocationSource.SUBSCRIBER else min(age_s * MOVES_M_PER_S, MOVED_MAX_M)
    extra = SUBSCRIBER_DOUBT_M if location.source is LocationSource.SUBSCRIBER else 0.0
    return radius + moved + extra + (0.0 if location.trusted else UNTRUSTED_DOUBT_M)


def best_of(locations: tuple[Location, ...], now: Instant) -> Location | None:
    """The estimate to propose; None when none has a point."""
    with_point = [(doubt_m(where, now), -where.at, -n, where) for n, where in enumerate(locations) if where.point]
    return min(with_point, key=lambda rated: rated[:3])[3] if with_point else None
