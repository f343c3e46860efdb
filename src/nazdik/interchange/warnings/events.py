"""Facts about warnings. A released event is not edited."""

from typing import get_args

import msgspec

from nazdik.interchange.warnings.model import Content, Kind, WarningId
from nazdik.kernel import Instant, OfficeId


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about one warning, and when it came about."""

    at: Instant
    warning_id: WarningId
    by: str


class WarningDrafted(Event, frozen=True, kw_only=True, tag="interchange.warning_drafted.v1"):
    """Somebody wrote a warning, an update or a cancellation; `replaces` is what it is to take the place of."""

    office: OfficeId
    message: Kind
    content: Content
    replaces: WarningId | None = None


class WarningRevised(Event, frozen=True, kw_only=True, tag="interchange.warning_revised.v1"):
    """A draft was written anew."""

    office: OfficeId
    content: Content


class WarningDiscarded(Event, frozen=True, kw_only=True, tag="interchange.warning_discarded.v1"):
    """A draft was thrown away."""


class WarningPublished(Event, frozen=True, kw_only=True, tag="interchange.warning_published.v1"):
    """A second person let it go out; `xml` is the CAP message, word for word. What it `replaces` is over."""

    message: Kind
    sender: str
    sent: str
    xml: str
    replaces: WarningId | None = None


AnyEvent = WarningDrafted | WarningRevised | WarningDiscarded | WarningPublished

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)
