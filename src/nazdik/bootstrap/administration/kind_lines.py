"""What a new list of kinds changes, in words: a line for each kind that comes or goes, and for each part of one that is another."""

from collections.abc import Callable, Iterator

import msgspec

from nazdik.administration.model import Value
from nazdik.bootstrap.administration.book_lines import SKILLS
from nazdik.bootstrap.administration.fields import NOTHING, Line, Text, Words, persian
from nazdik.bootstrap.administration.incident_kinds import CAP, Kinds, Row

_RETIRED = {False: Text("در کار", "in use"), True: Text("کنار گذاشته", "retired")}
_Part = tuple[Text, Callable[[Row], Text]]


def _plain(text: str) -> Text:
    return Text(text, text) if text else NOTHING


def _number(value: float, fa: str = "", en: str = "") -> Text:
    return Text(f"{persian(value)}{fa}", f"{value:g}{en}")


def _needs(row: Row) -> Text:
    said = [(need.units, SKILLS.get(need.skill, Text(need.skill, need.skill))) for need in row.needs]
    return Text("، ".join(f"{persian(n)} {s.fa}" for n, s in said), ", ".join(f"{n} {s.en}" for n, s in said))


_PARTS: tuple[_Part, ...] = (
    (Text("نام فارسی", "Persian name"), lambda row: _plain(row.name_fa)),
    (Text("نام انگلیسی", "English name"), lambda row: _plain(row.name_en)),
    (Text("اولویت همیشگی", "usual priority"), lambda row: _number_of_priority(row.priority)),
    (Text("محدودهٔ رسیدن", "radius of the scene"), lambda row: _number(row.radius_m, " متر", " m")),
    (Text("زمان معمول در صحنه", "usual time on scene"), lambda row: _number(row.minutes, " دقیقه", " min")),
    (Text("کد استاندارد", "standard code"), lambda row: _plain(row.common)),
    (Text("کدهای دیگران", "codes of others"), lambda row: _plain(" ".join(row.also))),
    (Text("ردهٔ هشدار", "category of warnings"), lambda row: CAP[row.cap]),
    (Text("واحدهای لازم", "units needed"), _needs),
    (Text("واژه‌ها", "words"), lambda row: Text("، ".join(row.words), ", ".join(row.words)) if row.words else NOTHING),
    (Text("وضعیت", "state"), lambda row: _RETIRED[row.retired]),
)


def _number_of_priority(priority: int) -> Text:
    return Text(f"اولویت {persian(priority)}", f"priority {priority}")


def kind_lines(before: Value, after: Value, words: Words) -> tuple[Line, ...]:
    """Return what differs between two lists of kinds."""
    old, new = ({row.code: row for row in msgspec.convert(value, Kinds).rows} for value in (before, after))
    return tuple(_lines(old, new))


def _lines(old: dict[str, Row], new: dict[str, Row]) -> Iterator[Line]:
    for code in {**old, **new}:
        was, then = old.get(code), new.get(code)
        if was is not None and then is not None:
            for label, said in _PARTS:
                if said(was) != said(then):
                    what = Text(f"«{was.name_fa}»، {label.fa}", f"“{was.name_en}”, {label.en}")
                    yield Line(what, said(was), said(then))
        elif then is not None:
            yield Line(Text(f"نوع تازه «{then.name_fa}»", f"new kind “{then.name_en}”"), NOTHING, _summary(then))
        elif was is not None:
            yield Line(
                Text(f"«{was.name_fa}»، وضعیت", f"“{was.name_en}”, state"), _RETIRED[was.retired], _RETIRED[True]
            )


def _summary(row: Row) -> Text:
    """Each part with what it is, but those that say so themselves: names, priority, state."""
    told = [(label, part(row)) for label, part in _PARTS]
    plain = {label.en for label, _ in (*_PARTS[:3], _PARTS[-1])}
    said = [
        one if label.en in plain else Text(f"{label.fa}: {one.fa}", f"{label.en}: {one.en}")
        for label, one in told
        if one is not NOTHING
    ]
    return Text("؛ ".join(one.fa for one in said), "; ".join(one.en for one in said))
