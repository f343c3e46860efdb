"""A desk changes hands: given by the leaver, taken by whoever comes. Calls are intake's, so this room knows both."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import NoProvince
from nazdik.dispatch.desk_commands import HandOverDesk, TakeOverDesk, WithdrawHandOver
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.projections import hand_over_view
from nazdik.dispatch.views import HandOverView
from nazdik.intake.passing import held_by
from nazdik.kernel import IncidentId
from nazdik.organisation.model import Act
from nazdik.published.door import CommandAnswer, Door


class HandOverBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is open at the desk, as its holder saw it, and what the next one should know."""

    incidents: tuple[str, ...] = ()
    note: str = ""


class HandOversView(msgspec.Struct, frozen=True):
    """The desks of the asker's room that wait for somebody."""

    hand_overs: tuple[HandOverView, ...]


@get("/v1/hand-overs")
async def get_hand_overs(desk: NamedDependency[Desk]) -> HandOversView:
    """Return the desks of this room that were handed over and that nobody has taken. Written down in the audit log."""
    desk.allow(Act.HAND_OVER)
    await desk.note("hand_overs", str(desk.posting.office))
    given = desk.house.room(str(desk.posting.office)).state.world.hand_overs.values()
    own = (each for each in given if each.office == desk.posting.office)
    return HandOversView(tuple(hand_over_view(each) for each in sorted(own, key=lambda each: each.at)))


@post("/v1/hand-overs", status_code=201)
async def hand_over_desk(
    data: JSONBody[HandOverBody], desk: NamedDependency[Desk], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Give the desk to whoever comes: open incidents, the callers on its line and those it had taken on to call back, in one
    step. Until it is taken all of it stays its holder's.

    Refusals: dispatch.text_too_long (422), dispatch.incident_not_found (404), dispatch.hand_over_stands,
    dispatch.hand_over_not_yours (409).
    """
    office = door.office
    found = desk.house.offices.find_office(office)
    if found is None or found.province_id is None:
        raise NoProvince(office=office)
    calls = held_by(desk.house.room(str(office)).state.calls, desk.posting.person, desk.house.clock.now())
    command = HandOverDesk(
        hand_over_id=HandOverId(door.new_id("h", found.province_id)),
        office=office,
        incidents=tuple(IncidentId(each) for each in data.incidents),
        calls=calls,
        note=data.note,
    )
    return await door.act("hand_over", command, about=office)


@post("/v1/hand-overs/{hand_over_id:str}/take", status_code=200)
async def take_over_desk(hand_over_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Take a desk: all that was its leaver's is the asker's from now on.

    Refusals: dispatch.hand_over_not_found (404), dispatch.hand_over_own (409).
    """
    return await door.act("hand_over", TakeOverDesk(hand_over_id=HandOverId(hand_over_id)), about=hand_over_id)


@post("/v1/hand-overs/{hand_over_id:str}/withdraw", status_code=200)
async def withdraw_hand_over(hand_over_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Stay after all. Refusals: dispatch.hand_over_not_found (404), dispatch.hand_over_not_yours (409)."""
    return await door.act("hand_over", WithdrawHandOver(hand_over_id=HandOverId(hand_over_id)), about=hand_over_id)


ROUTES: tuple[BaseRouteHandler, ...] = (get_hand_overs, hand_over_desk, take_over_desk, withdraw_hand_over)
