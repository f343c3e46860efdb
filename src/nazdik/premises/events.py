"""Facts about notes of places. A released event is not edited."""

from typing import get_args

import msgspec

from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId
from nazdik.premises.model import Hazard, NoteId


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about one note, and when it came about."""

    at: Instant
    note_id: NoteId
    by: str


class NoteAdded(Event, frozen=True, kw_only=True, tag="premises.note_added.v1"):
    """There is a warning of a place."""

    point: LonLat
    radius_m: float
    address: str
    hazard: Hazard
    severe: bool
    text: str
    office: OfficeId
    until: Instant
    review_at: Instant


class NoteReviewed(Event, frozen=True, kw_only=True, tag="premises.note_reviewed.v1"):
    """It was read again and holds on."""

    until: Instant
    review_at: Instant


class NoteChanged(Event, frozen=True, kw_only=True, tag="premises.note_changed.v1"):
    """It says something else now, or stands elsewhere."""

    point: LonLat
    radius_m: float
    address: str
    hazard: Hazard
    severe: bool
    text: str
    office: OfficeId


class NoteRemoved(Event, frozen=True, kw_only=True, tag="premises.note_removed.v1"):
    """It holds no more."""

    reason: str


class HazardAcknowledged(Event, frozen=True, kw_only=True, tag="premises.hazard_acknowledged.v1"):
    """Somebody has read it for an incident."""

    incident_id: IncidentId


AnyEvent = NoteAdded | NoteReviewed | NoteChanged | NoteRemoved | HazardAcknowledged

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Event) -> str:
    """Return what the event is about: the note, or the incident for which it was read."""
    return str(event.incident_id if isinstance(event, HazardAcknowledged) else event.note_id)
