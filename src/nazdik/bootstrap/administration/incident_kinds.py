"""
The kinds of incidents of a province, or of the nation where a province has none of its own, as a setting:
added, renamed, made more or less urgent, retired.

A value is the whole list. A kind that was ever in force stays known, so that an incident of it keeps its name: what a newer list
does not have any more is there as retired.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Change, Settings, Value
from nazdik.bootstrap.administration.fields import Choice, Field, Text
from nazdik.geo.responsible import NATIONAL
from nazdik.guide.tokens import alternatives_of, folded
from nazdik.kernel import Instant, OfficeId
from nazdik.published.catalogue import KINDS
from nazdik.published.kinds import Kind, Need
from nazdik.published.offices import OfficeTree
from nazdik.published.sight import SKILLS

if TYPE_CHECKING:
    from nazdik.bootstrap.desk import Desk

NAME = "kinds"
NATION = str(NATIONAL.id)
SHIPPED: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}
# The core opens an incident of the one by itself, and takes the other where nobody has said a kind.
ALWAYS = ("officer_emergency", "other")
KINDS_MAX, NAME_MAX, ALSO_MAX, WORDS_MAX, WORD_MAX = 200, 60, 12, 40, 60
NEEDS_MAX, UNITS_MAX, IN_A_ROW = 4, 20, 5
RADIUS_M, MINUTES = (20.0, 2_000.0), (1.0, 1_440.0)
CAP: Mapping[str, Text] = {
    "Geo": Text("زمین‌شناسی", "geophysical"),
    "Met": Text("هواشناسی", "weather"),
    "Safety": Text("ایمنی همگانی", "public safety"),
    "Security": Text("امنیت", "security"),
    "Rescue": Text("نجات", "rescue"),
    "Fire": Text("آتش", "fire"),
    "Health": Text("سلامت", "health"),
    "Env": Text("محیط زیست", "environment"),
    "Transport": Text("حمل و نقل", "transport"),
    "Infra": Text("زیرساخت", "infrastructure"),
    "CBRNE": Text("مواد خطرناک", "hazardous substances"),
    "Other": Text("دیگر", "other"),
}
# A common word that says nothing, so several kinds may travel with it.
ANY_COMMON = "OTHER"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_COMMON = re.compile(r"[A-Z0-9]{2,40}")
Names = tuple[str, str]


class NeedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units with one skill."""

    skill: str
    units: int


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind, whole."""

    code: str
    name_fa: str
    name_en: str
    priority: int
    radius_m: float = 100.0
    minutes: float = 30.0
    common: str = ANY_COMMON
    also: tuple[str, ...] = ()
    cap: str = "Other"
    needs: tuple[NeedRow, ...] = (NeedRow("patrol", 1),)
    words: tuple[str, ...] = ()
    retired: bool = False


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    The list. Before there was one, a value was pairs of a kind and what it was set to; such values are read still, on top of it.
    """

    rows: tuple[Row, ...] = ()
    priority: tuple[tuple[str, str], ...] = ()
    radius_m: tuple[tuple[str, str], ...] = ()


GROUPS = {"kinds": Text("نوع‌های رخداد", "Kinds of incidents")}
FIELDS = (
    Field(
        name="rows",
        group="kinds",
        label=Text("فهرست نوع‌ها", "List of kinds"),
        help=Text(
            "نوعی که کنار گذاشته شود دیگر به رخدادی داده نمی‌شود؛ رخدادهای پیشین نوع و نام خود را نگه می‌دارند.",
            "A retired kind is given to no incident any more; earlier incidents keep their kind and its name.",
        ),
        type="catalogue",
        choices=tuple(Choice(code, label) for code, label in CAP.items()),
    ),
)


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored, what ships included. Raises `ValueInvalid` for a kind that cannot be."""
    if value is None:
        return None
    try:
        kinds = msgspec.convert(value, Kinds)
    except msgspec.ValidationError as error:
        raise ValueInvalid(what=str(error)[:300]) from error
    rows = {row.code: row for row in map(_row, SHIPPED.values())}
    twice = len({row.code for row in kinds.rows}) < len(kinds.rows)
    rows |= {row.code: _trimmed(row) for row in kinds.rows}
    _set_pairs(rows, kinds)
    if twice or len(rows) > KINDS_MAX:
        raise _wrong(
            "", "یک نوع دو بار آمده یا نوع‌ها بیش از ۲۰۰ تاست", f"a kind stands there twice, or over {KINDS_MAX}"
        )
    for row in rows.values():
        for fa, en in _faults(row):
            raise _wrong(row.code, f"«{row.name_fa or row.code}»: {fa}", f"“{row.name_en or row.code}”: {en}")
    for code, fa, en in _clashes([row for row in rows.values() if not row.retired]):
        raise _wrong(code, fa, en)
    return _value(rows.values())


def _value(rows: Iterable[Row]) -> Value:
    value: Value = msgspec.json.decode(msgspec.json.encode({"rows": list(rows)}))
    return value


def _wrong(code: str, fa: str, en: str) -> ValueInvalid:
    return ValueInvalid(field="rows", kind=code[:40], what=en, fa=fa, en=en)


def _trimmed(row: Row) -> Row:
    words = tuple(dict.fromkeys(word for one in row.words if (word := " ".join(one.split()))))
    return msgspec.structs.replace(
        row,
        name_fa=row.name_fa.strip(),
        name_en=row.name_en.strip(),
        words=words,
        common=row.common or ANY_COMMON,
        also=tuple(dict.fromkeys(row.also)),
    )


def _set_pairs(rows: dict[str, Row], kinds: Kinds) -> None:
    for name, pairs in (("priority", kinds.priority), ("radius_m", kinds.radius_m)):
        if any(code not in rows or not said.isdecimal() for code, said in pairs) or len(dict(pairs)) < len(pairs):
            raise ValueInvalid(field=name, what="a kind that does not exist, or one twice")
        for code, said in pairs:
            number = int(said) if name == "priority" else float(said)
            rows[code] = msgspec.structs.replace(rows[code], **{name: number})


def _faults(row: Row) -> Iterator[Names]:
    """Say what is wrong with one kind."""
    if not _CODE.fullmatch(row.code):
        yield "کد: حروف کوچک لاتین، رقم و خط زیر، از ۲ تا ۴۰", "code: small Latin letters, digits and _, 2 to 40"
    if any(not 0 < len(name) <= NAME_MAX or not folded(name) for name in (row.name_fa, row.name_en)):
        yield "نام فارسی و انگلیسی هر دو لازم است، تا ۶۰ نویسه", f"both names are needed, up to {NAME_MAX} letters"
    if not 1 <= row.priority <= 5:
        yield "اولویت از ۱ تا ۵ است", "priority is 1 to 5"
    if not RADIUS_M[0] <= row.radius_m <= RADIUS_M[1]:
        yield "محدوده از ۲۰ تا ۲۰۰۰ متر است", "radius is 20 to 2000 m"
    if not MINUTES[0] <= row.minutes <= MINUTES[1]:
        yield "زمان در صحنه از ۱ تا ۱۴۴۰ دقیقه است", "time on scene is 1 to 1440 min"
    if len(row.also) > ALSO_MAX or any(not _COMMON.fullmatch(word) for word in (row.common, *row.also)):
        yield "کدهای استاندارد: حروف بزرگ لاتین و رقم", "standard codes: capital Latin letters and digits"
    if row.cap not in CAP:
        yield "این ردهٔ CAP نیست", "no such category of CAP"
    skills = [need.skill for need in row.needs]
    if not 0 < len(skills) <= NEEDS_MAX or len(set(skills)) < len(skills) or set(skills) - set(SKILLS):
        yield "از ۱ تا ۴ مهارت، هر کدام یک بار", f"1 to {NEEDS_MAX} skills, each once"
    if any(not 1 <= need.units <= UNITS_MAX for need in row.needs):
        yield "از هر مهارت ۱ تا ۲۰ واحد", f"1 to {UNITS_MAX} units of each skill"
    if len(row.words) > WORDS_MAX or any(not _sayable(word) for word in row.words):
        yield "واژه‌ها: تا ۴۰ تا، هر کدام تا ۵ کلمه", f"words: up to {WORDS_MAX}, each of up to {IN_A_ROW} words"
    if row.retired and row.code in ALWAYS:
        yield "سامانه به این نوع نیاز دارد و کنار نمی‌رود", "the program needs this kind; it cannot be retired"


def _sayable(word: str) -> bool:
    parts = alternatives_of(word)
    return len(word) <= WORD_MAX and len(parts) == len(parts[0]) == 1 and 0 < len(parts[0][0]) <= IN_A_ROW


def _clashes(rows: list[Row]) -> Iterator[tuple[str, str, str]]:
    """Say which two kinds in use could not be told apart, by people or by other systems."""
    seen: dict[tuple[str, object], Row] = {}
    for row in rows:
        said: list[tuple[str, object]] = [("fa", folded(row.name_fa)), ("en", folded(row.name_en))]
        said += [("code", word) for word in dict.fromkeys((row.common, *row.also)) if word != ANY_COMMON]
        for key in said:
            twin = seen.setdefault(key, row)
            if twin is not row:
                fa = f"«{row.name_fa}» و «{twin.name_fa}» یک نام یا یک کد استاندارد دارند"
                yield row.code, fa, f"“{row.name_en}” and “{twin.name_en}” share a name or a standard code"


def _row(kind: Kind) -> Row:
    return Row(
        code=kind.code,
        name_fa=kind.name_fa,
        name_en=kind.name_en,
        priority=kind.priority,
        radius_m=kind.radius_m,
        minutes=kind.minutes_on_scene,
        common=kind.common,
        also=kind.also,
        cap=kind.cap,
        needs=tuple(NeedRow(need.skill, need.units) for need in kind.needs),
        words=kind.words,
        retired=kind.retired,
    )


def _kind(row: Row) -> Kind:
    return Kind(
        code=row.code,
        common=row.common,
        name_fa=row.name_fa,
        name_en=row.name_en,
        priority=row.priority,
        needs=tuple(Need(need.skill, need.units) for need in row.needs),
        minutes_on_scene=row.minutes,
        radius_m=row.radius_m,
        also=row.also,
        cap=row.cap,
        words=row.words,
        retired=row.retired,
    )


FIRST: Value = _value(map(_row, SHIPPED.values()))


def _changes(settings: Settings, subject: str) -> tuple[Change, ...]:
    return settings.setting(NAME, subject).changes


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the province, or the nation, has set."""
    changes = _changes(settings, subject)
    return tidy(changes[-1].value) if changes else None


def inherited(offices: OfficeTree, settings: Settings, subject: str) -> tuple[Value, str | None]:
    """Return the list that holds where none is set, and whose it is: the nation's, else the program's own."""
    for above in offices.chain_of(OfficeId(subject))[1:]:
        listed = own(settings, above)
        if listed is not None:
            return listed, above
    return FIRST, None


def lists_in_force(settings: Settings) -> list[tuple[Instant | None, Value | None]]:
    """Return the lists that were in force in a province one after another, the newest last: its own, else the nation's."""
    told = [
        (change.at or 0, change.at, whose, change.value)
        for whose in (NATION, str(settings.province))
        for change in settings.setting(NAME, whose).changes
    ]
    held: dict[str, Value | None] = {}
    found: list[tuple[Instant | None, Value | None]] = []
    for _, at, whose, value in sorted(told, key=lambda one: one[0]):
        held[whose] = value
        in_force = held.get(str(settings.province)) or held.get(NATION)
        if not found or found[-1][1] is not in_force:
            found.append((at, in_force))
    return found


def kinds_in_force(settings: Settings, catalogue: Mapping[str, Kind] = SHIPPED) -> Mapping[str, Kind]:
    """Return the kinds as the province has them, and as retired those that only an earlier list had."""
    lists = lists_in_force(settings)
    if not lists:
        return catalogue
    # What ships is there in any case: a release may bring a kind that no list has yet.
    held = dict(catalogue) | {row.code: _kind(row) for row in _rows(lists[-1][1])}
    for _, value in reversed(lists[:-1]):
        for row in _rows(value):
            if row.code not in held:
                held[row.code] = _kind(msgspec.structs.replace(row, retired=True))
    return held


def nations_kinds(settings: Settings) -> Mapping[str, Kind]:
    """Return the kinds that the nation lists, else those that ship."""
    return dict(SHIPPED) | {row.code: _kind(row) for row in _rows(own(settings, NATION))}


def _rows(value: Value | None) -> tuple[Row, ...]:
    """Return what a stored value has: it was checked when it came."""
    if value is None:
        return ()
    kinds = msgspec.convert(value, Kinds)
    rows = {row.code: row for row in kinds.rows or map(_row, SHIPPED.values())}
    _set_pairs(rows, kinds)
    return tuple(rows.values())


def check_kept(desk: "Desk", subject: str, value: Value) -> None:
    """Return when a list has every kind that is known: one that incidents may have is retired, not left out."""
    if subject == NATION:
        # What only one province has is that province's, and stays known there.
        lists = [change.value for room in desk.house.rooms.values() for change in _changes(room.state.settings, NATION)]
        known = dict(SHIPPED) | {row.code: _kind(row) for each in lists for row in _rows(each)}
    else:
        known = dict(kinds_in_force(desk.house.room(subject).state.settings))
    gone = sorted(set(known) - {row["code"] for row in value["rows"]})
    if gone:
        names = [known[code] for code in gone]
        fa = f"به جای برداشتن، کنار بگذارید: {'، '.join(kind.name_fa for kind in names)}"
        raise _wrong(gone[0], fa, f"retire instead of leaving out: {', '.join(kind.name_en for kind in names)}")


def kind_of_word(kinds: Mapping[str, Kind], word: str) -> Kind | None:
    """Return the kind that another system means by a word, however it is spaced and cased; None when none is meant."""
    said = "".join(letter for letter in word.upper() if letter.isalnum())
    return next((kind for kind in kinds.values() if not kind.retired and said in (kind.common, *kind.also)), None)


def former_names(settings: Settings) -> Mapping[str, tuple[tuple[Instant, Names], ...]]:
    """Return, for each kind that was renamed, what it was called until when, oldest first."""
    former: dict[str, list[tuple[Instant, Names]]] = {}
    called = {code: (kind.name_fa, kind.name_en) for code, kind in SHIPPED.items()}
    for at, value in lists_in_force(settings)[1:]:
        now = {row.code: (row.name_fa, row.name_en) for row in _rows(value or FIRST)}
        for code, names in now.items():
            if at is not None and called.get(code, names) != names:
                former.setdefault(code, []).append((at, called[code]))
        called |= now
    return {code: tuple(names) for code, names in former.items()}
