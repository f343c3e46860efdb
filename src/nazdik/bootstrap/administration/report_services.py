"""
What may be reported without an emergency (Open311) as a setting of a province or the nation: which kinds, how they are called for
the public, what is asked besides, and whether such reports are in the public list.
"""

import re
from collections.abc import Mapping
from typing import NoReturn

import msgspec

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import NOTHING, Field, Line, Text, Words
from nazdik.bootstrap.administration.incident_kinds import kinds_in_force
from nazdik.geo.responsible import NATIONAL
from nazdik.interchange.open311.services import SERVICES, Attribute, Service
from nazdik.kernel import OfficeId
from nazdik.published.offices import OfficeTree

NAME = "services"
NATION = str(NATIONAL.id)
# Whoever writes of these is told to call.
URGENT = 2
SERVICES_MAX, ASKED_MAX, NAME_MAX, ABOUT_MAX = 40, 8, 60, 200
DATATYPES = ("string", "text", "number", "datetime")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
GROUPS = {"services": Text("گزارش‌های غیرفوری", "Reports that are no emergencies")}
FIELDS = (
    Field(
        name="rows",
        group="services",
        label=Text("آنچه می‌توان گزارش داد", "What may be reported"),
        help=Text(
            "هر سطر یک نوع رخداد است که فوری نیست. گزارش‌های «فهرست همگانی» بی نام و با جای تقریبی دیده می‌شوند.",
            "Each row is a kind of incident that is not urgent. Reports in the public list are seen without names, roughly placed.",
        ),
        type="services",
    ),
)


class AskedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is asked besides."""

    code: str
    fa: str
    en: str
    datatype: str = "string"
    required: bool = False


class ServiceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service; its code is a kind of incident."""

    code: str
    name_fa: str
    name_en: str
    about_fa: str
    about_en: str
    listed: bool = False
    asked: tuple[AskedRow, ...] = ()


class ServiceRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole list."""

    rows: tuple[ServiceRow, ...] = ()


def _both(text: str) -> tuple[str, str]:
    """Return the Persian and the English of a text that has both."""
    fa, _, en = text.partition(" / ")
    return fa, en


def _shipped(one: Service) -> ServiceRow:
    (name_fa, name_en), (about_fa, about_en) = _both(one.name), _both(one.description)
    asked = []
    for each in one.attributes:
        fa, en = _both(each.description)
        asked.append(AskedRow(each.code, fa, en, each.datatype, each.required))
    return ServiceRow(one.code, name_fa, name_en, about_fa, about_en, one.listed, tuple(asked))


def _value(rows: tuple[ServiceRow, ...]) -> Value:
    value: Value = msgspec.json.decode(msgspec.json.encode(ServiceRows(rows)))
    return value


FIRST: Value = _value(tuple(map(_shipped, SERVICES.values())))


def tidy(value: Value | None) -> Value | None:
    """Return a list as it is stored. Raises `ValueInvalid` for one that the public could not read."""
    if value is None:
        return None
    try:
        rows = tuple(map(_tidied, msgspec.convert(value, ServiceRows).rows))
    except msgspec.ValidationError as error:
        raise ValueInvalid(field="rows", what=str(error)[:300]) from error
    if not 0 < len(rows) <= SERVICES_MAX or len({row.code for row in rows}) < len(rows):
        _wrong("فهرست ۱ تا ۴۰ نوع دارد، هر کدام یک بار", f"1 to {SERVICES_MAX} kinds, each once")
    return _value(rows)


def _tidied(row: ServiceRow) -> ServiceRow:
    def plain(text: str, most: int) -> str:
        said = " ".join(text.split())
        if not 0 < len(said) <= most or "/" in said:
            fa = f"«{row.code}»: نام و شرح به هر دو زبان لازم است، بی خط کج؛ تا {most} نویسه"
            _wrong(
                fa, f"“{row.code}”: name and words are needed in both languages, without a slash; up to {most} letters"
            )
        return said

    asked = tuple(
        msgspec.structs.replace(each, fa=plain(each.fa, NAME_MAX), en=plain(each.en, NAME_MAX)) for each in row.asked
    )
    codes = [each.code for each in asked]
    fits = all(_CODE.fullmatch(code) for code in codes) and all(each.datatype in DATATYPES for each in asked)
    if not _CODE.fullmatch(row.code) or len(asked) > ASKED_MAX or len(set(codes)) < len(codes) or not fits:
        fa = f"«{row.code}»: تا ۸ پرسش، هر کدام با کد لاتین خودش"
        _wrong(fa, f"“{row.code}”: up to {ASKED_MAX} questions, each with a Latin code of its own")
    return msgspec.structs.replace(
        row,
        name_fa=plain(row.name_fa, NAME_MAX),
        name_en=plain(row.name_en, NAME_MAX),
        about_fa=plain(row.about_fa, ABOUT_MAX),
        about_en=plain(row.about_en, ABOUT_MAX),
        asked=asked,
    )


def _wrong(fa: str, en: str) -> NoReturn:
    raise ValueInvalid(field="rows", what=en, fa=fa, en=en)


def check_kinds(settings: Settings, subject: str, value: Value | None) -> None:
    """Return when every service is a kind that is there and not urgent. Raises `ValueInvalid`."""
    kinds = kinds_in_force(settings)
    # A province that has another list of kinds takes the nation's services as they are.
    for row in _rows(value) if subject != NATION else ():
        kind = kinds.get(row.code)
        if kind is None or kind.retired or kind.priority <= URGENT:
            fa = f"«{row.name_fa}» نوع رخدادی نیست که بتوان گزارش داد: نیست، کنار رفته یا فوری است"
            _wrong(fa, f"“{row.name_en}” is no kind that may be reported: unknown, retired or urgent")


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the province, or the nation, has set."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None


def inherited(offices: OfficeTree, settings: Settings, subject: str) -> tuple[Value, str | None]:
    """Return the list that holds where none is set, and whose it is: the nation's, else the program's own."""
    for above in offices.chain_of(OfficeId(subject))[1:]:
        listed = own(settings, above)
        if listed is not None:
            return listed, above
    return FIRST, None


def services_in_force(settings: Settings) -> Mapping[str, Service]:
    """Return what may be reported in a province: its own list, else the nation's, else what ships."""
    value = own(settings, str(settings.province)) or own(settings, NATION)
    return SERVICES if value is None else {row.code: _service(row) for row in _rows(value)}


def nations_services(settings: Settings) -> Mapping[str, Service]:
    """Return what may be reported in the whole country: the nation's list, else what ships."""
    value = own(settings, NATION)
    return SERVICES if value is None else {row.code: _service(row) for row in _rows(value)}


def _rows(value: Value | None) -> tuple[ServiceRow, ...]:
    return () if value is None else msgspec.convert(value, ServiceRows).rows


def _service(row: ServiceRow) -> Service:
    return Service(
        row.code,
        f"{row.name_fa} / {row.name_en}",
        f"{row.about_fa} / {row.about_en}",
        row.listed,
        tuple(Attribute(each.code, each.datatype, f"{each.fa} / {each.en}", each.required) for each in row.asked),
    )


def lines(before: Value, after: Value, words: Words) -> tuple[Line, ...]:
    """Return what differs between two lists, in words."""
    old, new = ({row.code: row for row in _rows(value)} for value in (before, after))
    found = []
    for code in dict.fromkeys((*old, *new)):
        left, right = old.get(code), new.get(code)
        if left != right:
            what = words.kinds.get(code, Text(code, code))
            found.append(Line(what, *(NOTHING if row is None else _told(row) for row in (left, right))))
    return tuple(found)


def _told(row: ServiceRow) -> Text:
    fa, en = f"«{row.name_fa}»: {row.about_fa}", f"“{row.name_en}”: {row.about_en}"
    if row.listed:
        fa, en = f"{fa}؛ در فهرست همگانی", f"{en}; in the public list"
    if row.asked:
        fa = f"{fa}؛ می‌پرسد: {'، '.join(each.fa + ('*' if each.required else '') for each in row.asked)}"
        en = f"{en}; asks: {', '.join(each.en + ('*' if each.required else '') for each in row.asked)}"
    return Text(fa, en)
