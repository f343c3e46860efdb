"""
The changes of a province's office tree as a setting: what a value is, what putting it in force moves, how it reads.

A value is everything in which the tree differs from the one the region came with (`geo.office_changes`). Who stands above whom
and whose ground is whose follows from it (`follow`); here is what else has to move when an office closes.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration import persons
from nazdik.bootstrap.administration.fields import NOTHING, Field, Line, Text, Words, persian
from nazdik.bootstrap.office_tree.errors import OfficeHasPeople, OfficeStillUsed
from nazdik.dispatch.commands import GiveToHeir, RehomeUnit
from nazdik.dispatch.model import Incident, World
from nazdik.geo.office_changes import OfficeChanges, OfficeRow, SectorRow, m2_of
from nazdik.kernel import Instant, OfficeId
from nazdik.kernel.text import code_of
from nazdik.published.offices import Tier

if TYPE_CHECKING:
    from nazdik.bootstrap.province_state import ProvinceState

NAME = "offices"
EMPTY: Value = {"offices": [], "grounds": [], "sectors": []}
OFFICES_MAX, GROUNDS_MAX, SECTORS_MAX, POINTS_MAX, NAME_MAX = 500, 200, 1_000, 20_000, 80
# So many are named in a refusal; how many there are is said too.
PEOPLE_TOLD = 20
_ID = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*){0,3}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}")
TIERS = {
    Tier.PROVINCE: Text("استان", "province"),
    Tier.COUNTY: Text("شهرستان", "county"),
    Tier.STATION: Text("کلانتری", "station"),
}
GROUPS = {"offices": Text("درخت یگان‌ها", "Office tree")}
FIELDS = (
    Field(
        name="offices",
        group="offices",
        label=Text("یگان‌ها", "Offices"),
        help=Text(
            "یگانی که بسته می‌شود رخدادهای باز و واحدهایش را به یگانی می‌دهد که زمینش را می‌گیرد.",
            "An office that closes gives its open incidents and its units to the one that gets its ground.",
        ),
        type="offices",
    ),
    Field(
        name="grounds",
        group="offices",
        label=Text("مرزها", "Boundaries"),
        help=Text(
            "زمینی که به یک کلانتری می‌رسد از هر که آن را داشت گرفته می‌شود؛ هیچ زمینی بی‌پاسخ نمی‌ماند.",
            "Ground that goes to a station is taken from whoever had it; no ground is left to nobody.",
        ),
        type="grounds",
    ),
    Field(
        name="sectors",
        group="offices",
        label=Text("محدوده‌های گشت", "Sectors"),
        help=Text(
            "آنچه یک محدوده می‌گیرد از دیگر محدوده‌های همان کلانتری کم می‌شود و از کلانتری بیرون نمی‌زند.",
            "What a sector gets is taken from the others of its station, and it never reaches beyond it.",
        ),
        type="sectors",
    ),
)


def read(value: Value | None) -> OfficeChanges:
    """Return what a value says. Raises `ValueInvalid`."""
    try:
        return msgspec.convert(value or EMPTY, OfficeChanges)
    except msgspec.ValidationError as error:
        raise ValueInvalid(what=str(error)[:300]) from error


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid` for what could be part of no tree."""
    if value is None:
        return None
    changes = read(value)
    if len(changes.offices) > OFFICES_MAX or len(changes.grounds) > GROUNDS_MAX or len(changes.sectors) > SECTORS_MAX:
        _wrong(
            "یگان‌ها، مرزها یا محدوده‌ها بیش از اندازه است",
            f"at most {OFFICES_MAX} offices, {GROUNDS_MAX} boundaries and {SECTORS_MAX} sectors",
        )
    drawn = [*(ground.area for ground in changes.grounds), *(row.area for row in changes.sectors)]
    if sum(len(ring) for area in drawn for rings in area for ring in rings) > POINTS_MAX:
        _wrong("مرزها نقطهٔ بیش از اندازه دارد", f"at most {POINTS_MAX} points in all boundaries")
    rows = tuple(_tidied(row) for row in changes.offices)
    sectors = tuple(_tidied_sector(row) for row in changes.sectors)
    tidied: Value = msgspec.to_builtins(msgspec.structs.replace(changes, offices=rows, sectors=sectors))
    # As JSON would have it, so that what was read from the log equals what was sent.
    whole: Value = msgspec.json.decode(msgspec.json.encode(tidied))
    return whole


def _tidied_sector(row: SectorRow) -> SectorRow:
    row = msgspec.structs.replace(row, code=code_of(row.code))
    fa, en = _tidied_names(row)
    # A region's own are as they are; a new one is beneath its station.
    if row.added and not (_ID.fullmatch(row.id) and row.id.startswith(f"{row.station}.")):
        _wrong(f"«{fa}»: نشانی‌اش زیر کلانتری نیست", f"“{en}”: its id is not beneath its station's")
    return msgspec.structs.replace(row, name_fa=fa, name_en=en, area=() if row.removed else row.area)


def _tidied_names(row: OfficeRow | SectorRow) -> tuple[str, str]:
    fa, en = " ".join(row.name_fa.split()), " ".join(row.name_en.split())
    known = isinstance(row, SectorRow) and not row.added
    if not (known or _ID.fullmatch(row.id)) or not _CODE.fullmatch(row.code):
        _wrong(
            f"«{fa or row.id}»: کد از حروف لاتین، رقم، نقطه و خط است، تا ۱۶",
            f"“{en or row.id}”: a code is Latin letters, digits, dots and dashes, up to 16",
        )
    if not (0 < len(fa) <= NAME_MAX and 0 < len(en) <= NAME_MAX):
        _wrong(
            f"«{row.code}»: نام فارسی و انگلیسی هر دو لازم است، تا ۸۰ نویسه",
            f"“{row.code}”: both names are needed, up to {NAME_MAX} letters",
        )
    return fa, en


def _tidied(row: OfficeRow) -> OfficeRow:
    row = msgspec.structs.replace(row, code=code_of(row.code))
    fa, en = _tidied_names(row)
    return msgspec.structs.replace(row, name_fa=fa, name_en=en, ground_to=row.ground_to if row.closed else "")


def _wrong(fa: str, en: str) -> NoReturn:
    raise ValueInvalid(field="offices", what=en, fa=fa, en=en)


def own(settings: Settings, subject: str) -> Value | None:
    """Return what was changed in a province's tree, whole: changes from before sectors were drawn leave them unsaid."""
    changes = settings.setting(NAME, subject).changes
    value = changes[-1].value if changes else None
    return None if value is None else {**EMPTY, **value}


def put_in_force(state: "ProvinceState", value: Value | None, former: Value | None, at: Instant) -> Iterator[Any]:
    """Yield what has to move when `value` holds in place of `former`. Raises `OfficeStillUsed`, `OfficeHasPeople`."""
    before = {row.id: row for row in read(former).offices}
    after = {row.id: row for row in read(value).offices}
    for row in after.values():
        was = before.get(row.id)
        if row.closed and not (was is not None and was.closed):
            check_nobody_sits(row.id, seated_at(state.settings, row.id, at))
            yield from _closing(state.world, row)
    for row in before.values():
        # Only what the changes brought can be gone with them; an office of the region stands there as it was.
        if row.id not in after and row.added and not row.closed:
            _check_unused(state.world, OfficeId(row.id))


def closing(value: Value | None, former: Value | None) -> tuple[str, ...]:
    """Return the offices that a value closes and that were open."""
    was = {row.id for row in read(former).offices if row.closed}
    return tuple(row.id for row in read(value).offices if row.closed and row.id not in was)


def seated_at(settings: Settings, office: str, at: Instant) -> tuple[str, ...]:
    """Return who, by the settings, may sign in and has a seat at an office, now or still to come."""
    return tuple(
        str(persons.person_of(subject))
        for kind, subject in sorted(settings.items)
        if kind == persons.NAME and persons.sits_at(persons.own(settings, subject), frozenset({office}), at)
    )


def check_seats_open(settings: Settings, person: Value | None, at: Instant) -> None:
    """Raise `OfficeHasPeople` when somebody would have a seat at an office that is closed."""
    closed = {row.id for row in read(own(settings, str(settings.province))).offices if row.closed}
    for office in sorted(closed):
        if persons.sits_at(person, frozenset({office}), at):
            raise OfficeHasPeople(office=office, people=[], count=1)


def check_nobody_sits(office: str, people: tuple[str, ...]) -> None:
    """Raise `OfficeHasPeople` when somebody would be left at an office that is closed."""
    if people:
        raise OfficeHasPeople(office=office, people=list(people[:PEOPLE_TOLD]), count=len(people))


def _closing(world: World, row: OfficeRow) -> Iterator[Any]:
    office, heir = OfficeId(row.id), OfficeId(row.ground_to or row.parent)
    awaited = sum(1 for each in world.call_backs.values() if each.office == office)
    if awaited:
        raise OfficeStillUsed(office=office, units=0, incidents=0, call_backs=awaited)
    for unit in world.units.values():
        if unit.office == office:
            yield RehomeUnit(unit_id=unit.id, office=heir)
    for incident in world.incidents.values():
        if not incident.ended and is_of(incident, office):
            yield GiveToHeir(incident_id=incident.id, office=office, heir=heir)


def _check_unused(world: World, office: OfficeId) -> None:
    units = sum(1 for unit in world.units.values() if unit.office == office)
    incidents = sum(1 for each in world.incidents.values() if not each.ended and is_of(each, office))
    awaited = sum(1 for each in world.call_backs.values() if each.office == office)
    if units or incidents or awaited:
        raise OfficeStillUsed(office=office, units=units, incidents=incidents, call_backs=awaited)


def is_of(incident: Incident, office: OfficeId) -> bool:
    """Whether an office has an incident."""
    return incident.station == office or any(tasking.office == office for tasking in incident.taskings)


def lines(before: Value, after: Value, words: Words) -> tuple[Line, ...]:
    """Return what differs between two trees' changes, in words."""
    old, new = read(before), read(after)
    names = {row.id: Text(row.name_fa, row.name_en) for row in (*old.offices, *new.offices)}

    def named(office: str) -> Text:
        return names.get(office) or words.office(office)

    was = {row.id: row for row in old.offices}
    now = {row.id: row for row in new.offices}
    found: list[Line] = []
    for office in dict.fromkeys((*was, *now)):
        told = (
            _told(row, words, named) if row is not None else _kept(office, words)
            for row in (was.get(office), now.get(office))
        )
        left, right = told
        if left != right:
            found.append(Line(words.office(office) if office in was else named(office), left, right))
    for ground in new.grounds:
        if ground not in old.grounds:
            found.append(Line(_ground(named(ground.office)), NOTHING, _size(m2_of(ground.area))))
    for ground in old.grounds:
        if ground not in new.grounds:
            found.append(Line(_ground(named(ground.office)), _size(m2_of(ground.area)), NOTHING))
    found += _of_sectors(old, new, named)
    return tuple(found)


def _of_sectors(old: OfficeChanges, new: OfficeChanges, named: Any) -> Iterator[Line]:
    was, now = ({row.id: row for row in changes.sectors} for changes in (old, new))
    for sector in dict.fromkeys((*was, *now)):
        left, right = was.get(sector), now.get(sector)
        row = right or left
        if row is not None and left != right:
            station = named(row.station)
            what = Text(f"محدودهٔ «{row.name_fa}»، «{station.fa}»", f"sector “{row.name_en}”, “{station.en}”")
            kept = NOTHING if row.added else _AS_REGION
            told = (_sector(each) if each is not None else kept for each in (left, right))
            yield Line(what, *told)


def _sector(row: SectorRow) -> Text:
    if row.removed:
        return Text("برداشته می‌شود", "removed")
    size = _size(m2_of(row.area)) if row.area else Text("مرزش همان است", "its boundary stays")
    return Text(f"«{row.name_fa}» ({row.code})، {size.fa}", f"“{row.name_en}” ({row.code}), {size.en}")


_AS_REGION = Text("چنان که در نقشهٔ استان است", "as the region has it")


def _kept(office: str, words: Words) -> Text:
    known = words.office(office)
    return NOTHING if known.fa == office else _AS_REGION


def _told(row: OfficeRow, words: Words, named: Any) -> Text:
    tier, parent = TIERS.get(row.tier, NOTHING), named(row.parent)
    if row.closed:
        heir = named(row.ground_to or row.parent)
        return Text(
            f"بسته؛ زمین، واحدها و رخدادهای بازش به «{heir.fa}»",
            f"closed; its ground, units and open incidents go to “{heir.en}”",
        )
    fa, en = f"{tier.fa} «{row.name_fa}» ({row.code})", f"{tier.en} “{row.name_en}” ({row.code})"
    if row.tier is not Tier.PROVINCE:
        fa, en = f"{fa}، زیر «{parent.fa}»", f"{en}, under “{parent.en}”"
    lon, lat = row.seat
    return Text(f"{fa}، ساختمان {persian(round(lat, 5))}، {persian(round(lon, 5))}", f"{en}, seat {lat:.5f}, {lon:.5f}")


def _ground(office: Text) -> Text:
    return Text(f"زمین برای «{office.fa}»", f"ground for “{office.en}”")


def _size(m2: float) -> Text:
    km2 = round(m2 / 1e6, 2)
    return Text(f"{persian(km2)} کیلومتر مربع", f"{km2:g} km²")
