"""
Packs of paper as they are made: once for everybody who sees the same, a few rows at a time.

Every position of a control room keeps one that is a minute old at most. They all ask for the same rows, so these are made once and
serve for twenty seconds; and nobody who calls waits until five hundred incidents are written.
"""

import asyncio
from dataclasses import dataclass

from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.paper.pages import Print, UnitLine, open_row, pack_body, unit_row
from nazdik.dispatch.model import Incident, Unit, World
from nazdik.dispatch.projections import incident_view, unit_view
from nazdik.kernel import Instant, rfc3339
from nazdik.kernel.instant import seconds_between

SERVES_S = 20.0
ROWS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in a pack, as of when."""

    at: Instant
    text: str


class Packs:
    """The newest body for each way of seeing a province. Belongs to one event loop."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], asyncio.Task[Body]] = {}

    async def body(self, desk: Desk, room: ControlRoom, made: Print, forms: int) -> Body:
        """Return the body for a desk; who else sees the same may have had it made a moment ago."""
        posting = desk.posting
        key = (str(room.province), posting.role, str(posting.office), made.lang, str(forms))
        task = self._made.get(key)
        if task is None or (task.done() and not _serves(task, made.at)):
            task = self._made[key] = asyncio.get_running_loop().create_task(_make(desk, room, made, forms))
        # Whoever asked first may go away; the others still want it.
        return await asyncio.shield(task)


def _serves(task: asyncio.Task[Body], at: Instant) -> bool:
    if task.cancelled() or task.exception() is not None:
        return False
    return 0.0 <= seconds_between(task.result().at, at) <= SERVES_S


async def _make(desk: Desk, room: ControlRoom, made: Print, forms: int) -> Body:
    """Write the rows of one moment: states do not change, however long it takes."""
    state = room.state
    world = state.world
    opened = [each for each in world.incidents.values() if not each.ended and sees(desk, room, world, each)]
    opened.sort(key=lambda each: (each.priority or 9, each.created_at, each.id))
    rows: list[str] = []
    for incident in opened:
        rows.append(open_row(made, incident_view(world, incident), room.views.detail(state, incident)))
        if len(rows) % ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
    units = [each for each in world.units.values() if each.on_duty]
    units.sort(key=lambda each: (each.office, each.call_sign))
    lines: list[str] = []
    for unit in units:
        lines.append(unit_row(made, _unit_line(desk, room, world, unit, made.lang)))
        if len(lines) % ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return Body(made.at, pack_body(made, rows, lines, forms))


def sees(desk: Desk, room: ControlRoom, world: World, incident: Incident) -> bool:
    """Whether an incident is this desk's."""
    return desk.sees("incident", room.views.scopes_of_incident(world, incident))


def _unit_line(desk: Desk, room: ControlRoom, world: World, unit: Unit, lang: str) -> UnitLine:
    office = desk.house.offices.find_office(unit.office)
    name = str(unit.office) if office is None else office.name_fa if lang == "fa" else office.name_en
    place = room.lane.position_of(unit.id)
    return UnitLine(
        unit_view(world, unit, room.views.slot_of(unit.id)),
        name,
        place.point if place is not None else None,
        rfc3339(place.fixed_at) if place is not None else None,
    )
