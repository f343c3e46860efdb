"""
Asks one engine everything, in a process of its own: `python -m road.worker ENGINE FOLDER`.

Prints one JSON line after the set-up and one after each cell, so that what was measured stays when an engine breaks
down later. The line of a cell holds times and answers; judging them is the parent's work.
"""

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from road.rivals import Roads, SetUp, Skipped

# Past this an engine is stopped by the system instead of taking the machine with it.
MEMORY_BYTES_MAX = 10 * 2**30
# Some engines print to the standard output; that goes where errors go, and only our lines to the parent.
OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    goals, nodes = np.load(folder / "goals.npy"), np.load(folder / "units.npy")
    set_up = SetUp()
    try:
        module = importlib.import_module(f"road.rivals.{name}")
        bare_mib = memory_mib()
        engine = module.Engine(Roads.load(folder), set_up)
    except ImportError as error:
        say({"skipped": f"not installed: {error}"})
        return
    except (Skipped, RuntimeError, OSError, MemoryError) as error:
        say({"skipped": str(error) or type(error).__name__, "set_up_s": set_up.steps_s})
        return
    say(
        {
            "version": engine.version,
            "set_up_s": set_up.steps_s,
            "bare_mib": bare_mib,
            "helpers_mib": helpers_mib(),
            "methods": [method.name for method in engine.methods],
        }
    )
    for method in engine.methods:
        for number, cell in enumerate(plan["cells"]):
            say({"method": method.name, "cell": number, **ask_all(method, nodes[: cell["units"]], cell, goals, plan)})


def ask_all(method: Any, nodes: Any, cell: dict[str, int], goals: Any, plan: dict[str, Any]) -> dict[str, Any]:
    """Place the fleet, then ask until the questions or the time run out."""
    try:
        started = time.perf_counter()
        method.place(nodes, cell["free"])
        placed_s = time.perf_counter() - started
        # The first question after a move pays for caches; it is asked, answered and not counted.
        started = time.perf_counter()
        method.ask(int(goals[-1]), cell["k"])
        first_s = time.perf_counter() - started
        if first_s > plan["question_s_max"]:
            raise Skipped(f"one question took {first_s:.0f} s")
        times, answers = [], []
        until = time.perf_counter() + plan["cell_s"]
        for goal in goals.tolist():
            if time.perf_counter() > until and len(times) >= plan["questions_min"]:
                break
            started = time.perf_counter()
            answer = method.ask(goal, cell["k"])
            times.append(time.perf_counter() - started)
            if len(answers) < plan["judged"] and getattr(method, "same_question", True):
                answers.append(answer)
    except Skipped as reason:
        return {"skipped": str(reason)}
    except Exception as error:
        return {"skipped": f"failed: {type(error).__name__}: {error}"[:300]}
    p50, p99 = np.percentile(np.array(times) * 1000, [50, 99])
    return {
        "place_ms": round(placed_s * 1000, 3),
        "first_ms": round(first_s * 1000, 3),
        "questions": len(times),
        "p50_ms": round(float(p50), 4),
        "p99_ms": round(float(p99), 4),
        "peak_mib": memory_mib(),
        "answers": answers,
    }


def memory_mib() -> int:
    """The most memory this process has had; `getrusage` would count the parent's as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


def helpers_mib() -> int:
    """The most memory that any program it started has had."""
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def say(line: dict[str, Any]) -> None:
    OUT.write(json.dumps(line) + "\n")
    OUT.flush()


if __name__ == "__main__":
    main()
