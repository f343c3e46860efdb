"""What each list holds: its columns, and a row as what it would cause. Pure but for the names that come in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration import persons
from nazdik.bootstrap.administration.book_lines import SKILLS
from nazdik.bootstrap.administration.fields import Text
from nazdik.bootstrap.imports.columns import (
    BadCell,
    Column,
    OfficeNames,
    Table,
    Wrong,
    listed,
    moment_in,
    needed,
    number_in,
    one_of,
    point_in,
    yes_in,
)
from nazdik.dispatch.model import Unit, World
from nazdik.kernel import LonLat, OfficeId, ProvinceId, Rejected, UnitId
from nazdik.kernel.text import latin_digits
from nazdik.premises.decisions import ADDRESS_MAX, DAYS_MAX, RADIUS_MAX_M, RADIUS_MIN_M, TEXT_MAX, TEXT_MIN
from nazdik.premises.model import Hazard
from nazdik.published.offices import OfficeTree

UNIT_KINDS = {
    "car": Text("خودرو", "car"),
    "motorcycle": Text("موتورسیکلت", "motorcycle"),
    "van": Text("ون", "van"),
    "foot": Text("پیاده", "on foot"),
}
HAZARDS = {
    Hazard.WEAPON.value: Text("سلاح", "weapon"),
    Hazard.VIOLENCE.value: Text("خشونت", "violence"),
    Hazard.DOG.value: Text("سگ", "dog"),
    Hazard.GAS.value: Text("گاز یا مواد خطرناک", "gas or dangerous substances"),
    Hazard.BUILDING.value: Text("ساختمان ناایمن", "unsafe building"),
    Hazard.DISEASE.value: Text("بیماری واگیر", "infectious disease"),
    Hazard.ACCESS.value: Text("راه ورود", "way in"),
    Hazard.OTHER.value: Text("دیگر", "other"),
}
DAYS, REVIEW_DAYS, RADIUS_M = 180, 90, 60.0

SIGN = Column(
    "call_sign",
    Text("نام رمز", "call sign"),
    Text("حروف لاتین، رقم، خط؛ تا ۱۶", "Latin letters, digits, dashes; up to 16"),
    needed=True,
    also=("نشان رادیویی", "نشان", "نام واحد", "واحد", "unit", "callsign"),
)
OFFICE = Column(
    "office",
    Text("یگان", "office"),
    Text("نام، کد یا شناسهٔ یگان", "name, code or id of the office"),
    needed=True,
    also=("کلانتری", "محل خدمت", "station"),
)
UNIT_KIND = Column(
    "kind",
    Text("گونه", "kind"),
    Text(
        "خودرو، موتورسیکلت، ون یا پیاده؛ خالی یعنی خودرو، یا آنچه بود",
        "car, motorcycle, van or on foot; empty means car, or what it was",
    ),
    also=("نوع", "وسیله", "vehicle"),
)
SKILL = Column(
    "skills",
    Text("مهارت‌ها", "skills"),
    Text(
        "با ویرگول جدا شوند؛ گشت همیشه هست؛ خالی یعنی آنچه بود",
        "apart by commas; patrol is always there; empty means what it had",
    ),
    also=("مهارت", "توانایی", "skill"),
)
PERSON = Column(
    "name",
    Text("نام ورود", "sign-in name"),
    Text("نامی که با آن وارد می‌شود؛ تا ۴۰ نویسه، بی فاصله", "the name to sign in by; up to 40 letters, no spaces"),
    needed=True,
    also=("نام کاربری", "کاربر", "username", "user", "person"),
)
ROLE = Column(
    "role",
    Text("نقش", "role"),
    Text("مانند اعزام‌کننده یا مأمور گشت", "such as dispatcher or patrol officer"),
    needed=True,
    also=("سمت", "جایگاه"),
)
UNIT = Column(
    "unit",
    Text("واحد", "unit"),
    Text("نام رمز؛ فقط برای مأمور گشت", "call sign; for a patrol officer only"),
    also=("نام رمز", "نشان رادیویی", "call sign", "خودرو"),
)
NUMBER = Column(
    "number",
    Text("شمارهٔ پرسنلی", "number in the force"),
    Text("برای خدمهٔ واحد؛ حرف لاتین و رقم", "for those who crew units; Latin letters and digits"),
    also=("پرسنلی", "شماره", "service number", "number"),
)
OWN_SKILLS = Column(
    "skills",
    Text("مهارت‌ها", "skills"),
    Text("آنچه خودش می‌تواند؛ با ویرگول جدا شوند", "what they themselves can do; apart by commas"),
    also=("مهارت", "توانایی", "skill"),
)
SINCE = Column(
    "since",
    Text("از", "from"),
    Text("روز آغاز؛ خالی یعنی هم‌اکنون", "first day; empty means now"),
    also=("آغاز", "since"),
)
UNTIL = Column(
    "until", Text("تا", "until"), Text("روز پایان؛ خالی یعنی بی‌پایان", "last day; empty means no end"), also=("پایان",)
)
LAT = Column(
    "lat", Text("عرض جغرافیایی", "latitude"), Text("مانند 35.7005", "such as 35.7005"), needed=True, also=("عرض",)
)
LON = Column(
    "lon",
    Text("طول جغرافیایی", "longitude"),
    Text("مانند 51.3374", "such as 51.3374"),
    needed=True,
    also=("طول", "lng"),
)
HAZARD = Column(
    "hazard",
    Text("خطر", "hazard"),
    Text("مانند سگ، سلاح، گاز", "such as dog, weapon, gas"),
    needed=True,
    also=("نوع خطر", "kind"),
)
WORDS = Column(
    "text",
    Text("شرح", "words"),
    Text("چه چیز خطرناک است، نه چه کسی آنجاست", "what is dangerous, not who lives there"),
    needed=True,
    also=("توضیح", "توضیحات", "متن", "description"),
)
ADDRESS = Column("address", Text("نشانی", "address"), Text("تا ۳۰۰ نویسه", "up to 300 letters"), also=("آدرس", "محل"))
RADIUS = Column(
    "radius_m",
    Text("شعاع", "radius"),
    Text("متر؛ خالی یعنی ۶۰", "metres; empty means 60"),
    also=("شعاع متر", "radius m"),
)
SEVERE = Column("severe", Text("شدید", "severe"), Text("بله یا نه", "yes or no"), also=("جدی", "مهم"))
DAYS_LEFT = Column("days", Text("روزهای اعتبار", "days"), Text("خالی یعنی ۱۸۰", "empty means 180"), also=("اعتبار",))
PEOPLE = (PERSON, ROLE, OFFICE, UNIT, SINCE, UNTIL, NUMBER, OWN_SKILLS)
UNITS = (SIGN, OFFICE, UNIT_KIND, SKILL)
HAZARD_COLUMNS = (LAT, LON, HAZARD, WORDS, ADDRESS, RADIUS, SEVERE, DAYS_LEFT)


class UnitWas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a unit a list may change."""

    office: OfficeId
    kind: str
    skills: tuple[str, ...]


class UnitRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit to be made known, or one that is known and would be another than it was when the file was read."""

    unit: UnitId
    call_sign: str
    office: OfficeId
    kind: str
    skills: tuple[str, ...]
    was: UnitWas | None = None


class HazardRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hazard to be warned of."""

    note: str
    point: LonLat
    radius_m: float
    address: str
    hazard: Hazard
    severe: bool
    text: str
    office: OfficeId
    days: int
    review_days: int


class PersonRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person with all their seats, as they would be and as they were when the file was read."""

    subject: str
    now: Value
    was: Value | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are read against."""

    province: ProvinceId
    offices: OfficeNames
    station_at: Callable[[LonLat], OfficeId | None]
    world: World
    settings: Settings
    person_before: Callable[[str], Value]
    new_note: Callable[[int], str]
    offset_min: int
    tree: OfficeTree | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a file comes to: rows to draft, rows that are there already, rows that cannot be used."""

    good: tuple[Any, ...]
    same: int
    bad: tuple[BadCell, ...]


def read_units(table: Table, ground: Ground) -> Read:
    """Read units; one that is known as it stands in the file is passed over, another is changed. Empty cells leave what was."""
    good: dict[str, UnitRow] = {}
    bad: list[BadCell] = []
    same = 0
    # On the radio a12 and A12 are one.
    spelled: dict[str, str] = {}
    for number, row in table.rows:
        try:
            sign = latin_digits(needed(row, SIGN))
            if not _is_call_sign(sign):
                raise Wrong(
                    SIGN, sign, "فقط حروف لاتین، رقم، خط؛ تا ۱۶", "Latin letters, digits and dashes only; up to 16"
                )
            office = ground.offices.find(needed(row, OFFICE), OFFICE)
            kind = one_of(row["kind"], UNIT_KIND, UNIT_KINDS) if row.get("kind") else None
            skills = {"patrol", *(one_of(one, SKILL, SKILLS) for one in listed(row.get("skills", "")))}
            if sign in good:
                raise Wrong(
                    SIGN, sign, "این نام رمز در پرونده پیش‌تر آمده است", "this call sign stands in the file before"
                )
            known = _known_unit(sign, ground)
            if spelled.setdefault(sign.upper(), sign) != sign or (known is not None and known.call_sign != sign):
                raise Wrong(SIGN, sign, "این نام رمز با حرف‌های کوچک و بزرگ دیگر هست", "it is there in other capitals")
            in_order = tuple(one for one in SKILLS if one in skills)
            if known is None:
                unit = UnitId(f"{ground.province}.u.{sign}")
                good[sign] = UnitRow(unit, sign, office, kind or "car", in_order)
                continue
            was = UnitWas(known.office, known.kind, known.own_skills)
            kept = not row.get("skills") or {*known.own_skills} == skills
            now = UnitWas(office, kind or known.kind, known.own_skills if kept else in_order)
            if now == was:
                same += 1
                continue
            if known.assignment_id is not None or known.emergency is not None:
                raise Wrong(
                    SIGN, sign, "این واحد اکنون مأموریت دارد؛ پس از پایان آن", "it is at work now; once that is over"
                )
            good[sign] = UnitRow(known.id, sign, now.office, now.kind, now.skills, was)
        except Wrong as wrong:
            bad.append(wrong.at(number))
    return Read(tuple(good.values()), same, tuple(bad))


def _known_unit(sign: str, ground: Ground) -> Unit | None:
    """Return the unit that has a call sign. Raises `Wrong` when it is not for this file to change."""
    whose = ground.world.signs.get(sign.upper())
    if whose is None:
        return None
    unit = ground.world.units[whose]
    if unit.call_sign.upper() != sign.upper():
        raise Wrong(
            SIGN,
            sign,
            f"پیش‌تر نام رمز واحدی بود که اکنون {unit.call_sign} است",
            f"it was the call sign of the unit that is now {unit.call_sign}",
        )
    if unit.retired_at is not None:
        raise Wrong(SIGN, sign, "کنار گذاشته شده است؛ نخست آن را بازگردانید", "it is retired; bring it back first")
    if not ground.offices.has(unit.office):
        raise Wrong(SIGN, sign, "از آنِ یگانی است که زیر نظر شما نیست", "it is of an office that is not below yours")
    return unit


def _is_call_sign(sign: str) -> bool:
    """Whether the core would take it."""
    return (
        0 < len(sign) <= 16
        and sign[0].isalnum()
        and sign.isascii()
        and sign.replace("-", "").replace("_", "").isalnum()
    )


def read_hazards(table: Table, ground: Ground) -> Read:
    """Read hazards; each is the business of the station that answers for its place."""
    good: list[HazardRow] = []
    bad: list[BadCell] = []
    seen: set[tuple[Any, ...]] = set()
    for number, row in table.rows:
        try:
            point = point_in(row, LAT, LON)
            station = ground.station_at(point)
            if station is None:
                swapped = ground.station_at(LonLat(point.lat, point.lon)) is not None
                fa, en = ("طول و عرض جابه‌جا شده‌اند", "latitude and longitude are swapped") if swapped else _OUTSIDE
                raise Wrong(LAT, f"{row['lat']}, {row['lon']}", fa, en)
            hazard = Hazard(one_of(needed(row, HAZARD), HAZARD, HAZARDS))
            text = " ".join(needed(row, WORDS).split())
            if not TEXT_MIN <= len(text) <= TEXT_MAX:
                raise Wrong(WORDS, text, "از ۲ تا ۳۰۰ نویسه", f"{TEXT_MIN} to {TEXT_MAX} letters")
            address = row.get("address", "")
            if len(address) > ADDRESS_MAX:
                raise Wrong(ADDRESS, address, "تا ۳۰۰ نویسه", f"up to {ADDRESS_MAX} letters")
            days = int(number_in(row, DAYS_LEFT, 1, DAYS_MAX, DAYS))
            made = HazardRow(
                note=ground.new_note(number),
                point=point,
                radius_m=number_in(row, RADIUS, RADIUS_MIN_M, RADIUS_MAX_M, RADIUS_M),
                address=address,
                hazard=hazard,
                severe=yes_in(row, SEVERE),
                text=text,
                office=station,
                days=days,
                review_days=min(days, REVIEW_DAYS),
            )
            if (key := (point, hazard, text)) in seen:
                raise Wrong(None, text, "همین سطر پیش‌تر آمده است", "the same row stands there before")
            seen.add(key)
            good.append(made)
        except Wrong as wrong:
            bad.append(wrong.at(number))
    return Read(tuple(good), 0, tuple(bad))


_OUTSIDE = ("در محدودهٔ هیچ کلانتری نیست", "no station answers for it")


def read_people(table: Table, ground: Ground) -> Read:
    """Read people; several rows of one name are several seats, and a person has the seats of the file afterwards."""
    seats: dict[str, list[dict[str, Any]]] = {}
    more: dict[str, dict[str, Any]] = {}
    numbers: dict[str, str] = {}
    first: dict[str, int] = {}
    bad: list[BadCell] = []
    spoilt: set[str] = set()
    for number, row in table.rows:
        name = latin_digits(row.get("name", ""))
        try:
            needed(row, PERSON)
            if persons.person_of(persons.subject_of(ground.province, name)) is None:
                raise Wrong(
                    PERSON, name, "نام ورود نیست: بی فاصله، تا ۴۰ نویسه", "no sign-in name: no spaces, up to 40 letters"
                )
            role = one_of(needed(row, ROLE), ROLE, persons.ROLES)
            seat = {
                "role": role,
                "office": ground.offices.find(needed(row, OFFICE), OFFICE),
                "unit": _unit_in(row, role, ground),
                "since": moment_in(row, SINCE, ground.offset_min),
                "until": moment_in(row, UNTIL, ground.offset_min),
            }
            said = _crew_of(row)
            if "number" in said and numbers.setdefault(said["number"].upper(), name) != name:
                raise Wrong(NUMBER, said["number"], "دو نفر این شماره را دارند", "two people have this number")
            more.setdefault(name, {}).update(said)
            seats.setdefault(name, []).append(seat)
            first.setdefault(name, number)
        except Wrong as wrong:
            bad.append(wrong.at(number))
            spoilt.add(name)
    good: list[PersonRow] = []
    same = 0
    for name, held in seats.items():
        try:
            if name in spoilt:
                raise Wrong(
                    PERSON, name, "سطر دیگری از همین فرد درست نیست", "another row of this person cannot be used"
                )
            row_of = _person(name, {"seats": held, **more[name]}, ground)
            same += row_of is None
            if row_of is not None:
                good.append(row_of)
        except Wrong as wrong:
            bad.append(wrong.at(first[name]))
    return Read(tuple(good), same, tuple(sorted(bad, key=lambda one: one.row)))


def _unit_in(row: Mapping[str, str], role: str, ground: Ground) -> str | None:
    said = latin_digits(row.get("unit", ""))
    if role != "officer":
        if said:
            raise Wrong(UNIT, said, "فقط مأمور گشت واحد دارد", "only a patrol officer has a unit")
        return None
    whose = ground.world.signs.get(said.upper())
    unit = ground.world.units[whose] if whose is not None else None
    if unit is None or unit.call_sign.upper() != said.upper():
        raise Wrong(
            UNIT, said, "چنین واحدی نیست؛ نخست واحدها را وارد کنید", "there is no such unit; import units first"
        )
    if unit.retired_at is not None:
        raise Wrong(UNIT, said, "این واحد کنار گذاشته شده است", "this unit is retired")
    return unit.id


def _crew_of(row: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row says of somebody who crews units; what it leaves empty stays as it was."""
    said: dict[str, Any] = {}
    if number := latin_digits(row.get("number", "")).strip():
        said["number"] = number
    if skills := listed(row.get("skills", "")):
        said["skills"] = [one_of(one, OWN_SKILLS, SKILLS) for one in skills]
    return said


def _person(name: str, said: dict[str, Any], ground: Ground) -> PersonRow | None:
    subject = persons.subject_of(ground.province, name)
    try:
        was = persons.own(ground.settings, subject) or ground.person_before(subject)
        now = persons.tidy({**was, **said, "active": True})
        persons.check_number(ground.settings, subject, now)
    except Rejected as error:
        fa, en = (str(error.details.get(lang, error.code)) for lang in ("fa", "en"))
        raise Wrong(None, name, fa, en) from error
    assert now is not None
    if was == now:
        return None
    return PersonRow(subject, now, None if was == persons.EMPTY else was)
