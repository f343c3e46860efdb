"""What meetings refuse."""

from nazdik.kernel.rejected import Conflict, Invalid, NotFound


class SessionNotFound(NotFound):
    """There is no such session."""

    code = "oversight.session_not_found"


class SessionInvalid(Invalid):
    """A session has a place, an official and up to 100 turns that lie ahead, each at its own time."""

    code = "oversight.session_invalid"


class SlotTaken(Conflict):
    """This turn is taken, over, or not for these needs; another may be free."""

    code = "oversight.slot_taken"


class BookingNotFound(NotFound):
    """The session has no such booking."""

    code = "oversight.booking_not_found"


class BookingOver(Conflict):
    """This booking was cancelled, served or missed already."""

    code = "oversight.booking_over"


class PromiseInvalid(Invalid):
    """A promise has words, an owner and a day that lies ahead."""

    code = "oversight.promise_invalid"


class PromiseNotFound(NotFound):
    """The session has no such promise."""

    code = "oversight.promise_not_found"


class PromiseOver(Conflict):
    """This promise was kept already."""

    code = "oversight.promise_over"


class SessionCancelled(Conflict):
    """This session was called off."""

    code = "oversight.session_cancelled"


class SessionOver(Conflict):
    """This session has begun: it is not called off any more."""

    code = "oversight.session_over"


class TurnHeld(Conflict):
    """Somebody has this turn: it stays at its time and keeps what it offers, or the session is called off."""

    code = "oversight.turn_held"


class TurnNotYet(Conflict):
    """This cannot be said of a turn yet: they come on the day, wait before they are called, and are missed after the time."""

    code = "oversight.turn_not_yet"


class NumberUnreadable(Invalid):
    """A telephone number has eight to fifteen digits."""

    code = "oversight.number_unreadable"


class NobodyTold(Conflict):
    """Nobody can be told by text here: take the turn without a number."""

    code = "oversight.nobody_told"
