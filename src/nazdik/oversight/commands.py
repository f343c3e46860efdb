"""What people ask of oversight."""

import msgspec

from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.oversight.model import (
    Allegation,
    Category,
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
    Review,
    Source,
    Stated,
    Withdrawal,
)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request."""


# The register: offices, postings, ties, closures


class PutOffices(Command, frozen=True, kw_only=True):
    """Make offices known, or what they have become; parents before children."""

    offices: tuple[OfficeLine, ...]


class PostPerson(Command, frozen=True, kw_only=True):
    """Post somebody at an office. With `ends_others` what they had ends when this begins: a transfer."""

    person: PersonId
    office: OfficeId
    duty: Duty
    since: Instant
    until: Instant | None = None
    ends_others: bool = False


class EndPosting(Command, frozen=True, kw_only=True):
    """
    Somebody no longer serves at an office from now on; that they did stays.

    Never from an earlier day: an end that is dated back would open what was shut.
    """

    person: PersonId
    office: OfficeId
    duty: Duty


class FollowPostings(Command, frozen=True, kw_only=True):
    """Take over who is posted where from whoever keeps that: what ended, and what began."""

    ends: tuple[EndPosting, ...] = ()
    posts: tuple[PostPerson, ...] = ()


class TiePersons(Command, frozen=True, kw_only=True):
    """Say that two people are kin, or so close that neither may judge the other."""

    person: PersonId
    other: PersonId


class DecreeClosure(Command, frozen=True, kw_only=True):
    """An office, and all below it, does not work on a day (`why`), or does after all (`lift`)."""

    office: OfficeId
    day: int
    why: str = ""
    lift: bool = False


class ReleaseFigures(Command, frozen=True, kw_only=True):
    """Publish figures over what was closed up to and with a day that is over."""

    until_day: int


# Contacts and cases


class ReceiveContact(Command, frozen=True, kw_only=True):
    """
    Take down what a citizen says. `case_id`, `token`, `salt`, `code_hash` are drawn by the shell.

    `office` is where the contact begins its way: the place it happened, or the desk that took it.
    """

    case_id: str
    token: str
    salt: str
    code_hash: str
    kind: Kind
    source: Source
    text: str
    office: OfficeId
    lang: str = "fa"
    category: Category = Category.OTHER
    unit: OfficeId | None = None
    person: PersonId | None = None
    incident_at: Instant | None = None
    anonymous: bool = False
    contact: Contact | None = None
    files: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
    # When a desk without network says that it was said, and when it was given the code for it.
    stated_at: Instant | None = None
    issued_at: Instant | None = None
    # The office from whose own lines or terminals it came, if any.
    from_office: OfficeId | None = None


class ImportCase(Command, frozen=True, kw_only=True):
    """
    Take over a case from another system, as that system states it.

    `case_id`, `token`, `salt`, `code_hash` are drawn by the shell.
    """

    case_id: str
    token: str
    salt: str
    code_hash: str
    stated: Stated
    kind: Kind
    source: Source
    text: str
    office: OfficeId
    lang: str = "fa"
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
    recordings: tuple[Recording, ...] = ()


class CaseCommand(Command, frozen=True, kw_only=True):
    """A request about one case."""

    case_id: str


class OpenCase(CaseCommand, frozen=True, kw_only=True):
    """Make a formal case of a contact that began as something else."""


class AddAllegation(CaseCommand, frozen=True, kw_only=True):
    """Add what else is alleged."""

    category: Category
    unit: OfficeId | None = None
    person: PersonId | None = None


class IdentifyOfficer(CaseCommand, frozen=True, kw_only=True):
    """Say who the unknown officer of an allegation was."""

    number: int
    person: PersonId


class AssignHandler(CaseCommand, frozen=True, kw_only=True):
    """Give the case to somebody, or take it oneself."""

    handler: PersonId


class ReadCase(CaseCommand, frozen=True, kw_only=True):
    """Open the file. Recorded before anything is shown."""

    purpose: str


class Acknowledge(CaseCommand, frozen=True, kw_only=True):
    """Tell the citizen that somebody has it."""


class Write(CaseCommand, frozen=True, kw_only=True):
    """Write to the citizen. `answers` says that this is the first answer; otherwise it keeps them up to date."""

    text: str
    answers: bool = False
    internal: bool = False


class WriteBack(CaseCommand, frozen=True, kw_only=True):
    """The citizen writes, by their code."""

    text: str
    files: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()


class TypeOut(CaseCommand, frozen=True, kw_only=True):
    """Write down what is said in a recording."""

    name: str
    text: str


class WishDestroyed(CaseCommand, frozen=True, kw_only=True):
    """The citizen wants their recordings written down and destroyed after all."""


class DestroyRecording(CaseCommand, frozen=True, kw_only=True):
    """Destroy a recording whose citizen wished so, once its words are written down."""

    name: str


class PauseClock(CaseCommand, frozen=True, kw_only=True):
    """Stop a clock for a reason that the citizen reads."""

    clock: ClockType
    reason: str


class ResumeClock(CaseCommand, frozen=True, kw_only=True):
    """Let it run again."""

    clock: ClockType


class Find(CaseCommand, frozen=True, kw_only=True):
    """Say what an allegation turned out to be, and what was learnt."""

    number: int
    finding: Finding
    learning: str = ""


class Conciliate(CaseCommand, frozen=True, kw_only=True):
    """Both sides have agreed on terms."""

    terms: str
    citizen_agreed: bool
    office_agreed: bool


class AskToWithdraw(CaseCommand, frozen=True, kw_only=True):
    """The citizen wants to take it back."""


class TakeWithdrawal(CaseCommand, frozen=True, kw_only=True):
    """Take it, having asked whether somebody pressed for it (None: was not asked)."""

    pressure: bool | None = None


class CloseCase(CaseCommand, frozen=True, kw_only=True):
    """End it with an answer to the citizen."""

    answer: str


class RecordReferralOutcome(CaseCommand, frozen=True, kw_only=True):
    """The body to which a serious matter was referred has said what became of it."""

    outcome: str


class AskForReview(CaseCommand, frozen=True, kw_only=True):
    """The citizen asks for a second look."""

    grounds: str


class DecideReview(CaseCommand, frozen=True, kw_only=True):
    """The second look is done: upheld, or reopened."""

    reopen: bool
    outcome: str


class LimitContact(CaseCommand, frozen=True, kw_only=True):
    """Limit, in writing, how somebody may contact the office about this case; new complaints stay open to them."""

    why: str
    review_day: int


class LiftLimit(CaseCommand, frozen=True, kw_only=True):
    """Say, in writing, that contact is no longer limited."""

    why: str


class JoinCases(CaseCommand, frozen=True, kw_only=True):
    """Say, in writing, that the case is the same matter of the same citizen as another that came earlier."""

    to: str
    why: str


class PartCase(CaseCommand, frozen=True, kw_only=True):
    """Say, in writing, that it was another matter after all."""

    why: str


class PassCommendation(CaseCommand, frozen=True, kw_only=True):
    """Hand a commendation to whom it is for, and to their file."""

    person: PersonId


class NoteDelivery(CaseCommand, frozen=True, kw_only=True):
    """Another system has signed for a letter. Only the outbox says so, which has checked the signature."""

    letter: LetterKind
    reference: str
    receipt: str


class NoteLate(CaseCommand, frozen=True, kw_only=True):
    """The time in which a letter had to be signed for may be over."""

    letter: LetterKind


class Tick(CaseCommand, frozen=True, kw_only=True):
    """A clock of the case may have reached something."""


class AnswerTopic(Command, frozen=True, kw_only=True):
    """Answer everyone who sent the same words."""

    topic: str
    text: str
