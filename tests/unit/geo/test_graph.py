"""The road graph that comes out of an OpenStreetMap file, and the reasons why none does."""

from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely

from nazdik.geo.errors import NoRoads, NotAPbf, OutsideBoundary, RegionForeign, RegionUnreadable
from nazdik.geo.graph import CONTRAFLOW, RoadGraph, RoadName
from nazdik.geo.network import build_from_pbf
from nazdik.geo.profile import RoadClass
from nazdik.kernel import LonLat, distance_m

SOURCES = Path(__file__).parents[3] / "regions" / "sources"
TEHRAN = SOURCES / "tehran-central.osm.pbf"

Places = dict[int, tuple[float, float]]
Ways = list[tuple[list[int], dict[str, str]]]

# A square of streets around 51.40 E, 35.70 N, about 90 m wide and 111 m high, and node 5 in the middle of its south side.
SQUARE: Places = {
    1: (51.400, 35.700),
    2: (51.401, 35.700),
    3: (51.401, 35.701),
    4: (51.400, 35.701),
    5: (51.4005, 35.7001),
}
RING = {"highway": "residential"}


def write(path: Path, places: Places, ways: Ways) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in places.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place, version=1))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))
    return path


def built(folder: Path, ways: Ways, places: Places = SQUARE) -> RoadGraph:
    return build_from_pbf(write(folder / "made.osm.pbf", places, ways))


def test_ways_are_split_where_they_meet_and_keep_their_shape(tmp_path: Path) -> None:
    graph = built(tmp_path, [([1, 5, 2, 3], RING), ([3, 4, 1], RING), ([2, 4], RING)])
    assert graph.nodes == 4  # node 5 is only a bend
    assert graph.arcs == 10
    bent = [arc for arc in range(graph.arcs) if len(graph.shape_of(arc)[0]) == 3]
    assert len(bent) == 2
    lon, lat, metres = graph.shape_of(bent[0])
    direct = distance_m(LonLat(lon[0], lat[0]), LonLat(lon[1], lat[1]))
    assert metres[0] == 0
    assert metres[1] == pytest.approx(direct)
    assert graph.arc_m[bent[0]] == metres[-1]
    assert graph.shape_of(bent[1])[0].tolist() == lon[::-1].tolist()


def test_an_arc_and_its_twin_share_their_street_even_beside_a_parallel_one(tmp_path: Path) -> None:
    """Two streets between the same two junctions: each way back is the way one came."""
    graph = built(tmp_path, [([1, 5, 2], {"highway": "primary"}), ([1, 2], RING), ([2, 3, 4, 1], RING)])
    for arc in range(graph.arcs):
        twin = int(graph.arc_twin[arc])
        assert int(graph.arc_twin[twin]) == arc
        assert graph.arc_segment[twin] == graph.arc_segment[arc]
        assert graph.class_of(twin) == graph.class_of(arc)
        assert (graph.arc_tail[twin], graph.arc_head[twin]) == (graph.arc_head[arc], graph.arc_tail[arc])


def test_names_prefer_persian_and_keep_english(tmp_path: Path) -> None:
    names = {"highway": "primary", "name": "Vali Asr", "name:fa": "ولی عصر", "name:en": "Valiasr Street"}
    graph = built(tmp_path, [([1, 2], names), ([2, 3], {"highway": "secondary", "name": "نصرت"}), ([3, 1], RING)])
    by_class = {graph.class_of(arc): graph.name_of(arc) for arc in range(graph.arcs)}
    assert by_class == {
        RoadClass.PRIMARY: RoadName("ولی عصر", "Valiasr Street"),
        RoadClass.SECONDARY: RoadName("نصرت", ""),
        RoadClass.RESIDENTIAL: RoadName("", ""),
    }


def test_driving_against_a_one_way_street_is_marked(tmp_path: Path) -> None:
    graph = built(tmp_path, [([1, 2], {"highway": "tertiary", "oneway": "yes"}), ([2, 3, 1], RING)])
    wrong = [arc for arc in range(graph.arcs) if graph.has_flag(arc, CONTRAFLOW)]
    assert len(wrong) == 1
    assert graph.arc_ms[wrong[0]] == pytest.approx(graph.arc_ms[graph.arc_twin[wrong[0]]] / 0.4, abs=2)


def test_streets_one_cannot_return_from_are_left_out(tmp_path: Path) -> None:
    graph = built(tmp_path, [([1, 2], RING), ([2, 3], {"highway": "motorway"}), ([4, 5], RING), ([5, 4], RING)])
    assert graph.nodes == 2
    assert all(graph.class_of(arc) is RoadClass.RESIDENTIAL for arc in range(graph.arcs))


def test_a_way_with_missing_nodes_is_cut_there(tmp_path: Path) -> None:
    """An extract's rim refers to nodes that it does not hold."""
    graph = built(tmp_path, [([1, 2, 99, 3, 4], RING), ([2, 3], RING)])
    assert graph.nodes == 4
    assert graph.arcs == 6


def test_a_boundary_cuts_streets_off(tmp_path: Path) -> None:
    path = write(tmp_path / "made.osm.pbf", SQUARE, [([1, 2], RING), ([2, 3], RING), ([3, 4], RING)])
    west_south_east = shapely.box(51.3995, 35.6995, 51.402, 35.7005).union(shapely.box(51.4008, 35.69, 51.402, 35.71))
    assert build_from_pbf(path, boundary=west_south_east).nodes == 3


def test_a_boundary_elsewhere_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "made.osm.pbf", SQUARE, [([1, 2], RING)])
    with pytest.raises(OutsideBoundary) as refused:
        build_from_pbf(path, boundary=shapely.box(48.0, 31.0, 49.0, 32.0))
    assert refused.value.code == "region.outside_boundary"


@pytest.mark.parametrize("ways", [[], [([1, 2], {"highway": "footway"})], [([1, 2], {"highway": "motorway"})]])
def test_a_file_without_usable_roads_is_refused(tmp_path: Path, ways: Ways) -> None:
    with pytest.raises(NoRoads) as refused:
        built(tmp_path, ways)
    assert refused.value.code == "region.no_roads"


@pytest.mark.parametrize("content", [None, b"", b"this is a letter, not a map\n" * 50])
def test_what_is_no_pbf_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "letter.osm.pbf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotAPbf) as refused:
        build_from_pbf(path)
    assert refused.value.code == "region.not_a_pbf"


def test_a_damaged_pbf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(TEHRAN.read_bytes()[:100_000])
    with pytest.raises(NotAPbf):
        build_from_pbf(path)


def test_the_same_file_gives_the_same_bytes_and_loads_as_it_was(tmp_path: Path) -> None:
    stages: list[tuple[str, float]] = []
    first = build_from_pbf(TEHRAN, progress=lambda stage, share: stages.append((stage, share)))
    first.save(tmp_path / "a")
    build_from_pbf(TEHRAN).save(tmp_path / "b")
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "graph.json" in files
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert [share for _, share in stages] == sorted(share for _, share in stages)
    assert stages[-1] == ("done", 1.0)
    loaded = RoadGraph.load(tmp_path / "a")
    assert loaded.names == first.names
    assert np.array_equal(loaded.arc_ms, first.arc_ms)
    assert not loaded.arc_ms.flags.writeable


def test_real_streets_hang_together(tmp_path: Path) -> None:
    """Central Tehran: both stars list the same arcs, shapes end at junctions, all can be reached from all."""
    graph = build_from_pbf(TEHRAN)
    assert graph.nodes > 7_000
    assert sorted(graph.in_arc.tolist()) == list(range(graph.arcs))
    assert np.array_equal(np.repeat(np.arange(graph.nodes), np.diff(graph.first_out)), graph.arc_tail)
    assert np.array_equal(np.repeat(np.arange(graph.nodes), np.diff(graph.first_in)), graph.arc_head[graph.in_arc])
    for arc in range(0, graph.arcs, 53):
        lon, lat, _ = graph.shape_of(arc)
        assert (lon[0], lat[0]) == (graph.node_lon[graph.arc_tail[arc]], graph.node_lat[graph.arc_tail[arc]])
        assert (lon[-1], lat[-1]) == (graph.node_lon[graph.arc_head[arc]], graph.node_lat[graph.arc_head[arc]])
    for neighbours, first in ((graph.arc_head, graph.first_out), (graph.arc_tail[graph.in_arc], graph.first_in)):
        assert reached(neighbours.tolist(), first.tolist()) == graph.nodes


def reached(neighbours: list[int], first: list[int]) -> int:
    seen, queue = {0}, [0]
    while queue:
        node = queue.pop()
        for other in neighbours[first[node] : first[node + 1]]:
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return len(seen)


def test_a_folder_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegionUnreadable):
        RoadGraph.load(tmp_path)
    built(tmp_path, [([1, 2], RING), ([2, 3], RING)]).save(tmp_path / "graph")
    (tmp_path / "graph" / "arc_ms.npy").unlink()
    with pytest.raises(RegionUnreadable):
        RoadGraph.load(tmp_path / "graph")
    (tmp_path / "graph" / "graph.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(RegionForeign):
        RoadGraph.load(tmp_path / "graph")
