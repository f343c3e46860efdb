"""Times as other systems' formats want them: with a numeric offset."""

from datetime import UTC, datetime, timedelta, timezone

from nazdik.kernel import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(at: Instant, offset_min: int) -> datetime:
    """Return an instant as a moment so many minutes ahead of UTC."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(timezone(timedelta(minutes=offset_min)))


def offset_time(at: Instant, offset_min: int) -> str:
    """Return an instant with milliseconds and its offset, never a `Z`."""
    return local(at, offset_min).isoformat(timespec="milliseconds")
