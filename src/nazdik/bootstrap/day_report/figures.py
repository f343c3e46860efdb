"""The figures of a shift, each with what it is a part of. Pure: the same material gives the same figures."""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from nazdik.bootstrap.day_report.material import Incident, Material
from nazdik.kernel import Instant
from nazdik.kernel.instant import seconds_between

MEDIAN_FROM = 5
P90_FROM = 20
PRIORITIES = (1, 2, 3, 4, 5)
Within = Callable[[str | None], bool]
Span = tuple[Instant, Instant]


class Measure(msgspec.Struct, frozen=True):
    """Seconds over `n` incidents. No median below 5 of them, no 90th percentile below 20: so few say nothing."""

    n: int
    median_s: float | None
    p90_s: float | None


class KindCount(msgspec.Struct, frozen=True):
    """Incidents of a kind, and of each priority from 1 to 5."""

    kind: str
    total: int
    by_priority: tuple[int, ...]


class Times(msgspec.Struct, frozen=True):
    """From the first call of an incident to its first offer, to the first unit that sets out, and to the first on scene."""

    dispatch: Measure
    en_route: Measure
    on_scene: Measure


class Figures(msgspec.Struct, frozen=True):
    """
    What was counted in a shift.

    Below a province `calls` are those of its incidents; a province's are all. `with_call` of the `incidents` began with a call.
    Units are those on duty at any time of the shift; their hours are those within it.
    """

    calls: int
    calls_answered: int
    calls_with_incident: int
    answering: Measure
    incidents: int
    with_call: int
    by_priority: tuple[int, ...]
    by_kind: tuple[KindCount, ...]
    times: Times
    times_priority_1: Times
    offers: int
    offers_refused: int
    offers_unanswered: int
    alarms: int
    alarms_climbed: int
    units_on_duty: int
    duty_hours: float
    busy_hours: float
    busy_share: float | None
    open_at_end: int


def measure(seconds: Iterable[float]) -> Measure:
    """Return the median and the 90th percentile (nearest rank), or neither when there are too few."""
    ranked = sorted(seconds)
    n = len(ranked)
    middle = n // 2
    median = ranked[middle] if n % 2 else (ranked[middle - 1] + ranked[middle]) / 2 if n else 0.0
    return Measure(
        n,
        round(median, 1) if n >= MEDIAN_FROM else None,
        round(ranked[-(-9 * n // 10) - 1], 1) if n >= P90_FROM else None,
    )


def figures(material: Material, span: Span, within: Within, *, all_calls: bool) -> Figures:
    """
    Return what was counted from `span[0]` until before `span[1]`.

    Args:
        material: Everything that happened, in any span around this one.
        span: Since when, and until before when.
        within: Whether an office is the report's own or below it.
        all_calls: Whether calls without an incident are the report's too.
    """
    since, until = span
    own = {key: one for key, one in material.incidents.items() if one.kind is not None and within(one.station)}
    begun = [one for one in own.values() if since <= one.began_at < until]
    calls = [
        call
        for call in material.calls.values()
        if since <= call.at < until and not call.is_test and (all_calls or call.incident in own)
    ]
    seen = Counter(
        name
        for name, at, incident, office in material.seen
        if since <= at < until and (incident in own or (incident not in material.incidents and within(office)))
    )
    on_duty, duty_s, busy_s = _units(material, span, within)
    return Figures(
        calls=len(calls),
        calls_answered=sum(call.answered_at is not None for call in calls),
        calls_with_incident=sum(call.incident is not None for call in calls),
        answering=measure(seconds_between(c.at, c.answered_at) for c in calls if c.answered_at is not None),
        incidents=len(begun),
        with_call=sum(one.called_at is not None for one in begun),
        by_priority=_by_priority(begun),
        by_kind=_by_kind(begun),
        times=_times(begun),
        times_priority_1=_times([one for one in begun if one.priority == 1]),
        offers=seen["offer"],
        offers_refused=seen["refused"],
        offers_unanswered=seen["unanswered"],
        alarms=seen["alarm"],
        alarms_climbed=seen["climb"],
        units_on_duty=on_duty,
        duty_hours=round(duty_s / 3600, 2),
        busy_hours=round(busy_s / 3600, 2),
        busy_share=round(busy_s / duty_s, 4) if duty_s > 0 else None,
        open_at_end=sum(one.is_open(until) for one in own.values()),
    )


def _by_priority(incidents: Iterable[Incident]) -> tuple[int, ...]:
    counted = Counter(one.priority for one in incidents)
    return tuple(counted[priority] for priority in PRIORITIES)


def _by_kind(incidents: list[Incident]) -> tuple[KindCount, ...]:
    """Return the kinds that there were, the most frequent first."""
    kinds = {one.kind for one in incidents if one.kind is not None}
    counted = []
    for kind in kinds:
        of_kind = [one for one in incidents if one.kind == kind]
        counted.append(KindCount(kind, len(of_kind), _by_priority(of_kind)))
    return tuple(sorted(counted, key=lambda one: (-one.total, one.kind)))


def _times(incidents: list[Incident]) -> Times:
    def since_call(stage: Callable[[Incident], Instant | None]) -> Measure:
        pairs = [(one.called_at, stage(one)) for one in incidents]
        # A call that joined later may be older than what was done already: that is no time of ours.
        return measure(seconds_between(a, b) for a, b in pairs if a is not None and b is not None and b >= a)

    return Times(
        since_call(lambda one: one.sent_at),
        since_call(lambda one: one.en_route_at),
        since_call(lambda one: one.on_scene_at),
    )


def _units(material: Material, span: Span, within: Within) -> tuple[int, float, float]:
    """Return how many units were on duty, for how many seconds together, and how many of these they were busy."""
    works: dict[str, list[Span]] = {}
    for work in material.works.values():
        works.setdefault(work.unit, []).append((work.since, work.until if work.until is not None else span[1]))
    units, duty_s, busy_s = set[str](), 0.0, 0.0
    for duty in material.duties:
        if not within(duty.office):
            continue
        stint = _common((duty.since, duty.until if duty.until is not None else span[1]), span)
        if stint[0] >= stint[1]:
            continue
        units.add(duty.unit)
        duty_s += seconds_between(*stint)
        busy_s += _covered([_common(work, stint) for work in works.get(duty.unit, ())])
    return len(units), duty_s, busy_s


def _common(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _covered(spans: list[Span]) -> float:
    """Return how many seconds lie in at least one of the spans."""
    total, reached = 0.0, Instant(0)
    for since, until in sorted(spans):
        begin = max(since, reached)
        if until > begin:
            total += seconds_between(begin, until)
            reached = until
    return total
