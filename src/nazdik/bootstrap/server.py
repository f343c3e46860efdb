"""The server: every route, what each request is given, and the application that Granian runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from litestar import Litestar, Request, get
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Contact, License
from litestar.types import ASGIApp, Receive, Scope, Send

from nazdik import __version__
from nazdik.bootstrap import (
    addresses,
    beside,
    call_history,
    crews_api,
    door_states,
    eido_api,
    eta,
    features_api,
    guide_api,
    hand_over_api,
    health,
    incident_callers,
    kinds,
    log_api,
    map_pictures,
    maps,
    place_book,
    places,
    playback,
    premises_api,
    raw,
    reach_api,
    reads,
    regions,
    reports_api,
    roads,
    same_event,
    services_api,
    stream_api,
    transfers_api,
    warnings_api,
)
from nazdik.bootstrap import entrance as entrance_routes
from nazdik.bootstrap import photos_api as photo_routes
from nazdik.bootstrap import voices_api as voice_routes
from nazdik.bootstrap.administration import api as settings_api
from nazdik.bootstrap.administration import devices_api, people_api, units_api
from nazdik.bootstrap.beside import OpenIncidents
from nazdik.bootstrap.day_report import api as day_report_api
from nazdik.bootstrap.day_report.reading import DayReports
from nazdik.bootstrap.described import OF_A_SESSION, DescribedAsJson, described
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import RequestDoor, posting_of
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.first_run import api as first_run_api
from nazdik.bootstrap.first_run import steps as first_steps
from nazdik.bootstrap.first_run.api import FirstRun
from nazdik.bootstrap.house import Running
from nazdik.bootstrap.identity import glass_api, own_keys_api, own_sessions_api, proofs, service_api
from nazdik.bootstrap.identity.glass import BreakGlass
from nazdik.bootstrap.identity.haste import Haste
from nazdik.bootstrap.identity.proofs import check_fresh
from nazdik.bootstrap.identity.signed_requests import SignedRequests
from nazdik.bootstrap.imports import api as imports_api
from nazdik.bootstrap.inspection import api as looks_api
from nazdik.bootstrap.inspection.watch import Looks
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.log_api import LogReader
from nazdik.bootstrap.map_pictures import MapPictures
from nazdik.bootstrap.office_tree import api as office_tree_api
from nazdik.bootstrap.paper import api as paper
from nazdik.bootstrap.paper.packs import Packs
from nazdik.bootstrap.past_calls import CallBook
from nazdik.bootstrap.photos import Photos
from nazdik.bootstrap.place_book import PlaceBook
from nazdik.bootstrap.raw import RawCalls
from nazdik.bootstrap.reload import Reloader
from nazdik.bootstrap.reports import Reports
from nazdik.bootstrap.search import api as search_api
from nazdik.bootstrap.search import plate_api
from nazdik.bootstrap.texts import TEXTS
from nazdik.bootstrap.transfers import Transfers
from nazdik.bootstrap.trends import api as trends_api
from nazdik.bootstrap.trends.reading import Trends
from nazdik.bootstrap.watch.metrics import Metrics
from nazdik.bootstrap.watch.watch import Watch
from nazdik.dispatch import api as dispatch
from nazdik.dispatch import cordon_api as cordons
from nazdik.dispatch import crew_api
from nazdik.dispatch import field_api as field
from nazdik.dispatch import hold_api as holds
from nazdik.dispatch import join_api as joins
from nazdik.dispatch import shelf_api as shelves
from nazdik.fleet import api as fleet
from nazdik.fleet.service import FleetService
from nazdik.intake import api as intake
from nazdik.intake.callers import api as callers
from nazdik.intake.callers.service import Callers
from nazdik.kernel import Actor, Unavailable
from nazdik.organisation import api as organisation
from nazdik.platform.auth import NotSignedIn, Session
from nazdik.platform.backup import Shipper
from nazdik.platform.http import (
    BODY_BYTES_MAX,
    EXCEPTION_HANDLERS,
    BodyNotWhole,
    Careful,
    Compressed,
    InTime,
    PlainAnswer,
    Shedding,
    SocketsInTurn,
    StrictRequest,
    UntilGone,
    asked_by,
    header_of,
    idempotency_key,
    register,
    waited_ms,
)
from nazdik.platform.journal import Journal
from nazdik.platform.scanner import Scanner
from nazdik.platform.settings import Settings
from nazdik.published.offices import OfficeTree

AnyRequest = Request[Any, Any, Any]
_log = logging.getLogger(__name__)
# Where a request keeps its session: what asks for it, twice or more, is told the same.
SESSION_BEHIND = "nazdik_session"


@get("/openapi.json", sync_to_thread=False, include_in_schema=False)
def get_openapi(request: AnyRequest) -> dict[str, Any]:
    """Return what this API can do, as OpenAPI 3.1."""
    return described(request.app)


class JournalCalls:
    """Writes every call's bytes to the raw journal before anything tries to understand them."""

    def __init__(self, app: ASGIApp, journal: Journal, wrap: Callable[[Any, bytes], bytes]) -> None:
        self._app = app
        self._journal = journal
        self._wrap = wrap

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Serve one connection."""
        request: Any = scope
        if request.get("method") != "POST" or request["path"].rstrip("/") != "/v1/calls":
            return self._app(scope, receive, send)  # type: ignore[return-value]
        return self._call(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, keep it on disk, then let the application read it."""
        body, more, cut = b"", True, None
        while more and len(body) <= BODY_BYTES_MAX:
            try:
                message: Any = await receive()
            except BodyNotWhole as error:
                # What came is kept; whoever it was has to send it again.
                cut = error
                break
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) <= BODY_BYTES_MAX:
            try:
                await self._journal.append(self._wrap(scope, body))
            except Unavailable as away:
                # A journal that is full must not keep a call from the desks: the log may still take it.
                _log.error("the journal cannot keep a call now: %s", away)
        replayed = False

        async def again() -> Any:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            if cut is not None:
                raise cut
            return {"type": "http.request", "body": body, "more_body": more}

        await self._app(scope, again, send)


def build_app(running: Running) -> UntilGone:
    """Return the application over parts that `house.build` made."""
    entrance = running.entrance
    building = entrance.building
    register(TEXTS)
    haste = Haste(entrance)

    def session_behind(request: AnyRequest) -> Session:
        state = request.scope.setdefault("state", {})
        session: Session | None = state.get(SESSION_BEHIND)
        if session is None:
            session = state[SESSION_BEHIND] = entrance.session_of(request)
            asked_by(request.scope, session.person)
            haste.check(session, request.method, request.scope["path"])
        return session

    @cache
    def asks_for(route: BaseRouteHandler) -> tuple[bool, bool]:
        """Whether a route decides anything, and whether it is for whoever has signed in."""
        names = route.parsed_fn_signature.parameters.keys()
        return "door" in names, bool(names & OF_A_SESSION)

    # Not a guard: those are given a copy of the handler each time, and run in a thread unless they are coroutines.
    async def signed_in_first(request: AnyRequest) -> None:
        """Ask who it is before the body is read: nobody else is told what is wrong with it."""
        decides, is_for_somebody = asks_for(request.route_handler)
        if decides:
            # Before anything is looked up: what is not here yet may be where it is decided.
            written = [room for room in building.rooms.values() if room.writes]
            for room in written or building.rooms.values():
                room.check_writes()
        if is_for_somebody:
            session_behind(request)

    def provide_door(request: AnyRequest) -> RequestDoor:
        session = session_behind(request)
        entrance.registry.heard(session.id)
        posting = posting_of(session)
        key = idempotency_key(header_of(request.scope, b"idempotency-key"))
        return RequestDoor(building, posting, key, waited_ms(header_of(request.scope, b"nazdik-waited")))

    def provide_desk(request: AnyRequest) -> Desk:
        return Desk(building, posting_of(session_behind(request)))

    def provide_actor(request: AnyRequest) -> Actor:
        posting = posting_of(session_behind(request))
        return Actor(id=posting.person, role=posting.role, office_id=posting.office, unit_id=posting.unit)

    def provide_session_actor(request: AnyRequest) -> Actor | None:
        try:
            return provide_actor(request)
        except NotSignedIn:
            return None

    def provide_proved(request: AnyRequest) -> Session:
        return check_fresh(entrance, session_behind(request))

    def provide_entrance() -> Entrance:
        return entrance

    first_run = FirstRun(entrance)

    def provide_glass() -> BreakGlass:
        return running.glass

    def provide_first_run() -> FirstRun:
        return first_run

    def provide_building() -> Building:
        return building

    def provide_offices() -> OfficeTree:
        return building.offices

    def provide_reloader() -> Reloader:
        return running.reloader

    def provide_callers() -> Callers:
        return running.callers

    def provide_reports() -> Reports:
        return running.reports

    def provide_log_reader() -> LogReader:
        return running.log_reader

    def provide_transfers() -> Transfers:
        return running.transfers

    def provide_shipper() -> Shipper | None:
        return running.shipper

    def provide_watch() -> Watch:
        return running.watch

    @cache
    def provide_metrics() -> Metrics:
        return Metrics(running.watch, building.rooms, entrance.hub, running.shipper)

    @cache
    def provide_photos() -> Photos:
        return Photos(entrance.settings.data_dir / "photos", running.pictures)

    @cache
    def provide_scanner() -> Scanner:
        # Files of the demo are made up as everything in it is.
        return Scanner(entrance.settings.clamd, is_missed=not entrance.settings.demo)

    def provide_raw_calls() -> RawCalls:
        return running.raw_calls

    def provide_place_book() -> PlaceBook:
        return running.place_book

    def provide_call_book() -> CallBook:
        return running.call_book

    def provide_looks() -> Looks:
        return running.looks

    day_reports = DayReports()

    def provide_day_reports() -> DayReports:
        return day_reports

    packs = Packs()

    def provide_packs() -> Packs:
        return packs

    @cache
    def provide_open_incidents() -> OpenIncidents:
        return OpenIncidents(building.clock)

    trends = Trends()

    def provide_trends() -> Trends:
        return trends

    def provide_map_pictures() -> MapPictures:
        return running.map_pictures

    def provide_doors() -> door_states.DoorStates:
        return door_states.door_states(running.telephone, running.broker, entrance.fleet)

    def provide_settings() -> Settings:
        return entrance.settings

    def provide_interchange() -> Interchange:
        return running.interchange

    def provide_fleet() -> FleetService:
        return entrance.fleet

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await running.open()
        # Whether there is one is said at the start, not with the first file.
        provide_scanner()
        try:
            yield
        finally:
            await running.close()
            await asyncio.to_thread(day_reports.close)
            await asyncio.to_thread(trends.close)

    app = Litestar(
        route_handlers=[
            *entrance_routes.ROUTES,
            *stream_api.ROUTES,
            *proofs.ROUTES,
            *own_keys_api.ROUTES,
            *own_sessions_api.ROUTES,
            *glass_api.ROUTES,
            *service_api.ROUTES,
            *first_run_api.ROUTES,
            *first_steps.ROUTES,
            *organisation.ROUTES,
            *intake.ROUTES,
            *callers.ROUTES,
            *dispatch.ROUTES,
            *cordons.ROUTES,
            *shelves.ROUTES,
            *holds.ROUTES,
            *joins.ROUTES,
            *crew_api.ROUTES,
            *crews_api.ROUTES,
            *hand_over_api.ROUTES,
            *field.ROUTES,
            *photo_routes.ROUTES,
            *voice_routes.ROUTES,
            *fleet.ROUTES,
            *playback.ROUTES,
            *reads.ROUTES,
            *day_report_api.ROUTES,
            *trends_api.ROUTES,
            *same_event.ROUTES,
            *raw.ROUTES,
            *call_history.ROUTES,
            *incident_callers.ROUTES,
            *roads.ROUTES,
            *eta.ROUTES,
            *kinds.ROUTES,
            *guide_api.ROUTES,
            *settings_api.ROUTES,
            *office_tree_api.ROUTES,
            *people_api.ROUTES,
            *devices_api.ROUTES,
            *units_api.ROUTES,
            *imports_api.ROUTES,
            *premises_api.ROUTES,
            *place_book.ROUTES,
            *maps.ROUTES,
            *map_pictures.ROUTES,
            *reach_api.ROUTES,
            *regions.ROUTES,
            *places.ROUTES,
            *search_api.ROUTES,
            *plate_api.ROUTES,
            *paper.ROUTES,
            *addresses.ROUTES,
            *eido_api.ROUTES,
            *warnings_api.ROUTES,
            *features_api.ROUTES,
            *reports_api.ROUTES,
            *log_api.ROUTES,
            *looks_api.ROUTES,
            *beside.ROUTES,
            *services_api.ROUTES,
            *transfers_api.ROUTES,
            *door_states.ROUTES,
            *health.ROUTES,
            get_openapi,
        ],
        dependencies={
            "door": Provide(provide_door, sync_to_thread=False),
            "desk": Provide(provide_desk, sync_to_thread=False),
            "actor": Provide(provide_actor, sync_to_thread=False),
            "session_actor": Provide(provide_session_actor, sync_to_thread=False),
            "proved": Provide(provide_proved, sync_to_thread=False),
            "entrance": Provide(provide_entrance, sync_to_thread=False),
            "glass": Provide(provide_glass, sync_to_thread=False),
            "first_run": Provide(provide_first_run, sync_to_thread=False),
            "building": Provide(provide_building, sync_to_thread=False),
            "office_tree": Provide(provide_offices, sync_to_thread=False),
            "reloader": Provide(provide_reloader, sync_to_thread=False),
            "call_book": Provide(provide_call_book, sync_to_thread=False),
            "looks": Provide(provide_looks, sync_to_thread=False),
            "place_book": Provide(provide_place_book, sync_to_thread=False),
            "photos": Provide(provide_photos, sync_to_thread=False),
            "scanner": Provide(provide_scanner, sync_to_thread=False),
            "raw_calls": Provide(provide_raw_calls, sync_to_thread=False),
            "reports": Provide(provide_reports, sync_to_thread=False),
            "log_reader": Provide(provide_log_reader, sync_to_thread=False),
            "transfers": Provide(provide_transfers, sync_to_thread=False),
            "shipper": Provide(provide_shipper, sync_to_thread=False),
            "watch": Provide(provide_watch, sync_to_thread=False),
            "metrics": Provide(provide_metrics, sync_to_thread=False),
            "callers": Provide(provide_callers, sync_to_thread=False),
            "caller_settings": Provide(provide_settings, sync_to_thread=False),
            "map_pictures": Provide(provide_map_pictures, sync_to_thread=False),
            "day_reports": Provide(provide_day_reports, sync_to_thread=False),
            "packs": Provide(provide_packs, sync_to_thread=False),
            "open_incidents": Provide(provide_open_incidents, sync_to_thread=False),
            "trends": Provide(provide_trends, sync_to_thread=False),
            "doors": Provide(provide_doors, sync_to_thread=False),
            "interchange": Provide(provide_interchange, sync_to_thread=False),
            "fleet_service": Provide(provide_fleet, sync_to_thread=False),
        },
        before_request=signed_in_first,
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[lambda app: Shedding(app, lambda: running.watch.strain)],
        lifespan=[lifespan],
        request_class=StrictRequest,
        response_class=PlainAnswer,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=openapi(),
    )
    careful = Careful(Compressed(app, left_out=("/maps/", "/tiles/")))
    calls = JournalCalls(careful, running.journal, lambda scope, body: raw.wrapped(entrance, scope, body))
    signed = SignedRequests(calls, entrance.identity.key_proofs, entrance.fleet.devices)
    if running.company is None:
        return UntilGone(SocketsInTurn(InTime(signed)))
    return UntilGone(SocketsInTurn(InTime(running.company.around(signed, entrance.identity.key_proofs.nonce))))


def openapi() -> OpenAPIConfig:
    """Return how the API describes itself; the document is served at /openapi.json, with nothing from elsewhere."""
    return OpenAPIConfig(
        title="Nazdik",
        version=__version__,
        description="From a call to 110 to the handheld of the nearest patrol. See docs/architecture.md for the live stream.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Nazdik"),
        path="/openapi",
        render_plugins=[DescribedAsJson()],
        use_handler_docstrings=True,
    )
