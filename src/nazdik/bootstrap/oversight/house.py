"""Build what the oversight server needs, in its own folder, and its two applications."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide

from nazdik.bootstrap.photos import Photos
from nazdik.bootstrap.seals import Seals
from nazdik.bootstrap.texts import TEXTS
from nazdik.oversight import desk_api, public_api
from nazdik.oversight.clocks import PROMISES, Around
from nazdik.oversight.codes import Codes
from nazdik.oversight.desk_api import Sitting
from nazdik.oversight.facts import Facts
from nazdik.oversight.holidays import official_calendar
from nazdik.oversight.meetings import api as meetings_api
from nazdik.oversight.service import Oversight
from nazdik.platform.audit import Audit
from nazdik.platform.auth import Registry, Throttle
from nazdik.platform.clock import Clock, SystemClock
from nazdik.platform.eventlog import SqliteLog
from nazdik.platform.eventlog.heads import load_key
from nazdik.platform.http import EXCEPTION_HANDLERS, InTime, StrictRequest, UntilGone, add_headers, register

LOG = "oversight.log"
BODY_BYTES_MAX = 256 * 1024


@dataclass(slots=True)
class OversightHouse:
    """Everything of an oversight server that was built and has to be closed again."""

    oversight: Oversight
    registry: Registry
    log: SqliteLog
    audit: Audit
    seals: Seals
    brake: Throttle
    sealing: "asyncio.Task[None] | None" = None

    async def open(self) -> None:
        """Begin: clocks and seals."""
        self.oversight.open()
        self.sealing = asyncio.get_running_loop().create_task(self.seals.run())

    async def close(self) -> None:
        """End in the opposite order: everything is on disk and signed."""
        await self.oversight.close()
        if self.sealing is not None:
            self.sealing.cancel()
            await asyncio.gather(self.sealing, return_exceptions=True)
        await self.seals.close()
        await self.audit.close()
        self.log.close()
        self.registry.close()


def build_oversight(folder: Path, *, clock: Clock | None = None, witness: Path | None = None) -> OversightHouse:
    """
    Build an oversight server over its folder.

    Args:
        witness: A folder out of this server's reach that gets every signed head too.

    Raises:
        LogInUse, LogUnavailable, LogDamaged: The log cannot be opened or understood.
        HeadsLost: The log is not what was signed of it.
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
        facts = Facts(folder, load_key(folder), copies=witness)
        oversight = Oversight(
            log,
            facts,
            Codes(folder),
            around=Around(official_calendar(), PROMISES),
            clock=clock,
            audit=audit,
            pictures=Photos(folder / "pictures"),
        )
        seals = Seals({LOG: log, "audit": audit_log}, folder, clock, audit=audit, copies=witness)
        undo.pop_all()
    return OversightHouse(oversight, registry, log, audit, seals, Throttle(clock))


def public_app(house: OversightHouse) -> UntilGone:
    """Return the citizens' application. It opens and closes the house; the desk's only uses it."""

    def provide_oversight() -> Oversight:
        return house.oversight

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await house.open()
        try:
            yield
        finally:
            await house.close()

    return _wrapped(
        Litestar(
            route_handlers=[*public_api.ROUTES, *meetings_api.CITIZEN_ROUTES],
            dependencies={"oversight": Provide(provide_oversight, sync_to_thread=False)},
            lifespan=[lifespan],
            **_common(),
        )
    )


def desk_app(house: OversightHouse) -> UntilGone:
    """Return the desks' application."""

    def provide_oversight() -> Oversight:
        return house.oversight

    def provide_registry() -> Registry:
        return house.registry

    def provide_brake() -> Throttle:
        return house.brake

    def provide_sitting(request: Request[Any, Any, Any]) -> Sitting:
        return Sitting(request, house.oversight, house.registry)

    return _wrapped(
        Litestar(
            route_handlers=[*desk_api.ROUTES, *meetings_api.DESK_ROUTES],
            dependencies={
                "oversight": Provide(provide_oversight, sync_to_thread=False),
                "registry": Provide(provide_registry, sync_to_thread=False),
                "brake": Provide(provide_brake, sync_to_thread=False),
                "sitting": Provide(provide_sitting, sync_to_thread=False),
            },
            **_common(),
        )
    )


def _common() -> dict[str, Any]:
    register(TEXTS)
    return {
        "exception_handlers": EXCEPTION_HANDLERS,
        "before_send": [_add_headers],
        "request_class": StrictRequest,
        "request_max_body_size": BODY_BYTES_MAX,
        "openapi_config": None,
    }


async def _add_headers(message: Any, scope: Any) -> None:
    """As everywhere, and no page here may ask for a place, a notification or anything else of the device."""
    if message["type"] == "http.response.start":
        policy = (b"permissions-policy", b"geolocation=(), camera=(), microphone=(), payment=(), usb=()")
        message["headers"] = [*message["headers"], policy]
    await add_headers(message, scope)


def _wrapped(app: Litestar) -> UntilGone:
    return UntilGone(InTime(app))
