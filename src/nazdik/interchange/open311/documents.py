"""GeoReport documents in both of its formats, and what the public may know of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nazdik.interchange.open311.services import SERVICES
from nazdik.interchange.xml_text import xml_text
from nazdik.kernel import Instant, rfc3339

Json = dict[str, Any]
FORMATS = {"json": "application/json", "xml": "application/xml"}
# About a kilometre: which quarter, not which house.
PLACE_DECIMALS = 2
# (root, each): what a list and its items are called in XML.
NAMES = {
    "services": ("services", "service"),
    "definition": ("service_definition", ""),
    "attributes": ("attributes", "attribute"),
    "requests": ("service_requests", "request"),
    "tokens": ("service_requests", "request"),
    "errors": ("errors", "error"),
}
NOTICE = (
    "برای کار فوری نیست؛ اگر کسی در خطر است به ۱۱۰ زنگ بزنید. / Not for emergencies; if anyone is in danger call 110."
)
URGENT_NOTICE = (
    "آنچه نوشته‌اید فوری می‌نماید: همین حالا به ۱۱۰ زنگ بزنید. / What you wrote looks urgent: call 110 now. "
    "گزارش شما هم پیش روی مأموران است. / Your report is before the call-takers too."
)
# What those who answer for a province may say otherwise, by names of their own.
TEXTS: Mapping[str, str] = {
    "report_notice": NOTICE,
    "report_urgent": URGENT_NOTICE,
    "report_waiting": "رسید و خوانده می‌شود / Received",
    "report_read": "خوانده شد و در دست است / Being dealt with",
    "report_over": "پایان یافت / Over",
}


@dataclass(frozen=True, slots=True)
class PublicReport:
    """What is known of a report to whoever has its id: `state` is waiting, read or over."""

    id: str
    service: str
    state: str
    agency: str
    at: Instant
    changed_at: Instant
    lon: float | None
    lat: float | None


def request(one: PublicReport, said: Mapping[str, str] = TEXTS) -> Json:
    """Return a report as the public gets it: no words of the reporter's, and the place rounded. `said` has what `TEXTS` has."""
    service = SERVICES.get(one.service) or SERVICES["other"]
    return {
        "service_request_id": one.id,
        "status": "closed" if one.state == "over" else "open",
        "status_notes": said[f"report_{one.state}"],
        "service_name": service.name,
        "service_code": service.code,
        "description": None,
        "agency_responsible": one.agency,
        "service_notice": said["report_notice"],
        "requested_datetime": rfc3339(one.at),
        "updated_datetime": rfc3339(one.changed_at),
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": round(one.lat, PLACE_DECIMALS) if one.lat is not None else None,
        "long": round(one.lon, PLACE_DECIMALS) if one.lon is not None else None,
        "media_url": None,
    }


def written(what: str, document: Any, form: str) -> bytes:
    """Return a document in a format; `what` is one of `NAMES`."""
    if form == "json":
        return msgspec.json.encode(document)
    root, each = NAMES[what]
    inner = "".join(_tag(each, one) for one in document) if isinstance(document, list) else _inner(document)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{inner}</{root}>\n'.encode()


def _tag(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{_inner(value)}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_tag(NAMES[name][1], one) for one in value)}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{str(value).lower()}</{name}>"
    return f"<{name}/>" if value is None else f"<{name}>{xml_text(str(value))}</{name}>"


def _inner(document: Json) -> str:
    return "".join(_tag(name, value) for name, value in document.items())
