"""
The conflict closure: who is shut out of a case. Pure, and the one place that says so.

Reading asks it (the rows of a case are kept together with it), commands ask it, routing and escalation ask it. It looks at every
posting from the day complained about until today and beyond, so that no transfer, of the accused or of a reader, opens a case.
"""

from collections.abc import Iterable

import msgspec

from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.oversight.model import DESK_DUTIES, INSPECTORATE, Case, Duty, Register, Rule, Step


class Closure(msgspec.Struct, frozen=True):
    """Whom a case is closed to: persons by name, and everybody who serves or served in `offices` since `since`."""

    since: Instant
    persons: dict[PersonId, Rule]
    offices: dict[OfficeId, Rule]

    def find(self, person: PersonId, register: Register) -> Rule | None:
        """Return why a person is shut out; None when they are not."""
        if person in self.persons:
            return self.persons[person]
        for posting in register.postings_of(person):
            rule = self.offices.get(register.whole(posting.office))
            if rule is not None and posting.is_since(self.since):
                return rule
        return None

    def steps(self) -> tuple[Step, ...]:
        """Return the offices with their rules, in one order."""
        return tuple(Step(office, self.offices[office]) for office in sorted(self.offices))


def closure_of(case: Case, register: Register) -> Closure:
    """Return the closure of a case as the register stands."""
    since = case.since
    persons: dict[PersonId, Rule] = {}
    units: set[OfficeId] = set()
    commanded: set[OfficeId] = set()
    against_oversight = False
    for allegation in case.about:
        if allegation.unit is not None:
            units.add(register.whole(allegation.unit))
        if allegation.person is None:
            continue
        for tied in register.ties.get(allegation.person, ()):
            persons.setdefault(tied, Rule.KIN)
        persons[allegation.person] = Rule.ACCUSED
        for posting in register.postings_of(allegation.person):
            if not posting.is_since(since):
                continue
            units.add(register.whole(posting.office))
            if posting.duty is Duty.COMMANDER:
                commanded.add(register.whole(posting.office))
            against_oversight |= posting.duty in DESK_DUTIES
    units = _lineage(units, register) - {INSPECTORATE}
    offices = dict.fromkeys(units, Rule.UNIT)
    for line in register.offices.values() if commanded else ():
        if commanded & set(register.chain(line.id)):
            offices.setdefault(register.whole(line.id), Rule.UNDER_COMMAND)
    for unit in units:
        for above in register.chain(unit)[1:]:
            if above in units:
                continue
            if above == INSPECTORATE or _has_uninvolved_commander(above, since, persons, units, register):
                break
            offices.setdefault(register.whole(above), Rule.CHAIN)
    if against_oversight:
        for line in register.offices.values():
            if line.desk and line.id != INSPECTORATE:
                offices.setdefault(register.whole(line.id), Rule.OVERSIGHT)
    offices.pop(INSPECTORATE, None)
    return Closure(since, persons, offices)


def sees(case: Case, person: PersonId, at: Instant, register: Register) -> bool:
    """Whether a person has the case in reach, by a desk of 197 at or above where it is handled, and is not shut out."""
    reach = any(register.is_within(case.office, desk) for desk in desks_of(person, at, register))
    return reach and closure_of(case, register).find(person, register) is None


def desks_of(person: PersonId, at: Instant, register: Register) -> tuple[OfficeId, ...]:
    """Return the offices at whose desk of 197 a person sits at an instant."""
    return tuple(
        posting.office
        for posting in register.postings_of(person)
        if posting.duty in DESK_DUTIES and posting.since <= at and posting.is_since(at)
    )


def commands_of(person: PersonId, at: Instant, register: Register) -> tuple[OfficeId, ...]:
    """Return the offices that a person commands at an instant."""
    return tuple(
        posting.office
        for posting in register.postings_of(person)
        if posting.duty is Duty.COMMANDER and posting.since <= at and posting.is_since(at)
    )


def _lineage(units: Iterable[OfficeId], register: Register) -> set[OfficeId]:
    """Return units with all that they were made of and all that was made of them."""
    found, left = set(), list(units)
    while left:
        unit = left.pop()
        if unit in found:
            continue
        found.add(unit)
        line = register.offices.get(unit)
        left.extend(line.replaces if line is not None else ())
        left.extend(other.id for other in register.offices.values() if unit in other.replaces)
    return found


def _has_uninvolved_commander(
    office: OfficeId, since: Instant, persons: dict[PersonId, Rule], units: set[OfficeId], register: Register
) -> bool:
    """
    Whether an office has a commander, and every one it had since is neither named nor of the accused's unit.

    An office whose commander is not known cannot be said to be free of it: the case goes on up.
    """
    commanders = [
        person
        for person in register.commanders.get(office, ())
        for posting in register.postings_of(person)
        if posting.duty is Duty.COMMANDER and posting.office == office and posting.is_since(since)
    ]
    return bool(commanders) and not any(
        person in persons
        or any(register.whole(p.office) in units and p.is_since(since) for p in register.postings_of(person))
        for person in commanders
    )
