"""
What both doors for Open311 GeoReport v2 have in common, dispatch's and oversight's: how a request is read and an answer written.

What a report is, and what the public may know of it, each of them says for itself.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router
from litestar.handlers import BaseRouteHandler

from nazdik.interchange.errors import PartnerUnknown, ReportIncomplete
from nazdik.interchange.open311.format import FORMATS, written
from nazdik.kernel import Instant, Invalid, NotFound, Rejected, Unavailable, from_rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.platform.http.messages import title

PREFIX = "/open311/v2"
SPAN_S_MAX = 90 * 86_400.0
AnyRequest = Request[Any, Any, Any]
HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def bare(name: str) -> str:
    """Return a name without its format."""
    return name.removesuffix(".json").removesuffix(".xml")


def listed_in(text: str | None) -> list[str]:
    """Return what a query names with commas."""
    return [one.strip() for one in (text or "").split(",") if one.strip()]


def span(asked: Mapping[str, Any], now: Instant) -> tuple[Instant, Instant]:
    """Return between which instants reports are asked for, 90 days at most. Raises `ReportIncomplete`."""
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


def status_of(asked: Mapping[str, Any]) -> str | None:
    """Return the status that is asked for, None for any. Raises `ReportIncomplete`."""
    status = asked.get("status")
    if status not in (None, "open", "closed"):
        raise ReportIncomplete(field="status")
    return status


def answer(request: AnyRequest, what: str, document: Any, status: int = 200) -> Response[bytes]:
    """Return a document in the format that the address asks for."""
    form = "xml" if request.url.path.rstrip("/").endswith(".xml") else "json"
    kind = f"{FORMATS[form]}; charset=utf-8"
    return Response(written(what, document, form), media_type=kind, status_code=status, headers=HEADERS)


def _refused(request: AnyRequest, error: Rejected) -> Response[bytes]:
    """Refusals in GeoReport's own form; it knows 400, 403 and 404."""
    status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, Invalid) else 403
    code = "interchange.partner_unknown" if isinstance(error, PartnerUnknown) else error.code
    said = f"{code}: {title(code, 'fa')} / {title(code, 'en')} {error.details or ''}".strip()
    return answer(request, "errors", [{"code": status, "description": said}], status)


def _away(request: AnyRequest, error: Unavailable) -> Response[bytes]:
    said = f"{error.code}: {title(error.code, 'fa')} / {title(error.code, 'en')}"
    away = answer(request, "errors", [{"code": 503, "description": said}], 503)
    away.headers["Retry-After"] = str(error.retry_after_s)
    return away


def router(*handlers: BaseRouteHandler) -> Router:
    """Return the doors under GeoReport's address, with refusals in its own form."""
    return Router(PREFIX, route_handlers=handlers, exception_handlers={Rejected: _refused, Unavailable: _away})
