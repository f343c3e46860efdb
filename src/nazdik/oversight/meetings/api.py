"""The doors of meetings: citizens see sessions, book and cancel by code; desks announce, serve, write minutes and promises."""

import asyncio
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.kernel import Actor, Instant, OfficeId, from_rfc3339, rfc3339
from nazdik.oversight.codes import read_code, shown
from nazdik.oversight.desk_api import Acted, AnyRequest, Staff, decided
from nazdik.oversight.errors import ActUnknown, CodeUnknown, DayUnreadable, KeyTooShort, OfficeUnknown
from nazdik.oversight.meetings import commands as c
from nazdik.oversight.meetings.errors import NobodyTold, SessionNotFound
from nazdik.oversight.meetings.model import Board, BookingState, Need, Owed, PutOff, Session, Slot, agenda, board_of
from nazdik.oversight.meetings.telling import CallOffs, number_in
from nazdik.oversight.public_api import CodeBody, Service, Short, bucket_of
from nazdik.oversight.service import CITIZEN, KEY_CHARACTERS_MIN, Oversight
from nazdik.oversight.views import Named, named
from nazdik.platform.http import idempotency_key

OFFLINE_MAX = 200
Telling = NamedDependency[SkipValidation[CallOffs]]


class SlotView(msgspec.Struct):
    """One turn: when, what it offers, whether it is free."""

    number: int
    starts_at: str
    offers: list[str]
    free: bool


class SessionView(msgspec.Struct):
    """A session as everybody sees it."""

    id: str
    office: Named
    place: str
    official: str
    slots: list[SlotView]


class BookBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    What somebody needs, and the turn they would like; without one it is the first that fits.

    `tell` is the number at which they wish to be told, in `lang`, when the session is called off.
    """

    needs: list[Need] = []
    slot: int | None = None
    tell: Annotated[str, msgspec.Meta(max_length=40)] = ""
    lang: Annotated[str, msgspec.Meta(pattern="^(fa|en)$")] = "fa"


class Told(msgspec.Struct):
    """Whether whoever leaves a number with a turn can be told by text that the session is called off."""

    by_text: bool


class Booked(msgspec.Struct):
    """The code, shown once, the number in the queue, and when; `text_to` is the number to which the code is texted to give back."""

    code: str
    queue_no: int
    starts_at: str
    session: str
    text_to: str = ""


class BookingView(msgspec.Struct):
    """How a booking stands; `why` is why the session was called off."""

    queue_no: int
    starts_at: str
    session: str
    place: str
    state: str
    why: str = ""


class SlotBody(msgspec.Struct, forbid_unknown_fields=True):
    """A turn to announce."""

    starts_at: str
    offers: list[Need] = []


class SessionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A session to announce."""

    office: Short
    place: Annotated[str, msgspec.Meta(max_length=300)]
    official: Annotated[str, msgspec.Meta(max_length=300)]
    slots: list[SlotBody]


class Turn(msgspec.Struct):
    """A booking at the desk."""

    id: str
    queue_no: int
    needs: list[str]
    state: str


class PromiseView(msgspec.Struct):
    """What was promised aloud, until which day, how it was kept, and how it was put off."""

    number: int
    text: str
    owner: str
    due_day: int
    how: str | None
    put_off: list[PutOff]


class SessionDesk(msgspec.Struct):
    """
    A session as its desk sees it; `agenda` are promises of earlier sessions that nobody has kept yet. `told` is whether a caller
    can leave a number to be told when it is called off.
    """

    session: SessionView
    agenda: list[Owed]
    turns: list[Turn]
    board: Board
    minutes: str
    promises: list[PromiseView]
    cancelled: str | None
    told: bool


class OfflineBody(msgspec.Struct, forbid_unknown_fields=True):
    """How many contacts a desk expects while it has no network."""

    count: Annotated[int, msgspec.Meta(ge=1, le=OFFLINE_MAX)]


class OfflineCode(msgspec.Struct):
    """A key, the code that a contact sent with this key will have, and when it was given: no clock begins before that."""

    key: str
    code: str
    issued_at: str


def session_view(oversight: Oversight, session: Session) -> SessionView:
    """Return a session as everybody sees it."""
    slots = [
        SlotView(slot.number, rfc3339(slot.starts_at), [need.value for need in slot.offers], session.holder(slot.number) is None)
        for slot in session.slots
    ]  # fmt: skip
    office = named(session.office, oversight.state.register)
    return SessionView(session.id, office, session.place, session.official, slots)


@get("/v1/meetings", sync_to_thread=False)
def list_meetings(oversight: Service) -> list[SessionView]:
    """Return the sessions that are still to come, the next first."""
    now = oversight.clock.now()
    meetings = oversight.state.meetings
    ahead = [one for one in meetings.sessions.values() if one.ends_at > now and one.id not in meetings.cancelled]
    return [session_view(oversight, one) for one in sorted(ahead, key=lambda one: (one.starts_at, one.id))]


@post("/v1/meetings/{session_id:str}/bookings", status_code=201)
async def book(
    request: AnyRequest, session_id: FromPath[str], data: JSONBody[BookBody], oversight: Service, call_offs: Telling
) -> Booked:
    """
    Take a turn, without an account; sent twice with the same key it is one booking.

    Refusals: oversight.session_not_found (404), oversight.slot_taken, oversight.nobody_told (409), oversight.key_too_short,
    oversight.number_unreadable (422), oversight.too_many_contacts (403).
    """
    oversight.limits.take(bucket_of(request, oversight))
    return await take_turn(request, session_id, data, oversight, call_offs, CITIZEN)


async def take_turn(
    request: AnyRequest, session_id: str, data: BookBody, oversight: Oversight, call_offs: CallOffs, actor: Actor
) -> Booked:
    """Take a turn for whoever asks for it; the same key leads to the same code."""
    number = number_in(data.tell)
    if number and not call_offs.tells:
        # Who counts on a text and gets none stands before a closed door.
        raise NobodyTold()
    key = idempotency_key(request.headers.get("idempotency-key"))
    if len(key) < KEY_CHARACTERS_MIN:
        raise KeyTooShort(characters_min=KEY_CHARACTERS_MIN)
    drawn = f"booking\0{key}" if actor is CITIZEN else f"booking\0{actor.id}\0{key}"
    code, code_hash = await oversight.code_of(drawn)
    booking_id = code_hash[:16]
    needs = tuple(sorted(set(data.needs)))
    command = c.BookSlot(session_id=session_id, booking_id=booking_id, code_hash=code_hash, needs=needs, slot=data.slot)
    await oversight.submit(command, actor, f"booking:{key}")
    if number:
        await call_offs.wish(booking_id, number, data.lang)
    view = _booking_view(oversight, session_id, booking_id)
    return Booked(shown(code), view.queue_no, view.starts_at, session_id, oversight.text_to)


@get("/v1/told", sync_to_thread=False)
def get_told(call_offs: Telling) -> Told:
    """Return whether a number can be left with a turn."""
    return Told(call_offs.tells)


@post("/v1/bookings/show", status_code=200)
async def show_booking(request: AnyRequest, data: JSONBody[CodeBody], oversight: Service) -> BookingView:
    """Return how a booking stands, by its code. Refusals: oversight.code_unknown (404), auth.too_many_tries (429)."""
    return _booking_view(oversight, *await _booking_of(request, data.code, oversight))


@post("/v1/bookings/cancel", status_code=200)
async def cancel_booking(request: AnyRequest, data: JSONBody[CodeBody], oversight: Service) -> BookingView:
    """Give a turn back by its code. Refusals: oversight.code_unknown (404), oversight.booking_over (409)."""
    session_id, booking_id = await _booking_of(request, data.code, oversight)
    command = c.EndBooking(session_id=session_id, booking_id=booking_id, state=BookingState.CANCELLED)
    await oversight.submit(command, CITIZEN, f"cancel:{booking_id}")
    return _booking_view(oversight, session_id, booking_id)


async def _booking_of(request: AnyRequest, typed: str, oversight: Oversight) -> tuple[str, str]:
    key = f"code:{bucket_of(request, oversight)}"
    oversight.tries.check(key)
    digits = read_code(typed)
    found = oversight.state.meetings.by_code.get(await oversight.hash_of(digits)) if digits is not None else None
    if found is None:
        oversight.tries.failed(key)
        raise CodeUnknown()
    oversight.tries.succeeded(key)
    return found


def _booking_view(oversight: Oversight, session_id: str, booking_id: str) -> BookingView:
    session = oversight.state.meetings.sessions[session_id]
    booking = session.find_booking(booking_id)
    assert booking is not None, "codes lead to bookings that are there"
    slot = session.find_slot(booking.slot)
    assert slot is not None, "a turn that somebody had is not taken out"
    why = oversight.state.meetings.cancelled.get(session_id, "")
    return BookingView(booking.slot, rfc3339(slot.starts_at), session_id, session.place, booking.state.value, why)


@get("/v1/meetings/{session_id:str}/board", sync_to_thread=False)
def get_board(session_id: FromPath[str], oversight: Service) -> Board:
    """Return who is in, who is next and how many wait, by number only. Refusals: oversight.session_not_found (404)."""
    session = oversight.state.meetings.sessions.get(session_id)
    if session is None:
        raise SessionNotFound(session_id=session_id[:64])
    return board_of(session)


# Desks


def has_office(sitting: Staff, oversight: Oversight, office: OfficeId) -> bool:
    """Whether an office is one of somebody's desks, or lies below one."""
    register = oversight.state.register
    return any(register.is_within(office, desk) for desk in sitting.desks)


def instant(text: str) -> Instant:
    """Return the instant that a desk gave. Raises `DayUnreadable`."""
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError) as error:
        raise DayUnreadable(given=text[:40]) from error


@post("/v1/meetings", status_code=201)
async def open_session(
    request: AnyRequest, data: JSONBody[SessionBody], sitting: Staff, oversight: Service
) -> SessionView:
    """Announce a session. Refusals: oversight.session_invalid, oversight.office_unknown, oversight.day_unreadable (422)."""
    office = OfficeId(data.office)
    if office not in oversight.state.register.offices or not has_office(sitting, oversight, office):
        raise OfficeUnknown(office=data.office)
    key = idempotency_key(request.headers.get("idempotency-key"))
    session_id = oversight.id_for("session", sitting.actor, key)
    slots = tuple(Slot(0, instant(slot.starts_at), tuple(slot.offers)) for slot in data.slots)
    command = c.OpenSession(session_id=session_id, office=office, place=data.place, official=data.official, slots=slots)
    await oversight.submit(command, sitting.actor, key)
    return session_view(oversight, oversight.state.meetings.sessions[session_id])


@get("/v1/meetings/{session_id:str}")
async def get_session(session_id: FromPath[str], sitting: Staff, oversight: Service, call_offs: Telling) -> SessionDesk:
    """Return a session with its agenda and turns. Refusals: oversight.session_not_found (404)."""
    session = session_of_desk(session_id, sitting, oversight)
    await oversight.note(sitting.person, "oversight_meeting", "duty", session=session_id)
    turns = [Turn(one.id, one.slot, [need.value for need in one.needs], one.state.value) for one in session.bookings]
    put_off = oversight.state.meetings.put_off
    promises = [
        PromiseView(p.number, p.text, p.owner, p.due_day, p.how or None, list(put_off.get((session_id, p.number), ())))
        for p in session.promises
    ]
    owed = agenda(oversight.state.meetings, session)
    cancelled = oversight.state.meetings.cancelled.get(session_id)
    view, board = session_view(oversight, session), board_of(session)
    return SessionDesk(view, owed, turns, board, session.minutes, promises, cancelled, call_offs.tells)


def session_of_desk(session_id: str, sitting: Staff, oversight: Oversight) -> Session:
    """Return a session of the desk. Raises `SessionNotFound`, also for one of another desk."""
    session = oversight.state.meetings.sessions.get(session_id)
    if session is None or not has_office(sitting, oversight, session.office):
        raise SessionNotFound(session_id=session_id[:64])
    return session


ACTS: dict[str, type[c.MeetingCommand]] = {
    "change": c.ChangeSession,
    "cancel": c.CancelSession,
    "check-in": c.CheckIn,
    "call-in": c.CallIn,
    "end-booking": c.EndBooking,
    "minutes": c.WriteMinutes,
    "promise": c.MakePromise,
    "keep": c.KeepPromise,
    "put-off": c.PutOffPromise,
}


@post("/v1/meetings/{session_id:str}/acts/{act:str}", status_code=200)
async def act_on_session(
    request: AnyRequest, session_id: FromPath[str], act: FromPath[str], sitting: Staff, oversight: Service
) -> Acted:
    """
    Do something with a session: `change` (slots with their number, 0 when new, and `starts_at` in microseconds), `cancel`,
    `check-in`, `call-in`, `end-booking`, `minutes`, `promise`, `keep`, `put-off`.

    Refusals: oversight.act_unknown, oversight.session_not_found (404), and what the rules refuse.
    """
    kind = ACTS.get(act)
    if kind is None:
        raise ActUnknown(act=act[:40])
    session_of_desk(session_id, sitting, oversight)
    return await decided(request, oversight, sitting, kind, {"session_id": session_id})


@post("/v1/offline-codes", status_code=200)
async def give_offline_codes(data: JSONBody[OfflineBody], sitting: Staff, oversight: Service) -> list[OfflineCode]:
    """
    Give a desk codes for a day without network: each belongs to a key, and a contact that this desk sends later with that key
    gets exactly that code. A key that is sent twice is one contact, so nothing is doubled and nothing is kept here meanwhile.
    """
    await oversight.note(sitting.person, "oversight_offline_codes", "duty", count=data.count)
    return await asyncio.to_thread(_offline, oversight, sitting.actor, data.count)


def _offline(oversight: Oversight, actor: Actor, count: int) -> list[OfflineCode]:
    at = oversight.clock.now()
    keys = oversight.offline_keys(actor, at, count)
    return [OfflineCode(key, shown(oversight.code_for(actor, key)), rfc3339(at)) for key in keys]


CITIZEN_ROUTES: tuple[BaseRouteHandler, ...] = (list_meetings, get_told, book, show_booking, cancel_booking, get_board)
DESK_ROUTES: tuple[BaseRouteHandler, ...] = (
    get_board,
    open_session,
    get_session,
    act_on_session,
    give_offline_codes,
)
