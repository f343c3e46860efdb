"""
A citizen's report that is no emergency (Open311 GeoReport v2 form), read into a call. Pure functions that never raise: what is
missing or wrong is left out, and said by `faults`.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from nazdik.intake import commands as c
from nazdik.intake.callers.reading import point_of
from nazdik.intake.model import Channel
from nazdik.intake.numbers import tidy_number
from nazdik.kernel import CallId, LonLat, ProvinceId

BODY_BYTES_MAX = 64 * 1024
FIELDS_MAX = 100
LINE_MAX = 300
WORDS_MAX = 4_000
DATA_MAX = 24
# What it is worth until somebody has read it, and the most urgent that words alone make of it.
PRIORITY = 5
_ATTRIBUTE = re.compile(r"attribute\[([A-Za-z0-9_]{1,40})\](\[\])?")
_KEPT = ("address_string", "address_id", "email", "device_id", "account_id", "media_url")


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported. `service` is the code as it came; `data` is everything that a call has no field for."""

    service: str
    jurisdiction: str
    key: str
    words: str
    point: LonLat | None
    address: str
    name: str
    number: str
    data: tuple[tuple[str, str], ...]

    @property
    def has_place(self) -> bool:
        """Whether it says where, in one of the three ways."""
        return self.point is not None or bool(self.address)


def read_report(body: bytes) -> Report:
    """Read a form. What is no form is words: somebody wrote something."""
    fields = _fields(body)
    if not fields:
        text = body[:WORDS_MAX].decode("utf-8", "replace").replace("\x00", "").strip()
        return Report("", "", "", text, None, "", "", "", ())
    told = {name: " ".join(value.split()) for name, value in fields}
    words = next((value for name, value in fields if name == "description"), "")
    attributes = [
        (f"open311-{match[1]}", value) for name, value in fields if (match := _ATTRIBUTE.fullmatch(name)) and value
    ]
    kept = [(f"open311-{name}", told[name]) for name in _KEPT if told.get(name)]
    service = told.get("service_code", "")[:60]
    data = [("open311-service", service), *kept, *attributes]
    return Report(
        service=service,
        jurisdiction=told.get("jurisdiction_id", "")[:120],
        key=told.get("api_key", "")[:128],
        words=words[:WORDS_MAX].strip(),
        point=point_of(told.get("long"), told.get("lat")),
        address=(told.get("address_string") or told.get("address_id", ""))[:LINE_MAX],
        name=f"{told.get('first_name', '')} {told.get('last_name', '')}".strip()[:LINE_MAX],
        number=tidy_number(told.get("phone", "")[:40]),
        data=tuple((kind[:60], text[:LINE_MAX]) for kind, text in data if text)[:DATA_MAX],
    )


def without_key(body: bytes) -> bytes:
    """Return a form with the sender's key blanked out: the journal keeps what came, and no secrets."""
    return re.sub(rb"(^|&)(api_key=)[^&]*", rb"\1\2", body)


def report_call(province: ProvinceId, token: str) -> CallId:
    """The id of the call that a report becomes; `token` is 20 hex digits."""
    return CallId(f"{province}.c{token}")


def presented(province: ProvinceId, token: str, report: Report) -> c.PresentCall:
    """Return the call that a report becomes."""
    return c.PresentCall(
        call_id=report_call(province, token),
        channel=Channel.REPORT,
        number=report.number or None,
        name=report.name or None,
        narrative=report.words[:WORDS_MAX],
        point=report.point,
        data=report.data,
    )


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body[:BODY_BYTES_MAX].decode("utf-8", "replace").replace("\x00", "")
        return parse_qsl(text, max_num_fields=FIELDS_MAX, separator="&")
    except ValueError:
        return []
