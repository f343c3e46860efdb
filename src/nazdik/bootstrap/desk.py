"""One signed-in reader: what may be seen, and the note in the audit log before it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nazdik.bootstrap.barriers import BarrierWatch
from nazdik.bootstrap.door import House
from nazdik.bootstrap.guessers import Guessers
from nazdik.bootstrap.reach import ReachWatch
from nazdik.bootstrap.views import crew_of, maps_of, roads_of, room_of, unplaced_of, warnings_of
from nazdik.dispatch.surroundings import Surroundings
from nazdik.geo.pace import Pace
from nazdik.geo.places import PlaceFinder
from nazdik.geo.region import Region
from nazdik.geo.sight import RoadSight
from nazdik.kernel import OfficeId, ProvinceId, UnitId
from nazdik.organisation.model import Act, Posting, Role
from nazdik.organisation.policy import MAY, may
from nazdik.organisation.scopes import kinds_of, scopes_of
from nazdik.organisation.store import People
from nazdik.platform.live import Subscription


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
    barriers: BarrierWatch = field(default_factory=BarrierWatch)


def subscription_of(posting: Posting, house: House) -> Subscription:
    """Return what a posting gets on the stream: its scopes, the kinds its role may see, and the provinces below its office."""
    kinds = set(kinds_of(posting.role))
    if posting.unit is not None:
        # A crew's detail leaves out who else could have gone; to its handheld it is simply the detail.
        kinds.discard("detail")
        kinds |= {"crew_detail", "health"}
        province = posting.unit.partition(".")[0]
        return Subscription((province,), {crew_of(posting.unit): frozenset(kinds)} | _of_everyone(posting, (province,)))
    if posting.role in (Role.DISPATCHER, Role.STATION_DESK, Role.COUNTY_DESK, Role.PROVINCE_DESK, Role.NATIONAL_DESK):
        kinds.add("health")
    by_scope = {scope: frozenset(kinds) for scope in scopes_of(posting)}
    if posting.role in (Role.DISPATCHER, Role.CALL_TAKER):
        by_scope[room_of(posting.office)] = frozenset({"alarm", "hand_over"})
    streams = tuple(
        str(province)
        for province in sorted(house.rooms)
        if house.offices.is_within(OfficeId(str(province)), posting.office)
        or house.offices.is_within(posting.office, OfficeId(str(province)))
    )
    return Subscription(streams, by_scope | _of_everyone(posting, streams))


def _of_everyone(posting: Posting, provinces: Iterable[str]) -> dict[str, frozenset[str]]:
    """Which map is in force, roads, warnings to the public, who waits and nobody knows where: for whoever may see them."""
    scopes: dict[str, frozenset[str]] = {}
    for province in provinces:
        scopes[maps_of(province)] = frozenset({"map"})
        if posting.role in MAY[Act.SEE_ROADS]:
            scopes[roads_of(province)] = frozenset({"condition"})
        if posting.role in MAY[Act.SEE_WARNINGS]:
            scopes[warnings_of(province)] = frozenset({"warning"})
        if posting.role in MAY[Act.SEE_ALARM]:
            scopes[unplaced_of(province)] = frozenset({"call_back"})
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
        return self.posting.role in MAY[act]

    def allow(self, act: Act, *, offices: frozenset[OfficeId] | None = None, unit: UnitId | None = None) -> None:
        """Ask the policy; without `offices` the question is about the session's own office or unit."""
        own = self.posting.unit if offices is None else unit
        may(
            self.posting,
            act,
            offices=offices if offices is not None else frozenset({self.posting.office}),
            unit=own,
            tree=self.house.offices,
        )

    async def note(self, what: str, subject: str, purpose: str = "duty") -> None:
        """Write down that this session is about to see something; nothing leaves before."""
        if self.house.audit is not None:
            await self.house.audit.record(
                actor=self.posting.person,
                what=what,
                subject=subject,
                purpose=purpose,
                details={"role": self.posting.role},
            )
