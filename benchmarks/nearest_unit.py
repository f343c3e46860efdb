"""
How long the nearest-unit search takes, beside what one would otherwise pick, and how often straight lines mislead.

Run from the repository: `python benchmarks/nearest_unit.py`. It prints a table and writes
`benchmarks/results/nearest_unit.json`. Units and incidents are random places on random streets, not patrol patterns.
Every scipy answer is also compared with ours, so that a wrong fast answer cannot pass for a result.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from nazdik.geo.graph import RoadGraph
from nazdik.geo.nearest import NearestUnits
from nazdik.geo.network import build_from_pbf
from nazdik.geo.sight import RoadSight
from nazdik.kernel import Instant, LonLat, UnitId
from nazdik.published.sight import HEALTH_BITS, Fitness

ROOT = Path(__file__).parents[1]
REGIONS = ("tehran-central", "manhattan")
FLEETS = (200, 2_000, 20_000)
K = 5
QUESTIONS = 2_000
QUESTIONS_SCIPY = 40
QUESTIONS_AIR = 300
WRONG_S = 0.5
FIT = int(Fitness.ON_DUTY | Fitness.AVAILABLE) | HEALTH_BITS


def percentiles_ms(times_s: list[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    p50, p99 = np.percentile(np.array(times_s) * 1000, [50, 99])
    return {"p50_ms": round(float(p50), 4), "p99_ms": round(float(p99), 4)}


def timed(times_s: list[float], action: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    answer = action()
    times_s.append(time.perf_counter() - started)
    return answer


def reversed_matrix(graph: RoadGraph) -> csr_array:
    """The graph as scipy takes it, turned round; of parallel arcs the fastest, since a matrix has one number a pair."""
    order = np.lexsort((graph.arc_ms, graph.arc_tail, graph.arc_head))
    head, tail = graph.arc_head[order], graph.arc_tail[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (head[1:] != head[:-1]) | (tail[1:] != tail[:-1])
    kept = order[first]
    data = graph.arc_ms[kept].astype(np.float64)
    return coo_array((data, (graph.arc_head[kept], graph.arc_tail[kept])), shape=(graph.nodes, graph.nodes)).tocsr()


def scipy_nearest(graph: RoadGraph, matrix: csr_array, goal: tuple[int, float], arcs: Any, at: Any) -> list[float]:
    """The k smallest times in ms to a goal, the usual way: all junctions to both ends of its street (one run each)."""
    arc, fraction = goal
    to_tail = dijkstra(matrix, indices=graph.arc_tail[arc]) + np.floor(graph.arc_ms[arc] * fraction + 0.5)
    twin = int(graph.arc_twin[arc])
    if twin >= 0:
        to_head = dijkstra(matrix, indices=graph.arc_head[arc]) + np.floor(graph.arc_ms[twin] * (1 - fraction) + 0.5)
        to_tail = np.minimum(to_tail, to_head)
    total = to_tail[graph.arc_head[arcs]] + np.floor(graph.arc_ms[arcs] * (1 - at) + 0.5)
    back = graph.arc_twin[arcs]
    turned = to_tail[graph.arc_tail[arcs]] + np.floor(graph.arc_ms[back] * at + 0.5)
    total = np.where(back >= 0, np.minimum(total, turned), total)
    return np.sort(total[np.argpartition(total, K)[:K]]).tolist()


def measure_search(graph: RoadGraph, size: int, chance: np.random.Generator) -> dict[str, Any]:
    """The bare search against scipy on the same fleet, and whether they agree."""
    arcs, at = chance.integers(0, graph.arcs, size).astype(np.int32), chance.random(size)
    units, slots, nothing = NearestUnits(graph, size), np.arange(size), np.zeros(size)
    for _ in range(size):
        units.add()
    relink_s: list[float] = []
    timed(relink_s, lambda: units.link(slots, arcs, at, nothing, nothing, slots))
    goals = [
        (int(a), float(f))
        for a, f in zip(chance.integers(0, graph.arcs, QUESTIONS), chance.random(QUESTIONS), strict=True)
    ]
    ours_s: list[float] = []
    answers = [timed(ours_s, lambda goal=goal: units.search(*goal, k=K)) for goal in goals]
    matrix, scipy_s, differ, compared = reversed_matrix(graph), [], 0, 0
    for goal, answer in list(zip(goals, answers, strict=True))[:QUESTIONS_SCIPY]:
        times = timed(scipy_s, lambda goal=goal: scipy_nearest(graph, matrix, goal, arcs, at))
        # On one's own street one need not go by a junction, which the matrix way cannot see: not comparable.
        if not np.isin(arcs, [goal[0], graph.arc_twin[goal[0]]]).any():
            compared += 1
            differ += times != [met.time_ms for met in answer.found]
    ours, theirs = percentiles_ms(ours_s), percentiles_ms(scipy_s)
    return {
        "search": ours,
        "scipy_whole_graph": theirs,
        "ratio_p50": round(theirs["p50_ms"] / ours["p50_ms"], 1),
        "settled_nodes_mean": round(float(np.mean([answer.settled_nodes for answer in answers])), 1),
        "link_all_ms": round(relink_s[0] * 1000, 2),
        "compared_with_scipy": compared,
        "differ_from_scipy": differ,
    }


def measure_sight(graph: RoadGraph, size: int, chance: np.random.Generator) -> dict[str, Any]:
    """The whole question as dispatch asks it, snapping included, and what choosing by straight line would have cost."""
    sight = RoadSight(graph)
    ids = [UnitId(f"bench.u.{number}") for number in range(size)]
    slots = np.array([sight.enrol(unit_id) for unit_id in ids])
    lons, lats = random_places(graph, size, chance)
    nowhere, now = np.full(size, np.nan), np.ones(size, dtype=np.int64)
    place_s: list[float] = []
    for _ in range(3):
        timed(place_s, lambda: sight.place(slots, lons, lats, nowhere, now))
    for unit_id in ids:
        sight.set_duty(unit_id, FIT)
    sight.set_health(slots, np.full(size, HEALTH_BITS))
    points = [LonLat(float(x), float(y)) for x, y in zip(*random_places(graph, QUESTIONS, chance), strict=True)]
    question = {"all_of": FIT, "any_of": 0, "fixed_after": Instant(0)}
    road_s: list[float] = []
    losses = []
    for number, point in enumerate(points):
        best = timed(road_s, lambda point=point: sight.nearest(point, k=K, **question)).found
        if number < QUESTIONS_AIR:
            by_air = sight.air_nearest(point, k=1, **question).found
            losses.append(by_air[0].travel_time_s - best[0].travel_time_s)
    loss_s = np.array(losses)
    wrong = loss_s > WRONG_S
    return {
        "nearest": percentiles_ms(road_s),
        "place_all_ms": round(min(place_s) * 1000, 2),
        "air_nearest_wrong_share": round(float(wrong.mean()), 3),
        "air_nearest_loss_s_mean": round(float(loss_s.mean()), 1),
        "air_nearest_loss_s_mean_when_wrong": round(float(loss_s[wrong].mean()), 1) if wrong.any() else 0.0,
    }


def random_places(graph: RoadGraph, n: int, chance: np.random.Generator) -> tuple[Any, Any]:
    """Points on random streets, some metres off as trackers are; shape (n,) each."""
    arcs, at = chance.integers(0, graph.arcs, n), chance.random(n)
    tail, head = graph.arc_tail[arcs], graph.arc_head[arcs]
    lons = graph.node_lon[tail] * (1 - at) + graph.node_lon[head] * at + chance.normal(0, 1e-4, n)
    lats = graph.node_lat[tail] * (1 - at) + graph.node_lat[head] * at + chance.normal(0, 1e-4, n)
    return lons, lats


def machine() -> dict[str, Any]:
    """What it ran on."""
    cpu = platform.processor() or "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "load_1min": round(os.getloadavg()[0], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "nearest_unit.json")
    out = parser.parse_args().out
    report: dict[str, Any] = {"machine": machine(), "k": K, "questions": QUESTIONS, "regions": {}}
    print(f"{'region':15} {'nodes':>6} {'units':>6} {'search p50/p99':>16} {'asked p50/p99':>16} {'scipy p50':>9} "
          f"{'ratio':>6} {'settled':>8} {'differ':>6} {'air wrong':>9} {'loss s':>6}")  # fmt: skip
    for name in REGIONS:
        graph = build_from_pbf(ROOT / "regions" / "sources" / f"{name}.osm.pbf")
        rows = {}
        RoadSight(graph).warm_up()
        for size in FLEETS:
            chance = np.random.default_rng(110)
            row = {**measure_search(graph, size, chance), "asked": measure_sight(graph, size, chance)}
            rows[str(size)] = row
            ours, asked = row["search"], row["asked"]
            print(f"{name:15} {graph.nodes:6} {size:6} {ours['p50_ms']:8.3f}/{ours['p99_ms']:.3f} "
                  f"{asked['nearest']['p50_ms']:9.3f}/{asked['nearest']['p99_ms']:.3f} "
                  f"{row['scipy_whole_graph']['p50_ms']:9.2f} {row['ratio_p50']:6.0f} {row['settled_nodes_mean']:8.1f} "
                  f"{row['differ_from_scipy']:6} {asked['air_nearest_wrong_share']:9.1%} "
                  f"{asked['air_nearest_loss_s_mean']:6.1f}")  # fmt: skip
        report["regions"][name] = {"nodes": graph.nodes, "arcs": graph.arcs, "fleets": rows}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
