"""The door of the overview: for who commands an office, and for who sits at a desk of 197."""

import asyncio
from functools import cache
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, SkipValidation

from nazdik.kernel import OfficeId, PersonId
from nazdik.oversight.calendar import day_of
from nazdik.oversight.clocks import calendar_for
from nazdik.oversight.closure import commands_of, desks_of
from nazdik.oversight.desk_api import AnyRequest, session_of
from nazdik.oversight.errors import OfficeUnknown
from nazdik.oversight.meetings.model import Owed, owed_by
from nazdik.oversight.overview import Overview, overview_of
from nazdik.oversight.public_api import Service, Short
from nazdik.oversight.views import Named, named
from nazdik.platform.auth import NotSignedIn, Registry

PROMISES_MAX = 50


class Looking:
    """Somebody who may look at an overview, for one request: of the offices whose commander or desk they are."""

    def __init__(self, request: AnyRequest, oversight: Any, registry: Registry) -> None:
        self.person = PersonId(session_of(request, registry).person)
        now, register = oversight.clock.now(), oversight.state.register
        self.offices = tuple(
            dict.fromkeys((*commands_of(self.person, now, register), *desks_of(self.person, now, register)))
        )
        if not self.offices:
            raise NotSignedIn()


Viewer = NamedDependency[SkipValidation[Looking]]


class OverviewAnswer(msgspec.Struct):
    """An overview, the offices it may be of, and names for every office in it; promises are those made aloud at meetings."""

    office: Named
    mine: list[Named]
    today: int
    overview: Overview
    names: list[Named]
    promises: list[Owed]
    promises_late: int


@get("/v1/overview")
async def get_overview(looking: Viewer, oversight: Service, office: FromQuery[Short] = "") -> OverviewAnswer:
    """
    Return how many cases are open and late, how they went, and which spoken promises are due, worst first; no case by itself.

    Refusals: oversight.office_unknown (422): the office is not theirs.
    """
    top = OfficeId(office or looking.offices[0])
    if top not in looking.offices:
        raise OfficeUnknown(office=office)
    await oversight.note(looking.person, "oversight_overview", "duty", office=top)
    state, register, now = oversight.state, oversight.state.register, oversight.clock.now()
    ids = oversight.rows.counted(*oversight.now_for(looking.person))
    cases = [case for case_id in ids if register.is_within((case := state.cases[case_id]).start, top)]
    # The state is frozen, so this does not hold up anybody else.
    calendar_of = cache(lambda where: calendar_for(state, where, oversight.around))
    made = await asyncio.to_thread(overview_of, cases, top, now, register, calendar_of)
    within = [one for one in state.meetings.sessions.values() if register.is_within(one.office, top)]
    owed, today = owed_by(state.meetings, within), day_of(now)
    about = {value for row in made.by_office for value in row.values}
    return OverviewAnswer(
        office=named(top, register),
        mine=[named(one, register) for one in looking.offices],
        today=today,
        overview=made,
        names=[named(OfficeId(value), register) for value in sorted(about)],
        promises=owed[:PROMISES_MAX],
        promises_late=sum(one.promise.due_day < today for one in owed),
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_overview,)
