"""What a benchmark was run on: enough to compare figures, nothing that names a machine or a person."""

import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
SYNCS = 1_000
SYNC_EVERY_S = 0.005
ROUNDS = 9
KEYS = 100_000


def machine_facts() -> dict[str, Any]:
    """Return processor, cores, memory, system, Python and date."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_1_min": load_1_min(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "stolen_share": round(stolen_share(), 3),
        "plain_python_ms": plain_python_ms(),
        "disk_sync_ms": disk_sync_ms(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def load_1_min() -> float:
    """Return how many wanted a core, on the average of the last minute."""
    return round(os.getloadavg()[0], 1)


def stolen_share() -> float:
    """Return which share of the processor's time since the benchmark began the host gave to other guests while ours wanted it."""
    now = _processor_jiffies()
    spent = [after - before for after, before in zip(now, BEGAN, strict=True)]
    # user, nice, system, idle, iowait, irq, softirq, steal; what guests of ours took is in user already.
    return spent[7] / max(1, sum(spent[:8]))


def plain_python_ms() -> float:
    """
    Return how long this interpreter takes for one piece of plain work on some ten megabytes: milliseconds, the median of nine.

    A shared machine's own speed changes by a third within minutes: figures of two runs compare only as this does.
    """
    took_ms = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        made = {f"key {n}": (n, float(n)) for n in range(KEYS)}
        assert sum(made[f"key {n * 7919 % KEYS}"][0] for n in range(KEYS)) == KEYS * (KEYS - 1) // 2
        took_ms.append((time.perf_counter() - began) * 1000)
    return round(sorted(took_ms)[ROUNDS // 2], 1)


def disk_sync_ms() -> dict[str, float]:
    """
    Return how long the disk takes for a few kilobytes that have to be on it: milliseconds, over six seconds.

    Each durable act waits for this at least once: where its largest is far above its median, so are the slowest acts.
    """
    took_ms = []
    with tempfile.TemporaryFile() as file:
        # Written over and over in its place, as a write-ahead log is: a file that grows would wait for its length too.
        os.posix_fallocate(file.fileno(), 0, 16_384)
        for _ in range(SYNCS):
            began = time.perf_counter()
            os.pwrite(file.fileno(), os.urandom(16_384), 0)
            os.fdatasync(file.fileno())
            took_ms.append((time.perf_counter() - began) * 1000)
            time.sleep(SYNC_EVERY_S)
    took_ms.sort()
    at = {"p50": SYNCS // 2, "p99": SYNCS * 99 // 100, "max": SYNCS - 1}
    return {name: round(took_ms[n], 2) for name, n in at.items()}


def write_results(name: str, figures: dict[str, Any]) -> Path:
    """Write `results/<name>.json` and return its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    text = json.dumps({"machine": machine_facts(), "figures": figures}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _processor_jiffies() -> list[int]:
    return [int(word) for word in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]]


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


BEGAN = _processor_jiffies()
