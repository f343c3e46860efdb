"""The application while there is no log: the doors of calls, the raw calls, and one refusal for everything else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.exceptions import MethodNotAllowedException, NotFoundException

from nazdik.bootstrap import entrance as entrance_routes
from nazdik.bootstrap import maps, raw, reports_api
from nazdik.bootstrap.callers import province_at
from nazdik.bootstrap.demo_seating import establishments_of, exchange_of, seat_views, simulator_token
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.door_states import DoorStates, DoorsView, telephones
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.journal_only import routes
from nazdik.bootstrap.journal_only.keeping import keeping
from nazdik.bootstrap.journal_only.mark import Mark, RecordClosed, begin_mark
from nazdik.bootstrap.raw import RawCalls
from nazdik.bootstrap.reports import Reports
from nazdik.bootstrap.screens import Screens
from nazdik.bootstrap.telephone import Telephone, telephone
from nazdik.bootstrap.texts import TEXTS
from nazdik.fleet.devices import Devices
from nazdik.fleet.service import FleetService
from nazdik.fleet.store import DeviceStore
from nazdik.fleet.trail import Trail
from nazdik.geo.region import Region
from nazdik.geo.responsible import load_offices
from nazdik.intake.callers import api as callers_api
from nazdik.intake.callers.reports import PRIORITY
from nazdik.intake.callers.service import Callers
from nazdik.interchange.names import Names
from nazdik.interchange.open311.store import FILE as REPORTS
from nazdik.interchange.open311.store import ReportStore
from nazdik.interchange.partners import FILE as PARTNERS
from nazdik.interchange.partners import Partners
from nazdik.kernel import ProvinceId
from nazdik.organisation.seats import demo_seats
from nazdik.organisation.store import People
from nazdik.platform.audit_aside import AsideAudit
from nazdik.platform.auth import Registry, Throttle, Tickets
from nazdik.platform.clock import Clock, SystemClock
from nazdik.platform.http import (
    BODY_BYTES_MAX,
    EXCEPTION_HANDLERS,
    InTime,
    StrictRequest,
    UntilGone,
    add_headers,
    register,
)
from nazdik.platform.journal import Journal, read_recent
from nazdik.platform.live import Hub
from nazdik.platform.settings import Settings

AnyRequest = Request[Any, Any, Any]
_NO_ROUTE = (NotFoundException, MethodNotAllowedException)


@dataclass(slots=True)
class WithoutLog:
    """What runs while there is no log, and has to be closed again."""

    entrance: Entrance
    journal: Journal
    mark: Mark
    closed: RecordClosed
    callers: Callers
    reports: Reports
    raw_calls: RawCalls
    interchange: Interchange
    telephone: Telephone | None
    devices: DeviceStore

    async def open(self) -> None:
        """Listen. Nothing is read again: there is nowhere to put it."""
        await self.callers.open(read_recent(self.journal.folder, self.mark.since))
        if self.telephone is not None:
            await self.telephone.open((), self.entrance.building.clock.now())

    async def close(self) -> None:
        """Listen no more; everything acknowledged is on disk."""
        if self.telephone is not None:
            await self.telephone.close()
        await self.callers.close()
        self.reports.close()
        await self.journal.close()
        self.devices.close()
        self.entrance.people.close()
        self.entrance.identity.close()
        self.entrance.registry.close()
        self.interchange.partners.close()


def build_without_log(
    settings: Settings, folders: list[Path], journal: Journal, closed: RecordClosed, *, clock: Clock | None = None
) -> WithoutLog:
    """
    Build what keeps calls while a log is closed, and write down since when.

    Raises:
        GeoBuildError: A folder is no sound region.
        LogUnavailable: Who may sign in, or since when there is no log, cannot be read or written.
    """
    clock = clock or SystemClock()
    data = settings.data_dir
    mark = begin_mark(data, clock.now(), str(closed))
    regions = {region.id: region for region in (Region.load(folder) for folder in folders)}
    forest = load_offices([region.folder for region in regions.values()], now=clock.now)
    building = Building(rooms={}, offices=forest, clock=clock, regions=regions)
    registry = Registry(data / "registry.sqlite", clock, session_s=settings.session_hours * 3600.0)
    device_store = DeviceStore(data / "devices.sqlite")
    establishments = establishments_of(settings, forest, regions)
    everyone = [unit for units in establishments.values() for unit in units]
    seats = demo_seats(forest, everyone) if settings.demo else ()
    identity = Identity.open(data, clock)
    entrance = Entrance(
        building=building,
        hub=Hub(),
        fleet=_no_fleet(device_store, data, clock),
        registry=registry,
        people=People(data / "people.sqlite", passwords=registry, clock=clock),
        tickets=Tickets(identity.words),
        throttle=Throttle(clock),
        settings=settings,
        identity=identity,
        screens=Screens(clock),
        seats={seat.id: seat for seat in seats},
        seat_views=seat_views(seats, forest, establishments),
        machine_seats={f"gateway:{name}": exchange_of(name) for name in regions} if settings.demo else {},
        simulator_token=simulator_token(data) if settings.demo else None,
    )
    kept = keeping(data, regions, journal, clock)
    # Nothing is known of what callers' words mean: what is no emergency waits like all else.
    reports = Reports(
        building, kept, ReportStore(data / REPORTS), lambda _, __: PRIORITY, lambda point: province_at(regions, point)
    )
    rooms: dict[ProvinceId, None] = dict.fromkeys(regions)
    aside = AsideAudit(data / "raw-reads.jsonl", None, clock)
    return WithoutLog(
        entrance,
        journal,
        mark,
        closed,
        kept,
        reports,
        RawCalls(journal.folder, rooms, aside, clock, mark),
        Interchange(building, Partners(data / PARTNERS, clock), Names(settings.domain), journal),
        telephone(settings, rooms, journal, clock),
        device_store,
    )


def _no_fleet(store: DeviceStore, data: Path, clock: Clock) -> FleetService:
    """A fleet of no units: where they are is of no use while nobody is sent."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("no route asks for trails without a log")

    async def refused(_: object) -> None:
        refuse()

    return FleetService(
        {},
        devices=Devices(store, clock=clock),
        trail=Trail(data / "trail"),
        clock=clock,
        may_see_trail=refuse,
        record_read=refused,
    )


def build_app_without_log(running: WithoutLog) -> UntilGone:
    """Return the application over parts that `build_without_log` made."""
    entrance = running.entrance
    building = entrance.building
    register(TEXTS)

    def give(thing: object) -> Provide:
        return Provide(lambda: thing, sync_to_thread=False)

    def provide_desk(request: AnyRequest) -> Desk:
        return Desk(building, posting_of(entrance.session_of(request)))

    def states() -> DoorsView:
        return DoorsView(tuple(telephones(running.telephone)))

    doors: DoorStates = states

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await running.open()
        try:
            yield
        finally:
            await running.close()

    app = Litestar(
        route_handlers=[
            *entrance_routes.WITHOUT_LOG,
            *callers_api.FROM_CALLERS,
            *raw.ROUTES,
            reports_api.WITHOUT_LOG,
            *maps.FILES,
            *routes.ROUTES,
        ],
        dependencies={
            "desk": Provide(provide_desk, sync_to_thread=False),
            "entrance": give(entrance),
            "building": give(building),
            "callers": give(running.callers),
            "caller_settings": give(entrance.settings),
            "reports": give(running.reports),
            "interchange": give(running.interchange),
            "raw_calls": give(running.raw_calls),
            "doors": give(doors),
            "without_log": give(running),
        },
        exception_handlers={**EXCEPTION_HANDLERS, **dict.fromkeys(_NO_ROUTE, routes.refuse_all)},
        before_send=[add_headers],
        lifespan=[lifespan],
        request_class=StrictRequest,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
    )
    return UntilGone(InTime(app))
