"""Build what the oversight server needs, in its own folder, and its two applications."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from nazdik.bootstrap.oversight import imports_api, open311_api
from nazdik.bootstrap.oversight.described import OVERSIGHT, get_openapi, openapi
from nazdik.bootstrap.oversight.open311 import Requests
from nazdik.bootstrap.oversight.outbox import LINES, Outbox, read_lines
from nazdik.bootstrap.oversight.shelf import RecordingShelf
from nazdik.bootstrap.oversight.sms_gateways import SmsGateways, hand_over
from nazdik.bootstrap.photos import Photos
from nazdik.bootstrap.seals import Seals
from nazdik.bootstrap.texts import TEXTS
from nazdik.bootstrap.watch.self_check import SelfCheck
from nazdik.oversight import desk_api, letters_api, moving, overview_api, public_api, recordings_api
from nazdik.oversight.clocks import PROMISES, Around
from nazdik.oversight.codes import Codes
from nazdik.oversight.desk_api import Sitting
from nazdik.oversight.facts import Facts
from nazdik.oversight.holidays import official_calendar
from nazdik.oversight.meetings import api as meetings_api
from nazdik.oversight.meetings import desk_api as meetings_desk
from nazdik.oversight.meetings import sms
from nazdik.oversight.meetings.telling import CallOffs, Numbers
from nazdik.oversight.service import Oversight
from nazdik.platform.audit import Audit
from nazdik.platform.auth import Registry, Throttle
from nazdik.platform.clock import Clock, SystemClock
from nazdik.platform.eventlog import SqliteLog
from nazdik.platform.eventlog.heads import load_key
from nazdik.platform.eventlog.walk import KeptInFile
from nazdik.platform.http import (
    EXCEPTION_HANDLERS,
    InTime,
    Network,
    RealClient,
    StrictRequest,
    UntilGone,
    add_headers,
    register,
)

LOG = "oversight.log"
BODY_BYTES_MAX = 256 * 1024
FILM_WITHIN_S = 900.0
# As long as a desk of 197 may be left alone where nobody says otherwise.
IDLE_MINUTES = 15


@dataclass(slots=True)
class OversightHouse:
    """Everything of an oversight server that was built and has to be closed again."""

    oversight: Oversight
    registry: Registry
    log: SqliteLog
    audit: Audit
    seals: Seals
    brake: Throttle
    texts: sms.TextDesk
    outbox: Outbox
    call_offs: CallOffs
    checks: SelfCheck
    checking: "asyncio.Task[None] | None" = None
    telling: "asyncio.Task[None] | None" = None
    posting: "asyncio.Task[None] | None" = None
    sealing: "asyncio.Task[None] | None" = None

    async def open(self) -> None:
        """Begin: clocks, letters and seals."""
        self.oversight.open()
        self.posting = asyncio.get_running_loop().create_task(self.outbox.run())
        self.telling = asyncio.get_running_loop().create_task(self.call_offs.run())
        self.sealing = asyncio.get_running_loop().create_task(self.seals.run())
        self.checking = asyncio.get_running_loop().create_task(self.checks.run())

    async def close(self) -> None:
        """End in the opposite order: everything is on disk and signed."""
        for running in (self.posting, self.telling, self.checking):
            if running is not None:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
        await self.texts.close()
        await self.oversight.close()
        if self.sealing is not None:
            self.sealing.cancel()
            await asyncio.gather(self.sealing, return_exceptions=True)
        await self.seals.close()
        await self.audit.close()
        self.log.close()
        self.registry.close()


def build_oversight(
    folder: Path,
    *,
    clock: Clock | None = None,
    witness: Path | None = None,
    text_to: str = "",
    idle_minutes: int = IDLE_MINUTES,
) -> OversightHouse:
    """
    Build an oversight server over its folder.

    Args:
        text_to: The number to which citizens text a code to give a turn back.
        idle_minutes: After how many minutes without anybody there a desk's session ends; 0 for never.
        witness: A folder out of this server's reach that gets every signed head too.

    Raises:
        LogInUse, LogUnavailable, LogDamaged: The log cannot be opened or understood.
        HeadsLost: The log is not what was signed of it.
        OutboxUnreadable: The lines to other systems cannot be understood.
    """
    clock = clock or SystemClock()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as undo:
        log = SqliteLog(folder / f"{LOG}.sqlite")
        undo.callback(log.close)
        audit_log = SqliteLog(folder / "audit.sqlite")
        undo.callback(audit_log.close)
        audit = Audit(audit_log, clock)
        registry = Registry(folder / "registry.sqlite", clock)
        undo.callback(registry.close)
        key = load_key(folder)
        lines = read_lines(folder / LINES)
        facts = Facts(folder, key, copies=witness)
        oversight = Oversight(
            log,
            facts,
            Codes(folder),
            around=Around(official_calendar(), PROMISES),
            clock=clock,
            audit=audit,
            pictures=Photos(folder / "pictures"),
            shelf=RecordingShelf(folder / "recordings"),
            text_to=text_to,
            idle_s=idle_minutes * 60.0 or None,
        )
        gateways = SmsGateways(folder, clock)
        undo.callback(gateways.close)
        seals = Seals({LOG: log, "audit": audit_log}, folder, clock, audit=audit, copies=witness)
        undo.pop_all()
    texts = sms.TextDesk(oversight, gateways, hand_over)
    outbox = Outbox(oversight, lines, folder / "outbox", key)
    call_offs = CallOffs(oversight, Numbers(folder, clock), gateways, hand_over)
    kept = {name: KeptInFile(folder / f"{name}.sqlite") for name in (LOG, "audit")}
    checks = SelfCheck(kept, seals.newest.get, audit, clock)
    return OversightHouse(oversight, registry, log, audit, seals, Throttle(clock), texts, outbox, call_offs, checks)


def public_app(house: OversightHouse, proxies: Sequence[Network] = ()) -> UntilGone:
    """Return the citizens' application behind trusted proxies. It opens and closes the house; the desk's only uses it."""

    requests = Requests(house.oversight)

    def provide_oversight() -> Oversight:
        return house.oversight

    def provide_requests() -> Requests:
        return requests

    def provide_call_offs() -> CallOffs:
        return house.call_offs

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await house.open()
        try:
            yield
        finally:
            await house.close()

    return _wrapped(
        Litestar(
            route_handlers=[
                get_openapi,
                *public_api.ROUTES,
                *meetings_api.CITIZEN_ROUTES,
                *recordings_api.CITIZEN_ROUTES,
                *open311_api.ROUTES,
            ],
            dependencies={
                "oversight": Provide(provide_oversight, sync_to_thread=False),
                "requests": Provide(provide_requests, sync_to_thread=False),
                "call_offs": Provide(provide_call_offs, sync_to_thread=False),
            },
            lifespan=[lifespan],
            **_common(microphone="self"),
        ),
        proxies,
    )


def desk_app(house: OversightHouse, proxies: Sequence[Network] = ()) -> UntilGone:
    """Return the desks' application behind trusted proxies."""

    def provide_oversight() -> Oversight:
        return house.oversight

    def provide_registry() -> Registry:
        return house.registry

    def provide_brake() -> Throttle:
        return house.brake

    def provide_texts() -> sms.TextDesk:
        return house.texts

    def provide_call_offs() -> CallOffs:
        return house.call_offs

    def provide_outbox() -> Outbox:
        return house.outbox

    def provide_sitting(request: Request[Any, Any, Any]) -> Sitting:
        return Sitting(request, house.oversight, house.registry)

    def provide_looking(request: Request[Any, Any, Any]) -> overview_api.Looking:
        return overview_api.Looking(request, house.oversight, house.registry)

    def signed_in_first(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Refuse whoever has not signed in before a word of what they sent is looked at."""
        if not OVERSIGHT.of_a_session.isdisjoint(handler.parsed_fn_signature.parameters):
            desk_api.session_of(connection, house.registry)

    return _wrapped(
        Litestar(
            guards=[signed_in_first],
            route_handlers=[
                get_openapi,
                *desk_api.ROUTES,
                *meetings_api.DESK_ROUTES,
                *meetings_desk.ROUTES,
                *recordings_api.DESK_ROUTES,
                *letters_api.ROUTES,
                *moving.ROUTES,
                *imports_api.ROUTES,
                *overview_api.ROUTES,
                *sms.ROUTES,
            ],
            dependencies={
                "oversight": Provide(provide_oversight, sync_to_thread=False),
                "registry": Provide(provide_registry, sync_to_thread=False),
                "texts": Provide(provide_texts, sync_to_thread=False),
                "brake": Provide(provide_brake, sync_to_thread=False),
                "looking": Provide(provide_looking, sync_to_thread=False),
                "outbox": Provide(provide_outbox, sync_to_thread=False),
                "call_offs": Provide(provide_call_offs, sync_to_thread=False),
                "sitting": Provide(provide_sitting, sync_to_thread=False),
            },
            **_common(),
        ),
        proxies,
    )


def _common(*, microphone: str = "") -> dict[str, Any]:
    register(TEXTS)
    no_devices = f"geolocation=(), camera=(), microphone=({microphone}), payment=(), usb=()"

    async def add_careful_headers(message: Any, scope: Any) -> None:
        """As everywhere, and no page here may ask for a place, a notification or anything else of the device."""
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"permissions-policy", no_devices.encode())]
        await add_headers(message, scope)

    return {
        "exception_handlers": EXCEPTION_HANDLERS,
        "before_send": [add_careful_headers],
        "request_class": StrictRequest,
        "request_max_body_size": BODY_BYTES_MAX,
        "openapi_config": openapi(),
    }


class InItsTime:
    """Gives a film the time that it takes over a slow line; everything else has to come as fast as everywhere."""

    def __init__(self, app: Any) -> None:
        self._film, self._usual = InTime(app, whole_within_s=FILM_WITHIN_S), InTime(app)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        film = scope.get("path") == recordings_api.PATH
        await (self._film if film else self._usual)(scope, receive, send)


def _wrapped(app: Litestar, proxies: Sequence[Network]) -> UntilGone:
    return UntilGone(RealClient(InItsTime(app), proxies))
