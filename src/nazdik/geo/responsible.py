"""
Which office answers for a point, and who stands above whom.

`offices.json` of a region holds its offices (province, counties, stations) with their areas, and the stations' sectors.
`OfficeForest` puts several regions under one national command. A point on a border, or in the hair's breadth that
rounding left between two areas, belongs to exactly one station: the smallest id among those that touch it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely

from nazdik.geo.errors import OfficesUnreadable
from nazdik.geo.region import OFFICES, read_manifest
from nazdik.kernel import LonLat, OfficeId, ProvinceId
from nazdik.published.offices import Office, Tier

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

# Areas are stored to 1e-6 degrees (0.1 m); a point this close to a station, and in none, is on its border.
BORDER_DEG = 5e-6
_GRID_CELLS = 96


class OfficeEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One office as stored. The province has no area of its own: its boundary is in boundary.geojson."""

    id: str
    tier: Tier
    parent_id: str
    code: str
    name_fa: str
    name_en: str
    seat: tuple[float, float]
    area: msgspec.Raw = msgspec.Raw(b"null")


class SectorEntry(msgspec.Struct, frozen=True):
    """One sector of a station as stored."""

    id: str
    station_id: str
    code: str
    name_fa: str
    name_en: str
    area: msgspec.Raw


class OfficesFile(msgspec.Struct, frozen=True):
    """The contents of `offices.json`, parents before children."""

    format: str
    version: int
    offices: tuple[OfficeEntry, ...]
    sectors: tuple[SectorEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of a station's area that one patrol covers."""

    id: str
    station_id: OfficeId
    code: str
    name_fa: str
    name_en: str


class AreaIndex:
    """
    Which of several areas holds a point, in about a microsecond.

    A grid over the bounds remembers the cells that lie wholly inside one area; only in the others polygons are tested.
    """

    def __init__(self, keys: Sequence[str], areas: Sequence[Any]) -> None:
        """Take areas (shapely, degrees) and their keys; a tie goes to the smallest key."""
        order = sorted(range(len(keys)), key=lambda i: keys[i])
        self._keys = [keys[i] for i in order]
        self._areas = np.array([areas[i] for i in order], dtype=object)
        shapely.prepare(self._areas)
        self._tree = shapely.STRtree(self._areas)
        west, south, east, north = shapely.total_bounds(self._areas) if len(keys) else (0.0, 0.0, 0.0, 0.0)
        self._west, self._south = float(west), float(south)
        self._step_lon = max(float(east - west), 1e-9) / _GRID_CELLS
        self._step_lat = max(float(north - south), 1e-9) / _GRID_CELLS
        self._cells: list[int | tuple[int, ...]] = self._grid()

    def find(self, point: LonLat) -> str | None:
        """Return the key of the area that holds `point`, or None outside all."""
        if not self._within_reach(point):
            return None
        column = int((point.lon - self._west) / self._step_lon)
        row = int((point.lat - self._south) / self._step_lat)
        cell = self._cells[min(row, _GRID_CELLS - 1) * _GRID_CELLS + min(column, _GRID_CELLS - 1)]
        if isinstance(cell, int):
            return self._keys[cell]
        for i in cell:
            if shapely.intersects_xy(self._areas[i], point.lon, point.lat):
                return self._keys[i]
        return self._on_border(point) if cell else None

    def _within_reach(self, point: LonLat) -> bool:
        """Whether a point is in the grid or so near to it that it may be on a border; what is no number is not."""
        east, north = self._west + self._step_lon * _GRID_CELLS, self._south + self._step_lat * _GRID_CELLS
        return bool(
            self._west - BORDER_DEG <= point.lon <= east + BORDER_DEG
            and self._south - BORDER_DEG <= point.lat <= north + BORDER_DEG
        )

    def _on_border(self, point: LonLat) -> str | None:
        here = shapely.Point(point.lon, point.lat)
        touching = self._tree.query(here, predicate="dwithin", distance=BORDER_DEG)
        return self._keys[int(touching.min())] if len(touching) else None

    def _grid(self) -> list[int | tuple[int, ...]]:
        columns, rows = np.meshgrid(np.arange(_GRID_CELLS), np.arange(_GRID_CELLS))
        west = self._west + columns.ravel() * self._step_lon
        south = self._south + rows.ravel() * self._step_lat
        # Larger than the cell by the breadth of a border, so that a cell knows all areas that may claim its points.
        boxes = shapely.box(
            west - BORDER_DEG,
            south - BORDER_DEG,
            west + self._step_lon + BORDER_DEG,
            south + self._step_lat + BORDER_DEG,
        )
        candidates: list[list[int]] = [[] for _ in boxes]
        whole: dict[int, int] = {}
        for cell, area in self._tree.query(boxes, predicate="intersects").T.tolist():
            candidates[cell].append(area)
        cells, areas = np.array([(c, a[0]) for c, a in enumerate(candidates) if len(a) == 1] or [(0, 0)]).T
        if len(self._areas):
            inside = shapely.contains_properly(self._areas[areas], boxes[cells])
            whole = {int(c): int(a) for c, a, yes in zip(cells, areas, inside, strict=True) if yes}
        return [whole[c] if c in whole else tuple(sorted(found)) for c, found in enumerate(candidates)]


class OfficeForest:
    """The office trees of several regions under one national command; implements `published.offices.OfficeTree`."""

    def __init__(self, regions: Iterable[tuple[ProvinceId, OfficesFile]], national: Office = NATIONAL) -> None:
        """
        Take each region's id and offices.

        Raises:
            OfficesUnreadable: An office is there twice, its parent is missing or of a wrong tier, or a station has no area.
        """
        self._offices: dict[OfficeId, Office] = {national.id: national}
        self._areas: dict[str, Any] = {}
        self._sectors: dict[str, Sector] = {}
        sector_areas: dict[str, Any] = {}
        for province_id, file in regions:
            for entry in file.offices:
                self._add_office(province_id, entry)
            for sector in file.sectors:
                station_id = OfficeId(sector.station_id)
                self._sectors[sector.id] = Sector(sector.id, station_id, sector.code, sector.name_fa, sector.name_en)
                sector_areas[sector.id] = _area(sector.id, sector.area)
        self._chains = {office_id: self._climb(office_id) for office_id in self._offices}
        stations = [o.id for o in self._offices.values() if o.tier is Tier.STATION]
        counties = [o.id for o in self._offices.values() if o.tier is Tier.COUNTY and o.id in self._areas]
        self._stations = _index_by_province({i: self._areas[i] for i in stations})
        self._counties = _index_by_province({i: self._areas[i] for i in counties})
        self._sector_index = _index_by_province(sector_areas)

    def find_office(self, office_id: OfficeId) -> Office | None:
        """Return the office, or None."""
        return self._offices.get(office_id)

    def list_offices(self) -> tuple[Office, ...]:
        """Return all offices, parents before children."""
        return tuple(self._offices.values())

    def chain_of(self, office_id: OfficeId) -> tuple[OfficeId, ...]:
        """Return the office and everyone above it, nearest first; empty when there is no such office."""
        return self._chains.get(office_id, ())

    def is_within(self, office_id: OfficeId, ancestor_id: OfficeId) -> bool:
        """Whether `office_id` is `ancestor_id` or lies below it."""
        return ancestor_id in self._chains.get(office_id, ())

    def station_at(self, point: LonLat) -> OfficeId | None:
        """Return the station responsible for a point, or None when no region holds it."""
        found = _find(self._stations, point)
        return None if found is None else OfficeId(found)

    def county_at(self, point: LonLat) -> OfficeId | None:
        """Return the county of a point, or None."""
        found = _find(self._counties, point)
        return None if found is None else OfficeId(found)

    def sector_at(self, point: LonLat) -> Sector | None:
        """Return the sector of a point, or None."""
        found = _find(self._sector_index, point)
        return None if found is None else self._sectors[found]

    def list_sectors(self, station_id: OfficeId) -> tuple[Sector, ...]:
        """Return the sectors of a station, in order of their codes."""
        return tuple(sector for sector in self._sectors.values() if sector.station_id == station_id)

    def area_of(self, office_id: OfficeId) -> Any | None:
        """Return the area of a station or county as a shapely geometry in degrees, or None."""
        return self._areas.get(office_id)

    def _add_office(self, province_id: ProvinceId, entry: OfficeEntry) -> None:
        office_id, parent_id = OfficeId(entry.id), OfficeId(entry.parent_id)
        parent = self._offices.get(parent_id)
        if office_id in self._offices or parent is None or parent.tier is not _PARENT.get(entry.tier):
            raise _broken(f"{entry.id} < {entry.parent_id}")
        if entry.id.split(".", 1)[0] != province_id:
            raise _broken(f"{entry.id} ({province_id})")
        area = _area(entry.id, entry.area) if bytes(entry.area) != b"null" else None
        self._offices[office_id] = Office(
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
        if area is not None:
            self._areas[entry.id] = area
        elif entry.tier is Tier.STATION:
            raise _broken(entry.id)

    def _climb(self, office_id: OfficeId) -> tuple[OfficeId, ...]:
        chain: list[OfficeId] = []
        at: OfficeId | None = office_id
        while at is not None:
            chain.append(at)
            at = self._offices[at].parent_id
        return tuple(chain)


_PARENT: Mapping[Tier, Tier] = {
    Tier.PROVINCE: Tier.NATIONAL,
    Tier.COUNTY: Tier.PROVINCE,
    Tier.STATION: Tier.COUNTY,
}


def _index_by_province(areas: Mapping[str, Any]) -> tuple[AreaIndex, ...]:
    """One index a province, in order of their ids: a grid over a whole country would be too coarse for a city."""
    provinces: dict[str, dict[str, Any]] = {}
    for key in sorted(areas):
        provinces.setdefault(key.split(".", 1)[0], {})[key] = areas[key]
    return tuple(AreaIndex(list(of_one), list(of_one.values())) for of_one in provinces.values())


def _find(indexes: tuple[AreaIndex, ...], point: LonLat) -> str | None:
    return next((found for index in indexes if (found := index.find(point)) is not None), None)


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


def load_offices(region_folders: Iterable[Path], national: Office = NATIONAL) -> OfficeForest:
    """Return the offices of all regions under one national command."""
    return OfficeForest(
        [(ProvinceId(read_manifest(folder).id), read_offices(folder / OFFICES)) for folder in region_folders], national
    )


def _area(office_id: str, raw: msgspec.Raw) -> Any:
    try:
        area = shapely.from_geojson(bytes(raw))
    except shapely.errors.GEOSException as error:
        raise _broken(office_id) from error
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise _broken(office_id)
    return area


def _broken(what: str) -> OfficesUnreadable:
    return OfficesUnreadable(
        f"درخت یگان‌ها درست نیست؛ این یگان جای خود یا محدودهٔ خود را ندارد: {what}",
        f"The office tree does not hang together; this office lacks its place or its area: {what}",
    )
