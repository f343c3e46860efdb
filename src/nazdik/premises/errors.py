"""What the rules of notes refuse."""

from nazdik.kernel.rejected import Conflict, Invalid, NotFound


class NoteNotFound(NotFound):
    """There is no such note, or it holds no more."""

    code = "premises.note_not_found"


class NoteInvalid(Invalid):
    """A note has 2 to 300 letters, a radius of 10 to 1000 m, 1 to 730 days, and is read again before it ends."""

    code = "premises.note_invalid"


class TooManyNotes(Conflict):
    """The province has as many notes as it may have; remove what holds no more."""

    code = "premises.too_many_notes"
