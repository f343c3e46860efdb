"""
The living demo for so many minutes: what it takes of the machine, how old the oldest position is, and what went wrong.

    python benchmarks/demo.py [--minutes 5] [--multiple 1 10]

`nazdik demo` is started as anybody starts it, in a folder of its own, with its simulator beside it. Every two seconds the
server is asked, as a dispatcher of each province, for its units on duty and the age of their positions; what the simulator's
own status line counts as problems is read from its output.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from websockets.sync.client import connect

from call_to_offer import busy_s, cpu_s, memory_mib
from facts import write_results

ROOT = Path(__file__).resolve().parent.parent
ASK_EVERY_S = 2.0
STARTS_WITHIN_S = 180.0
# The demo has to come on duty and find its beats before it is as on any hour.
SETTLES_S = 60.0
HEADER = 16
POSITION = np.dtype(
    [
        ("slot", "<u4"),
        ("lon", "<i4"),
        ("lat", "<i4"),
        ("heading", "<u2"),
        ("speed", "<u2"),
        ("age", "<u2"),
        ("flags", "<u2"),
    ]
)


class Watcher:
    """A dispatcher's screen: units on duty, and the newest frame of positions."""

    def __init__(self, address: str, province: str) -> None:
        self.province = province
        self.http = httpx.Client(base_url=address, timeout=30)
        # A second session at the seat: the simulator's own stays.
        self.http.headers["authorization"] = f"Bearer {self._sit()}"

    def _sit(self) -> str:
        seat = f"province_desk:{self.province}"
        answer = self.http.post("/v1/sessions", json={"seat": seat})
        self.http.cookies.clear()
        return str(answer.json()["token"])

    def look(self) -> dict[str, float]:
        """Return how many units are on duty and how old their positions are, from one frame of the stream."""
        units = self.http.get("/v1/units").json()["units"]
        slots = {unit["slot"] for unit in units if unit["on_duty"]}
        address = str(self.http.base_url).replace("http", "ws").rstrip("/") + "/v1/stream"
        headers = {"authorization": self.http.headers["authorization"]}
        with connect(address, additional_headers=headers, max_size=None) as line:
            line.send('{"t":"hello"}')
            while isinstance(frame := line.recv(timeout=20), str):
                pass
        rows = np.frombuffer(frame[HEADER + frame[1] :], POSITION)
        ages = [int(row["age"]) for row in rows if int(row["slot"]) in slots]
        return {"on_duty": len(slots), "placed": len(ages), "oldest_s": max(ages, default=0)}


def descendants(pid: int) -> list[int]:
    """Return a process and everything it started."""
    found = [pid]
    for one in found:
        children = Path(f"/proc/{one}/task/{one}/children")
        if children.exists():
            found += [int(child) for child in children.read_text(encoding="ascii").split()]
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            if httpx.get(f"{address}/readyz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert process.poll() is None and time.monotonic() < deadline, said.read_text(errors="replace")[-3000:]
        time.sleep(0.5)


def told_by(said: str) -> dict[str, Any]:
    """Return what the simulator counted, and its problems by code, from its last status line."""
    lines = [line for line in said.splitlines() if "problems:" in line]
    assert lines, f"the simulator has said nothing: {said[-2000:]}"
    done, _, rest = lines[-1].partition("problems:")
    counted = re.compile(r"([a-z_.0-9()]+) (\d+)")
    return {
        "counted": {name: int(number) for name, number in counted.findall(done)},
        "problems": {code: int(number) for code, number in counted.findall(rest.partition("|")[0])},
    }


def run(multiple: float, minutes: float) -> dict[str, Any]:
    """Run the demo and watch it."""
    with tempfile.TemporaryDirectory(prefix="nazdik-demo-") as folder:
        said, port = Path(folder, "said.txt"), free_port()
        words = ["demo", "--port", str(port), "--data", str(Path(folder, "data")), "--multiple", str(multiple)]
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "nazdik.cli", *words], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(address, process, said)
            provinces = [p["id"] for p in httpx.get(f"{address}/v1/server").json()["provinces"]]
            watchers = [Watcher(address, province) for province in provinces]
            time.sleep(SETTLES_S)
            return watch(process.pid, watchers, minutes) | {
                "multiple": multiple,
                **told_by(said.read_text()),
            }
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                for pid in reversed(descendants(process.pid)):
                    os.kill(pid, signal.SIGKILL)
                process.wait()


def watch(server: int, watchers: list[Watcher], minutes: float) -> dict[str, Any]:
    ours = descendants(server)
    companions = [pid for pid in ours if pid != server]
    began, busy = time.monotonic(), busy_s()
    cpu = {pid: cpu_s(pid) for pid in ours}
    looks: list[dict[str, float]] = []
    while time.monotonic() - began < minutes * 60:
        looks += [watcher.look() for watcher in watchers]
        time.sleep(ASK_EVERY_S)
    took = time.monotonic() - began
    used = {pid: (cpu_s(pid) - cpu[pid]) / took for pid in ours}
    return {
        "minutes": round(took / 60, 1),
        "server_cores": round(used[server], 2),
        "simulator_cores": round(sum(used[pid] for pid in companions), 2),
        "others_cores": round((busy_s() - busy) / took - sum(used.values()), 2),
        "server_mib": memory_mib(server),
        "simulator_mib": sum(memory_mib(pid) for pid in companions),
        "units_on_duty": round(sum(look["on_duty"] for look in looks) / len(looks) * len(watchers), 1),
        "oldest_position_s": max(look["oldest_s"] for look in looks),
        "oldest_position_p50_s": float(np.percentile([look["oldest_s"] for look in looks], 50)),
        "units_without_position": max(look["on_duty"] - look["placed"] for look in looks),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--multiple", type=float, nargs="+", default=[1.0, 10.0])
    options = parser.parse_args()
    runs = [run(multiple, options.minutes) for multiple in options.multiple]
    path = write_results("demo", {"runs": runs})
    for one in runs:
        print(json.dumps(one, ensure_ascii=False))
    print(path)


if __name__ == "__main__":
    main()
