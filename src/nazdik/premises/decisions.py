"""`decide`: what a command causes about notes. Pure: the instant and the actor come in with the context."""

from math import isfinite

from nazdik.kernel import Context, Instant
from nazdik.kernel.instant import plus_s
from nazdik.premises import commands as c
from nazdik.premises import errors
from nazdik.premises import events as e
from nazdik.premises.model import PremiseNote, Premises

TEXT_MIN, TEXT_MAX, ADDRESS_MAX, REASON_MAX = 2, 300, 300, 300
RADIUS_MIN_M, RADIUS_MAX_M = 10.0, 1_000.0
DAYS_MAX = 730
NOTES_MAX = 20_000
_DAY_S = 86_400.0


def decide(premises: Premises, command: c.Command, ctx: Context) -> tuple[e.AnyEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    if isinstance(command, c.AddNote):
        return _add(premises, command, ctx)
    note = premises.notes.get(command.note_id)
    if note is None:
        raise errors.NoteNotFound(note_id=command.note_id[:120])
    match command:
        case c.ReviewNote(days=days, review_days=review_days):
            until, review_at = _times(days, review_days, ctx)
            return (e.NoteReviewed(at=ctx.at, note_id=note.id, by=ctx.actor.id, until=until, review_at=review_at),)
        case c.ChangeNote():
            return _change(note, command, ctx)
        case c.RemoveNote(reason=reason):
            return (e.NoteRemoved(at=ctx.at, note_id=note.id, by=ctx.actor.id, reason=reason[:REASON_MAX]),)
        case c.Acknowledge():
            return _acknowledge(note, command, ctx)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _add(premises: Premises, command: c.AddNote, ctx: Context) -> tuple[e.AnyEvent, ...]:
    if command.note_id in premises.notes:
        return ()
    text = _words(command)
    if len(premises.notes) >= NOTES_MAX:
        raise errors.TooManyNotes(most=NOTES_MAX)
    until, review_at = _times(command.days, command.review_days, ctx)
    return (
        e.NoteAdded(
            at=ctx.at,
            note_id=command.note_id,
            by=ctx.actor.id,
            point=command.point,
            radius_m=command.radius_m,
            address=command.address,
            hazard=command.hazard,
            severe=command.severe,
            text=text,
            office=command.office,
            until=until,
            review_at=review_at,
        ),
    )


def _words(command: c.AddNote | c.ChangeNote) -> str:
    """Return what a note says, when all of it is within its limits."""
    text = " ".join(command.text.split())
    fine = (
        TEXT_MIN <= len(text) <= TEXT_MAX
        and len(command.address) <= ADDRESS_MAX
        and isfinite(command.radius_m)
        and RADIUS_MIN_M <= command.radius_m <= RADIUS_MAX_M
    )
    if not fine:
        raise errors.NoteInvalid(least=TEXT_MIN, most=TEXT_MAX)
    return text


def _change(note: PremiseNote, command: c.ChangeNote, ctx: Context) -> tuple[e.AnyEvent, ...]:
    text = _words(command)
    said = (command.point, command.radius_m, command.address, command.hazard, command.severe, text, command.office)
    if said == (note.point, note.radius_m, note.address, note.hazard, note.severe, note.text, note.office):
        return ()
    return (
        e.NoteChanged(
            at=ctx.at,
            note_id=note.id,
            by=ctx.actor.id,
            point=command.point,
            radius_m=command.radius_m,
            address=command.address,
            hazard=command.hazard,
            severe=command.severe,
            text=text,
            office=command.office,
        ),
    )


def _times(days: int, review_days: int, ctx: Context) -> tuple[Instant, Instant]:
    """A note that nobody reads again would warn of what is long gone: it always ends."""
    if not 1 <= days <= DAYS_MAX or not 1 <= review_days <= days:
        raise errors.NoteInvalid(days=days, review_days=review_days, most=DAYS_MAX)
    return plus_s(ctx.at, days * _DAY_S), plus_s(ctx.at, review_days * _DAY_S)


def _acknowledge(note: PremiseNote, command: c.Acknowledge, ctx: Context) -> tuple[e.AnyEvent, ...]:
    if not note.holds(ctx.at):
        raise errors.NoteNotFound(note_id=note.id)
    if any(read.incident_id == command.incident_id and read.by == ctx.actor.id for read in note.read):
        return ()
    read = e.HazardAcknowledged(at=ctx.at, note_id=note.id, by=ctx.actor.id, incident_id=command.incident_id)
    return (read,)
