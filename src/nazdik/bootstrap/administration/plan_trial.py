"""What drafted response plans would have sent to incidents of the last days, beside the plans in force. Nothing is kept."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from nazdik.bootstrap.administration.book_lines import needs_in_words
from nazdik.bootstrap.administration.fields import Text
from nazdik.bootstrap.administration.kind_names import KindNames
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.log_api import first_at
from nazdik.bootstrap.province_state import decode
from nazdik.dispatch.events import IncidentClassified, KindChanged
from nazdik.kernel import Instant, OfficeId, rfc3339
from nazdik.kernel.instant import plus_s
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule, PlansInForce

# The last so many incidents; where there were fewer in a day, a week is looked through, and then a month.
INCIDENTS_MAX = 200
DAYS = (1, 7, 30)
ROWS_MAX = 40
READ_AT_ONCE = 1_000
# Between two readings, so that what a call needs comes first.
REST_S = 0.002
_DAY_S = 86_400.0
_FACTS = {"dispatch.incident_classified.v1": IncidentClassified, "dispatch.kind_changed.v1": KindChanged}
Chain = Callable[[OfficeId], Sequence[OfficeId]]
Plan = tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """An incident as far as a plan asks: its kind, and the station that answered for its place."""

    kind: str
    station: OfficeId


class PastRow(msgspec.Struct, frozen=True):
    """So many incidents of a kind would have got something else; `units` is how many more each (fewer when negative)."""

    kind: Text
    incidents: int
    before: Text
    after: Text
    units: int


class PastPlans(msgspec.Struct, frozen=True):
    """
    What the draft would have changed: of how many incidents, in how many days, how many would have got other units or skills.

    `units` is how many more units in all, fewer when negative. Drafted rules that begin later are taken as begun.
    """

    revision: int
    incidents: int
    days: int
    other: int
    units: int
    rows: tuple[PastRow, ...]


def past_incidents(room: ControlRoom, now: Instant) -> tuple[list[Past], int]:
    """Return the newest incidents, and in how many days they were; reads the log, so it belongs into a thread."""
    found: list[Past] = []
    for days in DAYS:
        found = _since(room, plus_s(now, -days * _DAY_S))
        if len(found) >= INCIDENTS_MAX:
            break
    return found[-INCIDENTS_MAX:], days


def _since(room: ControlRoom, at: Instant) -> list[Past]:
    found: dict[str, Past] = {}
    position = first_at(room, at) - 1
    while entries := room.log.read(position, READ_AT_ONCE):
        for entry in entries:
            if entry.kind in _FACTS:
                fact = decode(entry.kind, entry.body)
                known = found.get(fact.incident_id)
                if isinstance(fact, IncidentClassified):
                    found[fact.incident_id] = Past(fact.kind, fact.station)
                elif known is not None:
                    found[fact.incident_id] = Past(fact.kind, known.station)
        position = entries[-1].position
        time.sleep(REST_S)
    return list(found.values())


def compare_plans(
    past: Iterable[tuple[Past, PlansInForce]],
    drafted: tuple[PlanRule, ...],
    names: KindNames,
    chain: Chain,
    now: Instant,
    *,
    revision: int,
    days: int,
    nations: bool = False,
) -> PastPlans:
    """
    Return what would have been another, what happened most often first.

    Args:
        past: Each incident beside the plans in force in its province.
        drafted: The rules that would be in force instead, of the province or, with `nations`, of the nation.
    """
    moment = rfc3339(now)
    # What is drafted for a feast is to be seen before the feast.
    begun = tuple(msgspec.structs.replace(rule, since=min(rule.since, moment)) for rule in drafted)
    changed: Counter[tuple[str, Plan, Plan]] = Counter()
    seen = 0
    for one, plans in past:
        kind = names.kinds.get(one.kind)
        if kind is None:
            continue
        seen += 1
        then = msgspec.structs.replace(plans, **{"nations" if nations else "rules": begun})
        before, after = (_plan(book, one, kind.needs, chain, now) for book in (plans, then))
        if before != after:
            changed[one.kind, before, after] += 1
    rows = tuple(
        PastRow(Text(*names.of(kind)), n, needs_in_words(before), needs_in_words(after), _units(after) - _units(before))
        for (kind, before, after), n in sorted(changed.items(), key=lambda item: (-item[1], item[0][0]))
    )
    return PastPlans(
        revision=revision,
        incidents=seen,
        days=days,
        other=changed.total(),
        units=sum(row.units * row.incidents for row in rows),
        rows=rows[:ROWS_MAX],
    )


def _plan(book: PlansInForce, one: Past, own: Plan, chain: Chain, now: Instant) -> Plan:
    rule = book.find_rule(one.kind, chain(one.station), now)
    return own if rule is None else rule.needs


def _units(plan: Plan) -> int:
    return sum(need.units for need in plan)
