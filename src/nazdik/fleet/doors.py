"""
What trackers and handhelds send, read into fixes: OsmAnd and Traccar, OwnTracks, and our own batches.

Pure functions. Whatever comes in, the only exception that comes out is an `Invalid` with a stable code. None of them
reads who it is from what was sent, except where a legacy form carries its credential there (`credential_of`).

Source: the Traccar OsmAnd protocol, the Traccar Client, and the OwnTracks booklet; see docs/architecture.md.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite, nan
from typing import Annotated, Any
from urllib.parse import parse_qsl

import msgspec

from nazdik.fleet.errors import (
    BadBody,
    BadNumber,
    BadText,
    BadTime,
    FieldMissing,
    UnitMissing,
    UnitNotAllowed,
)
from nazdik.fleet.model import Fix, Heartbeat, Sound
from nazdik.kernel import Instant, Invalid, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S, from_moment

M_PER_S_PER_KNOT = 1852 / 3600
KM_PER_H_PER_M_PER_S = 3.6
TEXT_MAX = 64
BODY_BYTES_MAX = 4 << 20
FIXES_MAX = 10_000
# A single tracker's report; a phone says some dozen things at once.
REPORT_BYTES_MAX = 64 << 10
FIELDS_MAX = 200
# Traccar reads a whole number below this as seconds and any other as milliseconds.
_SECONDS_BELOW = 1 << 31
_CENTURY_S = (946_684_800, 4_102_444_800)  # the years 2000 to 2100
_NUMBER_MAX = 1e9
_HEADING_MIN, _HEADING_MAX = -360.0, 720.0
_SOUNDS = {one.value: one for one in Sound}


class PositionReport(msgspec.Struct, forbid_unknown_fields=False):
    """One position of our own batch form. `at` is RFC 3339; `unit` is for gateways only."""

    lon: float
    lat: float
    at: str
    unit: str | None = None
    heading_deg: float | None = msgspec.field(default=None, name="heading")
    speed_m_per_s: float | None = None
    accuracy_m: float | None = None
    mock: bool = False


class _GoodReport(PositionReport):
    """A report whose numbers are all where they can be, which the decoder sees by itself; nearly every one is so."""

    lon: Annotated[float, msgspec.Meta(ge=-_NUMBER_MAX, le=_NUMBER_MAX)]
    lat: Annotated[float, msgspec.Meta(ge=-_NUMBER_MAX, le=_NUMBER_MAX)]
    heading_deg: Annotated[float, msgspec.Meta(ge=_HEADING_MIN, le=_HEADING_MAX)] | None = msgspec.field(
        default=None, name="heading"
    )
    speed_m_per_s: Annotated[float, msgspec.Meta(ge=0.0, le=_NUMBER_MAX)] | None = None
    accuracy_m: Annotated[float, msgspec.Meta(ge=0.0, le=_NUMBER_MAX)] | None = None


_GOOD_BATCH = msgspec.json.Decoder(list[_GoodReport])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ITEM = msgspec.json.Decoder(PositionReport)
_OBJECT = msgspec.json.Decoder(dict[str, Any])


# Our own batch


def parse_batch(body: bytes, *, unit_id: UnitId | None) -> list[Fix | Invalid]:
    """
    Read our batch form; each item is a fix or the refusal of that item alone.

    One bad entry must not hold back a handheld's backlog for ever, so only a body that is no list is refused as such.

    Args:
        body: A JSON array of positions.
        unit_id: The unit of the credential; None for a gateway, whose items must name theirs.

    Raises:
        BadBody: Not a JSON array, too long, or with too many items.
    """
    if len(body) > BODY_BYTES_MAX:
        raise BadBody(bytes_max=BODY_BYTES_MAX)
    reports: Sequence[PositionReport | Invalid]
    try:
        reports = _GOOD_BATCH.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        reports = _one_by_one(body)
    if len(reports) > FIXES_MAX:
        raise BadBody(fixes_max=FIXES_MAX)
    return [item if isinstance(item, Invalid) else _tried(item, unit_id) for item in reports]


def _one_by_one(body: bytes) -> list[PositionReport | Invalid]:
    try:
        items = _ITEMS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadBody(wanted="a JSON array of positions") from None
    return [_read_item(item) for item in items]


def _read_item(item: msgspec.Raw) -> PositionReport | Invalid:
    try:
        return _ITEM.decode(item)
    except msgspec.ValidationError as error:
        return BadBody(why=str(error)[:200])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BadBody(wanted="a position")


def _tried(report: PositionReport, unit_id: UnitId | None) -> Fix | Invalid:
    try:
        return _fix_of(report, unit_id)
    except Invalid as refusal:
        return refusal


def _fix_of(report: PositionReport, unit_id: UnitId | None) -> Fix:
    """Read a report; what is seen of a `_GoodReport` is not looked at again."""
    if unit_id is not None and report.unit is not None:
        raise UnitNotAllowed(unit=report.unit[:TEXT_MAX])
    if unit_id is None:
        if not report.unit:
            raise UnitMissing()
        unit_id = UnitId(_text("unit", report.unit))
    if type(report) is _GoodReport:
        heading_deg, speed_m_per_s, accuracy_m = report.heading_deg, report.speed_m_per_s, report.accuracy_m
        return Fix(
            unit_id,
            report.lon,
            report.lat,
            _time_said(report.at),
            nan if heading_deg is None else heading_deg % 360,
            nan if speed_m_per_s is None else speed_m_per_s,
            nan if accuracy_m is None else accuracy_m,
            report.mock,
        )
    return Fix(
        unit_id,
        _number("lon", report.lon),
        _number("lat", report.lat),
        _time_said(report.at),
        _heading("heading", report.heading_deg),
        _magnitude("speed_m_per_s", report.speed_m_per_s),
        _magnitude("accuracy_m", report.accuracy_m),
        report.mock,
    )


# OsmAnd and Traccar


def credential_of(fields: Mapping[str, Any]) -> str:
    """Return what an OsmAnd or Traccar report names itself by, which for these trackers is the credential."""
    for name in ("id", "deviceid", "device_id"):
        value = fields.get(name)
        if isinstance(value, str) and value:
            return value
    raise FieldMissing(field="id")


def parse_fields(text: bytes) -> dict[str, str]:
    """
    Read a query or a form; of a name that comes several times the last.

    Raises:
        BadBody: Too long, with too many fields, or no text.
    """
    if len(text) > REPORT_BYTES_MAX:
        raise BadBody(bytes_max=REPORT_BYTES_MAX)
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except ValueError:
        raise BadBody(wanted="form fields", fields_max=FIELDS_MAX) from None
    return dict(pairs)


def parse_osmand(fields: Mapping[str, str], *, unit_id: UnitId) -> Fix | None:
    """
    Read OsmAnd's query or form fields; speed comes in knots. None when there are no coordinates: nothing new is known.

    A time without a zone is taken as UTC. `valid=false` is the tracker's own word that it does not know where it is;
    such a fix counts as endlessly inaccurate.
    """
    lat, lon = fields.get("lat"), fields.get("lon")
    if "location" in fields:
        lat, _, lon = fields["location"].partition(",")
    if lat is None and lon is None:
        return None
    speed_knots = _magnitude("speed", _told(fields.get("speed")))
    valid = _flag("valid", fields.get("valid"), default=True)
    accuracy_m = _magnitude("accuracy", _told(fields.get("accuracy")))
    return Fix(
        unit_id,
        _number("lon", lon),
        _number("lat", lat),
        _time("timestamp", fields.get("timestamp")),
        _heading("bearing", _told(fields.get("bearing", fields.get("heading")))),
        speed_knots * M_PER_S_PER_KNOT,
        accuracy_m if valid else float("inf"),
        _flag("mock", fields.get("mock"), default=False),
    )


def parse_object(body: bytes) -> dict[str, Any]:
    """Return a JSON object. Raises `BadBody`."""
    if len(body) > BODY_BYTES_MAX:
        raise BadBody(bytes_max=BODY_BYTES_MAX)
    try:
        return _OBJECT.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadBody(wanted="a JSON object") from None


def parse_traccar(message: Mapping[str, Any], *, unit_id: UnitId) -> Fix | None:
    """Read the newer Traccar Client's JSON; speed comes in m/s, -1 is unknown. None when it holds no coordinates."""
    location = _object("location", message.get("location"))
    if location.get("coords") is None:
        return None
    coords = _object("coords", location.get("coords"))
    return Fix(
        unit_id,
        _number("longitude", coords.get("longitude")),
        _number("latitude", coords.get("latitude")),
        _time("timestamp", location.get("timestamp")),
        _heading("heading", _told(coords.get("heading"))),
        _magnitude("speed", _told(coords.get("speed"))),
        _magnitude("accuracy", _told(coords.get("accuracy"))),
        _flag("mock", location.get("mock"), default=False),
    )


# OwnTracks


def parse_owntracks(body: bytes, *, unit_id: UnitId) -> Fix | None:
    """
    Read an OwnTracks message; speed comes in km/h. None for an empty body or a message that is no place.

    A `transition` says where the phone was when it came in or went out of an area, and is a fix like any other. The app
    leaves out what is zero as well as what it does not know, so a speed that is not told is unknown.
    """
    if not body.strip():
        return None
    message = parse_object(body)
    kind = message.get("_type")
    if not isinstance(kind, str):
        raise FieldMissing(field="_type")
    if kind == "encrypted":
        raise BadBody(wanted="a message that is not encrypted")
    if kind not in {"location", "transition"} or (kind == "transition" and "lat" not in message):
        return None
    return Fix(
        unit_id,
        _number("lon", message.get("lon")),
        _number("lat", message.get("lat")),
        _time("tst", message.get("tst")),
        _heading("cog", _told(message.get("cog"))),
        _magnitude("vel", _told(message.get("vel"))) / KM_PER_H_PER_M_PER_S,
        _magnitude("acc", _told(message.get("acc"))),
    )


# A handheld's heartbeat


def parse_heartbeat(message: Mapping[str, Any]) -> Heartbeat:
    """Read the `health` message of the stream."""
    sound = message.get("sound")
    battery = _magnitude("battery", message.get("battery"))
    gps_age_s = _magnitude("gps_age_s", message.get("gps_age_s"))
    if battery > 1:
        raise BadNumber(field="battery")
    return Heartbeat(
        sound=_SOUNDS.get(sound, Sound.UNKNOWN) if isinstance(sound, str) else Sound.UNKNOWN,
        battery=battery if isfinite(battery) else None,
        gps_age_s=gps_age_s if isfinite(gps_age_s) else None,
        app_version=_text("app_version", message.get("app_version") or ""),
    )


# Fields


def _number(field: str, value: object) -> float:
    """Read a finite number of sensible size, also from a short text."""
    if type(value) is float and -_NUMBER_MAX <= value <= _NUMBER_MAX:
        return value
    if value is None:
        raise FieldMissing(field=field)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadNumber(field=field)
    if isinstance(value, str) and (len(value) > TEXT_MAX or "_" in value):
        raise BadNumber(field=field)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise BadNumber(field=field) from None
    if not isfinite(number) or abs(number) > _NUMBER_MAX:
        raise BadNumber(field=field)
    return number


def _magnitude(field: str, value: object) -> float:
    """Read a number that is never negative; NaN when it was not told. Trackers write an unknown one as text too."""
    if value is None or value == "":
        return nan
    number = _number(field, value)
    if number < 0:
        raise BadNumber(field=field)
    return number


def _heading(field: str, value: object) -> float:
    """Read a bearing into [0, 360); NaN when it was not told."""
    if value is None or value == "":
        return nan
    number = _number(field, value)
    if not _HEADING_MIN <= number <= _HEADING_MAX:
        raise BadNumber(field=field)
    return number % 360


def _told(value: object) -> object:
    """Telephones write -1 for what they do not know."""
    return None if value in (-1, "-1", "-1.0") else value


def _flag(field: str, value: object, *, default: bool) -> bool:
    if value is None or value == "":
        return default
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str | int) and len(str(value)[:TEXT_MAX]) < TEXT_MAX else ""
    if word in {"true", "1", "yes"}:
        return True
    if word in {"false", "0", "no"}:
        return False
    raise BadText(field=field)


def _text(field: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > TEXT_MAX or not value.isprintable():
        raise BadText(field=field)
    return value


def _object(field: str, value: object) -> Mapping[str, Any]:
    if value is None:
        raise FieldMissing(field=field)
    if not isinstance(value, Mapping):
        raise BadBody(field=field)
    return value


def _time(field: str, value: object) -> Instant:
    """Read whole seconds, milliseconds or ISO 8601; a time of day without a zone is UTC."""
    if value is None or value == "":
        raise FieldMissing(field=field)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadTime(field=field)
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            raise BadTime(field=field)
        if not _is_numeric(value):
            return _in_century(field, _iso(field, value))
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise BadTime(field=field) from None
    if not isfinite(number) or abs(number) > 1e15:
        raise BadTime(field=field)
    seconds = number if number < _SECONDS_BELOW else number / 1000
    return _in_century(field, Instant(round(seconds * MICROSECONDS_PER_S)))


def _is_numeric(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()


def _iso(field: str, text: str) -> Instant:
    try:
        return _moment(text)
    except (ValueError, OverflowError):
        raise BadTime(field=field) from None


# A gateway stamps a whole batch with one time.
@lru_cache(maxsize=256)
def _time_said(text: str) -> Instant:
    return _time("at", text)


def _moment(text: str) -> Instant:
    moment = datetime.fromisoformat(text)
    return from_moment(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)


def _in_century(field: str, at: Instant) -> Instant:
    """A receiver that lost count of its weeks names a day outside this century; nothing can be learnt from that."""
    first_s, last_s = _CENTURY_S
    if not first_s * MICROSECONDS_PER_S <= at < last_s * MICROSECONDS_PER_S:
        raise BadTime(field=field)
    return at
