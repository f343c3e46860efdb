"""A graph file that is cut short, of another version, or full of nonsense is refused with one sentence, and never searched."""

import json
from pathlib import Path

import numpy as np
import pytest

from nazdik.geo.errors import RegionForeign, RegionUnreadable
from nazdik.geo.graph import FORMAT, RoadGraph, check_graph
from tests.property.road_oracle import graph_of, with_turns
from tests.unit.geo.test_nearest import ROW, arc


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    graph = graph_of(4, ROW)
    with_turns(graph, {(arc(graph, 0, 1), arc(graph, 1, 2)): None}).save(tmp_path)
    return tmp_path


def spoil(folder: Path, name: str, place: int, value: float) -> None:
    values = np.load(folder / f"{name}.npy")
    values[place] = value
    np.save(folder / f"{name}.npy", values)


def test_a_whole_one_is_opened(folder: Path) -> None:
    assert check_graph(RoadGraph.load(folder)) == []


@pytest.mark.parametrize("keep", [0, 10, 130])
@pytest.mark.parametrize("name", ["arc_ms", "node_lon", "first_in", "turn_arcs", "segment_way"])
def test_a_file_cut_short_is_refused(folder: Path, name: str, keep: int) -> None:
    path = folder / f"{name}.npy"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RegionUnreadable):
        RoadGraph.load(folder)


def test_another_version_is_refused_and_says_what_to_do(folder: Path) -> None:
    about = json.loads((folder / "graph.json").read_text(encoding="utf-8"))
    (folder / "graph.json").write_text(json.dumps({**about, "format": FORMAT - 1}), encoding="utf-8")
    with pytest.raises(RegionForeign, match="build it again"):
        RoadGraph.load(folder)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("arc_ms", 2, 0),
        ("arc_ms", 2, -5),
        ("arc_m", 1, np.nan),
        ("arc_m", 1, -1.0),
        ("node_lat", 0, np.nan),
        ("shape_lon", 3, np.inf),
        ("shape_m", 1, np.nan),
        ("arc_head", 3, 4),
        ("arc_tail", 0, -1),
        ("in_arc", 1, 99),
        ("arc_twin", 0, 77),
        ("arc_twin", 0, 0),
        ("arc_segment", 0, 4),
        ("segment_class", 0, 200),
        ("segment_name", 0, 9),
        ("segment_first", 1, 100),
        ("first_out", 1, 100),
        ("first_out", 0, 1),
        ("first_in", 2, -3),
        ("turn_arcs", 0, 1_000),
        ("turn_arcs", 1, 0),
        ("turn_ms", 0, -2),
    ],
)
def test_a_number_that_cannot_be_is_refused(folder: Path, name: str, place: int, value: float) -> None:
    spoil(folder, name, place, value)
    with pytest.raises(RegionUnreadable):
        RoadGraph.load(folder)


def test_arrays_of_another_graph_are_refused(folder: Path) -> None:
    graph_of(5, [*ROW, (3, 4, 5, 5)]).save(folder / "other")
    (folder / "other" / "arc_ms.npy").rename(folder / "arc_ms.npy")
    with pytest.raises(RegionUnreadable, match="arc_ms has 9 entries and not 7"):
        RoadGraph.load(folder)


def test_arrays_of_another_type_are_refused(folder: Path) -> None:
    np.save(folder / "arc_ms.npy", np.load(folder / "arc_ms.npy").astype(np.float64))
    with pytest.raises(RegionUnreadable, match="of type float64"):
        RoadGraph.load(folder)
