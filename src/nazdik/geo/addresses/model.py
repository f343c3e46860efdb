"""The aliases and the addresses in doubt of one province."""

from enum import StrEnum
from typing import NewType

import msgspec
from immutables import Map

from nazdik.kernel import IncidentId, Instant, LonLat, OfficeId, ProvinceId

AliasId = NewType("AliasId", str)


class Doubt(StrEnum):
    """Why an address is in doubt."""

    NOT_FOUND = "not_found"  # the search knows no such place
    ELSEWHERE = "elsewhere"  # it knows one, but not where the incident was put
    UNPLACED = "unplaced"  # it knows the name, not the place, and the incident was left in the middle of the county


class Outcome(StrEnum):
    """How an address in doubt was settled."""

    ALIAS = "alias"  # its words are a name of the place now
    PLACE_FIXED = "place_fixed"  # the incident got another place or other words
    RIGHT_AS_IT_IS = "right_as_it_is"


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A name that operators gave a place: `label_*` say which place that is."""

    id: AliasId
    text: str
    point: LonLat
    label_fa: str
    label_en: str
    office: OfficeId
    added_at: Instant
    added_by: str
    note: str = ""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """The address of an incident in doubt; settled when `outcome` is set."""

    incident_id: IncidentId
    text: str
    point: LonLat
    office: OfficeId
    doubt: Doubt
    at: Instant
    outcome: Outcome | None = None
    settled_at: Instant | None = None
    settled_by: str | None = None
    alias_id: AliasId | None = None


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Everything kept about addresses; `settled` lists flags that are over, the oldest first."""

    province: ProvinceId
    aliases: Map[AliasId, Alias] = Map()
    flags: Map[IncidentId, Flag] = Map()
    settled: tuple[IncidentId, ...] = ()
