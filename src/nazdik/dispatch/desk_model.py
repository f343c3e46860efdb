"""What the world keeps of a desk's own order: what is put aside, who hands it over to whom."""

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


class HandOver(msgspec.Struct, frozen=True):
    """
    A desk that its holder leaves and nobody has taken yet: until somebody does, all of it is still theirs.

    Attributes:
        incidents: What was open when it was handed over.
        calls: Callers on the leaver's line, and those they had taken on to call back.
    """

    id: HandOverId
    office: OfficeId
    by: str
    at: Instant
    note: str
    incidents: tuple[IncidentId, ...]
    calls: tuple[CallId, ...]
