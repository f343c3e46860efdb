"""Every kind of setting: who may see and change it, whether it takes two people, what puts it in force."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from nazdik.administration.errors import SettingUnknown
from nazdik.administration.model import Value
from nazdik.bootstrap.administration import (
    first_steps,
    incident_kinds,
    message_texts,
    persons,
    report_services,
    retention,
    rules,
    ways_in,
)
from nazdik.bootstrap.administration.fields import Field, Line, Text, Words, differences
from nazdik.bootstrap.administration.kind_lines import kind_lines
from nazdik.bootstrap.administration.register import crews_with
from nazdik.bootstrap.imports import settings as imports
from nazdik.bootstrap.imports.offices import merged
from nazdik.bootstrap.office_tree import nation
from nazdik.bootstrap.office_tree import settings as office_tree
from nazdik.kernel import Instant, ProvinceId
from nazdik.organisation.model import Act

if TYPE_CHECKING:
    from nazdik.bootstrap.desk import Building, Desk
    from nazdik.bootstrap.province_state import ProvinceState


class Effects(Protocol):
    """What a published change asks of the contexts that work by it; `former` is what held before."""

    def __call__(self, state: "ProvinceState", subject: str, change: "Published", /) -> Iterable[Any]:
        """Return commands."""


@dataclass(frozen=True, slots=True)
class Published:
    """A value that comes in force, in place of which, drafted by whom, why and when."""

    value: Value | None
    former: Value | None
    by: str
    why: str
    at: Instant


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
        whose: The office whose setting a subject is; None when there can be no such subject.
        personal: What it says is about a person, so that reading it is written down.
        in_words: How two whole values are told apart; without it field by field.
        national: The nation can have it too, and it holds wherever a province has none of its own.
        check: What a route asks before a draft is kept, besides what the core will.
        make_ready: What a route has worked out before a value is kept or put in force, off the loop; or a `Rejected`.
        put_in_force: The commands that make it so; none when what decides reads the setting itself.
    """

    name: str
    see: Act
    keep: Act
    second_person: bool
    fields: tuple[Field, ...]
    groups: dict[str, Text]
    own: "Callable[[ProvinceState, str], Value | None]"
    inherited: "Callable[[Building, ProvinceState, str], tuple[Value, str | None]]"
    tidy: Callable[[Value | None], Value | None]
    put_in_force: Effects
    whose: Callable[[str], str | None]
    personal: bool = False
    national: bool = False
    check: "Callable[[Desk, str, Value], None] | None" = None
    make_ready: "Callable[[Desk, str, Value | None], Awaitable[None]] | None" = None
    in_words: Callable[[Value, Value, Words], tuple[Line, ...]] | None = None

    def lines(self, before: Value, after: Value, words: Words) -> tuple[Line, ...]:
        """Return what differs between two whole values, in words."""
        if self.in_words is not None:
            return self.in_words(before, after, words)
        return differences(self.fields, before, after, words)


def _tidy_rules(value: Value | None) -> Value | None:
    read = rules.read(value)
    return None if read is None else rules.whole(read)


def _person_fits(state: "ProvinceState", subject: str, change: Published) -> Iterable[Any]:
    persons.check_number(state.settings, subject, change.value)
    office_tree.check_seats_open(state.settings, change.value, change.at)
    return crews_with(state.world, change.former)


RULES = SettingKind(
    name="rules",
    see=Act.SEE_RULES,
    keep=Act.SET_RULES,
    second_person=True,
    fields=rules.FIELDS,
    groups=rules.GROUPS,
    own=lambda state, subject: rules.own(state.world, subject),
    inherited=lambda house, state, subject: rules.inherited(state.world, house.offices, subject),
    tidy=_tidy_rules,
    put_in_force=lambda state, subject, change: (rules.put_in_force(subject, change.value),),
    whose=lambda subject: subject,
    national=True,
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
    inherited=lambda house, state, subject: incident_kinds.inherited(house.offices, state.settings, subject),
    tidy=incident_kinds.tidy,
    put_in_force=lambda state, subject, change: (),
    whose=lambda subject: subject if "." not in subject else None,
    check=incident_kinds.check_kept,
    in_words=kind_lines,
    national=True,
)
PERSON = SettingKind(
    name=persons.NAME,
    see=Act.MANAGE_PEOPLE,
    keep=Act.MANAGE_PEOPLE,
    # Who may see what rests on it.
    second_person=True,
    fields=persons.FIELDS,
    groups=persons.GROUPS,
    own=lambda state, subject: persons.own(state.settings, subject),
    inherited=lambda house, state, subject: (persons.kept(house.people, state.settings, subject), None),
    tidy=persons.tidy,
    put_in_force=_person_fits,
    whose=lambda subject: subject.partition(".")[0] if persons.person_of(subject) is not None else None,
    personal=True,
    check=persons.check_seats,
)
TEXTS = SettingKind(
    name=message_texts.NAME,
    see=Act.SEE_GUIDE,
    keep=Act.KEEP_GUIDE,
    second_person=False,
    fields=message_texts.FIELDS,
    groups=message_texts.GROUPS,
    own=lambda state, subject: message_texts.own(state.settings, subject),
    inherited=lambda house, state, subject: message_texts.inherited(house.offices, state.settings, subject),
    tidy=message_texts.tidy,
    put_in_force=lambda state, subject, change: (),
    whose=lambda subject: subject if "." not in subject else None,
    national=True,
)


def _services_fit(state: "ProvinceState", subject: str, change: Published) -> Iterable[Any]:
    report_services.check_kinds(state.settings, subject, change.value)
    return ()


SERVICES = SettingKind(
    name=report_services.NAME,
    see=Act.SEE_GUIDE,
    keep=Act.KEEP_GUIDE,
    second_person=False,
    fields=report_services.FIELDS,
    groups=report_services.GROUPS,
    own=lambda state, subject: report_services.own(state.settings, subject),
    inherited=lambda house, state, subject: report_services.inherited(house.offices, state.settings, subject),
    tidy=report_services.tidy,
    put_in_force=_services_fit,
    whose=lambda subject: subject if "." not in subject else None,
    in_words=report_services.lines,
    national=True,
)
FIRST_STEPS = SettingKind(
    name=first_steps.NAME,
    see=Act.MANAGE_PEOPLE,
    keep=Act.MANAGE_PEOPLE,
    second_person=False,
    fields=first_steps.FIELDS,
    groups=first_steps.GROUPS,
    own=lambda state, subject: first_steps.own(state.settings, subject),
    inherited=lambda house, state, subject: (first_steps.NOTHING_YET, None),
    tidy=first_steps.tidy,
    put_in_force=lambda state, subject, change: (),
    whose=lambda subject: subject if "." not in subject else None,
)
RETENTION = SettingKind(
    name=retention.NAME,
    see=Act.KEEP_RETENTION,
    keep=Act.KEEP_RETENTION,
    # What is erased does not come back.
    second_person=True,
    fields=retention.FIELDS,
    groups=retention.GROUPS,
    own=lambda state, subject: retention.own(state.settings, subject),
    inherited=lambda house, state, subject: (retention.SHIPPED, None),
    tidy=retention.tidy,
    put_in_force=lambda state, subject, change: (),
    whose=lambda subject: subject if "." not in subject else None,
)
WAYS_IN = SettingKind(
    name=ways_in.NAME,
    see=Act.MANAGE_PEOPLE,
    keep=Act.MANAGE_PEOPLE,
    # Who gets in by less than others rests on it.
    second_person=True,
    fields=ways_in.FIELDS,
    groups=ways_in.GROUPS,
    own=lambda state, subject: ways_in.own(state.settings, subject),
    inherited=lambda house, state, subject: ways_in.inherited(house.offices, state.settings, subject),
    tidy=ways_in.tidy,
    put_in_force=lambda state, subject, change: (),
    whose=lambda subject: subject if "." not in subject else None,
    national=True,
)


async def _tree_made_ready(desk: "Desk", subject: str, value: Value | None) -> None:
    book = desk.house.office_book
    if book is not None:
        await _check_unlisted(desk, subject, value)
        await book.make_ready(ProvinceId(subject), value)


async def _check_unlisted(desk: "Desk", subject: str, value: Value | None) -> None:
    """Refuse to close an office over people who were added on the command line, whom no setting tells of."""
    settings, people = desk.house.room(subject).state.settings, desk.house.people
    closing = office_tree.closing(value, office_tree.own(settings, subject))
    everyone = await asyncio.to_thread(people.list_people) if closing and people is not None else []
    for office in closing:
        unlisted = (
            person.id
            for person in everyone
            if person.active
            and person.posting.office == office
            and not settings.setting(persons.NAME, persons.subject_of(subject, person.id)).changes
        )
        office_tree.check_nobody_sits(office, tuple(sorted(unlisted)))


OFFICES = SettingKind(
    name=office_tree.NAME,
    see=Act.SEE_RULES,
    keep=Act.SET_RULES,
    # Who answers for a caller rests on it.
    second_person=True,
    fields=office_tree.FIELDS,
    groups=office_tree.GROUPS,
    own=lambda state, subject: office_tree.own(state.settings, subject),
    inherited=lambda house, state, subject: (office_tree.EMPTY, None),
    tidy=office_tree.tidy,
    put_in_force=lambda state, subject, change: office_tree.put_in_force(state, change.value, change.former, change.at),
    whose=lambda subject: subject if "." not in subject else None,
    in_words=office_tree.lines,
    make_ready=_tree_made_ready,
)


NATION = SettingKind(
    name=nation.NAME,
    see=Act.SEE_RULES,
    keep=Act.SET_RULES,
    # As every other office's name.
    second_person=True,
    fields=nation.FIELDS,
    groups=nation.GROUPS,
    own=lambda state, subject: nation.own(state.settings, subject),
    inherited=lambda house, state, subject: (nation.SHIPPED, None),
    tidy=nation.tidy,
    put_in_force=lambda state, subject, change: (),
    whose=lambda subject: subject if subject == nation.NATION else None,
    national=True,
)


async def _list_made_ready(desk: "Desk", subject: str, value: Value | None) -> None:
    room, book = desk.house.room(subject), desk.house.office_book
    if book is None:
        return
    settings = room.state.settings
    rows = imports.rows_of("offices", value or imports.own("offices", settings, subject))
    tree = merged(settings, rows, back=value is None)
    await _check_unlisted(desk, str(room.province), tree)
    await book.make_ready(room.province, tree)


def _import(listing: str, act: Act) -> SettingKind:
    def effects(state: "ProvinceState", subject: str, change: Published) -> Iterable[Any]:
        return imports.effects(listing, state, change.value, change.former, change.by, change.why)

    return SettingKind(
        name=imports.name_of(listing),
        see=act,
        keep=act,
        # Many at once: a second pair of eyes sees what one file would do.
        second_person=True,
        fields=(),
        groups={},
        own=lambda state, subject: imports.own(listing, state.settings, subject),
        inherited=lambda house, state, subject: (imports.EMPTY, None),
        tidy=partial(imports.tidy, listing),
        put_in_force=effects,
        whose=imports.province_of,
        personal=True,
        check=imports.only_from_a_file,
        in_words=partial(imports.lines, listing),
    )


IMPORTS = (
    _import("people", Act.MANAGE_PEOPLE),
    _import("units", Act.MANAGE_DEVICES),
    _import("hazards", Act.KEEP_PREMISES),
    replace(_import("offices", Act.SET_RULES), make_ready=_list_made_ready),
)
SETTING_KINDS = {
    kind.name: kind
    for kind in (RULES, KINDS, PERSON, TEXTS, SERVICES, OFFICES, NATION, FIRST_STEPS, RETENTION, WAYS_IN, *IMPORTS)
}


def setting_kind(name: str) -> SettingKind:
    """Return a kind of setting. Raises `SettingUnknown`."""
    kind = SETTING_KINDS.get(name)
    if kind is None:
        raise SettingUnknown(kind=name[:40])
    return kind
