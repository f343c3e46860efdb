"""`decide` and `evolve` of meetings. Pure."""

from msgspec.structs import replace

from nazdik.kernel import Context
from nazdik.oversight.calendar import day_of
from nazdik.oversight.meetings import commands as c
from nazdik.oversight.meetings import errors
from nazdik.oversight.meetings import events as e
from nazdik.oversight.meetings.model import Booking, BookingState, Meetings, Need, Promise, Session, Slot
from nazdik.oversight.words import check_text

SLOTS_MAX = 100


def decide(meetings: Meetings, command: c.MeetingCommand, ctx: Context) -> tuple[e.MeetingEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    at, by, session_id = ctx.at, ctx.actor.id, command.session_id
    session = meetings.sessions.get(session_id)
    if isinstance(command, c.OpenSession):
        if session is not None or not _is_sound(command, ctx):
            raise errors.SessionInvalid(session_id=session_id[:64])
        slots = tuple(Slot(n, slot.starts_at, slot.offers) for n, slot in enumerate(command.slots, start=1))
        opened = Session(session_id, command.office, command.place, command.official, slots)
        return (e.SessionOpened(at=at, by=by, session_id=session_id, session=opened),)
    if session is None:
        raise errors.SessionNotFound(session_id=session_id[:64])
    match command:
        case c.BookSlot():
            booking = Booking(command.booking_id, _slot_for(session, command, ctx), command.code_hash, command.needs)
            return (e.SlotBooked(at=at, by=by, session_id=session_id, booking=booking),)
        case c.EndBooking(booking_id=booking_id, state=state):
            held = session.find_booking(booking_id)
            if held is None:
                raise errors.BookingNotFound(session_id=session_id)
            if held.state is not BookingState.BOOKED or state is BookingState.BOOKED:
                raise errors.BookingOver(state=held.state)
            return (
                e.BookingEnded(at=at, by=by, session_id=session_id, booking_id=booking_id, slot=held.slot, state=state),
            )
        case c.WriteMinutes(text=text):
            check_text(text, 20_000)
            return (e.MinutesWritten(at=at, by=by, session_id=session_id, text=text),)
        case c.MakePromise(text=text, owner=owner, due_day=due_day):
            check_text(text, 2_000)
            if not owner.strip() or due_day < day_of(at):
                raise errors.PromiseInvalid(due_day=due_day)
            promise = Promise(len(session.promises) + 1, text, owner.strip(), due_day)
            return (e.PromiseMade(at=at, by=by, session_id=session_id, promise=promise),)
        case c.KeepPromise(number=number, how=how):
            check_text(how, 2_000)
            found = next((one for one in session.promises if one.number == number), None)
            if found is None:
                raise errors.PromiseNotFound(number=number)
            kept = found.kept_at is not None
            return () if kept else (e.PromiseKept(at=at, by=by, session_id=session_id, number=number, how=how),)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _is_sound(command: c.OpenSession, ctx: Context) -> bool:
    times = [slot.starts_at for slot in command.slots]
    ahead = bool(times) and len(times) <= SLOTS_MAX and times == sorted(set(times)) and times[0] > ctx.at
    return ahead and 0 < len(command.place.strip()) <= 300 and 0 < len(command.official.strip()) <= 300


def _slot_for(session: Session, command: c.BookSlot, ctx: Context) -> int:
    """Return the turn that a booking gets. Raises `SlotTaken`."""
    for slot in session.slots:
        if command.slot is not None and slot.number != command.slot:
            continue
        women = Need.WOMEN_ONLY in slot.offers and Need.WOMEN_ONLY not in command.needs
        fits = not women and set(command.needs) <= set(slot.offers)
        # A turn that nobody came to can still be given to somebody who waits there.
        missed = any(one.slot == slot.number and one.state is BookingState.NO_SHOW for one in session.bookings)
        if fits and session.holder(slot.number) is None and (slot.starts_at > ctx.at or missed):
            return slot.number
    raise errors.SlotTaken(session_id=session.id, slot=command.slot)


def evolve(meetings: Meetings, event: e.MeetingEvent) -> Meetings:
    """Apply one recorded fact of a meeting."""
    if isinstance(event, e.SessionOpened):
        return replace(meetings, sessions=meetings.sessions.set(event.session_id, event.session))
    session = meetings.sessions[event.session_id]
    by_code = meetings.by_code
    match event:
        case e.SlotBooked(booking=booking):
            session = replace(session, bookings=(*session.bookings, booking))
            by_code = by_code.set(booking.code_hash, (session.id, booking.id))
        case e.BookingEnded(booking_id=booking_id, state=state):
            ended = tuple(replace(one, state=state) if one.id == booking_id else one for one in session.bookings)
            session = replace(session, bookings=ended)
        case e.MinutesWritten(text=text):
            session = replace(session, minutes=text)
        case e.PromiseMade(promise=promise):
            session = replace(session, promises=(*session.promises, promise))
        case e.PromiseKept(number=number, how=how):
            kept = tuple(
                replace(one, kept_at=event.at, how=how) if one.number == number else one for one in session.promises
            )
            session = replace(session, promises=kept)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")
    return replace(meetings, sessions=meetings.sessions.set(session.id, session), by_code=by_code)
