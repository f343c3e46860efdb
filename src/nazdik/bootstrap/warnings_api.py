"""Warnings to the public: written, read by a second person and published at a desk; read by anyone as CAP 1.2 and Atom."""

from collections.abc import Iterable
from typing import Any

import msgspec
import shapely
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import ProvinceNotFound, RequestDoor, province_of
from nazdik.bootstrap.interchange import Interchange
from nazdik.bootstrap.province_state import decode
from nazdik.interchange.warnings import commands as c
from nazdik.interchange.warnings.areas import rings_of
from nazdik.interchange.warnings.content import area_faults
from nazdik.interchange.warnings.errors import WarningInvalid, WarningNotFound, WarningOutside
from nazdik.interchange.warnings.events import WarningPublished
from nazdik.interchange.warnings.feed import CAP_TYPE, feed, in_feed
from nazdik.interchange.warnings.model import (
    Area,
    Category,
    Certainty,
    Circle,
    Content,
    PublicWarning,
    Severity,
    Status,
    Urgency,
    WarningId,
    Words,
)
from nazdik.interchange.warnings.model import (
    Response as Asked,
)
from nazdik.interchange.warnings.projections import (
    ADDRESS,
    CircleView,
    WarningView,
    shapes_of,
    warning_view,
)
from nazdik.kernel import LonLat, OfficeId, ProvinceId
from nazdik.organisation.errors import OfficeNotFound
from nazdik.organisation.model import Act
from nazdik.platform.settings import Settings
from nazdik.published.door import CommandAnswer, instant_or_none
from nazdik.published.offices import Office, OfficeTree

FEED_TYPE = "application/atom+xml"
# Whoever carries warnings on may keep one for so long; a cancellation is seen half a minute later at most.
CACHED = {
    "Cache-Control": "public, max-age=30",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
SHAPES_MAX = 40
RING_MAX = 400


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body."""


class WordsBody(Body, frozen=True, kw_only=True):
    """A warning in one language: what, in one line, in full, what to do, and where in words."""

    event: str
    headline: str
    description: str = ""
    instruction: str = ""
    area: str


class CircleBody(Body, frozen=True, kw_only=True):
    """Everything within so many metres of a point."""

    centre: tuple[float, float]
    radius_m: float


class AreaBody(Body, frozen=True, kw_only=True):
    """Where: polygons and circles, or an office's own area."""

    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[CircleBody, ...] = ()
    office: str | None = None


class WarningBody(Body, frozen=True, kw_only=True):
    """What a warning says; with `updates` it takes that one's place."""

    status: Status
    categories: tuple[Category, ...]
    responses: tuple[Asked, ...] = ()
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    expires_at: str
    onset_at: str | None = None
    fa: WordsBody
    en: WordsBody | None = None
    area: AreaBody
    updates: str | None = None


class RevisionBody(WarningBody, frozen=True, kw_only=True):
    """A draft written anew, over the `version` that was read."""

    version: int


class VersionBody(Body, frozen=True, kw_only=True):
    """The version of the draft that was read."""

    version: int


class CancelBody(Body, frozen=True, kw_only=True):
    """Why a warning is taken back, in words for the public."""

    reason_fa: str
    reason_en: str = ""


class WarningsView(msgspec.Struct, frozen=True):
    """Drafts and warnings that are out or were, the newest first."""

    warnings: tuple[WarningView, ...]


class AreaView(msgspec.Struct, frozen=True):
    """An area as it would go out, and the office that answers for all of it."""

    polygons: tuple[tuple[tuple[float, float], ...], ...]
    circles: tuple[CircleView, ...]
    office: str


@get("/v1/warnings")
async def list_warnings(desk: NamedDependency[Desk], province: FromQuery[str | None] = None) -> WarningsView:
    """Return the warnings of the session's provinces, drafts too. Refusals: organisation.province_not_found (404)."""
    desk.allow(Act.SEE_WARNINGS)
    if province is not None and ProvinceId(province) not in desk.house.rooms:
        raise ProvinceNotFound(id=province[:120])
    own, tree = desk.posting.office, desk.house.offices
    found = [
        (one.drafted_at, warning_view(str(name), one))
        for name, room in desk.house.rooms.items()
        if province in (None, str(name))
        and (tree.is_within(own, OfficeId(str(name))) or tree.is_within(OfficeId(str(name)), own))
        for one in room.state.warnings.items.values()
    ]
    await desk.note("list_warnings", desk.posting.office)
    return WarningsView(tuple(view for _, view in sorted(found, key=lambda f: (f[0], f[1].id), reverse=True)))


@post("/v1/warnings/area", status_code=200)
async def preview_area(data: JSONBody[AreaBody], desk: NamedDependency[Desk]) -> AreaView:
    """
    Return an area as it would go out, an office's own too. Nothing is recorded.

    Refusals: interchange.warning_invalid (422), interchange.warning_outside (422), organisation.office_not_found (404).
    """
    desk.allow(Act.SEE_WARNINGS)
    area, office = _area(desk.house, data)
    polygons, circles = shapes_of(area)
    return AreaView(polygons, circles, office)


@post("/v1/warnings", status_code=200)
async def draft_warning(
    data: JSONBody[WarningBody], door: NamedDependency[RequestDoor], desk: NamedDependency[Desk]
) -> CommandAnswer:
    """
    Write a warning, or with `updates` what takes another's place. Nothing leaves before a second person publishes it.

    Refusals: interchange.warning_invalid (422), interchange.warning_outside (422), interchange.warning_is_over (409),
    interchange.warning_not_found (404), interchange.warnings_too_many (409).
    """
    desk.allow(Act.DRAFT_WARNING)
    content, office = _content(desk.house, data)
    updates = WarningId(data.updates) if data.updates is not None else None
    province = province_of(data.updates if data.updates is not None else office)
    command = c.DraftWarning(
        warning_id=WarningId(door.new_id("w", province)), office=office, content=content, updates=updates
    )
    desk.allow(Act.DRAFT_WARNING, offices=frozenset({office}))
    about = _office_of(desk.house, updates) if updates is not None else office
    return await door.act(Act.DRAFT_WARNING, command, about=about)


@post("/v1/warnings/{warning_id:str}/revise", status_code=200)
async def revise_warning(
    warning_id: FromPath[str],
    data: JSONBody[RevisionBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Write a draft anew; whoever does so may no longer publish it.

    Refusals: those of writing one, interchange.warning_is_out (409), interchange.warning_changed (409).
    """
    desk.allow(Act.DRAFT_WARNING)
    content, office = _content(desk.house, data)
    desk.allow(Act.DRAFT_WARNING, offices=frozenset({office}))
    own = WarningId(warning_id)
    command = c.ReviseWarning(warning_id=own, version=data.version, office=office, content=content)
    return await door.act(Act.DRAFT_WARNING, command, about=_office_of(desk.house, command.warning_id))


@post("/v1/warnings/{warning_id:str}/cancel", status_code=200)
async def cancel_warning(
    warning_id: FromPath[str],
    data: JSONBody[CancelBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Write the cancellation of a warning that is out; a second person publishes it like any other.

    Refusals: interchange.warning_not_found (404), interchange.warning_is_over (409), interchange.warning_invalid (422).
    """
    desk.allow(Act.DRAFT_WARNING)
    office = _office_of(desk.house, WarningId(warning_id))
    command = c.DraftCancel(
        warning_id=WarningId(door.new_id("w", province_of(warning_id))),
        cancels=WarningId(warning_id),
        reason_fa=data.reason_fa,
        reason_en=data.reason_en,
    )
    return await door.act(Act.DRAFT_WARNING, command, about=office)


@post("/v1/warnings/{warning_id:str}/discard", status_code=200)
async def discard_warning(
    warning_id: FromPath[str], door: NamedDependency[RequestDoor], desk: NamedDependency[Desk]
) -> CommandAnswer:
    """Throw a draft away. Refusals: interchange.warning_not_found (404), interchange.warning_is_out (409)."""
    desk.allow(Act.DRAFT_WARNING)
    command = c.DiscardWarning(warning_id=WarningId(warning_id))
    return await door.act(Act.DRAFT_WARNING, command, about=_office_of(desk.house, command.warning_id))


@post("/v1/warnings/{warning_id:str}/publish", status_code=200)
async def publish_warning(
    warning_id: FromPath[str],
    data: JSONBody[VersionBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
    interchange: NamedDependency[SkipValidation[Interchange]],
    caller_settings: NamedDependency[Settings],
) -> CommandAnswer:
    """
    Let a draft that somebody else wrote go out, as it was at `version`: anyone may read it from now on.

    Refusals: interchange.second_person_needed (403), interchange.warning_changed (409), interchange.warning_is_out (409),
    interchange.warning_is_over (409), interchange.warning_invalid (422), interchange.warning_not_found (404).
    """
    desk.allow(Act.PUBLISH_WARNING)
    own = WarningId(warning_id)
    command = c.PublishWarning(
        warning_id=own,
        version=data.version,
        sender=f"warnings@{interchange.names.agency(OfficeId(str(province_of(own))))}",
        offset_min=caller_settings.display_offset_min,
    )
    return await door.act(Act.PUBLISH_WARNING, command, about=_office_of(desk.house, own))


@get("/cap/feeds/{province:str}", media_type=FEED_TYPE)
async def get_feed(
    province: FromPath[str],
    request: Request[Any, Any, Any],
    building: NamedDependency[SkipValidation[Building]],
    caller_settings: NamedDependency[Settings],
) -> Response[str]:
    """Return a province's warnings in force as an Atom feed; for anyone. Refusals: organisation.province_not_found (404)."""
    room = building.rooms.get(ProvinceId(province))
    office = building.offices.find_office(OfficeId(province))
    if room is None or office is None:
        raise ProvinceNotFound(id=province[:120])
    now = building.clock.now()
    shown = in_feed(room.state.warnings.items.values(), now)
    base = caller_settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    text = feed(
        f"urn:nazdik:warnings:{caller_settings.domain}:{province}",
        f"هشدارهای همگانی {office.name_fa} / Warnings, {office.name_en}",
        f"{base}/cap/feeds/{province}",
        shown,
        {one.id: f"{base}{ADDRESS}{one.id}" for one in shown},
        now,
    )
    return Response(text, media_type=f"{FEED_TYPE}; charset=utf-8", headers=CACHED)


@get("/cap/alerts/{warning_id:str}", media_type=CAP_TYPE)
async def get_alert(warning_id: FromPath[str], building: NamedDependency[SkipValidation[Building]]) -> Response[str]:
    """Return one warning as CAP 1.2, word for word as published; for anyone. Refusals: interchange.warning_not_found (404)."""
    room = building.rooms.get(province_of(warning_id))
    found = room.state.warnings.items.get(WarningId(warning_id)) if room is not None else None
    xml = found.xml if found is not None else _from_log(room, warning_id) if room is not None else ""
    if not xml:
        raise WarningNotFound(warning_id=warning_id[:120])
    return Response(xml, media_type=f"{CAP_TYPE}; charset=utf-8", headers=CACHED)


def _from_log(room: ControlRoom, warning_id: str) -> str:
    """A warning of long ago is no longer at hand; what was published is kept for good all the same."""
    if not warning_id.startswith(f"{room.province}.w"):
        return ""
    facts = (decode(entry.kind, entry.body) for entry in room.log.read_subject(warning_id))
    return next((fact.xml for fact in facts if isinstance(fact, WarningPublished)), "")


def _office_of(house: Building, warning_id: WarningId) -> OfficeId:
    warning: PublicWarning | None = house.room(warning_id).state.warnings.items.get(warning_id)
    if warning is None:
        raise WarningNotFound(warning_id=warning_id[:120])
    return warning.office


def _content(house: Building, body: WarningBody) -> tuple[Content, OfficeId]:
    """Return what a body says, with the names of the office that says it."""
    area, about = _area(house, body.area)
    office = house.offices.find_office(about)
    expires = instant_or_none(body.expires_at)
    assert office is not None and expires is not None
    content = Content(
        status=body.status,
        categories=body.categories,
        responses=body.responses,
        urgency=body.urgency,
        severity=body.severity,
        certainty=body.certainty,
        expires_at=expires,
        onset_at=instant_or_none(body.onset_at),
        fa=_words(body.fa, office.name_fa),
        en=_words(body.en, office.name_en) if body.en is not None else None,
        area=area,
    )
    return content, about


def _words(body: WordsBody, sender_name: str) -> Words:
    return Words(
        event=body.event,
        headline=body.headline,
        description=body.description,
        instruction=body.instruction,
        area=body.area,
        sender_name=sender_name,
    )


def _area(house: Building, body: AreaBody) -> tuple[Area, OfficeId]:
    """Return an area as it would go out, and the lowest office that answers for all of it."""
    if len(body.polygons) + len(body.circles) > SHAPES_MAX or any(len(ring) > RING_MAX for ring in body.polygons):
        raise WarningInvalid(fields=[{"field": "area", "what": "too_many_shapes"}])
    polygons = tuple(tuple(LonLat(*point) for point in _open(ring)) for ring in body.polygons)
    circles = tuple(Circle(centre=LonLat(*one.centre), radius_m=one.radius_m) for one in body.circles)
    if body.office is None:
        area = Area(polygons=polygons, circles=circles)
        _check(area)
        return area, _lowest(house.offices, area)
    office = house.offices.find_office(OfficeId(body.office))
    if office is None or office.province_id is None or office.province_id not in house.rooms:
        raise OfficeNotFound(office=body.office[:120])
    area = Area(polygons=(*rings_of(_ground(house.offices, office)), *polygons), circles=circles, office=office.id)
    _check(area)
    return area, office.id


def _open(ring: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """A ring may come closed, as GeoJSON has it; we keep it open."""
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _check(area: Area) -> None:
    faults = area_faults(area)
    if faults:
        raise WarningInvalid(fields=[{"field": part, "what": what} for part, what in faults])


def _ground(offices: OfficeTree, office: Office) -> Any:
    """An office's own area; above the counties, that of all below it."""
    own = offices.area_of(office.id)
    if own is not None:
        return own
    below = [offices.area_of(one.id) for one in offices.list_offices() if offices.is_within(one.id, office.id)]
    return shapely.union_all([area for area in below if area is not None])


def _lowest(offices: OfficeTree, area: Area) -> OfficeId:
    points: Iterable[LonLat] = (*(p for ring in area.polygons for p in ring), *(one.centre for one in area.circles))
    stations = sorted({s for point in points if (s := offices.station_at(point)) is not None})
    if not stations:
        raise WarningOutside
    if len({province_of(station) for station in stations}) > 1:
        raise WarningOutside(provinces=sorted({province_of(station) for station in stations}))
    chains = [offices.chain_of(station) for station in stations]
    return next(office for office in chains[0] if all(office in chain for chain in chains))


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_warnings,
    preview_area,
    draft_warning,
    revise_warning,
    cancel_warning,
    discard_warning,
    publish_warning,
    get_feed,
    get_alert,
)
