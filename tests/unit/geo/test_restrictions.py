"""What turn restrictions of the map mean to a patrol, and which streets they are about."""

from pathlib import Path

import numpy as np
import osmium
import pytest

from nazdik.geo.binding import Bound
from nazdik.geo.build import build_region
from nazdik.geo.check import check_region
from nazdik.geo.graph import FORBIDDEN, RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.network import build_from_pbf, connect_telling
from nazdik.geo.profile import RoadClass
from nazdik.geo.restrictions import (
    PRICE_MS,
    U_TURN_PRICE_MS,
    Treatment,
    read_restrictions,
    restriction_of,
    rule_for_us,
    treatment,
)
from nazdik.geo.streets import read_streets
from tests.unit.geo.region_fixtures import small_spec

Member = tuple[str, int, str]
# A crossing of four arms of about 90 and 111 m: node 5 in the middle, 1 west, 2 north, 3 east, 4 south. Way n ends at node n.
# A ring joins the far ends, so that one gets everywhere.
PLACES = {1: (51.399, 35.7), 2: (51.4, 35.701), 3: (51.401, 35.7), 4: (51.4, 35.699), 5: (51.4, 35.7)}
RING = 9
VIA = ("n", 5, "via")


def crossing(
    folder: Path,
    *relations: tuple[dict[str, str], list[Member]],
    roads: dict[int, dict[str, str]] | None = None,
    nodes: dict[int, list[int]] | None = None,
) -> Path:
    path = folder / "crossing.osm.pbf"
    ways = {1: [1, 5], 2: [2, 5], 3: [5, 3], 4: [5, 4], RING: [1, 2, 3, 4, 1], **(nodes or {})}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in PLACES.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place, version=1))
        for number, refs in ways.items():
            tags = {"highway": "residential", **(roads or {}).get(number, {})}
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags, version=1))
        for number, (said, members) in enumerate(relations, start=1):
            tags = {"type": "restriction", **said}
            writer.add_relation(osmium.osm.mutable.Relation(id=number, members=members, tags=tags, version=1))
    return path


def bound(path: Path) -> Bound:
    return connect_telling(read_streets(path), read_restrictions(path).restrictions)


def rows(graph: RoadGraph) -> dict[tuple[tuple[int, int], ...], int]:
    """Restricted rows as pairs of (way, 1 along it or -1 against it), with what they cost."""
    first = graph.turn_first.tolist()
    told = {}
    for number, ms in enumerate(graph.turn_ms.tolist()):
        row = graph.turn_arcs[first[number] : first[number + 1]]
        told[
            tuple((int(graph.segment_way[graph.arc_segment[a]]), -1 if graph.arc_flags[a] & 1 else 1) for a in row)
        ] = ms
    return told


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"restriction": "no_left_turn"}, ("no_left_turn", "")),
        ({"restriction": "only_straight_on"}, ("only_straight_on", "")),
        ({"restriction:motorcar": "no_u_turn", "restriction:hgv": "no_left_turn"}, ("no_u_turn", "")),
        ({"restriction:hgv": "no_left_turn"}, ("", "others")),
        ({"restriction": "no_left_turn", "except": "psv;bicycle"}, ("no_left_turn", "")),
        ({"restriction": "no_left_turn", "except": "psv; emergency"}, ("", "excepted")),
        ({"restriction": "no_left_turn", "restriction:emergency": "none"}, ("", "excepted")),
        ({"restriction:conditional": "no_left_turn @ (07:00-19:00)"}, ("", "some_hours")),
        ({"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "19:00"}, ("", "some_hours")),
        ({"restriction": "no_waltzing"}, ("", "unknown")),
        ({}, ("", "others")),
    ],
)
def test_a_rule_is_for_us_unless_it_says_otherwise(tags: dict[str, str], expected: tuple[str, str]) -> None:
    assert rule_for_us(tags) == expected


@pytest.mark.parametrize(
    ("rule", "road_in", "road_out", "over_divider", "expected"),
    [
        ("no_left_turn", RoadClass.RESIDENTIAL, RoadClass.PRIMARY, False, Treatment.PRICE),
        ("no_left_turn", RoadClass.TRUNK_LINK, RoadClass.RESIDENTIAL, False, Treatment.BIND),
        ("only_right_turn", RoadClass.PRIMARY, RoadClass.MOTORWAY, False, Treatment.BIND),
        ("no_u_turn", RoadClass.PRIMARY, RoadClass.PRIMARY, False, Treatment.PRICE),
        ("no_u_turn", RoadClass.PRIMARY, RoadClass.PRIMARY, True, Treatment.BIND),
        ("no_waltzing", RoadClass.PRIMARY, RoadClass.PRIMARY, False, Treatment.WAIVE),
    ],
)
def test_a_patrol_may_turn_where_it_can_be_seen_and_not_where_it_cannot_pass(
    rule: str, road_in: RoadClass, road_out: RoadClass, over_divider: bool, expected: Treatment
) -> None:
    assert treatment(rule, road_in, road_out, over_divider=over_divider)[0] is expected


def test_a_forbidden_turn_is_one_row_and_between_small_streets_it_has_a_price(tmp_path: Path) -> None:
    told = bound(crossing(tmp_path, ({"restriction": "no_left_turn"}, [("w", 1, "from"), VIA, ("w", 2, "to")])))
    assert rows(told.graph) == {((1, 1), (2, -1)): PRICE_MS}
    assert told.counts == {"price": 1}
    assert told.graph.turn_relation.tolist() == [1]


def test_it_binds_where_traffic_is_fast_and_the_way_round_is_taken(tmp_path: Path) -> None:
    """From the west to the north: straight on, and back from the east over the ring, instead of left at the crossing."""
    relation = ({"restriction": "no_left_turn"}, [("w", 1, "from"), VIA, ("w", 2, "to")])
    path = crossing(tmp_path, relation, roads={1: {"highway": "trunk"}})
    graph = build_from_pbf(path)
    assert rows(graph) == {((1, 1), (2, -1)): FORBIDDEN}
    free = RoadGraph(**{name: getattr(graph, name) for name in graph.__slots__ if not name.startswith("turn_")})
    goal = next(a for a in range(graph.arcs) if rows_way(graph, a) == (2, -1))
    start = next(a for a in range(graph.arcs) if rows_way(graph, a) == (1, 1))
    ways = {}
    for name, road in (("bound", graph), ("free", free)):
        unit = NearestUnits(road)
        unit.link(*(np.array([v]) for v in (unit.add(), start, 0.9, 0.0, 0.0, 0)))
        ways[name] = unit.search(goal, 0.5, k=1).found[0].time_ms
        assert ([rows_way(road, a) for a in unit.path_of(0).arcs][1] == (2, -1)) == (name == "free")
    assert ways["bound"] > ways["free"]


def rows_way(graph: RoadGraph, arc: int) -> tuple[int, int]:
    return int(graph.segment_way[graph.arc_segment[arc]]), -1 if graph.arc_flags[arc] & 1 else 1


def test_only_one_turn_forbids_all_others_turning_round_too(tmp_path: Path) -> None:
    relation = ({"restriction": "only_straight_on"}, [("w", 1, "from"), VIA, ("w", 3, "to")])
    graph = build_from_pbf(crossing(tmp_path, relation))
    assert rows(graph) == {
        ((1, 1), (1, -1)): U_TURN_PRICE_MS,
        ((1, 1), (2, -1)): PRICE_MS,
        ((1, 1), (4, 1)): PRICE_MS,
    }


def test_a_rule_over_a_way_in_between_is_about_all_of_its_streets(tmp_path: Path) -> None:
    """No turning round from way 1 into way 2 over ways 3: one may still drive from 3 into 2 when one came from elsewhere."""
    nodes = {1: [1, 5], 3: [5, 3], 2: [3, 2], 4: [5, 4]}
    roads = {1: {"oneway": "yes", "highway": "motorway"}, 2: {"oneway": "yes", "highway": "motorway"}}
    relation = ({"restriction": "no_u_turn"}, [("w", 1, "from"), ("w", 3, "via"), ("w", 2, "to")])
    told = bound(crossing(tmp_path, relation, nodes=nodes, roads=roads))
    assert rows(told.graph) == {((1, 1), (3, 1), (2, 1)): FORBIDDEN}
    assert told.counts == {"bind": 1}


def test_several_ways_in_are_several_rows(tmp_path: Path) -> None:
    members = [("w", 1, "from"), ("w", 2, "from"), VIA, ("w", 3, "to")]
    graph = build_from_pbf(crossing(tmp_path, ({"restriction": "no_entry"}, members)))
    assert set(rows(graph)) == {((1, 1), (3, 1)), ((2, 1), (3, 1))}


def test_what_cannot_be_told_apart_is_counted_and_left_out(tmp_path: Path) -> None:
    said = {"restriction": "no_left_turn"}
    path = crossing(
        tmp_path,
        (said, [("w", 1, "from"), VIA, ("w", 2, "to")]),
        (said, [("w", 1, "from"), VIA, ("w", 77, "to")]),
        (said, [("w", 1, "from"), ("w", 2, "to")]),
        (said, [("w", 1, "from"), ("w", 4, "from"), VIA, ("w", 2, "to")]),
        ({"restriction:bus": "no_left_turn"}, [("w", 1, "from"), VIA, ("w", 2, "to")]),
        # Way 1 goes straight on here: from which side does one come?
        nodes={1: [1, 5, 3], 3: [5, 1]},
    )
    read = read_restrictions(path)
    assert read.waived == {"incomplete": 2, "others": 1}
    assert read.in_all == 5
    told = bound(path)
    assert told.counts == {"elsewhere": 1, "unclear": 1}
    assert not len(told.graph.turn_ms)


def test_a_restriction_that_would_lock_a_street_only_costs_time(tmp_path: Path) -> None:
    """The one way into a dead end may not be turned into: somebody mapped too much, and a car must get there."""
    forbidden = [[("w", a, "from"), VIA, ("w", 4, "to")] for a in (1, 2, 3)]
    relations = [({"restriction": "no_left_turn"}, members) for members in forbidden]
    roads = {4: {"highway": "trunk"}, RING: {"highway": "residential"}}
    told = bound(crossing(tmp_path, *relations, roads=roads, nodes={RING: [1, 2, 3, 1]}))
    assert set(rows(told.graph).values()) == {PRICE_MS}
    assert told.counts == {"bind": 3, "would_trap": 3}


def test_restrictions_are_kept_with_the_graph(tmp_path: Path) -> None:
    relation = ({"restriction": "no_left_turn"}, [("w", 1, "from"), VIA, ("w", 2, "to")])
    graph = build_from_pbf(crossing(tmp_path, relation))
    graph.save(tmp_path / "graph")
    assert rows(RoadGraph.load(tmp_path / "graph")) == rows(graph)


def test_a_relation_needs_one_way_in_one_way_out_and_one_place_between() -> None:
    way_in, way_out = ("w", 1, "from"), ("w", 2, "to")
    assert restriction_of(1, "no_u_turn", [way_in, ("w", 3, "via"), ("w", 4, "via"), way_out]) is not None
    for members in ([way_in, VIA], [VIA, way_out], [way_in, way_out], [way_in, VIA, ("w", 3, "via"), way_out]):
        assert restriction_of(1, "no_u_turn", members) is None
    assert restriction_of(1, "no_exit", [way_in, VIA, way_out, ("w", 7, "to")]) is not None


def test_a_built_region_knows_its_restrictions_and_reports_what_became_of_them(tmp_path: Path) -> None:
    """Way 5 ends at the crossing of two streets and goes on as way 7; of three restrictions there one is understood."""
    step = 0.004
    ways = [(1, 2, 3), (4, 5), (7, 8, 9), (1, 4, 7), (2, 5, 8), (3, 6, 9), (5, 6)]
    said = {"type": "restriction", "restriction": "no_right_turn"}
    relations = [
        [("w", 2, "from"), ("n", 5, "via"), ("w", 7, "to")],
        [("w", 5, "from"), ("n", 5, "via"), ("w", 7, "to")],
        [("w", 2, "from"), ("w", 7, "to")],
    ]
    spec = small_spec(tmp_path)
    with osmium.SimpleWriter(str(spec.pbf), overwrite=True) as writer:
        for number in range(9):
            place = (48.70 + step * (number % 3), 31.30 + step * (number // 3))
            writer.add_node(osmium.osm.mutable.Node(id=number + 1, location=place))
        for number, refs in enumerate(ways, start=1):
            tags = {"highway": "primary", "name": f"خیابان {number}"}
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags))
        for number, members in enumerate(relations, start=1):
            writer.add_relation(osmium.osm.mutable.Relation(id=number, members=members, tags=said))
    region = build_region(spec, tmp_path / "out")
    assert rows(RoadGraph.load(region.graph_folder)) == {((2, 1), (7, 1)): PRICE_MS}
    assert region.manifest.counts["turns"] == 1
    finding = next(f for f in check_region(region) if f.code == "restrictions_unread")
    assert finding.count == 2
    assert finding.examples == ("incomplete: 1", "unclear: 1")
    assert "2 of 3" in finding.message_en
