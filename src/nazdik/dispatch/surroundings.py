"""What decisions may ask of the rest of the house: the road, the offices, the kinds. Queries only, handed in by the shell."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from nazdik.dispatch.errors import KindRetired, KindUnknown, PlaceOutsideRegion, PlaceSwapped
from nazdik.dispatch.model import World
from nazdik.dispatch.rules import Rules
from nazdik.kernel import Instant, LonLat, OfficeId
from nazdik.published.crews import CrewRegister, NoRegister
from nazdik.published.kinds import Kind, Need
from nazdik.published.offices import OfficeTree
from nazdik.published.plans import PlanBasis, PlansInForce
from nazdik.published.questions import QuestionsInForce
from nazdik.published.sight import Sight

DEFAULT_RULES = Rules()
NO_QUESTIONS = QuestionsInForce()
NO_PLANS = PlansInForce()
NO_REGISTER = NoRegister()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The queries a decision may use. `by_air` swaps road for straight line, for comparison in replays only."""

    sight: Sight
    offices: OfficeTree
    kinds: Mapping[str, Kind]
    by_air: bool = False
    questions: QuestionsInForce = NO_QUESTIONS
    plans: PlansInForce = NO_PLANS
    crews: CrewRegister = NO_REGISTER

    def kind(self, code: str) -> Kind:
        """Return a kind of the catalogue or refuse."""
        kind = self.kinds.get(code)
        if kind is None:
            raise KindUnknown(kind=code[:80])
        return kind

    def kind_to_give(self, code: str, *, has: str | None = None) -> Kind:
        """Return a kind that an incident may get; one that is retired is refused unless the incident `has` it."""
        kind = self.kind(code)
        if kind.retired and code != has:
            raise KindRetired(kind=code, name_fa=kind.name_fa, name_en=kind.name_en)
        return kind

    def rules_for(self, world: World, office: OfficeId | None) -> Rules:
        """Return the rules an office follows: its own, or those of the nearest office above that has some."""
        # Few provinces have any rules of their own, and every decision asks several times.
        if office is not None and world.rules:
            for above in self.offices.chain_of(office):
                rules = world.rules.get(above)
                if rules is not None:
                    return rules
        return DEFAULT_RULES

    def plan(self, kind: Kind, office: OfficeId, at: Instant) -> tuple[tuple[Need, ...], PlanBasis | None]:
        """Return what a kind needs where an office answers, and by whose rule; None when it is the kind's own plan."""
        rule = self.plans.find_rule(kind.code, self.offices.chain_of(office), at)
        if rule is None:
            return kind.needs, None
        return rule.needs, PlanBasis(rule.id, rule.office, rule.note, self.plans.version_of(rule))

    def station_at(self, point: LonLat, at: Instant) -> OfficeId:
        """Return the station that answers for a point at an instant, or refuse a point where nobody can be sent."""
        station = self.find_station(point, at)
        if station is not None:
            return station
        swapped = LonLat(point.lat, point.lon)
        if self.find_station(swapped, at) is not None:
            raise PlaceSwapped(point=point, swapped=swapped)
        raise PlaceOutsideRegion(point=point if all(map(isfinite, point)) else None)

    def find_station(self, point: LonLat, at: Instant) -> OfficeId | None:
        """Return the station that answers for a point at an instant, or None where nobody can be sent."""
        lon, lat = point
        if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
            return None
        station = self.offices.station_at(point, at)
        return station if station is not None and self.sight.covers(point) else None
