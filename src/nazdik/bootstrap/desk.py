"""One signed-in reader: what may be seen, and the note in the audit log before it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nazdik.bootstrap.barriers import BarrierWatch
from nazdik.bootstrap.door import House
from nazdik.bootstrap.guessers import Guessers
from nazdik.bootstrap.office_tree.follow import OfficeBook
from nazdik.bootstrap.reach import ReachWatch
from nazdik.bootstrap.views import DESKS, crew_of, maps_of, roads_of, room_of, unplaced_of, warnings_of
from nazdik.dispatch.surroundings import Surroundings
from nazdik.geo.pace import Pace
from nazdik.geo.places import PlaceFinder
from nazdik.geo.region import Region
from nazdik.geo.sight import RoadSight
from nazdik.kernel import OfficeId, ProvinceId, UnitId
from nazdik.organisation.model import Act, Posting
from nazdik.organisation.policy import DUTY, has_act, may
from nazdik.organisation.scopes import followed, followed_in_room, followed_of_everyone, scopes_of
from nazdik.organisation.store import People
from nazdik.platform.clock import Clock
from nazdik.platform.live import Subscription

NOTED_AGAIN_S = 3_600.0
NOTED_MAX = 10_000


class Noted:
    """Who was noted as looking at figures, and when; belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at_s: dict[tuple[str, str, str], float] = {}

    def is_due(self, person: str, what: str, subject: str) -> bool:
        """Whether this look has to be noted now."""
        at_s = self._at_s.get((person, what, subject))
        return at_s is None or self._clock.monotonic_s() - at_s >= NOTED_AGAIN_S

    def is_noted(self, person: str, what: str, subject: str) -> None:
        """Remember that this look was noted."""
        if len(self._at_s) >= NOTED_MAX:
            self._at_s.clear()
        self._at_s[person, what, subject] = self._clock.monotonic_s()


@dataclass(frozen=True, slots=True)
class Building(House):
    """The house with what readers ask besides: roads, places, regions, the audit."""

    roads: Mapping[ProvinceId, RoadSight] = field(default_factory=dict)
    places: Mapping[ProvinceId, PlaceFinder] = field(default_factory=dict)
    regions: Mapping[ProvinceId, Region] = field(default_factory=dict)
    surroundings: Mapping[ProvinceId, Surroundings] = field(default_factory=dict)
    paces: Mapping[ProvinceId, Pace] = field(default_factory=dict)
    reach: Mapping[ProvinceId, ReachWatch] = field(default_factory=dict)
    guessers: Guessers = field(default_factory=Guessers)
    people: People | None = None
    office_book: OfficeBook | None = None
    barriers: BarrierWatch = field(default_factory=BarrierWatch)
    noted: Noted = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "noted", Noted(self.clock))


def subscription_of(posting: Posting, house: House) -> Subscription:
    """
    Return what a posting gets on the stream. What it may get is said in `organisation/scopes.py`; here it gets its names.

    A crew follows its own province; a desk the provinces below its office, and the one that it is in.
    """
    kinds = followed(posting)
    if posting.unit is not None:
        province = posting.unit.partition(".")[0]
        return Subscription((province,), {crew_of(posting.unit): kinds} | _of_everyone(posting, (province,)))
    by_scope = dict.fromkeys(scopes_of(posting), kinds)
    in_room = followed_in_room(posting.role)
    if in_room:
        by_scope[room_of(posting.office)] = in_room
    streams = tuple(
        str(province)
        for province in sorted(house.rooms)
        if house.offices.is_within(OfficeId(str(province)), posting.office)
        or house.offices.is_within(posting.office, OfficeId(str(province)))
    )
    return Subscription(streams, by_scope | {DESKS: frozenset({"glass"})} | _of_everyone(posting, streams))


_SCOPE_OF_EVERYONE = {"condition": roads_of, "warning": warnings_of, "call_back": unplaced_of}


def _of_everyone(posting: Posting, provinces: Iterable[str]) -> dict[str, frozenset[str]]:
    """Which map is in force, roads, warnings to the public, who waits and nobody knows where: for whoever may see them."""
    scopes: dict[str, frozenset[str]] = {}
    for province in provinces:
        scopes[maps_of(province)] = frozenset({"map"})
        for kind in sorted(followed_of_everyone(posting.role)):
            scopes[_SCOPE_OF_EVERYONE[kind](province)] = frozenset({kind})
    return scopes


class Desk:
    """The reader of one request."""

    def __init__(self, house: Building, posting: Posting) -> None:
        self.house = house
        self.posting = posting
        self._subscription = subscription_of(posting, house)

    def sees(self, kind: str, scopes: frozenset[str]) -> bool:
        """Whether this session's stream would carry such an item."""
        return self._subscription.sees(kind, scopes)

    def may(self, act: Act) -> bool:
        """Whether this role has the act at all."""
        return has_act(self.posting.role, act)

    def allow(
        self,
        act: Act,
        *,
        offices: frozenset[OfficeId] | None = None,
        unit: UnitId | None = None,
        purpose: str = "",
    ) -> str:
        """
        Ask the policy, and return what for, to be noted; see `may`.

        Without `offices` the question is about the session's own office or unit.
        """
        own = self.posting.unit if offices is None else unit
        return may(
            self.posting,
            act,
            offices=offices if offices is not None else frozenset({self.posting.office}),
            unit=own,
            tree=self.house.offices,
            purpose=purpose,
        )

    async def note_hourly(self, what: str, subject: str) -> None:
        """As `note`, for figures that a face asks for again and again: once an hour for each person."""
        if self.house.noted.is_due(self.posting.person, what, subject):
            await self.note(what, subject)
            self.house.noted.is_noted(self.posting.person, what, subject)

    async def note(self, what: str, subject: str, purpose: str = DUTY) -> None:
        """Write down that this session is about to see something; nothing leaves before."""
        if self.house.audit is not None:
            details: dict[str, Any] = {"role": self.posting.role}
            if self.house.is_under_way(subject):
                details["working"] = True
            await self.house.audit.record(
                actor=self.posting.person, what=what, subject=subject, purpose=purpose, details=details
            )
