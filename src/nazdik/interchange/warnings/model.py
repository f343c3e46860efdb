"""Warnings of one province: what they say, where, and how far they have got."""

from enum import StrEnum
from typing import NewType

import msgspec
from immutables import Map

from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId

WarningId = NewType("WarningId", str)


class Status(StrEnum):
    """Whether it is meant: CAP's words, less those that are not for the public."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class Kind(StrEnum):
    """What the message does to those before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Category(StrEnum):
    """CAP's categories."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Response(StrEnum):
    """What people are asked to do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it is."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class State(StrEnum):
    """How far a warning has got. `updated` and `cancelled` were published, and another message has taken their place."""

    DRAFT = "draft"
    PUBLISHED = "published"
    UPDATED = "updated"
    CANCELLED = "cancelled"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A warning in one language; `area` says where in words, `sender_name` who warns."""

    event: str
    headline: str
    description: str = ""
    instruction: str = ""
    area: str
    sender_name: str = ""


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything within so many metres of a point."""

    centre: LonLat
    radius_m: float


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """Where a warning holds: polygons without their closing point, circles; `office` when it is that office's own area."""

    polygons: tuple[tuple[LonLat, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    office: OfficeId | None = None


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a warning says. English may be missing: a warning does not wait for a translation."""

    status: Status
    categories: tuple[Category, ...]
    responses: tuple[Response, ...] = ()
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    expires_at: Instant
    onset_at: Instant | None = None
    fa: Words
    en: Words | None = None
    area: Area


class PublicWarning(msgspec.Struct, frozen=True, kw_only=True):
    """
    One message: a draft, or what it became.

    Attributes:
        version: Counts the changes of the draft, so that what is published is what the publisher has read.
        authors: Everyone who wrote any of it; none of them may publish it.
        replaces: The message that this one updates or cancels.
        sent: When it was published, as the message says it; with `sender` and the id it names the message to others.
        xml: The message, word for word as it was published.
        over_by: The message that has taken its place.
    """

    id: WarningId
    office: OfficeId
    kind: Kind
    state: State
    version: int
    content: Content
    authors: tuple[str, ...]
    drafted_at: Instant
    replaces: WarningId | None = None
    published_at: Instant | None = None
    published_by: str | None = None
    sender: str = ""
    sent: str = ""
    xml: str = ""
    over_by: WarningId | None = None

    @property
    def name(self) -> str:
        """What later messages call this one: CAP's `sender,identifier,sent`."""
        return f"{self.sender},{self.id},{self.sent}"


class Warnings(msgspec.Struct, frozen=True, kw_only=True):
    """A province's warnings; `published` lists those that are out or were, the oldest first."""

    province: ProvinceId
    items: Map[WarningId, PublicWarning] = Map()
    published: tuple[WarningId, ...] = ()

    def line_of(self, warning_id: WarningId | None) -> tuple[PublicWarning, ...]:
        """Return a warning and those it took the place of, the oldest first, as far back as they are kept."""
        line: list[PublicWarning] = []
        while warning_id is not None and (warning := self.items.get(warning_id)) is not None:
            line.append(warning)
            warning_id = warning.replaces
        return tuple(reversed(line))
