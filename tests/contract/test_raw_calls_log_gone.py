"""The log does not answer at all: it cannot be written, read or opened. Calls ring, are seen, and become calls exactly once."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.house import Running, build
from nazdik.bootstrap.server import build_app
from nazdik.cli import app
from nazdik.kernel import ProvinceId
from nazdik.platform.eventlog.sqlite import SqliteLog
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings
from tests.contract.test_raw_calls import calls_of, held, raw_of
from tests.contract.test_telephone import Line, caller, of_number
from tests.server import PROVINCE, ROOT, free_port, served


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
            async with asyncio.timeout(20):
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


def test_a_log_that_cannot_be_opened_keeps_no_call_from_the_command_line_or_from_becoming_one_call(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    region, port = built_region(PROVINCE), free_port()
    number, message = caller(804)
    with served(tmp_path, region, settings={"NAZDIK_SIP_UDP_PORT": str(port)}) as server:
        trunk = Line("udp", port)
        with held(server.log_file):
            trunk.send(message("INVITE"))
            assert (trunk.status(), trunk.status()) == (100, 180)
            server.kill()
        away = {file: file.read_bytes() for file in tmp_path.glob(f"{server.log_file.name}*") if file.is_file()}
        for file in away:
            file.unlink()
        server.log_file.write_bytes(b"this is no log " * 1_000)
        command = [sys.executable, "-m", "nazdik.cli", "serve", "--region", str(region), "--data", str(tmp_path)]
        refused = subprocess.run(
            [*command, "--port", str(free_port())], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert refused.returncode != 0 and "Traceback" not in refused.stderr, refused.stderr[-2000:]
        looked = CliRunner().invoke(app, ["calls", "raw", "--purpose", "the log is broken", "--data", str(tmp_path)])
        assert looked.exit_code == 0 and number in looked.output, looked.output
        server.log_file.unlink()
        for file, content in away.items():
            file.write_bytes(content)
        for _ in range(2):
            server.start(region)
            of_number(server, number, state="ringing")
            time.sleep(0.5)
            assert calls_of(server, number) == 1
            assert raw_of(server, number)["fate"] == "call"
            server.kill()
    assert "Traceback" not in server.said(), server.said()[-6000:]
