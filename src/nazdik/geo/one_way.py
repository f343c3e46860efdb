"""The compiled reading of a way that a search left behind, and search and reading in one step for a car on its own."""

from pathlib import Path

from nazdik.geo.graph import TIME_MS_MAX, Bools, Floats, Int32s, Ints
from nazdik.geo.questions import FOR_EVER, LONG_AGO
from nazdik.geo.records import ALONG_ARC, BACK_ON_ARC, BY_TAIL, ONTO_GOAL, Records
from nazdik.geo.search import search_all, way_of
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


@compiled
def way_of_one(
    first_in: Int32s,
    in_steps: Records,
    step_end: Int32s,
    stands_for: Int32s,
    entering: Int32s,
    closed: Bools,
    ordinary: int,
    first_onto: Int32s,
    onto_steps: Records,
    arc_end: Int32s,
    arc_twin: Int32s,
    arc_ms: Int32s,
    arc_m: Floats,
    nodes: Records,
    units: Records,
    entries: Records,
    heap: Ints,
    met: Int32s,
    best: Ints,
    slot_of_rank: Int32s,
    nobody: Ints,
    question: Records,
    asked_before: int,
    counts: Ints,
    answer: Ints,
    where: Floats,
    goal: int,
    goal_fraction: float,
    arcs: Int32s,
    turn_ms: Int32s,
) -> tuple[bool, int, int, float, float]:
    """Search for the only unit, whatever its fitness; return whether it was met, and its way as `way_of_met` does."""
    asked = question[0]
    asked.goal, asked.fraction, asked.k, asked.only = goal, goal_fraction, 1, 0
    asked.all_of, asked.any_of, asked.fixed_after, asked.now = 0, 0, LONG_AGO, FOR_EVER
    asked.limit_ms, asked.settled_max, asked.barred_from, asked.barred_to = TIME_MS_MAX - 1, FOR_EVER, 0, 0
    search_all(
        first_in,
        in_steps,
        step_end,
        stands_for,
        entering,
        closed,
        first_onto,
        onto_steps,
        arc_end,
        arc_twin,
        arc_ms,
        arc_m,
        nodes,
        units,
        entries,
        heap,
        met,
        best,
        slot_of_rank,
        nobody,
        question,
        asked_before,
        counts,
        answer,
        where,
    )
    if counts[0, 0] == 0:
        return False, 0, 0, 0.0, 0.0
    first, end, start_fraction, end_fraction = way_of_met(
        in_steps,
        step_end,
        stands_for,
        ordinary,
        first_onto,
        onto_steps,
        arc_twin,
        arc_ms,
        nodes,
        units,
        0,
        goal,
        goal_fraction,
        arcs,
        turn_ms,
    )
    return True, first, end, start_fraction, end_fraction
