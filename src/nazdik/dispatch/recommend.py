"""
Who could go, who should, and why not the others.

The road answers with the nearest fit units over the whole fleet (`Sight.nearest`); this file decides what fit means, weighs a free
unit against one that would have to be diverted, and writes down the reasons.

A unit that cannot set out at once is compared by when it would be there. Who is still busy is listed with the time its crew said,
and never sent by this file: at most an incident waits for it, where the office's rules say so (ADR 0050).

Source for the diversion rule: internal measurement in dispatch-science (two-minute margin, strictly lower priority, twice at most).
"""

from functools import lru_cache

from msgspec import UNSET
from msgspec.structs import replace

from nazdik.dispatch.model import (
    ACTIVE,
    BEFORE_SCENE,
    FAILED,
    TIMES_DIVERTED_MAX,
    AssignmentState,
    Candidate,
    Incident,
    PassedOver,
    Recommendation,
    Unit,
    World,
)
from nazdik.dispatch.rules import Rules
from nazdik.dispatch.starts import expected, may_wait_for, promised_elsewhere
from nazdik.dispatch.surroundings import Surroundings
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.kernel.instant import MICROSECONDS_PER_S, seconds_between
from nazdik.published.kinds import Need
from nazdik.published.sight import Fitness, Search, Seen, skill_bit

DIVERTIBLE_BITS = {
    2: int(Fitness.DIVERTIBLE_FROM_P2),
    3: int(Fitness.DIVERTIBLE_FROM_P3),
    4: int(Fitness.DIVERTIBLE_FROM_P4),
    5: int(Fitness.DIVERTIBLE_FROM_P5),
}
_FREE_SOON = int(Fitness.FREE_SOON)
MUST_HAVE = int(Fitness.ON_DUTY | Fitness.NO_EMERGENCY | Fitness.HANDHELD_HEALTHY | Fitness.POSITION_PLAUSIBLE)
ANY_DIVERTIBLE = sum(DIVERTIBLE_BITS.values())
# Plain numbers: testing a flag as an enum takes a microsecond, and every decision tests the whole fleet.
_ON_DUTY, _AVAILABLE, _NO_EMERGENCY = int(Fitness.ON_DUTY), int(Fitness.AVAILABLE), int(Fitness.NO_EMERGENCY)
_HANDHELD_HEALTHY, _POSITION_PLAUSIBLE = int(Fitness.HANDHELD_HEALTHY), int(Fitness.POSITION_PLAUSIBLE)
# More names than this in one record help nobody; the counts by reason still hold everyone.
NAMED_WITHOUT_PLACE_MAX = 50


def fitness_of(world: World, unit: Unit) -> int:
    """Return the duty, status and skill bits of a unit; health and position bits belong to the fleet."""
    mask = 0
    for skill in unit.skills:
        mask |= skill_bit(skill)
    if unit.emergency is None:
        mask |= _NO_EMERGENCY
    if not unit.on_duty:
        return mask
    mask |= _ON_DUTY
    if unit.is_unmanned:
        # It brings to an end what it does and is sent nowhere else.
        return mask
    if unit.free_soon is not None:
        mask |= _FREE_SOON
    if unit.assignment_id is None:
        return mask | _AVAILABLE if unit.available else mask
    assignment = world.assignments[unit.assignment_id]
    incident = world.incidents[assignment.incident_id]
    priority = incident.priority or 5
    may_go = incident.emergency_of is None and incident.times_diverted < TIMES_DIVERTED_MAX
    if may_go and priority in DIVERTIBLE_BITS and assignment.state in BEFORE_SCENE:
        mask |= DIVERTIBLE_BITS[priority]
    return mask


def recommend(
    world: World,
    incident: Incident,
    need: Need,
    *,
    at: Instant,
    around: Surroundings,
    rules: Rules,
    may_divert: bool,
    may_wait: bool = False,
    exclude: frozenset[UnitId] = frozenset(),
    awaited: frozenset[UnitId] = frozenset(),
) -> Recommendation:
    """
    Return who could fill `need`, soonest there by road first, with those to send marked `chosen`.

    `exclude` are units this command has already spoken for, `awaited` those that it waits for already. Units that refused or did
    not answer for this incident, or that a dispatcher took off it, are passed over by name. With `may_wait` the rules of the
    office may let the incident wait for a unit that is free soon; it is then marked `awaited`, and nobody is chosen in its place.
    """
    assert incident.point is not None, "a recommendation needs a point"
    priority = incident.priority or 3
    tried = _tried(world, incident)
    barred = frozenset({*exclude, *tried, *_serving(world, incident)})
    fixed_after = _fixed_after(at, rules)
    divertible = _divertible_bits(priority) if may_divert and priority <= rules.divert_for_priority else 0
    look = around.sight.air_nearest if around.by_air else around.sight.nearest

    def search(k: int, any_of: int) -> Search:
        extra = {} if around.by_air else {"limit_s": rules.reach_limit_s, "now": at}
        return look(
            incident.point or LonLat(0, 0),
            k=k,
            all_of=MUST_HAVE | skill_bit(need.skill),
            any_of=any_of,
            fixed_after=fixed_after,
            exclude=barred,
            **extra,
        )

    wide = search(rules.candidates + need.units - 1, _AVAILABLE | _FREE_SOON | divertible)
    # The moment its time has come, a unit that is not free is no candidate any more, whether or not its timer has rung.
    found = [s for s in wide.found if s.mask & (_AVAILABLE | divertible) or expected(world, s.unit_id, at)]
    free = sum(1 for seen in found if seen.mask & _AVAILABLE)
    if free < need.units and free < len(wide.found):
        # Busy units nearby must not hide a free one further off: the comparison needs both.
        known = {seen.unit_id for seen in found}
        found += [s for s in search(need.units, _AVAILABLE).found if s.unit_id not in known]
        found.sort(key=lambda s: (s.arrival_s, s.unit_id))
    candidates = _choose(
        [_candidate(world, seen, at) for seen in found],
        need.units,
        rules,
        waitable=(
            frozenset(
                seen.unit_id
                for seen in found
                if seen.unit_id not in awaited and may_wait_for(world, incident, world.units[seen.unit_id], rules, at)
            )
            if may_wait
            else frozenset()
        ),
        promised=promised_elsewhere(world, incident),
    )
    return Recommendation(
        at=at,
        point=incident.point,
        snapped=wide.snapped,
        off_road_m=round(wide.off_road_m, 1),
        skill=need.skill,
        units=need.units,
        priority=priority,
        fixed_after=fixed_after,
        candidates=candidates,
        passed_over=_passed_over(world, wide, need, tried, fixed_after, divertible),
        fleet_size=wide.fleet_size,
        fleet_by_reason=_fleet_by_reason(world, around, need, fixed_after, divertible, tried),
        settled_nodes=wide.settled_nodes,
        metric="air" if around.by_air else "road_time",
        roads=wide.basis,
    )


def anybody_fit(incident: Incident, need: Need, *, at: Instant, around: Surroundings, rules: Rules) -> bool:
    """
    Whether any unit of the fleet could be found for `need`, wherever it is; counted, not searched.

    When nobody is, the search would go through the whole province to say the same, and it is asked again every few seconds
    for each incident that waits.
    """
    priority = incident.priority or 3
    divertible = _divertible_bits(priority) if priority <= rules.divert_for_priority else 0
    rung = (MUST_HAVE | skill_bit(need.skill), _AVAILABLE | divertible)
    *_, fit = around.sight.tally((rung,), fixed_after=_fixed_after(at, rules))
    return fit > 0


def chosen_of(recommendation: Recommendation) -> tuple[Candidate, ...]:
    """Return the candidates marked for sending."""
    return tuple(c for c in recommendation.candidates if c.chosen)


def awaited_of(recommendation: Recommendation) -> tuple[Candidate, ...]:
    """Return the candidates to wait for, though somebody could go now."""
    return tuple(c for c in recommendation.candidates if c.reason == "awaited")


def _fixed_after(at: Instant, rules: Rules) -> Instant:
    return Instant(at - round(rules.position_limit_s * MICROSECONDS_PER_S))


def _tried(world: World, incident: Incident) -> dict[UnitId, str]:
    """Return the units that had their turn on this incident, and how it went."""
    tried = dict.fromkeys(incident.withdrawn_by_hand, "withdrawn_by_hand")
    for assignment_id in incident.assignments:
        assignment = world.assignments[assignment_id]
        if assignment.state in FAILED and assignment.reserved_at > (incident.served_before or 0):
            tried[assignment.unit_id] = (
                "refused_before" if assignment.state is AssignmentState.REFUSED else "no_answer_before"
            )
    if incident.emergency_of is not None:
        tried[incident.emergency_of] = "emergency"
    return tried


def _serving(world: World, incident: Incident) -> set[UnitId]:
    every = (world.assignments[a] for a in incident.assignments)
    return {a.unit_id for a in every if a.state in ACTIVE}


def _divertible_bits(priority: int) -> int:
    return sum(bit for lower, bit in DIVERTIBLE_BITS.items() if lower > priority)


def _candidate(world: World, seen: Seen, at: Instant) -> Candidate:
    unit = world.units[seen.unit_id]
    busy_with = world.assignments[unit.assignment_id].incident_id if unit.assignment_id is not None else None
    said = unit.free_soon
    return Candidate(
        unit_id=seen.unit_id,
        travel_time_s=round(seen.travel_time_s, 1),
        distance_m=round(seen.distance_m, 0),
        fix_age_s=round(seconds_between(seen.fixed_at, at), 1),
        position=seen.position,
        divert_from=busy_with if said is None else None,
        delay_s=round(seen.delay_s, 1) if seen.delay_s else UNSET,
        free_at=UNSET if said is None else said.free_at,
    )


def _choose(
    candidates: list[Candidate],
    units: int,
    rules: Rules,
    *,
    waitable: frozenset[UnitId],
    promised: frozenset[UnitId],
) -> tuple[Candidate, ...]:
    """
    Mark whom to send: free units first, a divertible one only when it is there sooner by the margin or nobody is free.

    One of `waitable` is waited for when it is there sooner, by its own margin, than whoever could go now; when nobody could, there
    is nothing to decide: the incident waits for anybody. `promised` are waited for by others.
    """
    free = [c for c in candidates if c.divert_from is None and not c.is_free_soon]
    busy = [c for c in candidates if c.divert_from is not None]
    soon = [c for c in candidates if c.unit_id in waitable and c.unit_id not in promised]
    marked: dict[UnitId, str] = {}
    for _ in range(units):
        divert = bool(busy) and (not free or busy[0].arrival_s + rules.divert_margin_s < free[0].arrival_s)
        now = busy if divert else free
        if soon and now and soon[0].arrival_s + rules.start.wait_margin_s < now[0].arrival_s:
            marked[soon.pop(0).unit_id] = "awaited"
        elif divert:
            marked[busy.pop(0).unit_id] = "divert_only" if not free else "divert_sooner"
        elif free:
            marked[free.pop(0).unit_id] = "nearest_free"

    def reason(c: Candidate) -> str:
        if c.is_free_soon:
            return "promised_elsewhere" if c.unit_id in promised else "free_soon"
        return "free" if c.divert_from is None else "divert_not_worth_it"

    return tuple(
        replace(c, chosen=marked.get(c.unit_id, "awaited") != "awaited", reason=marked.get(c.unit_id) or reason(c))
        for c in candidates
    )


@lru_cache(maxsize=4096)
def _reasons(mask: int, fresh: bool, skill: str, divertible: int) -> tuple[str, ...]:
    """Return every reason why a mask does not fit, the weightiest first. A fleet has few masks, so they are kept."""
    reasons = []
    if not mask & _ON_DUTY:
        return ("off_duty",)
    if not mask & _NO_EMERGENCY:
        reasons.append("emergency")
    if not mask & (_AVAILABLE | divertible):
        if mask & ANY_DIVERTIBLE:
            reasons.append("priority_not_lower")
        else:
            reasons.append("free_soon" if mask & _FREE_SOON else "busy")
    if not mask & skill_bit(skill):
        reasons.append("lacks_skill")
    if not mask & _HANDHELD_HEALTHY:
        reasons.append("handheld_unhealthy")
    if not mask & _POSITION_PLAUSIBLE:
        reasons.append("position_implausible")
    if not fresh:
        reasons.append("position_stale")
    return tuple(reasons)


# What each rung of the ladder says of the units that miss it; the last two are the fix's age, and nothing.
_LADDER_REASONS = (
    "off_duty",
    "emergency",
    "busy",
    "free_soon",
    "priority_not_lower",
    "lacks_skill",
    "handheld_unhealthy",
    "position_implausible",
    "position_stale",
    "fit",
)


def _ladder(skill: str, divertible: int) -> tuple[tuple[int, int], ...]:
    """Return the bits that `_reasons` asks for, in its order, as (all of, any of)."""
    return (
        (_ON_DUTY, 0),
        (_NO_EMERGENCY, 0),
        (0, _AVAILABLE | ANY_DIVERTIBLE | _FREE_SOON),
        (0, _AVAILABLE | ANY_DIVERTIBLE),
        (0, _AVAILABLE | divertible),
        (skill_bit(skill), 0),
        (_HANDHELD_HEALTHY, 0),
        (_POSITION_PLAUSIBLE, 0),
    )


def _named_reasons(world: World, unit_id: UnitId, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Say more exactly what keeps a busy unit."""
    unit = world.units[unit_id]
    if unit.assignment_id is None:
        exact = "not_available"
    else:
        exact = "on_scene" if world.assignments[unit.assignment_id].state not in BEFORE_SCENE else "other_duty"
    return _instead_of_busy(reasons, exact)


@lru_cache(maxsize=4096)
def _instead_of_busy(reasons: tuple[str, ...], exact: str) -> tuple[str, ...]:
    return tuple(exact if reason == "busy" else reason for reason in reasons)


def _passed_over(
    world: World, search: Search, need: Need, tried: dict[UnitId, str], fixed_after: Instant, divertible: int
) -> tuple[PassedOver, ...]:
    skill = need.skill
    named = []
    for unit_id, travel_time_s, _, _, fixed_at, mask, _ in search.passed_over:
        reasons = _reasons(mask, fixed_at > fixed_after, skill, divertible)
        if "busy" in reasons:
            reasons = _named_reasons(world, unit_id, reasons)
        named.append(PassedOver(unit_id, round(travel_time_s, 1), reasons))
    for unit_id in search.without_place[:NAMED_WITHOUT_PLACE_MAX]:
        named.append(PassedOver(unit_id=unit_id, travel_time_s=None, reasons=("no_position",)))
    for unit_id, reason in sorted(tried.items()):
        named.append(PassedOver(unit_id=unit_id, travel_time_s=None, reasons=(reason,)))
    return tuple(named)


def _fleet_by_reason(
    world: World,
    around: Surroundings,
    need: Need,
    fixed_after: Instant,
    divertible: int,
    tried: dict[UnitId, str],
) -> tuple[tuple[str, int], ...]:
    """Count the whole fleet by its weightiest reason; `fit` are those the search could have chosen."""
    numbers = around.sight.tally(_ladder(need.skill, divertible), fixed_after=fixed_after)
    counts = dict(zip(_LADDER_REASONS, numbers, strict=True))
    # Those who had their turn look fit to the road, and are not asked again.
    free = sum(1 for u in tried if u in world.units and fitness_of(world, world.units[u]) & _AVAILABLE)
    had_their_turn = min(free, counts.get("fit", 0))
    if had_their_turn:
        counts |= {"fit": counts["fit"] - had_their_turn, "had_its_turn": had_their_turn}
    return tuple(sorted((reason, units) for reason, units in counts.items() if units))
