"""What may be told of an incident to systems outside: plain data, taken from one moment's state."""

from dataclasses import dataclass

from nazdik.kernel import CallId, IncidentId, Instant, LonLat, OfficeId, ProvinceId, UnitId


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """One estimate of a caller's place."""

    point: LonLat | None
    accuracy_m: float | None
    civic: str
    at: Instant


@dataclass(frozen=True, slots=True)
class SharedCall:
    """One contact: personal data from beginning to end."""

    id: CallId
    number: str | None
    name: str | None
    callback: str | None
    presented_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    places: tuple[SharedPlace, ...]
    # What came with it beside its fields, as (kind, text).
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SharedUnit:
    """A unit on the incident and its two-level status; never where it is."""

    id: UnitId
    call_sign: str
    office: OfficeId
    skills: tuple[str, ...]
    primary: str
    secondary: str


@dataclass(frozen=True, slots=True)
class SharedOffice:
    """What an office is to the incident."""

    id: OfficeId
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedNote:
    """Words added to it."""

    at: Instant
    text: str


@dataclass(frozen=True, slots=True)
class SharedIncident:
    """
    One incident as it stands. `desk` is the office that answers for it; `changed_at` is when its newest fact was recorded.

    `status` is ours (`IncidentStatus`); `disposition` travels as its common number.
    """

    id: IncidentId
    number: int
    province: ProvinceId
    desk: OfficeId
    kind: str
    kind_common: str
    priority: int | None
    status: str
    reopened: bool
    point: LonLat | None
    place: str
    narrative: str
    hazards: str
    changed_at: Instant
    created_at: Instant
    ended_at: Instant | None
    disposition: str | None
    disposition_common: str | None
    offices: tuple[SharedOffice, ...]
    units: tuple[SharedUnit, ...]
    calls: tuple[SharedCall, ...]
    notes: tuple[SharedNote, ...]
    # Answers to key questions, in short words of both languages.
    answers: tuple[str, ...] = ()
