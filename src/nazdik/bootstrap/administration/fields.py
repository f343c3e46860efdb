"""The parts of a setting as people read them: a form is drawn from them, and two values are told apart in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from nazdik.administration.model import Value
from nazdik.kernel.text import persian_digits

_TO_PERSIAN = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")


class Text(msgspec.Struct, frozen=True):
    """One text in both languages."""

    fa: str
    en: str


class Choice(msgspec.Struct, frozen=True):
    """One of the values a field may have."""

    value: str
    label: Text


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """
    One part of a setting.

    Attributes:
        name: Where it lies in the value; a dot goes a step down.
        group: Under which heading it stands.
        type: `seconds`, `number`, `flag`, `choice`, `text`, `numbers` (some, as text), `skills` (some of the choices),
            `kinds` (a list of pairs: a kind of incident, a choice), `seats` or a list of its own form (`catalogue`, `services`,
            `offices`, `grounds`, `sectors`).
        columns: What its values stand for when it has several, one a column.
        unset: What holds for a kind of incident that is not listed.
    """

    name: str
    group: str
    label: Text
    help: Text
    type: str
    columns: tuple[Text, ...] = ()
    least: float | None = None
    most: float | None = None
    choices: tuple[Choice, ...] = ()
    unset: Text | None = None


class Line(msgspec.Struct, frozen=True):
    """One difference in words: what, as it was, as it is then."""

    what: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Words:
    """Names that lie outside of a setting: those of the kinds of incidents, of roles and of offices."""

    kinds: Mapping[str, Text]
    roles: Mapping[str, Text] = field(default_factory=dict)
    office: Callable[[str], Text] = lambda office_id: Text(office_id, office_id)


NOTHING = Text("—", "—")
_YES_NO = {True: Text("بله", "yes"), False: Text("نه", "no")}


def persian(number: float) -> str:
    """Return a number in Persian digits."""
    return f"{number:g}".translate(_TO_PERSIAN)


def value_at(value: Value, name: str) -> Any:
    """Return one part of a value."""
    part: Any = value
    for step in name.split("."):
        part = part[step]
    return part


def differences(fields: Sequence[Field], before: Value, after: Value, words: Words) -> tuple[Line, ...]:
    """Return what differs between two whole values, in the order of the fields, in words."""
    return tuple(
        line
        for field in fields
        for line in _differences(field, value_at(before, field.name), value_at(after, field.name), words)
    )


def _differences(field: Field, before: Any, after: Any, words: Words) -> Iterator[Line]:
    if before == after:
        return
    if field.type == "kinds":
        old, new = dict(before), dict(after)
        for kind in sorted({*old, *new}):
            if old.get(kind) != new.get(kind):
                of = words.kinds.get(kind, Text(kind, kind))
                what = Text(f"{field.label.fa}، «{of.fa}»", f"{field.label.en}, “{of.en}”")
                yield Line(what, _choice(field, old.get(kind)), _choice(field, new.get(kind)))
    elif field.type == "seats":
        yield from _seats(field, before, after, words)
    elif field.columns:
        for column, old_one, new_one in zip(field.columns, before, after, strict=True):
            if old_one != new_one:
                what = Text(f"{field.label.fa}، {column.fa}", f"{field.label.en}, {column.en}")
                yield Line(what, _said(field, old_one), _said(field, new_one))
    else:
        yield Line(field.label, _said(field, before), _said(field, after))


def _seats(field: Field, before: list[Any], after: list[Any], words: Words) -> Iterator[Line]:
    """One line for each seat that came or went; a seat is known by when it begins."""
    old, new = ({seat["since"]: seat for seat in seats} for seats in (before, after))
    for since in sorted({*old, *new}):
        if old.get(since) != new.get(since):
            what = Text(f"{field.label.fa}، از {since}", f"{field.label.en}, from {since}") if since else field.label
            yield Line(what, _seat(old.get(since), words), _seat(new.get(since), words))


def _seat(seat: dict[str, Any] | None, words: Words) -> Text:
    if seat is None:
        return NOTHING
    role, office = words.roles.get(seat["role"], Text(seat["role"], seat["role"])), words.office(seat["office"])
    fa, en = f"{role.fa}، {office.fa}", f"{role.en}, {office.en}"
    if seat["unit"]:
        sign = str(seat["unit"]).rpartition(".")[2]
        fa, en = f"{fa}، {sign}", f"{en}, {sign}"
    if seat["until"]:
        fa, en = f"{fa}، تا {seat['until']}", f"{en}, until {seat['until']}"
    return Text(fa, en)


def _said(field: Field, value: Any) -> Text:
    match field.type:
        case "seconds":
            return _seconds(value)
        case "number":
            return Text(persian(value), f"{value:g}")
        case "numbers" if value:
            return Text(persian_digits(value.replace(", ", "، ")), value)
        case "flag":
            return _YES_NO[bool(value)]
        case "choice":
            return _choice(field, value)
        case "skills":
            said = [_choice(field, one) for one in value]
            return Text("، ".join(one.fa for one in said), ", ".join(one.en for one in said)) if said else NOTHING
        case _:
            return Text(str(value), str(value)) if value else NOTHING


def _choice(field: Field, value: str | None) -> Text:
    return next((choice.label for choice in field.choices if choice.value == value), field.unset or NOTHING)


def _seconds(value: float) -> Text:
    """Minutes and hours only where nothing is lost: 90 stays 90 seconds."""
    for size, fa, en in ((3600, "ساعت", "h"), (60, "دقیقه", "min")):
        if value >= size and value % size == 0:
            return Text(f"{persian(value / size)} {fa}", f"{value / size:g} {en}")
    return Text(f"{persian(value)} ثانیه", f"{value:g} s")
