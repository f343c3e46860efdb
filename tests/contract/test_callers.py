"""Callers who write, whose phone tells where it is, and who open a page: against a real server, with a gateway of ours."""

import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server import PROVINCE, ROOT, Server, served

AML = 'A"ML=1;lt=+35.70050;lg=+051.33740;rd=25;top=20261121011453;lc=68;pm=W;ei=123456789012399;ml=129'
FORM = "v=1&emergency_number=110&location_latitude=35.70050&location_longitude=51.33740&location_accuracy=25.0&"
TAKER = f"call_taker:{PROVINCE}"


class PhoneNetwork:
    """Takes what we send, as an SMS gateway does; refuses or fails on demand."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.statuses: list[int] = []
        network = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = network.statuses.pop(0) if network.statuses else 200
                if status == 200:
                    network.got.append(json.loads(body))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/send"


def add_gateway(data: Path, name: str, *more: str) -> str:
    command = [sys.executable, "-m", "nazdik.cli", "gateway", "add", name, "--province", PROVINCE, "--data", str(data)]
    done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def network() -> Iterator[PhoneNetwork]:
    network = PhoneNetwork()
    yield network
    network.server.shutdown()


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path], network: PhoneNetwork
) -> Iterator[tuple[Server, str]]:
    """A server with a gateway, and the gateway's token."""
    folder = tmp_path_factory.mktemp("callers")
    key = folder / "key.txt"
    key.write_text("demo-key\n")
    token = add_gateway(folder, "sms-a", "--send-url", network.address, "--aml-key-file", str(key))
    with served(folder, built_region(PROVINCE)) as server:
        yield server, token
    assert "Traceback" not in server.said(), server.said()[-6000:]


def calls_of(server: Server, number: str) -> list[dict[str, Any]]:
    calls = server.seat(TAKER).get("/v1/calls").json()["calls"]
    return [call for call in calls if call["number"] == number]


def call_where(server: Server, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the newest call that fits, once there is one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        calls = [call for call in server.seat(TAKER).get("/v1/calls").json()["calls"] if fits(call)]
        if calls:
            return max(calls, key=lambda call: str(call["presented_at"]))
        time.sleep(0.05)
    raise AssertionError("no call is so")


def sms(room: tuple[Server, str], sender: str, text: str, **more: str) -> None:
    server, token = room
    answer = httpx.post(f"{server.address}/v1/in/sms/{token}", json={"from": sender, "text": text, **more})
    assert answer.status_code == 200, answer.text


def aml(room: tuple[Server, str], form: str) -> None:
    server, token = room
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert httpx.post(f"{server.address}/v1/in/aml/{token}", content=form, headers=kind).status_code == 200


def rings(server: Server, number: str) -> str:
    """An exchange presents a call of this number."""
    call: str = server.seat(TAKER).done("/v1/calls", {"number": number})["call_id"]
    return call


def test_a_place_by_https_reaches_the_call_of_its_number(room: tuple[Server, str]) -> None:
    server, _ = room
    call = rings(server, "09160000101")
    aml(room, FORM + "device_number=%2B989160000101")
    found = call_where(server, lambda c: c["id"] == call and bool(c["locations"]))
    where = found["locations"][0]
    assert (where["source"], where["point"], where["accuracy_m"]) == ("aml", [51.3374, 35.7005], 25.0)
    # A key was agreed with this gateway and nobody signed: kept, and trusted less.
    assert where["trusted"] is False and where["proposed"]


def test_a_signed_place_is_trusted(room: tuple[Server, str]) -> None:
    server, _ = room
    rings(server, "+15555550110")
    aml(
        room,
        "v=1&emergency_number=110&source=CALL&time=1795223682000&location_latitude=35.70050&location_longitude=51.33740"
        "&location_time=1795223693000&location_accuracy=25.0&location_source=wifi&location_confidence=0.68"
        "&device_number=%2B15555550110&device_imei=123456789012345&cell_network_mcc=001&cell_network_mnc=01"
        "&hmac=4d9c837610c2da979df6e6b9ae7514e5e1a740c3",
    )
    found = call_where(server, lambda c: c["number"] == "+15555550110" and bool(c["locations"]))
    assert found["locations"][0]["trusted"] is True
    # The telephone set is known by now, so its later message needs no number.
    aml(room, FORM.replace("35.70050", "35.70060") + "device_imei=123456789012345")
    found = call_where(server, lambda c: c["number"] == "+15555550110" and len(c["locations"]) == 2)
    assert [where["trusted"] for where in found["locations"]] == [True, False]


@pytest.mark.parametrize("body", ["", "&&&=%ff", "location_latitude=x&location_longitude=nan&device_number=+++"])
def test_any_form_is_answered_with_200(room: tuple[Server, str], body: str) -> None:
    aml(room, body)


def test_a_place_that_comes_first_waits_for_its_call_also_over_a_restart(
    room: tuple[Server, str], built_region: Callable[[str], Path]
) -> None:
    server, _ = room
    sms(room, "+989160000102", AML)
    server.kill()
    server.start(built_region(PROVINCE))
    call = rings(server, "+989160000102")
    found = call_where(server, lambda c: c["id"] == call and bool(c["locations"]))
    assert [(w["source"], w["method"]) for w in found["locations"]] == [("aml", "wifi")]


def test_the_operators_point_stands_when_a_better_place_comes_late(room: tuple[Server, str]) -> None:
    server, _ = room
    call = rings(server, "+989160000103")
    taker = server.seat(TAKER)
    taker.done(f"/v1/calls/{call}/answer")
    taker.done(f"/v1/calls/{call}/draft", {"kind": "noise", "point": [51.41, 35.71]})
    sms(room, "+989160000103", AML)
    found = call_where(server, lambda c: c["id"] == call and bool(c["locations"]))
    assert found["point"] == [51.41, 35.71]
    assert found["locations"][0]["proposed"]


def test_a_message_opens_a_call_and_the_next_one_goes_on_with_it(room: tuple[Server, str]) -> None:
    server, _ = room
    sms(room, "0916 000 0104", "کمک، نمی‌توانم حرف بزنم")
    call = call_where(server, lambda c: c["number"] == "+989160000104")
    assert (call["channel"], call["state"], call["narrative"]) == ("sms", "ringing", "کمک، نمی‌توانم حرف بزنم")
    sms(room, "+989160000104", "در خیابان ولیعصر هستم", id="m1")
    sms(room, "+989160000104", "در خیابان ولیعصر هستم", id="m1")
    call = call_where(server, lambda c: c["id"] == call["id"] and len(c["texts"]) > 0)
    time.sleep(0.3)
    (call,) = calls_of(server, "+989160000104")
    assert [text["text"] for text in call["texts"]] == ["در خیابان ولیعصر هستم"]


def test_an_id_that_a_gateway_uses_again_swallows_nobody(
    room: tuple[Server, str], built_region: Callable[[str], Path]
) -> None:
    server, _ = room
    sms(room, "+989160000111", "یکم", id="7")
    sms(room, "+989160000112", "دوم", id="7")
    sms(room, "+989160000111", "سوم", id="7")
    sms(room, "+989160000111", "سوم", id="7")
    for _ in range(2):
        first = call_where(server, lambda c: c["number"] == "+989160000111" and len(c["texts"]) > 0)
        other = call_where(server, lambda c: c["number"] == "+989160000112")
        assert (first["narrative"], [text["text"] for text in first["texts"]]) == ("یکم", ["سوم"])
        assert (other["narrative"], other["texts"]) == ("دوم", [])
        server.kill()
        server.start(built_region(PROVINCE))
    time.sleep(0.5)
    assert [len(calls_of(server, f"+98916000011{n}")) for n in (1, 2)] == [1, 1]


def test_what_a_gateway_sends_in_a_form_of_its_own_is_read_by_a_person(room: tuple[Server, str]) -> None:
    server, token = room
    answer = httpx.post(f"{server.address}/v1/in/sms/{token}", data={"phone": "+989160000113", "sms_words": "help me"})
    assert answer.status_code == 200
    call = call_where(server, lambda c: c["number"] == "+989160000113")
    assert "help" in call["narrative"]
    httpx.post(f"{server.address}/v1/in/sms/{token}", content=b'<sms from="+989160000114">fire</sms>')
    assert "fire" in call_where(server, lambda c: c["number"] == "+989160000114")["narrative"]


def test_messages_are_read_once_however_often_the_journal_is(
    room: tuple[Server, str], built_region: Callable[[str], Path]
) -> None:
    server, _ = room
    sms(room, "+989160000105", "یکم")
    call_where(server, lambda c: c["number"] == "+989160000105")
    sms(room, "+989160000105", "دوم")
    call_where(server, lambda c: c["number"] == "+989160000105" and len(c["texts"]) == 1)
    for _ in range(2):
        server.stop()
        server.start(built_region(PROVINCE))
    time.sleep(0.5)
    (call,) = calls_of(server, "+989160000105")
    assert (call["narrative"], [text["text"] for text in call["texts"]]) == ("یکم", ["دوم"])


def test_an_answer_is_carried_by_the_gateway_and_tried_again(room: tuple[Server, str], network: PhoneNetwork) -> None:
    server, _ = room
    sms(room, "+989160000106", "سلام")
    call = call_where(server, lambda c: c["number"] == "+989160000106")
    taker = server.seat(TAKER)
    taker.done(f"/v1/calls/{call['id']}/answer")
    network.statuses[:] = [503]
    taker.done(f"/v1/calls/{call['id']}/texts", {"text": "کجا هستید؟"})
    call = call_where(
        server, lambda c: c["id"] == call["id"] and c["texts"][-1:] != [] and c["texts"][-1]["carried"] == "sent"
    )
    assert {(m["to"], m["text"]) for m in network.got if m["to"] == "+989160000106"} == {
        ("+989160000106", "کجا هستید؟")
    }
    network.statuses[:] = [422]
    taker.done(f"/v1/calls/{call['id']}/texts", {"text": "پیام دیگر"})
    call = call_where(server, lambda c: c["id"] == call["id"] and c["texts"][-1]["carried"] == "failed")
    assert call["texts"][-1]["why"] == "refused"
    nobody = taker.done("/v1/calls", {})["call_id"]
    taker.done(f"/v1/calls/{nobody}/texts", {"text": "می‌شنوید؟"})
    call = call_where(server, lambda c: c["id"] == nobody and c["texts"][-1]["carried"] == "failed")
    assert call["texts"][-1]["why"] == "no_number"


def test_a_message_on_its_way_survives_a_restart(
    room: tuple[Server, str], network: PhoneNetwork, built_region: Callable[[str], Path]
) -> None:
    server, _ = room
    sms(room, "+989160000107", "سلام")
    call = call_where(server, lambda c: c["number"] == "+989160000107")["id"]
    server.seat(TAKER).done(f"/v1/calls/{call}/answer")
    network.statuses[:] = [500, 500, 500]
    server.seat(TAKER).done(f"/v1/calls/{call}/texts", {"text": "می‌رسیم"})
    server.kill()
    network.statuses.clear()
    server.start(built_region(PROVINCE))
    call_where(server, lambda c: c["id"] == call and c["texts"][-1]["carried"] == "sent")
    assert "می‌رسیم" in [m["text"] for m in network.got]


def test_the_fallback_text_of_the_page_is_a_call_for_help_with_its_place(room: tuple[Server, str]) -> None:
    server, _ = room
    sms(room, "+989160000108", "SOS;lt=35.70050;lg=51.33740;rd=25;si=1;tx=دزد در خانه است")
    call = call_where(server, lambda c: c["number"] == "+989160000108")
    assert (call["channel"], call["narrative"], call["point"]) == ("sos", "دزد در خانه است", [51.3374, 35.7005])
    assert ["silent", "1"] in call["data"]


def test_the_short_message_of_a_page_goes_on_with_its_call(room: tuple[Server, str]) -> None:
    server, _ = room
    page = Page(server, "g" * 22)
    page.begin(words="از صفحه")
    page.view("waiting")
    digest = sha256(b"nazdik-page:" + b"g" * 22).hexdigest()[:20]
    sms(room, "+989160000110", f"SOS;pg={digest};lt=35.70050;lg=51.33740;tx=بی اینترنت شدم")
    call = call_where(server, lambda c: c["narrative"] == "از صفحه" and bool(c["locations"]))
    assert (call["callback"], call["texts"][0]["text"]) == ("+989160000110", "بی اینترنت شدم")
    assert not calls_of(server, "+989160000110")


def test_nobody_without_a_token_is_heard(room: tuple[Server, str]) -> None:
    server, token = room
    for wrong in ("nobody", token[:-1]):
        assert httpx.post(f"{server.address}/v1/in/sms/{wrong}", json={}).status_code == 404
    other = add_gateway(server.data, "sms-b")
    time.sleep(2.2)
    assert httpx.post(f"{server.address}/v1/in/sms/{other}", json={}).status_code == 200
    command = [sys.executable, "-m", "nazdik.cli", "gateway", "revoke", "sms-b", "--data", str(server.data)]
    subprocess.run(command, cwd=ROOT, timeout=60, check=True)
    time.sleep(2.2)
    assert httpx.post(f"{server.address}/v1/in/sms/{other}", json={}).status_code == 404


class Page:
    """A page in a caller's browser."""

    def __init__(self, server: Server, secret: str) -> None:
        self.http = httpx.Client(base_url=server.address, headers={"nazdik-page": secret})

    def begin(self, **said: Any) -> dict[str, Any]:
        answer = self.http.post("/v1/sos", json=said)
        assert answer.status_code == 202, answer.text
        view: dict[str, Any] = answer.json()
        return view

    def tell(self, **said: Any) -> httpx.Response:
        return self.http.post("/v1/sos/messages", json=said)

    def view(self, *states: str) -> dict[str, Any]:
        """Return what it shows, once it is in one of the states."""
        deadline = time.monotonic() + 30
        view: dict[str, Any] = {}
        while time.monotonic() < deadline:
            view = self.http.get("/v1/sos/call").json()
            if not states or view["state"] in states:
                return view
            time.sleep(0.05)
        raise AssertionError(view)


def test_a_page_calls_for_help_and_is_answered_in_writing(room: tuple[Server, str]) -> None:
    server, _ = room
    page = Page(server, "a" * 22)
    page.begin(lon=51.4089, lat=35.7156, accuracy=12, words="کسی وارد خانه شده", silent=True, no_voice=True)
    page.begin(lon=51.4089, lat=35.7156, accuracy=12, words="کسی وارد خانه شده", silent=True, no_voice=True)
    assert page.view("waiting")["texts"] == []
    call = call_where(server, lambda c: c["narrative"] == "کسی وارد خانه شده")
    assert (call["channel"], call["point"], call["has_page"]) == ("sos", [51.4089, 35.7156], True)
    assert {("silent", "1"), ("no-voice", "1")} <= {tuple(item) for item in call["data"]}
    taker = server.seat(TAKER)
    taker.done(f"/v1/calls/{call['id']}/answer")
    assert page.tell(id="w1", words="طبقهٔ دوم").status_code == 202
    assert page.tell(id="w1", words="طبقهٔ دوم").status_code == 202
    assert page.tell(id="p1", lon=51.4090, lat=35.7157, accuracy=8).status_code == 202
    taker.done(f"/v1/calls/{call['id']}/texts", {"text": "در راهیم. بی‌صدا بمانید."})
    call = call_where(server, lambda c: c["id"] == call["id"] and len(c["texts"]) == 2 and len(c["locations"]) == 2)
    shown = page.view("answered")["texts"]
    assert sorted((text["mine"], text["text"]) for text in shown) == [
        (False, "در راهیم. بی‌صدا بمانید."),
        (True, "طبقهٔ دوم"),
    ]
    call_where(server, lambda c: c["id"] == call["id"] and {t["carried"] for t in c["texts"]} == {None, "shown"})
    taker.done(f"/v1/calls/{call['id']}/close", {"outcome": "advice"})
    assert page.view("ended")["state"] == "ended"
    page.tell(id="p2", lon=51.5, lat=35.8)
    assert len(call_where(server, lambda c: c["id"] == call["id"])["locations"]) == 2


def test_a_place_that_is_known_only_when_the_page_calls_again_is_heard(room: tuple[Server, str]) -> None:
    server, _ = room
    page = Page(server, "m" * 22)
    page.begin(words="بی جا")
    page.view("waiting")
    for _ in range(2):
        page.begin(words="بی جا", lon=51.4089, lat=35.7156, accuracy=9)
    call = call_where(server, lambda c: c["narrative"] == "بی جا" and bool(c["locations"]))
    time.sleep(0.3)
    call = call_where(server, lambda c: c["id"] == call["id"])
    assert [(w["point"], w["accuracy_m"]) for w in call["locations"]] == [([51.4089, 35.7156], 9.0)]
    assert call["texts"] == []
    server.seat(TAKER).done(f"/v1/calls/{call['id']}/close", {"outcome": "test"})


def test_a_test_of_the_page_pages_nobody(room: tuple[Server, str]) -> None:
    server, _ = room
    page = Page(server, "b" * 22)
    page.begin(lon=51.4089, lat=35.7156, test=True, words="آزمون صفحه")
    assert page.view("waiting")["is_test"]
    call = call_where(server, lambda c: c["narrative"] == "آزمون صفحه")
    taker = server.seat(TAKER)
    taker.done(f"/v1/calls/{call['id']}/answer")
    refused = taker.post(f"/v1/calls/{call['id']}/classification", {"kind": "noise", "point": [51.4089, 35.7156]})
    assert refused.json()["code"] == "intake.call_is_test"


def test_a_hoax_makes_the_next_page_careful_and_never_refuses_it(room: tuple[Server, str]) -> None:
    server, _ = room
    assert httpx.get(f"{server.address}/v1/sos").json()["careful"] is False
    page = Page(server, "c" * 22)
    page.begin(words="شوخی")
    page.view("waiting")
    call = call_where(server, lambda c: c["narrative"] == "شوخی")
    server.seat(TAKER).done(f"/v1/calls/{call['id']}/close", {"outcome": "hoax"})
    assert httpx.get(f"{server.address}/v1/sos").json()["careful"] is True
    again = Page(server, "d" * 22)
    assert again.begin(words="این بار راست")["next_s"] == 30.0
    call_where(server, lambda c: c["narrative"] == "این بار راست" and c["state"] == "ringing")


def test_many_pages_of_one_address_come_in_turn_and_none_is_refused_for_good(room: tuple[Server, str]) -> None:
    server, _ = room
    pages = [Page(server, f"{n}" * 22) for n in range(6)]
    answers = [page.http.post("/v1/sos", json={"words": "پی در پی"}) for page in pages]
    refused = [n for n, answer in enumerate(answers) if answer.status_code == 409]
    assert refused and 1 <= int(answers[refused[0]].headers["retry-after"]) <= 30
    for call in server.seat(TAKER).get("/v1/calls").json()["calls"]:
        if call["channel"] == "sos" and call["state"] == "ringing":
            server.seat(TAKER).done(f"/v1/calls/{call['id']}/close", {"outcome": "test"})
    # Its turn comes, and the page asks for it by itself.
    deadline = time.monotonic() + 15
    while pages[refused[0]].http.post("/v1/sos", json={"words": "پی در پی"}).status_code != 202:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_the_message_with_a_link_says_what_an_administrator_published(
    room: tuple[Server, str], network: PhoneNetwork
) -> None:
    server, _ = room
    admin, taker = server.seat(f"administrator:{PROVINCE}"), server.seat(TAKER)
    texts = f"/v1/settings/texts/{PROVINCE}"
    admin.done(f"{texts}/draft", {"value": {"place_link": "۱۱۰ اهواز: {link}"}, "why": "آزمون"})
    admin.done(f"{texts}/publish", {"revision": admin.get(texts).json()["draft"]["revision"], "over": 0})
    call = rings(server, "+989160000110")
    taker.done(f"/v1/calls/{call}/answer")
    link = taker.done(f"/v1/calls/{call}/place-link")
    call_where(server, lambda c: c["id"] == call and c["texts"][-1:] != [] and c["texts"][-1]["carried"] == "sent")
    admin.done(f"{texts}/roll-back", {"to": 0, "why": "پایان آزمون"})
    assert next(m["text"] for m in network.got if m["to"] == "+989160000110") == f"۱۱۰ اهواز: {link['url']}"


def test_a_caller_opens_a_link_and_shows_where_they_are(room: tuple[Server, str], network: PhoneNetwork) -> None:
    server, _ = room
    call = rings(server, "+989160000109")
    taker = server.seat(TAKER)
    taker.done(f"/v1/calls/{call}/answer")
    key = taker.new_key()
    link = taker.done(f"/v1/calls/{call}/place-link", key=key)
    assert taker.done(f"/v1/calls/{call}/place-link", key=key)["code"] == link["code"]
    assert link["sent"] and re.fullmatch(r"[0-9]{8}", link["code"])
    call_where(server, lambda c: c["id"] == call and c["texts"][-1:] != [] and c["texts"][-1]["carried"] == "sent")
    assert link["url"] in next(m["text"] for m in network.got if m["to"] == "+989160000109")
    page, other = Page(server, "e" * 22), Page(server, "f" * 22)
    code = f"{link['code'][:4]} {link['code'][4:]}"
    assert page.http.post("/v1/here", json={"code": "00000000"}).status_code == 404
    assert page.http.post("/v1/here", json={"code": code}).json()["state"] == "answered"
    # Once: another browser is too late, the same one may come back.
    assert other.http.post("/v1/here", json={"code": code}).json()["code"] == "intake.link_not_found"
    assert page.http.post("/v1/here", json={"code": code}).status_code == 200
    assert page.tell(lon=51.4012, lat=35.7219, accuracy=9).status_code == 202
    found = call_where(server, lambda c: c["id"] == call and bool(c["locations"]))
    assert (found["locations"][0]["source"], found["locations"][0]["point"]) == ("device", [51.4012, 35.7219])
    assert found["place_link"]["opened_at"] is not None
    taker.done(f"/v1/calls/{call}/place-link/revoke")
    assert page.tell(lon=51.4013, lat=35.7220, accuracy=9).json()["code"] == "intake.page_not_found"
    assert page.http.post("/v1/here", json={"code": code}).json()["code"] == "intake.link_not_found"
    found = call_where(server, lambda c: c["id"] == call)
    assert len(found["locations"]) == 1 and found["place_link"]["revoked_at"] is not None
    assert not found["has_page"]
    fresh = taker.done(f"/v1/calls/{call}/place-link")
    taker.done(f"/v1/calls/{call}/place-link/revoke")
    assert other.http.post("/v1/here", json={"code": fresh["code"]}).status_code == 404


@pytest.mark.parametrize("secret", ["", "short", "x" * 100, "a b" * 10])
def test_a_page_without_a_secret_of_its_own_is_refused(room: tuple[Server, str], secret: str) -> None:
    server, _ = room
    for method, path in (("POST", "/v1/sos"), ("POST", "/v1/sos/messages"), ("GET", "/v1/sos/call")):
        answer = httpx.request(method, server.address + path, headers={"nazdik-page": secret})
        assert (answer.status_code, answer.json()["code"]) == (404, "intake.page_not_found")


def sample(page: str, kind: str) -> str:
    """Return the sample of a kind that stands on a page of the documentation."""
    found = re.search(
        rf"```{kind}\n(.*?)\n```", (ROOT / "docs/interfaces" / page).read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def test_the_samples_of_the_documentation_are_understood(room: tuple[Server, str]) -> None:
    server, token = room
    rings(server, "+989160000301")
    aml(room, sample("aml.md", "form"))
    call_where(server, lambda c: c["number"] == "+989160000301" and bool(c["locations"]))
    rings(server, "+989160000302")
    sms(room, "+989160000302", sample("aml.md", "sms"))
    call_where(server, lambda c: c["number"] == "+989160000302" and bool(c["locations"]))
    json_body = sample("sms.md", "json").encode()
    assert httpx.post(f"{server.address}/v1/in/sms/{token}", content=json_body).status_code == 200
    call_where(server, lambda c: c["number"] == "+989160000303" and c["channel"] == "sms")
    sms(room, "+989160000304", sample("sms.md", "sos"))
    call_where(server, lambda c: c["number"] == "+989160000304" and c["channel"] == "sos" and c["point"] is not None)
    assert set(json.loads(sample("sms.md", "out"))) == {"id", "to", "text"}
    page = Page(server, "h" * 22)
    page.begin(**json.loads(sample("emergency-page.md", "json")))
    assert page.view("waiting")["is_test"]


def test_a_ringing_line_shows_where_it_is_and_the_look_up_is_in_the_audit(
    room: tuple[Server, str], tmp_path: Path
) -> None:
    server, _ = room
    good = tmp_path / "lines.csv"
    good.write_text(sample("subscribers.md", "csv") + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "nazdik.cli", "import", "subscribers", "--province", PROVINCE]
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "number,kind,address,lon,lat\n+989160000403,address,x,,\nnobody,,y,,\n+989160000404,sector,,51,35\n+989160000405,,,1e9,2\n",
        encoding="utf-8",
    )
    data = ["--data", str(server.data)]
    refused = subprocess.run(
        [*command, str(bad), *data], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 1 and [f"row {n}:" in refused.stderr for n in (2, 3, 4, 5)] == [
        False,
        True,
        True,
        True,
    ]
    subprocess.run([*command, str(good), *data], cwd=ROOT, timeout=60, check=True)
    rings(server, "09160000401")
    found = call_where(server, lambda c: c["number"] == "09160000401" and bool(c["locations"]))
    (where,) = found["locations"]
    assert (where["source"], where["point"], where["accuracy_m"]) == ("subscriber", [51.4012, 35.7219], 40.0)
    assert where["civic"].startswith("اهواز")
    rings(server, "+989160000402")
    found = call_where(server, lambda c: c["number"] == "+989160000402" and bool(c["locations"]))
    (where,) = found["locations"]
    assert (where["source"], where["shape"]["type"], where["shape"]["start_deg"]) == ("network", "sector", 30.0)
    rings(server, "+989160000403")
    audit = sqlite3.connect(f"file:{server.data / 'audit.sqlite'}?mode=ro", uri=True)
    bodies = [str(row) for row in audit.execute("SELECT * FROM entries WHERE subject = ?", (found["id"],))]
    assert len(bodies) == 1 and "subscriber" in bodies[0]
