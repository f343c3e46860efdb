"""Facts about addresses. A released event is not edited."""

from typing import Any, get_args

import msgspec

from nazdik.geo.addresses.model import AliasId, Doubt, Outcome
from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, and when it came about."""

    at: Instant


class AliasAdded(Event, frozen=True, kw_only=True, tag="geo.alias_added.v1"):
    """A place has another name."""

    alias_id: AliasId
    text: str
    point: LonLat
    label_fa: str
    label_en: str
    office: OfficeId
    note: str
    by: str


class AliasRemoved(Event, frozen=True, kw_only=True, tag="geo.alias_removed.v1"):
    """The name is no longer used."""

    alias_id: AliasId
    by: str


class AddressFlagged(Event, frozen=True, kw_only=True, tag="geo.address_flagged.v1"):
    """An address was taken that the search could not confirm."""

    incident_id: IncidentId
    text: str
    point: LonLat
    office: OfficeId
    doubt: Doubt


class AddressSettled(Event, frozen=True, kw_only=True, tag="geo.address_settled.v1"):
    """Nobody needs to look at this address any more."""

    incident_id: IncidentId
    outcome: Outcome
    by: str
    alias_id: AliasId | None = None


AnyEvent = AliasAdded | AliasRemoved | AddressFlagged | AddressSettled

EVENT_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)


def subject_of(event: Any) -> str:
    """Return what the event is about: an alias, or an incident whose address it is."""
    return str(event.alias_id if isinstance(event, AliasAdded | AliasRemoved) else event.incident_id)
