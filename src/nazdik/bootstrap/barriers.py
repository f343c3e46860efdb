"""Why nobody can come to an incident: asked beside the loop, of the map in force, and only when nobody was found."""

import asyncio
from dataclasses import dataclass, field

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.dispatch.views import BarrierView
from nazdik.geo.conditions.causes import Barrier, Barriers
from nazdik.geo.conditions.model import ConditionKind
from nazdik.geo.pace import Pace
from nazdik.geo.reach import Standing, standing
from nazdik.geo.sight import RoadSight
from nazdik.geo.snap import INCIDENT_LIMIT_M
from nazdik.kernel import Instant, LonLat, ProvinceId
from nazdik.published.offices import OfficeTree, Tier
from nazdik.published.sight import Fitness

LONG_AGO = Instant(-(2**63))


@dataclass(slots=True)
class BarrierWatch:
    """One road a province to try closures on, made when it is first needed and again when the map is another."""

    _tried: dict[ProvinceId, Barriers] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def to(
        self, room: ControlRoom, road: RoadSight, pace: Pace, offices: OfficeTree, point: LonLat
    ) -> BarrierView | None:
        """Return which closures keep every unit on duty from a point; without any unit, every station."""
        closures = {
            c.id: [arc for arcs in pace.arcs_of(c) for arc in arcs]
            for c in room.state.roads.in_force()
            if c.kind is ConditionKind.CLOSURE
        }
        goal = road.snapper.snap(point, limit_m=INCIDENT_LIMIT_M)
        if not closures or goal is None:
            return None
        graph, _, comers = road.standing_units(all_of=int(Fitness.ON_DUTY), any_of=0, fixed_after=LONG_AGO)
        if not len(comers):
            comers = stations_on(road, offices, room.province)
        async with self._turn:
            if graph is not road.graph:
                return None  # The map was exchanged meanwhile; whoever asks again gets the answer of the new one.

            def find() -> Barrier | None:
                kept = self._tried.get(room.province)
                if kept is None or kept.graph is not graph:
                    kept = self._tried[room.province] = Barriers(graph)
                return kept.before(goal.arc, goal.fraction, comers, closures)

            found = await asyncio.to_thread(find)
        return None if found is None else BarrierView(found.closures, found.together)


def stations_on(road: RoadSight, offices: OfficeTree, province: ProvinceId) -> Standing:
    """Return where the stations of a province stand on its road; those on none are left out."""
    seats = [o.seat for o in offices.list_offices() if o.tier is Tier.STATION and o.province_id == province]
    snapped = [s for seat in seats if (s := road.snapper.snap(seat, limit_m=INCIDENT_LIMIT_M)) is not None]
    return standing([s.arc for s in snapped], [s.fraction for s in snapped])
