"""The Jalali calendar: its months, in which figures are published, and its dates, as they are texted."""

from datetime import date, timedelta

import jdatetime

from nazdik.kernel import Instant
from nazdik.oversight.calendar import day_of, start_of_day

_FIRST = date(1970, 1, 1)


def month_of(day: int) -> str:
    """Return the month in which a day lies, such as `1405-08`."""
    then = jdatetime.date.fromgregorian(date=_FIRST + timedelta(days=day))
    return f"{then.year:04d}-{then.month:02d}"


def end_of_last_month(day: int) -> int:
    """Return the last day of the Jalali month before the one in which a day lies, both as days since 1970-01-01."""
    today = jdatetime.date.fromgregorian(date=_FIRST + timedelta(days=day))
    return day - int(today.day)


def written(at: Instant, *, jalali: bool) -> str:
    """Return a day and a time of day in Iran, such as 1405/09/01 10:30, or 2026-11-22 10:30."""
    day = _FIRST + timedelta(days=day_of(at))
    minutes = (at - start_of_day(day_of(at))) // 60_000_000
    time = f"{minutes // 60:02d}:{minutes % 60:02d}"
    if not jalali:
        return f"{day.isoformat()} {time}"
    own = jdatetime.date.fromgregorian(date=day)
    return f"{own.year}/{own.month:02d}/{own.day:02d} {time}"
