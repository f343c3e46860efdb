"""A server whose disk is gone: what it acknowledged is on the second one, and the restored server goes on from there."""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
from typer.testing import CliRunner

from nazdik.cli import app
from tests.server import PROVINCE, served

TAKER = f"call_taker:{PROVINCE}"


def said(*words: object) -> str:
    """Run a command of `nazdik backup` that succeeds, and return what it said."""
    result = CliRunner().invoke(app, ["backup", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


def test_every_acknowledged_call_is_on_the_second_disk_when_the_first_is_gone(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    region, secret, copy, lost = built_region(PROVINCE), tmp_path / "secret.key", tmp_path / "copy", tmp_path / "lost"
    public = said("key", secret).split()[-1]
    settings = {"NAZDIK_BACKUP_DIR": str(copy), "NAZDIK_BACKUP_KEY": public, "NAZDIK_BACKUP_WAIT_MS": "2000"}
    copy.mkdir()
    lost.mkdir()
    with served(lost, region, settings=settings) as server:
        taker = server.seat(TAKER)
        acknowledged = [taker.done("/v1/calls", {"number": f"+98916000{n:04}"})["call_id"] for n in range(12)]
        health = httpx.get(f"{server.address}/v1/health").json()
        assert health["backup"]["ok"] and health["ok"]
        server.kill()
    assert f"entries.{PROVINCE}" in said("status", copy)
    told = said("drill", copy, "--key", secret, "--live", lost)
    assert "the copy holds" in told and f"{PROVINCE}.log.sqlite: 0 entries behind the live log" in " ".join(
        told.split()
    )
    shutil.rmtree(lost)

    back = tmp_path / "back"
    said("restore", copy, "--key", secret, "--to", back)
    with served(back, region, settings=settings) as server:
        taker = server.seat(TAKER)
        assert set(acknowledged) <= {call["id"] for call in taker.get("/v1/calls").json()["calls"]}
        later = taker.done("/v1/calls", {"number": "+989160009999"})["call_id"]
        server.kill()
    again = tmp_path / "again"
    said("restore", copy, "--key", secret, "--to", again)
    with served(again, region) as server:
        calls = {call["id"] for call in server.seat(TAKER).get("/v1/calls").json()["calls"]}
        assert {*acknowledged, later} <= calls


def test_a_drill_fails_when_the_live_log_tells_another_story(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    region, secret, copy = built_region(PROVINCE), tmp_path / "secret.key", tmp_path / "copy"
    public = said("key", secret).split()[-1]
    for name in ("one", "two", "copy"):
        (tmp_path / name).mkdir()
    with served(
        tmp_path / "one", region, settings={"NAZDIK_BACKUP_DIR": str(copy), "NAZDIK_BACKUP_KEY": public}
    ) as server:
        server.seat(TAKER).done("/v1/calls", {"number": "+989160000001"})
        server.stop()
    with served(tmp_path / "two", region) as server:
        server.seat(TAKER).done("/v1/calls", {"number": "+989160000001"})
        server.stop()
    drill = ["backup", "drill", str(copy), "--key", str(secret), "--live"]
    assert CliRunner().invoke(app, [*drill, str(tmp_path / "one")]).exit_code == 0
    other = CliRunner().invoke(app, [*drill, str(tmp_path / "two")])
    assert other.exit_code == 1 and "DOES NOT HOLD" in other.output
    wrong = CliRunner().invoke(
        app, ["backup", "restore", str(copy), "--key", str(secret), "--to", str(tmp_path / "one")]
    )
    assert wrong.exit_code == 2 and "not empty" in wrong.output
    undated = ["backup", "restore", str(copy), "--key", str(secret), "--to", str(tmp_path / "x"), "--at", "2026-11-22"]
    assert CliRunner().invoke(app, undated).exit_code == 2
