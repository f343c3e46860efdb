"""The first steps of a province: what is there already, counted from what holds, so that the list is never behind."""

import asyncio

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.bootstrap.administration import first_steps, incident_kinds
from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.entrance import HANDHELD_MARK, Entrance
from nazdik.kernel import OfficeId
from nazdik.organisation.model import Act, Role
from nazdik.published.offices import Tier

# Whoever takes calls and sends units: without one of them nobody answers.
ROOM = (Role.CALL_TAKER, Role.DISPATCHER)


class StepView(msgspec.Struct, frozen=True):
    """
    One step: done or not, and of what there is how much.

    `counts` are by name: administrators with and without a password, counties, stations, people in the room, officers, desks,
    units, handhelds. `by_hand` steps are done when somebody says that they are right as they are (setting `first_steps`).
    """

    name: str
    done: bool
    counts: dict[str, int]
    by_hand: bool = False


class StepsView(msgspec.Struct, frozen=True):
    """Every first step of a province, in the order in which one needs another."""

    province: str
    steps: tuple[StepView, ...]


@get("/v1/provinces/{province:str}/first-steps")
async def get_first_steps(
    province: FromPath[str], desk: NamedDependency[Desk], entrance: NamedDependency[Entrance]
) -> StepsView:
    """Return how far a new installation is. Only numbers, so that nobody is named."""
    room = desk.house.room(province)
    root = OfficeId(str(room.province))
    desk.allow(Act.MANAGE_PEOPLE, offices=frozenset({root}))
    tree = desk.house.offices
    people = [
        person
        for person in await asyncio.to_thread(entrance.people.list_people)
        if person.active and tree.is_within(person.posting.office, root)
    ]
    may_sign_in = {person.id for person in people if entrance.registry.has_password(person.id)}
    chiefs = [person for person in people if person.posting.role is Role.ADMINISTRATOR]
    room_people = [person for person in people if person.posting.role in ROOM]
    offices = [office.tier for office in tree.list_offices() if tree.is_within(office.id, root)]
    state = room.state
    in_use = (unit for unit in state.world.units.values() if unit.retired_at is None)
    units = [unit for unit in in_use if tree.is_within(unit.office, root)]
    handhelds = [
        device
        for device in entrance.fleet.devices.list_devices()
        if device.revoked_at is None and device.id.startswith(f"{room.province}{HANDHELD_MARK}")
    ]
    seen = {**first_steps.NOTHING_YET, **(first_steps.own(state.settings, root) or {})}
    changed = incident_kinds.own(state.settings, root) is not None
    ready_chiefs = len([each for each in chiefs if each.id in may_sign_in])
    steps = (
        StepView(
            "administrators",
            ready_chiefs >= 2,
            {"ready": ready_chiefs, "waiting": len(chiefs) - ready_chiefs},
        ),
        StepView("region", True, {}),
        StepView(
            "offices",
            bool(seen["offices"]),
            {"counties": offices.count(Tier.COUNTY), "stations": offices.count(Tier.STATION)},
            by_hand=True,
        ),
        StepView(
            "people",
            any(each.id in may_sign_in for each in room_people),
            {"room": len(room_people), "others": len(people) - len(room_people) - len(chiefs)},
        ),
        StepView("units", bool(units), {"units": len(units)}),
        StepView("handhelds", bool(handhelds), {"handhelds": len(handhelds)}),
        StepView(
            "kinds",
            bool(seen["kinds"]) or changed,
            {"kinds": len(incident_kinds.kinds_in_force(state.settings))},
            by_hand=True,
        ),
    )
    return StepsView(str(room.province), steps)


ROUTES: tuple[BaseRouteHandler, ...] = (get_first_steps,)
