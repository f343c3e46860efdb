"""What intake can be asked to do."""

import msgspec

from nazdik.intake.model import (
    CallBackResult,
    Carried,
    Channel,
    Failure,
    KindGuess,
    Location,
    LocationSource,
    Outcome,
    RingingEnd,
    Text,
)
from nazdik.intake.shapes import Shape
from nazdik.kernel import CallId, IncidentId, Instant, LonLat
from nazdik.published.questions import Answered


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A request to intake."""

    call_id: CallId


class PresentCall(Command, frozen=True, kw_only=True):
    """A call rings, or arrives as a message."""

    channel: Channel
    number: str | None = None
    name: str | None = None
    narrative: str = ""
    point: LonLat | None = None
    accuracy_m: float | None = None
    exchange_id: str | None = None
    called: str = ""
    asserted: bool = False
    is_test: bool = False
    data: tuple[tuple[str, str], ...] = ()


class AnswerCall(Command, frozen=True, kw_only=True):
    """A call-taker takes it."""


class LocateCall(Command, frozen=True, kw_only=True):
    """Another estimate of the caller's place."""

    source: LocationSource
    point: LonLat | None
    accuracy_m: float | None = None
    confidence: float | None = None
    measured_at: Instant | None = None
    shape: Shape | None = None
    method: str = ""
    civic: str = ""
    trusted: bool = True


class EndRinging(Command, frozen=True, kw_only=True):
    """The exchange says that it rings no more."""

    how: RingingEnd
    reason: str = ""


class TryCallBack(Command, frozen=True, kw_only=True):
    """A call-taker called back, or says that it is not needed."""

    result: CallBackResult
    note: str = ""


class TakeCallBack(Command, frozen=True, kw_only=True):
    """A call-taker takes it on to call back."""


class LeaveCallBack(Command, frozen=True, kw_only=True):
    """They leave it to others again."""


class HearText(Command, frozen=True, kw_only=True):
    """The caller wrote a message."""

    text: str


class SendText(Command, frozen=True, kw_only=True):
    """A call-taker writes to the caller."""

    text: str


class AgreeToTexts(Command, frozen=True, kw_only=True):
    """The caller says whether they may be written to."""

    agreed: bool


class MoveCall(Command, frozen=True, kw_only=True):
    """Its incident turned out to be another one. Asked by dispatch's facts when incidents are joined or parted."""

    incident_id: IncidentId


class PassCall(Command, frozen=True, kw_only=True):
    """Whoever holds it leaves, and somebody else has it now. Asked by dispatch's facts when a desk changes hands."""

    from_person: str
    to_person: str


class TextCallers(Command, frozen=True, kw_only=True):
    """One message to several callers; those who did not agree to be written to are passed over. `call_id` is the first."""

    calls: tuple[CallId, ...]
    text: str


class AskCallBacks(Command, frozen=True, kw_only=True):
    """These callers are to be called back by whoever is free. `call_id` is the first."""

    calls: tuple[CallId, ...]


class CarryText(Command, frozen=True, kw_only=True):
    """A call-taker's message, known by when it was written, came so far."""

    text_at: Instant
    carried: Carried
    way: str = ""
    why: Failure | None = None


class AskPlace(Command, frozen=True, kw_only=True):
    """A call-taker makes a link for the caller's browser; `code` is the digest of what opens it, `text` brings it there."""

    code: str
    minutes: int
    text: str = ""


class OpenPlaceLink(Command, frozen=True, kw_only=True):
    """The caller opened it; `page` is the digest by which the page is known from here on."""

    code: str
    page: str


class RevokePlaceLinks(Command, frozen=True, kw_only=True):
    """No link of this call opens any more, and the pages that were opened are cut off."""


class DescribeCall(Command, frozen=True, kw_only=True):
    """What is known so far, while the caller speaks. None keeps what was known; an empty text takes it back."""

    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str | None = None
    narrative: str | None = None
    hazards: str | None = None
    guessed: KindGuess | None = None
    answers: tuple[Answered, ...] = ()


class SetCaller(Command, frozen=True, kw_only=True):
    """Who calls, and where they can be called back, as learnt while they speak; None: not known, or not any more."""

    name: str | None
    callback: str | None


class ClassifyCall(Command, frozen=True, kw_only=True):
    """It is an incident, of this kind, at this place."""

    kind: str
    point: LonLat
    priority: int | None = None
    place: str = ""
    narrative: str = ""
    hazards: str = ""
    guessed: KindGuess | None = None
    answers: tuple[Answered, ...] = ()


class LinkCall(Command, frozen=True, kw_only=True):
    """It is about an incident that is known already."""

    incident_id: IncidentId


class UnlinkCall(Command, frozen=True, kw_only=True):
    """It was about something else."""


class CloseCall(Command, frozen=True, kw_only=True):
    """It makes no incident."""

    outcome: Outcome
    narrative: str = ""


class TransferCall(Command, frozen=True, kw_only=True):
    """Others shall have it: a province, where it becomes `to_call`, or with None a service that has no log of ours."""

    target: str
    to_call: CallId | None = None
    note: str = ""


class FinishTransfer(Command, frozen=True, kw_only=True):
    """The other province has it on disk."""


class ReceiveCall(Command, frozen=True, kw_only=True):
    """Another province hands a call over, with all that it knows. `by` is the office that does."""

    from_call: CallId
    by: str
    note: str
    presented_at: Instant
    channel: Channel
    number: str | None
    name: str | None
    callback: str | None
    narrative: str
    kind: str | None
    priority: int | None
    point: LonLat | None
    place: str
    locations: tuple[Location, ...]
    texts: tuple[Text, ...]
    exchange_id: str | None
    called: str
    asserted: bool
    may_text: bool | None = None
    # Whoever called gave up, or is to be called back; how often that was tried in vain.
    call_back_due: bool = False
    call_back_asked: bool = False
    call_back_tries: int = 0
    hazards: str = ""
    data: tuple[tuple[str, str], ...]


class ArchiveCalls(Command, frozen=True, kw_only=True):
    """Let calls that ended before an instant leave the memory; the log keeps them. `call_id` names the sweep."""

    ended_before: Instant
