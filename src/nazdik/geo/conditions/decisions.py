"""
`decide`: what a command causes on the roads of a province. Pure: the instant and the actor come in with the context.

All refusals come before the first event. A condition whose start has come starts in the same decision.
"""

from nazdik.geo.conditions import commands as c
from nazdik.geo.conditions import errors
from nazdik.geo.conditions import events as e
from nazdik.geo.conditions.evolution import end_key, start_key
from nazdik.geo.conditions.model import (
    OVER,
    REASONS,
    Condition,
    ConditionId,
    ConditionKind,
    ConditionState,
    Factor,
    LearnedFactors,
    Roads,
)
from nazdik.geo.tables import BANDS, GROUPS
from nazdik.kernel import Context, Instant, OfficeId
from nazdik.kernel.instant import plus_s

DAY_S = 86_400.0
# Works are announced weeks ahead and last months; a date further off is a slip of the finger in the year.
STARTS_WITHIN_S = 90 * DAY_S
ENDS_WITHIN_S = 400 * DAY_S
NOTE_MAX = 300
PIECES_MAX = 2000
STANDING_MAX = 1000
# Slower than a twentieth of the pace is closed; faster than twice the pace does not happen because of traffic.
TIME_FACTOR_MIN, TIME_FACTOR_MAX = 0.5, 20.0
# Trips that say more than this say something else: a wrong street, a break on the way.
LEARNED_MIN, LEARNED_MAX = 0.5, 2.0


def decide(roads: Roads, command: c.Command, ctx: Context, *, table: str) -> tuple[e.AnyEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`. `table` names the time table that is in force."""
    match command:
        case c.SetCondition():
            return _set(roads, command, ctx)
        case c.ChangeEnd(condition_id=condition_id, ends_at=ends_at):
            return _change_end(_standing(roads, condition_id), ends_at, ctx)
        case c.LiftCondition(condition_id=condition_id):
            return _lift(_standing(roads, condition_id), ctx)
        case c.RestoreCondition(condition_id=condition_id):
            return _restore(_found(roads, condition_id), ctx)
        case c.ConditionDue(key=key):
            return _due(roads, key, ctx)
        case c.ApplyFactors():
            return _apply(roads, command, ctx, table)
        case c.RevertFactors():
            if roads.learned is None:
                raise errors.NothingToRevert
            return (e.EtaFactorsReverted(at=ctx.at, office=OfficeId(str(roads.province)), by=ctx.actor.id),)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _set(roads: Roads, command: c.SetCondition, ctx: Context) -> tuple[e.AnyEvent, ...]:
    if command.condition_id in roads.conditions:
        return ()
    if len(roads.conditions) - len(roads.over) >= STANDING_MAX:
        raise errors.ConditionsTooMany(most=STANDING_MAX)
    if command.reason not in REASONS:
        raise errors.ReasonUnknown(reason=command.reason[:40], reasons=list(REASONS))
    if len(command.note) > NOTE_MAX:
        raise errors.NoteTooLong(length=len(command.note), limit=NOTE_MAX)
    factor = command.time_factor
    if factor is not None and not TIME_FACTOR_MIN <= factor <= TIME_FACTOR_MAX:
        raise errors.TimeFactorInvalid(least=TIME_FACTOR_MIN, most=TIME_FACTOR_MAX)
    if not command.pieces:
        raise errors.NoRoadThere
    if len(command.pieces) > PIECES_MAX:
        raise errors.TooManyStreets(pieces=len(command.pieces), most=PIECES_MAX)
    # A closure told of late begins when it is told: no decision before that saw it.
    starts_at = max(command.starts_at or ctx.at, ctx.at)
    _check_times(starts_at, command.ends_at, ctx.at)
    if factor is None and command.cut_off.anyone and not command.confirmed:
        raise errors.ClosureCutsOff(**_said(command))
    said = {
        "at": ctx.at,
        "condition_id": command.condition_id,
        "pieces": command.pieces,
        "office": command.office,
        "reason": command.reason,
        "starts_at": starts_at,
        "by": ctx.actor.id,
        "ends_at": command.ends_at,
        "note": command.note,
    }
    fact: e.RoadClosed | e.TrafficFactorSet
    if factor is None:
        fact = e.RoadClosed(**said, cut_off=command.cut_off)  # type: ignore[arg-type]
    else:
        fact = e.TrafficFactorSet(**said, time_factor=factor)  # type: ignore[arg-type]
    if starts_at > ctx.at:
        return (fact,)
    return fact, e.ConditionStarted(at=ctx.at, condition_id=command.condition_id)


def _said(command: c.SetCondition) -> dict[str, object]:
    cut = command.cut_off
    return {
        "junctions": cut.junctions,
        "streets": cut.streets,
        "street_names": list(cut.street_names),
        "places": list(cut.places),
        "units": list(cut.units),
        "slower": cut.slower,
        "slower_worst_s": cut.slower_worst_s,
        "slower_places": list(cut.slower_places),
    }


def _check_times(starts_at: Instant, ends_at: Instant | None, now: Instant) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise errors.EndBeforeStart(starts_at=starts_at, ends_at=ends_at)
    if starts_at > plus_s(now, STARTS_WITHIN_S):
        raise errors.ConditionTooFar(field="starts_at", days=int(STARTS_WITHIN_S / DAY_S))
    if ends_at is not None and ends_at > plus_s(now, ENDS_WITHIN_S):
        raise errors.ConditionTooFar(field="ends_at", days=int(ENDS_WITHIN_S / DAY_S))


def _found(roads: Roads, condition_id: ConditionId) -> Condition:
    condition = roads.conditions.get(condition_id)
    if condition is None:
        raise errors.ConditionNotFound(condition_id=condition_id[:120])
    return condition


def _standing(roads: Roads, condition_id: ConditionId) -> Condition:
    """Return a condition that is planned or in force, or refuse."""
    condition = _found(roads, condition_id)
    if condition.state in OVER:
        raise errors.ConditionOver(condition_id=condition_id, state=condition.state)
    return condition


def _change_end(condition: Condition, ends_at: Instant | None, ctx: Context) -> tuple[e.AnyEvent, ...]:
    if ends_at == condition.ends_at:
        return ()
    _check_times(max(condition.starts_at, ctx.at), ends_at, ctx.at)
    return (e.ConditionEndChanged(at=ctx.at, condition_id=condition.id, by=ctx.actor.id, ends_at=ends_at),)


def _lift(condition: Condition, ctx: Context) -> tuple[e.AnyEvent, ...]:
    fact = e.RoadReopened if condition.kind is ConditionKind.CLOSURE else e.TrafficFactorLifted
    return (fact(at=ctx.at, condition_id=condition.id, by=ctx.actor.id),)


def _restore(condition: Condition, ctx: Context) -> tuple[e.AnyEvent, ...]:
    if condition.state not in OVER:
        return ()
    passed = condition.ends_at is not None and condition.ends_at <= ctx.at
    if condition.state is not ConditionState.LIFTED or passed:
        raise errors.ConditionNotLifted(condition_id=condition.id, state=condition.state)
    return (e.ConditionRestored(at=ctx.at, condition_id=condition.id, by=ctx.actor.id),)


def _due(roads: Roads, key: str, ctx: Context) -> tuple[e.AnyEvent, ...]:
    """Do what a timer stands for; one that was moved or dropped meanwhile does nothing."""
    due = roads.deadlines.get(key)
    if due is None or due > ctx.at:
        return ()
    condition_id = ConditionId(key.partition(":")[2])
    if key == start_key(condition_id):
        return (e.ConditionStarted(at=ctx.at, condition_id=condition_id),)
    assert key == end_key(condition_id), key
    return (e.ConditionEnded(at=ctx.at, condition_id=condition_id),)


def _apply(roads: Roads, command: c.ApplyFactors, ctx: Context, table: str) -> tuple[e.AnyEvent, ...]:
    if roads.learned is not None and roads.learned.id == command.factors_id:
        return ()
    if command.table != table:
        raise errors.FactorsOfAnotherTable(table=command.table[:40], in_force=table)
    _check_factors(command.factors)
    if len(command.note) > NOTE_MAX:
        raise errors.NoteTooLong(length=len(command.note), limit=NOTE_MAX)
    learned = LearnedFactors(
        id=command.factors_id,
        table=command.table,
        factors=tuple(sorted(command.factors, key=lambda f: (f.group, f.band))),
        applied_at=ctx.at,
        by=ctx.actor.id,
        note=command.note,
    )
    return (e.EtaFactorsApplied(at=ctx.at, learned=learned),)


def _check_factors(factors: tuple[Factor, ...]) -> None:
    seen: set[tuple[str, str]] = set()
    for factor in factors:
        known = factor.group in GROUPS and factor.band in BANDS and factor.trips >= 0
        # A comparison with NaN is false, so NaN is refused too.
        if not known or not LEARNED_MIN <= factor.factor <= LEARNED_MAX or (factor.group, factor.band) in seen:
            raise errors.FactorsInvalid(
                group=factor.group[:40], band=factor.band[:40], least=LEARNED_MIN, most=LEARNED_MAX
            )
        seen.add((factor.group, factor.band))
    if not factors:
        raise errors.FactorsInvalid(least=LEARNED_MIN, most=LEARNED_MAX)
