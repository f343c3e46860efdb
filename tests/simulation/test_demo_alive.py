"""
The living demo, whole: a real server in one process, the driver in another, everything in between over loopback.

The one test here that reads the real clock: what it tests is that two programs live together.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.platform.eventlog.verify_sqlite import verify_file

PROVINCE = "tehran-central"
READY_WITHIN_S = 60.0
LIVES_S = 50.0
STOPS_WITHIN_S = 10.0
# Everybody is eight times as quick as in life, and calls come about once a second.
MULTIPLE, HASTE = "60", "8"


@dataclass(slots=True)
class Demo:
    server: "subprocess.Popen[bytes]"
    driver: "subprocess.Popen[bytes]"
    address: str
    data: Path
    said: Path

    def text(self, who: str) -> str:
        return (self.said / who).read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def until(holds: Callable[[], Any], within_s: float, what: str) -> Any:
    end_s = time.monotonic() + within_s
    while time.monotonic() < end_s:
        if found := holds():
            return found
        time.sleep(0.1)
    raise AssertionError(f"within {within_s:g} s: {what}")


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def demo(tmp_path: Path, built_region: Callable[[str], Path]) -> Iterator[Demo]:
    built, data, port = built_region(PROVINCE).parent, tmp_path / "data", free_port()
    address = f"http://127.0.0.1:{port}"
    serve = [sys.executable, "-m", "nazdik.cli", "serve", "--region", str(built / PROVINCE)]
    drive = [sys.executable, "-m", "nazdik.simulation.demo", "--built", str(built), "--multiple", MULTIPLE]
    with (tmp_path / "server").open("wb") as server_says, (tmp_path / "driver").open("wb") as driver_says:
        server = subprocess.Popen(
            [*serve, "--data", str(data), "--port", str(port)],
            env={**os.environ, "NAZDIK_DEMO": "1"},
            stderr=server_says,
            stdout=server_says,
        )
        started = [server]
        try:
            until(lambda: answers(address), READY_WITHIN_S, "the server answers")
            driver = subprocess.Popen(
                [*drive, "--data", str(data), "--port", str(port), "--haste", HASTE], stderr=driver_says
            )
            started.append(driver)
            yield Demo(server, driver, address, data, tmp_path)
        finally:
            for process in started:
                process.kill()
                process.wait()


def test_calls_become_incidents_and_patrols_arrive(demo: Demo) -> None:
    seat = {"seat": f"province_desk:{PROVINCE}"}
    with httpx.Client(base_url=demo.address, trust_env=False) as desk:
        token = desk.post("/v1/sessions", json=seat).raise_for_status().json()["token"]
        desk.headers["authorization"] = f"Bearer {token}"

        def somebody_is_there() -> list[Any]:
            incidents = desk.get("/v1/incidents?limit=500").raise_for_status().json()["incidents"]
            return [incident for incident in incidents if incident["first_on_scene_at"] is not None]

        arrived = until(somebody_is_there, LIVES_S, "a patrol is on scene")
        stamps = ("sent_at", "delivered_at", "sounded_at", "accepted_at", "en_route_at", "on_scene_at")
        first = next(a for a in arrived[0]["assignments"] if a["on_scene_at"] is not None)
        assert all(first[stamp] is not None for stamp in stamps)
        assert [first[stamp] for stamp in stamps] == sorted(first[stamp] for stamp in stamps)
        units = desk.get("/v1/units").raise_for_status().json()["units"]
        assert sum(unit["on_duty"] for unit in units) >= 0.9 * len(units)

    lived = demo.text("server")
    demo.driver.send_signal(signal.SIGTERM)
    assert demo.driver.wait(STOPS_WITHIN_S) == 0
    demo.server.send_signal(signal.SIGTERM)
    assert demo.server.wait(STOPS_WITHIN_S) == 0

    # A request that was under way may still be told of after the sum.
    told = demo.text("driver").strip().splitlines()[-3:]
    last = next((line for line in told if "stopped." in line), "")
    assert last, told
    counted = dict(re.findall(r"(\w+) (\d+)", last))
    assert int(counted["calls"]) > 5
    assert int(counted["accepted"]) > 0
    assert not re.search(r"\(5\d\d\)|fault_|stream_gap|tracker_", demo.text("driver"))
    assert "Traceback" not in demo.text("driver")
    # How full the disk of this machine is, is not the demo's doing; nor that half a request came from a driver that was ended.
    assert not re.search(r"WARNING(?!\] Embedded|.*watch\.capacity)", lived)
    assert not re.search("Traceback|ERROR", demo.text("server"))
    assert verify_file(demo.data / f"{PROVINCE}.log.sqlite").whole
