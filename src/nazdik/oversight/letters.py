"""
What 197 sends to other systems by itself: a serious matter to the body that decides on it, a commendation to somebody's file. Pure.

A letter follows from its fact in the log, so there is one for each and none is forgotten; who carries it is the shell's.
"""

from collections.abc import Iterable
from typing import Any

from nazdik.kernel import Context, Instant, OfficeId, rfc3339
from nazdik.oversight import commands as c
from nazdik.oversight import events as e
from nazdik.oversight.errors import CaseNotFound
from nazdik.oversight.model import INSPECTORATE, Case, Letter, LetterKind, Register

SYSTEM = "system"
# The systems that letters go to, as docs/interfaces/envelopes.md names them.
GOES_TO = {LetterKind.REFERRAL: "judiciary", LetterKind.PERSONNEL: "personnel"}
HOUR_US = 3_600_000_000
# A serious matter is in the other body's hands the same day; a line in a file within days.
SIGNED_WITHIN_US = {LetterKind.REFERRAL: 4 * HOUR_US, LetterKind.PERSONNEL: 72 * HOUR_US}


def id_of(case: Case, letter: Letter) -> str:
    """Return what a letter is called, by us and by whoever gets it."""
    return f"{case.id}.{letter.kind}"


def due_at(letter: Letter) -> Instant:
    """Return by when a letter has to be signed for."""
    return Instant(letter.made_at + SIGNED_WITHIN_US[letter.kind])


def decide(case: Case, command: c.NoteDelivery | c.NoteLate, ctx: Context) -> Iterable[e.Event]:
    """Return that a letter was signed for, or is late."""
    letter = next((one for one in case.letters if one.kind is command.letter), None)
    if letter is None:
        raise CaseNotFound(case_id=case.id)
    if letter.delivered_at is not None:
        return ()
    at, kind = ctx.at, command.letter
    if isinstance(command, c.NoteDelivery):
        said = {"reference": command.reference, "receipt": command.receipt}
        return (e.LetterDelivered(at=at, by=SYSTEM, case_id=case.id, letter=kind, **said),)
    if letter.late_at is not None or at < due_at(letter):
        return ()
    # A referral that goes nowhere is also for those above everyone whom it may be about.
    told = (case.office, INSPECTORATE) if kind is LetterKind.REFERRAL else (case.office,)
    offices = tuple(dict.fromkeys(told))
    return (e.LetterLate(at=at, by=SYSTEM, case_id=case.id, letter=kind, due_at=due_at(letter), told=offices),)


def body_of(case: Case, letter: Letter, register: Register) -> dict[str, Any]:
    """Return what stands in a letter."""
    common = {
        "format": f"nazdik.{letter.kind}.1",
        "id": id_of(case, letter),
        "case": case.id,
        "made_at": rfc3339(letter.made_at),
        "received_at": rfc3339(case.waits_since),
        "desk": _office(case.office, register),
        "lang": case.lang,
        "text": case.text,
    }
    if letter.kind is LetterKind.PERSONNEL:
        # Who was praised and why; not by whom.
        return {**common, "entry": "commendation", "person": case.commended}
    seen = case.contact is not None and case.contact.visibility == "handler"
    return {
        **common,
        "body": case.referred_to,
        "kind": case.kind,
        "source": case.source,
        "incident_at": rfc3339(case.incident_at) if case.incident_at is not None else None,
        "anonymous": case.anonymous,
        # Whoever let no handler see how they are reached has not let anybody else; they are asked by their code.
        "contact": {"name": case.contact.name, "phone": case.contact.phone} if seen and case.contact else None,
        "allegations": [
            {"number": one.number, "category": one.category, "unit": one.unit, "person": one.person}
            for one in case.allegations
        ],
        "messages": [{"at": rfc3339(m.at), "text": m.text} for m in case.messages if m.from_citizen],
        "shut_out": [_office(step.office, register) for step in case.barred],
        "pictures": [{"sha256": name, "media_type": "image/jpeg"} for name in case.files],
        "recordings": [
            {"sha256": one.name, "media_type": one.media_type, "size": one.size, "voice": one.voice, "text": one.text}
            for one in case.recordings
            if one.destroyed_at is None
        ],
    }


def _office(office: OfficeId, register: Register) -> dict[str, str]:
    line = register.offices.get(office)
    return {
        "id": office,
        "fa": line.name_fa if line is not None else "",
        "en": line.name_en if line is not None else "",
    }
