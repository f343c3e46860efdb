"""States: a junction where turns do not matter, a street's own end where they do."""

import numpy as np

from nazdik.geo.graph import FORBIDDEN, RoadGraph, RoadName
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.times import RoadTimes
from nazdik.geo.turns import EVERY_TURN, PATROL, StateGraph, TurnPrices, states_of
from tests.property.road_oracle import graph_of, with_turns
from tests.unit.geo.test_nearest import ROW, arc
from tests.unit.geo.test_route import CROSSING, town


def costs(graph: RoadGraph, states: StateGraph, came: int) -> dict[int, int]:
    """What each turn at the end of an arc costs, by the arc one takes next."""
    state = int(states.arc_end[came])
    steps = slice(int(states.first_out[state]), int(states.first_out[state + 1]))
    return dict(zip(states.step_arc[steps].tolist(), states.step_ms[steps].tolist(), strict=True))


def test_without_restrictions_states_are_junctions_and_steps_are_arcs() -> None:
    graph = graph_of(4, ROW)
    states = states_of(graph)
    assert (states.states, states.steps) == (graph.nodes, graph.arcs)
    assert states.arc_end is graph.arc_head


def test_a_restriction_gives_only_the_streets_about_it_states_of_their_own() -> None:
    row = [(n, n + 1, 10_000, 10_000) for n in range(30)]
    graph = graph_of(31, row)
    turn = (arc(graph, 14, 15), arc(graph, 15, 16))
    states = states_of(with_turns(graph, {turn: None}))
    # The street before the turn, and those at whose end one might turn round to get past it: 8 seconds, so the next ones.
    assert states.states == graph.nodes + 3
    assert turn[1] not in costs(graph, states, turn[0])
    assert costs(graph, states, turn[0]) == {arc(graph, 15, 14): PATROL.u_turn_ms}
    assert turn[1] in costs(graph, states, arc(graph, 16, 15)), "only who comes from there may not"


def test_a_restriction_over_three_streets_is_remembered_along_the_way() -> None:
    graph = graph_of(5, [(n, n + 1, 1000, 1000) for n in range(4)])
    a, b, c = arc(graph, 0, 1), arc(graph, 1, 2), arc(graph, 2, 3)
    states = states_of(with_turns(graph, {(a, b, c): None}))
    assert c in costs(graph, states, b)
    step = next(j for j in range(states.steps) if states.step_from[j] == states.arc_end[a] and states.step_arc[j] == b)
    came = int(states.step_end[step])
    assert came != states.arc_end[b]
    onwards = states.step_arc[states.first_out[came] : states.first_out[came + 1]]
    assert c not in onwards.tolist()


def test_of_two_restrictions_on_the_same_turn_the_harder_one_counts() -> None:
    graph = with_turns(graph_of(4, ROW), {(arc(graph_of(4, ROW), 0, 1), arc(graph_of(4, ROW), 1, 2)): 500})
    twice = RoadGraph(
        **{name: getattr(graph, name) for name in graph.__slots__ if not name.startswith("turn_")},
        turn_first=np.array([0, 2, 4], np.int32),
        turn_arcs=np.tile(graph.turn_arcs, 2),
        turn_ms=np.array([500, FORBIDDEN], np.int32),
        turn_relation=np.array([1, 2]),
    )
    assert graph.turn_arcs[1] in costs(graph, states_of(graph), int(graph.turn_arcs[0]))
    assert graph.turn_arcs[1] not in costs(twice, states_of(twice), int(graph.turn_arcs[0]))


def test_every_turn_may_have_its_price() -> None:
    """From the south at a crossing of four: straight on is free, left costs more than right, turning round the most."""
    graph = town(CROSSING)
    names = {
        name: [a for a in range(graph.arcs) if graph.name_of(a).fa == name]
        for name in ("ولی عصر", "نصرت", "بلوار کشاورز")
    }
    crossing = next(v for v in range(graph.nodes) if graph.first_out[v + 1] - graph.first_out[v] == 4)
    south = min(
        (a for a in names["ولی عصر"] if graph.arc_head[a] == crossing), key=lambda a: graph.node_lat[graph.arc_tail[a]]
    )
    cost = costs(graph, states_of(graph, EVERY_TURN), south)
    out = {a: name for name, arcs in names.items() for a in arcs if graph.arc_tail[a] == crossing}
    by_name = {("back" if a == graph.arc_twin[south] else out[a]): ms for a, ms in cost.items()}
    assert by_name == {"ولی عصر": 0, "نصرت": 1_500, "بلوار کشاورز": 4_000, "back": 8_000}


def test_a_side_street_gives_way_to_a_main_road_and_a_bend_to_nobody() -> None:
    lines = [([(0, 0), (0, 300)], RoadName("a", "")), ([(0, 300), (300, 300)], RoadName("b", ""))]
    graph = town(lines)
    bend = states_of(graph, TurnPrices(left_ms=1, right_ms=1, main_ms=1, u_turn_ms=0))
    assert bend.states == graph.nodes, "two arms are no junction"
    even = town(CROSSING)
    minor = np.where(even.segment_name == 3, 11, even.segment_class).astype(np.uint8)  # Nosrat is residential
    graph = RoadGraph(**{n: getattr(even, n) for n in even.__slots__ if n != "segment_class"}, segment_class=minor)
    prices = TurnPrices(u_turn_ms=0, main_ms=3_000)
    nosrat = next(a for a in range(graph.arcs) if graph.name_of(a).fa == "نصرت")
    crossing = next(v for v in range(graph.nodes) if graph.first_out[v + 1] - graph.first_out[v] == 4)
    inwards = nosrat if graph.arc_head[nosrat] == crossing else int(graph.arc_twin[nosrat])
    cost = costs(graph, states_of(graph, prices), inwards)
    assert sorted(cost.values()) == [0, 3_000, 3_000, 3_000]


def test_a_fleet_is_searched_on_a_road_on_which_every_turn_costs() -> None:
    graph = town(CROSSING)
    fleet = NearestUnits(graph, times=RoadTimes(graph, prices=EVERY_TURN))
    west = next(a for a in range(graph.arcs) if graph.name_of(a).fa == "بلوار کشاورز")
    south = min(range(graph.arcs), key=lambda a: (graph.node_lat[graph.arc_tail[a]], a))
    fleet.link(*(np.array([value]) for value in (fleet.add(), south, 0.0, 0.0, 0.0, 0)))
    met = fleet.search(west, 0.5, k=1).found[0]
    assert met.time_ms == 30_000 + 4_000 + 20_000
    assert fleet.path_of(0).turn_ms.tolist() == [0, 4_000]
