"""Maps, places, routes between points, and the faces' pages and files."""

from pathlib import Path
from typing import Any, Literal

import anyio
import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.bootstrap.reads import RouteView, route_view
from nazdik.geo.places import Place
from nazdik.geo.style import map_style
from nazdik.kernel import Invalid, LonLat, ProvinceId
from nazdik.platform.http import find_file, page, send_file

FACES = ("index", "console", "field", "board")
WEB = Path(__file__).parent.parent / "web"


class NearInvalid(Invalid):
    """`near` is `lon,lat` in degrees."""

    code = "geo.point_invalid"


class FacesNotBuilt(Invalid):
    """The faces are not built; `./run setup` builds them."""

    code = "http.faces_not_built"


class PlaceView(msgspec.Struct, frozen=True):
    """A place found."""

    label_fa: str
    label_en: str
    kind: str
    point: LonLat
    score: float
    distance_m: float | None
    accuracy_m: int


class PlacesView(msgspec.Struct, frozen=True):
    """Places found, best first."""

    places: tuple[PlaceView, ...]


class ReverseView(msgspec.Struct, frozen=True):
    """What is at a point, and who answers for it."""

    place: PlaceView | None
    station: str | None


def _place_view(place: Place) -> PlaceView:
    return PlaceView(
        label_fa=place.label_fa,
        label_en=place.label_en,
        kind=place.kind,
        point=place.point,
        score=round(place.score, 3),
        distance_m=None if place.distance_m is None else round(place.distance_m),
        accuracy_m=place.accuracy_m,
    )


def _point(text: str) -> LonLat:
    lon, _, lat = text.partition(",")
    try:
        point = LonLat(float(lon), float(lat))
    except ValueError:
        raise NearInvalid(near=text[:60]) from None
    if not (-180 <= point.lon <= 180 and -90 <= point.lat <= 90):
        raise NearInvalid(near=text[:60])
    return point


def _provinces(building: Building, province: str | None, near: LonLat | None) -> list[ProvinceId]:
    """Return the provinces to search: the one named, else the one around the point, else all."""
    if province is not None:
        if ProvinceId(province) not in building.places:
            raise ProvinceNotFound(id=province[:120])
        return [ProvinceId(province)]
    if near is not None:
        for name, region in building.regions.items():
            west, south, east, north = region.bounds
            if west <= near.lon <= east and south <= near.lat <= north:
                return [name]
    return list(building.places)


@get("/v1/places", sync_to_thread=True)
def search_places(
    q: FromQuery[str],
    desk: NamedDependency[Desk],
    near: FromQuery[str | None] = None,
    province: FromQuery[str | None] = None,
    limit: FromQuery[int] = 8,
) -> PlacesView:
    """Search streets, crossings, places and coordinates as people type them. Refusals: geo.point_invalid (422)."""
    here = _point(near) if near is not None else None
    most = max(1, min(limit, 30))
    found: list[Place] = []
    for name in _provinces(desk.house, province, here):
        found += desk.house.places[name].search(q[:300], near=here, limit=most)
    found.sort(key=lambda place: -place.score)
    return PlacesView(tuple(_place_view(place) for place in found[:most]))


@get("/v1/places/reverse", sync_to_thread=True)
def reverse_place(
    lon: FromQuery[float], lat: FromQuery[float], desk: NamedDependency[Desk], province: FromQuery[str | None] = None
) -> ReverseView:
    """Return what is at a point in words, and the station that answers for it."""
    point = _point(f"{lon},{lat}")
    for name in _provinces(desk.house, province, point):
        place = desk.house.places[name].reverse(point)
        if place is not None:
            return ReverseView(_place_view(place), desk.house.offices.station_at(point))
    return ReverseView(None, desk.house.offices.station_at(point))


@get("/v1/route", sync_to_thread=True)
def find_route(start: FromQuery[str], end: FromQuery[str], desk: NamedDependency[Desk]) -> RouteView:
    """Return the fastest way between two points, each `lon,lat`. Refusals: geo.outside_region (422)."""
    origin, goal = _point(start), _point(end)
    road = desk.house.roads[_provinces(desk.house, None, origin)[0]]
    return route_view(road.route(origin, goal))


@get("/v1/provinces/{province:str}/style", sync_to_thread=False)
def get_style(
    province: FromPath[str],
    building: NamedDependency[Building],
    theme: FromQuery[Literal["day", "night"]] = "day",
    lang: FromQuery[Literal["fa", "en"]] = "fa",
) -> dict[str, Any]:
    """Return the map's style for MapLibre."""
    if ProvinceId(province) not in building.regions:
        raise ProvinceNotFound(id=province[:120])
    return map_style(province, theme=theme, lang=lang)


@get("/maps/{name:str}")
async def get_map(
    request: Request[Any, Any, Any], name: FromPath[str], building: NamedDependency[Building]
) -> Response[Any]:
    """Return a province's base map, or the part of it that was asked for."""
    province = ProvinceId(name.removesuffix(".pmtiles"))
    region = building.regions.get(province)
    if region is None or not name.endswith(".pmtiles"):
        raise ProvinceNotFound(id=name[:120])
    return await send_file(request, region.basemap_path)


@get(["/", "/console", "/field", "/board"], include_in_schema=False)
async def get_face(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Return a face's page."""
    name = request.url.path.strip("/") or "index"
    path = anyio.Path(WEB / f"{name if name in FACES else 'index'}.html")
    if not await path.is_file():
        raise FacesNotBuilt()
    return page(await path.read_text(encoding="utf-8"))


@get(["/assets/{file:path}", "/fonts/{file:path}"], include_in_schema=False)
async def get_asset(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[Any]:
    """Return a file that the pages use."""
    return await send_file(request, find_file(WEB, request.url.path))


@get(["/boot.js", "/field-sw.js", "/field.webmanifest", "/icon.svg"], include_in_schema=False)
async def get_root_file(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return one of the few files that must lie at the root."""
    return await send_file(request, find_file(WEB, request.url.path))


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def get_health() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "ok"}


@get("/readyz", sync_to_thread=False, include_in_schema=False)
def get_ready(building: NamedDependency[Building]) -> dict[str, Any]:
    """Say that every province is open, and where its log stands."""
    return {"status": "ok", "positions": {str(name): room.writer.position for name, room in building.rooms.items()}}


ROUTES: tuple[BaseRouteHandler, ...] = (
    search_places,
    reverse_place,
    find_route,
    get_style,
    get_map,
    get_face,
    get_asset,
    get_root_file,
    get_health,
    get_ready,
)
