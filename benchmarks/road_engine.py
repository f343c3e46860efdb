"""
The nearest-unit search beside everything else one could use, on the same graph, the same units and the same questions.

    python benchmarks/install_rivals.py       # once: the rivals' own throw-away environment
    python benchmarks/road_engine.py          # about 40 min; `--sizes 63k --cell-seconds 1` for a quick look
    python benchmarks/road_engine.py --engines nazdik_own cch --keep   # only these anew, the others as they were

Units and incidents stand at junctions, so that every engine can be asked without tricks. The graphs are the sample of
central Tehran laid side by side (`road/tiling.py`). Each engine runs in a process of its own, one after the other; a
rival that is not installed, or that takes too long, is a row that says so. Every engine's answers, ours included, are
held against true times from scipy over the whole graph. Prints tables, writes `benchmarks/results/road_engine.json`
and puts the tables into the pages that show them (`road/report.py`).
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from facts import RESULTS, load_1_min, write_results
from nazdik.geo.graph import RoadGraph
from road.air import FLEETS, measure_air
from road.judging import judge, true_times_s
from road.osm import write_arcs, write_streets
from road.report import faster_than_ours, tables, write_pages
from road.rivals import Roads
from road.tiling import tiled

ROOT = Path(__file__).parents[1]
RIVALS_PYTHON = ROOT / "var" / "rivals" / "bin" / "python"
SEED = 110
# Tiles of central Tehran (7,926 junctions), east by north; and how many questions are held against the truth.
SIZES = {"63k": (4, 2, 300), "250k": (8, 4, 150), "1M": (16, 8, 60)}
UNITS_MAX = 20_000
# (units, of them free, k). Few free of many, and one skill in twenty, are the usual hard cases of a night.
CELLS = (
    (50, 50, 5),
    (200, 200, 5),
    (2_000, 2_000, 5),
    (20_000, 20_000, 5),
    (200, 5, 5),
    (200, 10, 5),
    (2_000, 100, 5),
    (20_000, 1_000, 5),
    (200, 200, 1),
    (2_000, 2_000, 1),
    (200, 5, 1),
)
QUESTIONS = 1_000
AIR_REGIONS = ("tehran-central", "khuzestan", "manhattan")
AIR_QUESTIONS = 1_000
QUESTIONS_MIN = 3
# An engine whose first question takes longer than this is not asked a second one in that cell.
QUESTION_S_MAX = 5.0
SET_UP_S_MAX = 600.0
# pandana's hierarchy was not done in 12 minutes on the smallest of these graphs; a minute shows as much.
SET_UP_S_MAX_OF = {"pandana_pairs": 60.0}
# Past its own budgets by this much, an engine hangs and is stopped.
GRACE_S = 60.0
# In this order; those of the first line run in Nazdik's environment, the others in the rivals'.
OURS = ("nazdik_own", "scipy_dijkstra")
RIVALS = ("cch", "osrm_ch", "osrm_mld", "valhalla_matrix", "graph_libraries", "pandana_pairs", "postgres")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--engines", nargs="+", choices=OURS + RIVALS, default=list(OURS + RIVALS))
    parser.add_argument("--rivals-python", type=Path, default=RIVALS_PYTHON)
    parser.add_argument("--cell-seconds", type=float, default=2.0)
    parser.add_argument("--set-up-seconds", type=float, default=SET_UP_S_MAX)
    parser.add_argument("--air", action=argparse.BooleanOptionalAction, default=True, help="what straight lines cost")
    parser.add_argument("--keep", action="store_true", help="keep what was measured before of what is not measured now")
    parser.add_argument("--no-results", action="store_true", help="print only, keep the results file as it is")
    parser.add_argument("--pages", action="store_true", help="only write the tables anew from the kept results")
    words = parser.parse_args()
    if words.pages:
        write_pages(json.loads((RESULTS / "road_engine.json").read_text(encoding="utf-8"))["figures"])
        return
    # Asked to stop, it stops what it started and cleans up, as at any other end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    base = RoadGraph.load(ROOT / "regions" / "built" / "tehran-central" / "graph")
    before = json.loads((RESULTS / "road_engine.json").read_text(encoding="utf-8"))["figures"] if words.keep else {}
    by_air = wrong_by_air() if words.air else before.get("wrong_by_air", {})
    figures: dict[str, Any] = {"cells": CELLS, "wrong_by_air": by_air, "sizes": dict(before.get("sizes", {}))}
    for name in words.sizes:
        columns, rows, judged = SIZES[name]
        with tempfile.TemporaryDirectory(prefix="nazdik-road-engine-") as folder:
            Path(folder).chmod(0o755)  # PostgreSQL refuses to run as root, and its user must get to its folder
            graph = tiled(base, columns, rows, seed=SEED)
            engines = figures["sizes"].get(name, {}).get("engines", {})
            figures["sizes"][name] = measure(graph, judged, Path(folder), words)
            anew = figures["sizes"][name]["engines"]
            order = {engine: anew.get(engine) or engines.get(engine) for engine in OURS + RIVALS}
            figures["sizes"][name]["engines"] = {engine: rows for engine, rows in order.items() if rows}
        if not words.no_results:  # after each size, so that a long run that is stopped leaves what it has
            write_results("road_engine", figures)
    for title, table in tables(figures).items():
        print(f"\n{title}\n", *table, sep="\n")
    print("\nFaster than ours with right answers:", *faster_than_ours(figures), sep="\n  ")
    if not words.no_results:
        write_pages(figures)


def wrong_by_air() -> dict[str, Any]:
    """What straight lines cost on each sample region, by size of the fleet."""
    found: dict[str, Any] = {}
    for name in AIR_REGIONS:
        graph = RoadGraph.load(ROOT / "regions" / "built" / name / "graph")
        fleets = {str(size): measure_air(graph, size, AIR_QUESTIONS, seed=SEED) for size in FLEETS}
        found[name] = {"junctions": graph.nodes, "fleets": fleets}
    return found


def measure(graph: RoadGraph, judged: int, folder: Path, words: argparse.Namespace) -> dict[str, Any]:
    """All engines on one graph."""
    chance = np.random.default_rng(SEED)
    kept = graph.arc_tail != graph.arc_head  # a loop is on no shortest way, and some engines stumble over it
    roads = Roads(
        folder,
        graph.arc_tail[kept].astype(np.int64),
        graph.arc_head[kept].astype(np.int64),
        graph.arc_ms[kept].astype(np.int64),
        graph.node_lon,
        graph.node_lat,
    )
    roads.save()
    graph.save(folder / "graph")
    units, goals = chance.integers(0, graph.nodes, UNITS_MAX), chance.integers(0, graph.nodes, QUESTIONS + 1)
    np.save(folder / "units.npy", units)
    np.save(folder / "goals.npy", goals)
    cells = [{"units": u, "free": free, "k": k} for u, free, k in CELLS]
    plan = {
        "cells": cells,
        "cell_s": words.cell_seconds,
        "questions_min": QUESTIONS_MIN,
        "question_s_max": QUESTION_S_MAX,
        "judged": judged,
    }
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    if {"osrm_ch", "osrm_mld"} & set(words.engines):
        write_arcs(graph, folder / "arcs.osm.pbf")
    if "valhalla_matrix" in words.engines:
        write_streets(graph, folder / "streets.osm.pbf")
    true_s = true_times_s(roads, goals[:judged], units)
    engines = {}
    for engine in words.engines:
        print(f"  {graph.nodes:,} junctions: {engine} …", file=sys.stderr, flush=True)
        python = Path(sys.executable) if engine in OURS else words.rivals_python
        engines[engine] = {"load_1_min": load_1_min()}
        engines[engine] |= run(engine, python, folder, words, cells, true_s)
        for leftover in ("osrm-ch", "osrm-mld", "valhalla"):
            shutil.rmtree(folder / leftover, ignore_errors=True)
    return {"junctions": graph.nodes, "arcs": graph.arcs, "engines": engines}


def run(
    engine: str, python: Path, folder: Path, words: argparse.Namespace, cells: list[dict[str, int]], true_s: Any
) -> dict[str, Any]:
    """One engine through all cells; what went wrong is part of the answer."""
    if not python.exists():
        return {"skipped": "not installed: run benchmarks/install_rivals.py"}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "benchmarks"), str(ROOT / "src")))}
    errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed at the end, past the process that writes to it
    command = [str(python), "-m", "road.worker", engine, str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, start_new_session=True
    )
    assert process.stdout is not None
    # A cell's questions, the first one and one that goes over, and some grace; an engine that needs more hangs.
    cell_limit_s = words.cell_seconds + (QUESTIONS_MIN + 1) * QUESTION_S_MAX + GRACE_S
    alarm = Alarm(process, SET_UP_S_MAX_OF.get(engine, words.set_up_seconds))
    result: dict[str, Any] = {}
    try:
        for text in process.stdout:
            line = json.loads(text)
            if "skipped" in line:
                line["skipped"] = " ".join(line["skipped"].replace(str(folder), "the work folder").split())
            if "method" not in line:
                result |= line
                result["cells"] = {name: [None] * len(cells) for name in line.get("methods", ())}
            else:
                cell, answers = cells[line["cell"]], line.pop("answers", None)
                if answers:
                    line |= judge(answers, true_s[:, : cell["free"]], cell["k"])
                result["cells"][line.pop("method")][line.pop("cell")] = line
            alarm.reset(cell_limit_s)
        alarm.cancel()
        code = process.wait()
    finally:
        alarm.cancel()
        end(process, signal.SIGKILL)
    if code:
        errors.seek(0)
        last = (errors.read().strip().splitlines() or [""])[-1][-200:]
        reason = f"stopped: not done in {alarm.limit_s:.0f} s" if alarm.rang else f"ended with {code}: {last}"
        if "cells" not in result:
            result["skipped"] = reason
        for rows in result.get("cells", {}).values():
            rows[:] = [row or {"skipped": reason} for row in rows]
    errors.close()
    return result


def end(process: subprocess.Popen[str], how: signal.Signals) -> None:
    """Signal a process and the programs it started, which are a group of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, how)


class Alarm:
    """Ends a process that does not report in time."""

    def __init__(self, process: subprocess.Popen[str], limit_s: float) -> None:
        self._process, self.rang = process, False
        self._start(limit_s)

    def reset(self, limit_s: float) -> None:
        self.cancel()
        self._start(limit_s)

    def cancel(self) -> None:
        self._timer.cancel()

    def _start(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._timer = threading.Timer(limit_s, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self.rang = True
        end(self._process, signal.SIGTERM)


if __name__ == "__main__":
    main()
