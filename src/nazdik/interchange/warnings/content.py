"""What a warning must say, and what its area may be. Pure."""

import math

import shapely

from nazdik.interchange.warnings.model import Area, Content, Kind, Words
from nazdik.interchange.xml_text import xml_text
from nazdik.kernel import Instant, LonLat
from nazdik.kernel.instant import plus_s, seconds_between

LINE_MAX = 160
TEXT_MAX = 2_000
POLYGONS_MAX = 20
POINTS_MAX = 200
CIRCLES_MAX = 20
RADIUS_M_MAX = 500_000.0
LASTS_S_MAX = 30 * 86_400.0
LISTED_MAX = 6
Fault = tuple[str, str]


def faults_of(content: Content, kind: Kind, at: Instant) -> list[Fault]:
    """Return what is wrong with a warning's content, as (part, what); empty when it may go out at `at`."""
    faults: list[Fault] = []
    if not 1 <= len(content.categories) <= LISTED_MAX or len(set(content.categories)) != len(content.categories):
        faults.append(("categories", "one_to_six"))
    if len(content.responses) > LISTED_MAX or len(set(content.responses)) != len(content.responses):
        faults.append(("responses", "at_most_six"))
    if content.expires_at <= at:
        faults.append(("expires_at", "passed"))
    elif seconds_between(at, content.expires_at) > LASTS_S_MAX:
        faults.append(("expires_at", "too_far"))
    if content.onset_at is not None and not plus_s(at, -LASTS_S_MAX) < content.onset_at < content.expires_at:
        faults.append(("onset_at", "not_before_expiry"))
    faults += _words_faults("fa", content.fa)
    if content.en is not None:
        faults += _words_faults("en", content.en)
    # A cancellation has the area of what it cancels, which was looked at then.
    return faults if kind is Kind.CANCEL else faults + area_faults(content.area)


def _words_faults(language: str, words: Words) -> list[Fault]:
    faults = []
    for name in ("event", "headline", "area"):
        text = getattr(words, name)
        if not xml_text(text).strip():
            faults.append((f"{language}.{name}", "missing"))
    for name in ("event", "headline", "area", "sender_name"):
        if len(getattr(words, name)) > LINE_MAX:
            faults.append((f"{language}.{name}", "too_long"))
    for name in ("description", "instruction"):
        if len(getattr(words, name)) > TEXT_MAX:
            faults.append((f"{language}.{name}", "too_long"))
    return faults


def area_faults(area: Area) -> list[Fault]:
    """Return what is wrong with an area."""
    faults: list[Fault] = []
    if not area.polygons and not area.circles:
        faults.append(("area", "missing"))
    if len(area.polygons) > POLYGONS_MAX or len(area.circles) > CIRCLES_MAX:
        faults.append(("area", "too_many_shapes"))
    for n, ring in enumerate(area.polygons[:POLYGONS_MAX]):
        what = _ring_fault(ring)
        if what is not None:
            faults.append((f"area.polygons.{n}", what))
    for n, circle in enumerate(area.circles[:CIRCLES_MAX]):
        if not _on_earth(circle.centre) or not 0 < circle.radius_m <= RADIUS_M_MAX:
            faults.append((f"area.circles.{n}", "radius" if _on_earth(circle.centre) else "not_on_earth"))
    return faults


def _ring_fault(ring: tuple[LonLat, ...]) -> str | None:
    if not all(map(_on_earth, ring)):
        return "not_on_earth"
    if not 3 <= len(ring) <= POINTS_MAX or len(set(ring)) != len(ring):
        return "three_to_200_different_points"
    shape = shapely.Polygon(ring)
    if not shape.is_valid:
        return "crosses_itself"
    return "no_extent" if shape.area < 1e-10 else None


def _on_earth(point: LonLat) -> bool:
    return math.isfinite(point.lon) and math.isfinite(point.lat) and abs(point.lon) <= 180 and abs(point.lat) <= 90
