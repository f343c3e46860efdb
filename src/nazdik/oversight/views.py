"""What is shown of a case: to its citizen by code, and at a desk that has it. Pure."""

from typing import Any

import msgspec

from nazdik.kernel import Instant, OfficeId, PersonId, rfc3339
from nazdik.oversight import letters
from nazdik.oversight.calendar import Calendar
from nazdik.oversight.clocks import Around, calendar_for, due_at, owed
from nazdik.oversight.closure import sees
from nazdik.oversight.model import Case, Clock, ClockType, Contact, Letter, LetterKind, Register, Stage, State


class Named(msgspec.Struct, frozen=True):
    """An office by name."""

    id: str
    fa: str
    en: str


class ClockView(msgspec.Struct, frozen=True):
    """A promise: when it is due and how it stands (`running`, `paused`, `kept`, `kept_late`, `overdue`)."""

    clock: str
    due_at: str | None
    state: str
    reason: str


class MessageView(msgspec.Struct, frozen=True):
    """A word between citizen and office."""

    at: str
    from_citizen: bool
    text: str
    internal: bool = False


class RecordingView(msgspec.Struct, frozen=True):
    """A sound or film: what was wished for it, what was heard in it, and whether it was destroyed."""

    name: str
    is_film: bool
    media_type: str
    size: int
    voice: str
    text: str
    destroyed_at: str | None


class LetterView(msgspec.Struct, frozen=True):
    """A letter to another system: `waiting`, `late` or `delivered`; and under which reference it has it."""

    kind: str
    to: str
    made_at: str
    due_at: str
    state: str
    delivered_at: str | None
    reference: str


class CitizenView(msgspec.Struct, frozen=True):
    """What a citizen sees of their case."""

    kind: str
    received_at: str
    said_at: str | None
    office: Named
    passed: list[Named]
    state: str
    text: str
    next_due_at: str | None
    clocks: list[ClockView]
    messages: list[MessageView]
    answer: str
    referred_to: str
    withdrawal: str
    review: str
    may_ask_review: bool
    limited: str
    recordings: list[RecordingView]
    referral_signed_at: str | None
    joined: bool = False


class AllegationView(msgspec.Struct, frozen=True):
    """One thing that is alleged."""

    number: int
    category: str
    unit: str | None
    person: str | None
    finding: str | None
    learning: str


class StatedView(msgspec.Struct, frozen=True):
    """What another system said of a case that came from there; none of it can be proved here."""

    system: str
    id: str
    received_at: str
    closed_at: str | None
    proof_held: bool


class CaseView(msgspec.Struct, frozen=True):
    """A case as its desk sees it; how the citizen is reached only as far as they allowed."""

    id: str
    kind: str
    source: str
    received_at: str
    said_at: str | None
    incident_at: str | None
    text: str
    lang: str
    anonymous: bool
    contact: dict[str, str] | None
    office: Named
    route: list[dict[str, str]]
    handler: str
    formal: bool
    closed: bool
    serious: bool
    referred_to: str
    referral_outcome: str
    self_praise: bool
    commended: str | None
    passed_at: str | None
    allegations: list[AllegationView]
    clocks: list[ClockView]
    messages: list[MessageView]
    files: list[str]
    recordings: list[RecordingView]
    letters: list[LetterView]
    withdrawal: str
    review: str
    review_office: Named | None
    review_grounds: str
    review_outcome: str
    terms: str
    answer: str
    limit: str
    limit_review_day: int | None
    topic: str
    stated: StatedView | None = None
    # The case that it stands under and those under it, as far as the reader has them.
    joined_to: str = ""
    joined: tuple[str, ...] = ()


def named(office: OfficeId, register: Register) -> Named:
    """Return an office by name; by its id when it has none."""
    line = register.offices.get(office)
    return Named(office, (line and line.name_fa) or office, (line and line.name_en) or office)


def recording_views(case: Case) -> list[RecordingView]:
    """Return the sounds and films of a case, as its citizen and its desk see them."""
    return [
        RecordingView(r.name, r.is_film, r.media_type, r.size, r.voice.value, r.text, _at(r.destroyed_at))
        for r in case.recordings
    ]


def letter_view(letter: Letter) -> LetterView:
    """Return how a letter stands."""
    state = "delivered" if letter.delivered_at is not None else "late" if letter.late_at is not None else "waiting"
    return LetterView(
        kind=letter.kind.value,
        to=letters.GOES_TO[letter.kind],
        made_at=rfc3339(letter.made_at),
        due_at=rfc3339(letters.due_at(letter)),
        state=state,
        delivered_at=_at(letter.delivered_at),
        reference=letter.reference,
    )


def clock_view(clock: Clock, calendar: Calendar, now: Instant) -> ClockView:
    """Return how a promise stands."""
    due = due_at(msgspec.structs.replace(clock, stopped_at=None), calendar)
    late = Stage.BREACHED in clock.reached
    if clock.stopped_at is not None:
        state = "kept_late" if late else "kept"
    elif clock.paused_at is not None:
        state = "paused"
    else:
        state = "overdue" if late or (due is not None and due <= now) else "running"
    return ClockView(clock.type.value, rfc3339(due) if due is not None else None, state, clock.pause_reason)


def citizen_view(state: State, case: Case, now: Instant, around: Around) -> CitizenView:
    """Return what a citizen sees of their case."""
    calendar, register = calendar_for(state, case.office, around), state.register
    due = owed(case, calendar)
    closed_at, review = case.closed_at, case.review
    may_ask = (
        closed_at is not None and review is None and now <= calendar.due_at(closed_at, around.asks_within_days)
    )  # fmt: skip
    started = case.clock(ClockType.ACKNOWLEDGE)
    in_hand = bool(case.handler) or (started is not None and started.stopped_at is not None)
    return CitizenView(
        kind=case.kind.value,
        received_at=rfc3339(case.received_at),
        said_at=_at(case.said_at),
        office=named(case.office, register),
        passed=[named(step.office, register) for step in case.route],
        state="closed" if case.closed else "in_hand" if in_hand else "received",
        text=case.text,
        next_due_at=rfc3339(due) if due is not None else None,
        clocks=[clock_view(clock, calendar, now) for clock in case.clocks],
        messages=[MessageView(rfc3339(m.at), m.from_citizen, m.text) for m in case.messages if not m.internal],
        answer=case.answer,
        referred_to=case.referred_to,
        withdrawal=_withdrawal(case),
        review=_review(case),
        may_ask_review=may_ask,
        limited=case.limit.why if case.limit is not None else "",
        recordings=recording_views(case),
        referral_signed_at=next(
            (_at(one.delivered_at) for one in case.letters if one.kind is LetterKind.REFERRAL), None
        ),
        joined=bool(case.joined_to or case.joined),
    )


def case_view(state: State, case: Case, person: str, now: Instant, around: Around) -> CaseView:
    """Return a case as its desk sees it."""
    calendar, register = calendar_for(state, case.office, around), state.register
    known = contact_for(case, person)
    had = [
        one for one in (case.joined_to, *case.joined) if one and sees(state.cases[one], PersonId(person), now, register)
    ]
    contact = {"name": known.name, "phone": known.phone} if known is not None else {} if case.contact else None
    return CaseView(
        id=case.id,
        kind=case.kind.value,
        source=case.source.value,
        received_at=rfc3339(case.received_at),
        said_at=_at(case.said_at),
        incident_at=_at(case.incident_at),
        text=case.text,
        lang=case.lang,
        anonymous=case.anonymous,
        contact=contact,
        office=named(case.office, register),
        route=[{"office": step.office, "rule": step.rule.value} for step in case.route],
        handler=case.handler,
        formal=case.formal,
        closed=case.closed,
        serious=case.serious,
        referred_to=case.referred_to,
        referral_outcome=case.referral_outcome,
        self_praise=case.self_praise,
        commended=case.commended,
        passed_at=_at(case.passed_at),
        allegations=[
            AllegationView(a.number, a.category.value, a.unit, a.person, a.finding and a.finding.value, a.learning)
            for a in case.allegations
        ],
        clocks=[clock_view(clock, calendar, now) for clock in case.clocks],
        messages=[MessageView(rfc3339(m.at), m.from_citizen, m.text, m.internal) for m in case.messages],
        files=list(case.files),
        recordings=recording_views(case),
        letters=[letter_view(one) for one in case.letters],
        withdrawal=_withdrawal(case),
        review=_review(case),
        review_office=named(case.review.office, register) if case.review is not None else None,
        review_grounds=case.review.grounds if case.review is not None else "",
        review_outcome=case.review.outcome if case.review is not None else "",
        terms=case.terms,
        answer=case.answer,
        limit=case.limit.why if case.limit is not None else "",
        limit_review_day=case.limit.review_day if case.limit is not None else None,
        topic=case.topic,
        stated=_stated(case),
        joined_to=case.joined_to if case.joined_to in had else "",
        joined=tuple(one for one in had if one != case.joined_to),
    )


def contact_for(case: Case, person: str) -> Contact | None:
    """Return how the citizen is reached, if they let this person know it."""
    if case.contact is None:
        return None
    # Who took the call wrote the number down; whether the handler may see it is for the citizen to say.
    visible = case.contact.visibility == "handler" and person == case.handler
    visible |= case.contact.visibility == "office_only" and person == case.taken_by
    return case.contact if visible else None


def _stated(case: Case) -> StatedView | None:
    said = case.stated
    if said is None:
        return None
    return StatedView(said.system, said.id, rfc3339(said.received_at), _at(said.closed_at), bool(said.key))


def _at(at: Instant | None) -> str | None:
    return rfc3339(at) if at is not None else None


def _withdrawal(case: Case) -> str:
    if case.withdrawal is None:
        return ""
    return "asked" if case.withdrawal.taken_at is None else "goes_on" if _goes_on(case) else "taken"


def _goes_on(case: Case) -> bool:
    return case.serious or (case.withdrawal is not None and case.withdrawal.pressure)


def _review(case: Case) -> str:
    if case.review is None:
        return ""
    return "asked" if not case.review.by else "upheld" if case.closed else "reopened"


def plain(view: msgspec.Struct) -> dict[str, Any]:
    """Return a view as JSON has it."""
    made: dict[str, Any] = msgspec.to_builtins(view)
    return made
