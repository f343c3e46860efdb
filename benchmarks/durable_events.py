"""
Durable events a second, and how long a log takes to read back.

Run with `python benchmarks/durable_events.py [folder]`; the folder says which disk is measured.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
from msgspec.structs import replace

from facts import write_results
from nazdik.kernel import Actor, CommandId, Context, Instant
from nazdik.platform.clock import SystemClock
from nazdik.platform.eventlog import EventLog, Handled, MemoryLog, NewEntry, Record, SqliteLog, Writer
from nazdik.platform.eventlog.word_keys import KeyFiles
from nazdik.platform.eventlog.words import SealedLog

ACTOR = Actor("bench", "bench")
BODY = b'{"unit":"khuzestan.u.A-1204","state":"en_route","at":"2026-01-01T00:00:00.000Z","distance_m":1234.5}' * 2
WORDLESS = BODY[: len(BODY) // 2]
WORDS = WORDLESS[:-1] + b',"place":"' + "خیابان آزادی، روبه‌روی بانک. ".encode() * 3 + b'"}'
WORDS_S, WORDS_TURNS = 2.0, 5
MEASURE_S = 4.0
BUDGET_S = 140.0


class Count:
    """The smallest machine: what is left is the writer itself."""

    def handle(self, state: int, command: str, ctx: Context) -> Handled[int]:
        return Handled(state + 1, (command,), {"id": command})

    def record(self, event: str) -> Record:
        return Record("bench.counted.v1", event, BODY)

    def digest(self, command: str) -> bytes:
        return command.encode()

    def rolled_back(self, state: int) -> None:
        pass


class Says(Count):
    """Every so manieth entry has words of 160 bytes."""

    def __init__(self, every: int) -> None:
        self._every, self._count = every, 0

    def record(self, event: str) -> Record:
        self._count += 1
        words = self._count % self._every == 0
        return Record("bench.said.v1" if words else "bench.counted.v1", event, WORDS if words else WORDLESS)


@contextmanager
def fresh_log(folder: Path | None) -> Iterator[SqliteLog]:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        log = SqliteLog(Path(made) / "log.sqlite")
        try:
            yield log
        finally:
            log.close()


def entries(first: int, count: int) -> list[NewEntry]:
    return [
        NewEntry(Instant(n), CommandId(f"0197a1b2c3d47000{n:016x}"), 0, b"d" * 16, "bench", "bench.counted.v1",
                 f"khuzestan.i{n // 8:032x}", BODY)
        for n in range(first, first + count)
    ]  # fmt: skip


def said(n: int) -> NewEntry:
    (one,) = entries(n, 1)
    return replace(one, kind="bench.said.v1", body=WORDS)


def share(times: list[float], part: float) -> float:
    return round(sorted(times)[int(len(times) * part)] * 1_000, 2)


def append_batches(log: SqliteLog, size: int) -> dict[str, Any]:
    position, times, until = 0, list[float](), time.perf_counter() + MEASURE_S
    while time.perf_counter() < until:
        batch = entries(position + 1, size)
        start = time.perf_counter()
        log.append(batch, expected_position=position)
        times.append(time.perf_counter() - start)
        position += size
    return {
        "batch": size,
        "events_per_s": round(position / sum(times)),
        "commit_p50_ms": share(times, 0.5),
        "commit_p99_ms": share(times, 0.99),
    }


async def through_writer(
    log: EventLog, submitters: int, machine: Count | None = None, *, for_s: float = MEASURE_S
) -> dict[str, Any]:
    writer: Writer[int] = Writer(log, machine or Count(), 0, SystemClock())
    times: list[float] = []
    start = time.perf_counter()
    cpu = time.process_time()

    async def submit(name: int) -> None:
        n = 0
        while time.perf_counter() < start + for_s:
            n += 1
            began = time.perf_counter()
            key = f"{name:08x}{n:024x}"
            await writer.submit(key, Context(Instant(n), ACTOR, CommandId(key)))
            times.append(time.perf_counter() - began)

    await asyncio.gather(*[submit(name) for name in range(submitters)])
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    await writer.close()
    return {
        "submitters": submitters,
        "events_per_s": round(len(times) / took),
        "answer_p50_ms": share(times, 0.5),
        "answer_p99_ms": share(times, 0.99),
        "cpu_us_per_event": round(cpu / len(times) * 1e6, 1),
    }


def words_cost(folder: Path | None) -> dict[str, Any]:
    """
    The same writer with words sealed and in the clear, by turns: one entry of ten has words, about as in a province, or all have.

    Both times the entries are the same; what differs is the log that they are given to.
    """
    told: dict[str, Any] = {}
    for part, every in (("tenth", 10), ("all", 1)):
        for turn in range(WORDS_TURNS):
            for name in ("clear", "sealed") if turn % 2 == 0 else ("sealed", "clear"):
                with fresh_log(folder) as log:
                    keys = KeyFiles(log.path.parent / "words" / "p")
                    given: EventLog = SealedLog(log, keys, {"bench.said.v1": ("place",)}) if name == "sealed" else log
                    told.setdefault(f"{name}_{part}", []).append(
                        asyncio.run(through_writer(given, 100, Says(every), for_s=WORDS_S))
                    )
    spent = {name: sorted(one["cpu_us_per_event"] for one in runs)[len(runs) // 2] for name, runs in told.items()}
    with fresh_log(folder) as log:
        sealed = SealedLog(log, KeyFiles(log.path.parent / "words" / "p"), {"bench.said.v1": ("place",)})
        for first in range(1, 20_000, 500):
            sealed.append([said(n) for n in range(first, first + 500)], expected_position=first - 1)
        began = time.perf_counter()
        opened = sealed.read(0, 20_000)
        sealed_s, began = time.perf_counter() - began, time.perf_counter()
        assert len(opened) == len(log.read(0, 20_000)) == 20_000
        clear_s = time.perf_counter() - began
    return {"cpu_us_per_event": spent, "opened_us": round((sealed_s - clear_s) / 20_000 * 1e6, 1), "runs": told}


def restart(log: SqliteLog, count: int) -> dict[str, Any]:
    """Fill the log up to `count` entries, then open and read it as a restart would."""
    position = log.head().position
    while position < count:
        size = min(20_000, count - position)
        log.append(entries(position + 1, size), expected_position=position)
        position += size
    path = log.path
    log.close()
    start = time.perf_counter()
    log = SqliteLog(path)
    opened = time.perf_counter()
    after = 0
    while page := log.read(after, 10_000):
        after = page[-1].position
    read = time.perf_counter()
    assert after == count
    log.close()
    return {
        "entries": count,
        "open_s": round(opened - start, 3),
        "read_s": round(read - opened, 2),
        "entries_per_s": round(count / (read - opened)),
        "file_mib": round(path.stat().st_size / 2**20, 1),
    }


def main(folder: Path | None) -> None:
    began = time.perf_counter()
    figures: dict[str, Any] = {"sqlite": apsw.sqlite_lib_version(), "body_bytes": len(BODY), "append": [], "writer": []}
    for size in (1, 8, 32, 128, 512):
        with fresh_log(folder) as log:
            figures["append"].append(append_batches(log, size))
            print(figures["append"][-1], flush=True)
    for submitters in (1, 10, 100, 1_000):
        with fresh_log(folder) as log:
            figures["writer"].append(asyncio.run(through_writer(log, submitters)))
            print(figures["writer"][-1], flush=True)
    figures["writer_in_memory"] = asyncio.run(through_writer(MemoryLog(), 100))
    print(figures["writer_in_memory"], flush=True)
    figures["words"] = words_cost(folder)
    print(figures["words"]["cpu_us_per_event"], figures["words"]["opened_us"], flush=True)
    figures["restart"] = []
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for count in (10_000, 100_000, 1_000_000):
            if time.perf_counter() - began > BUDGET_S / 2 and count > 100_000:
                figures["restart"].append({"entries": count, "skipped": "no time left"})
                break
            figures["restart"].append(restart(SqliteLog(Path(made) / "log.sqlite"), count))
            print(figures["restart"][-1], flush=True)
        log = SqliteLog(Path(made) / "log.sqlite")
        start = time.perf_counter()
        verdict = log.verify()
        assert verdict.whole
        figures["verify"] = {"entries": verdict.checked, "s": round(time.perf_counter() - start, 2)}
        log.close()
    figures["took_s"] = round(time.perf_counter() - began, 1)
    print(write_results("durable_events", figures).name, figures["verify"], figures["took_s"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
