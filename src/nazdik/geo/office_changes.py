"""
Changes to a province's office tree: offices added, renamed, moved, closed, and ground that goes from one station to another.

Ground is only ever given: what a station gets is taken from whoever had it. So there is no ground that is nobody's and none that
is two stations', whatever is changed in whatever order; counties follow their stations, sectors stay within theirs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import cos, isfinite, radians
from typing import Any, NoReturn

import msgspec
import shapely

from nazdik.geo.errors import OfficesUnsound
from nazdik.kernel import LonLat, OfficeId, ProvinceId
from nazdik.published.offices import Office, Sector, Tier

# Less is what rounding leaves of a station whose ground has gone to others.
AREA_MIN_M2 = 10_000.0
_M2_PER_DEG2 = 111_195.0**2
# The house of an office may stand a little beside the province.
_SEAT_WITHIN_DEG = 0.5
_ABOVE: Mapping[Tier, Tier] = {Tier.COUNTY: Tier.PROVINCE, Tier.STATION: Tier.COUNTY}
_ORDER = {Tier.PROVINCE: 0, Tier.COUNTY: 1, Tier.STATION: 2}
Rings = tuple[tuple[tuple[float, float], ...], ...]


class OfficeRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    One office as it is to be, whole. The ground of a station that is `closed` goes to `ground_to`; one that is `added` is not
    of the region.
    """

    id: str
    tier: Tier
    parent: str
    code: str
    name_fa: str
    name_en: str
    seat: tuple[float, float]
    closed: bool = False
    ground_to: str = ""
    added: bool = False


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ground that goes to a station: polygons, each an outline and holes, [lon, lat] each point."""

    office: str
    area: tuple[Rings, ...]


class SectorRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    One sector of a station as it is to be. Without an `area` it keeps the one it has; one that is `added` is not of the region.

    What a sector gets is taken from the others of its station, and it never reaches beyond it.
    """

    id: str
    station: str
    code: str
    name_fa: str
    name_en: str
    area: tuple[Rings, ...] = ()
    removed: bool = False
    added: bool = False


class OfficeChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in which a province's tree differs from the one its region came with; grounds are given in their order."""

    offices: tuple[OfficeRow, ...] = ()
    grounds: tuple[Ground, ...] = ()
    sectors: tuple[SectorRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """The offices of one province at one time, parents before children, with their areas and sectors."""

    offices: Mapping[OfficeId, Office]
    areas: Mapping[str, Any]
    sectors: Mapping[str, Sector]
    sector_areas: Mapping[str, Any]


def changed_tree(province: ProvinceId, tree: Tree, changes: OfficeChanges) -> Tree:
    """
    Return a tree with changes.

    Raises:
        OfficesUnsound: It would not hang together; the sentences say which office and why.
    """
    rows = {OfficeId(row.id): row for row in changes.offices}
    if len(rows) < len(changes.offices):
        _refuse("یک یگان دو بار آمده است", "an office stands there twice")
    offices = dict(tree.offices)
    for row in changes.offices:
        _check_row(province, row, tree)
        offices[OfficeId(row.id)] = _office(province, row, tree)
    for row in changes.offices:
        if row.closed:
            del offices[OfficeId(row.id)]
    _check_tree(offices, rows)
    areas = _grounds(tree, offices, rows, changes.grounds)
    areas = _counties(tree, offices, areas)
    sectors, sector_areas = _sectors(tree, offices, areas)
    _draw_sectors(tree, offices, areas, changes.sectors, sectors, sector_areas)
    placed = {
        each.id: replace(each, bounds=areas[each.id].bounds if each.id in areas else None)
        if areas.get(each.id) is not tree.areas.get(each.id)
        else each
        for each in sorted(offices.values(), key=lambda one: _ORDER[one.tier])
    }
    return Tree(placed, areas, sectors, sector_areas)


def _check_row(province: ProvinceId, row: OfficeRow, tree: Tree) -> None:
    before = tree.offices.get(OfficeId(row.id))
    if not row.id.startswith(str(province)) or (before is not None and before.tier is not row.tier):
        _refuse_about(row, "از این استان نیست یا ردهٔ دیگری دارد", "is of another province or of another tier")
    if row.added is not (before is None):
        _refuse_about(row, "افزوده‌بودنش درست نیامده است", "is said to be added when it is not, or the other way round")
    if row.tier is Tier.PROVINCE and (before is None or row.closed):
        _refuse_about(row, "استان نه افزوده می‌شود و نه بسته", "is a province: it is neither added nor closed")
    lon, lat = row.seat
    west, south, east, north = _bounds(tree)
    near = _SEAT_WITHIN_DEG
    if not (isfinite(lon) and west - near <= lon <= east + near and south - near <= lat <= north + near):
        _refuse_about(row, "ساختمانش در این استان نیست", "has its seat outside the province")


def _office(province: ProvinceId, row: OfficeRow, tree: Tree) -> Office:
    before = tree.offices.get(OfficeId(row.id))
    return Office(
        id=OfficeId(row.id),
        tier=row.tier,
        parent_id=before.parent_id if before is not None and row.tier is Tier.PROVINCE else OfficeId(row.parent),
        province_id=province,
        code=row.code,
        name_fa=row.name_fa,
        name_en=row.name_en,
        seat=LonLat(*row.seat),
        bounds=before.bounds if before is not None else None,
    )


def _check_tree(offices: Mapping[OfficeId, Office], rows: Mapping[OfficeId, OfficeRow]) -> None:
    codes: dict[str, Office] = {}
    for office in offices.values():
        above = _ABOVE.get(office.tier)
        parent = offices.get(office.parent_id) if office.parent_id is not None else None
        if above is not None and (parent is None or parent.tier is not above):
            fa = f"«{office.name_fa}»: یگان بالادستش نیست یا بسته است"
            _refuse(fa, f"“{office.name_en}”: the office above it is not there or is closed")
        twin = codes.setdefault(office.code.casefold(), office)
        if twin is not office:
            fa = f"«{office.name_fa}» و «{twin.name_fa}» یک کد دارند"
            _refuse(fa, f"“{office.name_en}” and “{twin.name_en}” share a code")
    for row in rows.values():
        heir = offices.get(OfficeId(row.ground_to))
        if row.closed and row.tier is Tier.STATION and (heir is None or heir.tier is not Tier.STATION):
            _refuse_about(row, "زمینش باید به یک کلانتری باز برسد", "closes: say which open station gets its ground")


def _grounds(
    tree: Tree, offices: Mapping[OfficeId, Office], rows: Mapping[OfficeId, OfficeRow], grounds: Iterable[Ground]
) -> dict[str, Any]:
    """Return the areas after ground was given, and that of closed stations passed on."""
    areas = dict(tree.areas)
    for ground in grounds:
        heir = offices.get(OfficeId(ground.office))
        if heir is None or heir.tier is not Tier.STATION:
            # Given once to a station that has been closed since: what it had then goes where its ground goes.
            row = rows.get(OfficeId(ground.office))
            if row is None or not row.closed:
                _refuse("زمین به کلانتری‌ای داده شده که نیست", f"ground is given to no station: {ground.office}")
        _give(areas, tree, offices, ground)
    for row in rows.values():
        if row.closed and (left := areas.pop(row.id, None)) is not None and row.tier is Tier.STATION:
            areas[row.ground_to] = _union(areas.get(row.ground_to), left)
    for office in offices.values():
        area = areas.get(office.id)
        if office.tier is Tier.STATION and (area is None or _m2(area) < AREA_MIN_M2):
            fa = f"«{office.name_fa}» زمینی ندارد؛ مرزی برایش بکشید یا آن را ببندید"
            _refuse(fa, f"“{office.name_en}” has no ground: draw some for it, or close it")
    return areas


def _give(areas: dict[str, Any], tree: Tree, offices: Mapping[OfficeId, Office], ground: Ground) -> None:
    piece = _shape(ground.area)
    stations = {i for i, office in tree.offices.items() if office.tier is Tier.STATION}
    stations |= {i for i, office in offices.items() if office.tier is Tier.STATION}
    gained = []
    for station in sorted(stations - {OfficeId(ground.office)}):
        area = areas.get(station)
        if area is None or not shapely.intersects(area, piece):
            continue
        gained.append(_polygons(shapely.intersection(area, piece)))
        areas[station] = _polygons(shapely.difference(area, piece))
    gain = shapely.union_all(gained) if gained else None
    if gain is not None and not gain.is_empty:
        areas[ground.office] = _union(areas.get(ground.office), gain)


def _counties(tree: Tree, offices: Mapping[OfficeId, Office], areas: dict[str, Any]) -> dict[str, Any]:
    """Return the areas with those of the counties whose stations, or their ground, are others than before."""
    before, after = _stations_of(tree.offices), _stations_of(offices)
    for county in (office for office in offices.values() if office.tier is Tier.COUNTY):
        own, had = after.get(county.id, ()), before.get(county.id, ())
        same = set(own) == set(had) and all(areas[each] is tree.areas.get(each) for each in own)
        if not same:
            areas[county.id] = _polygons(shapely.union_all([areas[each] for each in own]))
            if not own:
                del areas[county.id]
    return areas


def _stations_of(offices: Mapping[OfficeId, Office]) -> dict[OfficeId, list[OfficeId]]:
    found: dict[OfficeId, list[OfficeId]] = {}
    for office in offices.values():
        if office.tier is Tier.STATION and office.parent_id is not None:
            found.setdefault(office.parent_id, []).append(office.id)
    return found


def _sectors(
    tree: Tree, offices: Mapping[OfficeId, Office], areas: Mapping[str, Any]
) -> tuple[dict[str, Sector], dict[str, Any]]:
    """Return the sectors that are left, none of them beyond its station."""
    sectors, shapes = dict(tree.sectors), dict(tree.sector_areas)
    for sector in tree.sectors.values():
        area = areas.get(sector.station_id)
        if area is not None and area is tree.areas.get(sector.station_id):
            continue
        within = _polygons(shapely.intersection(shapes[sector.id], area)) if area is not None else None
        if sector.station_id not in offices or within is None or _m2(within) < AREA_MIN_M2:
            del sectors[sector.id], shapes[sector.id]
        else:
            shapes[sector.id] = within
    return sectors, shapes


def _draw_sectors(
    tree: Tree,
    offices: Mapping[OfficeId, Office],
    areas: Mapping[str, Any],
    rows: tuple[SectorRow, ...],
    sectors: dict[str, Sector],
    shapes: dict[str, Any],
) -> None:
    """Change `sectors` and their `shapes` as they are to be, in the order of the rows."""
    seen = set()
    for row in rows:
        before, station = tree.sectors.get(row.id), OfficeId(row.station)
        if row.id in seen:
            _refuse_sector(row, "دو بار آمده است", "stands there twice")
        seen.add(row.id)
        if row.added is not (before is None) or (before is not None and before.station_id != station):
            _refuse_sector(row, "از این کلانتری نیست", "is not one of that station's")
        if row.removed or station not in offices or (before is not None and row.id not in sectors and not row.area):
            # What is removed, or was some station's that has been closed since, or lost all of its ground.
            sectors.pop(row.id, None)
            shapes.pop(row.id, None)
            continue
        if station not in areas:
            _refuse_sector(row, "کلانتری‌اش زمینی ندارد", "is of a station without ground")
        drawn = _shape(row.area) if row.area else shapes.get(row.id)
        within = _polygons(shapely.intersection(drawn, areas[station])) if drawn is not None else shapely.Polygon()
        if _m2(within) < AREA_MIN_M2:
            _refuse_sector(row, "بیرون از کلانتری‌اش است یا بسیار کوچک", "lies outside its station or is too small")
        for other in [each for each in sectors.values() if each.station_id == station and each.id != row.id]:
            if row.area:
                left = _polygons(shapely.difference(shapes[other.id], within))
                if _m2(left) < AREA_MIN_M2:
                    fa, en = f"همهٔ «{other.name_fa}» را می‌گیرد", f"would take all of “{other.name_en}”"
                    _refuse_sector(row, fa, en)
                shapes[other.id] = left
        sectors[row.id] = Sector(row.id, station, row.code, row.name_fa, row.name_en)
        shapes[row.id] = within
    for row in rows:
        twins = (each for each in sectors.values() if row.id in sectors and each.id != row.id)
        for other in twins:
            if other.station_id == row.station and other.code.casefold() == row.code.casefold():
                _refuse_sector(row, f"و «{other.name_fa}» یک کد دارند", f"and “{other.name_en}” share a code")


def _refuse_sector(row: SectorRow, fa: str, en: str) -> NoReturn:
    _refuse(f"محدودهٔ «{row.name_fa}» {fa}", f"Sector “{row.name_en}” {en}")


def _shape(area: Iterable[Rings]) -> Any:
    """Return drawn ground as one area; one that crosses itself is refused."""
    try:
        parts = [shapely.Polygon(rings[0], rings[1:]) for rings in area if rings]
    except (ValueError, shapely.errors.GEOSException):
        parts = []
    if not parts or not all(map(shapely.is_valid, parts)) or any(_m2(part) < AREA_MIN_M2 for part in parts):
        _refuse("مرز کشیده‌شده خود را می‌بُرد یا بسیار کوچک است", "the boundary crosses itself or is too small")
    return shapely.union_all(parts)


def _polygons(shape: Any) -> Any:
    """Return only the ground of a shape: where areas touch, lines and points are left over."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in getattr(shape, "geoms", ()) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _union(one: Any | None, other: Any) -> Any:
    return other if one is None or one.is_empty else _polygons(shapely.union(one, other))


def _bounds(tree: Tree) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(list(tree.areas.values()))
    return float(west), float(south), float(east), float(north)


def m2_of(rings: Iterable[Rings]) -> float:
    """Return how large given ground is, in square metres."""
    return sum(_m2(shapely.Polygon(each[0], each[1:])) for each in rings)


def _m2(shape: Any) -> float:
    return 0.0 if shape.is_empty else float(shape.area * _M2_PER_DEG2 * cos(radians(shape.centroid.y)))


def _refuse_about(row: OfficeRow, fa: str, en: str) -> NoReturn:
    _refuse(f"«{row.name_fa}» {fa}", f"“{row.name_en}” {en}")


def _refuse(fa: str, en: str) -> NoReturn:
    raise OfficesUnsound(fa, en)


def points_of(shape: Any) -> Iterator[list[list[list[float]]]]:
    """Yield the polygons of an area as GeoJSON has them in a MultiPolygon."""
    for part in getattr(shape, "geoms", (shape,)):
        yield [[[x, y] for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
