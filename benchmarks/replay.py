"""
How fast the real core runs in virtual time: a made-up day of Khuzestan at one and at ten times its calls.

Run from the repository: `python benchmarks/replay.py [--multiple 1 10]`. It prints a table and writes
`benchmarks/results/replay.json`. Crews, desks, receipts, positions and timers are all in the time measured; drawing the calls
beforehand is not, and is given apart.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from facts import write_results
from nazdik.geo.samples import build_samples
from nazdik.kernel.instant import plus_s
from nazdik.simulation.cli import IRAN, local_midnight, made_up_calls
from nazdik.simulation.demand import CALLS_PER_DAY_KHUZESTAN, DAY_S, Demand, county_weights, read_settlements
from nazdik.simulation.ground import Ground
from nazdik.simulation.measure import INTERVALS, spread_of
from nazdik.simulation.world import Run, Setting

ROOT = Path(__file__).parents[1]
UNITS_A_MULTIPLE = 220
BAR_S = 60.0


def timed(action: Callable[[], Any]) -> tuple[Any, float, float]:
    """The answer, wall seconds and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    answer = action()
    return answer, time.perf_counter() - wall, time.process_time() - processor


def measure_day(ground: Ground, multiple: float, seed: int) -> dict[str, Any]:
    """One day of so many times Khuzestan's calls."""
    settlements = read_settlements(ROOT / "regions" / "sources" / "khuzestan_places.csv")
    midnight = local_midnight(date(2026, 3, 21))
    demand = Demand(CALLS_PER_DAY_KHUZESTAN * multiple)
    calls, drawn_s, _ = timed(lambda: made_up_calls(ground, settlements, demand, seed=seed, midnight=midnight))
    setting = Setting(
        units=round(UNITS_A_MULTIPLE * multiple),
        seed=seed,
        start_at=midnight,
        zone=IRAN,
        weights=county_weights(ground, settlements),
    )
    run, built_s, _ = timed(lambda: Run(ground, setting))
    run.plan(calls)
    _, wall_s, processor_s = timed(lambda: run.go(plus_s(midnight, DAY_S)))
    response = spread_of(run.ledger.values("response"))
    return {
        "multiple": multiple,
        "calls": len(calls),
        "units": len(run.units),
        "facts": run.engine.position,
        "seconds_a_simulated_day": round(wall_s, 1),
        "processor_seconds": round(processor_s, 1),
        "facts_per_s": round(run.engine.position / wall_s),
        "calls_per_s": round(len(calls) / wall_s),
        "drawing_the_calls_s": round(drawn_s, 1),
        "building_the_province_s": round(built_s, 1),
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "under_a_minute": wall_s < BAR_S,
        "busy_share": round(run.ledger.busy_share(len(run.units), DAY_S), 4),
        "response_p50_s": response.p50,
        "response_p90_s": response.p90,
        "intervals_n": {name: len(run.ledger.values(name)) for name in INTERVALS},
        "trace_hash": run.engine.trace_hash(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--multiple", type=float, nargs="+", default=[1.0, 10.0])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    ((region, _),) = build_samples(ROOT / "regions" / "sources", ROOT / "regions" / "built", only=("khuzestan",))
    ground = Ground.load(region.folder)
    days = []
    for multiple in given.multiple:
        day = measure_day(ground, multiple, given.seed)
        days.append(day)
        print(
            f"{day['multiple']:g}×: {day['calls']} calls, {day['units']} units, {day['facts']} facts in "
            f"{day['seconds_a_simulated_day']} s ({day['facts_per_s']} facts/s, {day['memory_mib']} MiB)"
        )
    print(write_results("replay", {"days": days}))


if __name__ == "__main__":
    main()
