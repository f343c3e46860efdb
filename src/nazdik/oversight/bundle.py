"""
Whole cases as lines of JSON: what one system of 197 gives to another. Pure.

The first line says who gives it, each further line is a case, the last says how many there were and is signed. Every line has the
hash of the one before it, and every case of a system like ours has its receipt: whoever takes it can check both, and dates become
what the giver stated. The schema is docs/oversight-bundle.json, the words around it docs/oversight-bundle.md.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from nazdik.kernel import Instant, OfficeId, PersonId, from_rfc3339, rfc3339
from nazdik.oversight.facts import Receipt
from nazdik.oversight.model import (
    Allegation,
    Case,
    Category,
    Contact,
    Finding,
    Kind,
    Limit,
    Message,
    Recording,
    Review,
    Source,
    Voice,
    Withdrawal,
)
from nazdik.platform.eventlog.heads import SignedHead

VERSION = 1
SIGNED_AS = "oversight.bundle"
NOTHING_BEFORE = "0" * 64


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", forbid_unknown_fields=True, omit_defaults=True):
    """A line; `before` is the SHA-256 of the line before it, without its line end, or empty in a bundle without a chain."""

    before: str = ""


class Header(Line, frozen=True, kw_only=True, tag="header"):
    """The first line: version of the form, the giving system (its public key, or a name), when, for what and by whom."""

    bundle: int
    system: str
    exported_at: str
    purpose: str = ""
    by: str = ""


class AllegationLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that is alleged."""

    category: Category = Category.OTHER
    unit: str | None = None
    person: str | None = None
    finding: Finding | None = None
    learning: str = ""


class MessageLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A word between citizen and office, or a note that stays inside."""

    at: str
    text: str
    from_citizen: bool = False
    internal: bool = False
    by: str = ""


class WithdrawalLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """That it was asked to take it back, and what came of it."""

    asked_at: str
    taken_at: str | None = None
    by: str = ""
    pressure: bool = False


class ReviewLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A second look."""

    asked_at: str
    grounds: str
    office: str
    outcome: str = ""
    by: str = ""


class FileLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture, in base64."""

    name: str
    data: bytes


class RecordingLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sound or a film in base64; one that was destroyed by its citizen's wish has its words alone."""

    name: str
    media_type: str
    size: int
    voice: Voice = Voice.AS_IS
    text: str = ""
    destroyed_at: str | None = None
    data: bytes = b""


class First(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a case was before it came to the giving system: its dates are stated there too."""

    system: str
    id: str


class CaseLine(Line, frozen=True, kw_only=True, tag="case"):
    """
    A case. Dates are RFC 3339 with a zone; `provable` says whether the giver could prove `received_at` by the `proof`.

    Only `id`, `kind`, `received_at`, `text` and `office` are needed.
    """

    id: str
    kind: Kind
    received_at: str
    text: str
    office: str
    source: Source = Source.WEB
    lang: str = "fa"
    incident_at: str | None = None
    anonymous: bool = True
    contact: Contact | None = None
    formal: bool = False
    allegations: list[AllegationLine] = []
    messages: list[MessageLine] = []
    referred_to: str = ""
    referred_at: str | None = None
    referral_outcome: str = ""
    commended: str | None = None
    passed_at: str | None = None
    self_praise: bool = False
    terms: str = ""
    withdrawal: WithdrawalLine | None = None
    review: ReviewLine | None = None
    limit: Limit | None = None
    acted: list[str] = []
    closed: bool = False
    closed_at: str | None = None
    answer: str = ""
    files: list[FileLine] = []
    recordings: list[RecordingLine] = []
    said_at: str | None = None
    first: First | None = None
    provable: bool = False
    proof: Receipt | None = None


class End(Line, frozen=True, kw_only=True, tag="end"):
    """The last line: how many cases came before it; `signed` is over the hash in `before`."""

    cases: int
    signed: SignedHead | None = None


AnyLine = Header | CaseLine | End
decode_line = msgspec.json.Decoder(AnyLine).decode
encode_line = msgspec.json.encode


def hash_of(line: bytes) -> str:
    """Return what the next line has as `before`."""
    return sha256(line).hexdigest()


def case_line(
    case: Case,
    *,
    contact: Contact | None,
    files: Sequence[FileLine] = (),
    recordings: Sequence[RecordingLine] = (),
    proof: Receipt | None = None,
) -> CaseLine:
    """Return a case as a line, without its place in the chain. What was stated of it when it came is stated again."""
    stated = case.stated
    # What came closed was not closed here.
    closed_at = stated.closed_at if stated is not None and case.closed_at == case.received_at else case.closed_at
    return CaseLine(
        id=case.id,
        kind=case.kind,
        received_at=rfc3339(stated.received_at if stated is not None else case.received_at),
        text=case.text,
        office=case.start,
        source=case.source,
        lang=case.lang,
        incident_at=_said(case.incident_at),
        anonymous=case.anonymous,
        contact=contact,
        formal=case.formal,
        allegations=[
            AllegationLine(category=a.category, unit=a.unit, person=a.person, finding=a.finding, learning=a.learning)
            for a in case.allegations
        ],
        messages=[
            MessageLine(at=rfc3339(m.at), text=m.text, from_citizen=m.from_citizen, internal=m.internal, by=m.by)
            for m in case.messages
        ],
        referred_to=case.referred_to,
        referred_at=_said(case.referred_at),
        referral_outcome=case.referral_outcome,
        commended=case.commended,
        passed_at=_said(case.passed_at),
        self_praise=case.self_praise,
        terms=case.terms,
        withdrawal=_withdrawal_line(case.withdrawal),
        review=_review_line(case.review),
        limit=case.limit,
        acted=list(case.acted),
        closed=case.closed,
        closed_at=_said(closed_at),
        answer=case.answer,
        files=list(files),
        recordings=list(recordings),
        said_at=_said(stated.said_at if stated is not None else case.said_at),
        first=First(system=stated.system, id=stated.id) if stated is not None else None,
        provable=stated is None and proof is not None,
        proof=proof,
    )


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says, in our own words; see `commands.ImportCase`."""

    received_at: Instant
    closed_at: Instant | None
    said_at: Instant | None
    incident_at: Instant | None
    allegations: tuple[Allegation, ...]
    messages: tuple[Message, ...]
    referred_at: Instant | None
    passed_at: Instant | None
    withdrawal: Withdrawal | None
    review: Review | None


def taken(line: CaseLine, ours: dict[str, str]) -> Taken:
    """Return the parts of a line that have dates or offices in them; `ours` has our ids for theirs. Raises `ValueError`."""
    withdrawal, review = line.withdrawal, line.review
    return Taken(
        received_at=from_rfc3339(line.received_at),
        closed_at=_at(line.closed_at),
        said_at=_at(line.said_at),
        incident_at=_at(line.incident_at),
        allegations=tuple(
            Allegation(
                n,
                one.category,
                OfficeId(ours.get(one.unit, one.unit)) if one.unit is not None else None,
                PersonId(one.person) if one.person is not None else None,
                one.finding,
                one.learning,
            )
            for n, one in enumerate(line.allegations, 1)
        ),
        messages=tuple(Message(from_rfc3339(m.at), m.from_citizen, m.text, m.internal, m.by) for m in line.messages),
        referred_at=_at(line.referred_at),
        passed_at=_at(line.passed_at),
        withdrawal=None
        if withdrawal is None
        else Withdrawal(
            from_rfc3339(withdrawal.asked_at), _at(withdrawal.taken_at), withdrawal.by, withdrawal.pressure
        ),
        review=None
        if review is None
        else Review(
            from_rfc3339(review.asked_at),
            review.grounds,
            OfficeId(ours.get(review.office, review.office)),
            review.outcome,
            review.by,
        ),
    )


def recording_line(one: Recording, data: bytes) -> RecordingLine:
    """Return a sound or a film as it goes into a line."""
    return RecordingLine(
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        voice=one.voice,
        text=one.text,
        destroyed_at=_said(one.destroyed_at),
        data=data,
    )


def recording_of(line: RecordingLine, kept: Recording | None) -> Recording:
    """Return what a line says of a sound or a film; `kept` is what is on our own shelf of it. Raises `ValueError`."""
    held = kept or Recording(line.name, line.media_type, line.size)
    return msgspec.structs.replace(held, voice=line.voice, text=line.text, destroyed_at=_at(line.destroyed_at))


def _withdrawal_line(one: Withdrawal | None) -> WithdrawalLine | None:
    if one is None:
        return None
    return WithdrawalLine(
        asked_at=rfc3339(one.asked_at), taken_at=_said(one.taken_at), by=one.by, pressure=one.pressure
    )


def _review_line(one: Review | None) -> ReviewLine | None:
    if one is None:
        return None
    return ReviewLine(
        asked_at=rfc3339(one.asked_at), grounds=one.grounds, office=one.office, outcome=one.outcome, by=one.by
    )


def _said(at: Instant | None) -> str | None:
    return rfc3339(at) if at is not None else None


def _at(text: str | None) -> Instant | None:
    return from_rfc3339(text) if text is not None else None
