"""The identity service over HTTP: going there, and signing out here and there."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.service import ASKED_LASTS_S, IdentityService, NoService
from nazdik.bootstrap.identity.service_cookies import ASKED, LEFT, cookie, cookie_of
from nazdik.platform.auth import ServiceRefused

FIELDS_MAX = 20
AnyRequest = Request[Any, Any, Any]


class QuestionBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether whoever is signed in goes there to prove once more who they are, or somebody to sign in."""

    proof: bool = False


class ThereView(msgspec.Struct, frozen=True):
    """Where a browser goes; null for nowhere."""

    address: str | None


def service_of(entrance: Entrance) -> IdentityService:
    """Return the identity service. Raises `NoService`."""
    if entrance.service is None:
        raise NoService()
    return entrance.service


@post("/v1/identity-service/questions", status_code=201)
async def ask_service(
    request: AnyRequest, data: JSONBody[QuestionBody], entrance: NamedDependency[Entrance]
) -> Response[ThereView]:
    """
    Return where a browser goes to sign in by the force's identity service, or to prove itself anew. It comes back to the first
    page with `state` and `code`, which go to `POST /v1/sessions` or `POST /v1/session/proof` as `service`.

    Refusals: auth.no_service (404), auth.service_away (503), auth.not_signed_in (401).
    """
    service = service_of(entrance)
    session = entrance.session_of(request) if data.proof else None
    if session is None and request.headers.get("origin") is not None:
        entrance.check_origin(request)
    address, kept = await service.begin(session)
    return Response(ThereView(address), status_code=201, cookies=[cookie(request, ASKED, kept, ASKED_LASTS_S)])


@post("/v1/identity-service/way-out", status_code=200)
async def leave_service(request: AnyRequest, entrance: NamedDependency[Entrance]) -> Response[ThereView]:
    """
    Return where a browser goes that has just signed out here, to sign out at the identity service as well; null for nowhere.

    Refusals: auth.no_service (404), auth.service_away (503).
    """
    service, kept = service_of(entrance), cookie_of(request, LEFT)
    address = await service.way_out(entrance, kept) if kept else None
    return Response(ThereView(address), status_code=200, cookies=[cookie(request, LEFT, "", 0)])


@post("/v1/identity-service/logout", status_code=200)
async def hear_logout(request: AnyRequest, entrance: NamedDependency[Entrance]) -> None:
    """
    Hear from the identity service that somebody has signed out there (OpenID Connect back-channel logout); their sessions end.

    Refusals: auth.no_service (404), auth.service_refused (401), auth.service_away (503).
    """
    service = service_of(entrance)
    try:
        fields = dict(parse_qsl((await request.body()).decode("ascii"), max_num_fields=FIELDS_MAX))
    except ValueError as error:
        raise ServiceRefused(step="token") from error
    await service.logged_out(entrance, fields.get("logout_token", ""))


ROUTES: tuple[BaseRouteHandler, ...] = (ask_service, leave_service, hear_logout)
