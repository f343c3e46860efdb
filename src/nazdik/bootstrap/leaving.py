"""
Whoever leaves a desk leaves it to whoever comes: what they answer for is given as if they had handed it over.

They leave by signing out, by a session that ends, or because their screens fell silent: a browser that died, a machine
without power.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from nazdik.bootstrap.desk import Building
from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.identity.glass import GLASS
from nazdik.dispatch.desk_commands import HandOverDesk
from nazdik.dispatch.desk_model import HandOverId
from nazdik.dispatch.model import Incident
from nazdik.dispatch.units import RULE_RANGES
from nazdik.intake.passing import held_by
from nazdik.kernel import Actor, CommandId, Context, Instant, OfficeId, Rejected, Unavailable
from nazdik.kernel.instant import plus_s
from nazdik.organisation.model import Act, Posting
from nazdik.organisation.policy import has_act
from nazdik.platform.auth import SCREEN, Session
from nazdik.platform.faults import LogUnavailable

if TYPE_CHECKING:
    from nazdik.bootstrap.control_room import ControlRoom
    from nazdik.bootstrap.entrance import Entrance

LOOK_EVERY_S = 5.0
# What came to somebody who is gone since they were last looked at, as a call that an exchange put through, is given then.
AGAIN_AFTER_S = 60.0
_SILENT_LEAST_S = float(RULE_RANGES["desk_silent_s"][0])
_log = logging.getLogger(__name__)


async def leave(entrance: "Entrance", session: Session) -> None:
    """Give the desk of a session that has ended, when it was the last of its person."""
    if not entrance.registry.list_sessions_of(session.person):
        with_rooms = _is_last_of_room(entrance, session)
        await give_desk(entrance.building, posting_of(session), session.id, with_rooms=with_rooms)


async def give_desk(
    building: Building, posting: Posting, name: str, *, with_rooms: bool = False, silent_since: Instant | None = None
) -> None:
    """
    Give the desk of somebody who left without having handed it over, when incidents or callers are theirs.

    Nobody is kept from leaving: what cannot be recorded now is in the server's own log, and the room sees the work either way.

    Args:
        name: What tells this leaving from others.
        with_rooms: Nobody else is in the room: what nobody took by name goes along.
        silent_since: When their screens fell silent; None when they left by themselves.
    """
    room = _room_of(building, posting)
    if room is None or not room.writes or not has_act(posting.role, Act.HAND_OVER):
        return
    world, now = room.state.world, building.clock.now()
    theirs = tuple(
        each
        for each in sorted(world.incidents)
        if _is_theirs(world.incidents[each], posting.person)
        or (with_rooms and _is_the_rooms(building, world.incidents[each], posting.office))
    )
    calls = held_by(room.state.calls, posting.person, now)
    if not theirs and not calls:
        return
    command = HandOverDesk(
        hand_over_id=HandOverId(f"{room.province}.hl{name[:20]}"),
        office=posting.office,
        incidents=theirs,
        calls=calls,
        silent_since=silent_since,
    )
    actor = Actor(id=posting.person, role=posting.role, office_id=posting.office, unit_id=posting.unit)
    try:
        await room.submit(command, Context(at=now, actor=actor, command_id=CommandId(f"leaving:{name}")))
    except (Rejected, Unavailable) as refused:
        # They had given it already, or the log is not there.
        _log.info("a desk was left without being handed over: %s", refused)


class SilentDesks:
    """Looks for desks whose screens fell silent, and leaves them in their people's name. Belongs to the event loop."""

    def __init__(self, entrance: "Entrance") -> None:
        self._entrance = entrance
        self._looked_s: dict[str, float] = {}

    async def run(self) -> None:
        """Look again and again. A store that does not answer is looked at next time."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except LogUnavailable as fault:
                _log.error("silent desks could not be looked at: %s", fault)

    async def look(self) -> None:
        """Leave the desks that have been silent for too long by their offices' rules."""
        sessions = await asyncio.to_thread(self._with_screens)
        for session in sessions.values():
            silent_s = self._entrance.screens.gone_for_s(session.person)
            if silent_s < _SILENT_LEAST_S:
                self._looked_s.pop(session.person, None)
            elif self._is_due(session, silent_s):
                await self._leave(session, silent_s)

    def _with_screens(self) -> dict[str, Session]:
        """Return the session of each person that has had a screen at a desk: their own rather than at another's seat."""
        now = self._entrance.building.clock.now()
        found = [s for s in self._entrance.registry.list_sessions() if s.grants.get(SCREEN) and s.expires_at > now]
        return {s.person: s for s in sorted(found, key=lambda each: GLASS not in each.grants)}

    def _is_due(self, session: Session, silent_s: float) -> bool:
        building, posting = self._entrance.building, posting_of(session)
        room, now_s = _room_of(building, posting), building.clock.monotonic_s()
        looked_s = self._looked_s.get(session.person)
        if room is None or (looked_s is not None and now_s - looked_s < AGAIN_AFTER_S):
            return False
        rules = building.surroundings[room.province].rules_for(room.state.world, posting.office)
        return silent_s >= rules.desk_silent

    async def _leave(self, session: Session, silent_s: float) -> None:
        building, posting = self._entrance.building, posting_of(session)
        self._looked_s[session.person] = building.clock.monotonic_s()
        room, now = _room_of(building, posting), building.clock.now()
        assert room is not None, "it was looked at just now"
        if any(g.by == session.person and g.office == posting.office for g in room.state.world.hand_overs.values()):
            return
        await give_desk(
            building,
            posting,
            f"{now:x}{session.id}",
            with_rooms=_is_last_of_room(self._entrance, session),
            silent_since=plus_s(now, -silent_s),
        )


def _room_of(building: Building, posting: Posting) -> "ControlRoom | None":
    office = building.offices.find_office(posting.office)
    province = office.province_id if office is not None else None
    return building.rooms.get(province) if province is not None else None


def _is_theirs(incident: Incident, person: str) -> bool:
    return not incident.ended and incident.keeper == person


def _is_the_rooms(building: Building, incident: Incident, office: OfficeId) -> bool:
    """Whether it is open and nobody's by name, where a room answers for it. Drafts go with their call."""
    if incident.ended or incident.draft or incident.keeper is not None:
        return False
    at = incident.station or incident.taskings[0].office
    return building.offices.is_within(at, office)


def _is_last_of_room(entrance: "Entrance", session: Session) -> bool:
    """
    Whether whoever left a desk with a screen leaves nobody behind in the room.

    Whoever is signed in there and never had a screen may be at work through the API. At a seat of the demo nobody is missed:
    whoever comes next sits there.
    """
    if not session.grants.get(SCREEN) or session.by == "seat":
        return False
    office, now = posting_of(session).office, entrance.building.clock.now()
    others = (s for s in entrance.registry.list_sessions() if s.person != session.person and s.expires_at > now)
    return not any(
        (entrance.screens.are_open(other.person) or not other.grants.get(SCREEN))
        and posting_of(other).office == office
        and has_act(posting_of(other).role, Act.HAND_OVER)
        for other in others
    )
