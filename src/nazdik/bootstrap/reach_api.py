"""Routes of reach and cordon: who is covered now, what can be reached, and where to stop a fugitive."""

import asyncio
import time
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, JSONBody

from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.bootstrap.places import provinces_for, read_point
from nazdik.bootstrap.reach import ReachWatch
from nazdik.dispatch.errors import IncidentNotFound, PlaceMissing
from nazdik.dispatch.views import GapView
from nazdik.geo.cordon import Flight, Patrols, Plan, Vehicle, Wish, plan_cordon
from nazdik.geo.coverage import CountyCover, Coverage, Share, whole
from nazdik.geo.graph import RoadGraph
from nazdik.geo.isochrone import Box, area_of, box_of, geometry_of, lines_of
from nazdik.geo.reach import ArcTimes, Reached, Standing, flood, standing, stretches
from nazdik.geo.route import OutsideRegion
from nazdik.geo.snap import INCIDENT_LIMIT_M
from nazdik.kernel import IncidentId, Instant, Invalid, LonLat, OfficeId, ProvinceId, Unavailable, UnitId, rfc3339
from nazdik.kernel.instant import plus_s, seconds_between
from nazdik.organisation.model import Act
from nazdik.platform.http import BOARD
from nazdik.published.door import instant_or_none

MINUTES_MAX = 60
LIMITS_MAX = 5
# Streets are drawn for what a screen shows, not for a province.
BOX_DEG_MAX = 0.35
LINES_MAX = 6_000


class ReachInvalid(Invalid):
    """Minutes are one to five rising numbers from 1 to 60; a box is west, south, east, north and not larger than a town."""

    code = "geo.reach_invalid"


class NotCountedYet(Unavailable):
    """The server has just started and has not counted the coverage yet."""

    code = "geo.not_counted_yet"


class ShareView(msgspec.Struct, frozen=True):
    """A whole, and the share of it that a free unit reaches within each limit; null where there is nothing to share."""

    total: float
    within: tuple[float | None, ...]


class CoverView(msgspec.Struct, frozen=True):
    """How well an office's area is covered now."""

    office: str
    people: ShareView
    calls: ShareView
    free_units: int


class ProvinceCoverView(msgspec.Struct, frozen=True):
    """
    The coverage of a province as it was counted last, with what it cost.

    Without known populations `people` are metres of street with houses.
    """

    province: str
    counted_at: str
    age_s: float
    took_ms: float
    limits_s: tuple[int, ...]
    people_known: bool
    calls_days: int
    whole: CoverView | None
    counties: tuple[CoverView, ...]


class CoverageView(msgspec.Struct, frozen=True):
    """Coverage of every province this session sees."""

    provinces: tuple[ProvinceCoverView, ...]


class MultiPolygon(msgspec.Struct, frozen=True):
    """A GeoJSON geometry; without coordinates when nothing is in it."""

    coordinates: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    type: str = "MultiPolygon"


class BandView(msgspec.Struct, frozen=True):
    """What is reached within some minutes: an area, and the streets that the limit before did not reach."""

    minutes: int
    area: MultiPolygon
    streets: tuple[tuple[tuple[float, float], ...], ...]


class IsochronesView(msgspec.Struct, frozen=True):
    """What can be reached from a point or by the free fleet."""

    at: str
    sources: int
    bands: tuple[BandView, ...]
    took_ms: float


class NearUnitView(msgspec.Struct, frozen=True):
    """A free unit that could hold a post; `margin_s` below zero: it would be late by so much."""

    unit: str
    call_sign: str | None
    eta_s: float
    margin_s: float


class CordonPostView(msgspec.Struct, frozen=True):
    """A junction to hold; see `geo.cordon.Post`. `node` names it as long as the map is the same."""

    node: int
    point: LonLat
    place_fa: str
    place_en: str
    share: float
    due_at: str
    fugitive_s: float
    at_border: bool
    unit: str | None
    call_sign: str | None
    eta_s: float | None
    margin_s: float | None
    locked: bool
    late_by_s: float | None
    near: tuple[NearUnitView, ...]


class CordonPlanView(msgspec.Struct, frozen=True):
    """A cordon to be looked at: ring, posts, and what they close. Nothing was sent."""

    at: str
    offence_at: str
    point: LonLat
    span_s: float
    inner: MultiPolygon
    outer: MultiPolygon
    posts: tuple[CordonPostView, ...]
    held: float
    sealed: float
    gone: float
    exits: int
    border_exits: int
    enclosed: bool
    free_units: int
    took_ms: float


class LockBody(msgspec.Struct, forbid_unknown_fields=True):
    """This unit holds this post."""

    node: int
    unit: str


class CordonPlanBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    A flight, and what a person changed of the plan.

    `incident` or `point` says from where; without `offence_at` the incident's opening counts. `keep` with `span_s` stays
    with the posts of an earlier answer.
    """

    incident: str | None = None
    point: LonLat | None = None
    offence_at: str | None = None
    vehicle: Vehicle = Vehicle.CAR
    bearing_deg: float | None = None
    slowest: float = 0.5
    fastest: float = 1.2
    units_most: int = 8
    drop: tuple[int, ...] = ()
    lock: tuple[LockBody, ...] = ()
    keep: tuple[int, ...] | None = None
    span_s: float | None = None


@get("/v1/reach/coverage", opt=BOARD)
async def get_coverage(desk: NamedDependency[Desk], province: FromQuery[str | None] = None) -> CoverageView:
    """Return what share of people and past calls the free units reach in time, by county. Refusals: geo.not_counted_yet (503)."""
    desk.allow(Act.SEE_INCIDENT)
    watches = [w for w in desk.house.reach.values() if province is None or province == w.province]
    seen = [view for watch in watches if (view := _coverage_view(desk, watch)) is not None]
    if not seen and any(watch.latest is None for watch in watches):
        raise NotCountedYet(retry_after_s=2)
    await desk.note_hourly("coverage", desk.posting.office)
    return CoverageView(tuple(seen))


def _coverage_view(desk: Desk, watch: ReachWatch) -> ProvinceCoverView | None:
    count = watch.latest
    if count is None:
        return None
    tree, own = desk.house.offices, desk.posting.office
    counties = {
        office: cover
        for office, cover in count.counties.items()
        if tree.is_within(office, own) or tree.is_within(own, office)
    }
    if not counties:
        return None
    province = OfficeId(str(watch.province))
    all_of_it = whole(count.counties, len(count.limits_s)) if tree.is_within(province, own) else None
    return ProvinceCoverView(
        province=str(watch.province),
        counted_at=rfc3339(count.at),
        age_s=round(max(0.0, seconds_between(count.at, desk.house.clock.now())), 1),
        took_ms=count.took_ms,
        limits_s=count.limits_s,
        people_known=count.people_known,
        calls_days=watch.calls_days,
        whole=None if all_of_it is None else _cover_view(province, all_of_it),
        counties=tuple(_cover_view(office, cover) for office, cover in counties.items()),
    )


def _cover_view(office: OfficeId, cover: CountyCover) -> CoverView:
    def share(of: Share) -> ShareView:
        return ShareView(round(of.total), tuple(None if s is None else round(s, 4) for s in of.within))

    return CoverView(office, share(cover.people), share(cover.calls), cover.free_units)


def gap_views(watch: ReachWatch | None, units: tuple[UnitId, ...]) -> Mapping[UnitId, GapView]:
    """Return what sending each of these units would leave, as counted last; nothing while nothing is counted."""
    count = watch.latest if watch is not None else None
    if watch is None or count is None:
        return {}
    return {
        unit: GapView(
            county=gap.county,
            limit_s=gap.limit_s,
            people_lost=_short(gap.people_lost),
            calls_lost=_short(gap.calls_lost),
            people_backfilled=_short(gap.people_backfilled),
            calls_backfilled=_short(gap.calls_backfilled),
            backfill=gap.backfill,
            backfill_call_sign=watch.call_sign(gap.backfill),
            backfill_later_s=gap.backfill_later_s,
            counted_at=rfc3339(count.at),
        )
        for unit in units
        if (gap := count.gaps.get(unit)) is not None
    }


def _short(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


@get("/v1/reach/isochrones", opt=BOARD)
async def get_isochrones(
    desk: NamedDependency[Desk],
    source: FromQuery[str] = "fleet",
    minutes: FromQuery[str] = "5,10,15",
    province: FromQuery[str | None] = None,
    box: FromQuery[str | None] = None,
) -> IsochronesView:
    """
    Return what can be reached within some minutes: by the free fleet of a province, or from a point `lon,lat`.

    With `box` (`west,south,east,north`) the streets in it come as lines, each cut where the limit falls.

    Refusals: geo.reach_invalid, geo.point_invalid, geo.outside_region (422), geo.not_counted_yet (503).
    """
    limits, frame = _minutes(minutes), _box(box)
    if source == "fleet":
        watch = _watch(desk, province)
        desk.allow(Act.SEE_UNIT, offices=frozenset({OfficeId(str(watch.province))}))
        count = watch.latest
        if count is None:
            raise NotCountedYet(retry_after_s=2)
        await desk.note("fleet_reach", str(watch.province))
        return await asyncio.to_thread(_of_fleet, count, limits, frame)
    desk.allow(Act.SEE_INCIDENT)
    point = read_point(source)
    return await asyncio.to_thread(_of_point, desk.house, province, point, limits, frame, desk.house.clock.now())


def _watch(desk: Desk, province: str | None) -> ReachWatch:
    """Return the watch of the province named, or of the session's own, or the only one."""
    watches = desk.house.reach
    own = ProvinceId(str(desk.posting.office).partition(".")[0])
    name = ProvinceId(province) if province is not None else own if own in watches else next(iter(watches), own)
    if name not in watches:
        raise ProvinceNotFound(id=str(name)[:120])
    return watches[name]


def _minutes(text: str) -> tuple[int, ...]:
    words = [word.strip() for word in text[:60].split(",")]
    if not all(word.isdecimal() and len(word) <= 3 for word in words):
        raise ReachInvalid(minutes=text[:60])
    found = tuple(int(word) for word in words)
    rising = all(a < b for a, b in pairwise(found))
    if not (len(found) <= LIMITS_MAX and rising and found[0] >= 1 and found[-1] <= MINUTES_MAX):
        raise ReachInvalid(minutes=text[:60])
    return found


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(word) for word in text[:120].split(","))
    except ValueError:
        raise ReachInvalid(box=text[:120]) from None
    sound = all(map(isfinite, (west, south, east, north))) and -180 <= west < east <= 180 and -90 <= south < north <= 90
    if not sound or east - west > BOX_DEG_MAX or north - south > BOX_DEG_MAX:
        raise ReachInvalid(box=text[:120], most_deg=BOX_DEG_MAX)
    return west, south, east, north


def _of_fleet(count: Coverage, limits: tuple[int, ...], frame: Box | None) -> IsochronesView:
    began = time.perf_counter()
    graph, times = count.graph, count.times
    assert graph is not None and times is not None, "a count keeps what it was made on"
    reached = count.reached
    if limits[-1] * 60 > count.limits_s[-1]:
        reached = flood(graph, times, count.sources, limit_ms=limits[-1] * 60_000)
    bands = _bands(graph, times, count.sources, reached, limits, frame)
    return IsochronesView(rfc3339(count.at), len(count.units), bands, _took_ms(began))


def _of_point(
    house: Building, province: str | None, point: LonLat, limits: tuple[int, ...], frame: Box | None, at: Instant
) -> IsochronesView:
    began = time.perf_counter()
    road = house.roads[provinces_for(house, province, point)[0]]
    graph, times = road.arc_times()
    here = _snapped(road, graph, point)
    reached = flood(graph, times, here, limit_ms=limits[-1] * 60_000)
    bands = _bands(graph, times, here, reached, limits, frame)
    return IsochronesView(rfc3339(at), 1, bands, _took_ms(began))


def _snapped(road: Any, graph: RoadGraph, point: LonLat) -> Standing:
    found = road.snapper.snap(point, limit_m=INCIDENT_LIMIT_M)
    if found is None or road.graph is not graph:
        raise OutsideRegion(lon=point.lon, lat=point.lat)
    return standing([found.arc], [found.fraction])


def _took_ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _bands(
    graph: RoadGraph,
    times: ArcTimes,
    sources: Standing,
    reached: Reached,
    limits: tuple[int, ...],
    frame: Box | None,
) -> tuple[BandView, ...]:
    """
    Areas that share one frame, so that each holds the one before, and the streets of each band.

    Of a screen the areas are drawn finely and a screen further on every side, where nobody sees that they end.
    """
    bands, box = [], None if frame is None else _wider(frame)
    for i, minutes in reversed(list(enumerate(limits))):
        parts = stretches(graph, times, sources, reached, limit_ms=minutes * 60_000)
        box = box or box_of(graph, parts)
        lines: list[Any] = []
        if frame is not None:
            after = limits[i - 1] * 60_000 if i else -1
            new = stretches(graph, times, sources, reached, limit_ms=minutes * 60_000, after_ms=after)
            lines = lines_of(graph, new, box=frame, most=LINES_MAX)
        bands.append(BandView(minutes, _multipolygon(area_of(graph, parts, box=box)), tuple(map(tuple, lines))))
    return tuple(reversed(bands))


def _wider(frame: Box) -> Box:
    west, south, east, north = frame
    width, height = east - west, north - south
    return west - width, south - height, east + width, north + height


def _multipolygon(area: Any) -> MultiPolygon:
    coordinates = geometry_of(area)["coordinates"]
    return MultiPolygon(tuple(tuple(tuple((x, y) for x, y in ring) for ring in part) for part in coordinates))


@post("/v1/cordon-plans", status_code=200)
async def plan(data: JSONBody[CordonPlanBody], desk: NamedDependency[Desk]) -> CordonPlanView:
    """
    Reckon a cordon: how far a fugitive can be, the junctions to hold, and who gets to each in time. Nothing is sent.

    Refusals: dispatch.incident_not_found (404), dispatch.place_missing, geo.outside_region, geo.elapsed_invalid,
    geo.factors_invalid, geo.posts_invalid, http.bad_instant (422).
    """
    house, now = desk.house, desk.house.clock.now()
    point, since, about = _from_where(desk, data, now)
    name = _province_of(desk, data, point)
    desk.allow(Act.DISPATCH, offices=_offices(desk, data, name))
    bearing = data.bearing_deg
    if bearing is not None and not isfinite(bearing):
        raise ReachInvalid(bearing_deg=str(bearing))
    flight = Flight(
        elapsed_s=seconds_between(since, now),
        vehicle=data.vehicle,
        bearing_deg=bearing,
        slowest=data.slowest,
        fastest=data.fastest,
    )
    wish = Wish(
        units_most=data.units_most,
        drop=frozenset(data.drop),
        lock={each.node: UnitId(each.unit) for each in data.lock},
        keep=data.keep,
        span_s=data.span_s,
    )
    await desk.note("cordon", about)
    return await asyncio.to_thread(_planned, house, name, point, since, now, flight, wish)


def _from_where(desk: Desk, data: CordonPlanBody, now: Instant) -> tuple[LonLat, Instant, str]:
    offence_at = instant_or_none(data.offence_at)
    if data.incident is None:
        if data.point is None or not all(map(isfinite, data.point)):
            raise PlaceMissing()
        return data.point, offence_at or now, f"{data.point.lon:.4f},{data.point.lat:.4f}"
    room = desk.house.room(data.incident)
    incident = room.state.world.incidents.get(IncidentId(data.incident))
    if incident is None or not desk.sees("incident", room.views.scopes_of_incident(room.state.world, incident)):
        raise IncidentNotFound(incident_id=data.incident[:120])
    point = data.point or incident.point
    if point is None or not all(map(isfinite, point)):
        raise PlaceMissing(incident_id=incident.id)
    return point, offence_at or incident.created_at, incident.id


def _province_of(desk: Desk, data: CordonPlanBody, point: LonLat) -> ProvinceId:
    """The incident's province; else the one around the point, the session's own before others."""
    if data.incident is not None:
        return desk.house.room(data.incident).province
    found = provinces_for(desk.house, None, point)
    own = ProvinceId(str(desk.posting.office).partition(".")[0])
    return own if own in found else found[0]


def _offices(desk: Desk, data: CordonPlanBody, province: ProvinceId) -> frozenset[OfficeId]:
    if data.incident is None:
        return frozenset({OfficeId(str(province))})
    room = desk.house.room(data.incident)
    return desk.house.concerned(room.state.world, data.incident)[0]


def _planned(
    house: Building, name: ProvinceId, point: LonLat, since: Instant, now: Instant, flight: Flight, wish: Wish
) -> CordonPlanView:
    began = time.perf_counter()
    watch, road = house.reach[name], house.roads[name]
    ground = watch.ground()
    times = road.times_now()
    graph = times.graph
    fleet_graph, fleet = watch.free_fleet()
    here = _snapped(road, graph, point)
    if not graph is fleet_graph is ground.graph:
        raise NotCountedYet(retry_after_s=2)
    made = plan_cordon(times, here, flight, Patrols(fleet.units, fleet.sources), ground.border, wish)

    def ring(limit_ms: int) -> MultiPolygon:
        return _multipolygon(area_of(graph, stretches(graph, made.flee_times, here, made.flee, limit_ms=limit_ms)))

    return CordonPlanView(
        at=rfc3339(now),
        offence_at=rfc3339(since),
        point=point,
        span_s=round(made.span_s, 1),
        inner=ring(made.inner_ms),
        outer=ring(made.outer_ms),
        posts=_post_views(house, name, graph, watch, made, now),
        held=round(made.held, 4),
        sealed=round(made.sealed, 4),
        gone=round(made.gone, 4),
        exits=made.exits,
        border_exits=made.border_exits,
        enclosed=made.enclosed,
        free_units=len(fleet.units),
        took_ms=_took_ms(began),
    )


def _post_views(
    house: Building, name: ProvinceId, graph: RoadGraph, watch: ReachWatch, made: Plan, now: Instant
) -> tuple[CordonPostView, ...]:
    views = []
    for each in made.posts:
        place_fa, place_en = _crossing(house, name, graph, each.node)
        views.append(
            CordonPostView(
                node=each.node,
                point=LonLat(round(each.point.lon, 6), round(each.point.lat, 6)),
                place_fa=place_fa,
                place_en=place_en,
                share=round(each.share, 4),
                due_at=rfc3339(plus_s(now, each.fugitive_s)),
                fugitive_s=round(each.fugitive_s, 1),
                at_border=each.at_border,
                unit=each.unit,
                call_sign=watch.call_sign(each.unit),
                eta_s=None if each.eta_s is None else round(each.eta_s, 1),
                margin_s=None if each.margin_s is None else round(each.margin_s, 1),
                locked=each.locked,
                late_by_s=None if each.late_by_s is None else round(each.late_by_s, 1),
                near=tuple(
                    NearUnitView(unit, watch.call_sign(unit), round(eta_s, 1), round(margin_s, 1))
                    for unit, eta_s, margin_s in each.near
                ),
            )
        )
    return tuple(views)


@lru_cache(maxsize=4096)
def _street_names(graph: RoadGraph, node: int) -> tuple[tuple[str, str], ...]:
    arcs = range(int(graph.first_out[node]), int(graph.first_out[node + 1]))
    names = dict.fromkeys((n.fa, n.en) for n in map(graph.name_of, arcs) if n.fa or n.en)
    return tuple(names)


def _crossing(house: Building, name: ProvinceId, graph: RoadGraph, node: int) -> tuple[str, str]:
    """What a junction is called: its two streets, or what is near."""
    names = _street_names(graph, node)
    if len(names) >= 2:
        (a_fa, a_en), (b_fa, b_en) = names[:2]
        return f"تقاطع {a_fa or a_en} و {b_fa or b_en}", f"{a_en or a_fa} and {b_en or b_fa}"
    place = house.places[name].reverse(LonLat(float(graph.node_lon[node]), float(graph.node_lat[node])))
    return ("", "") if place is None else (place.label_fa, place.label_en)


ROUTES: tuple[BaseRouteHandler, ...] = (get_coverage, get_isochrones, plan)
