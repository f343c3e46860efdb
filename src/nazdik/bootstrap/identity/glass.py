"""
Break-glass: for half an hour somebody sits where they otherwise may not, because a second person agrees and everybody is told.

What is asked for and not yet open is kept in memory, minutes long; what is open is a session like any other, with the policy of the
seat it sits at. There is no right that stands outside the policy.
"""

import asyncio
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from nazdik.bootstrap.door import posting_of
from nazdik.bootstrap.views import DESKS
from nazdik.kernel import Conflict, Instant, Invalid, NotFound, OfficeId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.organisation.errors import NotYourOffice, OfficeNotFound, RoleMayNot
from nazdik.organisation.model import Act, Posting, Role
from nazdik.organisation.policy import has_act
from nazdik.platform.auth import Session
from nazdik.platform.live import Item

if TYPE_CHECKING:
    from nazdik.bootstrap.entrance import Entrance

# In the grants of a session behind broken glass: the request that it came from.
GLASS = "glass"
ASKED_LASTS_S = 600.0
OPEN_LASTS_S = 1_800.0
WAITING_MAX = 100
# What ends by itself, at another node or by a withdrawn right is noticed so soon; what is done here is told at once.
LOOK_EVERY_S = 1.0
WHY_MIN, WHY_MAX = 10, 300
# Seats that may be sat at: those that send help, and see what that takes. Never those who let people in or read the audit.
SEATS = frozenset({Role.CALL_TAKER, Role.DISPATCHER, Role.STATION_DESK, Role.COUNTY_DESK, Role.PROVINCE_DESK})


class GlassNotFound(NotFound):
    """Nothing was asked for by this name, or too long ago."""

    code = "glass.not_found"


class GlassWhy(Invalid):
    """Why has to be said in 10 to 300 characters."""

    code = "glass.why_missing"


class GlassNoSuchSeat(Invalid):
    """Only seats that send help can be sat at in this way, and not one's own."""

    code = "glass.no_such_seat"


class GlassNeedsSecond(Conflict):
    """A second person has to agree, and nobody is their own."""

    code = "glass.second_person_needed"


class GlassHealth(msgspec.Struct, frozen=True):
    """Somebody sits at this seat behind broken glass; who it is, is in the audit log."""

    role: str
    office: str
    until: str


class GlassNow(msgspec.Struct, frozen=True):
    """What the strip of every desk says: which seats are open so, and how many ask for one and wait for a second person."""

    seats: tuple[GlassHealth, ...]
    asked: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A seat that somebody asks for, and who has agreed."""

    id: str
    person: str
    posting: Posting
    why: str
    until: Instant
    second: str | None = None


class BreakGlass:
    """What is asked for; belongs to one event loop."""

    def __init__(self, entrance: "Entrance") -> None:
        self._entrance = entrance
        self._asked: dict[str, Asked] = {}
        self._told: GlassNow | None = None

    async def run(self) -> None:
        """Keep the strips of all desks true."""
        while True:
            self.tell()
            await asyncio.sleep(LOOK_EVERY_S)

    def tell(self) -> None:
        """Tell every desk's stream how it is now, when that is new."""
        now = self.look()
        if now != self._told:
            self._told = now
            item = Item("glass", "now", msgspec.json.encode(now), frozenset({DESKS}))
            self._entrance.hub.publish_newest("glass", [item])

    def look(self) -> GlassNow:
        """Return what is open, and how many ask."""
        opened = open_sessions(self._entrance)
        seats = tuple(GlassHealth(each.role, str(each.grants["office"]), rfc3339(each.expires_at)) for each in opened)
        return GlassNow(seats, self.count_waiting())

    def ask(self, session: Session, role: Role, office: OfficeId, why: str) -> Asked:
        """
        Return what is asked for, before anybody has agreed; one thing at a time a person.

        Raises:
            RoleMayNot: The asker is no desk, or already behind the glass.
            GlassNoSuchSeat, OfficeNotFound, GlassWhy: As they say.
        """
        own = posting_of(session)
        if not has_act(own.role, Act.ASK_GLASS) or GLASS in session.grants:
            raise RoleMayNot(role=own.role)
        if role not in SEATS or Posting(own.person, role, office) == own:
            raise GlassNoSuchSeat(roles=sorted(SEATS))
        if self._entrance.building.offices.find_office(office) is None:
            raise OfficeNotFound(office=office[:120])
        said = why.strip()
        if not WHY_MIN <= len(said) <= WHY_MAX:
            raise GlassWhy(characters_min=WHY_MIN, characters_max=WHY_MAX)
        until = plus_s(self._entrance.building.clock.now(), ASKED_LASTS_S)
        return Asked(secrets.token_hex(8), session.person, Posting(own.person, role, office), said, until)

    def keep(self, asked: Asked) -> None:
        """Let others see what is asked for."""
        self._tidy()
        others = [each for each in self._asked.values() if each.person != asked.person]
        self._asked = {each.id: each for each in [*others[-WAITING_MAX:], asked]}

    def find_own(self, person: str) -> Asked | None:
        """Return what a person asks for, or None."""
        self._tidy()
        return next((each for each in self._asked.values() if each.person == person), None)

    def count_waiting(self) -> int:
        """Return how many wait for a second person."""
        self._tidy()
        return sum(each.second is None for each in self._asked.values())

    def list_for(self, session: Session) -> list[Asked]:
        """Return what somebody might agree to."""
        self._tidy()
        return [each for each in self._asked.values() if each.second is None and self._why_not(session, each) is None]

    def check_agree(self, session: Session, asked_id: str) -> Asked:
        """Return what somebody may agree to. Raises `GlassNotFound`, `GlassNeedsSecond`, `RoleMayNot`, `NotYourOffice`."""
        asked = self._get(asked_id)
        refused = self._why_not(session, asked)
        if refused is not None:
            raise refused
        return asked

    def agree(self, asked: Asked, second: str) -> None:
        """Note that a second person has agreed."""
        self._asked[asked.id] = replace(asked, second=second)

    def check_open(self, session: Session, asked_id: str) -> Asked:
        """Return what its asker may open now. Raises `GlassNotFound`, `GlassNeedsSecond`."""
        asked = self._get(asked_id)
        if asked.person != session.person:
            raise GlassNotFound()
        if asked.second is None:
            raise GlassNeedsSecond()
        return asked

    def drop(self, asked: Asked) -> None:
        """Forget what was asked for: it is open now, or given up."""
        self._asked.pop(asked.id, None)

    def _why_not(self, session: Session, asked: Asked) -> GlassNeedsSecond | RoleMayNot | NotYourOffice | None:
        own = posting_of(session)
        if session.person == asked.person:
            return GlassNeedsSecond()
        if not has_act(own.role, Act.AGREE_GLASS) or GLASS in session.grants:
            return RoleMayNot(role=own.role)
        if not self._entrance.building.offices.is_within(asked.posting.office, own.office):
            return NotYourOffice(office=own.office)
        return None

    def _get(self, asked_id: str) -> Asked:
        self._tidy()
        asked = self._asked.get(asked_id)
        if asked is None:
            raise GlassNotFound()
        return asked

    def _tidy(self) -> None:
        now = self._entrance.building.clock.now()
        self._asked = {each.id: each for each in self._asked.values() if each.until > now}


def open_sessions(entrance: "Entrance") -> list[Session]:
    """Return the sessions behind broken glass that last."""
    now = entrance.building.clock.now()
    return [
        session for session in entrance.registry.list_sessions() if GLASS in session.grants and session.expires_at > now
    ]
