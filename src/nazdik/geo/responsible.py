"""
Which office answers for a point, and who stands above whom; now, and as it was on any day.

`offices.json` of a region holds its offices (province, counties, stations) with their areas, and the stations' sectors, each
with the days between which it was so. `OfficeForest` puts several regions under one national command. A point on a border, or
in the hair's breadth that rounding left between two areas, belongs to exactly one station: the smallest id among those that
touch it. A point in a hole between areas belongs to the nearest, and that is said.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import shapely

from nazdik.geo.areas import AreaIndex, Held
from nazdik.geo.errors import OfficesUnreadable
from nazdik.geo.office_changes import OfficeChanges, Tree, changed_tree
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

# What people changed in the tree of a province, each from an instant on, the oldest first; None is nothing any more.
Changed = Sequence[tuple[Instant, OfficeChanges | None]]

# Trees that were only tried are kept so long, so that what is published after it was read is there at once.
PARTS_KEPT = 100

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


class _Part:
    """One province between two changes, with what finds the office that holds a point."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @cached_property
    def stations(self) -> AreaIndex:
        return self._index(Tier.STATION)

    @cached_property
    def counties(self) -> AreaIndex:
        return self._index(Tier.COUNTY)

    @cached_property
    def sectors(self) -> AreaIndex:
        return AreaIndex(list(self.tree.sector_areas), list(self.tree.sector_areas.values()))

    def _index(self, tier: Tier) -> AreaIndex:
        held = {i: a for i, a in self.tree.areas.items() if self.tree.offices[OfficeId(i)].tier is tier}
        return AreaIndex(list(held), list(held.values()))

    def make_ready(self) -> None:
        """Build the indexes now, so that no question waits for them."""
        _ = self.stations, self.counties, self.sectors


class _Edition:
    """The offices of all provinces between two changes."""

    def __init__(self, parts: Iterable[_Part], national: Office, since: Instant | None, until: Instant | None) -> None:
        self.since = since
        self.until = until
        self.parts = tuple(parts)
        self.offices = {national.id: national}
        self.areas: dict[str, Any] = {}
        self.sectors: dict[str, Sector] = {}
        self.sector_areas: dict[str, Any] = {}
        for part in self.parts:
            self.offices |= part.tree.offices
            self.areas |= part.tree.areas
            self.sectors |= part.tree.sectors
            self.sector_areas |= part.tree.sector_areas

    @property
    def stations(self) -> Iterator[AreaIndex]:
        return (part.stations for part in self.parts)

    @property
    def counties(self) -> Iterator[AreaIndex]:
        return (part.counties for part in self.parts)

    @property
    def sector_index(self) -> Iterator[AreaIndex]:
        return (part.sectors for part in self.parts)


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
        self._national = national
        self._ever: dict[OfficeId, Office] = {national.id: national}
        self._dated: dict[ProvinceId, list[_Dated]] = {}
        for province_id, file in regions:
            held = self._dated.setdefault(province_id, [])
            held += (self._office(province_id, entry) for entry in file.offices)
            held += (_sector(entry) for entry in file.sectors)
        _check_times(one for held in self._dated.values() for one in held)
        self._changed: dict[ProvinceId, Changed] = {}
        # One a province, edition of the region and change: another change leaves the others as they are.
        self._parts: dict[tuple[ProvinceId, int, bytes], _Part] = {}
        self._put_together()

    def _put_together(self) -> None:
        """Make the editions, and who stands above whom by the newest form of each office."""
        self._days = sorted(
            {at for held in self._dated.values() for one in held for at in (one.since, one.until) if at is not None}
        )
        changes = {at for changed in self._changed.values() for at, _ in changed}
        self._changes = sorted({*self._days, *changes})
        provinces = sorted(self._dated)
        self._editions = tuple(
            _Edition((self._part(name, since) for name in provinces), self._national, since, until)
            for since, until in zip((None, *self._changes), (*self._changes, None), strict=True)
        )
        for edition in self._editions:
            self._ever |= edition.offices
        self._chains = {office_id: _chain_in(self._ever, office_id) for office_id in self._ever}
        for part in self._edition(None).parts:
            part.make_ready()
        if len(self._parts) > PARTS_KEPT:
            used = {id(part) for edition in self._editions for part in edition.parts}
            self._parts = {key: part for key, part in self._parts.items() if id(part) in used}

    def _part(self, province: ProvinceId, since: Instant | None) -> _Part:
        """Return a province as it is from an instant on."""
        changes = None
        for at, each in self._changed.get(province, ()):
            if since is not None and at <= since:
                changes = each
        edition = 0 if since is None else bisect_right(self._days, since)
        key = (province, edition, b"" if changes is None else msgspec.json.encode(changes))
        part = self._parts.get(key)
        if part is None:
            held = [one for one in self._dated[province] if one.holds(since)]
            tree = Tree(
                {one.thing.id: one.thing for one in held if isinstance(one.thing, Office)},
                {one.id: one.area for one in held if isinstance(one.thing, Office) and one.area is not None},
                {one.thing.id: one.thing for one in held if isinstance(one.thing, Sector)},
                {one.id: one.area for one in held if isinstance(one.thing, Sector)},
            )
            part = self._parts[key] = _Part(tree if changes is None else changed_tree(province, tree, changes))
        return part

    def with_changes(self, province: ProvinceId, changed: "Changed") -> "OfficeForest":
        """
        Return this forest with what was changed in one province, each change with its instant, the oldest first.

        Raises:
            OfficesUnsound: A tree would not hang together.
        """
        newer = object.__new__(OfficeForest)
        newer.__dict__ = self.__dict__ | {
            "_changed": {**self._changed, province: tuple(changed)},
            "_ever": {office.id: office for office in (self._national, *self._of_regions())},
        }
        newer._put_together()
        return newer

    def with_national(self, national: Office) -> "OfficeForest":
        """Return this forest under national command as it is called now."""
        newer = object.__new__(OfficeForest)
        newer.__dict__ = self.__dict__ | {"_national": national, "_ever": self._ever | {national.id: national}}
        newer._put_together()
        return newer

    def changed_as(self, other: "OfficeForest") -> "OfficeForest":
        """Return this forest with everything that was changed in another, which has the same provinces."""
        newer = self.with_national(other._national)
        for province, changed in other._changed.items():
            newer = newer.with_changes(province, changed)
        return newer

    def changed_at(self, province: ProvinceId) -> Instant | None:
        """Return when the tree of a province was last changed; None when it is its region's."""
        changed = self._changed.get(province, ())
        return changed[-1][0] if changed else None

    def make_ready(self, province: ProvinceId, changes: OfficeChanges | None) -> None:
        """Work out ahead what changes would come to now; takes tens of milliseconds and may run in a thread."""
        at = self._now() if self._now is not None else Instant(self._days[-1] if self._days else 0)
        forest = (
            self if changes is None else self.with_changes(province, (*self._changed.get(province, ()), (at, changes)))
        )
        for part in forest._editions[-1].parts:
            part.make_ready()

    def _of_regions(self) -> Iterator[Office]:
        return (one.thing for held in self._dated.values() for one in held if isinstance(one.thing, Office))

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

    def chain_of(self, office_id: OfficeId, at: Instant | None = None) -> tuple[OfficeId, ...]:
        """
        Return the office and everyone above it, nearest first; empty when there never was one.

        One that ended is under those above it in its last form; `at` an instant, it is under those above it then.
        """
        if at is not None and self._changed:
            chain = _chain_in(self._edition(at).offices, office_id)
            if chain:
                return chain
        return self._chains.get(office_id, ())

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId, at: Instant | None = None) -> bool:
        """Whether `office_id` is `ancestor_id` or lies below it (`at` an instant)."""
        return ancestor_id in self.chain_of(office_id, at)

    def list_sectors(self, station_id: OfficeId) -> tuple[Sector, ...]:
        """Return the sectors of a station in force, in order of their codes."""
        return tuple(sector for sector in self._edition(None).sectors.values() if sector.station_id == station_id)

    def area_of(self, office_id: OfficeId, at: Instant | None = None) -> Any | None:
        """Return the area of a station or county as a shapely geometry in degrees, or None."""
        return self._edition(at).areas.get(office_id)

    def area_of_sector(self, sector_id: str) -> Any | None:
        """Return the area of a sector in force as a shapely geometry in degrees, or None."""
        return self._edition(None).sector_areas.get(sector_id)

    def is_open(self, office_id: OfficeId) -> bool:
        """Whether an office is in force."""
        return office_id in self._edition(None).offices

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
        _, county, province, *_ = _chain_in(edition.offices, station.id)
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


def _chain_in(offices: Mapping[OfficeId, Office], office_id: OfficeId) -> tuple[OfficeId, ...]:
    chain: list[OfficeId] = []
    above: OfficeId | None = office_id
    while above is not None and above in offices:
        chain.append(above)
        above = offices[above].parent_id
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


def _find(indexes: Iterable[AreaIndex], point: LonLat) -> str | None:
    return next((found for index in indexes if (found := index.find(point)) is not None), None)


def _hold(indexes: Iterable[AreaIndex], point: LonLat) -> Held | None:
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
