"""The doors of the organisation. Bootstrap gives by name: `office_tree`."""

from collections.abc import Iterator
from typing import Any

import msgspec
import shapely
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, SkipValidation

from nazdik.kernel import OfficeId
from nazdik.organisation.errors import OfficeNotFound
from nazdik.platform.http import BOARD
from nazdik.published.door import instant_or_none
from nazdik.published.offices import Office, OfficeTree, Tier

# What a corner may cut off, by whose board it is: less than a pixel or two of a map that shows all of it.
CORNER_DEG = {Tier.NATIONAL: 0.02, Tier.PROVINCE: 0.005}
CORNER_BELOW_DEG = 0.0005


class OfficeView(msgspec.Struct):
    """One office of the tree. `seat` is `[lon, lat]`, `bounds` are `[west, south, east, north]` of its own area."""

    id: str
    tier: str
    parent: str | None
    province: str | None
    code: str
    name_fa: str
    name_en: str
    seat: tuple[float, float]
    bounds: tuple[float, float, float, float] | None


class OfficesView(msgspec.Struct):
    """The whole tree, parents before children."""

    offices: list[OfficeView]


class OfficeAreaView(msgspec.Struct):
    """The area of an office: coordinates of a GeoJSON MultiPolygon, longitude before latitude, simplified."""

    office: str
    area: list[list[list[tuple[float, float]]]]


class OfficeAreasView(msgspec.Struct):
    """Areas for a map that is seen whole; they fit one another."""

    areas: list[OfficeAreaView]


@get("/v1/offices", sync_to_thread=False)
def list_offices(
    office_tree: NamedDependency[SkipValidation[OfficeTree]], at: FromQuery[str | None] = None
) -> OfficesView:
    """
    Return the whole office tree as it is, or was `at` an instant (RFC 3339): id, tier, parent, code, names, seat and bounds.
    Refusals: http.bad_instant (422).
    """
    return OfficesView(
        offices=[
            OfficeView(
                id=office.id,
                tier=office.tier.value,
                parent=office.parent_id,
                province=office.province_id,
                code=office.code,
                name_fa=office.name_fa,
                name_en=office.name_en,
                seat=(office.seat.lon, office.seat.lat),
                bounds=office.bounds,
            )
            for office in office_tree.list_offices(instant_or_none(at))
        ]
    )


@get("/v1/offices/{office_id:str}/areas", opt=BOARD, sync_to_thread=True)
def list_areas(office_id: FromPath[str], office_tree: NamedDependency[SkipValidation[OfficeTree]]) -> OfficeAreasView:
    """
    Return the areas below an office, for the map of its board: a county's stations, or all counties of a province or the nation.
    Refusals: organisation.office_not_found (404).
    """
    office = office_tree.find_office(OfficeId(office_id))
    if office is None:
        raise OfficeNotFound(office=office_id[:120])
    below = list(_with_areas(office_tree, office))
    if not below:
        return OfficeAreasView(areas=[])
    # Neighbours keep the same border, which each simplified alone would not.
    shapes = shapely.coverage_simplify([area for _, area in below], CORNER_DEG.get(office.tier, CORNER_BELOW_DEG))
    return OfficeAreasView(
        areas=[OfficeAreaView(str(one.id), _corners(shape)) for (one, _), shape in zip(below, shapes, strict=True)]
    )


def _with_areas(tree: OfficeTree, office: Office) -> Iterator[tuple[Office, Any]]:
    """Yield the stations of a county, or the counties of what is above one, with their areas."""
    wanted = Tier.STATION if office.tier is Tier.COUNTY else Tier.COUNTY
    for one in tree.list_offices():
        if one.tier is wanted and one.id != office.id and tree.is_within(one.id, office.id):
            area = tree.area_of(one.id)
            if area is not None:
                yield one, area


def _corners(shape: Any) -> list[list[list[tuple[float, float]]]]:
    """Return a polygon or several as coordinates of a MultiPolygon, to ten metres."""
    return [
        [[(round(x, 4), round(y, 4)) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shape)
    ]


ROUTES: tuple[BaseRouteHandler, ...] = (list_offices, list_areas)
