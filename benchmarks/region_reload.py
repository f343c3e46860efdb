"""
How long a server is held while another map comes in force, with a whole fleet reporting.

Run from the repository: `python benchmarks/region_reload.py`. One server in this process, region khuzestan; its units report every
five seconds, some at a time. A task that wants to run every millisecond notes how late it comes, first without a reload and then
while maps are exchanged. It writes `benchmarks/results/region_reload.json`.
"""

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from facts import write_results
from nazdik.bootstrap.house import build
from nazdik.fleet.model import Fix
from nazdik.geo.samples import build_samples
from nazdik.kernel import LonLat, ProvinceId, UnitId
from nazdik.platform.settings import Settings

ROOT = Path(__file__).parents[1]
PROVINCE = ProvinceId("khuzestan")
FLEETS = (200, 20_000)
REPORT_EVERY_S, PARTS = 5.0, 100
RELOADS, QUIET_S = 5, 10.0


async def late_ms(stop: asyncio.Event) -> list[float]:
    """How late a task comes that wants to run every millisecond."""
    late = []
    while not stop.is_set():
        wanted = time.perf_counter() + 0.001
        await asyncio.sleep(0.001)
        late.append((time.perf_counter() - wanted) * 1000)
    return late


async def reporting(running: Any, units: list[UnitId], places: list[LonLat]) -> None:
    """Let the whole fleet report every five seconds, a hundredth at a time."""
    building, turn = running.entrance.building, 0
    lane = building.rooms[PROVINCE].lane
    while True:
        part = range(turn % PARTS, len(units), PARTS)
        now = building.clock.now()
        lane.report([Fix(units[i], places[i].lon, places[i].lat + (turn % 7) * 1e-5, now) for i in part])
        turn += 1
        await asyncio.sleep(REPORT_EVERY_S / PARTS)


async def measure(folder: Path, data: Path, fleet: int) -> dict[str, Any]:
    running = build(Settings(data_dir=data, demo=True), [folder], say=lambda _: None)
    await running.open()
    try:
        road, lane = running.entrance.building.roads[PROVINCE], running.entrance.building.rooms[PROVINCE].lane
        chance = np.random.default_rng(110)
        nodes = chance.integers(road.graph.nodes, size=fleet)
        places = [LonLat(float(road.graph.node_lon[n]), float(road.graph.node_lat[n])) for n in nodes]
        units = [UnitId(f"{PROVINCE}.u.bench-{number}") for number in range(fleet)]
        for unit in units:
            lane.enrol(unit)
        reports = asyncio.create_task(reporting(running, units, places))
        await asyncio.sleep(REPORT_EVERY_S + 1)
        quiet = await during(asyncio.sleep(QUIET_S))
        done: list[Any] = []

        async def exchanges() -> None:
            for _ in range(RELOADS):
                done.append(await running.reloader.reload(PROVINCE))

        busy = await during(exchanges())
        reports.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reports
        return {
            "units": fleet,
            "without_reload": summary(quiet),
            "while_maps_are_exchanged": summary(busy),
            "switch_ms": [round(each.switch_ms, 2) for each in done],
            "made_ready_s": [round(each.ready_s, 2) for each in done],
            "units_without_place": [len(each.without_place) for each in done],
        }
    finally:
        await running.close()


async def during(work: Any) -> list[float]:
    stop = asyncio.Event()
    watching = asyncio.create_task(late_ms(stop))
    await work
    stop.set()
    return await watching


def summary(late: list[float]) -> dict[str, float]:
    p50, p99, p999 = np.percentile(late, [50, 99, 99.9])
    return {
        name: round(float(v), 2)
        for name, v in zip(("p50_ms", "p99_ms", "p999_ms", "longest_ms"), (p50, p99, p999, max(late)), strict=True)
    }


def main() -> None:
    figures = []
    for fleet in FLEETS:
        with tempfile.TemporaryDirectory(prefix="nazdik-reload-") as temporary:
            sources, built = ROOT / "regions" / "sources", ROOT / "regions" / "built"
            ((region, _),) = build_samples(sources, built, only=(str(PROVINCE),))
            figures.append(asyncio.run(measure(region.folder, Path(temporary), fleet)))
            print(figures[-1], flush=True)
    write_results("region_reload", {"reloads": RELOADS, "by_fleet": figures})


if __name__ == "__main__":
    main()
