"""What is answered while there is no log: that there is none, signing in, what was taken care of, and calls that are presented."""

from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor, posting_of
from nazdik.bootstrap.eido_api import partner_of
from nazdik.bootstrap.entrance import Entrance, SignInBody, Text, sign_in
from nazdik.bootstrap.health import HealthView
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.journal_only.bring_in import signer
from nazdik.bootstrap.journal_only.mark import JournalOnly
from nazdik.bootstrap.maps import read_face
from nazdik.bootstrap.raw import RawCalls, row_of
from nazdik.bootstrap.raw_page import care_page, front_page, refusal_page, sos_strip
from nazdik.intake.api import CallBody
from nazdik.intake.callers.envelope import NOBODY, Came, wrap
from nazdik.intake.raw import care_record
from nazdik.interchange.partners import Grant
from nazdik.kernel import Malformed, NotFound, OfficeId, ProvinceId, Rejected, Unavailable, rfc3339
from nazdik.organisation.model import Act, Role
from nazdik.organisation.policy import may
from nazdik.platform.auth import NotSignedIn
from nazdik.platform.http import BODY_BYTES_MAX, idempotency_key, page
from nazdik.platform.http.messages import language_of, title
from nazdik.platform.http.problems import STATUS, problem

RETRY_S = 30
FORM_BYTES_MAX = 8_192
AnyRequest = Request[Any, Any, Any]
_decode = msgspec.json.Decoder(CallBody).decode


class RecordNotFound(NotFound):
    """The journal has no such record, or it is not yours to see."""

    code = "intake.record_not_found"


class BodyUnreadable(Malformed):
    """The body is no call; its bytes are in the journal all the same."""

    code = "http.malformed"


class KeptAnswer(msgspec.Struct, frozen=True):
    """A call is on disk and will be in the log, once there is one, under this id."""

    call_id: str
    kept: bool


# That there is no log


@get("/v1/health", sync_to_thread=False)
def get_health_view(without_log: NamedDependency[SkipValidation[Any]]) -> HealthView:
    """Return that there is no log, since when and why."""
    return HealthView(
        mode="journal_only",
        ok=False,
        since=rfc3339(without_log.mark.since),
        why=str(without_log.closed),
        text=Text(title(JournalOnly.code, "fa"), title(JournalOnly.code, "en")),
    )


@get("/readyz", sync_to_thread=False)
def get_not_ready() -> None:
    """Refuse: no province is open."""
    raise JournalOnly(retry_after_s=RETRY_S)


@get(["/", "/console", "/field", "/board"], sync_to_thread=False)
def get_front(
    request: AnyRequest, entrance: NamedDependency[SkipValidation[Entrance]], lang: FromQuery[str] = ""
) -> Response[bytes]:
    """Return what stands in the place of every face."""
    return _front(request, entrance, lang)


@get("/sos")
async def get_sos_page() -> Response[bytes]:
    """Return the emergency page, with a word to callers that nobody watches it live now."""
    source = await read_face("sos")
    return page(source.replace('<div id="root">', sos_strip() + '<div id="root">', 1))


# Signing in, and what was taken care of


@post("/raw/sign-in", status_code=303)
async def sign_in_by_form(
    request: AnyRequest, entrance: NamedDependency[SkipValidation[Entrance]], lang: FromQuery[str] = ""
) -> Response[Any]:
    """Sign in from the page that needs no script."""
    try:
        if request.headers.get("origin") is not None:
            entrance.check_origin(request)
        said = await _form(request)
        body = SignInBody(
            seat=said.get("seat"), name=said.get("name"), password=said.get("password"), code=said.get("code") or None
        )
        signed = await sign_in.fn(request, body, entrance)
    except Rejected as refused:
        answer = _front(request, entrance, lang, wrong=refused.code)
        answer.status_code = _status(refused)
        return answer
    there = Response(None, status_code=303, headers={"Location": f"/raw?lang={_language(request, lang)}"})
    there.headers["Set-Cookie"] = signed.headers["Set-Cookie"]
    return there


@get("/raw/care")
async def get_care_page(
    request: AnyRequest,
    of: FromQuery[int],
    entrance: NamedDependency[SkipValidation[Entrance]],
    raw_calls: NamedDependency[SkipValidation[RawCalls]],
    lang: FromQuery[str] = "",
) -> Response[bytes]:
    """Return the page on which one record is written down as taken care of."""
    language = _language(request, lang)
    try:
        desk = _desk(request, entrance)
        found = await raw_calls.find(desk, of)
        if found is None:
            raise RecordNotFound(of=of)
    except (Rejected, Unavailable) as refused:
        return _refusal(refused, language)
    return _form_page(care_page(row_of(found), language, entrance.settings.display_offset_min))


@post("/raw/care", status_code=303)
async def write_care(
    request: AnyRequest,
    entrance: NamedDependency[SkipValidation[Entrance]],
    raw_calls: NamedDependency[SkipValidation[RawCalls]],
    without_log: NamedDependency[SkipValidation[Any]],
    lang: FromQuery[str] = "",
) -> Response[Any]:
    """Write down that a record was taken care of; it is on disk when this is answered."""
    language = _language(request, lang)
    try:
        desk = _desk(request, entrance)
        said = await _form(request)
        of = said.get("of", "")
        found = await raw_calls.find(desk, int(of)) if of.isdecimal() and len(of) < 19 else None
        if found is None or found.province is None:
            raise RecordNotFound(of=of[:20])
        words = care_record(found.offset, ProvinceId(found.province), desk.posting.person, said.get("words", ""))
        await without_log.journal.append(words)
    except (Rejected, Unavailable) as refused:
        return _refusal(refused, language)
    return Response(None, status_code=303, headers={"Location": f"/raw?lang={language}"})


# Calls that somebody signed in, or a neighbour, presents


@post("/v1/calls", status_code=202)
async def present_call(
    request: AnyRequest,
    entrance: NamedDependency[SkipValidation[Entrance]],
    without_log: NamedDependency[SkipValidation[Any]],
) -> KeptAnswer:
    """
    Keep a call. Its bytes are on disk whoever sends them; it enters the log by itself when its sender may present calls.

    Refusals: auth.not_signed_in (401), organisation.* (403), http.malformed (400).
    """
    body = await _body(request, BODY_BYTES_MAX)
    call_id, province, by, refused = NOBODY, ProvinceId(NOBODY), "-", None
    try:
        posting = posting_of(entrance.session_of(request))
        door = RequestDoor(entrance.building, posting, idempotency_key(request.headers.get("idempotency-key")))
        named = door.call_id()
        province = ProvinceId(named.partition(".")[0])
        offices = frozenset({OfficeId(str(province))})
        may(posting, Act.REPORT_CALL, offices=offices, unit=None, tree=entrance.building.offices)
        try:
            _decode(body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise BodyUnreadable() from error
        call_id, by = named, signer(posting.role, posting.person)
    except Rejected as error:
        refused = error
    await without_log.journal.append(wrap(Came("call", call_id, province, by, body)))
    if refused is not None:
        raise refused
    return KeptAnswer(call_id, True)


@post("/EIDO", status_code=201)
async def keep_eido(
    request: AnyRequest,
    interchange: NamedDependency[SkipValidation[Interchange]],
    without_log: NamedDependency[SkipValidation[Any]],
) -> None:
    """Keep a neighbour's EIDO for eyes, and say that it must be sent again: what it belongs to only the log knows."""
    partner = partner_of(request, interchange, Grant.EIDO_SEND)
    body = await _body(request, BODY_BYTES_MAX)
    office = interchange.house.offices.find_office(partner.office)
    province = office.province_id if office is not None else None
    await without_log.journal.append(wrap(Came("call", NOBODY, province or ProvinceId(NOBODY), "eido", body)))
    raise JournalOnly(retry_after_s=RETRY_S)


# Everything else


def refuse_all(request: AnyRequest, _: Exception) -> Response[bytes]:
    """Refuse whatever has no route here: there is no log."""
    headers = {"Retry-After": str(RETRY_S)}
    return problem(request, 503, JournalOnly.code, kind="unavailable", retryable=True, headers=headers)


@websocket(["/v1/stream", "/EIDO/Subscribe"])
async def refuse_stream(socket: WebSocket[Any, Any, Any]) -> None:
    """Refuse: there is nothing to follow."""
    await socket.accept()
    await socket.close(code=1013, reason=JournalOnly.code)


def _language(request: AnyRequest, lang: str) -> str:
    return lang if lang in ("fa", "en") else language_of(request.headers.get("accept-language"))


def _desk(request: AnyRequest, entrance: Entrance) -> Desk:
    return Desk(entrance.building, posting_of(entrance.session_of(request)))


def _status(refused: Rejected | Unavailable) -> int:
    return next((status for kind, status, _ in STATUS if isinstance(refused, kind)), 503)


def _front(request: AnyRequest, entrance: Entrance, lang: str, wrong: str = "") -> Response[bytes]:
    language = _language(request, lang)
    room = (Role.CALL_TAKER, Role.DISPATCHER)
    views = entrance.seat_views if entrance.settings.demo else ()
    seats = [(view.id, view.title.fa if language == "fa" else view.title.en) for view in views if view.role in room]
    return _form_page(front_page(language, seats=seats, wrong=wrong))


def _form_page(source: str) -> Response[bytes]:
    """A page whose form tells us that it is ours: without a referrer a browser says nothing of where it comes from."""
    answer = page(source)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _refusal(refused: Rejected | Unavailable, language: str) -> Response[bytes]:
    answer = page(refusal_page(refused.code, language, sign_in=isinstance(refused, NotSignedIn)))
    answer.status_code = _status(refused)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _form(request: AnyRequest) -> dict[str, str]:
    body = await _body(request, FORM_BYTES_MAX)
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0].replace("\x00", "") for name, values in found.items()}


async def _body(request: AnyRequest, limit: int) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise HTTPException(status_code=413)
    return body


ROUTES: tuple[BaseRouteHandler, ...] = (
    get_health_view,
    get_not_ready,
    get_front,
    get_sos_page,
    sign_in_by_form,
    get_care_page,
    write_care,
    present_call,
    keep_eido,
    refuse_stream,
)
