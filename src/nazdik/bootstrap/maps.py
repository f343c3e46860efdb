"""Maps, routes between points, and the faces' pages and files."""

from pathlib import Path
from typing import Any, Literal

import anyio
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.bootstrap.places import provinces_for, read_point
from nazdik.bootstrap.reads import RouteView, route_view
from nazdik.geo.style import map_style
from nazdik.kernel import Invalid, ProvinceId
from nazdik.platform.http import find_file, page, send_file

FACES = ("index", "console", "field", "board", "admin", "sos")
WEB = Path(__file__).parent.parent / "web"


class FacesNotBuilt(Invalid):
    """The faces are not built; `./run setup` builds them."""

    code = "http.faces_not_built"


@get("/v1/route", sync_to_thread=True)
def find_route(start: FromQuery[str], end: FromQuery[str], desk: NamedDependency[Desk]) -> RouteView:
    """Return the fastest way between two points, each `lon,lat`. Refusals: geo.outside_region (422)."""
    origin, goal = read_point(start), read_point(end)
    road = desk.house.roads[provinces_for(desk.house, None, origin)[0]]
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
    return map_style(province, version=building.regions[ProvinceId(province)].version, theme=theme, lang=lang)


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


@get(["/", "/console", "/field", "/board", "/admin", "/sos"], include_in_schema=False)
async def get_face(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Return a face's page."""
    name = request.url.path.strip("/") or "index"
    # A crew speaks a note and hears it before it is sent; a desk hears it. No other page has to do with sound that it fetched.
    return page(
        await read_face(name if name in FACES else "index"),
        plays=name in {"console", "field"},
        listens=name == "field",
    )


async def read_face(name: str) -> str:
    """Return a face's page as it was built."""
    path = anyio.Path(WEB / f"{name}.html")
    if not await path.is_file():
        raise FacesNotBuilt()
    return await path.read_text(encoding="utf-8")


@get(["/assets/{file:path}", "/fonts/{file:path}"], include_in_schema=False)
async def get_asset(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[Any]:
    """Return a file that the pages use."""
    return await send_file(request, find_file(WEB, request.url.path))


@get(
    ["/boot.js", "/ahead.js", "/field-sw.js", "/desk-sw.js", "/field.webmanifest", "/icon.svg"], include_in_schema=False
)
async def get_root_file(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return one of the few files that must lie at the root."""
    return await send_file(request, find_file(WEB, request.url.path))


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def get_health() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "ok"}


@get("/readyz", sync_to_thread=False, include_in_schema=False)
def get_ready(building: NamedDependency[Building]) -> dict[str, Any]:
    """Say that every province is open, where its log stands, and which of them this node writes."""
    return {
        "status": "ok",
        "positions": {str(name): room.writer.position for name, room in building.rooms.items()},
        "writes": sorted(str(name) for name, room in building.rooms.items() if room.writes),
    }


@get("/readyz/writer", sync_to_thread=False, include_in_schema=False)
def get_writer(building: NamedDependency[Building]) -> Response[dict[str, str]]:
    """Say whether this node writes all of its provinces: where whatever stands in front sends everybody."""
    writes = all(room.writes for room in building.rooms.values())
    return Response({"status": "writer" if writes else "standby"}, status_code=200 if writes else 503)


# What rests on no log: the pages' files, and that the process runs.
FILES: tuple[BaseRouteHandler, ...] = (get_asset, get_root_file, get_health)
ROUTES: tuple[BaseRouteHandler, ...] = (
    find_route,
    get_style,
    get_map,
    get_face,
    get_asset,
    get_root_file,
    get_health,
    get_ready,
    get_writer,
)
