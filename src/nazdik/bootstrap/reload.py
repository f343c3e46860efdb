"""
Another map for a province at work: made ready beside the one in force, and put in its place between two decisions.

Everything slow happens in a thread: reading and checking the folder, indexing its roads and names, putting the whole fleet on the
new roads. What is left for the event loop takes less than a few milliseconds: no command, offer or position waits longer, and
none is lost. When anything is wrong with the folder, the old map stays and the refusal says why.
"""

import asyncio
import gc
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import msgspec

from nazdik.bootstrap.desk import Building
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.bootstrap.views import maps_of
from nazdik.dispatch.model import World
from nazdik.fleet.model import Bounds
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.graph import RoadGraph
from nazdik.geo.ground import ReadyGround
from nazdik.geo.office_check import faults_of, refuse_new_faults
from nazdik.geo.pace import Pace
from nazdik.geo.places import PlaceIndex
from nazdik.geo.region import Region
from nazdik.geo.responsible import OfficeForest, load_offices, read_offices
from nazdik.geo.signing import Trust, check_signature
from nazdik.kernel import Conflict, OfficeId, ProvinceId, UnitId
from nazdik.platform.live import Hub, Item

_log = logging.getLogger(__name__)


class RegionRefused(Conflict):
    """The folder cannot be put in force; `reason` is the code, the sentences say why. The old map stays."""

    code = "region.refused"


class RegionIsOther(Conflict):
    """The folder holds another province than the one it is to replace."""

    code = "region.other_province"


class OfficesInUse(Conflict):
    """The new tree lacks offices, or hangs them elsewhere, that units or open incidents belong to."""

    code = "region.offices_in_use"


class ReloadRunning(Conflict):
    """A map of this server is being exchanged at this moment."""

    code = "region.reload_running"
    retryable = True


@dataclass(frozen=True, slots=True)
class Reloaded:
    """
    What became of a reload.

    Attributes:
        before, after: Versions of the region.
        without_place: Units that report a place but stand on no road of the new map.
        lost_conditions: Closures and factors of which a part matches no street of the new map.
        ready_s, switch_ms: How long making ready took beside the work, and how long the loop was held.
    """

    province: ProvinceId
    before: str
    after: str
    without_place: tuple[UnitId, ...]
    lost_conditions: tuple[str, ...]
    trust: Trust
    ready_s: float
    switch_ms: float


@dataclass(slots=True)
class _Ready:
    region: Region
    trust: Trust
    ground: ReadyGround
    pace: Pace
    index: PlaceIndex
    offices: OfficeForest
    faults: frozenset[tuple[str, str]]


class Reloader:
    """Exchanges the maps of one server; belongs to its event loop."""

    def __init__(
        self,
        building: Building,
        regions: dict[ProvinceId, Region],
        forest: OfficeForest,
        *,
        offset_min: int,
        trusted_keys: tuple[str, ...] = (),
        hub: Hub | None = None,
    ) -> None:
        """
        Take charge of the maps of `building`, whose regions are looked up in `regions`.

        Args:
            hub: Whom to tell which map is in force, now and each time it is another.
        """
        self._hub = hub
        self._regions, self._forest = regions, forest
        # What the trees in force have wrong with them already is no reason to refuse the next.
        self._known = {name: faults_of(read_offices(region.offices_path)) for name, region in regions.items()}
        self._tell(*regions.values())
        self._building = building
        self._offset_min = offset_min
        self._trusted_keys = trusted_keys
        self._running = False

    async def reload(self, province: ProvinceId, folder: Path | None = None) -> Reloaded:
        """
        Put what is in `folder` (the province's own when None) in force.

        Raises:
            ReloadRunning: One reload at a time.
            RegionRefused, RegionIsOther, OfficesInUse: The old map stays.
        """
        if self._running:
            raise ReloadRunning(province=province)
        self._running = True
        collecting = gc.isenabled()
        # A new index is millions of small things at once, and each full look through them would stop everything.
        gc.disable()
        try:
            return await self._exchange(province, folder or self._building.regions[province].folder)
        finally:
            gc.freeze()
            if collecting:
                gc.enable()
            self._running = False

    async def _exchange(self, province: ProvinceId, folder: Path) -> Reloaded:
        building, began = self._building, time.perf_counter()
        room = building.rooms[province]
        try:
            ready = await asyncio.to_thread(self._make_ready, province, folder)
        except GeoBuildError as error:
            raise _refused(province, error) from error
        # Once more, now that the long part is over: what the loop has to do shrinks to what happened since.
        await asyncio.to_thread(self._catch_up, ready, room.writer.newest_state, building.clock.now())
        switched = time.perf_counter()
        try:
            # The tree may have been changed meanwhile; what was worked out of it already is at hand.
            ready.offices = ready.offices.changed_as(self._forest)
        except GeoBuildError as error:
            raise _refused(province, error) from error
        _check_offices(ready.offices, self._forest, province, room.state)
        before = building.regions[province].version
        without_place, old = self._switch(province, ready)
        self._known[province] = ready.faults
        self._tell(ready.region)
        held_ms = (time.perf_counter() - switched) * 1000
        trust = ready.trust
        lost = building.paces[province].lost(room.writer.newest_state.roads)
        letting_go = asyncio.to_thread(_let_go, old)
        del old, ready
        await letting_go
        after = building.regions[province].version
        _log.info("%s: map %s took the place of %s, loop held %.1f ms", province, after, before, held_ms)
        return Reloaded(
            province=province,
            before=before,
            after=after,
            without_place=without_place,
            lost_conditions=tuple(sorted(str(condition) for condition in lost)),
            trust=trust,
            ready_s=switched - began,
            switch_ms=held_ms,
        )

    def _make_ready(self, province: ProvinceId, folder: Path) -> _Ready:
        """Read, check and index a folder; runs in a thread."""
        building = self._building
        region = Region.load(folder)
        if region.id != province:
            raise RegionIsOther(province=province, found=region.id)
        trust = check_signature(region, self._trusted_keys)
        if trust is not Trust.TRUSTED:
            _log.warning("the new map of %s is %s: nobody we trust vouches for it", province, trust.value)
        region.verify()
        graph = RoadGraph.load(region.graph_folder)
        others = [other.folder for name, other in building.regions.items() if name != province]
        # What people changed goes on; a map under which it would not hang together is refused.
        offices = load_offices([*others, region.folder], now=building.clock.now).changed_as(self._forest)
        faults = refuse_new_faults(read_offices(region.offices_path), self._known[province])
        ground = building.roads[province].make_ready(graph)
        pace = Pace(ground, offset_min=self._offset_min)
        pace.show(building.rooms[province].writer.newest_state.roads, building.clock.now())
        return _Ready(region, trust, ground, pace, PlaceIndex.load(region.places_folder), offices, faults)

    def _tell(self, *regions: Region) -> None:
        """Say which maps are in force; open screens whose own is another read theirs again."""
        if self._hub is not None:
            self._hub.publish_newest("map", [_told(region, self._forest) for region in regions])

    def tell_again(self, province: ProvinceId) -> None:
        """Say that the offices of a province are others."""
        self._tell(self._regions[province])

    def _catch_up(self, ready: _Ready, state: ProvinceState, now: Any) -> None:
        ready.pace.show(state.roads, now)
        self._building.roads[ready.region.id].catch_up(ready.ground)

    def _switch(self, province: ProvinceId, ready: _Ready) -> tuple[tuple[UnitId, ...], list[Any]]:
        """Between two decisions: one after the other, with nothing awaited. Return who lost their place, and what is old."""
        building = self._building
        room, old = building.rooms[province], [building.places[province].index, building.roads[province].ground]
        self._forest.take_over(ready.offices)
        building.reach[province].use_region(ready.region)
        without_place = building.roads[province].switch(ready.ground)
        building.paces[province].take_over(ready.pace)
        room.views.forget_offices()
        room.lane.set_bounds(Bounds(*ready.region.bounds))
        building.places[province].use_index(ready.index, building.roads[province].route)
        self._regions[province] = ready.region
        return without_place, old


def _refused(province: ProvinceId, error: GeoBuildError) -> RegionRefused:
    _log.warning("the map of %s stays: %s", province, error)
    return RegionRefused(province=province, reason=error.code, message_fa=error.message_fa, message_en=error.message_en)


def map_version(region: Region, forest: OfficeForest) -> str:
    """Return which map of a province is in force, and since when which offices."""
    changed_at = forest.changed_at(region.id)
    return region.version if changed_at is None else f"{region.version}+{changed_at:x}"


def _told(region: Region, forest: OfficeForest) -> Item:
    view = msgspec.json.encode({"province": region.id, "version": map_version(region, forest)})
    return Item("map", region.id, view, frozenset({maps_of(region.id)}))


def _check_offices(new: OfficeForest, old: OfficeForest, province: ProvinceId, state: ProvinceState) -> None:
    """Refuse a tree from which somebody at work would fall."""
    used = set(_offices_of(state.world))
    gone = sorted(office for office in used if new.chain_of(office) != old.chain_of(office))
    if gone:
        raise OfficesInUse(province=province, offices=gone[:50])


def _offices_of(world: World) -> Iterator[OfficeId]:
    for unit in world.units.values():
        yield unit.office
    for incident in world.incidents.values():
        if incident.station is not None:
            yield incident.station
        yield from (tasking.office for tasking in incident.taskings)


# How deep an index is taken apart before its parts are freed, and how many at a time.
_DEPTH, _PARTS = 6, 300
_LIVES_ON = (type, ModuleType, FunctionType, MethodType, BuiltinFunctionType)


def _let_go(old: list[Any]) -> None:
    """
    Free what was in force, a few hundred parts at a time: all at once it would hold the interpreter for a long moment.

    Nothing is changed, for somebody may still be looking something up in it: we only let go of the whole before its parts.
    """
    levels = [old]
    for _ in range(_DEPTH):
        inner = [part for thing in levels[-1] for part in gc.get_referents(thing) if gc.is_tracked(part)]
        levels.append([part for part in inner if not isinstance(part, _LIVES_ON)])
    del old, inner
    for level in levels:
        while level:
            del level[-_PARTS:]
            time.sleep(0)
