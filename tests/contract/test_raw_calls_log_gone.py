"""The log of a running server does not answer at all. Calls ring, are seen, and become calls exactly once."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.house import Running, build
from nazdik.bootstrap.server import build_app
from nazdik.kernel import ProvinceId
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings
from tests.contract.test_telephone import Line, caller
from tests.server import PROVINCE, free_port


@contextmanager
def gone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every log of this process, the audit's too, fails at whatever is asked of it, as a disk does that went away."""

    def fail(*_: Any, **__: Any) -> Any:
        raise LogUnavailable("the disk does not answer")

    with monkeypatch.context() as broken:
        for name in ("append", "read", "read_subject", "find_command", "head", "save_snapshot", "held"):
            broken.setattr(SqliteLog, name, fail)
        yield


def presented(running: Running, number: str) -> int:
    """How often a log says that a call of this number was presented."""
    log = running.entrance.building.rooms[ProvinceId(PROVINCE)].log
    bodies = [json.loads(e.body) for e in log.read(0, 10_000) if e.kind == "intake.call_presented.v1"]
    return sum(body.get("number") == number for body in bodies)


async def test_calls_ring_and_are_seen_while_no_log_answers_and_each_becomes_one_call(
    tmp_path: Path, built_region: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    settings = Settings(data_dir=tmp_path, demo=True, sip_udp_port=port)
    running = build(settings, [built_region(PROVINCE)], say=lambda _: None)
    await running.open()
    transport = httpx.ASGITransport(app=build_app(running), raise_app_exceptions=False)  # type: ignore[arg-type]
    ringing = {caller(n)[0]: caller(n)[1] for n in (801, 802, 803)}
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            seat = await http.post("/v1/sessions", json={"seat": f"call_taker:{PROVINCE}"})
            http.headers["authorization"] = f"Bearer {seat.json()['token']}"
            trunk = Line("udp", port)
            with gone(monkeypatch):
                for message in ringing.values():
                    trunk.send(message("INVITE"))
                    statuses = [await asyncio.to_thread(trunk.status) for _ in range(2)]
                    assert statuses == [100, 180], "it rings at the exchange"
                    trunk.send(message("INVITE"))
                    await asyncio.to_thread(trunk.status)
                said = (await http.get("/v1/raw-calls")).json()
                seen = {record["number"]: record for record in said["records"]}
                assert set(ringing) <= set(seen) and not said["audited"]
                assert {seen[number]["fate"] for number in ringing} == {"no_call"}
                for lang in ("fa", "en"):
                    page = await http.get(f"/raw?lang={lang}")
                    assert page.status_code == 200 and all(number in page.text for number in ringing)
                written = await http.post(
                    "/v1/calls", json={"number": "+989160000899"}, headers={"idempotency-key": "gone"}
                )
                assert written.status_code == 503, "a command is told to come again, and is kept all the same"
                said = (await http.get("/v1/raw-calls")).json()
                assert "+989160000899" in [record["number"] for record in said["records"]]
                assert (tmp_path / "raw-reads.jsonl").exists(), "who looked is written down beside the audit log"
            async with asyncio.timeout(30):
                while any(presented(running, number) == 0 for number in ringing):
                    await asyncio.sleep(0.1)
            await asyncio.sleep(1.5)
            assert [presented(running, number) for number in ringing] == [1, 1, 1]
            calls = (await http.get("/v1/calls")).json()["calls"]
            assert sorted(call["number"] for call in calls if call["number"] in ringing) == sorted(ringing)
            again = await http.post("/v1/calls", json={"number": "+989160000899"}, headers={"idempotency-key": "gone"})
            assert again.status_code == 201 and presented(running, "+989160000899") == 1
            said = (await http.get("/v1/raw-calls")).json()
            fates = {record["number"]: record["fate"] for record in said["records"]}
            assert {fates[number] for number in ringing} == {"call"} and said["audited"]
    finally:
        await running.close()
