"""
Whether a message is CAP 1.2. The published schema is not enough: it takes times with a `Z`, polygons that do not close and
references that name nothing.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from nazdik.interchange.warnings.cap import NAMESPACE
from nazdik.interchange.warnings.model import Category, Certainty, Response, Severity, Urgency

BYTES_MAX = 1 << 20
_ALERT = [
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "source",
    "scope",
    "restriction",
    "addresses",
    "code",
    "note",
    "references",
    "incidents",
    "info",
]
_ALERT_NEEDED = frozenset(("identifier", "sender", "sent", "status", "msgType", "scope"))
_ALERT_MANY = frozenset(("code", "info"))
_INFO = [
    "language",
    "category",
    "event",
    "responseType",
    "urgency",
    "severity",
    "certainty",
    "audience",
    "eventCode",
    "effective",
    "onset",
    "expires",
    "senderName",
    "headline",
    "description",
    "instruction",
    "web",
    "contact",
    "parameter",
    "resource",
    "area",
]
_INFO_NEEDED = frozenset(("category", "event", "urgency", "severity", "certainty"))
_INFO_MANY = frozenset(("category", "responseType", "eventCode", "parameter", "resource", "area"))
_AREA = ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"]
_AREA_MANY = frozenset(("polygon", "circle", "geocode"))
_CODES: dict[str, frozenset[str]] = {
    "status": frozenset(("Actual", "Exercise", "System", "Test", "Draft")),
    "msgType": frozenset(("Alert", "Update", "Cancel", "Ack", "Error")),
    "scope": frozenset(("Public", "Restricted", "Private")),
    "category": frozenset(Category),
    "responseType": frozenset(Response),
    "urgency": frozenset(Urgency),
    "severity": frozenset(Severity),
    "certainty": frozenset(Certainty),
}
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d[+-](0\d|1[0-4]):[0-5]\d"
)
_NAME = re.compile(r"[^\s,<&]+")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_NUMBER = re.compile(r"-?\d{1,3}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a message departs from the standard, and how."""

    where: str
    what: str


def faults_of(message: bytes) -> tuple[Fault, ...]:
    """Return where a message departs from CAP 1.2; empty when it holds."""
    if len(message) > BYTES_MAX:
        return (Fault("", "too_long"),)
    try:
        alert = ElementTree.fromstring(message, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return (Fault("", "not_xml"),)
    if alert.tag != f"{{{NAMESPACE}}}alert":
        return (Fault("", "no_alert"),)
    faults = _children(alert, "alert", _ALERT, _ALERT_NEEDED, _ALERT_MANY)
    faults += _head(alert)
    for n, info in enumerate(_all(alert, "info")):
        where = f"info.{n}"
        faults += _children(info, where, _INFO, _INFO_NEEDED, _INFO_MANY)
        faults += _info(info, where)
    return tuple(faults)


def _children(
    parent: Element, where: str, order: list[str], needed: frozenset[str], many: frozenset[str]
) -> list[Fault]:
    """Every element known, in the standard's order, those needed there, those that come once not twice; none empty."""
    names = [str(child.tag).removeprefix(f"{{{NAMESPACE}}}") for child in parent]
    faults = [Fault(f"{where}.{name}", "unknown") for name in names if name not in order]
    known = [order.index(name) for name in names if name in order]
    if known != sorted(known):
        faults.append(Fault(where, "out_of_order"))
    faults += [Fault(f"{where}.{name}", "missing") for name in sorted(needed - set(names))]
    twice = sorted({name for name in names if name not in many and names.count(name) > 1})
    faults += [Fault(f"{where}.{name}", "more_than_one") for name in twice]
    for child, name in zip(parent, names, strict=True):
        if not len(child) and not (child.text or "").strip():
            faults.append(Fault(f"{where}.{name}", "empty"))
        if name in _CODES and (child.text or "") not in _CODES[name]:
            faults.append(Fault(f"{where}.{name}", "not_a_code"))
    return faults


def _head(alert: Element) -> list[Fault]:
    faults = [
        Fault(f"alert.{name}", "not_a_name")
        for name in ("identifier", "sender")
        if (text := _text(alert, name)) and not _NAME.fullmatch(text)
    ]
    if (sent := _text(alert, "sent")) and not _TIME.fullmatch(sent):
        faults.append(Fault("alert.sent", "not_a_time"))
    scope, kind = _text(alert, "scope"), _text(alert, "msgType")
    if (scope == "Restricted") is not bool(_text(alert, "restriction")):
        faults.append(Fault("alert.restriction", "only_and_always_when_restricted"))
    if scope == "Private" and not _text(alert, "addresses"):
        faults.append(Fault("alert.addresses", "missing"))
    references = _text(alert, "references").split()
    if kind in ("Update", "Cancel", "Ack", "Error") and not references:
        faults.append(Fault("alert.references", "missing"))
    for one in references:
        sender, _, rest = one.partition(",")
        identifier, _, when = rest.partition(",")
        if not (_NAME.fullmatch(sender) and _NAME.fullmatch(identifier) and _TIME.fullmatch(when)):
            faults.append(Fault("alert.references", "not_sender_identifier_sent"))
    if kind in ("Alert", "Update") and not _all(alert, "info"):
        faults.append(Fault("alert.info", "missing"))
    return faults


def _info(info: Element, where: str) -> list[Fault]:
    faults = [
        Fault(f"{where}.{name}", "not_a_time")
        for name in ("effective", "onset", "expires")
        if (text := _text(info, name)) and not _TIME.fullmatch(text)
    ]
    if (language := _text(info, "language")) and not _LANGUAGE.fullmatch(language):
        faults.append(Fault(f"{where}.language", "not_a_language"))
    for n, area in enumerate(_all(info, "area")):
        here = f"{where}.area.{n}"
        faults += _children(area, here, _AREA, frozenset(("areaDesc",)), _AREA_MANY)
        faults += [Fault(f"{here}.polygon", w) for one in _all(area, "polygon") if (w := _polygon(one.text or ""))]
        faults += [Fault(f"{here}.circle", "not_a_circle") for one in _all(area, "circle") if not _circle(one.text)]
        for code in _all(area, "geocode"):
            faults += _children(
                code, f"{here}.geocode", ["valueName", "value"], frozenset(("valueName", "value")), _NONE
            )
    return faults


_NONE: frozenset[str] = frozenset()


def _polygon(text: str) -> str | None:
    pairs = text.split()
    if not all(map(_is_point, pairs)):
        return "not_a_point"
    if len(pairs) < 4:
        return "fewer_than_four_points"
    return None if pairs[0] == pairs[-1] else "not_closed"


def _circle(text: str | None) -> bool:
    point, _, radius = (text or "").partition(" ")
    return _is_point(point) and re.fullmatch(r"\d{1,5}(\.\d+)?", radius) is not None


def _is_point(text: str) -> bool:
    lat, _, lon = text.partition(",")
    if not (_NUMBER.fullmatch(lat) and _NUMBER.fullmatch(lon)):
        return False
    return abs(float(lat)) <= 90 and abs(float(lon)) <= 180


def _all(parent: Element, name: str) -> list[Element]:
    return parent.findall(f"{{{NAMESPACE}}}{name}")


def _text(parent: Element, name: str) -> str:
    return parent.findtext(f"{{{NAMESPACE}}}{name}") or ""
