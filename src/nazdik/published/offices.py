"""The office tree: national command, provinces, counties, stations and their sectors."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId


class Tier(StrEnum):
    """The four tiers that answer for a call, from the nearest to the furthest."""

    STATION = "station"
    COUNTY = "county"
    PROVINCE = "province"
    NATIONAL = "national"


TIERS_UPWARD: tuple[Tier, ...] = (Tier.STATION, Tier.COUNTY, Tier.PROVINCE, Tier.NATIONAL)


@dataclass(frozen=True, slots=True)
class Office:
    """
    One office. `code` is short and Latin (for call signs and commands); names are for people.

    `bounds` are west, south, east, north of its own area in degrees; None for a province, whose region has them, and above.
    """

    id: OfficeId
    tier: Tier
    parent_id: OfficeId | None
    province_id: ProvinceId | None
    code: str
    name_fa: str
    name_en: str
    seat: LonLat
    bounds: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of a station's area that one patrol covers."""

    id: str
    station_id: OfficeId
    code: str
    name_fa: str
    name_en: str


@dataclass(frozen=True, slots=True)
class WhoAnswers:
    """
    Who answers for a point. `how`: inside, border (the smallest id of those that touch; `others` touch too), nearest (it lies
    in a hole between areas, `distance_m` from this one). It is so from `since` to `until`; None is always.
    """

    station: Office
    county: OfficeId
    province: OfficeId
    sector: Sector | None
    how: str
    distance_m: float
    others: tuple[OfficeId, ...]
    since: Instant | None
    until: Instant | None


class OfficeTree(Protocol):
    """Who answers for whom."""

    def find_office(self, office_id: OfficeId) -> Office | None:
        """Return the office, or None."""

    def is_open(self, office_id: OfficeId) -> bool:
        """Whether an office is in force: neither ended nor still to come."""

    def list_offices(self, at: Instant | None = None) -> tuple[Office, ...]:
        """Return all offices in force (`at` an instant), parents before children."""

    def chain_of(self, office_id: OfficeId, at: Instant | None = None) -> tuple[OfficeId, ...]:
        """Return the office and everyone above it (`at` an instant), nearest first: station, county, province, national."""

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId, at: Instant | None = None) -> bool:
        """Whether `office_id` is `ancestor_id` or lies below it (`at` an instant)."""

    def station_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        """Return the station responsible for a point (`at` an instant), or None when no region holds it."""

    def county_at(self, point: LonLat) -> OfficeId | None:
        """Return the county of a point, or None."""

    def area_of(self, office_id: OfficeId) -> Any | None:
        """Return the area of a station or county as a shapely geometry in degrees, or None."""

    def list_sectors(self, station_id: OfficeId) -> tuple[Sector, ...]:
        """Return the sectors of a station in force, in order of their codes."""

    def area_of_sector(self, sector_id: str) -> Any | None:
        """Return the area of a sector as a shapely geometry in degrees, or None."""

    def who_answers(self, point: LonLat, at: Instant | None = None) -> WhoAnswers | None:
        """Return who answers for a point and how that was found, or None when no region holds it."""
