"""
The routes of callers' messages. Gateways show a token in the address; pages show a secret of their own; nobody is signed in.

The journal has every message before the answer leaves. Only what the journal could not take is answered with 503, so that
whoever sent it sends it again.
"""

from typing import Any, Protocol

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.intake import commands as c
from nazdik.intake.callers.envelope import SAME_WORDS, Came
from nazdik.intake.callers.pages import PageView, code_digest, page_of
from nazdik.intake.callers.reading import BODY_BYTES_MAX, point_of, read_page
from nazdik.intake.callers.service import Callers
from nazdik.intake.errors import LinkNotFound
from nazdik.kernel import CallId, ProvinceId
from nazdik.published.door import CommandAnswer, Door

PAGE_BYTES_MAX = 16 * 1024
LINK_MINUTES = 30
AnyRequest = Request[Any, Any, Any]


class PageSettings(msgspec.Struct, frozen=True):
    """What the emergency page has to know before it begins: whether to ask twice, and where a short message goes."""

    careful: bool
    sms_number: str
    demo: bool


class CodeBody(msgspec.Struct, forbid_unknown_fields=True):
    """The code that was sent or read out."""

    code: str


class PlaceLinkAnswer(msgspec.Struct, frozen=True):
    """A link for one caller: where it opens, the code to read out, for how long, and whether it is on its way by SMS."""

    url: str
    code: str
    minutes: int
    sent: bool
    answer: CommandAnswer


class DoorSettings(Protocol):
    """The settings that these routes need."""

    @property
    def public_url(self) -> str: ...
    @property
    def sos_sms_number(self) -> str: ...
    @property
    def demo(self) -> bool: ...


@post("/v1/in/aml/{token:str}", status_code=200)
async def take_aml(
    request: AnyRequest, token: FromPath[str], callers: NamedDependency[SkipValidation[Callers]]
) -> Response[bytes]:
    """
    Take a phone's place (Advanced Mobile Location, HTTPS form). Whatever it holds, it is kept and answered with 200.

    Refusals: intake.gateway_unknown (404); 503 when it could not be kept.
    """
    return await _from_gateway("aml", request, token, callers)


@post("/v1/in/sms/{token:str}", status_code=200)
async def take_sms(
    request: AnyRequest, token: FromPath[str], callers: NamedDependency[SkipValidation[Callers]]
) -> Response[bytes]:
    """
    Take a short message from a gateway, as JSON or as a form. Refusals: intake.gateway_unknown (404); 503 when not kept.

    Fields: the sender (`sender`, `from`, `msisdn`…), the text (`text`, `message`…) or `data` in hex, and the gateway's own `id`.
    """
    return await _from_gateway("sms", request, token, callers)


async def _from_gateway(door: str, request: AnyRequest, token: str, callers: Callers) -> Response[bytes]:
    gateway = callers.gateway(token)
    body = await _body(request, BODY_BYTES_MAX)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()[:60]
    note = kind + SAME_WORDS if door == "sms" else kind
    await callers.take(Came(door, gateway.name, gateway.province, note, body))
    return Response(b"", status_code=200, media_type="text/plain")


@get("/v1/sos", sync_to_thread=False)
def get_page_settings(
    request: AnyRequest,
    callers: NamedDependency[SkipValidation[Callers]],
    caller_settings: NamedDependency[SkipValidation[DoorSettings]],
) -> PageSettings:
    """Return what the emergency page has to know before it begins."""
    careful = callers.is_doubtful(_origin(request, callers))
    return PageSettings(careful, caller_settings.sos_sms_number, caller_settings.demo)


@post("/v1/sos", status_code=202)
async def begin_page(request: AnyRequest, callers: NamedDependency[SkipValidation[Callers]]) -> PageView:
    """
    A page calls for help. `Nazdik-Page` is its secret; the body may have lon, lat, accuracy, words, silent, no_voice, test.

    Said again with the same secret it is the same call; a place that is new in it is heard. Refusals: intake.page_not_found (404,
    no such secret), intake.too_many_pages (409).
    """
    page, body, said = await _said(request)
    point = point_of(said.get("lon"), said.get("lat"))
    place = msgspec.json.encode({name: said[name] for name in ("lon", "lat", "accuracy") if name in said})
    return await callers.begin(page, body, point, place, _origin(request, callers))


@post("/v1/sos/messages", status_code=202)
async def tell_page(request: AnyRequest, callers: NamedDependency[SkipValidation[Callers]]) -> PageView:
    """
    A page tells its place (lon, lat, accuracy) or words; `id` is the page's own name for the message.

    Refusals: intake.page_not_found (404).
    """
    page, body, said = await _said(request)
    origin = _origin(request, callers)
    return await callers.hear_page(page, body, has_words=bool(said.get("words")), origin=origin)


@get("/v1/sos/call")
async def get_page(request: AnyRequest, callers: NamedDependency[SkipValidation[Callers]]) -> PageView:
    """Return what the page of a call shows: its state and what was written. Refusals: intake.page_not_found (404)."""
    page = page_of(request.headers.get("nazdik-page", ""))
    view = callers.view(page, _origin(request, callers))
    await callers.shown(page)
    return view


@post("/v1/here", status_code=200)
async def open_place_link(
    request: AnyRequest,
    data: JSONBody[CodeBody],
    callers: NamedDependency[SkipValidation[Callers]],
) -> PageView:
    """
    Open the link that a call-taker made: once, within half an hour. The page that opened it may come back.

    Refusals: intake.link_not_found (404), intake.page_not_found (404), auth.too_many_tries (429).
    """
    page = page_of(request.headers.get("nazdik-page", ""))
    origin = _origin(request, callers)
    callers.codes.check(origin)
    try:
        return await callers.open_link(data.code[:40], page, origin)
    except LinkNotFound:
        callers.codes.failed(origin)
        raise


@post("/v1/calls/{call_id:str}/place-link", status_code=201)
async def make_place_link(
    request: AnyRequest,
    call_id: FromPath[str],
    door: NamedDependency[SkipValidation[Door]],
    callers: NamedDependency[SkipValidation[Callers]],
    caller_settings: NamedDependency[SkipValidation[DoorSettings]],
) -> PlaceLinkAnswer:
    """
    Make a link by which the caller shows where they are; sent by SMS where a gateway carries, else to be read out.

    Refusals: intake.call_not_found (404).
    """
    code = callers.origins.code_for(door.call_id())
    base = caller_settings.public_url or str(request.base_url)
    url = f"{base.rstrip('/')}/sos#{code}"
    number = callers.number_of(CallId(call_id))
    province = ProvinceId(call_id.partition(".")[0])
    sent = bool(number) and callers.has_carrier(province)
    text = callers.place_link_text(province, url) if sent else ""
    command = c.AskPlace(call_id=CallId(call_id), code=code_digest(code), minutes=LINK_MINUTES, text=text)
    answer = await door.act("take_call", command, about=call_id, personal="place_link")
    return PlaceLinkAnswer(url, code, LINK_MINUTES, sent, answer)


@post("/v1/calls/{call_id:str}/place-link/revoke", status_code=200)
async def revoke_place_links(call_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Let no link of a call open any more, and cut off the pages that were opened by one.

    Refusals: intake.call_not_found (404).
    """
    command = c.RevokePlaceLinks(call_id=CallId(call_id))
    return await door.act("take_call", command, about=call_id, personal="place_link")


async def _body(request: AnyRequest, limit: int) -> bytes:
    """Return a body; what is beyond the limit is cut off and not refused."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) >= limit:
            break
    return body[:limit]


async def _said(request: AnyRequest) -> tuple[str, bytes, dict[str, Any]]:
    page = page_of(request.headers.get("nazdik-page", ""))
    body = await _body(request, PAGE_BYTES_MAX)
    said = read_page(body)
    if said is None:
        raise ClientException(status_code=400, detail="the body is no JSON object")
    return page, body, said


def _origin(request: AnyRequest, callers: Callers) -> str:
    return callers.origins.digest(request.client.host if request.client is not None else "")


# Those by which a caller is heard; they need the journal and no log.
FROM_CALLERS: tuple[BaseRouteHandler, ...] = (take_aml, take_sms, get_page_settings, begin_page, tell_page, get_page)
ROUTES: tuple[BaseRouteHandler, ...] = (*FROM_CALLERS, open_place_link, make_place_link, revoke_place_links)
