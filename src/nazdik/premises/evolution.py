"""`evolve`: apply one recorded fact about notes. It never refuses: history is not up for debate."""

from msgspec.structs import replace

from nazdik.premises import events as e
from nazdik.premises.model import Acknowledged, PremiseNote, Premises

# Of who has read it; all of it stays in the log.
READ_KEPT = 50


def evolve(premises: Premises, event: e.Event) -> Premises:
    """Return the notes after `event`."""
    notes = premises.notes
    match event:
        case e.NoteAdded():
            note = PremiseNote(
                id=event.note_id,
                point=event.point,
                radius_m=event.radius_m,
                address=event.address,
                hazard=event.hazard,
                severe=event.severe,
                text=event.text,
                office=event.office,
                by=event.by,
                at=event.at,
                until=event.until,
                review_at=event.review_at,
            )
            return replace(premises, notes=notes.set(note.id, note))
        case e.NoteReviewed():
            note = replace(notes[event.note_id], until=event.until, review_at=event.review_at)
            return replace(premises, notes=notes.set(note.id, note))
        case e.NoteChanged():
            note = replace(
                notes[event.note_id],
                point=event.point,
                radius_m=event.radius_m,
                address=event.address,
                hazard=event.hazard,
                severe=event.severe,
                text=event.text,
                office=event.office,
                # What they read is not what it says now.
                read=(),
            )
            return replace(premises, notes=notes.set(note.id, note))
        case e.NoteRemoved():
            return replace(premises, notes=notes.delete(event.note_id))
        case e.HazardAcknowledged():
            held = notes[event.note_id]
            read = (*held.read, Acknowledged(event.incident_id, event.by, event.at))[-READ_KEPT:]
            return replace(premises, notes=notes.set(held.id, replace(held, read=read)))
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")
