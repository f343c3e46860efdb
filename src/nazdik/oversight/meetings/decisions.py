"""`decide` and `evolve` of meetings. Pure."""

from msgspec.structs import replace

from nazdik.kernel import Context, Instant
from nazdik.oversight.calendar import DAY_US, day_of
from nazdik.oversight.meetings import commands as c
from nazdik.oversight.meetings import errors
from nazdik.oversight.meetings import events as e
from nazdik.oversight.meetings.model import (
    HELD,
    Booking,
    BookingState,
    Meetings,
    Need,
    Promise,
    PutOff,
    Session,
    Slot,
)
from nazdik.oversight.words import check_text

SLOTS_MAX = 100
# What lies further ahead is a slip of the keyboard.
SESSION_WITHIN_DAYS, PROMISE_WITHIN_DAYS = 400, 1_100
ENDS = frozenset({BookingState.SERVED, BookingState.NO_SHOW, BookingState.CANCELLED})


def decide(meetings: Meetings, command: c.MeetingCommand, ctx: Context) -> tuple[e.MeetingEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    at, by, session_id = ctx.at, ctx.actor.id, command.session_id
    session = meetings.sessions.get(session_id)
    if isinstance(command, c.OpenSession):
        sound = _is_sound(command.place, command.official, command.slots, at)
        if session is not None or not sound or command.slots[0].starts_at <= at:
            raise errors.SessionInvalid(session_id=session_id[:64])
        slots = tuple(Slot(n, slot.starts_at, slot.offers) for n, slot in enumerate(command.slots, start=1))
        opened = Session(session_id, command.office, command.place, command.official, slots)
        return (e.SessionOpened(at=at, by=by, session_id=session_id, session=opened),)
    if session is None:
        raise errors.SessionNotFound(session_id=session_id[:64])
    if session_id in meetings.cancelled and isinstance(command, c.ChangeSession | c.CancelSession | c.BookSlot):
        raise errors.SessionCancelled(session_id=session_id)
    match command:
        case c.ChangeSession():
            return _change(session, command, ctx)
        case c.CancelSession(why=why):
            return _cancel(session, why, ctx)
        case c.BookSlot():
            booking = Booking(command.booking_id, _slot_for(session, command, ctx), command.code_hash, command.needs)
            return (e.SlotBooked(at=at, by=by, session_id=session_id, booking=booking),)
        case c.CheckIn(booking_id=booking_id) | c.CallIn(booking_id=booking_id):
            return _come(session, command, booking_id, ctx)
        case c.EndBooking(booking_id=booking_id, state=state):
            return _end(session, booking_id, state, ctx)
        case c.WriteMinutes(text=text):
            check_text(text, 20_000)
            return (e.MinutesWritten(at=at, by=by, session_id=session_id, text=text),)
        case c.MakePromise(text=text, owner=owner, due_day=due_day):
            check_text(text, 2_000)
            if not owner.strip() or not _is_promised(due_day, at):
                raise errors.PromiseInvalid(due_day=due_day)
            promise = Promise(len(session.promises) + 1, text, owner.strip(), due_day)
            return (e.PromiseMade(at=at, by=by, session_id=session_id, promise=promise),)
        case c.KeepPromise(number=number, how=how):
            check_text(how, 2_000)
            kept = _promise(session, number).kept_at is not None
            return () if kept else (e.PromiseKept(at=at, by=by, session_id=session_id, number=number, how=how),)
        case c.PutOffPromise(number=number, due_day=due_day, why=why):
            check_text(why, 2_000)
            promise = _promise(session, number)
            if promise.kept_at is not None:
                raise errors.PromiseOver(number=number)
            if due_day <= promise.due_day or not _is_promised(due_day, at):
                raise errors.PromiseInvalid(due_day=due_day, later_than=promise.due_day)
            return (e.PromisePutOff(at=at, by=by, session_id=session_id, number=number, due_day=due_day, why=why),)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _is_sound(place: str, official: str, slots: tuple[Slot, ...], at: Instant) -> bool:
    times = [slot.starts_at for slot in slots]
    ordered = 0 < len(times) <= SLOTS_MAX and times == sorted(set(times))
    within = ordered and times[-1] <= at + SESSION_WITHIN_DAYS * DAY_US
    return within and 0 < len(place.strip()) <= 300 and 0 < len(official.strip()) <= 300


def _is_promised(due_day: int, at: Instant) -> bool:
    return day_of(at) <= due_day <= day_of(at) + PROMISE_WITHIN_DAYS


def _change(session: Session, command: c.ChangeSession, ctx: Context) -> tuple[e.MeetingEvent, ...]:
    """Keep the number, the time and the offers of every turn that somebody has had; others may go, come and move."""
    used = {one.slot for one in session.bookings}
    given = {slot.number: slot for slot in command.slots if slot.number}
    for number in sorted(used):
        before, after = session.find_slot(number), given.get(number)
        if before is not None and not _stays(before, after):
            raise errors.TurnHeld(slot=number)
    known = {slot.number for slot in session.slots}
    fresh = max((*known, *used))
    slots: list[Slot] = []
    for slot in command.slots:
        number = slot.number if slot.number in known else 0
        if not number:
            fresh += 1
            number = fresh
        slots.append(replace(slot, number=number))
    changed = tuple(slot for slot in slots if slot not in session.slots)
    numbers = [slot.number for slot in slots]
    # What lies behind stays as it was; nothing new can be put there.
    behind = any(slot.starts_at <= ctx.at for slot in changed)
    sound = _is_sound(command.place, command.official, tuple(slots), ctx.at)
    if behind or len(numbers) != len(set(numbers)) or not sound:
        raise errors.SessionInvalid(session_id=session.id)
    place, official = command.place.strip(), command.official.strip()
    if (place, official, tuple(slots)) == (session.place, session.official, session.slots):
        return ()
    return (
        e.SessionChanged(
            at=ctx.at, by=ctx.actor.id, session_id=session.id, place=place, official=official, slots=tuple(slots)
        ),
    )


def _stays(before: Slot, after: Slot | None) -> bool:
    """Whether a turn is still what somebody took; it may offer more, but not become one for women."""
    if after is None or after.starts_at != before.starts_at:
        return False
    more = set(after.offers) - set(before.offers)
    return set(before.offers) <= set(after.offers) and Need.WOMEN_ONLY not in more


def _cancel(session: Session, why: str, ctx: Context) -> tuple[e.MeetingEvent, ...]:
    check_text(why, 300)
    if session.starts_at <= ctx.at and any(
        one.state in (BookingState.SERVED, BookingState.CALLED) for one in session.bookings
    ):
        raise errors.SessionOver(session_id=session.id)
    at, by = ctx.at, ctx.actor.id
    ended = tuple(
        e.BookingEnded(
            at=at, by=by, session_id=session.id, booking_id=one.id, slot=one.slot, state=BookingState.CANCELLED
        )
        for one in session.bookings
        if one.state in HELD
    )
    return (e.SessionCancelled(at=at, by=by, session_id=session.id, why=why.strip()), *ended)


def _held(session: Session, booking_id: str) -> Booking:
    held = session.find_booking(booking_id)
    if held is None:
        raise errors.BookingNotFound(session_id=session.id)
    if held.state not in HELD:
        raise errors.BookingOver(state=held.state)
    return held


def _come(session: Session, command: c.CheckIn | c.CallIn, booking_id: str, ctx: Context) -> tuple[e.MeetingEvent, ...]:
    held, at, by = _held(session, booking_id), ctx.at, ctx.actor.id
    if isinstance(command, c.CheckIn):
        if held.state is not BookingState.BOOKED:
            return ()
        if day_of(at) != day_of(session.starts_at):
            raise errors.TurnNotYet(state=held.state)
        return (e.CheckedIn(at=at, by=by, session_id=session.id, booking_id=held.id, slot=held.slot),)
    if held.state is BookingState.BOOKED:
        raise errors.TurnNotYet(state=held.state)
    called = held.state is BookingState.CALLED
    return () if called else (e.CalledIn(at=at, by=by, session_id=session.id, booking_id=held.id, slot=held.slot),)


def _end(session: Session, booking_id: str, state: BookingState, ctx: Context) -> tuple[e.MeetingEvent, ...]:
    held = _held(session, booking_id)
    if state not in ENDS:
        raise errors.BookingOver(state=held.state)
    slot = session.find_slot(held.slot)
    if state is BookingState.NO_SHOW and slot is not None and slot.starts_at > ctx.at:
        # Who was not awaited cannot be missed, and their turn is nobody else's yet.
        raise errors.TurnNotYet(state=held.state)
    return (
        e.BookingEnded(
            at=ctx.at, by=ctx.actor.id, session_id=session.id, booking_id=held.id, slot=held.slot, state=state
        ),
    )


def _promise(session: Session, number: int) -> Promise:
    found = next((one for one in session.promises if one.number == number), None)
    if found is None:
        raise errors.PromiseNotFound(number=number)
    return found


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
    by_code, cancelled, put_off = meetings.by_code, meetings.cancelled, meetings.put_off
    match event:
        case e.SessionChanged(place=place, official=official, slots=slots):
            session = replace(session, place=place, official=official, slots=slots)
        case e.SessionCancelled(why=why):
            cancelled = cancelled.set(session.id, why)
        case e.SlotBooked(booking=booking):
            session = replace(session, bookings=(*session.bookings, booking))
            by_code = by_code.set(booking.code_hash, (session.id, booking.id))
        case e.CheckedIn(booking_id=booking_id):
            session = _put(session, booking_id, BookingState.ARRIVED)
        case e.CalledIn(booking_id=booking_id):
            session = _put(session, booking_id, BookingState.CALLED)
        case e.BookingEnded(booking_id=booking_id, state=state):
            session = _put(session, booking_id, state)
        case e.MinutesWritten(text=text):
            session = replace(session, minutes=text)
        case e.PromiseMade(promise=promise):
            session = replace(session, promises=(*session.promises, promise))
        case e.PromiseKept(number=number, how=how):
            kept = replace(_promise(session, number), kept_at=event.at, how=how)
            session = _with(session, kept)
        case e.PromisePutOff(number=number, due_day=due_day, why=why):
            promise, key = _promise(session, number), (session.id, number)
            put_off = put_off.set(key, (*put_off.get(key, ()), PutOff(promise.due_day, why, event.by, event.at)))
            session = _with(session, replace(promise, due_day=due_day))
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")
    sessions = meetings.sessions.set(session.id, session)
    return replace(meetings, sessions=sessions, by_code=by_code, cancelled=cancelled, put_off=put_off)


def _put(session: Session, booking_id: str, state: BookingState) -> Session:
    bookings = tuple(replace(one, state=state) if one.id == booking_id else one for one in session.bookings)
    return replace(session, bookings=bookings)


def _with(session: Session, promise: Promise) -> Session:
    promises = tuple(promise if one.number == promise.number else one for one in session.promises)
    return replace(session, promises=promises)
