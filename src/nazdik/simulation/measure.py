"""
What a run shows: one row an incident with its intervals, and how much of the time units were busy.

An interval is measured on the assignment that was first on scene, so that its parts belong to one crew: delivery is sent → alarm
sounded, decision is sounded → accepted, turnout is accepted → driving, travel is driving → on scene. Response is from the call's
ringing (or the record's entry) to the first crew on scene.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

import numpy as np

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import events as e
from nazdik.dispatch.model import Assignment
from nazdik.intake import events as intake_events
from nazdik.kernel import AssignmentId, IncidentId, Instant, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S, seconds_between

INTERVALS = ("delivery", "decision", "turnout", "travel", "response")
ENDS = (
    e.OfferRefused,
    e.OfferUnanswered,
    e.AssignmentWithdrawn,
    e.AssignmentDiverted,
    e.AssignmentCancelled,
    e.UnitCleared,
)
HOUR_S = 3600.0
_COUNTS = frozenset(
    {
        *ENDS,
        intake_events.CallDescribed,
        intake_events.CallClassified,
        e.IncidentClassified,
        e.UnitReserved,
        e.OfferSent,
        e.UnitOnScene,
        e.IncidentWaits,
        e.IncidentClosed,
        e.AlarmRaised,
    }
)


@dataclass(slots=True)
class Row:
    """One incident. Times are instants, None when it did not come so far; counts are of its whole life."""

    incident_id: IncidentId
    kind: str
    priority: int
    received_at: Instant
    classified_at: Instant
    unit_id: UnitId | None = None
    predicted_travel_s: float | None = None
    first_choice_s: float | None = None
    sent_at: Instant | None = None
    sounded_at: Instant | None = None
    accepted_at: Instant | None = None
    en_route_at: Instant | None = None
    on_scene_at: Instant | None = None
    cleared_at: Instant | None = None
    closed_at: Instant | None = None
    offers: int = 0
    refused: int = 0
    unanswered: int = 0
    diverted: int = 0
    alarms: int = 0
    waited: bool = False
    own_event: bool = False

    def interval_s(self, name: str) -> float | None:
        """Return one of `INTERVALS` in seconds, or None when it did not happen."""
        begin, end = {
            "delivery": (self.sent_at, self.sounded_at),
            "decision": (self.sounded_at, self.accepted_at),
            "turnout": (self.accepted_at, self.en_route_at),
            "travel": (self.en_route_at, self.on_scene_at),
            "response": (self.received_at, self.on_scene_at),
        }[name]
        return None if begin is None or end is None else seconds_between(begin, end)


@dataclass(slots=True)
class Ledger:
    """Keeps the rows and the busy time of a run; listens to its engine."""

    zone: tzinfo = UTC
    rows: dict[IncidentId, Row] = field(default_factory=dict)
    busy_s: list[float] = field(default_factory=lambda: [0.0] * 24)
    events: int = 0
    _received: dict[IncidentId, Instant] = field(default_factory=dict)
    _busy_since: dict[AssignmentId, Instant] = field(default_factory=dict)

    def heard(self, fact: object, after: ProvinceState) -> None:
        """Take one fact."""
        self.events += 1
        if type(fact) not in _COUNTS:
            return
        match fact:
            case (
                intake_events.CallDescribed(incident_id=incident_id, call_id=call_id)
                | intake_events.CallClassified(incident_id=incident_id, call_id=call_id)
            ):
                self._received.setdefault(incident_id, after.calls[call_id].presented_at)
            case e.IncidentClassified():
                received_at = self._received.pop(fact.incident_id, fact.at)
                self.rows[fact.incident_id] = Row(fact.incident_id, fact.kind, fact.priority, received_at, fact.at)
                self._adopt(after, fact.incident_id)
            case e.UnitReserved(assignment_id=assignment_id):
                self._busy_since[assignment_id] = fact.at
                row = self.rows.get(fact.incident_id)
                if row is not None:
                    self._first_choice(row, fact.travel_time_s)
                    row.own_event |= fact.cause == "own_event"
            case e.OfferSent(incident_id=incident_id):
                self.rows[incident_id].offers += 1
            case e.UnitOnScene(incident_id=incident_id, assignment_id=assignment_id):
                row = self.rows[incident_id]
                if row.on_scene_at is None:
                    _take(row, after.world.assignments[assignment_id])
            case e.IncidentWaits(incident_id=incident_id):
                self.rows[incident_id].waited = True
            case e.IncidentClosed(incident_id=incident_id):
                self.rows[incident_id].closed_at = fact.at
            case e.AlarmRaised(incident_id=incident_id) if incident_id in self.rows:
                self.rows[incident_id].alarms += 1
            case _:
                pass
        if isinstance(fact, ENDS):
            self._ended(fact)

    def finish(self, at: Instant) -> None:
        """End the run: whoever is still busy has been so until now."""
        for since in self._busy_since.values():
            self._spread(since, at)
        self._busy_since.clear()

    def values(self, name: str, rows: Iterable[Row] | None = None) -> list[float]:
        """Return an interval of all incidents where it happened; an officer's own event has none."""
        every = (row.interval_s(name) for row in (self.rows.values() if rows is None else rows) if not row.own_event)
        return [value for value in every if value is not None]

    def busy_share(self, units: int, seconds: float) -> float:
        """Return the share of their time that units were busy."""
        return sum(self.busy_s) / (units * seconds) if units and seconds else 0.0

    def busy_share_by_hour(self, units: int, seconds: float) -> list[float]:
        """Return the same by hour of the local day, each hour taken as a 24th of the run."""
        return [busy / (units * seconds / 24) if units and seconds else 0.0 for busy in self.busy_s]

    def _adopt(self, after: ProvinceState, incident_id: IncidentId) -> None:
        """A pre-alert was reserved before the incident had a row."""
        row = self.rows[incident_id]
        for assignment in after.world.active_assignments(after.world.incidents[incident_id]):
            self._first_choice(row, assignment.travel_time_s)

    @staticmethod
    def _first_choice(row: Row, travel_time_s: float | None) -> None:
        if row.first_choice_s is None:
            row.first_choice_s = travel_time_s

    def _ended(self, fact: e.AssignmentEvent) -> None:
        since = self._busy_since.pop(fact.assignment_id, None)
        if since is not None:
            self._spread(since, fact.at)
        row = self.rows.get(fact.incident_id)
        if row is None:
            return
        row.refused += isinstance(fact, e.OfferRefused)
        row.unanswered += isinstance(fact, e.OfferUnanswered)
        row.diverted += isinstance(fact, e.AssignmentDiverted)
        if isinstance(fact, e.UnitCleared) and fact.unit_id == row.unit_id and row.cleared_at is None:
            row.cleared_at = fact.at

    def _spread(self, since: Instant, until: Instant) -> None:
        """Add busy time to the hours it fell in."""
        start = datetime.fromtimestamp(since / MICROSECONDS_PER_S, self.zone)
        offset_s = start.minute * 60 + start.second + start.microsecond / 1e6
        hour, left = start.hour, seconds_between(since, until)
        while left > 0:
            part = min(left, HOUR_S - offset_s)
            self.busy_s[hour] += part
            left, hour, offset_s = left - part, (hour + 1) % 24, 0.0


def _take(row: Row, assignment: Assignment) -> None:
    row.unit_id = assignment.unit_id
    row.predicted_travel_s = assignment.travel_time_s
    row.sent_at, row.sounded_at = assignment.sent_at, assignment.sounded_at
    row.accepted_at, row.en_route_at = assignment.accepted_at, assignment.en_route_at
    row.on_scene_at = assignment.on_scene_at


@dataclass(frozen=True, slots=True)
class Spread:
    """How many values there are, their middle, their ninetieth percentile and their mean; NaN-free: None without values."""

    n: int
    p50: float | None
    p90: float | None
    mean: float | None


def spread_of(values: Sequence[float]) -> Spread:
    """Return how values are spread."""
    if not values:
        return Spread(0, None, None, None)
    p50, p90 = np.percentile(np.array(values), [50, 90])
    return Spread(len(values), round(float(p50), 2), round(float(p90), 2), round(float(np.mean(values)), 2))


@dataclass(frozen=True, slots=True)
class Paired:
    """
    The difference of two runs on the same incidents, in seconds: mean with its 95 % interval, and how often which was slower.

    Source: dispatch-science §3.1, paired differences on common random numbers. The pairs here are incidents of one run, which are
    not quite independent of one another where crews are scarce; several seeds are the better test then.
    """

    n: int
    mean_s: float
    low_s: float
    high_s: float
    slower_share: float
    faster_share: float


def paired(base: dict[IncidentId, float], other: dict[IncidentId, float]) -> Paired:
    """Return how much slower `other` is than `base`, incident by incident."""
    both = [incident_id for incident_id in base if incident_id in other]
    if not both:
        return Paired(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    apart = np.array([other[i] - base[i] for i in both])
    mean = float(apart.mean())
    half = 1.96 * float(apart.std(ddof=1)) / len(apart) ** 0.5 if len(apart) > 1 else 0.0
    slower, faster = float((apart > 0.5).mean()), float((apart < -0.5).mean())
    numbers = (round(mean, 2), round(mean - half, 2), round(mean + half, 2), round(slower, 4), round(faster, 4))
    return Paired(len(both), *numbers)
