"""
How often a fix is put on the arc the car was on: map matching beside the nearest arc, on seeded drives with noise.

    python benchmarks/matching.py [--regions tehran-central manhattan] [--drives 60] [--write]

A drive is the fastest route between two random places, so that the true arc of every moment is known. Fixes are taken
every so many seconds, moved by noise (normal, so many metres on each axis), with the true heading within 15 degrees or
without any. Between two and three times on the way the car waits half a minute.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facts import write_results
from nazdik.geo.graph import Bools, Floats, Int32s, Ints, RoadGraph
from nazdik.geo.match import Matcher, Roads, match_trail
from nazdik.geo.region import Region
from nazdik.geo.route import Router
from nazdik.geo.snap import METRES_PER_DEGREE, UNIT_LIMIT_M, Snapper
from nazdik.kernel import LonLat

NOISES_M = (5.0, 10.0, 20.0)
EVERY_S = (5.0, 15.0, 30.0, 60.0)
HEADING_NOISE_DEG = 15.0
WAIT_S = 30.0
SHORTEST_M = 1_500.0
US = 1_000_000


@dataclass(frozen=True, slots=True)
class Truth:
    """A drive as it was, a row a fix."""

    arcs: Int32s
    lons: Floats
    lats: Floats
    headings_deg: Floats
    speeds_m_per_s: Floats
    at_us: Ints
    at_m: Floats
    path: Int32s
    path_from_m: Floats
    path_to_m: Floats

    def is_on_way(self, arcs: Int32s, within_m: float) -> Bools:
        """Whether each arc is one that the car drove within so many metres of where it was then."""
        driven = (self.path_to_m >= self.at_m[:, None] - within_m) & (self.path_from_m <= self.at_m[:, None] + within_m)
        on_way: Bools = (driven & (self.path == arcs[:, None])).any(axis=1)
        return on_way


def drives(graph: RoadGraph, snapper: Snapper, count: int, every_s: float, seed: int) -> Iterator[Truth]:
    """Yield drives between random places of a graph."""
    router = Router(graph, snapper)
    chance = np.random.default_rng(seed)
    while count:
        ends = [
            LonLat(float(graph.node_lon[n]), float(graph.node_lat[n])) for n in chance.integers(graph.nodes, size=2)
        ]
        route = router.route(*ends)
        if route.distance_m < SHORTEST_M:
            continue
        count -= 1
        yield _truth(graph, route, every_s, chance)


def _truth(graph: RoadGraph, route: Any, every_s: float, chance: np.random.Generator) -> Truth:
    seconds, metres = np.array(route.seconds), np.array(route.metres)
    # Waiting: the clock goes on and the car does not.
    stops = np.sort(chance.uniform(0.1, 0.9, int(chance.integers(2, 4)))) * seconds[-1]
    clock = np.arange(0.0, seconds[-1] + WAIT_S * len(stops), every_s)
    driven = clock.copy()
    standing = np.zeros(len(clock), np.bool_)
    for k, stop in enumerate(stops):
        begun = stop + k * WAIT_S
        waiting = (clock > begun) & (clock <= begun + WAIT_S)
        driven = np.where(clock > begun, np.maximum(clock - (k + 1) * WAIT_S, stop), driven)
        standing |= waiting
    at_m = np.interp(driven, seconds, metres)
    path = route.path
    lengths = graph.arc_m[list(path.arcs)].copy()
    ends = np.cumsum(lengths) - path.start_fraction * lengths[0]
    index = np.minimum(np.searchsorted(ends, at_m, side="left"), len(path.arcs) - 1)
    lons, lats = np.interp(at_m, metres, route.lons), np.interp(at_m, metres, route.lats)
    ahead = np.minimum(at_m + 3.0, metres[-1])
    behind = ahead - 6.0
    dx = (np.interp(ahead, metres, route.lons) - np.interp(behind, metres, route.lons)) * np.cos(np.radians(lats))
    dy = np.interp(ahead, metres, route.lats) - np.interp(behind, metres, route.lats)
    speed = (np.interp(driven + 1.0, seconds, metres) - np.interp(driven - 1.0, seconds, metres)) / 2.0
    return Truth(
        arcs=np.array(path.arcs, np.int32)[index],
        lons=lons,
        lats=lats,
        headings_deg=np.degrees(np.arctan2(dx, dy)) % 360.0,
        speeds_m_per_s=np.where(standing, 0.0, speed),
        at_us=(clock * US).astype(np.int64),
        at_m=at_m,
        path=np.array(path.arcs, np.int32),
        path_from_m=ends - lengths,
        path_to_m=ends,
    )


def seen(
    truth: Truth, noise_m: float, told: bool, chance: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return longitudes, latitudes, headings and speeds as a device reports them; NaN for the last two when not told."""
    n = len(truth.arcs)
    lats = truth.lats + chance.normal(0.0, noise_m, n) / METRES_PER_DEGREE
    lons = truth.lons + chance.normal(0.0, noise_m, n) / (METRES_PER_DEGREE * np.cos(np.radians(truth.lats)))
    if not told:
        return lons, lats, np.full(n, np.nan), np.full(n, np.nan)
    headings = (truth.headings_deg + chance.normal(0.0, HEADING_NOISE_DEG, n)) % 360.0
    # A standing receiver tells some heading or other.
    headings = np.where(truth.speeds_m_per_s < 0.5, chance.uniform(0.0, 360.0, n), headings)
    return lons, lats, headings, np.maximum(truth.speeds_m_per_s + chance.normal(0.0, 0.4, n), 0.0)


def online(roads: Roads, truth: Truth, fixes: tuple[Floats, Floats, Floats, Floats], noise_m: float) -> Int32s:
    """Return the arc after each fix, as a server knows it at that moment."""
    matcher, slot = Matcher(roads, capacity=1), np.zeros(1, np.int64)
    accuracy = np.full(1, 1.5 * noise_m)
    found = [
        matcher.match(slot, *(column[i : i + 1] for column in fixes), accuracy, truth.at_us[i : i + 1]).arcs[0]
        for i in range(len(truth.arcs))
    ]
    return np.array(found, np.int32)


def cell(
    graph: RoadGraph, snapper: Snapper, roads: Roads, truths: list[Truth], noise_m: float, told: bool
) -> dict[str, Any]:
    """Measure one cell of the table: shares of fixes with the right arc, and changes of street of standing cars."""
    chance = np.random.default_rng(int(noise_m) * 2 + told)
    right = {"nearest": 0, "online": 0, "trail": 0}
    way = dict(right)
    jitter = dict(right)
    total = pairs = 0
    for truth in truths:
        fixes = seen(truth, noise_m, told, chance)
        lons, lats, headings, speeds = fixes
        accuracy = np.full(len(lons), 1.5 * noise_m)
        found = {
            "nearest": snapper.snap_many(lons, lats, headings, limit_m=UNIT_LIMIT_M).arcs,
            "online": online(roads, truth, fixes, noise_m),
            "trail": match_trail(
                roads, lons, lats, headings, truth.at_us, speeds_m_per_s=speeds, accuracies_m=accuracy
            ).arcs,
        }
        still = (truth.lons[1:] == truth.lons[:-1]) & (truth.lats[1:] == truth.lats[:-1])
        for name, arcs in found.items():
            right[name] += int((arcs == truth.arcs).sum())
            way[name] += int(truth.is_on_way(arcs, 5.0 + 3.0 * noise_m).sum())
            jitter[name] += int((arcs[1:] != arcs[:-1])[still].sum())
        total += len(truth.arcs)
        pairs += int(still.sum())
    share = {f"{name}_arc_right": round(value / total, 4) for name, value in right.items()}
    share |= {f"{name}_way_right": round(value / total, 4) for name, value in way.items()}
    share |= {f"{name}_changes_standing": round(value / max(pairs, 1), 4) for name, value in jitter.items()}
    return {"fixes": total, **share}


def speed(roads: Roads, graph: RoadGraph, units: int) -> dict[str, float]:
    """Measure how fast a fleet is followed: `units` cars, each some 60 m on along its street every 5 s."""
    chance = np.random.default_rng(1)
    arcs = chance.integers(graph.arcs, size=units)
    matcher, slots = Matcher(roads, units), np.arange(units)
    east = chance.normal(0, 8.0, (6, units)) / (METRES_PER_DEGREE * np.cos(np.radians(graph.node_lat[0])))
    north = chance.normal(0, 8.0, (6, units)) / METRES_PER_DEGREE
    took = []
    for turn in range(6):
        lons, lats = (
            graph.node_lon[graph.arc_head[arcs]] + east[turn],
            graph.node_lat[graph.arc_head[arcs]] + north[turn],
        )
        begun = time.perf_counter()
        unknown = np.full(units, np.nan)
        matcher.match(slots, lons, lats, unknown, unknown, unknown, np.full(units, (1 + 5 * turn) * US))
        took.append(time.perf_counter() - begun)
        first = graph.first_out[graph.arc_head[arcs]]
        arcs = first + chance.integers(0, graph.first_out[graph.arc_head[arcs] + 1] - first)
    return {
        "units": units,
        "fixes_per_s": round(units / float(np.median(took[1:]))),
        "worst_batch_ms": round(max(took[1:]) * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", nargs="*", default=["tehran-central", "manhattan"])
    parser.add_argument("--built", type=Path, default=Path("regions/built"))
    parser.add_argument("--drives", type=int, default=60)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results/matching.json")
    options = parser.parse_args()
    figures: dict[str, Any] = {"drives": options.drives}
    for name in options.regions:
        graph = RoadGraph.load(Region.load(options.built / name).graph_folder)
        snapper = Snapper(graph)
        roads = Roads(graph, snapper)
        match_trail(roads, graph.node_lon[:2], graph.node_lat[:2], np.full(2, np.nan), np.arange(2))
        figures[name] = {"speed": speed(roads, graph, 20_000), "cells": []}
        print(f"{name}: {figures[name]['speed']}")
        print("  every noise heading    fixes   (nearest, online, trail) arc right   on the way   changes standing")
        for every_s in EVERY_S:
            truths = list(drives(graph, snapper, options.drives, every_s, seed=7))
            for noise_m in NOISES_M:
                for told in (True, False):
                    row = cell(graph, snapper, roads, truths, noise_m, told)
                    figures[name]["cells"].append({"every_s": every_s, "noise_m": noise_m, "heading": told, **row})
                    shares = "  ".join(
                        f"{row[f'{who}_{what}']:6.1%}"
                        for what in ("arc_right", "way_right", "changes_standing")
                        for who in ("nearest", "online", "trail")
                    )
                    print(
                        f"  {every_s:4.0f}s {noise_m:4.0f} m  {'yes' if told else 'no ':<6} {row['fixes']:7,}   {shares}"
                    )
    if options.write:
        print(write_results("matching", figures))


if __name__ == "__main__":
    main()
