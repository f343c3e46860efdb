"""What people ask of meetings."""

from nazdik.kernel import OfficeId
from nazdik.oversight.commands import Command
from nazdik.oversight.meetings.model import BookingState, Need, Slot


class MeetingCommand(Command, frozen=True, kw_only=True):
    """A request about one session."""

    session_id: str


class OpenSession(MeetingCommand, frozen=True, kw_only=True):
    """Announce a session with its turns."""

    office: OfficeId
    place: str
    official: str
    slots: tuple[Slot, ...]


class ChangeSession(MeetingCommand, frozen=True, kw_only=True):
    """Change a session; a slot that is new has the number 0. A turn that somebody has stays as it is."""

    place: str
    official: str
    slots: tuple[Slot, ...]


class CancelSession(MeetingCommand, frozen=True, kw_only=True):
    """Call a session off; whoever has a turn reads why."""

    why: str


class BookSlot(MeetingCommand, frozen=True, kw_only=True):
    """Take a turn; without `slot` the first that is free and fits. `booking_id` and `code_hash` are drawn by the shell."""

    booking_id: str
    code_hash: str
    needs: tuple[Need, ...] = ()
    slot: int | None = None


class EndBooking(MeetingCommand, frozen=True, kw_only=True):
    """Say what became of a turn: cancelled, served, or nobody came."""

    booking_id: str
    state: BookingState


class CheckIn(MeetingCommand, frozen=True, kw_only=True):
    """Say that somebody with a turn is here and waits."""

    booking_id: str


class CallIn(MeetingCommand, frozen=True, kw_only=True):
    """Call somebody in who waits."""

    booking_id: str


class WriteMinutes(MeetingCommand, frozen=True, kw_only=True):
    """Write what was said."""

    text: str


class MakePromise(MeetingCommand, frozen=True, kw_only=True):
    """Take down what was promised aloud."""

    text: str
    owner: str
    due_day: int


class KeepPromise(MeetingCommand, frozen=True, kw_only=True):
    """Say how a promise was kept."""

    number: int
    how: str


class PutOffPromise(MeetingCommand, frozen=True, kw_only=True):
    """Put a promise off to a later day, and say why."""

    number: int
    due_day: int
    why: str
