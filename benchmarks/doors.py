"""
How many positions a second come in through the trackers' doors of a real server, and what they cost.

Run from the repository: `python -m benchmarks.doors [--rate 5000] [--seconds 60] [--units 20000]`. It needs Mosquitto
(`apt-get install mosquitto`). A fleet on duty reports first through `POST /v1/positions`, 250 at a time by a gateway, then one by
one through a Mosquitto that is set up as docs/interfaces/mqtt.md says (TLS, passwords, access list, quality 1), then through
both at once. Each sender is a process of its own; every position is counted by what the server says became of it. All of it is
loopback and ends by itself.
"""

import argparse
import json
import multiprocessing
import os
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np

# The broker is the tests' own, the server that of the other load benchmarks.
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from tests.mosquitto import Mosquitto, mosquitto  # noqa: E402
from tests.server import free_port  # noqa: E402

from call_to_offer import cpu_s, memory_mib, server  # noqa: E402
from facts import write_results  # noqa: E402
from nazdik.platform.mqtt.packets import connect  # noqa: E402

Json = dict[str, Any]
BAR_PER_S = 5_000
BATCH = 250
TURNS_PER_S = 50
IDLE_S, SETTLE_S, DRAIN_S = 15.0, 8.0, 15.0
NOISE_DEG = 4e-5  # some 4 m, as a good receiver has
LOAD_USER, LOAD_WORD = "load", "password of the load"


def reports(units: list[list[Any]], seed: int) -> Iterator[tuple[str, float, float]]:
    """Yield who reports next and where: each unit in turn, wavering around its place."""
    chance = np.random.default_rng(seed)
    while True:
        noise = chance.normal(0.0, NOISE_DEG, (len(units), 2)).tolist()
        for (unit, lon, lat), (east, north) in zip(units, noise, strict=True):
            yield unit, round(lon + east, 7), round(lat + north, 7)


def paced(rate: float, seconds: float, each: int, send: Callable[[int], None]) -> float:
    """Call `send` for `each` positions again and again, so many a second; return how long it took."""
    began = time.monotonic()
    for turn in range(round(rate * seconds / each)):
        send(each)
        time.sleep(max(0.0, began + (turn + 1) * each / rate - time.monotonic()))
    return time.monotonic() - began


def by_http(load: Json, rate: float, seconds: float, answer: Any) -> None:
    """Report as a gateway does; put what was sent and how long answers took into `answer`."""
    source, took_ms, statuses = reports(load["units"], 1), list[float](), set[int]()
    with httpx.Client(base_url=f"http://127.0.0.1:{load['port']}", timeout=30) as http:
        http.headers["authorization"] = f"Bearer {load['gateway']}"

        def send(count: int) -> None:
            at = datetime.now(UTC).isoformat()
            body = [
                {"unit": unit, "lon": lon, "lat": lat, "at": at, "speed_m_per_s": 1.0, "heading": 90, "accuracy_m": 4}
                for unit, lon, lat in (next(source) for _ in range(count))
            ]
            begun = time.perf_counter()
            statuses.add(http.post("/v1/positions", json=body).status_code)
            took_ms.append((time.perf_counter() - begun) * 1000)

        took_s = paced(rate, seconds, BATCH, send)
    p50, p99 = np.percentile(took_ms, [50, 99])
    answer.send(
        {
            "sent": len(took_ms) * BATCH,
            "seconds": round(took_s, 1),
            "statuses": sorted(statuses),
            "answer_ms": {"p50": round(float(p50), 1), "p99": round(float(p99), 1)},
        }
    )


def by_mqtt(load: Json, rate: float, seconds: float, broker: tuple[int, str], answer: Any) -> None:
    """Report one by one through the broker, at least once each; put what was sent into `answer`."""
    source, port, trust = reports(load["units"], 2), broker[0], broker[1]
    context = ssl.create_default_context(cafile=trust)
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(connect("load", user=LOAD_USER, password=LOAD_WORD, keep_alive_s=600))
        assert line.recv(4)[3] == 0, "the broker refused the load"
        acknowledged = threading.Thread(target=_drain, args=(line,), daemon=True)
        acknowledged.start()
        number = 0

        def send(count: int) -> None:
            nonlocal number
            packets = bytearray()
            for unit, lon, lat in (next(source) for _ in range(count)):
                number += 1
                packets += _published(unit, lon, lat, number % 65_535 + 1)
            line.sendall(packets)

        took_s = paced(rate, seconds, round(rate / TURNS_PER_S), send)
    answer.send({"sent": number, "seconds": round(took_s, 1)})


def _drain(line: ssl.SSLSocket) -> None:
    try:
        while line.recv(65_536):
            pass
    except OSError:
        pass


def _published(unit: str, lon: float, lat: float, packet_id: int) -> bytes:
    message = {"_type": "location", "lat": lat, "lon": lon, "tst": round(time.time(), 3), "acc": 4, "vel": 4, "cog": 90}
    payload = json.dumps({**message, "tid": "A1", "batt": 71, "t": "p", "conn": "m"}, separators=(",", ":")).encode()
    topic = f"owntracks/{unit}/box".encode()
    length = 2 + len(topic) + 2 + len(payload)
    head = bytes([0x32, length & 0x7F | 0x80, length >> 7]) if length > 0x7F else bytes([0x32, length])
    return head + struct.pack("!H", len(topic)) + topic + struct.pack("!H", packet_id) + payload


class Sender:
    """One of the two, in a process of its own."""

    def __init__(self, work: Callable[..., None], *told: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(*told, theirs), daemon=True)
        self._process.start()

    def end(self, within_s: float) -> Json:
        """Wait for it and return what it sent."""
        assert self._pipe.poll(within_s), "a sender did not come to its end"
        said: Json = self._pipe.recv()
        self._process.join(10)
        return said


class Watch:
    """What the server says of its doors, and what it takes of the machine."""

    def __init__(self, load: Json) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{load['port']}", timeout=30)
        self._http.headers["authorization"] = f"Bearer {load['dispatcher']}"
        self.pid = load["pid"]

    def doors(self) -> dict[str, Json]:
        """Return the trackers' doors by name."""
        return {door["door"]: door for door in self._http.get("/v1/doors").json()["doors"]}

    def wait(self, door: str, judged: int, within_s: float) -> float:
        """Wait until a door has judged so many; return how long that took."""
        began = time.monotonic()
        while time.monotonic() < began + within_s and sum(self.doors()[door]["judged"].values()) < judged:
            time.sleep(0.05)
        return time.monotonic() - began


def phase(
    watch: Watch, load: Json, broker: Mosquitto, doors: tuple[str, ...], rate: float, seconds: float, idle_cores: float
) -> Json:
    """Let the fleet report through some doors and return what became of it."""
    before, began_cpu_s, began = watch.doors(), cpu_s(watch.pid), time.monotonic()
    assert broker.process is not None
    broker_cpu_s = cpu_s(broker.process.pid)
    senders = {}
    if "positions" in doors:
        senders["positions"] = Sender(by_http, load, rate, seconds)
    if "mqtt" in doors:
        senders["mqtt"] = Sender(by_mqtt, load, rate, seconds, (broker.port, str(broker.ca_file)))
    sent = {door: sender.end(3 * seconds + 60) for door, sender in senders.items()}
    figures: Json = {"doors": {}}
    for door, told in sent.items():
        known = sum(before[door]["judged"].values())
        told["behind_s"] = round(watch.wait(door, known + told["sent"], DRAIN_S), 2)
        after = watch.doors()[door]
        judged = {code: n - before[door]["judged"].get(code, 0) for code, n in after["judged"].items()}
        told["judged"] = {code: n for code, n in judged.items() if n}
        told["refused"] = {c: n - before[door]["refused"].get(c, 0) for c, n in after["refused"].items()}
        told["lost"] = told["sent"] - sum(judged.values())
        told["a_second"] = round(told["sent"] / told["seconds"])
        figures["doors"][door] = told
    took_s, count = time.monotonic() - began, sum(told["sent"] for told in sent.values())
    used_s = cpu_s(watch.pid) - began_cpu_s
    return figures | {
        "positions_a_second": sum(told["a_second"] for told in sent.values()),
        "cpu_s_for_5000": round((used_s - idle_cores * took_s) / count * 5_000, 3),
        "server_cores": round(used_s / took_s, 2),
        "broker_cores": round((cpu_s(broker.process.pid) - broker_cpu_s) / took_s, 2),
        "memory_mib": memory_mib(watch.pid),
        "holds": all(t["lost"] == 0 and t["behind_s"] <= 2.0 and t["a_second"] >= 0.99 * rate for t in sent.values()),
    }


def measure(rate: float, seconds: float, units: int) -> Json:
    """Run the server and its broker through all phases."""
    with tempfile.TemporaryDirectory(prefix="nazdik-doors-") as name:
        acl = f"\nuser {LOAD_USER}\ntopic write owntracks/#\n"
        with mosquitto(Path(name), free_port(), {LOAD_USER: LOAD_WORD}, more_acl=acl) as broker:
            os.environ |= broker.settings()
            with server(units, 20, "--boxes") as (load, settled):
                watch = Watch(load)
                assert watch.doors()["mqtt"]["up"], watch.doors()["mqtt"]
                phase(watch, load, broker, ("positions", "mqtt"), rate / 2, SETTLE_S, 0.0)
                settled()
                began_s = cpu_s(watch.pid)
                time.sleep(IDLE_S)
                idle = (cpu_s(watch.pid) - began_s) / IDLE_S
                figures: Json = {"units": units, "asked_a_second": rate, "idle_cores": round(idle, 3)}
                for title, doors, share in (
                    ("http_batch", ("positions",), 1.0),
                    ("mqtt", ("mqtt",), 1.0),
                    ("both", ("positions", "mqtt"), 0.5),
                ):
                    figures[title] = phase(watch, load, broker, doors, rate * share, seconds, idle)
                    print(title, json.dumps(figures[title]), flush=True)
            figures["loop_late_ms"] = load["watched"]["loop_late_ms"]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=BAR_PER_S)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--units", type=int, default=20_000)
    given = parser.parse_args()
    figures = measure(given.rate, given.seconds, given.units)
    print(json.dumps(figures, indent=2))
    print(write_results("doors", figures))


if __name__ == "__main__":
    main()
