"""What the world keeps of a desk's own order: what is put aside, which other services were asked, who hands it over to whom."""

from typing import NewType

import msgspec

from nazdik.kernel import CallId, IncidentId, Instant, OfficeId

HandOverId = NewType("HandOverId", str)


class Hold(msgspec.Struct, frozen=True):
    """An incident is put aside until an instant: since when, why and by whom."""

    since: Instant
    until: Instant
    reason: str
    words: str
    by: str


class AskedService(msgspec.Struct, frozen=True):
    """Another service was asked to come: its code, since when, and who asked."""

    service: str
    at: Instant
    by: str


class HandOver(msgspec.Struct, frozen=True):
    """
    A desk that its holder leaves and nobody has taken yet: until somebody does, all of it is still theirs.

    Attributes:
        incidents: What was open when it was handed over.
        calls: Callers on the leaver's line, and those they had taken on to call back.
        silent_since: When its screens fell silent; None where it was given.
    """

    id: HandOverId
    office: OfficeId
    by: str
    at: Instant
    note: str
    incidents: tuple[IncidentId, ...]
    calls: tuple[CallId, ...]
    silent_since: Instant | None = None
