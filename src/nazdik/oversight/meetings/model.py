"""Sessions, slots, bookings and promises."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec
from immutables import Map

from nazdik.kernel import Instant, OfficeId


class Need(StrEnum):
    """What somebody needs at a meeting, and what a slot offers."""

    WOMEN_ONLY = "women_only"
    WHEELCHAIR = "wheelchair"
    ARABIC = "arabic"


class BookingState(StrEnum):
    """How a booking stands: taken, here and waiting, called in; and what became of it."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CALLED = "called"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


HELD = frozenset({BookingState.BOOKED, BookingState.ARRIVED, BookingState.CALLED})
"""A turn that somebody has and that is not over."""


class Slot(msgspec.Struct, frozen=True):
    """One turn of a session; its number is the number in the queue. A turn for women is booked by women only."""

    number: int
    starts_at: Instant
    offers: tuple[Need, ...] = ()


class Booking(msgspec.Struct, frozen=True):
    """Somebody's turn. All that is kept of who they are is a hash of their code."""

    id: str
    slot: int
    code_hash: str
    needs: tuple[Need, ...] = ()
    state: BookingState = BookingState.BOOKED


class Promise(msgspec.Struct, frozen=True):
    """What was promised aloud: by whom, until which day, and how it was kept."""

    number: int
    text: str
    owner: str
    due_day: int
    kept_at: Instant | None = None
    how: str = ""


class Session(msgspec.Struct, frozen=True):
    """An official, or a desk in a mosque, at a place for some hours."""

    id: str
    office: OfficeId
    place: str
    official: str
    slots: tuple[Slot, ...]
    bookings: tuple[Booking, ...] = ()
    minutes: str = ""
    promises: tuple[Promise, ...] = ()

    @property
    def starts_at(self) -> Instant:
        """When its first turn begins."""
        return self.slots[0].starts_at

    @property
    def ends_at(self) -> Instant:
        """When its last turn begins."""
        return self.slots[-1].starts_at

    def holder(self, slot: int) -> Booking | None:
        """Return who has a slot now, or None."""
        held = {*HELD, BookingState.SERVED}
        return next((one for one in self.bookings if one.slot == slot and one.state in held), None)

    def find_slot(self, number: int) -> Slot | None:
        """Return a turn, or None when it was taken out."""
        return next((slot for slot in self.slots if slot.number == number), None)

    def find_booking(self, booking_id: str) -> Booking | None:
        """Return a booking, or None."""
        return next((one for one in self.bookings if one.id == booking_id), None)


class PutOff(msgspec.Struct, frozen=True):
    """That a promise was put off: from which day, why, and who said so."""

    from_day: int
    why: str
    by: str
    at: Instant


class Meetings(msgspec.Struct, frozen=True):
    """All sessions; by the hash of a code its session and booking; why sessions were cancelled; which promises were put off."""

    sessions: Map[str, Session] = Map()
    by_code: Map[str, tuple[str, str]] = Map()
    cancelled: Map[str, str] = Map()
    put_off: Map[tuple[str, int], tuple[PutOff, ...]] = Map()


class Owed(msgspec.Struct, frozen=True):
    """A promise that was not kept yet, of which session and when that was, and how often it was put off."""

    session: str
    promise: Promise
    starts_at: Instant
    official: str
    put_off: tuple[PutOff, ...] = ()


def agenda(meetings: Meetings, session: Session) -> list[Owed]:
    """Return what earlier sessions of the same office promised and nobody has kept yet, what is due first."""
    earlier = [
        one
        for one in meetings.sessions.values()
        if one.office == session.office and one.starts_at < session.starts_at
    ]  # fmt: skip
    return owed_by(meetings, earlier)


def owed_by(meetings: Meetings, sessions: Iterable[Session]) -> list[Owed]:
    """Return what sessions promised and nobody has kept yet, what is due first."""
    owed = [
        Owed(
            session.id,
            promise,
            session.starts_at,
            session.official,
            meetings.put_off.get((session.id, promise.number), ()),
        )
        for session in sessions
        for promise in session.promises
        if promise.kept_at is None
    ]
    return sorted(owed, key=lambda one: (one.promise.due_day, one.session, one.promise.number))


class Board(msgspec.Struct, frozen=True):
    """Who is in, who is next and how many wait: numbers, and nothing else of anybody."""

    called: tuple[int, ...]
    waiting: tuple[int, ...]
    expected: int


def board_of(session: Session) -> Board:
    """Return the queue: those who are here in the order of their turns; who has not come yet holds nobody up."""
    order = {slot.number: n for n, slot in enumerate(session.slots)}

    def numbers(state: BookingState) -> tuple[int, ...]:
        return tuple(sorted((one.slot for one in session.bookings if one.state is state), key=lambda n: order[n]))

    return Board(
        numbers(BookingState.CALLED), numbers(BookingState.ARRIVED), len(numbers(BookingState.BOOKED))
    )  # fmt: skip
