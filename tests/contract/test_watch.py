"""A server that calls itself: the test call stands in the log, no desk is shown it, and monitors read that it came through."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from nazdik.platform.eventlog import SqliteLog
from tests.server import PROVINCE, free_port, served

TAKER = f"call_taker:{PROVINCE}"
# Every bounded thing has a name on the page that shows it.
WORDS = Path(__file__).parents[2] / "web/src/features/watch/messages.ts"


def test_a_test_call_goes_through_every_way_in_and_no_desk_is_shown_it(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    word = tmp_path / "word"
    word.write_text("metrics-word-of-a-test\n")
    settings = {
        "NAZDIK_SIP_UDP_PORT": str(free_port()),
        "NAZDIK_SIP_TCP_PORT": str(free_port()),
        "NAZDIK_WATCH_S": "5",
        "NAZDIK_METRICS_TOKEN_FILE": str(word),
        "NAZDIK_LOG_FORMAT": "json",
    }
    with served(tmp_path, built_region(PROVINCE), settings=settings) as server:
        deadline = time.monotonic() + 40
        while True:
            health = httpx.get(f"{server.address}/v1/health").json()
            if health["doors"] and all(door["last_at"] for door in health["doors"]):
                break
            assert time.monotonic() < deadline, health
            time.sleep(0.3)
        assert health["ok"] and {door["door"] for door in health["doors"]} == {"sip-udp", "sip-tcp", "sos"}
        assert all(door["misses"] == 0 and 0 < door["took_s"] < 10 for door in health["doors"])
        assert server.seat(TAKER).get("/v1/calls").json()["calls"] == []
        assert httpx.get(f"{server.address}/metrics").status_code == 404
        wrong = {"authorization": "Bearer metrics-word-of-a-tes"}
        assert httpx.get(f"{server.address}/metrics", headers=wrong).status_code == 404
        right = {"authorization": "Bearer metrics-word-of-a-test"}
        metrics = httpx.get(f"{server.address}/metrics", headers=right).text
        assert 'nazdik_door_misses{door="sip-udp"} 0.0' in metrics
        assert f'nazdik_log_position{{province="{PROVINCE}"}}' in metrics
        bounded = set(re.findall(r'nazdik_used_share\{what="(\w+)', metrics))
        assert bounded == set(re.findall(r'"watch\.what\.(\w+)"', WORDS.read_text(encoding="utf-8")))
        server.stop()
    log = SqliteLog(server.log_file)
    try:
        presented = [entry for entry in log.read(0, 10_000) if entry.kind.startswith("intake.call_presented")]
        assert len(presented) >= 3 and all(b'"is_test":true' in entry.body for entry in presented)
        ended = [entry for entry in log.read(0, 10_000) if entry.kind.startswith("intake.ringing_ended")]
        assert {entry.subject for entry in ended} == {entry.subject for entry in presented}
    finally:
        log.close()
