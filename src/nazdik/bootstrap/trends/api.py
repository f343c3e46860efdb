"""The door of trends: what changed in the last hour, and offices beside one another with what their figures are a part of."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.trends.counting import STEP_S, Trend
from nazdik.bootstrap.trends.reading import Trends
from nazdik.dispatch.errors import OfficeNotFound
from nazdik.kernel import OfficeId, rfc3339
from nazdik.organisation.model import Act
from nazdik.platform.http import BOARD
from nazdik.published.offices import Tier


class OfficeTrendView(msgspec.Struct, frozen=True):
    """An office's trend. `people` live in its area; null where that is not known, as below counties."""

    office: str
    people: int | None
    trend: Trend


class TrendsView(msgspec.Struct, frozen=True):
    """
    The trend of an office and of those directly below it, counted from the log at `at`; steps of `step_s` seconds.

    An incident of priority 1 may wait `waiting_1_s` seconds for its first unit, and a caller who gave up `call_back_s` seconds to
    be called back when nobody learnt what they wanted.
    """

    at: str
    step_s: int
    waiting_1_s: float
    call_back_s: float
    office: OfficeTrendView
    below: tuple[OfficeTrendView, ...]


@get("/v1/offices/{office_id:str}/trends", opt=BOARD)
async def get_trends(
    office_id: FromPath[str], desk: NamedDependency[Desk], trends: NamedDependency[Trends]
) -> TrendsView:
    """
    Return the last hour of an office beside the hour before, two hours in steps, and the same of those directly below it.

    Counted from the log, five seconds old at most; no person and no call is in it.
    Refusals: dispatch.office_not_found (404), organisation.* (403).
    """
    tree = desk.house.offices
    office = tree.find_office(OfficeId(office_id))
    if office is None:
        desk.allow(Act.SEE_DAY_REPORT)
        raise OfficeNotFound(office=office_id[:120])
    desk.allow(Act.SEE_DAY_REPORT, offices=frozenset({office.id}))
    rooms = [
        room
        for province, room in desk.house.rooms.items()
        if tree.is_within(OfficeId(str(province)), office.id) or tree.is_within(office.id, OfficeId(str(province)))
    ]
    await desk.note_hourly("trends", str(office.id))
    counted = await trends.count(office, rooms, tree, desk.house.clock.now)

    def view(one: OfficeId, trend: Trend) -> OfficeTrendView:
        return OfficeTrendView(str(one), people_of(desk, one), trend)

    return TrendsView(
        at=rfc3339(counted.at),
        step_s=STEP_S,
        waiting_1_s=counted.waiting_1_s,
        call_back_s=counted.call_back_s,
        office=view(office.id, counted.office),
        below=tuple(view(one, trend) for one, trend in counted.below),
    )


def people_of(desk: Desk, office_id: OfficeId) -> int | None:
    """Return how many people live in the area of a county or of all counties below, as the regions know it."""
    office = desk.house.offices.find_office(office_id)
    if office is None or office.tier is Tier.STATION:
        return None
    total = 0
    for province, watch in desk.house.reach.items():
        own = OfficeId(str(province))
        if not (desk.house.offices.is_within(own, office_id) or desk.house.offices.is_within(office_id, own)):
            continue
        if watch.latest is None or not watch.latest.people_known:
            return None
        counties = watch.latest.counties.items()
        total += sum(round(c.people.total) for one, c in counties if desk.house.offices.is_within(one, office_id))
    return total or None


ROUTES: tuple[BaseRouteHandler, ...] = (get_trends,)
