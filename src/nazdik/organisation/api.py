"""The doors of the organisation. Bootstrap gives by name: `office_tree`."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, SkipValidation

from nazdik.published.door import instant_or_none
from nazdik.published.offices import OfficeTree


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


ROUTES: tuple[BaseRouteHandler, ...] = (list_offices,)
