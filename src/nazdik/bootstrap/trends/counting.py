"""The figures of the last hours, each with what it is a part of. Pure: the same facts give the same figures."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from nazdik.bootstrap.day_report.figures import PRIORITIES, Measure, Within, measure
from nazdik.bootstrap.day_report.material import Incident, Material
from nazdik.bootstrap.trends.standing import LONG_AGO, Crewed, Going, Standing, is_so
from nazdik.kernel import Instant
from nazdik.kernel.instant import plus_s, seconds_between
from nazdik.published.offices import Tier

STEP_S = 600
STEPS = 12
HOUR_S = 3600
NO_AIMS = (0.0,) * 5


@dataclass(slots=True)
class Recent:
    """What a province's log said since an instant, what stood meanwhile, and every unit as it is now."""

    material: Material = field(default_factory=Material)
    standing: Standing = field(default_factory=Standing)
    units: dict[str, Crewed] = field(default_factory=dict)
    since: Instant = LONG_AGO


class Aimed(msgspec.Struct, frozen=True):
    """
    Of `n` incidents that were reached and for whose priority the office aims at a time, `within` took no longer.

    `aim_s` is the office's aim for priority 1, where it has one: from the call to the first arrival.
    """

    aim_s: float | None
    n: int
    within: int


class Hour(msgspec.Struct, frozen=True):
    """
    One hour of an office. `waiting` of the `open` incidents had no unit sent yet at the end of it.

    `dispatch` is from the call to the first offer of those first sent in this hour, `response` to the first arrival of those
    reached in it, and `aimed` sets these beside the office's aims. `on_duty` units were on duty at its end.
    """

    calls: int
    incidents: int
    priority_1: int
    dispatch: Measure
    response: Measure
    aimed: Aimed
    alarms: int
    alarms_climbed: int
    open: int
    waiting: int
    on_duty: int


class Series(msgspec.Struct, frozen=True):
    """
    Steps of time, the last one ends now: how many calls, incidents and alarms began in each; what stood at its end; and the
    median response of the hour up to its end with its number of cases.

    At its end: incidents `open`, by priority from 1 to 5, `waiting` for a first unit, `to_dispatch` (nobody went any more, or yet,
    and nobody had put it aside) and of these with priority 1, with somebody at the scene; units on duty and `free`; alarms that
    stood and had reached the office, and callers who waited to be called back.
    Null before the log had begun: nobody knows that nothing happened then.
    """

    calls: tuple[int | None, ...]
    incidents: tuple[int | None, ...]
    alarms: tuple[int | None, ...]
    open: tuple[int | None, ...]
    open_by_priority: tuple[tuple[int | None, ...], ...]
    waiting: tuple[int | None, ...]
    to_dispatch: tuple[int | None, ...]
    to_dispatch_1: tuple[int | None, ...]
    on_scene: tuple[int | None, ...]
    on_duty: tuple[int | None, ...]
    free: tuple[int | None, ...]
    alarms_standing: tuple[int | None, ...]
    call_backs: tuple[int | None, ...]
    response_median_s: tuple[float | None, ...]
    response_n: tuple[int, ...]


class Trend(msgspec.Struct, frozen=True):
    """An office's last hour, the hour before (null when the log had not begun then), and two hours in steps."""

    hour: Hour
    before: Hour | None
    series: Series


def trend(
    recent: Iterable[Recent],
    at: Instant,
    within: Within,
    *,
    all_calls: bool,
    tier: Tier = Tier.STATION,
    response_s: Sequence[float] = NO_AIMS,
) -> Trend:
    """
    Return what was counted of an office until now.

    Args:
        recent: Of every province that the office has a part in.
        within: Whether an office is this one or below it.
        all_calls: Whether calls without an incident are the office's too.
        tier: The office's: alarms below it that did not climb so far are not its own yet.
        response_s: What the office aims at from a call to the first arrival, by priority, 1 first; 0: at nothing.
    """
    recent = list(recent)
    here: dict[str, Incident] = {}
    for one in recent:
        here |= {name: incident for name, incident in one.material.incidents.items() if within(incident.station)}
    # A draft is on the board as open, and is no case until it is known what it is.
    own = {name: incident for name, incident in here.items() if incident.kind is not None}
    calls = [
        call.at
        for one in recent
        for call in one.material.calls.values()
        if not call.is_test and (all_calls or call.incident in own)
    ]
    seen = [
        (name, when)
        for one in recent
        for name, when, incident, office in one.material.seen
        if name in {"alarm", "climb"}
        and (incident in own or (incident not in one.material.incidents and within(office)))
    ]
    alarms = [when for name, when in seen if name == "alarm"]
    stood = _Stood(recent, here, within, tier)
    cases = list(own.values())
    ends = [plus_s(at, -STEP_S * (STEPS - 1 - step)) for step in range(STEPS)]
    to_dispatch = {end: stood.to_dispatch(end) for end in ends}
    by_priority = {end: stood.by_priority(end) for end in ends}
    responses = [_response(cases, plus_s(end, -HOUR_S), end) for end in ends]

    def steps(count: Callable[[Instant], int]) -> tuple[int | None, ...]:
        return tuple(count(end) if all(one.since <= end for one in recent) else None for end in ends)

    def hour(end: Instant) -> Hour:
        since = plus_s(end, -HOUR_S)
        begun = [one for one in cases if since <= one.began_at < end]
        return Hour(
            calls=_count(calls, since, end),
            incidents=len(begun),
            priority_1=sum(one.priority == 1 for one in begun),
            dispatch=_since_call(cases, lambda one: one.sent_at, since, end),
            response=_response(cases, since, end),
            aimed=_aimed(cases, response_s, since, end),
            alarms=_count(alarms, since, end),
            alarms_climbed=sum(name == "climb" and since <= when < end for name, when in seen),
            open=_open(cases, end),
            waiting=_waiting(cases, end),
            on_duty=stood.on_duty(end),
        )

    return Trend(
        hour=hour(at),
        before=hour(plus_s(at, -HOUR_S)) if all(one.since <= plus_s(at, -2 * HOUR_S) for one in recent) else None,
        series=Series(
            calls=steps(lambda end: _count(calls, plus_s(end, -STEP_S), end)),
            incidents=steps(lambda end: _count((one.began_at for one in cases), plus_s(end, -STEP_S), end)),
            alarms=steps(lambda end: _count(alarms, plus_s(end, -STEP_S), end)),
            open=steps(lambda end: len(stood.open(end))),
            open_by_priority=tuple(steps(lambda end, of=of: by_priority[end][of]) for of in PRIORITIES),  # type: ignore[misc]
            waiting=steps(lambda end: _waiting(cases, end)),
            to_dispatch=steps(lambda end: len(to_dispatch[end])),
            to_dispatch_1=steps(lambda end: to_dispatch[end].count(1)),
            on_scene=steps(stood.on_scene),
            on_duty=steps(stood.on_duty),
            free=steps(stood.free),
            alarms_standing=steps(stood.alarms),
            call_backs=steps(stood.call_backs),
            response_median_s=tuple(one.median_s for one in responses),
            response_n=tuple(one.n for one in responses),
        ),
    )


_Case = tuple[Standing, str, Incident]


class _Stood:
    """What stood of an office at an instant."""

    def __init__(self, recent: Sequence[Recent], own: dict[str, Incident], within: Within, tier: Tier) -> None:
        self._own = own
        self._within = within
        self._tier = tier
        standings = self._standings = [one.standing for one in recent]
        self._waits = {name: waits for one in standings for name, waits in one.waits.items() if name in own}
        self._open: dict[Instant, list[_Case]] = {}
        self._cases: list[_Case] = [
            (one.standing, name, incident)
            for one in recent
            for name, incident in one.material.incidents.items()
            if name in own or any(within(station) for _, station in one.standing.stations.get(name, ()))
        ]
        self._goings = [
            going
            for one in standings
            for going in one.goings.values()
            if any(incident in own for _, incident in going.incidents)
        ]
        self._crews = [
            (one.standing, unit, now) for one in recent for unit, now in one.units.items() if within(now.office)
        ]
        self._alarms = [
            alarm
            for one in recent
            for alarm in chain.from_iterable(one.standing.alarms.values())
            if alarm.incident in own or (alarm.incident not in one.material.incidents and within(alarm.office))
        ]
        self._call_backs = [
            back for one in standings for back in chain.from_iterable(one.call_backs.values()) if within(back.office)
        ]

    def open(self, at: Instant) -> list[_Case]:
        """Return the incidents that were open, and whose place was here then; asked by several lines for the same steps."""
        found = self._open.get(at)
        if found is None:
            found = self._open[at] = [
                (standing, name, one)
                for standing, name, one in self._cases
                if one.is_open(at) and self._within(standing.station(name, one.station, at))
            ]
        return found

    def by_priority(self, at: Instant) -> Counter[int | None]:
        return Counter(standing.priority(name, one.priority, at) for standing, name, one in self.open(at))

    def to_dispatch(self, at: Instant) -> list[int | None]:
        """
        Return the priorities of open incidents to which nobody goes, that are not done but for a report nor put aside.

        A draft is among them: whom it has reserved goes nowhere yet.
        """
        is_open = {name for _, name, _ in self.open(at)}
        served = {
            name
            for going in self._goings
            if (name := going.of(at)) in is_open and (going.runs(at) or self._is_done(going, at))
        }
        return [
            standing.priority(name, one.priority, at)
            for standing, name, one in self.open(at)
            if (name not in served or is_so(standing.drafts.get(name, []), at, now=False))
            and not is_so(standing.held.get(name, []), at, now=False)
        ]

    def _is_done(self, going: Going, at: Instant) -> bool:
        """Whether a crew had done its work, and nobody waits for another; opened again, an incident begins anew."""
        name = going.of(at)
        if name not in self._own or not going.done or going.until is None or going.until >= at:
            return False
        waited = max((when for when in self._waits.get(name, ()) if when < at), default=LONG_AGO)
        again = any(is_open and going.until < when < at for when, is_open in self._own[name].turns)
        return not again and going.until >= waited and (waited == LONG_AGO or self._were_enough(name, waited, at))

    def _were_enough(self, name: str, waited: Instant, at: Instant) -> bool:
        """Whether somebody was found since an incident waited, and with them it lacked nobody any more."""
        own = [going for going in self._goings if going.of(at) == name]
        needed = next((n for one in self._standings for when, n in reversed(one.needed.get(name, ())) if when < at), 1)
        return any(
            sum(one.since <= found.since and (one.done or one.runs(plus_s(found.since, 1e-6))) for one in own) >= needed
            for found in own
            if waited <= found.since < at
        )

    def on_scene(self, at: Instant) -> int:
        there = {going.scene(at) for going in self._goings}
        return sum(name in there for _, name, _ in self.open(at))

    def on_duty(self, at: Instant) -> int:
        return sum(standing.is_on_duty(unit, now, at) for standing, unit, now in self._crews)

    def free(self, at: Instant) -> int:
        return sum(standing.is_free(unit, now, at) for standing, unit, now in self._crews)

    def alarms(self, at: Instant) -> int:
        return sum(alarm.stands(at) and alarm.has_reached(self._tier, at) for alarm in self._alarms)

    def call_backs(self, at: Instant) -> int:
        return sum(back.stands(at) for back in self._call_backs)


def _count(instants: Iterable[Instant], since: Instant, until: Instant) -> int:
    return sum(since <= when < until for when in instants)


def _open(cases: Iterable[Incident], at: Instant) -> int:
    return sum(one.is_open(at) for one in cases)


def _waiting(cases: Iterable[Incident], at: Instant) -> int:
    return sum(one.is_open(at) and (one.sent_at is None or one.sent_at >= at) for one in cases)


def _response(cases: Iterable[Incident], since: Instant, until: Instant) -> Measure:
    return _since_call(cases, lambda one: one.on_scene_at, since, until)


def _aimed(cases: Iterable[Incident], response_s: Sequence[float], since: Instant, until: Instant) -> Aimed:
    def aim(one: Incident) -> float:
        return response_s[one.priority - 1] if one.priority is not None else 0.0

    reached = [(aim(one), took) for one, took in _took(cases, lambda one: one.on_scene_at, since, until)]
    aimed = [took <= limit for limit, took in reached if limit > 0]
    return Aimed(aim_s=response_s[0] or None, n=len(aimed), within=sum(aimed))


def _since_call(
    cases: Iterable[Incident], stage: Callable[[Incident], Instant | None], since: Instant, until: Instant
) -> Measure:
    return measure([took for _, took in _took(cases, stage, since, until)])


def _took(
    cases: Iterable[Incident], stage: Callable[[Incident], Instant | None], since: Instant, until: Instant
) -> Iterator[tuple[Incident, float]]:
    """From the call to a stage that was reached in a span, so that those still waiting make nothing look better."""
    for one in cases:
        reached, called = stage(one), one.called_at
        if reached is not None and called is not None and since <= reached < until and reached >= called:
            yield one, seconds_between(called, reached)
