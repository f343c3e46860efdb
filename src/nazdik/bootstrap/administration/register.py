"""The register of those who crew units: people of the settings who have a number in the force."""

from collections import defaultdict
from functools import cached_property

import msgspec

from nazdik.administration.model import Settings, Value
from nazdik.bootstrap.administration.persons import NAME, Person, own
from nazdik.dispatch.commands import CheckCrew
from nazdik.dispatch.model import World
from nazdik.kernel import Instant, OfficeId
from nazdik.kernel.instant import from_rfc3339
from nazdik.published.crews import Member


class PeopleOfSettings:
    """The register of one state of the settings. It is read when somebody first asks: few commands do."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def find_member(self, number: str, at: Instant) -> Member | None:
        """Return who has a number, however it is cased, or None. Without an office they are not in service."""
        person = self._people.get(number.upper())
        return _member(person, at) if person is not None else None

    def list_members(self, office: OfficeId, at: Instant) -> tuple[Member, ...]:
        """Return who is in service at an office, by number."""
        members = (_member(self._people[number], at) for number in self._by_office.get(office, ()))
        return tuple(member for member in members if member.office == office)

    @cached_property
    def _people(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for kind, subject in sorted(self._settings.items):
            value = own(self._settings, subject) if kind == NAME else None
            if value is not None and value["number"]:
                person = msgspec.convert(value, Person)
                found.setdefault(person.number.upper(), person)
        return found

    @cached_property
    def _by_office(self) -> dict[OfficeId, list[str]]:
        found = defaultdict(list)
        for number, person in sorted(self._people.items()):
            for office in dict.fromkeys(seat.office for seat in person.seats):
                found[office].append(number)
        return found


def crews_with(world: World, former: Value | None) -> tuple[CheckCrew, ...]:
    """Return what a change to a person asks of dispatch: to look at the crew they are on, by the number they had."""
    number = (former or {}).get("number")
    if not number:
        return ()
    units = sorted(unit.id for unit in world.units.values() if unit.on_duty and number in unit.members)
    return tuple(CheckCrew(unit_id=unit_id) for unit_id in units)


def _member(person: Person, at: Instant) -> Member:
    """Return somebody as they are at an instant: at the seat that began last, unless it has ended, or until it does."""
    begun = [seat for seat in person.seats if not seat.since or from_rfc3339(seat.since) <= at]
    newest = max(begun, key=lambda seat: seat.since, default=None)
    ends = from_rfc3339(newest.until) if newest is not None and newest.until else None
    if newest is None or not person.active or (ends is not None and ends <= at):
        return Member(person.number, None, person.skills)
    # Whoever has the next seat by then goes on.
    goes_on = ends is not None and any(seat.since and at < from_rfc3339(seat.since) <= ends for seat in person.seats)
    return Member(person.number, newest.office, person.skills, until=None if goes_on else ends)
