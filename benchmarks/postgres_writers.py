"""
Facts a second that provinces' writers make durable in one PostgreSQL, at 1, 2 and 4 provinces; and in files beside it.

Each province has a process of its own, as on nodes of their own, with so many senders who each wait for their answer; each answer
is a commit synced to disk. Run with `python -m benchmarks.postgres_writers` from the repository's folder; it starts a PostgreSQL of
its own from the system's packages.
"""

import argparse
import asyncio
import multiprocessing as mp
import os
import sys
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))

from tests.postgres import Postgres, postgres

from durable_events import ACTOR, Count, share
from facts import write_results
from nazdik.kernel import CommandId, Context, Instant
from nazdik.platform.clock import SystemClock
from nazdik.platform.eventlog import EventLog, SqliteLog, Writer
from nazdik.platform.eventlog.mirror import MirroredLog
from nazdik.platform.eventlog.postgres import Node, PostgresLog

PROVINCES = (1, 2, 4)
SENDERS = (1, 64)
WARM_UP_S = 1.0


def open_log(url: str | None, name: str, folder: Path) -> EventLog:
    """Open a province's log as a server does: in PostgreSQL with the copy beside, or a file."""
    path = folder / f"{name}.log.sqlite"
    if url is None:
        return SqliteLog(path)
    stored = PostgresLog(url, name, Node("bench"))
    mirror = MirroredLog(stored, path)
    mirror.write_to(stored)
    return mirror


async def send(writer: Writer[int], name: str, senders: int, measure_s: float) -> list[float]:
    """Let senders ask until time is up; return how long each answer after the warm-up took."""
    begin = time.perf_counter()
    times: list[float] = []

    async def ask(sender: int) -> None:
        n = 0
        while (now := time.perf_counter()) < begin + WARM_UP_S + measure_s:
            n += 1
            command = f"{name}.{os.getpid()}.{sender}.{n}"
            await writer.submit(command, Context(Instant(n), ACTOR, CommandId(command)))
            if now > begin + WARM_UP_S:
                times.append(time.perf_counter() - now)

    await asyncio.gather(*(ask(sender) for sender in range(senders)))
    return times


def work(url: str | None, name: str, folder: str, senders: int, measure_s: float, start: Barrier, out: Any) -> None:
    """Be one province's node."""

    async def run() -> list[float]:
        log = open_log(url, name, Path(folder))
        writer: Writer[int] = Writer(log, Count(), 0, SystemClock())
        start.wait()
        times = await send(writer, name, senders, measure_s)
        await writer.close()
        log.close()
        return times

    out.put(asyncio.run(run()))


def measure(server: Postgres | None, provinces: int, senders: int, measure_s: float) -> dict[str, Any]:
    """Let so many provinces write at once."""
    names = [f"p{n}" for n in range(provinces)]
    database = server.fresh() if server is not None else None
    context = mp.get_context("spawn")
    start, out = context.Barrier(provinces), context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        workers = []
        for name in names:
            url = database.writer(f"w-{database.database}-{name}", name) if database is not None else None
            given = (url, name, folder, senders, measure_s, start, out)
            workers.append(context.Process(target=work, args=given))
        for worker in workers:
            worker.start()
        every = [out.get(timeout=measure_s + 120) for _ in workers]
        for worker in workers:
            worker.join()
    times = [t for one in every for t in one]
    return {
        "store": "postgresql" if server is not None else "files",
        "provinces": provinces,
        "senders_each": senders,
        "facts_per_s": round(len(times) / measure_s),
        "facts_per_s_each": sorted(round(len(one) / measure_s) for one in every),
        "answer_p50_ms": share(times, 0.5),
        "answer_p99_ms": share(times, 0.99),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    rows = []
    with postgres() as server:
        for store in (server, None):
            for senders in SENDERS:
                for provinces in PROVINCES:
                    row = measure(store, provinces, senders, given.seconds)
                    rows.append(row | {"load_1_min": round(os.getloadavg()[0], 1)})
                    print(rows[-1], flush=True)
    write_results("postgres_writers", {"writers": rows})


if __name__ == "__main__":
    main()
