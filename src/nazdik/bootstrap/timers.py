"""The timers of a province: which of them facts move, when each rings, and what is asked then."""

from collections.abc import Iterator, Sequence
from typing import Any

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import commands as dispatch_commands
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch.touched import deadline_keys
from nazdik.geo.conditions import commands as road_commands
from nazdik.geo.conditions import events as road_events
from nazdik.geo.conditions import evolution as road_evolution
from nazdik.kernel import Instant


def deadlines_moved(
    before: ProvinceState, after: ProvinceState, facts: Sequence[Any]
) -> Iterator[tuple[str, Instant | None]]:
    """Yield the timers that facts may have set, moved or stopped, each once, and when it rings now."""
    # Most facts of a call or a status move none: the maps are then the very same.
    if after.world.deadlines is before.world.deadlines and after.roads.deadlines is before.roads.deadlines:
        return
    for key in {key: None for fact in facts for key in _deadlines_touched(fact)}:
        yield key, deadline_of(after, key)


def _deadlines_touched(event: Any) -> Sequence[str]:
    if isinstance(event, dispatch_events.Event):
        return deadline_keys(event)
    return road_evolution.deadline_keys(event) if isinstance(event, road_events.Event) else ()


def deadlines_of(state: ProvinceState) -> dict[str, Instant]:
    """Return every timer that runs, and when it rings."""
    return {**state.world.deadlines, **state.roads.deadlines}


def deadline_of(state: ProvinceState, key: str) -> Instant | None:
    """Return when a timer rings, None when it does not run."""
    of_roads = road_evolution.is_timer_of_roads(key)
    return state.roads.deadlines.get(key) if of_roads else state.world.deadlines.get(key)


def timer_command(key: str) -> Any:
    """Return the command for a timer that rings."""
    if road_evolution.is_timer_of_roads(key):
        return road_commands.ConditionDue(key=key)
    return dispatch_commands.DeadlinePassed(key=key)
