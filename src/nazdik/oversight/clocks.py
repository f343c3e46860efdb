"""
The clocks of a case: when each falls due, what it has reached, and whom that is told. Pure.

Each clock lives for itself. A word that keeps the citizen up to date moves the clock of updates and no other: the first answer
and the final one stay due when they were promised.
"""

from collections.abc import Iterator

import msgspec

from nazdik.kernel import Instant, OfficeId
from nazdik.oversight.calendar import DAY_US, Calendar
from nazdik.oversight.model import Case, Clock, ClockType, Kind, Stage, State

WARN_DAYS = 2
# A weekend of two days and the day before it.
OFFLINE_DAYS_MAX = 3


class Promise(msgspec.Struct, frozen=True):
    """Working days for each clock of a kind of contact; a clock that is not named does not run."""

    acknowledge: int
    first_answer: int
    update: int | None
    final: int


class Around(msgspec.Struct, frozen=True):
    """What comes in from outside: the official calendar and the promises of time."""

    calendar: Calendar
    promises: dict[Kind, Promise]
    review_days: int = 20
    asks_within_days: int = 20
    campaign_from: int = 5


PROMISES = {
    Kind.COMPLAINT: Promise(1, 10, 20, 45),
    Kind.CRITICISM: Promise(1, 10, None, 20),
    Kind.SUGGESTION: Promise(1, 10, None, 45),
    Kind.COMMENDATION: Promise(1, 5, None, 5),
    Kind.GUIDANCE: Promise(1, 2, None, 2),
}


def calendar_for(state: State, office: OfficeId, around: Around) -> Calendar:
    """Return the days that an office works: the official calendar, and what was decreed for it or for anything above it."""
    chain = frozenset(state.register.chain(office))
    decreed = frozenset(day for (where, day) in state.closures if where in chain)
    return msgspec.structs.replace(around.calendar, closures=decreed)


def began_at(stated_at: Instant, issued_at: Instant, at: Instant) -> Instant:
    """
    Return when the clocks of a contact begin that was said without network.

    Not before the desk had the code, not after it arrived, and at most `OFFLINE_DAYS_MAX` before that: a desk's clock may be wrong.
    """
    earliest = max(issued_at, Instant(at - OFFLINE_DAYS_MAX * DAY_US))
    return min(at, max(stated_at, earliest))


def started(case: Case, at: Instant, around: Around) -> tuple[Clock, ...]:
    """Return the clocks that begin with a contact."""
    promise = around.promises[case.kind]
    days = {
        ClockType.ACKNOWLEDGE: promise.acknowledge,
        ClockType.FIRST_ANSWER: promise.first_answer,
        ClockType.UPDATE: promise.update,
        ClockType.FINAL: promise.final,
    }
    return tuple(Clock(type_, at, n) for type_, n in days.items() if n is not None)


def due_at(clock: Clock, calendar: Calendar) -> Instant | None:
    """Return when a clock falls due; None while it is paused and once it has stopped."""
    if clock.stopped_at is not None or clock.paused_at is not None:
        return None
    return calendar.due_at(clock.started_at, clock.days + clock.added_days)


def paused_days(clock: Clock, at: Instant, calendar: Calendar) -> int:
    """Return how many working days a pause has taken until now."""
    return 0 if clock.paused_at is None else calendar.days_between(clock.paused_at, at)


def next_stage(clock: Clock, calendar: Calendar) -> tuple[Instant, Stage] | None:
    """Return what a clock reaches next, and when."""
    due = due_at(clock, calendar)
    if due is None:
        return None
    total = clock.days + clock.added_days
    times = {
        # A promise that is no longer than the warning is warned of when its last day begins.
        Stage.WARNED: calendar.before(due, WARN_DAYS if total > WARN_DAYS else 0),
        Stage.BREACHED: due,
        Stage.TWICE: calendar.due_at(clock.started_at, 2 * total),
    }
    return next(((times[stage], stage) for stage in Stage if stage not in clock.reached), None)


def reached(case: Case, at: Instant, calendar: Calendar) -> Iterator[tuple[Clock, Stage, Instant]]:
    """Yield every stage that the clocks of a case have reached by now and were not told of, with when it was due."""
    for clock in case.clocks:
        at_hand = clock
        while (step := next_stage(at_hand, calendar)) is not None and step[0] <= at:
            yield clock, step[1], step[0]
            at_hand = msgspec.structs.replace(at_hand, reached=(*at_hand.reached, step[1]))


def next_at(case: Case, calendar: Calendar) -> Instant | None:
    """Return when any clock of a case reaches its next stage."""
    return min((step[0] for c in case.clocks if (step := next_stage(c, calendar)) is not None), default=None)


def owed(case: Case, calendar: Calendar) -> Instant | None:
    """Return the next date on which something is owed to the citizen."""
    return min((due for c in case.clocks if (due := due_at(c, calendar)) is not None), default=None)
