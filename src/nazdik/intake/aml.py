"""
Advanced Mobile Location: the place a phone sends by itself when somebody calls for help.

By SMS (ETSI TS 103 625: text, or data packed to 7 bits) and by HTTPS form. Readers are liberal and never raise: unknown keys are
passed over, a part without `=` too, lengths are only advice. "No position" is a message too, and never a place at (0, 0).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from urllib.parse import parse_qsl

from nazdik.intake.numbers import tidy_number
from nazdik.intake.shapes import is_place
from nazdik.intake.sip.location import Told
from nazdik.kernel import Instant, LonLat
from nazdik.kernel.instant import MICROSECONDS_PER_S

MESSAGE_CHARS_MAX = 2_000
FORM_BYTES_MAX = 16 * 1024
FIELDS_MAX = 100
_METHODS = {"W": "wifi", "G": "gnss", "C": "cell", "N": "none", "U": "unknown"}
# The 7-bit default alphabet where AML needs it: letters, digits and signs stand as in ASCII but for these.
_GSM7 = {0x00: "@", 0x02: "$", 0x11: "_", 0x1B: ""}


@dataclass(frozen=True, slots=True)
class Aml:
    """
    One message.

    Attributes:
        number, imei: By which it is matched to a call; empty when not told.
        told: The place; None when the phone had none.
        called_at: When the call began by the phone's clock.
        emergency_number: What was dialled.
        languages: The phone's, best first.
        signed: True or False when a signature was there and a key to check it with, None otherwise.
        is_test: The sender compares with a place it knows: nobody needs help.
    """

    version: int
    number: str = ""
    imei: str = ""
    told: Told | None = None
    called_at: Instant | None = None
    emergency_number: str = ""
    languages: str = ""
    signed: bool | None = None
    is_test: bool = False


def read_sms(text: str, *, sender: str = "") -> Aml | None:
    """Read a text message; None when it is none of AML's."""
    text = text[:MESSAGE_CHARS_MAX].strip()
    if not text.upper().startswith(('A"ML=', "AML=", "A&QUOT;ML=")):
        return None
    pairs = (part.partition("=") for part in text.split(";"))
    fields = {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
    version = next((value for name, value in fields.items() if name.endswith("ml") and name != "ml"), "1")
    # The same letters mean other things in the second version, so it decides before anything is read.
    return _second(fields, sender) if version.startswith("2") else _first(fields, sender)


def read_data_sms(data: bytes, *, sender: str = "") -> Aml | None:
    """Read a data message: a user-data header, then 7-bit characters packed into bytes."""
    if not data or len(data) > 1_000:
        return None
    for start in (0, data[0] + 1 if data[0] < len(data) else 0):
        # After a header the first character begins at the next multiple of seven bits.
        fill = (7 - (start * 8) % 7) % 7
        found = read_sms(unpack_7_bit(data[start:], skip_bits=fill if start else 0), sender=sender)
        if found is not None:
            return found
    return None


def unpack_7_bit(data: bytes, *, skip_bits: int = 0) -> str:
    """Unpack 7-bit characters, the lowest bits first."""
    bits, held, text = 0, 0, []
    skipped = skip_bits
    for byte in data:
        bits |= byte << held
        held += 8
        if skipped:
            bits >>= skipped
            held -= skipped
            skipped = 0
        while held >= 7:
            code = bits & 0x7F
            text.append(_GSM7.get(code, chr(code)))
            bits >>= 7
            held -= 7
    return "".join(text).rstrip("\r\x00@")


def read_form(body: bytes, *, key: str = "") -> Aml:
    """
    Read an HTTPS message. Every field may be missing or wrong; what remains is still somebody who calls.

    Args:
        body: `application/x-www-form-urlencoded`, as it came.
        key: The secret agreed with the sender; empty when there is none.
    """
    text = body[:FORM_BYTES_MAX].decode("utf-8", "replace")
    try:
        fields = {name.lower(): value.strip() for name, value in parse_qsl(text, max_num_fields=FIELDS_MAX)}
    except ValueError:  # more fields than anyone needs
        fields = {}
    lon, lat = _number(fields, "location_longitude"), _number(fields, "location_latitude")
    told = None
    if lon is not None and lat is not None and is_place(LonLat(lon, lat)):
        told = Told(
            point=LonLat(lon, lat),
            accuracy_m=_metres(_number(fields, "location_accuracy")),
            confidence=_share(_number(fields, "location_confidence"), _number(fields, "location_certainty")),
            measured_at=_from_ms(fields, "location_time"),
            method=fields.get("location_source", "").lower()[:20],
            civic=f"طبقهٔ {floor}" if (floor := fields.get("location_floor", "")[:20]) else "",
        )
    return Aml(
        version=1 if fields.get("v", "1") != "2" else 2,
        number=tidy_number(fields.get("device_number", "")),
        imei=_digits(fields.get("device_imei", "")),
        told=told,
        called_at=_from_ms(fields, "time"),
        emergency_number=fields.get("emergency_number", "")[:10],
        languages=fields.get("device_languages", "")[:60],
        signed=_signed(body, fields.get("hmac", ""), key),
        is_test="gt_location_latitude" in fields,
    )


def _first(fields: Mapping[str, str], sender: str) -> Aml:
    """Version 1 (TS 103 625): degrees, radius, time of positioning."""
    lon, lat = _number(fields, "lg"), _number(fields, "lt")
    told = None
    if fields.get("pm", "").upper() != "N" and lon is not None and lat is not None and is_place(LonLat(lon, lat)):
        percent = _number(fields, "lc")
        told = Told(
            point=LonLat(lon, lat),
            accuracy_m=_metres(_number(fields, "rd")),
            confidence=_share(None, percent),
            measured_at=_stamp(fields.get("top", "")),
            method=_METHODS.get(fields.get("pm", "").upper(), fields.get("pm", "")[:20]),
        )
    return Aml(version=1, number=tidy_number(sender), imei=_digits(fields.get("ei", "")), told=told)


def _second(fields: Mapping[str, str], sender: str) -> Aml:
    """The second version: `lo` is the place, `lt` seconds after the call began, `lg` the language."""
    called_at = _epoch(_number(fields, "et"))
    parts = fields.get("lo", "").split(",")
    numbers = [_float(part) for part in parts]
    told = None
    if len(numbers) >= 2 and numbers[0] is not None and numbers[1] is not None:
        point = LonLat(numbers[1], numbers[0])
        if is_place(point):
            after_s = _number(fields, "lt")
            known = called_at is not None and after_s is not None and abs(after_s) < 86_400
            measured_at = Instant(called_at + round(after_s * MICROSECONDS_PER_S)) if known else None  # type: ignore[operator]
            accuracy = numbers[2] if len(numbers) > 2 else None
            told = Told(
                point=point,
                accuracy_m=_metres(accuracy) or None,  # 0 means unknown here
                confidence=_share(None, _number(fields, "lc")),
                measured_at=measured_at,
                method=_METHODS.get(fields.get("ls", "").upper(), fields.get("ls", "")[:20].lower()),
            )
    return Aml(
        version=2,
        number=tidy_number(sender),
        imei=_digits(fields.get("ei", "")),
        told=told,
        called_at=called_at,
        emergency_number=fields.get("en", "")[:10],
        languages=fields.get("lg", "")[:60],
    )


def _signed(body: bytes, signature: str, key: str) -> bool | None:
    """Whether the bytes before `&hmac=` carry their HMAC-SHA1; compared in constant time."""
    if not signature or not key:
        return None
    signed = body.rpartition(b"&hmac=")[0]
    expected = hmac.new(key.encode(), signed, hashlib.sha1).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode())


def _number(fields: Mapping[str, str], name: str) -> float | None:
    return _float(fields.get(name, ""))


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _metres(number: float | None) -> float | None:
    return number if number is not None and 0 <= number <= 1e6 else None


def _share(share: float | None, percent: float | None) -> float | None:
    """A confidence as 0 to 1, from a share or from percent; senders mix the two up."""
    given = share if share is not None else percent
    if given is None or given <= 0 or given > 100:
        return None
    is_share = given <= 1 and share is not None
    return given if is_share else given / 100


def _digits(text: str) -> str:
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    return digits[:20] if len(digits) >= 14 else ""


def _stamp(text: str) -> Instant | None:
    try:
        moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return _epoch(moment.timestamp())


def _from_ms(fields: Mapping[str, str], name: str) -> Instant | None:
    ms = _number(fields, name)
    return None if ms is None else _epoch(ms / 1000)


def _epoch(seconds: float | None) -> Instant | None:
    return Instant(round(seconds * MICROSECONDS_PER_S)) if seconds is not None and 0 < seconds < 4e9 else None
