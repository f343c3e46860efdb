"""The timers of a province: which of them facts move, when each rings, and what is asked then."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """Yield the timers that facts set, moved or stopped, each once, and when it rings now."""
    # Most facts of a call or a status move none: the maps are then the very same.
    if after.world.deadlines is not before.world.deadlines:
        keys = (key for fact in facts if isinstance(fact, dispatch_events.Event) for key in deadline_keys(fact))
        yield from _moved(before.world.deadlines, after.world.deadlines, keys)
    if after.roads.deadlines is not before.roads.deadlines:
        keys = (k for fact in facts if isinstance(fact, road_events.Event) for k in road_evolution.deadline_keys(fact))
        yield from _moved(before.roads.deadlines, after.roads.deadlines, keys)


def _moved(
    before: Mapping[str, Instant], after: Mapping[str, Instant], keys: Iterable[str]
) -> Iterator[tuple[str, Instant | None]]:
    """Of the timers that facts may have touched, those that ring at another time; of ten, nine do not."""
    for key in dict.fromkeys(keys):
        due = after.get(key)
        if due != before.get(key):
            yield key, due


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
