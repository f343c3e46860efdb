"""Sessions, slots, bookings and promises."""

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
    """What became of a booking."""

    BOOKED = "booked"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


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

    def holder(self, slot: int) -> Booking | None:
        """Return who has a slot now, or None."""
        held = (BookingState.BOOKED, BookingState.SERVED)
        return next((one for one in self.bookings if one.slot == slot and one.state in held), None)

    def find_booking(self, booking_id: str) -> Booking | None:
        """Return a booking, or None."""
        return next((one for one in self.bookings if one.id == booking_id), None)


class Meetings(msgspec.Struct, frozen=True):
    """All sessions; and by the hash of a code its session and booking."""

    sessions: Map[str, Session] = Map()
    by_code: Map[str, tuple[str, str]] = Map()


class Owed(msgspec.Struct, frozen=True):
    """A promise of an earlier session that was not kept yet."""

    session: str
    promise: Promise


def agenda(meetings: Meetings, session: Session) -> list[Owed]:
    """Return what earlier sessions of the same office promised and nobody has kept yet, what is due first."""
    owed = [
        Owed(earlier.id, promise)
        for earlier in meetings.sessions.values()
        if earlier.office == session.office and earlier.starts_at < session.starts_at
        for promise in earlier.promises
        if promise.kept_at is None
    ]
    return sorted(owed, key=lambda one: (one.promise.due_day, one.session, one.promise.number))
