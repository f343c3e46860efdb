"""The words of oversight and the state that decisions rest on. Everything is frozen; maps are persistent."""

from enum import StrEnum

import msgspec
from immutables import Map

from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.oversight.calendar import day_of, start_of_day
from nazdik.oversight.meetings.model import Meetings

# Above the whole tree: whom a complaint reaches when nobody below is free of it.
INSPECTORATE = OfficeId("inspectorate")
# The body that tries offences committed on duty.
MILITARY_JUSTICE = "judicial_organisation_of_the_armed_forces"


class Kind(StrEnum):
    """Why somebody turned to 197."""

    COMPLAINT = "complaint"
    CRITICISM = "criticism"
    SUGGESTION = "suggestion"
    COMMENDATION = "commendation"
    GUIDANCE = "guidance"


class Source(StrEnum):
    """By which way a contact came."""

    PHONE = "phone"
    WEB = "web"
    APP = "app"
    IN_PERSON = "in_person"
    MOSQUE_DESK = "mosque_desk"
    LETTER = "letter"
    OPEN311 = "open311"


class Category(StrEnum):
    """What an allegation is about."""

    CONDUCT = "conduct"
    DELAY = "delay"
    NEGLECT = "neglect"
    TRAFFIC = "traffic"
    FORCE = "force"
    SEARCH = "search"
    DISCRIMINATION = "discrimination"
    PRIVACY = "privacy"
    DEATH = "death"
    SERIOUS_INJURY = "serious_injury"
    SEXUAL = "sexual"
    CORRUPTION = "corruption"
    CUSTODY = "custody"
    OTHER = "other"


SERIOUS = frozenset(
    {Category.DEATH, Category.SERIOUS_INJURY, Category.SEXUAL, Category.CORRUPTION, Category.CUSTODY}
)  # fmt: skip
"""What is referred at once and cannot be ended locally."""


class Finding(StrEnum):
    """What an allegation turned out to be."""

    SUBSTANTIATED = "substantiated"
    WITHIN_GUIDELINES = "within_guidelines"
    UNFOUNDED = "unfounded"
    UNABLE_TO_DETERMINE = "unable_to_determine"
    OFFICER_UNIDENTIFIED = "officer_unidentified"
    WITHDRAWN = "withdrawn"
    CONCILIATED = "conciliated"


class ClockType(StrEnum):
    """The promises of time; none of them stops another."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_ANSWER = "first_answer"
    UPDATE = "update"
    FINAL = "final"
    REVIEW = "review"


class Stage(StrEnum):
    """How near, or how late, a clock is: before its time, at it, and when twice the time is over."""

    WARNED = "warned"
    BREACHED = "breached"
    TWICE = "twice"


class Rule(StrEnum):
    """Why an office or a person is shut out of a case."""

    ACCUSED = "accused"
    KIN = "kin"
    UNIT = "unit"
    CHAIN = "chain"
    UNDER_COMMAND = "under_command"
    OVERSIGHT = "oversight"


class Duty(StrEnum):
    """What somebody does at an office. A handler sits at the office's desk of 197."""

    STAFF = "staff"
    COMMANDER = "commander"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"


DESK_DUTIES = frozenset({Duty.HANDLER, Duty.SUPERVISOR})


class OfficeLine(msgspec.Struct, frozen=True):
    """
    An office as oversight knows it.

    `part` is a section, shift or patrol that counts as its parent; `desk` says that 197 has a desk there; `replaces` are the
    offices that it was made of: a unit that is renamed or made anew stays the unit it was.
    """

    id: OfficeId
    parent: OfficeId | None
    name_fa: str = ""
    name_en: str = ""
    tier: str = ""
    part: bool = False
    desk: bool = False
    replaces: tuple[OfficeId, ...] = ()


class Posting(msgspec.Struct, frozen=True):
    """Where somebody serves or served; `until` is None while it lasts."""

    office: OfficeId
    duty: Duty
    since: Instant
    until: Instant | None = None

    def is_since(self, at: Instant) -> bool:
        """Whether it held at any moment from `at` on."""
        return self.until is None or self.until > at


class Register(msgspec.Struct, frozen=True):
    """Who serves where, who belongs to whom, and the tree of offices."""

    offices: Map[OfficeId, OfficeLine] = Map()
    postings: Map[PersonId, tuple[Posting, ...]] = Map()
    ties: Map[PersonId, tuple[PersonId, ...]] = Map()
    # Everyone who was ever posted as an office's commander, so that a closure need not look at the whole force.
    commanders: Map[OfficeId, tuple[PersonId, ...]] = Map()

    def chain(self, office: OfficeId) -> tuple[OfficeId, ...]:
        """Return an office and everything above it, nearest first; the inspectorate is always the last."""
        found: list[OfficeId] = []
        at: OfficeId | None = office
        while at is not None and at not in found and at != INSPECTORATE:
            found.append(at)
            line = self.offices.get(at)
            at = line.parent if line is not None else None
        return (*found, INSPECTORATE)

    def whole(self, office: OfficeId) -> OfficeId:
        """Return the unit that an office is a part of; itself when it is none."""
        seen: set[OfficeId] = set()
        while (line := self.offices.get(office)) is not None and line.part and line.parent and office not in seen:
            seen.add(office)
            office = line.parent
        return office

    def is_within(self, office: OfficeId, above: OfficeId) -> bool:
        """Whether `office` is `above` or lies below it."""
        return above in self.chain(office)

    def postings_of(self, person: PersonId) -> tuple[Posting, ...]:
        """Return all postings that somebody has or had."""
        return self.postings.get(person, ())


class Allegation(msgspec.Struct, frozen=True):
    """One thing that is alleged. Without `person` the officer is unknown, and the whole `unit` is meant."""

    number: int
    category: Category
    unit: OfficeId | None = None
    person: PersonId | None = None
    finding: Finding | None = None
    learning: str = ""


class Clock(msgspec.Struct, frozen=True):
    """A promise of `days` working days. While it is paused the citizen reads why; `added_days` is what pauses took."""

    type: ClockType
    started_at: Instant
    days: int
    stopped_at: Instant | None = None
    paused_at: Instant | None = None
    pause_reason: str = ""
    added_days: int = 0
    reached: tuple[Stage, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """A word between citizen and office, or a note that stays inside."""

    at: Instant
    from_citizen: bool
    text: str
    internal: bool = False
    by: str = ""


class Step(msgspec.Struct, frozen=True):
    """An office that was passed over on the way up, and the rule that did it."""

    office: OfficeId
    rule: Rule


class Contact(msgspec.Struct, frozen=True):
    """How a citizen can be reached, and who may know: `office_only`, `handler` or `none`."""

    name: str = ""
    phone: str = ""
    visibility: str = "office_only"


class Voice(StrEnum):
    """What somebody wants done with their voice: kept as it is, changed before it was sent, or written down and destroyed."""

    AS_IS = "as_is"
    CHANGED = "changed"
    TYPE_OUT = "type_out"


class Recording(msgspec.Struct, frozen=True):
    """A sound or a film that came with a case. `name` is its place on the shelf; `text` what a desk heard in it."""

    name: str
    media_type: str
    size: int
    voice: Voice = Voice.AS_IS
    text: str = ""
    destroyed_at: Instant | None = None

    @property
    def is_film(self) -> bool:
        """Whether it has a picture."""
        return self.media_type.startswith("video/")


class LetterKind(StrEnum):
    """What 197 sends to another system by itself."""

    REFERRAL = "referral"
    PERSONNEL = "personnel"


class Letter(msgspec.Struct, frozen=True):
    """A letter that has to reach another system; it has once that system signed for it, and `late_at` is when that was missed."""

    kind: LetterKind
    made_at: Instant
    delivered_at: Instant | None = None
    reference: str = ""
    late_at: Instant | None = None


class Withdrawal(msgspec.Struct, frozen=True):
    """That a citizen wants to take a complaint back; until it is taken, it is only a wish."""

    asked_at: Instant
    taken_at: Instant | None = None
    by: str = ""
    pressure: bool = False


class Review(msgspec.Struct, frozen=True):
    """A second look, one level up, by other people."""

    asked_at: Instant
    grounds: str
    office: OfficeId
    outcome: str = ""
    by: str = ""


class Limit(msgspec.Struct, frozen=True):
    """A written decision that limits how somebody may contact the office about this case; looked at again on `review_day`."""

    why: str
    by: str
    review_day: int


class Row(msgspec.Struct, frozen=True):
    """A row of a published table: the values it stands for together, how many cases, and their days to the answer."""

    values: tuple[str, ...]
    cases: int
    median_days: int
    p90_days: int | None = None


class Table(msgspec.Struct, frozen=True):
    """A published table over one dimension."""

    dimension: str
    rows: tuple[Row, ...]


class Cross(msgspec.Struct, frozen=True):
    """A published table over two dimensions: how many cases each line has in each column, none or five and more."""

    lines_are: str
    columns_are: str
    lines: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[int, ...], ...]


class Release(msgspec.Struct, frozen=True, omit_defaults=True):
    """Figures over the cases that were closed in some days; never reckoned again."""

    since_day: int
    until_day: int
    cases: int
    tables: tuple[Table, ...]
    crossed: tuple[Cross, ...] = ()


class Stated(msgspec.Struct, frozen=True):
    """
    What another system said of a case when it came from there: nothing of it can be proved here.

    `key` is the public key under which the other system's own proof held when it was taken over; empty without one.
    """

    system: str
    id: str
    received_at: Instant
    closed_at: Instant | None = None
    key: str = ""
    said_at: Instant | None = None


class Case(msgspec.Struct, frozen=True):
    """
    One contact and what became of it; `formal` once it is a case with allegations.

    `token` names it in proofs, `salt` hides its words there, `code_hash` is all that is kept of the citizen's code.
    """

    id: str
    kind: Kind
    source: Source
    received_at: Instant
    text: str
    token: str
    salt: str
    code_hash: str
    topic: str
    office: OfficeId
    start: OfficeId
    lang: str = "fa"
    # When it was said, if that was before it arrived: at a desk without network.
    said_at: Instant | None = None
    incident_at: Instant | None = None
    anonymous: bool = False
    contact: Contact | None = None
    taken_by: str = ""
    formal: bool = False
    closed: bool = False
    closed_at: Instant | None = None
    answer: str = ""
    handler: str = ""
    acted: tuple[str, ...] = ()
    route: tuple[Step, ...] = ()
    barred: tuple[Step, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    clocks: tuple[Clock, ...] = ()
    messages: tuple[Message, ...] = ()
    files: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
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
    letters: tuple[Letter, ...] = ()
    counted: bool = False
    stated: Stated | None = None
    # The case that it stands under, those that stand under it, and what the first is about: it is shut to the same people.
    joined_to: str = ""
    joined: tuple[str, ...] = ()
    also: tuple[Allegation, ...] = ()
    also_since: Instant | None = None

    @property
    def about(self) -> tuple[Allegation, ...]:
        """What is alleged in it, or in the case that it stands under: whom all of this concerns is shut out of it."""
        return (*self.allegations, *self.also)

    @property
    def waits_since(self) -> Instant:
        """When the citizen turned to the police, as far as anybody said."""
        if self.stated is not None:
            return self.stated.said_at or self.stated.received_at
        return self.received_at if self.said_at is None else self.said_at

    @property
    def since(self) -> Instant:
        """From when on it matters who served where: the first moment of the day complained about, or of the day it was said."""
        at = self.waits_since if self.incident_at is None else min(self.incident_at, self.waits_since)
        at = at if self.also_since is None else min(at, self.also_since)
        return start_of_day(day_of(at))

    @property
    def serious(self) -> bool:
        """Whether any allegation has to be referred."""
        return any(one.category in SERIOUS for one in self.allegations)

    def clock(self, type_: ClockType) -> Clock | None:
        """Return a clock that was started, or None."""
        return next((clock for clock in self.clocks if clock.type is type_), None)


class State(msgspec.Struct, frozen=True):
    """Everything of one oversight log."""

    register: Register = Register()
    cases: Map[str, Case] = Map()
    by_code: Map[str, str] = Map()
    by_topic: Map[str, tuple[str, ...]] = Map()
    # (office, day) to why: nobody at or below that office works that day.
    closures: Map[tuple[OfficeId, int], str] = Map()
    releases: tuple[Release, ...] = ()
    meetings: Meetings = Meetings()
