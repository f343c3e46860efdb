"""A unit that exists: it gets another call sign, station, kind or skills, it retires, it comes back. Each holds at once."""

from typing import Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.dispatch.unit_commands import BringBackUnit, ChangeUnit, RetireUnit
from nazdik.kernel import OfficeId, UnitId
from nazdik.kernel.text import code_of
from nazdik.organisation.model import Act
from nazdik.published.door import CommandAnswer


class UnitChangeBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be different; null leaves what was. `skills` are the unit's own, without its crew's."""

    call_sign: str | None = None
    office: str | None = None
    kind: Literal["car", "motorcycle", "van", "foot"] | None = None
    skills: tuple[str, ...] | None = None


@post("/v1/units/{unit_id:str}/change", status_code=200)
async def change_unit(
    unit_id: FromPath[str],
    data: JSONBody[UnitChangeBody],
    desk: NamedDependency[Desk],
    door: NamedDependency[SkipValidation[RequestDoor]],
) -> CommandAnswer:
    """
    Change what a unit is called, where it belongs, what it is and can do. Skills may change at any time, the rest between two
    assignments.

    Refusals: dispatch.unit_not_found (404), dispatch.call_sign_invalid, dispatch.unit_stays_in_province (422),
    dispatch.unit_exists, dispatch.call_sign_was_anothers, dispatch.unit_at_work, dispatch.unit_in_emergency (409).
    """
    if data.office is not None:
        # Nobody gives a unit away to an office that is not theirs to equip.
        desk.allow(Act.MANAGE_DEVICES, offices=frozenset({OfficeId(data.office)}))
    command = ChangeUnit(
        unit_id=UnitId(unit_id),
        call_sign=None if data.call_sign is None else code_of(data.call_sign),
        office=None if data.office is None else OfficeId(data.office),
        kind=data.kind,
        skills=data.skills,
    )
    return await door.act("manage_devices", command, about=unit_id)


@post("/v1/units/{unit_id:str}/retire", status_code=200)
async def retire_unit(unit_id: FromPath[str], door: NamedDependency[SkipValidation[RequestDoor]]) -> CommandAnswer:
    """
    Take a unit out of use: its crew goes off duty, its devices are taken back. What it did stays in the record.

    Refusals: dispatch.unit_not_found (404), dispatch.unit_at_work, dispatch.unit_in_emergency (409).
    """
    return await door.act("manage_devices", RetireUnit(unit_id=UnitId(unit_id)), about=unit_id)


@post("/v1/units/{unit_id:str}/bring-back", status_code=200)
async def bring_back_unit(unit_id: FromPath[str], door: NamedDependency[SkipValidation[RequestDoor]]) -> CommandAnswer:
    """Take a retired unit into use again, off duty and without devices. Refusals: dispatch.unit_not_found (404)."""
    return await door.act("manage_devices", BringBackUnit(unit_id=UnitId(unit_id)), about=unit_id)


ROUTES: tuple[BaseRouteHandler, ...] = (change_unit, retire_unit, bring_back_unit)
