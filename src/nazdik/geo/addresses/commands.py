"""What people ask of addresses, and what the search found out about them."""

import msgspec

from nazdik.geo.addresses.model import AliasId, Doubt, Outcome
from nazdik.kernel import IncidentId, LonLat, OfficeId


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A request."""


class AddAlias(Command, frozen=True, kw_only=True):
    """Give a place another name."""

    alias_id: AliasId
    text: str
    point: LonLat
    label_fa: str
    label_en: str
    office: OfficeId
    note: str = ""


class RemoveAlias(Command, frozen=True, kw_only=True):
    """Take a name away again."""

    alias_id: AliasId


class FlagAddress(Command, frozen=True, kw_only=True):
    """The words of an incident's place do not lead to where it was put."""

    incident_id: IncidentId
    text: str
    point: LonLat
    office: OfficeId
    doubt: Doubt


class SettleAddress(Command, frozen=True, kw_only=True):
    """
    An address in doubt is right as it is, or is put right.

    An `alias` makes its words a name of its place; a `point`, with `place` for its words, moves the incident there.
    """

    incident_id: IncidentId
    outcome: Outcome
    alias: AddAlias | None = None
    point: LonLat | None = None
    place: str = ""
