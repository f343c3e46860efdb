"""The conditions of the roads: closing, slowing, lifting; who would be cut off, said before it is accepted."""

import asyncio
from typing import Literal

import msgspec
import numpy as np
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.bootstrap.barriers import LONG_AGO, stations_on
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.places import provinces_for
from nazdik.geo.conditions import commands as c
from nazdik.geo.conditions.cutoff import LeftOut, left_out, sample
from nazdik.geo.conditions.decisions import PIECES_MAX
from nazdik.geo.conditions.errors import ConditionNotFound, NoRoadThere, ShapeInvalid, TooManyStreets
from nazdik.geo.conditions.model import ConditionId, CutOff, Piece
from nazdik.geo.conditions.pieces import pieces_of
from nazdik.geo.conditions.projections import (
    ConditionView,
    CutOffView,
    StreetName,
    condition_view,
    cut_off_view,
    drawn,
)
from nazdik.geo.conditions.select import along_line, at_point, check_points, in_area
from nazdik.geo.graph import Ints, RoadGraph
from nazdik.geo.places.finder import PlaceFinder
from nazdik.geo.sight import RoadSight
from nazdik.kernel import LonLat, OfficeId, ProvinceId
from nazdik.organisation.model import Act
from nazdik.published.door import CommandAnswer, instant_or_none
from nazdik.published.offices import OfficeTree
from nazdik.published.sight import Fitness


class ShapeBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Which streets: exactly one of a point on one, a line along some, the outline of an area, or `like` another condition.

    `directions` matters to a line: `along` is the way it is drawn.
    """

    point: tuple[float, float] | None = None
    line: tuple[tuple[float, float], ...] | None = None
    polygon: tuple[tuple[float, float], ...] | None = None
    like: str | None = None
    directions: Literal["both", "along"] = "both"


class ConditionBody(ShapeBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closure, or with `time_factor` so many times as long. Without `starts_at` from now, without `ends_at` until lifted."""

    reason: str
    note: str = ""
    time_factor: float | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    confirmed: bool = False


class EndBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another end; null until somebody lifts it."""

    ends_at: str | None


class ConditionsView(msgspec.Struct, frozen=True):
    """Conditions of the roads: those that stand first, then the newest that are over. `lost` match no street of the map."""

    conditions: tuple[ConditionView, ...]
    lost: dict[str, int]


class PreviewView(msgspec.Struct, frozen=True):
    """What a shape means on the map, and who would be cut off if it closed."""

    streets: tuple[StreetName, ...]
    pieces: int
    length_m: float
    lines: tuple[tuple[LonLat, ...], ...]
    office: str
    cut_off: CutOffView


class _Chosen(msgspec.Struct, frozen=True):
    """Streets that a shape means, told as pieces and as arcs, and the office that answers for all of them."""

    room: ControlRoom
    pieces: tuple[Piece, ...]
    arcs: Ints
    office: OfficeId


@get("/v1/road-conditions")
async def list_conditions(desk: NamedDependency[Desk], province: FromQuery[str | None] = None) -> ConditionsView:
    """Return the closures and traffic factors of this session's provinces."""
    desk.allow(Act.SEE_ROADS)
    views: list[ConditionView] = []
    lost: dict[str, int] = {}
    for room in desk.house.rooms.values():
        if province not in (None, room.province) or not desk.sees(
            "condition", room.views.scopes_of_conditions(room.province)
        ):
            continue
        roads = room.state.roads
        for condition in roads.conditions.values():
            views.append(condition_view(str(room.province), condition))
        lost |= {str(i): len(pieces) for i, pieces in desk.house.paces[room.province].lost(roads).items()}
    views.sort(key=lambda view: (view.over_at is not None, view.created_at), reverse=False)
    await desk.note("list_road_conditions", desk.posting.office)
    return ConditionsView(tuple(views), lost)


@post("/v1/road-conditions/preview", status_code=200)
async def preview_condition(data: JSONBody[ShapeBody], desk: NamedDependency[Desk]) -> PreviewView:
    """
    Say which streets a shape means, and who would be cut off if they closed. Nothing is recorded.

    Refusals: geo.shape_invalid, geo.polygon_crosses_itself, geo.area_empty, geo.no_road_there, geo.too_many_streets,
    geo.outside_region (422), geo.condition_not_found (404).
    """
    desk.allow(Act.SET_ROADS)
    chosen = await _choose(desk, data)
    cut = await _cut_off(desk.house, chosen)
    seen = drawn(chosen.pieces)
    await desk.note("preview_road_condition", chosen.office)
    return PreviewView(seen.streets, len(chosen.pieces), seen.length_m, seen.lines, chosen.office, cut_off_view(cut))


@post("/v1/road-conditions", status_code=201)
async def set_condition(
    data: JSONBody[ConditionBody], desk: NamedDependency[Desk], door: NamedDependency[RequestDoor]
) -> CommandAnswer:
    """
    Close streets, or say that they take so many times as long; from now or from a time on, until a time or until lifted.

    A closure that cuts somebody off, or leaves them a long way round, is refused once with who they are
    (geo.closure_cuts_off, 409); the same request with `confirmed` and a new key is accepted.
    Refusals: those of the preview; geo.reason_unknown, geo.note_too_long, geo.time_factor_invalid, geo.end_before_start,
    geo.condition_too_far (422), geo.conditions_too_many (409).
    """
    desk.allow(Act.SET_ROADS)
    chosen = await _choose(desk, data)
    cut = CutOff() if data.time_factor is not None else await _cut_off(desk.house, chosen)
    command = c.SetCondition(
        condition_id=ConditionId(door.new_id("r", chosen.room.province)),
        pieces=chosen.pieces,
        office=chosen.office,
        reason=data.reason,
        note=data.note,
        time_factor=data.time_factor,
        starts_at=instant_or_none(data.starts_at),
        ends_at=instant_or_none(data.ends_at),
        confirmed=data.confirmed,
        cut_off=cut,
    )
    return await door.act("set_roads", command, about=chosen.office)


@post("/v1/road-conditions/{condition_id:str}/end", status_code=200)
async def change_end(
    condition_id: FromPath[str], data: JSONBody[EndBody], door: NamedDependency[RequestDoor]
) -> CommandAnswer:
    """
    Give a condition another end, or none.

    Refusals: geo.end_before_start, geo.condition_too_far (422), geo.condition_not_found (404), geo.condition_over (409).
    """
    command = c.ChangeEnd(condition_id=ConditionId(condition_id), ends_at=instant_or_none(data.ends_at))
    return await door.act("set_roads", command, about=condition_id)


@post("/v1/road-conditions/{condition_id:str}/lift", status_code=200)
async def lift_condition(condition_id: FromPath[str], door: NamedDependency[RequestDoor]) -> CommandAnswer:
    """Open the streets again. Refusals: geo.condition_not_found (404), geo.condition_over (409)."""
    return await door.act("set_roads", c.LiftCondition(condition_id=ConditionId(condition_id)), about=condition_id)


@post("/v1/road-conditions/{condition_id:str}/restore", status_code=200)
async def restore_condition(condition_id: FromPath[str], door: NamedDependency[RequestDoor]) -> CommandAnswer:
    """Undo a lift. Refusals: geo.condition_not_found (404), geo.condition_not_lifted (409)."""
    return await door.act("set_roads", c.RestoreCondition(condition_id=ConditionId(condition_id)), about=condition_id)


# Inside


async def _choose(desk: Desk, shape: ShapeBody) -> _Chosen:
    """Return the streets a shape means."""
    given = [s for s in (shape.point, shape.line, shape.polygon, shape.like) if s is not None]
    if len(given) != 1:
        raise ShapeInvalid(given=len(given))
    if shape.like is not None:
        room = desk.house.room(shape.like)
        condition = room.state.roads.conditions.get(ConditionId(shape.like))
        if condition is None:
            raise ConditionNotFound(condition_id=shape.like[:120])
        arcs = sorted({a for found in desk.house.paces[room.province].arcs_of(condition) for a in found})
        return _Chosen(room, condition.pieces, np.array(arcs, dtype=np.int64), condition.office)
    room = desk.house.rooms[provinces_for(desk.house, None, _first_point(shape))[0]]
    return await asyncio.to_thread(_streets, room, desk.house.roads[room.province], desk.house.offices, shape)


def _first_point(shape: ShapeBody) -> LonLat:
    points = (shape.point,) if shape.point is not None else shape.line or shape.polygon or ()
    return check_points([p for p in points if p is not None][:1], 1)[0]


def _streets(room: ControlRoom, road: RoadSight, offices: OfficeTree, shape: ShapeBody) -> _Chosen:
    graph, snapper = road.graph, road.snapper
    if shape.point is not None:
        arcs = at_point(graph, snapper, LonLat(*shape.point))
    elif shape.line is not None:
        arcs = along_line(graph, snapper, shape.line, one_way=shape.directions == "along")
    else:
        arcs = in_area(graph, shape.polygon or (), most=PIECES_MAX)
    if len(arcs) > PIECES_MAX:
        raise TooManyStreets(pieces=len(arcs), most=PIECES_MAX)
    if not len(arcs):
        raise NoRoadThere
    pieces = pieces_of(graph, arcs.tolist())
    return _Chosen(room, pieces, arcs, _office_of(offices, room.province, pieces))


def _office_of(offices: OfficeTree, province: ProvinceId, pieces: tuple[Piece, ...]) -> OfficeId:
    """The lowest office that answers for all of the streets: a street between two stations is their county's."""
    stations = {s for p in pieces if (s := offices.station_at(LonLat(*p.line[len(p.line) // 2]))) is not None}
    chains = [offices.chain_of(station) for station in sorted(stations)]
    if not chains:
        return OfficeId(str(province))
    return next(office for office in chains[0] if all(office in chain for chain in chains))


async def _cut_off(building: Building, chosen: _Chosen) -> CutOff:
    """Say who is left out, in words; worked out beside the loop, because it looks at the whole network."""
    province = chosen.room.province
    road, places = building.roads[province], building.places[province]
    graph, times = road.arc_times()
    _, names, standing_on = road.standing_units(all_of=int(Fitness.ON_DUTY), any_of=0, fixed_after=LONG_AGO)
    units = list(zip(names, standing_on.arcs.tolist(), strict=True))
    stations = stations_on(road, building.offices, province)

    def work() -> CutOff:
        out = left_out(graph, times, chosen.arcs, stations=stations, units=units)
        return _in_words(graph, places, out)

    return await asyncio.to_thread(work)


def _in_words(graph: RoadGraph, places: PlaceFinder, out: LeftOut) -> CutOff:
    def said(nodes: Ints) -> tuple[str, ...]:
        points = (LonLat(float(graph.node_lon[n]), float(graph.node_lat[n])) for n in sample(nodes).tolist())
        found = (places.reverse(point) for point in points)
        return tuple(dict.fromkeys(place.label_fa for place in found if place is not None))

    names = {graph.names[int(graph.segment_name[s])].fa for s in out.segments.tolist()}
    return CutOff(
        junctions=len(out.junctions),
        streets=len(out.segments),
        street_names=tuple(sorted(name for name in names if name)[:10]),
        places=said(out.junctions),
        units=out.units,
        slower=len(out.slower),
        slower_worst_s=round(float(out.slower_s.max(initial=0.0))),
        slower_places=said(out.slower),
    )


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_conditions,
    preview_condition,
    set_condition,
    change_end,
    lift_condition,
    restore_condition,
)
