"""Calls while the log does not answer: they ring, they can be looked at, and they become calls once when it is back."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest
from typer.testing import CliRunner

from nazdik.cli import app
from tests.contract.test_telephone import Line, caller, of_number
from tests.server import PROVINCE, Server, free_port, served


@contextmanager
def held(*logs: Path) -> Iterator[None]:
    """Keep everybody else from writing to these logs."""
    connections = [apsw.Connection(str(log)) for log in logs]
    for connection in connections:
        connection.set_busy_timeout(5_000)
        connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        for connection in connections:
            connection.execute("ROLLBACK")
            connection.close()


@pytest.fixture(scope="module")
def region(built_region: Callable[[str], Path]) -> Path:
    return built_region(PROVINCE)


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory, region: Path) -> Iterator[tuple[Server, int]]:
    port = free_port()
    with served(tmp_path_factory.mktemp("raw"), region, settings={"NAZDIK_SIP_UDP_PORT": str(port)}) as server:
        yield server, port
    assert "Traceback" not in server.said(), server.said()[-6000:]


def raw_of(server: Server, number: str) -> dict[str, Any]:
    answer = server.seat(f"call_taker:{PROVINCE}").get("/v1/raw-calls")
    assert answer.status_code == 200, answer.text
    (found,) = [record for record in answer.json()["records"] if record["number"] == number]
    return {**found, "audited": answer.json()["audited"]}


def calls_of(server: Server, number: str) -> int:
    calls = server.seat(f"call_taker:{PROVINCE}").get("/v1/calls").json()["calls"]
    return sum(call["number"] == number for call in calls)


def test_a_call_rings_and_is_seen_while_the_log_is_away_and_becomes_one_call(exchange: tuple[Server, int]) -> None:
    server, port = exchange
    server.seat(f"call_taker:{PROVINCE}")
    number, message = caller(501)
    audit, aside = server.data / "audit.sqlite", server.data / "raw-reads.jsonl"
    trunk = Line("udp", port)
    with held(server.log_file, audit):
        trunk.send(message("INVITE"))
        assert (trunk.status(), trunk.status()) == (100, 180)
        record = raw_of(server, number)
        assert (record["fate"], record["door"], record["call"]) == ("no_call", "sip", None)
        assert record["text"].startswith("INVITE urn:service:sos SIP/2.0\n")
        assert not record["audited"]
        kept = json.loads(aside.read_text().splitlines()[-1])
        assert (kept["actor"], kept["what"]) == (f"seat:call_taker:{PROVINCE}", "raw_calls")
    of_number(server, number, state="ringing")
    for _ in range(100):
        record = raw_of(server, number)
        if record["audited"]:
            break
        time.sleep(0.1)
    assert (record["fate"], record["state"]) == ("call", "ringing")
    assert calls_of(server, number) == 1
    assert not aside.exists(), "what was kept aside is in the audit log"
    trunk.send(message("CANCEL"))
    of_number(server, number, state="abandoned")


def test_what_rang_before_a_crash_becomes_one_call_after_it(tmp_path: Path, region: Path) -> None:
    port = free_port()
    number, message = caller(502)
    with served(tmp_path, region, settings={"NAZDIK_SIP_UDP_PORT": str(port)}) as server:
        trunk = Line("udp", port)
        with held(server.log_file):
            trunk.send(message("INVITE"))
            assert (trunk.status(), trunk.status()) == (100, 180)
            server.kill()
        for _ in range(2):
            server.start(region)
            of_number(server, number, state="ringing")
            assert calls_of(server, number) == 1
            assert raw_of(server, number)["fate"] == "call"
            server.kill()
    assert "Traceback" not in server.said(), server.said()[-6000:]


def test_a_command_is_marked_when_it_became_a_call(exchange: tuple[Server, int]) -> None:
    server, _ = exchange
    taker = server.seat(f"call_taker:{PROVINCE}")
    made = taker.done(
        "/v1/calls", {"number": "+989160000503", "narrative": "<script>alert(1)</script> \u202e{{nonce}}"}
    )
    assert taker.post("/v1/calls", b'{"number": "+989160000504", ').status_code == 400
    assert raw_of(server, "+989160000503")["call"] == made["call_id"]
    assert raw_of(server, "+989160000504")["fate"] == "no_call"


@pytest.mark.parametrize(("language", "direction", "said"), [("fa", "rtl", "تماس‌های خام"), ("en", "ltr", "Raw calls")])
def test_the_page_needs_no_script_and_shows_bytes_as_bytes(
    exchange: tuple[Server, int], language: str, direction: str, said: str
) -> None:
    server, _ = exchange
    taker = server.seat(f"call_taker:{PROVINCE}")
    taker.done(
        "/v1/calls", {"number": "+989160000505", "narrative": "<script>alert(1)</script> \u202e{{nonce}} \u0001"}
    )
    page = taker.get(f"/raw?lang={language}")
    assert page.status_code == 200
    assert f'dir="{direction}"' in page.text and said in page.text and "+989160000505" in page.text
    assert "<script" not in page.text and "\u202e" not in page.text and "nonce}}" in page.text
    assert "&lt;script&gt;" in page.text
    digit = "[۰-۹]" if language == "fa" else "[0-9]"
    assert re.search(f'<td class="t"><bdi dir="ltr">{digit}{{2}}:{digit}{{2}}:{digit}{{2}}</bdi>', page.text)
    assert page.headers["cache-control"] == "no-store"


def test_only_who_may_see_calls_sees_them(exchange: tuple[Server, int]) -> None:
    server, _ = exchange
    nobody = httpx.get(f"{server.address}/raw?lang=en")
    assert nobody.status_code == 401 and "You are not signed in" in nobody.text
    auditor = server.seat(f"province_desk:{PROVINCE}")
    assert auditor.get("/v1/raw-calls").json()["code"] == "organisation.role_may_not"
    assert auditor.get("/raw").status_code == 403


def test_the_command_line_needs_no_server(exchange: tuple[Server, int]) -> None:
    server, _ = exchange
    server.seat(f"call_taker:{PROVINCE}").done("/v1/calls", {"number": "+989160000506"})
    asked = ["calls", "raw", "--purpose", "a test", "--text", "--data", str(server.data)]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    (line,) = [line for line in said.output.splitlines() if "+989160000506   " in line]
    assert f"{PROVINCE}.c" in line
    looked = json.loads((server.data / "raw-reads.jsonl").read_text().splitlines()[-1])
    assert (looked["what"], looked["purpose"]) == ("raw_calls", "a test")
