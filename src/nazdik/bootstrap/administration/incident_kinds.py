"""What a province makes of the kinds of incidents: how urgent each usually is, and how near counts as being there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, get_args

import msgspec

from nazdik.administration.errors import ValueInvalid
from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.fields import Choice, Field, Text, persian
from nazdik.published.catalogue import KINDS
from nazdik.published.kinds import Kind

NAME = "kinds"
Priority = Literal["1", "2", "3", "4", "5"]
Radius = Literal["50", "100", "200", "500", "1000"]
SHIPPED: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pairs of a kind's code and what it is set to; a kind that is not named is as it ships."""

    priority: tuple[tuple[str, Priority], ...] = ()
    radius_m: tuple[tuple[str, Radius], ...] = ()


GROUPS = {"kinds": Text("نوع‌های رخداد", "Kinds of incidents")}
FIELDS = (
    Field(
        name="priority",
        group="kinds",
        label=Text("اولویت همیشگی", "Usual priority"),
        help=Text(
            "اولویتی که رخداد تازه می‌گیرد اگر کسی اولویت دیگری نگوید. نوعی که اینجا نیست، اولویت آغازین خودش را دارد.",
            "What a new incident gets unless somebody says another. A kind that is not listed keeps its own.",
        ),
        type="kinds",
        unset=Text("مقدار آغازین خودش", "its own"),
        choices=tuple(
            Choice(one, Text(f"اولویت {persian(float(one))}", f"priority {one}")) for one in get_args(Priority)
        ),
    ),
    Field(
        name="radius_m",
        group="kinds",
        label=Text("محدودهٔ رسیدن", "Radius of the scene"),
        help=Text(
            "واحدی که از این نزدیک‌تر شود «در محدوده» شمرده می‌شود؛ در آغاز ۱۰۰ متر.",
            "A unit that comes nearer than this counts as in the area; 100 m to begin with.",
        ),
        type="kinds",
        unset=Text("مقدار آغازین خودش", "its own"),
        choices=tuple(Choice(one, Text(f"{persian(float(one))} متر", f"{one} m")) for one in get_args(Radius)),
    ),
)


def tidy(value: Value | None) -> Value | None:
    """Return a value as it is stored. Raises `ValueInvalid` when it names no kinds, or one twice."""
    if value is None:
        return None
    try:
        kinds = msgspec.convert(value, Kinds)
    except msgspec.ValidationError as error:
        raise ValueInvalid(what=str(error)[:300]) from error
    for name, pairs in (("priority", kinds.priority), ("radius_m", kinds.radius_m)):
        codes = [code for code, _ in pairs]
        wrong = [code[:40] for code in codes if code not in SHIPPED]
        if wrong or len(set(codes)) < len(codes):
            raise ValueInvalid(field=name, what="a kind that does not exist, or one twice", kinds=wrong)
    tidied: Value = msgspec.json.decode(msgspec.json.encode(kinds))
    return tidied


def own(settings: Settings, subject: str) -> Value | None:
    """Return what the province has set."""
    changes = settings.setting(NAME, subject).changes
    return changes[-1].value if changes else None


def kinds_in_force(settings: Settings, catalogue: Mapping[str, Kind] = SHIPPED) -> Mapping[str, Kind]:
    """Return the catalogue as the province has it."""
    value = own(settings, str(settings.province))
    if value is None:
        return catalogue
    set_here = msgspec.convert(value, Kinds)
    priority, radius_m = dict(set_here.priority), dict(set_here.radius_m)
    return {
        code: replace(
            kind,
            priority=int(priority.get(code, kind.priority)),
            radius_m=float(radius_m.get(code, kind.radius_m)),
        )
        for code, kind in catalogue.items()
    }
