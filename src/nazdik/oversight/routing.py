"""Whose a case is: the lowest desk of 197 on the way up that is not shut out of it. Pure."""

from collections.abc import Sequence

import msgspec

from nazdik.kernel import OfficeId
from nazdik.oversight.closure import closure_of
from nazdik.oversight.model import INSPECTORATE, Case, Register, Step


class Route(msgspec.Struct, frozen=True):
    """Where a case goes, what was passed over on the way with the rule, and every office that is shut out."""

    office: OfficeId
    passed: tuple[Step, ...]
    barred: tuple[Step, ...]


def route_of(case: Case, register: Register) -> Route:
    """Return the route of a case as the register stands; when nobody below is left it is the inspectorate's."""
    closure = closure_of(case, register)
    starts = {case.start, *(u for a in case.about if (u := a.unit) is not None)}
    starts |= {
        posting.office
        for allegation in case.about
        if allegation.person is not None
        for posting in register.postings_of(allegation.person)
        if posting.is_since(case.since)
    }
    common = _common(sorted(starts), register)
    passed: list[Step] = []
    for office in common:
        rule = closure.offices.get(register.whole(office))
        if rule is not None:
            passed.append(Step(office, rule))
            continue
        line = register.offices.get(office)
        if office == INSPECTORATE or (line is not None and line.desk):
            return Route(office, tuple(passed), closure.steps())
    raise AssertionError("the inspectorate is above everything")


def next_above(office: OfficeId, case: Case, register: Register) -> OfficeId:
    """Return the nearest office above one that is not shut out of a case and has a desk; at the top, the top."""
    shut = closure_of(case, register).offices
    for above in register.chain(office)[1:]:
        line = register.offices.get(above)
        if above == INSPECTORATE or (line is not None and line.desk and register.whole(above) not in shut):
            return above
    return INSPECTORATE


def _common(offices: Sequence[OfficeId], register: Register) -> tuple[OfficeId, ...]:
    """Return the offices that are above (or are) every one of these, nearest first."""
    chains = [register.chain(office) for office in offices]
    return tuple(office for office in chains[0] if all(office in chain for chain in chains[1:]))
