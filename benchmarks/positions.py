"""
Positions for as long as you like: a fleet reports in real time, is judged, followed on the road and kept.

    python benchmarks/positions.py [--units 20000] [--every 5] [--minutes 10] [--region regions/built/tehran-central]

First everything goes as fast as it can for some seconds: the highest rate. Then the fleet reports at its own pace, and
what grows is told: the memory at the start, in the middle and at the end, and its slope over the second half. Cars drive
from junction to junction at some 10 m/s, a fifth of them wait, with 8 m of noise. `--minutes 60` is the bar of an hour.
"""

import argparse
import gc
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, cast

import numpy as np

from facts import write_results
from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bounds, Fix
from nazdik.fleet.trail import FLUSH_EVERY_S, PACK_EVERY_S, Trail
from nazdik.geo.graph import RoadGraph
from nazdik.geo.region import Region
from nazdik.geo.sight import RoadSight
from nazdik.kernel import Instant, UnitId
from nazdik.platform.clock import SystemClock
from nazdik.published.fleet import FleetOnRoad

BATCHES_PER_S = 5
NOISE_DEG = 8.0 / 111_000.0


class Cars:
    """A fleet on the road: from junction to junction, one street after the other."""

    def __init__(self, graph: RoadGraph, units: int) -> None:
        self._graph = graph
        self._chance = np.random.default_rng(1)
        self._arc = self._chance.integers(graph.arcs, size=units)
        self._along_m = np.zeros(units)
        self._waits = np.arange(units) % 5 == 0
        self.units = [UnitId(f"bench.u.{n}") for n in range(units)]

    def move(self, rows: Any, seconds: float, at: Instant) -> list[Fix]:
        """Drive some cars on and return what they report."""
        graph, chance = self._graph, self._chance
        speed = np.where(self._waits[rows], 0.0, 10.0)
        self._along_m[rows] += speed * seconds
        over = rows[self._along_m[rows] >= graph.arc_m[self._arc[rows]]]
        head = graph.arc_head[self._arc[over]]
        self._arc[over] = graph.first_out[head] + chance.integers(0, graph.first_out[head + 1] - graph.first_out[head])
        self._along_m[over] = 0.0
        arc = self._arc[rows]
        share = np.minimum(self._along_m[rows] / graph.arc_m[arc], 1.0)
        a, b = graph.arc_tail[arc], graph.arc_head[arc]
        lons = (
            graph.node_lon[a] + share * (graph.node_lon[b] - graph.node_lon[a]) + chance.normal(0, NOISE_DEG, len(rows))
        )
        lats = (
            graph.node_lat[a] + share * (graph.node_lat[b] - graph.node_lat[a]) + chance.normal(0, NOISE_DEG, len(rows))
        )
        return [
            Fix(self.units[row], lon, lat, at, float("nan"), metres_per_s, 12.0)
            for row, lon, lat, metres_per_s in zip(
                rows.tolist(), lons.tolist(), lats.tolist(), speed.tolist(), strict=True
            )
        ]


def memory_mib() -> float:
    """Return the memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def percentiles(took: list[float]) -> dict[str, float]:
    ms = np.array(took) * 1000
    return {name: round(float(np.percentile(ms, p)), 2) for name, p in (("p50", 50), ("p99", 99), ("max", 100))}


def fastest(lane: PositionLane, cars: Cars, clock: SystemClock, batch: int, seconds: float) -> dict[str, Any]:
    """Report without a pause and return positions a second, judged and on the road."""
    took: list[float] = []
    n = len(cars.units)
    first, done = 0, 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        fixes = cars.move((first + np.arange(batch)) % n, 0.05, clock.now())
        first = (first + batch) % n
        begun = time.perf_counter()
        lane.report(fixes)
        took.append(time.perf_counter() - begun)
        done += batch
    return {"positions_per_s": round(done / sum(took)), "batch": batch, "batch_ms": percentiles(took)}


def keep_history(trail: Trail, stop: threading.Event, told: dict[str, list[float]]) -> None:
    """Flush and pack as a server does, and note how long each took."""
    turn = 0
    while not stop.wait(FLUSH_EVERY_S):
        turn += 1
        begun = time.perf_counter()
        trail.flush()
        told["flush"].append(time.perf_counter() - begun)
        if turn * FLUSH_EVERY_S >= PACK_EVERY_S:
            turn = 0
            begun = time.perf_counter()
            trail.pack()
            told["pack"].append(time.perf_counter() - begun)


def steady(
    lane: PositionLane, cars: Cars, clock: SystemClock, trail: Trail, options: argparse.Namespace
) -> dict[str, Any]:
    """Report in real time and return the rate, the time of a batch and the memory over time."""
    stop, told = threading.Event(), {"flush": [], "pack": []}
    history = threading.Thread(target=keep_history, args=(trail, stop, told))
    history.start()
    n = len(cars.units)
    turns = options.every * BATCHES_PER_S
    parts = np.array_split(np.arange(n), turns)
    took: list[float] = []
    memory: list[tuple[float, float]] = []
    now_count = done = late = 0
    begun = time.perf_counter()
    turn = 0
    try:
        while (elapsed := time.perf_counter() - begun) < options.minutes * 60:
            rows = parts[turn % turns]
            fixes = cars.move(rows, float(options.every), clock.now())
            before = time.perf_counter()
            verdicts = lane.report(fixes)
            took.append(time.perf_counter() - before)
            done += len(verdicts)
            now_count += sum(verdict.reason is None for verdict in verdicts)
            if turn % (10 * BATCHES_PER_S) == 0:
                lane.frame_columns(clock.now())
                memory.append((elapsed, memory_mib()))
            if turn % (60 * BATCHES_PER_S) == 0:
                print(f"  {elapsed / 60:5.1f} min  {memory[-1][1]:7.1f} MiB  {done:,} positions", flush=True)
            turn += 1
            wait = begun + turn / BATCHES_PER_S - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            else:
                late += 1
    finally:
        stop.set()
        history.join()
    seconds = time.perf_counter() - begun
    half = np.array([row for row in memory if row[0] >= seconds / 2] or memory)
    slope = float(np.polyfit(half[:, 0] / 3600, half[:, 1], 1)[0]) if len(half) > 2 else 0.0
    return {
        "minutes": round(seconds / 60, 1),
        "positions": done,
        "positions_per_s": round(done / seconds),
        "believed": round(now_count / max(done, 1), 4),
        "batches_begun_late": late,
        "batch_ms": percentiles(took),
        "busy_share": round(sum(took) / seconds, 4),
        "flush_ms": percentiles(told["flush"] or [0.0]),
        "pack_ms": percentiles(told["pack"] or [0.0]),
        "memory_mib": {
            "start": round(memory[0][1], 1),
            "after_a_tenth": round(memory[len(memory) // 10][1], 1),
            "middle": round(memory[len(memory) // 2][1], 1),
            "end": round(memory[-1][1], 1),
            "slope_of_second_half_per_h": round(slope, 1),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--every", type=int, default=5, help="seconds between two reports of a unit")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--region", type=Path, default=Path("regions/built/tehran-central"))
    options = parser.parse_args()
    region = Region.load(options.region)
    road = RoadSight(RoadGraph.load(region.graph_folder))
    road.warm_up()
    clock = SystemClock()
    folder = Path(tempfile.mkdtemp(prefix="nazdik-positions-"))
    try:
        trail = Trail(folder / "trail")
        lane = PositionLane(cast(FleetOnRoad, road), clock=clock, bounds=Bounds(*region.bounds), keep=trail.keep)
        cars = Cars(road.graph, options.units)
        for unit in cars.units:
            lane.enrol(unit)
        lane.report(cars.move(np.arange(options.units), 0.0, clock.now()))
        spare = PositionLane(cast(FleetOnRoad, road), clock=clock, bounds=Bounds(*region.bounds))
        for unit in cars.units:
            spare.enrol(unit)
        figures: dict[str, Any] = {"units": options.units, "region": region.id}
        figures["as_fast_as_it_goes"] = fastest(spare, cars, clock, 5_000, 10.0)
        print(figures["as_fast_as_it_goes"], flush=True)
        trail.flush()
        gc.collect()
        figures["in_real_time"] = steady(lane, cars, clock, trail, options)
        trail.flush()
        trail.pack()
        trail.close()
        kept = sum(path.stat().st_size for path in (folder / "trail").iterdir())
        figures["bytes_per_kept_fix"] = round(kept / max(figures["in_real_time"]["positions"], 1), 1)
        figures["fixes_of_history_given_up"] = trail.dropped
        print(figures)
        print(write_results("positions", figures))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
