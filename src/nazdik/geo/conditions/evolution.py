"""`evolve`: apply one recorded fact of the road. It never refuses: history is not up for debate."""

from msgspec.structs import replace

from nazdik.geo.conditions import events as e
from nazdik.geo.conditions.model import OVER, Condition, ConditionId, ConditionKind, ConditionState, CutOff, Roads

# So many that are over are kept: enough for a shift's list, little beside the world.
OVER_KEPT = 100


def start_key(condition_id: ConditionId) -> str:
    """Return the timer of a condition's start."""
    return f"road-start:{condition_id}"


def end_key(condition_id: ConditionId) -> str:
    """Return the timer of a condition's end."""
    return f"road-end:{condition_id}"


def is_timer_of_roads(key: str) -> bool:
    """Whether a timer's key is one of these."""
    return key.startswith("road-")


def deadline_keys(event: e.Event) -> tuple[str, ...]:
    """Return the timers an event may have moved."""
    if isinstance(event, e.ConditionEvent):
        return start_key(event.condition_id), end_key(event.condition_id)
    return ()


def evolve(roads: Roads, event: e.Event) -> Roads:
    """Return the roads after `event`."""
    if isinstance(event, e.EtaFactorsApplied):
        before = (*roads.learned_before, roads.learned)
        return _changed(replace(roads, learned=event.learned, learned_before=before))
    if isinstance(event, e.EtaFactorsReverted):
        return _changed(replace(roads, learned=roads.learned_before[-1], learned_before=roads.learned_before[:-1]))
    match event:
        case e.RoadClosed() | e.TrafficFactorSet():
            return _put(roads, _condition(event))
        case e.ConditionStarted(condition_id=condition_id):
            condition = roads.conditions[condition_id]
            return _changed(_put(roads, replace(condition, state=ConditionState.ACTIVE, started_at=event.at)))
        case e.ConditionEnded(condition_id=condition_id):
            return _over(roads, condition_id, ConditionState.ENDED, event)
        case e.RoadReopened(condition_id=condition_id) | e.TrafficFactorLifted(condition_id=condition_id):
            return _over(roads, condition_id, ConditionState.LIFTED, event, by=event.by)
        case e.ConditionEndChanged(condition_id=condition_id, ends_at=ends_at):
            return _put(roads, replace(roads.conditions[condition_id], ends_at=ends_at))
        case e.ConditionRestored(condition_id=condition_id):
            condition = roads.conditions[condition_id]
            state = ConditionState.PLANNED if condition.started_at is None else ConditionState.ACTIVE
            back = replace(condition, state=state, over_at=None, over_by=None)
            over = tuple(other for other in roads.over if other != condition_id)
            return _changed(_put(replace(roads, over=over), back))
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _condition(event: e.RoadClosed | e.TrafficFactorSet) -> Condition:
    closure = isinstance(event, e.RoadClosed)
    return Condition(
        id=event.condition_id,
        kind=ConditionKind.CLOSURE if closure else ConditionKind.TRAFFIC,
        time_factor=event.time_factor if isinstance(event, e.TrafficFactorSet) else None,
        pieces=event.pieces,
        office=event.office,
        reason=event.reason,
        note=event.note,
        state=ConditionState.PLANNED,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        created_at=event.at,
        by=event.by,
        cut_off=event.cut_off if isinstance(event, e.RoadClosed) else CutOff(),
    )


def _over(
    roads: Roads, condition_id: ConditionId, state: ConditionState, event: e.ConditionEvent, by: str | None = None
) -> Roads:
    """End a condition; the oldest of those that are over is forgotten when there are too many."""
    condition = replace(roads.conditions[condition_id], state=state, over_at=event.at, over_by=by)
    roads = _changed(_put(replace(roads, over=(*roads.over, condition_id)), condition))
    if len(roads.over) <= OVER_KEPT:
        return roads
    forgotten, *over = roads.over
    return replace(roads, over=tuple(over), conditions=roads.conditions.delete(forgotten))


def _put(roads: Roads, condition: Condition) -> Roads:
    """Keep a condition as it is now, with the timers that its state asks for."""
    planned, over = condition.state is ConditionState.PLANNED, condition.state in OVER
    timers = {
        start_key(condition.id): condition.starts_at if planned else None,
        end_key(condition.id): None if over else condition.ends_at,
    }
    deadlines = roads.deadlines
    for key, due in timers.items():
        if due is not None:
            deadlines = deadlines.set(key, due)
        elif key in deadlines:
            deadlines = deadlines.delete(key)
    return replace(roads, conditions=roads.conditions.set(condition.id, condition), deadlines=deadlines)


def _changed(roads: Roads) -> Roads:
    return replace(roads, revision=roads.revision + 1)
