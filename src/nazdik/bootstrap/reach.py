"""
Who is covered now, counted beside the work: a thread that nobody waits for, at most every few seconds and a twentieth of the time.

The newest count lies ready for whoever asks. What a dispatch would leave is taken from it after the dispatch, and recorded.
"""

import asyncio
import logging
import time
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.province_state import ProvinceState, decode
from nazdik.dispatch.commands import NoteGaps
from nazdik.dispatch.events import IncidentClassified, LateIncidentEntered, PlaceChanged, UnitsRecommended
from nazdik.dispatch.model import UnitGap
from nazdik.dispatch.recommend import MUST_HAVE
from nazdik.dispatch.surroundings import Surroundings
from nazdik.geo.cordon import border_nodes
from nazdik.geo.coverage import Coverage, Demand, FreeFleet, cover, demand
from nazdik.geo.graph import Bools, Floats, Int32s, RoadGraph
from nazdik.geo.people import homes_of, read_people
from nazdik.geo.reach import warm_up
from nazdik.geo.region import Region
from nazdik.geo.responsible import OfficeForest
from nazdik.geo.sight import RoadSight
from nazdik.geo.snap import INCIDENT_LIMIT_M
from nazdik.kernel import (
    CommandId,
    Context,
    IncidentId,
    Instant,
    LonLat,
    OfficeId,
    ProvinceId,
    Rejected,
    Unavailable,
    UnitId,
)
from nazdik.kernel.context import SYSTEM
from nazdik.kernel.instant import MICROSECONDS_PER_S, plus_s
from nazdik.platform.clock import Clock
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.machine import Batch
from nazdik.published.offices import Tier
from nazdik.published.sight import Fitness

# Counting takes at most one part in so many of the time.
REST_FACTOR = 20.0
# What a dispatch leaves is noted after the offers it made are on their way.
NOTE_AFTER_S = 1.0
# A count older than this says nothing about a dispatch of now.
COUNT_AGE_S_MAX = 60.0
READ_AT_ONCE = 5_000
# Incidents that may still move to another place.
NEWEST_KEPT = 50_000
DAY_S = 86_400.0
_PLACES = {"dispatch.incident_classified.v1", "dispatch.place_changed.v1", "dispatch.late_incident_entered.v1"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What belongs to one road graph: where people live on it, and its ends at the region's outline."""

    graph: RoadGraph
    people: Demand
    people_known: bool
    border: Bools


class PastCalls:
    """
    Where incidents were, in columns of 24 bytes each; no persons. One that moves while it is among the newest counts once.

    Facts are added by one thread; `since` may be asked by another.
    """

    def __init__(self) -> None:
        self._at, self._lon, self._lat = array("q"), array("d"), array("d")
        self._row: dict[IncidentId, int] = {}

    def __len__(self) -> int:
        return len(self._at)

    def add(self, facts: Iterable[Any]) -> bool:
        """Note where these facts say that incidents are; return whether any did."""
        changed = False
        for fact in facts:
            if isinstance(fact, IncidentClassified | PlaceChanged | LateIncidentEntered):
                self._put(fact.incident_id, fact.at, fact.point)
                changed = True
        return changed

    def _put(self, incident_id: IncidentId, at: Instant, point: LonLat) -> None:
        row = self._row.get(incident_id)
        if row is not None:
            self._lon[row], self._lat[row] = point
            return
        self._row[incident_id] = len(self._at)
        self._at.append(at)
        self._lon.append(point.lon)
        self._lat.append(point.lat)
        if len(self._row) > NEWEST_KEPT:
            for old in list(self._row)[: NEWEST_KEPT // 2]:
                del self._row[old]

    def since(self, instant: Instant) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of the incidents since an instant."""
        # Copies, each made in one step: a column that NumPy looks at cannot grow meanwhile.
        at = np.frombuffer(self._at.tobytes(), dtype=np.int64)
        lon, lat = (np.frombuffer(column.tobytes(), dtype=np.float64) for column in (self._lon, self._lat))
        rows = min(len(at), len(lon), len(lat))
        recent = at[:rows] >= instant
        return lon[:rows][recent], lat[:rows][recent]


def read_past_calls(log: EventLog, since: Instant) -> PastCalls:
    """Return where incidents were since an instant, from the log."""
    calls, position = PastCalls(), _position_before(log, since)
    while entries := log.read(position, READ_AT_ONCE):
        calls.add(decode(e.kind, e.body) for e in entries if e.kind in _PLACES and e.at >= since)
        position = entries[-1].position
    return calls


def _position_before(log: EventLog, since: Instant) -> int:
    """Return a position before which everything is older, by halving: entries lie in the order of their recording."""
    low, high = 0, log.head().position
    while low < high:
        middle = (low + high) // 2
        (entry,) = log.read(middle, 1)
        low, high = (middle + 1, high) if entry.at < since else (low, middle)
    return low


class ReachWatch:
    """One province's coverage, kept up to date while it runs."""

    def __init__(
        self,
        room: ControlRoom,
        road: RoadSight,
        region: Region,
        offices: OfficeForest,
        around: Surroundings,
        clock: Clock,
        *,
        limits_s: tuple[int, ...],
        gap_limit_s: int,
        calls_days: int,
        every_s: float,
    ) -> None:
        self.province: ProvinceId = room.province
        self.limits_s = limits_s
        self.gap_limit_s = gap_limit_s
        self.calls_days = calls_days
        self.latest: Coverage | None = None
        self._room = room
        self._road = road
        self._offices = offices
        self._around = around
        self._clock = clock
        self._every_s = every_s
        self.use_region(region)
        self._ground: _Ground | None = None
        self._calls = PastCalls()
        self._early: list[Any] | None = []
        self._calls_on: tuple[RoadGraph, Demand] | None = None
        self._recommended: asyncio.Queue[UnitsRecommended] = asyncio.Queue(maxsize=1000)

    def use_region(self, region: Region) -> None:
        """Count over the people and counties of this region from the next map on; its offices are in force."""
        self._region = region
        counties = (o for o in self._offices.list_offices() if o.tier is Tier.COUNTY)
        self._counties = tuple(o.id for o in counties if o.province_id == self.province)
        self._areas = [self._offices.area_of(county) for county in self._counties]

    async def run(self) -> None:
        """Count again and again until cancelled."""
        self._room.listeners.append(self._heard)
        noting = asyncio.create_task(self._note())
        try:
            since = plus_s(self._clock.now(), -self.calls_days * DAY_S)
            self._calls = await asyncio.to_thread(read_past_calls, self._room.log, since)
            # What was heard while the log was read; what is in both counts once.
            early, self._early = self._early or [], None
            self._calls.add(early)
            while True:
                took_s = 0.0
                try:
                    began = time.monotonic()
                    self.latest = await asyncio.to_thread(self.count)
                    took_s = time.monotonic() - began
                except Exception:
                    _log.exception("the coverage of %s could not be counted", self.province)
                await asyncio.sleep(max(self._every_s, REST_FACTOR * took_s))
        finally:
            noting.cancel()
            await asyncio.gather(noting, return_exceptions=True)
            self._room.listeners.remove(self._heard)

    def _heard(self, batch: Batch[ProvinceState]) -> None:
        for commit in batch.commits:
            if self._early is not None:
                self._early += commit.events
            elif self._calls.add(commit.events):
                self._calls_on = None
            for fact in commit.events:
                if isinstance(fact, UnitsRecommended) and not self._recommended.full():
                    self._recommended.put_nowait(fact)

    # Counting, in a thread

    def ground(self) -> _Ground:
        """Return what belongs to the road graph in force, working it out when there is another one."""
        graph = self._road.graph
        if self._ground is None or self._ground.graph is not graph:
            warm_up(graph)
            homes = homes_of(graph, read_people(self._region.places_folder))
            county = self._county_of(homes.lons, homes.lats)
            people = demand(graph, homes.arcs, homes.fractions, homes.people, county, self._counties)
            outline = shapely.from_geojson(self._region.boundary_path.read_text(encoding="utf-8"))
            self._ground = _Ground(graph, people, homes.known, border_nodes(graph, outline))
        return self._ground

    def free_fleet(self) -> tuple[RoadGraph, FreeFleet]:
        """Return the units that could be sent now, where they stand, and whose they are."""
        world = self._room.state.world
        rules = self._around.rules_for(world, OfficeId(str(self.province)))
        fixed_after = plus_s(self._clock.now(), -rules.position_limit_s)
        graph, ids, sources = self._road.standing_units(
            all_of=MUST_HAVE, any_of=int(Fitness.AVAILABLE), fixed_after=fixed_after
        )
        office_of = [world.units[u].office if u in world.units else None for u in ids]
        county_of = {office: self._county_of_office(office) for office in set(office_of)}
        counties = tuple(county_of[office] for office in office_of)
        return graph, FreeFleet(ids, sources, counties)

    def count(self) -> Coverage:
        """Count who is covered now."""
        began = time.perf_counter()
        at, ground = self._clock.now(), self.ground()
        graph, times = self._road.arc_times()
        fleet_graph, fleet = self.free_fleet()
        if not graph is fleet_graph is ground.graph:  # another map came in between
            return self.count()
        reached, counties, gaps = cover(
            graph,
            times,
            fleet,
            ground.people,
            self._past_demand(graph, at),
            limits_s=self.limits_s,
            gap_limit_s=self.gap_limit_s,
        )
        return Coverage(
            at=at,
            limits_s=self.limits_s,
            units=fleet.units,
            sources=fleet.sources,
            reached=reached,
            counties=counties,
            gaps=gaps,
            people_known=ground.people_known,
            calls_since=plus_s(at, -self.calls_days * DAY_S),
            took_ms=round((time.perf_counter() - began) * 1000, 1),
            graph=graph,
            times=times,
        )

    def _past_demand(self, graph: RoadGraph, at: Instant) -> Demand:
        kept = self._calls_on
        if kept is not None and kept[0] is graph:
            return kept[1]
        lons, lats = self._calls.since(plus_s(at, -self.calls_days * DAY_S))
        snapped = self._road.snapper.snap_many(lons, lats, np.full(len(lons), np.nan), limit_m=INCIDENT_LIMIT_M)
        made = demand(
            graph,
            snapped.arcs,
            snapped.fractions,
            np.ones(len(lons)),
            self._county_of(lons, lats),
            self._counties,
        )
        self._calls_on = (graph, made)
        return made

    def _county_of(self, lons: Floats, lats: Floats) -> Int32s:
        """The number of the county that holds each point, -1 for none. A province without areas of counties is one county."""
        county = np.full(len(lons), -1, dtype=np.int32)
        for number, area in enumerate(self._areas):
            if area is None:
                continue
            shapely.prepare(area)
            county[(county < 0) & shapely.intersects_xy(area, lons, lats)] = number
        return county

    def _county_of_office(self, office: OfficeId | None) -> OfficeId | None:
        chain = self._offices.chain_of(office) if office is not None else ()
        return next((above for above in chain if above in self._counties), None)

    # What a dispatch would leave, for the record

    async def _note(self) -> None:
        while True:
            fact = await self._recommended.get()
            await asyncio.sleep(NOTE_AFTER_S)
            count = self.latest
            gaps = self._gaps_of(fact, count)
            if count is None or not gaps or not self._room.writes:
                continue
            command = NoteGaps(incident_id=fact.incident_id, counted_at=count.at, gaps=gaps)
            command_id = CommandId(f"gaps:{fact.incident_id}:{fact.at}:{fact.recommendation.skill}")
            try:
                await self._room.submit(command, Context(at=self._clock.now(), actor=SYSTEM, command_id=command_id))
            except (Rejected, Unavailable) as refused:
                _log.warning("%s was not taken: %s", command_id, refused)

    def _gaps_of(self, fact: UnitsRecommended, count: Coverage | None) -> tuple[UnitGap, ...]:
        if count is None or fact.at - count.at > COUNT_AGE_S_MAX * MICROSECONDS_PER_S:
            return ()
        found = ((c.unit_id, count.gaps.get(c.unit_id)) for c in fact.recommendation.candidates)
        return tuple(
            UnitGap(
                unit_id=unit_id,
                county=gap.county,
                limit_s=gap.limit_s,
                people_lost=_short(gap.people_lost),
                calls_lost=_short(gap.calls_lost),
                backfill=gap.backfill,
            )
            for unit_id, gap in found
            if gap is not None
        )

    def call_sign(self, unit_id: UnitId | None) -> str | None:
        """Return what a unit is called, None for nobody."""
        unit = self._room.state.world.units.get(unit_id) if unit_id is not None else None
        return None if unit is None else unit.call_sign


def _short(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
