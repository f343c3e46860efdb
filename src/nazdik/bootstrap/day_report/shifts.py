"""When a shift is: a Jalali date and the borders between shifts, as instants."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import jdatetime

from nazdik.bootstrap.day_report.errors import DateInvalid, ShiftUnknown
from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S

DAY = "day"
_DATE = re.compile(r"(1[34]\d\d)[-/](\d{1,2})[-/](\d{1,2})")
_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_MINUTE = 60 * MICROSECONDS_PER_S
_DAY = 1440 * _MINUTE


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift. `until` belongs to the next; a shift over midnight has the date on which it began."""

    date: str
    name: str
    since: Instant
    until: Instant


def shift_of(date: str, name: str, starts: Sequence[str], offset_min: int) -> Shift:
    """
    Return a shift by its Jalali date and its number from 1, or `day`: all shifts that begin on that date.

    Raises:
        DateInvalid: There is no such date.
        ShiftUnknown: The day has no such shift.
    """
    midnight, written = _midnight(date, offset_min)
    minutes = [minutes_of(start) for start in starts]
    borders = [*minutes, minutes[0] + 1440]
    known = [str(number) for number in range(1, len(borders))]
    name = name.translate(_LATIN)
    if name == DAY:
        first, last = borders[0], borders[-1]
    elif name in known:
        first, last = borders[int(name) - 1], borders[int(name)]
    else:
        raise ShiftUnknown(shift=name[:20], known=[*known, DAY])
    return Shift(written, name, Instant(midnight + first * _MINUTE), Instant(midnight + last * _MINUTE))


def minutes_of(start: str) -> int:
    """Return a time of day such as 07:00 in minutes."""
    hour, minute = start.split(":")
    return int(hour) * 60 + int(minute)


def jalali(at: Instant, offset_min: int) -> tuple[str, str]:
    """Return an instant's Jalali date and its time of day."""
    zone = timezone(timedelta(minutes=offset_min))
    moment = datetime.fromtimestamp(at // MICROSECONDS_PER_S, tz=zone)
    day = jdatetime.date.fromgregorian(date=moment.date())
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}", f"{moment:%H:%M}"


def gregorian(date: str) -> str:
    """Return the Gregorian date of a Jalali one, both written with dashes."""
    year, month, day = (int(part) for part in date.split("-"))
    return str(jdatetime.date(year, month, day).togregorian())


def named(date: str, language: str) -> str:
    """Return a Jalali date with the name of its month: in figures alone a spreadsheet takes it for a day of the Middle Ages."""
    year, month, day = (int(part) for part in date.split("-"))
    names = jdatetime.date.j_months_fa if language == "fa" else jdatetime.date.j_months_en
    return f"{day} {names[month - 1]} {year}"


def _midnight(date: str, offset_min: int) -> tuple[int, str]:
    found = _DATE.fullmatch(date.translate(_LATIN).strip())
    if found is None:
        raise DateInvalid(date=date[:20])
    year, month, day = (int(part) for part in found.groups())
    try:
        gregorian = jdatetime.date(year, month, day).togregorian()
    except ValueError:
        raise DateInvalid(date=date[:20]) from None
    zone = timezone(timedelta(minutes=offset_min))
    begins = datetime(gregorian.year, gregorian.month, gregorian.day, tzinfo=zone)
    return int(begins.timestamp()) * MICROSECONDS_PER_S, f"{year:04d}-{month:02d}-{day:02d}"
