"""The desk's own list of meetings: what is announced in a row of days, series, and turns taken for whoever asks at the desk."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.kernel import Instant, OfficeId, rfc3339
from nazdik.oversight.calendar import DAY_US, day_of
from nazdik.oversight.clocks import calendar_for
from nazdik.oversight.desk_api import AnyRequest, Staff
from nazdik.oversight.errors import DayInvalid, OfficeUnknown
from nazdik.oversight.meetings import commands as c
from nazdik.oversight.meetings.api import (
    BookBody,
    Booked,
    SessionBody,
    Telling,
    has_office,
    instant,
    session_of_desk,
    take_turn,
)
from nazdik.oversight.meetings.model import HELD, BookingState, Owed, Session, Slot, owed_by
from nazdik.oversight.public_api import Service
from nazdik.oversight.service import Oversight
from nazdik.oversight.views import Named, named
from nazdik.platform.http import idempotency_key

DAYS_MAX = 200
TIMES_MAX = 53
STEP_DAYS = {"day": 1, "week": 7}


class SessionRow(msgspec.Struct):
    """A meeting in the desk's list: when, where, and how many turns stand how."""

    id: str
    office: Named
    place: str
    official: str
    day: int
    starts_at: str
    ends_at: str
    turns: int
    booked: int
    served: int
    missed: int
    promises_open: int
    cancelled: str | None


class MeetingsDesk(msgspec.Struct):
    """The desk's meetings, and every promise of theirs that nobody has kept yet, what is due first."""

    today: int
    sessions: list[SessionRow]
    owed: list[Owed]


class SeriesBody(SessionBody, kw_only=True):
    """A meeting, and again every day or every week, so many times in all."""

    every: Literal["day", "week"] = "week"
    times: Annotated[int, msgspec.Meta(ge=1, le=TIMES_MAX)] = 1


class LeftOut(msgspec.Struct):
    """A day of a series on which the office is closed: a public holiday, or decreed (`why`)."""

    day: int
    why: str


class Series(msgspec.Struct):
    """What was announced, and which days were left out."""

    made: list[str]
    left_out: list[LeftOut]


@get("/v1/meetings")
async def list_sessions(
    sitting: Staff, oversight: Service, since: FromQuery[int], until: FromQuery[int]
) -> MeetingsDesk:
    """
    Return the desk's meetings of some days (days since 1970-01-01 in Iran), the earliest first, called off ones too.

    Refusals: oversight.day_invalid (422).
    """
    if not 0 <= until - since <= DAYS_MAX:
        raise DayInvalid(since=since, until=until, days_max=DAYS_MAX)
    await oversight.note(sitting.person, "oversight_meetings", "duty", since=since, until=until)
    mine = [one for one in oversight.state.meetings.sessions.values() if has_office(sitting, oversight, one.office)]
    found = [one for one in mine if since <= day_of(one.starts_at) <= until]
    rows = [_row(oversight, one) for one in sorted(found, key=lambda one: (one.starts_at, one.id))]
    return MeetingsDesk(day_of(oversight.clock.now()), rows, owed_by(oversight.state.meetings, mine))


def _row(oversight: Oversight, session: Session) -> SessionRow:
    def count(*states: BookingState) -> int:
        return sum(one.state in states for one in session.bookings)

    return SessionRow(
        id=session.id,
        office=named(session.office, oversight.state.register),
        place=session.place,
        official=session.official,
        day=day_of(session.starts_at),
        starts_at=rfc3339(session.starts_at),
        ends_at=rfc3339(session.ends_at),
        turns=len(session.slots),
        booked=count(*HELD),
        served=count(BookingState.SERVED),
        missed=count(BookingState.NO_SHOW),
        promises_open=sum(one.kept_at is None for one in session.promises),
        cancelled=oversight.state.meetings.cancelled.get(session.id),
    )


@post("/v1/meetings/series", status_code=201)
async def open_series(request: AnyRequest, data: JSONBody[SeriesBody], sitting: Staff, oversight: Service) -> Series:
    """
    Announce a meeting again every day or week; days on which the office is closed are left out and named.

    Sent again with the same key nothing is doubled, and what was missing is made.
    Refusals: oversight.session_invalid, oversight.office_unknown, oversight.day_unreadable (422).
    """
    office = OfficeId(data.office)
    if office not in oversight.state.register.offices or not has_office(sitting, oversight, office):
        raise OfficeUnknown(office=data.office)
    key = idempotency_key(request.headers.get("idempotency-key"))
    first = tuple(Slot(0, instant(slot.starts_at), tuple(slot.offers)) for slot in data.slots)
    calendar = calendar_for(oversight.state, office, oversight.around)
    made, left_out = [], []
    for n in range(data.times):
        days = n * STEP_DAYS[data.every]
        slots = tuple(
            msgspec.structs.replace(slot, starts_at=Instant(slot.starts_at + days * DAY_US)) for slot in first
        )
        day = day_of(slots[0].starts_at) if slots else 0
        # A Friday is chosen on purpose, after the prayer; a holiday is what nobody thought of.
        if day in calendar.holidays or day in calendar.closures:
            why = oversight.state.closures.get((office, day), "")
            left_out.append(LeftOut(day, why))
            continue
        session_id = oversight.id_for("session", sitting.actor, f"{key}:{n}")
        command = c.OpenSession(
            session_id=session_id, office=office, place=data.place, official=data.official, slots=slots
        )
        await oversight.submit(command, sitting.actor, f"{key}:{n}")
        made.append(session_id)
    return Series(made, left_out)


@post("/v1/meetings/{session_id:str}/turns", status_code=201)
async def book_at_desk(
    request: AnyRequest,
    session_id: FromPath[str],
    data: JSONBody[BookBody],
    sitting: Staff,
    oversight: Service,
    call_offs: Telling,
) -> Booked:
    """
    Take a turn for somebody who calls or stands at the desk; the code is read out to them.

    Refusals: oversight.session_not_found (404), oversight.slot_taken, oversight.session_cancelled,
    oversight.nobody_told (409), oversight.number_unreadable (422).
    """
    session_of_desk(session_id, sitting, oversight)
    return await take_turn(request, session_id, data, oversight, call_offs, sitting.actor)


ROUTES: tuple[BaseRouteHandler, ...] = (list_sessions, open_series, book_at_desk)
