"""
From turn restrictions on OpenStreetMap's ways and nodes to rows of arcs that one may not, or only at a price, drive in a row.

A rule that allows only one turn forbids all others. A rule over ways in between is taken exactly, over all the arcs of those
ways. What cannot be told apart, such as a way that passes straight through the junction where it should end, is counted
and left out: a wrong restriction sends cars round the block for ever.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nazdik.geo.graph import CONTRAFLOW, FORBIDDEN, Ints, RoadGraph, fixed
from nazdik.geo.restrictions import ONLY_RULES, PRICE_MS, Restriction, Treatment, price_ms, treatment
from nazdik.geo.strong import strong_parts
from nazdik.geo.turns import states_of

# A restriction over more arcs than this is a mistake in the map.
ARCS_MAX = 12

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """
    A graph with its turn restrictions, and what became of each: how many relations by `bind`, `price`, and reason to leave out.

    Reasons: `elsewhere` (their streets are not on this graph), `unclear` (it cannot be told which arcs are meant). Of those
    that bind, `would_trap` were turned into a price, because a car could no longer get somewhere or away from there.
    """

    graph: RoadGraph
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Turn:
    row: Row
    ms: int
    relation: int


def bind(graph: RoadGraph, tail_ids: Ints, head_ids: Ints, restrictions: Sequence[Restriction]) -> Bound:
    """
    Put restrictions on a graph.

    Args:
        tail_ids, head_ids: The OpenStreetMap nodes at both ends of each arc; shape (A,).
    """
    if not restrictions:
        return Bound(graph, {})
    streets = _Named(graph, tail_ids, head_ids, restrictions)
    counts: Counter[str] = Counter()
    turns: list[_Turn] = []
    for restriction in restrictions:
        rows = streets.rows_of(restriction)
        if isinstance(rows, str):
            counts[rows] += 1
            continue
        meant = [_Turn(row, _cost_ms(graph, restriction.rule, row), restriction.relation) for row in rows]
        turns += meant
        counts[Treatment.BIND if any(turn.ms == FORBIDDEN for turn in meant) else Treatment.PRICE] += 1
    turns, eased = _without_traps(graph, turns)
    if eased:
        counts["would_trap"] = eased
    return Bound(_with_turns(graph, turns), dict(sorted(counts.items())))


class _Named:
    """The arcs of a graph by the ways and nodes that some restrictions name."""

    def __init__(self, graph: RoadGraph, tail_ids: Ints, head_ids: Ints, restrictions: Iterable[Restriction]) -> None:
        self._graph = graph
        ways = {way for r in restrictions for way in (*r.from_ways, *r.via_ways, *r.to_ways)}
        of_arc = graph.segment_way[graph.arc_segment]
        arcs = np.flatnonzero(np.isin(of_arc, np.array(sorted(ways), dtype=np.int64)))
        self._of_way: dict[int, list[int]] = {}
        self._node: dict[int, int] = {}
        for arc, way, tail_id, head_id in zip(
            arcs.tolist(), of_arc[arcs].tolist(), tail_ids[arcs].tolist(), head_ids[arcs].tolist(), strict=True
        ):
            self._of_way.setdefault(way, []).append(arc)
            self._node[tail_id], self._node[head_id] = int(graph.arc_tail[arc]), int(graph.arc_head[arc])

    def rows_of(self, restriction: Restriction) -> list[Row] | str:
        """The rows of arcs that a restriction forbids, or why there are none."""
        ways = (*restriction.from_ways, *restriction.via_ways, *restriction.to_ways)
        if any(way not in self._of_way for way in ways) or (
            restriction.via_node and restriction.via_node not in self._node
        ):
            return "elsewhere"
        rows: list[Row] = []
        for from_way in restriction.from_ways:
            for to_way in restriction.to_ways:
                row = self._row(from_way, restriction, to_way)
                if row is None:
                    return "unclear"
                rows += self._all_others(row) if restriction.rule in ONLY_RULES else [row]
        return rows

    def _row(self, from_way: int, restriction: Restriction, to_way: int) -> Row | None:
        """The arcs from the last of `from_way` to the first of `to_way`, or None when they cannot be told."""
        if restriction.via_node:
            first = last = self._node[restriction.via_node]
            between: Row | None = ()
        else:
            chain = (from_way, *restriction.via_ways, to_way)
            met = [self._meet(one, other) for one, other in pairwise(chain)]
            if None in met:
                return None
            nodes = [node for node in met if node is not None]
            first, last = nodes[0], nodes[-1]
            between = ()
            for way, (start, end) in zip(restriction.via_ways, pairwise(nodes), strict=True):
                part = self._along(way, start, end)
                between = None if between is None or part is None else between + part
        onto = self._the_one(arc for arc in self._of_way[to_way] if self._graph.arc_tail[arc] == last)
        came = self._the_one(arc for arc in self._of_way[from_way] if self._graph.arc_head[arc] == first)
        if between is None or onto is None or came is None or len(between) + 2 > ARCS_MAX:
            return None
        return (came, *between, onto)

    def _the_one(self, arcs: Iterator[int] | Iterable[int]) -> int | None:
        """The only arc of these that a car may drive by law, or None when there are more or none."""
        lawful = [arc for arc in arcs if not self._graph.has_flag(arc, CONTRAFLOW)]
        return lawful[0] if len(lawful) == 1 else None

    def _meet(self, one: int, other: int) -> int | None:
        """The only junction that two ways share."""
        ends = [
            {int(node) for arc in self._of_way[way] for node in (self._graph.arc_tail[arc], self._graph.arc_head[arc])}
            for way in (one, other)
        ]
        shared = ends[0] & ends[1]
        return shared.pop() if len(shared) == 1 else None

    def _along(self, way: int, start: int, end: int) -> Row | None:
        """The lawful arcs of one way from one junction to another, never back over the same street."""
        rows: list[Row] = []
        open_rows: list[tuple[int, Row]] = [(start, ())]
        while open_rows:
            node, row = open_rows.pop()
            if node == end and row:
                rows.append(row)
                continue
            for arc in self._of_way[way]:
                if int(self._graph.arc_tail[arc]) != node or self._graph.has_flag(arc, CONTRAFLOW):
                    continue
                passed = {int(self._graph.arc_segment[driven]) for driven in row}
                if int(self._graph.arc_segment[arc]) not in passed and len(row) < ARCS_MAX:
                    open_rows.append((int(self._graph.arc_head[arc]), (*row, arc)))
        return rows[0] if len(rows) == 1 else None

    def _all_others(self, row: Row) -> list[Row]:
        """What is forbidden when only `row` is allowed: every other way on from its last junction."""
        graph, node = self._graph, int(self._graph.arc_tail[row[-1]])
        out = range(int(graph.first_out[node]), int(graph.first_out[node + 1]))
        return [(*row[:-1], arc) for arc in out if arc != row[-1]]


def _cost_ms(graph: RoadGraph, rule: str, row: Row) -> int:
    """What driving a forbidden row costs a patrol."""
    came, onto = row[-2], row[-1]
    back = graph.arc_segment[came] == graph.arc_segment[onto] and came != onto
    # From one carriageway into the other: both one-way, and one ends up where one came from.
    turns_round = back or rule == "no_u_turn"
    divided = turns_round and not back and _is_one_way(graph, row[0]) and _is_one_way(graph, onto)
    how, _ = treatment(rule, graph.class_of(row[0]), graph.class_of(onto), over_divider=divided)
    return FORBIDDEN if how is Treatment.BIND else price_ms(turns_round=turns_round)


def _is_one_way(graph: RoadGraph, arc: int) -> bool:
    twin = int(graph.arc_twin[arc])
    return twin < 0 or graph.has_flag(twin, CONTRAFLOW)


def _without_traps(graph: RoadGraph, turns: list[_Turn]) -> tuple[list[_Turn], int]:
    """Turn into a price what would leave a street that cannot be reached, or left; return how many relations that were."""
    eased: set[int] = set()
    while any(turn.ms == FORBIDDEN for turn in turns):
        states = states_of(_with_turns(graph, turns))
        part = strong_parts(states.first_out, states.step_end)[states.arc_end]
        stuck = set(np.flatnonzero(part != np.bincount(part).argmax()).tolist())
        if not stuck:
            break
        # Somewhere a forbidden turn leads from the streets that connect to those that do not, or back: its arcs are among them.
        traps = [turn for turn in turns if turn.ms == FORBIDDEN and stuck & set(turn.row)]
        assert traps, "without turn restrictions a graph is strongly connected"
        eased |= {turn.relation for turn in traps}
        turns = [replace(turn, ms=PRICE_MS) if turn in traps else turn for turn in turns]
    return turns, len(eased)


def _with_turns(graph: RoadGraph, turns: Sequence[_Turn]) -> RoadGraph:
    # Sorted, so that the same map gives the same bytes.
    ordered = sorted(turns, key=lambda turn: (turn.row, turn.relation))
    return replace(
        graph,
        turn_first=fixed(np.concatenate(([0], np.cumsum([len(turn.row) for turn in ordered]))), np.int32),
        turn_arcs=fixed([arc for turn in ordered for arc in turn.row], np.int32),
        turn_ms=fixed([turn.ms for turn in ordered], np.int32),
        turn_relation=fixed([turn.relation for turn in ordered], np.int64),
    )
