"""
Open311 GeoReport v2 at the citizens' port: suggestions and reports to 197, and how they stand, in JSON and XML.

No key is asked for and none is kept: a citizen has no account. The answer to a request has its code, as everywhere at 197.
Bootstrap gives by name: `requests`.
"""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from nazdik.bootstrap.georeport import AnyRequest, answer, bare, listed_in, router, span, status_of
from nazdik.bootstrap.oversight.open311 import GROUP, NOTICE, Requests
from nazdik.interchange.errors import ReportNotFound, ServiceNotFound
from nazdik.interchange.open311.services import definition, listed
from nazdik.oversight.model import Source
from nazdik.oversight.public_api import bucket_of
from nazdik.platform.http import idempotency_key

IDS_MAX = 50
# A token says no more than the id; it is there because GeoReport clients may ask for one.
PREFIX = "197-"
Service = NamedDependency[SkipValidation[Requests]]


@get(["/services.json", "/services.xml"], sync_to_thread=False)
def list_services(request: AnyRequest, requests: Service) -> Response[bytes]:
    """Return the services that can be asked for."""
    return answer(request, "services", listed(requests.services().values(), GROUP))


@get("/services/{name:str}", sync_to_thread=False)
def get_service(request: AnyRequest, name: FromPath[str], requests: Service) -> Response[bytes]:
    """Return what is asked for a service, with the offices. Refusals: interchange.service_not_found (404)."""
    service = requests.services().get(bare(name))
    if service is None:
        raise ServiceNotFound(service=name[:60])
    return answer(request, "definition", definition(service))


@post(["/requests.json", "/requests.xml"], status_code=201)
async def file_request(request: AnyRequest, requests: Service) -> Response[bytes]:
    """
    Take a suggestion or report as a form; when this is answered it is on disk. With an Idempotency-Key it may be sent again.

    Refusals: interchange.report_incomplete (400), interchange.service_not_found (404), oversight.office_unknown,
    oversight.text_missing, oversight.key_too_short (400), oversight.too_many_contacts (403).
    """
    oversight = requests.oversight
    oversight.limits.take(bucket_of(request, oversight))
    said = requests.said(await request.body())
    given = request.headers.get("idempotency-key")
    key = idempotency_key(given) if given else oversight.fresh_keys(1)[0]
    received = await oversight.receive(said, key, Source.OPEN311)
    said_back = {
        "service_request_id": received.case_id,
        "service_notice": NOTICE,
        "account_id": None,
        "follow_up_code": received.code,
    }
    return answer(request, "requests", [said_back], status=201)


@get(["/requests.json", "/requests.xml"], sync_to_thread=False)
def list_requests(request: AnyRequest, requests: Service) -> Response[bytes]:
    """
    Return suggestions: `service_code`, `status`, `start_date`, `end_date`; 90 days and 1,000 rows at most. By
    `service_request_id` (several with commas) reports too.

    Refusals: interchange.report_incomplete (400).
    """
    asked = request.query_params
    if named := asked.get("service_request_id"):
        found = [one for own in listed_in(named)[:IDS_MAX] if (one := requests.find(own)) is not None]
    else:
        since, until = span(asked, requests.oversight.clock.now())
        found = requests.search(listed_in(asked.get("service_code")), status_of(asked), since, until)
    return answer(request, "requests", [requests.shown(one) for one in found])


@get("/requests/{name:str}", sync_to_thread=False)
def get_request(request: AnyRequest, name: FromPath[str], requests: Service) -> Response[bytes]:
    """Return how one request stands, for whoever has its id. Refusals: interchange.report_not_found (404)."""
    found = requests.find(bare(name))
    if found is None:
        raise ReportNotFound(id=name[:120])
    return answer(request, "requests", [requests.shown(found)])


@get("/tokens/{name:str}", sync_to_thread=False)
def get_token(request: AnyRequest, name: FromPath[str], requests: Service) -> Response[bytes]:
    """Return the id of the request that a token stands for. Refusals: interchange.report_not_found (404)."""
    token = bare(name)
    found = requests.find(token.removeprefix(PREFIX)) if token.startswith(PREFIX) else None
    if found is None:
        raise ReportNotFound(token=token[:120])
    return answer(request, "tokens", [{"token": token, "service_request_id": found.id}])


ROUTES = (router(list_services, get_service, file_request, list_requests, get_request, get_token),)
