"""
PIDF-LO (RFC 4119, 5491, 5139, 7459): where a network or a phone says the caller is.

Every tuple, device and person that holds a place gives one estimate; shapes come with the circle around them, civic addresses as
words. What cannot be read gives no estimate and never an exception. XML with a DTD or entities is not opened at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from nazdik.intake.shapes import CORNERS_MAX, Area, Ellipse, Sector, Shape, is_place, middle_of, middle_of_sector
from nazdik.kernel import Instant, LonLat, from_rfc3339

XML_BYTES_MAX = 64 * 1024
ELEMENTS_MAX = 2_000
HOLDERS_MAX = 8
_CIVIC_ORDER = (
    "HNO",
    "HNS",
    "RD",
    "STS",
    "PRD",
    "POD",
    "BLD",
    "FLR",
    "UNIT",
    "ROOM",
    "LMK",
    "LOC",
    "NAM",
    "A6",
    "A5",
    "A4",
    "A3",
    "A2",
    "A1",
)
_DEPTH_MAX = 32


@dataclass(frozen=True, slots=True)
class Told:
    """
    One place as told.

    Attributes:
        point: Its middle; None for an address in words alone.
        accuracy_m: The circle around it.
        confidence: 0 to 1, None when unstated.
        measured_at: When it was measured, None when untold.
        method: The network's word for how ("GPS", "Cell", "Wireless", "Manual").
        civic: The address in words, smallest part first.
    """

    point: LonLat | None
    accuracy_m: float | None = None
    confidence: float | None = None
    measured_at: Instant | None = None
    shape: Shape | None = None
    method: str = ""
    civic: str = ""


def read_pidf(data: bytes) -> list[Told]:
    """Return the places of a presence document; empty when it holds none or cannot be read."""
    if len(data) > XML_BYTES_MAX:
        return []
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return []
    return [told for holder in islice(_holders(root), HOLDERS_MAX) for told in _told_by(holder)]


def _holders(root: Element) -> Iterator[Element]:
    """Device first, then person, then tuple (RFC 5491 §3): the device is what calls. HELD wraps the document in its answer."""
    presence = _find(root, "presence") if _name(root) == "locationResponse" else root
    for wanted in ("device", "person", "tuple"):
        yield from (element for element in (() if presence is None else presence) if _name(element) == wanted)
    if _name(root) == "location-info":
        yield root


def _told_by(holder: Element) -> list[Told]:
    measured_at = _instant(_text(_find(holder, "timestamp")))
    found = []
    for info in _all(holder, "location-info"):
        method = _text(_find(holder, "method"))[:40]
        confidence = _confidence(info)
        civic = _civic(_find(info, "civicAddress"))
        shapes = [read for child in info if (read := _shape(child)) is not None]
        for point, accuracy_m, shape in shapes[:8]:
            found.append(Told(point, accuracy_m, confidence, measured_at, shape, method, civic))
        if not shapes and civic:
            found.append(Told(None, None, confidence, measured_at, None, method, civic))
    return found


def _shape(element: Element) -> tuple[LonLat, float | None, Shape | None] | None:
    """Middle, circle and shape of a GML or PIDF-LO shape; None for what is none."""
    name = _name(element)
    try:
        read = _READERS[name](element) if name in _READERS else None
    except (ValueError, IndexError, OverflowError):
        return None
    return read if read is not None and is_place(read[0]) else None


def _point(element: Element) -> tuple[LonLat, float | None, Shape | None]:
    return _pos(element), None, None


def _circle(element: Element) -> tuple[LonLat, float | None, Shape | None]:
    return _pos(element), _metres_if_told(element, "radius"), None


def _ellipse(element: Element) -> tuple[LonLat, float | None, Shape | None]:
    major, minor = _metres_if_told(element, "semiMajorAxis"), _metres_if_told(element, "semiMinorAxis")
    if major is None or minor is None:
        return _pos(element), major, None
    turned = _number(_text(_find(element, "orientation")) or "0")
    return _pos(element), max(major, minor), Ellipse(major, minor, turned % 180)


def _polygon(element: Element) -> tuple[LonLat, float | None, Shape | None]:
    ring = _ring(element)
    middle, radius = middle_of(ring)
    return middle, radius, ring


def _arc_band(element: Element) -> tuple[LonLat, float | None, Shape | None]:
    sector = Sector(
        centre=_pos(element),
        inner_m=_metres(element, "innerRadius"),
        outer_m=_metres(element, "outerRadius"),
        start_deg=_number(_text(_find(element, "startAngle"))) % 360,
        opening_deg=min(_number(_text(_find(element, "openingAngle"))), 360.0),
    )
    if sector.outer_m < sector.inner_m or sector.opening_deg <= 0:
        raise ValueError("a sector turned inside out")
    middle, radius = middle_of_sector(sector)
    return middle, radius, sector


_READERS = {
    "Point": _point,
    "Circle": _circle,
    "Sphere": _circle,
    "Ellipse": _ellipse,
    "Ellipsoid": _ellipse,
    "Polygon": _polygon,
    "Prism": _polygon,
    "ArcBand": _arc_band,
}


def _pos(element: Element) -> LonLat:
    return _lon_lat(_text(_find(element, "pos")).replace(",", " ").split())


def _lon_lat(numbers: list[str]) -> LonLat:
    """EPSG:4326 in GML is latitude first; a third number is the height."""
    return LonLat(_number(numbers[1]), _number(numbers[0]))


def _ring(element: Element) -> Area:
    texts = [_text(pos) for pos in _all(element, "pos")]
    if texts:
        corners = [_lon_lat(text.split()) for text in texts[: CORNERS_MAX + 1]]
    else:
        listed = _find(element, "posList")
        numbers = _text(listed).split()
        step = 3 if (listed is not None and listed.get("srsDimension") == "3") or _name(element) == "Prism" else 2
        pairs = range(0, min(len(numbers), step * (CORNERS_MAX + 1)) - step + 1, step)
        corners = [_lon_lat(numbers[i : i + 2]) for i in pairs]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3 or not all(is_place(corner) for corner in corners):
        raise ValueError("a polygon without an inside")
    return Area(tuple(corners))


def _metres(element: Element, name: str) -> float:
    """A length; only metres exist in PIDF-LO (EPSG::9001)."""
    metres = _number(_text(_find(element, name)))
    if not 0 <= metres <= 1e6:
        raise ValueError("not a length on earth")
    return metres


def _metres_if_told(element: Element, name: str) -> float | None:
    """A length that cannot be read takes nothing from the middle: somebody is there, how exactly is not known."""
    try:
        return _metres(element, name)
    except ValueError:
        return None


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("not a number")
    return number


def _confidence(info: Element) -> float | None:
    text = _text(_find(info, "confidence"))
    try:
        percent = _number(text)
    except ValueError:  # "unknown", or nothing
        return None
    return percent / 100 if 0 < percent <= 100 else None


def _civic(address: Element | None) -> str:
    if address is None:
        return ""
    parts = {_name(child): _text(child) for child in list(address)[:64]}
    return "، ".join(parts[key] for key in _CIVIC_ORDER if parts.get(key))[:300]


def _instant(text: str) -> Instant | None:
    if not text:
        return None
    for candidate in (text, f"{text}Z"):  # some senders drop the zone; the standard's is UTC
        try:
            return from_rfc3339(candidate)
        except (ValueError, OverflowError):
            continue
    return None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _find(element: Element, name: str) -> Element | None:
    return next(_all(element, name), None)


def _all(element: Element, name: str) -> Iterator[Element]:
    stack = [(child, 1) for child in reversed(element)]
    seen = 0
    while stack and seen < ELEMENTS_MAX:
        child, depth = stack.pop()
        seen += 1
        if _name(child) == name:
            yield child
        elif depth < _DEPTH_MAX:
            stack += [(below, depth + 1) for below in reversed(child)]


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""
