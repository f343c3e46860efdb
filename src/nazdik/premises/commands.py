"""What people ask of notes about places."""

import msgspec

from nazdik.kernel import IncidentId, LonLat, OfficeId
from nazdik.premises.model import Hazard, NoteId


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request about one note."""

    note_id: NoteId


class AddNote(Command, frozen=True, kw_only=True):
    """Warn of a place, for so many days, to be read again after so many."""

    point: LonLat
    radius_m: float
    address: str
    hazard: Hazard
    severe: bool
    text: str
    office: OfficeId
    days: int
    review_days: int


class ReviewNote(Command, frozen=True, kw_only=True):
    """It was read again and is still so, for so many days more."""

    days: int
    review_days: int


class ChangeNote(Command, frozen=True, kw_only=True):
    """It is another than was written: where, what, how bad. How long it holds stays; whoever read it reads it again."""

    point: LonLat
    radius_m: float
    address: str
    hazard: Hazard
    severe: bool
    text: str
    office: OfficeId


class RemoveNote(Command, frozen=True, kw_only=True):
    """It is not so any more, or never was."""

    reason: str = ""


class Acknowledge(Command, frozen=True, kw_only=True):
    """Read, for this incident."""

    incident_id: IncidentId
