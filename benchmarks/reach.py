"""
How long reach takes: an isochrone from a point, the coverage of a whole fleet, the gap of five candidates, and a cordon.

Run from the repository: `python -m benchmarks.reach`, or `python benchmarks/reach.py`. It prints a table and writes
`benchmarks/results/reach.json`. Units and places are random places on random streets. Fleets are those of the demo.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.facts import write_results

from nazdik.geo.cordon import Flight, Patrols, Wish, border_nodes, plan_cordon
from nazdik.geo.coverage import FreeFleet, cover, demand
from nazdik.geo.graph import RoadGraph
from nazdik.geo.isochrone import area_of, box_of
from nazdik.geo.people import homes_of, read_people
from nazdik.geo.reach import flood, standing, stretches, times_of
from nazdik.geo.region import Region
from nazdik.geo.responsible import OfficeForest, load_offices
from nazdik.geo.times import RoadTimes
from nazdik.kernel import OfficeId, UnitId
from nazdik.published.offices import Tier

ROOT = Path(__file__).parents[1]
FLEETS = {"tehran-central": 40, "khuzestan": 200, "manhattan": 60}
MINUTES = (5, 10, 15)
LIMITS_S = tuple(60 * m for m in MINUTES)
CALLS = 10_000
ELAPSED_S = (60.0, 300.0)


def measured(action: Callable[[int], Any], times: int) -> dict[str, float]:
    """Median and 99th percentile in milliseconds of an action that gets the number of its turn."""
    action(0)
    taken = []
    for turn in range(times):
        began = time.perf_counter()
        action(turn)
        taken.append((time.perf_counter() - began) * 1000)
    p50, p99 = np.percentile(taken, [50, 99])
    return {"p50_ms": round(float(p50), 2), "p99_ms": round(float(p99), 2), "times": times}


def random_places(graph: RoadGraph, size: int, chance: np.random.Generator) -> Any:
    return standing(chance.integers(0, graph.arcs, size).astype(np.int32), chance.random(size))


def counties_of(forest: OfficeForest, lons: Any, lats: Any) -> tuple[tuple[OfficeId, ...], Any]:
    counties = tuple(o.id for o in forest.list_offices() if o.tier is Tier.COUNTY)
    number = np.full(len(lons), -1, dtype=np.int32)
    for i, county in enumerate(counties):
        area = forest.area_of(county)
        shapely.prepare(area)
        number[(number < 0) & shapely.intersects_xy(area, lons, lats)] = i
    return counties, number


def measure(folder: Path, times: int) -> dict[str, Any]:
    """All figures of one region."""
    region, graph = Region.load(folder), RoadGraph.load(folder / "graph")
    chance = np.random.default_rng(1)
    now, roads, size = times_of(graph), RoadTimes(graph), FLEETS[str(region.id)]
    sources = random_places(graph, size, chance)
    spots = [random_places(graph, 1, chance) for _ in range(times)]

    def isochrone(turn: int) -> None:
        reached = flood(graph, now, spots[turn], limit_ms=LIMITS_S[-1] * 1000)
        box = None
        for limit in reversed(LIMITS_S):
            parts = stretches(graph, now, spots[turn], reached, limit_ms=limit * 1000)
            box = box or box_of(graph, parts)
            area_of(graph, parts, box=box)

    homes = homes_of(graph, read_people(region.places_folder))
    counties, of_homes = counties_of(load_offices([folder]), homes.lons, homes.lats)
    people = demand(graph, homes.arcs, homes.fractions, homes.people, of_homes, counties)
    past = random_places(graph, CALLS, chance)
    calls = demand(graph, past.arcs, past.fractions, np.ones(CALLS), np.zeros(CALLS, dtype=np.int32), counties)
    units = tuple(UnitId(f"bench.u.{i}") for i in range(size))
    fleet = FreeFleet(units, sources, tuple(counties[i % len(counties)] for i in range(size)))

    def coverage(_: int) -> Any:
        return cover(graph, now, fleet, people, calls, limits_s=LIMITS_S, gap_limit_s=600)

    gaps = coverage(0)[2]
    border = border_nodes(graph, shapely.from_geojson(region.boundary_path.read_text(encoding="utf-8")))
    patrols = Patrols(units, sources)
    plans = []

    def cordon(turn: int) -> None:
        flight = Flight(ELAPSED_S[turn % len(ELAPSED_S)])
        plans.append((spots[turn], flight, plan_cordon(roads, spots[turn], flight, patrols, border)))

    whole = measured(cordon, times)

    def again(turn: int) -> None:
        spot, flight, plan = plans[turn]
        kept = Wish(keep=tuple(post.node for post in plan.posts), span_s=plan.span_s)
        plan_cordon(roads, spot, flight, patrols, border, kept)

    return {
        "nodes": graph.nodes,
        "units": size,
        "homes": len(homes.arcs),
        "past_calls": CALLS,
        "one_to_all_15_min": measured(lambda turn: flood(graph, now, spots[turn], limit_ms=900_000), times),
        "isochrone_5_10_15_min_with_areas": measured(isochrone, times),
        "coverage_and_all_gaps": measured(coverage, min(times, 30)),
        "gap_of_5_candidates": measured(lambda _: [gaps.get(unit) for unit in units[:5]], times),
        "cordon_end_to_end": whole,
        "cordon_again_while_the_ring_grows": measured(again, times),
        "cordon_manned_posts_mean": round(
            float(np.mean([sum(p.unit is not None for p in x.posts) for _, _, x in plans])), 1
        ),
        "cordon_held_mean": round(float(np.mean([x.held for _, _, x in plans])), 2),
        "cordon_sealed_mean": round(float(np.mean([x.sealed for _, _, x in plans])), 2),
    }


def main() -> None:
    """Measure every sample region and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=60, help="questions of each kind")
    parser.add_argument("--built", type=Path, default=ROOT / "regions" / "built")
    options = parser.parse_args()
    figures = {}
    for name in FLEETS:
        figures[name] = measure(options.built / name, options.times)
        print(name)
        for what, figure in figures[name].items():
            print(f"  {what}: {figure}")
    print(write_results("reach", figures))


if __name__ == "__main__":
    main()
