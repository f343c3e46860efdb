"""A run over given calls and what is reported of it; with a twin that sends by straight line when both are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nazdik.kernel import IncidentId, Instant
from nazdik.kernel.instant import plus_s, seconds_between
from nazdik.platform.eventlog.entry import EventLog
from nazdik.simulation.callers import CallScript
from nazdik.simulation.ground import Ground
from nazdik.simulation.measure import INTERVALS, Paired, Row, Spread, paired, spread_of
from nazdik.simulation.second_look import Misled, SecondLook, misled
from nazdik.simulation.world import Run, Setting

Progress = Callable[[str, float], None]
# After the last call a run goes on so long, so that whoever was called out comes to an end.
TAIL_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy made of the calls."""

    policy: str
    trace_hash: str
    events: int
    seconds: float
    units: int
    rows: tuple[Row, ...]
    intervals: dict[str, Spread]
    values: dict[str, list[float]]
    busy_share: float
    busy_by_hour: list[float]
    misled: Misled | None
    refused: dict[str, int]
    unserved_own_events: int

    def count(self, name: str) -> int:
        """Return a sum over all incidents: `offers`, `refused`, `unanswered`, `diverted`, `alarms`, `waited`."""
        return sum(int(getattr(row, name)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Air minus road on the same calls, crews and draws: the travel that was predicted when choosing, and the response."""

    first_choice: Paired
    response: Paired


def play(
    ground: Ground,
    setting: Setting,
    scripts: Sequence[CallScript],
    *,
    end: Instant | None = None,
    progress: Progress | None = None,
    log: EventLog | None = None,
) -> Outcome:
    """
    Run the calls through the engine and return what came of them.

    Args:
        log: Where the province's facts go; in memory when not given.
        end: When to stop; some hours after the last call when not given.
    """
    policy = "air" if setting.by_air else "road"
    looks: list[SecondLook] = []

    def look_through(sight: Any) -> SecondLook:
        looks.append(SecondLook(sight))
        return looks[0]

    run = Run(ground, setting, log=log, look_through=None if setting.by_air else look_through)
    run.plan(scripts)
    until = end if end is not None else plus_s(scripts[-1].at if scripts else setting.start_at, TAIL_S)
    whole_s = max(seconds_between(setting.start_at, until), 1.0)

    def on_time(now: Instant) -> None:
        if progress is not None:
            progress(policy, min(1.0, seconds_between(setting.start_at, now) / whole_s))

    run.go(until, on_time)
    ledger, units = run.ledger, len(run.units)
    values = {name: ledger.values(name) for name in INTERVALS}
    return Outcome(
        policy=policy,
        trace_hash=run.engine.trace_hash(),
        events=run.engine.position,
        seconds=whole_s,
        units=units,
        rows=tuple(ledger.rows.values()),
        intervals={name: spread_of(values[name]) for name in INTERVALS},
        values=values,
        busy_share=ledger.busy_share(units, whole_s),
        busy_by_hour=ledger.busy_share_by_hour(units, whole_s),
        misled=misled(looks[0].looks) if looks else None,
        refused=dict(sorted(run.engine.refused.items())),
        unserved_own_events=run.callers.unserved_own_events,
    )


def compare(road: Outcome, air: Outcome) -> Comparison:
    """Return the paired differences of two outcomes."""
    return Comparison(
        first_choice=paired(_first_choice(road), _first_choice(air)),
        response=paired(_response(road), _response(air)),
    )


def twin(setting: Setting) -> Setting:
    """Return the same setting with the other policy."""
    return replace(setting, by_air=not setting.by_air)


def _first_choice(outcome: Outcome) -> dict[IncidentId, float]:
    return {r.incident_id: r.first_choice_s for r in outcome.rows if r.first_choice_s is not None and not r.own_event}


def _response(outcome: Outcome) -> dict[IncidentId, float]:
    values = ((row.incident_id, row.interval_s("response")) for row in outcome.rows if not row.own_event)
    return {incident_id: value for incident_id, value in values if value is not None}
