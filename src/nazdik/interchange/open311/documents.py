"""What the public may know of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nazdik.interchange.open311.services import SERVICES, Service
from nazdik.kernel import Instant, rfc3339

Json = dict[str, Any]
# About a kilometre: which quarter, not which house.
PLACE_DECIMALS = 2
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


def request(one: PublicReport, said: Mapping[str, str] = TEXTS, services: Mapping[str, Service] = SERVICES) -> Json:
    """Return a report as the public gets it: no words of the reporter's, and the place rounded. `said` has what `TEXTS` has."""
    service = services.get(one.service) or SERVICES.get(one.service) or SERVICES["other"]
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
