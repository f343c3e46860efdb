"""The comparison with other engines is fair and cannot be fooled: the graph, the judging, the rows, the tables."""

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nazdik.geo.graph import RoadGraph

ROOT = Path(__file__).resolve().parents[3]
UNITS, QUESTIONS, K = 60, 40, 5


@pytest.fixture(scope="module", autouse=True)
def benchmarks() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield


@pytest.fixture(scope="module")
def base(built_region: Callable[[str], Path]) -> RoadGraph:
    return RoadGraph.load(built_region("tehran-central") / "graph")


@pytest.fixture(scope="module")
def asked(base: RoadGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two tiles, a fleet of which every third is free, and true times from scipy."""
    from road.judging import true_times_s
    from road.rivals import Roads
    from road.tiling import tiled

    graph = tiled(base, 2, 1)
    folder = tmp_path_factory.mktemp("roads")
    roads = Roads(folder, graph.arc_tail, graph.arc_head, graph.arc_ms, graph.node_lon, graph.node_lat)
    roads.save()
    graph.save(folder / "graph")
    chance = np.random.default_rng(7)
    units, goals = chance.integers(0, graph.nodes, UNITS), chance.integers(0, graph.nodes, QUESTIONS)
    true_s = true_times_s(roads, goals, units[: UNITS // 3])
    return {"graph": graph, "roads": roads, "units": units, "goals": goals, "true_s": true_s}


def test_tiles_are_one_network_with_unchanged_streets_inside(base: RoadGraph) -> None:
    from road.tiling import tiled

    assert np.array_equal(tiled(base, 1, 1).arc_ms, base.arc_ms)
    two = tiled(base, 2, 2)
    assert two.nodes == 4 * base.nodes, "every junction of every tile can be reached from every other"
    again = tiled(base, 2, 2)
    assert np.array_equal(two.arc_head, again.arc_head)
    assert np.array_equal(two.arc_ms, again.arc_ms)


@pytest.mark.parametrize("engine", ["nazdik_own", "scipy_dijkstra"])
def test_every_answer_of_an_exact_engine_is_the_truth(engine: str, asked: dict[str, Any]) -> None:
    from importlib import import_module

    from road.judging import judge
    from road.rivals import SetUp

    for method in import_module(f"road.rivals.{engine}").Engine(asked["roads"], SetUp()).methods:
        if not getattr(method, "same_question", True):
            continue
        method.place(asked["units"], UNITS // 3)
        answers = [method.ask(int(goal), K) for goal in asked["goals"]]
        found = judge(answers, asked["true_s"], K)
        assert found["judged"] == QUESTIONS
        assert found["late_first"] == found["list_wrong"] == found["time_off_ms_max"] == 0, method.name


def test_a_shortlist_by_straight_line_is_caught_when_it_misses_and_right_when_it_holds_everybody(
    asked: dict[str, Any],
) -> None:
    from road.judging import judge
    from road.rivals import AirList

    free = UNITS // 3
    air = AirList(asked["roads"], asked["units"], free)

    def ranked(m: int) -> list[list[tuple[int, float]]]:
        answers = []
        for goal, times in zip(asked["goals"], asked["true_s"], strict=True):
            listed = air.nearest(int(goal), m)
            answers.append(sorted(((int(u), float(times[u])) for u in listed), key=lambda pair: pair[1])[:K])
        return answers

    alone, short, whole = (judge(ranked(m), asked["true_s"], K) for m in (1, K, free))
    assert alone["late_first"] > 0 and alone["loss_s_mean"] > 0
    assert short["list_wrong"] > 0
    assert whole["late_first"] == whole["list_wrong"] == 0


def test_a_fast_wrong_answer_does_not_pass() -> None:
    from road.judging import judge

    true_s = np.array([[10.0, 20.0, 30.0], [30.0, 20.0, 10.0]])
    found = judge([[(0, 10.0), (1, 20.0)], [(1, 20.0), (0, 30.0)]], true_s, 2)
    assert found["late_first"] == 0.5 and found["loss_s_mean"] == 5.0 and found["list_wrong"] == 0.5
    # Right units, wrong times.
    assert judge([[(0, 12.0), (1, 20.0)]], true_s, 2)["time_off_ms_max"] == 2000.0
    # Too few.
    assert judge([[(0, 10.0)]], true_s, 2)["list_wrong"] == 1.0


def test_a_rival_that_is_not_there_or_breaks_down_is_a_row_that_says_so(asked: dict[str, Any], tmp_path: Path) -> None:
    from road_engine import run

    folder, cells = asked["roads"].folder, [{"units": UNITS, "free": 5, "k": 5}]
    words = argparse.Namespace(cell_seconds=0.1, set_up_seconds=60.0)
    assert "not installed" in run("cch", tmp_path / "python", folder, words, cells, asked["true_s"])["skipped"]
    # This folder has no plan yet: the engine's process ends before it can say a word.
    assert "FileNotFoundError" in run("scipy_dijkstra", Path(sys.executable), folder, words, cells, None)["skipped"]


def test_straight_lines_are_measured_against_exact_times(base: RoadGraph) -> None:
    from road.air import measure_air

    found = measure_air(base, 50, 50)
    assert 0.05 < found["air_only"]["wrong_share"] < 0.7
    assert found["air_only"]["loss_s_mean"] > found["shortlists"]["5"]["loss_s_mean"]
    assert found["shortlists"]["30"]["top_5_not_inside"] <= found["shortlists"]["5"]["top_5_not_inside"]
    assert found["needed_for_top_5_p50_p99_max"][0] >= K


def test_the_tables_in_the_pages_are_those_of_the_results() -> None:
    from road.report import PAGES, tables

    kept = json.loads((ROOT / "benchmarks/results/road_engine.json").read_text(encoding="utf-8"))
    shown: set[str] = set()
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for name, table in tables(kept["figures"]).items():
            for inside in re.findall(
                f"<!-- {re.escape(name)} -->\n(.*?)<!-- end of {re.escape(name)} -->", text, re.DOTALL
            ):
                assert inside.strip().splitlines() == table, f"{page}: {name}; python benchmarks/road_engine.py --pages"
                shown.add(name)
    assert {"wrong by air, en", "wrong by air, fa", "in short, en", "in short, fa"} <= shown
