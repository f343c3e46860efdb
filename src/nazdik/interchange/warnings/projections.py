"""A warning as a console and a board show it. Its XML is not in it: that is asked for, by whoever wants it."""

import msgspec

from nazdik.interchange.warnings.model import Area, PublicWarning, Words
from nazdik.kernel import Instant, rfc3339

ADDRESS = "/cap/alerts/"


class CircleView(msgspec.Struct, frozen=True):
    """Everything within so many metres of a point."""

    centre: tuple[float, float]
    radius_m: float


class WarningView(msgspec.Struct, frozen=True):
    """
    A warning to the public. `state`: draft, published, updated or cancelled (another message, `over_by`, has taken its place).

    Nobody among `authors` may publish it. Polygons are without their closing point; `url` is where the public reads it.
    """

    id: str
    province: str
    office: str
    kind: str
    state: str
    version: int
    status: str
    categories: tuple[str, ...]
    responses: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    expires_at: str
    onset_at: str | None
    fa: Words
    en: Words | None
    polygons: tuple[tuple[tuple[float, float], ...], ...]
    circles: tuple[CircleView, ...]
    area_office: str | None
    authors: tuple[str, ...]
    drafted_at: str
    published_at: str | None
    published_by: str | None
    replaces: str | None
    over_by: str | None
    url: str | None


def warning_view(province: str, warning: PublicWarning) -> WarningView:
    """Return the view of a warning."""
    content = warning.content
    polygons, circles = shapes_of(content.area)
    return WarningView(
        id=warning.id,
        province=province,
        office=warning.office,
        kind=warning.kind,
        state=warning.state,
        version=warning.version,
        status=content.status,
        categories=tuple(content.categories),
        responses=tuple(content.responses),
        urgency=content.urgency,
        severity=content.severity,
        certainty=content.certainty,
        expires_at=rfc3339(content.expires_at),
        onset_at=_time(content.onset_at),
        fa=content.fa,
        en=content.en,
        polygons=polygons,
        circles=circles,
        area_office=content.area.office,
        authors=warning.authors,
        drafted_at=rfc3339(warning.drafted_at),
        published_at=_time(warning.published_at),
        published_by=warning.published_by,
        replaces=warning.replaces,
        over_by=warning.over_by,
        url=f"{ADDRESS}{warning.id}" if warning.published_at is not None else None,
    )


def shapes_of(area: Area) -> tuple[tuple[tuple[tuple[float, float], ...], ...], tuple[CircleView, ...]]:
    """Return the polygons and circles of an area as they go out."""
    polygons = tuple(tuple((point.lon, point.lat) for point in ring) for ring in area.polygons)
    return polygons, tuple(CircleView((one.centre.lon, one.centre.lat), one.radius_m) for one in area.circles)


def _time(at: Instant | None) -> str | None:
    return rfc3339(at) if at is not None else None
