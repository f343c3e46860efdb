"""Open311 GeoReport v2: services, reports that are no emergencies, and their state, in JSON and XML."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from nazdik.bootstrap.georeport import AnyRequest, answer, bare, listed_in, router, span, status_of
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.reports import Reports, report_of
from nazdik.intake.callers.reports import BODY_BYTES_MAX, report_call
from nazdik.interchange.errors import ReportIncomplete, ReportNotFound, ServiceNotFound
from nazdik.interchange.open311 import documents
from nazdik.interchange.open311.services import definition, listed
from nazdik.interchange.partners import Grant
from nazdik.kernel import ProvinceId
from nazdik.platform.auth import token_of
from nazdik.platform.settings import Settings

IDS_MAX = 50


@get(["/services.json", "/services.xml"], sync_to_thread=False)
def list_services(request: AnyRequest, reports: NamedDependency[SkipValidation[Reports]]) -> Response[bytes]:
    """Return the services that can be asked for, where `jurisdiction_id` says; it may name a province here."""
    return answer(request, "services", listed(reports.services(_named(request, reports)).values()))


@get("/services/{name:str}", sync_to_thread=False)
def get_service(
    request: AnyRequest, name: FromPath[str], reports: NamedDependency[SkipValidation[Reports]]
) -> Response[bytes]:
    """Return what is asked besides for a service (`noise.json`). Refusals: interchange.service_not_found (404)."""
    service = reports.services(_named(request, reports)).get(bare(name))
    if service is None:
        raise ServiceNotFound(service=name[:60])
    return answer(request, "definition", definition(service))


def _named(request: AnyRequest, reports: Reports) -> str | None:
    """Return the province that a query names; the server's own domain is no province."""
    named = request.query_params.get("jurisdiction_id")
    return named if named in {str(province) for province in reports.house.rooms} else None


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
        if report.service not in reports.services(str(province)):
            raise ServiceNotFound(service=report.service)
        if not report.has_place:
            raise ReportIncomplete(field="lat")
    filed = await reports.file(partner, province, body, report)
    notice = reports.said(str(province))["report_urgent" if filed.urgent else "report_notice"]
    known = {"service_request_id": filed.call_id} if filed.known else {"token": _public_token(province, filed.token)}
    return answer(request, "requests", [known | {"service_notice": notice, "account_id": None}], status=201)


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
        found = [one for own in listed_in(named)[:IDS_MAX] if (one := await reports.find(own)) is not None]
    else:
        since, until = span(asked, reports.house.clock.now())
        codes = set(listed_in(asked.get("service_code")))
        every = (one for province in reports.house.rooms for one in reports.services(str(province)).values())
        services = {one.code for one in every if one.listed and (not codes or one.code in codes)}
        asked_for = await reports.search(services=services, state=status_of(asked), since=since, until=until)
        found = [one for one in asked_for if reports.is_listed(one)]
    return answer(request, "requests", [_shown(reports, one) for one in found])


@get("/requests/{name:str}")
async def get_report(
    request: AnyRequest, name: FromPath[str], reports: NamedDependency[SkipValidation[Reports]]
) -> Response[bytes]:
    """Return one report (`….json`), for whoever has its id. Refusals: interchange.report_not_found (404)."""
    found = await reports.find(bare(name))
    if found is None:
        raise ReportNotFound(id=name[:120])
    return answer(request, "requests", [_shown(reports, found)])


@get("/tokens/{name:str}")
async def get_token(
    request: AnyRequest, name: FromPath[str], reports: NamedDependency[SkipValidation[Reports]]
) -> Response[bytes]:
    """Return the report that a token stands for, once it is read. Refusals: interchange.report_not_found (404)."""
    token = bare(name)
    province, _, word = token.rpartition("-")
    found = await reports.find(report_call(ProvinceId(province), word))
    if found is None:
        raise ReportNotFound(token=token[:120])
    return answer(request, "tokens", [{"token": token, "service_request_id": found.id}])


def _public_token(province: ProvinceId, token: str) -> str:
    return f"{province}-{token}"


def _shown(reports: Reports, one: documents.PublicReport) -> documents.Json:
    told = documents.request(one, reports.said(one.agency), reports.services(one.agency))
    return told | {"agency_responsible": reports.agency(one.agency)}


async def _body(request: AnyRequest) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) >= BODY_BYTES_MAX:
            break
    return body[:BODY_BYTES_MAX]


ROUTES = (router(list_services, get_service, file_report, list_reports, get_report, get_token),)
# What there is of it while there is no log.
WITHOUT_LOG = router(list_services, get_service, file_report)
