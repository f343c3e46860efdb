"""Calls and their vocabulary."""

from enum import StrEnum

import msgspec
from immutables import Map

from nazdik.intake.shapes import Shape
from nazdik.kernel import CallId, IncidentId, Instant, LonLat
from nazdik.published.questions import Answered


class Channel(StrEnum):
    """How somebody reached us."""

    TELEPHONE = "telephone"
    APP = "app"
    SOS = "sos"
    WEB = "web"
    SMS = "sms"
    OPERATOR = "operator"
    # A citizen's report that is no emergency; nobody waits on the line.
    REPORT = "report"
    # Another centre's system hands over what it knows.
    NEIGHBOUR = "neighbour"


# Who comes this way writes, and is answered in writing.
WRITTEN = frozenset({Channel.SMS, Channel.SOS, Channel.WEB, Channel.APP})


class CallState(StrEnum):
    """The life of a call."""

    RINGING = "ringing"
    ANSWERED = "answered"
    CLASSIFIED = "classified"
    LINKED = "linked"
    CLOSED = "closed"
    ABANDONED = "abandoned"


class Outcome(StrEnum):
    """How a call ended that made no incident."""

    ADVICE = "advice"
    HOAX = "hoax"
    WRONG_NUMBER = "wrong_number"
    ABANDONED = "abandoned"
    NOT_POLICE = "not_police"
    TEST = "test"
    # Another province or service has it now.
    TRANSFERRED = "transferred"


class LocationSource(StrEnum):
    """Where an estimate of the caller's place came from."""

    OPERATOR = "operator"
    # The phone itself: an app, or the emergency page in its browser.
    DEVICE = "device"
    # Advanced Mobile Location: the phone's system, by SMS or HTTPS, without the caller's doing.
    AML = "aml"
    # Sent with the call's signalling (PIDF-LO).
    SIGNALLING = "signalling"
    NETWORK = "network"
    SUBSCRIBER = "subscriber"


class RingingEnd(StrEnum):
    """How the exchange stopped ringing."""

    ELSEWHERE = "elsewhere"
    ABANDONED = "abandoned"
    NO_WORD = "no_word"


class CallBack(StrEnum):
    """Whether somebody still has to call back."""

    DUE = "due"
    DONE = "done"


class CallBackResult(StrEnum):
    """How a try to call back went; all but the first two leave it due."""

    REACHED = "reached"
    NOT_NEEDED = "not_needed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    # The caller came back by himself.
    CALLED_AGAIN = "called_again"


# Begins the exchange's name of a call that began on a page of ours; the page's digest follows.
PAGE = "page:"


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    One estimate of where the caller is; all are kept.

    Attributes:
        point: Its middle; None for an address in words alone.
        accuracy_m: Radius of the circle that holds the place with `confidence` (0 to 1; 0.95 when unstated).
        at, measured_at: When it came, and when it was measured if that was told.
        shape: As reported, when it is more than a circle.
        method: The reporter's word for how it was measured.
        civic: The address in words.
        trusted: False when its signature or its sender did not check out.
    """

    source: LocationSource
    point: LonLat | None
    accuracy_m: float | None
    at: Instant
    confidence: float | None = None
    measured_at: Instant | None = None
    shape: Shape | None = None
    method: str = ""
    civic: str = ""
    trusted: bool = True


class Carried(StrEnum):
    """How far a call-taker's message came. A gateway that took it does not say whether a phone ever showed it."""

    SENT = "sent"
    SHOWN = "shown"
    FAILED = "failed"


class Failure(StrEnum):
    """Why a call-taker's message did not arrive."""

    NO_NUMBER = "no_number"
    NO_GATEWAY = "no_gateway"
    # The gateway said no, and would again.
    REFUSED = "refused"
    # It did not answer, or was busy, for ten minutes.
    SILENT = "silent"
    # The caller's page is closed, and there is no other way.
    PAGE_GONE = "page_gone"


class Text(msgspec.Struct, frozen=True):
    """
    One written message of a call.

    `by` is the call-taker who wrote it, None for the caller. `carried` None: on its way; `why` says why it failed.
    """

    at: Instant
    by: str | None
    text: str
    carried: Carried | None = None
    why: Failure | None = None


class KindGuess(msgspec.Struct, frozen=True):
    """The kind that was proposed for a call, the typed words it rested on, and the version of the dictionary that said so."""

    kind: str
    words: tuple[str, ...]
    version: str


class PlaceLink(msgspec.Struct, frozen=True):
    """A page that a caller was asked to open; `page` is whose it is since it was opened. Code and page only as digests."""

    code: str
    by: str
    asked_at: Instant
    expires_at: Instant
    page: str | None = None
    opened_at: Instant | None = None
    revoked_at: Instant | None = None


class Transfer(msgspec.Struct, frozen=True):
    """
    A call on its way to others, or with them once `done_at` is set.

    `target` is a province, where it becomes `to_call`, or a service, which has no log of ours. `call_back_due` when the caller
    waited to be called back as it was asked for.
    """

    target: str
    to_call: CallId | None
    note: str
    by: str
    asked_at: Instant
    done_at: Instant | None = None
    call_back_due: bool = False


class Received(msgspec.Struct, frozen=True):
    """Where a call came from: the sender's call, the office that sent it and its note; `presented_at` is when it first rang."""

    from_call: CallId
    by: str
    note: str
    presented_at: Instant


class Call(msgspec.Struct, frozen=True):
    """One contact."""

    id: CallId
    channel: Channel
    number: str | None
    name: str | None
    state: CallState
    presented_at: Instant
    answered_at: Instant | None = None
    answered_by: str | None = None
    ended_at: Instant | None = None
    narrative: str = ""
    hazards: str = ""
    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str = ""
    locations: tuple[Location, ...] = ()
    incident_id: IncidentId | None = None
    outcome: Outcome | None = None
    # Where the caller can be called back, when that is not the number that the exchange presented.
    callback: str | None = None
    # The exchange's own name for the call, so that what comes later finds it; the dialled number; whether the network
    # vouches for the caller's.
    exchange_id: str | None = None
    called: str = ""
    asserted: bool = False
    # A test call goes the whole way, and nobody is ever sent.
    is_test: bool = False
    # Blocks of additional data as they came: (kind, text).
    data: tuple[tuple[str, str], ...] = ()
    ringing_ended: RingingEnd | None = None
    call_back: CallBack | None = None
    call_back_tries: int = 0
    # Who has taken it on to call back, and until when that counts.
    call_back_taker: str | None = None
    call_back_taken_until: Instant | None = None
    # Asked for by a desk, not because somebody gave up: it has no limit and no alarm.
    call_back_asked: bool = False
    texts: tuple[Text, ...] = ()
    # Whether the caller agreed to be written to; None when nobody asked.
    may_text: bool | None = None
    place_links: tuple[PlaceLink, ...] = ()
    guessed: KindGuess | None = None
    answers: tuple[Answered, ...] = ()

    transfer: Transfer | None = None
    received: Received | None = None

    @property
    def pages(self) -> frozenset[str]:
        """Digests of the pages in a browser that belong to this call."""
        opened = {link.page for link in self.place_links if link.page is not None and link.revoked_at is None}
        own = (self.exchange_id or "").partition(PAGE)[2]
        return frozenset({*opened, own} if own else opened)

    @property
    def takes_texts(self) -> bool:
        """Whether the caller may be written to unasked: they agreed, or wrote to us themselves and did not take it back."""
        return self.may_text if self.may_text is not None else self.channel in WRITTEN

    @property
    def over(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.state in (CallState.CLOSED, CallState.ABANDONED, CallState.LINKED, CallState.CLASSIFIED)


Calls = Map[CallId, Call]
