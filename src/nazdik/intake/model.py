"""Calls and their vocabulary."""

from enum import StrEnum

import msgspec
from immutables import Map

from nazdik.kernel import CallId, IncidentId, Instant, LonLat


class Channel(StrEnum):
    """How somebody reached us."""

    TELEPHONE = "telephone"
    APP = "app"
    WEB = "web"
    SMS = "sms"
    OPERATOR = "operator"


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


class LocationSource(StrEnum):
    """Where an estimate of the caller's place came from."""

    OPERATOR = "operator"
    DEVICE = "device"
    NETWORK = "network"
    SUBSCRIBER = "subscriber"


class Location(msgspec.Struct, frozen=True):
    """One estimate of where the caller is; all are kept."""

    source: LocationSource
    point: LonLat
    accuracy_m: float | None
    at: Instant


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
    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str = ""
    locations: tuple[Location, ...] = ()
    incident_id: IncidentId | None = None
    outcome: Outcome | None = None
    # Where the caller can be called back, when that is not the number that the exchange presented.
    callback: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.state in (CallState.CLOSED, CallState.ABANDONED, CallState.LINKED, CallState.CLASSIFIED)


Calls = Map[CallId, Call]
