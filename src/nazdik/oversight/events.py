"""Facts of oversight. A released event is not edited."""

from typing import get_args

import msgspec

from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.oversight.model import (
    Allegation,
    ClockType,
    Contact,
    Duty,
    Finding,
    Kind,
    LetterKind,
    Limit,
    Message,
    OfficeLine,
    Recording,
    Release,
    Review,
    Source,
    Stage,
    Stated,
    Step,
    Withdrawal,
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, when it came about and by whom."""

    at: Instant
    by: str


class OfficePut(Event, frozen=True, kw_only=True, tag="oversight.office_put.v1"):
    """An office is known, or has become something else."""

    line: OfficeLine


class PersonPosted(Event, frozen=True, kw_only=True, tag="oversight.person_posted.v1"):
    """Somebody serves at an office. With `ends_others` what they had ended when this began."""

    person: PersonId
    office: OfficeId
    duty: Duty
    since: Instant
    until: Instant | None = None
    ends_others: bool = False


class PostingEnded(Event, frozen=True, kw_only=True, tag="oversight.posting_ended.v1"):
    """Somebody no longer serves at an office; that they did until then stays known, and keeps shut what it shut."""

    person: PersonId
    office: OfficeId
    duty: Duty
    until: Instant


class PersonsTied(Event, frozen=True, kw_only=True, tag="oversight.persons_tied.v1"):
    """Neither of two people may judge the other."""

    person: PersonId
    other: PersonId


class ClosureDecreed(Event, frozen=True, kw_only=True, tag="oversight.closure_decreed.v1"):
    """An office and all below it does not work on a day."""

    office: OfficeId
    day: int
    why: str


class ClosureLifted(Event, frozen=True, kw_only=True, tag="oversight.closure_lifted.v1"):
    """It works on that day after all."""

    office: OfficeId
    day: int


class FiguresReleased(Event, frozen=True, kw_only=True, tag="oversight.figures_released.v1"):
    """Figures over the cases closed until a day were published; each case is counted once and never again."""

    release: Release


class CaseEvent(Event, frozen=True, kw_only=True):
    """A fact about one case."""

    case_id: str


class ContactReceived(CaseEvent, frozen=True, kw_only=True, tag="oversight.contact_received.v1"):
    """A citizen said something. `token` and `salt` are for proofs, `code_hash` is all that is kept of the code."""

    token: str
    salt: str
    code_hash: str
    kind: Kind
    source: Source
    text: str
    topic: str
    office: OfficeId
    lang: str
    incident_at: Instant | None = None
    anonymous: bool = False
    contact: Contact | None = None
    files: tuple[str, ...] = ()
    commended: PersonId | None = None


class CaseImported(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_imported.v1"):
    """
    A case came from another system: it is recorded from now on, and its dates are what that system stated.

    A closed one is not counted in figures: the other system counted it.
    """

    token: str
    salt: str
    code_hash: str
    stated: Stated
    kind: Kind
    source: Source
    text: str
    topic: str
    office: OfficeId
    lang: str
    incident_at: Instant | None = None
    anonymous: bool = True
    contact: Contact | None = None
    files: tuple[str, ...] = ()
    formal: bool = False
    allegations: tuple[Allegation, ...] = ()
    messages: tuple[Message, ...] = ()
    referred_to: str = ""
    referred_at: Instant | None = None
    referral_outcome: str = ""
    commended: PersonId | None = None
    passed_at: Instant | None = None
    self_praise: bool = False
    terms: str = ""
    withdrawal: Withdrawal | None = None
    review: Review | None = None
    limit: Limit | None = None
    acted: tuple[str, ...] = ()
    closed: bool = False
    answer: str = ""


class SelfPraiseFlagged(CaseEvent, frozen=True, kw_only=True, tag="oversight.self_praise_flagged.v1"):
    """A commendation came from the commended unit's own lines."""

    from_office: OfficeId


class CaseOpened(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_opened.v1"):
    """It is a formal case."""


class AllegationMade(CaseEvent, frozen=True, kw_only=True, tag="oversight.allegation_made.v1"):
    """Something is alleged."""

    allegation: Allegation


class OfficerIdentified(CaseEvent, frozen=True, kw_only=True, tag="oversight.officer_identified.v1"):
    """The unknown officer of an allegation is known."""

    number: int
    person: PersonId


class MatterReferred(CaseEvent, frozen=True, kw_only=True, tag="oversight.matter_referred.v1"):
    """It is serious and went to the body that decides on it."""

    body: str


class CaseRouted(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_routed.v1"):
    """Whose the case is, what was passed over on the way up and why, and every office that is shut out."""

    office: OfficeId
    passed: tuple[Step, ...]
    barred: tuple[Step, ...]


class HandlerAssigned(CaseEvent, frozen=True, kw_only=True, tag="oversight.handler_assigned.v1"):
    """Somebody handles it; an empty `handler` means that nobody does any more."""

    handler: str


class CaseRead(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_read.v1"):
    """Somebody opened the file, at the desk of this office."""

    office: OfficeId
    purpose: str


class Acknowledged(CaseEvent, frozen=True, kw_only=True, tag="oversight.acknowledged.v1"):
    """The citizen was told that somebody has it."""


class WrittenTo(CaseEvent, frozen=True, kw_only=True, tag="oversight.written_to.v1"):
    """The office wrote: to the citizen, or a note for itself."""

    text: str
    answers: bool
    internal: bool


class WrittenBack(CaseEvent, frozen=True, kw_only=True, tag="oversight.written_back.v1"):
    """The citizen wrote."""

    text: str
    files: tuple[str, ...] = ()


class ClockStarted(CaseEvent, frozen=True, kw_only=True, tag="oversight.clock_started.v1"):
    """A promise of so many working days, due when it was made at `due_at`; the calendar may move it later."""

    clock: ClockType
    days: int
    due_at: Instant


class ClockStopped(CaseEvent, frozen=True, kw_only=True, tag="oversight.clock_stopped.v1"):
    """A promise was kept, or has no object any more."""

    clock: ClockType


class ClockPaused(CaseEvent, frozen=True, kw_only=True, tag="oversight.clock_paused.v1"):
    """A clock stands, for a reason that the citizen reads."""

    clock: ClockType
    reason: str


class ClockResumed(CaseEvent, frozen=True, kw_only=True, tag="oversight.clock_resumed.v1"):
    """It runs again; the pause took so many working days."""

    clock: ClockType
    paused_days: int


class ClockReached(CaseEvent, frozen=True, kw_only=True, tag="oversight.clock_reached.v1"):
    """A clock is near its end, over it, or twice over it, and this office was told."""

    clock: ClockType
    stage: Stage
    due_at: Instant
    told: OfficeId


class FindingMade(CaseEvent, frozen=True, kw_only=True, tag="oversight.finding_made.v1"):
    """What an allegation turned out to be."""

    number: int
    finding: Finding
    learning: str = ""


class Conciliated(CaseEvent, frozen=True, kw_only=True, tag="oversight.conciliated.v1"):
    """Both sides agreed."""

    terms: str


class WithdrawalAsked(CaseEvent, frozen=True, kw_only=True, tag="oversight.withdrawal_asked.v1"):
    """The citizen wants to take it back."""


class WithdrawalTaken(CaseEvent, frozen=True, kw_only=True, tag="oversight.withdrawal_taken.v1"):
    """It was taken, by somebody who is not shut out; the case goes on when there was pressure or the matter is serious."""

    pressure: bool
    goes_on: bool


class CaseClosed(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_closed.v1"):
    """It ended with an answer."""

    answer: str


class ReferralEnded(CaseEvent, frozen=True, kw_only=True, tag="oversight.referral_ended.v1"):
    """What the body said to which it was referred."""

    outcome: str


class ReviewAsked(CaseEvent, frozen=True, kw_only=True, tag="oversight.review_asked.v1"):
    """The citizen asked for a second look; it is this office's."""

    grounds: str
    office: OfficeId


class ReviewDecided(CaseEvent, frozen=True, kw_only=True, tag="oversight.review_decided.v1"):
    """The second look upheld the first, or reopened the case."""

    reopen: bool
    outcome: str


class ContactLimited(CaseEvent, frozen=True, kw_only=True, tag="oversight.contact_limited.v1"):
    """How somebody may contact the office about this case is limited, in writing."""

    why: str
    review_day: int


class LetterDelivered(CaseEvent, frozen=True, kw_only=True, tag="oversight.letter_delivered.v1"):
    """Another system signed that it has a letter; `receipt` is what it signed, `reference` what it calls it."""

    letter: LetterKind
    reference: str
    receipt: str


class LetterLate(CaseEvent, frozen=True, kw_only=True, tag="oversight.letter_late.v1"):
    """Nobody signed for a letter in time, and these offices were told."""

    letter: LetterKind
    due_at: Instant
    told: tuple[OfficeId, ...]


class SaidOffline(CaseEvent, frozen=True, kw_only=True, tag="oversight.said_offline.v1"):
    """
    It was said at a desk without network before it arrived; its clocks begin at `said_at`.

    `stated_at` is what the desk stated, `issued_at` when the server gave the desk the code.
    """

    said_at: Instant
    stated_at: Instant
    issued_at: Instant


class RecordingAdded(CaseEvent, frozen=True, kw_only=True, tag="oversight.recording_added.v1"):
    """A sound or a film came with what was said."""

    recording: Recording


class RecordingTypedOut(CaseEvent, frozen=True, kw_only=True, tag="oversight.recording_typed_out.v1"):
    """What is said in a recording was written down."""

    name: str
    text: str


class DestroyingWished(CaseEvent, frozen=True, kw_only=True, tag="oversight.destroying_wished.v1"):
    """The citizen wants a recording written down and destroyed after all."""

    name: str


class RecordingDestroyed(CaseEvent, frozen=True, kw_only=True, tag="oversight.recording_destroyed.v1"):
    """A recording was destroyed as its citizen had wished; what was heard in it stays."""

    name: str


class LimitLifted(CaseEvent, frozen=True, kw_only=True, tag="oversight.limit_lifted.v1"):
    """Contact about this case is no longer limited."""

    why: str


class CaseJoined(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_joined.v1"):
    """It is the same matter of the same citizen as another case, and stands under it from now on."""

    to: str
    why: str


class CaseParted(CaseEvent, frozen=True, kw_only=True, tag="oversight.case_parted.v1"):
    """It was not the same matter after all, and stands by itself again."""

    to: str
    why: str


class CommendationPassed(CaseEvent, frozen=True, kw_only=True, tag="oversight.commendation_passed.v1"):
    """A commendation reached whom it is for, and their file."""

    person: PersonId


AnyEvent = (
    OfficePut
    | PersonPosted
    | PostingEnded
    | PersonsTied
    | ClosureDecreed
    | ClosureLifted
    | FiguresReleased
    | ContactReceived
    | CaseImported
    | SelfPraiseFlagged
    | CaseOpened
    | AllegationMade
    | OfficerIdentified
    | MatterReferred
    | CaseRouted
    | HandlerAssigned
    | CaseRead
    | Acknowledged
    | WrittenTo
    | WrittenBack
    | ClockStarted
    | ClockStopped
    | ClockPaused
    | ClockResumed
    | ClockReached
    | FindingMade
    | Conciliated
    | WithdrawalAsked
    | WithdrawalTaken
    | CaseClosed
    | ReferralEnded
    | ReviewAsked
    | ReviewDecided
    | ContactLimited
    | LimitLifted
    | CommendationPassed
    | LetterDelivered
    | LetterLate
    | SaidOffline
    | RecordingAdded
    | RecordingTypedOut
    | DestroyingWished
    | RecordingDestroyed
    | CaseJoined
    | CaseParted
)

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Event) -> str:
    """Return what a fact is about: its case, or the register."""
    return event.case_id if isinstance(event, CaseEvent) else "register"
