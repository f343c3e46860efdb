"""
From a call that has its place and kind to the offer on the nearest handheld, over HTTP and WebSocket, while a fleet reports.

    python benchmarks/call_to_offer.py [--units 1000 20000] [--rates 1 10 20] [--seconds 25]

A real server runs in a process of its own (`bench_server.py`). Beside it, each in a process of its own: a gateway that reports
every unit's position every 5 s in batches; some hundred handhelds that confirm, accept, arrive and clear; four tier boards
and a dispatcher; and this one, the call-takers. Clocks are the machine's one monotonic clock. What the clients themselves
need is in the figures.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
import websockets

from facts import write_results

HOST = "127.0.0.1"
BAR_P99_MS = 50.0
REPORT_EVERY_S = 5.0
BATCH = 200
HEARTBEAT_EVERY_S = 5.0
ON_SCENE_AFTER_S = 1.0
CLEAR_AFTER_S = 2.0
KINDS = ("fight", "noise", "suspicious", "domestic_violence", "crash_damage", "theft_now", "welfare_check", "shooting")
_decode = msgspec.json.decode
_encode = msgspec.json.encode
Json = dict[str, Any]


class Http:
    """The smallest keep-alive client: what it costs is in the figures, so it should cost little."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.statuses: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()

    async def post(self, path: str, body: Any, token: str) -> Json:
        """Send and return the answer; an answer that is no success counts by its code and is empty."""
        content = _encode(body)
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(HOST, self._port)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {uuid.uuid4()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer: Json = _decode(await reader.readexactly(length)) if length else {}
        self._idle.append((reader, writer))
        self.statuses[status] += 1
        if status >= 300:
            self.refused[str(answer.get("code", status))] += 1
            return {}
        return answer

    def close(self) -> None:
        """Close what is open."""
        for _, writer in self._idle:
            writer.close()


# Each of these runs in a process of its own until it is told to stop, and returns what it saw.


async def gateway(load: Json, stop: asyncio.Event) -> Json:
    """Report every unit's position every 5 s, a batch at a time, each a few metres on."""
    http, chance = Http(load["port"]), random.Random(1)
    units = load["units"]
    batches = [units[first : first + BATCH] for first in range(0, len(units), BATCH)]
    took: list[float] = []
    sent = now = 0
    began, turn = time.monotonic(), 0
    while not stop.is_set():
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        reports = [
            {
                "unit": unit,
                "lon": lon + chance.uniform(-2e-4, 2e-4),
                "lat": lat + chance.uniform(-2e-4, 2e-4),
                "at": at,
                "heading": chance.uniform(0, 359),
                "speed_m_per_s": 8.0,
                "accuracy_m": 6.0,
            }
            for unit, lon, lat in batches[turn % len(batches)]
        ]
        before = time.monotonic()
        answer = await http.post("/v1/positions", reports, load["gateway"])
        took.append(time.monotonic() - before)
        sent, now, turn = sent + len(reports), now + answer.get("now", 0), turn + 1
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, began + turn * REPORT_EVERY_S / len(batches) - time.monotonic())):
                await stop.wait()
    http.close()
    return {
        "positions_per_s": round(sent / (time.monotonic() - began)),
        "believed_share": round(now / max(sent, 1), 4),
        "batch": BATCH,
        "answer_ms": spread(took),
        "statuses": dict(http.statuses),
    }


def follows(message: Json, held: dict[str, tuple[str, int]]) -> bool:
    """Whether a numbered frame follows the one before it on its stream."""
    stream = message["stream"]
    whole = message["t"] == "snap" or held.get(stream) == (message["epoch"], message["prev"])
    held[stream] = (message["epoch"], message["pos"])
    return whole


@dataclass
class Handhelds:
    """The officers: who was offered what and when, and what they do about it."""

    http: Http
    offers: list[tuple[str, str, float]] = field(default_factory=list)
    gaps: int = 0
    cut: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def hold(self, unit: str, token: str, port: int) -> None:
        """Sit behind one handheld."""
        url, mine = f"ws://{HOST}:{port}/v1/stream", set[str]()
        held: dict[str, tuple[str, int]] = {}
        with suppress(asyncio.CancelledError):
            async with websockets.connect(
                url, additional_headers={"Authorization": f"Bearer {token}"}, compression=None, max_size=None
            ) as line:
                await line.send('{"t":"hello","resume":{}}')
                self._do(self._beat(line))
                async for text in line:
                    at = time.monotonic()
                    if isinstance(text, bytes):
                        continue
                    message = _decode(text)
                    if message["t"] not in {"snap", "change"}:
                        continue
                    self.gaps += not follows(message, held)
                    for assignment in self._offered(message, unit):
                        if assignment["id"] not in mine:
                            mine.add(assignment["id"])
                            self.offers.append((assignment["id"], unit, at))
                            self._do(self._serve(assignment["id"], token))
            self.cut += 1

    def _offered(self, message: Json, unit: str) -> Iterator[Json]:
        for item in message["items"]:
            if item["k"] == "incident" and item["v"] is not None:
                yield from (a for a in item["v"]["assignments"] if a["unit"] == unit and a["state"] == "sent")

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _beat(self, line: Any) -> None:
        await asyncio.sleep(random.uniform(0, 0.5))
        with suppress(websockets.ConnectionClosed):
            while True:
                await line.send('{"t":"health","battery":0.8,"sound":"ok","gps_age_s":1,"app_version":"load"}')
                await asyncio.sleep(HEARTBEAT_EVERY_S)

    async def _serve(self, assignment: str, token: str) -> None:
        path = f"/v1/assignments/{assignment}"
        await self.http.post(f"{path}/receipts", {"stage": "delivered"}, token)
        await self.http.post(f"{path}/receipts", {"stage": "sounded"}, token)
        await self.http.post(f"{path}/accept", {"en_route": True}, token)
        await asyncio.sleep(ON_SCENE_AFTER_S)
        await self.http.post(f"{path}/on-scene", {}, token)
        await asyncio.sleep(CLEAR_AFTER_S)
        await self.http.post(f"{path}/clear", {"disposition": "settled_on_scene"}, token)


async def officers(load: Json, stop: asyncio.Event) -> Json:
    """Sit behind every handheld: confirm, accept, arrive, clear."""
    crew = Handhelds(Http(load["port"]))
    lines = [asyncio.ensure_future(crew.hold(u, token, load["port"])) for u, token in load["officers"].items()]
    await stop.wait()
    open_lines = sum(not line.done() for line in lines)
    for task in [*lines, *crew.tasks]:
        task.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    crew.http.close()
    return {
        "offers": crew.offers,
        "gaps": crew.gaps,
        "open": open_lines,
        "of": len(lines),
        "statuses": dict(crew.http.statuses),
        "refused": dict(crew.http.refused),
    }


async def boards(load: Json, stop: asyncio.Event) -> Json:
    """Look at the four boards and the dispatcher's screen: when was each incident first seen with an offer out?"""
    seen: dict[str, dict[str, float]] = {}
    gaps, bytes_in = Counter[str](), Counter[str]()

    async def look(name: str, token: str) -> None:
        first, held = seen.setdefault(name, {}), dict[str, tuple[str, int]]()
        headers = {"Authorization": f"Bearer {token}"}
        url = f"ws://{HOST}:{load['port']}/v1/stream"
        async with websockets.connect(url, additional_headers=headers, compression=None, max_size=None) as line:
            await line.send('{"t":"hello","resume":{}}')
            async for text in line:
                at = time.monotonic()
                bytes_in[name] += len(text)
                if isinstance(text, bytes) or text.startswith('{"t":"health"'):
                    continue
                message = _decode(text)
                if message["t"] not in {"snap", "change"}:
                    continue
                gaps[name] += not follows(message, held)
                for item in message["items"]:
                    if item["k"] == "incident" and item["v"] is not None and item["v"]["first_sent_at"] is not None:
                        first.setdefault(item["id"], at)

    names = {"dispatcher": load["dispatcher"], **load["boards"]}
    lines = [asyncio.ensure_future(look(name, token)) for name, token in names.items()]
    await stop.wait()
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    return {"seen": seen, "gaps": sum(gaps.values()), "bytes": dict(bytes_in)}


@dataclass
class Call:
    """One call: its incident and who was sent, when its classification was sent, and how long the answer took."""

    incident: str
    at: float
    answer_s: float
    assignments: tuple[str, ...]
    rate: float


async def call(load: Json, rate: float, seconds: float, seed: int) -> tuple[list[Call], Http]:
    """Send calls at random moments, `rate` a second on the average, somewhere among the handhelds."""
    http, chance, made = Http(load["port"]), random.Random(seed), list[Call]()
    homes = load["units"][: len(load["officers"])]

    async def one() -> None:
        token = load["call_taker"]
        _, lon, lat = chance.choice(homes)
        kind = chance.choice(KINDS)
        rung = await http.post("/v1/calls", {"channel": "telephone", "number": "09000000000"}, token)
        if not rung:
            return
        path = f"/v1/calls/{rung['call_id']}"
        await http.post(f"{path}/answer", None, token)
        await asyncio.sleep(chance.uniform(0.1, 0.5))
        point = [lon + chance.uniform(-1e-3, 1e-3), lat + chance.uniform(-1e-3, 1e-3)]
        body = {"kind": kind, "point": point, "place": "خیابان ۱۲", "narrative": "درگیری لفظی دو نفر"}
        before = time.monotonic()
        answer = await http.post(f"{path}/classification", body, token)
        if answer:
            took = time.monotonic() - before
            made.append(Call(answer["incident_id"], before, took, tuple(answer["assignment_ids"]), rate))

    began, due = time.monotonic(), 0.0
    tasks = []
    while due < seconds:
        await asyncio.sleep(max(0.0, began + due - time.monotonic()))
        tasks.append(asyncio.ensure_future(one()))
        due += chance.expovariate(rate)
    await asyncio.gather(*tasks)
    http.close()
    return made, http


# Putting it together


def spread(seconds: list[float]) -> Json:
    """Return p50, p99 and the largest in milliseconds."""
    ranked = sorted(seconds)
    if not ranked:
        return {"n": 0}
    return {
        "n": len(ranked),
        "p50": round(ranked[len(ranked) // 2] * 1000, 1),
        "p99": round(ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))] * 1000, 1),
        "max": round(ranked[-1] * 1000, 1),
    }


def _apart(work: Callable[[Json, asyncio.Event], Coroutine[Any, Any, Json]], load: Json, pipe: Connection) -> None:
    async def run() -> Json:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def told() -> None:
            loop.remove_reader(pipe.fileno())
            stop.set()

        loop.add_reader(pipe.fileno(), told)
        return await work(load, stop)

    pipe.send(asyncio.run(run()))


class Apart:
    """Some work in a process of its own."""

    def __init__(self, work: Callable[[Json, asyncio.Event], Coroutine[Any, Any, Json]], load: Json) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_apart, args=(work, load, theirs), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process.pid is not None
        return self._process.pid

    def end(self) -> Json:
        """Tell it to stop and return what it saw."""
        self._pipe.send("stop")
        seen: Json = self._pipe.recv()
        self._process.join(10)
        return seen


@contextmanager
def server(units: int, handhelds: int, *more: str) -> Iterator[tuple[Json, Callable[[], None]]]:
    """
    Run a server with its fleet on duty until the end of the block.

    Gives what a load needs to know, which at the end gets what the server watched, and whom to tell that measuring begins.
    """
    with tempfile.TemporaryDirectory(prefix="nazdik-load-") as folder:
        words = [str(Path(__file__).parent / "bench_server.py"), folder, "--units", str(units)]
        process = subprocess.Popen(
            [sys.executable, *words, "--handhelds", str(handhelds), *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None and process.stdout is not None
        try:
            assert any(line.strip() == "ready" for line in process.stdout), "the server did not come up"
            load = json.loads(Path(folder, "load.json").read_text(encoding="utf-8"))

            def settled() -> None:
                process.stdin.write("measured from now on\n")
                process.stdin.flush()

            yield load, settled
            process.stdin.close()
            process.wait(60)
            load["watched"] = json.loads(Path(folder, "watched.json").read_text(encoding="utf-8"))
        finally:
            process.stdin.close()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def memory_mib(pid: int) -> int:
    """Return how much memory a process holds now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def cpu_s(pid: int) -> float:
    """Return how much processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_s() -> float:
    """Return how much processor time the whole machine has used."""
    user, nice, system, _, _, *interrupts = map(int, Path("/proc/stat").read_text(encoding="ascii").split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """Everything that one server's load brought to light."""

    calls: list[Call]
    gateway: Json
    officers: Json
    boards: Json
    caller_statuses: Counter[int]
    caller_refused: Counter[str]
    steps: list[Json]


def measure(
    load: Json, settled: Callable[[], None], rates: list[float], seconds: float, settle_s: float, seed: int = 1
) -> Seen:
    """Put a load on a running server."""
    apart = {work.__name__: Apart(work, load) for work in (gateway, officers, boards)}
    time.sleep(settle_s)
    settled()
    calls: list[Call] = []
    statuses, refused = Counter[int](), Counter[str]()
    steps: list[Json] = []
    for rate in rates:
        ours = [load["pid"], os.getpid(), *(one.pid for one in apart.values())]
        cpu, began, busy, ours_s = cpu_s(load["pid"]), time.monotonic(), busy_s(), sum(map(cpu_s, ours))
        made, http = asyncio.run(call(load, rate, seconds, seed))
        took = time.monotonic() - began
        steps.append(
            {
                "server_cpu_share": round((cpu_s(load["pid"]) - cpu) / took, 2),
                "memory_mib": memory_mib(load["pid"]),
                # What other programs took of the machine meanwhile, in cores.
                "others_cores": round(max(0.0, busy_s() - busy - sum(map(cpu_s, ours)) + ours_s) / took, 2),
            }
        )
        calls += made
        statuses += http.statuses
        refused += http.refused
        time.sleep(ON_SCENE_AFTER_S + CLEAR_AFTER_S + 1.5)
    seen = {name: one.end() for name, one in apart.items()}
    return Seen(calls, seen["gateway"], seen["officers"], seen["boards"], statuses, refused, steps)


def figures(seen: Seen, rates: list[float]) -> list[Json]:
    """Return one row for each rate of calls."""
    offered = {assignment: at for assignment, _, at in seen.officers["offers"]}
    rows = []
    for rate, step in zip(rates, seen.steps, strict=True):
        calls = [c for c in seen.calls if c.rate == rate]
        on_handheld = [offered[a] - c.at for c in calls for a in c.assignments if a in offered]
        on_screens = [
            first[c.incident] - c.at for first in seen.boards["seen"].values() for c in calls if c.incident in first
        ]
        rows.append(
            {
                "calls_per_s": rate,
                "calls": len(calls),
                "offers": sum(len(c.assignments) for c in calls),
                "measured_share": round(len(on_handheld) / max(sum(len(c.assignments) for c in calls), 1), 3),
                "offer_on_handheld_ms": spread(on_handheld),
                "offer_on_screens_ms": spread(on_screens),
                "classification_answer_ms": spread([c.answer_s for c in calls]),
                **step,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, nargs="+", default=[1_000, 20_000])
    parser.add_argument("--rates", type=float, nargs="+", default=[1, 10, 20])
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--handhelds", type=int, default=300)
    parser.add_argument("--settle", type=float, default=12.0)
    parser.add_argument("--name", default="call_to_offer")
    options = parser.parse_args()
    results = []
    for units in options.units:
        with server(units, options.handhelds) as (load, settled):
            began_mib = memory_mib(load["pid"])
            seen = measure(load, settled, options.rates, options.seconds, options.settle)
        rows = figures(seen, options.rates)
        for row in rows:
            print(json.dumps(row), flush=True)
        rest = {
            "units": units,
            "handhelds": options.handhelds,
            "rates": rows,
            "gateway": seen.gateway,
            "gaps_on_streams": seen.officers["gaps"] + seen.boards["gaps"],
            "handhelds_connected": f"{seen.officers['open']} of {seen.officers['of']}",
            "refusals": {**seen.caller_refused, **seen.officers["refused"]},
            "errors_5xx": sum(
                count
                for told in (seen.caller_statuses, seen.officers["statuses"], seen.gateway["statuses"])
                for status, count in told.items()
                if status >= 500
            ),
            "memory_mib_before": began_mib,
            "server": load["watched"],
        }
        print(json.dumps({k: v for k, v in rest.items() if k != "rates"}), flush=True)
        results.append(rest)
    write_results(options.name, {"bar_p99_ms": BAR_P99_MS, "report_every_s": REPORT_EVERY_S, "fleets": results})


if __name__ == "__main__":
    main()
