"""
What gateways and pages send, read into messages. Pure functions that never raise: what is missing or wrong is left out.

SMS gateways differ in what they call things, so each field has several names, and the body is JSON or a form.
"""

from binascii import Error as BinasciiError
from binascii import unhexlify
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from nazdik.intake.aml import Aml, read_data_sms, read_sms
from nazdik.intake.numbers import find_number, tidy_number
from nazdik.intake.shapes import is_place
from nazdik.kernel import LonLat

BODY_BYTES_MAX = 64 * 1024
TEXT_MAX = 4_000
FIELDS_MAX = 1_000
_SENDER = ("sender", "from", "msisdn", "number", "phone", "originator", "source")
_TEXT = ("text", "message", "body", "content", "msg")
_DATA = ("data", "hex", "binary")
_ID = ("id", "message_id", "messageid", "msgid")
_OBJECT = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Sos:
    """The text that the emergency page proposes when there is no data connection."""

    point: LonLat | None
    accuracy_m: float | None
    silent: bool
    page: str
    words: str


@dataclass(frozen=True, slots=True)
class Sms:
    """One short message; at most one of `aml` and `sos` is there."""

    sender: str
    text: str
    id: str
    aml: Aml | None = None
    sos: Sos | None = None


def read_sms_body(body: bytes, content_type: str) -> Sms:
    """Read what a gateway posted. Where there is no field for words the bytes become the words: somebody may need help."""
    fields = _fields(body[:BODY_BYTES_MAX], content_type)
    sender = tidy_number(_first(fields, _SENDER)[:80])
    text = _first(fields, _TEXT)[:TEXT_MAX].replace("\x00", "")
    given_id = _first(fields, _ID)[:200]
    data = _unhex(_first(fields, _DATA))
    aml = read_sms(text, sender=sender) if text else None
    if aml is None and data:
        aml = read_data_sms(data, sender=sender)
    if not any(name in fields for name in (*_TEXT, *_DATA)):
        text = body[:TEXT_MAX].decode("utf-8", "replace").replace("\x00", "").strip()
        sender = sender or find_number(body)
    return Sms(sender, text, given_id, aml, read_sos(text) if aml is None else None)


def read_sos(text: str) -> Sos | None:
    """
    Read `SOS;lt=35.70050;lg=51.33740;rd=25;si=1;pg=0123…;tx=words`; None when it is something else.

    `lt`, `lg` and `rd` are degrees and metres, `si` asks not to be called, `pg` names the page it comes from, `tx` is last.
    """
    text = text[:TEXT_MAX].strip()
    if text[:4].upper() != "SOS;":
        return None
    head, _, words = text[4:].partition("tx=")
    pairs = (part.partition("=") for part in head.split(";"))
    fields = {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
    page = fields.get("pg", "")
    return Sos(
        point=point_of(fields.get("lg"), fields.get("lt")),
        accuracy_m=metres_of(fields.get("rd")),
        silent=fields.get("si") == "1",
        page=page if is_digest(page) else "",
        words=words.strip(),
    )


def read_page(body: bytes) -> dict[str, Any] | None:
    """Return the object that a page sent; None when it is none."""
    try:
        return _OBJECT.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def point_of(lon: Any, lat: Any) -> LonLat | None:
    """Return the place of two numbers or texts, None when they are none."""
    x, y = _number(lon), _number(lat)
    point = LonLat(x, y) if x is not None and y is not None else None
    return point if point is not None and is_place(point) else None


def metres_of(value: Any) -> float | None:
    """Return a distance, None when it cannot be one."""
    number = _number(value)
    return number if number is not None and 0 <= number <= 1e6 else None


def is_digest(text: str) -> bool:
    """Whether a text is the digest of a page."""
    return len(text) == 20 and all(char in "0123456789abcdef" for char in text)


def _fields(body: bytes, content_type: str) -> Mapping[str, str]:
    if "json" in content_type or body.lstrip()[:1] == b"{":
        found = read_page(body) or {}
        return {str(k).lower(): str(v) for k, v in list(found.items())[:FIELDS_MAX] if isinstance(v, str | int)}
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return {name.lower(): value for name, value in pairs}


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name].strip() for name in names if fields.get(name, "").strip()), "")


def _unhex(text: str) -> bytes:
    try:
        return unhexlify(text.replace(" ", "")[:2_000])
    except (BinasciiError, ValueError):
        return b""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
