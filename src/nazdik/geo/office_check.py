"""
What is wrong with the areas of an office tree, each fault by the name of its office in both languages.

An area that crosses itself is refused when the tree is read; this finds all of them at once, and what a tree may have and
somebody should know: areas that overlap, ground that is nobody's, stations outside their county.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, radians
from typing import Any

import shapely

from nazdik.geo.errors import OfficesUnsound
from nazdik.geo.responsible import OfficeEntry, OfficesFile
from nazdik.kernel.text import persian_digits
from nazdik.published.offices import Tier

# Less is what rounding to 0.1 m leaves along a border.
AREA_MIN_M2 = 10_000.0
_M2_PER_DEG2 = 111_195.0**2


class FaultCode(StrEnum):
    """What is wrong with an area."""

    NO_AREA = "no_area"
    CROSSES_ITSELF = "crosses_itself"
    OVERLAPS = "overlaps"
    GAP = "gap"
    OUTSIDE_COUNTY = "outside_county"
    SEAT_OUTSIDE = "seat_outside"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the office, what is wrong, and how large the part is."""

    code: FaultCode
    office: str
    message_fa: str
    message_en: str
    area_m2: float = 0.0


@dataclass(frozen=True, slots=True)
class _Area:
    entry: OfficeEntry
    shape: Any


def check_offices(file: OfficesFile) -> list[Fault]:
    """Return everything that is wrong with the areas of a tree, the offices in their order; empty when nothing is."""
    faults: list[Fault] = []
    sound: list[_Area] = []
    for entry in file.offices:
        if entry.tier is Tier.PROVINCE:
            continue
        shape, fault = _read(entry)
        if fault is not None:
            faults.append(fault)
        if shape is not None:
            sound.append(_Area(entry, shape))
    stations = [area for area in sound if area.entry.tier is Tier.STATION]
    counties = [area for area in sound if area.entry.tier is Tier.COUNTY]
    for areas in (counties, stations):
        faults += _overlaps(areas)
    faults += _against_counties(counties, stations)
    faults += _seats(stations)
    return faults


def faults_of(file: OfficesFile) -> frozenset[tuple[str, str]]:
    """Return what is wrong with a tree so that calls would go wrong by it: (code, office) each."""
    return frozenset((fault.code.value, fault.office) for fault in _grave(check_offices(file)))


def refuse_new_faults(file: OfficesFile, known: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """
    Return the grave faults of a tree, all of which were `known`.

    Raises:
        OfficesUnsound: It has others as well; the sentences name the first of them.
    """
    grave = _grave(check_offices(file))
    new = [fault for fault in grave if (fault.code.value, fault.office) not in known]
    if new:
        more = len(new) - 1
        raise OfficesUnsound(
            new[0].message_fa + (f" (و {persian_digits(str(more))} مورد دیگر)" if more else ""),
            new[0].message_en + (f" (and {more} more)" if more else ""),
        )
    return frozenset((fault.code.value, fault.office) for fault in grave)


def _grave(faults: list[Fault]) -> list[Fault]:
    """A station's house may stand beside its area; everything else sends a call to the wrong office or to none."""
    return [fault for fault in faults if fault.code is not FaultCode.SEAT_OUTSIDE]


def _read(entry: OfficeEntry) -> tuple[Any | None, Fault | None]:
    """Return the area of an entry, mended when it crosses itself, and what is wrong with it."""
    try:
        shape = shapely.from_geojson(bytes(entry.area))
    except shapely.errors.GEOSException:
        shape = None
    if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        if entry.tier is Tier.COUNTY and bytes(entry.area) == b"null":
            return None, None
        return None, _fault(FaultCode.NO_AREA, entry, "محدوده‌ای ندارد", "has no area")
    if shapely.is_valid(shape):
        return shape, None
    where = shapely.is_valid_reason(shape)
    fault = _fault(
        FaultCode.CROSSES_ITSELF, entry, f"خود را می‌بُرد یا درست بسته نشده است ({where})", f"crosses itself ({where})"
    )
    return shapely.make_valid(shape), fault


def _overlaps(areas: Sequence[_Area]) -> Iterator[Fault]:
    tree = shapely.STRtree([area.shape for area in areas])
    for i, area in enumerate(areas):
        for j in sorted(tree.query(area.shape, predicate="intersects").tolist()):
            other = areas[j]
            if j <= i or other.entry.id == area.entry.id or not _meet(area.entry, other.entry):
                continue
            size = _m2(shapely.intersection(area.shape, other.shape))
            if size >= AREA_MIN_M2:
                yield _fault(
                    FaultCode.OVERLAPS,
                    area.entry,
                    f"با محدودهٔ «{other.entry.name_fa}» هم‌پوشانی دارد: {_fa_km2(size)}",
                    f"overlaps “{other.entry.name_en}”: {size / 1e6:.2f} km²",
                    size,
                )


def _against_counties(counties: Sequence[_Area], stations: Sequence[_Area]) -> Iterator[Fault]:
    for county in counties:
        own = [s for s in stations if s.entry.parent_id == county.entry.id and _meet(s.entry, county.entry)]
        bare = _m2(shapely.difference(county.shape, shapely.union_all([station.shape for station in own])))
        if bare >= AREA_MIN_M2:
            yield _fault(
                FaultCode.GAP,
                county.entry,
                f"زمینی دارد که هیچ کلانتری پاسخگوی آن نیست: {_fa_km2(bare)}",
                f"has ground that no station answers for: {bare / 1e6:.2f} km²",
                bare,
            )
        for station in own:
            beyond = _m2(shapely.difference(station.shape, county.shape))
            if beyond >= AREA_MIN_M2:
                yield _fault(
                    FaultCode.OUTSIDE_COUNTY,
                    station.entry,
                    f"از «{county.entry.name_fa}» بیرون می‌زند: {_fa_km2(beyond)}",
                    f"reaches out of “{county.entry.name_en}”: {beyond / 1e6:.2f} km²",
                    beyond,
                )


def _seats(stations: Sequence[_Area]) -> Iterator[Fault]:
    for station in stations:
        if not shapely.intersects_xy(station.shape, *station.entry.seat):
            yield _fault(
                FaultCode.SEAT_OUTSIDE,
                station.entry,
                "ساختمانش بیرون از محدودهٔ آن است",
                "has its seat outside its area",
            )


def _meet(one: OfficeEntry, other: OfficeEntry) -> bool:
    """Whether two entries are in force on one day; days written as ISO dates sort as text."""
    first, last = "0000", "9999"
    return (one.valid_from or first) < (other.valid_until or last) and (other.valid_from or first) < (
        one.valid_until or last
    )


def _m2(shape: Any) -> float:
    if shape.is_empty:
        return 0.0
    return float(shape.area * _M2_PER_DEG2 * cos(radians(shape.centroid.y)))


def _fa_km2(size: float) -> str:
    return persian_digits(f"{size / 1e6:.2f}".replace(".", "٫")) + " کیلومتر مربع"


def _fault(code: FaultCode, entry: OfficeEntry, said_fa: str, said_en: str, size: float = 0.0) -> Fault:
    dated = (
        f" ({entry.valid_from or '…'} – {entry.valid_until or '…'})" if entry.valid_from or entry.valid_until else ""
    )
    return Fault(
        code, entry.id, f"«{entry.name_fa}»{dated} {said_fa}", f"“{entry.name_en}”{dated} {said_en}", round(size)
    )
