"""
A small made-up province for testing rules: six stations on a plain, straight roads at 10 m/s, a clock that tests turn.

The machine, the writer and the log are the real ones; only the road is plain, so that a reader can reckon every answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.province_state import ProvinceState, first_state
from nazdik.bootstrap.timers import deadline_of, deadlines_moved, deadlines_of, timer_command
from nazdik.dispatch import commands as c
from nazdik.dispatch.model import Assignment, Incident, Unit, World
from nazdik.dispatch.surroundings import Surroundings
from nazdik.kernel import (
    Actor,
    AssignmentId,
    CommandId,
    Context,
    IncidentId,
    Instant,
    LonLat,
    OfficeId,
    ProvinceId,
    UnitId,
    distance_m,
)
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import plus_s
from nazdik.platform.clock import VirtualClock
from nazdik.platform.deadlines import Deadlines
from nazdik.platform.eventlog.machine import Answer, Batch
from nazdik.platform.eventlog.memory import MemoryLog
from nazdik.platform.eventlog.sync_writer import SyncWriter
from nazdik.published.catalogue import KINDS
from nazdik.published.offices import Office, Sector, Tier
from nazdik.published.roads import Leg, RoadBasis
from nazdik.published.sight import HEALTH_BITS, Fitness, Search, Seen, WayThere

SPEED_M_PER_S = 10.0
ORIGIN = LonLat(48.0, 31.0)
# At this latitude a thousandth of a degree of longitude is 95.3 m.
M_PER_DEG_LON = 95_300.0
START = Instant(1_790_000_000_000_000)
ALL_WELL = int(Fitness.HANDHELD_HEALTHY | Fitness.POSITION_PLAUSIBLE)


def at_m(east_m: float) -> LonLat:
    """Return the point so many metres east of the origin."""
    return LonLat(ORIGIN.lon + east_m / M_PER_DEG_LON, ORIGIN.lat)


class PlainOffices:
    """Nation, one province `p`, counties `p.a` and `p.b`, stations of 5 km each: p.a.1 p.a.2 p.a.3, p.b.1 p.b.2 p.b.3."""

    def __init__(self) -> None:
        offices = [Office(OfficeId("iran"), Tier.NATIONAL, None, None, "ir", "کشور", "Nation", ORIGIN)]
        province = ProvinceId("p")
        offices.append(
            Office(OfficeId("p"), Tier.PROVINCE, OfficeId("iran"), province, "p", "استان", "Province", ORIGIN)
        )
        for number in range(6):
            county = OfficeId("p.a" if number < 3 else "p.b")
            if number in (0, 3):
                offices.append(Office(county, Tier.COUNTY, OfficeId("p"), province, county, county, county, ORIGIN))
            station = OfficeId(f"{county}.{number % 3 + 1}")
            seat = at_m(5000 * number + 2500)
            offices.append(Office(station, Tier.STATION, county, province, station, station, station, seat))
        self._offices = {office.id: office for office in offices}
        self._stations = [office.id for office in offices if office.tier is Tier.STATION]

    def find_office(self, office_id: OfficeId) -> Office | None:
        return self._offices.get(office_id)

    def is_open(self, office_id: OfficeId) -> bool:
        return office_id in self._offices

    def list_offices(self, at: Instant | None = None) -> tuple[Office, ...]:
        return tuple(self._offices.values())

    def list_sectors(self, station_id: OfficeId) -> tuple[Sector, ...]:
        return (Sector(f"{station_id}.1", station_id, "S1", "محدوده", "Sector"),)

    def chain_of(self, office_id: OfficeId, at: Instant | None = None) -> tuple[OfficeId, ...]:
        office = self._offices[office_id]
        return (office_id,) if office.parent_id is None else (office_id, *self.chain_of(office.parent_id))

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId, at: Instant | None = None) -> bool:
        return office_id in self._offices and ancestor_id in self.chain_of(office_id)

    def station_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        east_m = (point.lon - ORIGIN.lon) * M_PER_DEG_LON
        if abs(point.lat - ORIGIN.lat) > 0.01 or not 0 <= east_m < 30_000:
            return None
        return self._stations[int(east_m // 5000)]


@dataclass
class PlainRoad:
    """A road along which everything is as far as it looks."""

    masks: dict[UnitId, int] = field(default_factory=dict)
    starts: dict[UnitId, tuple[float, Instant | None]] = field(default_factory=dict)
    fixes: dict[UnitId, tuple[LonLat, Instant]] = field(default_factory=dict)

    def covers(self, point: LonLat) -> bool:
        return PlainOffices().station_at(point) is not None

    def set_duty(self, unit_id: UnitId, mask: int, *, delay_s: float = 0.0, ready_at: Instant | None = None) -> None:
        self.masks[unit_id] = (self.masks.get(unit_id, ALL_WELL) & HEALTH_BITS) | mask
        self.starts[unit_id] = (delay_s, ready_at)

    def reach(self, unit_id: UnitId, point: LonLat, now: Instant | None = None) -> Seen | None:
        if unit_id not in self.fixes:
            return None
        place, fixed_at = self.fixes[unit_id]
        metres = distance_m(place, point)
        delay_s, ready_at = self.starts[unit_id]
        if now is not None and ready_at is not None:
            delay_s += max(0, ready_at - now) / 1e6
        return Seen(unit_id, metres / SPEED_M_PER_S, metres, place, fixed_at, self.masks[unit_id], delay_s)

    def nearest(
        self,
        point: LonLat,
        *,
        k: int,
        all_of: int,
        any_of: int,
        fixed_after: Instant,
        exclude: frozenset[UnitId] = frozenset(),
        limit_s: float = 7200.0,
        now: Instant | None = None,
    ) -> Search:
        every = [seen for u in self.masks if u not in exclude and (seen := self.reach(u, point, now)) is not None]
        every.sort(key=lambda seen: (seen.arrival_s, seen.unit_id))
        fit = [
            seen
            for seen in every
            if (seen.mask & all_of) == all_of
            and (not any_of or seen.mask & any_of)
            and seen.fixed_at > fixed_after
            and seen.arrival_s <= limit_s
        ][:k]
        last_s = fit[-1].arrival_s if len(fit) == k else float("inf")
        chosen = {seen.unit_id for seen in fit}
        passed = tuple(s for s in every if s.unit_id not in chosen and s.arrival_s <= last_s)
        lost = tuple(
            u for u, m in sorted(self.masks.items()) if m & Fitness.ON_DUTY and u not in self.fixes and u not in exclude
        )
        return Search(tuple(fit), passed, lost, point, 0.0, len(every), len(self.masks))

    def air_nearest(self, point: LonLat, **given: Any) -> Search:
        return self.nearest(point, **given)

    def way(self, unit_id: UnitId, point: LonLat) -> WayThere | None:
        seen = self.reach(unit_id, point)
        if seen is None:
            return None
        legs = (Leg("primary", seen.distance_m, seen.travel_time_s),)
        return WayThere(seen.travel_time_s, seen.distance_m, legs, 0.0, (), RoadBasis())

    def tally(self, rungs: Sequence[tuple[int, int]], *, fixed_after: Instant) -> tuple[int, ...]:
        counts = [0] * (len(rungs) + 2)
        for unit_id, mask in self.masks.items():
            missed = (
                n
                for n, (all_of, any_of) in enumerate(rungs)
                if mask & all_of != all_of or (any_of and not mask & any_of)
            )
            fresh = unit_id in self.fixes and self.fixes[unit_id][1] > fixed_after
            counts[next(missed, len(rungs) + fresh)] += 1
        return tuple(counts)


def _timers_that_differ(before: ProvinceState, after: ProvinceState) -> dict[str, Instant | None]:
    """Every timer that rings at another time than before, found by looking at all of them."""
    was, now = deadlines_of(before), deadlines_of(after)
    return {key: now.get(key) for key in was.keys() | now.keys() if was.get(key) != now.get(key)}


class Town:
    """The province at work in a test's hands."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.road = PlainRoad()
        self.offices = PlainOffices()
        self.around = Surroundings(sight=self.road, offices=self.offices, kinds={kind.code: kind for kind in KINDS})
        self.machine = ProvinceMachine(self.around)
        self.log = MemoryLog()
        self.deadlines = Deadlines()
        self.facts: list[Any] = []
        state = first_state(ProvinceId("p"))
        self.writer: SyncWriter[ProvinceState] = SyncWriter(self.log, self.machine, state, self.clock, self._committed)
        self._commands = 0

    def _committed(self, batch: Batch[ProvinceState]) -> None:
        facts = [fact for commit in batch.commits for fact in commit.events]
        self.facts += facts
        told = dict(deadlines_moved(batch.before, batch.after, facts))
        assert told == _timers_that_differ(batch.before, batch.after), "no timer is missed, and none rung that stands"
        for key, due in told.items():
            self.deadlines.push(key, due)

    @property
    def world(self) -> World:
        """The world as it is now."""
        return self.writer.state.world

    @property
    def now(self) -> Instant:
        """The instant the clock shows."""
        return self.clock.now()

    def do(
        self, command: Any, *, by: Actor = SYSTEM, key: str | None = None, device_at: Instant | None = None
    ) -> Answer:
        """Submit a command now."""
        self._commands += 1
        command_id = CommandId(key or f"test:{self._commands}")
        return self.writer.submit(command, Context(self.now, by, command_id, device_at))

    def unit(
        self, sign: str, east_m: float | None, *, office: str = "p.a.1", skills: tuple[str, ...] = ("patrol",)
    ) -> UnitId:
        """Put a unit on duty, so many metres east; None leaves it without a position."""
        unit_id = UnitId(f"p.u.{sign}")
        self.do(c.EnrolUnit(unit_id=unit_id, call_sign=sign, office=OfficeId(office), kind="car", skills=skills))
        if east_m is not None:
            self.road.fixes[unit_id] = (at_m(east_m), self.now)
        self.do(c.StartDuty(unit_id=unit_id))
        return unit_id

    def move(self, unit_id: UnitId, east_m: float) -> None:
        """Report a position now."""
        self.road.fixes[unit_id] = (at_m(east_m), self.now)

    def incident(
        self, kind: str = "fight", east_m: float = 1000, *, priority: int | None = None, name: str = "1"
    ) -> IncidentId:
        """Open an incident so many metres east."""
        incident_id = IncidentId(f"p.i{name}")
        self.do(c.ClassifyIncident(incident_id=incident_id, kind=kind, point=at_m(east_m), priority=priority))
        return incident_id

    def wait(self, seconds: float, *, fresh: bool = True) -> None:
        """Let time pass and serve every timer on the way, as the control room does; `fresh` keeps positions reported."""
        end = plus_s(self.now, seconds)
        while True:
            due = self.deadlines.next_due()
            if due is None or due > end:
                break
            self.clock.move_to(max(due, self.now))
            if fresh:
                self.road.fixes = {unit: (place, self.now) for unit, (place, _) in self.road.fixes.items()}
            for key in self.deadlines.pop_due(self.now):
                self.do(timer_command(key))
                still = deadline_of(self.writer.state, key)
                if still is not None and still <= self.now:
                    self.deadlines.push(key, plus_s(self.now, 15))
        self.clock.move_to(end)
        if fresh:
            self.road.fixes = {unit: (place, self.now) for unit, (place, _) in self.road.fixes.items()}

    def get(self, incident_id: IncidentId) -> Incident:
        """Return an incident."""
        return self.world.incidents[incident_id]

    def car(self, unit_id: UnitId) -> Unit:
        """Return a unit."""
        return self.world.units[unit_id]

    def on(self, incident_id: IncidentId) -> list[Assignment]:
        """Return the active assignments of an incident."""
        return list(self.world.active_assignments(self.get(incident_id)))

    def accept(self, incident_id: IncidentId, *, en_route: bool = False) -> AssignmentId:
        """Let the first unit that holds an offer accept it."""
        assignment = next(a for a in self.on(incident_id) if a.accepted_at is None)
        self.do(c.AcceptOffer(assignment_id=assignment.id, en_route=en_route), by=officer(assignment.unit_id))
        return assignment.id

    def names(self, since: int = 0) -> list[str]:
        """Return the names of the facts so far, without their context and version."""
        return [str(f.__struct_config__.tag).split(".")[1] for f in self.facts[since:]]

    def status(self, incident_id: IncidentId) -> str:
        """Return an incident's status."""
        return self.world.status_of(self.get(incident_id))


def officer(unit_id: UnitId) -> Actor:
    """Return the crew of a unit as an actor."""
    return Actor(id=f"officer:{unit_id}", role="officer", office_id=OfficeId("p.a.1"), unit_id=unit_id)


def dispatcher(office: str = "p") -> Actor:
    """Return a dispatcher as an actor."""
    return Actor(id="dispatcher:1", role="dispatcher", office_id=OfficeId(office))
