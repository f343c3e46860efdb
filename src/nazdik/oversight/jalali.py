"""Months of the Jalali calendar, in which figures are published."""

from datetime import date, timedelta

import jdatetime

_FIRST = date(1970, 1, 1)


def end_of_last_month(day: int) -> int:
    """Return the last day of the Jalali month before the one in which a day lies, both as days since 1970-01-01."""
    today = jdatetime.date.fromgregorian(date=_FIRST + timedelta(days=day))
    return day - int(today.day)
