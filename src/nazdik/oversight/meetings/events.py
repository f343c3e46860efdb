"""Facts of meetings. A released event is not edited."""

from typing import get_args

from nazdik.oversight.events import Event
from nazdik.oversight.meetings.model import Booking, BookingState, Promise, Session, Slot


class MeetingEvent(Event, frozen=True, kw_only=True):
    """A fact about one session."""

    session_id: str


class SessionOpened(MeetingEvent, frozen=True, kw_only=True, tag="oversight.session_opened.v1"):
    """A session is announced."""

    session: Session


class SessionChanged(MeetingEvent, frozen=True, kw_only=True, tag="oversight.session_changed.v1"):
    """A session is elsewhere, with somebody else, or has other turns."""

    place: str
    official: str
    slots: tuple[Slot, ...]


class SessionCancelled(MeetingEvent, frozen=True, kw_only=True, tag="oversight.session_cancelled.v1"):
    """A session was called off."""

    why: str


class CheckedIn(MeetingEvent, frozen=True, kw_only=True, tag="oversight.checked_in.v1"):
    """Somebody with a turn is here and waits."""

    booking_id: str
    slot: int


class CalledIn(MeetingEvent, frozen=True, kw_only=True, tag="oversight.called_in.v1"):
    """Somebody who waited was called in."""

    booking_id: str
    slot: int


class SlotBooked(MeetingEvent, frozen=True, kw_only=True, tag="oversight.slot_booked.v1"):
    """Somebody has a turn, and nobody else does."""

    booking: Booking


class BookingEnded(MeetingEvent, frozen=True, kw_only=True, tag="oversight.booking_ended.v1"):
    """A turn was served, or is free again because it was cancelled or nobody came."""

    booking_id: str
    slot: int
    state: BookingState


class MinutesWritten(MeetingEvent, frozen=True, kw_only=True, tag="oversight.minutes_written.v1"):
    """What was said."""

    text: str


class PromiseMade(MeetingEvent, frozen=True, kw_only=True, tag="oversight.promise_made.v1"):
    """Something was promised aloud."""

    promise: Promise


class PromiseKept(MeetingEvent, frozen=True, kw_only=True, tag="oversight.promise_kept.v1"):
    """A promise was kept."""

    number: int
    how: str


class PromisePutOff(MeetingEvent, frozen=True, kw_only=True, tag="oversight.promise_put_off.v1"):
    """A promise was put off to a later day."""

    number: int
    due_day: int
    why: str


AnyMeetingEvent = (
    SessionOpened | SessionChanged | SessionCancelled
    | SlotBooked | CheckedIn | CalledIn | BookingEnded
    | MinutesWritten | PromiseMade | PromiseKept | PromisePutOff
)  # fmt: skip

EVENT_TYPES: tuple[type[MeetingEvent], ...] = get_args(AnyMeetingEvent)
