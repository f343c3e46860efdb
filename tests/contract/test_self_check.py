"""A running server finds by itself that its log is no longer what it wrote, and says so where people and monitors look."""

import time
from collections.abc import Callable
from pathlib import Path

import apsw
import httpx

from tests.server import PROVINCE, served


def test_a_log_that_is_changed_under_a_running_server_is_told(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    with served(tmp_path, built_region(PROVINCE)) as server:
        seat = server.seat(f"call_taker:{PROVINCE}")
        seat.done("/v1/calls", {"number": "+989160000001"})

        def logs(done: Callable[[dict[str, dict[str, object]]], bool]) -> dict[str, dict[str, object]]:
            until = time.monotonic() + 60
            while True:
                found = {row["log"]: row for row in httpx.get(f"{server.address}/v1/health").json()["logs"]}
                if done(found) or time.monotonic() > until:
                    return found
                time.sleep(0.5)

        found = logs(lambda rows: all(row["whole_at"] for row in rows.values()))
        assert set(found) == {f"{PROVINCE}.log", "audit"}
        assert all(row["ok"] and row["whole_at"] for row in found.values())
        connection = apsw.Connection(str(tmp_path / f"{PROVINCE}.log.sqlite"))
        connection.set_busy_timeout(10_000)
        connection.execute("DELETE FROM claims WHERE released_at_position IS NULL").fetchall()
        (last,) = connection.execute("SELECT max(position) FROM entries").fetchone()
        connection.execute("UPDATE entries SET position = position + 1 WHERE position = ?", (last,)).fetchall()
        connection.close()
        changed = logs(lambda rows: not rows[f"{PROVINCE}.log"]["ok"])[f"{PROVINCE}.log"]
        assert not changed["ok"] and str(changed["why"]).startswith("log.")
        assert httpx.get(f"{server.address}/v1/health").json()["ok"], "calls come through all the same"
