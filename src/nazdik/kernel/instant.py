"""Points in time: whole microseconds since 1970-01-01T00:00:00Z."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NewType

Instant = NewType("Instant", int)

MICROSECONDS_PER_S = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The years 1 to 9999: nothing else can be written as a date.
FIRST_INSTANT = Instant(-62_135_596_800_000_000)
LAST_INSTANT = Instant(253_402_300_799_999_999)


def plus_s(at: Instant, seconds: float) -> Instant:
    """Return the instant `seconds` after `at`."""
    return Instant(at + round(seconds * MICROSECONDS_PER_S))


def seconds_between(earlier: Instant, later: Instant) -> float:
    """Return how many seconds `later` lies after `earlier`; negative when it lies before."""
    return (later - earlier) / MICROSECONDS_PER_S


def rfc3339(at: Instant) -> str:
    """Return `at` as RFC 3339 in UTC with milliseconds and a Z."""
    whole_s, rest = divmod(at, MICROSECONDS_PER_S)
    return f"{_to_the_second(whole_s)}.{rest // 1000:03d}Z"


# A view has a dozen times, most of them of the last few minutes, and thousands of views go out each second.
@lru_cache(maxsize=4096)
def _to_the_second(whole_s: int) -> str:
    return (_EPOCH + timedelta(seconds=whole_s)).isoformat()[:-6]


def from_rfc3339(text: str) -> Instant:
    """Return the instant that an RFC 3339 text names; `ValueError` when it has no zone, is no time, or in UTC has no year."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time needs its zone: {text!r}")
    at = from_moment(moment)
    if not in_calendar(at):
        raise ValueError(f"a time needs a year of four digits in UTC: {text!r}")
    return at


def in_calendar(at: Instant) -> bool:
    """Whether `rfc3339` can write it: the years 1 to 9999."""
    return FIRST_INSTANT <= at <= LAST_INSTANT


def from_moment(moment: datetime) -> Instant:
    """Return the instant of a moment that knows its zone."""
    since = moment - _EPOCH
    return Instant((since.days * 86_400 + since.seconds) * MICROSECONDS_PER_S + since.microseconds)
