"""The application while no region is open: pages, signing in, choosing or building a region, and one refusal for all else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.params import JSONBody, SkipValidation

from nazdik.bootstrap import entrance as entrance_routes
from nazdik.bootstrap import maps
from nazdik.bootstrap.administration import people_api
from nazdik.bootstrap.desk import Building
from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.entrance import Entrance, SessionView, Text, seated
from nazdik.bootstrap.first_run import administrators, api
from nazdik.bootstrap.first_run.api import FirstRun
from nazdik.bootstrap.first_run.regions import OffersView, Regions
from nazdik.bootstrap.health import HealthView
from nazdik.bootstrap.identity import own_keys_api
from nazdik.bootstrap.identity.parts import Identity
from nazdik.bootstrap.known import keep_regions
from nazdik.bootstrap.screens import Screens
from nazdik.bootstrap.stores import AUDIT, Losses, open_log, sources_of
from nazdik.bootstrap.texts import TEXTS
from nazdik.fleet.devices import Devices
from nazdik.fleet.service import FleetService
from nazdik.fleet.store import DeviceStore
from nazdik.fleet.trail import Trail
from nazdik.geo.responsible import load_offices
from nazdik.kernel import OfficeId, Unavailable
from nazdik.organisation.errors import RoleMayNot
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.store import People
from nazdik.platform.audit import Audit
from nazdik.platform.auth import Codes, Registry, Throttle, Tickets
from nazdik.platform.clock import Clock, SystemClock
from nazdik.platform.http import EXCEPTION_HANDLERS, InTime, StrictRequest, UntilGone, add_headers, register
from nazdik.platform.http.messages import title
from nazdik.platform.http.problems import problem
from nazdik.platform.live import Hub
from nazdik.platform.settings import Settings

AnyRequest = Request[Any, Any, Any]
_NO_ROUTE = (NotFoundException, MethodNotAllowedException)
RETRY_S = 10


class NoRegionYet(Unavailable):
    """No region is open yet; the first page leads to one."""

    code = "first_run.no_region"


class OpenBody(msgspec.Struct, forbid_unknown_fields=True):
    """The region to open, or to build."""

    region: str


@dataclass(slots=True)
class Choosing:
    """What runs until a region is chosen, and has to be closed again."""

    entrance: Entrance
    first_run: FirstRun
    regions: Regions
    devices: DeviceStore
    audit: Audit
    chosen: "asyncio.Future[Path]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def close(self) -> None:
        """Let go of every file, for the server that comes next."""
        await self.regions.close()
        await self.audit.close()
        self.devices.close()
        self.entrance.people.close()
        self.entrance.identity.close()
        self.entrance.registry.close()
        people_api.codes_of(self.entrance).close()


def build_choosing(settings: Settings, built: Path, *, clock: Clock | None = None) -> Choosing:
    """Build what guides to a region. `built` holds regions; the samples' sources lie beside it. Needs a running loop."""
    clock, data = clock or SystemClock(), settings.data_dir
    data.mkdir(parents=True, exist_ok=True)
    building = Building(rooms={}, offices=load_offices([], now=clock.now), clock=clock)
    registry = Registry(data / "registry.sqlite", clock, session_s=settings.session_hours * 3600.0)
    devices = DeviceStore(data / "devices.sqlite")
    with ExitStack() as undo:
        audit = Audit(
            open_log(settings, AUDIT, undo, sources_of(settings, (AUDIT,), Losses()).get(AUDIT), None).log, clock
        )
        undo.pop_all()
    identity = Identity.open(data, clock)
    entrance = Entrance(
        building=building,
        hub=Hub(),
        fleet=_no_fleet(devices, data, clock),
        registry=registry,
        people=People(data / "people.sqlite", passwords=registry, clock=clock),
        codes=Codes(data / "registry.sqlite", clock),
        tickets=Tickets(identity.words),
        throttle=Throttle(clock),
        settings=settings,
        identity=identity,
        screens=Screens(clock),
    )
    first_run = FirstRun(entrance, choosing=True, audit=audit)
    return Choosing(entrance, first_run, Regions(built, built.parent / "sources"), devices, audit)


def _no_fleet(store: DeviceStore, data: Path, clock: Clock) -> FleetService:
    """A fleet of no units, as there is no region yet."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("no route asks for trails without a region")

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


def _administrator(request: AnyRequest, entrance: Entrance) -> Posting:
    posting = posting_of(entrance.session_of(request))
    if posting.role is not Role.ADMINISTRATOR:
        raise RoleMayNot(role=posting.role)
    return posting


Parts = NamedDependency[SkipValidation[Choosing]]


@get("/v1/first-run/regions")
async def list_offers(request: AnyRequest, choosing: Parts) -> OffersView:
    """Return the regions that can be opened or built, and how far a build is."""
    _administrator(request, choosing.entrance)
    return await asyncio.to_thread(choosing.regions.offers)


@post("/v1/first-run/builds", status_code=202)
async def begin_build(request: AnyRequest, data: JSONBody[OpenBody], choosing: Parts) -> OffersView:
    """Begin to build a sample. Refusals: first_run.region_not_offered (404), first_run.build_runs (409)."""
    who = _administrator(request, choosing.entrance)
    await choosing.first_run.note(who.person, "first_region_build", data.region[:80])
    await choosing.regions.build(data.region)
    return await asyncio.to_thread(choosing.regions.offers)


@post("/v1/first-run/region", status_code=200)
async def open_region(request: AnyRequest, data: JSONBody[OpenBody], choosing: Parts) -> Response[SessionView]:
    """
    Open a region: its administrators are those made before. This server ends, and the ordinary one opens at the same address.

    Refusals: first_run.region_not_offered (404), first_run.region_not_built (409).
    """
    entrance = choosing.entrance
    who = _administrator(request, entrance)
    folder = await asyncio.to_thread(choosing.regions.folder, data.region)
    office = OfficeId(data.region)
    await choosing.first_run.note(who.person, "first_region", office)
    await asyncio.to_thread(administrators.settle, entrance, office)
    entrance.registry.close_sessions_of(who.person)
    session, headers = seated(request, entrance, Posting(who.person, Role.ADMINISTRATOR, office), by="password")
    keep_regions(entrance.settings.data_dir, [folder])
    if not choosing.chosen.done():
        choosing.chosen.set_result(folder)
    return Response(session, status_code=200, headers=headers)


@get("/v1/health", sync_to_thread=False)
def get_health_view() -> HealthView:
    """Say that no region is open yet."""
    text = Text(title(NoRegionYet.code, "fa"), title(NoRegionYet.code, "en"))
    return HealthView(mode="first_run", ok=False, text=text)


@get("/readyz", sync_to_thread=False)
def get_not_ready() -> None:
    """Refuse: no region is open."""
    raise NoRegionYet(retry_after_s=RETRY_S)


def refuse_all(request: AnyRequest, _: Exception) -> Response[bytes]:
    """Refuse whatever has no route here."""
    return problem(
        request,
        503,
        NoRegionYet.code,
        kind="unavailable",
        retryable=True,
        headers={"Retry-After": str(RETRY_S)},
    )


def build_app_choosing(choosing: Choosing) -> UntilGone:
    """Return the application over parts that `build_choosing` made."""
    register(TEXTS)

    def give(thing: object) -> Provide:
        return Provide(lambda: thing, sync_to_thread=False)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await choosing.close()

    app = Litestar(
        route_handlers=[
            *entrance_routes.WITHOUT_LOG,
            own_keys_api.ask_for_sign_in,
            *api.ROUTES,
            people_api.set_own_password,
            maps.get_face,
            *maps.FILES,
            list_offers,
            begin_build,
            open_region,
            get_health_view,
            get_not_ready,
        ],
        dependencies={
            "entrance": give(choosing.entrance),
            "first_run": give(choosing.first_run),
            "choosing": give(choosing),
        },
        exception_handlers={**EXCEPTION_HANDLERS, **dict.fromkeys(_NO_ROUTE, refuse_all)},
        before_send=[add_headers],
        lifespan=[lifespan],
        request_class=StrictRequest,
        openapi_config=None,
    )
    return UntilGone(InTime(app))
