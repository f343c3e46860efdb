"""A second factor where one is demanded of a role: proved or made before anything else is done."""

import asyncio
from typing import TYPE_CHECKING, Any

from nazdik.bootstrap.administration import ways_in
from nazdik.bootstrap.administration.nation import is_nations, leader_of
from nazdik.bootstrap.identity.service import FACTOR
from nazdik.bootstrap.identity.ways_in import address_of, is_secure_room
from nazdik.kernel import Conflict, ProvinceId
from nazdik.organisation.model import Posting
from nazdik.platform.auth import FactorNeeded, Session

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import AnyConnection, Entrance

# In the grants of a session of which a second factor is still missing.
LACKS = "lacks_factor"
# The page that leads through it, in the place of the session's own face.
FACE = "#factor"
# What such a session may do: see who it is, prove or make a factor, end.
_OPEN = ("/v1/session/keys", "/v1/session/telephone", "/v1/session/proof", "/v1/session/presence")


class LastFactor(Conflict):
    """A second factor is demanded of this person, and this is their last; another has to be there first."""

    code = "identity.last_factor"


def is_demanded(request: "AnyConnection", entrance: "Entrance", posting: Posting) -> bool:
    """Whether whoever signs in to a posting, from where they do, needs a second factor."""
    house = entrance.building
    if not house.rooms:
        return False  # There is no log, and nobody has demanded anything yet.
    if is_nations(house.offices, posting.office):
        room = leader_of(house.rooms, ways_in.NAME, posting.office)
    else:
        found = house.rooms.get(ProvinceId(str(posting.office).partition(".")[0]))
        if found is None:
            return False
        room = found
    return ways_in.is_demanded(
        house.offices,
        room.state.settings,
        posting.office,
        posting.role,
        in_room=is_secure_room(address_of(request), entrance.settings.secure_rooms),
        demo=entrance.settings.demo,
    )


def check_factor(session: Session, path: str) -> None:
    """Return when a session may ask for a path. Raises `FactorNeeded`."""
    if session.grants.get(LACKS) and path != "/v1/session" and not path.startswith(_OPEN):
        raise FactorNeeded()


async def has_factor(entrance: "Entrance", person: str) -> bool:
    """Whether somebody has a telephone or a key here."""
    if await asyncio.to_thread(entrance.identity.factors.find, person) is not None:
        return True
    return bool(await asyncio.to_thread(entrance.identity.passkeys.list_of, person))


async def check_may_add(entrance: "Entrance", session: Session) -> None:
    """
    Return when the person of a session may add a way in. Raises `FactorNeeded`.

    Whoever has a factor and did not show it shows it first: by a passphrase alone nobody makes themselves another.
    """
    if session.grants.get(LACKS) and await has_factor(entrance, session.person):
        raise FactorNeeded()


async def check_may_remove(request: "AnyConnection", entrance: "Entrance", session: Session) -> None:
    """Return when the person of a session may do without one of their factors. Raises `FactorNeeded`, `LastFactor`."""
    await check_may_add(entrance, session)
    person = entrance.people.find_person(session.person)  # type: ignore[arg-type]
    if person is None or not is_demanded(request, entrance, person.posting):
        return
    keys = await asyncio.to_thread(entrance.identity.passkeys.list_of, session.person)
    telephone = await asyncio.to_thread(entrance.identity.factors.find, session.person)
    if len(keys) + (telephone is not None) <= 1:
        raise LastFactor()


async def settle(entrance: "Entrance", session: Session) -> None:
    """Note that the person of a session has shown a second factor; what was missing is there."""
    changed: dict[str, Any] = {FACTOR: True, LACKS: None}
    await asyncio.to_thread(entrance.registry.change_grants, session.id, changed)
