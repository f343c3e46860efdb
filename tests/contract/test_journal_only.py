"""A log with a changed byte: the doors of calls stay open, what came is seen and cared for, and becomes calls once when mended."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.house import build
from nazdik.bootstrap.journal_only.mark import RecordClosed
from nazdik.bootstrap.journal_only.server import build_app_without_log, build_without_log
from nazdik.cli import app
from nazdik.platform.clock import SystemClock
from nazdik.platform.journal import Journal
from nazdik.platform.settings import Settings
from tests.contract.test_callers import add_gateway
from tests.contract.test_telephone import Line, caller
from tests.interfaces import samples
from tests.server import HERE, PROVINCE, Server, free_port, problem, served

TAKER = f"call_taker:{PROVINCE}"
SECRET = "journal-only-page-secret-0001"
ENDED = b"Reason: SIP;cause=200\r\nContent-Length"


def turn_a_byte(log: Path, words: bytes) -> Callable[[], None]:
    """Change one byte of the first entry that holds `words`; return how to put it back."""
    connection = apsw.Connection(str(log))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    at = log.read_bytes().index(words)

    def write(byte: int) -> None:
        with log.open("r+b") as file:
            file.seek(at)
            file.write(bytes([byte]))

    write(words[0] ^ 1)
    return lambda: write(words[0])


def raw(server: Server) -> dict[str, dict[str, Any]]:
    """The raw calls by what tells them apart: the number, or the way of those that have none."""
    records = server.seat(TAKER).get("/v1/raw-calls").json()["records"]
    return {record["number"] or record["door"]: record for record in records if record["door"] != "page"}


def calls(server: Server) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.seat(TAKER).get("/v1/calls").json()["calls"]
    return found


def until(right: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not right():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_changed_byte_of_the_log_leaves_every_call_door_open_and_no_call_is_lost_or_doubled(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    region, port = built_region(PROVINCE), free_port()
    token = add_gateway(tmp_path, "sms-j")
    numbers, messages = zip(*(caller(n) for n in (901, 902, 903)), strict=True)
    with served(tmp_path, region, settings={"NAZDIK_SIP_UDP_PORT": str(port)}) as server:
        assert server.seat(TAKER).get("/v1/health").json()["mode"] == "normal"
        before = "+989160000900"
        server.seat(TAKER).done("/v1/calls", {"number": before, "narrative": "the call before"})
        signed_in = dict(server.seats)
        server.kill()
        mend = turn_a_byte(server.log_file, b"sealed_words")

        server.start(region, ready="/v1/health")
        server.seats = signed_in
        _said_loudly(server)
        page = {"nazdik-page": SECRET}
        trunk = Line("udp", port)
        for message in messages:
            trunk.send(message("INVITE"))
            assert (trunk.status(), trunk.status()) == (100, 180)
        trunk.send(messages[0]("CANCEL").replace(b"Content-Length", ENDED))
        assert (trunk.status(), trunk.status()) == (200, 487)
        text = {"from": "+989160000904", "text": "کمک", "id": "sms-1"}
        for _ in range(2):
            assert httpx.post(f"{server.address}/v1/in/sms/{token}", json=text).status_code == 200
        body = {"lon": HERE[0], "lat": HERE[1], "silent": True}
        begun = httpx.post(f"{server.address}/v1/sos", json=body, headers=page)
        assert (begun.status_code, begun.json()["state"]) == (202, "received")
        told = httpx.post(f"{server.address}/v1/sos/messages", json={"words": "پشت در است", "id": "1"}, headers=page)
        assert told.status_code == 202
        form = {"channel": "web", "number": "+989160000905", "narrative": "از فرم", "point": HERE}
        kept = server.seat(TAKER).post("/v1/calls", form, key="web-form")
        assert kept.status_code == 202 and kept.json()["kept"]
        assert raw(server)[before]["fate"] == "not_known"
        _seen_and_cared_for(server, numbers)
        server.kill()

        # A second start that finds it damaged still: the page is known, and so is what was cared for.
        server.start(region, ready="/v1/health")
        server.seats = signed_in
        assert httpx.get(f"{server.address}/v1/sos/call", headers=page).json()["state"] == "received"
        assert raw(server)[numbers[1]]["cares"][0]["words"] == "گشت ۱۲ با بی‌سیم"
        asked = ["calls", "raw", "--purpose", "the log is damaged", "--data", str(tmp_path)]
        assert all(number in CliRunner().invoke(app, asked).output for number in numbers)
        server.kill()

        mend()
        for _ in range(2):
            server.start(region)
            _each_is_there_once(server, before, numbers)
            until(lambda: not (tmp_path / "journal-only.json").exists())
            server.kill()
        server.start(region)
        said = server.seat(TAKER).post("/v1/calls", form, key="web-form")
        problem(said, 409, "intake.call_exists")
    assert "Traceback" not in server.said(), server.said()[-6000:]


def _said_loudly(server: Server) -> None:
    health = httpx.get(f"{server.address}/v1/health").json()
    assert (health["mode"], health["ok"]) == ("journal_only", False)
    assert "entry" in health["why"] and health["text"]["en"].startswith("The log cannot be opened")
    assert "JOURNAL ONLY" in server.said()
    for path in ("/", "/console", "/field", "/board"):
        assert "فقط ثبت خام" in httpx.get(f"{server.address}{path}").text
        assert "Journal only." in httpx.get(f"{server.address}{path}?lang=en").text
    assert "Call 110 if you can speak." in httpx.get(f"{server.address}/sos").text
    taker = server.seat(TAKER)
    for method, path in (("GET", "/v1/incidents"), ("GET", "/v1/calls"), ("POST", "/v1/positions"), ("GET", "/readyz")):
        answer = taker.http.request(method, path, json={} if method == "POST" else None)
        problem(answer, 503, "server.journal_only")
        assert int(answer.headers["retry-after"]) > 0
    problem(httpx.post(f"{server.address}/v1/calls", json={"number": "+989160000999"}), 401, "auth.not_signed_in")


def _seen_and_cared_for(server: Server, numbers: tuple[str, ...]) -> None:
    seen = raw(server)
    assert {*numbers, "+989160000904", "begin", "+989160000905", "+989160000999"} <= set(seen)
    assert (seen[numbers[0]]["fate"], seen[numbers[0]]["ringing_ended"]) == ("cared_for", "elsewhere")
    assert {seen[name]["fate"] for name in (*numbers[1:], "begin", "+989160000905")} == {"no_call"}
    taker = server.seat(TAKER)
    for lang, strip in (("fa", "فقط ثبت خام"), ("en", "Journal only.")):
        page = taker.get(f"/raw?lang={lang}").text
        assert strip in page and all(number in page for number in numbers) and "<script" not in page
    of = seen[numbers[1]]["offset"]
    form = taker.get(f"/raw/care?of={of}&lang=en")
    assert (
        form.status_code == 200 and "http-equiv" not in form.text and form.headers["referrer-policy"] == "same-origin"
    )
    assert taker.http.post("/raw/care", data={"of": 1 << 40}).status_code == 404
    done = taker.http.post("/raw/care?lang=en", data={"of": of, "words": "گشت ۱۲ با بی‌سیم"})
    assert (done.status_code, done.headers["location"]) == (303, "/raw?lang=en")
    cared = raw(server)[numbers[1]]
    assert (cared["fate"], cared["cares"][0]["by"], cared["cares"][0]["words"]) == (
        "cared_for", f"seat:{TAKER}", "گشت ۱۲ با بی‌سیم",
    )  # fmt: skip
    nobody = httpx.Client(base_url=server.address)
    assert nobody.get(f"/raw/care?of={of}").status_code == 401
    front = nobody.get("/?lang=en").text
    assert re.search(f'<button name="seat" value="{TAKER}">', front)
    elsewhere = {"origin": "https://elsewhere.example"}
    assert nobody.post("/raw/sign-in", data={"seat": TAKER}, headers=elsewhere).status_code == 403
    signed = nobody.post("/raw/sign-in?lang=en", data={"seat": TAKER})
    assert signed.status_code == 303 and numbers[2] in nobody.get("/raw?lang=en").text
    assert nobody.post("/raw/care", data={"of": of}, headers=elsewhere).status_code == 403
    wrong = nobody.post("/raw/sign-in?lang=en", data={"name": "x", "password": "y"})
    assert wrong.status_code == 401 and "Name or password is wrong." in wrong.text


def _each_is_there_once(server: Server, before: str, numbers: tuple[str, ...]) -> None:
    wanted = [before, *numbers, "+989160000904", "+989160000905"]
    until(lambda: set(wanted) <= {call["number"] for call in calls(server)})
    until(lambda: any(call["channel"] == "sos" for call in calls(server)))
    time.sleep(1)
    found = calls(server)
    assert sorted(call["number"] for call in found if call["number"]) == sorted(wanted)
    (page,) = [call for call in found if call["channel"] == "sos"]
    assert [text["text"] for text in page["texts"]] == ["پشت در است"] and page["point"] is not None
    by_number = {call["number"]: call for call in found}
    elsewhere, cared, rang = (by_number[number] for number in numbers)
    assert (elsewhere["state"], elsewhere["ringing_ended"], elsewhere["call_back"]) == ("answered", "elsewhere", None)
    until(lambda: next(c for c in calls(server) if c["number"] == numbers[1])["ringing_ended"] == "elsewhere")
    assert cared["call_back"] != "due" and rang["state"] == "ringing"
    assert by_number["+989160000905"]["channel"] == "web" and by_number["+989160000905"]["point"] == HERE
    assert all("received" in dict(call["data"]) for call in found if call["number"] != before)
    assert "received" not in dict(by_number[before]["data"])


async def test_a_damaged_audit_log_closes_the_record_too_and_partners_are_heard(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    """Reports are taken and answered with a token; an EIDO is kept for eyes, and its sender told to send it again."""
    region, clock = built_region(PROVINCE), SystemClock()
    (tmp_path / "audit.sqlite").write_bytes(b"this is no log " * 1_000)
    words = ["partner", "add", "city", "--office", PROVINCE, "--grant", "open311", "--grant", "eido.send"]
    added = CliRunner().invoke(app, [*words, "--data", str(tmp_path)])
    token = added.output.strip().split()[-1]
    settings = Settings(data_dir=tmp_path, demo=True)
    journal = Journal(tmp_path / "journal", clock)
    with pytest.raises(RecordClosed, match=r"audit\.sqlite") as closed:
        build(settings, [region], clock=clock, say=lambda _: None, journal=journal)
    running = build_without_log(settings, [region], journal, closed.value, clock=clock)
    await running.open()
    transport = httpx.ASGITransport(app=build_app_without_log(running), raise_app_exceptions=False)  # type: ignore[arg-type]
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            form = {"content-type": "application/x-www-form-urlencoded"}
            body = f"{samples('open311', 'http')[0].strip()}&api_key={token}"
            filed = await http.post("/open311/v2/requests.json", content=body, headers=form)
            assert filed.status_code == 201 and filed.json()[0]["token"].startswith(f"{PROVINCE}-"), filed.text
            headers = {"authorization": f"Bearer {token}"}
            eido = await http.post("/EIDO", content=samples("eido", "json")[0].encode(), headers=headers)
            problem(eido, 503, "server.journal_only")
            problem(await http.post("/EIDO", content=b"{}"), 401, "interchange.partner_unknown")
            seat = await http.post("/v1/sessions", json={"seat": TAKER})
            http.headers["authorization"] = f"Bearer {seat.json()['token']}"
            records = (await http.get("/v1/raw-calls")).json()["records"]
            assert sorted(record["door"] for record in records) == ["call", "report"]
            assert (tmp_path / "raw-reads.jsonl").exists(), "who looked is written down beside the audit log"
    finally:
        await running.close()


@pytest.mark.parametrize("name", [f"{PROVINCE}.log.sqlite", "audit.sqlite"])
async def test_a_file_that_is_no_log_closes_the_record_and_is_left_as_it_is(
    name: str, tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    clock, rubbish = SystemClock(), b"this is no log " * 1_000
    (tmp_path / name).write_bytes(rubbish)
    journal = Journal(tmp_path / "journal", clock)
    with pytest.raises(RecordClosed, match=re.escape(name)):
        build(Settings(data_dir=tmp_path), [built_region(PROVINCE)], clock=clock, say=lambda _: None, journal=journal)
    await journal.close()
    assert (tmp_path / name).read_bytes() == rubbish
