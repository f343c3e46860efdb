"""
Where a driver can stand between two streets, and what they may take next: one structure for every kind of turn.

A search runs over *states*. On a road without turns that matter, a state is a junction, however one came to it. Where a turn
may not be taken, or costs something, the arc by which one came gets a state of its own at its head; a restriction over
several streets gives the streets in between one more. So a city with some hundred restrictions is hardly larger to search
than one without any, and a road on which every turn has its price becomes edge-based of itself.
"""

from dataclasses import dataclass

import numpy as np

from nazdik.geo.graph import (
    FORBIDDEN,
    NO_ARC,
    REVERSED,
    ROUNDABOUT,
    TIME_MS_MAX,
    Bools,
    Floats,
    Int32s,
    Ints,
    RoadGraph,
    fixed,
)
from nazdik.geo.profile import RoadClass
from nazdik.geo.streets import ranges

# A turn is sharper than this, in degrees; below it one follows the road.
TURN_DEG = 45.0
# A street's direction at a junction is taken this far from it, so that a rounded corner is not its direction.
BEARING_M = 15.0


@dataclass(frozen=True, slots=True)
class TurnPrices:
    """
    What turns cost on top of driving, in milliseconds. Traffic drives on the right.

    The class speeds of `profile` are averages with the waiting at junctions in them, so ordinary turns cost nothing unless
    asked for; they then cost at every junction of three arms or more, and the graph becomes edge-based.

    Attributes:
        u_turn_ms: Turning round at a junction.
        left_ms: Left across the oncoming traffic.
        right_ms: To the right.
        main_ms: Turning into or crossing a road of a higher class than one's own.
    """

    u_turn_ms: int = 8_000
    left_ms: int = 0
    right_ms: int = 0
    main_ms: int = 0

    @property
    def everywhere(self) -> bool:
        """Whether turns cost something at every junction, not only where a restriction makes one turn round."""
        return max(self.left_ms, self.right_ms, self.main_ms) > 0


PATROL = TurnPrices()
# Close to what drivers lose at junctions without signals; for a road whose speeds do not hold the waiting already.
EVERY_TURN = TurnPrices(u_turn_ms=8_000, left_ms=4_000, right_ms=1_500, main_ms=3_000)


@dataclass(frozen=True, slots=True, eq=False)
class StateGraph:
    """
    The states of a road graph and the steps between them; read-only. S states, T steps, A arcs.

    States `0` to `V - 1` are the junctions. A step leaves a state, drives one arc whole, and ends in a state. To search
    forwards from a place on an arc: start in `arc_end[arc]` after the rest of the arc (and in `arc_end[twin]` when one may
    turn round); from state s go over the steps `j` from `first_out[s]` up to `first_out[s + 1]`, which cost
    `step_ms[j] + through_ms[step_arc[j]]` and end in `step_end[j]`, where `through_ms` are the times of
    `RoadTimes` (`TIME_MS_MAX` where closed). A junction is reached when any of its states is (`state_node`); a place on an
    arc when the tail of a step over that arc is, plus the step's own cost. Backwards: the steps into s are
    `in_step[first_in[s]:first_in[s + 1]]`.

    Attributes:
        state_node: The junction at which a state stands; shape (S,).
        arc_end: The state at the head of each arc for who drove it, whatever they drove before; shape (A,).
        first_out: Steps out of state s are `first_out[s]` up to `first_out[s + 1]`; shape (S + 1,).
        step_from, step_end: The states a step leaves and ends in; shape (T,).
        step_arc: The arc it drives; shape (T,).
        step_ms: What turning into that arc costs, without driving it; shape (T,).
        first_in, in_step: Steps into a state; shapes (S + 1,), (T,).
        first_onto, onto_step: Steps over arc a are `onto_step[first_onto[a]:first_onto[a + 1]]`; shapes (A + 1,), (T,).
    """

    state_node: Int32s
    arc_end: Int32s
    first_out: Int32s
    step_from: Int32s
    step_end: Int32s
    step_arc: Int32s
    step_ms: Int32s
    first_in: Int32s
    in_step: Int32s
    first_onto: Int32s
    onto_step: Int32s

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.state_node)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.step_arc)


def states_of(graph: RoadGraph, prices: TurnPrices = PATROL) -> StateGraph:
    """The states of a road with its turn restrictions, and with these prices on its turns."""
    patterns = _patterns_of(graph)
    own = np.zeros(graph.arcs, dtype=np.bool_)
    if prices.everywhere:
        before = np.repeat(np.arange(graph.arcs), np.diff(graph.first_out)[graph.arc_head])
        after = _out_of(graph, graph.arc_head)
        own[before[_turn_ms(graph, before, after, prices) > 0]] = True
    elif patterns:
        own[_streets_to_turn_in(graph, prices.u_turn_ms)] = True
    own[[arcs[0] for arcs in patterns]] = True
    return _expand(graph, own, patterns, prices) if own.any() else _plain(graph)


def _plain(graph: RoadGraph) -> StateGraph:
    """Junctions only: steps are arcs."""
    arcs = fixed(np.arange(graph.arcs), np.int32)
    return StateGraph(
        state_node=fixed(np.arange(graph.nodes), np.int32),
        arc_end=graph.arc_head,
        first_out=graph.first_out,
        step_from=graph.arc_tail,
        step_end=graph.arc_head,
        step_arc=arcs,
        step_ms=fixed(np.zeros(graph.arcs), np.int32),
        first_in=graph.first_in,
        in_step=graph.in_arc,
        first_onto=fixed(np.arange(graph.arcs + 1), np.int32),
        onto_step=arcs,
    )


Patterns = dict[tuple[int, ...], int]


def _patterns_of(graph: RoadGraph) -> Patterns:
    """What each restricted row of arcs costs; of two restrictions on the same arcs the harder one counts."""
    patterns: Patterns = {}
    first = graph.turn_first.tolist()
    for number, ms in enumerate(graph.turn_ms.tolist()):
        arcs = tuple(graph.turn_arcs[first[number] : first[number + 1]].tolist())
        known = patterns.get(arcs, 0)
        patterns[arcs] = FORBIDDEN if FORBIDDEN in (ms, known) else max(ms, known)
    return patterns


def _out_of(graph: RoadGraph, nodes: Ints | Int32s) -> Ints:
    """The arcs out of each of some junctions, one junction's after another's."""
    return ranges(graph.first_out[nodes].astype(np.int64), graph.first_out[nodes + 1].astype(np.int64))


def _streets_to_turn_in(graph: RoadGraph, u_turn_ms: int) -> Ints:
    """
    The two-way arcs at whose end somebody might turn round to get past a restriction.

    Elsewhere turning round at a junction never saves time, so it need not have a price there. One may also turn further on:
    as far as driving there takes no longer than what turning costs.
    """
    ends = np.delete(np.arange(len(graph.turn_arcs)), graph.turn_first[:-1])
    reached_ms = np.full(graph.nodes, TIME_MS_MAX, dtype=np.int64)
    new = np.unique(graph.arc_tail[graph.turn_arcs[ends]])
    reached_ms[new] = 0
    while len(new):
        arcs = _out_of(graph, new)
        came_ms = reached_ms[graph.arc_tail[arcs]] + graph.arc_ms[arcs]
        sooner = (came_ms <= u_turn_ms) & (came_ms < reached_ms[graph.arc_head[arcs]])
        np.minimum.at(reached_ms, graph.arc_head[arcs[sooner]], came_ms[sooner])
        new = np.unique(graph.arc_head[arcs[sooner]])
    return np.flatnonzero((reached_ms[graph.arc_tail] <= u_turn_ms) & (graph.arc_twin >= 0))


def _expand(graph: RoadGraph, own: Bools, patterns: Patterns, prices: TurnPrices) -> StateGraph:
    """States of their own for the arcs in `own` and for the streets in the middle of longer restrictions."""
    prefixes = _prefixes(patterns)
    longer = [arcs for arcs in prefixes if len(arcs) > 1]
    own_arcs = np.flatnonzero(own)
    arc_end = np.array(graph.arc_head, dtype=np.int64)
    arc_end[own_arcs] = graph.nodes + np.arange(len(own_arcs))
    came_by = np.concatenate((np.full(graph.nodes, NO_ARC), own_arcs, [arcs[-1] for arcs in longer])).astype(np.int64)
    node = np.where(came_by >= 0, graph.arc_head[came_by], np.arange(len(came_by)))
    # A junction at which every arc ends in a state of its own is never stood at.
    used = np.ones(len(came_by), dtype=np.bool_)
    used[: graph.nodes] = np.bincount(graph.arc_head[~own], minlength=graph.nodes) > 0
    out = np.where(used, np.diff(graph.first_out)[node], 0)
    first_out = np.concatenate(([0], np.cumsum(out)))
    step_from = np.repeat(np.arange(len(came_by)), out)
    step_arc = _out_of(graph, node[used])
    step_end = arc_end[step_arc]
    step_ms = np.zeros(len(step_arc), dtype=np.int64)
    turning = came_by[step_from] >= 0
    step_ms[turning] = _turn_ms(graph, came_by[step_from[turning]], step_arc[turning], prices)

    state_of = {arcs: graph.nodes + len(own_arcs) + number for number, arcs in enumerate(longer)}
    state_of |= {arcs: int(arc_end[arcs[0]]) for arcs in prefixes if len(arcs) == 1}
    for came, state in state_of.items():
        for step in range(int(first_out[state]), int(first_out[state + 1])):
            # All that one might have begun before this step and is still in the middle of, the longest first.
            rows = [(*came[since:], int(step_arc[step])) for since in range(len(came))]
            for row in rows:
                ms = patterns.get(row, 0)
                step_ms[step] = FORBIDDEN if FORBIDDEN in (ms, step_ms[step]) else max(ms, step_ms[step])
            step_end[step] = next((state_of[row] for row in rows if row in state_of), step_end[step])
    allowed = step_ms != FORBIDDEN
    return _linked(node, arc_end, step_from[allowed], step_end[allowed], step_arc[allowed], step_ms[allowed])


def _prefixes(patterns: Patterns) -> list[tuple[int, ...]]:
    """Every beginning of a restricted row that is not the whole of it, short ones first."""
    begun = {arcs[:length] for arcs in patterns for length in range(1, len(arcs))}
    return sorted(begun, key=lambda arcs: (len(arcs), arcs))


def _linked(node: Ints, arc_end: Ints, step_from: Ints, step_end: Ints, step_arc: Ints, step_ms: Ints) -> StateGraph:
    states, arcs = len(node), len(arc_end)

    def starts(values: Ints, size: int) -> Int32s:
        return fixed(np.concatenate(([0], np.cumsum(np.bincount(values, minlength=size)))), np.int32)

    return StateGraph(
        state_node=fixed(node, np.int32),
        arc_end=fixed(arc_end, np.int32),
        first_out=starts(step_from, states),
        step_from=fixed(step_from, np.int32),
        step_end=fixed(step_end, np.int32),
        step_arc=fixed(step_arc, np.int32),
        step_ms=fixed(step_ms, np.int32),
        first_in=starts(step_end, states),
        in_step=fixed(np.argsort(step_end, kind="stable"), np.int32),
        first_onto=starts(step_arc, arcs),
        onto_step=fixed(np.argsort(step_arc, kind="stable"), np.int32),
    )


# Ordinary turns


def _turn_ms(graph: RoadGraph, before: Ints, after: Ints, prices: TurnPrices) -> Ints:
    """What turning from each arc of `before` into that of `after` costs, restrictions aside; shape (n,)."""
    back = after == graph.arc_twin[before]
    ms = np.where(back, prices.u_turn_ms, 0)
    if not prices.everywhere:
        return ms
    angle = _angles(graph, before, after)
    node = graph.arc_head[before]
    arms = np.bincount(np.concatenate((graph.arc_tail, graph.arc_head[graph.arc_twin < 0])), minlength=graph.nodes)
    ring = (graph.arc_flags[before] | graph.arc_flags[after]) & ROUNDABOUT > 0
    counts = ~back & ~ring & (arms[node] > 2)
    road = graph.segment_class[graph.arc_segment].astype(np.int64)
    # Classes are numbered from the fastest; a link is of the class of the road it serves.
    rank = np.where(road < RoadClass.UNCLASSIFIED, road // 2 * 2, road)
    highest = np.full(graph.nodes, len(RoadClass), dtype=np.int64)
    np.minimum.at(highest, graph.arc_head, rank)
    np.minimum.at(highest, graph.arc_tail, rank)
    ms += np.where(counts & (angle < -TURN_DEG), prices.left_ms, 0)
    ms += np.where(counts & (angle > TURN_DEG), prices.right_ms, 0)
    ms += np.where(counts & (highest[node] < rank[before]), prices.main_ms, 0)
    return ms


def _angles(graph: RoadGraph, before: Ints, after: Ints) -> Floats:
    """Degrees from the direction one comes in to the one one goes out, to the right positive; shape (n,)."""
    length = graph.arc_m
    reach = np.minimum(BEARING_M, length)
    inward = _bearings(graph, before, length[before] - reach[before], length[before])
    outward = _bearings(graph, after, np.zeros(len(after)), reach[after])
    turned: Floats = (outward - inward + 180.0) % 360.0 - 180.0
    return turned


def _bearings(graph: RoadGraph, arcs: Ints, since_m: Floats, until_m: Floats) -> Floats:
    """The direction from one place on each arc to another one further on, clockwise from true north; shape (n,)."""
    segment = graph.arc_segment[arcs]
    first = graph.segment_first
    length = graph.shape_m[first[1:] - 1]
    # All segments as one long line, so that one interpolation finds every place; they never lie on top of one another.
    start_m = np.concatenate(([0.0], np.cumsum(length + 1.0)))[:-1]
    along = graph.shape_m + np.repeat(start_m, np.diff(first))
    reverse = graph.arc_flags[arcs] & REVERSED > 0
    ends = []
    for at in (since_m, until_m):
        place = start_m[segment] + np.where(reverse, length[segment] - at, at)
        ends.append((np.interp(place, along, graph.shape_lon), np.interp(place, along, graph.shape_lat)))
    (lon_a, lat_a), (lon_b, lat_b) = ends
    degrees: Floats = np.degrees(np.arctan2((lon_b - lon_a) * np.cos(np.radians(lat_a)), lat_b - lat_a))
    return degrees
