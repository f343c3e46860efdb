"""
Which office answers for a point, and who stands above whom; now, and as it was on any day.

`offices.json` of a region holds its offices (province, counties, stations) with their areas, and the stations' sectors, each
with the days between which it was so. `OfficeForest` puts several regions under one national command. A point on a border, or
in the hair's breadth that rounding left between two areas, belongs to exactly one station: the smallest id among those that
touch it. A point in a hole between areas belongs to the nearest, and that is said.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import shapely

from nazdik.geo.areas import AreaIndex, Held
from nazdik.geo.errors import OfficesUnreadable
from nazdik.geo.region import OFFICES, read_manifest
from nazdik.kernel import Instant, LonLat, OfficeId, ProvinceId, from_rfc3339, rfc3339
from nazdik.published.offices import Office, Sector, Tier, WhoAnswers

NATIONAL = Office(
    id=OfficeId("iran"),
    tier=Tier.NATIONAL,
    parent_id=None,
    province_id=None,
    code="IRAN",
    name_fa="فرماندهی انتظامی کشور",
    name_en="National command",
    seat=LonLat(51.3890, 35.6892),
)

OFFICES_FORMAT = "nazdik-offices"
OFFICES_VERSION = 1


class OfficeEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    One office as stored. The province has no area of its own: its boundary is in boundary.geojson.

    An office whose area or name changes is there once for each time it had another: `valid_from` (from the beginning when
    empty) up to and without `valid_until` (until further notice). A day begins at midnight in Iran. Its parent never changes:
    a station that comes under another county ends, and a new one begins.
    """

    id: str
    tier: Tier
    parent_id: str
    code: str
    name_fa: str
    name_en: str
    seat: tuple[float, float]
    area: msgspec.Raw = msgspec.Raw(b"null")
    valid_from: str = ""
    valid_until: str = ""


class SectorEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sector of a station as stored; dated as an office is."""

    id: str
    station_id: str
    code: str
    name_fa: str
    name_en: str
    area: msgspec.Raw
    valid_from: str = ""
    valid_until: str = ""


class OfficesFile(msgspec.Struct, frozen=True):
    """The contents of `offices.json`, parents before children."""

    format: str
    version: int
    offices: tuple[OfficeEntry, ...]
    sectors: tuple[SectorEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dated:
    """An entry of a file, read, with the time for which it holds."""

    id: str
    since: Instant | None
    until: Instant | None
    thing: Office | Sector
    area: Any | None

    def holds(self, at: Instant | None) -> bool:
        """Whether it holds at an instant; None is before every change."""
        begun = self.since is None or (at is not None and self.since <= at)
        return begun and (self.until is None or at is None or at < self.until)


class _Edition:
    """The offices between two changes, with what finds the one that holds a point."""

    def __init__(self, dated: Iterable[_Dated], national: Office, since: Instant | None, until: Instant | None) -> None:
        self.since = since
        self.until = until
        held = [one for one in dated if one.holds(since)]
        self.offices = {national.id: national} | {
            one.thing.id: one.thing for one in held if isinstance(one.thing, Office)
        }
        self.sectors = {one.thing.id: one.thing for one in held if isinstance(one.thing, Sector)}
        self.areas = {one.id: one.area for one in held if isinstance(one.thing, Office) and one.area is not None}
        self.sector_areas = {one.id: one.area for one in held if isinstance(one.thing, Sector)}

    @cached_property
    def stations(self) -> tuple[AreaIndex, ...]:
        return self._index(Tier.STATION)

    @cached_property
    def counties(self) -> tuple[AreaIndex, ...]:
        return self._index(Tier.COUNTY)

    @cached_property
    def sector_index(self) -> tuple[AreaIndex, ...]:
        return _index_by_province(self.sector_areas)

    def _index(self, tier: Tier) -> tuple[AreaIndex, ...]:
        return _index_by_province({i: a for i, a in self.areas.items() if self.offices[OfficeId(i)].tier is tier})

    def make_ready(self) -> None:
        """Build the indexes now, so that no question waits for them."""
        _ = self.stations, self.counties, self.sector_index


class OfficeForest:
    """The office trees of several regions under one national command; implements `published.offices.OfficeTree`."""

    def __init__(
        self,
        regions: Iterable[tuple[ProvinceId, OfficesFile]],
        national: Office = NATIONAL,
        *,
        now: Callable[[], Instant] | None = None,
    ) -> None:
        """
        Take each region's id and offices.

        Args:
            now: Tells which edition is in force when nobody says as of when; without it the newest is.

        Raises:
            OfficesUnreadable: An office is there twice at one time, its parent is missing then or of a wrong tier, or a station
                has no area, or one that crosses itself.
        """
        self._now = now
        dated: list[_Dated] = []
        self._ever: dict[OfficeId, Office] = {national.id: national}
        for province_id, file in regions:
            dated += (self._office(province_id, entry) for entry in file.offices)
            dated += (_sector(entry) for entry in file.sectors)
        _check_times(dated)
        self._chains = {office_id: self._climb(office_id) for office_id in self._ever}
        changes = sorted({at for one in dated for at in (one.since, one.until) if at is not None})
        self._changes = changes
        self._editions = tuple(
            _Edition(dated, national, since, until)
            for since, until in zip((None, *changes), (*changes, None), strict=True)
        )
        current = self._edition(None)
        current.make_ready()

    def take_over(self, newer: "OfficeForest") -> None:
        """Answer from now on as `newer` does, for everyone who holds this tree; in one step, so that nobody sees a mixture."""
        self.__dict__ = newer.__dict__

    # The tree

    def find_office(self, office_id: OfficeId, at: Instant | None = None) -> Office | None:
        """Return the office as it is (or was `at` an instant), or None; one that ended is found in its last form."""
        return self._edition(at).offices.get(office_id) or self._ever.get(office_id)

    def list_offices(self, at: Instant | None = None) -> tuple[Office, ...]:
        """Return all offices in force (`at` an instant), parents before children."""
        return tuple(self._edition(at).offices.values())

    def chain_of(self, office_id: OfficeId) -> tuple[OfficeId, ...]:
        """Return the office and everyone above it, nearest first, whenever it was; empty when there never was one."""
        return self._chains.get(office_id, ())

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId) -> bool:
        """Whether `office_id` is `ancestor_id` or lies below it."""
        return ancestor_id in self._chains.get(office_id, ())

    def list_sectors(self, station_id: OfficeId) -> tuple[Sector, ...]:
        """Return the sectors of a station in force, in order of their codes."""
        return tuple(sector for sector in self._edition(None).sectors.values() if sector.station_id == station_id)

    def area_of(self, office_id: OfficeId, at: Instant | None = None) -> Any | None:
        """Return the area of a station or county as a shapely geometry in degrees, or None."""
        return self._edition(at).areas.get(office_id)

    def area_of_sector(self, sector_id: str) -> Any | None:
        """Return the area of a sector in force as a shapely geometry in degrees, or None."""
        return self._edition(None).sector_areas.get(sector_id)

    # Points

    def station_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        """Return the station responsible for a point, or None when no region holds it."""
        edition = self._edition(at)
        found = _find(edition.stations, point)
        if found is None and (held := _hold(edition.stations, point)) is not None:
            found = held.key
        return None if found is None else OfficeId(found)

    def county_at(self, point: LonLat, at: Instant | None = None) -> OfficeId | None:
        """Return the county of a point, or None."""
        found = _find(self._edition(at).counties, point)
        return None if found is None else OfficeId(found)

    def sector_at(self, point: LonLat, at: Instant | None = None) -> Sector | None:
        """Return the sector of a point, or None."""
        edition = self._edition(at)
        found = _find(edition.sector_index, point)
        return None if found is None else edition.sectors[found]

    def who_answers(self, point: LonLat, at: Instant | None = None) -> WhoAnswers | None:
        """Return who answers for a point and how that was found, or None when no region holds it."""
        edition = self._edition(at)
        held = _hold(edition.stations, point)
        if held is None:
            return None
        station = edition.offices[OfficeId(held.key)]
        _, county, province, *_ = self._chains[station.id]
        sector = self.sector_at(point, at)
        return WhoAnswers(
            station=station,
            county=county,
            province=province,
            sector=sector if sector is not None and sector.station_id == station.id else None,
            how=held.how,
            distance_m=held.distance_m,
            others=tuple(OfficeId(other) for other in held.others),
            since=edition.since,
            until=edition.until,
        )

    # Inside

    def _edition(self, at: Instant | None) -> _Edition:
        if len(self._editions) == 1:
            return self._editions[0]
        if at is None:
            if self._now is None:
                return self._editions[-1]
            at = self._now()
        return self._editions[bisect_right(self._changes, at)]

    def _office(self, province_id: ProvinceId, entry: OfficeEntry) -> _Dated:
        office_id, parent_id = OfficeId(entry.id), OfficeId(entry.parent_id)
        parent, before = self._ever.get(parent_id), self._ever.get(office_id)
        if parent is None or parent.tier is not _PARENT.get(entry.tier):
            raise _broken(f"{entry.id} < {entry.parent_id}")
        if before is not None and (before.parent_id, before.tier) != (parent_id, entry.tier):
            raise _broken(f"{entry.id} < {entry.parent_id}, {before.parent_id}")
        if entry.id.split(".", 1)[0] != province_id:
            raise _broken(f"{entry.id} ({province_id})")
        area = _area(entry, entry.area) if bytes(entry.area) != b"null" else None
        if area is None and entry.tier is Tier.STATION:
            raise _broken(entry.id)
        office = Office(
            id=office_id,
            tier=entry.tier,
            parent_id=parent_id,
            province_id=province_id,
            code=entry.code,
            name_fa=entry.name_fa,
            name_en=entry.name_en,
            seat=LonLat(*entry.seat),
            bounds=None if area is None else area.bounds,
        )
        self._ever[office_id] = office
        return _Dated(entry.id, _midnight(entry.valid_from, entry), _midnight(entry.valid_until, entry), office, area)

    def _climb(self, office_id: OfficeId) -> tuple[OfficeId, ...]:
        chain: list[OfficeId] = []
        at: OfficeId | None = office_id
        while at is not None:
            chain.append(at)
            at = self._ever[at].parent_id
        return tuple(chain)


_PARENT: Mapping[Tier, Tier] = {
    Tier.PROVINCE: Tier.NATIONAL,
    Tier.COUNTY: Tier.PROVINCE,
    Tier.STATION: Tier.COUNTY,
}
# Iran has kept one time all year since 1401; an office does not change at another hour for having changed before that.
_IRAN = timezone(timedelta(hours=3, minutes=30))


def _midnight(day: str, entry: OfficeEntry | SectorEntry) -> Instant | None:
    """Return the instant at which a day begins in Iran; None for an empty text."""
    if not day:
        return None
    try:
        begun = datetime.combine(date.fromisoformat(day), datetime.min.time(), _IRAN)
    except ValueError as error:
        raise _broken(f"{entry.id}: {day[:20]}") from error
    return from_rfc3339(begun.astimezone(UTC).isoformat())


def _sector(entry: SectorEntry) -> _Dated:
    sector = Sector(entry.id, OfficeId(entry.station_id), entry.code, entry.name_fa, entry.name_en)
    area = _area(entry, entry.area)
    return _Dated(entry.id, _midnight(entry.valid_from, entry), _midnight(entry.valid_until, entry), sector, area)


def _check_times(dated: Iterable[_Dated]) -> None:
    """Refuse what is there twice at one time, ends before it begins, or is there while its parent is not."""
    times: dict[str, list[tuple[float, float]]] = {}
    for one in dated:
        since = float("-inf") if one.since is None else float(one.since)
        until = float("inf") if one.until is None else float(one.until)
        parent = one.thing.parent_id if isinstance(one.thing, Office) else one.thing.station_id
        if since >= until or any(since < end and start < until for start, end in times.get(one.id, ())):
            raise _broken(f"{one.id}: {_days(one)}")
        if parent in times and not _covered(times[parent], since, until):
            raise _broken(f"{one.id} < {parent}: {_days(one)}")
        times.setdefault(one.id, []).append((since, until))


def _covered(times: list[tuple[float, float]], since: float, until: float) -> bool:
    """Whether some times, end to end, hold all of another."""
    for start, end in sorted(times):
        if start <= since < end:
            since = end
    return since >= until


def _days(one: _Dated) -> str:
    return " – ".join("…" if at is None else rfc3339(at)[:10] for at in (one.since, one.until))


def _index_by_province(areas: Mapping[str, Any]) -> tuple[AreaIndex, ...]:
    """One index a province, in order of their ids: a grid over a whole country would be too coarse for a city."""
    provinces: dict[str, dict[str, Any]] = {}
    for key in sorted(areas):
        provinces.setdefault(key.split(".", 1)[0], {})[key] = areas[key]
    return tuple(AreaIndex(list(of_one), list(of_one.values())) for of_one in provinces.values())


def _find(indexes: tuple[AreaIndex, ...], point: LonLat) -> str | None:
    return next((found for index in indexes if (found := index.find(point)) is not None), None)


def _hold(indexes: tuple[AreaIndex, ...], point: LonLat) -> Held | None:
    """Return what holds a point; an area of any province goes before a hole in another."""
    found = [held for index in indexes if (held := index.hold(point)) is not None]
    return min(found, key=lambda held: (held.how == "nearest", held.distance_m, held.key), default=None)


def read_offices(path: Path) -> OfficesFile:
    """Return the offices in a file; `OfficesUnreadable` when it is of another form."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=OfficesFile)
    except (OSError, msgspec.MsgspecError) as error:
        raise OfficesUnreadable(
            f"پروندهٔ یگان‌ها «{path.name}» خوانده نشد: {error}", f"The office file “{path.name}” cannot be read: {error}"
        ) from error
    if (file.format, file.version) != (OFFICES_FORMAT, OFFICES_VERSION):
        raise OfficesUnreadable(
            f"قالب پروندهٔ یگان‌ها «{path.name}» شناخته نیست.", f"The office file “{path.name}” is of an unknown format."
        )
    return file


def load_offices(
    region_folders: Iterable[Path], national: Office = NATIONAL, *, now: Callable[[], Instant] | None = None
) -> OfficeForest:
    """Return the offices of all regions under one national command; see `OfficeForest` for `now`."""
    regions = [(ProvinceId(read_manifest(folder).id), read_offices(folder / OFFICES)) for folder in region_folders]
    return OfficeForest(regions, national, now=now)


def _area(entry: OfficeEntry | SectorEntry, raw: msgspec.Raw) -> Any:
    """Return an area; one that is no area, or crosses itself, is refused with the office's name."""
    try:
        area = shapely.from_geojson(bytes(raw))
    except shapely.errors.GEOSException as error:
        raise _broken(entry.id) from error
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise _broken(entry.id)
    if not shapely.is_valid(area):
        where = shapely.is_valid_reason(area).removeprefix("Self-intersection").strip("[] ")
        raise OfficesUnreadable(
            f"محدودهٔ «{entry.name_fa}» ({entry.id}) خود را می‌بُرد یا درست بسته نشده است؛ نزدیک {where}",
            f"The area of “{entry.name_en}” ({entry.id}) crosses itself or does not close, near {where}",
        )
    return area


def _broken(what: str) -> OfficesUnreadable:
    return OfficesUnreadable(
        f"درخت یگان‌ها درست نیست؛ این یگان جای خود یا محدودهٔ خود را ندارد: {what}",
        f"The office tree does not hang together; this office lacks its place or its area: {what}",
    )
