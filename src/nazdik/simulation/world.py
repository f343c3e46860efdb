"""A whole run put together: engine, roads, positions, crews, desks, callers and the ledger that measures them."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from nazdik.dispatch.model import Incident
from nazdik.geo.pace import Pace
from nazdik.geo.sight import RoadSight
from nazdik.kernel import IncidentId, Instant, OfficeId
from nazdik.kernel.instant import MICROSECONDS_PER_S, plus_s
from nazdik.organisation.units import EstablishedUnit
from nazdik.platform.eventlog.entry import EventLog
from nazdik.published.sight import Sight
from nazdik.simulation.behaviour import Behaviour, Conduct, DeskConduct
from nazdik.simulation.callers import Callers, CallScript
from nazdik.simulation.chance import Chance
from nazdik.simulation.crews import Crews
from nazdik.simulation.desks import Desks
from nazdik.simulation.engine import Engine
from nazdik.simulation.ground import Ground
from nazdik.simulation.measure import Ledger
from nazdik.simulation.motion import Roads, Spot, Truth
from nazdik.simulation.patrols import patrols
from nazdik.simulation.positions import Positions, Reporting

PROGRESS_EVERY_S = 1800.0


@contextmanager
def _without_gc() -> Iterator[None]:
    """A run makes millions of small frozen things and hardly a cycle; looking through them all costs a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # All of it is old: moved there unread, for the same reason.
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is made of, apart from its calls."""

    units: int
    seed: int
    start_at: Instant
    by_air: bool = False
    zone: tzinfo = UTC
    conduct: Conduct = field(default_factory=Conduct)
    desk: DeskConduct = field(default_factory=DeskConduct)
    reporting: Reporting = field(default_factory=Reporting)
    weights: Mapping[OfficeId, float] | None = None
    truth: Truth = field(default_factory=dict)

    @property
    def offset_min(self) -> int:
        """How far local time is ahead of UTC when the run begins."""
        moment = datetime.fromtimestamp(self.start_at / MICROSECONDS_PER_S, self.zone)
        return int((moment.utcoffset() or timedelta()) / timedelta(minutes=1))


class Run:
    """One run: built, given its calls, let go, measured."""

    def __init__(
        self,
        ground: Ground,
        setting: Setting,
        *,
        log: EventLog | None = None,
        look_through: Callable[[RoadSight], Sight] | None = None,
        units: Sequence[tuple[EstablishedUnit, Spot]] | None = None,
    ) -> None:
        """
        Build the province and take its crews on duty.

        Args:
            log, look_through: See `Engine`.
            units: These units at these posts, instead of as many as the setting says.
        """
        self.ground, self.setting = ground, setting
        chance = Chance(setting.seed)
        offset_min = setting.offset_min
        self.engine = Engine(
            ground,
            start_at=setting.start_at,
            log=log,
            by_air=setting.by_air,
            look_through=look_through,
            offset_min=offset_min,
        )
        self.roads = Roads(ground.graph, self.engine.sight.snapper, setting.truth)
        # What is believed of the roads changes how crews are sent, not how they drive.
        self._true_pace = Pace(self.roads, offset_min=offset_min, with_learned=False)
        self.engine.before_each(lambda now: self._true_pace.show(self.engine.state.roads, now))
        self.positions = Positions(self.engine.sight, self.roads, setting.reporting)
        self.engine.before_each(self.positions.refresh)
        self.behaviour = Behaviour(chance, setting.conduct, setting.desk)
        self._scene_s: dict[IncidentId, float] = {}
        self.ledger = Ledger(zone=setting.zone)
        self.engine.listen(self.ledger.heard)
        self.crews = Crews(self.engine, self.positions, self.roads, self.behaviour, scene_s=self._recorded_scene_s)
        self.desks = Desks(self.engine, self.behaviour)
        self.callers = Callers(self.engine, self.crews, self.positions, self.roads)
        self.units = (
            list(units)
            if units is not None
            else patrols(ground, self.roads, chance, units=setting.units, weights=setting.weights)
        )
        self.crews.enrol(self.units)

    def plan(self, scripts: Iterable[CallScript]) -> None:
        """Give the run its calls."""
        scripts = tuple(scripts)
        self._scene_s.update({s.incident_id: s.scene_s for s in scripts if s.scene_s is not None})
        self.callers.plan(scripts)

    def go(self, end: Instant, progress: Callable[[Instant], None] | None = None) -> None:
        """Let time pass up to `end`; `progress` hears the virtual time now and then."""
        with _without_gc():
            while self.engine.now < end:
                self.engine.run_until(min(end, plus_s(self.engine.now, PROGRESS_EVERY_S)))
                if progress is not None:
                    progress(self.engine.now)
        self.ledger.finish(end)

    def _recorded_scene_s(self, incident: Incident) -> float | None:
        return self._scene_s.get(incident.id)
