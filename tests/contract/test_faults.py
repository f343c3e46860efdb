"""Full disks, a killed server, changed bytes, an audit that cannot write: nothing acknowledged is lost, nothing is shown unseen."""

import json
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from nazdik.kernel import ProvinceId
from nazdik.platform.audit import Audit, AuditUnavailable
from nazdik.platform.eventlog import SqliteLog
from nazdik.platform.eventlog.sqlite import COLUMNS, entry_of
from nazdik.platform.eventlog.words import stored_in
from nazdik.platform.sqlite import connect
from tests.contract.test_stream_api import Reader, hello, next_frame, opened
from tests.server import HERE, PROVINCE, ROOT, Seat, inside, problem, served


def entries_of(path: Path) -> list[Any]:
    connection = connect(path, query_only=True)
    try:
        return [entry_of(row) for row in connection.execute(f"SELECT {COLUMNS} FROM entries ORDER BY position")]
    finally:
        connection.close(True)


async def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path, built_region: Callable[[str], Path]) -> None:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, client):
        room = running.entrance.building.rooms[ProvinceId(PROVINCE)]
        log = stored_in(room.log)
        assert isinstance(log, SqliteLog)
        key = {"idempotency-key": "first"}
        body = {"kind": "noise", "point": HERE}
        incident = (await client.post("/v1/incidents", json=body, headers=key)).json()["incident_id"]
        log.set_max_pages(1)
        taken, refused = [], None
        for n in range(500):
            note = {"text": f"{n} " + "x" * 3_000}
            answer = await client.post(
                f"/v1/incidents/{incident}/notes", json=note, headers={"idempotency-key": f"note {n}"}
            )  # fmt: skip
            if answer.status_code != 200:
                refused = (n, note, answer)
                break
            taken.append(n)
        assert refused is not None, "the quota never held"
        number, note, answer = refused
        problem(answer, 503, "log.disk_full")
        assert answer.json()["retryable"] is True and answer.headers["retry-after"].isdigit()
        assert (await client.get("/readyz")).status_code == 200
        shown = (await client.get(f"/v1/incidents/{incident}/detail")).json()["notes"]
        assert len(shown) == len(taken), "what was refused is nowhere to be seen"
        log.set_max_pages(1_000_000)
        again = {"idempotency-key": f"note {number}"}
        answer = await client.post(f"/v1/incidents/{incident}/notes", json=note, headers=again)
        assert answer.status_code == 200 and answer.json()["duplicate"] is False
        assert len((await client.get(f"/v1/incidents/{incident}/detail")).json()["notes"]) == len(taken) + 1
        assert log.verify().whole


class Deaf(Audit):
    """An audit whose disk is gone."""

    def __init__(self) -> None:
        pass

    async def record(self, **_: Any) -> int:
        raise AuditUnavailable()

    async def close(self) -> None:
        pass


async def test_what_cannot_be_written_down_is_not_shown(
    tmp_path: Path, built_region: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with inside(tmp_path, built_region(PROVINCE)) as (running, client):
        answer = await client.post(
            "/v1/incidents", json={"kind": "noise", "point": HERE}, headers={"idempotency-key": "1"}
        )  # fmt: skip
        incident = answer.json()["incident_id"]
        building = running.entrance.building
        with monkeypatch.context() as patched:
            patched.setattr(type(building), "audit", Deaf(), raising=False)
            for path in ("", "/detail", "/timeline", "/recommendation"):
                problem(await client.get(f"/v1/incidents/{incident}{path}"), 503, "audit.unavailable")
            for path in ("/v1/incidents", "/v1/units"):
                problem(await client.get(path), 503, "audit.unavailable")
            problem(await client.get("/v1/calls"), 503, "audit.unavailable")
        assert (await client.get(f"/v1/incidents/{incident}/detail")).status_code == 200


async def test_a_call_is_in_the_journal_even_when_it_cannot_be_understood(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    async with inside(tmp_path, built_region(PROVINCE)) as (_, client):
        garbled = b'{"channel": "pigeon", "narrative": "help'
        answer = await client.post("/v1/calls", content=garbled, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422)
        assert any(garbled in file.read_bytes() for file in (tmp_path / "journal").glob("*.journal"))


# Killed in the midst of it


@pytest.fixture(scope="module")
def cut(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]
) -> "tuple[Path, list[tuple[str, str, Any, dict[str, Any]]]]":
    """
    Two hundred commands and more from three clients at once, and in their midst a kill.

    Returns the folder of data and what was acknowledged: path, key, body and answer.
    """
    data, region = tmp_path_factory.mktemp("cut"), built_region(PROVINCE)
    acknowledged: list[tuple[str, str, Any, dict[str, Any]]] = []
    unanswered: list[tuple[str, str, Any]] = []
    with served(data, region) as server:
        enough = threading.Event()

        def work(client: Seat, seed: int) -> None:
            chance, own = random.Random(seed), []
            while True:
                fresh = not own or chance.random() < 0.3
                path = "/v1/incidents" if fresh else f"/v1/incidents/{chance.choice(own)}/notes"
                body = {"kind": "noise", "point": HERE} if fresh else {"text": f"note {chance.random()}"}
                key = client.new_key()
                try:
                    answer = client.post(path, body, key=key)
                except httpx.HTTPError:
                    unanswered.append((path, key, body))
                    return
                assert answer.status_code in (200, 201), answer.text
                said = answer.json()
                acknowledged.append((path, key, body, said))
                if fresh:
                    own.append(said["incident_id"])
                if len(acknowledged) >= 200:
                    enough.set()

        clients = [Seat(server.address, f"dispatcher:{PROVINCE}") for _ in range(3)]
        workers = [threading.Thread(target=work, args=(client, n)) for n, client in enumerate(clients)]
        with opened(server, clients[0]) as line:
            hello(line)
            reader = Reader()
            reader.take(next_frame(line, "snap"))
            for worker in workers:
                worker.start()
            assert enough.wait(60)
            server.kill()
            for worker in workers:
                worker.join()
            try:
                while True:
                    reader.take(next_frame(line, "snap", "change"))
            except (ConnectionClosed, TimeoutError):
                pass
        assert len(unanswered) == 3, "the kill came in the midst of it"
    shutil.copytree(data, data.with_name("cut copy"))
    (data / "reader.json").write_text(json.dumps([reader.at, sorted(f"{k}:{i}" for k, i in reader.held)]))
    (data / "unanswered.json").write_text(json.dumps(unanswered))
    return data, acknowledged


def test_after_a_kill_everything_acknowledged_is_there_and_nothing_twice(
    cut: Any, built_region: Callable[[str], Path]
) -> None:
    data, acknowledged = cut
    at, seen = json.loads((data / "reader.json").read_text())
    unanswered = json.loads((data / "unanswered.json").read_text())
    with served(data, built_region(PROVINCE)) as server:
        desk = server.seat(f"dispatcher:{PROVINCE}")
        for path, key, body, said in acknowledged:
            again = desk.done(path, body, key=key)
            assert again == {**said, "duplicate": True}
        for path, key, body in unanswered:
            first, second = desk.done(path, body, key=key), desk.done(path, body, key=key)
            assert {**first, "duplicate": True} == second, "done once, whether it was in time or not"
        reader = Reader()
        reader.at = at
        with opened(server, desk) as line:
            hello(line, {PROVINCE: at})
            head = desk.get("/readyz").json()["positions"][PROVINCE]
            reader.follow(line, head)
        assert reader.frames[0]["t"] == "snap", "a new start is a new epoch, so there is nothing to go on from"
        assert at["pos"] <= head, "no board was shown what was not on disk"
        assert set(seen) <= {f"{k}:{i}" for k, i in reader.held}, "what a board once showed is not gone"
        notes: dict[str, list[str]] = {}
        for path, _, body, _ in acknowledged:
            if path.endswith("/notes"):
                notes.setdefault(path.split("/")[3], []).append(body["text"])
        for incident, texts in notes.items():
            shown = [note["text"] for note in reader.held["detail", incident]["notes"]]
            assert set(texts) <= set(shown) and len(set(shown)) == len(shown)
    entries = entries_of(server.log_file)
    assert [e.position for e in entries] == list(range(1, len(entries) + 1))
    assert len({(e.command_id, e.step) for e in entries}) == len(entries)


def log_of(data: Path, folder: Path) -> Path:
    """Copy the log as the kill left it, with what lay in its write-ahead file, into one file."""
    for file in data.with_name("cut copy").glob(f"{PROVINCE}.log.sqlite*"):
        shutil.copy(file, folder)
    copy = folder / f"{PROVINCE}.log.sqlite"
    connection = connect(copy)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close(True)
    return copy


def verified(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "nazdik.cli", "log", "verify", str(path)]
    environment = {"PATH": "", "COLUMNS": "400"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=environment)


def test_a_log_with_one_byte_changed_is_found_out_and_the_place_is_named(cut: Any, tmp_path: Path) -> None:
    data, acknowledged = cut
    copy = log_of(data, tmp_path)
    whole = verified(copy)
    assert whole.returncode == 0 and "whole" in whole.stderr, whole.stderr
    text, position = next((body["text"], said["position"]) for path, _, body, said in acknowledged if "/notes" in path)
    body, content = entries_of(copy)[position - 1].body, copy.read_bytes()
    assert content.count(body) == 1 and text.encode() not in content, "words lie in no file in the clear"
    copy.write_bytes(content.replace(body, body.replace(b'"at":1', b'"at":2')))
    changed = verified(copy)
    assert changed.returncode == 1
    assert "NOT WHOLE" in changed.stderr and f"at position {position}" in changed.stderr
    assert "Traceback" not in changed.stderr


@pytest.mark.parametrize("seed", range(6))
def test_any_changed_byte_of_a_log_ends_in_a_verdict_and_never_in_a_crash(cut: Any, tmp_path: Path, seed: int) -> None:
    data, _ = cut
    copy = log_of(data, tmp_path)
    content, chance = bytearray(copy.read_bytes()), random.Random(seed)
    for _ in range(40):
        content[chance.randrange(len(content))] ^= 0xFF
    copy.write_bytes(content)
    from nazdik.platform.eventlog import verify_file

    assert not verify_file(copy).whole


def test_a_server_that_stops_while_it_is_busy_says_no_word_of_a_fault(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    """Requests in flight are cut when the server stops: one half sent held it up for ever, one cut left a stack trace."""
    half = b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    with served(tmp_path, built_region(PROVINCE)) as server, ExitStack() as lines:
        for _ in range(5):
            lines.enter_context(socket.create_connection(("127.0.0.1", server.port))).sendall(half)
            lines.enter_context(opened(server, server.seat(f"dispatcher:{PROVINCE}")))
        time.sleep(0.3)
        server.stop()
        assert "Traceback" not in server.said(), server.said()[-6000:]
