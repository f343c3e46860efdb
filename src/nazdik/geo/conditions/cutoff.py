"""
Who a closure leaves out: junctions that no longer hang together with the rest, and those that have a long way round.

Closing driving through some arcs parts the network; the largest part that remains is where the rest of the world is. A closed
street, and a row of them, is still driven to and left (see `geo.times`); what lies open behind closed streets is
not, and that is what is cut off. Junctions that are still reached are timed from the stations, before and after.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nazdik.geo.graph import NO_ARC, TIME_MS_MAX, Bools, Floats, Ints, RoadGraph
from nazdik.geo.reach import ArcTimes, Standing, flood
from nazdik.geo.strong import strong_parts
from nazdik.kernel import UnitId

# A way round that costs this much more is worth a word before the closure stands.
SLOWER_S = 300.0
LIMIT_MS = 4 * 3600 * 1000
SAMPLES = 5


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """
    What a closure changes, by numbers of the map.

    Attributes:
        junctions: Newly cut off; shape (n,).
        segments: Streets that lie wholly among them, closed ones left out; shape (m,).
        units: Who stands where nobody gets away from.
        slower, slower_s: Junctions with a long way round, the worst first, and the seconds it costs; shape (k,).
    """

    junctions: Ints
    segments: Ints
    units: tuple[UnitId, ...]
    slower: Ints
    slower_s: Floats


def left_out(
    graph: RoadGraph,
    times: ArcTimes,
    closing: Ints,
    *,
    stations: Standing,
    units: Sequence[tuple[UnitId, int]],
) -> LeftOut:
    """
    Return who would be left out if `closing` closed as well.

    Args:
        closing: Arcs that would close.
        stations: Where help comes from.
        units: Who stands on which arc.
    """
    through_ms = times.through_ms.copy()
    through_ms[closing] = TIME_MS_MAX
    after = ArcTimes(times.ms, through_ms, times.states)
    outside = ~_in_main_part(graph, after)
    cut = outside & _in_main_part(graph, times) & _has_open_street(graph, after)
    tail, head = np.asarray(graph.arc_tail), np.asarray(graph.arc_head)
    open_arcs = np.flatnonzero(outside[tail] & outside[head] & (cut[tail] | cut[head]) & (through_ms != TIME_MS_MAX))
    slower, slower_s = _slower(graph, times, after, stations, outside)
    return LeftOut(
        junctions=np.flatnonzero(cut),
        segments=np.unique(np.asarray(graph.arc_segment)[open_arcs]),
        units=tuple(u for u, arc in units if through_ms[arc] != TIME_MS_MAX and _is_stuck(graph, cut, arc)),
        slower=slower,
        slower_s=slower_s,
    )


def _in_main_part(graph: RoadGraph, times: ArcTimes) -> Bools:
    """
    Which junctions lie in the largest part that hangs together without closed arcs, by turns that may be taken.

    A junction lies in it when one can come there from the rest and go back, whichever street one comes by.
    """
    states = times.states
    steps = np.flatnonzero(times.through_ms[states.step_arc] != TIME_MS_MAX)
    leaves, ends = np.asarray(states.step_from)[steps], np.asarray(states.step_end)[steps]
    first = np.concatenate(([0], np.cumsum(np.bincount(leaves, minlength=states.states)))).astype(np.int32)
    # Steps lie in the order of the states they leave, so these do as well.
    part = strong_parts(first, ends.astype(np.int32))
    main: Bools = np.zeros(graph.nodes, dtype=np.bool_)
    main[np.asarray(states.state_node)[part == np.bincount(part).argmax()]] = True
    return main


def _has_open_street(graph: RoadGraph, times: ArcTimes) -> Bools:
    """Which junctions have a street that may be driven through."""
    through = times.through_ms != TIME_MS_MAX
    has = np.zeros(graph.nodes, dtype=np.bool_)
    has[np.asarray(graph.arc_tail)[through]] = True
    has[np.asarray(graph.arc_head)[through]] = True
    return has


def _slower(
    graph: RoadGraph, before: ArcTimes, after: ArcTimes, stations: Standing, outside: Bools
) -> tuple[Ints, Floats]:
    if not len(stations):
        return np.empty(0, dtype=np.int64), np.empty(0)
    was = flood(graph, before, stations, limit_ms=LIMIT_MS).ms.astype(np.int64)
    now = flood(graph, after, stations, limit_ms=LIMIT_MS).ms.astype(np.int64)
    reached = (was < TIME_MS_MAX) & (now < TIME_MS_MAX) & ~outside
    more_s = np.where(reached, now - was, 0) / 1000
    slower = np.flatnonzero(more_s >= SLOWER_S)
    slower = slower[np.argsort(-more_s[slower], kind="stable")]
    return slower, more_s[slower]


def _is_stuck(graph: RoadGraph, cut: Bools, arc: int) -> bool:
    """Whether a unit on an arc can leave it to nowhere but what is cut off: by its head, or turning round by its tail."""
    ways_out = [int(graph.arc_head[arc])]
    if int(graph.arc_twin[arc]) != NO_ARC:
        ways_out.append(int(graph.arc_tail[arc]))
    return all(bool(cut[node]) for node in ways_out)


def sample(numbers: Ints, most: int = SAMPLES) -> Ints:
    """Return a few, spread over all."""
    if len(numbers) <= most:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, most).round().astype(np.int64)]
