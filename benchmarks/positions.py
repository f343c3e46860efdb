"""
How many positions a second the lane takes in, and what the trail adds.

    python benchmarks/positions.py [--units 20000] [--batch 5000] [--seconds 10] [--region FOLDER]

Without a region the road does nothing, so the figure is the lane's own cost. With one, every believed position is snapped to
the region's roads by `nazdik.geo.sight.RoadSight`.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from nazdik.fleet.lane import PositionLane
from nazdik.fleet.model import Bools, Bounds, Fix, Floats, Heartbeat, Ints, Sound
from nazdik.fleet.trail import Trail
from nazdik.kernel import Instant, UnitId
from nazdik.platform.clock import VirtualClock
from nazdik.published.fleet import FleetOnRoad

NOON = Instant(1_795_223_702_000_000)
AHVAZ = Bounds(48.5, 31.2, 48.9, 31.5)


class NoRoad:
    """Gives slots and does nothing else."""

    def __init__(self) -> None:
        self._slots = 0

    def enrol(self, unit_id: UnitId) -> int:
        self._slots += 1
        return self._slots - 1

    def place(self, slots: Ints, *columns: Floats, **told: Floats) -> Floats:
        return np.zeros(len(slots))

    def beyond_reach(self, slots: Ints, *columns: Floats) -> Bools:
        return np.zeros(len(slots), np.bool_)

    def set_health(self, slots: Ints, masks: Ints) -> None:
        pass


def drive(lane: PositionLane, clock: VirtualClock, bounds: Bounds, options: argparse.Namespace, rest: Any) -> None:
    """Report `units` cars in turn, a batch at a time, each a few metres on, and print what it took."""
    units = [UnitId(f"khuzestan.u.{n}") for n in range(options.units)]
    for unit in units:
        lane.enrol(unit)
    chance = np.random.default_rng(1)
    lons = chance.uniform(bounds.west, bounds.east, options.units)
    lats = chance.uniform(bounds.south, bounds.north, options.units)
    took: list[float] = []
    done = first = now_count = 0
    started = time.perf_counter()
    while time.perf_counter() - started < options.seconds:
        rows = np.arange(first, first + options.batch) % options.units
        first = (first + options.batch) % options.units
        lons[rows] += chance.uniform(-5e-5, 5e-5, len(rows))
        at = Instant(clock.advance_s(1.0) - 500_000)
        fixes = [
            Fix(units[row], lon, lat, at, 90.0, 10.0, 5.0)
            for row, lon, lat in zip(rows.tolist(), lons[rows].tolist(), lats[rows].tolist(), strict=True)
        ]
        before = time.perf_counter()
        verdicts = lane.report(fixes)
        took.append(time.perf_counter() - before)
        rest()
        done += len(verdicts)
        now_count += sum(verdict.reason is None for verdict in verdicts)
    ms = np.sort(np.array(took)) * 1000
    rate = done / sum(took)
    print(
        f"  {rate:>10,.0f} positions/s   a batch of {options.batch:,}: p50 {np.percentile(ms, 50):.1f} ms,"
        f" p99 {np.percentile(ms, 99):.1f} ms   believed {now_count / done:.1%}   batches {len(took)}"
    )


def beats(lane: PositionLane, options: argparse.Namespace) -> None:
    """Take one heartbeat of each unit, one by one as they come."""
    beat = Heartbeat(Sound.OK, battery=0.8)
    units = [UnitId(f"khuzestan.u.{n}") for n in range(options.units)]
    for _ in range(2):
        before = time.perf_counter()
        for unit in units:
            lane.heartbeat(unit, beat)
        took = time.perf_counter() - before
    before = time.perf_counter()
    lane.tick()
    tick_ms = (time.perf_counter() - before) * 1000
    before = time.perf_counter()
    lane.frame_columns(NOON)
    frame_ms = (time.perf_counter() - before) * 1000
    print(f"  {options.units / took:>10,.0f} heartbeats/s   tick {tick_ms:.2f} ms   frame columns {frame_ms:.2f} ms")


def real_road(folder: Path) -> tuple[Any, Bounds]:
    """Return the road of a built region and its bounds."""
    from nazdik.geo.graph import RoadGraph  # noqa: PLC0415 - only with --region
    from nazdik.geo.region import Region  # noqa: PLC0415 - only with --region
    from nazdik.geo.sight import RoadSight  # noqa: PLC0415 - only with --region

    region = Region.load(folder)
    return RoadSight(RoadGraph.load(region.graph_folder)), Bounds(*region.bounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--region", type=Path)
    options = parser.parse_args()

    def run(title: str, keep: Callable[[Any], None] | None, rest: Callable[[], object]) -> PositionLane:
        road, bounds = (NoRoad(), AHVAZ) if options.region is None else real_road(options.region)
        clock = VirtualClock(NOON)
        lane = PositionLane(cast(FleetOnRoad, road), clock=clock, bounds=bounds, keep=keep)
        print(title)
        drive(lane, clock, bounds, options, rest)
        return lane

    where = "no road" if options.region is None else f"roads of {options.region.name}"
    lane = run(f"{options.units:,} units, {where}, no trail", None, lambda: None)
    beats(lane, options)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "positions.sqlite"
        trail = Trail(path)
        took = 0.0
        rows = 0

        def flush() -> None:
            nonlocal took, rows
            before = time.perf_counter()
            rows += trail.flush()
            took += time.perf_counter() - before

        run(f"{options.units:,} units, {where}, with the trail", trail.keep, flush)
        print(
            f"  {rows / took:>10,.0f} fixes/s flushed in one thread   {path.stat().st_size / max(rows, 1):.0f} bytes a fix"
        )
        trail.close()
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
