"""
Too much of everything, on a real server: does an urgent call still get through as if nothing were?

    python benchmarks/overload.py [--clients 2000] [--calls 2000] [--quick]

Five storms, one after the other, each with its own server (`bench_server.py`), while a probe opens urgent incidents:

- *reconnect*: all handhelds lose their line at once and come back at once;
- *slow reader*: a dispatcher's screen opens its line and reads nothing, while the others read;
- *mass incident*: callers of one crash, all at once, with a fleet of 300;
- *flood*: 32 clients open incidents of no urgency, without a pause;
- *poison*: calls at which the server's own code fails, each dialled again and again.

Told for each: how long the urgent command took before and during, and that nothing was lost. The clients are in the figures.
"""

import argparse
import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
import websockets

from call_to_offer import HOST, Http, Json, server, spread
from facts import write_results

UNITS = 300
PROBE_EVERY_S = 0.2
QUIET_S = 6.0
P1, P3 = "shooting", "noise"
FLOODS = 32
# The server that is asked to fails at each call from this number.
POISON = "09990000000"


async def open_incident(http: Http, load: Json, kind: str, chance: random.Random) -> float | None:
    """A call from its ring to its incident; return how long the last step took, None when something was refused."""
    _, lon, lat = chance.choice(load["units"][: len(load["officers"])])
    rung = await http.post("/v1/calls", {"channel": "telephone", "number": "09000000000"}, load["call_taker"])
    if not rung:
        return None
    path = f"/v1/calls/{rung['call_id']}"
    await http.post(f"{path}/answer", None, load["call_taker"])
    before = time.monotonic()
    body = {"kind": kind, "point": [lon, lat], "place": "میدان", "narrative": "آزمون بار"}
    answer = await http.post(f"{path}/classification", body, load["call_taker"])
    return time.monotonic() - before if answer else None


class Probe:
    """Opens an urgent incident again and again."""

    def __init__(self, load: Json) -> None:
        self._load = load
        self._http = Http(load["port"])
        self.took: list[float] = []
        self.refused = 0

    async def run(self, seconds: float) -> list[float]:
        """Probe for so long; return how long each took."""
        took: list[float] = []
        chance, until = random.Random(7), time.monotonic() + seconds
        while time.monotonic() < until:
            one = await open_incident(self._http, self._load, P1, chance)
            if one is None:
                self.refused += 1
            else:
                took.append(one)
            await asyncio.sleep(PROBE_EVERY_S)
        return took


async def line(load: Json, token: str) -> Any:
    """Open a stream and return it with its snapshot read."""
    stream = await websockets.connect(
        f"ws://{HOST}:{load['port']}/v1/stream",
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,
        max_size=None,
        open_timeout=60,
        ping_interval=None,
    )
    await stream.send('{"t":"hello","resume":{}}')
    async for text in stream:
        if isinstance(text, str) and text.startswith('{"t":"snap"'):
            return stream
    return None


async def reconnect(load: Json, clients: int, quiet_s: float = QUIET_S) -> Json:
    tokens = list(load["officers"].values())[:clients]
    probe = Probe(load)
    gate = asyncio.Semaphore(100)

    async def first(token: str) -> Any:
        async with gate:
            return await line(load, token)

    open_lines = await asyncio.gather(*map(first, tokens))
    quiet = await probe.run(quiet_s)
    for each in open_lines:
        each.transport.abort()
    began = time.monotonic()
    back_after: list[float] = []

    async def back(token: str) -> Any:
        while True:
            # What faces do: at once, then later and later, each by its own chance.
            for wait in (0.0, 0.5, 1.0, 2.0, 4.0):
                await asyncio.sleep(wait * random.random())
                with suppress(OSError, websockets.WebSocketException, TimeoutError):
                    if (stream := await line(load, token)) is not None:
                        back_after.append(time.monotonic() - began)
                        return stream

    lines = asyncio.gather(*map(back, tokens))
    stormy: list[float] = []
    while not lines.done():
        stormy += await probe.run(1.0)
    for stream in await lines:
        stream.transport.abort()
    return {"clients": len(tokens), "all_back_after_s": round(max(back_after), 2), **told(quiet, stormy, probe)}


async def slow_reader(load: Json, seconds: float, quiet_s: float = QUIET_S) -> Json:
    probe, others = Probe(load), await asyncio.gather(*(line(load, token) for token in load["boards"].values()))
    seen: list[float] = []

    async def read(stream: Any) -> None:
        async for text in stream:
            if isinstance(text, str) and text.startswith('{"t":"change"'):
                seen.append(time.monotonic())

    readers = [asyncio.ensure_future(read(stream)) for stream in others]
    quiet = await probe.run(quiet_s)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((HOST, load["port"]))
    key = "bmF6ZGlrLW92ZXJsb2FkIQ=="
    raw.sendall(
        f"GET /v1/stream HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {load['dispatcher']}\r\n\r\n".encode()
    )
    hello = b'{"t":"hello","resume":{}}'
    raw.sendall(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    before = len(seen)
    stormy = await probe.run(seconds)
    changes = len(seen) - before
    raw.close()
    for reader in readers:
        reader.cancel()
    for stream in others:
        stream.transport.abort()
    return {"changes_the_others_heard": changes, **told(quiet, stormy, probe)}


async def mass_incident(load: Json, calls: int, rate: float, quiet_s: float = QUIET_S) -> Json:
    probe, http, chance = Probe(load), Http(load["port"]), random.Random(3)
    quiet = await probe.run(quiet_s)
    _, lon, lat = load["units"][0]
    took: list[float] = []
    made: set[str] = set()

    async def ring(number: int) -> None:
        before = time.monotonic()
        point = [lon + chance.uniform(-1e-3, 1e-3), lat + chance.uniform(-1e-3, 1e-3)]
        body = {"channel": "telephone", "number": f"0912{number:07}", "point": point, "narrative": "تصادف چند خودرو"}
        answer = await http.post("/v1/calls", body, load["call_taker"])
        if answer:
            took.append(time.monotonic() - before)
            made.add(answer["call_id"])

    async def everybody() -> None:
        began, tasks = time.monotonic(), []
        for number in range(calls):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            tasks.append(asyncio.ensure_future(ring(number)))
        await asyncio.gather(*tasks)

    stormy = (await asyncio.gather(everybody(), probe.run(calls / rate)))[1]
    http.close()
    return {
        "calls": calls,
        "a_second": rate,
        "acknowledged": len(made),
        "call": spread(took),
        **told(quiet, stormy, probe),
    }


async def flood(load: Json, clients: int, seconds: float, quiet_s: float = QUIET_S) -> Json:
    probe, slow = Probe(load), list[float]()
    quiet = await probe.run(quiet_s)
    until = time.monotonic() + seconds

    async def write(seed: int) -> None:
        http, chance = Http(load["port"]), random.Random(seed)
        while time.monotonic() < until:
            if (took := await open_incident(http, load, P3, chance)) is not None:
                slow.append(took)
        http.close()

    writers = asyncio.gather(*(write(seed) for seed in range(clients)))
    stormy = await probe.run(seconds)
    await writers
    rate = round(len(slow) / seconds, 1)
    return {"clients": clients, "incidents_a_second": rate, "slow": spread(slow), **told(quiet, stormy, probe)}


async def poison(load: Json, clients: int, seconds: float, quiet_s: float = QUIET_S) -> Json:
    probe, http = Probe(load), Http(load["port"])
    quiet = await probe.run(quiet_s)
    until = time.monotonic() + seconds

    async def redial() -> None:
        while time.monotonic() < until:
            await http.post("/v1/calls", {"channel": "telephone", "number": POISON}, load["call_taker"])
            await asyncio.sleep(0.05)

    dialling = asyncio.gather(*(redial() for _ in range(clients)))
    stormy = await probe.run(seconds)
    await dialling
    http.close()
    failed = http.statuses[500]
    # What the code failed at is in the journal all the same, and shown as it came.
    shown = await get(load, "/v1/raw-calls?limit=500", load["call_taker"])
    raw = sum(POISON in record["text"] for record in shown["records"])
    return {"clients": clients, "failed": failed, "shown_raw": raw, **told(quiet, stormy, probe)}


async def get(load: Json, path: str, token: str) -> Json:
    """Read something, once."""
    reader, writer = await asyncio.open_connection(HOST, load["port"])
    head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    return msgspec.json.decode(answer.partition(b"\r\n\r\n")[2], type=Json)


def told(quiet: list[float], stormy: list[float], probe: Probe) -> Json:
    """What the probe says: urgent commands before and during, what the storm added at the median, and what was refused."""
    before, during = spread(quiet), spread(stormy)
    added = round(during.get("p50", 0.0) - before.get("p50", 0.0), 1)
    return {
        "urgent_before_ms": before,
        "urgent_during_ms": during,
        "added_p50_ms": added,
        "urgent_refused": probe.refused,
    }


def storm(units: int, handhelds: int, work: Callable[[Json], Awaitable[Json]]) -> Json:
    """Run a server and one storm on it."""
    with server(units, handhelds, "--poison", POISON) as (load, settled):
        settled()
        said = asyncio.run(_run(work, load))
    return {**said, "server_loop_late_ms": load["watched"]["loop_late_ms"]}


async def _run(work: Callable[[Json], Awaitable[Json]], load: Json) -> Json:
    return await work(load)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=2_000)
    parser.add_argument("--calls", type=int, default=2_000)
    parser.add_argument("--only", nargs="*", help="these storms and no others; nothing kept")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, nothing kept")
    words = parser.parse_args()
    share = 10 if words.quick else 1
    clients, calls, seconds = words.clients // share, words.calls // share, 30.0 / share
    figures = {}
    for name, units, handhelds, work in (
        ("reconnect", clients, clients, lambda load: reconnect(load, clients)),
        ("slow_reader", UNITS, UNITS, lambda load: slow_reader(load, seconds)),
        ("mass_incident", UNITS, UNITS, lambda load: mass_incident(load, calls, 40.0)),
        ("flood", UNITS, UNITS, lambda load: flood(load, FLOODS, seconds)),
        ("poison", UNITS, UNITS, lambda load: poison(load, 8, seconds)),
    ):
        if words.only and name not in words.only:
            continue
        figures[name] = storm(units, handhelds, work)
        print(name, msgspec.json.encode(figures[name]).decode(), flush=True)
    if not words.quick and not words.only:
        print(write_results("overload", figures))


if __name__ == "__main__":
    main()
