"""Learnt factors of a province: what is in force, putting others in force, taking them back."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import RequestDoor
from nazdik.geo.conditions import commands as c
from nazdik.geo.conditions.model import Factor, FactorsId, LearnedFactors
from nazdik.kernel import OfficeId, ProvinceId, rfc3339
from nazdik.organisation.model import Act
from nazdik.published.door import CommandAnswer


class FactorsBody(msgspec.Struct, frozen=True, kw_only=True):
    """Factors as `nazdik eta propose` writes them; what else its file tells is left aside."""

    table: str
    factors: tuple[Factor, ...]
    note: str = ""


class LearnedView(msgspec.Struct, frozen=True):
    """A set of factors as it was put in force."""

    id: str
    table: str
    factors: tuple[Factor, ...]
    applied_at: str
    by: str
    note: str


class EtaView(msgspec.Struct, frozen=True):
    """The time table, the learnt factors in force on top of it, and how many sets could be gone back to."""

    province: str
    table: str
    learned: LearnedView | None
    before: int


@get("/v1/provinces/{province:str}/eta")
async def get_factors(province: FromPath[str], desk: NamedDependency[Desk]) -> EtaView:
    """Return the learnt factors in force. Refusals: organisation.province_not_found (404)."""
    room = desk.house.room(province)
    desk.allow(Act.SEE_ETA, offices=frozenset({OfficeId(str(room.province))}) | {desk.posting.office})
    roads = room.state.roads
    await desk.note("eta_factors", province)
    return EtaView(
        province=str(room.province),
        table=desk.house.paces[room.province].table,
        learned=None if roads.learned is None else _view(roads.learned),
        before=len(roads.learned_before),
    )


@post("/v1/provinces/{province:str}/eta", status_code=200)
async def apply_factors(
    province: FromPath[str], data: JSONBody[FactorsBody], door: NamedDependency[RequestDoor]
) -> CommandAnswer:
    """
    Put learnt factors in force: the next question is answered with them.

    Refusals: geo.eta_factors_invalid, geo.note_too_long (422), geo.factors_of_another_table (409).
    """
    command = c.ApplyFactors(
        factors_id=FactorsId(door.new_id("f", ProvinceId(province))),
        table=data.table,
        factors=data.factors,
        note=data.note,
    )
    return await door.act("set_eta", command, about=province)


@post("/v1/provinces/{province:str}/eta/revert", status_code=200)
async def revert_factors(province: FromPath[str], door: NamedDependency[RequestDoor]) -> CommandAnswer:
    """Go back to the factors that were in force before, or to none. Refusals: geo.nothing_to_revert (409)."""
    return await door.act("set_eta", c.RevertFactors(), about=province)


def _view(learned: LearnedFactors) -> LearnedView:
    return LearnedView(
        id=learned.id,
        table=learned.table,
        factors=learned.factors,
        applied_at=rfc3339(learned.applied_at),
        by=learned.by,
        note=learned.note,
    )


ROUTES: tuple[BaseRouteHandler, ...] = (get_factors, apply_factors, revert_factors)
