"""What happened to calls. The tag of an event is its stored name and never changes."""

from typing import get_args

import msgspec

from nazdik.intake.model import CallBackResult, Carried, Channel, Failure, LocationSource, Outcome, RingingEnd, Text
from nazdik.intake.shapes import Shape
from nazdik.kernel import CallId, IncidentId, Instant, LonLat
from nazdik.published.questions import Answered


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recorded fact about a call."""

    at: Instant
    call_id: CallId


class CallPresented(Event, frozen=True, kw_only=True, tag="intake.call_presented.v1"):
    """It rings."""

    channel: Channel
    number: str | None = None
    name: str | None = None
    narrative: str = ""
    exchange_id: str | None = None
    called: str = ""
    asserted: bool = False
    is_test: bool = False
    data: tuple[tuple[str, str], ...] = ()


class CallAnswered(Event, frozen=True, kw_only=True, tag="intake.call_answered.v1"):
    """A call-taker took it."""

    by: str


class CallLocated(Event, frozen=True, kw_only=True, tag="intake.call_located.v1"):
    """An estimate of where the caller is."""

    source: LocationSource
    point: LonLat | None
    accuracy_m: float | None = None
    confidence: float | None = None
    measured_at: Instant | None = None
    shape: Shape | None = None
    method: str = ""
    civic: str = ""
    trusted: bool = True


class CallDescribed(Event, frozen=True, kw_only=True, tag="intake.call_described.v1"):
    """What is known while the caller speaks."""

    incident_id: IncidentId
    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str = ""
    narrative: str = ""


class CallWordsCleared(Event, frozen=True, kw_only=True, tag="intake.call_words_cleared.v1"):
    """Words of the draft turned out wrong and were taken back: the name of its place, its narrative, or both."""

    incident_id: IncidentId
    no_place: bool
    no_narrative: bool


class CallDangerTold(Event, frozen=True, kw_only=True, tag="intake.call_danger_told.v1"):
    """What threatens whoever goes there, as the caller tells it while they speak; empty: it was taken back."""

    hazards: str


class CallerLearnt(Event, frozen=True, kw_only=True, tag="intake.caller_learnt.v1"):
    """Who calls, and where they can be called back. The number that the exchange presented stays what it was."""

    name: str | None
    callback: str | None
    by: str


class CallClassified(Event, frozen=True, kw_only=True, tag="intake.call_classified.v1"):
    """It is an incident."""

    incident_id: IncidentId
    kind: str
    point: LonLat
    priority: int | None = None
    place: str = ""
    narrative: str = ""
    hazards: str = ""


class CallLinked(Event, frozen=True, kw_only=True, tag="intake.call_linked.v1"):
    """It is about a known incident."""

    incident_id: IncidentId


class CallUnlinked(Event, frozen=True, kw_only=True, tag="intake.call_unlinked.v1"):
    """It was about something else."""

    incident_id: IncidentId


class CallClosed(Event, frozen=True, kw_only=True, tag="intake.call_closed.v1"):
    """It made no incident. `incident_id` is the draft that it had begun, if any."""

    outcome: Outcome
    narrative: str = ""
    incident_id: IncidentId | None = None


class RingingEnded(Event, frozen=True, kw_only=True, tag="intake.ringing_ended.v1"):
    """The exchange rings no more. `call_back` when the caller gave up and has a number."""

    how: RingingEnd
    reason: str = ""
    call_back: bool = False


class CallBackTried(Event, frozen=True, kw_only=True, tag="intake.call_back_tried.v1"):
    """Somebody called back, or need not any more."""

    result: CallBackResult
    by: str
    note: str = ""


class CallBackTaken(Event, frozen=True, kw_only=True, tag="intake.call_back_taken.v1"):
    """A call-taker is about to call back; until then it is theirs."""

    by: str
    until: Instant


class CallBackLeft(Event, frozen=True, kw_only=True, tag="intake.call_back_left.v1"):
    """They left it to others again, with nothing tried."""

    by: str


class CallMoved(Event, frozen=True, kw_only=True, tag="intake.call_moved.v1"):
    """Its incident turned out to be the same as another one, or an event of its own again."""

    incident_id: IncidentId


class CallPassed(Event, frozen=True, kw_only=True, tag="intake.call_passed.v1"):
    """Whoever held it left their desk, and `to` has it now; `call_back_until` when it is to be called back."""

    by: str
    to: str
    call_back_until: Instant | None = None


class TextHeard(Event, frozen=True, kw_only=True, tag="intake.text_heard.v1"):
    """The caller wrote."""

    text: str


class TextSent(Event, frozen=True, kw_only=True, tag="intake.text_sent.v1"):
    """A call-taker wrote to the caller."""

    text: str
    by: str


class TextsAgreed(Event, frozen=True, kw_only=True, tag="intake.texts_agreed.v1"):
    """The caller agreed to be written to, or took it back."""

    agreed: bool
    by: str


class CallBackAsked(Event, frozen=True, kw_only=True, tag="intake.call_back_asked.v1"):
    """A desk wants the caller called back, though nobody gave up."""

    by: str


class TextCarried(Event, frozen=True, kw_only=True, tag="intake.text_carried.v1"):
    """A call-taker's message, known by when it was written, came so far by some way."""

    text_at: Instant
    carried: Carried
    way: str = ""
    why: Failure | None = None


class PlaceAsked(Event, frozen=True, kw_only=True, tag="intake.place_asked.v1"):
    """A link was made for the caller's browser; `code` is a digest."""

    code: str
    expires_at: Instant
    by: str


class PlaceLinkOpened(Event, frozen=True, kw_only=True, tag="intake.place_link_opened.v1"):
    """The caller opened the link; the page is known by a digest from here on."""

    code: str
    page: str


class PlaceLinkRevoked(Event, frozen=True, kw_only=True, tag="intake.place_link_revoked.v1"):
    """The link opens no more; a page that opened it belongs to the call no more."""

    code: str
    by: str


class KindGuessed(Event, frozen=True, kw_only=True, tag="intake.kind_guessed.v1"):
    """What the typed words were taken for when the call-taker decided; `version` is the dictionary's."""

    kind: str
    words: tuple[str, ...]
    version: str


class QuestionsAnswered(Event, frozen=True, kw_only=True, tag="intake.questions_answered.v1"):
    """What the caller answered to key questions; an empty option takes an answer back."""

    incident_id: IncidentId
    answers: tuple[Answered, ...]


class TransferAsked(Event, frozen=True, kw_only=True, tag="intake.transfer_asked.v1"):
    """Others shall have it: a province, where it becomes `to_call`, or a service."""

    target: str
    to_call: CallId | None
    note: str
    by: str


class TransferDone(Event, frozen=True, kw_only=True, tag="intake.transfer_done.v1"):
    """They have it; here it is closed as transferred."""


class CallReceived(Event, frozen=True, kw_only=True, tag="intake.call_received.v1"):
    """It was handed over by another province, whose call is `from_call`; it first rang at `presented_at`."""

    from_call: CallId
    by: str
    note: str
    presented_at: Instant
    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str = ""
    texts: tuple[Text, ...] = ()


class CallsArchived(Event, frozen=True, kw_only=True, tag="intake.calls_archived.v1"):
    """Ended calls left the memory."""

    ended_before: Instant


AnyEvent = (
    CallPresented
    | CallAnswered
    | CallLocated
    | CallDescribed
    | CallWordsCleared
    | CallDangerTold
    | CallerLearnt
    | CallClassified
    | CallLinked
    | CallUnlinked
    | CallClosed
    | RingingEnded
    | CallBackTried
    | CallBackTaken
    | CallBackLeft
    | CallPassed
    | CallMoved
    | CallBackAsked
    | TextsAgreed
    | TextHeard
    | TextSent
    | TextCarried
    | PlaceAsked
    | PlaceLinkOpened
    | PlaceLinkRevoked
    | KindGuessed
    | QuestionsAnswered
    | TransferAsked
    | TransferDone
    | CallReceived
    | CallsArchived
)
EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)
