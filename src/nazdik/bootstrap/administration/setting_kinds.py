"""Every kind of setting: who may see and change it, whether it takes two people, what puts it in force."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nazdik.administration.errors import SettingUnknown
from nazdik.administration.model import Value
from nazdik.bootstrap.administration import incident_kinds, rules
from nazdik.bootstrap.administration.fields import Field, Text
from nazdik.organisation.model import Act
from nazdik.published.offices import OfficeTree

if TYPE_CHECKING:
    from nazdik.bootstrap.province import ProvinceState


@dataclass(frozen=True, slots=True)
class SettingKind:
    """
    One kind of setting.

    Attributes:
        see, keep: The acts of whoever reads, and of whoever drafts and publishes.
        second_person: Safety rests on it: who drafted it does not publish it.
        own: What a subject has set itself, None when it has not.
        inherited: What holds without that, and whose it is; None when it is the program's own.
        tidy: A value as it is stored, or a `Rejected` when it is none.
        of_province: Only a province has it, and no office below.
        put_in_force: The command that makes it so; None when what decides reads the setting itself.
    """

    name: str
    see: Act
    keep: Act
    second_person: bool
    fields: tuple[Field, ...]
    groups: dict[str, Text]
    own: "Callable[[ProvinceState, str], Value | None]"
    inherited: "Callable[[ProvinceState, OfficeTree, str], tuple[Value, str | None]]"
    tidy: Callable[[Value | None], Value | None]
    put_in_force: Callable[[str, Value | None], Any]
    of_province: bool = False


def _tidy_rules(value: Value | None) -> Value | None:
    read = rules.read(value)
    return None if read is None else rules.whole(read)


RULES = SettingKind(
    name="rules",
    see=Act.SEE_RULES,
    keep=Act.SET_RULES,
    second_person=True,
    fields=rules.FIELDS,
    groups=rules.GROUPS,
    own=lambda state, subject: rules.own(state.world, subject),
    inherited=lambda state, offices, subject: rules.inherited(state.world, offices, subject),
    tidy=_tidy_rules,
    put_in_force=rules.put_in_force,
)
KINDS = SettingKind(
    name=incident_kinds.NAME,
    see=Act.SEE_GUIDE,
    keep=Act.KEEP_GUIDE,
    # How soon somebody is there rests on it.
    second_person=True,
    fields=incident_kinds.FIELDS,
    groups=incident_kinds.GROUPS,
    own=lambda state, subject: incident_kinds.own(state.settings, subject),
    inherited=lambda state, offices, subject: ({"priority": [], "radius_m": []}, None),
    tidy=incident_kinds.tidy,
    put_in_force=lambda subject, value: None,
    of_province=True,
)
SETTING_KINDS = {kind.name: kind for kind in (RULES, KINDS)}


def setting_kind(name: str) -> SettingKind:
    """Return a kind of setting. Raises `SettingUnknown`."""
    kind = SETTING_KINDS.get(name)
    if kind is None:
        raise SettingUnknown(kind=name[:40])
    return kind
