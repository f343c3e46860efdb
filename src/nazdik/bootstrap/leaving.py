"""Whoever signs out at a desk leaves it to whoever comes: what they answer for is given as if they had handed it over."""

import logging

from nazdik.bootstrap.desk import Building
from nazdik.dispatch.commands import HandOverDesk
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.model import Incident
from nazdik.intake.passing import held_by
from nazdik.kernel import Actor, CommandId, Context, Rejected, Unavailable
from nazdik.organisation.model import Act, Posting
from nazdik.organisation.policy import has_act

_log = logging.getLogger(__name__)


async def give_desk(building: Building, posting: Posting, session_id: str) -> None:
    """
    Give the desk of somebody who leaves without having handed it over, when incidents or callers are theirs.

    Nobody is kept from leaving: what cannot be recorded now is in the server's own log, and the room sees the work either way.
    """
    office = building.offices.find_office(posting.office)
    province = office.province_id if office is not None else None
    room = building.rooms.get(province) if province is not None else None
    if room is None or not has_act(posting.role, Act.HAND_OVER):
        return
    world, now = room.state.world, building.clock.now()
    theirs = tuple(i for i in sorted(world.incidents) if _is_kept(world.incidents[i], posting.person))
    calls = held_by(room.state.calls, posting.person, now)
    if not theirs and not calls:
        return
    command = HandOverDesk(
        hand_over_id=HandOverId(f"{province}.hl{session_id[:20]}"), office=posting.office, incidents=theirs, calls=calls
    )
    actor = Actor(id=posting.person, role=posting.role, office_id=posting.office, unit_id=posting.unit)
    try:
        await room.submit(command, Context(at=now, actor=actor, command_id=CommandId(f"leaving:{session_id}")))
    except (Rejected, Unavailable) as refused:
        # They had given it already, or the log is not there.
        _log.info("a desk was left without being handed over: %s", refused)


def _is_kept(incident: Incident, person: str) -> bool:
    return not incident.ended and incident.keeper == person
