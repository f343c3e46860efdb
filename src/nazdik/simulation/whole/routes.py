"""The real routes as a simulated server has them: whose parts they work on, and for whom, comes with each request."""

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from litestar import Litestar, Request
from litestar.di import Provide

from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.texts import TEXTS
from nazdik.dispatch import api as dispatch
from nazdik.dispatch import field_api as field_routes
from nazdik.dispatch import join_api as joining
from nazdik.dispatch import shelf_api as shelves
from nazdik.fleet import api as fleet
from nazdik.fleet.service import FleetService
from nazdik.intake import api as intake
from nazdik.intake.callers import api as callers_routes
from nazdik.intake.callers.envelope import NOBODY, Came, wrap
from nazdik.intake.callers.service import Callers
from nazdik.kernel import Actor, ProvinceId, Rejected
from nazdik.organisation.model import Posting
from nazdik.platform.http import EXCEPTION_HANDLERS, StrictRequest, idempotency_key, register, waited_ms

if TYPE_CHECKING:
    from nazdik.simulation.whole.server import Parts

AnyRequest = Request[Any, Any, Any]
PARTS = "nazdik.parts"
WHO = "nazdik.who"


def wrapped(parts: "Parts", scope: Any, body: bytes) -> bytes:
    """As `bootstrap.raw.wrapped`, for somebody who is signed in."""
    request: AnyRequest = Request(scope)
    call_id, province = NOBODY, ProvinceId(NOBODY)
    with suppress(Rejected):
        key = idempotency_key(request.headers.get("idempotency-key"))
        call_id = RequestDoor(parts.house, scope[WHO], key).call_id()
        province = ProvinceId(call_id.partition(".")[0])
    return wrap(Came("call", call_id, province, "-", body))


@cache
def routes() -> Litestar:
    """Return the real routes; whose parts they work on comes with each request."""
    register(TEXTS)

    def provide_door(request: AnyRequest) -> RequestDoor:
        key = idempotency_key(request.headers.get("idempotency-key"))
        scope: Any = request.scope
        return RequestDoor(scope[PARTS].house, scope[WHO], key, waited_ms(request.headers.get("nazdik-waited")))

    def provide_callers(request: AnyRequest) -> Callers:
        scope: Any = request.scope
        made: Callers = scope[PARTS].callers
        return made

    def provide_fleet(request: AnyRequest) -> FleetService:
        scope: Any = request.scope
        made: FleetService = scope[PARTS].fleet
        return made

    def provide_actor(request: AnyRequest) -> Actor | None:
        scope: Any = request.scope
        who: Posting = scope[WHO]
        return Actor(id=who.person, role=who.role, office_id=who.office, unit_id=who.unit)

    def provide_nothing() -> None:
        return None

    return Litestar(
        route_handlers=[
            *intake.ROUTES,
            *dispatch.ROUTES,
            *field_routes.ROUTES,
            *shelves.ROUTES,
            *joining.ROUTES,
            fleet.report_positions,
            callers_routes.begin_page,
            callers_routes.tell_page,
            callers_routes.get_page,
        ],
        dependencies={
            "door": Provide(provide_door, sync_to_thread=False),
            "callers": Provide(provide_callers, sync_to_thread=False),
            "fleet_service": Provide(provide_fleet, sync_to_thread=False),
            "session_actor": Provide(provide_actor, sync_to_thread=False),
            "caller_settings": Provide(provide_nothing, sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        openapi_config=None,
    )
