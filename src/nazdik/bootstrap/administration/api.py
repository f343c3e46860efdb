"""Settings: read, draft, compare in words, publish, go back. Every step is a fact in the province's log and holds at once."""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from nazdik.administration import commands as c
from nazdik.administration.errors import SettingUnknown
from nazdik.administration.model import Change, Setting, Value
from nazdik.bootstrap.administration.fields import Field, Line, Text, Words
from nazdik.bootstrap.administration.nation import behind, is_nations, leader_of
from nazdik.bootstrap.administration.setting_kinds import SETTING_KINDS, SettingKind, setting_kind
from nazdik.bootstrap.administration.words import words_of_desk
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.bootstrap.entrance import Entrance
from nazdik.bootstrap.identity.proofs import check_fresh
from nazdik.kernel import OfficeId, rfc3339
from nazdik.published.door import CommandAnswer


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request's body."""


class DraftBody(Body):
    """
    A whole value, or null for none of one's own; and why.

    `revision` is the draft that was there as it was written (0: none) and `over` the newest change: where they are given, another
    person's newer draft or change is not written over.
    """

    value: dict[str, Any] | None
    why: str
    revision: int | None = None
    over: int | None = None


class PublishBody(Body):
    """Which draft was read, and beside which change."""

    revision: int
    over: int


class RollBackBody(Body):
    """The change to go back to; 0 is what stood before the first. And why."""

    to: int
    why: str


class GroupView(msgspec.Struct, frozen=True):
    """A heading of the form and what stands under it."""

    name: str
    label: Text
    fields: tuple[Field, ...]


class KindView(msgspec.Struct, frozen=True):
    """A kind of setting, and the form by which people fill it in."""

    kind: str
    second_person: bool
    may_change: bool
    groups: tuple[GroupView, ...]


class KindsView(msgspec.Struct, frozen=True):
    """Every kind of setting that this session may see."""

    kinds: tuple[KindView, ...]


class DraftView(msgspec.Struct, frozen=True):
    """What is drafted, what it would change in words, and whether this session may publish it as far as two people go."""

    revision: int
    value: Value | None
    by: str
    at: str
    why: str
    mine: bool
    lines: tuple[Line, ...]


class ChangeView(msgspec.Struct, frozen=True):
    """One change: who, when, why, what it changed in words, and what going `back` to it would change of what holds now."""

    number: int
    by: str
    drafted_by: str
    at: str | None
    why: str
    restores: int | None
    own: bool
    lines: tuple[Line, ...]
    back: tuple[Line, ...]


class SettingView(msgspec.Struct, frozen=True):
    """
    A setting: `value` holds now, `own` says whether it was set here, `inherited` what would hold otherwise, and `inherited_from`
    whose that is (null: the program's own). `over` names the newest change; changes stand newest first. `to_first` is what going
    back to before the first would change. `behind` are the provinces in which the nation's is not in force yet.
    """

    kind: str
    subject: str
    value: Value
    own: bool
    inherited: Value
    inherited_from: str | None
    over: int
    draft: DraftView | None
    changes: tuple[ChangeView, ...]
    behind: tuple[str, ...] = ()
    to_first: tuple[Line, ...] = ()


class TouchedView(msgspec.Struct, frozen=True):
    """A setting that somebody has drafted or changed: by whom and when last."""

    kind: str
    subject: str
    drafted_by: str | None
    drafted_at: str | None
    why: str | None
    mine: bool
    changed_by: str | None
    changed_at: str | None


class TouchedListView(msgspec.Struct, frozen=True):
    """Settings that somebody has touched; those with a draft first, then the newest change first."""

    settings: tuple[TouchedView, ...]


async def _opened(desk: Desk, kind: str, subject: str) -> tuple[SettingKind, ControlRoom]:
    """Return what a route is about, once its reader may see it; what is personal is written down first."""
    known = setting_kind(kind)
    whose = known.whose(subject)
    if known.national and is_nations(desk.house.offices, subject):
        desk.allow(known.see, offices=frozenset({OfficeId(subject)}))
        return known, leader_of(desk.house.rooms, known.name, subject)
    room = desk.house.room(subject)
    if whose is None or desk.house.offices.find_office(OfficeId(whose)) is None:
        raise SettingUnknown(kind=known.name, subject=subject[:80])
    desk.allow(known.see, offices=frozenset({OfficeId(whose)}))
    if known.personal:
        await desk.note(f"setting:{known.name}", subject)
    return known, room


def _view(desk: Desk, kind: SettingKind, room: ControlRoom, subject: str) -> SettingView:
    setting = room.state.settings.setting(kind.name, subject)
    inherited, whose = kind.inherited(desk.house, room.state, subject)
    own = kind.own(room.state, subject)

    def held(value: Value | None) -> Value:
        """What a value comes to; one stored long ago gets what has been added since."""
        return inherited if value is None else (kind.tidy(value) or inherited)

    now, draft, words = held(own), setting.draft, words_of_desk(desk, room)
    return SettingView(
        kind=kind.name,
        subject=subject,
        value=now,
        own=own is not None,
        inherited=inherited,
        inherited_from=whose,
        over=setting.last,
        draft=None
        if draft is None
        else DraftView(
            revision=draft.revision,
            value=draft.value,
            by=draft.by,
            at=rfc3339(draft.at),
            why=draft.why,
            mine=draft.by == desk.posting.person,
            lines=kind.lines(now, held(draft.value), words),
        ),
        changes=tuple(
            _change(kind, change, held(before.value), held(change.value), now, words)
            for before, change in reversed(list(zip(setting.changes, setting.changes[1:], strict=False)))
        ),
        behind=behind(desk.house.rooms, kind, subject)
        if kind.national and is_nations(desk.house.offices, subject)
        else (),
        to_first=kind.lines(now, held(setting.changes[0].value), words) if setting.changes else (),
    )


def _change(kind: SettingKind, change: Change, before: Value, after: Value, now: Value, words: Words) -> ChangeView:
    return ChangeView(
        number=change.number,
        by=change.by,
        drafted_by=change.drafted_by,
        at=None if change.at is None else rfc3339(change.at),
        why=change.why,
        restores=change.restores,
        own=change.value is not None,
        lines=kind.lines(before, after, words),
        back=kind.lines(now, after, words),
    )


@get("/v1/settings/kinds")
async def list_setting_kinds(desk: NamedDependency[Desk]) -> KindsView:
    """Return every kind of setting this session may see, with its form: fields, words, limits."""
    return KindsView(
        tuple(
            KindView(
                kind=kind.name,
                second_person=kind.second_person,
                may_change=desk.may(kind.keep),
                groups=tuple(
                    GroupView(name, label, tuple(field for field in kind.fields if field.group == name))
                    for name, label in kind.groups.items()
                ),
            )
            for kind in SETTING_KINDS.values()
            if desk.may(kind.see)
        )
    )


@get("/v1/settings")
async def list_touched_settings(desk: NamedDependency[Desk], office: FromQuery[str]) -> TouchedListView:
    """Return the settings of an office and of those below it that somebody has drafted or changed."""
    tree = desk.house.offices
    seen = []
    for setting in _touched_below(desk, office):
        kind = SETTING_KINDS.get(setting.kind)
        whose = OfficeId((kind.whose(setting.subject) or "") if kind is not None else "")
        if kind is None or not desk.may(kind.see) or not tree.is_within(whose, OfficeId(office)):
            continue
        desk.allow(kind.see, offices=frozenset({whose}))
        seen.append(_touched(setting, desk))
    seen.sort(key=lambda one: one.changed_at or "", reverse=True)
    return TouchedListView(tuple(sorted(seen, key=lambda one: one.drafted_by is None)))


def _touched_below(desk: Desk, office: str) -> Iterator[Setting]:
    """Yield what was touched in the province of an office; of the nation what is its own."""
    if not is_nations(desk.house.offices, office):
        yield from desk.house.room(office).state.settings.items.values()
        return
    for kind in (kind for kind in SETTING_KINDS.values() if kind.national):
        setting = leader_of(desk.house.rooms, kind.name, office).state.settings.setting(kind.name, office)
        if setting.draft is not None or setting.changes:
            yield setting


def _touched(setting: Setting, desk: Desk) -> TouchedView:
    draft = setting.draft
    newest = setting.changes[-1] if setting.changes else None
    return TouchedView(
        kind=setting.kind,
        subject=setting.subject,
        drafted_by=None if draft is None else draft.by,
        drafted_at=None if draft is None else rfc3339(draft.at),
        why=None if draft is None else draft.why,
        mine=draft is not None and draft.by == desk.posting.person,
        changed_by=None if newest is None else newest.by,
        changed_at=None if newest is None or newest.at is None else rfc3339(newest.at),
    )


@get("/v1/settings/{kind:str}/{subject:str}")
async def get_setting(kind: FromPath[str], subject: FromPath[str], desk: NamedDependency[Desk]) -> SettingView:
    """Return a setting: what holds, what is drafted, what it was. Refusals: administration.setting_unknown (404)."""
    known, room = await _opened(desk, kind, subject)
    return _view(desk, known, room, subject)


@post("/v1/settings/{kind:str}/{subject:str}/draft", status_code=200)
async def save_setting_draft(
    kind: FromPath[str],
    subject: FromPath[str],
    data: JSONBody[DraftBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
) -> CommandAnswer:
    """
    Keep a value as the draft. What could not be put in force is refused here already.

    Refusals: administration.why_missing, administration.value_invalid, and those of what is set, such as
    dispatch.rules_invalid (422); administration.nothing_changed, administration.draft_changed (409).
    """
    known, room = await _opened(desk, kind, subject)
    value = known.tidy(data.value)
    if known.make_ready is not None:
        await known.make_ready(desk, subject, value)
    if known.check is not None and value is not None:
        known.check(desk, subject, value)
    command = c.SaveDraft(
        kind=known.name, subject=subject, value=value, why=data.why.strip(), revision=data.revision, over=data.over
    )
    return await door.act(known.keep, command, about=subject, room=room)


@post("/v1/settings/{kind:str}/{subject:str}/draft/drop", status_code=200)
async def drop_setting_draft(
    kind: FromPath[str], subject: FromPath[str], door: NamedDependency[RequestDoor], desk: NamedDependency[Desk]
) -> CommandAnswer:
    """Throw the draft away. Refusals: administration.no_draft (404)."""
    known, room = await _opened(desk, kind, subject)
    return await door.act(known.keep, c.DropDraft(kind=known.name, subject=subject), about=subject, room=room)


@post("/v1/settings/{kind:str}/{subject:str}/publish", status_code=200)
async def publish_setting_draft(
    request: Request[Any, Any, Any],
    kind: FromPath[str],
    subject: FromPath[str],
    data: JSONBody[PublishBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
    entrance: NamedDependency[Entrance],
) -> CommandAnswer:
    """
    Put the draft in force, at once; timers that run already keep their time.

    Refusals: administration.no_draft (404), administration.draft_changed, administration.second_person_needed (409);
    auth.proof_needed (403) where it takes two people.
    """
    known, room = await _opened(desk, kind, subject)
    if known.second_person:
        check_fresh(entrance, entrance.session_of(request))
    draft = room.state.settings.setting(known.name, subject).draft
    if known.make_ready is not None and draft is not None:
        await known.make_ready(desk, subject, draft.value)
    command = c.PublishDraft(kind=known.name, subject=subject, revision=data.revision, over=data.over)
    return await door.act(known.keep, command, about=subject, room=room)


@post("/v1/settings/{kind:str}/{subject:str}/roll-back", status_code=200)
async def roll_setting_back(
    request: Request[Any, Any, Any],
    kind: FromPath[str],
    subject: FromPath[str],
    data: JSONBody[RollBackBody],
    door: NamedDependency[RequestDoor],
    desk: NamedDependency[Desk],
    entrance: NamedDependency[Entrance],
) -> CommandAnswer:
    """
    Bring an earlier value back as a change of its own; one person is enough, because two agreed to it when it came.

    Refusals: administration.change_not_found (404), administration.nothing_changed (409), administration.why_missing (422);
    auth.proof_needed (403) where it takes two people.
    """
    known, room = await _opened(desk, kind, subject)
    if known.second_person:
        check_fresh(entrance, entrance.session_of(request))
    change = room.state.settings.setting(known.name, subject).find_change(data.to)
    if known.make_ready is not None and change is not None:
        await known.make_ready(desk, subject, change.value)
    command = c.RollBack(kind=known.name, subject=subject, to=data.to, why=data.why.strip())
    return await door.act(known.keep, command, about=subject, room=room)


ROUTES: tuple[BaseRouteHandler, ...] = (
    list_setting_kinds,
    list_touched_settings,
    get_setting,
    save_setting_draft,
    drop_setting_draft,
    publish_setting_draft,
    roll_setting_back,
)
