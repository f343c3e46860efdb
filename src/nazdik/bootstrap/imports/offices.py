"""A list of offices, new ones and others changed, as rows of the office tree; a new station gets sectors as its ground."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import shapely

from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Text
from nazdik.bootstrap.imports.columns import BadCell, Column, Table, Wrong, listed, needed, one_of, point_in
from nazdik.bootstrap.imports.rows import Ground as Around
from nazdik.bootstrap.imports.rows import Read
from nazdik.bootstrap.office_tree import settings as office_tree
from nazdik.geo.office_changes import Ground, OfficeChanges, OfficeRow, points_of
from nazdik.kernel import OfficeId, Rejected
from nazdik.kernel.text import fold, latin_digits
from nazdik.published.offices import Office, Tier

CODE = Column(
    "code",
    Text("کد", "code"),
    Text(
        "یگانی که این کد را دارد تغییر می‌کند؛ کد تازه، یگان تازه است",
        "the office that has it is changed; a new code is a new office",
    ),
    needed=True,
    also=("کد یگان", "office code"),
)
TIER = Column(
    "tier",
    Text("رده", "tier"),
    Text("شهرستان یا کلانتری؛ خالی یعنی کلانتری", "county or station; empty means station"),
    also=("گونه", "نوع", "kind"),
)
NAME_FA = Column(
    "name_fa",
    Text("نام فارسی", "Persian name"),
    Text("برای یگان تازه لازم است", "a new office needs it"),
    also=("نام", "نام یگان", "name", "name fa"),
)
NAME_EN = Column(
    "name_en",
    Text("نام انگلیسی", "English name"),
    Text("برای یگان تازه لازم است", "a new office needs it"),
    also=("name en",),
)
PARENT = Column(
    "parent",
    Text("زیر", "under"),
    Text("نام، کد یا شناسهٔ یگان بالادست", "name, code or id of the office above it"),
    also=("یگان بالادست", "بالادست", "شهرستان", "county", "parent"),
)
LAT = Column(
    "lat",
    Text("عرض جغرافیایی", "latitude"),
    Text("جای ساختمان، مانند 35.7005", "of its house, such as 35.7005"),
    also=("عرض",),
)
LON = Column(
    "lon",
    Text("طول جغرافیایی", "longitude"),
    Text("جای ساختمان، مانند 51.3374", "of its house, such as 51.3374"),
    also=("طول", "lng"),
)
SECTORS = Column(
    "sectors",
    Text("محدوده‌های گشت", "sectors"),
    Text(
        "کد محدوده‌هایی که زمین آن می‌شود؛ با ویرگول جدا شوند",
        "codes of the sectors that become its ground, apart by commas",
    ),
    also=("زمین", "محدوده‌ها", "محدوده", "ground", "sector"),
)
COLUMNS = (CODE, TIER, NAME_FA, NAME_EN, PARENT, LAT, LON, SECTORS)
_TIERS = {tier.value: office_tree.TIERS[tier] for tier in (Tier.COUNTY, Tier.STATION)}
_NOT_IN_IDS = re.compile(r"[^a-z0-9-]+")


class OfficeListRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An office as it would be, what was changed of it when the file was read, and the ground it would get."""

    now: OfficeRow
    was: OfficeRow | None
    grounds: tuple[Ground, ...] = ()


class _Reading:
    """One file being read: offices that are there, and those that its rows bring."""

    def __init__(self, around: Around) -> None:
        assert around.tree is not None
        self.around, self.tree = around, around.tree
        root = OfficeId(str(around.province))
        there = [each for each in self.tree.list_offices() if self.tree.is_within(each.id, root)]
        self.by_code: dict[str, Office] = {fold(each.code): each for each in there}
        value = office_tree.own(around.settings, str(around.province))
        self.typed = {row.id: row for row in office_tree.read(value).offices}
        self.brought: dict[str, OfficeRow] = {}
        sectors = [sector for each in there for sector in self.tree.list_sectors(each.id)]
        self.sectors = {fold(sector.code): sector for sector in sectors}
        self.taken: dict[str, str] = {}

    def read(self, row: Mapping[str, str], *, tier: Tier) -> OfficeListRow | None:
        """Return what a row brings; None when all of it is so already."""
        code = latin_digits(needed(row, CODE)).upper()
        if fold(code) in self.brought:
            raise Wrong(CODE, code, "این کد در پرونده پیش‌تر آمده است", "this code stands in the file before")
        known = self.by_code.get(fold(code))
        made = self._new(row, code, tier) if known is None else self._changed(row, known)
        grounds = self._grounds(row, made)
        if known is None and tier is Tier.STATION and not grounds:
            raise Wrong(SECTORS, "", "کلانتری تازه زمین می‌خواهد", "a new station needs ground")
        self.brought[fold(code)] = made
        if known is not None and not grounds and made == self._as_it_is(known):
            return None
        return OfficeListRow(made, self.typed.get(made.id), grounds)

    def tier_of(self, row: Mapping[str, str]) -> Tier:
        """Return what a row is: as it says, or as the office that has its code is."""
        known = self.by_code.get(fold(latin_digits(row.get("code", ""))))
        said = row.get("tier", "")
        tier = Tier(one_of(said, TIER, _TIERS)) if said else known.tier if known is not None else Tier.STATION
        if known is not None and known.tier is not tier:
            raise Wrong(TIER, said, "ردهٔ یک یگان عوض نمی‌شود", "an office stays of its tier")
        return tier

    def _as_it_is(self, known: Office) -> OfficeRow:
        typed = self.typed.get(known.id)
        return typed or OfficeRow(
            id=known.id,
            tier=known.tier,
            parent=str(known.parent_id or ""),
            code=known.code,
            name_fa=known.name_fa,
            name_en=known.name_en,
            seat=(known.seat.lon, known.seat.lat),
        )

    def _changed(self, row: Mapping[str, str], known: Office) -> OfficeRow:
        was = self._as_it_is(known)
        seat = tuple(point_in(row, LAT, LON)) if row.get("lat") or row.get("lon") else was.seat
        parent = self._parent(row, known.tier) if row.get("parent") else was.parent
        return self._tidied(
            msgspec.structs.replace(
                was,
                name_fa=row.get("name_fa") or was.name_fa,
                name_en=row.get("name_en") or was.name_en,
                parent=parent,
                seat=(seat[0], seat[1]),
            )
        )

    def _new(self, row: Mapping[str, str], code: str, tier: Tier) -> OfficeRow:
        lon, lat = point_in(row, LAT, LON)
        parent = self._parent(row, tier)
        office_id = f"{parent}.{_NOT_IN_IDS.sub('-', code.lower())}"
        if self.tree.find_office(OfficeId(office_id)) is not None:
            raise Wrong(
                CODE,
                code,
                "یگان بسته‌ای این کد را داشته است؛ کد دیگری بدهید",
                "a closed office had it; give another code",
            )
        return self._tidied(
            OfficeRow(
                id=office_id,
                tier=tier,
                parent=parent,
                code=code,
                name_fa=needed(row, NAME_FA),
                name_en=needed(row, NAME_EN),
                seat=(lon, lat),
                added=True,
            )
        )

    def _tidied(self, row: OfficeRow) -> OfficeRow:
        """Return a row as the setting keeps it, or say of its code or names what the setting would."""
        try:
            value = office_tree.tidy(msgspec.to_builtins(OfficeChanges(offices=(row,))))
        except Rejected as error:
            fa, en = (str(error.details.get(lang, error.code)) for lang in ("fa", "en"))
            raise Wrong(CODE, row.code, fa, en) from error
        return office_tree.read(value).offices[0]

    def _parent(self, row: Mapping[str, str], tier: Tier) -> str:
        """Return the id of the office above, which may stand in the file itself."""
        said = needed(row, PARENT)
        key = fold(said)
        brought = [o for o in self.brought.values() if key in (fold(o.code), fold(o.name_fa), fold(o.name_en))]
        parent = brought[0].id if brought else str(self.around.offices.find(said, PARENT))
        above = brought[0].tier if brought else getattr(self.tree.find_office(OfficeId(parent)), "tier", None)
        if above is not (Tier.PROVINCE if tier is Tier.COUNTY else Tier.COUNTY):
            raise Wrong(PARENT, said, "این یگان نمی‌تواند زیر آن باشد", "it cannot be under that office")
        return parent

    def _grounds(self, row: Mapping[str, str], made: OfficeRow) -> tuple[Ground, ...]:
        shapes = []
        for said in listed(row.get("sectors", "")):
            sector = self.sectors.get(fold(latin_digits(said)))
            if sector is None or made.tier is not Tier.STATION:
                raise Wrong(SECTORS, said, "چنین محدودهٔ گشتی نیست", "there is no such sector")
            if sector.station_id == made.id:
                continue
            if self.taken.setdefault(sector.id, made.id) != made.id:
                raise Wrong(
                    SECTORS, said, "این محدوده در پرونده به یگان دیگری رسیده است", "another row has got this sector"
                )
            shapes.append(self.tree.area_of_sector(sector.id))
        if not shapes:
            return ()
        rings = list(points_of(shapely.union_all(shapes)))
        return (msgspec.convert({"office": made.id, "area": rings}, Ground),)


def read_offices(table: Table, around: Around) -> Read:
    """Read offices, counties first: a station may be under a county of the same file."""
    reading, bad, same = _Reading(around), list[BadCell](), 0
    good: list[OfficeListRow] = []
    rows: list[tuple[Tier, int, Mapping[str, str]]] = []
    for number, row in table.rows:
        try:
            rows.append((reading.tier_of(row), number, row))
        except Wrong as wrong:
            bad.append(wrong.at(number))
    for tier, number, row in sorted(rows, key=lambda one: (one[0] is Tier.STATION, one[1])):
        try:
            made = reading.read(row, tier=tier)
            same += made is None
            if made is not None:
                good.append(made)
        except Wrong as wrong:
            bad.append(wrong.at(number))
    return Read(tuple(good), same, tuple(sorted(bad, key=lambda one: one.row)))


def merged(settings: Settings, rows: Iterable[OfficeListRow], *, back: bool) -> Value:
    """Return the value of the setting `offices` with the rows of a list in it, or without them again."""
    changes = office_tree.read(office_tree.own(settings, str(settings.province)))
    offices = {row.id: row for row in changes.offices}
    grounds = list(changes.grounds)
    for each in rows:
        if not back:
            offices[each.now.id] = each.now
        elif each.was is None:
            offices.pop(each.now.id, None)
        else:
            offices[each.now.id] = each.was
        grounds = [one for one in grounds if one not in each.grounds] + ([] if back else list(each.grounds))
    value: Any = OfficeChanges(offices=tuple(offices.values()), grounds=tuple(grounds), sectors=changes.sectors)
    return office_tree.tidy(msgspec.to_builtins(value)) or office_tree.EMPTY


def alone(rows: Iterable[OfficeListRow], *, now: bool) -> Value:
    """Return a value of nothing but a list's rows, as they would be or as they were: two of them are told apart in words."""
    held = [(each.now if now else each.was, each.grounds if now else ()) for each in rows]
    offices = tuple(row for row, _ in held if row is not None)
    value: Value = msgspec.to_builtins(
        OfficeChanges(offices=offices, grounds=tuple(ground for _, grounds in held for ground in grounds))
    )
    return value
