"""Open311 GeoReport v2: services, reports that are no emergencies, and their state, in JSON and XML."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, SkipValidation

from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.reports import Reports, report_of
from nazdik.intake.callers.reports import BODY_BYTES_MAX, report_call
from nazdik.interchange.errors import PartnerUnknown, ReportIncomplete, ReportNotFound, ServiceNotFound
from nazdik.interchange.open311 import documents
from nazdik.interchange.open311.services import SERVICES, definition, listed
from nazdik.interchange.partners import Grant
from nazdik.kernel import Instant, Invalid, NotFound, ProvinceId, Rejected, Unavailable, from_rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.auth import token_of
from nazdik.platform.http.messages import title
from nazdik.platform.settings import Settings

PREFIX = "/open311/v2"
SPAN_S_MAX = 90 * 86_400.0
IDS_MAX = 50
AnyRequest = Request[Any, Any, Any]
HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@get(["/services.json", "/services.xml"], sync_to_thread=False)
def list_services(request: AnyRequest) -> Response[bytes]:
    """Return the services that can be asked for."""
    return _answer(request, "services", listed())


@get("/services/{name:str}", sync_to_thread=False)
def get_service(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Return what is asked besides for a service (`noise.json`). Refusals: interchange.service_not_found (404)."""
    service = SERVICES.get(_bare(name))
    if service is None:
        raise ServiceNotFound(service=name[:60])
    return _answer(request, "definition", definition(service))


@post(["/requests.json", "/requests.xml"], status_code=201)
async def file_report(
    request: AnyRequest,
    reports: NamedDependency[SkipValidation[Reports]],
    interchange: NamedDependency[SkipValidation[Interchange]],
    caller_settings: NamedDependency[Settings],
) -> Response[bytes]:
    """
    Take a report as a form; when this is answered it is on disk. For partners with the grant `open311`.

    What sounds like an emergency is taken however incomplete it is. Refusals: interchange.partner_unknown (403),
    interchange.grant_missing (403), interchange.report_incomplete (400), interchange.service_not_found (404).
    """
    body = await _body(request)
    report = report_of(body)
    token = report.key or token_of({}, request.headers.get("authorization"))
    partner = interchange.partner(token, request.headers)
    partner.need(Grant.OPEN311)
    province = reports.province_of(partner, report, caller_settings.domain)
    if province is None:
        raise ReportIncomplete(field="jurisdiction_id")
    urgent = reports.urgency(province, report.words) <= 2
    if not urgent:
        if not report.service:
            raise ReportIncomplete(field="service_code")
        if report.service not in SERVICES:
            raise ServiceNotFound(service=report.service)
        if not report.has_place:
            raise ReportIncomplete(field="lat")
    filed = await reports.file(partner, province, body, report)
    notice = reports.said(str(province))["report_urgent" if filed.urgent else "report_notice"]
    known = {"service_request_id": filed.call_id} if filed.known else {"token": _public_token(province, filed.token)}
    return _answer(request, "requests", [known | {"service_notice": notice, "account_id": None}], status=201)


@get(["/requests.json", "/requests.xml"])
async def list_reports(
    request: AnyRequest, reports: NamedDependency[SkipValidation[Reports]]
) -> Response[bytes]:  # fmt: skip
    """
    Return reports of the services that are listed, without anything of the reporter's: `service_request_id` (several with commas,
    of any service), `service_code`, `status`, `start_date`, `end_date`; 90 days and 1,000 rows at most.

    Refusals: interchange.query_invalid (400).
    """
    asked = request.query_params
    if named := asked.get("service_request_id"):
        wanted = [one.strip() for one in named.split(",") if one.strip()][:IDS_MAX]
        found = [one for own in wanted if (one := await reports.find(own)) is not None]
    else:
        since, until = _span(asked, reports.house.clock.now())
        codes = {one.strip() for one in (asked.get("service_code") or "").split(",") if one.strip()}
        services = {one.code for one in SERVICES.values() if one.listed and (not codes or one.code in codes)}
        status = asked.get("status")
        if status is not None and status not in ("open", "closed"):
            raise ReportIncomplete(field="status")
        found = await reports.search(services=services, state=status, since=since, until=until)
    return _answer(request, "requests", [_shown(reports, one) for one in found])


@get("/requests/{name:str}")
async def get_report(
    request: AnyRequest, name: FromPath[str], reports: NamedDependency[SkipValidation[Reports]]
) -> Response[bytes]:
    """Return one report (`….json`), for whoever has its id. Refusals: interchange.report_not_found (404)."""
    found = await reports.find(_bare(name))
    if found is None:
        raise ReportNotFound(id=name[:120])
    return _answer(request, "requests", [_shown(reports, found)])


@get("/tokens/{name:str}")
async def get_token(
    request: AnyRequest, name: FromPath[str], reports: NamedDependency[SkipValidation[Reports]]
) -> Response[bytes]:
    """Return the report that a token stands for, once it is read. Refusals: interchange.report_not_found (404)."""
    token = _bare(name)
    province, _, word = token.rpartition("-")
    found = await reports.find(report_call(ProvinceId(province), word))
    if found is None:
        raise ReportNotFound(token=token[:120])
    return _answer(request, "tokens", [{"token": token, "service_request_id": found.id}])


def _public_token(province: ProvinceId, token: str) -> str:
    return f"{province}-{token}"


def _shown(reports: Reports, one: documents.PublicReport) -> documents.Json:
    return documents.request(one, reports.said(one.agency)) | {"agency_responsible": reports.agency(one.agency)}


def _bare(name: str) -> str:
    return name.removesuffix(".json").removesuffix(".xml")


def _span(asked: Mapping[str, Any], now: Instant) -> tuple[Instant, Instant]:
    times: dict[str, Instant | None] = {}
    for name in ("start_date", "end_date"):
        text = asked.get(name)
        try:
            times[name] = from_rfc3339(text) if text else None
        except (ValueError, OverflowError):
            raise ReportIncomplete(field=name) from None
    until = times["end_date"] or (plus_s(times["start_date"], SPAN_S_MAX) if times["start_date"] is not None else now)
    since = times["start_date"] if times["start_date"] is not None else plus_s(until, -SPAN_S_MAX)
    return max(since, plus_s(until, -SPAN_S_MAX)), until


async def _body(request: AnyRequest) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) >= BODY_BYTES_MAX:
            break
    return body[:BODY_BYTES_MAX]


def _form_of(request: AnyRequest) -> str:
    return "xml" if request.url.path.rstrip("/").endswith(".xml") else "json"


def _answer(request: AnyRequest, what: str, document: Any, status: int = 200) -> Response[bytes]:
    form = _form_of(request)
    kind = f"{documents.FORMATS[form]}; charset=utf-8"
    return Response(documents.written(what, document, form), media_type=kind, status_code=status, headers=HEADERS)


def _refused(request: AnyRequest, error: Rejected) -> Response[bytes]:
    """Refusals in GeoReport's own form; it knows 400, 403 and 404."""
    status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, Invalid) else 403
    code = "interchange.partner_unknown" if isinstance(error, PartnerUnknown) else error.code
    said = f"{code}: {title(code, 'fa')} / {title(code, 'en')} {error.details or ''}".strip()
    return _answer(request, "errors", [{"code": status, "description": said}], status)


def _away(request: AnyRequest, error: Unavailable) -> Response[bytes]:
    said = f"{error.code}: {title(error.code, 'fa')} / {title(error.code, 'en')}"
    answer = _answer(request, "errors", [{"code": 503, "description": said}], 503)
    answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _router(*handlers: BaseRouteHandler) -> Router:
    return Router(PREFIX, route_handlers=handlers, exception_handlers={Rejected: _refused, Unavailable: _away})


ROUTES = (_router(list_services, get_service, file_report, list_reports, get_report, get_token),)
# What there is of it while there is no log.
WITHOUT_LOG = _router(list_services, get_service, file_report)
