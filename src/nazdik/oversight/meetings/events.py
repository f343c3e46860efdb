"""Facts of meetings. A released event is not edited."""

from typing import get_args

from nazdik.oversight.events import Event
from nazdik.oversight.meetings.model import Booking, BookingState, Promise, Session


class MeetingEvent(Event, frozen=True, kw_only=True):
    """A fact about one session."""

    session_id: str


class SessionOpened(MeetingEvent, frozen=True, kw_only=True, tag="oversight.session_opened.v1"):
    """A session is announced."""

    session: Session


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


AnyMeetingEvent = SessionOpened | SlotBooked | BookingEnded | MinutesWritten | PromiseMade | PromiseKept

EVENT_TYPES: tuple[type[MeetingEvent], ...] = get_args(AnyMeetingEvent)
