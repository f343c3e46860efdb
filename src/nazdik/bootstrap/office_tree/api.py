"""The office tree as administrators see it: areas, sectors and what hangs on each office; and what a draft would make of it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from nazdik.administration.errors import SettingUnknown
from nazdik.bootstrap.administration.fields import Line
from nazdik.bootstrap.administration.words import words_of_desk
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.office_tree.follow import OfficeBook, changed_of
from nazdik.bootstrap.office_tree.settings import EMPTY, lines, own, put_in_force, read, tidy
from nazdik.geo.office_changes import points_of
from nazdik.geo.responsible import OfficeForest
from nazdik.kernel import OfficeId
from nazdik.organisation.model import Act
from nazdik.published.offices import Office

# What a map of a province shows. Sectors are told as they are: a new station may begin with one.
_SHOWN_DEG = 2e-4
Area = list[list[list[list[float]]]]


class SectorView(msgspec.Struct, frozen=True):
    """A sector of a station; `area` as in a GeoJSON MultiPolygon."""

    id: str
    code: str
    name_fa: str
    name_en: str
    area: Area


class HangingView(msgspec.Struct, frozen=True):
    """What hangs on an office: numbers only."""

    units: int = 0
    people: int = 0
    incidents: int = 0
    call_backs: int = 0


class OfficeNodeView(msgspec.Struct, frozen=True):
    """One office of the tree. `added`: it is not of the region; `area` is for drawing and null where it has none."""

    id: str
    tier: str
    parent: str | None
    code: str
    name_fa: str
    name_en: str
    seat: tuple[float, float]
    added: bool
    area: Area | None
    sectors: tuple[SectorView, ...]
    hanging: HangingView


class ClosedOfficeView(msgspec.Struct, frozen=True):
    """An office that was closed, who got its ground, and what still hangs on it."""

    id: str
    name_fa: str
    name_en: str
    ground_to: str
    hanging: HangingView


class OfficeNodesView(msgspec.Struct, frozen=True):
    """A province's tree, national command first, parents before children."""

    province: str
    offices: tuple[OfficeNodeView, ...]
    closed: tuple[ClosedOfficeView, ...]


class TriedTreeView(msgspec.Struct, frozen=True):
    """The tree as it would be, and what would differ, in words."""

    tree: OfficeNodesView
    lines: tuple[Line, ...]


class TreeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Everything in which the tree is to differ from the region's: the value of the setting `offices`."""

    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Hanging:
    units: Counter[str]
    people: Counter[str]
    incidents: Counter[str]
    call_backs: Counter[str]

    def of(self, office: str) -> HangingView:
        return HangingView(self.units[office], self.people[office], self.incidents[office], self.call_backs[office])


def _book(desk: Desk) -> OfficeBook:
    assert desk.house.office_book is not None, "administration needs a log"
    return desk.house.office_book


async def _hanging(desk: Desk, room: ControlRoom) -> _Hanging:
    world, people = room.state.world, desk.house.people
    everyone = await asyncio.to_thread(people.list_people) if people is not None else []
    open_now = [each for each in world.incidents.values() if not each.ended]
    had = ({str(i.station), *(str(tasking.office) for tasking in i.taskings)} for i in open_now)
    return _Hanging(
        units=Counter(str(unit.office) for unit in world.units.values()),
        people=Counter(str(person.posting.office) for person in everyone if person.active),
        incidents=Counter(office for offices in had for office in offices),
        call_backs=Counter(str(each.office) for each in world.call_backs.values()),
    )


def _tree(forest: OfficeForest, room: ControlRoom, value: Mapping[str, Any], hanging: _Hanging) -> OfficeNodesView:
    rows = {row.id: row for row in read(dict(value)).offices}
    root = OfficeId(str(room.province))
    above = forest.chain_of(root)[1:]
    shown = [o for o in forest.list_offices() if o.id in above or forest.is_within(o.id, root)]
    return OfficeNodesView(
        province=str(root),
        offices=tuple(_node(forest, each, each.id in rows and rows[each.id].added, hanging) for each in shown),
        closed=tuple(
            ClosedOfficeView(row.id, row.name_fa, row.name_en, row.ground_to, hanging.of(row.id))
            for row in rows.values()
            if row.closed
        ),
    )


def _node(forest: OfficeForest, office: Office, added: bool, hanging: _Hanging) -> OfficeNodeView:
    return OfficeNodeView(
        id=office.id,
        tier=office.tier.value,
        parent=office.parent_id,
        code=office.code,
        name_fa=office.name_fa,
        name_en=office.name_en,
        seat=(office.seat.lon, office.seat.lat),
        added=added,
        area=_drawn(forest.area_of(office.id)),
        sectors=tuple(
            SectorView(s.id, s.code, s.name_fa, s.name_en, list(points_of(forest.area_of_sector(s.id))))
            for s in forest.list_sectors(office.id)
        ),
        hanging=hanging.of(office.id),
    )


def _drawn(area: Any | None) -> Area | None:
    return None if area is None else list(points_of(area.simplify(_SHOWN_DEG)))


def _opened(desk: Desk, province: str, act: Act) -> ControlRoom:
    room = desk.house.room(province)
    if str(room.province) != province:
        raise SettingUnknown(kind="offices", subject=province[:80])
    desk.allow(act, offices=frozenset({OfficeId(province)}))
    return room


@get("/v1/office-trees/{province:str}")
async def get_office_tree(province: FromPath[str], desk: NamedDependency[Desk]) -> OfficeNodesView:
    """
    Return a province's tree with areas, sectors and what hangs on each office: how many units, people and open incidents.

    Refusals: administration.setting_unknown (404).
    """
    room = _opened(desk, province, Act.SEE_RULES)
    hanging = await _hanging(desk, room)
    value = own(room.state.settings, province) or EMPTY
    return await asyncio.to_thread(_tree, _book(desk).forest, room, value, hanging)


@post("/v1/office-trees/{province:str}/try", status_code=200)
async def try_office_tree(
    province: FromPath[str], data: JSONBody[TreeBody], desk: NamedDependency[Desk]
) -> TriedTreeView:
    """
    Say what changes would make of the tree. Nothing is kept.

    Refusals: administration.value_invalid (422), administration.setting_unknown (404), offices.still_used (409).
    """
    room = _opened(desk, province, Act.SET_RULES)
    value, book, settings = tidy(data.value) or EMPTY, _book(desk), room.state.settings
    now = own(settings, province)
    await book.make_ready(room.province, value)
    # What could not be put in force is said here as it is when a draft is kept.
    tuple(put_in_force(room.state, value, now, desk.house.clock.now()))
    tried = (*changed_of(settings), (desk.house.clock.now(), read(value)))
    forest = await asyncio.to_thread(book.forest.with_changes, room.province, tried)
    hanging = await _hanging(desk, room)
    tree = await asyncio.to_thread(_tree, forest, room, value, hanging)
    return TriedTreeView(tree, lines(now or EMPTY, value, words_of_desk(desk, room)))


ROUTES: tuple[BaseRouteHandler, ...] = (get_office_tree, try_office_tree)
