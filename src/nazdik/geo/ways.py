"""The compiled reading of a way that a search left behind."""

from pathlib import Path

from nazdik.geo.graph import Int32s
from nazdik.geo.records import ALONG_ARC, BACK_ON_ARC, BY_TAIL, ONTO_GOAL, Records
from nazdik.geo.search import way_of
from nazdik.platform.compiled import door

compiled = door(*(Path(__file__).with_name(name) for name in ("heap.py", "search.py")))


@compiled
def way_of_met(
    in_steps: Records,
    step_end: Int32s,
    stands_for: Int32s,
    ordinary: int,
    first_onto: Int32s,
    onto_steps: Records,
    arc_twin: Int32s,
    arc_ms: Int32s,
    nodes: Records,
    units: Records,
    slot: int,
    goal: int,
    goal_fraction: float,
    arcs: Int32s,
    turn_ms: Int32s,
) -> tuple[int, int, float, float]:
    """
    Write the way of a unit that the last search met: its arcs, and what turning into each of them costs.

    Returns:
        The first and the end of the rows it takes, and where on its first arc it begins and on its last it ends.
    """
    arc, start, via = units[slot].arc, units[slot].fraction, units[slot].via
    if via in (BACK_ON_ARC, BY_TAIL):  # it turns round
        arc, start = arc_twin[arc], 1.0 - start
    arcs[0], turn_ms[0] = arc, 0
    if via in (ALONG_ARC, BACK_ON_ARC):
        return 0, 1, start, goal_fraction if arc == goal else 1.0 - goal_fraction
    count, onto = way_of(
        nodes,
        in_steps,
        step_end,
        stands_for,
        ordinary,
        first_onto,
        onto_steps,
        arc_twin,
        arc_ms,
        units[slot].state,
        goal,
        arcs,
        turn_ms,
    )
    end = goal_fraction if onto == ONTO_GOAL else 1.0 - goal_fraction
    if start == 1.0:  # already at the junction: the street behind is not part of the way
        return 1, count, 0.0, end
    return 0, count, start, end
