"""Points in time: whole microseconds since 1970-01-01T00:00:00Z."""

from datetime import UTC, datetime, timedelta
from typing import NewType

Instant = NewType("Instant", int)

MICROSECONDS_PER_S = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plus_s(at: Instant, seconds: float) -> Instant:
    """Return the instant `seconds` after `at`."""
    return Instant(at + round(seconds * MICROSECONDS_PER_S))


def seconds_between(earlier: Instant, later: Instant) -> float:
    """Return how many seconds `later` lies after `earlier`; negative when it lies before."""
    return (later - earlier) / MICROSECONDS_PER_S


def rfc3339(at: Instant) -> str:
    """Return `at` as RFC 3339 in UTC with milliseconds and a Z."""
    moment = _EPOCH + timedelta(microseconds=at)
    # `strftime` takes four times as long, and every view has a dozen of these.
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def from_rfc3339(text: str) -> Instant:
    """Return the instant that an RFC 3339 text names; `ValueError` when it has no zone or is no time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time needs its zone: {text!r}")
    return Instant((moment - _EPOCH) // timedelta(microseconds=1))
