"""
Working days as offices in Iran have them: weekends, public holidays and closures that are decreed from one day to the next.

A day is a number: days since 1970-01-01 in Iran's own time, which has had no summer time since 2022.
"""

import msgspec

from nazdik.kernel import Instant

OFFSET_US = 210 * 60 * 1_000_000
DAY_US = 86_400 * 1_000_000
# 1970-01-01 was a Thursday; Monday is 0.
_FIRST_WEEKDAY = 3
THURSDAY, FRIDAY = 3, 4
# More than ten years without one working day is a calendar gone wrong, not a date to wait for.
_LOOK_AHEAD_DAYS = 3_700


def day_of(at: Instant) -> int:
    """Return the day in Iran on which an instant lies."""
    return (at + OFFSET_US) // DAY_US


def start_of_day(day: int) -> Instant:
    """Return the midnight with which a day begins."""
    return Instant(day * DAY_US - OFFSET_US)


def end_of_day(day: int) -> Instant:
    """Return the midnight with which a day ends."""
    return start_of_day(day + 1)


class Calendar(msgspec.Struct, frozen=True):
    """Which days are worked. `closures` are those decreed; `holidays` those of the official calendar."""

    holidays: frozenset[int] = frozenset()
    closures: frozenset[int] = frozenset()
    weekend: frozenset[int] = frozenset({THURSDAY, FRIDAY})

    def is_working(self, day: int) -> bool:
        """Whether offices are open on a day."""
        return (day + _FIRST_WEEKDAY) % 7 not in self.weekend and day not in self.holidays and day not in self.closures

    def shifted(self, day: int, days: int) -> int:
        """Return the working day that is `days` working days after `day` (before it when negative)."""
        step, left = (1 if days >= 0 else -1), abs(days)
        for _ in range(_LOOK_AHEAD_DAYS):
            if left == 0:
                return day
            day += step
            left -= self.is_working(day)
        return day

    def due_at(self, start: Instant, days: int) -> Instant:
        """Return when something falls due that has `days` working days from `start`: at the end of the last of them."""
        return end_of_day(self.shifted(day_of(start), days))

    def before(self, due: Instant, days: int) -> Instant:
        """Return the beginning of the day that is `days` working days before the day that ends at `due`."""
        return start_of_day(self.shifted(day_of(Instant(due - 1)), -days))

    def days_between(self, earlier: Instant, later: Instant) -> int:
        """Return how many working days lie after the day of `earlier`, up to the day of `later`."""
        return sum(self.is_working(day) for day in range(day_of(earlier) + 1, day_of(later) + 1))
